//! Scores string tasks: `cargo run --release -p ncpu-synth-text --example score -- FILES…`.
//!
//! Reads one task a line, searches on the examples with the test inputs as pending rows, and
//! compares the predictions with the test outputs, which the search never sees.

use std::sync::atomic::AtomicBool;
use std::time::{Duration, Instant};

use ncpu_synth_text::{Limits, Rows, solve};
use serde_json::Value;

struct Task {
    name: String,
    examples: Vec<(Vec<String>, String)>,
    test: Vec<(Vec<String>, String)>,
}

fn strings(v: &Value) -> Vec<String> {
    v.as_array()
        .map_or(Vec::new(), |a| a.iter().map(|s| s.as_str().unwrap_or("").to_string()).collect())
}

fn rows(v: &Value) -> Vec<(Vec<String>, String)> {
    let row = |r: &Value| (strings(&r[0]), r[1].as_str().unwrap_or("").to_string());
    v.as_array().map_or(Vec::new(), |a| a.iter().map(row).collect())
}

fn tasks(path: &str) -> Vec<Task> {
    let Ok(body) = std::fs::read_to_string(path) else {
        eprintln!("{path}: cannot be read");
        return Vec::new();
    };
    let line = |l: &str| {
        let v: Value = serde_json::from_str(l).ok()?;
        Some(Task {
            name: v["name"].as_str().unwrap_or("").to_string(),
            examples: rows(&v["examples"]),
            test: rows(&v["test"]),
        })
    };
    body.lines().filter_map(line).collect()
}

fn main() {
    let mut times = Vec::new();
    let (mut solved, mut right, mut total) = (0, 0, 0);
    let args: Vec<String> = std::env::args().skip(1).collect();
    let (flags, files): (Vec<&String>, Vec<&String>) =
        args.iter().partition(|a| a.starts_with("--"));
    let all = flags.iter().any(|f| *f == "--all");
    let blind = flags.iter().any(|f| *f == "--blind");
    for task in files.iter().flat_map(|f| tasks(f)) {
        let pending: Vec<Vec<String>> =
            if blind { Vec::new() } else { task.test.iter().map(|t| t.0.clone()).collect() };
        let cancel = AtomicBool::new(false);
        let start = Instant::now();
        let limits = Limits { deadline: start + Duration::from_secs(5), cancel: &cancel };
        let found = solve(&Rows { examples: &task.examples, pending: &pending }, &limits);
        let time = start.elapsed();
        times.push(time);
        total += 1;
        let Some(best) = found.candidates.first() else {
            println!("NONE  {:30} {:?}", task.name, task.examples.first());
            continue;
        };
        solved += 1;
        let wrong = task.test.iter().find(|(i, o)| best.eval(i).as_deref() != Some(o.as_str()));
        right += usize::from(wrong.is_none());
        let rank = found
            .candidates
            .iter()
            .position(|p| task.test.iter().all(|(i, o)| p.eval(i).as_deref() == Some(o.as_str())));
        match wrong {
            Some((i, o)) => println!(
                "WRONG {:30} {:.1} bits {:?} ms {} | {i:?} gave {:?} not {o:?}; right at {rank:?}; e.g. {:?}",
                task.name,
                best.cost(),
                time.as_millis(),
                best.show(),
                best.eval(i),
                task.examples.first()
            ),
            None if all => println!(
                "ok    {:30} {:.1} bits {:?} ms {}",
                task.name,
                best.cost(),
                time.as_millis(),
                best.show()
            ),
            None => {}
        }
    }
    times.sort();
    let at =
        |p: usize| times.get(times.len().saturating_sub(1) * p / 100).map_or(0, |t| t.as_micros());
    println!(
        "{right} right of {total} ({solved} with a program); microseconds: median {}, p90 {}, p95 {}, p99 {}, most {}",
        at(50),
        at(90),
        at(95),
        at(99),
        at(100)
    );
}
