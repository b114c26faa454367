//! t
use ncpu_cells::Cells;
use ncpu_muxleq_neural::circuit::*;
use ncpu_nalu::*;
use std::time::Instant;
fn main() {
    let cells = Cells::built_in().unwrap();
    for (name, c) in [
        ("classify", classify(16)),
        ("advance", advance(16)),
        ("subtract", subtract(16)),
        ("mux", mux(16)),
    ] {
        let mut w = WeightsSingle::new(&c, &cells);
        let mut t = TablesSingle::new(&c, &cells);
        let mut x = 12345_u64;
        let mut out = [0; 4];
        let n = 1_000_000;
        let mut best = [f64::MAX; 2];
        for _ in 0..3 {
            for tier in 0..2 {
                let start = Instant::now();
                for _ in 0..n {
                    x = x.wrapping_mul(6364136223846793005).wrapping_add(out[0] | 1);
                    let i = [x >> 48, x >> 32 & 0xffff, x >> 16 & 0xffff, x & 0xffff];
                    if tier == 0 {
                        w.run(&i, &mut out[..c.outputs.len()])
                    } else {
                        t.run(&i, &mut out[..c.outputs.len()])
                    }
                }
                best[tier] = best[tier].min(start.elapsed().as_nanos() as f64 / n as f64);
            }
        }
        println!(
            "{name}: cells {} depth {} weights {:.0} ns tables {:.0} ns",
            c.nodes.len(),
            c.depth(),
            best[0],
            best[1]
        );
    }
}
