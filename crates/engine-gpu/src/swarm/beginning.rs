//! What all guests of a swarm start from: processor, pages, and what is outside of them.

use crate::layout::pte;
use ncpu_linux::Facts;
use ncpu_machine::Vcpu;
use ncpu_mem::{Access, AddressSpace, Backing, PAGE_SIZE, Perms, Region};
use ncpu_uop::slot::Slot;
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
    pub(crate) outside: Outside,
    pub(crate) places: Vec<Place>,
    by_vpn: FxHashMap<u64, u32>,
}

/// Who answers what guests cannot do for themselves.
pub(crate) enum Outside {
    Linux(Box<Linux>),
    Console(Console),
}

/// Guests whose memory is cells of 16 bits, and a step three of them: a, b, c. If a is FFFF, the next
/// byte of input goes to cell b, FFFF at its end; or else, if b is FFFF, the low byte of cell a is
/// output. The front end's code has a single block, the step, in which all other steps succeed and
/// these two fault. A guest has halted when its program counter is 8000 or more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Console {
    /// The slot with the number of the step's first cell.
    pub pc: Slot,
    /// The address of cell 0; the last is not mapped.
    pub cells: u64,
}

/// What system calls depend on.
pub(crate) struct Linux {
    pub(crate) facts: Facts,
    /// The first address after the window of the heap, and the place of its first page.
    pub(crate) brk_end: u64,
    pub(crate) brk_place: u32,
    /// The window of mappings: its first address, and the place of its first page.
    pub(crate) map_start: u64,
    pub(crate) map_place: u32,
}

impl Beginning {
    /// The beginning of guests without an operating system.
    #[must_use]
    pub fn with_console(vcpu: Vcpu, mem: &mut AddressSpace, console: Console) -> Self {
        let mut new = Self {
            vcpu,
            outside: Outside::Console(console),
            places: Vec::new(),
            by_vpn: FxHashMap::default(),
        };
        new.add_regions(mem);
        new
    }

    /// The beginning that a machine before its first instruction stands for.
    #[must_use]
    pub fn of(vcpu: Vcpu, mem: &mut AddressSpace, facts: Facts) -> Self {
        let first = facts.brk.div_ceil(PAGE);
        let free = (0..BRK_WINDOW).take_while(|n| mem.is_free((first + n) * PAGE, PAGE)).count();
        let linux = Linux {
            brk_end: (first + free as u64) * PAGE,
            brk_place: 0,
            map_start: facts.mmap_top - MAP_WINDOW * PAGE,
            map_place: free as u32,
            facts,
        };
        let mappings = linux.map_start / PAGE;
        let mut new = Self {
            vcpu,
            outside: Outside::Linux(Box::new(linux)),
            places: Vec::new(),
            by_vpn: FxHashMap::default(),
        };
        for vpn in (first..first + free as u64).chain(mappings..mappings + MAP_WINDOW) {
            new.add(vpn, mem);
        }
        new.add_regions(mem);
        new
    }

    /// Adds the pages that are mapped.
    fn add_regions(&mut self, mem: &mut AddressSpace) {
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
                self.add(vpn, mem);
            }
        }
    }

    /// What system calls depend on, if there are any.
    pub(crate) fn linux(&self) -> Option<&Linux> {
        match &self.outside {
            Outside::Linux(linux) => Some(linux),
            Outside::Console(_) => None,
        }
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
        let (own, others) = (self.linux()?, other.linux()?);
        let alike = self.places.len() == other.places.len()
            && own.brk_end == others.brk_end
            && own.facts.brk == others.facts.brk;
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
