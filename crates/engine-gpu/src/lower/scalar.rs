//! Scalar ops. Their meaning: `ncpu_uop::scalar`.

use super::{Scalar, holds, low_bits, ones, sign_extend};
use ncpu_shader::{Bool, Build, U32, U64};
use ncpu_uop::{Op, Shape};

/// The result of an op of class S1, S2, S3 or OnCond; `None` if it is not one.
pub fn scalar<'k>(k: &'k Build<'k>, op: Op, shape: Shape, args: Scalar<'k>) -> Option<U64<'k>> {
    let Scalar { a, b, c, aux, nzcv } = args;
    let bits = shape.bits();
    let amount = b.low() & (bits - 1);
    let (ua, ub) = (low_bits(a, bits), low_bits(b, bits));
    let (sa, sb) = (sign_extend(a, bits), sign_extend(b, bits));
    let carry = (nzcv.shr(1)) & 1;
    let lsb = aux & 63;
    let width = aux.shr(6);
    let r = match op {
        Op::Mov => a,
        Op::Const => b,
        Op::Add => a + b,
        Op::Sub => a - b,
        Op::Mul => a * b,
        Op::And => a & b,
        Op::Or => a | b,
        Op::Xor => a ^ b,
        Op::AndNot => a & !b,
        Op::OrNot => a | !b,
        Op::XorNot => a ^ !b,
        Op::Shl => a.shl(amount),
        Op::Shr => ua.shr(amount),
        Op::Sar => sa.sar(amount),
        Op::Ror => rotate_right(k, ua, amount, bits),
        Op::UDiv => divide(k, ua, ub, bits),
        Op::SDiv => {
            let negative = |v: U64<'k>| v.lt_signed(0);
            let size = |v: U64<'k>| k.select(negative(v), v.neg(), v);
            let quotient = divide(k, low_bits(size(sa), bits), low_bits(size(sb), bits), bits);
            k.select(negative(sa) ^ negative(sb), quotient.neg(), quotient)
        }
        Op::UMulHi if bits == 64 => a.mul_hi(b),
        Op::SMulHi if bits == 64 => {
            // The unsigned product, less what the signs added to its high half.
            a.mul_hi(b) - (a.sar(63) & b) - (b.sar(63) & a)
        }
        Op::UMulHi => (ua * ub).shr(bits),
        Op::SMulHi => (sa * sb).sar(bits),
        Op::CmpEq => ua.eq(ub).count64(),
        Op::CmpLtU => ua.lt(ub).count64(),
        Op::CmpLtS => sa.lt_signed(sb).count64(),
        Op::Clz => (ua.clz() - (64 - bits)).widen(),
        Op::Cls => ((sa ^ sa.sar(63)).clz() - (64 - bits) - 1).widen(),
        Op::Rbit => ua.reverse_bits().shr(64 - bits),
        Op::RevBytes => reverse_bytes(k, a, aux),
        Op::Ubfx => a.shr(lsb) & ones(k, width),
        Op::Sbfx => {
            // Fields are at least a bit wide.
            let above = (k.u32(64) - width) & 63;
            a.shr(lsb).shl(above).sar(above)
        }
        Op::Bfi => {
            let field = ones(k, width).shl(lsb);
            (a & !field) | (b.shl(lsb) & field)
        }
        Op::Extr => {
            let joined = ub.shr(lsb) | ua.shl((k.u32(bits) - lsb) & 63);
            k.select(aux.eq(0), ub, joined)
        }
        Op::MAdd => c + a * b,
        Op::MSub => c - a * b,
        Op::Select => k.select(c.ne(0), a, b),
        Op::Cond => holds(k, aux, nzcv).count64(),
        Op::Csel => k.select(holds(k, aux, nzcv), a, b),
        Op::Adc => a + b + carry,
        Op::Sbc => a + !b + carry,
        Op::Crc32 => return Some(crc32(k, a.low(), b, shape, aux).widen()),
        _ => return None,
    };
    Some(low_bits(r, bits))
}

/// The result and the new NZCV of an op of class Flags; `None` if it is not one.
pub fn flags<'k>(
    k: &'k Build<'k>,
    op: Op,
    shape: Shape,
    args: Scalar<'k>,
) -> Option<(U64<'k>, U64<'k>)> {
    let Scalar { a, b, nzcv, .. } = args;
    let carry = nzcv.shr(1) & 1;
    Some(match op {
        Op::AddF => add_with_carry(a, b, k.u64(0), shape),
        Op::SubF => subtract(a, b, shape),
        Op::AdcF => add_with_carry(a, b, carry, shape),
        Op::SbcF => add_with_carry(a, !b, carry, shape),
        Op::AndF => {
            let r = low_bits(a & b, shape.bits());
            (r, sign_and_zero(r, shape).widen())
        }
        _ => return None,
    })
}

fn sign_and_zero(r: U64<'_>, shape: Shape) -> U32<'_> {
    let sign = r.shr(shape.bits() - 1).low();
    sign.shl(3) | r.eq(0).count().shl(2)
}

fn overflow<'k>(a: U64<'k>, b: U64<'k>, r: U64<'k>, bits: u32) -> U32<'k> {
    ((a ^ r) & (b ^ r)).shr(bits - 1).low() & 1
}

/// The manual's AddWithCarry of operands that may have bits above the width.
fn add_with_carry<'k>(a: U64<'k>, b: U64<'k>, carry: U64<'k>, shape: Shape) -> (U64<'k>, U64<'k>) {
    let bits = shape.bits();
    let (a, b) = (low_bits(a, bits), low_bits(b, bits));
    let sum = a + b + carry;
    let r = low_bits(sum, bits);
    let out = if bits == 64 {
        let first = a + b;
        (first.lt(a).count()) | (r.lt(first).count())
    } else {
        sum.shr(bits).low() & 1
    };
    let nzcv = sign_and_zero(r, shape) | out.shl(1) | overflow(a, b, r, bits);
    (r, nzcv.widen())
}

/// AddWithCarry of `a`, `!b` and 1, whose carry is that nothing was borrowed.
fn subtract<'k>(a: U64<'k>, b: U64<'k>, shape: Shape) -> (U64<'k>, U64<'k>) {
    let bits = shape.bits();
    let (a, b) = (low_bits(a, bits), low_bits(b, bits));
    let r = low_bits(a - b, bits);
    let v = ((a ^ b) & (a ^ r)).shr(bits - 1).low() & 1;
    let nzcv = sign_and_zero(r, shape) | b.le(a).count().shl(1) | v;
    (r, nzcv.widen())
}

/// The quotient of unsigned numbers, 0 if `b` is 0.
fn divide<'k>(k: &'k Build<'k>, a: U64<'k>, b: U64<'k>, bits: u32) -> U64<'k> {
    let zero: Bool<'k> = b.eq(0);
    if bits <= 32 {
        let quotient = a.low().div(k.select(zero, k.u32(1), b.low()));
        return k.select(zero, k.u32(0), quotient).widen();
    }
    let quotient = a.div(k.select(zero, k.u64(1), b));
    k.select(zero, k.u64(0), quotient)
}

fn rotate_right<'k>(k: &'k Build<'k>, a: U64<'k>, amount: U32<'k>, bits: u32) -> U64<'k> {
    a.shr(amount) | a.shl((k.u32(bits) - amount) & (bits - 1))
}

fn swap_word(w: U32<'_>) -> U32<'_> {
    (w.shl(24)) | ((w & 0xff00).shl(8)) | ((w.shr(8)) & 0xff00) | w.shr(24)
}

fn reverse_bytes<'k>(k: &'k Build<'k>, a: U64<'k>, group: U32<'k>) -> U64<'k> {
    let (low, high) = (swap_word(a.low()), swap_word(a.high()));
    let halves = |w: U32<'k>| w.shl(16) | w.shr(16);
    let by_two = halves(low).join(halves(high));
    let by_four = low.join(high);
    let by_eight = high.join(low);
    k.select(group.eq(2), by_two, k.select(group.eq(4), by_four, by_eight))
}

fn crc32<'k>(
    k: &'k Build<'k>,
    acc: U32<'k>,
    value: U64<'k>,
    shape: Shape,
    castagnoli: U32<'k>,
) -> U32<'k> {
    let polynomial = k.select(castagnoli.eq(1), k.u32(0x82f6_3b78), k.u32(0xedb8_8320));
    let step = |mut crc: U32<'k>| {
        for _ in 0..8 {
            crc = crc.shr(1) ^ (polynomial & (crc & 1).neg());
        }
        crc
    };
    let mut crc = acc;
    for i in 0..shape.bytes() as u32 {
        crc = step(crc ^ (value.shr(8 * i).low() & 0xff));
    }
    crc
}

/// What an atomic read-modify-write of `kind` leaves in memory; see `ncpu_uop::scalar::rmw`.
pub fn rmw<'k>(
    k: &'k Build<'k>,
    kind: U32<'k>,
    shape: Shape,
    old: U64<'k>,
    operand: U64<'k>,
) -> U64<'k> {
    let bits = shape.bits();
    let (so, sp) = (sign_extend(old, bits), sign_extend(operand, bits));
    let operand = low_bits(operand, bits);
    let pick = |keep: Bool<'k>| k.select(keep, old, operand);
    let kinds = [
        old + operand,
        old & !operand,
        old ^ operand,
        old | operand,
        pick(sp.lt_signed(so)),
        pick(so.lt_signed(sp)),
        pick(operand.lt(old)),
        pick(old.lt(operand)),
    ];
    let r = kinds
        .into_iter()
        .enumerate()
        .fold(operand, |r, (n, value)| k.select(kind.eq(n as u32), value, r));
    low_bits(r, bits)
}
