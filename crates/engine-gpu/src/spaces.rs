//! Address spaces on the device: copies of pages, kept the same as the host's.
//!
//! A page goes to the device when a kernel misses it. While a guest runs the device's copy is the
//! newer one; when the run ends the pages that it wrote come back. What the host changes between
//! runs (system calls, forks, mappings) [`AddressSpace::take_changes`] tells.

use crate::code::Code;
use crate::device::{Buf, Device};
use crate::layout::{PAGE_WORDS, pte};
use crate::table::{Full, Table, Tables};
use ncpu_mem::{AddressSpace, PAGE_SIZE, Perms};
use rustc_hash::FxHashMap;

const PAGE: u64 = PAGE_SIZE as u64;
/// So many pages around a missed one go along, if they are there.
const AROUND: u64 = 8;

/// One address space.
pub(crate) struct Space {
    id: u64,
    /// The version of the address space for which `code` is right.
    version: u64,
    pub(crate) blocks: Table,
    pub(crate) directory: Table,
    /// Places in the page table by page number.
    places: FxHashMap<u64, u32>,
    /// Pages that blocks were lifted from: their identity.
    code: FxHashMap<u64, u64>,
    /// Pages that others may write: how often they had been written.
    watched: FxHashMap<u64, Watched>,
    used: u64,
}

#[derive(Clone, Copy)]
enum Watched {
    /// Shared with others, who may write any time.
    Shared,
    /// Of a file: its count of writes.
    Object(u64),
}

/// All address spaces that are on the device.
pub(crate) struct Spaces {
    spaces: Vec<Space>,
    tables: Tables,
    /// The page table: entries, and the page number of each.
    ptes: Vec<u32>,
    pages: Vec<u64>,
    free_places: Vec<u32>,
    places: u32,
    free_frames: Vec<u32>,
    next_frame: u32,
    frames: u32,
    clock: u64,
}

/// Spaces that are kept; the one that was not used for longest goes first.
const MAX_SPACES: usize = 64;

impl Spaces {
    pub(crate) fn new(device: &dyn Device) -> Self {
        let sizes = device.sizes();
        Self {
            spaces: Vec::new(),
            tables: Tables::new(sizes.of(Buf::Tables)),
            ptes: Vec::new(),
            pages: Vec::new(),
            free_places: Vec::new(),
            places: sizes.of(Buf::Ptes) as u32,
            free_frames: Vec::new(),
            next_frame: 0,
            frames: (sizes.of(Buf::Memory) / u64::from(PAGE_WORDS)) as u32,
            clock: 0,
        }
    }

    /// The space of `mem`, made the same as it is now: its number.
    pub(crate) fn enter(
        &mut self,
        mem: &mut AddressSpace,
        code: &mut Code,
        device: &mut dyn Device,
    ) -> Result<usize, Full> {
        self.clock += 1;
        let changes = mem.take_changes();
        let n = match self.spaces.iter().position(|s| s.id == mem.id()) {
            Some(n) => n,
            None => self.create(mem)?,
        };
        self.spaces[n].used = self.clock;
        for range in changes.remapped {
            self.forget(n, |vpn| range.contains(&vpn), device);
        }
        if changes.revoked {
            let places: Vec<u32> = self.spaces[n].places.values().copied().collect();
            for place in places {
                self.set_pte(place, self.ptes[place as usize] & !pte::WRITE, device);
            }
        }
        for vpn in changes.written {
            if self.entry(n, vpn) != 0 {
                self.refresh(n, vpn, mem, device);
            }
        }
        self.look_at_watched(n, mem, device);
        self.check_code(n, mem, code);
        Ok(n)
    }

    fn create(&mut self, mem: &AddressSpace) -> Result<usize, Full> {
        let space = Space {
            id: mem.id(),
            version: mem.version(),
            blocks: self.tables.table()?,
            directory: self.tables.table()?,
            places: FxHashMap::default(),
            code: FxHashMap::default(),
            watched: FxHashMap::default(),
            used: self.clock,
        };
        if self.spaces.len() < MAX_SPACES {
            self.spaces.push(space);
            return Ok(self.spaces.len() - 1);
        }
        let oldest = (0..self.spaces.len()).min_by_key(|n| self.spaces[*n].used).unwrap_or(0);
        let old = std::mem::replace(&mut self.spaces[oldest], space);
        self.tables.release(&old.blocks);
        self.tables.release(&old.directory);
        for place in old.places.into_values() {
            self.release(place);
        }
        Ok(oldest)
    }

    fn release(&mut self, place: u32) {
        let entry = std::mem::take(&mut self.ptes[place as usize]);
        if entry != 0 {
            self.free_frames.push(entry & pte::FRAME);
        }
        self.free_places.push(place);
    }

    pub(crate) fn at(&mut self, n: usize) -> &mut Space {
        &mut self.spaces[n]
    }

    fn entry(&self, n: usize, vpn: u64) -> u32 {
        self.spaces[n].places.get(&vpn).map_or(0, |place| self.ptes[*place as usize])
    }

    fn set_pte(&mut self, place: u32, entry: u32, device: &mut dyn Device) {
        self.ptes[place as usize] = entry;
        device.write(Buf::Ptes, place.into(), &[entry]);
    }

    /// Takes pages off the device.
    fn forget(&mut self, n: usize, gone: impl Fn(u64) -> bool, device: &mut dyn Device) {
        let space = &mut self.spaces[n];
        let places: Vec<u32> =
            space.places.iter().filter(|(vpn, _)| gone(**vpn)).map(|(_, place)| *place).collect();
        space.watched.retain(|vpn, _| !gone(*vpn));
        for place in places {
            let entry = self.ptes[place as usize];
            if entry != 0 {
                self.free_frames.push(entry & pte::FRAME);
                self.set_pte(place, 0, device);
            }
        }
    }

    /// Sends a page that the host wrote again, or takes it off.
    fn refresh(&mut self, n: usize, vpn: u64, mem: &AddressSpace, device: &mut dyn Device) {
        match mem.resident(vpn) {
            Some(r) => {
                let frame = self.entry(n, vpn) & pte::FRAME;
                device.send_page(frame, r.page.bytes());
            }
            None => self.forget(n, |v| v == vpn, device),
        }
    }

    fn look_at_watched(&mut self, n: usize, mem: &AddressSpace, device: &mut dyn Device) {
        let stale: Vec<u64> = self.spaces[n]
            .watched
            .iter()
            .filter(|(vpn, seen)| match seen {
                Watched::Shared => true,
                Watched::Object(writes) => {
                    mem.resident(**vpn).is_none_or(|r| r.page.writes() != *writes)
                }
            })
            .map(|(vpn, _)| *vpn)
            .collect();
        if !stale.is_empty() {
            self.forget(n, |vpn| stale.contains(&vpn), device);
        }
    }

    /// Drops blocks whose page is not what they were lifted from any more.
    pub(crate) fn check_code(&mut self, n: usize, mem: &AddressSpace, code: &mut Code) {
        let space = &mut self.spaces[n];
        if space.version == mem.version() {
            return;
        }
        space.version = mem.version();
        let mut stale = Vec::new();
        space.code.retain(|vpn, id| {
            let same =
                mem.resident(*vpn).is_some_and(|r| r.page.id() == *id && r.perms.allows(Perms::X));
            if !same {
                stale.push((*vpn, *id));
            }
            same
        });
        if !stale.is_empty() {
            space.blocks.retain(|pc| !stale.iter().any(|(vpn, _)| pc / PAGE == *vpn));
            for (vpn, id) in stale {
                code.unlink(vpn, id);
            }
        }
    }

    /// Notes that blocks come from the page of `pc`, which from now on may not be written unseen.
    pub(crate) fn mark_code(&mut self, n: usize, pc: u64, id: u64, device: &mut dyn Device) {
        let vpn = pc / PAGE;
        self.spaces[n].code.insert(vpn, id);
        if let Some(place) = self.spaces[n].places.get(&vpn).copied()
            && self.ptes[place as usize] & pte::WRITE != 0
        {
            self.set_pte(place, self.ptes[place as usize] & !pte::WRITE, device);
        }
    }

    /// Tells kernels the record of the block at `pc`.
    pub(crate) fn insert_block(&mut self, n: usize, pc: u64, record: u32) -> Result<(), Full> {
        self.spaces[n].blocks.insert(pc, record, &mut self.tables)
    }

    /// The frame of a page that kernels may write.
    pub(crate) fn writable(&self, n: usize, vpn: u64) -> Option<u32> {
        let entry = self.entry(n, vpn);
        (entry & pte::WRITE != 0).then_some(entry & pte::FRAME)
    }

    pub(crate) fn has_code(&self, n: usize, vpn: u64) -> Option<u64> {
        self.spaces[n].code.get(&vpn).copied()
    }

    /// Gives the device the pages of an access that the host has probed, and some around them.
    pub(crate) fn provide(
        &mut self,
        n: usize,
        addr: u64,
        len: u64,
        write: bool,
        mem: &AddressSpace,
        device: &mut dyn Device,
    ) -> Result<(), Full> {
        let (first, last) = (addr / PAGE, (addr + len - 1) / PAGE);
        for vpn in first..=last {
            self.provide_page(n, vpn, write, mem, device)?;
        }
        let around = first.saturating_sub(AROUND)..=last + AROUND;
        for vpn in around.filter(|vpn| !(first..=last).contains(vpn)) {
            let known = self.entry(n, vpn) != 0;
            let ready = mem.resident(vpn).is_some_and(|r| !r.shared && r.perms.allows(Perms::R));
            if !known && ready && self.provide_page(n, vpn, false, mem, device).is_err() {
                // These can wait until they are missed.
                break;
            }
        }
        let space = &mut self.spaces[n];
        space.directory.send(device);
        Ok(())
    }

    fn provide_page(
        &mut self,
        n: usize,
        vpn: u64,
        write: bool,
        mem: &AddressSpace,
        device: &mut dyn Device,
    ) -> Result<(), Full> {
        let Some(r) = mem.resident(vpn) else { return Ok(()) };
        let place = self.place(n, vpn)?;
        let mut entry = self.ptes[place as usize];
        if entry == 0 {
            let frame = self.frame()?;
            device.send_page(frame, r.page.bytes());
            entry = frame;
        }
        if r.perms.allows(Perms::R) {
            entry |= pte::READ;
        }
        let code = self.spaces[n].code.contains_key(&vpn);
        if write || r.exclusive && !code && r.perms.allows(Perms::W) {
            entry |= pte::WRITE;
        }
        let watched = if r.shared {
            Some(Watched::Shared)
        } else if r.of_object {
            Some(Watched::Object(r.page.writes()))
        } else {
            None
        };
        match watched {
            Some(kind) => self.spaces[n].watched.insert(vpn, kind),
            None => self.spaces[n].watched.remove(&vpn),
        };
        self.set_pte(place, entry, device);
        Ok(())
    }

    fn place(&mut self, n: usize, vpn: u64) -> Result<u32, Full> {
        if let Some(place) = self.spaces[n].places.get(&vpn) {
            return Ok(*place);
        }
        let place = match self.free_places.pop() {
            Some(place) => place,
            None if (self.ptes.len() as u32) < self.places => {
                self.ptes.push(0);
                self.pages.push(0);
                self.ptes.len() as u32 - 1
            }
            None => return Err(Full),
        };
        if let Err(full) = self.spaces[n].directory.insert(vpn, place, &mut self.tables) {
            self.free_places.push(place);
            return Err(full);
        }
        self.pages[place as usize] = vpn;
        self.spaces[n].places.insert(vpn, place);
        Ok(place)
    }

    fn frame(&mut self) -> Result<u32, Full> {
        if let Some(frame) = self.free_frames.pop() {
            return Ok(frame);
        }
        if self.next_frame == self.frames {
            return Err(Full);
        }
        self.next_frame += 1;
        Ok(self.next_frame - 1)
    }

    /// Has a place on the dirty list count as clean from now on; gives its page number.
    pub(crate) fn clean(&mut self, place: u32, device: &mut dyn Device) -> u64 {
        device.write(Buf::Ptes, place.into(), &[self.ptes[place as usize]]);
        self.pages[place as usize]
    }

    /// The frame of a place.
    pub(crate) fn frame_at(&self, place: u32) -> u32 {
        self.ptes[place as usize] & pte::FRAME
    }

    /// Forgets everything, so that the device is empty again.
    pub(crate) fn clear(&mut self, device: &mut dyn Device) {
        let zeros = vec![0; self.ptes.len()];
        device.write(Buf::Ptes, 0, &zeros);
        *self = Self::new(device);
    }
}
