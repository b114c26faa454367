//! What is found fits; limits are kept; odd input does no harm.

#![allow(clippy::unwrap_used)]

use ncpu_search::{Found, Limits, Progress};
use ncpu_synth_num::solve;
use ncpu_term::{Finding, Value};
use num_bigint::BigInt;
use std::sync::atomic::AtomicBool;
use std::time::{Duration, Instant};

type Rows = Vec<(Vec<Value>, Value)>;

fn run(examples: &Rows, pending: &[Vec<Value>], seconds: f64) -> Found<Finding> {
    let (cancel, progress) = (AtomicBool::new(false), Progress::default());
    let limits = Limits {
        deadline: Instant::now() + Duration::from_secs_f64(seconds),
        cancel: &cancel,
        memory: 1 << 29,
        threads: 1,
        seed: 1,
        progress: &progress,
    };
    let found = solve(examples, pending, &[], &limits);
    for candidate in &found.candidates {
        for (inputs, output) in examples {
            let program = &candidate.program.program;
            assert_eq!(program.eval(inputs).as_ref(), Ok(output), "{}", program.show());
        }
    }
    for candidate in &found.candidates {
        let program = &candidate.program.program;
        let least = 3.0_f64.max(program.term.size() as f64 / 4.0);
        assert!(candidate.cost >= least, "{} for {}", candidate.cost, program.show());
    }
    assert!(found.candidates.len() <= 64);
    assert!(found.candidates.is_sorted_by(|a, b| a.cost <= b.cost));
    found
}

fn numbers(rows: &[(&[i64], i64)]) -> Rows {
    let row = |(inputs, output): &(&[i64], i64)| {
        (inputs.iter().map(|n| Value::int(*n)).collect(), Value::int(*output))
    };
    rows.iter().map(row).collect()
}

fn sequence(first: i64, terms: &[i64]) -> Rows {
    (first..).zip(terms).map(|(n, t)| (vec![Value::int(n)], Value::int(*t))).collect()
}

/// The value of the best candidate.
fn predicts(examples: &Rows, inputs: &[Value]) -> Option<Value> {
    let found = run(examples, &[inputs.to_vec()], 5.0);
    found.candidates.first()?.program.program.eval(inputs).ok()
}

#[test]
fn functions_of_numbers() {
    for (rows, inputs, expected) in [
        (numbers(&[(&[0], 1), (&[1], 3), (&[2], 5), (&[5], 11), (&[-3], -5)]), vec![100], 201),
        (
            numbers(&[(&[3, 5], 5), (&[5, 3], 5), (&[-2, 6], 6), (&[4, 4], 4), (&[-3, -8], -3)]),
            vec![9, 70],
            70,
        ),
        (
            numbers(&[(&[0], 0), (&[7], 7), (&[10], 1), (&[99], 18), (&[123], 6), (&[405], 9)]),
            vec![888],
            24,
        ),
        (
            numbers(&[(&[12, 18], 6), (&[7, 5], 1), (&[10, 5], 5), (&[0, 6], 6), (&[21, 14], 7)]),
            vec![48, 36],
            12,
        ),
        (
            numbers(&[
                (&[0], 5),
                (&[10], 15),
                (&[49], 54),
                (&[50], 50),
                (&[51], 51),
                (&[100], 100),
                (&[30], 35),
            ]),
            vec![20],
            25,
        ),
    ] {
        let inputs: Vec<Value> = inputs.into_iter().map(Value::int).collect();
        assert_eq!(predicts(&rows, &inputs), Some(Value::int(expected)), "{rows:?}");
    }
}

#[test]
fn sequences() {
    for (first, terms, at, expected) in [
        (0, &[0, 1, 1, 2, 3, 5, 8, 13, 21][..], 20, 6765),
        (1, &[1, 3, 6, 10, 15, 21, 28], 100, 5050),
        (0, &[1, 1, 2, 5, 14, 42, 132, 429, 1430, 4862], 15, 9_694_845),
        (0, &[1, 1, 2, 4, 9, 21, 51, 127, 323, 835, 2188], 12, 15_511),
        (0, &[1, 8, 43, 16, 83, 14, 73, 65, 25, 9], 3, 16),
        (1, &[1, 2, 4, 5, 7, 8, 10, 11, 13, 14], 21, 31),
        (1, &[2, 3, 5, 7, 11, 13, 17, 19, 23, 29], 11, 31),
        (0, &[1, 2, 3, 1, 2, 3, 1, 2, 3, 1], 11, 3),
        (1, &[1, 1, 2, 3, 3, 4, 5, 5, 6, 6, 6, 8, 8, 8, 10], 19, 11),
        (0, &[0, 1, 3, 6, 2, 7, 13, 20, 12, 21, 11, 22, 10, 23], 20, 42),
        (1, &[0, 0, 1, 0, 2, 0, 2, 2, 1, 6, 0, 5, 0, 2, 6, 5, 4], 24, 9),
        (0, &[27, 82, 41, 124, 62, 31, 94, 47, 142, 71, 214], 11, 107),
    ] {
        let answer = predicts(&sequence(first, terms), &[Value::int(at)]);
        assert_eq!(answer, Some(Value::int(expected)), "{terms:?}");
    }
}

#[test]
fn functions_of_lists() {
    let list = |values: &[i64]| Value::list(values);
    let cases: Vec<(Rows, Vec<Value>, Value)> = vec![
        (
            vec![
                (vec![list(&[1, 2, 3])], list(&[2, 4, 6])),
                (vec![list(&[])], list(&[])),
                (vec![list(&[5, -7])], list(&[10, -14])),
            ],
            vec![list(&[8, 9])],
            list(&[16, 18]),
        ),
        (
            vec![
                (vec![list(&[1, 2, 3, 4])], list(&[2, 4])),
                (vec![list(&[5, 6, 9, 11])], list(&[6])),
                (vec![list(&[8, 13, 10])], list(&[8, 10])),
            ],
            vec![list(&[3, 12, 14])],
            list(&[12, 14]),
        ),
        (
            vec![
                (vec![list(&[1, 2, 3]), Value::int(5)], Value::int(30)),
                (vec![list(&[4, -1]), Value::int(2)], Value::int(6)),
                (vec![list(&[7, 7, 1]), Value::int(3)], Value::int(45)),
            ],
            vec![list(&[10]), Value::int(9)],
            Value::int(90),
        ),
    ];
    for (rows, inputs, expected) in cases {
        assert_eq!(predicts(&rows, &inputs), Some(expected), "{rows:?}");
    }
}

/// Numbers as the files of tasks have them.
fn value(json: &serde_json::Value) -> Value {
    let number = |json: &serde_json::Value| -> BigInt {
        json.as_str().map_or_else(|| json.to_string(), str::to_owned).parse().expect("an integer")
    };
    match json.as_array() {
        Some(items) => Value::List(items.iter().map(number).collect()),
        None => Value::Number(number(json)),
    }
}

#[test]
fn every_finding_has_a_price() {
    let files = ["int", "sequence", "list"];
    for file in files.map(|class| format!("../../tests/synth/{class}.dev.jsonl")) {
        let text = std::fs::read_to_string(file).unwrap();
        for line in text.lines() {
            let task: serde_json::Value = serde_json::from_str(line).unwrap();
            let rows: Rows = task["examples"]
                .as_array()
                .unwrap()
                .iter()
                .map(|row| (row[0].as_array().unwrap().iter().map(value).collect(), value(&row[1])))
                .collect();
            run(&rows, &[], 0.15);
        }
    }
}

/// A small generator of numbers that look random.
fn scatter(n: i64) -> i64 {
    (n.wrapping_mul(0x5851_f42d_4c95_7f2d).wrapping_add(0x1405_7b7e_f767_814f) >> 33) % 100
}

#[test]
fn noise_ends_in_time() {
    let many: Rows = (0..60)
        .map(|n| {
            let inputs = (0..3).map(|k| Value::int(scatter(7 * n + k))).collect();
            (inputs, Value::int(scatter(1000 + n)))
        })
        .collect();
    let lists: Rows = (0..9)
        .map(|n| {
            let list = |k: i64| (0..5 + n % 3).map(|i| scatter(31 * n + i + k)).collect::<Vec<_>>();
            (vec![Value::list(&list(0))], Value::list(&list(500)))
        })
        .collect();
    let terms: Vec<i64> = (0..30).map(|n| scatter(n * n + 5)).collect();
    for rows in [many, lists, sequence(0, &terms)] {
        let begin = cpu_time::ThreadTime::now();
        run(&rows, &[], 0.5);
        let took = begin.elapsed().as_secs_f64();
        // The processor's time, and a loose bound: a busy machine must not fail the test.
        assert!(took < 1.0, "{took} s of 0.5");
    }
}

#[test]
fn odd_input_does_no_harm() {
    let huge = BigInt::from(1) << 3000;
    let big = |n: i64| Value::Number(&huge + n);
    let cases: Vec<Rows> = vec![
        vec![],
        numbers(&[(&[1], 2), (&[1], 3)]),
        numbers(&[(&[5], 7)]),
        numbers(&[(&[i64::MIN], i64::MAX), (&[i64::MAX], i64::MIN), (&[0], 0)]),
        vec![(vec![big(0)], big(1)), (vec![big(1)], big(2)), (vec![big(2)], big(3))],
        vec![(vec![Value::int(1)], Value::list(&[1])), (vec![Value::int(2)], Value::int(2))],
        vec![(vec![Value::list::<i64>(&[])], Value::list::<i64>(&[]))],
        vec![(vec![Value::list(&[i64::MAX, i64::MIN, i64::MAX])], Value::int(1))],
        numbers(&[(&[1, 2, 3, 4, 5], 15), (&[0, 0, 0, 0, 1], 1)]),
    ];
    for rows in cases {
        run(&rows, &[], 0.4);
    }
}

#[test]
fn the_same_twice() {
    let rows = numbers(&[(&[3, 4], 25), (&[0, 2], 4), (&[1, 1], 2), (&[-2, 5], 29)]);
    let show = |found: Found<Finding>| -> Vec<String> {
        found.candidates.iter().take(1).map(|c| c.program.program.show()).collect()
    };
    assert_eq!(show(run(&rows, &[], 5.0)), show(run(&rows, &[], 5.0)));
}
