//! The quick versions of the proofs; what takes longest is left to the release build.

use ncpu_cells::Cells;
use ncpu_nalu_prove::{Options, Silent, proofs, run};

/// Proofs of which the development profile takes too long.
const SLOW: &[&str] =
    &["div-64", "-root-53", "-root-64", "tiers-umulh-32", "tiers-smulh-32", "tiers-mul-32"];

fn prove(only: &str) {
    let cells = Cells::built_in().expect("the weights in models/nalu");
    let options = Options { only: Some(only.into()), ..Options::default() };
    let mut list = proofs(&cells, &options);
    list.retain(|p| !SLOW.iter().any(|slow| p.id.contains(slow)));
    assert!(!list.is_empty());
    for finding in run(&list, &options, &mut Silent).expect("no state file") {
        println!("{}", ncpu_nalu_prove::line(&finding));
        assert!(finding.is_proved(), "{finding:?}");
    }
}

#[test]
fn cells_and_carries() {
    prove("p0,p1");
}

#[test]
fn equivalences() {
    prove("p2");
}

#[test]
fn rows_and_products() {
    prove("p3");
}

#[test]
fn brute_force_of_integers() {
    prove("-8,-16,drawn");
}

#[test]
fn brute_force_of_floats() {
    prove("p4-half,p4-bfloat16,p4-single,p4-double,p5");
}

#[test]
fn mutations() {
    prove("p6-moved-full,p6-moved-logic,p6-moved-mux,p6-zeroed,p6-files");
}
