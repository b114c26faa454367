//! The model that is compiled in: it loads, and it knows more than base rates.

use ncpu_prior::{Model, OPS, Random, base_rates, loss, place, samples, train};
use ncpu_term::Op;

const FILE: &[u8] = include_bytes!("../../../models/prior/bits.safetensors");

#[test]
fn programs_it_has_not_seen_surprise_it_less_than_base_rates_do() {
    let held = samples(3000, &mut Random::new(0x5eed));
    let loss = loss(Model::built_in().unwrap(), &held);
    assert!(loss.model < 0.85 * loss.base, "{loss:?}");
}

#[test]
fn its_base_rates_are_those_of_drawn_programs() {
    let rates = base_rates(&samples(3000, &mut Random::new(0xba5e)));
    for (n, rate) in Model::built_in().unwrap().base_rates().iter().enumerate() {
        assert!((rate - rates[n]).abs() < 0.03, "{:?}: {rate}, drawn {}", OPS[n], rates[n]);
    }
}

#[test]
fn it_recognises_the_plainest_cases() {
    let model = Model::built_in().unwrap();
    let mut random = Random::new(3);
    let mut gain_of = |op: Op| {
        let mut row = || {
            let (a, b) = (random.draw(), random.draw());
            (vec![a, b], op.bits(a, b).unwrap())
        };
        let rows: Vec<_> = (0..16).map(|_| row()).collect();
        model.gains(&rows)[place(op).unwrap()]
    };
    for op in [Op::And, Op::Or, Op::Xor, Op::Add, Op::Popcount] {
        let gain = gain_of(op);
        assert!(gain > 0.5, "{op:?} gains {gain}");
    }
}

#[test]
fn odd_examples_give_finite_gains() {
    let model = Model::built_in().unwrap();
    let many: Vec<(Vec<u64>, u64)> = (0..5000).map(|n| (vec![n; 16], n)).collect();
    for rows in [vec![], vec![(vec![], 0)], vec![(vec![u64::MAX], 0), (vec![1, 2], 3)], many] {
        assert!(model.gains(&rows).iter().all(|g| g.is_finite()));
    }
}

#[test]
fn a_damaged_file_is_an_error_that_names_it() {
    assert!(FILE.len() < 100_000);
    Model::from_bytes("whole", FILE).unwrap();
    for cut in [0, 4, 100, FILE.len() - 1] {
        let error = Model::from_bytes("cut.safetensors", &FILE[..cut]).unwrap_err();
        assert!(error.to_string().starts_with("cut.safetensors: "), "{error}");
    }
    for at in [9, FILE.len() / 2, FILE.len() - 1] {
        let mut bytes = FILE.to_vec();
        bytes[at] ^= 0x10;
        let error = Model::from_bytes("flipped.safetensors", &bytes).unwrap_err();
        assert!(error.to_string().starts_with("flipped.safetensors: "), "{error}");
    }
}

#[test]
fn a_seed_trains_the_same_model_again() {
    let make = || {
        let mut random = Random::new(7);
        let drawn = samples(300, &mut random);
        train(&drawn, 2, &mut random, &mut |_, _| {})
    };
    assert_eq!(make(), make());
}
