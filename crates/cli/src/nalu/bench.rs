//! `ncpu nalu bench`: every tier's speed, beside the earlier nCPU's published figures.

use super::args::BenchArgs;
use super::{gpu, load, table};
use crate::Failure;
use crate::output::outln;
use ncpu_asm::{Limits, Machine, MemoryIo, NcpuIsa, Options};
use ncpu_cells::Cells;
use ncpu_engine_neural::Neural;
use ncpu_machine::{Engine, Vcpu};
use ncpu_mem::{AddressSpace, Perms};
use ncpu_nalu::{
    BitsBatch, Circuit, Digits, Function, Netlist, Style, WeightsBatch, WeightsSingle,
};
use std::time::{Duration, Instant};

/// Evaluations in a batch.
const BATCH: usize = 65_536;
/// Each figure is the least of so many measurements.
const ROUNDS: usize = 15;

/// An operation that is measured, and what the earlier nCPU published for it, in nanoseconds.
struct Case {
    name: &'static str,
    kind: &'static str,
    earlier: Option<f64>,
}

const fn case(name: &'static str, kind: &'static str, earlier_us: f64) -> Case {
    let earlier = if earlier_us > 0.0 { Some(earlier_us * 1000.0) } else { None };
    Case { name, kind, earlier }
}

/// The sum with its flags; `add` is measured without.
const FLAGS: &str = "add with flags";

/// ADD, logic, SHL and MUL of 32 bits have published figures (Apple laptop, March 2026).
const CASES: &[Case] = &[
    case("add", "32", 248.0),
    case(FLAGS, "32", 0.0),
    case("and", "32", 21.0),
    case("xor", "32", 21.0),
    case("shl", "32", 434.0),
    case("shr", "32", 0.0),
    case("mul", "32", 21.0),
    case("udiv", "32", 0.0),
    case("add", "64", 0.0),
    case("xor", "64", 0.0),
    case("shl", "64", 0.0),
    case("mul", "64", 0.0),
    case("udiv", "64", 0.0),
    case("fadd", "single", 0.0),
    case("fmul", "single", 0.0),
    case("fadd", "double", 0.0),
    case("fmul", "double", 0.0),
    case("fdiv", "double", 0.0),
    case("fma", "double", 0.0),
];

pub(super) fn run(args: &BenchArgs) -> Result<(), Failure> {
    let cells = load(args.models.as_deref())?;
    if let Some(name) = &args.gpu {
        return gpu::run(name.as_deref(), &cells);
    }
    let digits = Digits::new(&cells);
    let mut rows = Vec::new();
    for case in CASES {
        rows.push(measure(case, &cells, &digits)?);
    }
    let kernels = ncpu_nalu::kernels();
    outln!("Nanoseconds an operation on one core ({kernels}), the least of {ROUNDS} measurements.");
    outln!(
        "Batches are of {BATCH} operations; `planes` are bit-sliced operands, already transposed."
    );
    outln!("");
    let head = [
        "operation",
        "weights",
        "batch",
        "products",
        "tables",
        "bits",
        "planes",
        "earlier nCPU",
        "weights ×",
        "batch ×",
        "tables ×",
    ];
    table::print(&head, &rows);
    outln!("");
    outln!("Instructions a second on the neural engine (the weights tier), one core:");
    outln!("");
    for (name, source) in PROGRAMS {
        outln!("{:34} {:>10.0}", name, assembly_speed(source, &cells)?);
    }
    outln!("{:34} {:>10.0}", "AArch64, a loop with loads, stores", a64_speed(&cells)?);
    Ok(())
}

/// The least time of one call of `f`, in nanoseconds.
fn least(mut f: impl FnMut()) -> f64 {
    let measured = (0..ROUNDS).map(|_| {
        let start = Instant::now();
        f();
        start.elapsed()
    });
    measured.min().unwrap_or(Duration::ZERO).as_nanos() as f64
}

fn mix(x: u64) -> u64 {
    (x ^ x >> 29).wrapping_mul(0xbf58_476d_1ce4_e5b9).rotate_left(23)
}

fn measure(case: &Case, cells: &Cells, digits: &Digits) -> Result<Vec<String>, Failure> {
    let (name, results) = if case.name == FLAGS { ("add", 2) } else { (case.name, 1) };
    let function = Function::named(name, case.kind).map_err(Failure::start)?;
    let [shallow, small] =
        [Style::Shallow, Style::Small].map(|style| function.circuit(style).with_results(results));
    let single = single(&shallow, cells);
    let mut batch = WeightsBatch::new(&small, cells);
    let mut bits = BitsBatch::new(&Netlist::extract(&small, cells));
    let weights = columns(&small, |i, o| batch.run(i, o));
    let sliced = columns(&small, |i, o| bits.run(i, o));
    let planes = least(|| bits.pass()) / BitsBatch::LANES as f64;
    let looked_up = looked_up(case, digits);
    let ratio = |time: Option<f64>| match (case.earlier, time) {
        (Some(earlier), Some(time)) => format!("{:.0}", earlier / time),
        _ => String::new(),
    };
    Ok(vec![
        format!("{} {}", case.name, case.kind),
        format!("{single:.0}"),
        format!("{weights:.1}"),
        batch.macs().to_string(),
        looked_up.map_or(String::new(), |t| format!("{t:.0}")),
        format!("{sliced:.1}"),
        format!("{planes:.2}"),
        case.earlier.map_or(String::new(), |t| format!("{t:.0}")),
        ratio(Some(single)),
        ratio(Some(weights)),
        ratio(looked_up),
    ])
}

/// One evaluation at a time, each with operands that depend on the last result.
fn single(circuit: &Circuit, cells: &Cells) -> f64 {
    let mut weights = WeightsSingle::new(circuit, cells);
    let mut inputs = vec![0; circuit.inputs.len()];
    let mut outputs = vec![0; circuit.outputs.len()];
    let count = (2_000_000 / circuit.nodes.len()).clamp(20, 20_000);
    let mut x = 1;
    least(|| {
        for _ in 0..count {
            for input in &mut inputs {
                x = mix(x ^ outputs[0]);
                *input = x;
            }
            weights.run(&inputs, &mut outputs);
        }
    }) / count as f64
}

/// A batch, with operands and results as columns of numbers.
fn columns(circuit: &Circuit, mut run: impl FnMut(&[&[u64]], &mut [&mut [u64]])) -> f64 {
    let mut x = 1_u64;
    let mut column = |_: &usize| -> Vec<u64> {
        (0..BATCH)
            .map(|_| {
                x = mix(x.wrapping_add(1));
                x
            })
            .collect()
    };
    let inputs: Vec<Vec<u64>> = circuit.inputs.iter().map(&mut column).collect();
    let inputs: Vec<&[u64]> = inputs.iter().map(Vec::as_slice).collect();
    let mut outputs = vec![vec![0; BATCH]; circuit.outputs.len()];
    let mut outputs: Vec<&mut [u64]> = outputs.iter_mut().map(Vec::as_mut_slice).collect();
    least(|| run(&inputs, &mut outputs)) / BATCH as f64
}

/// The tables of digits, where the operation has them.
fn looked_up(case: &Case, digits: &Digits) -> Option<f64> {
    const COUNT: usize = 20_000;
    let width = case.kind.parse().ok()?;
    let logic = |table| move |a, b| digits.logic(width, table, a, b);
    let f: Box<dyn Fn(u64, u64) -> u64> = match case.name {
        "add" => Box::new(|a, b| digits.add(width, a, b, false).0),
        "sub" => Box::new(|a, b| digits.subtract(width, a, b).0),
        "and" => Box::new(logic(ncpu_nalu::table::AND)),
        "xor" => Box::new(logic(ncpu_nalu::table::XOR)),
        "shl" => Box::new(|a, b| digits.shift_left(width, a, b as u32 % width)),
        "shr" => Box::new(|a, b| digits.shift_right(width, a, b as u32 % width)),
        "mul" => Box::new(|a, b| digits.multiply(width, a, b)),
        _ => return None,
    };
    let mut x = 1;
    Some(
        least(|| {
            for _ in 0..COUNT {
                let a = mix(x);
                x = f(a, mix(a)) ^ a;
            }
        }) / COUNT as f64,
    )
}

/// Programs whose speed on the neural engine is measured.
const PROGRAMS: &[(&str, &str)] = &[
    ("nCPU assembly, sieve", include_str!("../../../../programs/sieve.asm")),
    ("nCPU assembly, bubble sort", include_str!("../../../../programs/bubble_sort.asm")),
    ("nCPU assembly, Mandelbrot", include_str!("../../../../programs/mandelbrot.asm")),
];

/// Instructions of the program that are run at most.
const MOST: u64 = 300_000;

fn assembly_speed(source: &str, cells: &Cells) -> Result<f64, Failure> {
    let program = ncpu_asm::assemble(source, &Options::default()).map_err(Failure::start)?;
    let mut engine = Neural::new(Box::new(NcpuIsa { compat: program.image.compat }), cells.clone());
    let mut best = 0.0_f64;
    for _ in 0..3 {
        let mut machine = Machine::new(program.clone(), None).map_err(Failure::start)?;
        let limits = Limits { max_cycles: Some(MOST), deadline: None };
        let start = Instant::now();
        let outcome = machine.run(&mut engine, &mut MemoryIo::new(b""), limits);
        best = best.max(outcome.cycles as f64 / start.elapsed().as_secs_f64());
    }
    Ok(best)
}

/// A loop of a random number generator that updates a table.
const A64_LOOP: [&str; 10] = [
    "eor x1, x1, x1, lsl #13",
    "eor x1, x1, x1, lsr #7",
    "eor x1, x1, x1, lsl #17",
    "and x2, x1, #0xff8",
    "ldr x3, [x4, x2]",
    "add x3, x3, x1",
    "str x3, [x4, x2]",
    "subs x5, x5, #1",
    "b.ne 0x10000",
    "b 0x10000",
];

fn a64_speed(cells: &Cells) -> Result<f64, Failure> {
    const CODE: u64 = 0x10000;
    const DATA: u64 = 0x20000;
    let mut mem = AddressSpace::new(None);
    let map = |e| Failure::start(format!("cannot map the benchmark: {e:?}"));
    mem.map_anonymous(CODE, 0x1000, Perms::RX, "code").map_err(map)?;
    mem.map_anonymous(DATA, 0x1000, Perms::RW, "data").map_err(map)?;
    for (line, at) in A64_LOOP.iter().zip((CODE..).step_by(4)) {
        let word = ncpu_isa::assemble(line, at).map_err(Failure::start)?;
        mem.poke(at, &word.to_le_bytes()).map_err(Failure::start)?;
    }
    let mut engine = Neural::new(Box::new(ncpu_sem::A64), cells.clone());
    let mut vcpu = Vcpu { pc: CODE, ..Vcpu::default() };
    vcpu.set_x(1, 88_172_645_463_325_252);
    vcpu.set_x(4, DATA);
    vcpu.set_x(5, 1_000_000_000);
    let time = least(|| {
        engine.run(&mut vcpu, &mut mem, MOST / 10);
    });
    Ok((MOST / 10) as f64 / (time / 1e9))
}
