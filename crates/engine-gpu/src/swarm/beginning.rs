//! What all guests of a swarm start from: processor, pages, system.

use crate::layout::pte;
use ncpu_linux::Facts;
use ncpu_machine::Vcpu;
use ncpu_mem::{Access, AddressSpace, Backing, PAGE_SIZE, Perms, Region};
use rustc_hash::FxHashMap;

const PAGE: u64 = PAGE_SIZE as u64;
/// Pages of the windows that are kept ready: for the heap, for mappings, for the stack.
const BRK_WINDOW: u64 = 256;
const MAP_WINDOW: u64 = 256;
const STACK_WINDOW: u64 = 64;
/// The most pages of another region.
const REGION: u64 = 4096;

/// A page's bytes.
pub(crate) type Bytes = Box<[u8; PAGE_SIZE]>;

/// A page of the guests' page tables; its place is its position.
pub(crate) struct Place {
    pub(crate) vpn: u64,
    /// Flags of its entry; 0 if nothing is mapped there yet.
    pub(crate) flags: u32,
    /// Its contents, if they are not all zero.
    pub(crate) bytes: Option<Bytes>,
}

/// What all guests of a swarm start from.
pub struct Beginning {
    pub(crate) vcpu: Vcpu,
    pub(crate) facts: Facts,
    pub(crate) places: Vec<Place>,
    by_vpn: FxHashMap<u64, u32>,
    /// The first address after the window of the heap, and the place of its first page.
    pub(crate) brk_end: u64,
    pub(crate) brk_place: u32,
    /// The window of mappings: its first address, and the place of its first page.
    pub(crate) map_start: u64,
    pub(crate) map_place: u32,
}

impl Beginning {
    /// The beginning that a machine before its first instruction stands for.
    #[must_use]
    pub fn of(vcpu: Vcpu, mem: &mut AddressSpace, facts: Facts) -> Self {
        let mut new = Self {
            vcpu,
            places: Vec::new(),
            by_vpn: FxHashMap::default(),
            brk_end: 0,
            brk_place: 0,
            map_start: facts.mmap_top - MAP_WINDOW * PAGE,
            map_place: 0,
            facts,
        };
        let first = new.facts.brk.div_ceil(PAGE);
        let free = (0..BRK_WINDOW).take_while(|n| mem.is_free((first + n) * PAGE, PAGE)).count();
        for n in 0..free as u64 {
            new.add(first + n, mem);
        }
        new.brk_end = (first + free as u64) * PAGE;
        new.map_place = new.places.len() as u32;
        for n in 0..MAP_WINDOW {
            new.add(new.map_start / PAGE + n, mem);
        }
        let regions: Vec<Region> = mem.regions().cloned().collect();
        for region in &regions {
            let (first, last) = (region.start / PAGE, region.end / PAGE);
            // Stacks grow downwards.
            let start = if &*region.name == "[stack]" {
                first.max(last.saturating_sub(STACK_WINDOW))
            } else {
                first
            };
            for vpn in start..last.min(start + REGION) {
                new.add(vpn, mem);
            }
        }
        new
    }

    fn add(&mut self, vpn: u64, mem: &mut AddressSpace) {
        if self.by_vpn.contains_key(&vpn) {
            return;
        }
        let region = mem.region(vpn * PAGE);
        let mapped = region.map(|r| (r.perms, r.shared, matches!(r.backing, Backing::Anonymous)));
        let (flags, bytes) = match mapped {
            None => (0, None),
            // Who maps memory shared before it starts is none of ours.
            Some((_, true, _)) => (pte::MAPPED | pte::CODE, None),
            Some((perms, _, anonymous)) => {
                let there = anonymous || mem.probe(vpn * PAGE, 1, Access::Read).is_ok();
                (if there { flags(perms) } else { pte::MAPPED | pte::CODE }, bytes(mem, vpn))
            }
        };
        self.by_vpn.insert(vpn, self.places.len() as u32);
        self.places.push(Place { vpn, flags, bytes });
    }

    /// The place of a page.
    pub(crate) fn place(&self, vpn: u64) -> Option<u32> {
        self.by_vpn.get(&vpn).copied()
    }

    /// The bytes of a page of code.
    pub(crate) fn code(&self, vpn: u64) -> Option<&[u8; PAGE_SIZE]> {
        let place = &self.places[self.place(vpn)? as usize];
        if place.flags & pte::CODE == 0 || place.flags & pte::READ == 0 {
            return None;
        }
        place.bytes.as_deref()
    }

    /// The pages that another machine of the same program starts with other contents, by place; or
    /// nothing if it differs in more than that, so that its guest is none of this swarm.
    #[must_use]
    pub(crate) fn differences(&self, other: &Self) -> Option<Vec<(u32, Bytes)>> {
        let alike = self.places.len() == other.places.len()
            && self.brk_end == other.brk_end
            && self.facts.brk == other.facts.brk;
        if !alike {
            return None;
        }
        let mut found = Vec::new();
        for (n, (ours, theirs)) in self.places.iter().zip(&other.places).enumerate() {
            if ours.vpn != theirs.vpn || ours.flags != theirs.flags {
                return None;
            }
            if ours.bytes != theirs.bytes {
                let zero = || Box::new([0; PAGE_SIZE]);
                found.push((n as u32, theirs.bytes.clone().unwrap_or_else(zero)));
            }
        }
        // Code is lifted for all.
        let code = found.iter().any(|(n, _)| self.places[*n as usize].flags & pte::CODE != 0);
        (!code).then_some(found)
    }
}

/// Flags of a page's entry. What may be executed is not written on the device: code that changes is
/// the host's.
fn flags(perms: Perms) -> u32 {
    let flag = |perm, flag| if perms.allows(perm) { flag } else { 0 };
    let code = perms.allows(Perms::X);
    let write = if code { 0 } else { flag(Perms::W, pte::WRITE) };
    pte::MAPPED | flag(Perms::R, pte::READ) | write | flag(Perms::X, pte::CODE)
}

/// The contents of a page that is there, unless they are all zero.
fn bytes(mem: &AddressSpace, vpn: u64) -> Option<Bytes> {
    let page = mem.resident(vpn)?.page.bytes();
    page.iter().any(|b| *b != 0).then(|| Box::new(*page))
}
