//! What MUXLEQ computes, as circuits of cells.
//!
//! Each takes the width of a cell of memory, so that narrow ones can be tried on all operands; the
//! machine's is [`WIDTH`].

use ncpu_nalu::{Bit, Builder, Circuit, Style, Word, constant};

/// Bits of a cell of memory.
pub const WIDTH: usize = 16;

/// What [`classify`] says: a bit for each case, of which one is set, and one about the target.
pub mod case {
    /// `m[b]` takes a byte of input.
    pub const INPUT: u64 = 1;
    /// The low byte of `m[a]` is output.
    pub const OUTPUT: u64 = 1 << 1;
    /// `m[b]` takes the bits of `m[a]` where the mask is 0.
    pub const MUX: u64 = 1 << 2;
    /// `m[a]` is subtracted from `m[b]`, and the program may jump.
    pub const SUBTRACT: u64 = 1 << 3;
    /// The program goes on at the target; it halts where this is 0.
    pub const RUNS: u64 = 1 << 4;
}

/// What an instruction is. Reads a, b, c; gives its [`case`].
#[must_use]
pub fn classify(width: usize) -> Circuit {
    let mut b = Builder::new(Style::Shallow);
    let operands: [Word; 3] = std::array::from_fn(|_| b.input(width));
    let [x, y, z] = operands.each_ref().map(|word| some_zero(&mut b, word));
    let target_high = operands[2][width - 1];
    let input = b.not(x);
    let output = b.and_not(x, y);
    let neither = b.and(x, y);
    let masked = b.and(z, target_high);
    let mux = b.and(neither, masked);
    let subtract = b.and_not(neither, masked);
    let runs = b.not(target_high);
    b.finish(vec![vec![input, output, mux, subtract, runs]])
}

/// Whether a word is other than all ones.
fn some_zero(b: &mut Builder, word: &[Bit]) -> Bit {
    let flipped = b.not_word(word);
    // Cells of a row read neighbours, not every fourth bit: those take more moves to gather.
    let rows = word.len() / 4;
    let order = (0..word.len()).map(|i| if i < 4 * rows { i % 4 * rows + i / 4 } else { i });
    let flipped: Word = order.map(|i| flipped[i]).collect();
    b.any(&flipped)
}

/// Where the next instruction is. Reads pc; gives pc + 3, and whether the program goes on there.
#[must_use]
pub fn advance(width: usize) -> Circuit {
    let mut b = Builder::new(Style::Shallow);
    let pc = b.input(width);
    let next = b.add(&pc, &constant(3, width));
    let runs = b.not(next[width - 1]);
    b.finish(vec![next, vec![runs]])
}

/// A difference. Reads `m[a]`, `m[b]`; gives `m[b] - m[a]`, and whether the program jumps: whether that is
/// zero or has its highest bit.
#[must_use]
pub fn subtract(width: usize) -> Circuit {
    let mut b = Builder::new(Style::Shallow);
    let [x, y]: [Word; 2] = std::array::from_fn(|_| b.input(width));
    let (difference, zero) = b.subtract_and_compare(&y, &x);
    let jumps = b.or(zero, difference[width - 1]);
    b.finish(vec![difference, vec![jumps]])
}

/// A choice bit by bit. Reads `m[a]`, `m[b]` and the mask; gives the bits of `m[b]` where the mask is 1
/// and those of `m[a]` elsewhere.
#[must_use]
pub fn mux(width: usize) -> Circuit {
    let mut b = Builder::new(Style::Shallow);
    let [x, y, mask]: [Word; 3] = std::array::from_fn(|_| b.input(width));
    let chosen = (0..width).map(|i| b.mux(mask[i], y[i], x[i])).collect();
    b.finish(vec![chosen])
}
