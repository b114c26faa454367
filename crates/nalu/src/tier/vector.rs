//! Vectors of 16-bit lanes: what the kernels are written in.
//!
//! `unsafe` is used to call the intrinsics of instruction-set extensions. A type for an extension is
//! named only in functions that are compiled for it, and those are called only after the host was asked
//! whether it has it; that is what each `SAFETY` below appeals to.
#![allow(unsafe_code)]

/// A vector of 16-bit lanes. All arithmetic wraps.
pub(crate) trait Vector: Copy {
    /// How many lanes.
    const LANES: usize;

    /// Every lane the same.
    fn splat(value: i16) -> Self;

    /// The first [`LANES`](Self::LANES) of a slice that has at least so many.
    fn load(lanes: &[i16]) -> Self;

    /// Writes the first [`LANES`](Self::LANES) of a slice that has at least so many.
    fn store(self, lanes: &mut [i16]);

    /// `self + weight * other`.
    fn multiply_add(self, weight: Self, other: Self) -> Self;

    /// `max(self, 0)`.
    fn relu(self) -> Self;

    /// 1 where positive, else 0.
    fn positive(self) -> Self;
}

/// For hosts of which nothing is known.
impl Vector for [i16; 8] {
    const LANES: usize = 8;

    #[inline(always)]
    fn splat(value: i16) -> Self {
        [value; 8]
    }

    #[inline(always)]
    fn load(lanes: &[i16]) -> Self {
        let mut v = [0; 8];
        v.copy_from_slice(&lanes[..8]);
        v
    }

    #[inline(always)]
    fn store(self, lanes: &mut [i16]) {
        lanes[..8].copy_from_slice(&self);
    }

    #[inline(always)]
    fn multiply_add(mut self, weight: Self, other: Self) -> Self {
        for l in 0..8 {
            self[l] = self[l].wrapping_add(weight[l].wrapping_mul(other[l]));
        }
        self
    }

    #[inline(always)]
    fn relu(mut self) -> Self {
        for lane in &mut self {
            *lane = (*lane).max(0);
        }
        self
    }

    #[inline(always)]
    fn positive(mut self) -> Self {
        for lane in &mut self {
            *lane = i16::from(*lane > 0);
        }
        self
    }
}

#[cfg(target_arch = "x86_64")]
mod x86 {
    use super::Vector;
    use std::arch::x86_64::*;

    impl Vector for __m256i {
        const LANES: usize = 16;

        #[inline(always)]
        fn splat(value: i16) -> Self {
            // SAFETY: see the module.
            unsafe { _mm256_set1_epi16(value) }
        }

        #[inline(always)]
        fn load(lanes: &[i16]) -> Self {
            let lanes = &lanes[..16];
            // SAFETY: see the module; the slice has the 32 bytes that are read, at any alignment.
            unsafe { _mm256_loadu_si256(lanes.as_ptr().cast()) }
        }

        #[inline(always)]
        fn store(self, lanes: &mut [i16]) {
            let lanes = &mut lanes[..16];
            // SAFETY: as for `load`, with writing for reading.
            unsafe { _mm256_storeu_si256(lanes.as_mut_ptr().cast(), self) }
        }

        #[inline(always)]
        fn multiply_add(self, weight: Self, other: Self) -> Self {
            // SAFETY: see the module.
            unsafe { _mm256_add_epi16(self, _mm256_mullo_epi16(weight, other)) }
        }

        #[inline(always)]
        fn relu(self) -> Self {
            // SAFETY: see the module.
            unsafe { _mm256_max_epi16(self, _mm256_setzero_si256()) }
        }

        #[inline(always)]
        fn positive(self) -> Self {
            // SAFETY: see the module.
            unsafe { _mm256_srli_epi16::<15>(_mm256_cmpgt_epi16(self, _mm256_setzero_si256())) }
        }
    }

    impl Vector for __m512i {
        const LANES: usize = 32;

        #[inline(always)]
        fn splat(value: i16) -> Self {
            // SAFETY: see the module.
            unsafe { _mm512_set1_epi16(value) }
        }

        #[inline(always)]
        fn load(lanes: &[i16]) -> Self {
            let lanes = &lanes[..32];
            // SAFETY: see the module; the slice has the 64 bytes that are read, at any alignment.
            unsafe { _mm512_loadu_si512(lanes.as_ptr().cast()) }
        }

        #[inline(always)]
        fn store(self, lanes: &mut [i16]) {
            let lanes = &mut lanes[..32];
            // SAFETY: as for `load`, with writing for reading.
            unsafe { _mm512_storeu_si512(lanes.as_mut_ptr().cast(), self) }
        }

        #[inline(always)]
        fn multiply_add(self, weight: Self, other: Self) -> Self {
            // SAFETY: see the module.
            unsafe { _mm512_add_epi16(self, _mm512_mullo_epi16(weight, other)) }
        }

        #[inline(always)]
        fn relu(self) -> Self {
            // SAFETY: see the module.
            unsafe { _mm512_max_epi16(self, _mm512_setzero_si512()) }
        }

        #[inline(always)]
        fn positive(self) -> Self {
            // SAFETY: see the module.
            unsafe {
                let positive = _mm512_cmpgt_epi16_mask(self, _mm512_setzero_si512());
                _mm512_maskz_set1_epi16(positive, 1)
            }
        }
    }
}
