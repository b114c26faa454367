//! The one door to the outside: standard streams, the terminal and the host's clocks.

use crate::errno::Errno;
use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

/// A standard stream.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stream {
    /// Standard input.
    In,
    /// Standard output.
    Out,
    /// Standard error.
    Err,
}

/// Terminal settings as the kernel's `struct termios` lays them out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Termios {
    /// Input, output, control and local flags.
    pub flags: [u32; 4],
    /// Line discipline.
    pub line: u8,
    /// Control characters.
    pub chars: [u8; 19],
}

impl Default for Termios {
    fn default() -> Self {
        let mut chars = [0; 19];
        chars[..11].copy_from_slice(&[3, 28, 127, 21, 4, 0, 1, 0, 17, 19, 26]);
        chars[12] = 18;
        chars[13] = 15;
        chars[14] = 23;
        chars[15] = 22;
        Self { flags: [0x4500, 0x5, 0xbf, 0x8a3b], line: 0, chars }
    }
}

/// What came of a read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Input {
    /// So many bytes.
    Bytes(usize),
    /// The end.
    End,
    /// Nothing yet.
    NotYet,
}

/// Everything a machine may ask of its host while it runs.
pub trait Host {
    /// Reads standard input without blocking.
    fn read(&mut self, buf: &mut [u8]) -> Input;
    /// Would a read find bytes or the end?
    fn readable(&mut self) -> bool;
    /// Blocks until standard input is readable, or `timeout` has passed.
    fn wait(&mut self, input: bool, timeout: Option<Duration>);
    /// Writes to standard output or error.
    ///
    /// # Errors
    /// `EPIPE` when the reader is gone, else what the host says.
    fn write(&mut self, stream: Stream, data: &[u8]) -> Result<usize, Errno>;
    /// Is the stream a terminal?
    fn is_terminal(&self, stream: Stream) -> bool;
    /// Rows and columns of the terminal.
    fn window(&self) -> (u16, u16);
    /// Settings of the terminal.
    fn termios(&self) -> Termios;
    /// Changes the settings of the terminal.
    fn set_termios(&mut self, termios: &Termios);
    /// Monotonic nanoseconds, and nanoseconds since 1970.
    fn now(&mut self) -> (u64, i64);

    /// A signal that the host sent since the last call, by Linux number: from the terminal
    /// (`SIGINT`, `SIGQUIT`, `SIGTSTP`, `SIGWINCH`), or to the machine (`SIGHUP`, `SIGTERM`).
    fn signal(&mut self) -> Option<u32> {
        None
    }

    /// Stops the machine until the host's user continues it.
    fn suspend(&mut self) {}
}

/// A host in memory, for tests and embedding.
#[derive(Debug, Clone, Default)]
pub struct MemoryHost {
    /// Standard input; the end follows.
    pub input: VecDeque<u8>,
    output: Arc<Mutex<(Vec<u8>, Vec<u8>)>>,
}

impl MemoryHost {
    /// A host whose standard input holds `input`.
    #[must_use]
    pub fn new(input: &[u8]) -> Self {
        Self { input: input.iter().copied().collect(), output: Arc::default() }
    }

    /// What was written to standard output and error so far.
    #[must_use]
    pub fn output(&self) -> (Vec<u8>, Vec<u8>) {
        self.output.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl Host for MemoryHost {
    fn read(&mut self, buf: &mut [u8]) -> Input {
        let n = buf.len().min(self.input.len());
        for (slot, byte) in buf.iter_mut().zip(self.input.drain(..n)) {
            *slot = byte;
        }
        if n == 0 { Input::End } else { Input::Bytes(n) }
    }

    fn readable(&mut self) -> bool {
        true
    }

    fn wait(&mut self, _input: bool, _timeout: Option<Duration>) {}

    fn write(&mut self, stream: Stream, data: &[u8]) -> Result<usize, Errno> {
        let mut output = self.output.lock().unwrap_or_else(PoisonError::into_inner);
        if stream == Stream::Err { &mut output.1 } else { &mut output.0 }.extend_from_slice(data);
        Ok(data.len())
    }

    fn is_terminal(&self, _stream: Stream) -> bool {
        false
    }

    fn window(&self) -> (u16, u16) {
        (24, 80)
    }

    fn termios(&self) -> Termios {
        Termios::default()
    }

    fn set_termios(&mut self, _termios: &Termios) {}

    fn now(&mut self) -> (u64, i64) {
        (0, 0)
    }
}
