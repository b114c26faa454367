//! Lanes one by one, in loops inside functions of the module that all uses share: drivers put a
//! function's code wherever it is called, so that lanes side by side would cost a copy each.

use super::lanes::masked;
use super::{Vector, low_bits};
use ncpu_shader::{Any, Bool, Build, Params, Ty, U32, U64};
use ncpu_uop::Shape;

/// Inside a module's function: the vector whose lanes `lane` gives, in a loop. It is passed what takes
/// this lane out of a vector.
pub(super) fn gather<'k>(
    k: &'k Build<'k>,
    bits: u32,
    count: U32<'k>,
    lane: impl FnOnce(&dyn Fn(Vector<'k>) -> U64<'k>) -> U64<'k>,
) -> Vector<'k> {
    let (low, high) = (k.var(k.u64(0)), k.var(k.u64(0)));
    k.repeat(count, |i| {
        let at = i.shl(bits.ilog2());
        let upper = !at.lt(64);
        let at = at & 63;
        let take = |v: Vector<'k>| low_bits(k.select(upper, v.high, v.low).shr(at), bits);
        let r = low_bits(lane(&take), bits).shl(at);
        low.set(low.get() | k.select(upper, k.u64(0), r));
        high.set(high.get() | k.select(upper, r, k.u64(0)));
    });
    Vector { low: low.get(), high: high.get() }
}

/// Passes vectors to a module's function.
pub(super) fn flat<'k>(vectors: &[Vector<'k>]) -> Vec<Any<'k>> {
    vectors.iter().flat_map(|v| [Any::from(v.low), v.high.into()]).collect()
}

/// Parameters `2 n` and `2 n + 1` of a module's function.
pub(super) fn vector_param<'k>(p: Params<'k>, n: usize) -> Vector<'k> {
    Vector { low: p.u64(2 * n), high: p.u64(2 * n + 1) }
}

/// The vector that a module's function gives first.
pub(super) fn vector_result<'k>(results: &[Any<'k>]) -> Vector<'k> {
    Vector { low: results[0].u64(), high: results[1].u64() }
}

/// Each lane of `args` through `lane`, which also says whether it saturated: in a loop of a function
/// that all uses with this name and lane size share. `aux` is passed on; if it is known, the function
/// knows it too.
pub(super) fn one_by_one<'k, const N: usize>(
    k: &'k Build<'k>,
    name: &str,
    shape: Shape,
    args: [Vector<'k>; N],
    aux: U32<'k>,
    lane: impl for<'f> Fn(&'f Build<'f>, [U64<'f>; N], U32<'f>) -> (U64<'f>, Bool<'f>),
) -> (Vector<'k>, Bool<'k>) {
    let bits = shape.bits();
    if shape.count() == 1 {
        let (r, lost) = lane(k, args.map(|v| low_bits(v.low, bits)), aux);
        return (masked(k, shape, Vector { low: r, high: k.u64(0) }), lost);
    }
    let known = aux.known().map(|aux| aux as u32);
    let suffix = known.map_or_else(|| "any".into(), |aux| aux.to_string());
    let mut params = vec![Ty::U64; 2 * N];
    params.extend([Ty::U32; 2]);
    let results = [Ty::U64, Ty::U64, Ty::Bool];
    let f = k.module().function(&format!("{name}_{bits}_{suffix}"), &params, &results, |k, p| {
        let args: [_; N] = std::array::from_fn(|n| vector_param(p, n));
        let aux = known.map_or_else(|| p.u32(2 * N + 1), |aux| k.u32(aux));
        let lost = k.var(k.bool(false));
        let r = gather(k, bits, p.u32(2 * N), |take| {
            let (r, lane_lost) = lane(k, args.map(take), aux);
            lost.set(lost.get() | lane_lost);
            r
        });
        vec![r.low.into(), r.high.into(), lost.get().into()]
    });
    let mut operands = flat(&args);
    operands.extend([Any::from(k.u32(shape.count())), aux.into()]);
    let results = k.call(&f, &operands);
    (vector_result(&results), results[2].bool())
}
