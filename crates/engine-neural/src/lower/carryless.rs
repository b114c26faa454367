//! Products over GF(2).

use ncpu_nalu::{Bit, Builder, Style, Word, table, zero_extend};

/// Below this many bits, Karatsuba's method gains nothing.
const THRESHOLD: usize = 16;

/// `a * b` over GF(2), twice as wide as the operands.
pub(super) fn product(b: &mut Builder, x: &[Bit], y: &[Bit]) -> Word {
    if b.style() == Style::Small && x.len() >= THRESHOLD {
        return karatsuba(b, x, y);
    }
    truncated(b, x, y, 2 * x.len())
}

/// The low `width` bits of the product: each is the parity of a column.
pub(super) fn truncated(b: &mut Builder, x: &[Bit], y: &[Bit], width: usize) -> Word {
    (0..width)
        .map(|place| {
            let places = (0..x.len()).filter(|i| (i + y.len() > place) && *i <= place);
            let column: Word = places.map(|i| b.and(x[i], y[place - i])).collect();
            b.parity(&column)
        })
        .collect()
}

/// Three products of halves in place of four (Karatsuba and Ofman, 1962).
fn karatsuba(b: &mut Builder, x: &[Bit], y: &[Bit]) -> Word {
    let n = x.len() / 2;
    let ((x0, x1), (y0, y1)) = (x.split_at(n), y.split_at(n));
    let (low, high) = (product(b, x0, y0), product(b, x1, y1));
    let (xs, ys) = (b.lut_words(table::XOR, x0, x1), b.lut_words(table::XOR, y0, y1));
    let cross = product(b, &xs, &ys);
    let outer = b.lut_words(table::XOR, &low, &high);
    let middle = b.lut_words(table::XOR, &cross, &outer);
    let sides = [low, high].concat();
    let middle = zero_extend(&[vec![Bit::ZERO; n], middle].concat(), sides.len());
    b.lut_words(table::XOR, &sides, &middle)
}
