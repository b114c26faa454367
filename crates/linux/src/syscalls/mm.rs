//! Memory: brk, mmap and what follows from them.

use crate::errno::Errno;
use crate::exec::{MMAP_MIN, MMAP_TOP};
use crate::fd::Kind;
use crate::process::RLIMIT_AS;
use crate::system::{Ret, System};
use crate::table::Args;
use crate::vfs::inode::{Body, Device};
use ncpu_mem::{ADDRESS_LIMIT, Backing, PageSource, Perms, Region, SharedMemory};
use std::sync::Arc;

const PAGE: u64 = 4096;
const MAP_SHARED: u64 = 1;
const MAP_PRIVATE: u64 = 2;
const MAP_SHARED_VALIDATE: u64 = 3;
const MAP_FIXED: u64 = 0x10;
const MAP_ANONYMOUS: u64 = 0x20;
const MAP_FIXED_NOREPLACE: u64 = 0x10_0000;
/// Regions a process may have (`vm.max_map_count`).
const MAX_REGIONS: usize = 65_530;

fn pages(len: u64) -> Result<u64, Errno> {
    len.checked_next_multiple_of(PAGE).filter(|l| *l <= ADDRESS_LIMIT).ok_or(Errno::ENOMEM)
}

impl System {
    pub(crate) fn sys_brk(&mut self, a: Args) -> Ret {
        let (start, old) = {
            let s = self.space();
            (s.brk_start, s.brk)
        };
        if a[0] < start || a[0] > MMAP_TOP {
            return Ok(old);
        }
        let (from, to) = (old.next_multiple_of(PAGE), a[0].next_multiple_of(PAGE));
        if to > from {
            // A page is left free above, so that the heap does not run into a mapping.
            let fits = self.may_map(to - from).is_ok()
                && self.may_commit(to - start, true).is_ok()
                && self.mem().is_free(from, to - from);
            if !fits || self.mem().map_anonymous(from, to - from, Perms::RW, "[heap]").is_err() {
                return Ok(old);
            }
        } else if to < from && self.mem().unmap(to, from - to).is_err() {
            return Ok(old);
        }
        self.space().brk = a[0];
        Ok(a[0])
    }

    /// May this process map `len` more bytes?
    fn may_map(&mut self, len: u64) -> Result<(), Errno> {
        let limit = self.process().rlimits[RLIMIT_AS].0;
        let mem = self.mem();
        let mapped: u64 = mem.regions().map(|r| r.end - r.start).sum();
        if mapped.saturating_add(len) > limit || mem.regions().count() >= MAX_REGIONS {
            return Err(Errno::ENOMEM);
        }
        Ok(())
    }

    /// Linux's overcommit heuristic: a single mapping larger than all memory is refused, unless
    /// nothing can be stored in it.
    fn may_commit(&self, len: u64, writable: bool) -> Result<(), Errno> {
        let limit = self.budget.limit().saturating_mul(PAGE);
        if writable && len > limit { Err(Errno::ENOMEM) } else { Ok(()) }
    }

    pub(crate) fn sys_mmap(&mut self, a: Args) -> Ret {
        let [addr, len, prot, flags, fd, offset] = a;
        if len == 0 || !offset.is_multiple_of(PAGE) {
            return Err(Errno::EINVAL.into());
        }
        let len = pages(len)?;
        let shared = match flags & 0xf {
            MAP_SHARED | MAP_SHARED_VALIDATE => true,
            MAP_PRIVATE => false,
            _ => return Err(Errno::EINVAL.into()),
        };
        offset.checked_add(len).ok_or(Errno::EOVERFLOW)?;
        self.may_map(len)?;
        self.may_commit(len, prot & 2 != 0 && flags & 0x4000 == 0)?;
        let (backing, name) = self.backing(flags, prot, fd, offset, shared)?;
        let start = self.place(addr, len, flags)?;
        let perms = Perms::from_prot(prot);
        let region = Region { start, end: start + len, perms, shared, backing, name };
        self.mem().map(region).map_err(|_| Errno::ENOMEM)?;
        Ok(start)
    }

    fn place(&mut self, addr: u64, len: u64, flags: u64) -> Result<u64, Errno> {
        if flags & (MAP_FIXED | MAP_FIXED_NOREPLACE) != 0 {
            if !addr.is_multiple_of(PAGE) {
                return Err(Errno::EINVAL);
            }
            if addr.checked_add(len).is_none_or(|e| e > ADDRESS_LIMIT) {
                return Err(Errno::ENOMEM);
            }
            if addr < MMAP_MIN {
                return Err(Errno::EPERM);
            }
            if flags & MAP_FIXED_NOREPLACE != 0 && !self.mem().is_free(addr, len) {
                return Err(Errno::EEXIST);
            }
            return Ok(addr);
        }
        let hint = addr & !(PAGE - 1);
        let fits = hint >= MMAP_MIN && hint.checked_add(len).is_some_and(|e| e <= MMAP_TOP);
        if fits && self.mem().is_free(hint, len) {
            return Ok(hint);
        }
        self.mem().find_gap(MMAP_MIN, MMAP_TOP, len).map_err(|_| Errno::ENOMEM)
    }

    fn backing(
        &mut self,
        flags: u64,
        prot: u64,
        fd: u64,
        offset: u64,
        shared: bool,
    ) -> Result<(Backing, Arc<str>), Errno> {
        if flags & MAP_ANONYMOUS != 0 {
            return Ok(self.anonymous(shared));
        }
        let file = self.usable(fd)?;
        let f = &self.files[file];
        let Kind::Inode(id) = f.kind else { return Err(Errno::ENODEV) };
        if !f.readable() || shared && prot & 2 != 0 && !f.writable() {
            return Err(Errno::EACCES);
        }
        let name: Arc<str> = String::from_utf8_lossy(&f.path).as_ref().into();
        if matches!(self.vfs.inode(id).body, Body::Char(Some(Device::Zero))) {
            return Ok(self.anonymous(shared));
        }
        let content = self.vfs.content(id).map_err(|_| Errno::ENODEV)?;
        if shared {
            content.unshare();
        }
        let source: Arc<dyn PageSource> = content;
        Ok((Backing::Object { source, first: offset / PAGE }, name))
    }

    fn anonymous(&self, shared: bool) -> (Backing, Arc<str>) {
        if !shared {
            return (Backing::Anonymous, "".into());
        }
        let source: Arc<dyn PageSource> = SharedMemory::new(Some(self.budget.clone()));
        (Backing::Object { source, first: 0 }, "/dev/zero (deleted)".into())
    }

    pub(crate) fn sys_munmap(&mut self, a: Args) -> Ret {
        if !a[0].is_multiple_of(PAGE) || a[1] == 0 {
            return Err(Errno::EINVAL.into());
        }
        let len = pages(a[1]).map_err(|_| Errno::EINVAL)?;
        self.flush_shared(a[0], len);
        self.mem().unmap(a[0], len).map_err(|_| Errno::EINVAL)?;
        Ok(0)
    }

    /// Lets writes to shared mappings of live host files through.
    fn flush_shared(&mut self, start: u64, len: u64) {
        let end = start.saturating_add(len);
        let names: Vec<Arc<str>> = self
            .mem()
            .regions()
            .filter(|r| r.shared && r.start < end && start < r.end && r.name.starts_with('/'))
            .map(|r| r.name.clone())
            .collect();
        let root = self.vfs.root;
        for name in names {
            let content = self.fs(|vfs, ctx| {
                let id = vfs.resolve(ctx, root, name.as_bytes(), true)?;
                vfs.content(id)
            });
            if let Ok(content) = content
                && content.flush().is_err()
            {
                self.unsupported(format!("write-back of the shared mapping of {name}"));
            }
        }
    }

    pub(crate) fn sys_msync(&mut self, a: Args) -> Ret {
        if !a[0].is_multiple_of(PAGE) || a[2] & !7 != 0 || a[2] & 5 == 5 {
            return Err(Errno::EINVAL.into());
        }
        let len = pages(a[1])?;
        if len > 0 && !self.mem().is_mapped(a[0], len) {
            return Err(Errno::ENOMEM.into());
        }
        self.flush_shared(a[0], len);
        Ok(0)
    }

    pub(crate) fn sys_mprotect(&mut self, a: Args) -> Ret {
        if !a[0].is_multiple_of(PAGE) || a[2] & !(7 | 0x10 | 0x20) != 0 {
            return Err(Errno::EINVAL.into());
        }
        let len = pages(a[1])?;
        if len == 0 {
            return Ok(0);
        }
        self.mem().protect(a[0], len, Perms::from_prot(a[2])).map_err(|_| Errno::ENOMEM)?;
        Ok(0)
    }

    pub(crate) fn sys_mremap(&mut self, a: Args) -> Ret {
        const MAYMOVE: u64 = 1;
        const FIXED: u64 = 2;
        let [old, old_len, new_len, flags, to, _] = a;
        if !old.is_multiple_of(PAGE)
            || flags & !(MAYMOVE | FIXED) != 0
            || flags & FIXED != 0 && flags & MAYMOVE == 0
        {
            if flags & 4 != 0 {
                self.unsupported("mremap MREMAP_DONTUNMAP");
            }
            return Err(Errno::EINVAL.into());
        }
        let (old_len, new_len) = (pages(old_len)?, pages(new_len)?);
        if new_len == 0 || old_len == 0 {
            return Err(Errno::EINVAL.into());
        }
        if !self.mem().is_mapped(old, old_len) {
            return Err(Errno::EFAULT.into());
        }
        if flags & FIXED != 0 {
            let end = to.checked_add(new_len).filter(|e| *e <= ADDRESS_LIMIT);
            let overlap = to < old + old_len && old < to.saturating_add(new_len);
            if !to.is_multiple_of(PAGE) || end.is_none() || overlap || to < MMAP_MIN {
                return Err(Errno::EINVAL.into());
            }
        }
        if new_len <= old_len {
            if new_len < old_len {
                self.mem().unmap(old + new_len, old_len - new_len).map_err(|_| Errno::EINVAL)?;
            }
            if flags & FIXED == 0 {
                return Ok(old);
            }
            self.mem().relocate(old, to, new_len).map_err(|_| Errno::ENOMEM)?;
            return Ok(to);
        }
        self.grow(old, old_len, new_len, flags, to)
    }

    fn grow(&mut self, old: u64, old_len: u64, new_len: u64, flags: u64, to: u64) -> Ret {
        let more = new_len - old_len;
        self.may_map(more)?;
        let Some(region) = self.mem().region(old + old_len - 1).cloned() else {
            return Err(Errno::EFAULT.into());
        };
        self.may_commit(new_len, region.perms.allows(Perms::W))?;
        let end = old + old_len;
        let in_place = flags & 2 == 0
            && region.end == end
            && end + more <= MMAP_TOP
            && self.mem().is_free(end, more);
        let start = if in_place {
            old
        } else if flags & 1 == 0 {
            return Err(Errno::ENOMEM.into());
        } else {
            let start = if flags & 2 != 0 {
                to
            } else {
                self.mem().find_gap(MMAP_MIN, MMAP_TOP, new_len).map_err(|_| Errno::ENOMEM)?
            };
            self.mem().unmap(start, new_len).map_err(|_| Errno::ENOMEM)?;
            self.mem().relocate(old, start, old_len).map_err(|_| Errno::ENOMEM)?;
            start
        };
        let tail = start + old_len;
        let backing = match &region.backing {
            Backing::Anonymous => Backing::Anonymous,
            Backing::Object { source, first } => Backing::Object {
                source: source.clone(),
                first: first + (end - region.start) / PAGE,
            },
        };
        let grown = Region { start: tail, end: tail + more, backing, ..region };
        self.mem().map(grown).map_err(|_| Errno::ENOMEM)?;
        Ok(start)
    }

    pub(crate) fn sys_madvise(&mut self, a: Args) -> Ret {
        if !a[0].is_multiple_of(PAGE) {
            return Err(Errno::EINVAL.into());
        }
        let len = pages(a[1]).map_err(|_| Errno::EINVAL)?;
        if len == 0 {
            return Ok(0);
        }
        if !self.mem().is_mapped(a[0], len) {
            return Err(Errno::ENOMEM.into());
        }
        match a[2] {
            // MADV_DONTNEED, MADV_FREE: the contents may go; here they go at once.
            4 | 8 => {
                self.mem().discard(a[0], len).map_err(|_| Errno::EINVAL)?;
                Ok(0)
            }
            0..=3 | 12..=17 | 20..=23 | 25 => Ok(0),
            9 => {
                self.unsupported("madvise MADV_REMOVE");
                Err(Errno::EOPNOTSUPP.into())
            }
            10 | 11 | 18 | 19 => {
                // Fork and wipe advice changes what a child sees: refused rather than ignored.
                self.unsupported(format!("madvise advice {}", a[2]));
                Err(Errno::EINVAL.into())
            }
            _ => Err(Errno::EINVAL.into()),
        }
    }

    pub(crate) fn sys_mincore(&mut self, a: Args) -> Ret {
        if !a[0].is_multiple_of(PAGE) {
            return Err(Errno::EINVAL.into());
        }
        let len = pages(a[1])?;
        if !self.mem().is_mapped(a[0], len) {
            return Err(Errno::ENOMEM.into());
        }
        for i in 0..len / PAGE {
            let resident = u8::from(self.mem().is_resident(a[0].wrapping_add(i * PAGE)));
            self.mem().store(a[2].wrapping_add(i), resident)?;
        }
        Ok(0)
    }
}
