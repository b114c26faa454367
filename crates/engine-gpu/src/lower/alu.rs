//! One unit for most scalar ops: what it does is data, a control word, and not code.
//!
//! An interpreter that switches over ops decides again and again: drivers make a tree of branches of a
//! switch, and a branch costs a lone invocation as much as ten additions (`cargo run --release -p
//! ncpu-gpu --example latency`). This unit computes sums, logic, shifts and products side by side, without
//! a branch, and takes what the control word says.

use super::{Scalar, holds};
use ncpu_shader::{Bool, Build, U32, U64};
use ncpu_uop::{Op, Shape};

/// How far to shift right; of a test, which.
const RIGHT: u32 = 63;
/// How far to shift left before that, from bit 6 on.
const LEFT: u32 = 6;
/// The second operand says how far, in addition.
const RIGHT_BY_B: u32 = 1 << 12;
const LEFT_BY_B: u32 = 1 << 13;
/// The shift to the right brings signs in.
const ARITHMETIC: u32 = 1 << 14;
/// The second operand is inverted; a product is subtracted.
const INVERT: u32 = 1 << 15;
/// What is added to the sum: 1, or the carry flag.
const PLUS_ONE: u32 = 1 << 16;
const PLUS_CARRY: u32 = 1 << 17;
/// The first operand of a plain sum, or the third of a product, is 0.
const NO_A: u32 = 1 << 18;
const NO_C: u32 = 1 << 19;
/// 64 bits, not 32.
const WIDE: u32 = 1 << 20;
const SETS_FLAGS: u32 = 1 << 21;
/// Instead of the sum: a & b, a ^ b, or with both a | b.
const AND: u32 = 1 << 22;
const XOR: u32 = 1 << 23;
/// The first operand shifted.
const SHIFT: u32 = 1 << 24;
/// Both operands joined, the first above, shifted right; or the first with itself.
const FUNNEL: u32 = 1 << 25;
const ROTATE: u32 = 1 << 26;
/// One of the operands, by a condition or by the third.
const SELECT: u32 = 1 << 27;
const BY_C: u32 = 1 << 28;
const MULTIPLY: u32 = 1 << 29;
/// The answer to a test.
const TEST: u32 = 1 << 30;
/// A sum, or logic, without flags: see [`plain`]. Of a sum the second operand may be 0.
const PLAIN: u32 = 1 << 31;
const NO_B: u32 = SHIFT;

/// Tests, by the number in [`RIGHT`].
mod test {
    pub(super) const EQUAL: u32 = 0;
    pub(super) const BELOW: u32 = 1;
    pub(super) const LESS: u32 = 2;
    pub(super) const CONDITION: u32 = 3;
}

/// The control word for an op; nothing if the unit does not do it.
#[must_use]
pub fn control(op: Op, shape: Shape, aux: u16) -> Option<u32> {
    let wide = shape == Shape::W64;
    if !wide && shape != Shape::W32 {
        return None;
    }
    // From the top of the word down, so that what is above the width falls out.
    let above = 64 - shape.bits();
    let (lsb, width) = (u32::from(aux & 63), u32::from(aux >> 6));
    let field = |more: u32| {
        let fits = width > 0 && lsb + width <= 64;
        fits.then(|| SHIFT | more | (64 - width) | (64 - lsb - width) << LEFT)
    };
    let word = match op {
        Op::Mov => PLAIN | NO_B,
        Op::Const => PLAIN | NO_A,
        Op::Add => PLAIN,
        Op::Sub => PLAIN | INVERT | PLUS_ONE,
        Op::And => PLAIN | AND,
        Op::Or => PLAIN | AND | XOR,
        Op::Xor => PLAIN | XOR,
        Op::AndNot => PLAIN | AND | INVERT,
        Op::OrNot => PLAIN | AND | XOR | INVERT,
        Op::XorNot => PLAIN | XOR | INVERT,
        Op::Adc => PLUS_CARRY,
        Op::Sbc => INVERT | PLUS_CARRY,
        Op::Shl => SHIFT | LEFT_BY_B,
        Op::Shr => SHIFT | RIGHT_BY_B | above | above << LEFT,
        Op::Sar => SHIFT | RIGHT_BY_B | ARITHMETIC | above | above << LEFT,
        Op::Ubfx => field(0)?,
        Op::Sbfx => field(ARITHMETIC)?,
        Op::Ror => FUNNEL | ROTATE | RIGHT_BY_B,
        Op::Extr => FUNNEL | lsb,
        Op::Mul => MULTIPLY | NO_C,
        Op::MAdd => MULTIPLY,
        Op::MSub => MULTIPLY | INVERT,
        Op::CmpEq => TEST | INVERT | PLUS_ONE | test::EQUAL,
        Op::CmpLtU => TEST | INVERT | PLUS_ONE | test::BELOW,
        Op::CmpLtS => TEST | INVERT | PLUS_ONE | test::LESS,
        Op::Cond => TEST | test::CONDITION,
        Op::Csel => SELECT,
        Op::Select => SELECT | BY_C,
        Op::AddF => SETS_FLAGS,
        Op::SubF => SETS_FLAGS | INVERT | PLUS_ONE,
        Op::AdcF => SETS_FLAGS | PLUS_CARRY,
        Op::SbcF => SETS_FLAGS | INVERT | PLUS_CARRY,
        Op::AndF => SETS_FLAGS | AND,
        _ => return None,
    };
    Some(word | if wide { WIDE } else { 0 })
}

/// What the unit gives: the result, and new flags if they are to be set.
#[derive(Clone, Copy)]
pub struct Answer<'k> {
    /// Zero-extended.
    pub value: U64<'k>,
    /// Packed.
    pub nzcv: U64<'k>,
    /// Is [`nzcv`](Self::nzcv) to be kept?
    pub sets_flags: Bool<'k>,
}

/// Is it the most frequent kind, which [`plain`] does?
#[must_use]
pub fn is_plain(control: U32<'_>) -> Bool<'_> {
    (control & PLAIN).ne(0)
}

/// A sum, or logic, without flags.
#[must_use]
pub fn plain<'k>(k: &'k Build<'k>, control: U32<'k>, a: U64<'k>, b: U64<'k>) -> U64<'k> {
    let is = |bits: u32| (control & bits).ne(0);
    let none = k.u64(0);
    let inverted = spread(control, INVERT);
    let a = k.select(is(NO_A), none, a);
    let b = k.select(is(NO_B), none, b ^ inverted);
    let sum = a + b + (control.shr(PLUS_ONE.trailing_zeros()) & 1).widen();
    let logic = k.select(is(AND), a & b, none) | k.select(is(XOR), a ^ b, none);
    cut(k, is(WIDE), k.select(is(AND | XOR), logic, sum))
}

/// The low 32 bits, or all.
fn cut<'k>(k: &'k Build<'k>, wide: Bool<'k>, v: U64<'k>) -> U64<'k> {
    v.low().join(k.select(wide, v.high(), k.u32(0)))
}

/// All ones where a bit is set.
fn spread<'k>(control: U32<'k>, bit: u32) -> U64<'k> {
    let word = (control.shr(bit.trailing_zeros()) & 1).neg();
    word.join(word)
}

/// Does what a control word says, if that is not plain.
#[must_use]
pub fn alu<'k>(k: &'k Build<'k>, control: U32<'k>, args: Scalar<'k>) -> Answer<'k> {
    let is = |bits: u32| (control & bits).ne(0);
    let bit = |bit: u32| control.shr(bit.trailing_zeros()) & 1;
    let wide = is(WIDE);
    let cut = |v: U64<'k>| cut(k, wide, v);
    let sign = |v: U64<'k>| k.select(wide, v.high(), v.low()).shr(31);

    let inverted = spread(control, INVERT);
    let a = cut(args.a);
    let b = cut(args.b ^ inverted);
    let carry = args.nzcv.low().shr(1) & bit(PLUS_CARRY);
    let without = a + b;
    let sum = without + (carry | bit(PLUS_ONE)).widen();
    let carried = without.lt(a).count() | sum.lt(without).count();
    let carried = k.select(wide, carried, sum.high() & 1);
    let sum = cut(sum);
    let overflow = sign((a ^ sum) & (b ^ sum));

    let none = k.u64(0);
    // Of logic only this sets flags; the rest is plain.
    let flagged = k.select(is(AND), a & b, sum);
    let zero = flagged.eq(0).count();
    let (c, v) = (k.select(is(AND), k.u32(0), carried), k.select(is(AND), k.u32(0), overflow));
    let nzcv = sign(flagged).shl(3) | zero.shl(2) | c.shl(1) | v;

    let holds = holds(k, args.aux, args.nzcv);
    let which = control & RIGHT;
    let less = sign(sum) ^ overflow;
    let answer = k.select(which.eq(test::BELOW), carried ^ 1, sum.eq(0).count());
    let answer = k.select(which.eq(test::LESS), less, answer);
    let answer = k.select(which.eq(test::CONDITION), holds.count(), answer);
    let first = (is(BY_C) & args.c.ne(0)) | (!is(BY_C) & holds);
    let selected = k.select(first, a, b);

    let by_b = args.b.low() & k.select(wide, k.u32(63), k.u32(31));
    let right = (which + k.select(is(RIGHT_BY_B), by_b, k.u32(0))) & 63;
    let left = (control.shr(LEFT) & 63) + k.select(is(LEFT_BY_B), by_b, k.u32(0));
    let low = k.select(is(ROTATE), a, b);
    let joined = k.select(wide, low, low.low().join(a.low()));
    let shifted = k.select(is(FUNNEL), joined, args.a.shl(left & 63));
    let shifted = k.select(is(ARITHMETIC), shifted.sar(right), shifted.shr(right));
    let above = a.shl((k.u32(64) - right) & 63);
    let funnel = is(FUNNEL) & wide & right.ne(0);
    let shifted = shifted | k.select(funnel, above, none);

    let product = args.a * args.b;
    let product = (product ^ inverted) + bit(INVERT).widen();
    let product = product + k.select(is(NO_C), none, args.c);

    let value = k.select(is(SHIFT | FUNNEL), shifted, flagged);
    let value = k.select(is(SELECT), selected, value);
    let value = k.select(is(MULTIPLY), product, value);
    let value = k.select(is(TEST), answer.widen(), value);
    Answer { value: cut(value), nzcv: nzcv.widen(), sets_flags: is(SETS_FLAGS) }
}
