//! 64-bit bit-vector programs from examples.
//!
//! Cheap methods come first. A bank holds all values that small programs compute, one program for each
//! behaviour (`bank`); constants are read off the rows (`residual`), and so are polynomials (`affine`),
//! masked and shifted parts (`columns`) and chains of reversible steps (`bijections`). Last steps are
//! undone on the outputs and what they need is looked up in the bank (`join`), then conditionals over the
//! bank are tried (`choose`), and at last deeper straight-line programs whose values may be used more than
//! once (`deepen`, towards the `goals` near the outputs). Candidates are checked, simplified by
//! behaviour, priced in bits and told apart by what they do (`collect`, `simplify`, `prior`).

mod affine;
mod bank;
mod bijections;
mod choose;
mod collect;
mod columns;
mod deepen;
mod goals;
mod join;
mod macros;
mod ops;
mod prior;
mod problem;
mod residual;
mod simplify;
mod slp;

use bank::Bank;
use collect::Collector;
use ncpu_search::{Found, Limits};
use ncpu_term::Finding;
use problem::Problem;
use slp::{Ref, Slp};

/// Finds programs over 64-bit vectors that fit the examples.
///
/// `pending` are inputs whose outputs are wanted; they only tell candidates apart. `consts` are
/// constants that a program may contain at little cost.
pub fn solve(
    examples: &[(Vec<u64>, u64)],
    pending: &[Vec<u64>],
    consts: &[u64],
    limits: &Limits<'_>,
) -> Found<Finding> {
    solve_with(examples, pending, consts, limits, PRIOR_WEIGHT)
}

/// How much the learned prior counts in [`solve`]; chosen by the ablation in `docs/prior.md`.
pub const PRIOR_WEIGHT: f32 = 1.0;

/// As [`solve`], with so much of the learned prior in the order of the search: 0 leaves it out, 1 takes
/// all of it. The ranking of what is found does not depend on it.
pub fn solve_with(
    examples: &[(Vec<u64>, u64)],
    pending: &[Vec<u64>],
    consts: &[u64],
    limits: &Limits<'_>,
    prior_weight: f32,
) -> Found<Finding> {
    let Some(problem) = Problem::new(examples, pending, consts, limits.seed, prior_weight) else {
        return Found::default();
    };
    let mut collector = Collector::new(&problem, limits);
    let complete_to = search(&problem, &mut collector);
    let finished = !limits.stop();
    Found { candidates: collector.finish(), complete_to, finished }
}

/// Runs the methods in order; gives the size up to which every program was seen.
fn search(problem: &Problem, collector: &mut Collector<'_>) -> Option<usize> {
    let limits = collector.limits;
    for n in 0..problem.arity {
        collector.offer(&Slp::just(Ref::Arg(n as u8)));
    }
    if problem.target.iter().all(|t| *t == problem.target[0]) {
        collector.offer(&Slp::just(Ref::Const(problem.target[0])));
    }
    limits.progress.enter("small programs");
    let harvested = residual::harvest(problem);
    let mut bank = Bank::new(problem, &harvested);
    bank.limit(limits.memory / 2);
    let mut complete = 1;
    for size in 2..=5 {
        let whole = bank.grow(if size < 5 { 34.0 } else { 26.0 }, collector);
        if whole {
            complete = size;
        }
        residual::last_constants(&bank, bank.starts[size]..bank.len(), collector);
        match size {
            3 => {
                columns::search(&bank, problem, collector);
                columns::copies(problem, collector);
                affine::polynomials(problem, collector);
            }
            4 => {
                affine::lines(&bank, bank.len(), collector);
                bijections::search(&bank, problem, collector);
            }
            _ => {}
        }
        if collector.done() {
            return Some(complete);
        }
    }
    limits.progress.enter("last steps backwards");
    join::search(&bank, problem, collector);
    if collector.done() {
        return Some(complete);
    }
    limits.progress.enter("deeper programs");
    deepen::search(&bank, problem, limits.memory / 2, collector);
    Some(complete)
}
