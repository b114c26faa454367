//! Proofs, and decoders that cannot be proven.

#![allow(clippy::unwrap_used, reason = "a panic is the failure report")]

use ncpu_cells::{Cells, Net, Spec, ZERO};
use ncpu_neural_decode::{CELLS, Counterexample, FORM, OPCODE, prove};

#[test]
fn a_million_words_are_right() {
    let cells = Cells::built_in_of(CELLS).unwrap();
    let mut seen = (0, 0);
    let report = prove(&cells, 2, false, &mut |p| {
        assert!(p.words > seen.0 && p.words <= p.of);
        seen = (p.words, p.of);
    });
    let report = report.unwrap();
    assert_eq!((report.words, report.words), seen);
    assert!(report.instructions > 1000 && !report.full, "{report:?}");
}

/// The built-in cells with another network for one.
fn with(spec: &'static Spec, change: impl Fn(&mut Net)) -> Cells {
    let cells = Cells::built_in_of(CELLS).unwrap();
    let entries = cells.iter().cloned().map(|(of, mut net, record)| {
        if of == spec {
            change(&mut net);
        }
        (of, net, record)
    });
    Cells::unchecked(entries.collect())
}

/// The least change of a weight that alters a cell at all makes the proof fail.
#[test]
fn a_weight_past_its_slack_is_no_decoder() {
    for spec in [&OPCODE, &FORM, &ZERO] {
        let cells = with(spec, |net| {
            let last = net.parameters().last().unwrap();
            *net = net.moved(last, net.slack(last).unwrap());
        });
        let failed = prove(&cells, 1, false, &mut |_| ()).unwrap_err();
        assert!(
            matches!(failed, Counterexample::Cell { cell, .. } if cell == spec.name),
            "{failed}"
        );
        assert!(failed.to_string().contains(spec.name));
    }
}

#[test]
fn zeroed_weights_are_no_decoder() {
    for spec in CELLS {
        let cells = with(spec, |net| *net = Net::zeroed(net.shape));
        assert!(prove(&cells, 1, false, &mut |_| ()).is_err(), "{spec:?}");
    }
}
