//! CRC-32: over GF(2), a linear map of the accumulator plus the value.

use super::Operands;
use super::linear::{linear, rows_of};
use ncpu_nalu::{Builder, Word, concat, table};
use ncpu_uop::scalar::{Args, eval};
use ncpu_uop::{Op, Shape};

/// Crc32 of `b` (`shape` its size) on the low 32 bits of `a`.
pub(super) fn crc32(b: &mut Builder, op: Op, shape: Shape, aux: u16, x: &Operands) -> Option<Word> {
    if op != Op::Crc32 {
        return None;
    }
    let (bits, acc) = (shape.bits() as usize, &x.a[..32]);
    let shared = bits.min(32);
    // What the accumulator has in common with the value only counts as their sum.
    let low = b.lut_words(table::XOR, &acc[..shared], &x.b[..shared]);
    let inputs = concat(&[&low, &acc[shared..], &x.b[shared..bits]]);
    let rows = rows_of(inputs.len(), 32, |unit| {
        let (a, value) = if bits < 32 { (unit as u64, 0) } else { (0, unit as u64) };
        u128::from(eval(op, shape, Args { a, b: value, aux, ..Args::default() }))
    });
    Some(linear(b, &rows, &inputs))
}
