//! Register states: the harness's form, random ones, and how execution ended.

use crate::layout::{WINDOW, mix};
use crate::random::Random;
use ncpu_machine::Vcpu;
use ncpu_uop::slot;

/// Words of a state in the harness's form.
pub(crate) const WORDS: usize = 100;
const V: usize = 32;
const NZCV: usize = 96;
const FPCR: usize = 97;
const FPSR: usize = 98;

/// X0 to X30, SP, V0 to V31 (low half first), NZCV (where PSTATE has it), FPCR, FPSR, nothing.
#[derive(Clone, PartialEq, Eq)]
pub struct State(pub [u64; WORDS]);

/// How execution ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// At the next instruction.
    Fell,
    /// At a branch's target.
    Branched,
    /// The word is undefined.
    Undefined,
    /// A memory access faulted.
    Faulted,
    /// Otherwise, and never rightly.
    Lost,
}

/// What a case led to.
#[derive(Clone, PartialEq, Eq)]
pub struct Outcome {
    /// How it ended.
    pub status: Status,
    /// Hash of the window's words that changed, 0 if none.
    pub memory: u64,
    /// The registers.
    pub state: State,
}

impl Outcome {
    /// A hash of what [`differences`](crate::differences) compares.
    #[must_use]
    pub fn hash(&self) -> u64 {
        let status = mix(1, self.status as u64);
        if self.status == Status::Faulted {
            return status;
        }
        self.state.0.iter().fold(mix(status, self.memory), |h, v| mix(h, *v))
    }
}

impl State {
    /// A random state.
    pub(crate) fn random(r: &mut Random) -> Self {
        let mut s = [0; WORDS];
        for x in &mut s[..31] {
            *x = integer(r);
        }
        s[31] = WINDOW + 1024 + 16 * r.below(128);
        let usual = KINDS[r.below(KINDS.len() as u64) as usize];
        for v in s[V..NZCV].chunks_exact_mut(2) {
            let kind = if r.once_in(4) { r.pick(&KINDS) } else { usual };
            v.fill_with(|| half(kind, r));
        }
        s[NZCV] = r.below(16) << 28;
        s[FPCR] = r.below(4) << 22;
        for bit in [24, 25, 26] {
            s[FPCR] |= u64::from(r.once_in(4)) << bit;
        }
        if r.once_in(2) {
            s[FPSR] = r.bits() & slot::FPSR_BITS;
        }
        Self(s)
    }

    pub(crate) fn to_vcpu(&self, vcpu: &mut Vcpu) {
        let s = &self.0;
        vcpu.slots[..32].copy_from_slice(&s[..32]);
        vcpu.slots[slot::V0 as usize..][..64].copy_from_slice(&s[V..NZCV]);
        vcpu.slots[slot::NZCV as usize] = s[NZCV] >> 28;
        vcpu.slots[slot::FPCR as usize] = s[FPCR];
        vcpu.slots[slot::FPSR as usize] = s[FPSR];
        vcpu.slots[slot::EXCL_ADDR as usize] = slot::NO_EXCL;
    }

    pub(crate) fn from_vcpu(vcpu: &Vcpu) -> Self {
        let mut s = [0; WORDS];
        s[..32].copy_from_slice(&vcpu.slots[..32]);
        s[V..NZCV].copy_from_slice(&vcpu.slots[slot::V0 as usize..][..64]);
        s[NZCV] = vcpu.slots[slot::NZCV as usize] << 28;
        s[FPCR] = vcpu.slots[slot::FPCR as usize];
        s[FPSR] = vcpu.slots[slot::FPSR as usize];
        Self(s)
    }

    /// Without the bits that exist in one of the machines only.
    pub(crate) fn masked(mut self) -> Self {
        self.0[NZCV] &= 0xf000_0000;
        self.0[FPCR] &= slot::FPCR_BITS;
        self.0[FPSR] &= slot::FPSR_BITS;
        self.0[WORDS - 1] = 0;
        self
    }

    /// Each register's name and value.
    pub(crate) fn registers(&self) -> impl Iterator<Item = (String, u128)> {
        let s = &self.0;
        let x = (0..32).map(|n| {
            let name = if n == 31 { "sp".into() } else { format!("x{n}") };
            (name, u128::from(s[n]))
        });
        let v = (0..32).map(|n| {
            let [low, high] = [0, 1].map(|h| u128::from(s[V + 2 * n + h]));
            (format!("v{n}"), low | high << 64)
        });
        let rest = [("nzcv", NZCV), ("fpcr", FPCR), ("fpsr", FPSR)];
        x.chain(v).chain(rest.map(|(name, i)| (name.into(), u128::from(s[i]))))
    }

    /// FPCR.
    pub(crate) fn fpcr(&self) -> u64 {
        self.0[FPCR]
    }

    /// The low half of V[n].
    pub(crate) fn v_low(&self, n: u32) -> u64 {
        self.0[V + 2 * n as usize]
    }
}

/// An integer as programs have them: small, near a power of two, or anything.
fn integer(r: &mut Random) -> u64 {
    match r.below(6) {
        0 => r.below(4),
        1 => r.below(4).wrapping_neg(),
        2 => (1_u64 << r.below(64)).wrapping_add(r.below(3)).wrapping_sub(1),
        3 => r.bits() >> r.below(64),
        4 => (r.bits() >> r.below(64)).wrapping_neg(),
        _ => r.bits(),
    }
}

/// What a vector register's lanes are.
#[derive(Clone, Copy)]
enum Kind {
    Integers(u32),
    Floats(u32),
    TableIndices,
}

const KINDS: [Kind; 8] = [
    Kind::Integers(8),
    Kind::Integers(16),
    Kind::Integers(32),
    Kind::Integers(64),
    Kind::Floats(16),
    Kind::Floats(32),
    Kind::Floats(64),
    Kind::TableIndices,
];

fn half(kind: Kind, r: &mut Random) -> u64 {
    let (bits, lane): (u32, fn(u32, &mut Random) -> u64) = match kind {
        Kind::Integers(bits) => (bits, integer_lane),
        Kind::Floats(bits) => (bits, float_lane),
        Kind::TableIndices => (8, |_, r| r.below(72)),
    };
    (0..64 / bits).fold(0, |half, i| half | (lane(bits, r) & ncpu_bits::ones(bits)) << (bits * i))
}

fn integer_lane(bits: u32, r: &mut Random) -> u64 {
    let top = 1_u64 << (bits - 1);
    match r.below(4) {
        0 => r.pick(&[0, 1, top, top - 1, top + 1, u64::MAX, u64::MAX - 1, top >> 1]),
        1 => r.below(2 * u64::from(bits)).wrapping_sub(bits.into()),
        _ => r.bits(),
    }
}

/// A floating-point value: special, of few digits, of moderate size, near a border, or anything.
fn float_lane(bits: u32, r: &mut Random) -> u64 {
    let fraction = match bits {
        16 => 10,
        32 => 23,
        _ => 52,
    };
    let sign = r.bits() & 1 << (bits - 1);
    let max = ncpu_bits::ones(bits - 1 - fraction);
    let bias = max >> 1;
    let some = r.bits() & ncpu_bits::ones(fraction);
    let quiet = 1_u64 << (fraction - 1);
    let few = some & 7 << (fraction - 3);
    let near = (bias - 4) + r.below(8);
    let (exponent, digits) = match r.below(8) {
        0 => r.pick(&[
            (0, 0),
            (0, 1),
            (0, some),
            (1, 0),
            (bias, 0),
            (max - 1, ncpu_bits::ones(fraction)),
            (max, 0),
            (max, quiet),
        ]),
        1 => r.pick(&[(max, quiet | some), (max, some & !quiet | 1), (0, some), (bias + 1, 0)]),
        2 => (near, few),
        3 => ((bias + u64::from(fraction) - 3 + r.below(6)).min(max - 1), some),
        4 => (r.pick(&[1, 2, bias / 2, bias + bias / 2, max - 2]), some),
        5 => ((bias + r.pick(&[7, 14, 15, 30, 31, 32, 62, 63, 64])).min(max - 1), few),
        6 => (near, some),
        _ => return r.bits(),
    };
    sign | exponent << fraction | digits
}
