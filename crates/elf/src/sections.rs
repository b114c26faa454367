//! Section headers: what linkers and debuggers know of a file. Nothing that runs depends on them.

use crate::source::{Source, u16_at, u32_at, u64_at};

const SHDR_SIZE: u64 = 64;
/// More sections than this are not looked at; compilers make dozens.
const SECTIONS_LIMIT: u64 = 16_384;
/// Section flag: holds instructions.
const SHF_EXECINSTR: u64 = 4;
/// Section type: contents in the file.
const SHT_PROGBITS: u32 = 1;

pub(crate) struct Section {
    pub(crate) kind: u32,
    flags: u64,
    addr: u64,
    pub(crate) offset: u64,
    pub(crate) size: u64,
    pub(crate) link: u32,
}

/// A stretch of instructions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Code {
    /// Address of the first one.
    pub addr: u64,
    /// Where they are in the file.
    pub offset: u64,
    /// Bytes.
    pub size: u64,
}

/// The sections that hold instructions; empty where the file has no section headers.
pub fn code<S: Source + ?Sized>(src: &S) -> Vec<Code> {
    let sections = read(src).unwrap_or_default();
    let holds_code = |s: &&Section| s.kind == SHT_PROGBITS && s.flags & SHF_EXECINSTR != 0;
    let code = sections.iter().filter(holds_code);
    code.map(|s| Code { addr: s.addr, offset: s.offset, size: s.size }).collect()
}

pub(crate) fn read<S: Source + ?Sized>(src: &S) -> Option<Vec<Section>> {
    let ehdr = src.bytes(0, 64)?;
    let shoff = u64_at(&ehdr, 40);
    let count = u64::from(u16_at(&ehdr, 60)).min(SECTIONS_LIMIT);
    if u64::from(u16_at(&ehdr, 58)) != SHDR_SIZE || shoff == 0 {
        return None;
    }
    let table = src.bytes(shoff, count * SHDR_SIZE)?;
    Some(table.chunks_exact(SHDR_SIZE as usize).map(section).collect())
}

fn section(h: &[u8]) -> Section {
    Section {
        kind: u32_at(h, 4),
        flags: u64_at(h, 8),
        addr: u64_at(h, 16),
        offset: u64_at(h, 24),
        size: u64_at(h, 32),
        link: u32_at(h, 40),
    }
}
