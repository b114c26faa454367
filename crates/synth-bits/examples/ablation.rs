//! What the learned prior is worth: each task with and without it, in one run, on one thread, with the
//! same time and memory. Time is the thread's CPU time, so that a busy machine favours neither side.
//!
//! `cargo run --release -p ncpu-synth-bits --example ablation -- [FILE…] [--time S] [--drawn N]
//! [--sizes 3,4,…] [--seed N] [--weights 0,0.5,…] [--verbose]`
//!
//! `--drawn N` adds N programs a size drawn as the model's training programs are, and N drawn by the
//! generator of `score.rs`, which the model was not trained on.

#[path = "score/generate.rs"]
mod generate;

use ncpu_prior::Random;
use ncpu_search::{Limits, Progress};
use ncpu_synth_bits::{PRIOR_WEIGHT, solve_with};
use ncpu_term::{Program, Value};
use serde_json::Value as Json;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

type Rows = Vec<(Vec<u64>, u64)>;

/// A task with its unseen rows.
#[allow(dead_code, reason = "the generator fills in more than is read here")]
pub(crate) struct Task {
    pub(crate) name: String,
    pub(crate) reference: String,
    pub(crate) size: usize,
    pub(crate) examples: Rows,
    pub(crate) test: Rows,
    pub(crate) consts: Vec<u64>,
}

/// What became of a task.
#[derive(Clone, Copy)]
struct Outcome {
    solved: bool,
    right: bool,
    candidates: u64,
    seconds: f64,
}

struct Options {
    time: f64,
    weights: Vec<f32>,
    verbose: bool,
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut options = Options { time: 3.0, weights: vec![0.0, PRIOR_WEIGHT], verbose: false };
    let (mut drawn, mut sizes, mut seed) = (0, vec![3, 4, 5, 6, 7, 8], 1);
    let mut groups: Vec<(String, Vec<Task>)> = Vec::new();
    let mut args = std::env::args().skip(1);
    while let Some(arg) = args.next() {
        let mut value = || args.next().ok_or(format!("{arg} needs a value"));
        match arg.as_str() {
            "--time" => options.time = value()?.parse()?,
            "--drawn" => drawn = value()?.parse()?,
            "--seed" => seed = value()?.parse()?,
            "--sizes" => sizes = list(&value()?)?,
            "--weights" => options.weights = list(&value()?)?,
            "--verbose" => options.verbose = true,
            "--tricks" => groups.push(("tricks".to_owned(), generate::tricks())),
            file => {
                let text = std::fs::read_to_string(file).map_err(|e| format!("{file}: {e}"))?;
                let task = |line: &str| read(&serde_json::from_str(line).ok()?);
                let tasks: Option<Vec<Task>> = text.lines().map(task).collect();
                let name = file.rsplit('/').next().unwrap_or(file);
                groups.push((name.to_owned(), tasks.ok_or("a line is no task of bits")?));
            }
        }
    }
    if drawn > 0 {
        for size in &sizes {
            groups.push((format!("drawn, size {size}"), own(drawn, *size, seed)));
        }
        for size in &sizes {
            let make = |n: usize| generate::random(seed * 7_000_003 + n as u64, *size);
            groups.push((format!("other, size {size}"), (0..drawn).map(make).collect()));
        }
    }
    run(&groups, &options);
    Ok(())
}

fn list<T: std::str::FromStr>(text: &str) -> Result<Vec<T>, T::Err> {
    text.split(',').map(str::parse).collect()
}

/// Programs drawn as for training, from seeds that training does not use.
fn own(count: usize, size: usize, seed: u64) -> Vec<Task> {
    let mut random = Random::new(seed << 32 ^ (size as u64) << 8 ^ 0xab1a);
    let mut tasks = Vec::new();
    while tasks.len() < count {
        let drawn = ncpu_prior::draw(size, &mut random);
        if drawn.rows.len() < 21 {
            continue;
        }
        let (examples, test) = drawn.rows.split_at(15);
        tasks.push(Task {
            name: format!("drawn-{size}-{}", tasks.len()),
            reference: drawn.program.show(),
            size,
            examples: examples.to_vec(),
            test: test.to_vec(),
            consts: Vec::new(),
        });
    }
    tasks
}

fn run(groups: &[(String, Vec<Task>)], options: &Options) {
    let title = format!("{:<18}{:>6}{:>8}", "group", "tasks", "weight");
    println!("{title}{:>8}{:>7}{:>12}{:>8}", "solved", "right", "candidates", "CPU s");
    let mut all = vec![Vec::new(); options.weights.len()];
    let mut stretch = 1.0;
    for (name, tasks) in groups {
        let mut outcomes = vec![Vec::new(); options.weights.len()];
        for (n, task) in tasks.iter().enumerate() {
            let (wall, cpu) = (Instant::now(), total(&outcomes));
            // Whoever goes first finds cold caches: take turns.
            for turn in 0..options.weights.len() {
                let arm = (n + turn) % options.weights.len();
                outcomes[arm].push(solve(task, options.weights[arm], options.time, stretch));
            }
            // Searches plan by the clock, so tell them how slow the machine is, all arms alike.
            let ratio = wall.elapsed().as_secs_f64() / (total(&outcomes) - cpu).max(1e-3);
            stretch = 0.7 * stretch + 0.3 * ratio.clamp(1.0, 5.0);
            if options.verbose {
                compare(task, &outcomes, options);
            }
        }
        table(name, &outcomes, options);
        for (all, list) in all.iter_mut().zip(outcomes) {
            all.extend(list);
        }
    }
    table("all", &all, options);
}

fn total(outcomes: &[Vec<Outcome>]) -> f64 {
    outcomes.iter().flatten().map(|o| o.seconds).sum()
}

/// Says so if the arms did differently on the last task.
fn compare(task: &Task, outcomes: &[Vec<Outcome>], options: &Options) {
    let last: Vec<&Outcome> = outcomes.iter().filter_map(|list| list.last()).collect();
    if last.iter().any(|o| o.right != last[0].right) {
        let right: Vec<f32> =
            options.weights.iter().zip(&last).filter(|(_, o)| o.right).map(|(w, _)| *w).collect();
        println!("  {} is right only with {right:?}: {}", task.name, task.reference);
    }
}

fn table(name: &str, outcomes: &[Vec<Outcome>], options: &Options) {
    for (weight, list) in options.weights.iter().zip(outcomes) {
        let solved = list.iter().filter(|o| o.solved).count();
        let right = list.iter().filter(|o| o.right).count();
        let candidates = list.iter().map(|o| o.candidates).sum::<u64>() as f64 / 1e6;
        let seconds: f64 = list.iter().map(|o| o.seconds).sum();
        let tasks = list.len();
        println!(
            "{name:<18}{tasks:>6}{weight:>8}{solved:>8}{right:>7}{candidates:>10.1} M{seconds:>8.1}"
        );
    }
}

/// The CPU time of a thread, by its file; the time since `started` where there is none.
fn cpu(file: &Option<PathBuf>, started: Instant) -> f64 {
    let text = file.as_ref().and_then(|f| std::fs::read_to_string(f).ok());
    let nanos = text.and_then(|t| t.split(' ').next()?.parse::<f64>().ok());
    nanos.map_or_else(|| started.elapsed().as_secs_f64(), |n| n / 1e9)
}

/// Solves a task in so much CPU time, on a machine where that takes `stretch` times as long.
fn solve(task: &Task, weight: f32, time: f64, stretch: f64) -> Outcome {
    let (cancel, ended) = (AtomicBool::new(false), AtomicBool::new(false));
    let progress = Progress::default();
    let started = Instant::now();
    let thread = std::fs::read_link("/proc/thread-self").ok();
    let file = thread.map(|t| PathBuf::from("/proc").join(t).join("schedstat"));
    let before = cpu(&file, started);
    let limits = Limits {
        deadline: started + Duration::from_secs_f64(time * stretch),
        cancel: &cancel,
        memory: 1 << 30,
        threads: 1,
        seed: 1,
        progress: &progress,
    };
    let pending: Vec<Vec<u64>> = task.test.iter().map(|(inputs, _)| inputs.clone()).collect();
    let (found, seconds) = std::thread::scope(|scope| {
        scope.spawn(|| {
            while !ended.load(Ordering::Relaxed) {
                if cpu(&file, started) - before >= time {
                    cancel.store(true, Ordering::Relaxed);
                    return;
                }
                std::thread::sleep(Duration::from_millis(2));
            }
        });
        let found = solve_with(&task.examples, &pending, &task.consts, &limits, weight);
        ended.store(true, Ordering::Relaxed);
        (found, cpu(&file, started) - before)
    });
    let first = found.candidates.first().map(|c| &c.program.program);
    Outcome {
        solved: first.is_some(),
        right: first.is_some_and(|program| fits(program, &task.test)),
        candidates: progress.candidates(),
        seconds,
    }
}

fn fits(program: &Program, rows: &Rows) -> bool {
    rows.iter().all(|(inputs, out)| {
        let inputs: Vec<Value> = inputs.iter().map(|v| Value::int(*v)).collect();
        program.eval(&inputs).is_ok_and(|v| v == Value::int(*out))
    })
}

fn bits(value: &Json) -> Option<u64> {
    u64::from_str_radix(value.as_str()?.strip_prefix("0x")?, 16).ok()
}

fn rows(value: &Json) -> Option<Rows> {
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
