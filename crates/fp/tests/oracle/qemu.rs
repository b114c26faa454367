//! The oracle: single instructions run by qemu-aarch64.

use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

pub(crate) struct Oracle {
    program: PathBuf,
    names: Vec<String>,
}

/// What an instruction left: its result and FPSR.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Answer {
    pub(crate) result: u64,
    pub(crate) fpsr: u64,
}

impl Oracle {
    /// Builds the oracle program for the test `user`, or says what is missing for it.
    pub(crate) fn build(user: &str) -> Result<Oracle, String> {
        let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/oracle/fp_oracle.c");
        let program = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("fp_oracle_{user}"));
        let gcc = Command::new("aarch64-linux-gnu-gcc")
            .args(["-O2", "-static", "-march=armv8.5-a+fp16+fp16fml", "-o"])
            .args([&program, &source])
            .status()
            .map_err(|e| format!("aarch64-linux-gnu-gcc: {e}"))?;
        if !gcc.success() {
            return Err("an aarch64-linux-gnu-gcc that builds fp_oracle.c".into());
        }
        let list = qemu(&program).arg("--list").output();
        let list = list.map_err(|e| format!("qemu-aarch64: {e}"))?;
        assert!(list.status.success(), "the oracle program does not run");
        let names = String::from_utf8(list.stdout).unwrap().lines().map(String::from).collect();
        Ok(Oracle { program, names })
    }

    pub(crate) fn names(&self) -> &[String] {
        &self.names
    }

    /// Runs the operation `name` on all cases in each FPCR setting, setting by setting.
    pub(crate) fn ask(&self, name: &str, settings: &[u64], cases: &[[u64; 3]]) -> Vec<Answer> {
        let number = self.names.iter().position(|n| n == name).unwrap() as u32;
        let mut child = qemu(&self.program)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("qemu-aarch64 ran before");
        let mut questions = Vec::with_capacity(settings.len() * cases.len() * 32);
        for fpcr in settings {
            for case in cases {
                questions.extend(number.to_le_bytes());
                questions.extend((*fpcr as u32).to_le_bytes());
                questions.extend(case.iter().flat_map(|v| v.to_le_bytes()));
            }
        }
        let mut stdin = child.stdin.take().unwrap();
        let writer = std::thread::spawn(move || stdin.write_all(&questions).unwrap());
        let mut answers = Vec::new();
        child.stdout.take().unwrap().read_to_end(&mut answers).unwrap();
        writer.join().unwrap();
        assert!(child.wait().unwrap().success());
        answers.chunks_exact(16).map(answer).collect()
    }
}

fn qemu(program: &Path) -> Command {
    let mut command = Command::new("qemu-aarch64");
    command.args(["-cpu", "max"]).arg(program);
    command
}

fn answer(bytes: &[u8]) -> Answer {
    let word = |at: usize| u64::from_le_bytes(bytes[at..at + 8].try_into().unwrap());
    Answer { result: word(0), fpsr: word(8) }
}
