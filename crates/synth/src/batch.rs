//! Many tasks, one a line of JSON, in and out.

use crate::answer::{Answer, Status, solve};
use crate::question::question;
use crate::task::Task;
use crate::value::{Kind, Value};
use cpu_time::ThreadTime;
use ncpu_search::{Limits, Progress};
use serde_json::{Map, Value as Json, json};
use std::collections::BTreeMap;
use std::io::{self, Write};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::mpsc;
use std::time::{Duration, Instant};

/// How a batch is run.
#[derive(Clone, Copy)]
pub struct Batch<'a> {
    /// The most time that a task may take.
    pub time: Duration,
    /// How many tasks are worked at at once, each on one thread.
    pub jobs: usize,
    /// The most bytes that all of them may take together.
    pub memory: usize,
    /// What is drawn at random is drawn from this seed.
    pub seed: u64,
    /// Ends the batch early. Set, too, when the answers cannot be written any more.
    pub cancel: &'a AtomicBool,
    /// Called after each task with how many are done.
    pub done: &'a (dyn Fn(usize) + Sync),
}

/// What a batch came to.
#[derive(Clone, Copy, Debug, Default)]
pub struct Summary {
    /// How many lines gave an answer.
    pub answered: usize,
    /// How many lines were no tasks.
    pub wrong: usize,
}

/// Threads evaluate deeply nested terms.
const STACK: usize = 64 << 20;

impl Batch<'_> {
    /// Works at the lines (blank ones are skipped) and writes one object a line, in their order.
    ///
    /// # Errors
    /// What writing gives.
    pub fn run(&self, text: &str, out: &mut dyn Write) -> io::Result<Summary> {
        let lines: Vec<(usize, &str)> =
            text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()).collect();
        let next = AtomicUsize::new(0);
        let (send, receive) = mpsc::channel();
        std::thread::scope(|scope| {
            for n in 0..self.jobs.clamp(1, lines.len().max(1)) {
                let (send, lines, next) = (send.clone(), &lines, &next);
                let work = move || {
                    while let Some((number, line)) = lines.get(next.fetch_add(1, Ordering::Relaxed))
                    {
                        if self.cancel.load(Ordering::Relaxed)
                            || send.send((*number, self.line(line))).is_err()
                        {
                            return;
                        }
                    }
                };
                std::thread::Builder::new()
                    .name(format!("task {n}"))
                    .stack_size(STACK)
                    .spawn_scoped(scope, work)?;
            }
            drop(send);
            let written = self.write(&lines, receive, out);
            if written.is_err() {
                // No one reads the answers: the searches under way are of no use.
                self.cancel.store(true, Ordering::Relaxed);
            }
            written
        })
    }

    /// Writes answers as soon as all before them are written.
    fn write(
        &self,
        lines: &[(usize, &str)],
        answers: mpsc::Receiver<(usize, Result<Json, String>)>,
        out: &mut dyn Write,
    ) -> io::Result<Summary> {
        let (mut summary, mut waiting, mut written) = (Summary::default(), BTreeMap::new(), 0);
        for (count, (number, answer)) in answers.into_iter().enumerate() {
            waiting.insert(number, answer);
            (self.done)(count + 1);
            while let Some(answer) =
                lines.get(written).and_then(|(number, _)| waiting.remove(number))
            {
                let line = lines[written].0 + 1;
                let json = answer.unwrap_or_else(|error| {
                    summary.wrong += 1;
                    json!({"line": line, "error": error})
                });
                summary.answered += usize::from(json.get("error").is_none());
                writeln!(out, "{json}")?;
                out.flush()?;
                written += 1;
            }
        }
        Ok(summary)
    }

    fn line(&self, line: &str) -> Result<Json, String> {
        let task = Task::from_json_line(line)?;
        let (start, wall) = (ThreadTime::now(), Instant::now());
        let progress = Progress::default();
        let limits = Limits {
            deadline: wall + self.time,
            cancel: self.cancel,
            memory: self.memory / self.jobs.max(1),
            threads: 1,
            seed: self.seed,
            progress: &progress,
        };
        // A defect of a search must not cost the other tasks their answers.
        let answer = catch_unwind(AssertUnwindSafe(|| solve(&task, &limits)))
            .map_err(|_| "the search failed; please report the task".to_owned())??;
        let mut json = report(&task, &answer);
        json.insert("cpu_seconds".into(), seconds(start.elapsed()));
        json.insert("seconds".into(), seconds(wall.elapsed()));
        json.insert("candidates".into(), progress.candidates().into());
        Ok(Json::Object(json))
    }
}

fn seconds(time: Duration) -> Json {
    let micros = (time.as_secs_f64() * 1e6).round() / 1e6;
    Json::from(micros)
}

/// An answer as it is reported.
pub fn report(task: &Task, answer: &Answer) -> Map<String, Json> {
    let mut json = Map::new();
    json.insert("name".into(), task.name.clone().into());
    json.insert("status".into(), answer.status.name().into());
    if let Some(k) = answer.complete_to {
        json.insert("k".into(), k.into());
    }
    let best = answer.best();
    json.insert("program".into(), best.map_or(Json::Null, |rule| rule.show().into()));
    json.insert("rule".into(), best.map_or(Json::Null, |rule| rule.words().into()));
    json.insert("size".into(), best.map_or(Json::Null, |rule| rule.size().into()));
    let predict = |inputs: &Vec<Value>| match best.and_then(|rule| rule.eval(inputs)) {
        Some(value) => output(task, &value),
        None => Json::Null,
    };
    json.insert("predictions".into(), task.pending.iter().map(predict).collect());
    if let Some((a, b)) = answer.clash {
        json.insert("clash".into(), json!([a, b]));
    }
    if answer.status == Status::Several
        && let Some(question) = question(task, answer)
    {
        let inputs: Vec<Json> = question.inputs.iter().map(|v| v.to_json(task.kind)).collect();
        let choice = |v: &Option<Value>| v.as_ref().map_or(Json::Null, |v| output(task, v));
        let choices: Vec<Json> = question.choices.iter().map(|c| choice(&c.output)).collect();
        json.insert("question".into(), json!({"inputs": inputs, "choices": choices}));
    }
    json
}

/// An output, as a truth value where the task's outputs are such.
fn output(task: &Task, value: &Value) -> Json {
    match value {
        Value::Number(n) if task.truths && task.kind != Kind::Text && n.bits() <= 1 => {
            Json::Bool(n.bits() == 1)
        }
        value => value.to_json(task.kind),
    }
}
