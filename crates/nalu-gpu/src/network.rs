//! Cells as functions of WGSL.

use ncpu_cells::{Cells, GRID};
use ncpu_nalu::{Bit, Circuit, Node, Packed, Use};
use rustc_hash::FxHashMap;
use std::fmt::Write;

/// The ways in which a circuit uses cells, each with its network.
pub(crate) struct Networks {
    /// Use and network, in the order they are first met.
    pub(crate) uses: Vec<(Use, Packed)>,
    /// The use of each node.
    pub(crate) of: Vec<usize>,
}

impl Networks {
    /// Collects what a circuit uses.
    ///
    /// # Panics
    /// If `cells` lacks a cell of the circuit.
    pub(crate) fn new(circuit: &Circuit, cells: &Cells) -> Self {
        let reads = circuit.reads();
        let mut index: FxHashMap<Use, usize> = FxHashMap::default();
        let mut uses = Vec::new();
        let mut of = Vec::with_capacity(circuit.nodes.len());
        for node in &circuit.nodes {
            let one = Use {
                spec: node.spec,
                constants: node.inputs.iter().map(|bit| bit.known()).collect(),
                wanted: node.outputs().map(|bit| reads[bit.index()] > 0).collect(),
            };
            let at = *index.entry(one.clone()).or_insert_with(|| {
                let net = cells.net(one.spec).expect("a circuit uses cells of its set");
                uses.push((one.clone(), Packed::new(net, &one)));
                uses.len() - 1
            });
            of.push(at);
        }
        Self { uses, of }
    }

    /// Multiply-accumulates of one evaluation.
    pub(crate) fn macs(&self) -> usize {
        self.of.iter().map(|at| self.uses[*at].1.macs()).sum()
    }

    /// The name of a use's function.
    pub(crate) fn name(&self, at: usize) -> String {
        format!("{}_{at}", self.uses[at].0.spec.name.replace('-', "_"))
    }

    /// The functions, with the types they return.
    pub(crate) fn text(&self) -> String {
        let mut text = String::new();
        let mut sizes: Vec<usize> = self.uses.iter().map(|(_, net)| net.outputs).collect();
        sizes.sort_unstable();
        sizes.dedup();
        for size in sizes.into_iter().filter(|size| *size > 1) {
            let fields = list(size, |o| format!("b{o}: f32"));
            _ = writeln!(text, "struct Bits{size} {{ {fields} }}");
        }
        text += "\n// An output bit: whether the sum is positive.\n\
                 fn fire(sum: f32) -> f32 { return select(0.0, 1.0, sum > 0.0); }\n";
        for (at, (one, net)) in self.uses.iter().enumerate() {
            text += &function(&self.name(at), one, net);
        }
        text
    }
}

/// The inputs of a node that are not constant, in the order of its function's parameters.
pub(crate) fn arguments(node: &Node) -> impl Iterator<Item = Bit> {
    node.inputs.iter().copied().filter(|bit| bit.known().is_none())
}

/// The outputs of a node that somebody reads, with what selects each from the function's result.
pub(crate) fn results(node: &Node, one: &Use) -> Vec<(Bit, String)> {
    let wanted = node.outputs().zip(&one.wanted).filter(|(_, wanted)| **wanted);
    let bits: Vec<Bit> = wanted.map(|(bit, _)| bit).collect();
    let alone = bits.len() == 1;
    let select = |o| if alone { String::new() } else { format!(".b{o}") };
    bits.into_iter().enumerate().map(|(o, bit)| (bit, select(o))).collect()
}

fn list(count: usize, item: impl Fn(usize) -> String) -> String {
    (0..count).map(item).collect::<Vec<_>>().join(", ")
}

/// A network as a function from bits (0.0 or 1.0) to bits.
fn function(name: &str, one: &Use, net: &Packed) -> String {
    let parameters = list(net.inputs, |i| format!("x{i}: f32"));
    let result = if net.outputs == 1 { "f32".into() } else { format!("Bits{}", net.outputs) };
    let mut text = format!("\n// {}: {}\n", one.spec.name, situation(one));
    _ = writeln!(text, "fn {name}({parameters}) -> {result} {{");
    for (h, bias) in net.b1.iter().enumerate() {
        let weights = &net.w1[h * net.inputs..][..net.inputs];
        let sum = sum(i32::from(*bias), GRID, weights.iter().zip(0..).map(|(w, i)| (*w, i)), "x");
        _ = writeln!(text, "    let h{h} = max(0.0, {sum});");
    }
    let output = |o: usize| {
        let weights = net.w2.iter().skip(o).step_by(net.outputs);
        let bias = i32::from(net.b2[o]);
        format!("fire({})", sum(bias, GRID * GRID, weights.zip(0..).map(|(w, h)| (*w, h)), "h"))
    };
    if net.outputs == 1 {
        _ = writeln!(text, "    return {};", output(0));
    } else {
        let outputs: Vec<String> = (0..net.outputs).map(output).collect();
        _ = writeln!(text, "    return {result}(\n        {});", outputs.join(",\n        "));
    }
    text + "}\n"
}

/// Which inputs are constant and which outputs wanted, for the reader.
fn situation(one: &Use) -> String {
    let value = |c: &Option<bool>| c.map_or('x', |c| if c { '1' } else { '0' });
    let inputs: String = one.constants.iter().map(value).collect();
    let outputs: String = one.wanted.iter().map(|w| if *w { 'y' } else { '-' }).collect();
    format!("inputs {inputs}, outputs {outputs}")
}

/// `bias + w0 * x0 + …`: each step a fused multiply-add.
fn sum(bias: i32, scale: i32, terms: impl Iterator<Item = (i16, usize)>, variable: &str) -> String {
    let mut terms = terms.filter(|(weight, _)| *weight != 0).peekable();
    let mut text = number(f64::from(bias) / f64::from(scale));
    if let (0, Some((weight @ 1.., at))) = (bias, terms.peek()) {
        text = format!("{} * {variable}{at}", number(f64::from(*weight) / f64::from(GRID)));
        terms.next();
    }
    for (weight, at) in terms {
        let sign = if weight < 0 { '-' } else { '+' };
        let size = number(f64::from(weight.unsigned_abs()) / f64::from(GRID));
        _ = write!(text, " {sign} {size} * {variable}{at}");
    }
    text
}

/// A float literal; dyadic numbers print exactly.
fn number(value: f64) -> String {
    format!("{value:?}")
}
