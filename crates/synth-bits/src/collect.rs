//! Candidates as they are found: checked, simplified, priced, and told apart by what they do.

use crate::prior;
use crate::problem::Problem;
use crate::simplify::simplified;
use crate::slp::Slp;
use ncpu_search::{Candidate, Limits};
use ncpu_term::{Domain, Finding, Program, Sort, Value};
use rustc_hash::{FxHashMap, FxHashSet};
use std::time::{Duration, Instant};

/// How many candidates a search hands out.
const KEPT: usize = 64;
/// After this many candidates, new ones must be cheaper than the dearest that is kept.
const TRIED_MAX: usize = 4000;

struct Kept {
    slp: Slp,
    cost: f32,
    words: Option<String>,
}

/// The candidates so far.
pub(crate) struct Collector<'a> {
    pub(crate) problem: &'a Problem,
    pub(crate) limits: &'a Limits<'a>,
    started: Instant,
    /// When the best candidate was found.
    last: Duration,
    information: f32,
    tried: FxHashSet<Slp>,
    /// By behaviour on pending inputs and probes.
    kept: FxHashMap<Vec<u64>, Kept>,
    best: f32,
}

impl<'a> Collector<'a> {
    pub(crate) fn new(problem: &'a Problem, limits: &'a Limits<'a>) -> Self {
        Self {
            problem,
            limits,
            started: Instant::now(),
            last: Duration::ZERO,
            information: problem.information(),
            tried: FxHashSet::default(),
            kept: FxHashMap::default(),
            best: f32::INFINITY,
        }
    }

    /// Takes the program if it fits every example.
    pub(crate) fn offer(&mut self, slp: &Slp) -> bool {
        self.offer_with(slp, None)
    }

    pub(crate) fn offer_with(&mut self, slp: &Slp, words: Option<String>) -> bool {
        let slp = slp.pruned();
        let rough = prior::price(&slp, self.problem);
        if self.tried.len() >= TRIED_MAX && rough >= self.best + 8.0 || rough > self.best + 60.0 {
            return false;
        }
        if self.tried.contains(&slp) {
            return true;
        }
        let mut scratch = Vec::new();
        if !self.problem.all.iter().all(|(inputs, out)| slp.eval(inputs, &mut scratch) == *out) {
            return false;
        }
        self.tried.insert(slp.clone());
        let slp = simplified(&slp, self.problem);
        let cost = prior::price(&slp, self.problem);
        if cost < self.best {
            self.last = self.started.elapsed();
            self.best = cost;
            self.limits.progress.found(&program(&slp, self.problem.arity).show());
        }
        let inputs = self.problem.pending.iter().chain(&self.problem.probes);
        let behaviour: Vec<u64> = inputs.map(|i| slp.eval(i, &mut scratch)).collect();
        match self.kept.get_mut(&behaviour) {
            Some(kept) if kept.cost <= cost => kept.words = kept.words.take().or(words),
            _ => {
                self.kept.insert(behaviour, Kept { slp, cost, words });
            }
        }
        true
    }

    /// The price of the cheapest candidate.
    pub(crate) fn best(&self) -> f32 {
        self.best
    }

    /// Whether to end: the limits say so, or what was found has been looked at for long enough.
    pub(crate) fn done(&self) -> bool {
        self.limits.stop() || self.settled()
    }

    /// Whether something was found and a few times the time it took has passed: the longer, the dearer
    /// it is, and much longer if the outputs tell so little that it may fit by chance.
    pub(crate) fn settled(&self) -> bool {
        if self.best == f32::INFINITY {
            return false;
        }
        let dear = Duration::from_secs_f32(0.05 + 0.012 * (self.best - 12.0).clamp(0.0, 100.0));
        let doubt = if self.best + 12.0 > self.information { 4 } else { 1 };
        self.started.elapsed() > self.last.mul_f64(2.5) + dear * doubt
    }

    /// The candidates, cheapest first, each evaluated once more as a program on every example.
    pub(crate) fn finish(self) -> Vec<Candidate<Finding>> {
        let mut kept: Vec<Kept> = self.kept.into_values().collect();
        kept.sort_by(|a, b| a.cost.total_cmp(&b.cost).then_with(|| order(&a.slp, &b.slp)));
        let arity = self.problem.arity;
        let fits = |program: &Program| {
            self.problem.all.iter().all(|(inputs, out)| {
                let inputs: Vec<Value> = inputs.iter().map(|v| Value::int(*v)).collect();
                program.eval(&inputs).is_ok_and(|v| v == Value::int(*out))
            })
        };
        kept.into_iter()
            .map(|k| (program(&k.slp, arity), k))
            .filter(|(program, _)| fits(program))
            .take(KEPT)
            .map(|(program, k)| Candidate {
                program: Finding { program, words: k.words },
                cost: k.cost.into(),
            })
            .collect()
    }
}

/// An order that does not depend on the time of finding.
fn order(a: &Slp, b: &Slp) -> std::cmp::Ordering {
    let key = |s: &Slp| (s.instrs.len(), format!("{s:?}"));
    key(a).cmp(&key(b))
}

/// The program in the language of terms.
pub(crate) fn program(slp: &Slp, arity: usize) -> Program {
    Program { domain: Domain::Bits, inputs: vec![Sort::Number; arity], term: slp.term() }
}
