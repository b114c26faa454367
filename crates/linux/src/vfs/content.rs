//! What a regular file holds: sparse 4 KiB pages, shared copy-on-write with memory mappings.

use super::host::{HostFile, HostTree};
use crate::errno::Errno;
use ncpu_mem::{PAGE_SIZE, Page, PageBudget, PageRef, PageSource};
use rustc_hash::FxHashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

const PAGE: u64 = PAGE_SIZE as u64;
/// Largest file (`MAX_LFS_FILESIZE` on 64-bit Linux).
pub(crate) const MAX_SIZE: u64 = i64::MAX as u64;
/// Host files are read this many bytes at a time.
const READ_AHEAD: u64 = 32 * PAGE;

/// Where bytes that no page holds come from.
#[derive(Debug)]
enum Lower {
    /// Zeroes.
    None,
    /// A host file below a copy-on-write layer; only its first `len` bytes count.
    CopyOnWrite { tree: Arc<HostTree>, path: Vec<u8>, len: u64 },
    /// A host file that reads and writes go through to.
    Through(Arc<HostFile>),
}

#[derive(Debug)]
struct Inner {
    size: u64,
    pages: FxHashMap<u64, PageRef>,
    lower: Lower,
    changed: bool,
    /// The pages are those of other machines too: they are copied before any is written.
    shared: bool,
}

/// The bytes of a regular file.
#[derive(Debug)]
pub(crate) struct Content {
    inner: Mutex<Inner>,
    budget: Option<Arc<PageBudget>>,
}

impl Content {
    /// An empty file whose pages are charged to `budget`.
    pub(crate) fn empty(budget: Option<Arc<PageBudget>>) -> Arc<Self> {
        Self::with(0, Lower::None, budget)
    }

    /// A file that starts as the host file at `path` and never changes it.
    pub(crate) fn copy_on_write(
        tree: Arc<HostTree>,
        path: Vec<u8>,
        len: u64,
        budget: Option<Arc<PageBudget>>,
    ) -> Arc<Self> {
        Self::with(len, Lower::CopyOnWrite { tree, path, len }, budget)
    }

    /// A file that starts with pages that other machines have too.
    pub(crate) fn shared(
        pages: &[PageRef],
        size: u64,
        budget: Option<Arc<PageBudget>>,
    ) -> Arc<Self> {
        let pages = pages.iter().enumerate().map(|(n, page)| (n as u64, page.clone())).collect();
        let inner = Inner { size, pages, lower: Lower::None, changed: false, shared: true };
        Arc::new(Self { inner: Mutex::new(inner), budget })
    }

    /// Makes the pages this machine's alone, for those who will write them.
    pub(crate) fn unshare(&self) {
        self.lock().unshare();
    }

    /// A live host file.
    pub(crate) fn through(file: Arc<HostFile>) -> Arc<Self> {
        Self::with(0, Lower::Through(file), None)
    }

    fn with(size: u64, lower: Lower, budget: Option<Arc<PageBudget>>) -> Arc<Self> {
        let inner =
            Inner { size, pages: FxHashMap::default(), lower, changed: false, shared: false };
        Arc::new(Self { inner: Mutex::new(inner), budget })
    }

    /// Files leave an eighth of the memory to processes, so that a full file system is an error
    /// and not the end of whoever runs next.
    fn is_full(&self) -> bool {
        self.budget.as_ref().is_some_and(|b| b.used() >= b.limit() - b.limit() / 8)
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Length in bytes.
    pub(crate) fn size(&self) -> u64 {
        self.lock().size()
    }

    /// Whether bytes were written since the file was loaded.
    pub(crate) fn changed(&self) -> bool {
        self.lock().changed
    }

    /// 512-byte blocks that are really held.
    pub(crate) fn blocks(&self) -> u64 {
        let inner = self.lock();
        match inner.lower {
            Lower::None => inner.pages.len() as u64 * (PAGE / 512),
            _ => inner.size().div_ceil(PAGE) * (PAGE / 512),
        }
    }

    /// Reads at `offset`; returns how many bytes were there.
    pub(crate) fn read_at(&self, offset: u64, buf: &mut [u8]) -> Result<usize, Errno> {
        let mut inner = self.lock();
        let left = inner.size().saturating_sub(offset).min(buf.len() as u64) as usize;
        let mut done = 0;
        while done < left {
            let at = offset + done as u64;
            let start = (at % PAGE) as usize;
            let n = (PAGE_SIZE - start).min(left - done);
            let out = &mut buf[done..done + n];
            match inner.existing(at / PAGE)? {
                Some(page) => out.copy_from_slice(&page.bytes()[start..start + n]),
                None => inner.read_lower(at, out)?,
            }
            done += n;
        }
        Ok(left)
    }

    /// Writes at `offset`; returns how many bytes were written (fewer when memory runs out).
    pub(crate) fn write_at(&self, offset: u64, data: &[u8]) -> Result<usize, Errno> {
        if data.is_empty() {
            return Ok(0);
        }
        let end = offset.checked_add(data.len() as u64).filter(|e| *e <= MAX_SIZE);
        let end = end.ok_or(Errno::EFBIG)?;
        let mut inner = self.lock();
        if let Lower::Through(file) = &inner.lower {
            let n = file.write_at(offset, data)?;
            inner.update_cached(offset, &data[..n]);
            return Ok(n);
        }
        inner.changed = true;
        inner.unshare();
        let mut done = 0;
        while done < data.len() {
            let at = offset + done as u64;
            let start = (at % PAGE) as usize;
            let n = (PAGE_SIZE - start).min(data.len() - done);
            if !inner.pages.contains_key(&(at / PAGE)) && self.is_full() {
                break;
            }
            let Some(page) = inner.page(at / PAGE, self.budget.as_ref())? else {
                break;
            };
            page.write_in_place(start, &data[done..done + n]);
            done += n;
        }
        if done == 0 {
            return Err(Errno::ENOSPC);
        }
        inner.size = inner.size.max(end - (data.len() - done) as u64);
        Ok(done)
    }

    /// Sets the length; new bytes read as zero.
    pub(crate) fn truncate(&self, size: u64) -> Result<(), Errno> {
        if size > MAX_SIZE {
            return Err(Errno::EFBIG);
        }
        let mut inner = self.lock();
        inner.changed = true;
        inner.unshare();
        if size < inner.size() {
            inner.cut(size)?;
        }
        if let Lower::Through(file) = &inner.lower {
            file.truncate(size)?;
        }
        inner.size = size;
        Ok(())
    }

    /// Makes `offset..offset + len` read as zero without changing the length.
    pub(crate) fn punch(&self, offset: u64, len: u64) -> Result<(), Errno> {
        let end = offset.saturating_add(len).min(self.size());
        let zeroes = [0; PAGE_SIZE];
        let mut at = offset;
        while at < end {
            let n = (PAGE - at % PAGE).min(end - at);
            self.write_at(at, &zeroes[..n as usize])?;
            at += n;
        }
        Ok(())
    }

    /// Takes every byte over from the lower file.
    pub(crate) fn load_all(&self) -> Result<(), Errno> {
        let mut inner = self.lock();
        if let Lower::CopyOnWrite { len, .. } = inner.lower {
            for index in 0..len.div_ceil(PAGE) {
                inner.existing(index)?;
            }
        }
        Ok(())
    }

    /// Writes pages that were mapped shared through to the host file.
    pub(crate) fn flush(&self) -> Result<(), Errno> {
        let inner = self.lock();
        let Lower::Through(file) = &inner.lower else { return Ok(()) };
        let size = file.size();
        for (index, page) in &inner.pages {
            let at = index * PAGE;
            let n = size.saturating_sub(at).min(PAGE) as usize;
            let mut now = [0; PAGE_SIZE];
            let have = file.read_at(at, &mut now[..n])?;
            if now[..have] != page.bytes()[..n] {
                file.write_at(at, &page.bytes()[..n])?;
            }
        }
        Ok(())
    }

    /// First offset at or after `offset` that holds data (or a hole): `SEEK_DATA`, `SEEK_HOLE`.
    pub(crate) fn seek_data(&self, offset: u64, data: bool) -> Option<u64> {
        let inner = self.lock();
        let size = inner.size();
        if offset >= size {
            return None;
        }
        let lower_len = match &inner.lower {
            Lower::None => 0,
            Lower::CopyOnWrite { len, .. } => *len,
            Lower::Through(_) => size,
        };
        let held = |at: u64| at < lower_len || inner.pages.contains_key(&(at / PAGE));
        if held(offset) == data {
            return Some(offset);
        }
        if data {
            let next = inner.pages.keys().map(|i| i * PAGE).filter(|a| *a > offset).min();
            return next.filter(|a| *a < size);
        }
        let mut at = offset.max(lower_len.next_multiple_of(PAGE));
        while at < size && inner.pages.contains_key(&(at / PAGE)) {
            at = (at / PAGE + 1) * PAGE;
        }
        Some(at.min(size))
    }
}

impl PageSource for Content {
    fn page(&self, index: u64) -> Option<PageRef> {
        let mut inner = self.lock();
        if index.checked_mul(PAGE)? >= inner.size() {
            return None;
        }
        inner.page(index, self.budget.as_ref()).ok().flatten()
    }
}

impl Inner {
    fn unshare(&mut self) {
        if std::mem::take(&mut self.shared) {
            for page in self.pages.values_mut() {
                *page = Page::from_bytes(page.bytes());
            }
        }
    }

    fn size(&self) -> u64 {
        match &self.lower {
            Lower::Through(file) => file.size(),
            _ => self.size,
        }
    }

    /// The page at `index` if one is held or the lower file has bytes there worth keeping.
    fn existing(&mut self, index: u64) -> Result<Option<PageRef>, Errno> {
        if let Some(page) = self.pages.get(&index) {
            return Ok(Some(page.clone()));
        }
        match &self.lower {
            Lower::CopyOnWrite { len, .. } if index * PAGE < *len => {
                self.load_around(index)?;
                Ok(self.pages.get(&index).cloned())
            }
            _ => Ok(None),
        }
    }

    /// The page at `index`, made if it is not there; `None` when memory has run out.
    fn page(
        &mut self,
        index: u64,
        budget: Option<&Arc<PageBudget>>,
    ) -> Result<Option<PageRef>, Errno> {
        if let Some(page) = self.existing(index)? {
            return Ok(Some(page));
        }
        let page = match &self.lower {
            Lower::Through(file) => {
                let mut bytes = [0; PAGE_SIZE];
                let n = file.read_at(index * PAGE, &mut bytes)?;
                Some(Page::from_bytes(&bytes[..n]))
            }
            _ => Page::zeroed(budget),
        };
        if let Some(page) = &page {
            self.pages.insert(index, page.clone());
        }
        Ok(page)
    }

    /// Reads the pages around `index` from the lower file.
    fn load_around(&mut self, index: u64) -> Result<(), Errno> {
        let Lower::CopyOnWrite { tree, path, len } = &self.lower else { return Ok(()) };
        let start = index * PAGE / READ_AHEAD * READ_AHEAD;
        let want = (*len - start).min(READ_AHEAD) as usize;
        let mut bytes = vec![0; want];
        tree.read_file(path, start, &mut bytes)?;
        for (i, piece) in bytes.chunks(PAGE_SIZE).enumerate() {
            let at = start / PAGE + i as u64;
            self.pages.entry(at).or_insert_with(|| Page::from_bytes(piece));
        }
        Ok(())
    }

    fn read_lower(&self, at: u64, out: &mut [u8]) -> Result<(), Errno> {
        out.fill(0);
        if let Lower::Through(file) = &self.lower {
            file.read_at(at, out)?;
        }
        Ok(())
    }

    fn update_cached(&self, offset: u64, data: &[u8]) {
        let mut done = 0;
        while done < data.len() {
            let at = offset + done as u64;
            let start = (at % PAGE) as usize;
            let n = (PAGE_SIZE - start).min(data.len() - done);
            if let Some(page) = self.pages.get(&(at / PAGE)) {
                page.write_in_place(start, &data[done..done + n]);
            }
            done += n;
        }
    }

    /// Drops everything from `size` on; the rest of its last page becomes zero.
    fn cut(&mut self, size: u64) -> Result<(), Errno> {
        let start = (size % PAGE) as usize;
        if start != 0
            && let Some(page) = self.existing(size / PAGE)?
        {
            page.write_in_place(start, &[0; PAGE_SIZE][start..]);
        }
        let keep = size.div_ceil(PAGE);
        self.pages.retain(|i, _| *i < keep);
        if let Lower::CopyOnWrite { len, .. } = &mut self.lower {
            *len = (*len).min(size);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sparse_writes_and_truncation() {
        let c = Content::empty(None);
        c.write_at(5000, b"abc").unwrap();
        assert_eq!(c.size(), 5003);
        let mut buf = [9; 8];
        assert_eq!(c.read_at(4998, &mut buf).unwrap(), 5);
        assert_eq!(&buf[..5], b"\0\0abc");
        c.truncate(5001).unwrap();
        c.truncate(6000).unwrap();
        assert_eq!(c.read_at(5000, &mut buf).unwrap(), 8);
        assert_eq!(&buf, b"a\0\0\0\0\0\0\0");
        assert_eq!(c.seek_data(0, true), Some(4096));
        assert_eq!(c.seek_data(4096, false), Some(6000));
        assert_eq!(c.write_at(u64::MAX - 1, b"abc"), Err(Errno::EFBIG));
    }

    #[test]
    fn limits_answer_enospc() {
        let c = Content::empty(Some(PageBudget::new(1)));
        assert_eq!(c.write_at(0, &[1; 8192]).unwrap(), 4096);
        assert_eq!(c.write_at(8192, b"x"), Err(Errno::ENOSPC));
    }
}
