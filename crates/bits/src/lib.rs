//! Bit fields, masks and sign extension: the small vocabulary every other crate shares.

/// The field `word[hi:lo]`, as the Arm manual writes it.
#[inline]
#[must_use]
pub const fn field(word: u32, hi: u32, lo: u32) -> u32 {
    (word >> lo) & (u32::MAX >> (31 - (hi - lo)))
}

/// A mask of the `n` lowest bits; `n` may be 0 to 64.
#[inline]
#[must_use]
pub const fn ones(n: u32) -> u64 {
    if n >= 64 { u64::MAX } else { (1 << n) - 1 }
}

/// Sign-extends the `n` lowest bits of `value` (`n` from 1 to 64).
#[inline]
#[must_use]
pub const fn sign_extend(value: u64, n: u32) -> u64 {
    let s = 64 - n;
    (((value << s) as i64) >> s) as u64
}

/// Repeats the lowest `n` bits of `value` over 64 bits (`n` a power of two up to 64).
#[inline]
#[must_use]
pub const fn replicate(value: u64, n: u32) -> u64 {
    let mut v = value & ones(n);
    let mut w = n;
    while w < 64 {
        v |= v << w;
        w *= 2;
    }
    v
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields() {
        assert_eq!(field(0xdead_beef, 31, 28), 0xd);
        assert_eq!(field(0xdead_beef, 31, 0), 0xdead_beef);
        assert_eq!(ones(0), 0);
        assert_eq!(ones(64), u64::MAX);
        assert_eq!(sign_extend(0x80, 8), 0xffff_ffff_ffff_ff80);
        assert_eq!(sign_extend(0x7f, 8), 0x7f);
        assert_eq!(replicate(0b01, 2), 0x5555_5555_5555_5555);
    }
}
