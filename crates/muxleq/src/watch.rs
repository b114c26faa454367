//! Input and output that keep an eye on the limits, since the host may keep them waiting for long.

use crate::Limits;
use ncpu_machine::io::Io;
use std::io::{self, ErrorKind};

/// A program's input and output; refuses, as interrupted, once a limit of time is reached.
pub(crate) struct Watched<'a> {
    io: &'a mut dyn Io,
    limits: &'a Limits,
    bytes: u32,
}

/// The clock is looked at before the first byte of a slice and then once in so many: it takes longer
/// than most bytes do.
const BYTES: u32 = 16;

impl<'a> Watched<'a> {
    pub(crate) fn new(io: &'a mut dyn Io, limits: &'a Limits) -> Self {
        Self { io, limits, bytes: 0 }
    }

    fn look(&mut self) -> io::Result<()> {
        let looks = self.bytes.is_multiple_of(BYTES);
        self.bytes = self.bytes.wrapping_add(1);
        if self.limits.interrupted() || looks && self.limits.late() {
            return Err(ErrorKind::Interrupted.into());
        }
        Ok(())
    }
}

impl Io for Watched<'_> {
    fn read_byte(&mut self) -> io::Result<Option<u8>> {
        self.look()?;
        self.io.read_byte()
    }

    fn write_byte(&mut self, byte: u8) -> io::Result<()> {
        self.look()?;
        self.io.write_byte(byte)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.io.flush()
    }
}
