//! Compares this project's machines with qemu-aarch64 on random instructions.
//!
//! `difftest [--engine NAME] [--gpu GPU] [--rows PATTERN] [--count N] [--seed S] [--states N] [--show N]`
//! executes N cases spread over the rows whose names contain PATTERN and reports, row by row, what
//! disagreed. The engine `gpu` runs on a GPU of this number or name, by default on the executor.

use ncpu_difftest::{
    Case, ENGINES, EXECUTOR, Engines, Generator, MakeEngine, Outcome, Qemu, SLOTS, differences,
    known_fault,
};
use ncpu_isa::disassemble;
use ncpu_machine::Engine;
use std::collections::BTreeMap;
use std::process::ExitCode;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};

/// Threads that compare at once; each keeps an engine.
const MOST_THREADS: usize = 16;

struct Options {
    engine: MakeEngine,
    gpu: String,
    rows: String,
    count: u64,
    seed: u64,
    states: usize,
    show: usize,
}

fn options() -> Result<Options, String> {
    let engine = ENGINES[0].1;
    let (gpu, rows) = (EXECUTOR.to_string(), String::new());
    let mut o = Options { engine, gpu, rows, count: 100_000, seed: 1, states: 4, show: 3 };
    let mut args = std::env::args().skip(1);
    while let Some(name) = args.next() {
        let value = args.next().ok_or_else(|| format!("{name} wants a value"))?;
        let number = || value.parse::<u64>().map_err(|e| format!("{name} {value}: {e}"));
        match name.as_str() {
            "--engine" => o.engine = find_engine(&value)?,
            "--gpu" => o.gpu = value,
            "--rows" => o.rows = value,
            "--count" => o.count = number()?,
            "--seed" => o.seed = number()?,
            "--states" => o.states = number()?.max(1) as usize,
            "--show" => o.show = number()? as usize,
            _ => return Err(format!("unknown option {name}")),
        }
    }
    Ok(o)
}

fn find_engine(name: &str) -> Result<MakeEngine, String> {
    let names = || ENGINES.iter().map(|e| e.0).collect::<Vec<_>>().join(", ");
    let found = ENGINES.iter().find(|e| e.0 == name).map(|e| e.1);
    found.ok_or_else(|| format!("no engine {name}; there are {}", names()))
}

/// What happened to a row's cases.
#[derive(Default)]
struct Tally {
    cases: u64,
    excused: BTreeMap<&'static str, u64>,
    wrong: u64,
    examples: Vec<String>,
}

type Tallies = BTreeMap<&'static str, Tally>;

fn main() -> ExitCode {
    match options().and_then(|o| compare(&o)) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(message) => {
            eprintln!("difftest: {message}");
            ExitCode::from(2)
        }
    }
}

fn compare(o: &Options) -> Result<bool, String> {
    let qemu = Qemu::build(&std::env::temp_dir())?;
    let tallies = Mutex::new(Tallies::new());
    let failure = Mutex::new(None);
    let next = AtomicU64::new(0);
    let batch = (SLOTS as u64).min(o.count / o.states as u64 + 1);
    let batches = o.count.div_ceil(batch * o.states as u64);
    let worker = || {
        let fail = |message| {
            *failure.lock().unwrap_or_else(|e| e.into_inner()) = Some(message);
        };
        let mut engine = match (o.engine)(&o.gpu) {
            Ok(engine) => Some(engine),
            Err(message) => return fail(message),
        };
        loop {
            let number = next.fetch_add(1, Ordering::Relaxed);
            if number >= batches {
                return;
            }
            if let Err(message) = run_batch(o, &qemu, &mut engine, number, batch as usize, &tallies)
            {
                return fail(message);
            }
        }
    };
    std::thread::scope(|scope| {
        let threads = std::thread::available_parallelism().map_or(2, usize::from).min(MOST_THREADS);
        for _ in 0..threads {
            scope.spawn(worker);
        }
    });
    if let Some(message) = failure.into_inner().unwrap_or_else(|e| e.into_inner()) {
        return Err(message);
    }
    Ok(report(&tallies.into_inner().unwrap_or_else(|e| e.into_inner()), o))
}

fn run_batch(
    o: &Options,
    qemu: &Qemu,
    engine: &mut Option<Box<dyn Engine>>,
    number: u64,
    slots: usize,
    tallies: &Mutex<Tallies>,
) -> Result<(), String> {
    let mut generator =
        Generator::new(&o.rows, o.seed.wrapping_mul(1_000_003).wrapping_add(number));
    let rows = generator.rows().to_vec();
    if rows.is_empty() {
        return Err(format!("no row's name contains {:?}", o.rows));
    }
    let mut cases = Vec::new();
    let mut row_of = Vec::new();
    for slot in 1..=slots {
        // Not in step with the batches, so that all rows get their turn.
        let row = (slot + number as usize * slots) % rows.len();
        cases.extend(generator.cases(row, slot, o.states).into_iter().map(|(_, case)| case));
        row_of.extend(std::iter::repeat_n(rows[row].name, o.states));
    }
    let expected = qemu.outcomes(&cases)?;
    let taken = engine.take().map_or_else(|| (o.engine)(&o.gpu), Ok)?;
    let mut engines = Engines::new(&cases, taken);
    let mut found = Tallies::new();
    for ((case, expected), row) in cases.iter().zip(&expected).zip(row_of) {
        let tally = found.entry(row).or_default();
        tally.cases += 1;
        judge(case, expected, &mut engines, tally, o.show);
    }
    *engine = Some(engines.into_engine());
    merge(tallies, found, o.show);
    Ok(())
}

fn judge(case: &Case, expected: &Outcome, engines: &mut Engines, tally: &mut Tally, show: usize) {
    let reference = differences(case, expected, &engines.concrete(case));
    let block = differences(case, expected, &engines.block(case));
    if reference.is_empty() && block.is_empty() {
        return;
    }
    if let Some(why) = known_fault(case) {
        *tally.excused.entry(why).or_default() += 1;
        return;
    }
    tally.wrong += 1;
    if tally.examples.len() < show {
        tally.examples.push(example(case, &reference, &block));
    }
}

fn example(case: &Case, reference: &[String], block: &[String]) -> String {
    let text = |word| disassemble(word, 0);
    let mut out = format!(
        "  {:08x} {} ; {:08x} {}\n",
        case.prefix,
        text(case.prefix),
        case.word,
        text(case.word)
    );
    out += &format!("    before: {}\n", case.describe());
    for (engine, lines) in [("reference", reference), ("block", block)] {
        for line in lines {
            out += &format!("    {engine}: {line}\n");
        }
    }
    out
}

fn merge(tallies: &Mutex<Tallies>, found: Tallies, show: usize) {
    let mut all = tallies.lock().unwrap_or_else(|e| e.into_inner());
    for (row, f) in found {
        let tally = all.entry(row).or_default();
        tally.cases += f.cases;
        tally.wrong += f.wrong;
        for (why, n) in f.excused {
            *tally.excused.entry(why).or_default() += n;
        }
        tally.examples.extend(f.examples);
        tally.examples.truncate(show);
    }
}

/// Prints what disagreed and a summary; true if nothing did.
fn report(tallies: &Tallies, o: &Options) -> bool {
    for (row, tally) in tallies.iter().filter(|(_, t)| t.wrong > 0) {
        println!("{row}: {} of {} wrong", tally.wrong, tally.cases);
        tally.examples.iter().for_each(|e| print!("{e}"));
    }
    let mut excused: BTreeMap<&str, u64> = BTreeMap::new();
    for (why, n) in tallies.values().flat_map(|t| &t.excused) {
        *excused.entry(why).or_default() += n;
    }
    for (why, n) in &excused {
        println!("excused {n}: {why}");
    }
    let cases: u64 = tallies.values().map(|t| t.cases).sum();
    let fewest = tallies.values().map(|t| t.cases).min().unwrap_or(0);
    let wrong: u64 = tallies.values().map(|t| t.wrong).sum();
    let wrong_rows = tallies.values().filter(|t| t.wrong > 0).count();
    println!(
        "seed {}: {cases} cases over {} rows (at least {fewest} each): {wrong} wrong in {wrong_rows} rows",
        o.seed,
        tallies.len()
    );
    wrong == 0
}
