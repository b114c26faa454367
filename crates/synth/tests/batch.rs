//! Batches: one answer a line in order, wrong lines reported, limits kept.

#![allow(clippy::unwrap_used)]

use ncpu_synth::{Batch, Summary};
use serde_json::{Value as Json, json};
use std::io::{self, Write};
use std::sync::atomic::AtomicBool;
use std::time::{Duration, Instant};

fn batch<'a>(cancel: &'a AtomicBool, time: f64, jobs: usize) -> Batch<'a> {
    let time = Duration::from_secs_f64(time);
    Batch { time, jobs, memory: 1 << 30, seed: 0, cancel, done: &|_| {} }
}

fn answers(text: &str, time: f64, jobs: usize) -> (Vec<Json>, Summary) {
    let (cancel, mut out) = (AtomicBool::new(false), Vec::new());
    let summary = batch(&cancel, time, jobs).run(text, &mut out).unwrap();
    let lines = String::from_utf8(out).unwrap();
    (lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect(), summary)
}

fn answer(task: &Json) -> Json {
    answers(&task.to_string(), 5.0, 1).0.remove(0)
}

/// What no search finds soon.
fn hard(name: &str) -> Json {
    let noise = |n: u64| (n.wrapping_mul(0x9e37_79b9_7f4a_7c15) % 0xffff_fffb).to_string();
    let row = |n| json!([[n, noise(n * n)], noise(n ^ 77)]);
    json!({"name": name, "kind": "int", "examples": (1000..1030_u64).map(row).collect::<Vec<_>>()})
}

#[test]
fn answers_keep_the_order_and_wrong_lines_are_numbered() {
    let add = |n: u64| {
        json!({"name": format!("add {n}"), "kind": "int",
        "examples": [[[1], 1 + n], [[10], 10 + n], [[77], 77 + n]], "test": [[[5], null]]})
    };
    let lines = [
        hard("slow").to_string(),
        add(3).to_string(),
        String::new(),
        "[1, 2]".into(),
        "{\"examples\": [".into(),
        "\u{0}\u{fffd}".into(),
        r#"{"kind":"float","examples":[[[1],2]]}"#.into(),
        r#"{"kind":"int","examples":[[[1],2],[[1,2],3]]}"#.into(),
        r#"{"kind":"int","examples":[]}"#.into(),
        add(9).to_string(),
    ];
    let (answers, summary) = answers(&lines.join("\n"), 0.5, 2);
    let names: Vec<_> = answers.iter().map(|a| a["name"].as_str().unwrap_or("-")).collect();
    assert_eq!(names, ["slow", "add 3", "-", "-", "-", "-", "-", "-", "add 9"]);
    let numbers: Vec<_> = answers.iter().filter_map(|a| a["line"].as_u64()).collect();
    assert_eq!(numbers, [4, 5, 6, 7, 8, 9]);
    assert_eq!((summary.answered, summary.wrong), (3, 6));
    assert_eq!(answers[1]["predictions"], json!([8]));
    assert_eq!(answers[8]["predictions"], json!([14]));
    assert!(answers[5]["error"].as_str().unwrap().contains("float"));
}

#[test]
fn predictions_are_written_as_the_kind_is() {
    let cases = [
        (
            json!({"kind": "int", "examples": [[[3], 9], [[10], 100], [[-4], 16], [[7], 49]],
                "test": [[["100000000000"], 0], [[94906266], 0], [[94906265], 0]]}),
            json!(["10000000000000000000000", "9007199326062756", 9_007_199_136_250_225_u64]),
        ),
        (
            json!({"kind": "bv", "test": [[["0xff00000000000000"], 0]],
                "examples": [[["0xb8"], "0x8"], [["0x70"], "0x10"], [["1"], "1"],
                    [["0xffff0000"], "0x10000"], [["0xfedcba9876543200"], "0x200"]]}),
            json!(["0x0100000000000000"]),
        ),
        (
            json!({"kind": "string", "test": [[["Grace Hopper"], ""]],
                "examples": [[["Ada Lovelace"], "Lovelace"], [["Alan Turing"], "Turing"]]}),
            json!(["Hopper"]),
        ),
        (
            json!({"kind": "list", "test": [[[[9, 8, 7]], []]],
                "examples": [[[[1, 2, 3]], [3, 2, 1]], [[[5, 1, 4, 4]], [4, 4, 1, 5]], [[[]], []]]}),
            json!([[7, 8, 9]]),
        ),
        (
            json!({"kind": "int", "test": [[[8, 3], false], [[3, 8], true]],
                "examples": [[[1, 2], true], [[5, 4], false], [[7, 7], false], [[0, 9], true],
                    [[12, 3], false], [[-3, -1], true], [[6, 100], true], [[100, 6], false],
                    [[4, 5], true], [[5, 5], false], [[33, 32], false], [[-7, -9], false]]}),
            json!([false, true]),
        ),
    ];
    for (task, wanted) in cases {
        let got = answer(&task);
        assert_eq!(got["predictions"], wanted, "{got}");
    }
}

#[test]
fn the_outputs_of_tests_are_not_seen() {
    let with = |a: Json, b: Json| {
        let mut got = answer(&json!({"kind": "int", "test": [[[4, 9], a], [[50, 2], b]],
            "examples": [[[3, 5], 8], [[10, 1], 11]]}));
        let fields = got.as_object_mut().unwrap();
        for timing in ["cpu_seconds", "seconds", "candidates"] {
            fields.remove(timing);
        }
        got
    };
    let blind = with(Json::Null, Json::Null);
    assert_eq!(with(json!(13), json!(52)), blind);
    assert_eq!(with(json!(-1), json!("no number")), blind);
    assert_eq!(with(json!({"a": [1]}), json!(1e300)), blind);
}

#[test]
fn the_time_is_kept() {
    for time in [0.2, 1.0] {
        let (answers, _) = answers(&hard("hard").to_string(), time, 1);
        // The processor's time: a busy machine must not fail the test.
        let spent = answers[0]["cpu_seconds"].as_f64().unwrap();
        assert!(spent < 1.05 * time + 0.25, "{spent} s of {time} s");
    }
}

#[test]
fn contradictions_name_both_examples() {
    let got = answer(&json!({"kind": "int", "examples": [[[1], 2], [[2], 3], [[1], 4]],
        "test": [[[5], 6]]}));
    assert_eq!(got["status"], "contradictory");
    assert_eq!(got["clash"], json!([1, 3]));
    assert_eq!(got["predictions"], json!([null]));
    assert_eq!(got["program"], Json::Null);
}

#[test]
fn a_cancelled_batch_ends_soon() {
    let text = vec![hard("hard").to_string(); 20].join("\n");
    let (cancel, start) = (AtomicBool::new(false), Instant::now());
    std::thread::scope(|scope| {
        scope.spawn(|| {
            std::thread::sleep(Duration::from_millis(300));
            cancel.store(true, std::sync::atomic::Ordering::Relaxed);
        });
        batch(&cancel, 30.0, 2).run(&text, &mut Vec::new()).unwrap();
    });
    assert!(start.elapsed() < Duration::from_secs(10), "{:?}", start.elapsed());
}

/// A reader that has gone.
struct Closed;

impl Write for Closed {
    fn write(&mut self, _: &[u8]) -> io::Result<usize> {
        Err(io::ErrorKind::BrokenPipe.into())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[test]
fn a_reader_that_has_gone_ends_the_batch() {
    let text = format!("{{}}\n{}\n{}", hard("a"), hard("b"));
    let (cancel, start) = (AtomicBool::new(false), Instant::now());
    let error = batch(&cancel, 30.0, 2).run(&text, &mut Closed).unwrap_err();
    assert_eq!(error.kind(), io::ErrorKind::BrokenPipe);
    assert!(start.elapsed() < Duration::from_secs(10), "{:?}", start.elapsed());
}
