//! Condition codes over packed flags (N 8, Z 4, C 2, V 1). Arm manual C1.2.4.

/// For each condition, bit `nzcv` tells whether it holds.
const HOLDS: [u16; 16] = table();

const fn table() -> [u16; 16] {
    let mut rows = [0; 16];
    let mut cond = 0;
    while cond < 16 {
        let mut flags = 0;
        while flags < 16 {
            let (n, z, c, v) = (flags & 8 != 0, flags & 4 != 0, flags & 2 != 0, flags & 1 != 0);
            let base = match cond >> 1 {
                0 => z,
                1 => c,
                2 => n,
                3 => v,
                4 => c && !z,
                5 => n == v,
                6 => n == v && !z,
                _ => true,
            };
            // 15 is AL too, so that there is a code for each bit pattern.
            if base != (cond & 1 == 1 && cond != 15) {
                rows[cond] |= 1 << flags;
            }
            flags += 1;
        }
        cond += 1;
    }
    rows
}

/// Does condition `cond` (0 EQ to 15 NV) hold for the packed flags?
#[inline(always)]
#[must_use]
pub fn holds(cond: u16, nzcv: u64) -> bool {
    HOLDS[cond as usize & 15] >> (nzcv & 15) & 1 == 1
}

/// The opposite condition; AL has none and stays.
#[must_use]
pub const fn invert(cond: u16) -> u16 {
    if cond < 14 { cond ^ 1 } else { cond }
}
