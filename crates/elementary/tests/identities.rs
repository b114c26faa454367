//! What must hold exactly although every function is approximate, and values known from elsewhere.

#![allow(clippy::unwrap_used)]

use ncpu_elementary::{Elementary, Function, Inputs, Unary};

/// Arguments all over single precision: every 4099th positive finite bit pattern.
fn spread() -> impl Iterator<Item = f32> {
    (1..0x7f80_0000_u32).step_by(4099).map(f32::from_bits)
}

#[test]
fn sin_and_the_arc_tangents_are_odd_and_cos_is_even() {
    let set = Elementary::built_in().unwrap();
    for x in spread() {
        assert_eq!(set.sin(-x).to_bits(), (-set.sin(x)).to_bits(), "{x:e}");
        assert_eq!(set.cos(-x).to_bits(), set.cos(x).to_bits(), "{x:e}");
        assert_eq!(set.atan(-x).to_bits(), (-set.atan(x)).to_bits(), "{x:e}");
        assert_eq!(set.atan2(-x, 3.0).to_bits(), (-set.atan2(x, 3.0)).to_bits(), "{x:e}");
    }
}

#[test]
fn roots_of_squares_are_exact() {
    let set = Elementary::built_in().unwrap();
    // Every number of 12 bits, whose squares have 24, with even and odd exponents.
    for root in 1..4096_u16 {
        for scale in [-60, -1, 0, 1, 50].map(|n| 2_f32.powi(n)) {
            let root = f32::from(root) * scale;
            assert_eq!(set.sqrt(root * root), root);
        }
    }
}

#[test]
fn powers_of_two_are_exact() {
    let set = Elementary::built_in().unwrap();
    for n in -149..128_i16 {
        let power = set.exp2(f32::from(n));
        assert_eq!(f64::from(power), 2_f64.powi(n.into()), "{n}");
    }
}

#[test]
fn signs_and_ranges_are_kept() {
    let set = Elementary::built_in().unwrap();
    for x in spread() {
        assert!(set.sin(x).abs() <= 1.0 && set.cos(x).abs() <= 1.0, "{x:e}");
        assert!((0.0..=std::f32::consts::FRAC_PI_2).contains(&set.atan(x)), "{x:e}");
        assert!(set.exp(-x) <= 1.0 && set.exp(x) >= 1.0, "{x:e}");
        assert_eq!(set.log(x) < 0.0, x < 1.0, "{x:e}");
    }
}

#[test]
fn the_angle_is_in_the_quadrant_of_the_point() {
    let set = Elementary::built_in().unwrap();
    let quarter = std::f32::consts::FRAC_PI_4;
    for x in spread() {
        assert_eq!(set.atan2(x, x), quarter);
        assert_eq!(set.atan2(x, -x), (3.0 * std::f64::consts::FRAC_PI_4) as f32);
        assert_eq!(set.atan2(-x, x), -quarter);
        let (right, left) = (set.atan2(x, 0.5), set.atan2(x, -0.5));
        let half = 2.0 * quarter;
        assert!(right <= half && left >= half && left <= 4.0 * quarter, "{x:e}");
        assert!(set.atan2(-x, -0.5) == -left && set.atan2(-x, 0.5) == -right, "{x:e}");
    }
}

#[test]
fn values_are_the_known_ones() {
    use Unary::{Cos, Exp, Log, Sin};
    let set = Elementary::built_in().unwrap();
    // Of the single that is written, with 600 bits (mpmath), rounded once.
    let known: [(Unary, f32, f64); 20] = [
        (Sin, 1e22, -0.734_081_535_296),
        (Cos, 1e22, 0.679_061_337_095),
        (Sin, f32::MAX, -0.521_876_523_334),
        (Cos, f32::MAX, 0.853_021_039_83),
        // The single that is nearest to a multiple of π/2 for its size.
        (Sin, 7.729_179e28, 1.0),
        (Cos, 7.729_179e28, -1.614_769_798_25e-9),
        (Sin, 355.0, -3.014_435_335_95e-5),
        (Sin, std::f32::consts::PI, -8.742_278_000_37e-8),
        (Sin, 1e10, -0.487_506_025_088),
        (Cos, 1e10, 0.873_119_622_677),
        (Sin, 1.701_411_8e38, 0.623_385_512_956),
        (Cos, 1.701_411_8e38, 0.781_914_638_715),
        (Exp, 88.722_83, 3.402_798_537_41e38),
        (Exp, -87.336_55, 1.175_490_705_61e-38),
        (Exp, -103.972_08, 7.006_497_001_8e-46),
        (Exp, 0.5, 1.648_721_270_7),
        (Log, f32::from_bits(1), -103.278_929_903),
        (Log, f32::MAX, 88.722_839_052_1),
        (Log, 0.999_999_94, -5.960_464_655_17e-8),
        (Log, 1.000_000_1, 1.192_092_824_45e-7),
    ];
    for (function, x, value) in known {
        assert_eq!(set.unary(function, x), value as f32, "{function:?}({x:e})");
    }
    assert_eq!(set.atan2(1.0, 3e38), 3.333_333e-39, "a subnormal angle");
}

#[test]
fn slices_give_what_single_arguments_give() {
    let set = Elementary::built_in().unwrap();
    let x: Vec<f32> = spread().flat_map(|x| [x, -x]).collect();
    let y: Vec<f32> = x.iter().rev().copied().collect();
    let mut out = vec![0.0; x.len()];
    for function in Unary::ALL {
        set.unary_all(function, &x, &mut out);
        assert!(
            x.iter()
                .zip(&out)
                .all(|(x, r)| r.to_bits() == set.unary(function, *x).to_bits() || r.is_nan())
        );
    }
    set.atan2_all(&y, &x, &mut out);
    let points = y.iter().zip(&x).zip(&out);
    assert!(points.clone().all(|((y, x), r)| r.to_bits() == set.atan2(*y, *x).to_bits()));
}

/// FNV-1a over the results of the quick inputs, NaN left out. The numbers were recorded on x86-64;
/// that they hold elsewhere is the claim that every machine gives the same bits.
#[test]
fn results_have_the_recorded_bits() {
    let set = Elementary::built_in().unwrap();
    let digest = |function: Function| {
        let inputs = Inputs::Quick;
        let (y, x): (Vec<f32>, Vec<f32>) = inputs.range().map(|n| inputs.get(function, n)).unzip();
        let mut out = vec![0.0; x.len()];
        function.apply(&set, &y, &x, &mut out);
        let bits = out.iter().filter(|r| !r.is_nan()).map(|r| r.to_bits());
        bits.fold(0xcbf2_9ce4_8422_2325_u64, |hash, bits| {
            (hash ^ u64::from(bits)).wrapping_mul(0x0000_0100_0000_01b3)
        })
    };
    let digests =
        Function::ALL.map(|function| format!("{} {:016x}", function.name(), digest(function)));
    assert_eq!(digests.join("\n"), RECORDED.trim());
}

const RECORDED: &str = "
sin 64d027ebd0eb845f
cos 60f79943ce2bff5a
atan f4926530803114e1
atan2 0ee3740b6f8e457b
exp d61a4c4be1e2cf4f
exp2 51b43279b5388e4c
log 5ddfeef786c70aca
sqrt 64a543222d2bf2b6
";
