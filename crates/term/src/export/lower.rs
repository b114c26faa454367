//! Terms as statements and expressions of a language with loops.

use super::Export;
use crate::library::definition;
use crate::names::{Names, input};
use crate::show::mentions;
use crate::{Domain, Each, FUNCTIONS, Lambda, Loop, LoopKind, Op, Program, Sort, Term, Var};
use num_bigint::BigInt;
use std::collections::BTreeSet;

/// How an expression may stand beside operators: the levels in which all three languages agree.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Level {
    /// Needs parentheses everywhere.
    Loose,
    /// A sum or difference.
    Sum,
    /// A product.
    Product,
    /// A name, number or call.
    Atom,
}

/// An expression.
#[derive(Clone, Debug)]
pub(super) struct Code {
    pub(super) text: String,
    pub(super) level: Level,
    /// It is a truth value, not a number.
    pub(super) truth: bool,
}

impl Code {
    pub(super) fn atom(text: impl Into<String>) -> Self {
        Self { text: text.into(), level: Level::Atom, truth: false }
    }

    pub(super) fn loose(text: impl Into<String>) -> Self {
        Self { text: text.into(), level: Level::Loose, truth: false }
    }

    pub(super) fn condition(text: impl Into<String>) -> Self {
        Self { text: text.into(), level: Level::Loose, truth: true }
    }

    /// The text, in parentheses if it stands looser than `least`.
    pub(super) fn at(&self, least: Level) -> String {
        if self.level < least { format!("({})", self.text) } else { self.text.clone() }
    }

    /// The text as an operand of anything.
    pub(super) fn operand(&self) -> String {
        self.at(Level::Atom)
    }

    /// A sum, difference or product.
    pub(super) fn infix(left: &Self, operator: &str, right: &Self) -> Self {
        let (level, above) = match operator {
            "*" => (Level::Product, Level::Atom),
            _ => (Level::Sum, Level::Product),
        };
        Self {
            text: format!("{} {operator} {}", left.at(level), right.at(above)),
            level,
            truth: false,
        }
    }
}

/// The syntax of a language.
pub(super) trait Dialect {
    /// Words that names must not be.
    fn reserved(&self) -> &'static [&'static str];
    /// An operation on numbers (never truths) and lists.
    fn op(&mut self, op: Op, args: &[Code]) -> Code;
    fn constant(&self, value: &BigInt) -> Code;
    /// A truth value as a number.
    fn number(&self, truth: &Code) -> Code;
    /// A number as a truth value.
    fn truth(&self, number: &Code) -> Code;
    fn not(&self, truth: &Code) -> Code;
    /// `condition ? yes : no`
    fn choose(&self, condition: &Code, yes: &Code, no: &Code) -> Code;
    fn call(&self, name: &str, args: &[Code]) -> Code;
    fn declare(&self, name: &str, sort: Sort, value: &str, changes: bool) -> String;
    /// Declares a name that is given its value later.
    fn announce(&self, name: &str, sort: Sort) -> Option<String>;
    /// Assignments that take effect together.
    fn assign(&self, names: &[String], values: &[String], sorts: &[Sort]) -> Vec<String>;
    fn open_if(&self, condition: &str) -> String;
    fn open_else(&self) -> String;
    fn open_while(&self, condition: Option<&str>) -> String;
    fn open_times(&self, index: &str, count: &str) -> String;
    fn open_each(&self, index: Option<&str>, element: &str, list: &str) -> String;
    /// The end of a block, if it has one.
    fn close(&self) -> Option<&'static str>;
    fn leave(&self) -> &'static str;
    fn push(&mut self, list: &str, value: &str) -> String;
    fn result(&self, value: &str) -> String;
    /// A list operation whose body is an expression, as an expression.
    fn comprehension(
        &mut self,
        each: Each,
        params: &[String],
        body: &Code,
        args: &[Code],
    ) -> Option<Code>;
    /// How a list or number that a statement keeps is handed on.
    fn copied(&self, code: &Code, sort: Sort) -> String;
    /// A function's first line.
    fn open_function(
        &self,
        name: &str,
        params: &[(String, Sort)],
        result: Sort,
        doc: &[String],
        main: bool,
    ) -> String;
    /// The whole file around the functions.
    fn file(&self, functions: &str, export: &Export<'_>) -> String;
}

/// The source file of a program.
pub(super) fn file(dialect: &mut dyn Dialect, export: &Export<'_>) -> String {
    let mut called = BTreeSet::new();
    calls(&export.program.term, &mut called);
    let mut text = String::new();
    for place in called {
        if let Some(program) = definition(place) {
            let function = &FUNCTIONS[place];
            let doc = [format!("The {}.", function.doc.trim())];
            text += &function_text(dialect, program, function.name, &doc, false);
            text += "\n";
        }
    }
    text += &function_text(dialect, export.program, export.name, export.doc, true);
    dialect.file(&text, export)
}

/// The library functions that a term calls, and those which these call; the library is ordered so that
/// functions call earlier ones only.
fn calls(term: &Term, found: &mut BTreeSet<usize>) {
    if let Term::Call(place, _) = term
        && found.insert(*place)
        && let Some(program) = definition(*place)
    {
        calls(&program.term, found);
    }
    term.each_child(&mut |child| calls(child, found));
}

fn function_text(
    dialect: &mut dyn Dialect,
    program: &Program,
    name: &str,
    doc: &[String],
    main: bool,
) -> String {
    let params: Vec<(String, Sort)> =
        program.inputs.iter().enumerate().map(|(n, sort)| (input(n, *sort), *sort)).collect();
    let mut taken: Vec<String> = dialect.reserved().iter().map(|w| (*w).to_owned()).collect();
    taken.extend(params.iter().map(|(name, _)| name.clone()));
    taken.push(name.to_owned());
    taken.extend(FUNCTIONS.iter().map(|f| f.name.to_owned()));
    let sort = sort_of(&program.term, program, &mut Vec::new());
    let head = dialect.open_function(name, &params, sort, doc, main);
    let mut lowering = Lowering {
        dialect,
        program,
        params: params.into_iter().map(|(name, _)| name).collect(),
        names: Names::avoiding(taken),
        sorts: Vec::new(),
        lines: Vec::new(),
        depth: 1,
    };
    let value = lowering.value(&program.term);
    let result = lowering.dialect.result(&lowering.dialect.copied(&value, sort));
    lowering.line(result);
    lowering.depth = 0;
    lowering.close();
    format!("{head}\n{}\n", lowering.lines.join("\n"))
}

/// The sort of a term; variables that are not known are numbers.
fn sort_of(term: &Term, program: &Program, vars: &mut Vec<(Var, Sort)>) -> Sort {
    match term {
        Term::Arg(n) => program.inputs.get(*n).copied().unwrap_or(Sort::Number),
        Term::Var(var) => {
            vars.iter().rev().find(|(v, _)| v == var).map_or(Sort::Number, |(_, sort)| *sort)
        }
        Term::Const(_) | Term::Loop(_) => Sort::Number,
        Term::Apply(op, _) => op.result(),
        Term::Call(place, _) => FUNCTIONS.get(*place).map_or(Sort::Number, |f| f.result),
        Term::If(three) => sort_of(&three[1], program, vars),
        Term::Let(var, value, body) => {
            let sort = sort_of(value, program, vars);
            vars.push((*var, sort));
            let sort = sort_of(body, program, vars);
            vars.pop();
            sort
        }
        Term::Each(each, ..) => each.result(),
    }
}

struct Lowering<'a> {
    dialect: &'a mut dyn Dialect,
    program: &'a Program,
    params: Vec<String>,
    /// Names are never released: each is declared once in its function.
    names: Names,
    sorts: Vec<(Var, Sort)>,
    lines: Vec<String>,
    depth: usize,
}

impl Lowering<'_> {
    fn line(&mut self, text: impl AsRef<str>) {
        for line in text.as_ref().lines() {
            self.lines.push(format!("{}{line}", "    ".repeat(self.depth)));
        }
    }

    fn open(&mut self, text: String) {
        self.line(text);
        self.depth += 1;
    }

    fn close(&mut self) {
        self.depth = self.depth.saturating_sub(1);
        if let Some(end) = self.dialect.close() {
            self.line(end);
        }
    }

    fn bind(&mut self, var: Var, sort: Sort, wishes: &[&str]) -> String {
        self.sorts.push((var, sort));
        self.names.bind(var, wishes)
    }

    fn sort(&self, term: &Term) -> Sort {
        sort_of(term, self.program, &mut self.sorts.clone())
    }

    /// A term as a number or a list.
    fn value(&mut self, term: &Term) -> Code {
        let code = self.code(term);
        if code.truth { self.dialect.number(&code) } else { code }
    }

    fn condition(&mut self, term: &Term) -> Code {
        let code = self.code(term);
        if code.truth { code } else { self.dialect.truth(&code) }
    }

    fn code(&mut self, term: &Term) -> Code {
        match term {
            Term::Arg(n) => Code::atom(self.params.get(*n).cloned().unwrap_or_default()),
            Term::Var(var) => Code::atom(self.names.get(*var)),
            Term::Const(value) => self.dialect.constant(value),
            Term::Apply(op, args) => {
                let args: Vec<Code> = args.iter().map(|a| self.value(a)).collect();
                self.dialect.op(*op, &args)
            }
            Term::Call(place, args) => {
                let args: Vec<Code> = args.iter().map(|a| self.value(a)).collect();
                self.dialect.call(FUNCTIONS.get(*place).map_or("", |f| f.name), &args)
            }
            Term::If(three) => self.conditional(three),
            Term::Let(var, value, body) => {
                let sort = self.sort(value);
                let value = self.value(value);
                let name = self.bind(*var, sort, &["t"]);
                let value = self.dialect.copied(&value, sort);
                let line = self.dialect.declare(&name, sort, &value, false);
                self.line(line);
                self.code(body)
            }
            Term::Loop(l) => self.r#loop(l),
            Term::Each(each, lambda, args) => self.each(*each, lambda, args),
        }
    }

    /// Lowers a term apart: its statements are returned, not kept.
    fn apart(
        &mut self,
        depth: usize,
        lower: impl FnOnce(&mut Self) -> Code,
    ) -> (Vec<String>, Code) {
        let outer = std::mem::take(&mut self.lines);
        self.depth += depth;
        let code = lower(self);
        self.depth -= depth;
        (std::mem::replace(&mut self.lines, outer), code)
    }

    fn conditional(&mut self, three: &[Term; 3]) -> Code {
        let condition = self.condition(&three[0]);
        let (yes_lines, yes) = self.apart(1, |l| l.value(&three[1]));
        let (no_lines, no) = self.apart(1, |l| l.value(&three[2]));
        if yes_lines.is_empty() && no_lines.is_empty() {
            return self.dialect.choose(&condition, &yes, &no);
        }
        let sort = self.sort(&three[1]);
        let name = self.bind(Var::MAX, sort, &["t"]);
        if let Some(line) = self.dialect.announce(&name, sort) {
            self.line(line);
        }
        self.open(self.dialect.open_if(&condition.text));
        self.branch(yes_lines, &name, &yes, sort);
        self.depth -= 1;
        self.open(self.dialect.open_else());
        self.branch(no_lines, &name, &no, sort);
        self.close();
        Code::atom(name)
    }

    fn branch(&mut self, lines: Vec<String>, name: &str, value: &Code, sort: Sort) {
        self.lines.extend(lines);
        let value = self.dialect.copied(value, sort);
        for line in self.dialect.assign(&[name.to_owned()], &[value], &[sort]) {
            self.line(line);
        }
    }

    fn r#loop(&mut self, l: &Loop) -> Code {
        let count = match &l.kind {
            LoopKind::Times(count, _) => Some(self.value(count)),
            LoopKind::While(_) => None,
        };
        let inits: Vec<Code> = l.state.iter().map(|(_, init)| self.value(init)).collect();
        let mut names = Vec::new();
        let sorts: Vec<Sort> = l.state.iter().map(|(_, init)| self.sort(init)).collect();
        for (((var, _), init), sort) in l.state.iter().zip(inits).zip(&sorts) {
            let name = self.bind(*var, *sort, &["a", "b", "c", "d", "e"]);
            let init = self.dialect.copied(&init, *sort);
            let line = self.dialect.declare(&name, *sort, &init, true);
            self.line(line);
            names.push(name);
        }
        match (&l.kind, count) {
            (LoopKind::While(condition), _) => self.open_while(condition),
            (LoopKind::Times(_, var), count) => {
                let count = count.map_or_else(String::new, |count| count.text);
                let index = self.bind(*var, Sort::Number, &["i", "j", "k"]);
                let used = l.step.iter().any(|s| mentions(s, *var));
                let index = if used { index } else { "_".to_owned() };
                self.open(self.dialect.open_times(&index, &count));
            }
        }
        let next: Vec<String> = l.step.iter().map(|s| self.value(s).text).collect();
        let moved: Vec<usize> = (0..names.len()).filter(|n| next[*n] != names[*n]).collect();
        let pick =
            |from: &[String]| moved.iter().map(|n| from[*n].clone()).collect::<Vec<String>>();
        let sorts: Vec<Sort> = moved.iter().map(|n| sorts[*n]).collect();
        for line in self.dialect.assign(&pick(&names), &pick(&next), &sorts) {
            self.line(line);
        }
        self.close();
        self.code(&l.result)
    }

    /// Opens a loop; a condition that needs statements is computed inside.
    fn open_while(&mut self, condition: &Term) {
        let (lines, code) = self.apart(1, |l| l.condition(condition));
        if lines.is_empty() {
            self.open(self.dialect.open_while(Some(&code.text)));
            return;
        }
        self.open(self.dialect.open_while(None));
        self.lines.extend(lines);
        let done = self.dialect.not(&code);
        self.open(self.dialect.open_if(&done.text));
        self.line(self.dialect.leave());
        self.close();
    }

    fn each(&mut self, each: Each, lambda: &Lambda, args: &[Term]) -> Code {
        let args: Vec<Code> = args.iter().map(|a| self.value(a)).collect();
        let wishes: &[&[&str]] = match each {
            Each::Map | Each::Filter | Each::Count => &[&["v"]],
            Each::Zip => &[&["u"], &["v"]],
            Each::Indexed => &[&["i", "j", "k"], &["v"]],
            Each::Fold | Each::Scan => &[&["s"], &["v"]],
        };
        let params: Vec<String> = lambda
            .params
            .iter()
            .zip(wishes)
            .map(|(var, w)| self.bind(*var, Sort::Number, w))
            .collect();
        let condition = matches!(each, Each::Filter | Each::Count);
        let lower = |l: &mut Self| {
            if condition { l.condition(&lambda.body) } else { l.value(&lambda.body) }
        };
        let (lines, body) = self.apart(1, lower);
        if lines.is_empty()
            && let Some(code) = self.dialect.comprehension(each, &params, &body, &args)
        {
            return code;
        }
        self.each_loop(each, &params, lines, &body, &args)
    }

    fn each_loop(
        &mut self,
        each: Each,
        params: &[String],
        lines: Vec<String>,
        body: &Code,
        args: &[Code],
    ) -> Code {
        // Lists are computed once, before the loop.
        let named = |l: &mut Self, list: &Code| {
            if list.text.chars().all(|c| c.is_alphanumeric() || c == '_') {
                list.clone()
            } else {
                let name = l.names.bind(Var::MAX, &["r"]);
                let line = l.dialect.declare(&name, Sort::List, &list.text, false);
                l.line(line);
                Code::atom(name)
            }
        };
        let lists = each.arguments().iter().zip(args);
        let args: Vec<Code> = lists
            .map(|(sort, arg)| if *sort == Sort::List { named(self, arg) } else { arg.clone() })
            .collect();
        let list = args.last().map_or_else(String::new, |list| list.text.clone());
        let result = match each {
            Each::Fold | Each::Scan => None,
            Each::Count => Some(self.fresh(Sort::Number, &self.dialect.constant(&0.into()).text)),
            _ => Some(self.fresh_list()),
        };
        let state = matches!(each, Each::Fold | Each::Scan).then(|| params[0].clone());
        let kept = if each == Each::Scan { Some(self.fresh_list()) } else { result };
        if let (Some(state), Some(start)) = (&state, args.first()) {
            let line = self.dialect.declare(state, Sort::Number, &start.text, true);
            self.line(line);
        }
        self.open_elements(each, params, &args, &list);
        self.lines.extend(lines);
        self.keep_element(each, params, body, state.as_deref(), kept.as_deref());
        self.close();
        Code::atom(match each {
            Each::Fold => state.unwrap_or_default(),
            _ => kept.unwrap_or_default(),
        })
    }

    fn open_elements(&mut self, each: Each, params: &[String], args: &[Code], list: &str) {
        let element = params.last().cloned().unwrap_or_default();
        match each {
            Each::Zip => {
                let index = self.names.bind(Var::MAX, &["i", "j", "k"]);
                let both = [args[0].clone(), args[1].clone()];
                let lens: Vec<Code> = both
                    .iter()
                    .map(|l| self.dialect.op(Op::Len, std::slice::from_ref(l)))
                    .collect();
                let count = self.dialect.op(Op::Min, &lens);
                self.open(self.dialect.open_times(&index, &count.text));
                for (name, list) in params.iter().zip(&both) {
                    let item = self.dialect.op(Op::At, &[list.clone(), Code::atom(&index)]);
                    let line = self.dialect.declare(name, Sort::Number, &item.text, false);
                    self.line(line);
                }
            }
            Each::Indexed => {
                self.open(self.dialect.open_each(
                    params.first().map(String::as_str),
                    &element,
                    list,
                ));
            }
            _ => self.open(self.dialect.open_each(None, &element, list)),
        }
    }

    fn keep_element(
        &mut self,
        each: Each,
        params: &[String],
        body: &Code,
        state: Option<&str>,
        kept: Option<&str>,
    ) {
        let element = params.last().cloned().unwrap_or_default();
        if let Some(state) = state {
            for line in self.dialect.assign(
                &[state.to_owned()],
                std::slice::from_ref(&body.text),
                &[Sort::Number],
            ) {
                self.line(line);
            }
        }
        let Some(kept) = kept else { return };
        match each {
            Each::Filter | Each::Count => {
                self.open(self.dialect.open_if(&body.text));
                if each == Each::Filter {
                    self.push(kept, &element);
                } else {
                    let one = self.dialect.constant(&1.into());
                    let next = self.dialect.op(Op::Add, &[Code::atom(kept), one]);
                    for line in
                        self.dialect.assign(&[kept.to_owned()], &[next.text], &[Sort::Number])
                    {
                        self.line(line);
                    }
                }
                self.close();
            }
            Each::Scan => self.push(kept, state.unwrap_or_default()),
            _ => self.push(kept, &body.text),
        }
    }

    fn push(&mut self, list: &str, value: &str) {
        let line = self.dialect.push(list, value);
        self.line(line);
    }

    fn fresh_list(&mut self) -> String {
        let empty = self.dialect.op(Op::Empty, &[]).text;
        self.fresh(Sort::List, &empty)
    }

    fn fresh(&mut self, sort: Sort, value: &str) -> String {
        let name = self.names.bind(Var::MAX, &[if sort == Sort::List { "r" } else { "n" }]);
        let line = self.dialect.declare(&name, sort, value, true);
        self.line(line);
        name
    }
}

/// A comment of lines, each after the same mark.
pub(super) fn comment(mark: &str, lines: &[String]) -> String {
    let one = |line: &String| {
        let line: String = line.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
        format!("{mark} {line}").trim_end().to_owned() + "\n"
    };
    lines.iter().map(one).collect()
}

/// Which helper functions were used, by name.
#[derive(Default)]
pub(super) struct Helpers {
    used: BTreeSet<&'static str>,
}

impl Helpers {
    /// A call of a helper.
    pub(super) fn call(&mut self, name: &'static str, args: &[Code]) -> Code {
        self.used.insert(name);
        let args: Vec<&str> = args.iter().map(|a| a.text.as_str()).collect();
        Code::atom(format!("{name}({})", args.join(", ")))
    }

    /// The helpers' text: those used out of a file in which each stands after a line that names it,
    /// `// name: needed, needed`.
    pub(super) fn text(&self, source: &str, mark: &str) -> String {
        let mut wanted: BTreeSet<String> =
            self.used.iter().map(|name| (*name).to_owned()).collect();
        let pieces: Vec<(&str, Vec<&str>, &str)> = source
            .split(&format!("{mark} helper "))
            .skip(1)
            .filter_map(|piece| {
                let (head, body) = piece.split_once('\n')?;
                let (name, needs) = head.split_once(':')?;
                Some((name, needs.split_whitespace().collect(), body.trim_end()))
            })
            .collect();
        // A helper stands after those that it needs: from the last on, every need is known in time.
        for (name, needs, _) in pieces.iter().rev() {
            if wanted.contains(*name) {
                wanted.extend(needs.iter().map(|n| (*n).to_owned()));
            }
        }
        let used = pieces.iter().filter(|(name, ..)| wanted.contains(*name));
        used.map(|(.., body)| format!("{body}\n\n")).collect()
    }
}

/// How constants of bits are written.
pub(super) fn bits_constant(value: &BigInt) -> String {
    if *value > BigInt::from(99) { format!("{value:#x}") } else { value.to_string() }
}

/// Whether an operation compares.
pub(super) fn comparison(op: Op) -> Option<&'static str> {
    Some(match op {
        Op::Eq => "==",
        Op::Ne => "!=",
        Op::Lt => "<",
        Op::Le => "<=",
        _ => return None,
    })
}

/// Whether bits are meant.
pub(super) fn is_bits(domain: Domain) -> bool {
    domain == Domain::Bits
}
