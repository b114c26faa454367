//! Which ops with which parameters.

use crate::random::Random;
use ncpu_isa::ROWS;
use ncpu_sem::{A64, implemented, undefined_at_el0};
use ncpu_uop::scalar::field_aux;
use ncpu_uop::{Class, Lift, Op, Shape, Uop, slot};
use std::collections::{BTreeMap, BTreeSet};

/// An op and what shapes its circuit.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Case {
    pub(crate) op: Op,
    pub(crate) shape: Shape,
    pub(crate) aux: u16,
    /// The immediate of a vector op, or operand `b` of a scalar one that has it there.
    pub(crate) imm: Option<u64>,
}

impl Case {
    fn key(&self) -> (u8, u8, u16, Option<u64>) {
        (self.op as u8, self.shape.0, self.aux, self.imm)
    }

    fn of(u: &Uop) -> Self {
        use Class::{Flags, OnCond, S1, S2, S3, V1, VFromS};
        let imm = match u.op.class() {
            S1 | S2 | S3 | OnCond | Flags => (u.b == slot::IMM).then_some(u.imm),
            V1 | VFromS => Some(u.imm),
            _ => None,
        };
        Self { op: u.op, shape: u.shape, aux: u.aux, imm }
    }
}

impl PartialEq for Case {
    fn eq(&self, other: &Self) -> bool {
        self.key() == other.key()
    }
}

impl Eq for Case {}

impl PartialOrd for Case {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Case {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.key().cmp(&other.key())
    }
}

/// Random words of each encoding.
const WORDS: usize = 150;
/// Of ops with any immediate or field, how many of them.
const IMMEDIATES: usize = 3;
const FIELDS: usize = 8;

/// The cases that random instructions lift to.
pub(crate) fn lifted() -> BTreeSet<Case> {
    let mut random = Random(1);
    let mut seen: BTreeMap<(u8, u8), BTreeSet<Case>> = BTreeMap::new();
    for row in ROWS.iter().filter(|r| implemented(r.enc) && !undefined_at_el0(r.enc)) {
        for _ in 0..WORDS {
            let word = row.random(&mut || random.bits());
            for u in &A64.lift(0x10_0000, &word.to_le_bytes(), 1).ops {
                let cases = seen.entry((u.op as u8, u.shape.0)).or_default();
                let limit = match u.op {
                    Op::Ubfx | Op::Sbfx | Op::Bfi | Op::Extr | Op::VConst => FIELDS,
                    // By a constant or not, each shift of a lane is a circuit of its own.
                    _ if u.op.class() == Class::V1 => 80,
                    _ if u.b == slot::IMM => IMMEDIATES + 2,
                    _ => 40,
                };
                if cases.len() < limit {
                    cases.insert(Case::of(u));
                }
            }
        }
    }
    seen.into_values().flatten().collect()
}

/// The scalar ops in every width, whether or not an instruction lifts to that.
pub(crate) fn of_every_width() -> Vec<Case> {
    use Class::{Flags, OnCond, S1, S2, S3};
    let mut cases = Vec::new();
    for op in Op::ALL.iter().copied() {
        if !matches!(op.class(), S1 | S2 | S3 | OnCond | Flags) {
            continue;
        }
        for shape in [Shape::W8, Shape::W16, Shape::W32, Shape::W64] {
            let parameters: &[u16] = match op {
                Op::Extr => &[0, 1, 7],
                Op::RevBytes => &[2, 4, 8],
                Op::Ubfx | Op::Sbfx | Op::Bfi => {
                    &[field_aux(0, 64), field_aux(0, 1), field_aux(3, 5), field_aux(63, 1)]
                }
                Op::Cond | Op::Csel => &[0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15],
                _ => &[0, 1],
            };
            cases.extend(parameters.iter().map(|aux| Case { op, shape, aux: *aux, imm: None }));
        }
    }
    cases
}
