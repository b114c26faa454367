//! Why a rule is what it is.

use super::{Session, line, s};
use crate::question;
use crate::rule::{Rule, texts};
use crate::value::Value;
use ncpu_synth_text::{Piece, Source};
use std::ops::Range;

/// So many examples are shown at work.
const SHOWN: usize = 4;

impl Session {
    pub(super) fn explain(&self, out: &mut String) -> Result<(), String> {
        let rule = self.best()?;
        let paint = self.settings.paint;
        line(out, paint.strong(rule.words()));
        for example in self.task.examples.iter().take(SHOWN) {
            line(out, format_args!("  {}", self.row(&example.inputs, &example.output)));
            for step in self.steps(rule, &example.inputs) {
                line(out, format_args!("      {step}"));
            }
        }
        let more = self.task.examples.len().saturating_sub(SHOWN);
        if more > 0 {
            line(
                out,
                format_args!(
                    "  and so for {more} further example{}; `trace INPUTS` shows any",
                    s(more)
                ),
            );
        }
        let Some(answer) = self.answer() else { return Ok(()) };
        match question(&self.task, answer) {
            Some(question) => {
                let mine = rule
                    .eval(&question.inputs)
                    .map_or("nothing".into(), |v| v.display(self.task.kind));
                let text = format!(
                    "What would change my mind: {} gives {mine} by this rule; another output there would mean another rule.",
                    self.shown(&question.inputs)
                );
                line(out, paint.doubt(text));
            }
            None => line(
                out,
                paint.good("No rule of like simplicity fits the examples and differs elsewhere."),
            ),
        }
        Ok(())
    }

    pub(super) fn trace(&self, text: &str, out: &mut String) -> Result<(), String> {
        let inputs = self.inputs(text)?;
        let rule = self.best()?;
        for step in self.steps(rule, &inputs) {
            line(out, step);
        }
        match rule.eval(&inputs) {
            Some(output) => line(out, self.settings.paint.strong(self.row(&inputs, &output))),
            None => line(out, self.settings.paint.bad("there is no output for these inputs")),
        }
        Ok(())
    }

    /// What a rule does with inputs.
    fn steps(&self, rule: &Rule, inputs: &[Value]) -> Vec<String> {
        match rule {
            Rule::Number(finding) => {
                let values: Vec<ncpu_term::Value> =
                    inputs.iter().filter_map(Value::to_term).collect();
                let steps = finding.program.trace(&values);
                let shown = steps.into_iter().skip(inputs.len());
                shown.map(|t| format!("{}{} = {}", "  ".repeat(t.depth), t.what, t.value)).collect()
            }
            Rule::Text(program) => {
                let Some(inputs) = texts(inputs) else { return Vec::new() };
                let output = program.eval(&inputs).unwrap_or_default();
                let pieces = program.provenance(&inputs).unwrap_or_default();
                pieces.iter().map(|piece| provenance(piece, &output, &inputs)).collect()
            }
        }
    }

    pub(super) fn why_not(&self, text: &str, out: &mut String) -> Result<(), String> {
        let text = text.strip_prefix("not").unwrap_or(text).trim();
        if text.is_empty() {
            return Err("why not what? `why not x * 2`".into());
        }
        let Some(first) = self.task.examples.first() else {
            return Err("there are no examples".into());
        };
        let other = Rule::parse(text, self.task.kind, &first.inputs)?;
        let paint = self.settings.paint;
        for (n, example) in self.task.examples.iter().enumerate() {
            let output = other.eval(&example.inputs);
            if output.as_ref() != Some(&example.output) {
                let got = output.map_or("nothing".into(), |v| v.display(self.task.kind));
                let row = self.row(&example.inputs, &example.output);
                line(out, paint.bad(format_args!("it gives {got} for example {}: {row}", n + 1)));
                return Ok(());
            }
        }
        line(out, "it fits all examples");
        let Ok(best) = self.best() else { return Ok(()) };
        match crate::proof::prove(&other, best, &self.task) {
            crate::proof::Proof::Equal(how) => {
                line(
                    out,
                    paint.good(format_args!(
                        "and does what the rule found does ({how}), which is written `{}`",
                        best.show()
                    )),
                );
            }
            crate::proof::Proof::Differs(inputs) => {
                let show = |r: &Rule| {
                    r.eval(&inputs).map_or("nothing".into(), |v| v.display(self.task.kind))
                };
                let text = format!(
                    "but differs from the rule found: {} gives {} there, {} here; the rule found has size {}, this one {}",
                    self.shown(&inputs),
                    show(best),
                    show(&other),
                    best.size(),
                    other.size()
                );
                line(out, paint.doubt(text));
            }
            crate::proof::Proof::Open(tested) => {
                line(
                    out,
                    format_args!("and agreed with the rule found on {tested} further inputs"),
                );
            }
        }
        Ok(())
    }
}

/// A piece of an output, and where it is from.
fn provenance(piece: &Piece, output: &str, inputs: &[String]) -> String {
    let text = output.get(piece.output.clone()).unwrap_or_default();
    let place = |input: usize, range: &Range<usize>| {
        let of = if inputs.len() > 1 { format!(" of input {}", input + 1) } else { String::new() };
        let chars = |end: usize| {
            inputs.get(input).and_then(|t| t.get(..end)).map_or(0, |t| t.chars().count())
        };
        match (chars(range.start) + 1, chars(range.end)) {
            (first, last) if first == last => format!("character {first}{of}"),
            (first, last) => format!("characters {first} to {last}{of}"),
        }
    };
    let source = match &piece.source {
        Source::Input { input, range } => place(*input, range),
        Source::Changed { input, range, by } => format!("{}, {by}", place(*input, range)),
        Source::Constant => "always there".to_owned(),
        Source::Computed { by } => by.clone(),
    };
    format!("{text:?} — {source}")
}
