//! Pages: 4 KiB of guest memory, reference-counted, with interior mutability.

#![allow(unsafe_code)]
// Why the `unsafe` here is sound. A page's bytes sit in an `UnsafeCell`, because the engines write
// through raw TLB pointers while `Arc`s to the page exist. Writes happen in two cases only:
// 1. The writer holds the only `Arc` (private pages): nobody else can look.
// 2. The page belongs to a shared mapping. All address spaces that share it belong to one machine,
//    a machine runs on one host thread, and `bytes`/`bytes_in_place` borrows end before guest code
//    runs again, so no reference to the bytes is alive during the write.
// Pages that cross threads (a base image shared by many machines) are reached by more than one
// `Arc` and are not in shared mappings of two machines, so case 1 copies before writing.

use std::cell::UnsafeCell;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

/// Bytes in a page.
pub const PAGE_SIZE: usize = 4096;

/// A shared reference to a page.
pub type PageRef = Arc<Page>;

/// Counts the pages that live under one limit: those of one machine.
#[derive(Debug)]
pub struct PageBudget {
    used: AtomicU64,
    peak: AtomicU64,
    limit: u64,
}

impl PageBudget {
    /// A budget of `limit` pages.
    #[must_use]
    pub fn new(limit: u64) -> Arc<Self> {
        Arc::new(Self { used: AtomicU64::new(0), peak: AtomicU64::new(0), limit })
    }

    /// Pages alive now.
    #[must_use]
    pub fn used(&self) -> u64 {
        self.used.load(Ordering::Relaxed)
    }

    /// The most pages that were ever alive at once.
    #[must_use]
    pub fn peak(&self) -> u64 {
        self.peak.load(Ordering::Relaxed)
    }

    /// The most pages that may be alive at once.
    #[must_use]
    pub fn limit(&self) -> u64 {
        self.limit
    }

    fn take(&self) -> bool {
        let used = self.used.fetch_add(1, Ordering::Relaxed) + 1;
        if used > self.limit {
            self.used.fetch_sub(1, Ordering::Relaxed);
            return false;
        }
        self.peak.fetch_max(used, Ordering::Relaxed);
        true
    }
}

static NEXT_ID: AtomicU64 = AtomicU64::new(1);

fn fresh_id() -> u64 {
    NEXT_ID.fetch_add(1, Ordering::Relaxed)
}

/// 4 KiB of guest memory.
#[derive(Debug)]
pub struct Page {
    bytes: UnsafeCell<[u8; PAGE_SIZE]>,
    /// Names these bytes as code: changes when a page that held translated code is written.
    id: AtomicU64,
    code: AtomicBool,
    /// How often the bytes were written other than through a TLB.
    writes: AtomicU64,
    budget: Option<Arc<PageBudget>>,
}

// SAFETY: see the module comment; concurrent access never includes a write.
unsafe impl Sync for Page {}
// SAFETY: a page owns its bytes.
unsafe impl Send for Page {}

impl Page {
    /// A page of zeroes, charged to `budget`; `None` if the budget is spent.
    #[must_use]
    pub fn zeroed(budget: Option<&Arc<PageBudget>>) -> Option<PageRef> {
        if budget.is_some_and(|b| !b.take()) {
            return None;
        }
        Some(Arc::new(Self {
            bytes: UnsafeCell::new([0; PAGE_SIZE]),
            id: AtomicU64::new(fresh_id()),
            code: AtomicBool::new(false),
            writes: AtomicU64::new(0),
            budget: budget.cloned(),
        }))
    }

    /// A page that starts with `bytes` (at most [`PAGE_SIZE`]) and is zero after them; not charged.
    #[must_use]
    pub fn from_bytes(bytes: &[u8]) -> PageRef {
        let mut data = [0; PAGE_SIZE];
        let n = bytes.len().min(PAGE_SIZE);
        data[..n].copy_from_slice(&bytes[..n]);
        Arc::new(Self {
            bytes: UnsafeCell::new(data),
            id: AtomicU64::new(fresh_id()),
            code: AtomicBool::new(false),
            writes: AtomicU64::new(0),
            budget: None,
        })
    }

    /// A copy of this page, charged to `budget`; `None` if the budget is spent.
    #[must_use]
    pub fn copy(&self, budget: Option<&Arc<PageBudget>>) -> Option<PageRef> {
        if budget.is_some_and(|b| !b.take()) {
            return None;
        }
        Some(Arc::new(Self {
            bytes: UnsafeCell::new(*self.bytes()),
            id: AtomicU64::new(fresh_id()),
            code: AtomicBool::new(false),
            writes: AtomicU64::new(0),
            budget: budget.cloned(),
        }))
    }

    /// The bytes. Do not hold the borrow while guest code runs.
    #[must_use]
    pub fn bytes(&self) -> &[u8; PAGE_SIZE] {
        // SAFETY: no write happens while the borrow lives (module comment).
        unsafe { &*self.bytes.get() }
    }

    /// Writes `data` at `offset` into this page for everyone who shares it, as a write to a file
    /// with shared mappings does. The part past the page's end is dropped.
    pub fn write_in_place(&self, offset: usize, data: &[u8]) {
        if offset >= PAGE_SIZE {
            return;
        }
        let n = data.len().min(PAGE_SIZE - offset);
        // SAFETY: `offset + n` is inside the page; `data` cannot alias it, since borrows of the
        // bytes do not outlive the call that took them (module comment).
        unsafe {
            let base = self.bytes.get().cast::<u8>().add(offset);
            std::ptr::copy_nonoverlapping(data.as_ptr(), base, n);
        }
        self.writes.fetch_add(1, Ordering::Relaxed);
        self.renew();
    }

    /// The bytes of `page` for writing, after copying it if anyone else holds it.
    /// `None` if a copy was needed and `budget` is spent.
    pub fn make_mut<'a>(
        page: &'a mut PageRef,
        budget: Option<&Arc<PageBudget>>,
    ) -> Option<&'a mut [u8; PAGE_SIZE]> {
        if Arc::get_mut(page).is_none() {
            *page = page.copy(budget)?;
        }
        page.writes.fetch_add(1, Ordering::Relaxed);
        page.renew();
        Arc::get_mut(page).map(|p| p.bytes.get_mut())
    }

    /// The host address of the first byte, for a TLB entry.
    pub(crate) fn host(&self) -> *mut u8 {
        self.bytes.get().cast()
    }

    /// The identity of these bytes as code: equal ids mean equal instructions.
    #[must_use]
    pub fn id(&self) -> u64 {
        self.id.load(Ordering::Relaxed)
    }

    /// Changes whenever the bytes are written in place, by anyone who shares the page. Stores of the
    /// space that owns a page do not count: [`AddressSpace::take_changes`](crate::AddressSpace::take_changes)
    /// reports those.
    #[must_use]
    pub fn writes(&self) -> u64 {
        self.writes.load(Ordering::Relaxed)
    }

    pub(crate) fn is_code(&self) -> bool {
        self.code.load(Ordering::Relaxed)
    }

    pub(crate) fn mark_code(&self) -> u64 {
        self.code.store(true, Ordering::Relaxed);
        self.id()
    }

    /// Called by a write: if code was translated from these bytes, they are other code from now on.
    pub(crate) fn renew(&self) {
        if self.code.swap(false, Ordering::Relaxed) {
            self.id.store(fresh_id(), Ordering::Relaxed);
        }
    }
}

impl Drop for Page {
    fn drop(&mut self) {
        if let Some(budget) = &self.budget {
            budget.used.fetch_sub(1, Ordering::Relaxed);
        }
    }
}
