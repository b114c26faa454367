//! When and what to translate: hot blocks become one kernel, made while the interpreter goes on.

use crate::code::{Code, Piece, Placed};
use crate::device::{Device, Kernel};
use crate::kernel::{self, Form, Where};
use ncpu_gpu::GpuError;

/// Micro-ops that are interpreted before the first translation; later ones wait longer.
const FIRST: u64 = 200_000;
const LATER: u64 = 4;
/// A block is hot if it has at least one in so many of the micro-ops that were interpreted.
const SHARE: u64 = 200;
/// The most micro-ops of a region: what a driver compiles in seconds.
const MAX_OPS: usize = 1500;
const PAGE: u64 = 4096;

/// The translated kernel and what leads to it.
pub(crate) struct Tier {
    /// Is there to be one?
    on: bool,
    wait: u64,
    interpreted: u64,
    region: Option<Region>,
    /// The region whose kernel is being made.
    making: Option<Vec<Piece>>,
    pages: Vec<(u64, u64)>,
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
        Self { on, wait: FIRST, interpreted: 0, region: None, making: None, pages: Vec::new() }
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
        let runs = |b: &Placed| heat.get((b.record + b.ops - 1) as usize).copied().unwrap_or(0);
        let weight = |b: &Placed| u64::from(runs(b)) * u64::from(b.ops);
        let here = |b: &Placed| identity(b.pc / PAGE) == Some(b.id);
        let kept = self.region.as_ref().map_or(&[][..], |r| &r.records[..]);
        let total: u64 = code.blocks().iter().map(weight).sum();
        let mut blocks: Vec<&Placed> = code
            .blocks()
            .iter()
            .filter(|b| here(b) && (kept.contains(&b.record) || weight(b) * SHARE > total))
            .collect();
        // Those that are translated already have no recent runs to show, and come first.
        blocks.sort_by_key(|b| (!kept.contains(&b.record), std::cmp::Reverse(weight(b))));
        let mut ops = 0;
        let mut seen = rustc_hash::FxHashSet::default();
        let mut pieces = Vec::new();
        let mut pages = Vec::new();
        for block in blocks {
            ops += block.ops as usize;
            if ops > MAX_OPS {
                break;
            }
            let Some(piece) = code.piece(block).filter(|p| seen.insert(p.pc)) else { continue };
            pieces.push(piece);
            let page = (block.pc / PAGE, block.id);
            if !pages.contains(&page) {
                pages.push(page);
            }
        }
        if pieces.is_empty() || pieces.iter().all(|p| kept.contains(&p.record)) {
            return Ok(());
        }
        let module = kernel::translated(&pieces, Where::Workgroup, 1, Form::default());
        device.load_later("translated", &module)?;
        self.making = Some(pieces);
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
        let pieces = self.making.take().unwrap_or_default();
        let kernel = kernel?;
        if pieces.is_empty() {
            return Ok(());
        }
        let records: Vec<u32> = pieces.iter().map(|p| p.record).collect();
        code.set_translated(&records);
        self.region = Some(Region { kernel, records, pages: std::mem::take(&mut self.pages) });
        Ok(())
    }

    /// All blocks are gone.
    pub(crate) fn clear(&mut self) {
        self.region = None;
        // What is being made is of no use either, but its turn must end before the next.
        if let Some(making) = &mut self.making {
            making.clear();
        }
        self.wait = FIRST;
        self.interpreted = 0;
    }
}
