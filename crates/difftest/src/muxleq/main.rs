//! Compares MUXLEQ's cores with a C version on random machines.
//!
//! `ncpu-muxleq-difftest [--engine NAME] [--gpu GPU] [--steps N] [--most N] [--seed S] [--case N]` runs
//! machines of at most `--most` steps each until `--steps` were done, and prints how many of each kind.
//! It stops at the first difference, with status 1 and the command that shows it again; `--case` runs
//! that case alone. The engine `gpu` runs on a GPU of this number or name, by default on the executor.

use ncpu_difftest::EXECUTOR;
use ncpu_difftest::muxleq::{Case, Comparison, MakeCore, compare, find_core};
use ncpu_muxleq_peer::{KINDS, Peer};
use std::process::ExitCode;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

struct Options {
    name: String,
    core: MakeCore,
    gpu: String,
    steps: u64,
    most: u64,
    seed: u64,
    case: Option<u64>,
}

fn options() -> Result<Options, String> {
    let mut o = Options {
        name: "cpu".into(),
        core: find_core("cpu")?,
        gpu: EXECUTOR.into(),
        steps: 10_000_000,
        most: 8000,
        seed: 1,
        case: None,
    };
    let mut args = std::env::args().skip(1);
    while let Some(name) = args.next() {
        let value = args.next().ok_or_else(|| format!("{name} wants a value"))?;
        let number = || value.parse::<u64>().map_err(|e| format!("{name} {value}: {e}"));
        match name.as_str() {
            "--engine" => (o.core, o.name) = (find_core(&value)?, value),
            "--gpu" => o.gpu = value,
            "--steps" => o.steps = number()?,
            "--most" => o.most = number()?,
            "--seed" => o.seed = number()?,
            "--case" => o.case = Some(number()?),
            _ => return Err(format!("unknown option {name}")),
        }
    }
    Ok(o)
}

/// What was done.
#[derive(Default)]
struct Tally {
    cases: u64,
    halted: u64,
    steps: u64,
    kinds: [u64; KINDS.len()],
    /// The case that differed, and how.
    wrong: Option<(u64, Vec<String>)>,
}

impl Tally {
    fn add(&mut self, number: u64, case: Comparison) {
        let Comparison { expected, differences } = case;
        self.cases += 1;
        self.halted += u64::from(expected.state.halted());
        self.steps += expected.state.steps;
        self.kinds.iter_mut().zip(expected.kinds).for_each(|(sum, n)| *sum += n);
        if !differences.is_empty() && self.wrong.as_ref().is_none_or(|(n, _)| *n > number) {
            self.wrong = Some((number, differences));
        }
    }
}

fn main() -> ExitCode {
    match options().and_then(|o| Ok((run(&o)?, o))) {
        Ok((tally, o)) => report(&tally, &o),
        Err(message) => {
            eprintln!("ncpu-muxleq-difftest: {message}");
            ExitCode::from(2)
        }
    }
}

/// Case after case, each thread with a core and a process of its own.
fn run(o: &Options) -> Result<Tally, String> {
    let peer = Peer::build()?;
    let (tally, next) = (Mutex::new(Tally::default()), AtomicU64::new(o.case.unwrap_or(0)));
    let (done, failure) = (AtomicBool::new(false), Mutex::new(None));
    let work = || -> Result<(), String> {
        let (mut core, mut filter) = ((o.core)(&o.gpu)?, peer.filter()?);
        while !done.load(Ordering::Relaxed) {
            let number = next.fetch_add(1, Ordering::Relaxed);
            let case = Case::new(o.seed, number, o.most);
            let came_to = compare(&mut filter, core.as_mut(), &case)?;
            let mut tally = tally.lock().unwrap_or_else(|e| e.into_inner());
            tally.add(number, came_to);
            if o.case.is_some() || tally.steps >= o.steps || tally.wrong.is_some() {
                done.store(true, Ordering::Relaxed);
            }
        }
        Ok(())
    };
    let worker = || {
        if let Err(message) = work() {
            done.store(true, Ordering::Relaxed);
            *failure.lock().unwrap_or_else(|e| e.into_inner()) = Some(message);
        }
    };
    let threads = match o.case {
        Some(_) => 1,
        None => std::thread::available_parallelism().map_or(2, usize::from),
    };
    std::thread::scope(|scope| (0..threads).for_each(|_| drop(scope.spawn(worker))));
    match failure.into_inner().unwrap_or_else(|e| e.into_inner()) {
        Some(message) => Err(message),
        None => Ok(tally.into_inner().unwrap_or_else(|e| e.into_inner())),
    }
}

fn report(tally: &Tally, o: &Options) -> ExitCode {
    println!(
        "engine {}, seed {}: {} machines, {} of them halted",
        o.name, o.seed, tally.cases, tally.halted
    );
    for (kind, count) in KINDS.iter().zip(tally.kinds) {
        println!("{count:14} {kind}");
    }
    let Some((number, lines)) = &tally.wrong else {
        println!("{:14} steps, none wrong", tally.steps);
        return ExitCode::SUCCESS;
    };
    println!("machine {number} differs {}", lines.join("\n  "));
    println!(
        "again: ncpu-muxleq-difftest --engine {} --gpu {} --seed {} --most {} --case {number}",
        o.name, o.gpu, o.seed, o.most
    );
    ExitCode::FAILURE
}
