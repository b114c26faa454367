//! Gates over groups of lanes, compiled for what the host offers.
//!
//! `unsafe` is used for one thing: to call functions that were compiled for an instruction-set
//! extension, after the host was asked whether it has it.
#![allow(unsafe_code)]

use super::bits::{BitsBatch, Group, Slotted};
use super::host::Extensions;
use crate::logic::Gate;

#[inline(always)]
fn apply(gate: Gate, a: &Group, b: &Group, c: &Group) -> Group {
    // A plain loop: a closure would be compiled without the caller's instruction-set extensions.
    let mut r = [0; BitsBatch::WORDS];
    for w in 0..BitsBatch::WORDS {
        r[w] = gate.eval(a[w], b[w], c[w]);
    }
    r
}

#[inline(always)]
fn gates(gates: &[Slotted], buffer: &mut [Group]) {
    const { assert!(BitsBatch::WORDS.is_multiple_of(8)) }
    macro_rules! each {
        ($slotted:ident, $($gate:ident)*) => {
            match $slotted.gate {
                $(Gate::$gate => {
                    let [a, b, c] = $slotted.operands;
                    buffer[$slotted.to as usize] = apply(
                        Gate::$gate,
                        &buffer[a as usize],
                        &buffer[b as usize],
                        &buffer[c as usize],
                    );
                })*
            }
        };
    }
    for slotted in gates {
        each!(slotted, And AndNot Or OrNot Xor Not Xor3 Majority Mux OrAnd Zero);
    }
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2,bmi2")]
fn gates_avx2(list: &[Slotted], buffer: &mut [Group]) {
    gates(list, buffer);
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx512f,avx512bw,avx512vl,avx2,bmi2")]
fn gates_avx512(list: &[Slotted], buffer: &mut [Group]) {
    gates(list, buffer);
}

impl Extensions {
    /// Evaluates gates, in order.
    pub(crate) fn gates(self, list: &[Slotted], buffer: &mut [Group]) {
        match self {
            Self::Plain => gates(list, buffer),
            // SAFETY: who has this value took it from `Extensions::available`.
            #[cfg(target_arch = "x86_64")]
            Self::Avx2 => unsafe { gates_avx2(list, buffer) },
            // SAFETY: as above.
            #[cfg(target_arch = "x86_64")]
            Self::Avx512 => unsafe { gates_avx512(list, buffer) },
        }
    }
}
