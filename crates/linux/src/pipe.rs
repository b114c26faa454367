//! Pipes and the two directions of a socket pair: 64 KiB of bytes in order.

use crate::slab::Id;
use std::collections::VecDeque;

/// The number of a pipe.
pub(crate) type PipeId = Id<Pipe>;

/// Writes up to this size are not torn.
pub(crate) const PIPE_BUF: usize = 4096;
const CAPACITY: usize = 65_536;
const PAGE: usize = 4096;

/// A pipe. Linux counts its room in pages: bytes join the last page only if the odd part of a write
/// fits there whole, and a page is free again once all of it is read.
#[derive(Debug)]
pub(crate) struct Pipe {
    bytes: VecDeque<u8>,
    /// Per page in use: bytes still in it, and where the next one would go.
    pages: VecDeque<(usize, usize)>,
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
            pages: VecDeque::new(),
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

    /// Room in free pages.
    pub(crate) fn room(&self) -> usize {
        (self.capacity / PAGE).saturating_sub(self.pages.len()) * PAGE
    }

    /// Bytes of a socket's queue that are free: sockets count bytes, not pages.
    pub(crate) fn byte_room(&self) -> usize {
        self.capacity.saturating_sub(self.bytes.len())
    }

    /// Has anybody ever opened it for writing? (A FIFO nobody wrote to has not hung up.)
    pub(crate) fn writer_opens_seen(&self) -> bool {
        self.writer_opens > 0 || self.reader_opens == 0
    }

    /// Takes up to `max` bytes out.
    pub(crate) fn take(&mut self, max: usize) -> Vec<u8> {
        let n = max.min(self.bytes.len());
        let mut left = n;
        while let Some((held, _)) = self.pages.front_mut()
            && left > 0
        {
            let taken = left.min(*held);
            *held -= taken;
            left -= taken;
            if *held == 0 {
                self.pages.pop_front();
            }
        }
        self.bytes.drain(..n).collect()
    }

    /// Puts everything in; the caller has checked the room.
    pub(crate) fn put_all(&mut self, data: &[u8]) {
        self.bytes.extend(data);
    }

    /// Puts in what fits now: all or nothing up to [`PIPE_BUF`], else a part.
    pub(crate) fn put(&mut self, data: &[u8]) -> usize {
        let odd = data.len() % PAGE;
        let mut done = 0;
        if let Some((held, end)) = self.pages.back_mut()
            && odd > 0
            && *end + odd <= PAGE
        {
            (*held, *end) = (*held + odd, *end + odd);
            done = odd;
        }
        if done == 0 && data.len() <= PIPE_BUF && self.room() == 0 {
            return 0;
        }
        let n = done + (data.len() - done).min(self.room());
        while done < n {
            let piece = (n - done).min(PAGE);
            self.pages.push_back((piece, piece));
            done += piece;
        }
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
        assert_eq!(p.put(&[1; 61_440]), 61_440);
        assert_eq!(p.put(&[2; 4000]), 4000);
        assert_eq!(p.put(&[3; 97]), 0);
        assert_eq!(p.put(&[3; 96]), 96);
        assert_eq!(p.put(&[4; 5000]), 0);
        assert_eq!(p.take(4096).len(), 4096);
        assert_eq!(p.put(&[4; 5000]), 4096);
        assert_eq!(p.take(70_000).len(), 65_536 - 4096 + 4096);
        assert_eq!((p.len(), p.room()), (0, 65_536));
    }

    #[test]
    fn odd_writes_share_pages_as_on_linux() {
        let mut p = Pipe::new();
        let mut total = 0;
        while p.put(&[0; 1000]) > 0 {
            total += 1000;
        }
        assert_eq!(total, 64_000);
    }
}
