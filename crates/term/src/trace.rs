//! What a program computes on the way, step by step.

use crate::names::{Names, input};
use crate::show::{Printer, WORD, constant};
use crate::{Domain, Loop, LoopKind, Program, Term, Value, Var, eval};

/// A line of a trace: what is computed, and its value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TraceStep {
    /// How deep it lies: a loop's steps lie below the loop.
    pub depth: usize,
    /// What is computed, in the language of terms.
    pub what: String,
    /// Its value, or why there is none.
    pub value: String,
}

/// So many steps of a loop are told.
const ROUNDS: usize = 40;

impl Program {
    /// What the program computes for these inputs, step by step.
    pub fn trace(&self, inputs: &[Value]) -> Vec<TraceStep> {
        let names: Vec<String> =
            self.inputs.iter().enumerate().map(|(n, s)| input(n, *s)).collect();
        let mut steps = Vec::new();
        for (name, value) in names.iter().zip(inputs) {
            steps.push(TraceStep {
                depth: 0,
                what: name.clone(),
                value: shown(value, self.domain),
            });
        }
        let printer =
            Printer { domain: self.domain, names: Names::avoiding(names.clone()), inputs: names };
        let mut tracer =
            Tracer { program: self, inputs, printer, scope: Vec::new(), steps, depth: 0 };
        tracer.walk(&self.term);
        tracer.steps
    }
}

fn shown(value: &Value, domain: Domain) -> String {
    match value {
        Value::Number(n) => constant(n, domain),
        Value::List(_) => value.to_string(),
    }
}

struct Tracer<'a> {
    program: &'a Program,
    inputs: &'a [Value],
    printer: Printer,
    scope: Vec<(Var, Value)>,
    steps: Vec<TraceStep>,
    depth: usize,
}

impl Tracer<'_> {
    fn value(&self, term: &Term) -> Result<Value, String> {
        eval::in_scope(self.program.domain, term, self.inputs, &self.scope, eval::FUEL)
            .map_err(|e| e.to_string())
    }

    fn tell(&mut self, what: String, value: &Result<Value, String>) {
        let value = match value {
            Ok(value) => shown(value, self.program.domain),
            Err(error) => error.clone(),
        };
        self.steps.push(TraceStep { depth: self.depth, what, value });
    }

    /// Tells the steps below a term, then the term's own.
    fn walk(&mut self, term: &Term) {
        match term {
            Term::Arg(_) | Term::Var(_) | Term::Const(_) => return,
            Term::If(three) => {
                self.walk(&three[0]);
                let zero = Ok(Value::int(0));
                self.walk(if self.value(&three[0]) == zero { &three[2] } else { &three[1] });
                return;
            }
            Term::Let(var, value, body) => {
                self.walk(value);
                let Ok(result) = self.value(value) else { return };
                let name = self.printer.names.bind(*var, &["t"]);
                self.tell(name, &Ok(result.clone()));
                self.scope.push((*var, result));
                self.walk(body);
                self.scope.pop();
                self.printer.names.release(1);
                return;
            }
            Term::Loop(l) => return self.r#loop(l),
            Term::Apply(..) | Term::Call(..) | Term::Each(..) => {
                // A body of an operation on lists runs for every element: only its lists are told.
                let lambda = matches!(term, Term::Each(..));
                let mut below = Vec::new();
                term.each_child(&mut |child| below.push(child.clone()));
                below.truncate(below.len() - usize::from(lambda));
                below.iter().for_each(|child| self.walk(child));
            }
        }
        let what = self.printer.term(term, WORD);
        let value = self.value(term);
        self.tell(what, &value);
    }

    fn r#loop(&mut self, l: &Loop) {
        let Ok(mut state) =
            l.state.iter().map(|(_, init)| self.value(init)).collect::<Result<Vec<_>, _>>()
        else {
            return;
        };
        let count = match &l.kind {
            LoopKind::Times(count, _) => self.value(count).ok().and_then(|v| v.to_i64()),
            LoopKind::While(_) => None,
        };
        let outer = self.scope.len();
        let names: Vec<String> = l
            .state
            .iter()
            .map(|(v, _)| self.printer.names.bind(*v, &["a", "b", "c", "d", "e"]))
            .collect();
        let index = match &l.kind {
            LoopKind::Times(_, var) => {
                Some((*var, self.printer.names.bind(*var, &["i", "j", "k"])))
            }
            LoopKind::While(_) => None,
        };
        self.depth += 1;
        for round in 0.. {
            self.scope.truncate(outer);
            self.scope.extend(l.state.iter().map(|(v, _)| *v).zip(state.iter().cloned()));
            let values: Vec<String> = state.iter().map(|v| shown(v, self.program.domain)).collect();
            if round < ROUNDS {
                let step = TraceStep {
                    depth: self.depth,
                    what: names.join(", "),
                    value: values.join(", "),
                };
                self.steps.push(step);
            }
            let more = match &l.kind {
                LoopKind::While(condition) => {
                    self.value(condition).is_ok_and(|v| v != Value::int(0))
                }
                LoopKind::Times(..) => (round as i64) < count.unwrap_or(0),
            };
            if !more || round > 100_000 {
                if round >= ROUNDS {
                    let what = format!("… after {round} steps: {}", names.join(", "));
                    self.steps.push(TraceStep {
                        depth: self.depth,
                        what,
                        value: values.join(", "),
                    });
                }
                break;
            }
            self.scope.extend(index.iter().map(|(var, _)| (*var, Value::int(round as u64))));
            let Ok(next) = l.step.iter().map(|s| self.value(s)).collect() else { break };
            state = next;
        }
        self.depth -= 1;
        self.walk(&l.result);
        let value = self.value(&l.result);
        let what = self.printer.term(&l.result, WORD);
        self.tell(format!("result {what}"), &value);
        self.scope.truncate(outer);
        self.printer.names.release(l.state.len() + usize::from(index.is_some()));
    }
}
