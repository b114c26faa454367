//! Text to terms.

use crate::names::input;
use crate::show::{UNARY, binding};
use crate::{
    Domain, Each, FUNCTIONS, Lambda, Loop, LoopKind, Op, Program, Sort, Term, Var, function,
};
use num_bigint::{BigInt, Sign};
use num_traits::Num;
use std::fmt;

/// Why a text is no program, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ParseError {
    /// The column, from 1.
    pub column: usize,
    /// What is wrong there.
    pub message: String,
}

impl fmt::Display for ParseError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "column {}: {}", self.column, self.message)
    }
}

impl std::error::Error for ParseError {}

/// Terms nested deeper than this are refused, so that hostile text cannot exhaust the stack.
const DEPTH_MAX: usize = 200;

impl Program {
    /// Reads a program over inputs of these sorts, as [`Program::show`] writes it.
    ///
    /// # Errors
    /// What is no program, with its column.
    pub fn parse(text: &str, domain: Domain, inputs: &[Sort]) -> Result<Self, ParseError> {
        let names = inputs.iter().enumerate().map(|(n, sort)| input(n, *sort)).collect();
        let mut parser = Parser {
            tokens: tokens(text)?,
            at: 0,
            end: text.chars().count() + 1,
            domain,
            inputs: names,
            sorts: inputs,
            scope: Vec::new(),
            vars: 0,
            depth: 0,
        };
        let (term, _) = parser.term(0)?;
        if parser.at < parser.tokens.len() {
            return Err(parser.error("an operator or the end is expected"));
        }
        Ok(Self { domain, inputs: inputs.to_vec(), term })
    }
}

#[derive(Clone, Debug, PartialEq)]
enum Token {
    Number(BigInt),
    Word(String),
    Mark(&'static str),
}

/// Marks, those first that begin with others.
const MARKS: &[&str] = &[
    "->", "**", "++", "<<", ">>", "==", "!=", "<=", ">=", "<", ">", "+", "-", "*", "/", "%", "&",
    "|", "^", "~", "(", ")", ",", "=",
];

fn tokens(text: &str) -> Result<Vec<(Token, usize)>, ParseError> {
    let chars: Vec<char> = text.chars().collect();
    let (mut at, mut tokens) = (0, Vec::new());
    while at < chars.len() {
        let (start, c) = (at, chars[at]);
        let error = |message: String| ParseError { column: start + 1, message };
        if c.is_whitespace() {
            at += 1;
        } else if c.is_ascii_alphanumeric() || c == '_' {
            while at < chars.len() && (chars[at].is_ascii_alphanumeric() || chars[at] == '_') {
                at += 1;
            }
            let word: String = chars[start..at].iter().collect();
            let token = if c.is_ascii_digit() {
                Token::Number(number(&word).ok_or_else(|| error(format!("`{word}` is no number")))?)
            } else {
                Token::Word(word)
            };
            tokens.push((token, start));
        } else {
            let rest: String = chars[at..chars.len().min(at + 2)].iter().collect();
            let mark = MARKS.iter().find(|mark| rest.starts_with(**mark));
            let mark = mark.ok_or_else(|| error(format!("`{c}` has no meaning here")))?;
            at += mark.len();
            tokens.push((Token::Mark(mark), start));
        }
    }
    Ok(tokens)
}

fn number(word: &str) -> Option<BigInt> {
    let word = word.replace('_', "");
    match (word.strip_prefix("0x"), word.strip_prefix("0b")) {
        (Some(hex), _) => BigInt::from_str_radix(hex, 16).ok(),
        (_, Some(binary)) => BigInt::from_str_radix(binary, 2).ok(),
        _ => word.parse().ok(),
    }
}

struct Parser<'a> {
    tokens: Vec<(Token, usize)>,
    at: usize,
    end: usize,
    domain: Domain,
    inputs: Vec<String>,
    sorts: &'a [Sort],
    scope: Vec<(String, Var, Sort)>,
    vars: Var,
    depth: usize,
}

type Typed = (Term, Sort);

impl Parser<'_> {
    fn error(&self, message: impl Into<String>) -> ParseError {
        let column = self.tokens.get(self.at).map_or(self.end, |(_, at)| at + 1);
        ParseError { column, message: message.into() }
    }

    fn peek(&self) -> Option<&Token> {
        self.tokens.get(self.at).map(|(token, _)| token)
    }

    fn is_mark(&self, mark: &str) -> bool {
        matches!(self.peek(), Some(Token::Mark(m)) if *m == mark)
    }

    fn is_word(&self, word: &str) -> bool {
        matches!(self.peek(), Some(Token::Word(w)) if w == word)
    }

    fn take_mark(&mut self, mark: &str) -> bool {
        let found = self.is_mark(mark);
        self.at += usize::from(found);
        found
    }

    fn take_word(&mut self, word: &str) -> bool {
        let found = self.is_word(word);
        self.at += usize::from(found);
        found
    }

    fn mark(&mut self, mark: &str) -> Result<(), ParseError> {
        if self.take_mark(mark) { Ok(()) } else { Err(self.error(format!("`{mark}` is expected"))) }
    }

    fn word(&mut self, word: &str) -> Result<(), ParseError> {
        if self.take_word(word) { Ok(()) } else { Err(self.error(format!("`{word}` is expected"))) }
    }

    fn name(&mut self) -> Result<String, ParseError> {
        let Some(Token::Word(name)) = self.peek().cloned() else {
            return Err(self.error("a name is expected"));
        };
        self.at += 1;
        Ok(name)
    }

    fn bind(&mut self, name: String, sort: Sort) -> Var {
        self.vars += 1;
        self.scope.push((name, self.vars, sort));
        self.vars
    }

    fn number(&mut self, least: u8) -> Result<Term, ParseError> {
        let start = self.at;
        match self.term(least)? {
            (term, Sort::Number) => Ok(term),
            _ => {
                self.at = start;
                Err(self.error("a number is needed here, not a list"))
            }
        }
    }

    fn term(&mut self, least: u8) -> Result<Typed, ParseError> {
        self.depth += 1;
        if self.depth > DEPTH_MAX {
            return Err(self.error("terms are nested too deep"));
        }
        let mut left = self.prefix()?;
        while let Some((op, swapped, binds)) = self.infix().filter(|(_, _, binds)| *binds >= least)
        {
            let start = self.at;
            self.at += 1;
            let right = self.term(if op == Op::Pow { UNARY } else { binds + 1 })?;
            if op.arguments() != [left.1, right.1] {
                self.at = start;
                return Err(self.error(format!("`{}` does not take such values", op.text())));
            }
            let (a, b) = if swapped { (right.0, left.0) } else { (left.0, right.0) };
            left = (Term::binary(op, a, b), op.result());
        }
        self.depth -= 1;
        Ok(left)
    }

    /// The infix operator that comes next, whether its sides are swapped, how tightly it binds.
    fn infix(&self) -> Option<(Op, bool, u8)> {
        let Some(Token::Mark(mark)) = self.peek() else { return None };
        let (text, swapped) = match *mark {
            ">" => ("<", true),
            ">=" => ("<=", true),
            other => (other, false),
        };
        let op = Op::parse(text, 2)?;
        Some((op, swapped, binding(op)?))
    }

    fn prefix(&mut self) -> Result<Typed, ParseError> {
        if self.take_mark("-") {
            let literal = matches!(self.peek(), Some(Token::Number(_)));
            return match self.number(UNARY)? {
                Term::Const(n) if literal && self.domain == Domain::Int => {
                    Ok((Term::Const(-n), Sort::Number))
                }
                term => Ok((Term::unary(Op::Neg, term), Sort::Number)),
            };
        }
        if self.take_mark("~") {
            return Ok((Term::unary(Op::Not, self.number(UNARY)?), Sort::Number));
        }
        if self.take_mark("(") {
            let inner = self.term(0)?;
            self.mark(")")?;
            return Ok(inner);
        }
        match self.peek().cloned() {
            Some(Token::Number(n)) => {
                if self.domain == Domain::Bits && (n.sign() == Sign::Minus || n.bits() > 64) {
                    return Err(self.error("a constant of bits has at most 64 of them"));
                }
                self.at += 1;
                Ok((Term::Const(n), Sort::Number))
            }
            Some(Token::Word(word)) => self.named(&word),
            _ => Err(self.error("a number, a name or `(` is expected")),
        }
    }

    fn named(&mut self, word: &str) -> Result<Typed, ParseError> {
        self.at += 1;
        match word {
            "if" => self.conditional(),
            "let" => self.r#let(),
            "loop" => self.counted().map(|l| (l, Sort::Number)),
            "while" => self.r#while().map(|l| (l, Sort::Number)),
            _ if self.is_mark("(") => self.application(word),
            _ => {
                if let Some((_, var, sort)) =
                    self.scope.iter().rev().find(|(name, ..)| name == word)
                {
                    return Ok((Term::Var(*var), *sort));
                }
                if let Some(n) = self.inputs.iter().position(|name| name == word) {
                    return Ok((Term::Arg(n), self.sorts[n]));
                }
                if word == Op::Empty.text() {
                    return Ok((Term::Apply(Op::Empty, Vec::new()), Sort::List));
                }
                self.at -= 1;
                let inputs = self.inputs.join(", ");
                Err(self.error(format!("`{word}` is not known; the inputs are {inputs}")))
            }
        }
    }

    fn conditional(&mut self) -> Result<Typed, ParseError> {
        let condition = self.number(0)?;
        self.word("then")?;
        let (yes, sort) = self.term(0)?;
        self.word("else")?;
        let start = self.at;
        let (no, other) = self.term(0)?;
        if sort != other {
            self.at = start;
            return Err(self.error("both branches must be numbers, or both lists"));
        }
        Ok((Term::choose(condition, yes, no), sort))
    }

    fn r#let(&mut self) -> Result<Typed, ParseError> {
        let name = self.name()?;
        self.mark("=")?;
        let (value, sort) = self.term(0)?;
        self.word("in")?;
        let var = self.bind(name, sort);
        let (body, result) = self.term(0)?;
        self.scope.pop();
        Ok((Term::Let(var, Box::new(value), Box::new(body)), result))
    }

    fn state(&mut self) -> Result<(Vec<String>, Vec<Typed>), ParseError> {
        let (mut names, mut inits) = (Vec::new(), Vec::new());
        loop {
            names.push(self.name()?);
            self.mark("=")?;
            inits.push(self.term(0)?);
            if !self.take_mark(",") {
                return Ok((names, inits));
            }
        }
    }

    fn counted(&mut self) -> Result<Term, ParseError> {
        let (names, inits) = self.state()?;
        self.word("times")?;
        let count = self.number(0)?;
        let index = if self.take_word("as") { self.name()? } else { String::new() };
        let vars = self.bind_state(names, &inits);
        let index = self.bind(index, Sort::Number);
        self.word("do")?;
        let step = self.steps(&inits)?;
        self.scope.pop();
        self.finish_loop(vars, inits, LoopKind::Times(count, index), step)
    }

    fn r#while(&mut self) -> Result<Term, ParseError> {
        // The condition sees the state, which is named after it: read the state first.
        let condition = self.at;
        self.skip_to_from()?;
        let (names, inits) = self.state()?;
        let after = self.at;
        let vars = self.bind_state(names, &inits);
        self.at = condition;
        let condition = self.number(0)?;
        if !self.is_word("from") {
            return Err(self.error("`from` is expected"));
        }
        self.at = after;
        self.word("do")?;
        let step = self.steps(&inits)?;
        self.finish_loop(vars, inits, LoopKind::While(condition), step)
    }

    /// Goes behind the `from` that belongs to the `while` just read.
    fn skip_to_from(&mut self) -> Result<(), ParseError> {
        let mut open = 1;
        while let Some(token) = self.peek() {
            match token {
                Token::Word(word) if word == "while" => open += 1,
                Token::Word(word) if word == "from" => open -= 1,
                _ => {}
            }
            self.at += 1;
            if open == 0 {
                return Ok(());
            }
        }
        Err(self.error("`from` is expected: while CONDITION from NAME = START do NEXT give RESULT"))
    }

    /// Binds a loop's variables, each of the sort of its first value.
    fn bind_state(&mut self, names: Vec<String>, inits: &[Typed]) -> Vec<Var> {
        names.into_iter().zip(inits).map(|(name, (_, sort))| self.bind(name, *sort)).collect()
    }

    /// The next values of a loop's variables, of the sorts of the first ones.
    fn steps(&mut self, inits: &[Typed]) -> Result<Vec<Term>, ParseError> {
        let mut steps = Vec::new();
        loop {
            let start = self.at;
            let (term, sort) = self.term(0)?;
            if inits.get(steps.len()).is_some_and(|(_, wanted)| *wanted != sort) {
                self.at = start;
                return Err(self.error("the next value is of another kind than the first one"));
            }
            steps.push(term);
            if !self.take_mark(",") {
                break;
            }
        }
        if steps.len() == inits.len() {
            return Ok(steps);
        }
        let (variables, given) = (inits.len(), steps.len());
        Err(self.error(format!("the loop has {variables} variables and {given} next values")))
    }

    fn finish_loop(
        &mut self,
        vars: Vec<Var>,
        inits: Vec<Typed>,
        kind: LoopKind,
        step: Vec<Term>,
    ) -> Result<Term, ParseError> {
        self.word("give")?;
        let result = self.number(0)?;
        self.scope.truncate(self.scope.len() - vars.len());
        let state = vars.into_iter().zip(inits.into_iter().map(|(init, _)| init)).collect();
        Ok(Term::Loop(Box::new(Loop { state, kind, step, result })))
    }

    fn application(&mut self, name: &str) -> Result<Typed, ParseError> {
        let start = self.at - 1;
        self.mark("(")?;
        if let Some((each, _)) = Each::ALL.iter().find(|(_, each)| *each == name) {
            return self.each(*each);
        }
        let mut args = Vec::new();
        while !self.take_mark(")") {
            if !args.is_empty() {
                self.mark(",")?;
            }
            args.push(self.term(0)?);
        }
        let sorts: Vec<Sort> = args.iter().map(|(_, sort)| *sort).collect();
        let args = args.into_iter().map(|(term, _)| term).collect();
        if let Some(op) = Op::parse(name, sorts.len()).filter(|op| op.is_in(self.domain)) {
            if op.arguments() == sorts {
                return Ok((Term::Apply(op, args), op.result()));
            }
        } else if let Some(n) = function(name).filter(|_| self.domain == Domain::Int)
            && FUNCTIONS[n].params == sorts
        {
            return Ok((Term::Call(n, args), FUNCTIONS[n].result));
        }
        self.at = start;
        Err(self.error(format!("there is no `{name}` of such arguments")))
    }

    fn each(&mut self, each: Each) -> Result<Typed, ParseError> {
        let names = if self.take_mark("(") {
            let mut names = vec![self.name()?];
            while self.take_mark(",") {
                names.push(self.name()?);
            }
            self.mark(")")?;
            names
        } else {
            vec![self.name()?]
        };
        if names.len() != each.params() {
            return Err(self.error(format!("{} takes {} parameters", each.name(), each.params())));
        }
        self.mark("->")?;
        let params: Vec<Var> =
            names.into_iter().map(|name| self.bind(name, Sort::Number)).collect();
        let body = self.number(0)?;
        self.scope.truncate(self.scope.len() - params.len());
        let mut args = Vec::new();
        for sort in each.arguments() {
            self.mark(",")?;
            let (term, found) = self.term(0)?;
            if found != *sort {
                return Err(self.error("the argument before this is of the wrong kind"));
            }
            args.push(term);
        }
        self.mark(")")?;
        Ok((Term::Each(each, Box::new(Lambda { params, body }), args), each.result()))
    }
}
