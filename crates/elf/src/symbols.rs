//! Function and object symbols, for reports: address to name and offset.

use crate::Source;
use crate::sections::{self, Section};
use crate::source::{u16_at, u32_at, u64_at};

const SYM_SIZE: u64 = 24;
const SHT_SYMTAB: u32 = 2;
const SHT_DYNSYM: u32 = 11;
/// Symbol and string tables above this size are left alone.
const TABLE_LIMIT: u64 = 256 << 20;

/// Symbols with longer names are left out.
const NAME_LIMIT: usize = 4096;

/// One named address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Symbol {
    /// Its name.
    pub name: String,
    /// Address before any load bias.
    pub addr: u64,
    /// Size in bytes; 0 when unknown.
    pub size: u64,
}

/// Symbols of a file, ordered by address.
#[derive(Debug, Clone, Default)]
pub struct Symbols {
    sorted: Vec<Symbol>,
}

impl Symbols {
    /// Reads `.symtab` and `.dynsym`; a file without them, or with broken ones, has no symbols.
    pub fn read<S: Source + ?Sized>(src: &S) -> Self {
        let mut sorted = read_tables(src).unwrap_or_default();
        sorted.sort_by(|a, b| a.addr.cmp(&b.addr).then(b.size.cmp(&a.size)));
        sorted.dedup_by_key(|s| s.addr);
        Self { sorted }
    }

    /// The symbol that covers `addr`, and the offset into it.
    pub fn lookup(&self, addr: u64) -> Option<(&Symbol, u64)> {
        let after = self.sorted.partition_point(|s| s.addr <= addr);
        let symbol = self.sorted.get(after.checked_sub(1)?)?;
        let offset = addr - symbol.addr;
        (symbol.size == 0 || offset < symbol.size).then_some((symbol, offset))
    }

    /// Number of symbols.
    pub fn len(&self) -> usize {
        self.sorted.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.sorted.is_empty()
    }
}

fn read_tables<S: Source + ?Sized>(src: &S) -> Option<Vec<Symbol>> {
    let sections = sections::read(src)?;
    let mut out = Vec::new();
    // A file has at most one of each (gABI, "Sections"); more would only multiply the same bytes.
    for kind in [SHT_SYMTAB, SHT_DYNSYM] {
        let table = sections.iter().find(|s| s.kind == kind);
        let strings = table.and_then(|t| sections.get(t.link as usize));
        if let (Some(table), Some(strings)) = (table, strings) {
            read_table(src, table, strings, &mut out);
        }
    }
    Some(out)
}

fn read_table<S: Source + ?Sized>(
    src: &S,
    table: &Section,
    strings: &Section,
    out: &mut Vec<Symbol>,
) {
    if table.size > TABLE_LIMIT || strings.size > TABLE_LIMIT {
        return;
    }
    let (Some(symbols), Some(names)) =
        (src.bytes(table.offset, table.size), src.bytes(strings.offset, strings.size))
    else {
        return;
    };
    // Names may share bytes, but not so that they take many times what the file holds.
    let mut room = 2 * symbols.len() + 4 * names.len();
    let found = symbols.chunks_exact(SYM_SIZE as usize).filter_map(|s| symbol(s, &names));
    out.extend(found.take_while(|s| {
        let fits = s.name.len() <= room;
        room = room.saturating_sub(s.name.len());
        fits
    }));
}

/// A defined function, object or untyped label; mapping symbols (`$x`, `$d`) are left out.
fn symbol(s: &[u8], names: &[u8]) -> Option<Symbol> {
    let (kind, section, addr) = (s[4] & 15, u16_at(s, 6), u64_at(s, 8));
    if kind > 2 && kind != 10 || section == 0 || addr == 0 {
        return None;
    }
    let name = names.get(u32_at(s, 0) as usize..)?;
    let name = &name[..name.iter().take(NAME_LIMIT + 1).position(|&b| b == 0)?];
    if name.is_empty() || name[0] == b'$' {
        return None;
    }
    let name = String::from_utf8_lossy(name).into_owned();
    Some(Symbol { name, addr, size: u64_at(s, 16) })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A file of symbol tables over the same symbols, whose names are the same string.
    fn file(tables: u16, symbols: usize, name: &[u8]) -> Vec<u8> {
        let mut out = vec![0; 64];
        let table = |kind: u32, offset: usize, size: usize, link: u32| {
            let mut h = vec![0; 64];
            h[4..8].copy_from_slice(&kind.to_le_bytes());
            h[24..32].copy_from_slice(&(offset as u64).to_le_bytes());
            h[32..40].copy_from_slice(&(size as u64).to_le_bytes());
            h[40..44].copy_from_slice(&link.to_le_bytes());
            h
        };
        for n in 0..symbols {
            out.extend([0, 0, 0, 0, 2, 0, 1, 0]);
            out.extend((1 + n as u64).to_le_bytes());
            out.extend(1_u64.to_le_bytes());
        }
        let strings = out.len();
        out.extend(name);
        let headers = out.len() as u64;
        out.extend(table(3, strings, name.len(), 0));
        for _ in 0..tables {
            out.extend(table(SHT_SYMTAB, 64, 24 * symbols, 0));
        }
        out[40..48].copy_from_slice(&headers.to_le_bytes());
        out[58] = 64;
        out[60..62].copy_from_slice(&(tables + 1).to_le_bytes());
        out
    }

    #[test]
    fn reads_no_more_than_the_file_holds() {
        assert_eq!(Symbols::read(&file(1, 3, b"main\0")).len(), 3);
        assert_eq!(read_tables(&file(100, 3, b"main\0")).map(|s| s.len()), Some(3));
        // A hundred names of 4,000 bytes that are all the same 4,000.
        let long = [vec![b'n'; 4000], vec![0]].concat();
        assert_eq!(Symbols::read(&file(1, 100, &long)).len(), 5);
        // No name ends.
        assert!(Symbols::read(&file(1, 20_000, &vec![b'n'; 4_000_000])).is_empty());
    }

    #[test]
    fn looks_up_by_range() {
        let symbol = |name: &str, addr, size| Symbol { name: name.into(), addr, size };
        let symbols = Symbols { sorted: vec![symbol("a", 16, 8), symbol("b", 32, 0)] };
        assert_eq!(symbols.lookup(20).map(|(s, o)| (s.name.as_str(), o)), Some(("a", 4)));
        assert_eq!(symbols.lookup(24), None);
        assert_eq!(symbols.lookup(40).map(|(s, o)| (s.name.as_str(), o)), Some(("b", 8)));
        assert_eq!(symbols.lookup(3), None);
    }
}
