//! How guests lie in device memory: the one home of offsets and codes that kernels and host share.

/// 32-bit words in a micro-op record, which is two elements of the code buffer.
///
/// Word 0: case (low half) and [`flags`]. Word 1: `dst`, `a`, `b`, `c`. Word 2: `aux`, and in the
/// high half for an end [`end`], for a floating-point op itself and its shape, for an access [`access`]. Word 3: the instruction's offset in its page (12 bits), log2 of a vector's size
/// (3 bits), and for a block's first op 1 + its arm in the translated kernel (high half).
/// Words 4 and 5: the immediate. Words 6 and 7 of an end: the records where it continues when taken
/// and when not, or [`NO_LINK`]. Word 6 of what the [unit](crate::lower::alu) does: its control word.
pub(crate) const RECORD: usize = 8;

/// A link that is not known.
pub(crate) const NO_LINK: u32 = u32::MAX;

/// Flags of a record.
pub(crate) mod flags {
    /// The first op of a guest instruction.
    pub(crate) const FIRST: u32 = 1;
    /// The first op of a block that reads the instruction count.
    pub(crate) const COUNTS: u32 = 2;
    /// The first op of a block that the translated kernel has.
    pub(crate) const TRANSLATED: u32 = 4;
    /// The op accesses memory: [`super::access`].
    pub(crate) const ACCESS: u32 = 8;
    /// The op ends its block.
    pub(crate) const END: u32 = 16;
    /// The end is no branch: the block was only cut there.
    pub(crate) const CUT: u32 = 32;
    /// The unit for most scalar ops does it.
    pub(crate) const ALU: u32 = 64;
    /// The end is a jump or a branch, as [`super::end`] says; else it leaves.
    pub(crate) const BRANCH: u32 = 128;
}

/// What an end does: whether it is taken, or whether it goes to an address in a register.
pub(crate) mod end {
    /// Bytes from its instruction to the block's end.
    pub(crate) const TO_END: u32 = 511;
    /// Taken if the condition `aux` holds, if `a` is 0, if bit `aux` of `a` is 1.
    pub(crate) const CONDITION: u32 = 1 << 9;
    pub(crate) const ZERO: u32 = 1 << 10;
    pub(crate) const BIT: u32 = 1 << 11;
    /// Taken if none of these.
    pub(crate) const INVERT: u32 = 1 << 12;
    /// Of `a` the low 32 bits count.
    pub(crate) const NARROW: u32 = 1 << 13;
    /// To the address in `a`.
    pub(crate) const REGISTER: u32 = 1 << 14;
}

/// What an op does to memory.
pub(crate) mod access {
    /// The size in bytes.
    pub(crate) const SIZE: u32 = 31;
    pub(crate) const LOADS: u32 = 32;
    pub(crate) const STORES: u32 = 64;
    /// At the base alone, which must be aligned.
    pub(crate) const ATOMIC: u32 = 128;
    /// What is loaded is sign-extended, to 64 bits or only to 32.
    pub(crate) const SIGNED: u32 = 256;
    pub(crate) const TO_32: u32 = 512;
    /// The result is a vector.
    pub(crate) const VECTOR: u32 = 1024;
}

/// Fields of a guest's state, 64 bits each; field `f` of guest `g` is element `f * guests + g`.
/// The first 256 are the vcpu's slots.
pub(crate) mod field {
    /// Where the guest is when a kernel leaves for a reason that ends a run.
    pub(crate) const PC: u32 = 256;
    /// Instructions that may still be executed.
    pub(crate) const LEFT: u32 = 257;
    /// Why the kernel left: [`super::reason`].
    pub(crate) const REASON: u32 = 258;
    /// The record that is next.
    pub(crate) const CURSOR: u32 = 259;
    /// The address of a failed access.
    pub(crate) const ADDR: u32 = 260;
    /// Size of a failed access in bytes, and bit 8 for a write.
    pub(crate) const ACCESS: u32 = 261;
    /// The instruction count when [`LEFT`] will be 0.
    pub(crate) const TOTAL: u32 = 262;
    /// The block table: its first element, and its size minus 1 in the high half.
    pub(crate) const BLOCKS: u32 = 263;
    /// The page directory, likewise.
    pub(crate) const PAGES: u32 = 264;
    /// The guest's first page-table entry, and in the high half the start of its dirty list.
    pub(crate) const TABLE: u32 = 265;
    /// How many entries its dirty list has.
    pub(crate) const DIRTY: u32 = 266;
    /// Micro-ops executed by the interpreter, and instructions by translated code.
    pub(crate) const STEPS: u32 = 267;
    pub(crate) const TRANSLATED: u32 = 268;
    /// Of a swarm's guest: where its input starts in [`super::io`], in words, and its length in bytes.
    pub(crate) const INPUT: u32 = 269;
    /// Bytes of the input that it has read.
    pub(crate) const CONSUMED: u32 = 270;
    /// Words of its output log that are used; bytes if it has a console.
    pub(crate) const OUTPUT: u32 = 271;
    /// Its break.
    pub(crate) const BRK: u32 = 272;
    /// State of its source of randomness, and of the lengths of its turns.
    pub(crate) const RANDOM: u32 = 273;
    pub(crate) const TURNS: u32 = 274;
    /// 1 if it went where the coverage map has no place.
    pub(crate) const UNMAPPED: u32 = 275;
    /// The stack pointer with which it started.
    pub(crate) const STACK: u32 = 276;
    /// How many fields there are.
    pub(crate) const COUNT: u32 = 277;
}

/// Why a kernel left a guest.
pub(crate) mod reason {
    /// The dispatch has done its share; the guest goes on with the next.
    pub(crate) const RUNNING: u32 = 0;
    /// The budget is spent.
    pub(crate) const BUDGET: u32 = 1;
    /// The ends of blocks that leave.
    pub(crate) const SYSCALL: u32 = 2;
    pub(crate) const BREAK: u32 = 3;
    pub(crate) const HALT: u32 = 4;
    pub(crate) const UNDEFINED: u32 = 5;
    /// A page is not there, or may not be accessed so (yet).
    pub(crate) const MISS: u32 = 6;
    /// No block is known at the pc.
    pub(crate) const NO_BLOCK: u32 = 7;
    /// The kernel does not have the op at the cursor.
    pub(crate) const ASSIST: u32 = 8;
    /// An atomic access is misaligned.
    pub(crate) const ALIGNMENT: u32 = 9;
    /// The block at the cursor is translated.
    pub(crate) const TRANSLATED: u32 = 10;
    /// The block at the cursor is not translated, or its budget does not suffice.
    pub(crate) const INTERPRET: u32 = 11;
    /// A swarm's guest has exited; its status is in the high half.
    pub(crate) const EXITED: u32 = 12;
    /// It has executed as many instructions as it may.
    pub(crate) const LIMIT: u32 = 13;
    /// It made a system call that kernels do not answer; its number is in the high half.
    pub(crate) const HOST: u32 = 14;
    /// It writes more than its output log holds.
    pub(crate) const FULL: u32 = 15;
}

/// In the high half of the reason [`reason::NO_BLOCK`]: no branch led there.
pub(crate) const UNBRANCHED: u32 = 1;

/// A page-table entry: the frame number and these flags.
pub(crate) mod pte {
    pub(crate) const READ: u32 = 1 << 31;
    pub(crate) const WRITE: u32 = 1 << 30;
    /// The guest's own: may be written in place.
    pub(crate) const OWNED: u32 = 1 << 29;
    /// Written since the host looked.
    pub(crate) const DIRTY: u32 = 1 << 28;
    /// Of a swarm: something is mapped here, accessible or not.
    pub(crate) const MAPPED: u32 = 1 << 27;
    /// Of a swarm: executable, so that nothing here may change.
    pub(crate) const CODE: u32 = 1 << 26;
    pub(crate) const FRAME: u32 = CODE - 1;
}

/// 32-bit words in a page.
pub(crate) const PAGE_WORDS: u32 = 1024;

/// The pages that a swarm's guests own lie interleaved: word by word, those of so many guests side by
/// side, since they mostly access the same address at once. The first word of an owned frame `f` is
/// `(f / STRIPES) * STRIPES * PAGE_WORDS + f % STRIPES`, the next is [`STRIPES`] on.
pub(crate) const STRIPES: u32 = 32;
/// With the first word of a frame: its words are interleaved.
pub(crate) const STRIPED: u32 = 1 << 31;

/// The high word of the double that is minus zero; the low one is 0.
pub(crate) const MINUS_ZERO_HIGH: u32 = 1 << 31;

/// Parameters of a dispatch, by index of the parameter buffer.
pub(crate) mod param {
    /// How many guests there are.
    pub(crate) const GUESTS: u32 = 0;
    /// How many micro-ops a guest may execute in this dispatch.
    pub(crate) const STEPS: u32 = 1;
    /// How many instructions translated code may execute in this dispatch.
    pub(crate) const FUEL: u32 = 2;
    /// Does the interpreter leave translated blocks to the kernel that has them?
    pub(crate) const TRANSLATES: u32 = 3;
    /// Of a swarm: entries of a page table.
    pub(crate) const PLACES: u32 = 4;
    /// Frames that a guest may own, and the first of all, a multiple of [`super::STRIPES`].
    pub(crate) const POOL: u32 = 5;
    pub(crate) const POOL_START: u32 = 6;
    /// Output logs: the first word of all in [`super::io`], and words of each.
    pub(crate) const OUTPUTS: u32 = 7;
    pub(crate) const OUTPUT_WORDS: u32 = 8;
    /// Coverage maps, likewise.
    pub(crate) const MAPS: u32 = 9;
    pub(crate) const MAP_WORDS: u32 = 10;
    /// [`super::MINUS_ZERO_HIGH`], which the driver must not know.
    pub(crate) const MINUS_ZERO: u32 = 11;
    /// How many parameters there are.
    pub(crate) const COUNT: u32 = 12;
}

/// The buffer of a swarm that is neither memory nor state: facts about the system that its guests see,
/// the state they start from, their inputs, output logs and coverage maps. In words.
pub(crate) mod io {
    /// Facts, 64 bits each: [`super::fact`].
    pub(crate) const FACTS: u32 = 0;
    /// `struct stat` of the three standard streams, without times.
    pub(crate) const STATS: u32 = FACTS + 64;
    /// Limits of resources, 16 pairs of 64 bits.
    pub(crate) const LIMITS: u32 = STATS + 3 * 32;
    /// The program's path, padded.
    pub(crate) const EXE: u32 = LIMITS + 64;
    pub(crate) const EXE_WORDS: u32 = 1024 + 4;
    /// The state that guests start from.
    pub(crate) const STATE: u32 = EXE + EXE_WORDS;
    /// Inputs start here.
    pub(crate) const INPUTS: u32 = STATE + 2 * super::field::COUNT;
}

/// Facts about the system that a swarm's guests see.
pub(crate) mod fact {
    pub(crate) const PID: u32 = 0;
    pub(crate) const PPID: u32 = 1;
    pub(crate) const UID: u32 = 2;
    pub(crate) const GID: u32 = 3;
    /// The first break, and the first address after the window in which it may move.
    pub(crate) const BRK_START: u32 = 4;
    pub(crate) const BRK_END: u32 = 5;
    /// The place of the page at the first break, rounded up.
    pub(crate) const BRK_PLACE: u32 = 6;
    /// The window of mappings: first address, first after it, place of its first page.
    pub(crate) const MAP_START: u32 = 7;
    pub(crate) const MAP_END: u32 = 8;
    pub(crate) const MAP_PLACE: u32 = 9;
    /// Nanoseconds since 1970 at the start.
    pub(crate) const EPOCH: u32 = 10;
    /// The least length of a turn; the most is twice that.
    pub(crate) const TURN: u32 = 11;
    /// Most instructions.
    pub(crate) const MOST: u32 = 12;
    pub(crate) const EXE_LENGTH: u32 = 13;
    /// The frame of zeroes.
    pub(crate) const ZERO_FRAME: u32 = 14;
    pub(crate) const COUNT: u32 = 32;
}

/// The multiplier of the tables' hashes (Knuth's golden ratio).
pub(crate) const HASH: u32 = 0x9e37_79b1;

/// Where a key's search starts in a table of `mask + 1` entries.
pub(crate) fn hash(key: u64, mask: u32) -> u32 {
    let mixed = (key as u32 ^ ((key >> 32) as u32)).wrapping_mul(HASH);
    (mixed ^ mixed >> 15) & mask
}
