//! Programs in words.

use crate::names::{Names, input};
use crate::show::{Printer, WORD, mentions};
use crate::{Each, Lambda, Loop, LoopKind, Op, Program, Term};

impl Program {
    /// The rule on one line: structure in words, arithmetic in the language of terms.
    pub fn words(&self) -> String {
        let inputs: Vec<String> =
            self.inputs.iter().enumerate().map(|(n, s)| input(n, *s)).collect();
        let mut printer =
            Printer { domain: self.domain, names: Names::avoiding(inputs.clone()), inputs };
        sentence(&mut printer, &self.term)
    }
}

fn sentence(p: &mut Printer, term: &Term) -> String {
    match term {
        Term::If(three) => {
            let mut condition = p.term(&three[0], WORD);
            if !is_truth(&three[0]) {
                condition += " is not 0";
            }
            let (yes, no) = (sentence(p, &three[1]), sentence(p, &three[2]));
            format!("if {condition}: {yes}; otherwise {no}")
        }
        Term::Let(var, value, body) => {
            let value = sentence(p, value);
            let name = p.names.bind(*var, &["t"]);
            let body = sentence(p, body);
            p.names.release(1);
            format!("with {name} = {value}: {body}")
        }
        Term::Loop(l) => r#loop(p, l),
        Term::Each(each, lambda, args) => each_words(p, *each, lambda, args),
        _ => p.term(term, WORD),
    }
}

/// Whether a term reads as a condition by itself.
fn is_truth(term: &Term) -> bool {
    match term {
        Term::Apply(Op::Eq | Op::Ne | Op::Lt | Op::Le | Op::Slt | Op::Sle, _) => true,
        Term::Apply(Op::And | Op::Or | Op::Xor, args) => args.iter().all(is_truth),
        _ => false,
    }
}

fn r#loop(p: &mut Printer, l: &Loop) -> String {
    let inits: Vec<String> = l.state.iter().map(|(_, init)| p.term(init, WORD)).collect();
    let count = match &l.kind {
        LoopKind::Times(count, _) => p.term(count, WORD),
        LoopKind::While(_) => String::new(),
    };
    let names: Vec<String> =
        l.state.iter().map(|(var, _)| p.names.bind(*var, &["a", "b", "c", "d", "e"])).collect();
    let start: Vec<String> =
        names.iter().zip(inits).map(|(n, init)| format!("{n} = {init}")).collect();
    let (often, step) = match &l.kind {
        LoopKind::While(condition) => {
            (format!("as long as {}", p.term(condition, WORD)), becomes(p, &names, &l.step))
        }
        LoopKind::Times(_, var) => {
            let index = p.names.bind(*var, &["i", "j", "k"]);
            let step = becomes(p, &names, &l.step);
            p.names.release(1);
            let used = l.step.iter().any(|s| mentions(s, *var));
            let counting =
                if used { format!(" (i-th time from 0: {index})") } else { String::new() };
            (format!("{count} times{counting}"), step)
        }
    };
    let result = sentence(p, &l.result);
    p.names.release(l.state.len());
    format!("start with {}; {often}, {step}; the result is {result}", start.join(", "))
}

fn becomes(p: &mut Printer, names: &[String], step: &[Term]) -> String {
    let changes = names.iter().zip(step).map(|(name, term)| (name, p.term(term, WORD)));
    let changes: Vec<String> = changes
        .filter(|(name, text)| *name != text)
        .map(|(name, text)| format!("{name} becomes {text}"))
        .collect();
    changes.join(" and ")
}

fn each_words(p: &mut Printer, each: Each, lambda: &Lambda, args: &[Term]) -> String {
    let args: Vec<String> = args.iter().map(|a| sentence(p, a)).collect();
    let wishes: &[&[&str]] = match each {
        Each::Map | Each::Filter | Each::Count => &[&["v"]],
        Each::Zip => &[&["u"], &["v"]],
        Each::Indexed => &[&["i", "j", "k"], &["v"]],
        Each::Fold | Each::Scan => &[&["s"], &["v"]],
    };
    let names: Vec<String> =
        lambda.params.iter().zip(wishes).map(|(var, wish)| p.names.bind(*var, wish)).collect();
    let body = p.term(&lambda.body, WORD);
    p.names.release(names.len());
    let (first, last) = (&names[0], names.last().map_or("", String::as_str));
    match each {
        Each::Map => format!("{body} for each {first} of ({})", args[0]),
        Each::Filter => format!("those {first} of ({}) with {body}", args[0]),
        Each::Count => format!("how many {first} of ({}) have {body}", args[0]),
        Each::Zip => {
            format!("{body} for each pair {first}, {last} of ({}) and ({})", args[0], args[1])
        }
        Each::Indexed => {
            format!("{body} for each {last} of ({}), at place {first} from 0", args[0])
        }
        Each::Fold => {
            format!(
                "start with {first} = {}; for each {last} of ({}), {first} becomes {body}; the result is {first}",
                args[0], args[1]
            )
        }
        Each::Scan => {
            format!(
                "start with {first} = {}; for each {last} of ({}), {first} becomes {body} and is kept",
                args[0], args[1]
            )
        }
    }
}
