//! Which output to ask for, so that the rules that still fit are told apart best.

use crate::answer::Answer;
use crate::rule::Rule;
use crate::task::Task;
use crate::value::{Kind, Value};
use num_bigint::BigInt;
use std::collections::HashMap;

/// An input on which the rules disagree.
#[derive(Clone, Debug)]
pub struct Question {
    /// The inputs.
    pub inputs: Vec<Value>,
    /// What the rules say, the likeliest first; `None` is "no output".
    pub choices: Vec<Choice>,
}

/// A possible answer to a question.
#[derive(Clone, Debug)]
pub struct Choice {
    /// The output.
    pub output: Option<Value>,
    /// How likely the rules that say so are, together.
    pub weight: f64,
    /// The likeliest rule that says so, by its place in the answer.
    pub rule: usize,
}

/// So many rules are asked.
const RULES: usize = 64;

/// So many of the pending inputs are tried.
const WANTED: usize = 256;

/// The input whose output says most about which rule is right; `None` if they agree wherever asked.
///
/// The pending inputs are asked first: their outputs are wanted anyway.
pub fn question(task: &Task, answer: &Answer) -> Option<Question> {
    let rules: Vec<&Rule> = answer.rules.iter().take(RULES).map(|c| &c.program).collect();
    if rules.len() < 2 {
        return None;
    }
    let cheapest = answer.rules[0].cost;
    let weights: Vec<f64> =
        answer.rules.iter().take(RULES).map(|c| (cheapest - c.cost).exp2()).collect();
    let best = |inputs: &[Vec<Value>]| {
        let asked = inputs.iter().filter_map(|inputs| ask(&rules, &weights, inputs));
        asked.max_by(|a, b| a.0.total_cmp(&b.0)).filter(|(entropy, _)| *entropy > 0.0)
    };
    let wanted = &task.pending[..task.pending.len().min(WANTED)];
    let (_, question) = best(wanted).or_else(|| best(&probes(task)))?;
    Some(question)
}

/// The question of these inputs with its entropy in bits.
fn ask(rules: &[&Rule], weights: &[f64], inputs: &[Value]) -> Option<(f64, Question)> {
    let mut choices: Vec<Choice> = Vec::new();
    let mut places: HashMap<Option<Value>, usize> = HashMap::new();
    for (n, (rule, weight)) in rules.iter().zip(weights).enumerate() {
        let output = rule.eval(inputs);
        let place = *places.entry(output.clone()).or_insert(choices.len());
        match choices.get_mut(place) {
            Some(choice) => choice.weight += weight,
            None => choices.push(Choice { output, weight: *weight, rule: n }),
        }
    }
    if choices.len() < 2 {
        return None;
    }
    let total: f64 = choices.iter().map(|c| c.weight).sum();
    let entropy =
        -choices.iter().map(|c| c.weight / total * (c.weight / total).log2()).sum::<f64>();
    choices.iter_mut().for_each(|c| c.weight /= total);
    choices.sort_by(|a, b| b.weight.total_cmp(&a.weight));
    Some((entropy, Question { inputs: inputs.to_vec(), choices }))
}

/// Inputs near those of the examples, where rules are likely to differ and a person likely to know.
fn probes(task: &Task) -> Vec<Vec<Value>> {
    let mut probes = Vec::new();
    for example in task.examples.iter().take(12) {
        for place in 0..example.inputs.len() {
            for other in neighbours(&example.inputs[place], task.kind) {
                let mut inputs = example.inputs.clone();
                inputs[place] = other;
                probes.push(inputs);
            }
        }
    }
    probes.retain(|inputs| !task.examples.iter().any(|e| e.inputs == *inputs));
    probes
}

fn neighbours(value: &Value, kind: Kind) -> Vec<Value> {
    match value {
        Value::Number(n) => {
            let others =
                [n + 1, n - 1, n * 2, -n, BigInt::from(0), BigInt::from(1), n + 10, n * 10, n / 2];
            let fits = |n: &BigInt| kind != Kind::Bits || (n.bits() <= 64 && *n >= BigInt::from(0));
            others.into_iter().filter(fits).map(Value::Number).collect()
        }
        Value::List(items) => {
            let mut longer = items.clone();
            longer.extend(items.iter().map(|n| n + 1));
            let shorter = items[..items.len() / 2].to_vec();
            let reversed = items.iter().rev().cloned().collect();
            [longer, shorter, reversed, Vec::new()].into_iter().map(Value::List).collect()
        }
        Value::Text(text) => {
            let words: Vec<&str> = text.split_whitespace().collect();
            let reversed = words.iter().rev().copied().collect::<Vec<_>>().join(" ");
            let doubled = format!("{text} {text}");
            let first = words.first().map_or_else(String::new, |w| (*w).to_owned());
            let others = [
                reversed,
                doubled,
                first,
                text.to_uppercase(),
                text.to_lowercase(),
                format!("{text}s"),
            ];
            others.into_iter().map(Value::Text).collect()
        }
    }
}
