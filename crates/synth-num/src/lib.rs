//! Integer functions of up to four arguments, integer sequences by index, and functions of lists, from
//! examples.
//!
//! Engines run cheap ones first: closed forms, enumeration with inverted last steps, loop templates,
//! decision trees. All price what they find in the same bits (`price`), so that the simplest
//! explanation wins, and whatever is handed out was evaluated on every example.

mod bank;
mod code;
mod funs;
mod history;
mod linear;
mod list_functions;
mod lists;
mod loops;
mod members;
mod modular;
mod native;
mod numbers;
mod pairs;
mod pool;
mod price;
mod sequence;
mod simplify;
mod tree;

use ncpu_search::{Found, Limits};
use ncpu_term::{Finding, Sort, Value};
use num_bigint::BigInt;
use pool::Pool;
use std::collections::HashMap;

/// Finds programs that fit the examples, all of which have the same arity and sorts.
///
/// `pending` are inputs whose outputs are wanted: they tell candidates apart and rank them, for a
/// program without a value there is suspicious. `consts` are constants that are likely to occur.
pub fn solve(
    examples: &[(Vec<Value>, Value)],
    pending: &[Vec<Value>],
    consts: &[BigInt],
    limits: &Limits,
) -> Found<Finding> {
    if examples.is_empty() || contradictory(examples) {
        return Found::default();
    }
    let sorts: Vec<Sort> = examples[0].0.iter().map(Value::sort).collect();
    let shaped = |inputs: &[Value]| {
        inputs.len() == sorts.len() && inputs.iter().zip(&sorts).all(|(v, s)| v.sort() == *s)
    };
    let output = examples[0].1.sort();
    if examples.iter().any(|(inputs, out)| !shaped(inputs) || out.sort() != output) {
        return Found::default();
    }
    let pending: Vec<Vec<Value>> = pending.iter().filter(|p| shaped(p)).cloned().collect();
    let task = Task { examples, pending: &pending, consts, probes: probes(examples) };
    let mut pool = Pool::new(examples, &pending, task.probes.clone());
    let listing = output == Sort::List || sorts.contains(&Sort::List);
    let engine = if listing { list_functions::solve } else { numbers::solve };
    let (complete_to, finished) = engine(&task, &mut pool, limits);
    pool.finish(complete_to, finished)
}

/// What is to be solved.
struct Task<'a> {
    examples: &'a [(Vec<Value>, Value)],
    pending: &'a [Vec<Value>],
    consts: &'a [BigInt],
    /// Further inputs, on which programs are told apart.
    probes: Vec<Vec<Value>>,
}

/// Whether two examples have the same inputs and different outputs.
fn contradictory(examples: &[(Vec<Value>, Value)]) -> bool {
    let mut seen = HashMap::new();
    examples.iter().any(|(inputs, out)| *seen.entry(inputs).or_insert(out) != out)
}

/// Inputs like those of the examples: their values in other combinations, somewhat changed.
fn probes(examples: &[(Vec<Value>, Value)]) -> Vec<Vec<Value>> {
    let arity = examples[0].0.len();
    let count = examples.len();
    let probe = |n: usize| -> Vec<Value> {
        (0..arity)
            .map(|place| match &examples[(n * (place + 1) + place) % count].0[place] {
                Value::Number(v) => Value::Number(if arity == 1 {
                    let last = examples.iter().filter_map(|(i, _)| i[0].number()).max();
                    last.unwrap_or(v) + 1 + n * n
                } else {
                    v + BigInt::from(n * (place + 2) % 5)
                }),
                Value::List(list) => {
                    let mut list = list.clone();
                    let by = n % list.len().max(1);
                    list.rotate_left(by);
                    Value::List(list.into_iter().map(|v| v + n / 3).collect())
                }
            })
            .collect()
    };
    (0..6).map(probe).collect()
}
