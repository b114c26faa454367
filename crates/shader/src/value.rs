//! Values of a function under construction, with Rust's operators.

use crate::build::Build;
use crate::ir::{Bin, Id, Ty, Un};
use std::ops::{Add, BitAnd, BitOr, BitXor, Mul, Not, Sub};

/// A value of a known type.
pub trait Value<'k>: Copy {
    /// Its type.
    const TY: Ty;
    #[doc(hidden)]
    fn wrap(k: &'k Build<'k>, id: Id) -> Self;
    #[doc(hidden)]
    fn id(self) -> Id;
}

/// A value of any type, for calls.
#[derive(Clone, Copy)]
pub enum Any<'k> {
    /// A truth value.
    Bool(Bool<'k>),
    /// 32 bits.
    U32(U32<'k>),
    /// 64 bits.
    U64(U64<'k>),
}

impl<'k> Any<'k> {
    pub(crate) fn new(k: &'k Build<'k>, id: Id, ty: Ty) -> Self {
        match ty {
            Ty::Bool => Self::Bool(Bool::wrap(k, id)),
            Ty::U32 => Self::U32(U32::wrap(k, id)),
            Ty::U64 => Self::U64(U64::wrap(k, id)),
        }
    }

    pub(crate) fn raw(self) -> (Id, Ty) {
        match self {
            Self::Bool(v) => (v.id, Ty::Bool),
            Self::U32(v) => (v.id, Ty::U32),
            Self::U64(v) => (v.id, Ty::U64),
        }
    }

    /// As a truth value.
    ///
    /// # Panics
    /// If it is of another type.
    #[must_use]
    pub fn bool(self) -> Bool<'k> {
        let Self::Bool(v) = self else { panic!("not a truth value") };
        v
    }

    /// As 32 bits.
    ///
    /// # Panics
    /// If it is of another type.
    #[must_use]
    pub fn u32(self) -> U32<'k> {
        let Self::U32(v) = self else { panic!("not 32 bits wide") };
        v
    }

    /// As 64 bits.
    ///
    /// # Panics
    /// If it is of another type.
    #[must_use]
    pub fn u64(self) -> U64<'k> {
        let Self::U64(v) = self else { panic!("not 64 bits wide") };
        v
    }
}

macro_rules! value {
    ($name:ident, $ty:ident, $doc:literal) => {
        #[doc = $doc]
        #[derive(Clone, Copy)]
        pub struct $name<'k> {
            k: &'k Build<'k>,
            id: Id,
        }

        impl<'k> Value<'k> for $name<'k> {
            const TY: Ty = Ty::$ty;

            fn wrap(k: &'k Build<'k>, id: Id) -> Self {
                Self { k, id }
            }

            fn id(self) -> Id {
                self.id
            }
        }

        impl<'k> From<$name<'k>> for Any<'k> {
            fn from(v: $name<'k>) -> Self {
                Self::$ty(v)
            }
        }

        impl<'k> $name<'k> {
            fn un<R: Value<'k>>(self, op: Un) -> R {
                R::wrap(self.k, self.k.unary(op, self.id))
            }

            fn bin<B: Value<'k>, R: Value<'k>>(self, op: Bin, b: B) -> R {
                R::wrap(self.k, self.k.binary(op, self.id, b.id()))
            }

            /// The constant, if it is one.
            #[must_use]
            pub fn known(self) -> Option<u64> {
                self.k.known(self.id)
            }
        }

        impl Not for $name<'_> {
            type Output = Self;
            fn not(self) -> Self {
                self.un(Un::Not)
            }
        }
    };
}
value!(Bool, Bool, "A truth value.");
value!(U32, U32, "A 32-bit word.");
value!(U64, U64, "A 64-bit word.");

macro_rules! operators {
    ($name:ident, $lit:ty; $($trait:ident $method:ident $op:ident),*) => {$(
        impl<'k> $trait for $name<'k> {
            type Output = $name<'k>;
            fn $method(self, b: $name<'k>) -> $name<'k> {
                self.bin(Bin::$op, b)
            }
        }

        impl<'k> $trait<$lit> for $name<'k> {
            type Output = $name<'k>;
            fn $method(self, b: $lit) -> $name<'k> {
                let b = $name::wrap(self.k, self.k.constant(b as u64, $name::TY));
                self.bin(Bin::$op, b)
            }
        }
    )*};
}
operators!(U32, u32; Add add Add, Sub sub Sub, Mul mul Mul, BitAnd bitand And, BitOr bitor Or, BitXor bitxor Xor);
operators!(U64, u64; Add add Add, Sub sub Sub, Mul mul Mul, BitAnd bitand And, BitOr bitor Or, BitXor bitxor Xor);
operators!(Bool, bool; BitAnd bitand And, BitOr bitor Or, BitXor bitxor Xor);

/// A shift amount: a value or a number.
pub trait Amount<'k> {
    #[doc(hidden)]
    fn amount(self, k: &'k Build<'k>) -> U32<'k>;
}

impl<'k> Amount<'k> for U32<'k> {
    fn amount(self, _: &'k Build<'k>) -> U32<'k> {
        self
    }
}

impl<'k> Amount<'k> for u32 {
    fn amount(self, k: &'k Build<'k>) -> U32<'k> {
        k.u32(self)
    }
}

/// The right side of a comparison: a value or a number.
pub trait Operand<'k, T> {
    #[doc(hidden)]
    fn operand(self, k: &'k Build<'k>) -> T;
}

impl<'k, T: Value<'k>> Operand<'k, T> for T {
    fn operand(self, _: &'k Build<'k>) -> T {
        self
    }
}

impl<'k> Operand<'k, U32<'k>> for u32 {
    fn operand(self, k: &'k Build<'k>) -> U32<'k> {
        k.u32(self)
    }
}

impl<'k> Operand<'k, U64<'k>> for u64 {
    fn operand(self, k: &'k Build<'k>) -> U64<'k> {
        k.u64(self)
    }
}

macro_rules! integers {
    ($name:ident) => {
        #[allow(
            clippy::should_implement_trait,
            reason = "amounts have a type of their own, and comparisons give values"
        )]
        impl<'k> $name<'k> {
            /// Shifted left, by less than the width.
            #[must_use]
            pub fn shl(self, n: impl Amount<'k>) -> Self {
                self.bin(Bin::Shl, n.amount(self.k))
            }

            /// Shifted right with zeroes, by less than the width.
            #[must_use]
            pub fn shr(self, n: impl Amount<'k>) -> Self {
                self.bin(Bin::Shr, n.amount(self.k))
            }

            /// Shifted right with copies of the sign, by less than the width.
            #[must_use]
            pub fn sar(self, n: impl Amount<'k>) -> Self {
                self.bin(Bin::Sar, n.amount(self.k))
            }

            /// The quotient; the divisor is not 0.
            #[must_use]
            pub fn div(self, b: impl Operand<'k, Self>) -> Self {
                self.bin(Bin::Div, b.operand(self.k))
            }

            /// The remainder; the divisor is not 0.
            #[must_use]
            pub fn rem(self, b: impl Operand<'k, Self>) -> Self {
                self.bin(Bin::Rem, b.operand(self.k))
            }

            /// The high half of the unsigned product.
            #[must_use]
            pub fn mul_hi(self, b: impl Operand<'k, Self>) -> Self {
                self.bin(Bin::MulHi, b.operand(self.k))
            }

            /// Equal?
            #[must_use]
            pub fn eq(self, b: impl Operand<'k, Self>) -> Bool<'k> {
                self.bin(Bin::Eq, b.operand(self.k))
            }

            /// Different?
            #[must_use]
            pub fn ne(self, b: impl Operand<'k, Self>) -> Bool<'k> {
                self.bin(Bin::Ne, b.operand(self.k))
            }

            /// Less, unsigned?
            #[must_use]
            pub fn lt(self, b: impl Operand<'k, Self>) -> Bool<'k> {
                self.bin(Bin::LtU, b.operand(self.k))
            }

            /// Less or equal, unsigned?
            #[must_use]
            pub fn le(self, b: impl Operand<'k, Self>) -> Bool<'k> {
                self.bin(Bin::LeU, b.operand(self.k))
            }

            /// Less, signed?
            #[must_use]
            pub fn lt_signed(self, b: impl Operand<'k, Self>) -> Bool<'k> {
                self.bin(Bin::LtS, b.operand(self.k))
            }

            /// Less or equal, signed?
            #[must_use]
            pub fn le_signed(self, b: impl Operand<'k, Self>) -> Bool<'k> {
                self.bin(Bin::LeS, b.operand(self.k))
            }

            /// The smaller, unsigned.
            #[must_use]
            pub fn min(self, b: impl Operand<'k, Self>) -> Self {
                let b = b.operand(self.k);
                self.k.select(self.lt(b), self, b)
            }

            /// The larger, unsigned.
            #[must_use]
            pub fn max(self, b: impl Operand<'k, Self>) -> Self {
                let b = b.operand(self.k);
                self.k.select(self.lt(b), b, self)
            }

            /// Zeroes above the highest 1; the width for 0.
            #[must_use]
            pub fn clz(self) -> U32<'k> {
                self.un(Un::Clz)
            }

            /// How many bits are 1.
            #[must_use]
            pub fn popcount(self) -> U32<'k> {
                self.un(Un::Popcount)
            }

            /// The bits in the other order.
            #[must_use]
            pub fn reverse_bits(self) -> Self {
                self.un(Un::Rbit)
            }

            /// `0 - self`.
            #[must_use]
            pub fn neg(self) -> Self {
                $name::wrap(self.k, self.k.constant(0, $name::TY)) - self
            }
        }
    };
}
integers!(U32);
integers!(U64);

impl<'k> U32<'k> {
    /// Zero-extended.
    #[must_use]
    pub fn widen(self) -> U64<'k> {
        self.un(Un::Widen)
    }

    /// With this as low and `high` as high word.
    #[must_use]
    pub fn join(self, high: Self) -> U64<'k> {
        self.bin(Bin::Join, high)
    }

    /// Sign-extended.
    #[must_use]
    pub fn sign_extend(self) -> U64<'k> {
        self.join(self.sar(31))
    }
}

impl<'k> U64<'k> {
    /// The low word.
    #[must_use]
    pub fn low(self) -> U32<'k> {
        self.un(Un::Low)
    }

    /// The high word.
    #[must_use]
    pub fn high(self) -> U32<'k> {
        self.un(Un::High)
    }
}

/// Doubles, given as their bits, as the device computes them: it must have them. What a NaN's bits are, and
/// whether denormals are flushed, is the device's choice; so is how well it rounds, if it was not put to
/// the test. There is no product, since a driver may fuse that with a sum: `f64_fma` of minus zero gives one.
impl<'k> U64<'k> {
    /// The sum.
    #[must_use]
    pub fn f64_add(self, b: Self) -> Self {
        self.bin(Bin::F64Add, b)
    }

    /// The quotient.
    #[must_use]
    pub fn f64_div(self, b: Self) -> Self {
        self.bin(Bin::F64Div, b)
    }

    /// The square root.
    #[must_use]
    pub fn f64_sqrt(self) -> Self {
        self.un(Un::F64Sqrt)
    }

    /// Less? Not if one is a NaN.
    #[must_use]
    pub fn f64_lt(self, b: Self) -> Bool<'k> {
        self.bin(Bin::F64Lt, b)
    }

    /// Equal? Not if one is a NaN.
    #[must_use]
    pub fn f64_eq(self, b: Self) -> Bool<'k> {
        self.bin(Bin::F64Eq, b)
    }

    /// This signed integer as a double.
    #[must_use]
    pub fn f64_from_signed(self) -> Self {
        self.un(Un::F64FromSigned)
    }

    /// `self * b + c`, rounded once.
    #[must_use]
    pub fn f64_fma(self, b: Self, c: Self) -> Self {
        Self::wrap(self.k, self.k.fma(self.id, b.id, c.id))
    }
}

impl<'k> Bool<'k> {
    /// 1 if true, else 0.
    #[must_use]
    pub fn count(self) -> U32<'k> {
        self.un(Un::Count)
    }

    /// 1 if true, else 0.
    #[must_use]
    pub fn count64(self) -> U64<'k> {
        self.count().widen()
    }

    /// All ones if true, else 0.
    #[must_use]
    pub fn ones64(self) -> U64<'k> {
        self.k.select(self, self.k.u64(u64::MAX), self.k.u64(0))
    }
}
