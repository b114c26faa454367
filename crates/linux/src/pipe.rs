//! Pipes and the two directions of a socket pair: 64 KiB of bytes in order.

use crate::slab::Id;
use std::collections::VecDeque;

/// The number of a pipe.
pub(crate) type PipeId = Id<Pipe>;

/// Writes up to this size are not torn.
pub(crate) const PIPE_BUF: usize = 4096;
const CAPACITY: usize = 65_536;

/// A pipe.
#[derive(Debug)]
pub(crate) struct Pipe {
    bytes: VecDeque<u8>,
    pub(crate) capacity: usize,
    /// Open descriptions that read.
    pub(crate) readers: u32,
    /// Open descriptions that write.
    pub(crate) writers: u32,
    /// Counts of openings so far: a FIFO's open waits until the other side has come.
    pub(crate) reader_opens: u64,
    pub(crate) writer_opens: u64,
}

impl Pipe {
    pub(crate) fn new() -> Self {
        Self {
            bytes: VecDeque::new(),
            capacity: CAPACITY,
            readers: 0,
            writers: 0,
            reader_opens: 0,
            writer_opens: 0,
        }
    }

    /// Bytes waiting.
    pub(crate) fn len(&self) -> usize {
        self.bytes.len()
    }

    /// Room for more bytes.
    pub(crate) fn room(&self) -> usize {
        self.capacity.saturating_sub(self.bytes.len())
    }

    /// Has anybody ever opened it for writing? (A FIFO nobody wrote to has not hung up.)
    pub(crate) fn writer_opens_seen(&self) -> bool {
        self.writer_opens > 0 || self.reader_opens == 0
    }

    /// Takes up to `max` bytes out.
    pub(crate) fn take(&mut self, max: usize) -> Vec<u8> {
        let n = max.min(self.bytes.len());
        self.bytes.drain(..n).collect()
    }

    /// Puts everything in; the caller has checked the room.
    pub(crate) fn put_all(&mut self, data: &[u8]) {
        self.bytes.extend(data);
    }

    /// Puts in what fits now: all or nothing up to [`PIPE_BUF`], else a part.
    pub(crate) fn put(&mut self, data: &[u8]) -> usize {
        if data.len() <= PIPE_BUF && data.len() > self.room() {
            return 0;
        }
        let n = data.len().min(self.room());
        self.bytes.extend(&data[..n]);
        n
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn small_writes_are_whole() {
        let mut p = Pipe::new();
        assert_eq!(p.put(&[1; 65_000]), 65_000);
        assert_eq!(p.put(&[2; 4096]), 0);
        assert_eq!(p.put(&[3; 5000]), 536);
        assert_eq!(p.take(70_000).len(), 65_536);
        assert_eq!(p.len(), 0);
    }
}
