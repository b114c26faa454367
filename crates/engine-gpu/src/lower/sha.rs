//! SHA-1 and SHA-256 (FIPS 180-4), as the Arm manual cuts them; rounds are functions that all uses
//! share.

use super::loops::{flat, vector_param, vector_result};
use super::{Vector, VectorArgs};
use ncpu_shader::{Build, Ty, U32, Value, Var};
use ncpu_uop::Op;

/// The result of a SHA op, if it is one.
pub(super) fn sha<'k>(k: &'k Build<'k>, op: Op, args: VectorArgs<'k>) -> Option<Vector<'k>> {
    let VectorArgs { a, b, c, .. } = args;
    Some(match op {
        Op::Sha1C | Op::Sha1P | Op::Sha1M => sha1_rounds(k, op, [c, a, b]),
        Op::Sha1H => Vector { low: rotate_left(a.low.low(), 30).widen(), high: k.u64(0) },
        Op::Sha1Su0 => Vector { low: c.high ^ c.low ^ b.low, high: a.low ^ c.high ^ b.high },
        Op::Sha1Su1 => {
            let (a, [_, x, y, z]) = (words(a), words(b));
            let t = [a[0] ^ x, a[1] ^ y, a[2] ^ z, a[3]];
            let [x, y, z, w] = t.map(|w| rotate_left(w, 1));
            pack([x, y, z, w ^ rotate_left(t[0], 2)])
        }
        Op::Sha256H => sha256_rounds(k, [c, a, b])[0],
        // SHA256H2 is given the halves the other way round.
        Op::Sha256H2 => sha256_rounds(k, [a, c, b])[1],
        Op::Sha256Su0 => {
            let (w, t) = (words(a), next_words(a, b));
            pack(
                [0, 1, 2, 3]
                    .map(|n| w[n] + (rotate_right(t[n], 7) ^ rotate_right(t[n], 18) ^ t[n].shr(3))),
            )
        }
        Op::Sha256Su1 => {
            let (t, d, m) = (next_words(a, b), words(c), words(b));
            let sigma = |w: U32<'k>| rotate_right(w, 17) ^ rotate_right(w, 19) ^ w.shr(10);
            let low = [0, 1].map(|n| d[n] + t[n] + sigma(m[n + 2]));
            let high = [0, 1].map(|n| d[n + 2] + t[n + 2] + sigma(low[n]));
            pack([low[0], low[1], high[0], high[1]])
        }
        _ => return None,
    })
}

fn words(v: Vector<'_>) -> [U32<'_>; 4] {
    [v.low.low(), v.low.high(), v.high.low(), v.high.high()]
}

fn pack<'k>([a, b, c, d]: [U32<'k>; 4]) -> Vector<'k> {
    Vector { low: a.join(b), high: c.join(d) }
}

/// The upper three words of `a` and the lowest of `b`.
fn next_words<'k>(a: Vector<'k>, b: Vector<'k>) -> [U32<'k>; 4] {
    [a.low.high(), a.high.low(), a.high.high(), b.low.low()]
}

fn rotate_left(w: U32<'_>, n: u32) -> U32<'_> {
    w.shl(n) | w.shr(32 - n)
}

fn rotate_right(w: U32<'_>, n: u32) -> U32<'_> {
    rotate_left(w, 32 - n)
}

/// The sum over GF(2) of `w` rotated right by each of three amounts.
fn turns(w: U32<'_>, [l, m, n]: [u32; 3]) -> U32<'_> {
    rotate_right(w, l) ^ rotate_right(w, m) ^ rotate_right(w, n)
}

fn variables<'k, T: Value<'k>, const N: usize>(
    k: &'k Build<'k>,
    values: [T; N],
) -> [Var<'k, T>; N] {
    values.map(|value| k.var(value))
}

/// Four rounds, each with the next word of `message`.
fn four_rounds<'k>(k: &'k Build<'k>, message: Vector<'k>, round: impl FnOnce(U32<'k>)) {
    let [low, high] = variables(k, [message.low, message.high]);
    k.repeat(k.u32(4), |_| {
        let (now, later) = (low.get(), high.get());
        low.set(now.high().join(later.low()));
        high.set(later.shr(32));
        round(now.low());
    });
}

/// The state after four rounds of `d` (a to d), `n` (e) with `m`.
fn sha1_rounds<'k>(k: &'k Build<'k>, op: Op, operands: [Vector<'k>; 3]) -> Vector<'k> {
    let name = format!("{}_rounds", op.name());
    let f = k.module().function(&name, &[Ty::U64; 6], &[Ty::U64; 2], |k, p| {
        let [d, n, m] = [0, 1, 2].map(|n| vector_param(p, n));
        let state = variables(k, words(d));
        let last = k.var(n.low.low());
        four_rounds(k, m, |w| {
            let [a, b, c, d] = state.map(Var::get);
            let f = match op {
                Op::Sha1C => ((c ^ d) & b) ^ d,
                Op::Sha1P => b ^ c ^ d,
                _ => (b & c) | ((b | c) & d),
            };
            let first = last.get() + rotate_left(a, 5) + f + w;
            last.set(d);
            set_all(state, [first, a, rotate_left(b, 30), c]);
        });
        let r = pack(state.map(Var::get));
        vec![r.low.into(), r.high.into()]
    });
    vector_result(&k.call(&f, &flat(&operands)))
}

fn set_all<'k, const N: usize>(vars: [Var<'k, U32<'k>>; N], values: [U32<'k>; N]) {
    for (var, value) in vars.into_iter().zip(values) {
        var.set(value);
    }
}

/// The states a to d and e to h after four rounds with message plus constant.
fn sha256_rounds<'k>(k: &'k Build<'k>, operands: [Vector<'k>; 3]) -> [Vector<'k>; 2] {
    let f = k.module().function("sha256_rounds", &[Ty::U64; 6], &[Ty::U64; 4], |k, p| {
        let [x, y, w] = [0, 1, 2].map(|n| vector_param(p, n));
        let (x, y) = (variables(k, words(x)), variables(k, words(y)));
        four_rounds(k, w, |w| {
            let ([a, b, c, d], [e, f, g, h]) = (x.map(Var::get), y.map(Var::get));
            let choose = ((f ^ g) & e) ^ g;
            let t1 = h + turns(e, [6, 11, 25]) + choose + w;
            let majority = (a & b) | ((a | b) & c);
            let t2 = turns(a, [2, 13, 22]) + majority;
            set_all(y, [d + t1, e, f, g]);
            set_all(x, [t1 + t2, a, b, c]);
        });
        let [x, y] = [x, y].map(|half| pack(half.map(Var::get)));
        vec![x.low.into(), x.high.into(), y.low.into(), y.high.into()]
    });
    let r = k.call(&f, &flat(&operands));
    [vector_result(&r), vector_result(&r[2..])]
}
