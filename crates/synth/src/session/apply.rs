//! Applying a rule: to one input, to a column of a file, backwards; and breaking ciphers.

use super::commands::file_name;
use super::{Host, Session, line, s};
use crate::rule::{Rule, texts};
use crate::value::Value;
use ncpu_search::Progress;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

/// So many doubtful rows are shown.
const DOUBTS: usize = 20;

/// A row that the rule may have got wrong.
struct Doubt {
    line: usize,
    input: String,
    why: String,
}

impl Session {
    pub(super) fn apply(
        &self,
        text: &str,
        host: &dyn Host,
        out: &mut String,
    ) -> Result<(), String> {
        let Some(rest) = text.strip_prefix("--column") else {
            let inputs = self.inputs(text)?;
            let output = self.applied()?.eval(&inputs);
            let output = output.ok_or("the rule has no output for this input")?;
            let text = output.text().map_or_else(|| output.display(self.task.kind), str::to_owned);
            line(out, self.settings.paint.strong(text));
            if let Some(why) = self.doubt(&inputs) {
                line(out, self.settings.paint.doubt(format_args!("  not sure: {why}")));
            }
            return Ok(());
        };
        let rest = rest.trim_start_matches(['=', ' ']);
        let (columns, rest) = rest.split_once(char::is_whitespace).unwrap_or((rest, ""));
        let (file, target) = match rest.split_once("--output") {
            Some((file, target)) => {
                (file, Some(file_name(target.trim_start_matches(['=', ' ']), "--output FILE")?))
            }
            None => (rest, None),
        };
        let file = file_name(file, "apply --column 2 FILE.csv")?;
        self.apply_file(columns, &file, target.as_deref(), host, out)
    }

    fn apply_file(
        &self,
        columns: &str,
        file: &str,
        target: Option<&str>,
        host: &dyn Host,
        out: &mut String,
    ) -> Result<(), String> {
        let columns = column_numbers(columns)?;
        let wanted = self.task.arity();
        if columns.len() != wanted {
            return Err(format!(
                "the rule takes {wanted} input{}: name as many columns, like --column 1,2",
                s(wanted)
            ));
        }
        let data = super::files::read(std::path::Path::new(file))?;
        let mut reader = csv::ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .from_reader(data.as_bytes());
        let mut writer = csv::WriterBuilder::new().flexible(true).from_writer(Vec::new());
        let (mut doubts, mut rows) = (Vec::new(), 0);
        host.cancel().store(false, Ordering::Relaxed);
        for record in reader.records() {
            if host.cancel().load(Ordering::Relaxed) {
                return Err("interrupted; nothing was written".into());
            }
            let mut record = record.map_err(|e| format!("{file}: {e}"))?;
            rows += 1;
            let line = record.position().map_or(rows, |p| p.line() as usize);
            let (output, why) = self.apply_row(&record, &columns);
            if let Some(why) = why {
                let input =
                    columns.iter().filter_map(|n| record.get(n - 1)).collect::<Vec<_>>().join(", ");
                doubts.push(Doubt { line, input, why });
            }
            record.push_field(&output);
            writer.write_record(&record).map_err(|e| e.to_string())?;
        }
        let bytes = writer.into_inner().map_err(|e| e.to_string())?;
        let text = String::from_utf8_lossy(&bytes);
        match target {
            Some(target) => {
                std::fs::write(target, &*text).map_err(|e| format!("{target}: {e}"))?;
                line(out, format_args!("{rows} row{} written to {target}", s(rows)));
            }
            None => out.push_str(&text),
        }
        self.tell_doubts(&doubts, rows, out);
        Ok(())
    }

    /// A row's output, empty if there is none, and what is doubtful about it.
    fn apply_row(&self, record: &csv::StringRecord, columns: &[usize]) -> (String, Option<String>) {
        let cells = columns.iter().map(|n| record.get(n - 1)).collect::<Option<Vec<_>>>();
        let Some(cells) = cells else {
            return (String::new(), Some("the row has too few columns".into()));
        };
        let read = |text: &&str| {
            crate::task::Cell { text: (*text).to_owned(), quoted: false }.read(self.task.kind)
        };
        let inputs = match cells.iter().map(read).collect::<Result<Vec<Value>, _>>() {
            Ok(inputs) => inputs,
            Err(why) => return (String::new(), Some(why)),
        };
        let output = self.applied().ok().and_then(|rule| rule.eval(&inputs));
        match output {
            Some(Value::Text(text)) => (text, self.doubt(&inputs)),
            Some(value) => (value.display(self.task.kind), self.doubt(&inputs)),
            None => (String::new(), Some("the rule has no output for it".into())),
        }
    }

    fn tell_doubts(&self, doubts: &[Doubt], rows: usize, out: &mut String) {
        let paint = self.settings.paint;
        if doubts.is_empty() {
            line(out, paint.good(format_args!("{rows} row{}, all like the examples", s(rows))));
            return;
        }
        line(
            out,
            paint.doubt(format_args!("{} of {rows} row{} to look at:", doubts.len(), s(rows))),
        );
        for doubt in doubts.iter().take(DOUBTS) {
            line(out, format_args!("  line {}: {:?}: {}", doubt.line, doubt.input, doubt.why));
        }
        if doubts.len() > DOUBTS {
            line(out, format_args!("  … and {} more", doubts.len() - DOUBTS));
        }
    }

    /// Why the output for these inputs may be wrong.
    pub(super) fn doubt(&self, inputs: &[Value]) -> Option<String> {
        if self.inverted.is_some() {
            return None;
        }
        let answer = self.answer()?;
        let rule = answer.best()?;
        if let Rule::Text(program) = rule {
            let examples: Vec<(Vec<String>, String)> = self
                .task
                .examples
                .iter()
                .filter_map(|e| Some((texts(&e.inputs)?, e.output.text()?.to_owned())))
                .collect();
            let rows = ncpu_synth_text::Rows { examples: &examples, pending: &[] };
            if let Some(why) = program.unsure(&texts(inputs)?, &rows) {
                return Some(why);
            }
        }
        // Rules that are nearly as simple and say otherwise.
        let near = |cost: f64| cost < answer.rules[0].cost + 4.0;
        let mine = rule.eval(inputs);
        let rivals =
            answer.rules[1..].iter().filter(|c| near(c.cost)).map(|c| c.program.eval(inputs));
        let other = rivals.into_iter().find(|o| *o != mine)?;
        let says = other.map_or("nothing".into(), |v| v.display(self.task.kind));
        Some(format!("a rule as simple gives {says}"))
    }

    pub(super) fn invert(&mut self, out: &mut String) -> Result<(), String> {
        if self.inverted.take().is_some() {
            line(out, format_args!("back to the rule: {}", self.best()?.words()));
            return Ok(());
        }
        let inverse = match self.best()? {
            Rule::Text(program) => program.invert().map(Rule::Text),
            Rule::Number(_) => return Err("only ciphers are inverted".into()),
        };
        let inverse =
            inverse.ok_or("this rule has no inverse: different inputs may give one output")?;
        line(out, self.settings.paint.strong(inverse.words()));
        line(out, "  `apply` now decodes; `invert` goes back");
        self.inverted = Some(inverse);
        Ok(())
    }

    pub(super) fn crack(
        &self,
        text: &str,
        host: &dyn Host,
        out: &mut String,
    ) -> Result<(), String> {
        let text = text.trim().trim_matches('"');
        if text.is_empty() {
            return Err("crack what? `crack Wkh txlfn eurzq ira`".into());
        }
        host.cancel().store(false, Ordering::Relaxed);
        let progress = Progress::default();
        let time = self.settings.time.min(Duration::from_secs(20));
        let limits =
            ncpu_synth_text::Limits { deadline: Instant::now() + time, cancel: host.cancel() };
        let mut cracked = Vec::new();
        host.watch(&progress, time, &mut || cracked = ncpu_synth_text::crack::crack(text, &limits));
        let Some(best) = cracked.first() else {
            return Err("no reading looks like English; a longer text helps".into());
        };
        line(out, self.settings.paint.strong(&best.plain));
        line(out, format_args!("  {}, key {}", best.kind, best.key));
        for other in cracked.iter().skip(1).take(3) {
            let told = format!("  or {:?} ({}, key {})", other.plain, other.kind, other.key);
            line(out, self.settings.paint.faint(told));
        }
        Ok(())
    }
}

/// Column numbers from 1, separated by commas.
fn column_numbers(text: &str) -> Result<Vec<usize>, String> {
    let number = |part: &str| match part.trim().parse::<usize>() {
        Ok(n) if n > 0 => Ok(n),
        _ => Err(format!("`{part}` is no column number; the first column is 1")),
    };
    text.split(',').map(number).collect()
}
