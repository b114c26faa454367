//! SHA-1 and SHA-256. Exclusive or of three bits and their majority are the two outputs of a full adder,
//! a choice is a multiplexer.

use super::Operands;
use ncpu_nalu::{Bit, Builder, Word, concat, table};
use ncpu_uop::Op;

/// The result of a SHA op, if it is one. `c`, `a`, `b` are the instructions' Vd, Vn, Vm.
pub(super) fn sha(b: &mut Builder, op: Op, x: &Operands) -> Option<Word> {
    let (n, m) = (&x.a, &x.b);
    Some(match op {
        Op::Sha1H => rotate(&n[..32], 2),
        Op::Sha1C | Op::Sha1P | Op::Sha1M => sha1_rounds(b, op, x),
        Op::Sha1Su0 => {
            let shifted = concat(&[&x.c[64..], &n[..64]]);
            xor3(b, &shifted, &x.c, m)
        }
        Op::Sha1Su1 => sha1_schedule(b, n, m),
        Op::Sha256H => sha256_rounds(b, &x.c, n, m).0,
        // SHA256H2 has the halves the other way round.
        Op::Sha256H2 => sha256_rounds(b, n, &x.c, m).1,
        Op::Sha256Su0 => sha256_schedule_low(b, n, m),
        Op::Sha256Su1 => sha256_schedule_high(b, &x.c, n, m),
        _ => return None,
    })
}

/// `word` rotated right.
fn rotate(word: &[Bit], by: usize) -> Word {
    [&word[by..], &word[..by]].concat()
}

/// `word` shifted right.
fn shift(word: &[Bit], by: usize) -> Word {
    let mut r = word[by..].to_vec();
    r.resize(word.len(), Bit::ZERO);
    r
}

fn words(a: &[Bit]) -> [Word; 4] {
    std::array::from_fn(|i| a[32 * i..32 * i + 32].to_vec())
}

fn pack(words: [&Word; 4]) -> Word {
    concat(&words.map(Vec::as_slice))
}

/// Exclusive or and majority, bit by bit.
fn add3(b: &mut Builder, x: &[Bit], y: &[Bit], z: &[Bit]) -> [Word; 2] {
    let mut r = [Word::new(), Word::new()];
    for ((x, y), z) in x.iter().zip(y).zip(z) {
        let [sum, carry] = b.full_add(*x, *y, *z);
        r[0].push(sum);
        r[1].push(carry);
    }
    r
}

fn xor3(b: &mut Builder, x: &[Bit], y: &[Bit], z: &[Bit]) -> Word {
    let [sum, _] = add3(b, x, y, z);
    sum
}

fn majority(b: &mut Builder, x: &[Bit], y: &[Bit], z: &[Bit]) -> Word {
    let [_, carry] = add3(b, x, y, z);
    carry
}

/// `s ? x : y`, bit by bit.
fn choose(b: &mut Builder, s: &[Bit], x: &[Bit], y: &[Bit]) -> Word {
    (0..s.len()).map(|i| b.mux(s[i], x[i], y[i])).collect()
}

/// The sum of words of 32 bits, modulo 2^32.
fn sum(b: &mut Builder, words: &[&Word]) -> Word {
    let terms = words.iter().flat_map(|word| word.iter().copied().enumerate()).collect();
    b.sum_columns(terms, 32)
}

/// Two words whose sum is that of three.
fn carry_save(b: &mut Builder, x: &[Bit], y: &[Bit], z: &[Bit]) -> [Word; 2] {
    let [sum, mut carry] = add3(b, x, y, z);
    carry.pop();
    carry.insert(0, Bit::ZERO);
    [sum, carry]
}

fn sha1_rounds(b: &mut Builder, op: Op, x: &Operands) -> Word {
    let [mut a, mut bb, mut c, mut d] = words(&x.c);
    let mut e = x.a[..32].to_vec();
    for w in words(&x.b) {
        let f = match op {
            Op::Sha1C => choose(b, &bb, &c, &d),
            Op::Sha1P => xor3(b, &bb, &c, &d),
            _ => majority(b, &bb, &c, &d),
        };
        let t = sum(b, &[&e, &rotate(&a, 27), &f, &w]);
        (a, bb, c, d, e) = (t, a, rotate(&bb, 2), c, d);
    }
    pack([&a, &bb, &c, &d])
}

fn sha1_schedule(b: &mut Builder, n: &[Bit], m: &[Bit]) -> Word {
    let t = words(&b.lut_words(table::XOR, n, &shift(m, 32)));
    let [r0, r1, r2, r3] = t.each_ref().map(|w| rotate(w, 31));
    let r3 = b.lut_words(table::XOR, &r3, &rotate(&t[0], 30));
    pack([&r0, &r1, &r2, &r3])
}

/// Four rounds over state `x` (a to d) and `y` (e to h) with `w`, message plus constant.
fn sha256_rounds(b: &mut Builder, x: &[Bit], y: &[Bit], w: &[Bit]) -> (Word, Word) {
    let [mut a, mut bb, mut c, mut d] = words(x);
    let [mut e, mut f, mut g, mut h] = words(y);
    for w in words(w) {
        let s1 = xor3(b, &rotate(&e, 6), &rotate(&e, 11), &rotate(&e, 25));
        let chosen = choose(b, &e, &f, &g);
        // T1 is left as two words, since it is only ever added to.
        let [p, q] = carry_save(b, &h, &s1, &w);
        let [p, q] = carry_save(b, &p, &q, &chosen);
        let s0 = xor3(b, &rotate(&a, 2), &rotate(&a, 13), &rotate(&a, 22));
        let most = majority(b, &a, &bb, &c);
        let (next_a, next_e) = (sum(b, &[&p, &q, &s0, &most]), sum(b, &[&p, &q, &d]));
        (h, g, f, e) = (g, f, e, next_e);
        (d, c, bb, a) = (c, bb, a, next_a);
    }
    (pack([&a, &bb, &c, &d]), pack([&e, &f, &g, &h]))
}

/// Words 1 to 4 of `n` and then `m`.
fn next_words(n: &[Bit], m: &[Bit]) -> [Word; 4] {
    words(&concat(&[&n[32..], &m[..32]]))
}

fn sha256_schedule_low(b: &mut Builder, n: &[Bit], m: &[Bit]) -> Word {
    let (t, w) = (next_words(n, m), words(n));
    let r = [0, 1, 2, 3].map(|i| {
        let s = xor3(b, &rotate(&t[i], 7), &rotate(&t[i], 18), &shift(&t[i], 3));
        b.add(&w[i], &s)
    });
    pack(r.each_ref())
}

fn sha256_schedule_high(b: &mut Builder, d: &[Bit], n: &[Bit], m: &[Bit]) -> Word {
    let (t, d, m) = (next_words(n, m), words(d), words(m));
    let mut step = |i: usize, from: &Word| {
        let s = xor3(b, &rotate(from, 17), &rotate(from, 19), &shift(from, 10));
        sum(b, &[&d[i], &t[i], &s])
    };
    let (r0, r1) = (step(0, &m[2]), step(1, &m[3]));
    let (r2, r3) = (step(2, &r0), step(3, &r1));
    pack([&r0, &r1, &r2, &r3])
}
