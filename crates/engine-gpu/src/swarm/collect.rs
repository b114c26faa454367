//! What became of guests: their logs and maps, fetched in portions that threads read meanwhile.

use super::beginning::Outside;
use super::herd::Herd;
use super::lift::addresses;
use super::{Done, Host, Stop, logs};
use crate::device::{Buf, Part};
use crate::layout::field;
use crate::words::joined;
use ncpu_gpu::GpuError;
use std::ops::Range;

/// Words of logs and maps that are fetched at once.
const PORTION: u32 = 1 << 19;

/// How guests of a wave left the device, and what it takes to read what they left.
struct Ends<'a> {
    stops: &'a [Stop],
    counts: &'a [u64],
    /// Fields of all guests.
    output: Vec<u64>,
    unmapped: Vec<u64>,
    dirty: Vec<u64>,
    translated: Vec<u64>,
    pool: u64,
    console: bool,
    /// Addresses of blocks by first record.
    starts: &'a [(u32, u64)],
}

impl Herd {
    /// What became of the guests.
    pub(super) fn collect(
        &mut self,
        stops: &[Stop],
        counts: &[u64],
    ) -> Result<Vec<Done>, GpuError> {
        let (n, p) = (stops.len() as u64, self.plan);
        let at = |field: u32| (Buf::State, u64::from(field) * 2 * n, 2 * n);
        let fields = [field::OUTPUT, field::UNMAPPED, field::DIRTY, field::TRANSLATED].map(at);
        let fields: Vec<Vec<u64>> =
            self.device.finish(&fields)?.iter().map(|row| joined(row)).collect();
        let Ok([output, unmapped, dirty, translated]) = <[_; 4]>::try_from(fields) else {
            unreachable!("four fields were read");
        };
        let ends = &Ends {
            stops,
            counts,
            output,
            unmapped,
            dirty,
            translated,
            pool: p.pool.into(),
            console: matches!(self.beginning.outside, Outside::Console(_)),
            starts: &self.blocks.starts,
        };
        let device = self.device.as_mut();
        let each = (PORTION / (p.output_words + p.map_words)).max(1) as usize;
        std::thread::scope(|scope| {
            let mut portions = Vec::new();
            for first in (0..stops.len()).step_by(each) {
                let guests = first..stops.len().min(first + each);
                let part = |at: u32, words: u32| -> Part {
                    let (first, count) = (guests.start as u64, guests.len() as u64);
                    (Buf::Io, u64::from(at) + first * u64::from(words), count * u64::from(words))
                };
                let mut parts = vec![part(p.outputs(), p.output_words)];
                if p.map_words > 0 {
                    parts.push(part(p.maps(), p.map_words));
                }
                let read = device.finish(&parts)?;
                portions.push(scope.spawn(move || ends.of(guests, &read)));
            }
            let read = |portion: std::thread::ScopedJoinHandle<'_, Vec<Done>>| {
                portion.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
            };
            Ok(portions.into_iter().flat_map(read).collect())
        })
    }
}

impl Ends<'_> {
    /// What became of some guests, of their logs and perhaps maps.
    fn of(&self, guests: Range<usize>, read: &[Vec<u32>]) -> Vec<Done> {
        let row = |of: usize, n: usize| {
            let words = read.get(of).map_or(0, |words| words.len() / guests.len());
            read.get(of).map(|all| &all[n * words..][..words])
        };
        let done = |(n, g): (usize, usize)| {
            let log = row(0, n).unwrap_or_default();
            let used = self.output[g] as usize;
            let [stdout, stderr] = if self.console {
                [logs::bytes(log, used), Vec::new()]
            } else {
                logs::read(log, used)
            };
            let coverage = row(1, n).map_or_else(Vec::new, |map| addresses(self.starts, map));
            Done {
                stop: self.stop(g),
                instructions: self.counts[g],
                translated: self.translated[g],
                stdout,
                stderr,
                coverage,
            }
        };
        guests.clone().enumerate().map(done).collect()
    }

    fn stop(&self, g: usize) -> Stop {
        match self.stops[g] {
            _ if self.unmapped[g] != 0 => Stop::Host(Host::Coverage),
            Stop::Host(Host::Page) if self.dirty[g] >= self.pool => Stop::Host(Host::Pages),
            stop => stop,
        }
    }
}
