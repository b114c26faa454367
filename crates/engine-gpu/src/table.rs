//! Hash tables on the device: block tables and page directories.

use crate::device::{Buf, Device};
use crate::layout::hash;
use rustc_hash::FxHashMap;

/// A table of 64-bit keys and 31-bit values, open addressing.
#[derive(Debug)]
pub(crate) struct Table {
    /// Its first element in the buffer of tables.
    pub(crate) base: u32,
    entries: Vec<[u32; 4]>,
    used: u32,
    /// Elements that changed since they were sent; everything if `fresh`.
    changed: Vec<u32>,
    fresh: bool,
}

/// Hands out ranges of the buffer of tables.
#[derive(Debug)]
pub(crate) struct Tables {
    next: u32,
    limit: u32,
    /// Ranges that tables had before they grew or went, by size.
    free: FxHashMap<u32, Vec<u32>>,
}

/// The device has no room left for what it is to know: tables, pages or blocks.
#[derive(Debug)]
pub(crate) struct Full;

/// Entries of a new table.
const SMALL: u32 = 1024;

impl Tables {
    /// All of a buffer of `words` words.
    pub(crate) fn new(words: u64) -> Self {
        Self { next: 0, limit: (words / 4) as u32, free: FxHashMap::default() }
    }

    pub(crate) fn table(&mut self) -> Result<Table, Full> {
        self.sized(SMALL)
    }

    fn sized(&mut self, size: u32) -> Result<Table, Full> {
        let base = match self.free.get_mut(&size).and_then(Vec::pop) {
            Some(base) => base,
            None if size <= self.limit - self.next => {
                self.next += size;
                self.next - size
            }
            None => return Err(Full),
        };
        Ok(Table {
            base,
            entries: vec![[0; 4]; size as usize],
            used: 0,
            changed: Vec::new(),
            fresh: true,
        })
    }

    /// Takes back what a table had.
    pub(crate) fn release(&mut self, table: &Table) {
        self.free.entry(table.entries.len() as u32).or_default().push(table.base);
    }
}

impl Table {
    /// Its size minus 1.
    pub(crate) fn mask(&self) -> u32 {
        self.entries.len() as u32 - 1
    }

    /// Base and mask as a field of the state.
    pub(crate) fn field(&self) -> u64 {
        u64::from(self.base) | u64::from(self.mask()) << 32
    }

    fn find(&self, key: u64) -> (usize, bool) {
        let mut at = hash(key, self.mask()) as usize;
        loop {
            let [low, high, value, _] = self.entries[at];
            if value == 0 {
                return (at, false);
            }
            if u64::from(low) | u64::from(high) << 32 == key {
                return (at, true);
            }
            at = (at + 1) & self.mask() as usize;
        }
    }

    #[cfg(test)]
    pub(crate) fn get(&self, key: u64) -> Option<u32> {
        let (at, found) = self.find(key);
        found.then(|| self.entries[at][2] - 1)
    }

    /// Sets the value of a key. Without room for it nothing changes.
    pub(crate) fn insert(&mut self, key: u64, value: u32, tables: &mut Tables) -> Result<(), Full> {
        let (mut at, found) = self.find(key);
        if !found {
            if 2 * (self.used + 1) > self.mask() {
                self.grow(tables)?;
                at = self.find(key).0;
            }
            self.used += 1;
        }
        self.entries[at] = [key as u32, (key >> 32) as u32, value + 1, 0];
        self.changed.push(at as u32);
        Ok(())
    }

    fn grow(&mut self, tables: &mut Tables) -> Result<(), Full> {
        let mut larger = tables.sized(2 * self.entries.len() as u32)?;
        larger.take_all(&self.entries, |_| true);
        tables.release(self);
        *self = larger;
        Ok(())
    }

    fn take_all(&mut self, entries: &[[u32; 4]], keep: impl Fn(u64) -> bool) {
        for entry in entries.iter().filter(|e| e[2] != 0) {
            let key = u64::from(entry[0]) | u64::from(entry[1]) << 32;
            if keep(key) {
                let (at, _) = self.find(key);
                self.entries[at] = *entry;
                self.used += 1;
            }
        }
    }

    /// Removes the keys that are not to be kept.
    pub(crate) fn retain(&mut self, keep: impl Fn(u64) -> bool) {
        let size = self.entries.len();
        let entries = std::mem::replace(&mut self.entries, vec![[0; 4]; size]);
        self.used = 0;
        self.fresh = true;
        self.take_all(&entries, keep);
    }

    /// Sends what the device does not have yet.
    pub(crate) fn send(&mut self, device: &mut dyn Device) {
        let changed = std::mem::take(&mut self.changed);
        if std::mem::take(&mut self.fresh) || changed.len() * 8 > self.entries.len() {
            device.write(Buf::Tables, 4 * u64::from(self.base), self.entries.as_flattened());
            return;
        }
        for at in changed {
            let entry = &self.entries[at as usize];
            device.write(Buf::Tables, 4 * u64::from(self.base + at), entry);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_grow_and_forget() {
        let mut tables = Tables::new(1 << 20);
        let mut table = tables.table().unwrap();
        for key in 0..2000 {
            table.insert(key << 20, key as u32, &mut tables).unwrap();
        }
        assert!((0..2000).all(|key| table.get(key << 20) == Some(key as u32)));
        assert_eq!(table.get(1), None);
        table.retain(|key| key >> 20 < 10);
        assert_eq!(table.get(9 << 20), Some(9));
        assert_eq!(table.get(10 << 20), None);
    }

    #[test]
    fn tables_stay_within_their_buffer_and_use_again_what_others_had() {
        let entries = 8 * SMALL;
        let mut tables = Tables::new(4 * u64::from(entries));
        let mut table = tables.table().unwrap();
        let mut keys = 0;
        while table.insert(keys, 1, &mut tables).is_ok() {
            keys += 1;
            assert!(table.base + table.mask() < entries);
        }
        // Of 8 parts it had one, two and then four; the next eight are not there.
        assert_eq!(table.mask() + 1, 4 * SMALL);
        assert!((0..keys).all(|key| table.get(key) == Some(1)));
        assert_eq!(table.get(keys), None);
        // What it had first is there for others.
        let other = tables.table().unwrap();
        assert!(other.base < table.base || table.base + table.mask() < other.base);
        assert!(tables.table().is_ok());
        assert!(tables.table().is_err());
        tables.release(&other);
        assert!(tables.table().is_ok());
    }
}
