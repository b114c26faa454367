//! AES: the S-box as the circuit of Boyar and Peralta ("A Small Depth-16 Circuit for the AES S-Box",
//! SEC 2012), whose middle inverts in a tower of fields and whose ends are linear, so that the inverse
//! S-box has the same middle.

use super::Operands;
use super::lanes::from_lanes;
use super::linear::{Rows, linear, rows_of};
use ncpu_nalu::{Bit, Builder, Word, table};
use ncpu_uop::{Op, Shape, vector};
use rustc_hash::FxHashMap;

/// The result of an AES op, if it is one.
pub(super) fn aes(b: &mut Builder, op: Op, x: &Operands) -> Option<Word> {
    Some(match op {
        Op::AesE | Op::AesD => {
            let state = b.lut_words(table::XOR, &x.a, &x.b);
            let (step, ends) = if op == Op::AesE { (5, forward()) } else { (13, backward()) };
            let bytes: Vec<Word> = state.chunks(8).map(|byte| s_box(b, &ends, byte)).collect();
            from_lanes(16, |i| bytes[i * step % 16].clone())
        }
        Op::AesMc | Op::AesImc => {
            // A column is a linear map of 32 bits; the op itself tells which.
            let args = |a| vector::Args { a, ..vector::Args::default() };
            let rows = rows_of(32, 32, |unit| vector::eval(op, Shape::V16B, args(unit), &mut 0));
            x.a.chunks(32).flat_map(|column| linear(b, &rows, column)).collect()
        }
        _ => return None,
    })
}

/// The linear maps around the inversion: 8 bits to [`invert`]'s 22 operands and its 18 results to 8 bits,
/// with what is added before and after.
struct Ends {
    before: u8,
    enter: Rows,
    leave: Rows,
    after: u8,
}

/// The constant of the S-box's affine map.
const AFFINE: u8 = 0x63;

/// What the inversion's operands are sums of, for the S-box; the first is the lowest bit.
const ENTER: [u8; 22] = {
    // As the paper writes them, x0 is the highest bit.
    const X: [u8; 8] = [128, 64, 32, 16, 8, 4, 2, 1];
    let (y14, y13, y9, y8, t0) = (X[3] ^ X[5], X[0] ^ X[6], X[0] ^ X[3], X[0] ^ X[5], X[1] ^ X[2]);
    let y1 = t0 ^ X[7];
    let (y4, y12, y2, y5) = (y1 ^ X[3], y13 ^ y14, y1 ^ X[0], y1 ^ X[6]);
    let (y3, t1) = (y5 ^ y8, X[4] ^ y12);
    let (y15, y20) = (t1 ^ X[5], t1 ^ X[1]);
    let (y6, y10, y11) = (y15 ^ X[7], y15 ^ t0, y20 ^ y9);
    let (y7, y17, y19, y16) = (X[7] ^ y11, y10 ^ y11, y10 ^ y8, t0 ^ y11);
    let (y21, y18) = (y13 ^ y16, X[0] ^ y16);
    [
        X[7], y1, y2, y3, y4, y5, y6, y7, y8, y9, y10, y11, y12, y13, y14, y15, y16, y17, y18, y19,
        y20, y21,
    ]
};

/// What the S-box's bits, the lowest first, are sums of: masks of the inversion's results.
const LEAVE: [u32; 8] = {
    const fn z(n: u32) -> u32 {
        1 << n
    }
    let (t46, t47, t48) = (z(15) ^ z(16), z(10) ^ z(11), z(5) ^ z(13));
    let (t49, t50, t51) = (z(9) ^ z(10), z(2) ^ z(12), z(2) ^ z(5));
    let (t52, t53, t54) = (z(7) ^ z(8), z(0) ^ z(3), z(6) ^ z(7));
    let (t55, t56, t57) = (z(16) ^ z(17), z(12) ^ t48, t50 ^ t53);
    let (t58, t59, t60) = (z(4) ^ t46, z(3) ^ t54, t46 ^ t57);
    let (t61, t62, t63) = (z(14) ^ t57, t52 ^ t58, t49 ^ t58);
    let (t64, t65, t66) = (z(4) ^ t59, t61 ^ t62, z(1) ^ t63);
    let (s0, s6, s7, t67) = (t59 ^ t63, t56 ^ t62, t48 ^ t60, t64 ^ t65);
    let (s3, s4, s5) = (t53 ^ t66, t51 ^ t66, t47 ^ t65);
    let (s1, s2) = (t64 ^ s3, t55 ^ t67);
    [s7, s6, s5, s4, s3, s2, s1, s0]
};

/// The S-box's affine map (FIPS 197) without its constant, undone.
fn affine_inverse(x: u8) -> u8 {
    [1, 3, 6].into_iter().fold(0, |r, n| r ^ x.rotate_left(n))
}

fn parity(x: u32) -> u128 {
    u128::from(x.count_ones() & 1)
}

fn enter(x: u8) -> u128 {
    (0..22).fold(0, |r, i| r | parity(u32::from(ENTER[i] & x)) << i)
}

fn leave(z: u32) -> u8 {
    (0..8).fold(0, |r, i| r | (parity(LEAVE[i] & z) as u8) << i)
}

fn forward() -> Ends {
    Ends {
        before: 0,
        enter: ENTER.map(u128::from).to_vec(),
        leave: LEAVE.map(u128::from).to_vec(),
        after: AFFINE,
    }
}

/// The S-box backward: the affine map undone, the inversion, and what the circuit's end does too much
/// undone.
fn backward() -> Ends {
    Ends {
        before: AFFINE,
        enter: rows_of(8, 22, |x| enter(affine_inverse(x as u8))),
        leave: rows_of(18, 8, |z| u128::from(affine_inverse(leave(z as u32)))),
        after: 0,
    }
}

fn s_box(b: &mut Builder, ends: &Ends, byte: &[Bit]) -> Word {
    let flip = |b: &mut Builder, word: &[Bit], mask: u8| -> Word {
        let flips = word.iter().enumerate();
        flips.map(|(i, bit)| if mask >> i & 1 == 1 { b.not(*bit) } else { *bit }).collect()
    };
    let byte = flip(b, byte, ends.before);
    let operands = linear(b, &ends.enter, &byte);
    let results = invert(b, &operands);
    let byte = linear(b, &ends.leave, &results);
    flip(b, &byte, ends.after)
}

/// The paper's shared non-linear part.
const INVERSION: &str = "
    t2 = y12 & y15; t3 = y3 & y6; t4 = t3 ^ t2; t5 = y4 & x7; t6 = t5 ^ t2; t7 = y13 & y16;
    t8 = y5 & y1; t9 = t8 ^ t7; t10 = y2 & y7; t11 = t10 ^ t7; t12 = y9 & y11; t13 = y14 & y17;
    t14 = t13 ^ t12; t15 = y8 & y10; t16 = t15 ^ t12; t17 = t4 ^ t14; t18 = t6 ^ t16; t19 = t9 ^ t14;
    t20 = t11 ^ t16; t21 = t17 ^ y20; t22 = t18 ^ y19; t23 = t19 ^ y21; t24 = t20 ^ y18;
    t25 = t21 ^ t22; t26 = t21 & t23; t27 = t24 ^ t26; t28 = t25 & t27; t29 = t28 ^ t22;
    t30 = t23 ^ t24; t31 = t22 ^ t26; t32 = t31 & t30; t33 = t32 ^ t24; t34 = t23 ^ t33;
    t35 = t27 ^ t33; t36 = t24 & t35; t37 = t36 ^ t34; t38 = t27 ^ t36; t39 = t29 & t38;
    t40 = t25 ^ t39; t41 = t40 ^ t37; t42 = t29 ^ t33; t43 = t29 ^ t40; t44 = t33 ^ t37;
    t45 = t42 ^ t41; z0 = t44 & y15; z1 = t37 & y6; z2 = t33 & x7; z3 = t43 & y16; z4 = t40 & y1;
    z5 = t29 & y7; z6 = t42 & y11; z7 = t45 & y17; z8 = t41 & y10; z9 = t44 & y12; z10 = t37 & y3;
    z11 = t33 & y4; z12 = t43 & y13; z13 = t40 & y5; z14 = t29 & y2; z15 = t42 & y9; z16 = t45 & y14;
    z17 = t41 & y8";

/// [`INVERSION`] in cells. `y[0]` is its x7, the others are its y1 to y21; the results are z0 to z17.
fn invert(b: &mut Builder, y: &[Bit]) -> Word {
    let named =
        |(i, bit): (usize, &Bit)| (if i == 0 { "x7".into() } else { format!("y{i}") }, *bit);
    let mut wires: FxHashMap<String, Bit> = y.iter().enumerate().map(named).collect();
    let mut results = Word::new();
    for line in INVERSION.split(';') {
        let words: Vec<&str> = line.split_whitespace().collect();
        let [name, _, p, op, q] = words[..] else { panic!("{line:?} is no assignment") };
        let table = if op == "&" { table::AND } else { table::XOR };
        let wire = b.lut(table, wires[p], wires[q]);
        wires.insert(name.into(), wire);
        if name.starts_with('z') {
            results.push(wire);
        }
    }
    results
}
