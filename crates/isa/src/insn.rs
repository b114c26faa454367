//! A decoded instruction and its fields, named as in the Arm manual.

use crate::{Enc, Feature, Row};
use ncpu_bits::{field, sign_extend};

/// A word together with the encoding it belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Insn {
    /// Which encoding.
    pub enc: Enc,
    /// The word itself.
    pub word: u32,
}

macro_rules! fields {
    ($($(#[doc = $doc:literal])* $name:ident $hi:literal $lo:literal;)*) => {
        $(
            $(#[doc = $doc])*
            #[inline]
            #[must_use]
            pub const fn $name(self) -> u32 {
                field(self.word, $hi, $lo)
            }
        )*
    };
}

macro_rules! flags {
    ($($(#[doc = $doc:literal])* $name:ident $bit:literal;)*) => {
        $(
            $(#[doc = $doc])*
            #[inline]
            #[must_use]
            pub const fn $name(self) -> bool {
                field(self.word, $bit, $bit) != 0
            }
        )*
    };
}

impl Insn {
    fields! {
        /// Rd, bits 4:0.
        rd 4 0;
        /// Rt, bits 4:0.
        rt 4 0;
        /// Rn, bits 9:5.
        rn 9 5;
        /// Ra, bits 14:10.
        ra 14 10;
        /// Rt2, bits 14:10.
        rt2 14 10;
        /// Rm, bits 20:16.
        rm 20 16;
        /// Rs, bits 20:16.
        rs 20 16;
        /// The size of data processing (SIMD) instructions, bits 23:22.
        size 23 22;
        /// The type of scalar floating-point instructions, bits 23:22: single, double, (reserved), half.
        ftype 23 22;
        /// The shift type of shifted-register operands, bits 23:22.
        shift 23 22;
        /// The size of loads and stores, bits 31:30.
        ls_size 31 30;
        /// The opc of loads and stores, bits 23:22.
        opc 23 22;
        /// The size of SIMD structure loads and stores, bits 11:10.
        ldst_size 11 10;
        /// imm12, bits 21:10, not shifted.
        imm12 21 10;
        /// imm16 of move wide and exceptions, bits 20:5.
        imm16 20 5;
        /// hw of move wide, bits 22:21.
        hw 22 21;
        /// imm6 of shifted registers, bits 15:10.
        imm6 15 10;
        /// imm5 of conditional compare, bits 20:16.
        imm5 20 16;
        /// imm3 of extended registers, bits 12:10.
        imm3 12 10;
        /// option of extended registers, bits 15:13.
        option 15 13;
        /// immr of bitfields and bitmasks, bits 21:16.
        immr 21 16;
        /// imms of bitfields and bitmasks, bits 15:10.
        imms 15 10;
        /// The condition of selects and compares, bits 15:12.
        cond 15 12;
        /// The condition of B.cond, bits 3:0.
        branch_cond 3 0;
        /// The flags that a conditional compare sets when its condition fails, bits 3:0.
        nzcv 3 0;
        /// rmode of conversions, bits 20:19.
        rmode 20 19;
        /// scale of fixed-point conversions, bits 15:10.
        scale 15 10;
        /// imm8 of scalar FMOV, bits 20:13.
        imm8 20 13;
        /// immh of SIMD shifts, bits 22:19.
        immh 22 19;
        /// immh:immb of SIMD shifts, bits 22:16.
        immhb 22 16;
        /// cmode of SIMD modified immediates, bits 15:12.
        cmode 15 12;
        /// imm4 of EXT and INS, bits 14:11.
        imm4 14 11;
        /// op1 of system instructions, bits 18:16.
        op1 18 16;
        /// CRn, bits 15:12.
        crn 15 12;
        /// CRm, bits 11:8.
        crm 11 8;
        /// op2 of system instructions, bits 7:5.
        op2 7 5;
        /// op0:op1:CRn:CRm:op2 of MRS and MSR, bits 20:5 (op0 is always 2 or 3).
        sysreg 20 5;
    }

    flags! {
        /// sf, bit 31: 64-bit registers.
        sf 31;
        /// Q, bit 30: 128-bit vectors.
        q 30;
        /// U, bit 29: unsigned, or another operation.
        u 29;
        /// N of bitfields and bitmasks, bit 22.
        n 22;
        /// sh of add/subtract immediate, bit 22: shift by 12.
        sh 22;
        /// S of loads and stores with a register offset, bit 12: scale it.
        s 12;
        /// A (acquire) of atomics, bit 23.
        acquire 23;
        /// R (release) of atomics, bit 22.
        release 22;
    }

    /// The field `word[hi:lo]`.
    #[inline]
    #[must_use]
    pub const fn bits(self, hi: u32, lo: u32) -> u32 {
        field(self.word, hi, lo)
    }

    /// The bit `word[i]`.
    #[inline]
    #[must_use]
    pub const fn bit(self, i: u32) -> bool {
        field(self.word, i, i) != 0
    }

    /// The field `word[hi:lo]` as a signed number.
    #[inline]
    #[must_use]
    pub const fn signed(self, hi: u32, lo: u32) -> i64 {
        sign_extend(field(self.word, hi, lo) as u64, hi - lo + 1) as i64
    }

    /// 64 or 32, from sf.
    #[inline]
    #[must_use]
    pub const fn datasize(self) -> u32 {
        if self.sf() { 64 } else { 32 }
    }

    /// simm9 of loads and stores, in bytes.
    #[inline]
    #[must_use]
    pub const fn simm9(self) -> i64 {
        self.signed(20, 12)
    }

    /// simm7 of pairs, not scaled.
    #[inline]
    #[must_use]
    pub const fn simm7(self) -> i64 {
        self.signed(21, 15)
    }

    /// S:imm9 of LDRAA and LDRAB, in bytes.
    #[inline]
    #[must_use]
    pub const fn simm10(self) -> i64 {
        let value = (self.bits(22, 22) << 9) | self.bits(20, 12);
        (sign_extend(value as u64, 10) as i64) * 8
    }

    /// The byte offset of B and BL.
    #[inline]
    #[must_use]
    pub const fn offset26(self) -> i64 {
        self.signed(25, 0) * 4
    }

    /// The byte offset of conditional branches, CBZ and literal loads.
    #[inline]
    #[must_use]
    pub const fn offset19(self) -> i64 {
        self.signed(23, 5) * 4
    }

    /// The byte offset of TBZ.
    #[inline]
    #[must_use]
    pub const fn offset14(self) -> i64 {
        self.signed(18, 5) * 4
    }

    /// immhi:immlo of ADR (bytes) and ADRP (4 KiB pages).
    #[inline]
    #[must_use]
    pub const fn adr_imm(self) -> i64 {
        (self.signed(23, 5) << 2) | (self.bits(30, 29) as i64)
    }

    /// The bit number that TBZ and TBNZ test.
    #[inline]
    #[must_use]
    pub const fn test_bit(self) -> u32 {
        (self.bits(31, 31) << 5) | self.bits(23, 19)
    }

    /// abcdefgh of SIMD modified immediates.
    #[inline]
    #[must_use]
    pub const fn abcdefgh(self) -> u32 {
        (self.bits(18, 16) << 5) | self.bits(9, 5)
    }

    /// The row of this instruction's encoding.
    #[inline]
    #[must_use]
    pub fn row(self) -> &'static Row {
        self.enc.row()
    }

    /// The feature that this very word needs.
    #[must_use]
    pub fn feature(self) -> Feature {
        let row = self.row();
        match row.feature_when {
            Some((when, feature)) if when.matches(self.word) => feature,
            _ => row.feature,
        }
    }
}
