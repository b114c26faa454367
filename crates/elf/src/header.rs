//! The ELF header, program headers and what they say.

use crate::source::{u16_at, u32_at, u64_at};
use crate::{Error, Source};

const EM_AARCH64: u16 = 183;
const EHDR_SIZE: u64 = 64;
const PHDR_SIZE: u64 = 56;
/// Linux refuses program header tables above 64 KiB.
const PHDRS_LIMIT: u64 = 65_536 / PHDR_SIZE;
/// Longest `PT_INTERP` Linux accepts (`PATH_MAX`).
const INTERP_LIMIT: u64 = 4096;
/// Largest note or dynamic section looked into.
const NOTE_LIMIT: u64 = 1 << 20;
const PAGE: u64 = 4096;
/// One past the largest user address (48 bits).
const TASK_SIZE: u64 = 1 << 48;

/// Fixed-address or position-independent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// `ET_EXEC`.
    Fixed,
    /// `ET_DYN`: a position-independent executable or a shared object.
    Position,
}

/// The kinds of program header that matter here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SegmentKind {
    /// `PT_LOAD`.
    Load,
    /// `PT_DYNAMIC`.
    Dynamic,
    /// `PT_INTERP`.
    Interp,
    /// `PT_NOTE`.
    Note,
    /// `PT_PHDR`.
    Phdr,
    /// `PT_TLS`.
    Tls,
    /// `PT_GNU_EH_FRAME`.
    EhFrame,
    /// `PT_GNU_STACK`.
    Stack,
    /// `PT_GNU_RELRO`.
    Relro,
    /// `PT_GNU_PROPERTY`.
    Property,
    /// Any other.
    Other(u32),
}

impl SegmentKind {
    fn from_raw(raw: u32) -> Self {
        match raw {
            1 => Self::Load,
            2 => Self::Dynamic,
            3 => Self::Interp,
            4 => Self::Note,
            6 => Self::Phdr,
            7 => Self::Tls,
            0x6474_e550 => Self::EhFrame,
            0x6474_e551 => Self::Stack,
            0x6474_e552 => Self::Relro,
            0x6474_e553 => Self::Property,
            other => Self::Other(other),
        }
    }

    /// The name `readelf` gives it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Load => "LOAD",
            Self::Dynamic => "DYNAMIC",
            Self::Interp => "INTERP",
            Self::Note => "NOTE",
            Self::Phdr => "PHDR",
            Self::Tls => "TLS",
            Self::EhFrame => "GNU_EH_FRAME",
            Self::Stack => "GNU_STACK",
            Self::Relro => "GNU_RELRO",
            Self::Property => "GNU_PROPERTY",
            Self::Other(_) => "OTHER",
        }
    }
}

/// One program header.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Segment {
    /// What it is for.
    pub kind: SegmentKind,
    /// Readable.
    pub read: bool,
    /// Writable.
    pub write: bool,
    /// Executable.
    pub exec: bool,
    /// Where its bytes are in the file.
    pub offset: u64,
    /// Where they go.
    pub vaddr: u64,
    /// How many bytes the file has.
    pub file_size: u64,
    /// How many bytes it takes in memory.
    pub mem_size: u64,
    /// Alignment.
    pub align: u64,
}

/// What an AArch64 ELF program says about itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Elf {
    /// Fixed or position-independent.
    pub kind: Kind,
    /// Entry address, before any load bias.
    pub entry: u64,
    /// All program headers in file order.
    pub segments: Vec<Segment>,
    /// File offset of the program headers.
    pub phoff: u64,
    /// Path named by `PT_INTERP`.
    pub interpreter: Option<Vec<u8>>,
    /// `PT_GNU_STACK` asks for an executable stack (absent: it does, by Linux's default; AArch64
    /// Linux 5.8 and later treat an absent one as not executable).
    pub exec_stack: bool,
    /// Built for branch target identification (`GNU_PROPERTY_AARCH64_FEATURE_1_BTI`).
    pub bti: bool,
    /// Built for pointer authentication (`GNU_PROPERTY_AARCH64_FEATURE_1_PAC`).
    pub pac: bool,
    /// `DT_NEEDED` names, if a dynamic section could be read.
    pub needed: Vec<String>,
}

impl Elf {
    /// Reads and checks the headers of an AArch64 executable.
    pub fn parse<S: Source + ?Sized>(src: &S) -> Result<Self, Error> {
        let ehdr = read_ehdr(src)?;
        let kind = check_ehdr(&ehdr)?;
        let segments = read_segments(src, &ehdr)?;
        check_loads(&segments, src.len())?;
        let (bti, pac) = read_features(src, &segments);
        Ok(Self {
            kind,
            entry: u64_at(&ehdr, 24),
            phoff: u64_at(&ehdr, 32),
            interpreter: read_interpreter(src, &segments)?,
            exec_stack: segments.iter().any(|s| s.kind == SegmentKind::Stack && s.exec),
            bti,
            pac,
            needed: read_needed(src, &segments),
            segments,
        })
    }

    /// The loadable segments.
    pub fn loads(&self) -> impl Iterator<Item = &Segment> {
        self.segments.iter().filter(|s| s.kind == SegmentKind::Load)
    }

    /// Lowest loaded address and one past the highest, rounded out to pages.
    pub fn span(&self) -> (u64, u64) {
        let low = self.loads().map(|s| s.vaddr).min().unwrap_or(0) & !(PAGE - 1);
        let high = self.loads().map(|s| s.vaddr + s.mem_size).max().unwrap_or(0);
        (low, (high + PAGE - 1) & !(PAGE - 1))
    }

    /// Largest alignment a loadable segment asks for, at least a page.
    pub fn max_align(&self) -> u64 {
        self.loads().map(|s| s.align).max().unwrap_or(PAGE).max(PAGE)
    }

    /// Address of the program headers in memory, before any load bias, if a segment loads them.
    pub fn phdr_addr(&self) -> Option<u64> {
        if let Some(p) = self.segments.iter().find(|s| s.kind == SegmentKind::Phdr) {
            return Some(p.vaddr);
        }
        let holds = |s: &&Segment| s.offset <= self.phoff && self.phoff - s.offset < s.file_size;
        self.loads().find(holds).map(|s| self.phoff - s.offset + s.vaddr)
    }

    /// Statically linked: asks for no interpreter.
    pub fn is_static(&self) -> bool {
        self.interpreter.is_none()
    }
}

fn truncated(what: &'static str, offset: u64, needed: u64, len: u64) -> Error {
    Error::Truncated { what, offset, needed, len }
}

fn read_ehdr<S: Source + ?Sized>(src: &S) -> Result<Vec<u8>, Error> {
    let len = src.len();
    match src.bytes(0, 4) {
        Some(magic) if magic == b"\x7fELF" => {}
        _ => return Err(Error::NotElf),
    }
    let ident = src.bytes(0, 20).ok_or_else(|| truncated("the ELF header", 0, EHDR_SIZE, len))?;
    match ident[5] {
        1 => {}
        2 => return Err(Error::BigEndian),
        other => return Err(Error::BadIdent { field: "EI_DATA", value: other.into() }),
    }
    match ident[4] {
        1 => return Err(Error::Class32 { machine: u16_at(&ident, 18) }),
        2 => {}
        other => return Err(Error::BadIdent { field: "EI_CLASS", value: other.into() }),
    }
    src.bytes(0, EHDR_SIZE).ok_or_else(|| truncated("the ELF header", 0, EHDR_SIZE, len))
}

fn check_ehdr(ehdr: &[u8]) -> Result<Kind, Error> {
    let machine = u16_at(ehdr, 18);
    if machine != EM_AARCH64 {
        return Err(Error::WrongMachine { machine });
    }
    let kind = match u16_at(ehdr, 16) {
        2 => Kind::Fixed,
        3 => Kind::Position,
        e_type => return Err(Error::NotExecutable { e_type }),
    };
    if u32_at(ehdr, 20) != 1 || ehdr[6] != 1 {
        return Err(Error::BadIdent { field: "e_version", value: u32_at(ehdr, 20) });
    }
    let bad = |field, value, expected| Error::BadField { field, value, offset: 0, expected };
    let phentsize = u64::from(u16_at(ehdr, 54));
    if phentsize != PHDR_SIZE {
        return Err(bad("e_phentsize", phentsize, "56"));
    }
    let phnum = u64::from(u16_at(ehdr, 56));
    if phnum == 0 {
        return Err(Error::NothingToLoad);
    }
    if phnum > PHDRS_LIMIT {
        return Err(bad("e_phnum", phnum, "at most 1170 (64 KiB of program headers)"));
    }
    Ok(kind)
}

fn read_segments<S: Source + ?Sized>(src: &S, ehdr: &[u8]) -> Result<Vec<Segment>, Error> {
    let phoff = u64_at(ehdr, 32);
    let size = u64::from(u16_at(ehdr, 56)) * PHDR_SIZE;
    let table = src
        .bytes(phoff, size)
        .ok_or_else(|| truncated("the program header table", phoff, size, src.len()))?;
    Ok(table.chunks_exact(PHDR_SIZE as usize).map(segment).collect())
}

fn segment(p: &[u8]) -> Segment {
    let flags = u32_at(p, 4);
    Segment {
        kind: SegmentKind::from_raw(u32_at(p, 0)),
        read: flags & 4 != 0,
        write: flags & 2 != 0,
        exec: flags & 1 != 0,
        offset: u64_at(p, 8),
        vaddr: u64_at(p, 16),
        file_size: u64_at(p, 32),
        mem_size: u64_at(p, 40),
        align: u64_at(p, 48),
    }
}

fn check_loads(segments: &[Segment], len: u64) -> Result<(), Error> {
    let loads: Vec<(usize, &Segment)> =
        segments.iter().enumerate().filter(|(_, s)| s.kind == SegmentKind::Load).collect();
    if loads.iter().all(|(_, s)| s.mem_size == 0) {
        return Err(Error::NothingToLoad);
    }
    for (_, s) in &loads {
        check_load(s, len)?;
    }
    let mut sorted = loads.clone();
    sorted.sort_by_key(|(_, s)| s.vaddr);
    for pair in sorted.windows(2) {
        let ((first, a), (second, b)) = (pair[0], pair[1]);
        if b.mem_size > 0 && a.vaddr + a.mem_size > b.vaddr {
            return Err(Error::Overlap { first, second, addr: b.vaddr });
        }
    }
    Ok(())
}

fn check_load(s: &Segment, len: u64) -> Result<(), Error> {
    let bad = |field, value, expected| Error::BadField { field, value, offset: s.offset, expected };
    if s.file_size > s.mem_size {
        return Err(bad("p_filesz of a PT_LOAD", s.file_size, "at most p_memsz"));
    }
    // Of a segment without bytes in the file the offset says nothing.
    if s.file_size > 0 && s.offset.checked_add(s.file_size).is_none_or(|end| end > len) {
        return Err(truncated("a PT_LOAD segment", s.offset, s.file_size, len));
    }
    if s.vaddr.checked_add(s.mem_size).is_none_or(|end| end > TASK_SIZE) {
        return Err(bad("p_vaddr of a PT_LOAD", s.vaddr, "inside the 48-bit address space"));
    }
    if s.align > 1 && !s.align.is_power_of_two() {
        return Err(bad("p_align of a PT_LOAD", s.align, "a power of two"));
    }
    if s.align > 1 << 40 {
        return Err(bad("p_align of a PT_LOAD", s.align, "at most 1 TiB"));
    }
    if s.file_size > 0 && s.offset % PAGE != s.vaddr % PAGE {
        return Err(bad("p_vaddr of a PT_LOAD", s.vaddr, "equal to p_offset modulo the page size"));
    }
    Ok(())
}

fn read_interpreter<S: Source + ?Sized>(
    src: &S,
    segments: &[Segment],
) -> Result<Option<Vec<u8>>, Error> {
    let Some(s) = segments.iter().find(|s| s.kind == SegmentKind::Interp) else {
        return Ok(None);
    };
    if !(2..=INTERP_LIMIT).contains(&s.file_size) {
        return Err(Error::BadField {
            field: "p_filesz of PT_INTERP",
            value: s.file_size,
            offset: s.offset,
            expected: "between 2 and 4096",
        });
    }
    let mut path = src
        .bytes(s.offset, s.file_size)
        .ok_or_else(|| truncated("PT_INTERP", s.offset, s.file_size, src.len()))?;
    match path.iter().position(|&b| b == 0) {
        Some(end) if end > 0 => path.truncate(end),
        _ => {
            return Err(Error::BadField {
                field: "PT_INTERP",
                value: u64::from(path[0]),
                offset: s.offset,
                expected: "a path that ends in a zero byte",
            });
        }
    }
    Ok(Some(path))
}

/// BTI and PAC bits of the GNU property note; a note that does not parse claims nothing.
fn read_features<S: Source + ?Sized>(src: &S, segments: &[Segment]) -> (bool, bool) {
    let is_note = |s: &&Segment| matches!(s.kind, SegmentKind::Note | SegmentKind::Property);
    for s in segments.iter().filter(is_note).filter(|s| s.file_size <= NOTE_LIMIT) {
        let Some(notes) = src.bytes(s.offset, s.file_size) else { continue };
        if let Some(bits) = property_bits(&notes) {
            return (bits & 1 != 0, bits & 2 != 0);
        }
    }
    (false, false)
}

fn property_bits(mut notes: &[u8]) -> Option<u32> {
    const NT_GNU_PROPERTY_TYPE_0: u32 = 5;
    while notes.len() >= 12 {
        let (name_len, desc_len, note) = (u32_at(notes, 0), u32_at(notes, 4), u32_at(notes, 8));
        let desc_at = 12 + (name_len as usize).checked_next_multiple_of(4)?;
        let end = desc_at.checked_add((desc_len as usize).checked_next_multiple_of(4)?)?;
        let desc = notes.get(desc_at..desc_at.checked_add(desc_len as usize)?)?;
        if note == NT_GNU_PROPERTY_TYPE_0 && notes[12..].starts_with(b"GNU\0") {
            return feature_1(desc);
        }
        notes = notes.get(end..)?;
    }
    None
}

fn feature_1(mut props: &[u8]) -> Option<u32> {
    const GNU_PROPERTY_AARCH64_FEATURE_1_AND: u32 = 0xc000_0000;
    while props.len() >= 8 {
        let (kind, size) = (u32_at(props, 0), u32_at(props, 4) as usize);
        let data = props.get(8..8usize.checked_add(size)?)?;
        if kind == GNU_PROPERTY_AARCH64_FEATURE_1_AND && size >= 4 {
            return Some(u32_at(data, 0));
        }
        props = props.get(8 + size.checked_next_multiple_of(8)?..)?;
    }
    None
}

/// `DT_NEEDED` names; what does not parse is left out (the guest's own loader will complain).
fn read_needed<S: Source + ?Sized>(src: &S, segments: &[Segment]) -> Vec<String> {
    const DT_NEEDED: u64 = 1;
    const DT_STRTAB: u64 = 5;
    let dynamic = segments.iter().find(|s| s.kind == SegmentKind::Dynamic);
    let Some(table) = dynamic
        .filter(|s| s.file_size <= NOTE_LIMIT)
        .and_then(|s| src.bytes(s.offset, s.file_size))
    else {
        return Vec::new();
    };
    let entries: Vec<(u64, u64)> = table
        .chunks_exact(16)
        .map(|e| (u64_at(e, 0), u64_at(e, 8)))
        .take_while(|e| e.0 != 0)
        .collect();
    let Some(strtab) =
        entries.iter().find(|e| e.0 == DT_STRTAB).and_then(|e| file_offset(segments, e.1))
    else {
        return Vec::new();
    };
    let names = entries.iter().filter(|e| e.0 == DT_NEEDED);
    names.filter_map(|e| c_string(src, strtab.checked_add(e.1)?)).collect()
}

/// File offset of a loaded address.
fn file_offset(segments: &[Segment], addr: u64) -> Option<u64> {
    let s = segments
        .iter()
        .find(|s| s.kind == SegmentKind::Load && addr >= s.vaddr && addr - s.vaddr < s.file_size)?;
    Some(s.offset + (addr - s.vaddr))
}

fn c_string<S: Source + ?Sized>(src: &S, offset: u64) -> Option<String> {
    let mut buf = [0; 256];
    let n = src.read_at(offset, &mut buf);
    let end = buf[..n].iter().position(|&b| b == 0)?;
    Some(String::from_utf8_lossy(&buf[..end]).into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A minimal executable: header, one PT_LOAD, four bytes of code.
    fn tiny() -> Vec<u8> {
        let mut f = vec![0u8; 124];
        f[..7].copy_from_slice(b"\x7fELF\x02\x01\x01");
        f[16] = 2;
        f[18] = 183;
        f[20] = 1;
        f[24..32].copy_from_slice(&0x40_0078u64.to_le_bytes());
        f[32] = 64;
        f[54] = 56;
        f[56] = 1;
        f[64] = 1;
        f[68] = 5;
        f[80..88].copy_from_slice(&0x40_0000u64.to_le_bytes());
        f[96] = 124;
        f[104] = 124;
        f[113] = 0x10;
        f
    }

    fn message(f: &[u8]) -> String {
        Elf::parse(f).unwrap_err().to_string()
    }

    #[test]
    fn reads_a_small_program() {
        let elf = Elf::parse(tiny().as_slice()).unwrap();
        assert_eq!((elf.entry, elf.span()), (0x40_0078, (0x40_0000, 0x40_1000)));
        assert_eq!(elf.phdr_addr(), Some(0x40_0040));
    }

    #[test]
    fn names_what_is_wrong() {
        let with = |at: usize, v: u8| {
            let mut f = tiny();
            f[at] = v;
            f
        };
        assert!(message(&with(18, 62)).starts_with("x86-64 program: nCPU runs AArch64"));
        assert!(message(&with(5, 2)).starts_with("big-endian"));
        assert!(message(&with(16, 1)).contains("relocatable object"));
        assert!(message(&with(96, 125)).contains("p_filesz"));
        assert!(message(&tiny()[..100]).starts_with("truncated: the program header table"));
        assert!(message(&tiny()[..122]).starts_with("truncated: a PT_LOAD segment"));
        assert!(message(&with(56, 0)).starts_with("nothing to load"));
        assert!(message(&with(113, 0x30)).contains("power of two"));
        let mut arm = with(4, 1);
        arm[18] = 40;
        assert!(message(&arm).starts_with("32-bit ARM program"));
    }

    #[test]
    fn every_truncation_and_byte_change_is_survived() {
        let f = tiny();
        for n in 0..f.len() {
            assert!(Elf::parse(&f[..n]).is_err());
        }
        for at in 0..f.len() {
            for v in [0, 1, 0x7f, 0x80, 0xff] {
                let mut g = f.clone();
                g[at] = v;
                let _ = Elf::parse(g.as_slice());
                let _ = crate::Symbols::read(g.as_slice());
            }
        }
    }
}
