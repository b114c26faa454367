//! The harness under qemu-aarch64.

use crate::case::Case;
use crate::state::{Outcome, State, Status, WORDS};
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};

/// A built harness.
pub struct Qemu {
    program: PathBuf,
}

/// QEMU's CPU with everything, less what this machine does not have and hints would show.
const CPU: &str = "max,pauth=off";

/// Tells the harnesses of this process apart.
static BUILT: AtomicU32 = AtomicU32::new(0);

impl Qemu {
    /// Builds the harness in `folder`.
    ///
    /// # Errors
    /// What is missing: the cross compiler or qemu-aarch64.
    pub fn build(folder: &Path) -> Result<Self, String> {
        let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("harness/harness.c");
        let number = BUILT.fetch_add(1, Ordering::Relaxed);
        let program = folder.join(format!("difftest-harness-{}-{number}", std::process::id()));
        let built = Command::new("aarch64-linux-gnu-gcc")
            .args(["-O2", "-static", "-nostdlib", "-ffreestanding", "-fno-pie", "-no-pie"])
            .arg("-fno-stack-protector")
            .arg("-o")
            .args([&program, &source])
            .status()
            .map_err(|e| format!("aarch64-linux-gnu-gcc: {e}"))?;
        if !built.success() {
            return Err("aarch64-linux-gnu-gcc does not build harness.c".into());
        }
        let qemu = Self { program };
        qemu.outcomes(&[])?;
        Ok(qemu)
    }

    /// Executes the cases. Those of one slot must follow each other and agree in their words, and
    /// slots must count up from 1.
    ///
    /// # Errors
    /// If qemu-aarch64 cannot be run or ends early.
    pub fn outcomes(&self, cases: &[Case]) -> Result<Vec<Outcome>, String> {
        let mut child = Command::new("qemu-aarch64")
            .args(["-cpu", CPU])
            .arg(&self.program)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .map_err(|e| format!("qemu-aarch64: {e}"))?;
        let answers = exchange(&mut child, questions(cases));
        let status = child.wait().map_err(|e| e.to_string())?;
        if !status.success() {
            return Err(format!("the harness ended with {status}"));
        }
        let answers: Vec<Outcome> = answers?.chunks_exact(16 + 8 * WORDS).map(outcome).collect();
        if answers.len() != cases.len() {
            return Err(format!("{} answers to {} questions", answers.len(), cases.len()));
        }
        Ok(answers)
    }
}

impl Drop for Qemu {
    fn drop(&mut self) {
        // A left-over in a temporary folder harms no one.
        let _ = std::fs::remove_file(&self.program);
    }
}

fn exchange(child: &mut Child, questions: Vec<u8>) -> Result<Vec<u8>, String> {
    let (Some(mut stdin), Some(mut stdout)) = (child.stdin.take(), child.stdout.take()) else {
        return Err("no pipes to qemu-aarch64".into());
    };
    let writer = std::thread::spawn(move || stdin.write_all(&questions));
    let mut answers = Vec::new();
    let read = stdout.read_to_end(&mut answers);
    let written = writer.join().map_err(|_| "the writing thread panicked")?;
    read.and(written).map_err(|e| format!("talking to qemu-aarch64: {e}"))?;
    Ok(answers)
}

fn questions(cases: &[Case]) -> Vec<u8> {
    let mut words = Vec::new();
    let mut records = Vec::new();
    let mut last = 0;
    for case in cases {
        if case.slot != last {
            last = case.slot;
            words.extend(case.prefix.to_le_bytes());
            words.extend(case.word.to_le_bytes());
        }
        records.extend((case.slot as u64).to_le_bytes());
        records.extend(case.state.0.iter().flat_map(|v| v.to_le_bytes()));
    }
    let header = [words.len() as u64 / 8, cases.len() as u64];
    let mut all: Vec<u8> = header.iter().flat_map(|v| v.to_le_bytes()).collect();
    all.extend(words);
    all.extend(records);
    all
}

fn outcome(bytes: &[u8]) -> Outcome {
    const SIGILL: u64 = 4;
    const SIGBUS: u64 = 7;
    const SIGSEGV: u64 = 11;
    let mut values = bytes.as_chunks::<8>().0.iter().map(|b| u64::from_le_bytes(*b));
    let mut next = || values.next().unwrap_or_default();
    let status = match next() {
        0 => Status::Fell,
        1 => Status::Branched,
        signal => match signal / 16 {
            SIGILL => Status::Undefined,
            SIGBUS | SIGSEGV => Status::Faulted,
            _ => Status::Lost,
        },
    };
    let memory = next();
    let state = State(std::array::from_fn(|_| next())).masked();
    Outcome { status, memory, state }
}
