//! What the Forth computes, against Rust: arithmetic and comparison, numbers in every base, loops.

#![allow(clippy::unwrap_used, reason = "a panic is the failure report")]

use ncpu_machine::io::MemoryIo;
use ncpu_muxleq::{Image, Limits, Reference, State, Stop, run};
use ncpu_muxleq_asm::{HostFiles, assemble};
use std::path::Path;
use std::sync::OnceLock;

/// The Forth, assembled once.
fn cells() -> &'static [u16] {
    static CELLS: OnceLock<Vec<u16>> = OnceLock::new();
    CELLS.get_or_init(|| {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../programs/muxleq/forth.mux");
        let program = assemble(&path, &HostFiles).unwrap_or_else(|errors| panic!("{errors}"));
        program.cells
    })
}

/// What the Forth answers to these lines, one answer a line, without the banner.
fn answers(lines: &[String]) -> Vec<String> {
    let mut state = State::new(&Image { cells: cells().to_vec() });
    let mut io = MemoryIo::new((lines.join("\n") + "\n").as_bytes());
    let limits = Limits { max_steps: Some(100_000_000), ..Limits::default() };
    let outcome = run(&mut Reference, &mut state, &mut io, &limits);
    assert!(matches!(outcome.stop, Stop::Halted), "{:?}", outcome.stop);
    String::from_utf8_lossy(&io.output).lines().skip(1).map(String::from).collect()
}

fn check(cases: &[(String, String)]) {
    let lines: Vec<_> = cases.iter().map(|(line, _)| line.clone()).collect();
    let found = answers(&lines);
    assert_eq!(found.len(), cases.len());
    for ((line, wanted), found) in cases.iter().zip(found) {
        assert_eq!(found, format!("{wanted} ok"), "{line}");
    }
}

struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    /// A number of random size and sign, often an edge.
    fn number(&mut self) -> i16 {
        const EDGES: [i16; 9] = [0, 1, -1, 2, -2, i16::MAX, i16::MIN, i16::MIN + 1, 10];
        let bits = self.next();
        if bits.is_multiple_of(3) {
            EDGES[(bits >> 8) as usize % 9]
        } else {
            ((bits >> 32) as i16) >> (bits >> 8 & 15)
        }
    }
}

fn flag(b: bool) -> i16 {
    -i16::from(b)
}

type Two = (&'static str, fn(i16, i16) -> Option<i16>);

#[test]
fn words_of_two_numbers() {
    let words: [Two; 20] = [
        ("+", |a, b| Some(a.wrapping_add(b))),
        ("-", |a, b| Some(a.wrapping_sub(b))),
        ("*", |a, b| Some(a.wrapping_mul(b))),
        ("/", |a, b| {
            (b != 0).then(|| (i32::from(a) as f64 / i32::from(b) as f64).floor() as i32 as i16)
        }),
        ("mod", |a, b| {
            let (a, b) = (i32::from(a), i32::from(b));
            (b != 0).then(|| (((a % b) + b) % b) as i16)
        }),
        ("u/mod nip", |a, b| (a as u16).checked_div(b as u16).map(|q| q as i16)),
        ("u/mod drop", |a, b| (a as u16).checked_rem(b as u16).map(|q| q as i16)),
        ("and", |a, b| Some(a & b)),
        ("or", |a, b| Some(a | b)),
        ("xor", |a, b| Some(a ^ b)),
        ("lshift", |a, b| {
            Some(
                (a as u16).checked_shl(u32::from(b as u16)).filter(|_| (b as u16) < 16).unwrap_or(0)
                    as i16,
            )
        }),
        ("rshift", |a, b| Some(if (b as u16) < 16 { ((a as u16) >> b) as i16 } else { 0 })),
        ("=", |a, b| Some(flag(a == b))),
        ("<>", |a, b| Some(flag(a != b))),
        ("<", |a, b| Some(flag(a < b))),
        (">", |a, b| Some(flag(a > b))),
        ("u<", |a, b| Some(flag((a as u16) < (b as u16)))),
        ("min", |a, b| Some(a.min(b))),
        ("max", |a, b| Some(a.max(b))),
        ("over swap - +", |a, b| Some(a.wrapping_add(a.wrapping_sub(b)))),
    ];
    let mut random = Random(0x1357_9BDF_0246_8ACE);
    let mut cases = Vec::new();
    for (word, wanted) in words {
        for _ in 0..60 {
            let (a, b) = (random.number(), random.number());
            let b = if word.ends_with("shift") { b & 31 } else { b };
            if let Some(wanted) = wanted(a, b) {
                cases.push((format!("{a} {b} {word} ."), format!("{wanted} ")));
            }
        }
    }
    check(&cases);
}

type One = (&'static str, fn(i16) -> i16);

#[test]
fn words_of_one_number() {
    let words: [One; 14] = [
        ("negate", i16::wrapping_neg),
        ("abs", i16::wrapping_abs),
        ("invert", |a| !a),
        ("1+", |a| a.wrapping_add(1)),
        ("1-", |a| a.wrapping_sub(1)),
        ("2*", |a| a << 1),
        ("2/", |a| a >> 1),
        ("0=", |a| flag(a == 0)),
        ("0<>", |a| flag(a != 0)),
        ("0<", |a| flag(a < 0)),
        ("0>", |a| flag(a > 0)),
        ("dup *", |a| a.wrapping_mul(a)),
        ("dup dup - swap drop", |_| 0),
        ("-5 10 within", |a| flag((-5..10).contains(&a))),
    ];
    let mut random = Random(0x0F1E_2D3C_4B5A_6978);
    let mut cases = Vec::new();
    for (word, wanted) in words {
        for _ in 0..40 {
            let a = random.number();
            cases.push((format!("{a} {word} ."), format!("{} ", wanted(a))));
        }
    }
    check(&cases);
}

fn digits(mut n: u32, base: u32) -> String {
    let mut text = String::new();
    while n > 0 || text.is_empty() {
        text.insert(0, char::from_digit(n % base, base).unwrap().to_ascii_uppercase());
        n /= base;
    }
    text
}

#[test]
fn numbers_in_every_base() {
    let mut random = Random(0x2468_ACE0_1357_9BDF);
    let mut cases = Vec::new();
    for base in 2..=36 {
        for _ in 0..8 {
            let n = random.number();
            let sign = if n < 0 { "-" } else { "" };
            let signed = sign.to_string() + &digits(u32::from(n.unsigned_abs()), base);
            let unsigned = digits(u32::from(n as u16), base);
            cases.push((
                format!("{n} {base} base ! dup . u. decimal"),
                format!("{signed} {unsigned} "),
            ));
            // Read in that base, in either case; printed in decimal.
            cases.push((
                format!("{base} base ! {} decimal .", signed.to_lowercase()),
                format!("{n} "),
            ));
            cases.push((format!("{base} base ! ${:x} decimal .", n as u16), format!("{n} ")));
        }
    }
    check(&cases);
}

/// The counters of `limit first do … step +loop`: until the boundary between limit - 1 and limit is crossed.
fn counters(limit: i16, first: i16, step: i16) -> Vec<i16> {
    let mut counter = first;
    let mut found = Vec::new();
    loop {
        found.push(counter);
        // Where the counter stands on a circle that is cut at the boundary.
        let place = i32::from(counter.wrapping_sub(limit) as u16);
        let next = place + i32::from(step);
        let crossed = !(0..0x1_0000).contains(&next);
        counter = counter.wrapping_add(step);
        if crossed || found.len() > 200 {
            return found;
        }
    }
}

#[test]
fn loops() {
    let mut random = Random(0x7777_1234_4321_9999);
    let mut cases = vec![
        (": walk ( step limit first -- ) do i . dup +loop drop ;".to_string(), String::new()),
        (": up ( limit first -- ) do i . loop ;".to_string(), String::new()),
    ];
    let show = |list: &[i16]| list.iter().map(|n| format!("{n} ")).collect::<String>();
    for _ in 0..300 {
        let limit = random.number();
        let first = limit.wrapping_add((random.next() % 60) as i16 - 30);
        let step = (random.next() % 19) as i16 - 9;
        let wanted = counters(limit, first, step);
        if step != 0 && wanted.len() < 100 {
            cases.push((format!("{step} {limit} {first} walk"), show(&wanted)));
        }
        let wanted = counters(limit, first, 1);
        if wanted.len() < 100 {
            cases.push((format!("{limit} {first} up"), show(&wanted)));
        }
    }
    check(&cases);
}

#[test]
fn loops_of_all_lengths() {
    let count = |limit: u16, first: u16| match limit.wrapping_sub(first) {
        0 => 0x1_0000,
        n => u32::from(n),
    };
    let mut cases = vec![(": count 0 rot rot do 1+ loop u. ;".to_string(), String::new())];
    for (limit, first) in
        [(0, 0), (0x8000, 0), (0x7FFF, 0), (0, 0x7FFF), (0, 0x8000), (5, 6), (0x8000, 0x8001)]
    {
        cases.push((format!("{limit} {first} count"), format!("{} ", count(limit, first) as u16)));
    }
    check(&cases);
}

#[test]
fn long_lines_and_names() {
    let spaces = " ".repeat(250);
    let name = "n".repeat(200);
    let lines = [
        format!("1{spaces}.."),
        format!("1{spaces}. . ."),
        "2 .".into(),
        format!(": {name} 7 ;"),
        format!("{name} ."),
        format!("{name}n"),
        "3 .".into(),
    ];
    let long = format!("? {name}n");
    let wanted = ["? ..", "? line too long", "2  ok", " ok", "7  ok", &long, "3  ok"];
    assert_eq!(answers(&lines), wanted);
}

/// Input that ends in the middle of a line, of a definition, or at once.
#[test]
fn ends_of_input() {
    for (input, wanted) in [
        ("", ""),
        ("1 .", "1  ok\n"),
        (": x 1", " compiled\n"),
        ("1 .\r\n2 .\r\n", "1  ok\n2  ok\n"),
    ] {
        let mut state = State::new(&Image { cells: cells().to_vec() });
        let mut io = MemoryIo::new(input.as_bytes());
        let limits = Limits { max_steps: Some(100_000), ..Limits::default() };
        assert!(matches!(run(&mut Reference, &mut state, &mut io, &limits).stop, Stop::Halted));
        let output = String::from_utf8_lossy(&io.output).into_owned();
        assert_eq!(output.split_once('\n').map(|(_, rest)| rest), Some(wanted), "{input:?}");
    }
}

/// Whatever is typed, the Forth answers each line and goes on: words in any order, but for those that write to any
/// cell, jump anywhere or may not come to an end.
#[test]
fn random_lines_do_no_harm() {
    const WORDS: &str = "dup drop swap over rot -rot nip tuck ?dup 2dup 2drop pick depth .s r@ i j see + - * / mod /mod \
        u/mod negate abs min max 1+ 1- 2* 2/ and or xor invert lshift rshift = <> < > u< 0= 0<> 0< 0> not within true \
        false @ c@ , here unused cells cell+ : ; : ; : ; immediate recurse constant variable create [ ] literal \
        postpone forget if else then if then while begin do ?do leave ' ['] abort emit cr space bl .\" s\" char [char] \
        ( \\ . u. .r ? hex decimal state base x y zed x y zed 1 2 3 0 -1 7 32767 $8000 nonsense";
    let words: Vec<_> = WORDS.split_whitespace().collect();
    let mut random = Random(0xABCD_EF01_2345_6789);
    for _ in 0..300 {
        let mut lines = Vec::new();
        for _ in 0..40 {
            let count = random.next() % 12;
            let line: Vec<_> =
                (0..count).map(|_| words[(random.next() >> 8) as usize % words.len()]).collect();
            lines.push(line.join(" "));
        }
        // An error ends a definition that is under way. What is asked then has no name that may have been defined.
        lines.extend(["this-is-unknown".into(), "5 spaces".into()]);
        let found = answers(&lines);
        assert_eq!(found.last().map(String::as_str), Some("      ok"), "{lines:#?}");
    }
}
