//! How a device's memory is divided among the guests of a swarm.

use super::Beginning;
use crate::device::{Buf, Sizes};
use crate::layout::{PAGE_WORDS, RECORD, STRIPES, field, io, param};
use ncpu_gpu::Traits;

/// What a guest needs, as far as one can know before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Needs {
    /// Pages that it may write.
    pub pages: u32,
    /// Bytes of its output log.
    pub output: u32,
    /// Bytes of input, on average.
    pub input: u32,
    /// Pages of code that it runs: places for so many are in coverage maps, and some more.
    pub code: u32,
}

/// How a device's memory is divided.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Plan {
    /// Guests at once.
    pub guests: u32,
    /// Frames that each may own.
    pub(crate) pool: u32,
    /// The first frame of the pools: before it lie the pages that all share.
    pub(crate) pool_start: u32,
    pub(crate) places: u32,
    pub(crate) output_words: u32,
    pub(crate) input_words: u32,
    /// Words of a coverage map, 0 if there is none.
    pub(crate) map_words: u32,
    pub(crate) records: u32,
}

/// Micro-op records of a program.
const RECORDS: u32 = 1 << 19;
/// Records that a page of code may become: 1024 instructions of about two ops, and what blocks that
/// overlap have twice.
const CODE_RECORDS: u32 = 4096;
/// Words of all tables.
const TABLES: u64 = 1 << 21;

impl Plan {
    /// A plan for at most `guests` guests with these needs on a device; `room` says the most bytes
    /// of a buffer and of all.
    #[must_use]
    pub fn new(
        beginning: &Beginning,
        needs: Needs,
        guests: u32,
        coverage: bool,
        room: Room,
    ) -> Self {
        let shared = beginning.places.iter().filter(|p| p.bytes.is_some()).count() as u32 + 1;
        let mut plan = Self {
            guests: guests.max(1),
            pool: needs.pages.min(beginning.places.len() as u32).max(1),
            pool_start: shared.next_multiple_of(STRIPES),
            places: beginning.places.len() as u32,
            output_words: (needs.output.div_ceil(4) + 2).next_multiple_of(16),
            input_words: needs.input.div_ceil(4) + 2,
            map_words: if coverage { map_words(needs, room) } else { 0 },
            records: room.records,
        };
        while plan.guests > 1 && !plan.fits(room) {
            plan.guests = plan.guests * 7 / 8;
        }
        if plan.guests > 64 {
            plan.guests &= !31;
        }
        plan
    }

    fn fits(&self, room: Room) -> bool {
        let sizes = self.sizes().0;
        sizes.iter().all(|words| 4 * words <= room.buffer)
            && 4 * sizes.iter().sum::<u64>() <= room.total
    }

    /// Sizes of the buffers.
    pub(crate) fn sizes(&self) -> Sizes {
        let guests = u64::from(self.guests);
        let ptes = u64::from(self.places) * (guests + 1);
        let rows = guests.next_multiple_of(STRIPES.into());
        let frames = u64::from(self.pool_start) + rows * u64::from(self.pool);
        let mut sizes = Sizes::new(guests, frames, self.records.into(), ptes);
        sizes.0[Buf::Params as usize] = param::COUNT.into();
        sizes.0[Buf::Code as usize] = u64::from(self.records) * RECORD as u64;
        sizes.0[Buf::Tables as usize] = TABLES;
        sizes.0[Buf::Dirty as usize] = guests * u64::from(self.pool);
        sizes.0[Buf::State as usize] = 2 * u64::from(field::COUNT) * guests;
        sizes.0[Buf::Memory as usize] = frames * u64::from(PAGE_WORDS);
        let own = u64::from(self.output_words + self.input_words + self.map_words);
        // Copies read a word past what they need.
        sizes.0[Buf::Io as usize] = u64::from(io::INPUTS) + guests * own + 2;
        sizes
    }

    /// Where the output logs start, and the coverage maps.
    pub(crate) fn outputs(&self) -> u32 {
        io::INPUTS + self.guests * self.input_words
    }

    pub(crate) fn maps(&self) -> u32 {
        self.outputs() + self.guests * self.output_words
    }
}

/// Words of a coverage map, which has a bit for each micro-op record.
fn map_words(needs: Needs, room: Room) -> u32 {
    let records = needs.code.saturating_add(needs.code / 2 + 1).saturating_mul(CODE_RECORDS);
    records.min(room.records) / 32
}

/// What a device has room for.
#[derive(Clone, Copy, Debug)]
pub struct Room {
    /// Bytes of a buffer.
    pub(crate) buffer: u64,
    /// Bytes of all buffers.
    pub(crate) total: u64,
    /// Micro-op records.
    pub(crate) records: u32,
}

impl Room {
    /// The room on a GPU, if buffers may take `total` bytes.
    #[must_use]
    pub fn on_gpu(traits: &Traits, total: u64) -> Self {
        let buffer = traits.max_binding.min(traits.max_buffer).min((1 << 32) - 4);
        Self { buffer, total, records: RECORDS }
    }

    /// The room of the executor on the CPU.
    #[must_use]
    pub fn on_executor() -> Self {
        Self { buffer: 1 << 28, total: 1 << 29, records: 1 << 17 }
    }
}
