//! Output logs: what a guest wrote, in its order.

use crate::words::to_bytes;

/// Standard output and error of a log: for each write a word with its length, and bit 31 for standard
/// error; then its bytes, padded to words.
pub(crate) fn read(log: &[u32], used: usize) -> [Vec<u8>; 2] {
    let mut streams = [Vec::new(), Vec::new()];
    let mut rest = &log[..used.min(log.len())];
    while let Some((head, after)) = rest.split_first() {
        let (length, error) = ((head & !(1 << 31)) as usize, head >> 31 != 0);
        let words = length.div_ceil(4).min(after.len());
        streams[usize::from(error)].extend(bytes(&after[..words], length));
        rest = &after[words..];
    }
    streams
}

/// The first bytes of words: all that a guest with a console has in its log.
pub(crate) fn bytes(log: &[u32], used: usize) -> Vec<u8> {
    let mut bytes = to_bytes(&log[..used.div_ceil(4).min(log.len())]);
    bytes.truncate(used);
    bytes
}

#[cfg(test)]
mod tests {
    #[test]
    fn logs_tell_streams_apart() {
        let word = |bytes: &[u8; 4]| u32::from_le_bytes(*bytes);
        let log = [5, word(b"hell"), word(b"o\0\0\0"), 1 << 31 | 2, word(b"no\0\0"), 9];
        assert_eq!(super::read(&log, 5), [b"hello".to_vec(), b"no".to_vec()]);
        assert_eq!(super::read(&log, 0), [vec![], vec![]]);
    }
}
