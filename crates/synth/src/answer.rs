//! Answers: the rules that fit, and how sure they are.

use crate::rule::{Rule, texts};
use crate::task::{Example, Task};
use crate::value::{Kind, Value};
use ncpu_search::{Candidate, Found, Limits};
use ncpu_simplify::Cost;
use ncpu_term::Finding;
use num_bigint::BigInt;
use num_traits::ToPrimitive;
use std::fmt;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

/// How far an answer is known to be right.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Status {
    /// Proved against a reference, or the examples are all there can be.
    Proved,
    /// No other program up to the size searched fits, and the examples say much more than the program
    /// had room to be fitted to.
    Unique,
    /// Programs of like simplicity fit and differ on other inputs, or the examples say too little to
    /// trust the one that was found.
    Several,
    /// Two examples contradict each other.
    Contradictory,
    /// The search came to its end without a program.
    NotFound,
    /// The time was over before there was a program.
    Timeout,
}

impl Status {
    /// The name in reports.
    pub fn name(self) -> &'static str {
        match self {
            Self::Proved => "proved",
            Self::Unique => "unique-to-size-k",
            Self::Several => "several",
            Self::Contradictory => "contradictory",
            Self::NotFound => "not-found",
            Self::Timeout => "timeout",
        }
    }
}

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// What a search gave.
#[derive(Clone, Debug)]
pub struct Answer {
    /// How far it is known to be right.
    pub status: Status,
    /// Every program of at most this size was seen.
    pub complete_to: Option<usize>,
    /// What fits, the likeliest first; they differ in what they do.
    pub rules: Vec<Candidate<Rule>>,
    /// The two contradicting examples, by number from 1.
    pub clash: Option<(usize, usize)>,
    /// How many bits more the examples say than the program takes: what is left to trust it by.
    pub evidence: f64,
}

impl Answer {
    /// The likeliest rule.
    pub fn best(&self) -> Option<&Rule> {
        self.rules.first().map(|c| &c.program)
    }

    /// How many other rules are nearly as simple as the likeliest one.
    pub fn rivals(&self) -> usize {
        let Some((best, others)) = self.rules.split_first() else { return 0 };
        others.iter().filter(|c| c.cost < best.cost + RIVAL).count()
    }

    fn without_rule(status: Status) -> Self {
        Self { status, complete_to: None, rules: Vec::new(), clash: None, evidence: 0.0 }
    }
}

/// Searches a rule for a task, within the limits.
///
/// # Errors
/// What [`Task::check`] says.
pub fn solve(task: &Task, limits: &Limits<'_>) -> Result<Answer, String> {
    task.check()?;
    if let Some(clash) = task.clash() {
        return Ok(Answer { clash: Some(clash), ..Answer::without_rule(Status::Contradictory) });
    }
    let mut found = search_in_rounds(task, limits);
    found.rank(RULES_MAX);
    if found.candidates.is_empty() {
        let status = if found.finished { Status::NotFound } else { Status::Timeout };
        return Ok(Answer { complete_to: found.complete_to, ..Answer::without_rule(status) });
    }
    simplify(task, &mut found.candidates[0].program);
    let evidence = evidence(task, &found.candidates[0]);
    let status = status(task, &found, evidence);
    let complete_to = found.complete_to;
    Ok(Answer { status, complete_to, rules: found.candidates, clash: None, evidence })
}

/// So long a rule is simplified.
const SIMPLIFY: Duration = Duration::from_millis(40);

/// Writes the likeliest rule in its clearest form, if that does the same wherever it is asked.
fn simplify(task: &Task, rule: &mut Rule) {
    let Rule::Number(finding) = rule else { return };
    let program = ncpu_simplify::simplify(&finding.program, Cost::Reading, SIMPLIFY);
    if program == finding.program {
        return;
    }
    let simple = Rule::Number(Finding { program, words: finding.words.clone() });
    let same = task.pending.iter().all(|inputs| simple.eval(inputs) == rule.eval(inputs));
    if same && fits(&simple, task) {
        *rule = simple;
    }
}

/// How many rules an answer keeps.
const RULES_MAX: usize = 64;

fn fits(rule: &Rule, task: &Task) -> bool {
    task.examples.iter().all(|e| rule.eval(&e.inputs).as_ref() == Some(&e.output))
}

/// So many examples the search sees at first; every candidate is checked on all of them.
const ROWS: usize = 256;

/// So many examples that a candidate misses are shown to the next search.
const MISSES: usize = 32;

/// Searches with some of the examples, and again with those missed, until all are met.
///
/// The steps of a search cost time by the row, and thousands of rows say little more than hundreds.
fn search_in_rounds(task: &Task, limits: &Limits<'_>) -> Found<Rule> {
    let few = task.examples.len().max(task.pending.len()) <= ROWS || task.kind == Kind::Text;
    let mut part = task.clone();
    if !few {
        part.examples.truncate(ROWS);
        part.pending.truncate(ROWS);
    }
    loop {
        let mut found = search(if few { task } else { &part }, limits);
        let missed = found.candidates.first().map(|c| missed(&c.program, task));
        found.candidates.retain(|c| fits(&c.program, task));
        let misses = missed.unwrap_or_default();
        let over = Instant::now() >= limits.deadline || limits.cancel.load(Ordering::Relaxed);
        if few || misses.is_empty() || over || !found.candidates.is_empty() {
            // What was shown was only a part: the search is not at its end.
            found.finished &= misses.is_empty() || !over;
            return found;
        }
        part.examples.extend(misses);
    }
}

/// The first examples that a rule does not meet.
fn missed(rule: &Rule, task: &Task) -> Vec<Example> {
    let wrong = |e: &&Example| rule.eval(&e.inputs).as_ref() != Some(&e.output);
    task.examples.iter().filter(wrong).take(MISSES).cloned().collect()
}

/// Lets the engine of the task's kind search.
fn search(task: &Task, limits: &Limits<'_>) -> Found<Rule> {
    match task.kind {
        Kind::Text => text(task, limits),
        Kind::Bits => {
            let row = |row: &[Value]| row.iter().map(word).collect::<Option<Vec<u64>>>();
            let examples =
                task.examples.iter().filter_map(|e| Some((row(&e.inputs)?, word(&e.output)?)));
            let examples: Vec<_> = examples.collect();
            let pending: Vec<_> = task.pending.iter().filter_map(|p| row(p)).collect();
            let consts: Vec<u64> = task.consts.iter().filter_map(BigInt::to_u64).collect();
            numbers(ncpu_synth_bits::solve(&examples, &pending, &consts, limits))
        }
        Kind::Int | Kind::List => {
            let row = |row: &[Value]| row.iter().map(Value::to_term).collect::<Option<Vec<_>>>();
            let examples =
                task.examples.iter().filter_map(|e| Some((row(&e.inputs)?, e.output.to_term()?)));
            let examples: Vec<_> = examples.collect();
            let pending: Vec<_> = task.pending.iter().filter_map(|p| row(p)).collect();
            numbers(ncpu_synth_num::solve(&examples, &pending, &task.consts, limits))
        }
    }
}

fn word(value: &Value) -> Option<u64> {
    match value {
        Value::Number(n) => n.to_u64(),
        _ => None,
    }
}

fn numbers(found: Found<Finding>) -> Found<Rule> {
    let wrap = |c: Candidate<Finding>| Candidate { program: Rule::Number(c.program), cost: c.cost };
    Found {
        candidates: found.candidates.into_iter().map(wrap).collect(),
        complete_to: found.complete_to,
        finished: found.finished,
    }
}

fn text(task: &Task, limits: &Limits<'_>) -> Found<Rule> {
    let examples: Vec<(Vec<String>, String)> = task
        .examples
        .iter()
        .filter_map(|e| Some((texts(&e.inputs)?, e.output.text()?.to_owned())))
        .collect();
    let pending: Vec<Vec<String>> = task.pending.iter().filter_map(|p| texts(p)).collect();
    let rows = ncpu_synth_text::Rows { examples: &examples, pending: &pending };
    let text_limits = ncpu_synth_text::Limits { deadline: limits.deadline, cancel: limits.cancel };
    let found = ncpu_synth_text::solve(&rows, &text_limits);
    let wrap =
        |p: ncpu_synth_text::TextProgram| Candidate { cost: p.cost(), program: Rule::Text(p) };
    let candidates = found.candidates.into_iter().map(wrap).collect();
    Found { candidates, complete_to: None, finished: found.finished }
}

/// What the distinct examples say, less what the program takes.
fn evidence(task: &Task, best: &Candidate<Rule>) -> f64 {
    let said: f64 = task.examples.iter().map(|e| e.output.information()).sum();
    said - best.cost
}

/// Rules whose price is within so many bits of the best one's count as rivals.
const RIVAL: f64 = 8.0;

/// So many bits of evidence are asked of a rule that is to be trusted, and so large a share of its price:
/// long rules leave more room to be fitted by chance.
const TRUST: f64 = 12.0;
const SHARE: f64 = 0.3;

fn status(task: &Task, found: &Found<Rule>, evidence: f64) -> Status {
    let best = &found.candidates[0];
    let outputs = |rule: &Rule| task.pending.iter().map(|p| rule.eval(p)).collect::<Vec<_>>();
    let wanted = outputs(&best.program);
    let rival = |c: &Candidate<Rule>| {
        c.cost < best.cost + RIVAL && (task.pending.is_empty() || outputs(&c.program) != wanted)
    };
    let undefined = wanted.iter().any(Option::is_none);
    let needed = TRUST.max(SHARE * best.cost);
    if evidence < needed || undefined || found.candidates[1..].iter().any(rival) {
        return Status::Several;
    }
    Status::Unique
}
