//! Tables: trees of multiplexers over constants, in which equal parts are shared.

use ncpu_fp::{recip_estimate_u32, rsqrt_estimate_u32};
use ncpu_nalu::{Bit, Builder, Word, constant};

/// `table[index]`, `width` bits; the table has an entry for every index.
pub(super) fn lookup(b: &mut Builder, table: &[u64], index: &[Bit], width: usize) -> Word {
    let Some((top, below)) = index.split_last() else {
        return constant(u128::from(table[0]), width);
    };
    let (low, high) = table.split_at(table.len() / 2);
    let (low, high) = (lookup(b, low, below, width), lookup(b, high, below, width));
    b.mux_word(*top, &high, &low)
}

/// URECPE or URSQRTE of a lane of 32 bits: of its highest nine bits, as many in the result.
pub(super) fn estimate(b: &mut Builder, rsqrt: bool, x: &[Bit]) -> Word {
    let estimate = if rsqrt { rsqrt_estimate_u32 } else { recip_estimate_u32 };
    let table: Vec<u64> = (0..512_u32).map(|i| u64::from(estimate(i << 23) >> 23)).collect();
    let high = lookup(b, &table, &x[23..32], 9);
    // Operands that are too small give ones all the way down.
    let normal = if rsqrt { b.any(&x[30..32]) } else { x[31] };
    let low = b.not(normal);
    [vec![low; 23], high].concat()
}
