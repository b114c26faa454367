//! Guest address spaces: 48-bit, sparse, in 4 KiB pages with permissions.
//!
//! An [`AddressSpace`] is a map of [`Region`]s (what the guest asked for) over a table of
//! [`Page`]s (what it has touched). Pages are shared copy-on-write between forks, snapshots and
//! files; a page is copied by the first write that finds it shared. A small software TLB of host
//! pointers serves the engines' loads and stores.
//!
//! The crate knows nothing of instructions, engines or system calls. It does know which pages an
//! engine has translated code from ([`AddressSpace::mark_code`]), because only memory can see the
//! write that makes such code stale.

mod access;
mod page;
mod region;
mod space;

pub use access::Primitive;
pub use page::{PAGE_SIZE, Page, PageBudget, PageRef};
pub use region::{Backing, PageSource, Perms, Region, SharedMemory};
pub use space::{AddressSpace, Changes, MapError, Resident, Snapshot};

/// First address past the guest's 48-bit user space.
pub const ADDRESS_LIMIT: u64 = 1 << 48;

/// What an access wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Access {
    /// A data load.
    Read,
    /// A data store.
    Write,
    /// An instruction fetch.
    Execute,
}

/// Why an access failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum FaultKind {
    /// No region holds the address.
    Unmapped,
    /// The region's permissions forbid the access.
    Permission,
    /// The page lies past the end of the mapped file.
    PastEnd,
    /// The machine's memory limit is reached.
    OutOfMemory,
    /// The address is not aligned as the instruction demands.
    Alignment,
}

/// A failed access: precise, and nothing was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Fault {
    /// The first guest address that could not be accessed.
    pub addr: u64,
    /// What the access wanted.
    pub access: Access,
    /// Why it failed.
    pub kind: FaultKind,
}

impl std::fmt::Display for Fault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let what = match self.access {
            Access::Read => "read from",
            Access::Write => "write to",
            Access::Execute => "fetch from",
        };
        let why = match self.kind {
            FaultKind::Unmapped => "not mapped",
            FaultKind::Permission => "not permitted",
            FaultKind::PastEnd => "past the end of the mapped file",
            FaultKind::OutOfMemory => "out of guest memory",
            FaultKind::Alignment => "misaligned",
        };
        write!(f, "{what} {:#x}: {why}", self.addr)
    }
}

impl std::error::Error for Fault {}
