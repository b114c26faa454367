//! Estimates of reciprocals: tables.

use ncpu_fp::{recip_estimate_u32, rsqrt_estimate_u32};
use ncpu_nalu::{Bit, Builder, Word};

/// URECPE or URSQRTE of a lane of 32 bits: of its highest nine bits, as many in the result.
pub(super) fn estimate(b: &mut Builder, rsqrt: bool, x: &[Bit]) -> Word {
    let estimate = if rsqrt { rsqrt_estimate_u32 } else { recip_estimate_u32 };
    let high = b.lookup(&x[23..32], 9, &|i| u128::from(estimate((i as u32) << 23) >> 23));
    // Operands that are too small give ones all the way down.
    let normal = if rsqrt { b.any(&x[30..32]) } else { x[31] };
    let low = b.not(normal);
    [vec![low; 23], high].concat()
}
