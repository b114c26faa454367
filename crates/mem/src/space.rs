//! The address space: regions, the page table, faults-in, forks and snapshots.

use crate::access::{Tlb, chunks};
use crate::page::{PAGE_SIZE, Page, PageBudget, PageRef};
use crate::region::{Backing, Perms, Region};
use crate::{ADDRESS_LIMIT, Access, Fault, FaultKind};
use rustc_hash::{FxHashMap, FxHashSet};
use std::collections::BTreeMap;
use std::fmt;
use std::hash::Hasher;
use std::ops::Range;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

const PAGE: u64 = PAGE_SIZE as u64;

/// Why a mapping call failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MapError {
    /// An address or length is not page-aligned, empty, or outside the 48-bit space.
    BadRange,
    /// Part of the range is not mapped.
    NotMapped,
    /// No gap of that size is left.
    NoSpace,
}

impl fmt::Display for MapError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::BadRange => "range is unaligned, empty or outside the 48-bit address space",
            Self::NotMapped => "part of the range is not mapped",
            Self::NoSpace => "no gap of that size is left",
        })
    }
}

impl std::error::Error for MapError {}

/// One guest address space.
#[derive(Debug)]
pub struct AddressSpace {
    regions: BTreeMap<u64, Region>,
    pages: FxHashMap<u64, PageRef>,
    dirty: FxHashSet<u64>,
    /// Page ranges whose mapping changed, for those who mirror this space.
    remapped: Vec<Range<u64>>,
    /// Must a mirror ask again before it writes?
    revoked: bool,
    id: u64,
    budget: Option<Arc<PageBudget>>,
    version: u64,
    pub(crate) tlb: Tlb,
}

/// The state of an address space at one moment.
#[derive(Debug)]
pub struct Snapshot {
    regions: BTreeMap<u64, Region>,
    pages: FxHashMap<u64, PageRef>,
}

/// What happened to an address space between two looks at it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Changes {
    /// Pages that were written or replaced, by number, sorted.
    pub written: Vec<u64>,
    /// Ranges of page numbers whose mapping or permissions changed.
    pub remapped: Vec<Range<u64>>,
    /// Pages became shared: who writes around [`AddressSpace::store`] must ask
    /// [`AddressSpace::probe`] again.
    pub revoked: bool,
}

/// A page that is present, and what its region says of it.
#[derive(Clone, Copy, Debug)]
pub struct Resident<'a> {
    /// Its contents.
    pub page: &'a Page,
    /// What the guest may do there.
    pub perms: Perms,
    /// Do writes reach others?
    pub shared: bool,
    /// May others write it although it is not shared: a page of a file, not yet copied?
    pub of_object: bool,
}

/// More remapped ranges than this are joined to one.
const MAX_REMAPPED: usize = 256;

static NEXT_VERSION: AtomicU64 = AtomicU64::new(1);

fn fresh_version() -> u64 {
    NEXT_VERSION.fetch_add(1, Ordering::Relaxed)
}

fn check_range(start: u64, len: u64) -> Result<u64, MapError> {
    let end = start.checked_add(len).ok_or(MapError::BadRange)?;
    let aligned = start.is_multiple_of(PAGE) && len.is_multiple_of(PAGE);
    if aligned && len > 0 && end <= ADDRESS_LIMIT { Ok(end) } else { Err(MapError::BadRange) }
}

impl AddressSpace {
    /// An empty space whose private pages are charged to `budget`.
    #[must_use]
    pub fn new(budget: Option<Arc<PageBudget>>) -> Self {
        Self {
            regions: BTreeMap::new(),
            pages: FxHashMap::default(),
            dirty: FxHashSet::default(),
            remapped: Vec::new(),
            revoked: false,
            id: fresh_version(),
            budget,
            version: fresh_version(),
            tlb: Tlb::new(),
        }
    }

    /// The budget that this space's pages are charged to.
    #[must_use]
    pub fn budget(&self) -> Option<&Arc<PageBudget>> {
        self.budget.as_ref()
    }

    /// Changes whenever translated code of this space may have become stale: mappings changed, or
    /// a page with [marked code](Self::mark_code) was written. No two spaces share a version.
    #[inline]
    #[must_use]
    pub fn version(&self) -> u64 {
        self.version
    }

    /// Maps `region` over whatever was there.
    ///
    /// # Errors
    /// [`MapError::BadRange`] for a range that is unaligned, empty or too high.
    pub fn map(&mut self, region: Region) -> Result<(), MapError> {
        check_range(region.start, region.end.wrapping_sub(region.start))?;
        self.remove(region.start, region.end);
        if region.perms.allows(Perms::X) {
            self.version = fresh_version();
        }
        let start = region.start;
        self.regions.insert(start, region);
        self.join_around(start);
        Ok(())
    }

    /// Maps zero-filled private memory.
    ///
    /// # Errors
    /// As [`map`](Self::map).
    pub fn map_anonymous(
        &mut self,
        start: u64,
        len: u64,
        perms: Perms,
        name: &str,
    ) -> Result<(), MapError> {
        let end = check_range(start, len)?;
        let backing = Backing::Anonymous;
        self.map(Region { start, end, perms, shared: false, backing, name: name.into() })
    }

    /// Removes every mapping in the range; gaps are allowed.
    ///
    /// # Errors
    /// [`MapError::BadRange`].
    pub fn unmap(&mut self, start: u64, len: u64) -> Result<(), MapError> {
        let end = check_range(start, len)?;
        self.remove(start, end);
        Ok(())
    }

    /// Sets the permissions of a fully mapped range. Where it is not fully mapped, the part before
    /// the first gap is changed, as Linux does.
    ///
    /// # Errors
    /// [`MapError::BadRange`], or [`MapError::NotMapped`] at the first gap.
    pub fn protect(&mut self, start: u64, len: u64, perms: Perms) -> Result<(), MapError> {
        let end = check_range(start, len)?;
        self.changed(start, end);
        self.split_at(start);
        self.split_at(end);
        let mut at = start;
        let keys: Vec<u64> = self.regions.range(start..end).map(|(k, _)| *k).collect();
        for key in keys {
            let Some(region) = self.regions.get_mut(&key) else { continue };
            if key != at {
                break;
            }
            region.perms = perms;
            at = region.end;
        }
        self.changed(start, at);
        self.join_around(start);
        self.join_around(end);
        if at == end { Ok(()) } else { Err(MapError::NotMapped) }
    }

    /// Moves the mappings of `old..old+len` to `new..new+len`, replacing what is there; the ranges
    /// must not overlap. Contents and permissions move along.
    ///
    /// # Errors
    /// [`MapError::BadRange`], or [`MapError::NotMapped`] if `old` is not fully mapped.
    pub fn relocate(&mut self, old: u64, new: u64, len: u64) -> Result<(), MapError> {
        let old_end = check_range(old, len)?;
        let new_end = check_range(new, len)?;
        if old < new_end && new < old_end {
            return Err(MapError::BadRange);
        }
        if !self.is_mapped(old, len) {
            return Err(MapError::NotMapped);
        }
        self.remove(new, new_end);
        self.changed(old, old_end);
        self.split_at(old);
        self.split_at(old_end);
        let keys: Vec<u64> = self.regions.range(old..old_end).map(|(k, _)| *k).collect();
        for key in keys {
            if let Some(mut region) = self.regions.remove(&key) {
                region.start = region.start - old + new;
                region.end = region.end - old + new;
                self.regions.insert(region.start, region);
            }
        }
        let (first, last) = (old / PAGE, old_end / PAGE);
        let present: Vec<u64> =
            self.pages.keys().copied().filter(|vpn| (first..last).contains(vpn)).collect();
        for vpn in present {
            if let Some(page) = self.pages.remove(&vpn) {
                let moved = vpn - first + new / PAGE;
                self.pages.insert(moved, page);
                self.dirty.insert(moved);
            }
        }
        self.changed(new, new_end);
        self.join_around(new);
        Ok(())
    }

    /// Drops the contents of private pages in the range, so that they read as freshly mapped
    /// (`MADV_DONTNEED`).
    ///
    /// # Errors
    /// [`MapError::BadRange`].
    pub fn discard(&mut self, start: u64, len: u64) -> Result<(), MapError> {
        let end = check_range(start, len)?;
        self.drop_pages(start, end);
        self.changed(start, end);
        Ok(())
    }

    /// Is every page of the range mapped?
    #[must_use]
    pub fn is_mapped(&self, start: u64, len: u64) -> bool {
        let Some(end) = start.checked_add(len) else { return false };
        let mut at = start;
        while at < end {
            match self.region(at) {
                Some(region) => at = region.end,
                None => return false,
            }
        }
        true
    }

    /// Is no page of the range mapped?
    #[must_use]
    pub fn is_free(&self, start: u64, len: u64) -> bool {
        let Some(end) = start.checked_add(len) else { return false };
        self.region(start).is_none() && self.regions.range(start..end).next().is_none()
    }

    /// The region that holds `addr`.
    #[must_use]
    pub fn region(&self, addr: u64) -> Option<&Region> {
        let (_, region) = self.regions.range(..=addr).next_back()?;
        (addr < region.end).then_some(region)
    }

    /// All regions by address.
    pub fn regions(&self) -> impl Iterator<Item = &Region> {
        self.regions.values()
    }

    /// The highest gap of `len` bytes inside `low..high`.
    ///
    /// # Errors
    /// [`MapError::NoSpace`] if there is none.
    pub fn find_gap(&self, low: u64, high: u64, len: u64) -> Result<u64, MapError> {
        let mut top = high;
        for region in self.regions.range(..high).rev().map(|(_, r)| r) {
            if region.end <= low {
                break;
            }
            if region.end <= top && top - region.end >= len {
                return Ok(top - len);
            }
            top = top.min(region.start);
        }
        if top >= low && top - low >= len { Ok(top - len) } else { Err(MapError::NoSpace) }
    }

    /// Bytes of address space mapped.
    #[must_use]
    pub fn mapped_bytes(&self) -> u64 {
        self.regions.values().map(|r| r.end - r.start).sum()
    }

    /// Pages present in the page table.
    #[must_use]
    pub fn resident_pages(&self) -> u64 {
        self.pages.len() as u64
    }

    /// Is this page present (touched since it was mapped)?
    #[must_use]
    pub fn is_resident(&self, addr: u64) -> bool {
        self.pages.contains_key(&(addr / PAGE))
    }

    /// A copy that shares every page copy-on-write; shared mappings stay shared.
    #[must_use]
    pub fn fork(&mut self) -> Self {
        self.tlb.flush_writes();
        self.revoked = true;
        Self {
            regions: self.regions.clone(),
            pages: self.pages.clone(),
            dirty: self.dirty.clone(),
            remapped: Vec::new(),
            revoked: false,
            id: fresh_version(),
            budget: self.budget.clone(),
            version: fresh_version(),
            tlb: Tlb::new(),
        }
    }

    /// The state now. Pages of private mappings are shared copy-on-write; those of shared mappings
    /// are copied, without charge to the budget.
    #[must_use]
    pub fn snapshot(&mut self) -> Snapshot {
        self.tlb.flush_writes();
        self.revoked = true;
        let mut pages = self.pages.clone();
        for (vpn, page) in &mut pages {
            if self.region(vpn * PAGE).is_some_and(|r| r.shared) {
                *page = Page::from_bytes(page.bytes());
            }
        }
        Snapshot { regions: self.regions.clone(), pages }
    }

    /// Goes back to `snapshot`. Shared mappings get their contents back in place.
    pub fn restore(&mut self, snapshot: &Snapshot) {
        self.tlb.flush();
        let mut pages = snapshot.pages.clone();
        for (vpn, page) in &mut pages {
            let shared = region_at(&snapshot.regions, vpn * PAGE).is_some_and(|r| r.shared);
            if let (true, Some(live)) = (shared, self.pages.get(vpn)) {
                live.write_in_place(0, page.bytes());
                *page = live.clone();
            }
        }
        self.pages = pages;
        self.regions = snapshot.regions.clone();
        self.dirty.clear();
        self.remapped = std::iter::once(0..u64::MAX).collect();
        self.version = fresh_version();
    }

    /// Names this space: no two have the same name.
    #[must_use]
    pub fn id(&self) -> u64 {
        self.id
    }

    /// What changed since the last call, for an engine that keeps a copy of this space elsewhere.
    /// Takes what [`take_dirty`](Self::take_dirty) would give.
    pub fn take_changes(&mut self) -> Changes {
        let written = self.take_dirty();
        let remapped = std::mem::take(&mut self.remapped);
        Changes { written, remapped, revoked: std::mem::take(&mut self.revoked) }
    }

    /// The page of this number if it is present and mapped; touches nothing.
    #[must_use]
    pub fn resident(&self, vpn: u64) -> Option<Resident<'_>> {
        let page = self.pages.get(&vpn)?;
        let region = self.region(vpn * PAGE)?;
        let object = matches!(region.backing, Backing::Object { .. });
        let of_object = object && !region.shared && Arc::strong_count(page) > 1;
        Some(Resident { page, perms: region.perms, shared: region.shared, of_object })
    }

    /// Makes `len` bytes at `addr` ready for `access` as the access itself would: pages are faulted
    /// in, for writes copied where others share them, and known as written from now on.
    ///
    /// # Errors
    /// The fault that the access takes.
    pub fn probe(&mut self, addr: u64, len: u64, access: Access) -> Result<(), Fault> {
        let pages = chunks(addr, len as usize).map(|(at, _)| at);
        if access != Access::Write {
            for at in pages {
                self.page_for_read(at, access)?;
            }
            return Ok(());
        }
        // In the order in which a store looks at its pages.
        for at in pages.skip(1).chain([addr]) {
            self.page_for_write(at)?;
        }
        Ok(())
    }

    /// The pages written since the last call, as sorted page numbers.
    pub fn take_dirty(&mut self) -> Vec<u64> {
        self.tlb.flush_writes();
        let mut dirty: Vec<u64> = self.dirty.drain().collect();
        dirty.sort_unstable();
        dirty
    }

    /// A hash of regions and contents that does not depend on which zero pages were touched.
    #[must_use]
    pub fn hash(&self) -> u64 {
        let mut hasher = rustc_hash::FxHasher::default();
        for r in self.regions.values() {
            hasher.write_u64(r.start);
            hasher.write_u64(r.end);
            hasher.write(r.perms.to_string().as_bytes());
        }
        let mut vpns: Vec<u64> = self.pages.keys().copied().collect();
        vpns.sort_unstable();
        for vpn in vpns {
            let bytes = self.pages[&vpn].bytes();
            if bytes.iter().any(|b| *b != 0) {
                hasher.write_u64(vpn);
                hasher.write(bytes);
            }
        }
        hasher.finish()
    }

    /// Tells memory that code was translated from the page of `addr`, and returns the page's
    /// identity. From now on a write to it changes [`version`](Self::version) and the identity.
    ///
    /// # Errors
    /// The fault that a fetch from `addr` takes.
    pub fn mark_code(&mut self, addr: u64) -> Result<u64, Fault> {
        let id = self.page_for_read(addr, Access::Execute)?.mark_code();
        // A shared page may be mapped for writing elsewhere in this space.
        if self.region(addr).is_some_and(|r| r.shared) {
            self.tlb.flush_writes();
        }
        self.tlb.flush_page(addr);
        Ok(id)
    }

    /// The identity of the executable page at `addr`, and the page's bytes from `addr` on.
    ///
    /// # Errors
    /// The fault that a fetch from `addr` takes.
    pub fn code(&mut self, addr: u64) -> Result<(u64, &[u8]), Fault> {
        let page = self.page_for_read(addr, Access::Execute)?;
        Ok((page.id(), &page.bytes()[(addr % PAGE) as usize..]))
    }

    /// Writes regardless of permissions: for loaders and debuggers.
    ///
    /// # Errors
    /// A fault where nothing is mapped or memory runs out.
    pub fn poke(&mut self, addr: u64, data: &[u8]) -> Result<(), Fault> {
        let mut at = addr;
        let mut rest = data;
        while !rest.is_empty() {
            let offset = (at % PAGE) as usize;
            let n = rest.len().min(PAGE_SIZE - offset);
            let shared = self.region_for(at, Perms::NONE, Access::Write)?.shared;
            self.own_page(at, shared)?.write_in_place(offset, &rest[..n]);
            at += n as u64;
            rest = &rest[n..];
        }
        self.changed(addr, at);
        Ok(())
    }

    /// The page at `addr`, faulted in and checked for `access` (read or execute).
    pub(crate) fn page_for_read(&mut self, addr: u64, access: Access) -> Result<&Page, Fault> {
        let want = if access == Access::Execute { Perms::X } else { Perms::R };
        self.region_for(addr, want, access)?;
        self.fault_in(addr, access)?;
        let page = &self.pages[&(addr / PAGE)];
        if access == Access::Read {
            self.tlb.fill_read(addr, page);
        }
        Ok(page)
    }

    /// The page at `addr`, faulted in, owned or shared on purpose, for writing in place.
    pub(crate) fn page_for_write(&mut self, addr: u64) -> Result<&Page, Fault> {
        let shared = self.region_for(addr, Perms::W, Access::Write)?.shared;
        let page = self.own_page(addr, shared)?;
        // A later write to a page that holds code must come here again, to be seen.
        let (page, code) = (page.clone(), page.is_code());
        if code {
            page.renew();
            self.version = fresh_version();
        }
        self.tlb.fill_write(addr, &page);
        Ok(&self.pages[&(addr / PAGE)])
    }

    fn own_page(&mut self, addr: u64, shared: bool) -> Result<&PageRef, Fault> {
        self.fault_in(addr, Access::Write)?;
        let vpn = addr / PAGE;
        self.dirty.insert(vpn);
        let page = &self.pages[&vpn];
        if !shared && Arc::strong_count(page) > 1 {
            let copy = page.copy(self.budget.as_ref()).ok_or(Fault {
                addr,
                access: Access::Write,
                kind: FaultKind::OutOfMemory,
            })?;
            if page.is_code() {
                self.version = fresh_version();
            }
            self.tlb.flush_page(addr);
            self.pages.insert(vpn, copy);
        }
        Ok(&self.pages[&vpn])
    }

    fn region_for(&self, addr: u64, want: Perms, access: Access) -> Result<&Region, Fault> {
        let fault = |kind| Fault { addr, access, kind };
        let region = self.region(addr).ok_or(fault(FaultKind::Unmapped))?;
        if !region.perms.allows(want) {
            return Err(fault(FaultKind::Permission));
        }
        Ok(region)
    }

    fn fault_in(&mut self, addr: u64, access: Access) -> Result<(), Fault> {
        let vpn = addr / PAGE;
        if self.pages.contains_key(&vpn) {
            return Ok(());
        }
        let fault = |kind| Fault { addr, access, kind };
        let region = self.region(addr).ok_or(fault(FaultKind::Unmapped))?;
        let page = match &region.backing {
            Backing::Anonymous => {
                Page::zeroed(self.budget.as_ref()).ok_or(fault(FaultKind::OutOfMemory))?
            }
            Backing::Object { source, first } => {
                source.page(first + (vpn - region.start / PAGE)).ok_or(fault(FaultKind::PastEnd))?
            }
        };
        self.pages.insert(vpn, page);
        Ok(())
    }

    fn remove(&mut self, start: u64, end: u64) {
        self.changed(start, end);
        self.split_at(start);
        self.split_at(end);
        let keys: Vec<u64> = self.regions.range(start..end).map(|(k, _)| *k).collect();
        for key in &keys {
            self.regions.remove(key);
        }
        if !keys.is_empty() {
            self.drop_pages(start, end);
        }
    }

    fn drop_pages(&mut self, start: u64, end: u64) {
        let (first, last) = (start / PAGE, end / PAGE);
        self.tlb.flush();
        if last - first > self.pages.len() as u64 {
            self.pages.retain(|vpn, _| !(first..last).contains(vpn));
        } else {
            for vpn in first..last {
                self.pages.remove(&vpn);
            }
        }
        // Nobody looks for dirty pages in a hole this large one by one.
        if last - first < 1 << 16 {
            self.dirty.extend(first..last);
        }
    }

    /// The mappings of a range change: cached translations of it are void, code included.
    fn changed(&mut self, start: u64, end: u64) {
        self.tlb.flush();
        self.remapped.push(start / PAGE..end.div_ceil(PAGE));
        if self.remapped.len() > MAX_REMAPPED {
            let low = self.remapped.iter().map(|r| r.start).min().unwrap_or(0);
            let high = self.remapped.iter().map(|r| r.end).max().unwrap_or(u64::MAX);
            self.remapped = std::iter::once(low..high).collect();
        }
        let code = |r: &Region| r.perms.allows(Perms::X);
        if self.region(start).is_some_and(code)
            || self.regions.range(start..end).any(|(_, r)| code(r))
        {
            self.version = fresh_version();
        }
    }

    /// Makes `addr` a region boundary.
    fn split_at(&mut self, addr: u64) {
        let Some(region) = self.region(addr) else { return };
        if region.start == addr {
            return;
        }
        let (low, high) = (region.slice(region.start, addr), region.slice(addr, region.end));
        self.regions.insert(low.start, low);
        self.regions.insert(high.start, high);
    }

    /// Joins the regions that meet at `addr` and at the end of the region there, where they can be
    /// one, so that growing heaps do not pile up regions.
    fn join_around(&mut self, addr: u64) {
        let mut bounds = vec![addr];
        bounds.extend(self.region(addr).map(|r| r.end));
        for bound in bounds {
            let Some(next) = self.regions.get(&bound) else { continue };
            let Some((_, prev)) = self.regions.range(..bound).next_back() else { continue };
            if prev.joins(next) {
                let joined = Region { end: next.end, ..prev.clone() };
                self.regions.remove(&bound);
                self.regions.insert(joined.start, joined);
            }
        }
    }
}

fn region_at(regions: &BTreeMap<u64, Region>, addr: u64) -> Option<&Region> {
    let (_, region) = regions.range(..=addr).next_back()?;
    (addr < region.end).then_some(region)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn space() -> AddressSpace {
        let mut s = AddressSpace::new(None);
        s.map_anonymous(0x1000, 0x3000, Perms::RW, "").unwrap();
        s
    }

    #[test]
    fn crossing_store_and_load() {
        let mut s = space();
        s.store(0x1ffd, 0x1122_3344_5566_7788_u64).unwrap();
        assert_eq!(s.load::<u64>(0x1ffd).unwrap(), 0x1122_3344_5566_7788);
        assert_eq!(s.load::<u16>(0x1fff).unwrap(), 0x5566);
        assert_eq!(s.load::<u128>(0x1ffd).unwrap(), 0x1122_3344_5566_7788);
    }

    #[test]
    fn faulting_store_writes_nothing() {
        let mut s = space();
        let fault = s.store(0x3ffe, u32::MAX).unwrap_err();
        assert_eq!((fault.addr, fault.kind), (0x4000, FaultKind::Unmapped));
        assert_eq!(s.load::<u16>(0x3ffe).unwrap(), 0);
    }

    #[test]
    fn permissions() {
        let mut s = space();
        s.store(0x2000, 7_u8).unwrap();
        s.protect(0x2000, 0x1000, Perms::R).unwrap();
        assert_eq!(s.load::<u8>(0x2000).unwrap(), 7);
        assert_eq!(s.store(0x2000, 8_u8).unwrap_err().kind, FaultKind::Permission);
        assert_eq!(s.fetch(0x2000).unwrap_err().kind, FaultKind::Permission);
        s.store(0x1000, 1_u8).unwrap();
        assert_eq!(s.regions().count(), 3);
        s.protect(0x2000, 0x1000, Perms::RW).unwrap();
        assert_eq!(s.regions().count(), 1);
    }

    #[test]
    fn fork_copies_on_write() {
        let mut a = space();
        a.store(0x1000, 1_u32).unwrap();
        let mut b = a.fork();
        a.store(0x1000, 2_u32).unwrap();
        b.store(0x1004, 3_u32).unwrap();
        assert_eq!(a.load::<u64>(0x1000).unwrap(), 2);
        assert_eq!(b.load::<u64>(0x1000).unwrap(), 1 | 3 << 32);
    }

    #[test]
    fn shared_memory_stays_shared() {
        let mut a = AddressSpace::new(None);
        let source: Arc<dyn crate::PageSource> = crate::SharedMemory::new(None);
        let backing = Backing::Object { source, first: 0 };
        let (start, end, perms) = (0x1000, 0x2000, Perms::RW);
        a.map(Region { start, end, perms, shared: true, backing, name: "".into() }).unwrap();
        let mut b = a.fork();
        a.store(0x1000, 5_u8).unwrap();
        assert_eq!(b.load::<u8>(0x1000).unwrap(), 5);
    }

    #[test]
    fn snapshot_restores_everything() {
        let mut s = space();
        s.store(0x1000, 1_u32).unwrap();
        let hash = s.hash();
        let snapshot = s.snapshot();
        s.store(0x1000, 2_u32).unwrap();
        s.unmap(0x2000, 0x1000).unwrap();
        assert_ne!(s.hash(), hash);
        s.restore(&snapshot);
        assert_eq!(s.hash(), hash);
        assert_eq!(s.load::<u32>(0x1000).unwrap(), 1);
    }

    #[test]
    fn dirty_pages() {
        let mut s = space();
        s.store(0x1fff, 1_u16).unwrap();
        assert_eq!(s.take_dirty(), [1, 2]);
        assert!(s.take_dirty().is_empty());
        s.store(0x1000, 1_u8).unwrap();
        assert_eq!(s.take_dirty(), [1]);
    }

    #[test]
    fn changes_are_reported_once() {
        let mut s = space();
        let _ = s.take_changes();
        s.probe(0x1fff, 2, Access::Write).unwrap();
        assert_eq!(s.probe(0x3fff, 2, Access::Read).unwrap_err().addr, 0x4000);
        s.protect(0x2000, 0x1000, Perms::R).unwrap();
        let child = s.fork();
        assert_ne!(child.id(), s.id());
        let changes = s.take_changes();
        assert_eq!(changes.written, [1, 2]);
        assert!(changes.remapped.contains(&(2..3)) && changes.revoked);
        assert_eq!(s.take_changes(), Changes::default());
        assert!(s.resident(2).is_some_and(|r| r.perms == Perms::R && !r.shared));
        assert!(s.resident(9).is_none());
    }

    #[test]
    fn writes_to_code_change_version_and_identity() {
        let mut s = AddressSpace::new(None);
        s.map_anonymous(0x1000, 0x1000, Perms::RWX, "").unwrap();
        s.store(0x1000, 0xd503_201f_u32).unwrap();
        let id = s.mark_code(0x1000).unwrap();
        let version = s.version();
        s.store(0x1004, 1_u32).unwrap();
        assert_ne!(s.version(), version);
        assert_ne!(s.code(0x1000).unwrap().0, id);
    }

    #[test]
    fn memory_limit() {
        let budget = PageBudget::new(2);
        let mut s = AddressSpace::new(Some(budget.clone()));
        s.map_anonymous(0x1000, 0x3000, Perms::RW, "").unwrap();
        s.store(0x1000, 1_u8).unwrap();
        s.store(0x2000, 1_u8).unwrap();
        assert_eq!(s.store(0x3000, 1_u8).unwrap_err().kind, FaultKind::OutOfMemory);
        s.unmap(0x1000, 0x1000).unwrap();
        s.store(0x3000, 1_u8).unwrap();
        assert_eq!((budget.used(), budget.peak()), (2, 2));
    }

    /// A guest may reserve and release nearly all of its space at once.
    #[test]
    fn huge_reservations_cost_nothing() {
        let mut s = AddressSpace::new(None);
        for _ in 0..100 {
            s.map_anonymous(1 << 40, 1 << 45, Perms::NONE, "").unwrap();
            s.relocate(1 << 40, 1 << 46, 1 << 45).unwrap();
            s.unmap(1 << 46, 1 << 45).unwrap();
        }
        assert_eq!(s.regions().count(), 0);
    }

    #[test]
    fn gaps_and_relocation() {
        let mut s = space();
        assert_eq!(s.find_gap(0, 0x8000, 0x1000).unwrap(), 0x7000);
        assert_eq!(s.find_gap(0, 0x4000, 0x1000).unwrap(), 0);
        assert_eq!(s.find_gap(0x1000, 0x4000, 0x1000), Err(MapError::NoSpace));
        s.store(0x2000, 9_u8).unwrap();
        s.relocate(0x2000, 0x9000, 0x1000).unwrap();
        assert_eq!(s.load::<u8>(0x9000).unwrap(), 9);
        assert_eq!(s.load::<u8>(0x2000).unwrap_err().kind, FaultKind::Unmapped);
    }
}
