//! Whether an adder is the chain or the tree that the induction is about.

use crate::proof::Failure;
use ncpu_cells::{CARRY_COMBINE, FULL_ADDER, LOGIC, MUX};
use ncpu_nalu::{Bit, Circuit, Node, table};
use rustc_hash::FxHashMap;

fn fault(width: usize, place: impl std::fmt::Display, what: &str) -> Failure {
    Failure::refuted(format!("adder of {width} bits, place {place}"), what, "something else")
}

/// Whether `circuit` is exactly a chain of `width` full adders.
///
/// # Errors
/// A refutation that names the place.
pub fn chain(circuit: &Circuit, width: usize) -> Result<(), Failure> {
    let (a, b) = (circuit.input(0), circuit.input(1));
    let mut carry = circuit.input(2)[0];
    if circuit.nodes.len() != width {
        return Err(fault(width, "any", "a full adder a place and nothing else"));
    }
    for (i, node) in circuit.nodes.iter().enumerate() {
        let outputs: Vec<Bit> = node.outputs().collect();
        let right = *node.spec == FULL_ADDER
            && *node.inputs == [a[i], b[i], carry]
            && circuit.outputs[0][i] == outputs[0];
        if !right {
            return Err(fault(width, i, "a full adder of both digits and the carry from below"));
        }
        carry = outputs[1];
    }
    if circuit.outputs[1] != [carry] {
        return Err(fault(width, "carry", "the carry of the last full adder"));
    }
    Ok(())
}

/// What a wire of a prefix adder stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Span {
    /// Whether the places `low..=high` generate a carry.
    Generate(usize, usize),
    /// Whether they let one through.
    Propagate(usize, usize),
    /// The carry out of place `high`, with all below and what comes in.
    Carry(usize),
    /// A sum bit.
    Sum(usize),
}

/// Whether in `circuit` every cell joins the spans that it should, and sums and carry out are theirs.
///
/// # Errors
/// A refutation that names the wire.
pub fn prefix(circuit: &Circuit, width: usize) -> Result<(), Failure> {
    let mut labels: FxHashMap<Bit, Span> = FxHashMap::default();
    let carry_in = circuit.input(2)[0];
    for node in &circuit.nodes {
        let label = label(circuit, &labels, node, carry_in);
        let label = label.ok_or_else(|| fault(width, node.out.index(), "a span of an adder"))?;
        labels.extend(node.outputs().zip(label));
    }
    let sums = circuit.outputs[0].iter().enumerate();
    for (bit, expected) in sums
        .map(|(i, bit)| (*bit, Span::Sum(i)))
        .chain([(circuit.outputs[1][0], Span::Carry(width - 1))])
    {
        if labels.get(&bit) != Some(&expected) {
            return Err(fault(width, format!("{expected:?}"), "its own wire"));
        }
    }
    Ok(())
}

/// What a node's outputs stand for, from what its inputs do.
fn label(
    circuit: &Circuit,
    labels: &FxHashMap<Bit, Span>,
    node: &Node,
    carry_in: Bit,
) -> Option<Vec<Span>> {
    let known = |bit: Bit| labels.get(&bit).copied();
    if *node.spec == LOGIC {
        return logic_label(circuit, labels, node, carry_in).map(|label| vec![label]);
    }
    if *node.spec == MUX {
        // The lowest place: what comes in is carried where it is let through.
        let [s, a, b] = *node.inputs else { return None };
        let low = known(s) == Some(Span::Propagate(0, 0)) && known(b) == Some(Span::Generate(0, 0));
        return (low && a == carry_in).then(|| vec![Span::Carry(0)]);
    }
    if *node.spec != CARRY_COMBINE {
        return None;
    }
    let [g, p, low_g, low_p] = *node.inputs else { return None };
    let (Span::Generate(low, high), Span::Propagate(other_low, other_high)) =
        (known(g)?, known(p)?)
    else {
        return None;
    };
    if (low, high) != (other_low, other_high) || low == 0 {
        return None;
    }
    match (known(low_g)?, known(low_p)?) {
        // With the carry out of all below, the other output serves nothing but is a span all the same.
        (Span::Carry(end), Span::Propagate(0, other)) if end == other && end + 1 == low => {
            Some(vec![Span::Carry(high), Span::Propagate(0, high)])
        }
        (Span::Generate(from, end), Span::Propagate(start, other))
            if (from, end) == (start, other) && end + 1 == low =>
        {
            Some(vec![Span::Generate(from, high), Span::Propagate(from, high)])
        }
        _ => None,
    }
}

fn logic_label(
    circuit: &Circuit,
    labels: &FxHashMap<Bit, Span>,
    node: &Node,
    carry_in: Bit,
) -> Option<Span> {
    let (a, b) = (circuit.input(0), circuit.input(1));
    let (x, y) = (node.inputs[0], node.inputs[1]);
    let bits = node.inputs[2..].iter().rev();
    let function = bits.fold(0, |t, bit| t << 1 | u8::from(*bit == Bit::ONE));
    if let Some(i) = a.iter().position(|bit| *bit == x).filter(|i| b[*i] == y) {
        return match function {
            table::XOR => Some(Span::Propagate(i, i)),
            table::AND => Some(Span::Generate(i, i)),
            _ => None,
        };
    }
    let Some(Span::Propagate(i, end)) = labels.get(&x).copied() else { return None };
    let below = if i == 0 { y == carry_in } else { labels.get(&y) == Some(&Span::Carry(i - 1)) };
    (function == table::XOR && i == end && below).then_some(Span::Sum(i))
}

/// A copy of a circuit with an input of a node wired to another bit.
#[cfg(test)]
pub(crate) fn rewired(circuit: &Circuit, node: usize, input: usize, to: Bit) -> Circuit {
    let mut changed = circuit.clone();
    changed.nodes[node].inputs[input] = to;
    changed
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::carry::adder;
    use ncpu_nalu::Style;

    #[test]
    fn a_wrong_wire_breaks_the_shape() {
        let small = adder(Style::Small, 16);
        assert_eq!(chain(&small, 16), Ok(()));
        let other = rewired(&small, 5, 0, small.input(0)[6]);
        assert!(matches!(chain(&other, 16), Err(Failure::Refuted(_))));

        let flat = adder(Style::Shallow, 16);
        assert_eq!(prefix(&flat, 16), Ok(()));
        for n in 0..flat.nodes.len() {
            let to = flat.nodes[if n == 0 { 1 } else { 0 }].out;
            for input in 0..2 {
                let other = rewired(&flat, n, input, to);
                let same = *other.nodes[n].inputs == *flat.nodes[n].inputs;
                assert!(same || prefix(&other, 16).is_err(), "node {n} input {input}");
            }
        }
    }
}
