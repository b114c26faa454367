//! Condition codes over packed flags. Arm manual C1.2.4.

use ncpu_shader::{Bool, Build, U32, U64};

/// Does condition `cond` hold? One that is not known looks its answer up in a word of bits.
pub fn holds<'k>(k: &'k Build<'k>, cond: U32<'k>, nzcv: U64<'k>) -> Bool<'k> {
    let flags = nzcv.low() & 15;
    let bit = |n: u32| (flags & (1 << n)).ne(0);
    let Some(code) = cond.known() else {
        // Two conditions a word: the even one of a pair in the low half.
        let pairs = [0, 2, 4, 6, 8, 10, 12, 14].map(|even: u16| {
            let row =
                |cond| (0..16).fold(0, |r, f| r | u32::from(ncpu_uop::cond::holds(cond, f)) << f);
            row(even) | row(even + 1) << 16
        });
        let rows = pairs.into_iter().enumerate().skip(1).fold(k.u32(pairs[0]), |row, (n, word)| {
            k.select((cond & 15).shr(1).eq(n as u32), k.u32(word), row)
        });
        return (rows.shr((cond & 1).shl(4) + flags) & 1).ne(0);
    };
    let (n, z, c, v) = (bit(3), bit(2), bit(1), bit(0));
    let base = match code >> 1 & 7 {
        0 => z,
        1 => c,
        2 => n,
        3 => v,
        4 => c & !z,
        5 => !(n ^ v),
        6 => !(n ^ v) & !z,
        _ => k.bool(true),
    };
    if code & 1 == 1 && code != 15 { !base } else { base }
}
