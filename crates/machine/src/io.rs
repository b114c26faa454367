//! Where a program without an operating system reads and writes, byte by byte.

use std::io::{self, BufRead, Write};

/// A program's input and output.
pub trait Io {
    /// The next byte of input; `None` at its end.
    ///
    /// # Errors
    /// What the host says.
    fn read_byte(&mut self) -> io::Result<Option<u8>>;

    /// Writes a byte of output.
    ///
    /// # Errors
    /// What the host says.
    fn write_byte(&mut self, byte: u8) -> io::Result<()>;

    /// Makes sure that what was written has arrived; the machine calls it when it stops.
    ///
    /// # Errors
    /// What the host says.
    fn flush(&mut self) -> io::Result<()>;
}

/// A reader and a writer, such as the host's standard input and output.
pub struct StreamIo<R, W> {
    /// The input.
    pub input: R,
    /// The output; give it a buffer.
    pub output: W,
}

impl<R: BufRead, W: Write> Io for StreamIo<R, W> {
    fn read_byte(&mut self) -> io::Result<Option<u8>> {
        // Whoever answers wants to see the question first.
        self.output.flush()?;
        let byte = loop {
            match self.input.fill_buf() {
                Ok(buffer) => break buffer.first().copied(),
                Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
                Err(e) => return Err(e),
            }
        };
        self.input.consume(usize::from(byte.is_some()));
        Ok(byte)
    }

    fn write_byte(&mut self, byte: u8) -> io::Result<()> {
        self.output.write_all(&[byte])
    }

    fn flush(&mut self) -> io::Result<()> {
        self.output.flush()
    }
}

/// Input and output in memory.
#[derive(Clone, Debug, Default)]
pub struct MemoryIo {
    /// The input.
    pub input: Vec<u8>,
    /// Bytes of it read so far.
    pub position: usize,
    /// The output so far.
    pub output: Vec<u8>,
}

impl MemoryIo {
    /// With this input.
    #[must_use]
    pub fn new(input: &[u8]) -> Self {
        Self { input: input.to_vec(), ..Self::default() }
    }
}

impl Io for MemoryIo {
    fn read_byte(&mut self) -> io::Result<Option<u8>> {
        let byte = self.input.get(self.position).copied();
        self.position += usize::from(byte.is_some());
        Ok(byte)
    }

    fn write_byte(&mut self, byte: u8) -> io::Result<()> {
        self.output.push(byte);
        Ok(())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
