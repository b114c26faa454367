//! Whole searches: what is found fits, odd inputs are met calmly, limits are kept.

use cpu_time::ThreadTime;
use ncpu_search::{Found, Limits, Progress};
use ncpu_synth_bits::solve;
use ncpu_term::{Domain, Finding, Program, Sort, Value};
use std::sync::atomic::AtomicBool;
use std::time::{Duration, Instant};

type Rows = Vec<(Vec<u64>, u64)>;

fn run(examples: &Rows, pending: &[Vec<u64>], seconds: f64, memory: usize) -> Found<Finding> {
    let (cancel, progress) = (AtomicBool::new(false), Progress::default());
    let limits = Limits {
        deadline: Instant::now() + Duration::from_secs_f64(seconds),
        cancel: &cancel,
        memory,
        threads: 1,
        seed: 3,
        progress: &progress,
    };
    solve(examples, pending, &[], &limits)
}

fn draw(state: &mut u64) -> u64 {
    *state = state.wrapping_mul(0x5851_f42d_4c95_7f2d).wrapping_add(0x1405_7b7e_f767_814f);
    let v = *state ^ *state >> 29;
    match v % 5 {
        0 => v >> 50,
        1 => v << (v >> 58),
        _ => v,
    }
}

/// Inputs drawn at random, and what the program gives for them.
fn rows(text: &str, arity: usize, count: usize, state: &mut u64) -> Rows {
    let program =
        Program::parse(text, Domain::Bits, &vec![Sort::Number; arity]).expect("a program");
    let mut row = || {
        let inputs: Vec<u64> = (0..arity).map(|_| draw(state)).collect();
        let values: Vec<Value> = inputs.iter().map(|v| Value::int(*v)).collect();
        let out = program.eval(&values).ok().and_then(|v| v.to_u64()).expect("bits");
        (inputs, out)
    };
    (0..count).map(|_| row()).collect()
}

fn gives(finding: &Finding, rows: &Rows) -> bool {
    rows.iter().all(|(inputs, out)| {
        let values: Vec<Value> = inputs.iter().map(|v| Value::int(*v)).collect();
        finding.program.eval(&values) == Ok(Value::int(*out))
    })
}

/// The first candidate is right on rows that were not shown, and every candidate on those shown.
fn learns(text: &str, arity: usize) {
    let mut state = 11;
    let (shown, unseen) = (rows(text, arity, 16, &mut state), rows(text, arity, 40, &mut state));
    let pending: Vec<Vec<u64>> = unseen.iter().map(|(inputs, _)| inputs.clone()).collect();
    let found = run(&shown, &pending, 5.0, 1 << 30);
    let first = found.candidates.first().unwrap_or_else(|| panic!("nothing for {text}"));
    let shows = first.program.program.show();
    assert!(gives(&first.program, &unseen), "{text} was taken for {shows}");
    assert!(found.candidates.iter().all(|c| gives(&c.program, &shown)));
    assert!(found.candidates.windows(2).all(|w| w[0].cost <= w[1].cost));
    let again = Program::parse(&shows, Domain::Bits, &vec![Sort::Number; arity]);
    assert_eq!(again.map(|p| p.show()), Ok(shows));
}

#[test]
fn closed_forms_are_found() {
    // A polynomial, a field, fields swapped, bits merged, a chain of reversible steps, a multiple.
    learns("x * x * 3 + y * 17 - 5", 2);
    learns("(x >> 20) & 0x1ff", 1);
    learns("((x & 0xff00ff00ff00ff) << 8) | ((x >> 8) & 0xff00ff00ff00ff)", 1);
    learns("(x & 0xffff0000ffff) | (y & ~0xffff0000ffff)", 2);
    learns("let t = (x ^ (x >> 31)) * 0xd6e8feb86659fd93 in t ^ (t >> 29)", 1);
    learns("x % 1000", 1);
    learns("sdiv(x, 16)", 1);
    learns("x * 0x5851f42d4c957f2d + 99", 1);
}

#[test]
fn tricks_are_found() {
    learns("x & (x - 1)", 1);
    learns("(x & y) + ((x ^ y) >> 1)", 2);
    learns("((x | (x - 1)) + 1) & x", 1);
    learns("(x >> 1) ^ (-(x & 1) & 0xd800000000000000)", 1);
    learns("if popcount(x) < popcount(y) then y - x else x", 2);
    learns("let t = x ^ (x << 13) in let u = t ^ (t >> 7) in u ^ (u << 17)", 1);
}

#[test]
fn well_known_rules_are_named() {
    let mut state = 4;
    let shown = rows("if x + y < x then 0xffffffffffffffff else x + y", 2, 20, &mut state);
    let found = run(&shown, &[], 5.0, 1 << 30);
    let words = found.candidates.first().and_then(|c| c.program.words.clone());
    assert_eq!(words.as_deref().map(|w| w.ends_with("at most 2^64 - 1")), Some(true), "{words:?}");
}

#[test]
fn odd_inputs_are_met_calmly() {
    assert!(run(&vec![], &[], 0.5, 1 << 28).candidates.is_empty());
    let clash = vec![(vec![1], 2), (vec![1], 3)];
    assert!(run(&clash, &[], 0.5, 1 << 28).candidates.is_empty());
    let uneven = vec![(vec![1], 2), (vec![1, 2], 3)];
    assert!(run(&uneven, &[], 0.5, 1 << 28).candidates.is_empty());
    for one in [vec![(vec![5], 7)], vec![(vec![5, 9], 7)], vec![(vec![0], 0)], vec![(vec![], 4)]] {
        let found = run(&one, &[], 0.5, 1 << 28);
        assert!(!found.candidates.is_empty());
        assert!(found.candidates.iter().all(|c| gives(&c.program, &one)));
    }
    let same = vec![(vec![5], 7), (vec![5], 7), (vec![u64::MAX], 7)];
    assert!(!run(&same, &[vec![1, 2, 3], vec![4]], 0.5, 1 << 28).candidates.is_empty());
}

#[test]
fn the_deadline_is_kept() {
    let mut state = 5;
    for arity in 1..5 {
        // Nothing explains these.
        let noise: Rows = (0..40)
            .map(|_| ((0..arity).map(|_| draw(&mut state)).collect(), draw(&mut state)))
            .collect();
        for seconds in [0.05, 1.0] {
            // The processor's time: a machine busy with other things must not fail the test, and a
            // search that forgets the clock still does.
            let started = ThreadTime::now();
            let found = run(&noise, &[], seconds, 1 << 28);
            let took = started.elapsed().as_secs_f64();
            assert!(took < seconds * 1.05 + 0.15, "{took} s of {seconds} s, {arity} inputs");
            assert!(found.candidates.iter().all(|c| gives(&c.program, &noise)));
        }
    }
}

#[test]
fn many_rows_are_no_burden() {
    let mut state = 9;
    let shown = rows("(x + y) ^ (x >> 7)", 2, 10_000, &mut state);
    let found = run(&shown, &[], 5.0, 1 << 30);
    assert!(gives(&found.candidates[0].program, &shown));
}

#[test]
fn searches_repeat() {
    let mut state = 21;
    let shown = rows("(x | y) - (x ^ (y >> 3))", 2, 12, &mut state);
    let show = |found: Found<Finding>| found.candidates.first().map(|c| c.program.program.show());
    let first = show(run(&shown, &[], 5.0, 1 << 30));
    assert!(first.is_some());
    assert_eq!(first, show(run(&shown, &[], 5.0, 1 << 30)));
}
