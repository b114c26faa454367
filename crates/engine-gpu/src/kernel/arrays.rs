//! The arrays that kernels work on.

use crate::layout::param;
use crate::lower::{Doubles, Native};
use ncpu_shader::{Access, Array, Build, Element, Module, Space};

/// Where a guest's registers are while the interpreter runs it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Where {
    /// In memory of the invocation, for many guests.
    Private,
    /// In memory of the workgroup, which is closer, for one guest.
    Workgroup,
}

/// What a module's guests are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub(crate) struct Form {
    /// Guests of a swarm, which share the pages that they have not written.
    pub(crate) swarm: bool,
    /// Where they went is kept.
    pub(crate) coverage: bool,
    /// Guests of a swarm under Linux, whose frequent system calls translated code answers, and which it
    /// gives turns of the scheduler.
    pub(crate) linux: bool,
    /// Guests of a subgroup wait for each other in translated code, so that they go on together.
    pub(crate) together: bool,
    /// Translated code is a single block: it makes its accesses itself, and remembers more pages.
    pub(crate) alone: bool,
    /// What the device's own doubles are good for.
    pub(crate) doubles: Doubles,
}

impl Form {
    /// Entries of the small caches of translations, for reads and for writes: a power of two.
    pub(crate) fn cached(self) -> u32 {
        if self.alone { 64 } else { 16 }
    }

    /// Are accesses asked for at the head of the loop, since there is much translated code?
    pub(crate) fn asks(self) -> bool {
        self.swarm && !self.alone
    }
}

/// The arrays of a module. Storage buffers have the bindings 0 to 7 (a swarm's to 8), in this order.
#[derive(Clone, Copy)]
pub(crate) struct Arrays {
    pub(crate) params: Array,
    /// Micro-op records.
    pub(crate) code: Array,
    /// Block tables and page directories: key (two words), value + 1 or 0 if empty, unused.
    pub(crate) tables: Array,
    /// Page-table entries.
    pub(crate) ptes: Array,
    /// Dirty lists: places in the page table.
    pub(crate) dirty: Array,
    pub(crate) state: Array,
    /// Frames, word by word.
    pub(crate) memory: Array,
    /// How often the block that ends at a record ran.
    pub(crate) heat: Array,
    /// What only swarms have: [`crate::layout::io`]. Of others the same as `heat`, and not used.
    pub(crate) io: Array,
    pub(crate) form: Form,
    /// The guest's slots.
    pub(crate) slots: Array,
    /// Page numbers + 1 that the caches know, reads first; and the first word of their frames.
    pub(crate) tlb_pages: Array,
    pub(crate) tlb_frames: Array,
    /// Things that the memory functions need: [`own`].
    pub(crate) own: Array,
    /// The address of a failed access.
    pub(crate) failed: Array,
}

/// A place after the slots for results that go nowhere. Vectors have two.
pub(crate) const NOWHERE: u32 = 256;

/// Indices of [`Arrays::own`].
pub(crate) mod own {
    pub(crate) const DIRECTORY: u32 = 0;
    pub(crate) const DIRECTORY_MASK: u32 = 1;
    pub(crate) const TABLE: u32 = 2;
    pub(crate) const DIRTY_LIST: u32 = 3;
    pub(crate) const DIRTY: u32 = 4;
    pub(crate) const BLOCKS: u32 = 5;
    pub(crate) const BLOCKS_MASK: u32 = 6;
    /// Size of the failed access, and bit 8 for a write.
    pub(crate) const ACCESS: u32 = 7;
    /// Of a swarm: the first frame that the guest may own; the others are [`crate::layout::STRIPES`] apart.
    pub(crate) const STRIPE: u32 = 8;
    pub(crate) const COUNT: u32 = 9;
}

impl Arrays {
    /// The device's doubles, if they are good for something.
    pub(crate) fn native<'k>(&self, k: &'k Build<'k>) -> Option<Native<'k>> {
        let doubles = self.form.doubles;
        (doubles != Doubles::NONE).then(|| {
            let high = k.load32(self.params, k.u32(param::MINUS_ZERO));
            Native { doubles, minus_zero: k.u32(0).join(high) }
        })
    }

    pub(crate) fn declare(module: &Module, place: Where, form: Form) -> Self {
        let (u32s, u64s) = (Element::U32, Element::U64);
        let near = |n| match place {
            Where::Private => Space::Private(n),
            Where::Workgroup => Space::Workgroup(n),
        };
        let buffer =
            |name, binding, access, element| module.storage(name, binding, access, element);
        let params = buffer("params", 0, Access::Read, u32s);
        let code = buffer("code", 1, Access::Read, Element::U32x4);
        let tables = buffer("tables", 2, Access::Read, Element::U32x4);
        let ptes = buffer("ptes", 3, Access::ReadWrite, u32s);
        let dirty = buffer("dirty", 4, Access::ReadWrite, u32s);
        let state = buffer("state", 5, Access::ReadWrite, u64s);
        let memory = buffer("memory", 6, Access::ReadWrite, u32s);
        let heat = buffer("heat", 7, Access::Atomic, u32s);
        // Arrays of the device are found by the order in which they are declared.
        let io = if form.swarm { buffer("io", 8, Access::ReadWrite, u32s) } else { heat };
        Self {
            params,
            code,
            tables,
            ptes,
            dirty,
            state,
            memory,
            heat,
            io,
            form,
            slots: module.array("slots", u64s, near(NOWHERE + 2)),
            tlb_pages: module.array("tlb_pages", u64s, near(2 * form.cached())),
            tlb_frames: module.array("tlb_frames", u32s, near(2 * form.cached())),
            own: module.array("own", u32s, near(own::COUNT)),
            failed: module.array("failed", u64s, near(1)),
        }
    }
}
