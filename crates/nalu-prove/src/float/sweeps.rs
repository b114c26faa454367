//! P4 for floating point: all pairs of halves, drawn ones of everything else, all single square roots.

use super::cases::{fpcr, related};
use super::{Op, by_host, by_software, format_name};
use crate::proof::{Carrier, Checked, Coverage, Proof, Rung};
use crate::random::Random;
use crate::run::Options;
use crate::sweep::{Batch, draw, enumerate};
use ncpu_cells::Cells;
use ncpu_nalu::float::Format;
use ncpu_nalu::{BitsBatch, Style};

/// Cases in a chunk.
const CHUNK: u64 = 1 << 22;
/// Rounding modes of FPCR.
const MODES: u64 = 4;
/// Drawn cases of an operation and mode.
const DRAWN: u64 = 1 << 28;

/// Operations of halves and bfloat16s of which operands are drawn.
pub(super) const SHARED: [Op; 9] = [
    Op::Sub,
    Op::Div,
    Op::MulAdd,
    Op::Max,
    Op::Min,
    Op::MaxNum,
    Op::MinNum,
    Op::Compare(false),
    Op::Compare(true),
];
/// Those of halves alone.
pub(super) const STEPS: [Op; 3] = [Op::Mulx, Op::RecipStep, Op::RsqrtStep];

/// The brute force of floating point.
pub(super) fn proofs<'a>(cells: &'a Cells, options: &Options) -> Vec<Proof<'a>> {
    let half = Format::HALF;
    let mut list = vec![
        enumerated(Op::Add, half, options, cells),
        enumerated(Op::Mul, half, options, cells),
        enumerated(Op::Sqrt, Format::SINGLE, options, cells),
    ];
    for op in SHARED.into_iter().chain(STEPS) {
        list.push(drawn(op, half, DRAWN, options, cells));
    }
    for op in SHARED.into_iter().chain([Op::Add, Op::Mul]) {
        list.push(drawn(op, Format::BFLOAT16, DRAWN, options, cells));
    }
    for op in unary().into_iter().filter(|op| *op != Op::Convert(half)) {
        list.push(enumerated(op, half, options, cells));
    }
    list.push(drawn(Op::Convert(Format::BFLOAT16), Format::SINGLE, DRAWN, options, cells));
    list.push(enumerated(Op::Sqrt, Format::BFLOAT16, options, cells));
    // Other control bits than the mode, and wider formats: less of them.
    for format in [half, Format::BFLOAT16, Format::SINGLE, Format::DOUBLE] {
        let others = unary().into_iter().filter(|_| format != Format::BFLOAT16);
        let both = [Op::Add, Op::Mul, Op::Sqrt];
        let steps = STEPS.into_iter().filter(|_| format != Format::BFLOAT16);
        let all = SHARED.into_iter().chain(both).chain(steps).chain(others);
        let all: Vec<Op> = all.filter(|op| *op != Op::Convert(format)).collect();
        list.push(controlled(&dedup(all), format, options, cells));
    }
    list
}

/// Operations of one operand, all of whose halves are few.
pub(super) fn unary() -> Vec<Op> {
    let mut list = vec![
        Op::Sqrt,
        Op::RecipEstimate,
        Op::RsqrtEstimate,
        Op::RecipExponent,
        Op::Convert(Format::SINGLE),
        Op::Convert(Format::DOUBLE),
        Op::Convert(Format::HALF),
    ];
    for mode in 0..5 {
        list.push(Op::RoundInt(mode, mode == 3));
    }
    for bits in [16, 32, 64] {
        for unsigned in [false, true] {
            list.push(Op::ToInteger(bits, unsigned));
            list.push(Op::FromInteger(bits, unsigned));
        }
    }
    list
}

fn dedup(list: Vec<Op>) -> Vec<Op> {
    let mut seen = Vec::new();
    for op in list {
        if !seen.contains(&op) {
            seen.push(op);
        }
    }
    seen
}

/// Whether bfloat16s are among operands or results.
fn is_bfloat16(op: Op, format: Format) -> bool {
    format == Format::BFLOAT16 || op == Op::Convert(Format::BFLOAT16)
}

/// What should come out, by the reference that knows the format.
fn expected(op: Op, format: Format, x: &[u64]) -> u128 {
    let found =
        if is_bfloat16(op, format) { by_host(op, format, x) } else { by_software(op, format, x) };
    found.expect("a reference for every operation that is listed")
}

fn proof<'a>(op: Op, format: Format) -> Proof<'a> {
    let (name, format_name) = (op.name(), format_name(format));
    Proof {
        id: format!("p4-{format_name}-{name}"),
        rung: Rung::P4,
        what: format!("{name} of {format_name}, bits and flags, in every rounding mode"),
        method: if is_bfloat16(op, format) {
            "brute force against doubles rounded once"
        } else {
            "brute force against ncpu-fp"
        },
        operations: name,
        widths: format_name.into(),
        coverage: Coverage::Sampled,
        carrier: Carrier::Bits,
        chunks: 1,
        prepare: Box::new(|| Box::new(|_| Ok(0.into()))),
    }
}

/// All operands of an operation, in each mode; of the single square root in the mode to nearest only, and
/// against the host.
fn enumerated<'a>(op: Op, format: Format, options: &Options, cells: &'a Cells) -> Proof<'a> {
    let operands: usize = op.widths(format).iter().sum();
    // Of operands of 64 bits only those that have 16 on top or at the bottom would be few: drawn then.
    if operands > 32 || matches!(op, Op::FromInteger(32, _)) {
        return drawn(op, format, 1 << 24, options, cells);
    }
    let single = format == Format::SINGLE;
    let modes = if single { 1 } else { MODES };
    let all = 1_u64 << operands;
    let chunk = CHUNK.min(all);
    let whole = options.full || all <= CHUNK;
    let chunks = if whole { all / chunk } else { 1 };
    let prepare = move || {
        let circuit = op.circuit(format, Style::Small);
        let mut counters: Vec<_> = (0..modes).map(|_| None).collect();
        let work = move |n: u64| {
            let (mode, n) = (n % modes, n / modes);
            let counter = counters[mode as usize]
                .get_or_insert_with(|| enumerate(&circuit, cells, &[mode << 22]));
            let reference = |x: &[u64]| {
                if single { host_root(x[0]) } else { expected(op, format, x) }
            };
            if whole {
                return counter.run(n * chunk, chunk, &reference);
            }
            let mut cases = 0;
            for part in 0..32 {
                let first = part * (all / 32) + part * 5 * BitsBatch::LANES as u64;
                let count = 4 * BitsBatch::LANES as u64;
                cases += counter.run(first, count, &reference)?.cases;
            }
            Ok(Checked::from(cases))
        };
        Box::new(work) as Box<_>
    };
    let mut proof = proof(op, format);
    if single {
        proof.what = "sqrt of single, bits and flags, to nearest".into();
        proof.method = "brute force against the host's square root";
    }
    Proof {
        coverage: if whole { Coverage::Exhaustive } else { Coverage::Sampled },
        chunks: modes * chunks,
        prepare: Box::new(prepare),
        ..proof
    }
}

/// A single's square root on the host, which rounds to nearest, and the flags by multiplying back.
fn host_root(a: u64) -> u128 {
    let value = f32::from_bits(a as u32);
    if value.is_nan() {
        let signalling = a & 0x40_0000 == 0;
        return u128::from(a | 0x40_0000) | u128::from(signalling) << 32;
    }
    if value < 0.0 {
        return 0x7fc0_0000 | 1 << 32;
    }
    let root = value.sqrt();
    let back = f64::from(root) * f64::from(root);
    let inexact = back != f64::from(value);
    u128::from(root.to_bits()) | u128::from(inexact) << 36
}

/// Drawn operands of an operation, `most` in each mode.
fn drawn<'a>(op: Op, format: Format, most: u64, options: &Options, cells: &'a Cells) -> Proof<'a> {
    let (full, seed) = (options.full, options.seed);
    let prepare = move || {
        let circuit = op.circuit(format, Style::Small);
        let mut batch = Batch::bits(&circuit, cells);
        let work = move |n: u64| {
            let mut random = Random::named(seed + (n << 32), &op.name());
            let mode = n % MODES;
            let mut fill = |case: &mut [u64]| {
                fill(&mut random, op, format, case);
                case[circuit.inputs.len() - 1] = mode << 22;
            };
            let count = if full { CHUNK } else { 1 << 17 };
            draw(&mut batch, &circuit, count as usize, &mut fill, &|x| expected(op, format, x))
        };
        Box::new(work) as Box<_>
    };
    Proof {
        chunks: MODES * if full { most / CHUNK } else { 1 },
        prepare: Box::new(prepare),
        ..proof(op, format)
    }
}

/// Draws the operands of an operation: half of the cases any bits, half hard ones.
pub(super) fn fill(random: &mut Random, op: Op, format: Format, case: &mut [u64]) {
    let operands = case.len() - 1;
    if let Op::FromInteger(bits, _) = op {
        case[0] = random.operand(bits);
        return;
    }
    let hard = random.below(2) == 0;
    let mut last = 0;
    for value in &mut case[..operands] {
        let any = random.next() & (u64::MAX >> (64 - format.bits()));
        *value = if hard { related(random, format, last) } else { any };
        last = *value;
    }
}

/// Drawn operands of many operations with any control bits.
fn controlled<'a>(ops: &[Op], format: Format, options: &Options, cells: &'a Cells) -> Proof<'a> {
    let (full, seed, ops) = (options.full, options.seed, ops.to_vec());
    let (chunks, name) = (ops.len() as u64, format_name(format));
    let prepare = move |n: u64| {
        let op = ops[n as usize];
        let mut cases = 0;
        for style in [Style::Small, Style::Shallow] {
            let circuit = op.circuit(format, style);
            let mut batch = Batch::bits(&circuit, cells);
            let mut random = Random::named(seed, &op.name());
            let mut fill = |case: &mut [u64]| {
                fill(&mut random, op, format, case);
                let mode = random.below(MODES);
                case[circuit.inputs.len() - 1] = fpcr(&mut random, mode);
            };
            let count = if full { CHUNK } else { 1 << 12 };
            let reference = |x: &[u64]| expected(op, format, x);
            cases += draw(&mut batch, &circuit, count as usize, &mut fill, &reference)?.cases;
        }
        Ok(Checked::from(cases))
    };
    let prepare = std::sync::Arc::new(prepare);
    Proof {
        id: format!("p4-{name}-control"),
        what: format!("every operation of {name} with any control bits, both styles"),
        operations: "all".into(),
        chunks,
        prepare: Box::new(move || {
            let prepare = prepare.clone();
            Box::new(move |n| prepare(n))
        }),
        ..proof(Op::Add, format)
    }
}
