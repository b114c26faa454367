//! Architecture features, as the table names them.

use std::fmt;

macro_rules! features {
    ($($variant:ident $name:literal $doc:literal,)*) => {
        /// An architecture feature that encodings belong to.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum Feature {
            $(#[doc = $doc] $variant,)*
        }

        impl Feature {
            /// Every feature.
            pub const ALL: &[Feature] = &[$(Feature::$variant,)*];

            /// The short name that the table uses.
            #[must_use]
            pub fn name(self) -> &'static str {
                match self {
                    $(Feature::$variant => $name,)*
                }
            }
        }
    };
}

features! {
    Base "base" "Armv8.0, with floating point and Advanced SIMD.",
    Aes "aes" "FEAT_AES.",
    Bf16 "bf16" "FEAT_BF16.",
    Bti "bti" "FEAT_BTI.",
    Clrbhb "clrbhb" "FEAT_CLRBHB.",
    Crc "crc" "FEAT_CRC32.",
    Cssc "cssc" "FEAT_CSSC.",
    Dgh "dgh" "FEAT_DGH.",
    Dotprod "dotprod" "FEAT_DotProd.",
    Fcma "fcma" "FEAT_FCMA: complex numbers.",
    Fhm "fhm" "FEAT_FHM.",
    Flagm "flagm" "FEAT_FlagM.",
    Flagm2 "flagm2" "FEAT_FlagM2.",
    Fp16 "fp16" "FEAT_FP16.",
    Frintts "frintts" "FEAT_FRINTTS.",
    Hbc "hbc" "FEAT_HBC.",
    I8mm "i8mm" "FEAT_I8MM.",
    Jscvt "jscvt" "FEAT_JSCVT.",
    Lor "lor" "FEAT_LOR.",
    Lrcpc "lrcpc" "FEAT_LRCPC.",
    Lrcpc2 "lrcpc2" "FEAT_LRCPC2.",
    Ls64 "ls64" "FEAT_LS64.",
    Lse "lse" "FEAT_LSE.",
    Mops "mops" "FEAT_MOPS.",
    Mte "mte" "FEAT_MTE.",
    Nmi "nmi" "FEAT_NMI.",
    Pauth "pauth" "FEAT_PAuth.",
    Pmull "pmull" "FEAT_PMULL.",
    Ras "ras" "FEAT_RAS.",
    Rdm "rdm" "FEAT_RDM.",
    Sb "sb" "FEAT_SB.",
    Sha1 "sha1" "FEAT_SHA1.",
    Sha2 "sha2" "FEAT_SHA256.",
    Sha3 "sha3" "FEAT_SHA3.",
    Sha512 "sha512" "FEAT_SHA512.",
    Sm3 "sm3" "FEAT_SM3.",
    Sm4 "sm4" "FEAT_SM4.",
    Sme "sme" "FEAT_SME.",
    Spe "spe" "FEAT_SPE.",
    Sve "sve" "FEAT_SVE and its extensions.",
    Tme "tme" "FEAT_TME.",
    Trf "trf" "FEAT_TRF.",
    Wfxt "wfxt" "FEAT_WFxT.",
    Xs "xs" "FEAT_XS.",
}

impl fmt::Display for Feature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
