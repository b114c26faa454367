//! What the host's processor offers.

/// A set of instruction-set extensions that code is compiled for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Extensions {
    /// Those that every host of its kind has.
    Plain,
    /// AVX2 and BMI2.
    #[cfg(target_arch = "x86_64")]
    Avx2,
    /// AVX-512 F, BW and VL, and what [`Avx2`](Self::Avx2) has.
    #[cfg(target_arch = "x86_64")]
    Avx512,
}

impl Extensions {
    /// The sets that the host has, the fastest first. That one is in this list is the argument of every
    /// `unsafe` call of a function that was compiled for it.
    pub(crate) fn available() -> Vec<Self> {
        let mut all = vec![Self::Plain];
        #[cfg(target_arch = "x86_64")]
        if is_x86_feature_detected!("avx2") && is_x86_feature_detected!("bmi2") {
            all.push(Self::Avx2);
            if is_x86_feature_detected!("avx512f")
                && is_x86_feature_detected!("avx512bw")
                && is_x86_feature_detected!("avx512vl")
            {
                all.push(Self::Avx512);
            }
        }
        all.reverse();
        all
    }
}
