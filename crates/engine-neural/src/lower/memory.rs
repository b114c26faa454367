//! What accesses to memory compute: addresses, comparisons, and what atomics write. Sizes and addresses
//! that are looked up, and the memory itself, are the engine's.

use ncpu_nalu::{Bit, Builder, Word, sign_extend, table, zero_extend};
use ncpu_uop::{Op, Shape};

/// The address `base + (index << shift) + imm`, 64 bits. An access without an index passes an empty
/// one; an `imm` of constants folds.
pub fn address(b: &mut Builder, base: &[Bit], index: &[Bit], shift: u16, imm: &[Bit]) -> Word {
    let mut index = index.to_vec();
    index.splice(0..0, vec![Bit::ZERO; usize::from(shift)]);
    let words = [base, &index, imm].map(|word| zero_extend(word, 64));
    b.sum_words(words.into_iter().filter(|w| w.iter().any(|bit| *bit != Bit::ZERO)).collect(), 64)
}

/// What a load of a scalar makes of the bytes read (`shape` their size): routing. 64 bits.
#[must_use]
pub fn extended(op: Op, shape: Shape, memory: &[Bit]) -> Word {
    let read = &memory[..shape.bits() as usize];
    match op {
        Op::LoadS32 => zero_extend(&sign_extend(read, 32), 64),
        Op::LoadS64 => sign_extend(read, 64),
        _ => zero_extend(read, 64),
    }
}

/// What an atomic read-modify-write leaves in memory: `kind` is the `aux` of [`Op::Rmw`], `old` what was
/// there. Both operands are 64 bits wide, and so is the result, zero-extended from `shape`.
pub fn rmw(b: &mut Builder, kind: u16, shape: Shape, old: &[Bit], operand: &[Bit]) -> Word {
    let bits = shape.bits() as usize;
    let (old, operand) = (&old[..bits], &operand[..bits]);
    let value = match kind {
        0 => b.add(old, operand),
        1 => b.lut_words(table::AND_NOT, old, operand),
        2 => b.lut_words(table::XOR, old, operand),
        3 => b.lut_words(table::OR, old, operand),
        4..=7 => {
            let keep = match kind {
                4 => b.less_signed(operand, old),
                5 => b.less_signed(old, operand),
                6 => b.less_unsigned(operand, old),
                _ => b.less_unsigned(old, operand),
            };
            b.mux_word(keep, old, operand)
        }
        _ => operand.to_vec(),
    };
    zero_extend(&value, 64)
}

/// Whether two values of `shape`'s size are equal; what is above it does not count.
pub fn equal(b: &mut Builder, shape: Shape, x: &[Bit], y: &[Bit]) -> Bit {
    let bits = shape.bits() as usize;
    b.equal(&x[..bits], &y[..bits])
}

/// Compare-and-swap: whether `old` is what was `expected`, and what is in memory then (128 bits).
pub fn compare_and_swap(
    b: &mut Builder,
    shape: Shape,
    old: &[Bit],
    expected: &[Bit],
    new: &[Bit],
) -> (Bit, Word) {
    let bits = shape.bits() as usize;
    let swap = equal(b, shape, old, expected);
    let value = b.mux_word(swap, &new[..bits], &old[..bits]);
    (swap, zero_extend(&value, 128))
}

/// A store-exclusive fails: whether the access opened at `opened.0`, where it saw `opened.1`, is not the
/// one to `address` that sees `old`. Addresses are 64 bits wide, values 128, of any size of access: a
/// smaller one has zeroes above.
pub fn exclusive_failed(
    b: &mut Builder,
    opened: (&[Bit], &[Bit]),
    address: &[Bit],
    old: &[Bit],
) -> Bit {
    let mut differ = b.lut_words(table::XOR, opened.0, address);
    differ.extend(b.lut_words(table::XOR, opened.1, old));
    b.any(&differ)
}
