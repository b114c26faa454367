//! Any text as lines of a session or of a batch: every line is answered or refused with a message, and
//! searches end in their time.

#![no_main]

use libfuzzer_sys::fuzz_target;
use ncpu_fuzz::take_u8;
use ncpu_machine::Engine;
use ncpu_synth::session::{Flow, Host, Paint, Session, Settings};
use ncpu_synth::{Batch, Progress};
use std::sync::atomic::AtomicBool;
use std::time::Duration;

const TIME: Duration = Duration::from_millis(5);
const LINES: usize = 12;
const MEMORY: usize = 64 << 20;

fuzz_target!(|data: &[u8]| {
    let mut data = data;
    let mode = take_u8(&mut data);
    let text = String::from_utf8_lossy(data);
    let lines: Vec<&str> = text.lines().filter(|l| !l.trim().is_empty()).take(LINES).collect();
    if mode & 1 == 0 { session(&lines, mode & 2 == 2) } else { batch(&lines) }
});

struct Quiet(AtomicBool);

impl Host for Quiet {
    fn watch(&self, _: &Progress, _: Duration, search: &mut dyn FnMut()) {
        search();
    }

    fn cancel(&self) -> &AtomicBool {
        &self.0
    }

    fn engine(&self, name: &str) -> Result<Box<dyn Engine>, String> {
        Err(format!("no engine `{name}` here"))
    }
}

/// Whether a line names a file, or gives searches more time.
fn reaches_out(line: &str) -> bool {
    let words: Vec<&str> = line.split_whitespace().collect();
    match words.as_slice() {
        ["load" | "open" | "save", ..] => true,
        ["apply", option, ..] => option.starts_with("--column"),
        ["export", ..] => words.len() > 2,
        ["synthesize" | "synth" | "solve" | "go", ..] => words.len() > 1,
        _ => false,
    }
}

fn session(lines: &[&str], text: bool) {
    let paint = Paint::default();
    let settings = Settings { time: TIME, memory: MEMORY, threads: 1, seed: 0, text, paint };
    let (mut session, host) = (Session::new(settings), Quiet(AtomicBool::new(false)));
    for line in lines.iter().filter(|line| !reaches_out(line)) {
        match session.execute(line, &host, &mut String::new()) {
            Ok(Flow::Continue) => {}
            Ok(Flow::Quit) => return,
            Err(message) => assert!(!message.is_empty(), "{line}"),
        }
    }
}

fn batch(lines: &[&str]) {
    let (cancel, mut out) = (AtomicBool::new(false), Vec::new());
    let batch =
        Batch { time: TIME, jobs: 1, memory: MEMORY, seed: 0, cancel: &cancel, done: &|_| {} };
    let summary = batch.run(&lines.join("\n"), &mut out).expect("memory takes all answers");
    let written = out.iter().filter(|byte| **byte == b'\n').count();
    assert_eq!(written, lines.len());
    assert_eq!(summary.answered + summary.wrong, lines.len());
}
