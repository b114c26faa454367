//! Words a hexadecimal digit at a time: the cells of digits, and groups of cells of bits, as tables
//! made from the weights when they are loaded.
//!
//! Everything here is a lookup or routing. Digits are cut out of numbers and put back by shifts and ors
//! of constant places, which only move bits.

use ncpu_cells::{ADDER_DIGIT, Cells, LOGIC, MULTIPLY_4, MUX, Net, Spec};

/// The tables of digits. Words have `8 * N` digits' worth of room in a `u64`; `width` is in bits, a
/// multiple of 4, and bits above it are ignored in operands and 0 in results.
pub struct Digits {
    /// Sum and carry of two digits and a carry: row `a | b << 4 | carry << 8`.
    add: Box<[u8; 512]>,
    /// Product of two digits: row `a | b << 4`.
    multiply: Box<[u8; 256]>,
    /// Four logic cells: row `a | b << 4 | table << 8`.
    logic: Box<[u8; 4096]>,
    /// Four multiplexers: row `a | b << 4 | s << 8`; `a` if `s`.
    choose: Box<[u8; 512]>,
    /// Eight multiplexers that take four bits out of eight, from place 0 to 3: row `x | from << 8`.
    window: Box<[u8; 1024]>,
}

/// The table of four cells side by side.
fn four<const N: usize>(rows: impl Fn(usize, usize) -> u16, net: &Net) -> Box<[u8; N]> {
    let mut table = Box::new([0; N]);
    for (n, entry) in table.iter_mut().enumerate() {
        *entry = (0..4).fold(0, |r, i| r | (net.eval(rows(n, i)) as u8) << i);
    }
    table
}

fn whole<const N: usize>(net: &Net) -> Box<[u8; N]> {
    let mut table = Box::new([0; N]);
    for (n, entry) in table.iter_mut().enumerate() {
        *entry = net.eval(n as u16) as u8;
    }
    table
}

fn bit(n: usize, i: usize) -> u16 {
    (n >> i & 1) as u16
}

const fn low_bits(width: u32) -> u64 {
    if width < 64 { (1 << width) - 1 } else { u64::MAX }
}

#[inline(always)]
const fn digit(word: u64, n: u32) -> usize {
    (word >> (4 * n) & 15) as usize
}

impl Digits {
    /// Makes the tables from the networks of `cells`.
    ///
    /// # Panics
    /// If `cells` lacks one of the cells of the ALU.
    #[must_use]
    pub fn new(cells: &Cells) -> Self {
        let net = |spec: &Spec| cells.net(spec).expect("the set has the cells of the ALU");
        let mux = net(&MUX);
        let choose = |s: u16, a: u16, b: u16| s | a << 1 | b << 2;
        Self {
            add: whole(net(&ADDER_DIGIT)),
            multiply: whole(net(&MULTIPLY_4)),
            logic: four(
                |n, i| bit(n, i) | bit(n, i + 4) << 1 | ((n >> 8) as u16) << 2,
                net(&LOGIC),
            ),
            choose: four(|n, i| choose(bit(n, 8), bit(n, i), bit(n, i + 4)), mux),
            window: Self::windows(mux),
        }
    }

    /// Two layers of multiplexers over eight bits.
    fn windows(mux: &Net) -> Box<[u8; 1024]> {
        let mut table = Box::new([0; 1024]);
        for (n, entry) in table.iter_mut().enumerate() {
            let layer = |x: u16, s: u16, by: u16, count: u16| {
                (0..count).fold(0, |r, i| {
                    let row = s | (x >> (i + by) & 1) << 1 | (x >> i & 1) << 2;
                    r | mux.eval(row) << i
                })
            };
            let once = layer((n & 255) as u16, bit(n, 9), 2, 6);
            *entry = layer(once, bit(n, 8), 1, 4) as u8;
        }
        table
    }

    /// `a + b + carry`, and the carry out.
    #[inline]
    #[must_use]
    pub fn add(&self, width: u32, a: u64, b: u64, carry: bool) -> (u64, bool) {
        let (mut sum, mut carry) = (0, usize::from(carry));
        for n in 0..width / 4 {
            let row = self.add[digit(a, n) | digit(b, n) << 4 | carry << 8];
            sum |= u64::from(row & 15) << (4 * n);
            carry = usize::from(row >> 4);
        }
        (sum, carry == 1)
    }

    /// `a - b`, and 1 where nothing was borrowed.
    #[inline]
    #[must_use]
    pub fn subtract(&self, width: u32, a: u64, b: u64) -> (u64, bool) {
        let complement = self.logic(width, crate::word::table::NOT, b, 0);
        self.add(width, a, complement, true)
    }

    /// The function of two bits with truth table `table`, on each bit.
    #[inline]
    #[must_use]
    pub fn logic(&self, width: u32, table: u8, a: u64, b: u64) -> u64 {
        let table = usize::from(table & 15) << 8;
        (0..width / 4).fold(0, |r, n| {
            let row = self.logic[digit(a, n) | digit(b, n) << 4 | table];
            r | u64::from(row) << (4 * n)
        })
    }

    /// `a << amount`; `amount` is below `width`, a power of two.
    #[inline]
    #[must_use]
    pub fn shift_left(&self, width: u32, a: u64, amount: u32) -> u64 {
        // To the left by n is to the right by 4 - n, one digit further up.
        let (within, digits) = (amount & 3, amount >> 2);
        let above = a & low_bits(width);
        let mut r = 0;
        for n in 0..width / 4 {
            let pair = digit(above, n) << 4 | if n == 0 { 0 } else { digit(above, n - 1) };
            let row = if within == 0 { digit(above, n) } else { self.from(pair, 4 - within) };
            r |= (row as u64) << (4 * n);
        }
        self.move_digits(width, r, digits, |r, by| r << (4 * by))
    }

    /// `a >> amount`, zeroes in; `amount` is below `width`, a power of two.
    #[inline]
    #[must_use]
    pub fn shift_right(&self, width: u32, a: u64, amount: u32) -> u64 {
        let (within, digits) = (amount & 3, amount >> 2);
        let above = a & low_bits(width);
        let mut r = 0;
        for n in 0..width / 4 {
            let next = if n + 1 == width / 4 { 0 } else { digit(above, n + 1) };
            r |= (self.from(digit(above, n) | next << 4, within) as u64) << (4 * n);
        }
        self.move_digits(width, r, digits, |r, by| r >> (4 * by))
    }

    #[inline(always)]
    fn from(&self, pair: usize, place: u32) -> usize {
        usize::from(self.window[pair | (place as usize) << 8])
    }

    /// Moves whole digits by layers of multiplexers.
    #[inline(always)]
    fn move_digits(&self, width: u32, a: u64, by: u32, route: impl Fn(u64, u32) -> u64) -> u64 {
        let mut r = a;
        for k in 0..(width / 4).trailing_zeros() {
            let moved = route(r, 1 << k) & low_bits(width);
            let s = (by >> k & 1) as usize;
            r = (0..width / 4).fold(0, |next, n| {
                let row = self.choose[digit(moved, n) | digit(r, n) << 4 | s << 8];
                next | u64::from(row) << (4 * n)
            });
        }
        r
    }

    /// The low `width` bits of `a * b`: a row for each digit of `b`, added up digit by digit.
    #[inline]
    #[must_use]
    pub fn multiply(&self, width: u32, a: u64, b: u64) -> u64 {
        let digits = width / 4;
        let mut sums = [0_u8; 16];
        for i in 0..digits {
            let of_b = digit(b, i) << 4;
            let (mut high, mut carry, mut carry_up) = (0, 0, 0);
            for j in 0..digits - i {
                let product = usize::from(self.multiply[digit(a, j) | of_b]);
                // The digit of this row, then the sum of all rows so far.
                let row = usize::from(self.add[product & 15 | high << 4 | carry << 8]);
                let place = &mut sums[(i + j) as usize];
                let sum =
                    usize::from(self.add[row & 15 | usize::from(*place) << 4 | carry_up << 8]);
                *place = (sum & 15) as u8;
                (high, carry, carry_up) = (product >> 4, row >> 4, sum >> 4);
            }
        }
        (0..digits).fold(0, |r, n| r | u64::from(sums[n as usize]) << (4 * n))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::word::table;

    fn random(state: &mut u64) -> u64 {
        *state ^= *state << 13;
        *state ^= *state >> 7;
        *state ^= *state << 17;
        *state
    }

    #[test]
    fn digits_compute() {
        let digits = Digits::new(&Cells::built_in().unwrap());
        let mut state = 1;
        for n in 0..4000 {
            for width in [8, 16, 32, 64] {
                let mask = low_bits(width);
                let (a, b) = (random(&mut state) & mask, random(&mut state) & mask);
                let amount = n % width;
                let (sum, carry) = digits.add(width, a, b, false);
                assert_eq!(sum, a.wrapping_add(b) & mask);
                assert_eq!(carry, u128::from(a) + u128::from(b) > u128::from(mask));
                assert_eq!(digits.subtract(width, a, b), (a.wrapping_sub(b) & mask, a >= b));
                assert_eq!(digits.logic(width, table::XOR, a, b), a ^ b);
                assert_eq!(digits.shift_left(width, a, amount), a << amount & mask);
                assert_eq!(digits.shift_right(width, a, amount), a >> amount);
                assert_eq!(digits.multiply(width, a, b), a.wrapping_mul(b) & mask);
            }
        }
    }
}
