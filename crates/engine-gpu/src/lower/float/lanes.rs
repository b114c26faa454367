//! Lanes of vectors: where they are, and a function applied to each.

use super::format::Format;
use super::table::Function;
use super::{Bits, Lane, call};
use crate::lower::Vector;
use ncpu_shader::{Any, Build, Params, Ty, U32, U64};
use ncpu_uop::Op;

/// Where an op's lanes are: how many, and how wide those of `a` and `b`, of `c`, of the result.
#[derive(Clone, Copy)]
pub(super) struct Layout<'k> {
    pub(super) count: U32<'k>,
    operands: U32<'k>,
    addend: U32<'k>,
    result: U32<'k>,
}

impl<'k> Layout<'k> {
    /// The layout of `op` (its place in the table) on `shape`.
    pub(super) fn of(k: &'k Build<'k>, op: U32<'k>, shape: U32<'k>) -> Self {
        let (lane, total) = (shape & 15, shape.shr(4));
        let is = |which: Op| op.eq(which as u32).count();
        let bits = k.u32(8).shl(lane);
        let layout = Self {
            count: k.u32(1).shl((total - lane) & 31).shr(is(Op::FWiden)),
            operands: bits.shr(is(Op::FMulAddH)),
            addend: bits,
            result: bits.shl(is(Op::FWiden)).shr(is(Op::FNarrow)),
        };
        // A scalar may be converted from or to one of another width: all bits are its.
        let wide = |width| k.select(total.eq(lane), k.u32(64), width);
        let Self { count, operands, addend, result } = layout;
        Self { count, operands: wide(operands), addend: wide(addend), result: wide(result) }
    }

    /// For passing it on.
    fn word(self) -> U32<'k> {
        let Self { count, operands, addend, result } = self;
        count | operands.shl(8) | addend.shl(16) | result.shl(24)
    }

    fn from_word(word: U32<'k>) -> Self {
        let byte = |n: u32| word.shr(8 * n) & 255;
        Self { count: byte(0), operands: byte(1), addend: byte(2), result: byte(3) }
    }
}

/// The operands of all lanes.
#[derive(Clone, Copy)]
pub(super) struct Lanes<'k> {
    pub(super) format: Format<'k>,
    pub(super) a: Vector<'k>,
    pub(super) b: Vector<'k>,
    pub(super) c: Vector<'k>,
    pub(super) how: U32<'k>,
    pub(super) fpcr: U32<'k>,
}

impl<'k> Lanes<'k> {
    /// With vectors from the first parameters.
    pub(super) fn of_params(
        p: Params<'k>,
        format: Format<'k>,
        how: U32<'k>,
        fpcr: U32<'k>,
    ) -> Self {
        let vector = |n| Vector { low: p.u64(n), high: p.u64(n + 1) };
        Self { format, a: vector(0), b: vector(2), c: vector(4), how, fpcr }
    }

    fn lane(&self, k: &'k Build<'k>, layout: Layout<'k>, i: U32<'k>) -> Lane<'k> {
        let take = |v: Vector<'k>, width: U32<'k>| {
            let at = i * width;
            let mask = k.u64(u64::MAX).shr(k.u32(64) - width);
            k.select(at.lt(64), v.low, v.high).shr(at & 63) & mask
        };
        let Self { format, a, b, c, how, fpcr } = *self;
        let (a, b) = (take(a, layout.operands), take(b, layout.operands));
        Lane { format, a, b, c: take(c, layout.addend), how, fpcr }
    }
}

/// Halves of vectors, as arguments.
pub(super) fn halves<'k>(vectors: [Vector<'k>; 3]) -> Vec<Any<'k>> {
    vectors.map(|v| [v.low.into(), v.high.into()]).concat()
}

/// `bits` in the place of lane `i` of the result.
fn place<'k>(k: &'k Build<'k>, layout: Layout<'k>, bits: U64<'k>, i: U32<'k>) -> Vector<'k> {
    let at = i * layout.result;
    let bits = bits.shl(at & 63);
    let low = at.lt(64);
    Vector { low: k.select(low, bits, k.u64(0)), high: k.select(low, k.u64(0), bits) }
}

/// `f` of every lane, one after the other.
pub(super) fn unrolled<'k>(
    k: &'k Build<'k>,
    layout: Layout<'k>,
    args: Lanes<'k>,
    count: u32,
    f: impl Fn(Lane<'k>) -> Bits<'k>,
) -> (Vector<'k>, U32<'k>) {
    let none = Vector { low: k.u64(0), high: k.u64(0) };
    (0..count).fold((none, k.u32(0)), |(r, flags), i| {
        let i = k.u32(i);
        let one = f(args.lane(k, layout, i));
        let there = place(k, layout, one.bits, i);
        let r = Vector { low: r.low | there.low, high: r.high | there.high };
        (r, flags | one.flags)
    })
}

/// `function` of every lane, in a loop, which is a function of its own.
pub(super) fn looped<'k>(
    k: &'k Build<'k>,
    function: Function,
    layout: Layout<'k>,
    args: Lanes<'k>,
) -> (Vector<'k>, U32<'k>) {
    let name = format!("{}_lanes", function.name);
    let mut params = vec![Ty::U64; 6];
    params.extend([Ty::U32; 4]);
    let f = k.module().function(&name, &params, &[Ty::U64, Ty::U64, Ty::U32], |k, p| {
        let layout = Layout::from_word(p.u32(6));
        let args = Lanes::of_params(p, Format::from_word(k, p.u32(7)), p.u32(8), p.u32(9));
        let (r, flags) = each(k, layout, &args, |lane| call(k, function, lane));
        vec![r.low.into(), r.high.into(), flags.into()]
    });
    let Lanes { format, a, b, c, how, fpcr } = args;
    let mut values = halves([a, b, c]);
    values.extend::<[Any<'k>; 4]>([
        layout.word().into(),
        format.word().into(),
        how.into(),
        fpcr.into(),
    ]);
    let r = k.call(&f, &values);
    (Vector { low: r[0].u64(), high: r[1].u64() }, r[2].u32())
}

/// A loop over lanes.
pub(super) fn each<'k>(
    k: &'k Build<'k>,
    layout: Layout<'k>,
    args: &Lanes<'k>,
    f: impl FnOnce(Lane<'k>) -> Bits<'k>,
) -> (Vector<'k>, U32<'k>) {
    let (low, high, flags) = (k.var(k.u64(0)), k.var(k.u64(0)), k.var(k.u32(0)));
    k.repeat(layout.count, |i| {
        let one = f(args.lane(k, layout, i));
        let there = place(k, layout, one.bits, i);
        low.set(low.get() | there.low);
        high.set(high.get() | there.high);
        flags.set(flags.get() | one.flags);
    });
    (Vector { low: low.get(), high: high.get() }, flags.get())
}
