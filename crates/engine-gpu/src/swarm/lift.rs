//! The blocks of a swarm's program, which all guests share.

use super::Beginning;
use crate::code::{Code, Piece};
use crate::device::{Buf, Device};
use crate::engine::{MAX_INSNS, successors};
use crate::foresee::foresee;
use crate::table::{Full, Table, Tables};
use ncpu_mem::PAGE_SIZE;
use ncpu_uop::Lift;
use rustc_hash::FxHashSet;

const PAGE: u64 = PAGE_SIZE as u64;
/// All blocks are of one program, whose code does not change.
const ID: u64 = 0;
/// Room for the records of a page.
const MARGIN: usize = 1 << 14;

/// Blocks and where kernels find them.
pub(crate) struct Blocks {
    front_end: Box<dyn Lift>,
    pub(crate) code: Code,
    pub(crate) table: Table,
    capacity: usize,
    /// Addresses by first record, in order.
    pub(crate) starts: Vec<(u32, u64)>,
}

impl Blocks {
    pub(crate) fn new(
        front_end: Box<dyn Lift>,
        records: u32,
        tables: &mut Tables,
    ) -> Result<Self, Full> {
        let (code, table) = (Code::default(), tables.table()?);
        Ok(Self { front_end, code, table, capacity: records as usize, starts: Vec::new() })
    }

    /// Makes the kernel have what ordinary code needs, so that it need not be built again.
    pub(crate) fn foresee(&mut self) {
        foresee(&mut self.code);
    }

    pub(crate) fn knows(&self, pc: u64) -> bool {
        self.code.get((pc, ID)).is_some()
    }

    /// Lifts the block at `pc` and what follows it in its page; false if that cannot be.
    pub(crate) fn lift(&mut self, pc: u64, from: &Beginning, tables: &mut Tables) -> bool {
        if self.knows(pc) {
            return true;
        }
        let full = self.code.records() + MARGIN > self.capacity;
        let page = from.code(pc / PAGE).filter(|_| pc & 3 == 0 && !full);
        let Some(page) = page else { return false };
        let mut queue = vec![pc];
        while let Some(at) = queue.pop() {
            if self.knows(at) {
                continue;
            }
            if self.code.records() + MAX_INSNS * 16 > self.capacity {
                break;
            }
            let block = self.front_end.lift(at, &page[(at % PAGE) as usize..], MAX_INSNS);
            debug_assert_eq!(ncpu_uop::verify(&block), Ok(()), "{block}");
            // Where kernels find it, before it counts as known.
            if self.table.insert(at, self.code.records() as u32, tables).is_err() {
                break;
            }
            let record = self.code.add(&block, ID).record;
            self.starts.push((record, at));
            let here = |next: &u64| next / PAGE == pc / PAGE && next & 3 == 0;
            queue.extend(successors(&block).filter(here));
        }
        self.knows(pc)
    }

    /// The blocks at these addresses for translation, of at most this cost, and those to which they
    /// lead without a branch.
    pub(crate) fn pieces(&self, hot: &[u64], most: usize) -> Vec<Piece> {
        let mut pieces: Vec<Piece> = Vec::new();
        let mut seen = FxHashSet::default();
        let mut cost = 0;
        for pc in hot {
            let mut next = Some(*pc);
            while let Some(block) = next.and_then(|pc| self.code.get((pc, ID))) {
                if !seen.insert(block.pc) {
                    break;
                }
                let Some(piece) = self.code.piece(block) else { break };
                cost += piece.cost();
                if cost > most {
                    return in_order(pieces);
                }
                next = piece.leads_on().then_some(piece.end);
                pieces.push(piece);
            }
        }
        in_order(pieces)
    }

    /// Sends what the device does not have yet.
    pub(crate) fn send(&mut self, device: &mut dyn Device) {
        self.code.send(device);
        self.table.send(device);
    }
}

/// The addresses of the blocks that a coverage map names, of those that start at these records.
pub(crate) fn addresses(starts: &[(u32, u64)], map: &[u32]) -> Vec<u64> {
    let set = |record: u32| {
        map.get(record as usize / 32).is_some_and(|word| word >> (record % 32) & 1 == 1)
    };
    let mut all: Vec<u64> =
        starts.iter().filter(|(record, _)| set(*record)).map(|(_, pc)| *pc).collect();
    all.sort_unstable();
    all
}

/// Pieces by address: guests that wait for each other let the lowest go first.
fn in_order(mut pieces: Vec<Piece>) -> Vec<Piece> {
    pieces.sort_unstable_by_key(|p| p.pc);
    pieces
}

/// Gives a device the pages that all guests share, and the page table that they start with.
pub(crate) fn send_pages(from: &Beginning, device: &mut dyn Device) {
    let mut frame = 0;
    let mut entries = Vec::new();
    for place in &from.places {
        let number = match &place.bytes {
            Some(bytes) => {
                frame += 1;
                device.send_page(frame, bytes);
                frame
            }
            None => 0,
        };
        entries.push(if place.flags == 0 { 0 } else { place.flags | number });
    }
    device.write(Buf::Ptes, 0, &entries);
}
