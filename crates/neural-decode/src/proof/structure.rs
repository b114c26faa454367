//! What the wiring of a decoder alone says about the immediate field.
//!
//! The field has 2^32 values, too many to try with every upper half. But a circuit shows which bits a
//! wire can depend on, and from that and from three values of the field, 0, x and the complement of x,
//! neither of them 0, follows the rest:
//!
//! - Validity depends on the field through one wire only, the root of a tree of ZERO cells whose leaves
//!   are all 32 bits, each cell reading bits of the field and roots of smaller trees. A ZERO cell whose
//!   network is right on its 16 rows is a disjunction, so the root is 1 exactly where the field is not
//!   0: 0 and x try both values of the wire with every upper half.
//! - Bit i of a value that is routed from the field depends on bit i of the field and on no other. Where
//!   instructions may have other fields than 0, x and its complement try both values of that bit.
//! - No other output depends on the field.

use crate::circuit::{IMM_BITS, Output, VALUES};
use ncpu_cells::ZERO;
use ncpu_nalu::{Bit, Circuit};

/// The bits of the field, as a set.
const FIELD: u64 = (1 << IMM_BITS) - 1;

/// Checks what the module says. What does not hold is named.
pub(crate) fn check(circuit: &Circuit) -> Result<(), &'static str> {
    let cones = Cones::new(circuit);
    for (n, word) in circuit.outputs.iter().enumerate() {
        let value = VALUES.iter().any(|output| *output as usize == n);
        let own = |(i, bit): (usize, &Bit)| {
            let allowed = if value { 1 << i } else { 0 };
            cones.of(*bit) & FIELD & !allowed == 0
        };
        if n != Output::Valid as usize && !word.iter().enumerate().all(own) {
            return Err("an output depends on more of the immediate field than its own bit");
        }
    }
    let root = cones.root(circuit.outputs[Output::Valid as usize][0])?;
    let mut leaves = 0;
    cones.tree(root, &mut leaves)?;
    if leaves == FIELD { Ok(()) } else { Err("a bit of the immediate field is not looked at") }
}

/// For each wire the input bits that it can depend on, and where it comes from.
struct Cones<'a> {
    circuit: &'a Circuit,
    /// Bit i for bit i of the word.
    support: Vec<u64>,
    /// The node that a wire is an output of, and which.
    source: Vec<Option<(usize, usize)>>,
}

impl<'a> Cones<'a> {
    fn new(circuit: &'a Circuit) -> Self {
        let mut support = vec![0; circuit.wires];
        let mut source = vec![None; circuit.wires];
        for (i, bit) in circuit.input(0).into_iter().enumerate() {
            support[bit.index()] = 1 << i;
        }
        for (n, node) in circuit.nodes.iter().enumerate() {
            let all = node.inputs.iter().fold(0, |all, bit| all | support[bit.index()]);
            for (o, out) in node.outputs().enumerate() {
                support[out.index()] = all;
                source[out.index()] = Some((n, o));
            }
        }
        Self { circuit, support, source }
    }

    fn of(&self, bit: Bit) -> u64 {
        self.support[bit.index()]
    }

    /// Whether a wire depends on the field and on nothing else.
    fn is_pure(&self, bit: Bit) -> bool {
        self.of(bit) != 0 && self.of(bit) & !FIELD == 0
    }

    /// The one wire through which `bit` depends on the field.
    fn root(&self, bit: Bit) -> Result<Bit, &'static str> {
        let (mut root, mut todo) = (None, vec![bit]);
        let mut seen = vec![false; self.circuit.wires];
        while let Some(bit) = todo.pop() {
            if self.of(bit) & FIELD == 0 || std::mem::replace(&mut seen[bit.index()], true) {
                continue;
            }
            match self.source[bit.index()] {
                Some((node, _)) if !self.is_pure(bit) => {
                    todo.extend(self.circuit.nodes[node].inputs.iter());
                }
                _ if root.is_some_and(|root| root != bit) => {
                    return Err("validity depends on the immediate field through several wires");
                }
                _ => root = Some(bit),
            }
        }
        root.ok_or("validity does not depend on the immediate field")
    }

    /// Collects the leaves of a tree of ZERO cells that say whether any bit is set.
    fn tree(&self, bit: Bit, leaves: &mut u64) -> Result<(), &'static str> {
        const ANY: usize = 1;
        match self.source[bit.index()] {
            // A constant 1 would drown the others.
            None if bit != Bit::ONE => *leaves |= self.of(bit),
            Some((node, ANY)) if *self.circuit.nodes[node].spec == ZERO => {
                for input in &self.circuit.nodes[node].inputs {
                    self.tree(*input, leaves)?;
                }
            }
            _ => return Err("the immediate field is looked at by other than ZERO cells"),
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::circuit::{OUTPUTS, circuit};
    use ncpu_nalu::{Builder, Style, Word};

    #[test]
    fn decoders_have_the_structure() {
        assert_eq!(check(&circuit(Style::Shallow)), Ok(()));
        assert_eq!(check(&circuit(Style::Small)), Ok(()));
    }

    /// A circuit whose validity and offset are what `make` gives; all else is routed.
    fn with(make: impl Fn(&mut Builder, &Word) -> (Bit, Word)) -> Result<(), &'static str> {
        let mut b = Builder::new(Style::Small);
        let word = b.input(64);
        let (valid, offset) = make(&mut b, &word);
        let mut outputs = vec![Word::new(); OUTPUTS];
        outputs[Output::Valid as usize] = vec![valid];
        outputs[Output::Offset as usize] = offset;
        check(&b.finish(outputs))
    }

    #[test]
    fn other_structures_are_refused() {
        let imm = |word: &Word| word[..IMM_BITS].to_vec();
        let good = with(|b, w| (b.any(&imm(w)), imm(w)));
        assert_eq!(good, Ok(()));
        let missing = with(|b, w| (b.any(&w[1..IMM_BITS]), imm(w)));
        assert_eq!(missing, Err("a bit of the immediate field is not looked at"));
        let deaf = with(|_, w| (w[40], imm(w)));
        assert_eq!(deaf, Err("validity does not depend on the immediate field"));
        let twice = with(|b, w| {
            let any = b.any(&imm(w));
            let other = b.and(w[3], w[40]);
            (b.and(any, other), imm(w))
        });
        assert_eq!(twice, Err("validity depends on the immediate field through several wires"));
        let parity = with(|b, w| (b.parity(&imm(w)), imm(w)));
        assert_eq!(parity, Err("the immediate field is looked at by other than ZERO cells"));
        let shifted = with(|b, w| (b.any(&imm(w)), w[1..IMM_BITS].to_vec()));
        assert!(shifted.unwrap_err().contains("own bit"));
    }
}
