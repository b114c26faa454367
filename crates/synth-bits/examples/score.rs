//! Scores the solver on tasks from files and on programs drawn at random.
//!
//! `cargo run --release -p ncpu-synth-bits --example score -- [FILE…] [--random N --size K] [--tricks]
//! [--time SECONDS] [--verbose] [--only NAME]`

#[path = "score/generate.rs"]
mod generate;

use ncpu_search::{Limits, Progress};
use ncpu_synth_bits::solve;
use ncpu_term::Value;
use serde_json::Value as Json;
use std::sync::atomic::AtomicBool;
use std::time::{Duration, Instant};

/// A task with its unseen rows.
pub(crate) struct Task {
    pub(crate) name: String,
    pub(crate) reference: String,
    pub(crate) size: usize,
    pub(crate) examples: Vec<(Vec<u64>, u64)>,
    pub(crate) test: Vec<(Vec<u64>, u64)>,
    pub(crate) consts: Vec<u64>,
}

struct Outcome {
    size: usize,
    found: bool,
    right: bool,
    /// Of all candidates one was right.
    among: bool,
    /// One candidate for the pending rows, or a clear lead, in the space that was seen.
    unique: bool,
    seconds: f64,
}

struct Options {
    time: f64,
    verbose: bool,
    only: Option<String>,
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut args = std::env::args().skip(1);
    let mut options = Options { time: 10.0, verbose: false, only: None };
    let (mut random, mut size, mut seed, mut tasks) = (0, 6, 1, Vec::new());
    while let Some(arg) = args.next() {
        let mut value = || args.next().ok_or(format!("{arg} needs a value"));
        match arg.as_str() {
            "--time" => options.time = value()?.parse()?,
            "--random" => random = value()?.parse()?,
            "--size" => size = value()?.parse()?,
            "--seed" => seed = value()?.parse()?,
            "--only" => options.only = Some(value()?),
            "--verbose" => options.verbose = true,
            "--tricks" => tasks.extend(generate::tricks()),
            file => {
                let text = std::fs::read_to_string(file)?;
                for line in text.lines() {
                    tasks.push(
                        read(&serde_json::from_str(line)?).ok_or("a line is no task of bits")?,
                    );
                }
            }
        }
    }
    tasks.extend((0..random).map(|n| generate::random(seed * 1_000_000 + n, size)));
    if let Some(only) = &options.only {
        tasks.retain(|t| t.name.contains(only.as_str()));
    }
    let outcomes: Vec<Outcome> = tasks.iter().map(|task| score(task, &options)).collect();
    let mut sizes: Vec<usize> = outcomes.iter().map(|o| o.size).collect();
    sizes.sort_unstable();
    sizes.dedup();
    for size in sizes {
        summary(&format!("size {size}"), outcomes.iter().filter(|o| o.size == size));
    }
    summary("all", outcomes.iter());
    Ok(())
}

fn summary<'a>(title: &str, outcomes: impl Iterator<Item = &'a Outcome>) {
    let list: Vec<&Outcome> = outcomes.collect();
    let count = |f: fn(&Outcome) -> bool| list.iter().filter(|o| f(o)).count();
    let mut seconds: Vec<f64> = list.iter().map(|o| o.seconds).collect();
    seconds.sort_by(f64::total_cmp);
    let at =
        |p: f64| seconds.get((p * (seconds.len() - 1) as f64) as usize).copied().unwrap_or(0.0);
    println!(
        "{title:10} {:4} tasks  found {:4}  right {:4} ({:.1} %)  among {:4}  unique {:4}, right {:4}  \
         p50 {:.2} p90 {:.2} max {:.2} s",
        list.len(),
        count(|o| o.found),
        count(|o| o.right),
        100.0 * count(|o| o.right) as f64 / list.len().max(1) as f64,
        count(|o| o.among),
        count(|o| o.unique),
        count(|o| o.unique && o.right),
        at(0.5),
        at(0.9),
        at(1.0),
    );
}

fn score(task: &Task, options: &Options) -> Outcome {
    let (cancel, progress) = (AtomicBool::new(false), Progress::default());
    let started = Instant::now();
    let limits = Limits {
        deadline: started + Duration::from_secs_f64(options.time),
        cancel: &cancel,
        memory: 2 << 30,
        threads: 1,
        seed: 1,
        progress: &progress,
    };
    let pending: Vec<Vec<u64>> = task.test.iter().map(|(inputs, _)| inputs.clone()).collect();
    let found = solve(&task.examples, &pending, &task.consts, &limits);
    let seconds = started.elapsed().as_secs_f64();
    let right = |program: &ncpu_term::Program| {
        task.test.iter().all(|(inputs, out)| {
            let inputs: Vec<Value> = inputs.iter().map(|v| Value::int(*v)).collect();
            program.eval(&inputs).is_ok_and(|v| v == Value::int(*out))
        })
    };
    let first = found.candidates.first();
    let is_right = first.is_some_and(|c| right(&c.program.program));
    let among = found.candidates.iter().position(|c| right(&c.program.program));
    let unique = found.candidates.len() == 1
        || found.candidates.get(1).is_some_and(|c| c.cost > found.candidates[0].cost + 10.0);
    if options.verbose || !is_right || seconds > options.time * 1.05 {
        let show = |n: usize| {
            found.candidates.get(n).map(|c| format!("[{:.0}] {}", c.cost, c.program.program.show()))
        };
        println!(
            "{} {} ({seconds:.2} s, {} candidates, right at {among:?}, complete to {:?}, phase {})\n    reference {}\n    found     {}\n    next      {}",
            if is_right { "ok  " } else { "FAIL" },
            task.name,
            found.candidates.len(),
            found.complete_to,
            progress.phase(),
            task.reference,
            show(0).unwrap_or_default(),
            show(1).unwrap_or_default(),
        );
    }
    Outcome {
        size: task.size,
        found: first.is_some(),
        right: is_right,
        among: among.is_some(),
        unique: unique && first.is_some(),
        seconds,
    }
}

fn bits(value: &Json) -> Option<u64> {
    let text = value.as_str()?;
    u64::from_str_radix(text.strip_prefix("0x")?, 16).ok()
}

fn rows(value: &Json) -> Option<Vec<(Vec<u64>, u64)>> {
    let row = |row: &Json| {
        let inputs = row.get(0)?.as_array()?.iter().map(bits).collect::<Option<_>>()?;
        Some((inputs, bits(row.get(1)?)?))
    };
    value.as_array()?.iter().map(row).collect()
}

fn read(task: &Json) -> Option<Task> {
    let consts = task.get("consts").and_then(Json::as_array).cloned().unwrap_or_default();
    Some(Task {
        name: task.get("name")?.as_str()?.to_owned(),
        reference: task.get("reference").and_then(Json::as_str).unwrap_or("").to_owned(),
        size: task.get("difficulty")?.as_u64()? as usize,
        examples: rows(task.get("examples")?)?,
        test: rows(task.get("test")?)?,
        consts: consts.iter().filter_map(bits).collect(),
    })
}
