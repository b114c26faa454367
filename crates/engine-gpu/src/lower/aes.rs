//! AES (FIPS 197), all bytes at once.

use super::lanes::Lanes;
use super::loops::{flat, vector_param, vector_result};
use super::{Vector, VectorArgs};
use ncpu_bits::{ones, replicate};
use ncpu_shader::{Build, Ty, U64};
use ncpu_uop::Op;

/// The result of an AES op, if it is one.
pub(super) fn aes<'k>(k: &'k Build<'k>, op: Op, args: VectorArgs<'k>) -> Option<Vector<'k>> {
    let VectorArgs { a, b, .. } = args;
    let both =
        |f: &dyn Fn(U64<'k>) -> U64<'k>, v: Vector<'k>| Vector { low: f(v.low), high: f(v.high) };
    let state = Vector { low: a.low ^ b.low, high: a.high ^ b.high };
    Some(match op {
        Op::AesE => shift_rows(s_box(k, state), 1),
        // The inverse S-box is the S-box's inversion between other maps, and these take the S-box's
        // own map away before and after.
        Op::AesD => shift_rows(both(&unmap, s_box(k, both(&unmap, state))), 3),
        Op::AesMc => both(&|half| mix(k, half), a),
        Op::AesImc => both(&|half| mix(k, prepare(k, half)), a),
        _ => return None,
    })
}

/// Each byte rotated left.
fn rotate<'k>(a: U64<'k>, n: u32) -> U64<'k> {
    let low = replicate(ones(n), 8);
    (a.shl(n) & !low) | (a.shr(8 - n) & low)
}

/// The inverse of the S-box's affine map.
fn unmap<'k>(a: U64<'k>) -> U64<'k> {
    rotate(a, 1) ^ rotate(a, 3) ^ rotate(a, 6) ^ replicate(0x05, 8)
}

/// ShiftRows: row `r` of a column comes from `step * r` columns on.
fn shift_rows<'k>(v: Vector<'k>, step: usize) -> Vector<'k> {
    let columns = [v.low.low(), v.low.high(), v.high.low(), v.high.high()];
    let [a, b, c, d] = [0, 1, 2, 3].map(|column| {
        let row = |r: usize| columns[(column + step * r) % 4] & (0xff << (8 * r));
        row(0) | row(1) | row(2) | row(3)
    });
    Vector { low: a.join(b), high: c.join(d) }
}

/// Each byte times x in GF(2^8).
fn times_x<'k>(k: &'k Build<'k>, a: U64<'k>) -> U64<'k> {
    let l = Lanes { k, bits: 8 };
    (a & l.below_top()).shl(1) ^ (l.spread(a) & l.all(0x1b))
}

/// Each column with its bytes `n` rows up.
fn rows_up<'k>(a: U64<'k>, n: u32) -> U64<'k> {
    let low = replicate(ones(32 - 8 * n), 32);
    (a.shr(8 * n) & low) | (a.shl(32 - 8 * n) & !low)
}

/// MixColumns: 2, 3, 1, 1 of each byte and those below it in its column.
fn mix<'k>(k: &'k Build<'k>, a: U64<'k>) -> U64<'k> {
    let next = rows_up(a, 1);
    let sum = a ^ next;
    times_x(k, sum) ^ next ^ rows_up(sum, 2)
}

/// What makes of MixColumns its inverse: 5, 0, 4, 0.
fn prepare<'k>(k: &'k Build<'k>, a: U64<'k>) -> U64<'k> {
    a ^ times_x(k, times_x(k, a ^ rows_up(a, 2)))
}

/// SubBytes of a state. Bit `n` of all bytes becomes a plane: one half's at even places, the other's
/// at odd ones.
fn s_box<'k>(k: &'k Build<'k>, state: Vector<'k>) -> Vector<'k> {
    let f = k.module().function("aes_s_box", &[Ty::U64; 2], &[Ty::U64; 2], |k, p| {
        let v = vector_param(p, 0);
        let l = Lanes { k, bits: 8 };
        let planes = [7, 6, 5, 4, 3, 2, 1, 0].map(|n| {
            let [low, high] = [v.low, v.high].map(|half| half.shr(n) & l.one());
            low | high.shl(1)
        });
        let planes = circuit(planes);
        let pack = |from: u32| {
            let bits = planes.iter().rev().zip(0..);
            bits.fold(k.u64(0), |r, (plane, n)| r | (plane.shr(from) & l.one()).shl(n))
        };
        vec![pack(0).into(), pack(1).into()]
    });
    vector_result(&k.call(&f, &flat(&[state])))
}

/// The S-box as a circuit, highest bit first: Boyar and Peralta, "A Small Depth-16 Circuit for the AES
/// S-Box" (SEC 2012). Names are the paper's.
fn circuit(x: [U64<'_>; 8]) -> [U64<'_>; 8] {
    let [x0, x1, x2, x3, x4, x5, x6, x7] = x;
    let (y14, y13, y9, y8, t0) = (x3 ^ x5, x0 ^ x6, x0 ^ x3, x0 ^ x5, x1 ^ x2);
    let y1 = t0 ^ x7;
    let (y4, y12, y2, y5) = (y1 ^ x3, y13 ^ y14, y1 ^ x0, y1 ^ x6);
    let (y3, t1) = (y5 ^ y8, x4 ^ y12);
    let (y15, y20) = (t1 ^ x5, t1 ^ x1);
    let (y6, y10, y11) = (y15 ^ x7, y15 ^ t0, y20 ^ y9);
    let (y7, y17, y19, y16) = (x7 ^ y11, y10 ^ y11, y10 ^ y8, t0 ^ y11);
    let (y21, y18) = (y13 ^ y16, x0 ^ y16);

    let (t2, t7, t12) = (y12 & y15, y13 & y16, y9 & y11);
    let (t4, t6) = ((y3 & y6) ^ t2, (y4 & x7) ^ t2);
    let (t9, t11) = ((y5 & y1) ^ t7, (y2 & y7) ^ t7);
    let (t14, t16) = ((y14 & y17) ^ t12, (y8 & y10) ^ t12);
    let (t21, t22) = (t4 ^ t14 ^ y20, t6 ^ t16 ^ y19);
    let (t23, t24) = (t9 ^ t14 ^ y21, t11 ^ t16 ^ y18);
    let (t25, t26) = (t21 ^ t22, t21 & t23);
    let t27 = t24 ^ t26;
    let t29 = (t25 & t27) ^ t22;
    let t33 = ((t22 ^ t26) & (t23 ^ t24)) ^ t24;
    let t36 = t24 & (t27 ^ t33);
    let t37 = t36 ^ t23 ^ t33;
    let t40 = t25 ^ (t29 & (t27 ^ t36));
    let (t41, t42, t43, t44) = (t40 ^ t37, t29 ^ t33, t29 ^ t40, t33 ^ t37);
    let t45 = t42 ^ t41;

    let (z0, z1, z2, z3, z4, z5) = (t44 & y15, t37 & y6, t33 & x7, t43 & y16, t40 & y1, t29 & y7);
    let (z6, z7, z8, z9) = (t42 & y11, t45 & y17, t41 & y10, t44 & y12);
    let (z10, z11, z12, z13) = (t37 & y3, t33 & y4, t43 & y13, t40 & y5);
    let (z14, z15, z16, z17) = (t29 & y2, t42 & y9, t45 & y14, t41 & y8);

    let (t46, t47, t48, t49) = (z15 ^ z16, z10 ^ z11, z5 ^ z13, z9 ^ z10);
    let (t50, t51, t52, t53) = (z2 ^ z12, z2 ^ z5, z7 ^ z8, z0 ^ z3);
    let (t54, t55, t56, t57) = (z6 ^ z7, z16 ^ z17, z12 ^ t48, t50 ^ t53);
    let (t58, t59, t60, t61) = (z4 ^ t46, z3 ^ t54, t46 ^ t57, z14 ^ t57);
    let (t62, t63, t64) = (t52 ^ t58, t49 ^ t58, z4 ^ t59);
    let (t65, t66) = (t61 ^ t62, z1 ^ t63);
    let (s0, s6, s7) = (t59 ^ t63, !(t56 ^ t62), !(t48 ^ t60));
    let t67 = t64 ^ t65;
    let (s3, s4, s5) = (t53 ^ t66, t51 ^ t66, t47 ^ t65);
    [s0, !(t64 ^ s3), !(t55 ^ t67), s3, s4, s5, s6, s7]
}
