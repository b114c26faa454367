//! Circuits of and- and xor-gates, hashed so that equal gates are one, and their satisfiability.

use batsat::{Callbacks, Lit, Solver, SolverInterface, SolverOpts, Var, lbool};
use std::collections::HashMap;
use std::time::{Duration, Instant};

/// A wire: a gate or input with its sign. 0 is false, 1 is true.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) struct Wire(u32);

impl Wire {
    pub(super) const FALSE: Self = Self(0);
    pub(super) const TRUE: Self = Self(1);

    pub(super) fn not(self) -> Self {
        Self(self.0 ^ 1)
    }

    fn node(self) -> usize {
        (self.0 / 2) as usize
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Node {
    Constant,
    Input,
    And(Wire, Wire),
    Xor(Wire, Wire),
}

/// A proof that takes longer is given up.
const TIME: Duration = Duration::from_millis(1500);

/// Ends the solver at a moment.
struct Until(Instant);

impl Callbacks for Until {
    fn stop(&self) -> bool {
        Instant::now() >= self.0
    }
}

/// A circuit.
#[derive(Debug)]
pub(super) struct Circuit {
    nodes: Vec<Node>,
    known: HashMap<Node, Wire>,
}

/// Circuits larger than this are given up.
pub(super) const GATES_MAX: usize = 40_000;

impl Circuit {
    pub(super) fn new() -> Self {
        Self { nodes: vec![Node::Constant], known: HashMap::new() }
    }

    pub(super) fn is_too_large(&self) -> bool {
        self.nodes.len() > GATES_MAX
    }

    pub(super) fn input(&mut self) -> Wire {
        self.nodes.push(Node::Input);
        Wire(2 * (self.nodes.len() as u32 - 1))
    }

    fn gate(&mut self, node: Node) -> Wire {
        if let Some(wire) = self.known.get(&node) {
            return *wire;
        }
        self.nodes.push(node);
        let wire = Wire(2 * (self.nodes.len() as u32 - 1));
        self.known.insert(node, wire);
        wire
    }

    pub(super) fn and(&mut self, a: Wire, b: Wire) -> Wire {
        let (a, b) = if a <= b { (a, b) } else { (b, a) };
        if a == Wire::FALSE || a == b.not() {
            Wire::FALSE
        } else if a == Wire::TRUE || a == b {
            b
        } else {
            self.gate(Node::And(a, b))
        }
    }

    pub(super) fn or(&mut self, a: Wire, b: Wire) -> Wire {
        self.and(a.not(), b.not()).not()
    }

    pub(super) fn xor(&mut self, a: Wire, b: Wire) -> Wire {
        // Signs are taken out, so that a gate serves all four.
        let sign = (a.0 ^ b.0) & 1;
        let (a, b) = (Wire(a.0 & !1), Wire(b.0 & !1));
        let (a, b) = if a <= b { (a, b) } else { (b, a) };
        let wire = if a == b {
            Wire::FALSE
        } else if a == Wire::FALSE {
            b
        } else {
            self.gate(Node::Xor(a, b))
        };
        Wire(wire.0 ^ sign)
    }

    pub(super) fn choose(&mut self, condition: Wire, yes: Wire, no: Wire) -> Wire {
        let differ = self.xor(yes, no);
        let change = self.and(condition, differ);
        self.xor(no, change)
    }

    /// Values of the inputs, in the order of their making, for which a wire is true; `Err` if there are
    /// none; `None` if that could not be found out.
    pub(super) fn satisfy(&self, goal: Wire) -> Option<Result<Vec<bool>, ()>> {
        if goal == Wire::FALSE {
            return Some(Err(()));
        }
        let mut solver = Solver::new(SolverOpts::default(), Until(Instant::now() + TIME));
        let vars: Vec<Var> = self.nodes.iter().map(|_| solver.new_var_default()).collect();
        let lit = |wire: Wire| Lit::new(vars[wire.node()], wire.0 & 1 == 0);
        solver.add_clause_reuse(&mut vec![Lit::new(vars[0], false)]);
        for (node, var) in self.nodes.iter().zip(&vars) {
            let out = Lit::new(*var, true);
            match *node {
                Node::Constant | Node::Input => {}
                Node::And(a, b) => {
                    let (a, b) = (lit(a), lit(b));
                    solver.add_clause_reuse(&mut vec![!out, a]);
                    solver.add_clause_reuse(&mut vec![!out, b]);
                    solver.add_clause_reuse(&mut vec![out, !a, !b]);
                }
                Node::Xor(a, b) => {
                    let (a, b) = (lit(a), lit(b));
                    solver.add_clause_reuse(&mut vec![!out, a, b]);
                    solver.add_clause_reuse(&mut vec![!out, !a, !b]);
                    solver.add_clause_reuse(&mut vec![out, !a, b]);
                    solver.add_clause_reuse(&mut vec![out, a, !b]);
                }
            }
        }
        let answer = solver.solve_limited(&[lit(goal)]);
        if answer == lbool::FALSE {
            return Some(Err(()));
        }
        if answer != lbool::TRUE {
            return None;
        }
        let inputs = self.nodes.iter().zip(&vars).filter(|(node, _)| **node == Node::Input);
        Some(Ok(inputs.map(|(_, var)| solver.value_var(*var) == lbool::TRUE).collect()))
    }
}
