//! What a proof is and what comes of it.

use serde::{Deserialize, Serialize};

/// A rung of the ladder: what kind of mistake a proof excludes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Rung {
    /// Cells: every row in exact integers.
    P0,
    /// Carries: induction over the width.
    P1,
    /// Equivalence of extracted logic with reference logic, by a solver.
    P2,
    /// Products, quotients, roots: lemmas about rows and algebraic rewriting.
    P3,
    /// Brute force.
    P4,
    /// Double precision against other implementations.
    P5,
    /// Mutation: wrong weights are noticed.
    P6,
}

impl Rung {
    /// Every rung, the lowest first.
    pub const ALL: [Self; 7] =
        [Self::P0, Self::P1, Self::P2, Self::P3, Self::P4, Self::P5, Self::P6];
}

/// How much of the domain a proof covers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Coverage {
    /// All of it, by reasoning.
    Proved,
    /// All of it, case by case.
    Exhaustive,
    /// Drawn and directed cases.
    Sampled,
}

/// What evaluated the ALU in a proof.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Carrier {
    /// The networks in exact integers.
    Integers,
    /// The weights tier: multiply-accumulates with the trained weights.
    Weights,
    /// The bit-sliced tier: logic made from the networks' tables.
    Bits,
    /// That logic, or the cells' tables, as formulas.
    Formula,
}

/// What one chunk of a proof found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Checked {
    /// Cases that were looked at: rows, operand tuples, or facts.
    pub cases: u64,
    /// Figures worth reporting.
    pub note: String,
}

impl From<u64> for Checked {
    fn from(cases: u64) -> Self {
        Self { cases, note: String::new() }
    }
}

/// A case in which the ALU is wrong.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counterexample {
    /// Operands, or the place of a fault.
    pub case: String,
    /// What should come out.
    pub expected: String,
    /// What does.
    pub found: String,
}

/// Why a chunk gave no proof.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Failure {
    /// The ALU is wrong.
    Refuted(Counterexample),
    /// It could not be decided.
    Open(String),
}

impl Failure {
    /// A refutation from its three texts.
    pub fn refuted(
        case: impl Into<String>,
        expected: impl Into<String>,
        found: impl Into<String>,
    ) -> Self {
        let (case, expected, found) = (case.into(), expected.into(), found.into());
        Self::Refuted(Counterexample { case, expected, found })
    }
}

/// What a worker does with a chunk, by its number.
pub type Work<'a> = Box<dyn FnMut(u64) -> Result<Checked, Failure> + 'a>;

/// One proof, cut into chunks that are independent of one another.
pub struct Proof<'a> {
    /// Its name, such as `p2-add-64`.
    pub id: String,
    /// Its rung.
    pub rung: Rung,
    /// What it shows, in a line.
    pub what: String,
    /// How, in a few words.
    pub method: &'static str,
    /// The operations or cells that it is about.
    pub operations: String,
    /// Their widths or formats.
    pub widths: String,
    /// How much of the domain it covers.
    pub coverage: Coverage,
    /// What evaluates the ALU.
    pub carrier: Carrier,
    /// How many chunks it has.
    pub chunks: u64,
    /// Makes what a thread needs to do chunks.
    pub prepare: Box<dyn Fn() -> Work<'a> + Send + Sync + 'a>,
}

/// How a proof ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Outcome {
    /// Everything is right.
    Proved,
    /// Something is wrong.
    Refuted(Counterexample),
    /// It could not be decided.
    Open(String),
    /// It was stopped before its end.
    Unfinished,
}

/// What came of a proof.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Finding {
    /// The proof's name.
    pub id: String,
    /// Its rung.
    pub rung: Rung,
    /// What it shows.
    pub what: String,
    /// How.
    pub method: String,
    /// The operations or cells.
    pub operations: String,
    /// Their widths or formats.
    pub widths: String,
    /// Cases that were looked at.
    pub cases: u64,
    /// How much of the domain they are.
    pub coverage: Coverage,
    /// What evaluated the ALU.
    pub carrier: Carrier,
    /// Seconds of computation, of all threads together.
    pub seconds: f64,
    /// How it ended.
    pub outcome: Outcome,
    /// Figures.
    pub note: String,
}

impl Finding {
    /// A finding without cases yet.
    pub(crate) fn of(proof: &Proof) -> Self {
        Self {
            id: proof.id.clone(),
            rung: proof.rung,
            what: proof.what.clone(),
            method: proof.method.into(),
            operations: proof.operations.clone(),
            widths: proof.widths.clone(),
            cases: 0,
            coverage: proof.coverage,
            carrier: proof.carrier,
            seconds: 0.0,
            outcome: Outcome::Unfinished,
            note: String::new(),
        }
    }

    /// Whether everything is right.
    #[must_use]
    pub fn is_proved(&self) -> bool {
        self.outcome == Outcome::Proved
    }
}
