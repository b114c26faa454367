//! The ALU: every operation by name, in every tier, one at a time and in batches.

use crate::builder::Style;
use crate::circuit::Circuit;
use crate::float::{FORMATS, FloatOperation, Format};
use crate::netlist::Netlist;
use crate::operation::{Operation, WIDTHS};
use crate::tier::{BitsBatch, TablesSingle, WeightsBatch, WeightsSingle};
use ncpu_cells::{Cells, Spec};
use rustc_hash::FxHashMap;
use std::fmt;

/// An operation with the width or the format of its operands.
#[derive(Clone, Copy)]
pub enum Function {
    /// Of words of so many bits.
    Integer(&'static Operation, usize),
    /// Of floating-point numbers of a format.
    Float(&'static FloatOperation, Format),
}

impl Function {
    /// The operation called `name`, for `kind`: a width in bits (`8`, `16`, `32`, `64`) or the name of a
    /// format (`half`, `bfloat16`, `single`, `double`).
    ///
    /// # Errors
    /// [`AluError::NoOperation`], [`AluError::NoKind`].
    pub fn named(name: &str, kind: &str) -> Result<Self, AluError> {
        let no_kind = |kinds: String| AluError::NoKind(name.into(), kind.into(), kinds);
        if let Some(operation) = Operation::named(name) {
            let width = WIDTHS.into_iter().find(|w| w.to_string() == kind);
            return width
                .map(|w| Self::Integer(operation, w))
                .ok_or_else(|| no_kind(WIDTHS.map(|w| w.to_string()).join(", ")));
        }
        if let Some(operation) = FloatOperation::named(name) {
            let format = FORMATS.iter().find(|(n, _)| *n == kind);
            return format
                .map(|(_, f)| Self::Float(operation, *f))
                .ok_or_else(|| no_kind(FORMATS.map(|(n, _)| n).join(", ")));
        }
        Err(AluError::NoOperation(name.into()))
    }

    /// The operation's name.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Integer(operation, _) => operation.name,
            Self::Float(operation, _) => operation.name,
        }
    }

    /// The operation composed of cells. Of a floating-point operation the last operand is FPCR and the
    /// last result what it adds to FPSR.
    #[must_use]
    pub fn circuit(&self, style: Style) -> Circuit {
        match self {
            Self::Integer(operation, width) => operation.circuit(*width, style),
            Self::Float(operation, format) => operation.circuit(*format, style),
        }
    }

    /// What tells it from others.
    #[must_use]
    pub fn key(&self) -> (&'static str, usize, usize) {
        match self {
            Self::Integer(operation, width) => (operation.name, *width, 0),
            Self::Float(operation, format) => (operation.name, format.exponent, format.fraction),
        }
    }
}

/// A way to evaluate one operation at a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Single {
    /// Multiply-accumulates with the trained weights: the tier that is called neural.
    Weights,
    /// The cells' tables, made from the weights when they are loaded.
    Tables,
}

/// A way to evaluate many operations side by side.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Batch {
    /// Multiply-accumulates with the trained weights.
    Weights,
    /// Logic made from the cells' tables, bit-sliced.
    Bits,
}

/// Why an operation was not done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AluError {
    /// There is no operation of that name.
    NoOperation(String),
    /// The operation does not come in that kind: operation, kind, the kinds that there are.
    NoKind(String, String, String),
    /// Other than so many operands were given: operation, wanted, given.
    Operands(&'static str, usize, usize),
    /// The columns of a batch differ in length.
    Lengths,
}

impl fmt::Display for AluError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoOperation(name) => {
                write!(f, "no operation `{name}`; `ncpu nalu eval` lists them")
            }
            Self::NoKind(name, kind, kinds) => {
                write!(f, "{name} does not come in `{kind}`; it comes in {kinds}")
            }
            Self::Operands(name, wanted, given) => {
                write!(f, "{name} takes {wanted} operands, not {given}")
            }
            Self::Lengths => f.write_str("the columns of a batch must have one length"),
        }
    }
}

impl std::error::Error for AluError {}

enum Evaluator {
    Weights(WeightsSingle),
    Tables(TablesSingle),
}

enum BatchEvaluator {
    Weights(WeightsBatch),
    Bits(BitsBatch),
}

/// A circuit with the number of its operands and results.
struct Prepared<T> {
    evaluator: T,
    operands: usize,
    results: usize,
    census: Vec<(&'static Spec, usize)>,
}

impl<T> Prepared<T> {
    fn new(circuit: &Circuit, evaluator: T) -> Self {
        let (operands, results) = (circuit.inputs.len(), circuit.outputs.len());
        Self { evaluator, operands, results, census: circuit.census() }
    }
}

type Key = (&'static str, usize, usize);

/// The ALU with its cells; circuits are made when they are first wanted.
///
/// ```
/// use ncpu_nalu::{Alu, Function, Single};
///
/// let mut alu = Alu::new(ncpu_cells::Cells::built_in()?);
/// let add = Function::named("add", "32")?;
/// // The sum and the flags V, C, Z, N: carry (2) and zero (4).
/// assert_eq!(alu.eval(add, Single::Weights, &[0xffff_ffff, 1])?, [0, 0b0110]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct Alu {
    cells: Cells,
    singles: FxHashMap<(Key, Single), Prepared<Evaluator>>,
    batches: FxHashMap<(Key, Batch), Prepared<BatchEvaluator>>,
    evaluations: FxHashMap<&'static str, u64>,
}

impl Alu {
    /// An ALU of these cells.
    #[must_use]
    pub fn new(cells: Cells) -> Self {
        let (singles, batches) = (FxHashMap::default(), FxHashMap::default());
        Self { cells, singles, batches, evaluations: FxHashMap::default() }
    }

    /// Evaluates `function` on operands in the low bits of numbers; bits above are ignored. The results,
    /// with zeroes above, in the order of [`Operation::results`]; of a floating-point operation the value
    /// and what it adds to FPSR.
    ///
    /// # Errors
    /// [`AluError::Operands`].
    pub fn eval(
        &mut self,
        function: Function,
        tier: Single,
        operands: &[u64],
    ) -> Result<Vec<u64>, AluError> {
        let cells = &self.cells;
        let prepared = self.singles.entry((function.key(), tier)).or_insert_with(|| {
            let circuit = function.circuit(Style::Shallow);
            let evaluator = match tier {
                Single::Weights => Evaluator::Weights(WeightsSingle::new(&circuit, cells)),
                Single::Tables => Evaluator::Tables(TablesSingle::new(&circuit, cells)),
            };
            Prepared::new(&circuit, evaluator)
        });
        if operands.len() != prepared.operands {
            return Err(AluError::Operands(function.name(), prepared.operands, operands.len()));
        }
        let mut results = vec![0; prepared.results];
        match &mut prepared.evaluator {
            Evaluator::Weights(weights) => weights.run(operands, &mut results),
            Evaluator::Tables(tables) => tables.run(operands, &mut results),
        }
        count(&mut self.evaluations, &prepared.census, 1);
        Ok(results)
    }

    /// Evaluates `function` on many rows: `operands[k][n]` is operand `k` of row `n`. The results likewise.
    ///
    /// # Errors
    /// [`AluError::Operands`], [`AluError::Lengths`].
    pub fn eval_batch(
        &mut self,
        function: Function,
        tier: Batch,
        operands: &[&[u64]],
    ) -> Result<Vec<Vec<u64>>, AluError> {
        let cells = &self.cells;
        let prepared = self.batches.entry((function.key(), tier)).or_insert_with(|| {
            let circuit = function.circuit(Style::Small);
            let evaluator = match tier {
                Batch::Weights => BatchEvaluator::Weights(WeightsBatch::new(&circuit, cells)),
                Batch::Bits => {
                    BatchEvaluator::Bits(BitsBatch::new(&Netlist::extract(&circuit, cells)))
                }
            };
            Prepared::new(&circuit, evaluator)
        });
        if operands.len() != prepared.operands {
            return Err(AluError::Operands(function.name(), prepared.operands, operands.len()));
        }
        let rows = operands.first().map_or(0, |column| column.len());
        if operands.iter().any(|column| column.len() != rows) {
            return Err(AluError::Lengths);
        }
        let mut results = vec![vec![0; rows]; prepared.results];
        let mut columns: Vec<&mut [u64]> = results.iter_mut().map(Vec::as_mut_slice).collect();
        match &mut prepared.evaluator {
            BatchEvaluator::Weights(weights) => weights.run(operands, &mut columns),
            BatchEvaluator::Bits(bits) => bits.run(operands, &mut columns),
        }
        count(&mut self.evaluations, &prepared.census, rows as u64);
        Ok(results)
    }

    /// How often each cell was evaluated.
    #[must_use]
    pub fn evaluations(&self) -> Vec<(&'static Spec, u64)> {
        let of = |spec: &'static Spec| self.evaluations.get(spec.name).copied().unwrap_or(0);
        self.cells.iter().map(|(spec, ..)| (*spec, of(spec))).collect()
    }
}

fn count(all: &mut FxHashMap<&'static str, u64>, census: &[(&'static Spec, usize)], rows: u64) {
    for (spec, n) in census {
        *all.entry(spec.name).or_default() += *n as u64 * rows;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn alu() -> Alu {
        Alu::new(Cells::built_in().unwrap())
    }

    #[test]
    fn tiers_give_the_same() {
        let mut alu = alu();
        for (name, kind, operands) in [
            ("sub", "16", vec![5, 7]),
            ("smulh", "64", vec![u64::MAX, 3]),
            ("sdiv", "8", vec![0x80, 0xff]),
            ("fma", "single", vec![0x3f80_0001, 0x3f80_0001, 0xbf80_0002, 0]),
            ("fsqrt", "half", vec![0x4000, 1 << 22]),
        ] {
            let function = Function::named(name, kind).unwrap();
            let weights = alu.eval(function, Single::Weights, &operands).unwrap();
            assert_eq!(alu.eval(function, Single::Tables, &operands).unwrap(), weights, "{name}");
            let columns: Vec<Vec<u64>> = operands.iter().map(|v| vec![*v; 100]).collect();
            let columns: Vec<&[u64]> = columns.iter().map(Vec::as_slice).collect();
            for tier in [Batch::Weights, Batch::Bits] {
                let results = alu.eval_batch(function, tier, &columns).unwrap();
                let last: Vec<u64> = results.iter().map(|c| c[99]).collect();
                assert_eq!(last, weights, "{name} {tier:?}");
            }
        }
        assert!(alu.evaluations().iter().any(|(spec, n)| spec.name == "round" && *n > 0));
    }

    #[test]
    fn mistakes_are_named() {
        let mut alu = alu();
        assert!(matches!(Function::named("plus", "32"), Err(AluError::NoOperation(_))));
        let kind = Function::named("add", "single").err().unwrap().to_string();
        assert_eq!(kind, "add does not come in `single`; it comes in 8, 16, 32, 64");
        let add = Function::named("add", "32").unwrap();
        let one = alu.eval(add, Single::Weights, &[1]);
        assert_eq!(one.unwrap_err().to_string(), "add takes 2 operands, not 1");
        let uneven = alu.eval_batch(add, Batch::Bits, &[&[1, 2], &[1]]);
        assert_eq!(uneven.unwrap_err(), AluError::Lengths);
    }
}
