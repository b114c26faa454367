//! Scores the search on files of tasks whose tests have outputs, which the search never sees.
//!
//! `cargo run --release -p ncpu-synth --example score -- [--peer COMMAND] [--failures] [--least PERCENT] FILE…`
//!
//! prints a table by class and difficulty: how many tasks have every test right, how many say `proved`
//! or `unique-to-size-k` and are right, how many questions (answered from the tests) make the rest
//! right, and CPU time. `--peer` runs another solver on the same files, one after the other, with the
//! same limit: the command gets a file and the seconds and answers in the format of the batch.

use cpu_time::ThreadTime;
use ncpu_synth::{Answer, Example, Kind, Limits, Progress, Status, Task, Value, question, solve};
use serde_json::Value as Json;
use std::collections::BTreeMap;
use std::error::Error;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};
use std::sync::atomic::AtomicBool;
use std::time::{Duration, Instant};

/// So many questions are asked at most.
const QUESTIONS: usize = 4;

struct Options {
    files: Vec<PathBuf>,
    peer: Option<String>,
    failures: bool,
    /// It is an error if fewer tasks are right, in percent.
    least: f64,
}

/// A task with the outputs of its tests.
struct Case {
    class: String,
    difficulty: u64,
    task: Task,
    expected: Vec<Value>,
}

/// Marks of a task: ours and the peer's.
type Marks = (Mark, Option<Mark>);

/// What a solver made of a task.
#[derive(Default)]
struct Mark {
    right: bool,
    sure: bool,
    questions: Option<usize>,
    cpu: f64,
    program: String,
}

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(e) => {
            eprintln!("score: {e}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<(), Box<dyn Error>> {
    let options = options()?;
    let mut rows: BTreeMap<(String, u64), Vec<Marks>> = BTreeMap::new();
    for file in &options.files {
        let cases = cases(file)?;
        let seconds = cases.first().map_or(1, |case| limit(&case.class));
        let peers = match &options.peer {
            Some(command) => peer(command, file, seconds)?.into_iter().map(Some).collect(),
            None => cases.iter().map(|_| None).collect::<Vec<_>>(),
        };
        for (case, peer) in cases.iter().zip(peers) {
            let mark = work(case, Duration::from_secs(seconds))?;
            if options.failures && !mark.right {
                let sure = if mark.sure { "SURE AND WRONG" } else { "wrong" };
                println!("{sure} {} ({}): {}", case.task.name, case.class, mark.program);
            }
            let peer = peer.map(|answer| judge_peer(case, &answer));
            rows.entry((case.class.clone(), case.difficulty)).or_default().push((mark, peer));
        }
    }
    table(&rows, options.peer.is_some());
    let marks: Vec<&Marks> = rows.values().flatten().collect();
    let right =
        100.0 * marks.iter().filter(|(m, _)| m.right).count() as f64 / marks.len().max(1) as f64;
    if right < options.least {
        return Err(
            format!("{right:.1} % are right, at least {} % are asked", options.least).into()
        );
    }
    Ok(())
}

fn options() -> Result<Options, Box<dyn Error>> {
    let mut options = Options { files: Vec::new(), peer: None, failures: false, least: 0.0 };
    let mut args = std::env::args().skip(1);
    while let Some(arg) = args.next() {
        match arg.as_str() {
            "--peer" => options.peer = Some(args.next().ok_or("--peer needs a command")?),
            "--least" => {
                options.least = args.next().ok_or("--least needs a percentage")?.parse()?
            }
            "--failures" => options.failures = true,
            file => options.files.push(file.into()),
        }
    }
    if options.files.is_empty() {
        return Err("name files of tasks, such as tests/synth/*.held.jsonl".into());
    }
    Ok(options)
}

/// Seconds for a task of a class.
fn limit(class: &str) -> u64 {
    match class {
        "bits" => 10,
        "text" | "cipher" => 1,
        _ => 5,
    }
}

fn cases(file: &Path) -> Result<Vec<Case>, Box<dyn Error>> {
    let text = std::fs::read_to_string(file).map_err(|e| format!("{}: {e}", file.display()))?;
    text.lines().map(case).collect()
}

fn case(line: &str) -> Result<Case, Box<dyn Error>> {
    let json: Json = serde_json::from_str(line)?;
    let task = Task::from_json_line(line)?;
    let tests = json["test"].as_array().ok_or("a task without tests")?;
    let expected =
        tests.iter().map(|t| Value::from_json(&t[1], task.kind)).collect::<Result<_, _>>()?;
    let class = json["class"].as_str().unwrap_or(task.kind.name()).to_owned();
    Ok(Case { class, difficulty: json["difficulty"].as_u64().unwrap_or(0), task, expected })
}

fn search(task: &Task, time: Duration) -> Result<Answer, String> {
    let (progress, cancel) = (Progress::default(), AtomicBool::new(false));
    let deadline = Instant::now() + time;
    let limits = Limits {
        deadline,
        cancel: &cancel,
        memory: 2 << 30,
        threads: 1,
        seed: 0,
        progress: &progress,
    };
    solve(task, &limits)
}

fn outputs(task: &Task, answer: &Answer) -> Vec<Option<Value>> {
    task.pending.iter().map(|inputs| answer.best().and_then(|rule| rule.eval(inputs))).collect()
}

fn is_right(case: &Case, task: &Task, answer: &Answer) -> bool {
    let expected = |inputs: &Vec<Value>| {
        let place = case.task.pending.iter().position(|p| p == inputs);
        place.map(|n| case.expected[n].clone())
    };
    outputs(task, answer)
        .into_iter()
        .zip(&task.pending)
        .all(|(got, inputs)| got == expected(inputs))
}

fn work(case: &Case, time: Duration) -> Result<Mark, String> {
    let start = ThreadTime::now();
    let answer = search(&case.task, time)?;
    let cpu = start.elapsed().as_secs_f64();
    let right = is_right(case, &case.task, &answer);
    let sure = matches!(answer.status, Status::Proved | Status::Unique);
    let program = answer.best().map_or("nothing".into(), ncpu_synth::Rule::show);
    let questions = if sure { None } else { ask(case, answer, time)? };
    Ok(Mark { right, sure, questions, cpu, program })
}

/// How many questions it takes until every test is right; `None` if that does not happen.
fn ask(case: &Case, first: Answer, time: Duration) -> Result<Option<usize>, String> {
    let (mut task, mut answer) = (case.task.clone(), first);
    for asked in 0..=QUESTIONS {
        if is_right(case, &task, &answer) {
            return Ok(Some(asked));
        }
        let Some(question) = question(&task, &answer) else { return Ok(None) };
        let Some(place) = case.task.pending.iter().position(|p| *p == question.inputs) else {
            return Ok(None);
        };
        let output = case.expected[place].clone();
        task.pending.retain(|p| *p != question.inputs);
        task.examples.push(Example { inputs: question.inputs, output });
        answer = search(&task, time)?;
    }
    Ok(None)
}

/// Runs another solver on a file.
fn peer(command: &str, file: &Path, seconds: u64) -> Result<Vec<Json>, Box<dyn Error>> {
    let mut words = command.split_whitespace();
    let mut process = Command::new(words.next().ok_or("--peer needs a command")?);
    let output = process.args(words).arg(file).arg(seconds.to_string()).output()?;
    if !output.status.success() {
        return Err(format!("{command}: {}", String::from_utf8_lossy(&output.stderr)).into());
    }
    let text = String::from_utf8(output.stdout)?;
    Ok(text.lines().map(serde_json::from_str).collect::<Result<_, _>>()?)
}

fn judge_peer(case: &Case, answer: &Json) -> Mark {
    let kind: Kind = case.task.kind;
    let predictions = answer["predictions"].as_array().cloned().unwrap_or_default();
    let got: Vec<Option<Value>> =
        predictions.iter().map(|v| Value::from_json(v, kind).ok()).collect();
    let wanted: Vec<Option<Value>> = case.expected.iter().cloned().map(Some).collect();
    Mark {
        right: got == wanted,
        cpu: answer["cpu_seconds"].as_f64().unwrap_or(0.0),
        program: answer["program"].as_str().unwrap_or("nothing").to_owned(),
        ..Mark::default()
    }
}

fn table(rows: &BTreeMap<(String, u64), Vec<Marks>>, peer: bool) {
    println!(
        "| class | difficulty | tasks | right | sure | of those right | right after questions | questions, mean | CPU s, median | 95 % | most |{}",
        if peer { " peer solved | peer right | peer CPU s, median |" } else { "" }
    );
    println!(
        "|---|---|---|---|---|---|---|---|---|---|---|{}",
        if peer { "---|---|---|" } else { "" }
    );
    let mut classes: Vec<&String> = rows.keys().map(|(class, _)| class).collect();
    classes.dedup();
    for class in classes {
        let of_class: Vec<_> = rows.iter().filter(|((c, _), _)| c == class).collect();
        for ((_, difficulty), marks) in &of_class {
            row(class, &difficulty.to_string(), &marks.iter().collect::<Vec<_>>(), peer);
        }
        row(
            class,
            "all",
            &of_class.iter().flat_map(|(_, marks)| marks.iter()).collect::<Vec<_>>(),
            peer,
        );
    }
    row("all", "all", &rows.values().flatten().collect::<Vec<_>>(), peer);
}

fn row(class: &str, difficulty: &str, marks: &[&Marks], peer: bool) {
    let count = |f: &dyn Fn(&Mark) -> bool| marks.iter().filter(|(m, _)| f(m)).count();
    let share = |n: usize, of: usize| format!("{n} ({:.0} %)", 100.0 * n as f64 / of.max(1) as f64);
    let sure = count(&|m| m.sure);
    let asked: Vec<usize> = marks.iter().filter_map(|(m, _)| m.questions).collect();
    let mean = asked.iter().sum::<usize>() as f64 / asked.len().max(1) as f64;
    let cpu = sorted(marks.iter().map(|(m, _)| m.cpu));
    print!(
        "| {class} | {difficulty} | {} | {} | {sure} | {} | {} | {mean:.1} | {:.3} | {:.3} | {:.3} |",
        marks.len(),
        share(count(&|m| m.right), marks.len()),
        share(count(&|m| m.sure && m.right), sure),
        share(count(&|m| m.questions.is_some() || (m.sure && m.right)), marks.len()),
        percentile(&cpu, 0.5),
        percentile(&cpu, 0.95),
        percentile(&cpu, 1.0),
    );
    if peer {
        let peers: Vec<&Mark> = marks.iter().filter_map(|(_, p)| p.as_ref()).collect();
        let solved = peers.iter().filter(|m| m.program != "nothing").count();
        let right = peers.iter().filter(|m| m.right).count();
        let cpu = sorted(peers.iter().map(|m| m.cpu));
        print!(
            " {} | {} | {:.3} |",
            share(solved, peers.len()),
            share(right, peers.len()),
            percentile(&cpu, 0.5)
        );
    }
    println!();
}

fn sorted(values: impl Iterator<Item = f64>) -> Vec<f64> {
    let mut values: Vec<f64> = values.collect();
    values.sort_by(f64::total_cmp);
    values
}

fn percentile(sorted: &[f64], share: f64) -> f64 {
    let place = (share * sorted.len() as f64).ceil() as usize;
    sorted.get(place.saturating_sub(1)).copied().unwrap_or(0.0)
}
