//! Slots: the 256 places that micro-ops read and write. A vector takes two neighbours, low half
//! first, so scalar ops can reach either half of a vector register.

/// A slot number.
pub type Slot = u8;

/// The stack pointer; slots 0 to 30 are X0 to X30.
pub const SP: Slot = 31;
/// Always 0; never written. The slot after it belongs to it, for vectors.
pub const ZERO: Slot = 32;
/// Where unwanted results go; never read. The slot after it belongs to it, for vectors.
pub const SINK: Slot = 34;
/// Condition flags: N 8, Z 4, C 2, V 1.
pub const NZCV: Slot = 36;
/// Floating-point control.
pub const FPCR: Slot = 37;
/// Floating-point status.
pub const FPSR: Slot = 38;
/// Thread pointer, `TPIDR_EL0`.
pub const TPIDR: Slot = 39;
/// Address under exclusive access, or [`NO_EXCL`].
pub const EXCL_ADDR: Slot = 40;
/// Value that the exclusive load saw; two slots.
pub const EXCL_VALUE: Slot = 42;
/// Instructions executed before the block; an engine sets it for blocks that read it.
pub const ICOUNT: Slot = 44;
/// What the system above adds to [`ICOUNT`] to get guest time in nanoseconds.
pub const TIME_OFFSET: Slot = 45;
/// V0's low half; slots 64 to 127 are V0 to V31.
pub const V0: Slot = 64;
/// The first temporary. Temporaries live within one guest instruction.
pub const TEMP: Slot = 128;
/// As operand `b`: not a slot but the op's immediate.
pub const IMM: Slot = 255;

/// No exclusive access: an address that no access can have.
pub const NO_EXCL: u64 = u64::MAX;

/// FPCR bits that exist: AHP, DN, FZ, RMode.
pub const FPCR_BITS: u64 = 0x07c0_0000;
/// FPSR bits that exist: QC and the cumulative exceptions.
pub const FPSR_BITS: u64 = 0x0800_009f;

/// The low half of vector register `n`.
#[inline]
#[must_use]
pub const fn v(n: u8) -> Slot {
    V0 + 2 * n
}
