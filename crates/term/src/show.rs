//! Terms as text, which [`crate::parse`] reads back.

use crate::names::{Names, input};
use crate::{Domain, Each, FUNCTIONS, Lambda, Loop, LoopKind, Op, Program, Term, Var};
use num_bigint::{BigInt, Sign};

/// How tightly operators bind, the loosest first; forms that begin with a word bind loosest of all.
pub(crate) const WORD: u8 = 0;
const COMPARE: u8 = 1;
pub(crate) const UNARY: u8 = 8;
const ATOM: u8 = 10;

/// How tightly an infix operator binds; `None` for operations that are written as functions.
pub(crate) fn binding(op: Op) -> Option<u8> {
    use Op::*;
    Some(match op {
        Eq | Ne | Lt | Le => COMPARE,
        Or => 2,
        Xor => 3,
        And => 4,
        Shl | Shr => 5,
        Add | Sub | Concat => 6,
        Mul | Div | Mod => 7,
        Pow => UNARY + 1,
        _ => return None,
    })
}

impl Program {
    /// The program in the language of terms, on one line.
    pub fn show(&self) -> String {
        let inputs: Vec<String> =
            self.inputs.iter().enumerate().map(|(n, s)| input(n, *s)).collect();
        let mut printer =
            Printer { domain: self.domain, names: Names::avoiding(inputs.clone()), inputs };
        printer.term(&self.term, WORD)
    }
}

/// A constant as it is written: bits in hexadecimal once they are large.
pub(crate) fn constant(value: &BigInt, domain: Domain) -> String {
    match domain {
        Domain::Bits if *value > BigInt::from(99) => format!("{value:#x}"),
        _ => value.to_string(),
    }
}

/// Writes terms, with the names that are in scope.
pub(crate) struct Printer {
    pub(crate) domain: Domain,
    pub(crate) names: Names,
    pub(crate) inputs: Vec<String>,
}

impl Printer {
    /// The term, in parentheses if it binds less tightly than `least`.
    pub(crate) fn term(&mut self, term: &Term, least: u8) -> String {
        let (text, binds) = self.bare(term);
        if binds < least { format!("({text})") } else { text }
    }

    fn bare(&mut self, term: &Term) -> (String, u8) {
        match term {
            Term::Arg(n) => (self.inputs.get(*n).cloned().unwrap_or_else(|| "?".into()), ATOM),
            Term::Var(var) => (self.names.get(*var).to_owned(), ATOM),
            Term::Const(value) => {
                let binds = if value.sign() == Sign::Minus { UNARY } else { ATOM };
                (constant(value, self.domain), binds)
            }
            Term::Apply(op, args) => self.apply(*op, args),
            Term::Call(function, args) => {
                let name = FUNCTIONS.get(*function).map_or("?", |f| f.name);
                (format!("{name}({})", self.list(args)), ATOM)
            }
            Term::If(three) => {
                let [condition, yes, no] = three.each_ref().map(|t| self.term(t, WORD));
                (format!("if {condition} then {yes} else {no}"), WORD)
            }
            Term::Let(var, value, body) => {
                let value = self.term(value, WORD);
                let name = self.names.bind(*var, &["t"]);
                let body = self.term(body, WORD);
                self.names.release(1);
                (format!("let {name} = {value} in {body}"), WORD)
            }
            Term::Loop(l) => (self.r#loop(l), WORD),
            Term::Each(each, lambda, args) => {
                let rest = self.list(args);
                (format!("{}({}, {rest})", each.name(), self.lambda(*each, lambda)), ATOM)
            }
        }
    }

    fn list(&mut self, terms: &[Term]) -> String {
        terms.iter().map(|t| self.term(t, WORD)).collect::<Vec<_>>().join(", ")
    }

    fn apply(&mut self, op: Op, args: &[Term]) -> (String, u8) {
        match (op, args) {
            (Op::Neg, [a]) => (format!("-{}", self.negated(a)), UNARY),
            (Op::Not, [a]) => (format!("~{}", self.term(a, UNARY)), UNARY),
            (_, [a, b]) => match binding(op) {
                Some(binds) => {
                    // Operators group to the left, but for powers and comparisons, which do not group.
                    let left =
                        self.term(a, binds + u8::from(matches!(binds, COMPARE) || op == Op::Pow));
                    let right = self.term(b, binds + u8::from(op != Op::Pow));
                    (format!("{left} {} {right}", op.text()), binds)
                }
                None => (format!("{}({})", op.text(), self.list(args)), ATOM),
            },
            _ => (format!("{}({})", op.text(), self.list(args)), ATOM),
        }
    }

    /// What stands after a minus: a number in parentheses, for it would read as a negative constant.
    fn negated(&mut self, term: &Term) -> String {
        let text = self.term(term, UNARY);
        if matches!(term, Term::Const(_)) { format!("({text})") } else { text }
    }

    fn r#loop(&mut self, l: &Loop) -> String {
        let inits: Vec<String> = l.state.iter().map(|(_, init)| self.term(init, WORD)).collect();
        let count = match &l.kind {
            LoopKind::Times(count, _) => Some(self.term(count, WORD)),
            LoopKind::While(_) => None,
        };
        let names: Vec<String> = l
            .state
            .iter()
            .map(|(var, _)| self.names.bind(*var, &["a", "b", "c", "d", "e"]))
            .collect();
        let state: Vec<String> =
            names.iter().zip(inits).map(|(n, init)| format!("{n} = {init}")).collect();
        let (state, text) = (
            state.join(", "),
            match (&l.kind, count) {
                (LoopKind::While(condition), _) => {
                    let condition = self.term(condition, WORD);
                    (format!("while {condition} from"), self.list(&l.step), String::new())
                }
                (LoopKind::Times(_, var), count) => {
                    let index = self.names.bind(*var, &["i", "j", "k"]);
                    let step = self.list(&l.step);
                    self.names.release(1);
                    let used = l.step.iter().any(|s| mentions(s, *var));
                    let index = if used { format!(" as {index}") } else { String::new() };
                    (
                        "loop".to_owned(),
                        step,
                        format!(" times {}{index}", count.unwrap_or_default()),
                    )
                }
            },
        );
        let (head, step, times) = text;
        let result = self.term(&l.result, WORD);
        self.names.release(l.state.len());
        format!("{head} {state}{times} do {step} give {result}")
    }

    fn lambda(&mut self, each: Each, lambda: &Lambda) -> String {
        let wishes: &[&[&str]] = match each {
            Each::Map | Each::Filter | Each::Count => &[&["v"]],
            Each::Zip => &[&["u"], &["v"]],
            Each::Indexed => &[&["i", "j", "k"], &["v"]],
            Each::Fold | Each::Scan => &[&["s"], &["v"]],
        };
        let names: Vec<String> = lambda
            .params
            .iter()
            .zip(wishes)
            .map(|(var, wish)| self.names.bind(*var, wish))
            .collect();
        let body = self.term(&lambda.body, WORD);
        self.names.release(names.len());
        match names.as_slice() {
            [one] => format!("{one} -> {body}"),
            more => format!("({}) -> {body}", more.join(", ")),
        }
    }
}

/// Whether a variable occurs in a term.
pub(crate) fn mentions(term: &Term, var: Var) -> bool {
    let mut found = *term == Term::Var(var);
    term.each_child(&mut |child| found |= mentions(child, var));
    found
}
