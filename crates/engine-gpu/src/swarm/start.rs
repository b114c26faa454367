//! How guests start: what they share the device has, and what is theirs is sent.

use super::beginning::{Beginning, Bytes};
use super::herd::Herd;
use crate::device::Buf;
use crate::layout::{PAGE_WORDS, STRIPES, field, io, pte};
use crate::words::pairs;
use ncpu_gpu::GpuError;
use ncpu_uop::slot;

/// What a guest starts with that others do not.
#[derive(Clone, Debug, Default)]
pub struct Start<'a> {
    /// Its standard input.
    pub input: &'a [u8],
    other: Option<Other>,
}

#[derive(Clone, Debug)]
struct Other {
    slots: Box<[u64; 256]>,
    pc: u64,
    random: u64,
    turns: u64,
    pages: Vec<(u32, Bytes)>,
}

impl<'a> Start<'a> {
    /// A guest that starts as all do, with this input.
    #[must_use]
    pub fn with_input(input: &'a [u8]) -> Self {
        Self { input, other: None }
    }

    /// A guest whose machine starts a little different: other arguments, another seed. Nothing if it
    /// differs too much.
    #[must_use]
    pub fn from(input: &'a [u8], common: &Beginning, own: &Beginning) -> Option<Self> {
        let pages = common.differences(own)?;
        let facts = &own.linux()?.facts;
        let other = Other {
            slots: Box::new(own.vcpu.slots),
            pc: own.vcpu.pc,
            random: facts.random,
            turns: facts.turns,
            pages,
        };
        Some(Self { input, other: Some(other) })
    }

    /// How many pages it starts with that others do not.
    pub(super) fn pages(&self) -> usize {
        self.other.as_ref().map_or(0, |other| other.pages.len())
    }
}

impl Herd {
    /// How many of the first of `starts` there is room for, inputs considered.
    #[must_use]
    pub fn room_for(&self, starts: &[Start<'_>]) -> usize {
        let room = self.plan.guests * self.plan.input_words;
        let mut used = 0;
        let fits = |start: &&Start<'_>| {
            used += self.words_of(start);
            used <= room
        };
        starts.iter().take(self.guests()).take_while(fits).count().max(1).min(starts.len())
    }

    /// Words that a guest's input takes; one that is too long for all is not sent.
    fn words_of(&self, start: &Start<'_>) -> u32 {
        if self.is_too_long(start) { 0 } else { start.input.len().div_ceil(4) as u32 }
    }

    pub(super) fn is_too_long(&self, start: &Start<'_>) -> bool {
        let room = u64::from(self.plan.guests) * u64::from(self.plan.input_words) * 4;
        // Software devices end long loops silently: one read may copy everything.
        let most = if self.device.is_software() { 1 << 15 } else { 1 << 20 };
        start.input.len() as u64 > room.min(most)
    }

    /// Sends the inputs, one after the other.
    pub(super) fn write_inputs(&mut self, starts: &[Start<'_>]) -> Result<(), GpuError> {
        let mut at = u64::from(io::INPUTS);
        let mut fields = Vec::with_capacity(starts.len());
        let mut rows = Vec::with_capacity(starts.len());
        for start in starts {
            let row = if self.is_too_long(start) { &[] } else { start.input };
            fields.push(at | (row.len() as u64) << 32);
            at += row.len().div_ceil(4) as u64;
            rows.push(row);
        }
        self.device.write_rows(Buf::Io, io::INPUTS.into(), &rows)?;
        self.write_row(field::INPUT, &fields);
        Ok(())
    }

    /// Sets a field of all guests.
    pub(super) fn write_row(&mut self, field: u32, row: &[u64]) {
        self.device.write(Buf::State, 2 * u64::from(field) * row.len() as u64, &pairs(row));
    }

    /// Writes what makes some guests start different from others.
    pub(super) fn write_differences(&mut self, starts: &[Start<'_>], common: &[u64]) {
        if starts.iter().all(|s| s.other.is_none()) {
            return;
        }
        let value = |start: &Start<'_>, field: u32| match &start.other {
            None => common[field as usize],
            Some(other) => match field {
                0..256 => other.slots[field as usize],
                field::PC => other.pc,
                field::RANDOM => other.random,
                field::TURNS => other.turns,
                field::STACK => other.slots[usize::from(slot::SP)],
                field::DIRTY => (other.pages.len() as u64).min(self.plan.pool.into()),
                _ => common[field as usize],
            },
        };
        let rows: Vec<(u32, Vec<u64>)> = (0..field::COUNT)
            .filter(|f| starts.iter().any(|s| value(s, *f) != common[*f as usize]))
            .map(|f| (f, starts.iter().map(|s| value(s, f)).collect()))
            .collect();
        for (field, row) in rows {
            self.write_row(field, &row);
        }
        for (g, start) in starts.iter().enumerate() {
            let table = u64::from(self.plan.places) * (g as u64 + 1);
            for (n, (place, _)) in self.own_pages(start).enumerate() {
                let flags = self.beginning.places[*place as usize].flags;
                let entry = flags | pte::OWNED | pte::DIRTY | self.own_frame(g, n);
                self.device.write(Buf::Ptes, table + u64::from(*place), &[entry]);
                let listed = g as u64 * u64::from(self.plan.pool) + n as u64;
                self.device.write(Buf::Dirty, listed, &[*place]);
            }
        }
        for first in (0..starts.len()).step_by(STRIPES as usize) {
            self.write_own_pages(starts, first);
        }
    }

    /// The pages with which a guest starts that are its own.
    fn own_pages<'s>(
        &self,
        start: &'s Start<'_>,
    ) -> impl Iterator<Item = &'s (u32, Bytes)> + use<'s> {
        start.other.iter().flat_map(|o| &o.pages).take(self.plan.pool as usize)
    }

    /// The n-th frame that a guest may own.
    fn own_frame(&self, guest: usize, n: usize) -> u32 {
        let (guest, stripe) = (guest as u32 / STRIPES, guest as u32 % STRIPES);
        self.plan.pool_start + (guest * self.plan.pool + n as u32) * STRIPES + stripe
    }

    /// Writes the pages with which a guest and those beside it start.
    fn write_own_pages(&mut self, starts: &[Start<'_>], first: usize) {
        let last = (first + STRIPES as usize).min(starts.len());
        let most = starts[first..last].iter().map(|s| self.own_pages(s).count()).max();
        for n in 0..most.unwrap_or(0) {
            let mut row = vec![0; (PAGE_WORDS * STRIPES) as usize];
            for (stripe, start) in starts[first..last].iter().enumerate() {
                let Some((_, bytes)) = self.own_pages(start).nth(n) else { continue };
                for (word, bytes) in bytes.as_chunks::<4>().0.iter().enumerate() {
                    row[word * STRIPES as usize + stripe] = u32::from_le_bytes(*bytes);
                }
            }
            let at = u64::from(self.own_frame(first, n)) * u64::from(PAGE_WORDS);
            self.device.write(Buf::Memory, at, &row);
        }
    }
}
