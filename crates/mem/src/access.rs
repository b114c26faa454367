//! Loads, stores and fetches: a TLB of host pointers in front of the page table.

#![allow(unsafe_code)]
// Why the `unsafe` here is sound. A TLB entry with tag `t` holds the host address of the page that
// `t` maps to, and exists only while that page is in this space's page table, which keeps it alive:
// everything that removes, replaces or newly shares a page flushes the entries first (`flush`,
// `flush_page`). The tag is compared with the page of the access's *last* byte, in the entry that
// belongs to the *first* byte's page: neighbouring pages never share an entry, so a hit proves that
// both bytes lie in the tagged page. Write entries exist only for pages that may be written in
// place (see `page.rs`).

use crate::page::{PAGE_SIZE, Page};
use crate::space::AddressSpace;
use crate::{Access, Fault};

const ENTRIES: usize = 512;
const OFFSET_MASK: u64 = PAGE_SIZE as u64 - 1;
/// A tag no access can have: it is not page-aligned.
const EMPTY: u64 = 1;

#[derive(Clone, Copy)]
struct Entry {
    tag: u64,
    host: *mut u8,
}

const NONE: Entry = Entry { tag: EMPTY, host: std::ptr::null_mut() };

/// Direct-mapped translations, one array an access kind.
pub(crate) struct Tlb {
    read: Box<[Entry; ENTRIES]>,
    write: Box<[Entry; ENTRIES]>,
}

// SAFETY: the pointers lead to pages that the owning `AddressSpace` keeps alive and moves with it.
unsafe impl Send for Tlb {}

impl std::fmt::Debug for Tlb {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Tlb")
    }
}

fn index(addr: u64) -> usize {
    (addr >> 12) as usize % ENTRIES
}

impl Tlb {
    pub(crate) fn new() -> Self {
        Self { read: Box::new([NONE; ENTRIES]), write: Box::new([NONE; ENTRIES]) }
    }

    pub(crate) fn flush(&mut self) {
        self.read.fill(NONE);
        self.write.fill(NONE);
    }

    pub(crate) fn flush_writes(&mut self) {
        self.write.fill(NONE);
    }

    pub(crate) fn flush_page(&mut self, addr: u64) {
        self.read[index(addr)] = NONE;
        self.write[index(addr)] = NONE;
    }

    pub(crate) fn fill_read(&mut self, addr: u64, page: &Page) {
        self.read[index(addr)] = Entry { tag: addr & !OFFSET_MASK, host: page.host() };
    }

    pub(crate) fn fill_write(&mut self, addr: u64, page: &Page) {
        self.write[index(addr)] = Entry { tag: addr & !OFFSET_MASK, host: page.host() };
    }
}

mod sealed {
    pub trait Sealed {}
}

/// An integer that memory can hold, little-endian.
pub trait Primitive: Copy + sealed::Sealed {
    /// Bytes.
    const SIZE: usize;
    /// From the low bytes of `bytes`.
    fn from_bytes(bytes: [u8; 16]) -> Self;
    /// Into the low bytes of the result.
    fn to_bytes(self) -> [u8; 16];
}

macro_rules! primitive {
    ($($t:ty),*) => {$(
        impl sealed::Sealed for $t {}
        impl Primitive for $t {
            const SIZE: usize = size_of::<$t>();
            fn from_bytes(bytes: [u8; 16]) -> Self {
                u128::from_le_bytes(bytes) as $t
            }
            fn to_bytes(self) -> [u8; 16] {
                u128::from(self).to_le_bytes()
            }
        }
    )*};
}
primitive!(u8, u16, u32, u64, u128);

impl AddressSpace {
    /// Loads a little-endian integer; any alignment, page crossings included.
    ///
    /// # Errors
    /// The fault of the first byte that cannot be read.
    #[inline(always)]
    pub fn load<T: Primitive>(&mut self, addr: u64) -> Result<T, Fault> {
        let entry = &self.tlb.read[index(addr)];
        if addr.wrapping_add(T::SIZE as u64 - 1) & !OFFSET_MASK == entry.tag {
            // SAFETY: a hit; all bytes lie in the live page (module comment).
            let value = unsafe {
                let host = entry.host.add((addr & OFFSET_MASK) as usize);
                host.cast::<T>().read_unaligned()
            };
            return Ok(le(value));
        }
        self.load_slow(addr)
    }

    /// Stores a little-endian integer; any alignment. On a fault nothing is written.
    ///
    /// # Errors
    /// The fault of the first byte that cannot be written.
    #[inline(always)]
    pub fn store<T: Primitive>(&mut self, addr: u64, value: T) -> Result<(), Fault> {
        let entry = &self.tlb.write[index(addr)];
        if addr.wrapping_add(T::SIZE as u64 - 1) & !OFFSET_MASK == entry.tag {
            // SAFETY: as in `load`, and the page may be written in place.
            unsafe {
                let host = entry.host.add((addr & OFFSET_MASK) as usize);
                host.cast::<T>().write_unaligned(le(value));
            }
            return Ok(());
        }
        self.store_slow(addr, value)
    }

    /// Loads a little-endian integer of `1 << log2` bytes (`log2` from 0 to 4), zero-extended.
    ///
    /// # Errors
    /// As [`load`](Self::load).
    pub fn load_sized(&mut self, log2: u8, addr: u64) -> Result<u128, Fault> {
        match log2 {
            0 => self.load::<u8>(addr).map(u128::from),
            1 => self.load::<u16>(addr).map(u128::from),
            2 => self.load::<u32>(addr).map(u128::from),
            3 => self.load::<u64>(addr).map(u128::from),
            _ => self.load::<u128>(addr),
        }
    }

    #[cold]
    #[inline(never)]
    fn load_slow<T: Primitive>(&mut self, addr: u64) -> Result<T, Fault> {
        let mut bytes = [0; 16];
        self.read(addr, &mut bytes[..T::SIZE])?;
        Ok(T::from_bytes(bytes))
    }

    #[cold]
    #[inline(never)]
    fn store_slow<T: Primitive>(&mut self, addr: u64, value: T) -> Result<(), Fault> {
        self.write(addr, &value.to_bytes()[..T::SIZE])
    }

    /// Reads guest memory as the guest would.
    ///
    /// # Errors
    /// The fault of the first byte that cannot be read; `out` is then partly filled.
    pub fn read(&mut self, addr: u64, out: &mut [u8]) -> Result<(), Fault> {
        self.copy_out(addr, out, Access::Read)
    }

    /// Writes guest memory as the guest would; all of it, or on a fault nothing.
    ///
    /// # Errors
    /// The fault of the first byte that cannot be written.
    pub fn write(&mut self, addr: u64, data: &[u8]) -> Result<(), Fault> {
        let addr = untagged(addr);
        for (at, _) in chunks(addr, data.len()).skip(1) {
            self.page_for_write(at)?;
        }
        let mut done = 0;
        for (at, n) in chunks(addr, data.len()) {
            let page = self.page_for_write(at)?;
            page.write_in_place((at & OFFSET_MASK) as usize, &data[done..done + n]);
            done += n;
        }
        Ok(())
    }

    /// Fetches the instruction word at `addr` and the [`Page::id`] of its page.
    ///
    /// # Errors
    /// A fault when `addr` is not executable or not a multiple of 4.
    pub fn fetch(&mut self, addr: u64) -> Result<u32, Fault> {
        if addr & 3 != 0 {
            let kind = crate::FaultKind::Alignment;
            return Err(Fault { addr, access: Access::Execute, kind });
        }
        let mut bytes = [0; 4];
        self.copy_out(addr, &mut bytes, Access::Execute)?;
        Ok(u32::from_le_bytes(bytes))
    }

    fn copy_out(&mut self, addr: u64, out: &mut [u8], access: Access) -> Result<(), Fault> {
        let addr = if access == Access::Execute { addr } else { untagged(addr) };
        let mut done = 0;
        for (at, n) in chunks(addr, out.len()) {
            let page = self.page_for_read(at, access)?;
            let offset = (at & OFFSET_MASK) as usize;
            out[done..done + n].copy_from_slice(&page.bytes()[offset..offset + n]);
            done += n;
        }
        Ok(())
    }
}

/// Values pass between guest and host order here.
#[inline(always)]
fn le<T: Primitive>(value: T) -> T {
    if cfg!(target_endian = "little") {
        return value;
    }
    let mut bytes = value.to_bytes();
    bytes[..T::SIZE].reverse();
    T::from_bytes(bytes)
}

/// Linux lets user programs keep a tag in the top byte of data addresses (TBI).
fn untagged(addr: u64) -> u64 {
    addr & (u64::MAX >> 8)
}

/// The pieces of `addr..addr + len` that each lie in one page: (address, bytes).
pub(crate) fn chunks(addr: u64, len: usize) -> impl Iterator<Item = (u64, usize)> {
    let mut at = addr;
    let mut left = len;
    std::iter::from_fn(move || {
        if left == 0 {
            return None;
        }
        let n = left.min(PAGE_SIZE - (at & OFFSET_MASK) as usize);
        let piece = (at, n);
        at = at.wrapping_add(n as u64);
        left -= n;
        Some(piece)
    })
}
