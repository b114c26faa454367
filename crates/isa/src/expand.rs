//! The manual's immediate expansions, shared by all who read operands.

use ncpu_bits::{ones, replicate};

/// The two masks of a bitmask immediate or bitfield instruction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BitMasks {
    /// Which bits of the rotated source are inserted; the immediate itself.
    pub wmask: u64,
    /// Which bits of the result come from the source rather than the sign or destination.
    pub tmask: u64,
}

/// `DecodeBitMasks` without its `immediate` check: `None` where the element size is reserved. With
/// `sf` clear the masks are 32 bits wide. A *logical immediate* is reserved also where all bits of an
/// element would be set; the table's rows exclude those words.
#[must_use]
pub fn decode_bit_masks(n: bool, imms: u32, immr: u32, sf: bool) -> Option<BitMasks> {
    let key = (u32::from(n) << 6) | (!imms & 0x3f);
    let len = 31u32.checked_sub(key.leading_zeros()).filter(|&len| len >= 1)?;
    if n && !sf {
        return None;
    }
    let levels = (1 << len) - 1;
    let (s, r) = (imms & levels, immr & levels);
    let d = s.wrapping_sub(r) & levels;
    let esize = 1 << len;
    let welem = rotate_right(ones(s + 1), r, esize);
    let telem = ones(d + 1);
    let width = ones(if sf { 64 } else { 32 });
    Some(BitMasks {
        wmask: replicate(welem, esize) & width,
        tmask: replicate(telem, esize) & width,
    })
}

/// Rotates an element of `esize` bits.
fn rotate_right(value: u64, by: u32, esize: u32) -> u64 {
    if by == 0 {
        return value;
    }
    ((value >> by) | (value << (esize - by))) & ones(esize)
}

/// `VFPExpandImm`: the bits of a half, single or double (`size` 16, 32 or 64) from imm8.
#[must_use]
pub const fn vfp_expand_imm(imm8: u32, size: u32) -> u64 {
    let exponent = match size {
        16 => 5,
        32 => 8,
        _ => 11,
    };
    let fraction = size - exponent - 1;
    let imm8 = imm8 as u64;
    let sign = (imm8 >> 7) & 1;
    let b = (imm8 >> 6) & 1;
    let middle = if b == 1 { ones(exponent - 3) } else { 0 };
    let exp = ((b ^ 1) << (exponent - 1)) | (middle << 2) | ((imm8 >> 4) & 3);
    (sign << (size - 1)) | (exp << fraction) | ((imm8 & 0xf) << (fraction - 4))
}

/// `AdvSIMDExpandImm`: the 64 bits that a SIMD modified immediate stands for.
#[must_use]
pub fn adv_simd_expand_imm(op: bool, cmode: u32, imm8: u32) -> u64 {
    let imm = u64::from(imm8);
    match cmode >> 1 {
        shift @ 0..=3 => replicate(imm << (8 * shift), 32),
        4 => replicate(imm, 16),
        5 => replicate(imm << 8, 16),
        6 if cmode & 1 == 0 => replicate((imm << 8) | 0xff, 32),
        6 => replicate((imm << 16) | 0xffff, 32),
        _ => match (cmode & 1, op) {
            (0, false) => replicate(imm, 8),
            (0, true) => (0..8).filter(|i| imm >> i & 1 == 1).fold(0, |v, i| v | 0xff << (8 * i)),
            (_, false) => replicate(vfp_expand_imm(imm8, 32), 32),
            (_, true) => vfp_expand_imm(imm8, 64),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bit_masks() {
        let ones = decode_bit_masks(true, 0b000111, 0, true).unwrap();
        assert_eq!(ones.wmask, 0xff);
        let alternating = decode_bit_masks(false, 0b111100, 1, false).unwrap();
        assert_eq!(alternating.wmask, 0xaaaa_aaaa);
        assert_eq!(decode_bit_masks(false, 0b111110, 0, true), None);
        assert_eq!(decode_bit_masks(true, 0, 0, false), None);
        let rotated = decode_bit_masks(true, 3, 2, true).unwrap();
        assert_eq!(rotated.wmask, 0xc000_0000_0000_0003);
    }

    #[test]
    fn floating_immediates() {
        assert_eq!(f32::from_bits(vfp_expand_imm(0x70, 32) as u32), 1.0);
        assert_eq!(f64::from_bits(vfp_expand_imm(0x80, 64)), -2.0);
        assert_eq!(vfp_expand_imm(0x70, 16), 0x3c00);
        assert_eq!(adv_simd_expand_imm(true, 0b1110, 0x81), 0xff00_0000_0000_00ff);
        assert_eq!(adv_simd_expand_imm(false, 0b1101, 0x12), 0x0012_ffff_0012_ffff);
        assert_eq!(adv_simd_expand_imm(true, 0b1111, 0x70), 1.0f64.to_bits());
    }
}
