//! The operations, in one table.

use crate::{Domain, Sort};

/// In which domains an operation is defined.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Where {
    /// In both.
    Both,
    /// For integers (and lists of them) only.
    Int,
    /// For 64-bit vectors only.
    Bits,
}

macro_rules! ops {
    ($($(#[doc = $doc:literal])+ $name:ident $text:literal $domain:ident ($($arg:ident)*) $result:ident;)*) => {
        /// An operation on values. Conditions are numbers: 0 is false, comparisons give 0 or 1.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum Op {
            $($(#[doc = $doc])+ $name,)*
        }

        impl Op {
            /// All of them.
            pub const ALL: &[Self] = &[$(Self::$name),*];

            /// How it is written: an operator or a function's name.
            pub fn text(self) -> &'static str {
                match self { $(Self::$name => $text,)* }
            }

            /// In which domains it is defined.
            pub fn domain(self) -> Where {
                match self { $(Self::$name => Where::$domain,)* }
            }

            /// The sorts of its arguments.
            pub fn arguments(self) -> &'static [Sort] {
                match self { $(Self::$name => &[$(Sort::$arg),*],)* }
            }

            /// The sort of its value.
            pub fn result(self) -> Sort {
                match self { $(Self::$name => Sort::$result,)* }
            }

            /// What it does, in words.
            pub fn doc(self) -> &'static str {
                match self { $(Self::$name => concat!($($doc),+),)* }
            }
        }
    };
}

ops! {
    /// The sum.
    Add "+" Both (Number Number) Number;
    /// The difference.
    Sub "-" Both (Number Number) Number;
    /// The product.
    Mul "*" Both (Number Number) Number;
    /// The quotient, rounded down; of bits unsigned, 0 by zero.
    Div "/" Both (Number Number) Number;
    /// The remainder of [`Op::Div`]; its sign is the divisor's.
    Mod "%" Both (Number Number) Number;
    /// Minus.
    Neg "neg" Both (Number) Number;
    /// Bitwise and; integers are in two's complement without bound.
    And "&" Both (Number Number) Number;
    /// Bitwise or.
    Or "|" Both (Number Number) Number;
    /// Bitwise exclusive or.
    Xor "^" Both (Number Number) Number;
    /// Bitwise complement.
    Not "~" Both (Number) Number;
    /// A shift to the left; of bits by the count modulo 64.
    Shl "<<" Both (Number Number) Number;
    /// A shift to the right, rounding down; of bits logical, by the count modulo 64.
    Shr ">>" Both (Number Number) Number;
    /// Whether they are equal.
    Eq "==" Both (Number Number) Number;
    /// Whether they differ.
    Ne "!=" Both (Number Number) Number;
    /// Whether the first is less; of bits unsigned.
    Lt "<" Both (Number Number) Number;
    /// Whether the first is less or equal; of bits unsigned.
    Le "<=" Both (Number Number) Number;
    /// The lesser; of bits unsigned.
    Min "min" Both (Number Number) Number;
    /// The greater; of bits unsigned.
    Max "max" Both (Number Number) Number;
    /// How many bits of the number (of its magnitude) are set.
    Popcount "popcount" Both (Number) Number;

    /// The quotient, rounded towards zero.
    Quot "quot" Int (Number Number) Number;
    /// The remainder of [`Op::Quot`]; its sign is the dividend's.
    Rem "rem" Int (Number Number) Number;
    /// The magnitude.
    Abs "abs" Int (Number) Number;
    /// -1, 0 or 1.
    Sign "sign" Int (Number) Number;
    /// The first to the power of the second, which must not be negative.
    Pow "**" Int (Number Number) Number;
    /// The greatest common divisor, not negative.
    Gcd "gcd" Int (Number Number) Number;
    /// The least common multiple, not negative.
    Lcm "lcm" Int (Number Number) Number;
    /// The square root, rounded down, of a number that must not be negative.
    Isqrt "isqrt" Int (Number) Number;
    /// How many binary digits a number that must not be negative has; 0 has none.
    BitLength "bit_length" Int (Number) Number;

    /// A shift to the right that keeps the sign, by the count modulo 64.
    Sar "sar" Bits (Number Number) Number;
    /// A rotation to the left by the count modulo 64.
    Rol "rol" Bits (Number Number) Number;
    /// A rotation to the right by the count modulo 64.
    Ror "ror" Bits (Number Number) Number;
    /// Whether the first is less, signed.
    Slt "slt" Bits (Number Number) Number;
    /// Whether the first is less or equal, signed.
    Sle "sle" Bits (Number Number) Number;
    /// The lesser, signed.
    Smin "smin" Bits (Number Number) Number;
    /// The greater, signed.
    Smax "smax" Bits (Number Number) Number;
    /// The signed quotient, rounded towards zero; 0 by zero.
    Sdiv "sdiv" Bits (Number Number) Number;
    /// The remainder of [`Op::Sdiv`], with the dividend's sign; the dividend by zero.
    Srem "srem" Bits (Number Number) Number;
    /// The high half of the unsigned product.
    Umulh "umulh" Bits (Number Number) Number;
    /// The high half of the signed product.
    Smulh "smulh" Bits (Number Number) Number;
    /// How many leading zeros; 64 for zero.
    Clz "clz" Bits (Number) Number;
    /// How many trailing zeros; 64 for zero.
    Ctz "ctz" Bits (Number) Number;
    /// The bytes in the opposite order.
    Bswap "bswap" Bits (Number) Number;
    /// The bits in the opposite order.
    Rbit "rbit" Bits (Number) Number;
    /// The low 8 bits, with their sign.
    Sext8 "sext8" Bits (Number) Number;
    /// The low 16 bits, with their sign.
    Sext16 "sext16" Bits (Number) Number;
    /// The low 32 bits, with their sign.
    Sext32 "sext32" Bits (Number) Number;

    /// How many elements.
    Len "len" Int (List) Number;
    /// The sum; 0 of none.
    Sum "sum" Int (List) Number;
    /// The product; 1 of none.
    Product "product" Int (List) Number;
    /// The greatest element; undefined of none.
    Maximum "maximum" Int (List) Number;
    /// The least element; undefined of none.
    Minimum "minimum" Int (List) Number;
    /// The first element; undefined of none.
    First "first" Int (List) Number;
    /// The last element; undefined of none.
    Last "last" Int (List) Number;
    /// The element at a place from 0; undefined outside.
    At "at" Int (List Number) Number;
    /// The place of the first element equal to the number, from 0; -1 if there is none.
    Find "find" Int (List Number) Number;
    /// The elements from the first on, as many as the number says, or all.
    Take "take" Int (List Number) List;
    /// The elements after the first, as many as the number says.
    Drop "drop" Int (List Number) List;
    /// The elements in the opposite order.
    Reverse "reverse" Int (List) List;
    /// The elements in ascending order.
    Sorted "sorted" Int (List) List;
    /// The first of each set of equal elements, in their order.
    Unique "unique" Int (List) List;
    /// The elements of the first, then those of the second.
    Concat "++" Int (List List) List;
    /// The list of one number.
    Single "single" Int (Number) List;
    /// The empty list.
    Empty "empty" Int () List;
    /// The numbers from the first on below the second.
    Range "range" Int (Number Number) List;
}

impl Op {
    /// How many arguments it takes.
    pub fn arity(self) -> usize {
        self.arguments().len()
    }

    /// The operation that is written so and takes so many arguments.
    pub fn parse(text: &str, arity: usize) -> Option<Self> {
        Self::ALL.iter().copied().find(|op| op.text() == text && op.arity() == arity)
    }

    /// Whether it is defined in this domain.
    pub fn is_in(self, domain: Domain) -> bool {
        match self.domain() {
            Where::Both => true,
            Where::Int => domain == Domain::Int,
            Where::Bits => domain == Domain::Bits,
        }
    }

    /// Whether the order of its two arguments does not matter.
    pub fn commutes(self) -> bool {
        use Op::*;
        matches!(
            self,
            Add | Mul
                | And
                | Or
                | Xor
                | Eq
                | Ne
                | Min
                | Max
                | Gcd
                | Lcm
                | Smin
                | Smax
                | Umulh
                | Smulh
        )
    }
}
