//! P3: products and counts, by rewriting backward.
//!
//! `Σ 2^i out_i` is a polynomial over the outputs. The last addition is left by a lemma, which a solver
//! proves for any two summands. Then every cell's outputs are replaced by polynomials over its inputs,
//! the last cell first: a full adder's by `sum = a + b + c - 2 carry` (which P1 has shown of its
//! network), in which the carry cancels with its own use one place up. What is left is a polynomial over
//! the operands, compared term by term with the product's.

mod adder;

pub use adder::{Leaf, last_addition};

use crate::equivalence::{STYLES, tables};
use crate::polynomial::{Monomial, Polynomial, of_table};
use crate::proof::{Carrier, Checked, Coverage, Failure, Proof, Rung};
use crate::random::Random;
use ncpu_cells::{Cells, FULL_ADDER, Spec};
use ncpu_nalu::{Bit, Builder, Circuit, Node, Operation, Style, WIDTHS, Word};
use rustc_hash::FxHashMap;

/// Polynomials that grow larger are given up.
const TERMS: usize = 100_000;

/// What a circuit's result should be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Meaning {
    /// The product of two unsigned operands.
    Unsigned,
    /// The product of two operands in two's complement.
    Signed,
    /// The number of ones of an operand.
    Count,
}

/// Operations and what they mean.
const CASES: [(&str, Meaning); 4] = [
    ("mul", Meaning::Unsigned),
    ("umulh", Meaning::Unsigned),
    ("smulh", Meaning::Signed),
    ("popcount", Meaning::Count),
];

/// The proofs about products and counts.
pub fn proofs<'a>(cells: &'a Cells, seed: u64) -> Vec<Proof<'a>> {
    let all = WIDTHS.into_iter().flat_map(|width| CASES.map(|(name, m)| (width, name, m)));
    let proof = |(width, name, meaning): (usize, &'static str, Meaning)| Proof {
        id: format!("p3-{name}-{width}"),
        rung: Rung::P3,
        what: match meaning {
            Meaning::Count => "the count is the sum of the bits".into(),
            _ => format!("{name} is a · b, {meaning:?}, modulo a power of two"),
        },
        method: "backward rewriting of polynomials; the last addition by a solver; both styles",
        operations: name.into(),
        widths: width.to_string(),
        coverage: Coverage::Proved,
        carrier: Carrier::Formula,
        chunks: STYLES.len() as u64,
        prepare: Box::new(move || {
            Box::new(move |chunk| {
                operation(name, meaning, width, STYLES[chunk as usize], cells, seed)
            })
        }),
    };
    all.map(proof).collect()
}

fn operation(
    name: &str,
    meaning: Meaning,
    width: usize,
    style: Style,
    cells: &Cells,
    seed: u64,
) -> Result<Checked, Failure> {
    let operation = Operation::named(name);
    let operation = operation.ok_or_else(|| Failure::Open(format!("no operation `{name}`")))?;
    let circuit = operation.circuit(width, style);
    if !name.ends_with('h') {
        return check(&circuit, meaning, cells, seed);
    }
    // The upper half is that of a circuit that also has the lower one.
    let upper = full_product(width, meaning, style, true);
    if !same(&upper, &circuit) {
        return Err(Failure::Open(format!("`{name}` is not the upper half of the full product")));
    }
    check(&full_product(width, meaning, style, false), meaning, cells, seed)
}

fn full_product(width: usize, meaning: Meaning, style: Style, upper: bool) -> Circuit {
    let mut b = Builder::new(style);
    let (x, y): (Word, Word) = (b.input(width), b.input(width));
    let mut product = match meaning {
        Meaning::Signed => b.multiply_signed(&x, &y, 2 * width),
        _ => b.multiply(&x, &y, 2 * width),
    };
    if upper {
        product = product.split_off(width);
    }
    b.finish(vec![product])
}

/// Whether two circuits are the same, cell by cell.
pub(crate) fn same(a: &Circuit, b: &Circuit) -> bool {
    let equal = |(x, y): (&Node, &Node)| x.spec == y.spec && x.inputs == y.inputs && x.out == y.out;
    a.inputs == b.inputs
        && a.outputs == b.outputs
        && a.nodes.len() == b.nodes.len()
        && a.nodes.iter().zip(&b.nodes).all(equal)
}

/// Whether the first result of a circuit is what `meaning` says of its operands, modulo its width.
///
/// # Errors
/// A refutation with operands, or with a term if no operands were found.
pub fn check(
    circuit: &Circuit,
    meaning: Meaning,
    cells: &Cells,
    seed: u64,
) -> Result<Checked, Failure> {
    let output = &circuit.outputs[0];
    let operands = |why: Failure| find_operands(circuit, meaning, cells, seed).unwrap_or(why);
    let leaves = last_addition(circuit, output, cells, seed).map_err(operands)?;
    let mut found = Polynomial::new(output.len());
    for leaf in &leaves {
        found.add(monomial(&[leaf.bit]), 1 << leaf.place);
    }
    let largest = rewrite(circuit, cells, &mut found).map_err(operands)?;
    let expected = meant(circuit, meaning);
    match expected.difference(&found) {
        None => {
            let note = format!("{} cells, at most {largest} terms", circuit.nodes.len());
            Ok(Checked { cases: circuit.nodes.len() as u64, note })
        }
        Some((term, wanted, got)) => {
            let place = format!("the term over wires {term:?}");
            Err(operands(Failure::refuted(place, wanted.to_string(), got.to_string())))
        }
    }
}

/// A wire as a monomial: 1 as the empty product.
fn monomial(bits: &[Bit]) -> Monomial {
    let variables = bits.iter().filter(|bit| **bit != Bit::ONE);
    let mut monomial: Monomial = variables.map(|bit| bit.index() as u32).collect();
    monomial.sort_unstable();
    monomial.dedup();
    monomial
}

/// Replaces the outputs of cells by their inputs, the last cell first. Gives the most terms there were.
fn rewrite(circuit: &Circuit, cells: &Cells, p: &mut Polynomial) -> Result<usize, Failure> {
    let table = tables(cells);
    let mut known: FxHashMap<(&'static Spec, usize), Vec<(u32, i64)>> = FxHashMap::default();
    let mut largest = p.len();
    for node in circuit.nodes.iter().rev() {
        let outputs: Vec<Bit> = node.outputs().collect();
        if *node.spec == FULL_ADDER && p.has(outputs[0].index() as u32) {
            let terms = node.inputs.iter().filter(|bit| **bit != Bit::ZERO);
            let mut sum: Vec<_> = terms.map(|bit| (monomial(&[*bit]), 1)).collect();
            sum.push((monomial(&[outputs[1]]), 2_u128.wrapping_neg()));
            p.substitute(outputs[0].index() as u32, &sum);
        }
        for (o, out) in outputs.iter().enumerate().filter(|(_, out)| out.index() > 1) {
            if !p.has(out.index() as u32) {
                continue;
            }
            let sets = known.entry((node.spec, o)).or_insert_with(|| {
                of_table(&table(node.spec).iter().map(|row| row >> o & 1 == 1).collect::<Vec<_>>())
            });
            p.substitute(out.index() as u32, &over_inputs(node, sets));
        }
        largest = largest.max(p.len());
        if p.len() > TERMS {
            return Err(Failure::Open(format!("more than {TERMS} terms")));
        }
    }
    Ok(largest)
}

/// A polynomial over sets of a node's inputs as one over wires.
fn over_inputs(node: &Node, sets: &[(u32, i64)]) -> Vec<(Monomial, u128)> {
    let of_set = |(set, c): &(u32, i64)| {
        let inputs = node.inputs.iter().enumerate().filter(|(i, _)| set >> i & 1 == 1);
        let bits: Vec<Bit> = inputs.map(|(_, bit)| *bit).collect();
        let none = bits.contains(&Bit::ZERO);
        (!none).then(|| (monomial(&bits), i128::from(*c) as u128))
    };
    sets.iter().filter_map(of_set).collect()
}

/// The polynomial over the operands that should come out.
fn meant(circuit: &Circuit, meaning: Meaning) -> Polynomial {
    let mut p = Polynomial::new(circuit.outputs[0].len());
    let a = circuit.input(0);
    if meaning == Meaning::Count {
        a.iter().for_each(|bit| p.add(monomial(&[*bit]), 1));
        return p;
    }
    let b = circuit.input(1);
    let weight = |word: &Word, i: usize| {
        let negative = meaning == Meaning::Signed && i == word.len() - 1;
        let weight = 1_u128 << i;
        if negative { weight.wrapping_neg() } else { weight }
    };
    for (i, x) in a.iter().enumerate() {
        for (j, y) in b.iter().enumerate() {
            p.add(monomial(&[*x, *y]), weight(&a, i).wrapping_mul(weight(&b, j)));
        }
    }
    p
}

/// Operands for which a circuit is wrong, if some can be drawn.
fn find_operands(circuit: &Circuit, meaning: Meaning, cells: &Cells, seed: u64) -> Option<Failure> {
    let mut random = Random::named(seed, "product");
    let width = circuit.outputs[0].len();
    let mask = if width >= 128 { u128::MAX } else { (1 << width) - 1 };
    let mut tables = ncpu_nalu::TablesSingle::new(circuit, cells);
    for _ in 0..20_000 {
        let operands: Vec<u64> = circuit.inputs.iter().map(|w| random.operand(*w)).collect();
        let mut words = vec![0; circuit.outputs.iter().map(|w| w.len().div_ceil(64)).sum()];
        tables.run(&operands, &mut words);
        let high = if width > 64 { u128::from(words[1]) << 64 } else { 0 };
        let found = u128::from(words[0]) | high;
        let signed = |n: usize| {
            let unused = 64 - circuit.inputs[n];
            i128::from((operands[n] << unused) as i64 >> unused) as u128
        };
        let expected = mask
            & match meaning {
                Meaning::Count => u128::from(operands[0].count_ones()),
                Meaning::Unsigned => u128::from(operands[0]).wrapping_mul(u128::from(operands[1])),
                Meaning::Signed => signed(0).wrapping_mul(signed(1)),
            };
        if found != expected {
            let case = format!("{operands:#x?}").split_whitespace().collect::<String>();
            return Some(Failure::refuted(case, format!("{expected:#x}"), format!("{found:#x}")));
        }
    }
    None
}
