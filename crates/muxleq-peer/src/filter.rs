//! The C version as a process that answers what a machine comes to.

use crate::build::{Peer, at};
use ncpu_muxleq::{CELLS, State};
use std::io::{BufReader, BufWriter, Read, Write};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

/// What may happen to a step, as counted by the C version.
pub const KINDS: [&str; 8] = [
    "input",
    "end of input",
    "output",
    "multiplex",
    "subtract, falling through",
    "subtract, jumping",
    "writing an operand of its own",
    "writing a cell that it reads",
];

/// What a machine came to.
#[derive(Clone, Debug)]
pub struct Answer {
    /// Memory, pc, steps.
    pub state: State,
    /// How often each of [`KINDS`] happened.
    pub kinds: [u64; KINDS.len()],
    /// The output.
    pub output: Vec<u8>,
}

/// The process. It ends with the value.
#[derive(Debug)]
pub struct Filter {
    child: Child,
    requests: BufWriter<ChildStdin>,
    answers: BufReader<ChildStdout>,
}

impl Peer {
    /// Starts the process.
    ///
    /// # Errors
    /// One line: it does not start.
    pub fn filter(&self) -> Result<Filter, String> {
        let program = self.program();
        let mut command = Command::new(&program);
        command.arg("-f").stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut child = command.spawn().map_err(|e| at(&program, &e))?;
        match (child.stdin.take(), child.stdout.take()) {
            (Some(stdin), Some(stdout)) => Ok(Filter {
                child,
                requests: BufWriter::new(stdin),
                answers: BufReader::new(stdout),
            }),
            _ => Err("the C version: no pipes".into()),
        }
    }
}

impl Filter {
    /// What `state` comes to on `input` in at most `most` further steps. Its count of steps is not looked
    /// at; the answer's starts at 0.
    ///
    /// # Errors
    /// One line: the process ended.
    pub fn ask(&mut self, state: &State, input: &[u8], most: u64) -> Result<Answer, String> {
        self.request(state, input, most)
            .and_then(|()| self.answer())
            .map_err(|e| format!("the C version: {e}"))
    }

    fn request(&mut self, state: &State, input: &[u8], most: u64) -> std::io::Result<()> {
        self.requests.write_all(&most.to_ne_bytes())?;
        self.requests.write_all(&u32::from(state.pc).to_ne_bytes())?;
        self.requests.write_all(&(input.len() as u32).to_ne_bytes())?;
        let cells: Vec<u8> = state.memory.iter().flat_map(|cell| cell.to_ne_bytes()).collect();
        self.requests.write_all(&cells)?;
        self.requests.write_all(input)?;
        self.requests.flush()
    }

    fn answer(&mut self) -> std::io::Result<Answer> {
        let steps = self.number()?;
        let mut kinds = [0; KINDS.len()];
        for kind in &mut kinds {
            *kind = self.number()?;
        }
        let [pc, size] = [self.half()?, self.half()?];
        let mut bytes = vec![0; 2 * CELLS];
        self.answers.read_exact(&mut bytes)?;
        let mut state =
            State { steps, pc: pc as u16, ..State::new(&ncpu_muxleq::Image::default()) };
        for (cell, bytes) in state.memory.iter_mut().zip(bytes.as_chunks::<2>().0) {
            *cell = u16::from_ne_bytes(*bytes);
        }
        let mut output = vec![0; size as usize];
        self.answers.read_exact(&mut output)?;
        Ok(Answer { state, kinds, output })
    }

    fn number(&mut self) -> std::io::Result<u64> {
        let mut bytes = [0; 8];
        self.answers.read_exact(&mut bytes)?;
        Ok(u64::from_ne_bytes(bytes))
    }

    fn half(&mut self) -> std::io::Result<u32> {
        let mut bytes = [0; 4];
        self.answers.read_exact(&mut bytes)?;
        Ok(u32::from_ne_bytes(bytes))
    }
}

impl Drop for Filter {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
