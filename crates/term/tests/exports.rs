//! Exported programs do what the term does: compiled or run where the tools are installed.

#![allow(clippy::unwrap_used)]

use ncpu_term::{Domain, Export, Language, Program, Sort, Value};
use num_bigint::BigInt;
use std::fmt::Write as _;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// A case: the program and rows on which it has a value.
struct Case {
    name: String,
    program: Program,
    rows: Vec<Vec<Value>>,
}

fn cases() -> Vec<Case> {
    let numbers = [-1000, -37, -8, -1, 0, 1, 2, 3, 5, 12, 36, 97, 360, 1001].map(BigInt::from);
    let words =
        [0_u64, 1, 2, 3, 7, 63, 64, 255, 0xffff_0000, 1 << 63, u64::MAX, 0x0123_4567_89ab_cdef];
    let words = words.map(BigInt::from);
    let lists: [&[i64]; 5] = [&[], &[5], &[3, -1, 3, 8], &[2, 2, 2], &[9, 7, 6, 1, -5, 4]];
    let mut cases = Vec::new();
    for (n, line) in include_str!("exports.cases").lines().enumerate() {
        let Some((head, text)) = line.split_once(": ").filter(|_| !line.starts_with('#')) else {
            continue;
        };
        let (kind, arity) = head.split_once(' ').unwrap();
        let arity = arity.parse().unwrap();
        let name = format!("{kind}{}", n + 1);
        cases.push(match kind {
            "int" => {
                case(name, text, Domain::Int, &vec![Sort::Number; arity], pairs(&numbers, arity))
            }
            "bits" => {
                case(name, text, Domain::Bits, &vec![Sort::Number; arity], pairs(&words, arity))
            }
            _ => {
                let rows = lists
                    .iter()
                    .flat_map(|l| [-2, 0, 3].map(|y| vec![Value::list(l), Value::int(y)]));
                case(name, text, Domain::Int, &[Sort::List, Sort::Number], rows.collect())
            }
        });
    }
    cases
}

fn pairs(numbers: &[BigInt], arity: usize) -> Vec<Vec<Value>> {
    let number = |n: &BigInt| Value::Number(n.clone());
    match arity {
        1 => numbers.iter().map(|a| vec![number(a)]).collect(),
        _ => numbers
            .iter()
            .flat_map(|a| numbers.iter().map(move |b| vec![number(a), number(b)]))
            .collect(),
    }
}

fn case(name: String, text: &str, domain: Domain, inputs: &[Sort], rows: Vec<Vec<Value>>) -> Case {
    let program = Program::parse(text, domain, inputs).unwrap_or_else(|e| panic!("{text}: {e}"));
    let rows: Vec<_> = rows.into_iter().filter(|row| program.eval(row).is_ok()).collect();
    assert!(rows.len() > 3, "{text} is hardly ever defined");
    Case { name, program, rows }
}

fn cell(value: &Value, domain: Domain) -> String {
    match value {
        Value::Number(n) if domain == Domain::Bits => format!("{n:#018x}"),
        Value::Number(n) => n.to_string(),
        Value::List(items) => items.iter().map(ToString::to_string).collect::<Vec<_>>().join(","),
    }
}

fn input_text(case: &Case) -> String {
    let mut text = String::new();
    for row in &case.rows {
        let cells: Vec<String> = row.iter().map(|v| cell(v, case.program.domain)).collect();
        writeln!(text, "{}", cells.join("\t")).unwrap();
    }
    text
}

fn expected(case: &Case) -> Vec<String> {
    case.rows
        .iter()
        .map(|row| cell(&case.program.eval(row).unwrap(), case.program.domain))
        .collect()
}

fn directory(language: &str) -> PathBuf {
    let directory = Path::new(env!("CARGO_TARGET_TMPDIR")).join(language);
    std::fs::create_dir_all(&directory).unwrap();
    directory
}

fn installed(tool: &str) -> bool {
    let there =
        Command::new(tool).arg("--version").stdout(Stdio::null()).stderr(Stdio::null()).status();
    let there = there.is_ok_and(|status| status.success());
    if !there {
        eprintln!("{tool} is not installed: its exports are not run");
    }
    there
}

fn export(case: &Case, language: Language) -> String {
    let doc = [format!("{} as text: {}", case.name, case.program.show())];
    let export = Export { program: &case.program, name: "f", doc: &doc, rows: &case.rows };
    export.to(language).unwrap_or_else(|e| panic!("{}: {e}", case.name))
}

fn run(case: &Case, command: &mut Command) {
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(input_text(case).as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    let output = String::from_utf8(output.stdout).unwrap();
    for ((got, want), row) in output.lines().zip(expected(case)).zip(&case.rows) {
        assert_eq!(got, want, "{}: {} of {row:?}", case.name, case.program.show());
    }
    assert_eq!(output.lines().count(), case.rows.len(), "{}", case.name);
}

fn tool(case: &Case, command: &mut Command) {
    let output = command.output().unwrap();
    let message = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{}: {}\n{message}", case.name, case.program.show());
}

#[test]
fn python() {
    if !installed("python3") {
        return;
    }
    for case in cases() {
        let file = directory("python").join(format!("{}.py", case.name));
        std::fs::write(&file, export(&case, Language::Python)).unwrap();
        run(&case, Command::new("python3").arg(file));
    }
}

#[test]
fn c() {
    if !installed("cc") {
        return;
    }
    for case in cases() {
        let file = directory("c").join(format!("{}.c", case.name));
        let program = file.with_extension("");
        std::fs::write(&file, export(&case, Language::C)).unwrap();
        let mut cc = Command::new("cc");
        cc.args([
            "-std=c11",
            "-Wall",
            "-Wextra",
            "-Werror",
            "-Wno-unused-parameter",
            "-O1",
            "-fsanitize=undefined",
            "-o",
        ]);
        tool(&case, cc.arg(&program).arg(file));
        run(&case, &mut Command::new(program));
    }
}

#[test]
fn rust() {
    for case in cases() {
        let file = directory("rust").join(format!("{}.rs", case.name));
        let program = file.with_extension("");
        std::fs::write(&file, export(&case, Language::Rust)).unwrap();
        let mut rustc = Command::new("rustc");
        rustc.args(["--edition=2021", "-Coverflow-checks=on", "-Dwarnings", "-o"]);
        tool(&case, rustc.arg(&program).arg(file));
        run(&case, &mut Command::new(program));
    }
}
