//! Checks that the exports of every solved task agree with the rule, on its examples and tests.
//!
//! `cargo run --release -p ncpu-synth --example exports -- FILE.jsonl…` solves the tasks, compiles each
//! rule with cc and rustc, runs it with python3, and, for integers and bits, on the machine's engine;
//! then prints how many agree, by language. Exports that a language cannot have are counted apart.

use ncpu_engine_cpu::Cpu;
use ncpu_sem::A64;
use ncpu_synth::{Compiled, Kind, Language, Limits, Progress, Rule, Task, Value, solve};
use std::collections::BTreeMap;
use std::error::Error;
use std::io::Write;
use std::path::Path;
use std::process::{Command, ExitCode, Stdio};
use std::sync::atomic::AtomicBool;
use std::time::{Duration, Instant};

#[derive(Default)]
struct Count {
    agree: usize,
    differ: usize,
    without: usize,
}

fn main() -> ExitCode {
    match run() {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(e) => {
            eprintln!("exports: {e}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<bool, Box<dyn Error>> {
    let folder = std::env::temp_dir().join(format!("ncpu-exports-{}", std::process::id()));
    std::fs::create_dir_all(&folder)?;
    let mut counts: BTreeMap<(&str, &str), Count> = BTreeMap::new();
    for file in std::env::args().skip(1) {
        for line in std::fs::read_to_string(&file).map_err(|e| format!("{file}: {e}"))?.lines() {
            let task = Task::from_json_line(line)?;
            let Some(rule) = search(&task)? else { continue };
            let rows = rows(&task, &rule);
            for language in [Language::C, Language::Rust, Language::Python, Language::Asm] {
                let count = counts.entry((task.kind.name(), language.name())).or_default();
                match check(&task, &rule, language, &rows, &folder) {
                    Ok(()) => count.agree += 1,
                    Err(Problem::Without) => count.without += 1,
                    Err(Problem::Differs(why)) => {
                        count.differ += 1;
                        println!("{} {language}: {why}\n    {}", task.name, rule.show());
                    }
                }
            }
        }
    }
    std::fs::remove_dir_all(&folder)?;
    println!("| kind | language | agree | differ | not exported |\n|---|---|---|---|---|");
    for ((kind, language), count) in &counts {
        println!(
            "| {kind} | {language} | {} | {} | {} |",
            count.agree, count.differ, count.without
        );
    }
    Ok(counts.values().all(|c| c.differ == 0))
}

fn search(task: &Task) -> Result<Option<Rule>, String> {
    let (progress, cancel) = (Progress::default(), AtomicBool::new(false));
    let deadline = Instant::now() + Duration::from_secs(5);
    let limits = Limits {
        deadline,
        cancel: &cancel,
        memory: 2 << 30,
        threads: 1,
        seed: 0,
        progress: &progress,
    };
    Ok(solve(task, &limits)?.best().cloned())
}

/// The inputs on which the rule has an output, with it.
fn rows(task: &Task, rule: &Rule) -> Vec<(Vec<Value>, Value)> {
    let inputs = task.examples.iter().map(|e| &e.inputs).chain(&task.pending);
    inputs.filter_map(|inputs| Some((inputs.clone(), rule.eval(inputs)?))).collect()
}

enum Problem {
    /// The language cannot have it.
    Without,
    /// It does not compile, or gives something else.
    Differs(String),
}

fn check(
    task: &Task,
    rule: &Rule,
    language: Language,
    rows: &[(Vec<Value>, Value)],
    folder: &Path,
) -> Result<(), Problem> {
    let inputs: Vec<Vec<Value>> = rows.iter().map(|(inputs, _)| inputs.clone()).collect();
    if language == Language::Asm {
        return check_machine(task, rule, rows, &inputs);
    }
    let source = rule.export(language, "rule", &inputs).map_err(|_| Problem::Without)?;
    let failed = |e: std::io::Error| Problem::Differs(e.to_string());
    let (file, program) = match language {
        Language::C => ("rule.c", "rule-c"),
        Language::Rust => ("rule.rs", "rule-rust"),
        _ => ("rule.py", "rule.py"),
    };
    let (file, program) = (folder.join(file), folder.join(program));
    std::fs::write(&file, source).map_err(failed)?;
    let mut compiler = match language {
        Language::C => Some(Command::new("cc")),
        Language::Rust => Some(Command::new("rustc")),
        _ => None,
    };
    if let Some(compiler) = &mut compiler {
        let edition: &[&str] =
            if language == Language::Rust { &["--edition=2021"] } else { &["-std=c11", "-w"] };
        let done =
            compiler.args(edition).arg("-o").arg(&program).arg(&file).output().map_err(failed)?;
        if !done.status.success() {
            return Err(Problem::Differs(String::from_utf8_lossy(&done.stderr).into_owned()));
        }
    }
    let mut command =
        if language == Language::Python { Command::new("python3") } else { Command::new(&program) };
    if language == Language::Python {
        command.arg(&file);
    }
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().map_err(failed)?;
    let text: String = inputs.iter().map(|row| line(row, task.kind) + "\n").collect();
    if let Some(mut stdin) = child.stdin.take() {
        stdin.write_all(text.as_bytes()).map_err(failed)?;
    }
    let output = child.wait_with_output().map_err(failed)?;
    let output = String::from_utf8_lossy(&output.stdout);
    let wanted: Vec<String> = rows.iter().map(|(_, v)| cell(v, task.kind)).collect();
    let got: Vec<&str> = output.split_terminator('\n').collect();
    match wanted.iter().zip(got.iter().chain(std::iter::repeat(&"nothing"))).find(|(w, g)| w != *g)
    {
        None => Ok(()),
        Some((wanted, got)) => Err(Problem::Differs(format!("{got:?} instead of {wanted:?}"))),
    }
}

fn check_machine(
    task: &Task,
    rule: &Rule,
    rows: &[(Vec<Value>, Value)],
    inputs: &[Vec<Value>],
) -> Result<(), Problem> {
    let program = rule.program().ok_or(Problem::Without)?;
    let terms: Vec<Vec<ncpu_term::Value>> =
        inputs.iter().map(|row| row.iter().filter_map(Value::to_term).collect()).collect();
    let compiled = Compiled::new(program, task.kind, &terms).map_err(|_| Problem::Without)?;
    let mut engine = Cpu::new(Box::new(A64));
    for (inputs, wanted) in rows {
        let ran = compiled.run(&mut engine, inputs, 100_000_000).map_err(Problem::Differs)?;
        if ran.value != *wanted {
            let (got, wanted) = (ran.value.display(task.kind), wanted.display(task.kind));
            return Err(Problem::Differs(format!("{got} instead of {wanted}")));
        }
    }
    Ok(())
}

fn line(row: &[Value], kind: Kind) -> String {
    row.iter().map(|v| cell(v, kind)).collect::<Vec<_>>().join("\t")
}

/// A value as exported programs read and write it.
fn cell(value: &Value, kind: Kind) -> String {
    match value {
        Value::Text(text) => text.replace('\\', "\\\\").replace('\n', "\\n").replace('\t', "\\t"),
        Value::List(items) => items.iter().map(ToString::to_string).collect::<Vec<_>>().join(","),
        Value::Number(_) => value.display(kind),
    }
}
