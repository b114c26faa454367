//! Standard input and output of a running image, and the interrupt key.
//!
//! A terminal stays in its line mode: the machine gets a line when it is complete, and nothing has
//! to be put back when the run ends, however it ends.

use crate::Failure;
use ncpu_machine::io::{Io, StreamIo};
use signal_hook::consts::SIGINT;
use std::io::{self, BufWriter, ErrorKind, StdinLock, StdoutLock};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// The exit status after the interrupt key: 128 + SIGINT.
const INTERRUPTED: i32 = 130;

pub(super) struct Terminal {
    streams: StreamIo<StdinLock<'static>, BufWriter<StdoutLock<'static>>>,
    /// Set by the interrupt key.
    interrupt: Arc<AtomicBool>,
    /// While this is set, the interrupt key ends the process at once.
    idle: Arc<AtomicBool>,
}

impl Terminal {
    pub(super) fn new() -> Result<Self, Failure> {
        let (interrupt, idle) = (Arc::<AtomicBool>::default(), Arc::<AtomicBool>::default());
        let watch = || -> io::Result<()> {
            // Before the one below: a second interrupt ends what did not answer the first.
            for at_once in [&idle, &interrupt] {
                let flag = Arc::clone(at_once);
                signal_hook::flag::register_conditional_shutdown(SIGINT, INTERRUPTED, flag)?;
            }
            signal_hook::flag::register(SIGINT, Arc::clone(&interrupt)).map(|_| ())
        };
        watch().map_err(|e| Failure::start(format!("the interrupt key cannot be watched: {e}")))?;
        let output = BufWriter::new(io::stdout().lock());
        Ok(Self { streams: StreamIo { input: io::stdin().lock(), output }, interrupt, idle })
    }

    /// What the interrupt key sets while the machine computes.
    pub(super) fn interrupt(&self) -> Arc<AtomicBool> {
        Arc::clone(&self.interrupt)
    }
}

impl Io for Terminal {
    /// While the host waits for input all output has been written, so the key may end the process.
    fn read_byte(&mut self) -> io::Result<Option<u8>> {
        self.streams.flush()?;
        self.idle.store(true, Ordering::SeqCst);
        let byte = if self.interrupt.load(Ordering::SeqCst) {
            Err(ErrorKind::Interrupted.into())
        } else {
            self.streams.read_byte()
        };
        self.idle.store(false, Ordering::SeqCst);
        byte
    }

    fn write_byte(&mut self, byte: u8) -> io::Result<()> {
        self.streams.write_byte(byte)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.streams.flush()
    }
}
