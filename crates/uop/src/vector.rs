//! What the vector ops compute, lane by lane, on 128-bit values. Floating point is in `fp.rs`,
//! cryptography in `crypto.rs`.

use crate::{Op, Shape, crypto, fp};
use ncpu_bits::{ones, sign_extend};

/// The operands of a vector op; unused ones are 0.
#[derive(Clone, Copy, Debug, Default)]
pub struct Args {
    /// First operand. Of an op on low halves the upper half may be anything.
    pub a: u128,
    /// Second operand.
    pub b: u128,
    /// Third operand.
    pub c: u128,
    /// The op's small parameter.
    pub aux: u16,
    /// The op's immediate.
    pub imm: u64,
    /// Floating-point control.
    pub fpcr: u64,
}

/// `aux` of the shifting ops: a sum of these.
pub mod shift_flags {
    /// The operand is signed.
    pub const SIGNED: u16 = 1;
    /// Right shifts round.
    pub const ROUND: u16 = 2;
    /// The result saturates.
    pub const SATURATE: u16 = 4;
    /// The result saturates as an unsigned number.
    pub const TO_UNSIGNED: u16 = 8;
}

/// `aux` of saturating additions and subtractions.
pub mod sat_signs {
    /// Operands and result are unsigned.
    pub const UNSIGNED: u16 = 0;
    /// Operands and result are signed.
    pub const SIGNED: u16 = 1;
    /// Signed `a` and result, unsigned `b` (SUQADD).
    pub const SIGNED_PLUS_UNSIGNED: u16 = 2;
    /// Unsigned `a` and result, signed `b` (USQADD).
    pub const UNSIGNED_PLUS_SIGNED: u16 = 3;
}

/// FPSR's cumulative saturation bit.
pub const QC: u64 = 1 << 27;

/// The result of a vector op; accumulates exceptions and saturation into `fpsr`.
#[inline(always)]
#[must_use]
pub fn eval(op: Op, shape: Shape, args: Args, fpsr: &mut u64) -> u128 {
    let Args { a, b, c, aux, imm, .. } = args;
    let bits = shape.bits();
    let sx = |v| sign_extend(v, bits) as i64;
    let truth = |t: bool| if t { u64::MAX } else { 0 };
    match op {
        Op::VMov => a & total_mask(shape),
        Op::VNot => !a & total_mask(shape),
        Op::VConst => (u128::from(imm) | u128::from(imm) << 64) & total_mask(shape),
        Op::VAnd => a & b & total_mask(shape),
        Op::VOr => (a | b) & total_mask(shape),
        Op::VXor => (a ^ b) & total_mask(shape),
        Op::VAndNot => a & !b & total_mask(shape),
        Op::VOrNot => (a | !b) & total_mask(shape),
        Op::VSelect => (a & c | b & !c) & total_mask(shape),
        Op::VPair => a & u128::from(u64::MAX) | b << 64,
        Op::VAdd => map2(shape, a, b, |x, y| x.wrapping_add(y)),
        Op::VSub => map2(shape, a, b, |x, y| x.wrapping_sub(y)),
        Op::VMul => map2(shape, a, b, |x, y| x.wrapping_mul(y)),
        Op::VPMul => map2(shape, a, b, |x, y| carryless(x, y) as u64),
        Op::VPMull => widening(shape, a, b, carryless),
        Op::VNeg => map1(shape, a, |x| x.wrapping_neg()),
        Op::VAbs => map1(shape, a, |x| sx(x).unsigned_abs()),
        Op::VMaxS => map2(shape, a, b, |x, y| if sx(x) > sx(y) { x } else { y }),
        Op::VMinS => map2(shape, a, b, |x, y| if sx(x) < sx(y) { x } else { y }),
        Op::VMaxU => map2(shape, a, b, |x, y| x.max(y)),
        Op::VMinU => map2(shape, a, b, |x, y| x.min(y)),
        Op::VAbdS => {
            map2(shape, a, b, |x, y| (i128::from(sx(x)) - i128::from(sx(y))).unsigned_abs() as u64)
        }
        Op::VAbdU => map2(shape, a, b, |x, y| x.abs_diff(y)),
        Op::VHAddS => map2(shape, a, b, |x, y| {
            ((i128::from(sx(x)) + i128::from(sx(y)) + i128::from(aux)) >> 1) as u64
        }),
        Op::VHAddU => map2(shape, a, b, |x, y| {
            ((u128::from(x) + u128::from(y) + u128::from(aux)) >> 1) as u64
        }),
        Op::VHSubS => {
            map2(shape, a, b, |x, y| ((i128::from(sx(x)) - i128::from(sx(y))) >> 1) as u64)
        }
        Op::VHSubU => map2(shape, a, b, |x, y| ((i128::from(x) - i128::from(y)) >> 1) as u64),
        Op::VCmpEq => map2(shape, a, b, |x, y| truth(x == y)),
        Op::VCmpGtS => map2(shape, a, b, |x, y| truth(sx(x) > sx(y))),
        Op::VCmpGeS => map2(shape, a, b, |x, y| truth(sx(x) >= sx(y))),
        Op::VCmpGtU => map2(shape, a, b, |x, y| truth(x > y)),
        Op::VCmpGeU => map2(shape, a, b, |x, y| truth(x >= y)),
        Op::VTst => map2(shape, a, b, |x, y| truth(x & y != 0)),
        Op::VShl => map1(shape, a, |x| x << imm),
        Op::VShrS => {
            map1(shape, a, |x| shift_right(i128::from(sx(x)), imm as u32, aux == 1) as u64)
        }
        Op::VShrU => map1(shape, a, |x| shift_right(i128::from(x), imm as u32, aux == 1) as u64),
        Op::VShlReg => map2(shape, a, b, |x, y| shift_by_register(x, y as i8, bits, aux, fpsr)),
        Op::VSatShl => map1(shape, a, |x| shift_by_register(x, imm as i8, bits, aux, fpsr)),
        Op::VCls => map1(shape, a, |x| {
            let x = sx(x);
            u64::from(((x ^ x >> 63) as u64).leading_zeros() - (64 - bits) - 1)
        }),
        Op::VClz => map1(shape, a, |x| u64::from(x.leading_zeros() - (64 - bits))),
        Op::VCnt => map1(shape, a, |x| u64::from(x.count_ones())),
        Op::VRbit => map1(shape, a, |x| x.reverse_bits() >> (64 - bits)),
        Op::VRev => permute(shape, |i| {
            let group = u32::from(aux) / (bits / 8);
            lane(shape, a, i ^ (group - 1))
        }),
        Op::VExt => extract(shape, a, b, aux),
        Op::VZip1 => permute(shape, |i| lane(shape, [a, b][i as usize & 1], i / 2)),
        Op::VZip2 => {
            permute(shape, |i| lane(shape, [a, b][i as usize & 1], (i + shape.count()) / 2))
        }
        Op::VUzp1 => permute(shape, |i| from_two(shape, a, b, 2 * i)),
        Op::VUzp2 => permute(shape, |i| from_two(shape, a, b, 2 * i + 1)),
        Op::VTrn1 => permute(shape, |i| lane(shape, [a, b][i as usize & 1], i & !1)),
        Op::VTrn2 => permute(shape, |i| lane(shape, [a, b][i as usize & 1], i | 1)),
        Op::VTbl => map2(shape, b, c, |index, other| {
            let index = index.wrapping_sub(16 * u64::from(aux));
            if index < 16 { (a >> (8 * index)) as u64 } else { other }
        }),
        Op::VWiden => {
            widening(shape, a, 0, |x, _| if aux == 1 { sx(x) as u128 } else { u128::from(x) })
        }
        Op::VNarrow => narrow(shape, a, imm as u32, aux, fpsr),
        Op::VSatAdd => map2(shape, a, b, |x, y| {
            let (x, y, signed) = sat_operands(x, y, bits, aux);
            saturate(x + y, bits, signed, fpsr)
        }),
        Op::VSatSub => map2(shape, a, b, |x, y| {
            let (x, y, signed) = sat_operands(x, y, bits, aux);
            saturate(x - y, bits, signed, fpsr)
        }),
        Op::VSatAbs => map1(shape, a, |x| saturate(i128::from(sx(x)).abs(), bits, true, fpsr)),
        Op::VSatNeg => map1(shape, a, |x| saturate(-i128::from(sx(x)), bits, true, fpsr)),
        Op::VSatDMulH => map2(shape, a, b, |x, y| {
            let round = if aux == 1 { 1_i128 << (bits - 1) } else { 0 };
            let product = 2 * i128::from(sx(x)) * i128::from(sx(y)) + round;
            saturate(product >> bits, bits, true, fpsr)
        }),
        Op::VSatDMlaH => map3(shape, a, b, c, |x, y, z| {
            let product = 2 * i128::from(sx(x)) * i128::from(sx(y));
            let product = if aux == 1 { -product } else { product };
            let sum = (i128::from(sx(z)) << bits) + product + (1_i128 << (bits - 1));
            saturate(sum >> bits, bits, true, fpsr)
        }),
        Op::VSatDMull => widening(shape, a, b, |x, y| {
            let product = 2 * i128::from(sx(x)) * i128::from(sx(y));
            u128::from(saturate(product, 2 * bits, true, fpsr))
        }),
        Op::VDot => map3(shape, a, b, c, |x, y, z| {
            let byte =
                |v: u64, i: u32| if aux == 1 { sign_extend(v >> i, 8) } else { v >> i & 0xff };
            let product = |i| byte(x, i).wrapping_mul(byte(y, i));
            [0, 8, 16, 24].map(product).into_iter().fold(z, u64::wrapping_add)
        }),
        Op::VSumU => {
            let sum = lanes(shape, a).fold(0_u64, u64::wrapping_add);
            u128::from(sum & ones(bits))
        }
        Op::VReduceMaxS => reduce(shape, a, |x, y| if sx(x) > sx(y) { x } else { y }),
        Op::VReduceMinS => reduce(shape, a, |x, y| if sx(x) < sx(y) { x } else { y }),
        Op::VReduceMaxU => reduce(shape, a, u64::max),
        Op::VReduceMinU => reduce(shape, a, u64::min),
        Op::VRecipEst => map1(shape, a, |x| u64::from(ncpu_fp::recip_estimate_u32(x as u32))),
        Op::VRsqrtEst => map1(shape, a, |x| u64::from(ncpu_fp::rsqrt_estimate_u32(x as u32))),
        Op::AesE | Op::AesD | Op::AesMc | Op::AesImc => crypto::aes(op, a, b),
        Op::Sha1C | Op::Sha1P | Op::Sha1M | Op::Sha1H | Op::Sha1Su0 | Op::Sha1Su1 => {
            crypto::sha1(op, c, a, b)
        }
        Op::Sha256H | Op::Sha256H2 | Op::Sha256Su0 | Op::Sha256Su1 => crypto::sha256(op, c, a, b),
        _ => fp::eval(op, shape, args, fpsr),
    }
}

/// `VDup`, `VFromX`: a vector from a scalar.
#[inline(always)]
#[must_use]
pub fn from_scalar(op: Op, shape: Shape, a: u64) -> u128 {
    match op {
        Op::VDup => {
            let half = ncpu_bits::replicate(a, shape.bits());
            (u128::from(half) | u128::from(half) << 64) & total_mask(shape)
        }
        _ => u128::from(a & ones(shape.bits())),
    }
}

/// `VLane`: lane `index` of `a`.
#[inline(always)]
#[must_use]
pub fn lane(shape: Shape, a: u128, index: u32) -> u64 {
    (a >> (index * shape.bits())) as u64 & ones(shape.bits())
}

/// `VInsert`: `a` with lane `index` replaced.
#[inline(always)]
#[must_use]
pub fn insert(shape: Shape, a: u128, index: u32, value: u64) -> u128 {
    let at = index * shape.bits();
    let mask = u128::from(ones(shape.bits())) << at;
    a & !mask | u128::from(value) << at & mask
}

#[inline(always)]
fn total_mask(shape: Shape) -> u128 {
    if shape.total() >= 4 { u128::MAX } else { u128::from(ones(8 << shape.total())) }
}

#[inline(always)]
fn lanes(shape: Shape, a: u128) -> impl Iterator<Item = u64> {
    (0..shape.count()).map(move |i| lane(shape, a, i))
}

/// One 64-bit half at a time, which compilers turn into good code.
#[inline(always)]
pub(crate) fn map3(
    shape: Shape,
    a: u128,
    b: u128,
    c: u128,
    mut f: impl FnMut(u64, u64, u64) -> u64,
) -> u128 {
    let bits = shape.bits();
    let mask = ones(bits);
    let mut half = |a: u64, b: u64, c: u64| {
        let mut r = 0;
        for i in 0..shape.count().min(64 / bits) {
            let at = i * bits;
            r |= (f(a >> at & mask, b >> at & mask, c >> at & mask) & mask) << at;
        }
        r
    };
    let low = half(a as u64, b as u64, c as u64);
    if shape.total() < 4 {
        return u128::from(low);
    }
    let high = half((a >> 64) as u64, (b >> 64) as u64, (c >> 64) as u64);
    u128::from(low) | u128::from(high) << 64
}

#[inline(always)]
pub(crate) fn map2(shape: Shape, a: u128, b: u128, mut f: impl FnMut(u64, u64) -> u64) -> u128 {
    map3(shape, a, b, 0, |x, y, _| f(x, y))
}

#[inline(always)]
pub(crate) fn map1(shape: Shape, a: u128, mut f: impl FnMut(u64) -> u64) -> u128 {
    map3(shape, a, 0, 0, |x, _, _| f(x))
}

/// Lanes of the low halves to lanes twice as wide; `shape` has the narrow lane and the total of
/// the result.
#[inline(always)]
pub(crate) fn widening(
    shape: Shape,
    a: u128,
    b: u128,
    mut f: impl FnMut(u64, u64) -> u128,
) -> u128 {
    let bits = shape.bits();
    let mask = if bits == 64 { u128::MAX } else { u128::from(ones(2 * bits)) };
    let mut r = 0;
    for i in 0..shape.count() / 2 {
        r |= (f(lane(shape, a, i), lane(shape, b, i)) & mask) << (2 * bits * i);
    }
    r
}

#[inline(always)]
fn permute(shape: Shape, f: impl Fn(u32) -> u64) -> u128 {
    let mut r = 0;
    for i in 0..shape.count() {
        r |= u128::from(f(i)) << (i * shape.bits());
    }
    r
}

#[inline(always)]
fn from_two(shape: Shape, a: u128, b: u128, index: u32) -> u64 {
    let n = shape.count();
    if index < n { lane(shape, a, index) } else { lane(shape, b, index - n) }
}

#[inline(always)]
fn reduce(shape: Shape, a: u128, f: impl Fn(u64, u64) -> u64) -> u128 {
    u128::from(lanes(shape, a).reduce(f).unwrap_or(0))
}

#[inline(always)]
fn extract(shape: Shape, a: u128, b: u128, bytes: u16) -> u128 {
    let at = 8 * u32::from(bytes);
    let size = 8 << shape.total();
    if at == 0 {
        return a & total_mask(shape);
    }
    ((a & total_mask(shape)) >> at | b << (size - at)) & total_mask(shape)
}

/// The product over GF(2).
fn carryless(a: u64, b: u64) -> u128 {
    (0..64).filter(|i| b >> i & 1 == 1).fold(0, |r, i| r ^ u128::from(a) << i)
}

/// `value >> amount`, rounded to nearest (ties up) if asked; amounts up to 64.
#[inline(always)]
fn shift_right(value: i128, amount: u32, round: bool) -> i128 {
    let rounding = if round && amount > 0 { 1_i128 << (amount - 1) } else { 0 };
    (value + rounding) >> amount
}

/// The manual's shifts by register: left for positive amounts, right for negative ones.
#[inline(always)]
fn shift_by_register(x: u64, amount: i8, bits: u32, flags: u16, fpsr: &mut u64) -> u64 {
    let signed = flags & shift_flags::SIGNED != 0;
    let round = flags & shift_flags::ROUND != 0;
    let value = if signed { i128::from(sign_extend(x, bits) as i64) } else { i128::from(x) };
    if amount < 0 {
        // Past 64 a right shift of a 64-bit value only leaves its sign, rounded to 0 or away.
        let amount = u32::from(amount.unsigned_abs()).min(if round { 65 } else { 64 });
        return shift_right(value, amount, round) as u64;
    }
    let amount = amount as u32;
    if flags & (shift_flags::SATURATE | shift_flags::TO_UNSIGNED) == 0 {
        return if amount < bits { x << amount } else { 0 };
    }
    let to_signed = signed && flags & shift_flags::TO_UNSIGNED == 0;
    // Shifted by its width or more, a value is out of range on its side.
    let shifted = match value.signum() {
        _ if amount < bits => value << amount,
        1 => i128::MAX,
        -1 => i128::MIN,
        _ => 0,
    };
    saturate(shifted, bits, to_signed, fpsr)
}

#[inline(always)]
fn sat_operands(x: u64, y: u64, bits: u32, signs: u16) -> (i128, i128, bool) {
    let sx = |v| i128::from(sign_extend(v, bits) as i64);
    let ux = i128::from;
    match signs {
        sat_signs::UNSIGNED => (ux(x), ux(y), false),
        sat_signs::SIGNED => (sx(x), sx(y), true),
        sat_signs::SIGNED_PLUS_UNSIGNED => (sx(x), ux(y), true),
        _ => (ux(x), sx(y), false),
    }
}

/// The manual's SatQ: clamps to `bits` bits and records it.
#[inline(always)]
fn saturate(value: i128, bits: u32, signed: bool, fpsr: &mut u64) -> u64 {
    let (low, high) = if signed {
        (-(1_i128 << (bits - 1)), (1_i128 << (bits - 1)) - 1)
    } else {
        (0, (1_i128 << bits) - 1)
    };
    if value < low || value > high {
        *fpsr |= QC;
    }
    value.clamp(low, high) as u64
}

/// `shape` has the wide lane; results fill the low half.
#[inline(always)]
fn narrow(shape: Shape, a: u128, amount: u32, flags: u16, fpsr: &mut u64) -> u128 {
    let bits = shape.bits();
    let half = bits / 2;
    let mut r = 0;
    for i in 0..shape.count() {
        let x = lane(shape, a, i);
        let signed = flags & shift_flags::SIGNED != 0;
        let value = if signed { i128::from(sign_extend(x, bits) as i64) } else { i128::from(x) };
        let value = shift_right(value, amount, flags & shift_flags::ROUND != 0);
        let value = if flags & shift_flags::TO_UNSIGNED != 0 {
            saturate(value, half, false, fpsr)
        } else if flags & shift_flags::SATURATE != 0 {
            saturate(value, half, signed, fpsr)
        } else {
            value as u64
        };
        r |= u128::from(value & ones(half)) << (i * half);
    }
    r
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(op: Op, shape: Shape, a: u128, b: u128, aux: u16, imm: u64) -> (u128, u64) {
        let mut fpsr = 0;
        let r = eval(op, shape, Args { a, b, aux, imm, ..Args::default() }, &mut fpsr);
        (r, fpsr)
    }

    #[test]
    fn permutes() {
        let a = 0x0f0e_0d0c_0b0a_0908_0706_0504_0302_0100;
        let b = 0x1f1e_1d1c_1b1a_1918_1716_1514_1312_1110;
        let go = |op, shape| run(op, shape, a, b, 0, 0).0;
        assert_eq!(go(Op::VZip1, Shape::lanes(0, false)), 0x1303_1202_1101_1000);
        assert_eq!(go(Op::VUzp2, Shape::V4S), 0x1f1e_1d1c_1716_1514_0f0e_0d0c_0706_0504);
        assert_eq!(go(Op::VTrn2, Shape::V2D), 0x1f1e_1d1c_1b1a_1918_0f0e_0d0c_0b0a_0908);
        assert_eq!(run(Op::VExt, Shape::V16B, a, b, 3, 0).0, a >> 24 | b << 104);
        assert_eq!(run(Op::VRev, Shape::lanes(1, false), a, 0, 4, 0).0, 0x0504_0706_0100_0302);
    }

    #[test]
    fn saturation_is_recorded() {
        assert_eq!(run(Op::VSatAdd, Shape::one(0), 0x7f, 1, sat_signs::SIGNED, 0), (0x7f, QC));
        assert_eq!(run(Op::VSatAdd, Shape::one(0), 0x7e, 1, sat_signs::SIGNED, 0), (0x7f, 0));
        let min = 0x8000;
        assert_eq!(run(Op::VSatDMulH, Shape::one(1), min, min, 0, 0), (0x7fff, QC));
    }

    #[test]
    fn wide_shifts_saturate_upward() {
        let all = u64::MAX.into();
        let r = run(Op::VShlReg, Shape::V1D, all, 64, shift_flags::SATURATE, 0);
        assert_eq!(r, (all, QC));
    }

    #[test]
    fn shifts_by_register() {
        let go = |x: u64, by: i8, flags| {
            let mut fpsr = 0;
            (shift_by_register(x, by, 8, flags, &mut fpsr) & 0xff, fpsr)
        };
        assert_eq!(go(0x80, -1, shift_flags::SIGNED), (0xc0, 0));
        assert_eq!(go(0x81, -1, shift_flags::ROUND), (0x41, 0));
        assert_eq!(go(0xff, -128, shift_flags::SIGNED), (0xff, 0));
        assert_eq!(go(0xff, -128, shift_flags::SIGNED | shift_flags::ROUND), (0, 0));
        assert_eq!(go(1, 8, 0), (0, 0));
        assert_eq!(go(1, 127, shift_flags::SATURATE), (0xff, QC));
        assert_eq!(go(0, 127, shift_flags::SATURATE), (0, 0));
    }
}
