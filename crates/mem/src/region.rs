//! Regions: what the guest mapped, and where its pages come from.

use crate::page::{Page, PageBudget, PageRef};
use rustc_hash::FxHashMap;
use std::fmt;
use std::sync::{Arc, Mutex};

/// Permissions of a region.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Perms(u8);

impl Perms {
    /// No access.
    pub const NONE: Self = Self(0);
    /// Read.
    pub const R: Self = Self(1);
    /// Write.
    pub const W: Self = Self(2);
    /// Execute.
    pub const X: Self = Self(4);
    /// Read and write.
    pub const RW: Self = Self(3);
    /// Read and execute.
    pub const RX: Self = Self(5);
    /// Everything.
    pub const RWX: Self = Self(7);

    /// Permissions from Linux's `PROT_READ`, `PROT_WRITE`, `PROT_EXEC` bits (the same bits as
    /// ELF's `PF_R`, `PF_W`, `PF_X` reversed are not accepted here).
    #[must_use]
    pub const fn from_prot(prot: u64) -> Self {
        Self((prot & 7) as u8)
    }

    /// Are all of `other` granted?
    #[inline]
    #[must_use]
    pub const fn allows(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }
}

impl std::ops::BitOr for Perms {
    type Output = Self;
    fn bitor(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }
}

impl fmt::Display for Perms {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let bit = |p: Self, c| if self.allows(p) { c } else { '-' };
        write!(f, "{}{}{}", bit(Self::R, 'r'), bit(Self::W, 'w'), bit(Self::X, 'x'))
    }
}

impl fmt::Debug for Perms {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// Something that has pages by index: a file, or memory shared between processes.
pub trait PageSource: fmt::Debug + Send + Sync {
    /// The page that holds bytes `index * 4096 ..` of the object; `None` past its end.
    fn page(&self, index: u64) -> Option<PageRef>;
}

/// Anonymous memory shared between address spaces; its pages exist from their first use.
#[derive(Debug, Default)]
pub struct SharedMemory {
    pages: Mutex<FxHashMap<u64, PageRef>>,
    budget: Option<Arc<PageBudget>>,
}

impl SharedMemory {
    /// Memory whose pages are charged to `budget`.
    #[must_use]
    pub fn new(budget: Option<Arc<PageBudget>>) -> Arc<Self> {
        Arc::new(Self { pages: Mutex::default(), budget })
    }
}

impl PageSource for SharedMemory {
    fn page(&self, index: u64) -> Option<PageRef> {
        let mut pages = self.pages.lock().ok()?;
        if let Some(page) = pages.get(&index) {
            return Some(page.clone());
        }
        let page = Page::zeroed(self.budget.as_ref())?;
        pages.insert(index, page.clone());
        Some(page)
    }
}

/// Where a region's pages come from.
#[derive(Clone, Debug)]
pub enum Backing {
    /// Zero-filled pages.
    Anonymous,
    /// Pages of an object; the region's first page is the object's page `first`.
    Object {
        /// The object.
        source: Arc<dyn PageSource>,
        /// Index of the page at the region's start.
        first: u64,
    },
}

/// One mapped range of guest addresses.
#[derive(Clone, Debug)]
pub struct Region {
    /// First address, page-aligned.
    pub start: u64,
    /// First address past the region, page-aligned.
    pub end: u64,
    /// What the guest may do here.
    pub perms: Perms,
    /// Do writes reach everyone who maps the object (`MAP_SHARED`)?
    pub shared: bool,
    /// Where untouched pages come from.
    pub backing: Backing,
    /// What `/proc/self/maps` calls it: a path, `[heap]`, `[stack]` or nothing.
    pub name: Arc<str>,
}

impl Region {
    /// The part of this region in `start..end`; the bounds must lie inside it.
    pub(crate) fn slice(&self, start: u64, end: u64) -> Self {
        let mut part = Self { start, end, ..self.clone() };
        if let Backing::Object { first, .. } = &mut part.backing {
            *first += (start - self.start) / crate::PAGE_SIZE as u64;
        }
        part
    }

    /// Could `next` be one region with this one?
    pub(crate) fn joins(&self, next: &Self) -> bool {
        self.end == next.start
            && self.perms == next.perms
            && self.shared == next.shared
            && self.name == next.name
            && match (&self.backing, &next.backing) {
                (Backing::Anonymous, Backing::Anonymous) => true,
                (
                    Backing::Object { source: a, first: i },
                    Backing::Object { source: b, first: j },
                ) => {
                    Arc::ptr_eq(a, b) && i + (self.end - self.start) / crate::PAGE_SIZE as u64 == *j
                }
                _ => false,
            }
    }
}
