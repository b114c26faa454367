//! When and what to translate: hot blocks become one kernel, made while the interpreter goes on.

use crate::code::{Code, Piece, Placed};
use crate::device::{Device, Kernel};
use crate::kernel::{self, Form, Where};
use ncpu_gpu::GpuError;
use rustc_hash::FxHashSet;
use std::cmp::Reverse;
use std::time::{Duration, Instant};

/// Micro-ops that are interpreted before the first translation; later ones wait longer.
const FIRST: u64 = 100_000;
const LATER: u64 = 2;
/// A block is hot if it ran at least once for so many micro-ops that were interpreted: who leaves translated
/// code for it costs about as much as these.
const SHARE: u64 = 2000;
/// The most a region may cost: what a driver compiles in seconds.
const MOST: usize = 3000;
const PAGE: u64 = 4096;

/// The translated kernel and what leads to it.
pub(crate) struct Tier {
    /// Is there to be one?
    on: bool,
    wait: u64,
    interpreted: u64,
    region: Option<Region>,
    /// The region whose kernel is being made.
    making: Option<Making>,
    /// How many kernels were made, and how long that took.
    pub(crate) made: u64,
    pub(crate) making_took: Duration,
    pages: Vec<(u64, u64)>,
}

struct Making {
    pieces: Vec<Piece>,
    /// For each its first record and its first arm.
    entries: Vec<(u32, u32)>,
    since: Instant,
}

struct Region {
    kernel: Kernel,
    /// The first records of its pieces.
    records: Vec<u32>,
    /// Pages of its blocks: number and identity.
    pages: Vec<(u64, u64)>,
}

impl Tier {
    pub(crate) fn new(on: bool) -> Self {
        Self {
            on,
            wait: FIRST,
            interpreted: 0,
            region: None,
            making: None,
            made: 0,
            making_took: Duration::ZERO,
            pages: Vec::new(),
        }
    }

    /// Translates after so many interpreted micro-ops.
    pub(crate) fn after(&mut self, ops: u64) {
        (self.on, self.wait) = (ops > 0, ops);
    }

    /// Counts interpreted micro-ops; true when it is time to look for hot blocks.
    pub(crate) fn count(&mut self, ops: u64) -> bool {
        self.interpreted += ops;
        self.on && self.making.is_none() && self.interpreted >= self.wait
    }

    /// The kernel, if it is right where a page number is known by these identities.
    pub(crate) fn kernel(&self, identity: impl Fn(u64) -> Option<u64>) -> Option<Kernel> {
        let region = self.region.as_ref()?;
        let same = region.pages.iter().all(|(vpn, id)| identity(*vpn) == Some(*id));
        same.then_some(region.kernel)
    }

    /// Chooses the hot blocks by how often each ended (by record) and starts to make their kernel.
    pub(crate) fn consider(
        &mut self,
        heat: &[u32],
        code: &Code,
        identity: impl Fn(u64) -> Option<u64>,
        device: &mut dyn Device,
    ) -> Result<(), GpuError> {
        self.interpreted = 0;
        self.wait = self.wait.saturating_mul(LATER);
        let kept = self.region.as_ref().map_or(&[][..], |r| &r.records[..]);
        let mut pieces = Vec::new();
        // If there is no room for the new beside the old, the old must show again that they are hot.
        for kept in [kept, &[]] {
            let (chosen, all) = choose(heat, code, &identity, kept);
            pieces = chosen;
            if all {
                break;
            }
        }
        if pieces.iter().all(|p| kept.contains(&p.record)) {
            return Ok(());
        }
        let form = Form { doubles: device.doubles(), ..Form::default() };
        let region = kernel::Region::of(&pieces, form);
        let entries = region.entries().to_vec();
        let module = region.module(Where::Workgroup, 1);
        device.load_later("translated", &module)?;
        let mut pages: Vec<(u64, u64)> = Vec::new();
        for vpn in pieces.iter().map(|p| p.pc / PAGE) {
            if let Some(id) = identity(vpn).filter(|id| !pages.contains(&(vpn, *id))) {
                pages.push((vpn, id));
            }
        }
        self.making = Some(Making { pieces, entries, since: Instant::now() });
        self.pages = pages;
        Ok(())
    }

    /// Takes up the kernel that was being made, once it is there.
    pub(crate) fn take(
        &mut self,
        code: &mut Code,
        device: &mut dyn Device,
    ) -> Result<(), GpuError> {
        if self.making.is_none() {
            return Ok(());
        }
        let Some(kernel) = device.loaded() else { return Ok(()) };
        let Some(Making { pieces, entries, since }) = self.making.take() else { return Ok(()) };
        self.made += 1;
        self.making_took += since.elapsed();
        let kernel = kernel?;
        if pieces.is_empty() {
            return Ok(());
        }
        code.set_translated(&entries);
        let records = pieces.iter().map(|p| p.record).collect();
        self.region = Some(Region { kernel, records, pages: std::mem::take(&mut self.pages) });
        Ok(())
    }

    /// All blocks are gone.
    pub(crate) fn clear(&mut self) {
        self.region = None;
        // What is being made is of no use either, but its turn must end before the next.
        if let Some(making) = &mut self.making {
            making.pieces.clear();
        }
        self.wait = FIRST;
        self.interpreted = 0;
    }
}

/// The blocks to translate, those that are already first; and whether there is room for all.
fn choose(
    heat: &[u32],
    code: &Code,
    identity: impl Fn(u64) -> Option<u64>,
    kept: &[u32],
) -> (Vec<Piece>, bool) {
    let runs =
        |b: &Placed| u64::from(heat.get((b.record + b.ops - 1) as usize).copied().unwrap_or(0));
    let weight = |b: &Placed| runs(b) * u64::from(b.ops);
    let here = |b: &Placed| identity(b.pc / PAGE) == Some(b.id);
    let total: u64 = code.blocks().iter().map(weight).sum();
    let hot = |b: &Placed| kept.contains(&b.record) || runs(b) * SHARE > total;
    let mut blocks: Vec<&Placed> = code.blocks().iter().filter(|b| here(b) && hot(b)).collect();
    blocks.sort_by_key(|b| (!kept.contains(&b.record), Reverse(weight(b))));
    let mut cost = 0;
    let mut seen = FxHashSet::default();
    let mut pieces = Vec::new();
    for block in blocks {
        let Some(piece) = code.piece(block).filter(|p| seen.insert(p.pc)) else { continue };
        cost += piece.cost();
        if cost > MOST {
            return (pieces, false);
        }
        pieces.push(piece);
    }
    (pieces, true)
}
