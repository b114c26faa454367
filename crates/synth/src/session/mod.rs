//! A session: examples, the rule found for them, and what a person asks about it.
//!
//! The session knows nothing of terminals. It takes lines and writes text; a [`Host`] shows progress,
//! says when to stop and makes engines.

mod apply;
mod commands;
mod explain;
mod files;
mod paint;
mod presets;

pub use commands::{COMMANDS, CommandHelp};
pub use files::{load, open, save};
pub use paint::Paint;
pub use presets::{PRESETS, Preset};

use crate::answer::{Answer, Status, solve};
use crate::question::Question;
use crate::rule::Rule;
use crate::task::{Cell, Example, Task, guess_kind, parse_example, parse_inputs};
use crate::value::{Kind, Value};
use ncpu_machine::Engine;
use ncpu_search::{Limits, Progress};
use std::fmt::Write as _;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

/// What a session needs from around it.
pub trait Host {
    /// Runs a search and shows its progress meanwhile.
    fn watch(&self, progress: &Progress, time: Duration, search: &mut dyn FnMut());
    /// Set when the person interrupts.
    fn cancel(&self) -> &AtomicBool;
    /// Makes an engine of this name, for A64 guests.
    ///
    /// # Errors
    /// That there is none, in words.
    fn engine(&self, name: &str) -> Result<Box<dyn Engine>, String>;
}

/// How a session searches.
#[derive(Clone, Copy, Debug)]
pub struct Settings {
    /// The most time for a search.
    pub time: Duration,
    /// The most bytes for a search.
    pub memory: usize,
    /// How many threads search.
    pub threads: usize,
    /// What is drawn at random is drawn from this seed.
    pub seed: u64,
    /// Everything is text, whatever it looks like.
    pub text: bool,
    /// The colours of the output.
    pub paint: Paint,
}

/// What follows a command.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Flow {
    /// The next command.
    Continue,
    /// The end.
    Quit,
}

/// The state of a session.
#[derive(Debug)]
pub struct Session {
    settings: Settings,
    /// The examples as they were given: their kind is that of all of them.
    rows: Vec<(Vec<Cell>, Cell)>,
    task: Task,
    reference: Option<Rule>,
    found: Option<Found>,
    asked: Option<Question>,
    /// A cipher's decoder is applied, not the cipher.
    inverted: Option<Rule>,
}

/// What the last search gave.
#[derive(Debug)]
struct Found {
    answer: Answer,
    seconds: f64,
    candidates: u64,
}

impl Session {
    /// A session without examples.
    pub fn new(settings: Settings) -> Self {
        let kind = if settings.text { Kind::Text } else { Kind::Int };
        let (rows, reference, found, asked) = (Vec::new(), None, None, None);
        Self { settings, rows, task: Task::new(kind), reference, found, asked, inverted: None }
    }

    /// The examples.
    pub fn task(&self) -> &Task {
        &self.task
    }

    /// The answer of the last search.
    pub fn answer(&self) -> Option<&Answer> {
        self.found.as_ref().map(|f| &f.answer)
    }

    /// Works on these examples from now on.
    pub fn set_task(&mut self, task: Task) {
        self.rows.clear();
        self.task = task;
        self.changed();
    }

    /// What was found is no longer about the examples.
    fn changed(&mut self) {
        (self.found, self.asked, self.inverted) = (None, None, None);
    }

    /// The likeliest rule.
    fn best(&self) -> Result<&Rule, String> {
        match &self.found {
            None => Err("nothing is found yet; type `synthesize`".into()),
            Some(found) => found
                .answer
                .best()
                .ok_or_else(|| "no program was found; give more examples".to_owned()),
        }
    }

    /// The rule that is applied: the likeliest one, or its inverse.
    fn applied(&self) -> Result<&Rule, String> {
        self.inverted.as_ref().map_or_else(|| self.best(), Ok)
    }

    /// Adds an example as it was typed.
    fn add(&mut self, inputs: Vec<Cell>, output: Cell) -> Result<(), String> {
        let mut rows = self.typed_rows();
        rows.push((inputs, output));
        let kind = if self.settings.text {
            Kind::Text
        } else {
            guess_kind(rows.iter().flat_map(|(inputs, output)| inputs.iter().chain([output])))
        };
        let mut task = Task { kind, examples: Vec::new(), ..self.task.clone() };
        for (inputs, output) in &rows {
            let inputs = inputs.iter().map(|c| c.read(kind)).collect::<Result<_, _>>()?;
            task.examples.push(Example { inputs, output: output.read(kind)? });
        }
        task.check()?;
        if let Some((a, b)) = task.clash() {
            return Err(format!(
                "example {b} contradicts example {a}: the same inputs give {} and {}; the new one is not kept",
                task.examples[a - 1].output.display(kind),
                task.examples[b - 1].output.display(kind)
            ));
        }
        (self.rows, self.task) = (rows, task);
        self.changed();
        Ok(())
    }

    /// The examples as cells; those from files as they would be typed.
    fn typed_rows(&self) -> Vec<(Vec<Cell>, Cell)> {
        if self.rows.len() == self.task.examples.len() {
            return self.rows.clone();
        }
        let cell = |value: &Value| match value {
            Value::Text(text) => Cell { text: text.clone(), quoted: true },
            value => Cell { text: value.display(self.task.kind), quoted: false },
        };
        let row = |e: &Example| (e.inputs.iter().map(cell).collect(), cell(&e.output));
        self.task.examples.iter().map(row).collect()
    }

    /// Reads inputs of the session's kind.
    fn inputs(&self, text: &str) -> Result<Vec<Value>, String> {
        let kind = self.task.kind;
        // One input of text needs no quotes, even if it has commas.
        if kind == Kind::Text && self.task.arity() <= 1 && !text.trim_start().starts_with('"') {
            return Ok(vec![Value::Text(text.to_owned())]);
        }
        let inputs: Vec<Value> =
            parse_inputs(text)?.iter().map(|c| c.read(kind)).collect::<Result<_, _>>()?;
        let wanted = self.task.arity();
        if wanted > 0 && inputs.len() != wanted {
            let given = inputs.len();
            return Err(format!("{given} input{} given, but the examples have {wanted}", s(given)));
        }
        Ok(inputs)
    }

    /// Searches and tells what was found.
    fn synthesize(&mut self, host: &dyn Host, out: &mut String) -> Result<(), String> {
        self.task.check().map_err(|e| format!("{e}; give examples as `example 3, 5 -> 8`"))?;
        host.cancel().store(false, Ordering::Relaxed);
        let progress = Progress::default();
        let start = Instant::now();
        let limits = Limits {
            deadline: start + self.settings.time,
            cancel: host.cancel(),
            memory: self.settings.memory,
            threads: self.settings.threads,
            seed: self.settings.seed,
            progress: &progress,
        };
        let mut answer = Err(String::new());
        host.watch(&progress, self.settings.time, &mut || answer = solve(&self.task, &limits));
        let mut answer = answer?;
        self.check_reference(&mut answer);
        let (seconds, candidates) = (start.elapsed().as_secs_f64(), progress.candidates());
        self.changed();
        self.found = Some(Found { answer, seconds, candidates });
        self.summary(out)
    }

    /// A preset's reference may show that the rule is right for every input.
    fn check_reference(&self, answer: &mut Answer) {
        let (Some(reference), Some(best)) = (&self.reference, answer.best()) else { return };
        if crate::proof::prove(best, reference, &self.task).is_proof() {
            answer.status = Status::Proved;
        }
    }

    /// The rule, and how sure it is.
    fn summary(&self, out: &mut String) -> Result<(), String> {
        let Some(found) = &self.found else {
            return Err("nothing is found yet; type `synthesize`".into());
        };
        let (answer, paint) = (&found.answer, self.settings.paint);
        match answer.best() {
            Some(rule) => {
                let (words, program) = (rule.words(), rule.show());
                line(out, paint.strong(&words));
                if words != program {
                    line(out, format_args!("  program  {}", paint.program(program)));
                }
            }
            None => line(out, paint.bad(why_nothing(&self.task, answer, self.settings.time))),
        }
        if answer.best().is_some() {
            let sure = match answer.status {
                Status::Proved | Status::Unique => paint.good(self.why_sure(answer)),
                _ => paint.doubt(self.why_sure(answer)),
            };
            line(out, format_args!("  status   {} — {sure}", answer.status));
        }
        let tried = thousands(found.candidates);
        line(
            out,
            paint.faint(format_args!("  search   {:.3} s, {tried} candidates", found.seconds)),
        );
        Ok(())
    }

    fn why_sure(&self, answer: &Answer) -> String {
        let bits = answer.evidence.max(0.0);
        match answer.status {
            Status::Proved => "equal to the reference for every input".into(),
            Status::Unique => {
                let searched = match answer.complete_to {
                    Some(k) if k > 2 => format!("no other program up to size {k} fits"),
                    _ => "no other rule of like simplicity fits".to_owned(),
                };
                format!("{searched}; the examples say {bits:.0} bits more than the rule takes")
            }
            _ => match answer.rivals() {
                0 => format!(
                    "the examples say only {bits:.0} bits more than the rule takes; add one to be sure"
                ),
                rivals => format!(
                    "{rivals} other rule{} nearly as simple fit{} too; `questions` asks what tells them apart",
                    s(rivals),
                    if rivals == 1 { "s" } else { "" }
                ),
            },
        }
    }
}

/// Why there is no rule.
fn why_nothing(task: &Task, answer: &Answer, time: Duration) -> String {
    match (answer.status, answer.clash) {
        (Status::Contradictory, Some((a, b))) => {
            let output = |n: usize| task.examples[n - 1].output.display(task.kind);
            format!(
                "examples {a} and {b} contradict each other: the same inputs give {} and {}",
                output(a),
                output(b)
            )
        }
        (Status::Timeout, _) => {
            let seconds = time.as_secs_f64();
            format!(
                "nothing found within {seconds} s; give it more (`synthesize 60`) or further examples"
            )
        }
        _ => "no program of the kinds that are known fits all examples".into(),
    }
}

/// Adds a line.
fn line(out: &mut String, text: impl std::fmt::Display) {
    // Writing to a string does not fail.
    let _ = writeln!(out, "{text}");
}

fn s(count: usize) -> &'static str {
    if count == 1 { "" } else { "s" }
}

/// A count with its thousands apart.
fn thousands(count: u64) -> String {
    let digits = count.to_string();
    let mut text = String::new();
    for (n, digit) in digits.chars().enumerate() {
        if n > 0 && (digits.len() - n).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}
