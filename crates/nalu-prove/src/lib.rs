//! Proofs of the neural ALU.
//!
//! A ladder of seven rungs, each with its own kind of mistake to exclude. P0: a cell's network differs
//! from its truth table. P1: an adder's carries go wrong at some width. P2 and P3: a composed operation
//! differs from its definition. P4: brute force, where the domain is small enough. P5: the definition
//! of a floating-point operation was misread. P6: the checks would pass whatever the weights.
//!
//! [`proofs`] lists them, [`run`] runs them on threads and goes on where it was interrupted,
//! [`markdown`] and [`json`] report what came of them. A proof that fails is a result like another: a
//! [`Counterexample`].

pub mod carry;
pub mod cells;
pub mod equivalence;
pub mod files;
pub mod float;
pub mod formula;
pub mod integer;
mod list;
pub mod logic;
pub mod mutation;
mod polynomial;
pub mod product;
mod proof;
mod random;
mod report;
pub mod rows;
mod run;
mod state;
pub mod sweep;

pub use list::proofs;
pub use proof::{
    Carrier, Checked, Counterexample, Coverage, Failure, Finding, Outcome, Proof, Rung, Work,
};
pub use report::{grouped, json, line, markdown};
pub use run::{Observer, Options, Silent, run};
