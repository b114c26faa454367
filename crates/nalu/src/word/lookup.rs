//! Tables of constants.

use crate::builder::Builder;
use crate::circuit::{Bit, Word};

impl Builder {
    /// The low `width` bits of `row(index)`: trees of choices between constants, whose lowest layer is a
    /// function of two bits.
    pub fn lookup(&mut self, index: &[Bit], width: usize, row: &dyn Fn(u128) -> u128) -> Word {
        let rows: Vec<u128> = (0..1 << index.len()).map(row).collect();
        (0..width)
            .map(|k| {
                let column: Vec<bool> = rows.iter().map(|row| row >> k & 1 == 1).collect();
                self.choose(index, &column)
            })
            .collect()
    }

    fn choose(&mut self, index: &[Bit], column: &[bool]) -> Bit {
        match index {
            [] => Bit::constant(column[0]),
            [a] => self.choose(&[*a, Bit::ZERO], &[column, column].concat()),
            [a, b] => {
                let bits = column.iter().rev();
                let table = bits.fold(0, |table, bit| table << 1 | u8::from(*bit));
                self.lut(table, *a, *b)
            }
            _ => {
                let (low, high) = column.split_at(column.len() / 2);
                let lower = &index[..index.len() - 1];
                let (low, high) = (self.choose(lower, low), self.choose(lower, high));
                self.mux(index[index.len() - 1], high, low)
            }
        }
    }
}
