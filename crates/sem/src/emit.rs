//! The seam between semantics and what happens to them: [`Emit`].

use ncpu_uop::slot::Slot;
use ncpu_uop::{Op, Shape};

/// Where a memory access goes: `base + (index << shift) + offset`.
#[derive(Clone, Copy, Debug)]
pub struct Address<X> {
    /// The base.
    pub base: X,
    /// An index, shifted left by the number.
    pub index: Option<(X, u16)>,
    /// Added last.
    pub offset: u64,
}

impl<X> Address<X> {
    /// `base + offset`.
    pub const fn new(base: X, offset: u64) -> Self {
        Self { base, index: None, offset }
    }
}

/// Something that semantics act upon. Values are opaque; registers are micro-op slots, and the ops
/// are the micro-ops, whose meaning `ncpu-uop` defines.
///
/// Within an instruction, reads (`get`, `getq`) see the registers from before it, and writes
/// (`set`, `setq`) take effect at its end.
pub trait Emit {
    /// A scalar, 64 bits.
    type X: Copy;
    /// A vector, 128 bits.
    type Q: Copy;

    /// A known value.
    fn imm(&mut self, value: u64) -> Self::X;
    /// A scalar slot's value.
    fn get(&mut self, slot: Slot) -> Self::X;
    /// Writes a scalar slot.
    fn set(&mut self, slot: Slot, value: Self::X);
    /// A vector slot's value.
    fn getq(&mut self, slot: Slot) -> Self::Q;
    /// Writes a vector slot.
    fn setq(&mut self, slot: Slot, value: Self::Q);
    /// The high half of a vector, as an operand of ops on low halves.
    fn high(&mut self, q: Self::Q) -> Self::Q;
    /// The low 64 bits of a vector.
    fn low(&mut self, q: Self::Q) -> Self::X;

    /// A scalar op (classes S1, S2, S3, Flags, OnCond). Flags are set at once.
    fn op(&mut self, op: Op, shape: Shape, operands: [Self::X; 3], aux: u16) -> Self::X;
    /// A vector op (classes V1, V2, V3).
    fn vop(&mut self, op: Op, shape: Shape, operands: [Self::Q; 3], aux: u16, imm: u64) -> Self::Q;
    /// A vector from a scalar (class VFromS).
    fn vfrom(&mut self, op: Op, shape: Shape, a: Self::X, imm: u64) -> Self::Q;
    /// Lane `index` of a vector.
    fn lane(&mut self, shape: Shape, a: Self::Q, index: u16) -> Self::X;
    /// A vector with lane `index` replaced.
    fn insert(&mut self, shape: Shape, a: Self::Q, index: u16, value: Self::X) -> Self::Q;
    /// Sets NZCV by comparing the lowest lanes; `signalling`: quiet NaNs are invalid too.
    fn fcompare(&mut self, shape: Shape, a: Self::Q, b: Self::Q, signalling: bool);

    /// Loads a scalar by `Load`, `LoadS32` or `LoadS64`.
    fn load(&mut self, op: Op, shape: Shape, at: Address<Self::X>) -> Self::X;
    /// Stores a scalar.
    fn store(&mut self, shape: Shape, at: Address<Self::X>, value: Self::X);
    /// Loads a vector of `shape`'s width.
    fn loadq(&mut self, shape: Shape, at: Address<Self::X>) -> Self::Q;
    /// Stores 16 bytes.
    fn storeq(&mut self, at: Address<Self::X>, value: Self::Q);
    /// Opens an exclusive access of `shape`'s size.
    fn load_exclusive(&mut self, shape: Shape, at: Self::X) -> Self::Q;
    /// Stores if the exclusive access is open; 0 if it did, else 1.
    fn store_exclusive(&mut self, shape: Shape, at: Self::X, value: Self::Q) -> Self::X;
    /// Atomic read-modify-write, the old value; kinds as in `ncpu_uop::scalar::rmw`.
    fn rmw(&mut self, kind: u16, shape: Shape, at: Self::X, operand: Self::X) -> Self::X;
    /// Compare-and-swap, the old value.
    fn cas(&mut self, shape: Shape, at: Self::X, expected: Self::Q, new: Self::Q) -> Self::Q;

    /// Ends the block by `op` (class End), whose operands are `a`, `aux` and `imm`.
    fn end(&mut self, op: Op, shape: Shape, a: Self::X, aux: u16, imm: u64);
    /// The instruction must be the first of its block, because it reads the instruction count.
    /// False: it is not, and nothing may be emitted.
    fn must_be_first(&mut self) -> bool;
    /// Instructions executed before this one.
    fn instruction_count(&mut self) -> Self::X;
}
