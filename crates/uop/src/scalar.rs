//! What the scalar ops compute. Engines call these with constant op and shape, which folds each
//! call to the one operation.

use crate::cond;
use crate::{Op, Shape};
use ncpu_bits::{ones, sign_extend};

/// The operands of a scalar op; unused ones are 0.
#[derive(Clone, Copy, Debug, Default)]
pub struct Args {
    /// First operand.
    pub a: u64,
    /// Second operand, or the immediate.
    pub b: u64,
    /// Third operand.
    pub c: u64,
    /// The op's small parameter.
    pub aux: u16,
    /// The packed flags, for ops that read them.
    pub nzcv: u64,
}

/// The lsb and width that `aux` holds for field ops.
#[must_use]
pub const fn field_aux(lsb: u32, width: u32) -> u16 {
    (lsb | width << 6) as u16
}

/// The result of an op of class S1, S2, S3 or OnCond, zero-extended from `shape`.
#[inline(always)]
#[must_use]
pub fn eval(op: Op, shape: Shape, args: Args) -> u64 {
    let Args { a, b, c, aux, nzcv } = args;
    let bits = shape.bits();
    let mask = ones(bits);
    let amount = (b as u32) & (bits - 1);
    let (ua, ub) = (a & mask, b & mask);
    let (sa, sb) = (sign_extend(a, bits) as i64, sign_extend(b, bits) as i64);
    let lsb = u32::from(aux & 63);
    let width = u32::from(aux >> 6);
    let r = match op {
        Op::Mov => a,
        Op::Const => b,
        Op::Add => a.wrapping_add(b),
        Op::Sub => a.wrapping_sub(b),
        Op::Mul => a.wrapping_mul(b),
        Op::And => a & b,
        Op::Or => a | b,
        Op::Xor => a ^ b,
        Op::AndNot => a & !b,
        Op::OrNot => a | !b,
        Op::XorNot => a ^ !b,
        Op::Shl => a << amount,
        Op::Shr => ua >> amount,
        Op::Sar => (sa >> amount) as u64,
        Op::Ror => rotate_right(ua, amount, bits),
        Op::UDiv => ua.checked_div(ub).unwrap_or(0),
        Op::SDiv => {
            if sb == 0 {
                0
            } else {
                sa.wrapping_div(sb) as u64
            }
        }
        Op::UMulHi => (u128::from(ua) * u128::from(ub) >> bits) as u64,
        Op::SMulHi => (i128::from(sa) * i128::from(sb) >> bits) as u64,
        Op::CmpEq => u64::from(ua == ub),
        Op::CmpLtU => u64::from(ua < ub),
        Op::CmpLtS => u64::from(sa < sb),
        Op::Clz => u64::from(ua.leading_zeros() - (64 - bits)),
        Op::Cls => u64::from(((sa ^ sa >> 63) as u64).leading_zeros() - (64 - bits) - 1),
        Op::Rbit => ua.reverse_bits() >> (64 - bits),
        Op::RevBytes => reverse_bytes(a, aux),
        Op::Ubfx => a >> lsb & ones(width),
        Op::Sbfx => sign_extend(a >> lsb, width),
        Op::Bfi => {
            let field = ones(width) << lsb;
            a & !field | b << lsb & field
        }
        Op::Extr => extract(ua, ub, u32::from(aux), bits),
        Op::MAdd => c.wrapping_add(a.wrapping_mul(b)),
        Op::MSub => c.wrapping_sub(a.wrapping_mul(b)),
        Op::Select => {
            if c != 0 {
                a
            } else {
                b
            }
        }
        Op::Cond => u64::from(cond::holds(aux, nzcv)),
        Op::Csel => {
            if cond::holds(aux, nzcv) {
                a
            } else {
                b
            }
        }
        Op::Adc => a.wrapping_add(b).wrapping_add(nzcv >> 1 & 1),
        Op::Sbc => a.wrapping_add(!b).wrapping_add(nzcv >> 1 & 1),
        Op::Crc32 => return crc32(a as u32, b, shape, aux),
        _ => unreachable!("{op:?} is no scalar op"),
    };
    r & mask
}

/// The result and the new NZCV of an op of class Flags.
#[inline(always)]
#[must_use]
pub fn eval_flags(op: Op, shape: Shape, args: Args) -> (u64, u64) {
    let Args { a, b, nzcv, .. } = args;
    let carry = nzcv >> 1 & 1;
    match op {
        Op::AddF => add_with_carry(a, b, 0, shape),
        Op::SubF => add_with_carry(a, !b, 1, shape),
        Op::AdcF => add_with_carry(a, b, carry, shape),
        Op::SbcF => add_with_carry(a, !b, carry, shape),
        Op::AndF => {
            let r = a & b & ones(shape.bits());
            (r, sign_and_zero(r, shape))
        }
        _ => unreachable!("{op:?} sets no flags"),
    }
}

#[inline(always)]
fn sign_and_zero(r: u64, shape: Shape) -> u64 {
    (r >> (shape.bits() - 1) & 1) << 3 | u64::from(r == 0) << 2
}

/// The manual's AddWithCarry.
#[inline(always)]
fn add_with_carry(a: u64, b: u64, carry: u64, shape: Shape) -> (u64, u64) {
    let bits = shape.bits();
    let (a, b) = (a & ones(bits), b & ones(bits));
    let (r, c) = if bits == 64 {
        let (r, c1) = a.overflowing_add(b);
        let (r, c2) = r.overflowing_add(carry);
        (r, u64::from(c1 | c2))
    } else {
        let r = a + b + carry;
        (r & ones(bits), r >> bits & 1)
    };
    let v = ((a ^ r) & (b ^ r)) >> (bits - 1) & 1;
    (r, sign_and_zero(r, shape) | c << 1 | v)
}

#[inline(always)]
fn rotate_right(a: u64, amount: u32, bits: u32) -> u64 {
    match bits {
        64 => a.rotate_right(amount),
        32 => u64::from((a as u32).rotate_right(amount)),
        16 => u64::from((a as u16).rotate_right(amount)),
        _ => u64::from((a as u8).rotate_right(amount)),
    }
}

#[inline(always)]
fn reverse_bytes(a: u64, group: u16) -> u64 {
    match group {
        2 => (a & 0x00ff_00ff_00ff_00ff) << 8 | a >> 8 & 0x00ff_00ff_00ff_00ff,
        4 => a.swap_bytes().rotate_left(32),
        _ => a.swap_bytes(),
    }
}

#[inline(always)]
fn extract(high: u64, low: u64, lsb: u32, bits: u32) -> u64 {
    if lsb == 0 { low } else { low >> lsb | high << (bits - lsb) }
}

/// One step a bit, reflected: CRC32 uses 0x04c11db7, CRC32C uses 0x1edc6f41.
fn crc32(acc: u32, value: u64, shape: Shape, castagnoli: u16) -> u64 {
    let poly: u32 = if castagnoli == 1 { 0x82f6_3b78 } else { 0xedb8_8320 };
    let mut crc = acc;
    for i in 0..shape.bytes() {
        crc ^= u32::from((value >> (8 * i)) as u8);
        for _ in 0..8 {
            crc = crc >> 1 ^ poly & (crc & 1).wrapping_neg();
        }
    }
    u64::from(crc)
}

/// Kinds of atomic read-modify-write, `aux` of [`Op::Rmw`]: the manual's opc, and 8 for SWP.
#[inline(always)]
#[must_use]
pub fn rmw(kind: u16, shape: Shape, old: u64, operand: u64) -> u64 {
    let bits = shape.bits();
    let (so, sp) = (sign_extend(old, bits) as i64, sign_extend(operand, bits) as i64);
    let operand = operand & ones(bits);
    let pick = |cond: bool| if cond { old } else { operand };
    let r = match kind {
        0 => old.wrapping_add(operand),
        1 => old & !operand,
        2 => old ^ operand,
        3 => old | operand,
        4 => pick(so > sp),
        5 => pick(so < sp),
        6 => pick(old > operand),
        7 => pick(old < operand),
        _ => operand,
    };
    r & ones(bits)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn op2(op: Op, shape: Shape, a: u64, b: u64) -> u64 {
        eval(op, shape, Args { a, b, ..Args::default() })
    }

    /// All 8-bit operands and carries against plain integer arithmetic.
    #[test]
    fn add_with_carry_exhaustively_at_8_bits() {
        for a in 0..256_u64 {
            for b in 0..256_u64 {
                for carry in 0..2 {
                    let (r, nzcv) = add_with_carry(a, b, carry, Shape::W8);
                    let unsigned = a + b + carry;
                    let signed = i64::from(a as i8) + i64::from(b as i8) + carry as i64;
                    assert_eq!(r, unsigned & 0xff);
                    assert_eq!(nzcv & 8 != 0, r & 0x80 != 0);
                    assert_eq!(nzcv & 4 != 0, r == 0);
                    assert_eq!(nzcv & 2 != 0, unsigned > 255);
                    assert_eq!(nzcv & 1 != 0, !(-128..=127).contains(&signed));
                }
            }
        }
    }

    #[test]
    fn divisions() {
        assert_eq!(op2(Op::SDiv, Shape::W32, 0x8000_0000, 0xffff_ffff), 0x8000_0000);
        assert_eq!(op2(Op::SDiv, Shape::W64, 1 << 63, u64::MAX), 1 << 63);
        assert_eq!(op2(Op::SDiv, Shape::W32, (-7_i32) as u64, 2), 0xffff_fffd);
        assert_eq!(op2(Op::UDiv, Shape::W64, 7, 0), 0);
    }

    #[test]
    fn bits() {
        assert_eq!(op2(Op::Clz, Shape::W32, 0, 0), 32);
        assert_eq!(op2(Op::Cls, Shape::W32, 0xffff_ffff, 0), 31);
        assert_eq!(op2(Op::Cls, Shape::W64, 1, 0), 62);
        assert_eq!(op2(Op::Rbit, Shape::W32, 1, 0), 0x8000_0000);
        assert_eq!(op2(Op::Sar, Shape::W32, 0x8000_0000, 35), 0xf000_0000);
        assert_eq!(op2(Op::SMulHi, Shape::W64, u64::MAX, 2), u64::MAX);
    }

    /// The check value of CRC-32 and CRC-32C over "123456789" (RFC 3720 and the PNG CRC).
    #[test]
    fn crc_check_values() {
        let run = |aux| {
            b"123456789".iter().fold(u64::from(u32::MAX), |a, b| {
                eval(Op::Crc32, Shape::W8, Args { a, b: u64::from(*b), aux, ..Args::default() })
            }) ^ u64::from(u32::MAX)
        };
        assert_eq!(run(0), 0xcbf4_3926);
        assert_eq!(run(1), 0xe306_9283);
    }
}
