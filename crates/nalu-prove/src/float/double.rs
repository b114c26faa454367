//! P5: double precision against the host's arithmetic, LLVM's soft floats, and `ncpu_fp`.

use super::sweeps::fill;
use super::{Op, by_apfloat, by_software};
use crate::proof::{Carrier, Coverage, Proof, Rung};
use crate::random::Random;
use crate::run::Options;
use crate::sweep::{Batch, draw};
use ncpu_cells::Cells;
use ncpu_nalu::Style;
use ncpu_nalu::float::Format;

const CHUNK: u64 = 1 << 20;
/// Cases of an operation.
const CASES: u64 = 1 << 28;
/// Of so many cases one is compared with `ncpu_fp` too, and so are all that give a NaN.
const SAMPLE: u64 = 16;

pub(super) const OPS: [Op; 6] = [Op::Add, Op::Sub, Op::Mul, Op::Div, Op::Sqrt, Op::MulAdd];

/// The proofs about double precision.
pub(super) fn proofs<'a>(cells: &'a Cells, options: &Options) -> Vec<Proof<'a>> {
    OPS.iter().map(|op| proof(*op, options, cells)).collect()
}

fn proof<'a>(op: Op, options: &Options, cells: &'a Cells) -> Proof<'a> {
    let (full, seed) = (options.full, options.seed);
    let format = Format::DOUBLE;
    let prepare = move || {
        let circuit = op.circuit(format, Style::Small);
        let mut batch = Batch::bits(&circuit, cells);
        let work = move |n: u64| {
            let mut random = Random::named(seed + (n << 32), &op.name());
            // Half of the cases to nearest, where the host can tell.
            let mode = [0, 1, 0, 2, 0, 3][n as usize % 6];
            let mut fill = |case: &mut [u64]| {
                fill(&mut random, op, format, case);
                case[circuit.inputs.len() - 1] = mode << 22;
            };
            let count = if full { CHUNK } else { 1 << 15 };
            draw(&mut batch, &circuit, count as usize, &mut fill, &|x| agreed(op, x))
        };
        Box::new(work) as Box<_>
    };
    Proof {
        id: format!("p5-{}", op.name()),
        rung: Rung::P5,
        what: format!("{} of doubles, bits and flags, in every rounding mode", op.name()),
        method: "directed and drawn cases against the host, LLVM's soft floats and ncpu-fp",
        operations: op.name(),
        widths: "double".into(),
        coverage: Coverage::Sampled,
        carrier: Carrier::Bits,
        chunks: if full { CASES / CHUNK } else { 6 },
        prepare: Box::new(prepare),
    }
}

/// What the references agree on; if they do not, what no result is.
fn agreed(op: Op, x: &[u64]) -> u128 {
    let Some((value, mut flags)) = by_apfloat(op, x) else { return u128::MAX };
    let nan = f64::from_bits(value).is_nan();
    // LLVM tells an underflow after rounding, which at the border differs, and does not call it an
    // overflow where the result stays the largest number (IEEE 754-2019, 7.4 does): there Arm's say.
    let doubtful = match value << 1 {
        0x0020_0000_0000_0000 => 8,
        0xffdf_ffff_ffff_fffe => 4,
        _ => 0,
    };
    let mode = x[x.len() - 1];
    if mode == 0 && !same_on_host(op, x, value, nan) {
        return u128::MAX;
    }
    let sampled = (x[0] ^ x[0] >> 17).is_multiple_of(SAMPLE);
    if nan || doubtful != 0 || sampled {
        let Some(full) = by_software(op, Format::DOUBLE, x) else { return u128::MAX };
        let (by_arm, arm_flags) = (full as u64, (full >> 64) as u64);
        if nan {
            // Which NaN it is Arm says; whether it is one, and whether the operation is invalid, all.
            let both = f64::from_bits(by_arm).is_nan() && arm_flags == flags | arm_flags & 1;
            return if both { full } else { u128::MAX };
        }
        flags |= arm_flags & doubtful;
        if (by_arm, arm_flags) != (value, flags) {
            return u128::MAX;
        }
    }
    u128::from(value) | u128::from(flags) << 64
}

/// Whether the host's arithmetic gives the same.
fn same_on_host(op: Op, x: &[u64], value: u64, nan: bool) -> bool {
    let double = |n: usize| f64::from_bits(x[n]);
    let host = match op {
        Op::Add => double(0) + double(1),
        Op::Sub => double(0) - double(1),
        Op::Mul => double(0) * double(1),
        Op::Div => double(0) / double(1),
        Op::Sqrt => double(0).sqrt(),
        Op::MulAdd => double(1).mul_add(double(2), double(0)),
        _ => return false,
    };
    if nan { host.is_nan() } else { host.to_bits() == value }
}
