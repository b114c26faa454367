//! Scores the solver on task files: `score [FILES…] --time SECONDS [--only NAME] [--all]`.
//!
//! For each class: how many tasks have a candidate, how many are right on every row that was not
//! shown, percentiles of CPU time, and the failures.

use ncpu_search::{Limits, Progress};
use ncpu_synth_num::solve;
use ncpu_term::Value;
use num_bigint::BigInt;
use serde_json::Value as Json;
use std::collections::BTreeMap;
use std::sync::atomic::AtomicBool;
use std::time::{Duration, Instant};

type Rows = Vec<(Vec<Value>, Value)>;

fn number(json: &Json) -> Option<BigInt> {
    json.as_str().map_or_else(|| json.to_string(), str::to_owned).parse().ok()
}

fn value(json: &Json) -> Option<Value> {
    match json.as_array() {
        Some(items) => items.iter().map(number).collect::<Option<_>>().map(Value::List),
        None => number(json).map(Value::Number),
    }
}

fn rows(json: &Json) -> Option<Rows> {
    let row = |row: &Json| {
        let inputs = row.get(0)?.as_array()?.iter().map(value).collect::<Option<_>>()?;
        Some((inputs, value(row.get(1)?)?))
    };
    json.as_array()?.iter().map(row).collect()
}

/// CPU seconds of this thread so far.
fn cpu() -> f64 {
    let stat = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    let nanos: f64 = stat.split(' ').next().and_then(|n| n.parse().ok()).unwrap_or(0.0);
    nanos / 1e9
}

#[derive(Default)]
struct Class {
    solved: usize,
    right: usize,
    times: Vec<f64>,
    failures: Vec<String>,
    /// How much dearer the next candidate is that says something else of the test, and whether the first
    /// is right.
    gaps: Vec<(f64, bool)>,
}

fn main() {
    let mut args = std::env::args().skip(1);
    let (mut files, mut seconds, mut only, mut all) = (Vec::new(), 5.0, None, false);
    while let Some(arg) = args.next() {
        match arg.as_str() {
            "--time" => seconds = args.next().and_then(|s| s.parse().ok()).unwrap_or(seconds),
            "--only" => only = args.next(),
            "--all" => all = true,
            _ => files.push(arg),
        }
    }
    if files.is_empty() {
        files = ["int", "sequence", "list"].map(|c| format!("tests/synth/{c}.dev.jsonl")).to_vec();
    }
    let mut classes = BTreeMap::<String, Class>::new();
    for file in &files {
        let text = std::fs::read_to_string(file).unwrap_or_else(|e| panic!("{file}: {e}"));
        for line in text.lines() {
            let task: Json = serde_json::from_str(line).unwrap_or_else(|e| panic!("{file}: {e}"));
            let name = task["name"].as_str().unwrap_or_default();
            if only.as_ref().is_some_and(|o| !name.contains(o.as_str())) {
                continue;
            }
            let class =
                classes.entry(task["class"].as_str().unwrap_or("?").to_owned()).or_default();
            run(&task, name, seconds, all || only.is_some(), class);
        }
    }
    for (name, class) in &mut classes {
        class.times.sort_by(f64::total_cmp);
        let (n, times) = (class.times.len(), &class.times);
        let at = |q: usize| times[(n * q / 100).min(n - 1)];
        println!(
            "{name}: {n} tasks, {} solved, {} right; CPU s: p50 {:.3} p90 {:.3} p95 {:.3} max {:.3}",
            class.solved,
            class.right,
            at(50),
            at(90),
            at(95),
            at(100)
        );
        for least in [0.0, 2.0, 4.0, 6.0, 8.0, 12.0, 16.0] {
            let sure = class.gaps.iter().filter(|(gap, _)| *gap >= least);
            let (all, right) = (sure.clone().count(), sure.filter(|(_, right)| *right).count());
            print!("  ahead by {least}: {right}/{all}");
        }
        println!();
        for failure in &class.failures {
            println!("  {failure}");
        }
    }
}

fn run(task: &Json, name: &str, seconds: f64, show: bool, class: &mut Class) {
    let (Some(examples), Some(test)) = (rows(&task["examples"]), rows(&task["test"])) else {
        class.failures.push(format!("{name}: unreadable"));
        return;
    };
    let pending: Vec<Vec<Value>> = test.iter().map(|(inputs, _)| inputs.clone()).collect();
    let (cancel, progress) = (AtomicBool::new(false), Progress::default());
    let limits = Limits {
        deadline: Instant::now() + Duration::from_secs_f64(seconds),
        cancel: &cancel,
        memory: 1 << 30,
        threads: 1,
        seed: 1,
        progress: &progress,
    };
    let (before, begin) = (cpu(), Instant::now());
    let found = solve(&examples, &pending, &[], &limits);
    let (took, wall) = (cpu() - before, begin.elapsed().as_secs_f64());
    class.times.push(took);
    class.solved += usize::from(!found.candidates.is_empty());
    let wrong = |c: &ncpu_search::Candidate<ncpu_term::Finding>| {
        test.iter().filter(|(i, o)| c.program.program.eval(i).as_ref() != Ok(o)).count()
    };
    let place = found.candidates.iter().position(|c| wrong(c) == 0);
    if show {
        println!(
            "{name}: {took:.3} s, {} candidates, right one at {place:?}",
            found.candidates.len()
        );
        for c in found.candidates.iter().take(5) {
            println!(
                "  {} {} {}",
                c.cost,
                c.program.program.show(),
                c.program.words.clone().unwrap_or_default()
            );
        }
    }
    if let Some(first) = found.candidates.first() {
        let says = |c: &ncpu_search::Candidate<ncpu_term::Finding>| {
            test.iter().map(|(i, _)| c.program.program.eval(i).ok()).collect::<Vec<_>>()
        };
        let said = says(first);
        let other = found.candidates.iter().find(|c| says(c) != said);
        let gap = other.map_or(f64::INFINITY, |c| c.cost - first.cost);
        class.gaps.push((gap, wrong(first) == 0));
    }
    if wall > seconds * 1.05 + 0.02 {
        class.failures.push(format!("{name}: LATE {wall:.2} s"));
    }
    match found.candidates.first() {
        Some(c) if wrong(c) == 0 => class.right += 1,
        Some(c) => class.failures.push(format!(
            "{name}: {} wrong of {} (right at {place:?}) {took:.2} s, {}: {}",
            wrong(c),
            test.len(),
            c.cost,
            c.program.program.show()
        )),
        None => class.failures.push(format!("{name}: nothing, {took:.2} s")),
    }
}
