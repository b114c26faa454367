//! Scalar ops; the meaning is that of [`ncpu_uop::scalar`].

use super::{Operands, Results, crc, field};
use ncpu_nalu::{Bit, Builder, Sum, Word, constant, table};
use ncpu_uop::{Class, Op, Shape};

/// The results of an op of class S1, S2, S3, OnCond or Flags, if it is one. Operands are 64 bits wide.
pub fn scalar(b: &mut Builder, op: Op, shape: Shape, aux: u16, x: &Operands) -> Option<Results> {
    match op.class() {
        Class::Flags => return flags(b, op, shape, x),
        Class::S1 | Class::S2 | Class::S3 | Class::OnCond => {}
        _ => return None,
    }
    let bits = shape.bits() as usize;
    let value = field::field(op, bits, aux, x)
        .or_else(|| logic(b, op, bits, x))
        .or_else(|| arithmetic(b, op, bits, x))
        .or_else(|| shift(b, op, bits, x))
        .or_else(|| compare(b, op, bits, x))
        .or_else(|| choose(b, op, aux, x))
        .or_else(|| crc::crc32(b, op, shape, aux, x))?;
    // CRC-32 has a result wider than its shape.
    let width = if op == Op::Crc32 { 32 } else { bits.min(value.len()) };
    Some(Results::value(&value[..width], 64))
}

/// The function of two bits that a bitwise op is.
fn logic_table(op: Op) -> Option<u8> {
    Some(match op {
        Op::And | Op::AndF => table::AND,
        Op::Or => table::OR,
        Op::Xor => table::XOR,
        Op::AndNot => table::AND_NOT,
        Op::OrNot => table::OR_NOT,
        Op::XorNot => table::XNOR,
        _ => return None,
    })
}

fn logic(b: &mut Builder, op: Op, bits: usize, x: &Operands) -> Option<Word> {
    Some(b.lut_words(logic_table(op)?, &x.a[..bits], &x.b[..bits]))
}

/// The sums: with what carry in, and whether `b` is subtracted.
fn addition(op: Op, x: &Operands) -> Option<(bool, Bit)> {
    Some(match op {
        Op::Add | Op::AddF => (false, Bit::ZERO),
        Op::Sub | Op::SubF => (true, Bit::ONE),
        Op::Adc | Op::AdcF => (false, x.nzcv[1]),
        Op::Sbc | Op::SbcF => (true, x.nzcv[1]),
        _ => return None,
    })
}

fn sum(b: &mut Builder, op: Op, bits: usize, x: &Operands) -> Option<Sum> {
    let (subtract, carry) = addition(op, x)?;
    let (p, q) = (&x.a[..bits], &x.b[..bits]);
    Some(match subtract {
        false => b.add_with_carry(p, q, carry),
        true => b.subtract_with_carry(p, q, carry),
    })
}

fn arithmetic(b: &mut Builder, op: Op, bits: usize, x: &Operands) -> Option<Word> {
    if let Some(sum) = sum(b, op, bits, x) {
        return Some(sum.sum);
    }
    let (p, q) = (&x.a[..bits], x.b.get(..bits)?);
    Some(match op {
        Op::Mul => b.multiply(p, q, bits),
        Op::MAdd => b.multiply_add(p, q, &x.c[..bits]),
        Op::MSub => {
            // c - ab is !(!c + ab).
            let c = b.not_word(&x.c[..bits]);
            let sum = b.multiply_add(p, q, &c);
            b.not_word(&sum)
        }
        Op::UMulHi => b.multiply(p, q, 2 * bits)[bits..].to_vec(),
        Op::SMulHi => b.multiply_signed(p, q, 2 * bits)[bits..].to_vec(),
        Op::UDiv => b.quotient(p, q, false).0,
        Op::SDiv => b.quotient(p, q, true).0,
        _ => return None,
    })
}

fn shift(b: &mut Builder, op: Op, bits: usize, x: &Operands) -> Option<Word> {
    let p = &x.a[..bits.min(x.a.len())];
    let amount = x.b.get(..bits.trailing_zeros() as usize)?;
    Some(match op {
        Op::Shl => b.shift_left(p, amount),
        Op::Shr => b.shift_right(p, amount, Bit::ZERO),
        Op::Sar => b.shift_right(p, amount, p[bits - 1]),
        Op::Ror => b.rotate_right(p, amount),
        _ => return None,
    })
}

fn compare(b: &mut Builder, op: Op, bits: usize, x: &Operands) -> Option<Word> {
    let p = &x.a[..bits.min(x.a.len())];
    Some(match op {
        Op::Clz => b.leading_zeros(p),
        Op::Cls => leading_signs(b, p),
        Op::CmpEq => vec![b.equal(p, &x.b[..bits])],
        Op::CmpLtU => vec![b.less_unsigned(p, &x.b[..bits])],
        Op::CmpLtS => vec![b.less_signed(p, &x.b[..bits])],
        _ => return None,
    })
}

/// How many bits after the sign bit equal it.
pub(super) fn leading_signs(b: &mut Builder, p: &[Bit]) -> Word {
    let top = p.len() - 1;
    let changes = b.lut_words(table::XOR, &p[..top], &p[1..]);
    b.leading_zeros(&changes)
}

/// Whether condition `code` holds for the flags.
pub(super) fn holds(b: &mut Builder, code: u16, nzcv: &[Bit]) -> Bit {
    b.condition(&constant(u128::from(code & 15), 4), nzcv)
}

fn choose(b: &mut Builder, op: Op, aux: u16, x: &Operands) -> Option<Word> {
    let which = match op {
        Op::Select => b.any(&x.c),
        Op::Cond | Op::Csel => holds(b, aux, &x.nzcv),
        _ => return None,
    };
    Some(if op == Op::Cond { vec![which] } else { b.mux_word(which, &x.a, &x.b) })
}

fn flags(b: &mut Builder, op: Op, shape: Shape, x: &Operands) -> Option<Results> {
    let bits = shape.bits() as usize;
    let result = match sum(b, op, bits, x) {
        Some(sum) => sum,
        None => Sum { sum: logic(b, op, bits, x)?, carry: Bit::ZERO, overflow: Bit::ZERO },
    };
    let nzcv = b.flags(&result);
    Some(Results { nzcv: Some(nzcv), ..Results::value(&result.sum, 64) })
}
