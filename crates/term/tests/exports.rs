//! Exported programs do what the term does: compiled or run where the tools are installed.

use ncpu_term::{Domain, Export, Language, Program, Sort, Value};
use num_bigint::BigInt;
use std::fmt::Write as _;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

const INTS: &[(&str, usize)] = &[
    ("x * (y - 3) - -7 * x", 2),
    ("x / y + x % y * 1000", 2),
    ("quot(x, y) + rem(x, y) * 1000", 2),
    ("if x < y then y - x else x * 2 + (x == y)", 2),
    ("let t = x + y in t * t - t", 2),
    ("while b != 0 from a = x, b = y do b, a % b give abs(a)", 2),
    ("loop a = 0, b = 1 times abs(x) % 40 as i do b, a + b + i give a", 1),
    ("(x & 12 | y ^ 5) + (~x << 3) + (x >> 2)", 2),
    ("gcd(x, y) + lcm(x, y) * 10 + isqrt(x * x + y * y) + bit_length(abs(x))", 2),
    ("min(x, y) * 3 + max(x, 2) + sign(x) + popcount(x) + (-y) ** 3", 2),
    ("factorial(abs(x) % 15) + digit_sum(y) + is_prime(x) * 10 + nth_prime(abs(y) % 9)", 2),
    ("divisor_count(abs(x)) + divisor_sum(abs(y)) + totient(abs(x) % 50) + digit_reverse(x)", 2),
    ("binomial(abs(x) % 12, 3) + fibonacci(abs(y) % 40) + digit_product(x)", 2),
    (
        "loop a = 0 times 4 as i do a + (if i % 2 == 0 then (loop b = 1 times i do b * x % 1000 give b) else y) give a",
        2,
    ),
    ("if (x < 3) & (y < 3) then 1 else if x > 10 | y then 2 else 3", 2),
    ("x * 1000000007 * y * 998244353 * y", 2),
];

const BITS: &[&str] = &[
    "x & -x | y << 3 ^ x >> 60",
    "x * 0x9e3779b97f4a7c15 + ~y - 1",
    "rol(x, y) ^ ror(y, 7) ^ sar(x, 65) ^ (x << y) ^ (y >> x)",
    "x / y + x % 10 + sdiv(x, y) + srem(y, x) + x / 0 + x % 0",
    "umulh(x, y) ^ smulh(x, y)",
    "clz(x) + ctz(y) * 100 + popcount(x ^ y)",
    "bswap(x) ^ rbit(y) ^ sext8(x) ^ sext16(y) ^ sext32(x)",
    "min(x, y) ^ max(x, 5) ^ smin(x, y) ^ smax(x, 0)",
    "(x < y) + (x <= y) * 2 + slt(x, y) * 4 + sle(y, x) * 8 + (x == y) * 16 + (x != 3) * 32",
    "if slt(x, 0) then -x else (let t = x ^ y in t & t - 1)",
    "while a != 0 from a = x, n = 0 do a & a - 1, n + 1 give n",
    "loop a = x times 3 as i do a ^ a << 13 + i give a",
];

const LISTS: &[&str] = &[
    "map(v -> v * y + 1, xs)",
    "filter(v -> v % 2 == 0, sorted(xs))",
    "zip((u, v) -> u - v, drop(xs, 1), xs) ++ reverse(take(xs, y))",
    "indexed((i, v) -> i * v, unique(xs)) ++ single(sum(xs)) ++ range(1, y)",
    "scan((s, v) -> max(s, v), 0, xs) ++ empty()",
    "single(fold((s, v) -> s * 2 + v, 1, xs) + count(v -> v > y, xs) + len(xs) + product(take(xs, 2)))",
    "if len(xs) == 0 then xs else single(maximum(xs)) ++ single(minimum(xs)) ++ single(first(xs) + last(xs))",
    "map(v -> at(xs, find(xs, v)) + find(xs, 99), xs)",
    "map(v -> (loop a = 0 times abs(v) % 5 as i do a + i give a), xs)",
    "let ts = map(v -> v + y, xs) in ts ++ ts",
];

/// A case: the program and rows on which it has a value.
struct Case {
    name: String,
    program: Program,
    rows: Vec<Vec<Value>>,
}

fn cases() -> Vec<Case> {
    let numbers = [-1000, -37, -8, -1, 0, 1, 2, 3, 5, 12, 36, 97, 360, 1001];
    let mut cases = Vec::new();
    for (n, (text, arity)) in INTS.iter().enumerate() {
        let rows = pairs(&numbers.map(BigInt::from), *arity);
        cases.push(case(format!("int{n}"), text, Domain::Int, &vec![Sort::Number; *arity], rows));
    }
    let words =
        [0_u64, 1, 2, 3, 7, 63, 64, 255, 0xffff_0000, 1 << 63, u64::MAX, 0x0123_4567_89ab_cdef];
    for (n, text) in BITS.iter().enumerate() {
        let rows = pairs(&words.map(BigInt::from), 2);
        cases.push(case(format!("bits{n}"), text, Domain::Bits, &[Sort::Number; 2], rows));
    }
    let lists: [&[i64]; 5] = [&[], &[5], &[3, -1, 3, 8], &[2, 2, 2], &[9, 7, 6, 1, -5, 4]];
    for (n, text) in LISTS.iter().enumerate() {
        let rows =
            lists.iter().flat_map(|l| [-2, 0, 3].map(|y| vec![Value::list(l), Value::int(y)]));
        let program = format!("list{n}");
        cases.push(case(program, text, Domain::Int, &[Sort::List, Sort::Number], rows.collect()));
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
