use crate::{Bit, Builder, Circuit, Style, Word};

/// A circuit of operands of these widths.
fn build(
    style: Style,
    widths: &[usize],
    f: impl Fn(&mut Builder, &[Word]) -> Vec<Word>,
) -> Circuit {
    let mut b = Builder::new(style);
    let inputs: Vec<Word> = widths.iter().map(|w| b.input(*w)).collect();
    let outputs = f(&mut b, &inputs);
    b.finish(outputs)
}

/// Checks an operation on all pairs of `n`-bit operands, in both styles.
fn exhaust(
    n: usize,
    f: impl Fn(&mut Builder, &[Bit], &[Bit]) -> Vec<Word>,
    expected: impl Fn(u128, u128) -> Vec<u128>,
) {
    for style in [Style::Shallow, Style::Small] {
        let circuit = build(style, &[n, n], |b, w| f(b, &w[0], &w[1]));
        for x in 0..1 << n {
            for y in 0..1 << n {
                let found = circuit.eval_by_specification(&[x, y]);
                assert_eq!(found, expected(x, y), "{style:?} {x} {y}");
            }
        }
    }
}

#[test]
fn sums_of_six_bits() {
    exhaust(
        6,
        |b, x, y| {
            let (s, d) = (b.add_with_carry(x, y, Bit::ZERO), b.subtract_with_carry(x, y, Bit::ONE));
            let less = b.less_signed(x, y);
            vec![s.sum, vec![s.carry, s.overflow], d.sum, vec![d.carry, d.overflow, less]]
        },
        |x, y| {
            let signed = |v: u128| (v as i32) << 26 >> 26;
            let fits = |v: i32| u128::from(!(-32..32).contains(&v));
            let flags = u128::from(x + y > 63) | fits(signed(x) + signed(y)) << 1;
            let less = u128::from(signed(x) < signed(y));
            let back = u128::from(x >= y) | fits(signed(x) - signed(y)) << 1 | less << 2;
            vec![x + y & 63, flags, x.wrapping_sub(y) & 63, back]
        },
    );
}

#[test]
fn differences_know_of_equality() {
    for n in 1..=6 {
        exhaust(
            n,
            |b, x, y| {
                let (difference, equal) = b.subtract_and_compare(x, y);
                vec![difference, vec![equal]]
            },
            |x, y| vec![x.wrapping_sub(y) & ((1 << n) - 1), u128::from(x == y)],
        );
    }
}

#[test]
fn products_of_five_bits() {
    exhaust(
        5,
        |b, x, y| vec![b.multiply(x, y, 10), b.multiply_signed(x, y, 10), b.multiply(x, y, 5)],
        |x, y| {
            let signed = |v: u128| (v as i32) << 27 >> 27;
            vec![x * y, (signed(x) * signed(y)) as u128 & 1023, x * y & 31]
        },
    );
}

/// Factors that are split, in two levels.
#[test]
fn products_of_many_bits() {
    for n in [20, 21, 41, 53, 64] {
        let circuit = build(Style::Small, &[n, n], |b, w| vec![b.multiply(&w[0], &w[1], 2 * n)]);
        let mask = (1_u128 << n) - 1;
        let runs = (0..n as u32).flat_map(|k| [1 << k, (1 << k) - 1, mask << k & mask]);
        let values: Vec<u128> = runs.chain((1..40).map(|k| mask / k * 7 & mask)).collect();
        let pairs = values.iter().flat_map(|x| values.iter().map(move |y| vec![*x, *y]));
        let cases: Vec<Vec<u128>> = pairs.collect();
        for (case, found) in cases.iter().zip(circuit.eval_lanes(&cases)) {
            assert_eq!(found, [case[0] * case[1]], "{n} {case:x?}");
        }
    }
}

#[test]
fn quotients_of_five_bits() {
    exhaust(
        5,
        |b, x, y| {
            let (q, r) = b.divide(x, y);
            vec![q, r]
        },
        |x, y| x.checked_div(y).map_or(vec![31, x], |q| vec![q, x - q * y]),
    );
}

#[test]
fn roots_of_eleven_bits() {
    let circuit = build(Style::Shallow, &[11], |b, w| {
        let (root, inexact) = b.square_root(&w[0]);
        vec![root, vec![inexact]]
    });
    for x in 0..2048_u128 {
        let root = x.isqrt();
        let expected = vec![root, u128::from(root * root != x)];
        assert_eq!(circuit.eval_by_specification(&[x]), expected, "{x}");
    }
}

#[test]
fn shifts_of_eight_bits() {
    let circuit = build(Style::Shallow, &[8, 4], |b, w| {
        let (x, n) = (&w[0], &w[1]);
        let (sticky, lost) = b.shift_right_sticky(x, n);
        let signs = b.shift_right(x, n, x[7]);
        vec![b.shift_left(x, n), b.rotate_right(x, &n[..3]), sticky, vec![lost], signs]
    });
    for x in 0..256_u128 {
        for n in 0..16_u128 {
            let lost = u128::from(x & ((1 << n) - 1) != 0);
            let rotated = u128::from((x as u8).rotate_right(n as u32 & 7));
            let signs = i32::from(x as u8 as i8) >> n;
            let expected = vec![x << n & 255, rotated, x >> n, lost, signs as u128 & 255];
            assert_eq!(circuit.eval_by_specification(&[x, n]), expected, "{x} {n}");
        }
    }
}

#[test]
fn shifts_that_keep_the_top() {
    let circuit = build(Style::Small, &[11, 5], |b, w| {
        let (kept, lost) = b.shift_left_sticky(&w[0], &w[1], 6);
        vec![kept, vec![lost], b.below(&w[1], 20)]
    });
    for x in 0..2048_u128 {
        for n in 0..32_u128 {
            let shifted = x << n & 2047;
            let (lost, code) = (u128::from(shifted & 31 != 0), ((1 << n) - 1) & 0xf_ffff);
            assert_eq!(
                circuit.eval_by_specification(&[x, n]),
                [shifted >> 5, lost, code],
                "{x} {n}"
            );
        }
    }
}

#[test]
fn lookups_of_seven_bits() {
    let circuit =
        build(Style::Small, &[7], |b, w| vec![b.lookup(&w[0], 9, &|row| row * row * 37 >> 3)]);
    for x in 0..128_u128 {
        assert_eq!(circuit.eval_by_specification(&[x]), [(x * x * 37 >> 3) & 511]);
    }
}

/// Every cell, some with constant inputs, in more cases than a block has.
#[test]
fn lanes_give_what_single_evaluations_give() {
    for style in [Style::Shallow, Style::Small] {
        let circuit = build(style, &[9, 7], |b, w| {
            let (x, y) = (&w[0], &w[1]);
            let holds = b.condition(&x[..4], &y[..4]);
            let rounding = b.rounding(x[0], x[1], x[2], x[3], &y[..3]);
            vec![b.multiply(x, y, 16), b.leading_zeros(x), vec![holds], rounding.to_vec()]
        });
        let cases: Vec<Vec<u128>> = (0..1500).map(|n| vec![n * 331 & 511, n * 73 & 127]).collect();
        let found = circuit.eval_lanes(&cases);
        assert_eq!(found.len(), cases.len());
        for (case, found) in cases.iter().zip(found) {
            assert_eq!(circuit.eval_by_specification(case), found);
        }
    }
}

#[test]
fn counts_of_odd_widths() {
    for n in [1, 3, 4, 7, 11, 16] {
        let circuit = build(Style::Shallow, &[n], |b, w| {
            vec![b.leading_zeros(&w[0]), b.population_count(&w[0])]
        });
        for x in 0..1_u128 << n {
            let zeroes = u128::from(x.leading_zeros()) - (128 - n as u128);
            let expected = vec![zeroes, u128::from(x.count_ones())];
            assert_eq!(circuit.eval_by_specification(&[x]), expected, "{n} {x}");
        }
    }
}
