//! The macros and routines of `programs/muxleq/lib` compute what they say: every pair of edge values, and random pairs.

#![allow(clippy::unwrap_used, reason = "a panic is the failure report")]

use ncpu_muxleq::{Core, Image, Pause, Reference, State};
use ncpu_muxleq_asm::{Program, assemble};
use std::collections::BTreeMap;
use std::path::PathBuf;

/// A program of one body between the library's macros and routines; `x` and `y` are its operands.
fn program(body: &str) -> Program {
    let lib = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../programs/muxleq/lib");
    let mut files = BTreeMap::new();
    for entry in std::fs::read_dir(lib).unwrap() {
        let path = entry.unwrap().path();
        files.insert(
            PathBuf::from(path.file_name().unwrap()),
            std::fs::read_to_string(&path).unwrap(),
        );
    }
    let text = format!(
        "include \"base.mux\"\nx: data 0\ny: data 0\nmain:\n{body}\nend: halt\n\
         include \"multiply.mux\"\ninclude \"divide.mux\"\ninclude \"halve.mux\"\ninclude \"shift.mux\"\n"
    );
    files.insert(PathBuf::from("test.mux"), text);
    assemble(&PathBuf::from("test.mux"), &files).unwrap_or_else(|errors| panic!("{errors}"))
}

/// Runs it with these operands; the cells named, and the steps.
fn run(program: &Program, x: u16, y: u16, cells: &[&str]) -> (Vec<u16>, u64) {
    let mut state = State::new(&Image { cells: program.cells.clone() });
    state.memory[usize::from(program.labels["x"])] = x;
    state.memory[usize::from(program.labels["y"])] = y;
    assert_eq!(Reference.run(&mut state, 10_000), Pause::Halted, "{x} {y}");
    (cells.iter().map(|c| state.memory[usize::from(program.labels[*c])]).collect(), state.steps)
}

const EDGES: [u16; 18] = [
    0, 1, 2, 3, 5, 9, 10, 16, 255, 256, 0x7FFE, 0x7FFF, 0x8000, 0x8001, 0xC000, 0xFFF6, 0xFFFE,
    0xFFFF,
];

/// Pairs to try: all of the edges, and 3,000 random ones of random sizes.
fn pairs() -> Vec<(u16, u16)> {
    let mut pairs: Vec<_> = EDGES.iter().flat_map(|x| EDGES.map(|y| (*x, y))).collect();
    let mut seed = 0x1234_5678_9ABC_DEF1_u64;
    let mut random = || {
        seed ^= seed << 13;
        seed ^= seed >> 7;
        seed ^= seed << 17;
        (seed as u16) >> (seed >> 60)
    };
    pairs.extend((0..3000).map(|_| (random(), random())));
    pairs
}

/// Compares the cells after the run with `wanted`, for all pairs but those that it has no answer for; the most steps.
fn check(body: &str, cells: &[&str], wanted: impl Fn(u16, u16) -> Option<Vec<u16>>) -> u64 {
    let program = program(body);
    let mut most = 0;
    for (x, y) in pairs() {
        if let Some(wanted) = wanted(x, y) {
            let (found, steps) = run(&program, x, y, cells);
            assert_eq!(found, wanted, "{body}: x = {x:#x}, y = {y:#x}");
            // Without the jump to `main` and the halt.
            most = most.max(steps - 2);
        }
    }
    most
}

#[test]
fn values() {
    let y = |steps: u64, body: &str, f: fn(u16, u16) -> u16| {
        assert_eq!(check(body, &["y"], |x, y| Some(vec![f(x, y)])), steps, "{body}");
    };
    y(1, "move x, y", |x, _| x);
    y(1, "clear y", |_, _| 0);
    y(1, "increment y", |_, y| y.wrapping_add(1));
    y(1, "decrement y", |_, y| y.wrapping_sub(1));
    y(3, "add x, y", |x, y| x.wrapping_add(y));
    y(1, "sub x, y", |x, y| y.wrapping_sub(x));
    y(3, "negate y", |_, y| y.wrapping_neg());
    y(3, "double y", |_, y| y << 1);
    y(1, "and x, y", |x, y| x & y);
    y(1, "or x, y", |x, y| x | y);
    y(2, "complement x, y", |x, _| !x);
    y(4, "xor x, y", |x, y| x ^ y);
}

#[test]
fn memory() {
    assert_eq!(check("move #x, y\nload y, y", &["y"], |x, _| Some(vec![x])), 3);
    assert_eq!(check("move #x, scratch\nstore y, scratch", &["x"], |_, y| Some(vec![y])), 3);
}

#[test]
fn decisions() {
    let jumps = |most: u64, jump: &str, f: fn(i16, i16) -> Option<bool>| {
        let body = format!("{jump}, .yes\nmove #0, scratch\njump end\n.yes: move #1, scratch");
        let wanted = |x: u16, y: u16| f(x as i16, y as i16).map(|b| vec![u16::from(b)]);
        assert!(check(&body, &["scratch"], wanted) <= most + 2, "{jump}");
    };
    jumps(1, "jump_not_positive x", |x, _| Some(x <= 0));
    jumps(2, "jump_positive x", |x, _| Some(x > 0));
    jumps(3, "jump_negative x", |x, _| Some(x < 0));
    jumps(3, "jump_zero x", |x, _| Some(x == 0));
    jumps(4, "jump_nonzero x", |x, _| Some(x != 0));
    jumps(4, "jump_equal x, y", |x, y| Some(x == y));
    jumps(3, "jump_less x, y", |x, y| y.checked_sub(x).map(|_| x < y));
}

#[test]
fn routines() {
    check("move x, factor_a\nmove y, factor_b\ncall multiply", &["product"], |x, y| {
        Some(vec![x.wrapping_mul(y)])
    });
    check("move x, dividend\nmove y, divisor\ncall divide", &["quotient", "remainder"], |x, y| {
        Some(vec![x.checked_div(y)?, x % y])
    });
    check("move x, halved\ncall halve", &["halved"], |x, _| Some(vec![x >> 1]));
    check("move x, shifted\nmove y, shift_count\ncall shift_right", &["shifted"], |x, y| {
        (y < 16).then(|| vec![x >> y])
    });
    check("move x, shifted\nmove y, shift_count\ncall shift_left", &["shifted"], |x, y| {
        (y < 16).then(|| vec![x << y])
    });
}

#[test]
fn halve_for_every_value() {
    let program = program("move x, halved\ncall halve");
    let mut steps = 0;
    for x in 0..=u16::MAX {
        let (found, s) = run(&program, x, 0, &["halved"]);
        assert_eq!(found, [x >> 1]);
        steps += s - 3;
    }
    // The average, call and return included, is told in halve.mux.
    assert_eq!((steps as f64 / 65536.0).round(), 34.0);
}
