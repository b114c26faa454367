//! Lanes in other places: VRev, VExt, VZip, VUzp, VTrn, VTbl, and VWiden.

use super::integer::swap_neighbours;
use super::lanes::{map, masked, when};
use super::loops::{flat, gather, vector_param, vector_result};
use super::{Vector, VectorArgs};
use ncpu_bits::{ones, replicate};
use ncpu_shader::{Any, Build, Ty, U32, U64};
use ncpu_uop::{Op, Shape};

/// The result of an op that moves lanes, if it is one.
pub(super) fn permute<'k>(
    k: &'k Build<'k>,
    op: Op,
    shape: Shape,
    args: VectorArgs<'k>,
) -> Option<Vector<'k>> {
    let VectorArgs { a, b, aux, .. } = args;
    let bits = shape.bits();
    let r = match op {
        Op::VRev => map(k, shape, [a], |[a]| reverse(k, a, bits, aux)),
        Op::VExt => extract(k, shape, a, b, aux.shl(3)),
        Op::VZip1 => zip(bits, [a.low, b.low]),
        Op::VZip2 if shape.total() < 4 => {
            let upper = |v: Vector<'k>| v.low.shr(4 << shape.total());
            zip(bits, [upper(a), upper(b)])
        }
        Op::VZip2 => zip(bits, [a.high, b.high]),
        Op::VUzp1 => unzip(k, shape, a, b),
        Op::VUzp2 if bits == 64 => Vector { low: a.high, high: b.high },
        Op::VUzp2 => {
            let odd = |v: Vector<'k>| Vector { low: v.low.shr(bits), high: v.high.shr(bits) };
            unzip(k, shape, odd(a), odd(b))
        }
        Op::VTrn1 if bits == 64 => Vector { low: a.low, high: b.low },
        Op::VTrn2 if bits == 64 => Vector { low: a.high, high: b.high },
        Op::VTrn1 => {
            let even = replicate(ones(bits), 2 * bits);
            map(k, shape, [a, b], |[a, b]| (a & even) | (b & even).shl(bits))
        }
        Op::VTrn2 => {
            let even = replicate(ones(bits), 2 * bits);
            map(k, shape, [a, b], |[a, b]| (a.shr(bits) & even) | (b & !even))
        }
        Op::VTbl => look_up(k, shape, args),
        Op::VWiden => widen(bits, a, when(aux.eq(1))),
        _ => return None,
    };
    Some(masked(k, shape, r))
}

/// Lanes in the other order within groups of `group` bytes (more than a lane).
fn reverse<'k>(k: &'k Build<'k>, a: U64<'k>, bits: u32, group: U32<'k>) -> U64<'k> {
    let steps = (bits.ilog2()..6).map(|n| 1 << n);
    steps.fold(a, |a, step| k.select(group.shl(3).le(step), a, swap_neighbours(k, a, step)))
}

/// The 64 bits at `at` (below 64) of two halves.
fn funnel<'k>(low: U64<'k>, high: U64<'k>, at: U32<'k>) -> U64<'k> {
    match at.known() {
        Some(0) => low,
        Some(at) => low.shr(at as u32) | high.shl(64 - at as u32),
        // Two steps, as a shift by 64 is not allowed.
        None => low.shr(at) | high.shl(1).shl(at ^ 63),
    }
}

/// VExt from bit `at`.
fn extract<'k>(
    k: &'k Build<'k>,
    shape: Shape,
    a: Vector<'k>,
    b: Vector<'k>,
    at: U32<'k>,
) -> Vector<'k> {
    if shape.total() < 3 {
        let size = 8 << shape.total();
        let low = ((a.low & ones(size)) | b.low.shl(size)).shr(at);
        return Vector { low, high: k.u64(0) };
    }
    if shape.total() == 3 {
        return Vector { low: funnel(a.low, b.low, at), high: k.u64(0) };
    }
    let words = [a.low, a.high, b.low, b.high];
    let far = !at.lt(64);
    let [x, y, z] = [0, 1, 2].map(|n| k.select(far, words[n + 1], words[n]));
    let at = at & 63;
    Vector { low: funnel(x, y, at), high: funnel(y, z, at) }
}

/// The lanes of a word, at twice their distance.
fn expand<'k>(word: U32<'k>, bits: u32) -> U64<'k> {
    let steps = [16, 8].into_iter().filter(|step| *step >= bits);
    steps.fold(word.widen(), |r, step| (r | r.shl(step)) & replicate(ones(step), 2 * step))
}

/// The even lanes of less than 64 bits, side by side.
pub(super) fn compress<'k>(a: U64<'k>, bits: u32) -> U32<'k> {
    let steps = [8, 16].into_iter().filter(|step| *step >= bits);
    let even = if bits < 32 { a & replicate(ones(bits), 2 * bits) } else { a };
    let r = steps.clone().fold(even, |r, step| {
        let joined = r | r.shr(step);
        // Of the last step only the low word counts.
        if step == 16 { joined } else { joined & replicate(ones(2 * step), 4 * step) }
    });
    r.low()
}

/// The lanes of two halves, interleaved.
fn zip<'k>(bits: u32, [a, b]: [U64<'k>; 2]) -> Vector<'k> {
    let both = |a: U32<'k>, b: U32<'k>| match bits {
        32 => a.join(b),
        _ => expand(a, bits) | expand(b, bits).shl(bits),
    };
    match bits {
        64 => Vector { low: a, high: b },
        _ => Vector { low: both(a.low(), b.low()), high: both(a.high(), b.high()) },
    }
}

/// The even lanes of two vectors, one after the other.
fn unzip<'k>(k: &'k Build<'k>, shape: Shape, a: Vector<'k>, b: Vector<'k>) -> Vector<'k> {
    let bits = shape.bits();
    if bits == 64 {
        return Vector { low: a.low, high: b.low };
    }
    let even = |v: U64<'k>| compress(v, bits);
    if shape.total() == 4 {
        return Vector {
            low: even(a.low).join(even(a.high)),
            high: even(b.low).join(even(b.high)),
        };
    }
    // Of less than a half, each vector gives half of its bits.
    let size = 4 << shape.total();
    let low = (even(a.low).widen() & ones(size)) | even(b.low).widen().shl(size);
    Vector { low, high: k.u64(0) }
}

/// Lanes of the low half twice as wide; with copies of their signs where `signed` is ones.
pub(super) fn widen<'k>(bits: u32, a: Vector<'k>, signed: U64<'k>) -> Vector<'k> {
    let wide = |word: U32<'k>| {
        if bits == 32 {
            return word.join(word.sar(31) & signed.low());
        }
        let r = expand(word, bits);
        // 2^(2 bits) - 2^bits where the sign is 1: what leaves a lane at its top, the next one's part
        // takes back.
        let signs = r & replicate(1 << (bits - 1), 2 * bits) & signed;
        r | (signs.shl(bits + 1) - signs.shl(1))
    };
    Vector { low: wide(a.low.low()), high: wide(a.low.high()) }
}

/// VTbl: in a loop of a shared function, since each byte may come from anywhere.
fn look_up<'k>(k: &'k Build<'k>, shape: Shape, args: VectorArgs<'k>) -> Vector<'k> {
    let mut params = vec![Ty::U64; 6];
    params.extend([Ty::U32; 2]);
    let f = k.module().function("vtbl", &params, &[Ty::U64, Ty::U64], |k, p| {
        let [table, indices, others] = [0, 1, 2].map(|n| vector_param(p, n));
        let base = p.u32(7);
        let r = gather(k, 8, p.u32(6), |take| {
            let index = take(indices).low() - base;
            let half = k.select((index & 8).eq(0), table.low, table.high);
            let byte = half.shr((index & 7).shl(3));
            k.select(index.lt(16), byte, take(others))
        });
        vec![r.low.into(), r.high.into()]
    });
    let mut operands = flat(&[args.a, args.b, args.c]);
    operands.extend([Any::from(k.u32(shape.count())), args.aux.shl(4).into()]);
    vector_result(&k.call(&f, &operands))
}
