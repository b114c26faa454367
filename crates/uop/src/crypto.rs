//! AES (FIPS 197), SHA-1 and SHA-256 (FIPS 180-4) steps, as the Arm manual cuts them.

use crate::Op;

/// Multiplies by x in GF(2^8) with AES's polynomial.
const fn xtime(a: u8) -> u8 {
    a << 1 ^ (a >> 7).wrapping_mul(0x1b)
}

const fn gf_mul(a: u8, b: u8) -> u8 {
    let (mut a, mut b, mut r) = (a, b, 0);
    while b != 0 {
        if b & 1 == 1 {
            r ^= a;
        }
        a = xtime(a);
        b >>= 1;
    }
    r
}

/// The S-box: the inverse in GF(2^8), then an affine map. 3 generates the field's units, so the
/// inverse of 3^i is 3^(255 - i).
const fn sbox() -> [u8; 256] {
    let mut exp = [1_u8; 256];
    let mut i = 1;
    while i < 256 {
        exp[i] = exp[i - 1] ^ xtime(exp[i - 1]);
        i += 1;
    }
    let mut s = [0x63; 256];
    let mut i = 0;
    while i < 255 {
        let inv = exp[255 - i];
        s[exp[i] as usize] = inv
            ^ inv.rotate_left(1)
            ^ inv.rotate_left(2)
            ^ inv.rotate_left(3)
            ^ inv.rotate_left(4)
            ^ 0x63;
        i += 1;
    }
    s
}

const fn inverse(s: &[u8; 256]) -> [u8; 256] {
    let mut r = [0; 256];
    let mut i = 0;
    while i < 256 {
        r[s[i] as usize] = i as u8;
        i += 1;
    }
    r
}

static SBOX: [u8; 256] = sbox();
static INV_SBOX: [u8; 256] = inverse(&sbox());

pub(crate) fn aes(op: Op, a: u128, b: u128) -> u128 {
    match op {
        Op::AesE => sub_and_shift(a ^ b, &SBOX, 5),
        Op::AesD => sub_and_shift(a ^ b, &INV_SBOX, 13),
        Op::AesMc => mix_columns(a, [2, 3, 1, 1]),
        _ => mix_columns(a, [14, 11, 13, 9]),
    }
}

/// SubBytes and ShiftRows: byte `i` comes from byte `step * i` (mod 16).
fn sub_and_shift(state: u128, sbox: &[u8; 256], step: usize) -> u128 {
    let bytes = state.to_le_bytes();
    u128::from_le_bytes(std::array::from_fn(|i| sbox[bytes[i * step % 16] as usize]))
}

fn mix_columns(state: u128, row: [u8; 4]) -> u128 {
    let bytes = state.to_le_bytes();
    u128::from_le_bytes(std::array::from_fn(|i| {
        let column = i & !3;
        (0..4).fold(0, |r, k| r ^ gf_mul(bytes[column + (i + k) % 4], row[k]))
    }))
}

fn words(a: u128) -> [u32; 4] {
    std::array::from_fn(|i| (a >> (32 * i)) as u32)
}

fn pack(w: [u32; 4]) -> u128 {
    w.iter().rev().fold(0, |r, w| r << 32 | u128::from(*w))
}

/// `d`, `n`, `m` are the operands Vd, Vn, Vm of the instruction.
pub(crate) fn sha1(op: Op, d: u128, n: u128, m: u128) -> u128 {
    match op {
        Op::Sha1H => u128::from((n as u32).rotate_left(30)),
        Op::Sha1Su0 => {
            let shifted = d >> 64 | n << 64;
            shifted ^ d ^ m
        }
        // SHA1SU1 has its operands Vd, Vn in `n`, `m`.
        Op::Sha1Su1 => {
            let t = words(n ^ m >> 32);
            let mut r = t.map(|w| w.rotate_left(1));
            r[3] ^= t[0].rotate_left(2);
            pack(r)
        }
        _ => sha1_rounds(op, d, n, m),
    }
}

fn sha1_rounds(op: Op, d: u128, n: u128, m: u128) -> u128 {
    let [mut a, mut b, mut c, mut dd] = words(d);
    let mut e = n as u32;
    for w in words(m) {
        let f = match op {
            Op::Sha1C => (c ^ dd) & b ^ dd,
            Op::Sha1P => b ^ c ^ dd,
            _ => b & c | (b | c) & dd,
        };
        let t = e.wrapping_add(a.rotate_left(5)).wrapping_add(f).wrapping_add(w);
        (a, b, c, dd, e) = (t, a, b.rotate_left(30), c, dd);
    }
    pack([a, b, c, dd])
}

pub(crate) fn sha256(op: Op, d: u128, n: u128, m: u128) -> u128 {
    match op {
        Op::Sha256H => sha256_rounds(d, n, m).0,
        // SHA256H2 is given the halves the other way round.
        Op::Sha256H2 => sha256_rounds(n, d, m).1,
        // SHA256SU0 has its operands Vd, Vn in `n`, `m`.
        Op::Sha256Su0 => {
            let t = words(n >> 32 | m << 96);
            let w = words(n);
            pack(std::array::from_fn(|i| {
                let s = t[i].rotate_right(7) ^ t[i].rotate_right(18) ^ t[i] >> 3;
                w[i].wrapping_add(s)
            }))
        }
        _ => {
            let t = words(n >> 32 | m << 96);
            let (d, m) = (words(d), words(m));
            let sigma = |w: u32| w.rotate_right(17) ^ w.rotate_right(19) ^ w >> 10;
            let low = [0, 1].map(|i| d[i].wrapping_add(t[i]).wrapping_add(sigma(m[i + 2])));
            let high = [0, 1].map(|i| d[i + 2].wrapping_add(t[i + 2]).wrapping_add(sigma(low[i])));
            pack([low[0], low[1], high[0], high[1]])
        }
    }
}

/// Four rounds over state `x` (a to d) and `y` (e to h) with `w`, message plus constant.
fn sha256_rounds(x: u128, y: u128, w: u128) -> (u128, u128) {
    let [mut a, mut b, mut c, mut d] = words(x);
    let [mut e, mut f, mut g, mut h] = words(y);
    for w in words(w) {
        let s1 = e.rotate_right(6) ^ e.rotate_right(11) ^ e.rotate_right(25);
        let choose = (f ^ g) & e ^ g;
        let t1 = h.wrapping_add(s1).wrapping_add(choose).wrapping_add(w);
        let s0 = a.rotate_right(2) ^ a.rotate_right(13) ^ a.rotate_right(22);
        let majority = a & b | (a | b) & c;
        let t2 = s0.wrapping_add(majority);
        (h, g, f, e) = (g, f, e, d.wrapping_add(t1));
        (d, c, b, a) = (c, b, a, t1.wrapping_add(t2));
    }
    (pack([a, b, c, d]), pack([e, f, g, h]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sbox_values() {
        assert_eq!((SBOX[0], SBOX[1], SBOX[0x53]), (0x63, 0x7c, 0xed));
        assert!((0..=255_u8).all(|i| INV_SBOX[SBOX[i as usize] as usize] == i));
    }

    /// FIPS 197 appendix B, round 1: SubBytes, ShiftRows, MixColumns.
    #[test]
    fn aes_round() {
        let start = u128::from_be_bytes([
            0x19, 0x3d, 0xe3, 0xbe, 0xa0, 0xf4, 0xe2, 0x2b, 0x9a, 0xc6, 0x8d, 0x2a, 0xe9, 0xf8,
            0x48, 0x08,
        ])
        .swap_bytes();
        let mixed = aes(Op::AesMc, aes(Op::AesE, start, 0), 0);
        assert_eq!(mixed.swap_bytes(), 0x0466_81e5_e0cb_199a_48f8_d37a_2806_264c);
        assert_eq!(aes(Op::AesD, aes(Op::AesImc, mixed, 0), 0), start);
    }

    /// One block of "abc" through the four rounds at a time (FIPS 180-4 examples).
    #[test]
    fn sha256_abc() {
        let mut w = [0_u32; 64];
        w[0] = 0x6162_6380;
        w[15] = 24;
        for i in (16..64).step_by(4) {
            let at = |k: usize| pack([w[i - k], w[i - k + 1], w[i - k + 2], w[i - k + 3]]);
            let t = sha256(Op::Sha256Su0, 0, at(16), at(12));
            let r = words(sha256(Op::Sha256Su1, t, at(8), at(4)));
            w[i..i + 4].copy_from_slice(&r);
        }
        let primes: Vec<u64> = (2..312_u64)
            .filter(|n| (2..*n).take_while(|d| d * d <= *n).all(|d| n % d != 0))
            .collect();
        let k = |i: usize| {
            let cube_root = (primes[i] as f64).cbrt();
            (cube_root.fract() * 4_294_967_296.0) as u32
        };
        let init: [u32; 8] =
            std::array::from_fn(|i| ((primes[i] as f64).sqrt().fract() * 4_294_967_296.0) as u32);
        let mut x = pack([init[0], init[1], init[2], init[3]]);
        let mut y = pack([init[4], init[5], init[6], init[7]]);
        for i in (0..64).step_by(4) {
            let wk = pack(std::array::from_fn(|j| w[i + j].wrapping_add(k(i + j))));
            let next = sha256(Op::Sha256H, x, y, wk);
            // SHA256H2 takes Vd = e to h and Vn = the *old* a to d.
            y = sha256(Op::Sha256H2, y, x, wk);
            x = next;
        }
        assert_eq!(words(x)[0].wrapping_add(init[0]), 0xba78_16bf);
        assert_eq!(words(y)[3].wrapping_add(init[7]), 0xf200_15ad);
    }
}
