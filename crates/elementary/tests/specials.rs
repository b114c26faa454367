//! Special values as in Annex F of the C standard (C17, F.10), every case of its lists.

#![allow(clippy::unwrap_used)]

use ncpu_elementary::{Elementary, Unary};
use std::f32::consts::{FRAC_PI_2, FRAC_PI_4, PI};

const INF: f32 = f32::INFINITY;
const NAN: f32 = f32::NAN;
/// The least subnormal and the greatest number.
const LEAST: f32 = f32::from_bits(1);
const MOST: f32 = f32::MAX;

fn same(a: f32, b: f32) -> bool {
    a.to_bits() == b.to_bits() || a.is_nan() && b.is_nan()
}

#[test]
fn of_one_argument() {
    use Unary::{Atan, Cos, Exp, Exp2, Log, Sin, Sqrt};
    let set = Elementary::built_in().unwrap();
    let cases = [
        (
            Sin,
            vec![
                (0.0, 0.0),
                (-0.0, -0.0),
                (INF, NAN),
                (-INF, NAN),
                (LEAST, LEAST),
                (-LEAST, -LEAST),
            ],
        ),
        (Cos, vec![(0.0, 1.0), (-0.0, 1.0), (INF, NAN), (-INF, NAN), (LEAST, 1.0)]),
        (
            Atan,
            vec![
                (0.0, 0.0),
                (-0.0, -0.0),
                (INF, FRAC_PI_2),
                (-INF, -FRAC_PI_2),
                (MOST, FRAC_PI_2),
                (LEAST, LEAST),
                (1.0, FRAC_PI_4),
            ],
        ),
        (
            Exp,
            vec![
                (0.0, 1.0),
                (-0.0, 1.0),
                (-INF, 0.0),
                (INF, INF),
                (MOST, INF),
                (-MOST, 0.0),
                (88.722_84, INF),
                (-103.972_09, 0.0),
                (-103.278_93, LEAST),
                (LEAST, 1.0),
            ],
        ),
        (
            Exp2,
            vec![
                (0.0, 1.0),
                (-0.0, 1.0),
                (-INF, 0.0),
                (INF, INF),
                (MOST, INF),
                (-MOST, 0.0),
                (128.0, INF),
                (-149.0, LEAST),
                (-150.0, 0.0),
                (-149.999, LEAST),
            ],
        ),
        (
            Log,
            vec![
                (0.0, -INF),
                (-0.0, -INF),
                (1.0, 0.0),
                (-1.0, NAN),
                (-LEAST, NAN),
                (-INF, NAN),
                (INF, INF),
            ],
        ),
        (Sqrt, vec![(0.0, 0.0), (-0.0, -0.0), (INF, INF), (-1.0, NAN), (-LEAST, NAN), (-INF, NAN)]),
    ];
    for (function, list) in cases {
        for (x, expected) in list.into_iter().chain([(NAN, NAN), (-NAN, NAN)]) {
            let result = set.unary(function, x);
            assert!(same(result, expected), "{function:?}({x:e}) = {result:e}, not {expected:e}");
        }
    }
}

#[test]
fn of_two_arguments() {
    let set = Elementary::built_in().unwrap();
    let three = 3.0 * std::f64::consts::FRAC_PI_4;
    let cases = [
        (0.0, -0.0, PI),
        (0.0, 0.0, 0.0),
        (0.0, -1.0, PI),
        (0.0, -INF, PI),
        (0.0, 1.0, 0.0),
        (0.0, INF, 0.0),
        (1.0, 0.0, FRAC_PI_2),
        (1.0, -0.0, FRAC_PI_2),
        (LEAST, 0.0, FRAC_PI_2),
        (1.0, -INF, PI),
        (1.0, INF, 0.0),
        (INF, 1.0, FRAC_PI_2),
        (INF, -1.0, FRAC_PI_2),
        (INF, 0.0, FRAC_PI_2),
        (INF, -INF, three as f32),
        (INF, INF, FRAC_PI_4),
        (LEAST, MOST, 0.0),
        (LEAST, 1.0, LEAST),
        (LEAST, -MOST, PI),
        (MOST, LEAST, FRAC_PI_2),
        (MOST, MOST, FRAC_PI_4),
        (LEAST, -LEAST, three as f32),
    ];
    for (y, x, expected) in cases {
        for (y, expected) in [(y, expected), (-y, -expected)] {
            let result = set.atan2(y, x);
            assert!(same(result, expected), "atan2({y:e}, {x:e}) = {result:e}, not {expected:e}");
        }
    }
    for other in [0.0, -0.0, 1.0, INF, -INF, NAN] {
        assert!(set.atan2(NAN, other).is_nan() && set.atan2(other, NAN).is_nan());
    }
}
