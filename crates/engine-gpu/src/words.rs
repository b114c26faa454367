//! Numbers and bytes as the 32-bit words that device buffers consist of.

/// The number of two words.
pub(crate) fn join([low, high]: [u32; 2]) -> u64 {
    u64::from(low) | u64::from(high) << 32
}

/// Two words for each number.
pub(crate) fn pairs(values: &[u64]) -> Vec<u32> {
    values.iter().flat_map(|v| [*v as u32, (*v >> 32) as u32]).collect()
}

/// The words of bytes, little-endian; their number is a multiple of 4.
pub(crate) fn from_bytes(bytes: &[u8]) -> Vec<u32> {
    bytes.as_chunks::<4>().0.iter().map(|b| u32::from_le_bytes(*b)).collect()
}

/// The bytes of words.
pub(crate) fn to_bytes(words: &[u32]) -> Vec<u8> {
    words.iter().flat_map(|w| w.to_le_bytes()).collect()
}
