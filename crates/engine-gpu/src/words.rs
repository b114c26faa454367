//! Numbers and bytes as the 32-bit words that device buffers consist of.

/// The number of two words.
pub(crate) fn join([low, high]: [u32; 2]) -> u64 {
    u64::from(low) | u64::from(high) << 32
}

/// The numbers of words, two each.
pub(crate) fn joined(words: &[u32]) -> Vec<u64> {
    words.as_chunks::<2>().0.iter().map(|w| join(*w)).collect()
}

/// Two words for each number.
pub(crate) fn pairs(values: &[u64]) -> Vec<u32> {
    let mut words = Vec::with_capacity(2 * values.len());
    values.iter().for_each(|v| words.extend([*v as u32, (*v >> 32) as u32]));
    words
}

/// The words of bytes, little-endian; their number is a multiple of 4.
pub(crate) fn from_bytes(bytes: &[u8]) -> Vec<u32> {
    bytes.as_chunks::<4>().0.iter().map(|b| u32::from_le_bytes(*b)).collect()
}

/// The bytes of words.
pub(crate) fn to_bytes(words: &[u32]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(4 * words.len());
    words.iter().for_each(|w| bytes.extend(w.to_le_bytes()));
    bytes
}

/// Byte strings one after the other, each padded to whole words.
pub(crate) fn packed(rows: &[&[u8]]) -> Vec<u8> {
    let padded = |row: &&[u8]| row.len().next_multiple_of(4);
    let mut bytes = Vec::with_capacity(rows.iter().map(padded).sum());
    for row in rows {
        bytes.extend_from_slice(row);
        bytes.resize(bytes.len().next_multiple_of(4), 0);
    }
    bytes
}
