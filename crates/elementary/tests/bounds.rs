//! The bound holds on about half a million inputs a function, and wrong weights break it.
//!
//! Sampled (see [`Inputs::Quick`]); the example `measure --full` does every bit pattern.

#![allow(clippy::unwrap_used)]

use ncpu_elementary::{
    Elementary, Function, Inputs, MAX_ULP, NETWORKS, Net, PATTERNS, Summary, Trained, Unary,
    measure,
};
use std::ops::ControlFlow;

fn found(set: &Elementary, function: Function, inputs: &Inputs, jobs: usize) -> Summary {
    measure(set, function, inputs, jobs, &mut |_| ControlFlow::Continue(())).unwrap()
}

fn nets() -> [Net; 6] {
    NETWORKS.map(|spec| Trained::built_in(spec).unwrap().net)
}

#[test]
fn no_result_is_further_off_than_the_bound() {
    let set = Elementary::built_in().unwrap();
    for function in Function::ALL {
        let summary = found(&set, function, &Inputs::Quick, 2);
        assert!(summary.within(MAX_ULP), "{}: {summary:?}", function.name());
        assert!(summary.correct() > 0.998, "{}: {summary:?}", function.name());
        assert!(summary.inputs > 200_000 && summary.specials > 1000, "{summary:?}");
    }
}

#[test]
fn zeroed_networks_break_the_bound() {
    let set = Elementary::unchecked(nets().map(|net| Net::zeroed(net.hidden())));
    for function in Function::ALL {
        let summary = found(&set, function, &Inputs::Quick, 1);
        assert!(summary.worst.unwrap().ulp > 1e6, "{}: {summary:?}", function.name());
    }
}

#[test]
fn a_slightly_wrong_weight_breaks_the_bound() {
    let mut altered = nets();
    for net in &mut altered {
        net.b2 *= 1.0 + 1e-7;
    }
    let set = Elementary::unchecked(altered);
    for function in Function::ALL {
        let summary = found(&set, function, &Inputs::Quick, 1);
        assert!(!summary.within(MAX_ULP), "{}: {summary:?}", function.name());
    }
}

#[test]
fn parts_and_threads_do_not_matter() {
    let set = Elementary::built_in().unwrap();
    for function in [Function::Unary(Unary::Sin), Function::Atan2] {
        let part = |from, to| found(&set, function, &Inputs::All(from..to), 1);
        let (from, to) = (PATTERNS / 3, PATTERNS / 3 + 700_001);
        let whole = found(&set, function, &Inputs::All(from..to), 3);
        let mut parts = part(from + 300_000, to);
        parts.merge(&part(from, from + 300_000).to_string().parse().unwrap());
        assert_eq!(parts, whole);
    }
}

#[test]
fn a_measurement_can_be_ended() {
    let set = Elementary::built_in().unwrap();
    let all = Inputs::All(0..PATTERNS);
    let mut stop = |_| ControlFlow::Break(());
    assert!(measure(&set, Function::Unary(Unary::Exp), &all, 2, &mut stop).is_none());
}
