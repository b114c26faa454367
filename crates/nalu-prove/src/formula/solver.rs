//! The solver, as far as formulas need it.

use super::{Gate, Wire};
use batsat::{Callbacks, Lit, SolverInterface, SolverOpts, Var, clause, lbool};

/// Ends the solver after some conflicts: unlike a time, the same on every machine.
#[derive(Default)]
struct Budget {
    conflicts: u64,
    most: u64,
}

impl Callbacks for Budget {
    fn on_start(&mut self) {
        self.conflicts = 0;
    }

    fn on_new_clause(&mut self, _: &[Lit], kind: clause::Kind) {
        self.conflicts += u64::from(matches!(kind, clause::Kind::Learnt));
    }

    fn stop(&self) -> bool {
        self.conflicts >= self.most
    }
}

/// Whether something holds for all operands.
pub(super) enum Answer {
    Yes,
    /// Operands for which it does not.
    No(Vec<bool>),
    GivenUp,
}

pub(super) struct Solver {
    solver: batsat::Solver<Budget>,
    vars: Vec<Var>,
    inputs: usize,
}

impl Solver {
    pub(super) fn new(inputs: usize) -> Self {
        let mut solver = batsat::Solver::new(SolverOpts::default(), Budget::default());
        let vars: Vec<Var> = (0..=inputs).map(|_| solver.new_var_default()).collect();
        solver.add_clause_reuse(&mut vec![Lit::new(vars[0], false)]);
        Self { solver, vars, inputs }
    }

    fn lit(&self, wire: Wire) -> Lit {
        Lit::new(self.vars[wire.node()], !wire.is_negated())
    }

    fn clause<const N: usize>(&mut self, lits: [Lit; N]) {
        self.solver.add_clause_reuse(&mut lits.to_vec());
    }

    /// Says what a new gate computes.
    pub(super) fn define(&mut self, wire: Wire, gate: Gate) {
        let var = self.solver.new_var_default();
        self.vars.push(var);
        let out = self.lit(wire);
        match gate {
            Gate::And(a, b) => {
                let (a, b) = (self.lit(a), self.lit(b));
                self.clause([!out, a]);
                self.clause([!out, b]);
                self.clause([out, !a, !b]);
            }
            Gate::Xor(a, b) => {
                let (a, b) = (self.lit(a), self.lit(b));
                self.clause([!out, a, b]);
                self.clause([!out, !a, !b]);
                self.clause([out, !a, b]);
                self.clause([out, a, !b]);
            }
        }
    }

    /// Whether these cannot all be true.
    fn excluded(&mut self, wires: &[Wire], conflicts: u64) -> Answer {
        self.solver.cb_mut().most = conflicts;
        let lits: Vec<Lit> = wires.iter().map(|w| self.lit(*w)).collect();
        let answer = self.solver.solve_limited(&lits);
        if answer == lbool::FALSE {
            return Answer::Yes;
        }
        if answer != lbool::TRUE {
            return Answer::GivenUp;
        }
        let inputs = self.vars[1..=self.inputs].iter();
        Answer::No(inputs.map(|var| self.solver.value_var(*var) == lbool::TRUE).collect())
    }

    /// Whether two wires are always equal; from then on the solver knows.
    pub(super) fn equal(&mut self, x: Wire, y: Wire, conflicts: u64) -> Answer {
        let answer = self.satisfiable_difference(Wire::TRUE, x, y, conflicts);
        if matches!(answer, Answer::Yes) {
            let (x, y) = (self.lit(x), self.lit(y));
            self.clause([!x, y]);
            self.clause([x, !y]);
        }
        answer
    }

    /// Whether two wires are equal wherever `given` is true.
    pub(super) fn satisfiable_difference(
        &mut self,
        given: Wire,
        x: Wire,
        y: Wire,
        conflicts: u64,
    ) -> Answer {
        match self.excluded(&[given, x, !y], conflicts) {
            Answer::Yes => self.excluded(&[given, !x, y], conflicts),
            other => other,
        }
    }
}
