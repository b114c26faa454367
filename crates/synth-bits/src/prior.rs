//! What operations, operands and constants cost in bits: how unlikely people are to write them.

use crate::problem::Problem;
use crate::slp::{Code, Ref, Slp};
use ncpu_prior::Model;
use ncpu_term::Op;

/// What operations cost while searching: their price, less by what the examples say for them. Candidates
/// are ranked by the plain prices.
#[derive(Clone, Debug)]
pub(crate) struct Prices([f32; Op::ALL.len()]);

/// How far examples move a price down and up, in bits.
const MOVE: (f32, f32) = (-3.0, 1.5);

impl Prices {
    /// The prices for some examples; `weight` is the share of the learned prior's gains that counts.
    pub(crate) fn new(examples: &[(Vec<u64>, u64)], weight: f32) -> Self {
        let mut prices = [0.0; Op::ALL.len()];
        for op in Op::ALL {
            prices[*op as usize] = self::op(*op);
        }
        if weight > 0.0 {
            let model = Model::built_in().expect("the file that is compiled in passed its tests");
            for (op, gain) in ncpu_prior::OPS.iter().zip(model.gains(examples)) {
                prices[*op as usize] += (-weight * gain).clamp(MOVE.0, MOVE.1);
            }
        }
        Self(prices)
    }

    /// The price of an operation.
    #[inline]
    pub(crate) fn op(&self, op: Op) -> f32 {
        self.0[op as usize]
    }
}

/// The price of an operation, whatever the examples.
pub(crate) fn op(op: Op) -> f32 {
    match op {
        Op::And | Op::Add => 3.0,
        Op::Xor | Op::Or | Op::Sub | Op::Shr => 3.3,
        Op::Shl | Op::Not | Op::Neg => 3.7,
        Op::Mul => 5.0,
        Op::Eq | Op::Lt | Op::Sar => 5.5,
        Op::Ne | Op::Slt | Op::Rol | Op::Min | Op::Max | Op::Clz | Op::Ctz | Op::Popcount => 6.0,
        Op::Smin | Op::Smax | Op::Mod | Op::Div | Op::Bswap => 6.5,
        Op::Le | Op::Sle | Op::Ror | Op::Umulh | Op::Rbit => 7.0,
        Op::Sext8 | Op::Sext16 | Op::Sext32 | Op::Smulh => 7.5,
        Op::Sdiv | Op::Srem => 8.0,
        _ => 12.0,
    }
}

/// The price of a step.
pub(crate) fn code(code: Code) -> f32 {
    match code {
        Code::Op(o) => op(o),
        Code::If => 6.5,
        Code::Macro(m) => m.price(),
    }
}

/// The price of a shift count.
pub(crate) fn count(value: u64) -> f32 {
    match value {
        1 => 2.5,
        63 => 3.5,
        2 | 4 | 8 | 16 | 32 => 4.5,
        _ => 6.5,
    }
}

/// Masks that repeat: the low half of each field, and every field's lowest or highest bit.
pub(crate) fn is_regular(value: u64) -> bool {
    let shape = |v: u64| {
        (0..6).any(|k| {
            let (width, ones) = (1u32 << k, crate::macros::ones(1 << k));
            let field = v & (u64::MAX >> (64 - width));
            // Every field is the same run of ones.
            let run = field >> field.trailing_zeros().min(63);
            width < 64
                && field != 0
                && ones.wrapping_mul(field) == v
                && run & run.wrapping_add(1) == 0
        })
    };
    shape(value)
}

/// The price of a constant that is no shift count.
pub(crate) fn constant(value: u64, given: &[u64]) -> f32 {
    if given.contains(&value) {
        return 3.0;
    }
    let plain = match value {
        1 => 2.0,
        0 => 3.5,
        2 => 5.0,
        3..=16 => 6.5,
        17..=255 => 9.0,
        _ => {
            let bits = 64 - value.leading_zeros();
            4.0 + bits as f32 + 2.0 * (bits as f32).log2()
        }
    };
    let run = value >> value.trailing_zeros().min(63);
    let shape =
        if value.is_power_of_two() || (value + u64::from(value != u64::MAX)).is_power_of_two() {
            let exponent = value.count_ones().max(value.trailing_zeros());
            if matches!(exponent, 8 | 16 | 32 | 63) { 7.0 } else { 8.5 }
        } else if run & run.wrapping_add(1) == 0 {
            // A run of ones somewhere.
            12.0
        } else if value.is_multiple_of(10) && is_power_of_ten(value) {
            9.0
        } else {
            f32::MAX
        };
    let regular = if is_regular(value) { 9.5 } else { f32::MAX };
    plain.min(shape).min(regular)
}

fn is_power_of_ten(value: u64) -> bool {
    (1..20).any(|k| 10u64.checked_pow(k) == Some(value))
}

/// The price of a constant, or of its complement or negative and the operation that makes it so.
pub(crate) fn constant_up_to_sign(value: u64, given: &[u64]) -> f32 {
    let other = constant(!value, given).min(constant(value.wrapping_neg(), given));
    if value == u64::MAX { 4.0 } else { constant(value, given).min(other + 1.5) }
}

/// The price of a constant beside an operation.
fn constant_for(code: Code, value: u64, given: &[u64]) -> f32 {
    let plain = if value == u64::MAX { 4.0 } else { constant(value, given) };
    match code {
        Code::Op(Op::Add | Op::Sub | Op::Mul) => {
            plain.min(constant(value.wrapping_neg(), given) + 1.0)
        }
        _ => plain
            .min(constant(!value, given) + 1.0)
            .min(constant(value.wrapping_neg(), given) + 2.0),
    }
}

pub(crate) fn takes_count(code: Code) -> bool {
    matches!(code, Code::Op(Op::Shl | Op::Shr | Op::Sar | Op::Rol | Op::Ror))
}

/// What a shift by something other than a constant costs more if that is no count.
pub(crate) const NO_COUNT: f32 = 6.0;

/// What a value costs more as a count of shifts.
fn as_count(r: Ref, slp: &Slp, problem: &Problem) -> f32 {
    match r {
        Ref::Const(_) => 0.0,
        Ref::Arg(n) if problem.is_count(usize::from(n)) => 0.0,
        Ref::Arg(_) => NO_COUNT,
        Ref::Val(n) => match slp.instrs[usize::from(n)].code {
            Code::Op(Op::Clz | Op::Ctz | Op::Popcount) => 0.0,
            Code::Op(
                Op::And | Op::Add | Op::Sub | Op::Mul | Op::Neg | Op::Not | Op::Shr | Op::Xor,
            ) => {
                let inner = slp.instrs[usize::from(n)].used().iter();
                inner.map(|r| as_count(*r, slp, problem)).fold(1.0, f32::max)
            }
            _ => NO_COUNT,
        },
    }
}

/// The price of a program.
pub(crate) fn price(slp: &Slp, problem: &Problem) -> f32 {
    let input = 1.0 + (problem.arity as f32).log2();
    let operand = |r: Ref, at: usize, code: Code, is_count: bool| match r {
        Ref::Arg(_) => input,
        Ref::Const(v) if is_count => 1.0 + count(v % 64),
        Ref::Const(v) => 1.0 + constant_for(code, v, &problem.consts),
        Ref::Val(n) if usize::from(n) + 1 == at => 0.7,
        Ref::Val(_) => 2.0,
    };
    let result = match slp.result {
        Ref::Val(_) => 0.0,
        r => operand(r, 0, Code::If, false),
    };
    let steps = slp.instrs.iter().enumerate().map(|(at, instr)| {
        let operands = instr.used().iter().enumerate().map(|(n, r)| {
            let is_count = n == 1 && takes_count(instr.code);
            let extra = if is_count { as_count(*r, slp, problem) } else { 0.0 };
            operand(*r, at, instr.code, is_count) + extra
        });
        // The count of an xorshift is in its macro.
        let hidden = match instr.code {
            Code::Macro(crate::macros::Macro::Xorshift { count: k, .. }) => count(k.into()) - 6.5,
            _ => 0.0,
        };
        code(instr.code) + hidden + operands.sum::<f32>()
    });
    result + steps.sum::<f32>()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn examples_move_prices_within_bounds() {
        let rows: Vec<(Vec<u64>, u64)> = (1..20)
            .map(|n: u64| n.wrapping_mul(0x9e37_79b9_7f4a_7c15))
            .map(|x| (vec![x, x.rotate_left(7)], x & x.rotate_left(7)))
            .collect();
        let (plain, learned) = (Prices::new(&rows, 0.0), Prices::new(&rows, 1.0));
        for o in Op::ALL {
            assert_eq!(plain.op(*o), op(*o));
            let moved = learned.op(*o) - op(*o);
            assert!((MOVE.0 - 1e-3..=MOVE.1 + 1e-3).contains(&moved), "{o:?} by {moved}");
        }
        assert!(learned.op(Op::And) < op(Op::And), "an intersection shows");
        assert!(learned.op(Op::Popcount) > op(Op::Popcount), "and no count of ones");
    }
}
