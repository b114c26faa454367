//! Function and object symbols, for reports: address to name and offset.

use crate::Source;
use crate::sections::{self, Section};
use crate::source::{u16_at, u32_at, u64_at};

const SYM_SIZE: u64 = 24;
const SHT_SYMTAB: u32 = 2;
const SHT_DYNSYM: u32 = 11;
/// Symbol and string tables above this size are left alone.
const TABLE_LIMIT: u64 = 256 << 20;

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
    for s in sections.iter().filter(|s| matches!(s.kind, SHT_SYMTAB | SHT_DYNSYM)) {
        if let Some(strings) = sections.get(s.link as usize) {
            read_table(src, s, strings, &mut out);
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
    out.extend(symbols.chunks_exact(SYM_SIZE as usize).filter_map(|s| symbol(s, &names)));
}

/// A defined function, object or untyped label; mapping symbols (`$x`, `$d`) are left out.
fn symbol(s: &[u8], names: &[u8]) -> Option<Symbol> {
    let (kind, section, addr) = (s[4] & 15, u16_at(s, 6), u64_at(s, 8));
    if kind > 2 && kind != 10 || section == 0 || addr == 0 {
        return None;
    }
    let name = names.get(u32_at(s, 0) as usize..)?;
    let name = &name[..name.iter().position(|&b| b == 0)?];
    if name.is_empty() || name[0] == b'$' || name.len() > 4096 {
        return None;
    }
    let name = String::from_utf8_lossy(name).into_owned();
    Some(Symbol { name, addr, size: u64_at(s, 16) })
}

#[cfg(test)]
mod tests {
    use super::*;

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
