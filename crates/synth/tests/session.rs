//! Sessions say what they should: a table of commands with lines they print, files good and wrong, and
//! what is kept.

#![allow(clippy::unwrap_used)]

use ncpu_engine_cpu::Cpu;
use ncpu_machine::Engine;
use ncpu_sem::A64;
use ncpu_synth::Progress;
use ncpu_synth::session::{Host, Paint, Session, Settings, load};
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;
use std::time::{Duration, Instant};

#[derive(Default)]
struct Quiet(AtomicBool);

impl Host for Quiet {
    fn watch(&self, _: &Progress, _: Duration, search: &mut dyn FnMut()) {
        search();
    }

    fn cancel(&self) -> &AtomicBool {
        &self.0
    }

    fn engine(&self, name: &str) -> Result<Box<dyn Engine>, String> {
        match name {
            "cpu" => Ok(Box::new(Cpu::new(Box::new(A64)))),
            _ => Err(format!("no engine `{name}`")),
        }
    }
}

fn session() -> Session {
    Session::new(Settings {
        time: Duration::from_secs(10),
        memory: 1 << 30,
        threads: 2,
        seed: 0,
        text: false,
        paint: Paint::default(),
    })
}

/// What a command prints, its error included.
fn say(session: &mut Session, command: &str) -> String {
    let mut told = String::new();
    if let Err(error) = session.execute(command, &Quiet::default(), &mut told) {
        told.push_str(&error);
    }
    told
}

#[test]
fn commands_say_what_they_should() {
    let mut session = session();
    let (mut command, mut told) = ("", Vec::new());
    for (n, line) in include_str!("session.cases").lines().enumerate() {
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        if let Some(next) = line.strip_prefix("> ") {
            command = next;
            told = say(&mut session, command).lines().map(str::to_owned).collect();
            continue;
        }
        let wanted = |said: &String| match line.strip_suffix('…') {
            Some(start) => said.starts_with(start),
            None => said == line,
        };
        let Some(at) = told.iter().position(wanted) else {
            panic!("line {}: `{command}` does not say\n{line}\nbut\n{}", n + 1, told.join("\n"));
        };
        told.drain(..=at);
    }
}

/// A file that is gone with the test.
struct Temporary(PathBuf);

impl Temporary {
    fn new(name: &str, bytes: &[u8]) -> Self {
        let path = std::env::temp_dir().join(format!("ncpu-{}-{name}", std::process::id()));
        std::fs::write(&path, bytes).unwrap();
        Self(path)
    }
}

impl Drop for Temporary {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.0);
    }
}

#[test]
fn wrong_files_are_named_with_the_line() {
    let cases: &[(&str, &[u8], &str)] = &[
        ("empty.csv", b"", "two columns"),
        ("one.csv", b"1\n2\n", "two columns"),
        ("arity.csv", b"1,2\n1,2,3\n", "line 2: 3 columns, but 2 before"),
        ("binary.csv", b"1,2\n\xff\xfe,3\n", "line 2 is no UTF-8"),
        ("empty.jsonl", b"\n", "no examples"),
        ("open.jsonl", b"{\"examples\": [[[1],2]", "line 1: "),
        ("row.jsonl", b"[[1],2]\n[[2],3]\nfoo\n", "line 3: no row [inputs, output]"),
        ("kind.jsonl", b"[[1],2]\n[[[2]],3]\n", "is of another kind than in example 1"),
        ("two.jsonl", b"{\"examples\":[]}\n{\"examples\":[]}\n", "--batch"),
    ];
    for (name, bytes, wanted) in cases {
        let file = Temporary::new(name, bytes);
        let error = load(&file.0, None).unwrap_err();
        assert!(error.contains(wanted), "{name}: {error}");
        assert!(error.starts_with(&*file.0.to_string_lossy()), "{name}: {error}");
    }
    assert!(load(Path::new("nowhere.csv"), None).unwrap_err().starts_with("nowhere.csv: "));
    assert!(load(&std::env::temp_dir(), None).is_err());
}

#[test]
fn csv_has_headers_quotes_and_any_letters() {
    let file = Temporary::new(
        "names.csv",
        "name,output\n\"Ångström, Zoë\",Zoë\n\"Lovelace, Ada\",Ada\n".as_bytes(),
    );
    let task = load(&file.0, None).unwrap();
    assert_eq!(task.examples.len(), 2);
    assert_eq!(task.examples[0].inputs[0].text(), Some("Ångström, Zoë"));
}

#[test]
fn ten_thousand_rows_are_solved_in_time() {
    let rows: String = (1..=10_000_u64).map(|n| format!("{n},{}\n", n * n + 1)).collect();
    let file = Temporary::new("many.csv", format!("n,square\n{rows}").as_bytes());
    let (mut session, start) = (session(), Instant::now());
    say(&mut session, &format!("load {}", file.0.display()));
    let told = say(&mut session, "synthesize 5");
    assert!(told.contains("x * x + 1"), "{told}");
    assert!(start.elapsed() < Duration::from_secs(8));
}

#[test]
fn late_exceptions_count() {
    // The first rows alone look like a simpler rule.
    let row = |n: u64| if n <= 600 { 2 * n } else { 3 * n - 600 };
    let rows: String = (1..=1000).map(|n| format!("{n},{}\n", row(n))).collect();
    let file = Temporary::new("late.csv", rows.as_bytes());
    let mut session = session();
    say(&mut session, &format!("load {}", file.0.display()));
    let told = say(&mut session, "synthesize 5");
    assert!(session.answer().is_some(), "{told}");
    if session.answer().unwrap().best().is_some() {
        assert_eq!(say(&mut session, "test 900").lines().next(), Some("2100"), "{told}");
    }
}

#[test]
fn what_is_saved_is_opened() {
    let file = Temporary::new("kept.json", b"");
    let path = file.0.display();
    let mut first = session();
    for command in ["3, 5 -> 15", "2, 9 -> 18", "7, 4 -> 28", "const 3", "synthesize"] {
        say(&mut first, command);
    }
    assert!(say(&mut first, &format!("save {path}")).starts_with("kept in "));
    let mut second = session();
    assert!(say(&mut second, &format!("open {path}")).contains("3 examples of integers"));
    assert_eq!(say(&mut second, "test 6, 7").lines().next(), Some("42"));
    assert_eq!(second.task().consts, first.task().consts);
    let other = Temporary::new("other.json", b"{}");
    assert!(say(&mut second, &format!("open {}", other.0.display())).contains("no saved session"));
}
