//! From a source line to a statement: labels, then an instruction or a directive.
//!
//! The operands of an instruction are read one after the other, separated by white space, a comma
//! or both. `;` starts a comment. So does `#`, unless an operand is still possible there and `#`
//! directly precedes one (`#5`, `#'a'`, `#name`): then it merely marks an immediate.

use crate::diagnostic::Wrong;
use crate::expr::{Binary, Expr};
use crate::insn::{Op, Reg, SP};

/// An operand as written.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Operand {
    Reg(Reg),
    Value(Expr),
    Address { regs: Vec<Reg>, offset: Option<Expr> },
}

/// An operand with its place in the line.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Placed {
    pub(crate) operand: Operand,
    pub(crate) at: usize,
    pub(crate) width: usize,
}

/// An argument of a directive.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Argument {
    Value(Expr),
    Text(Vec<u8>),
}

/// An argument, its place in the line and its width.
pub(crate) type Arg = (Argument, usize, usize);

/// What stands after the labels of a line.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Body {
    Nothing,
    Insn { op: Op, operands: Vec<Placed>, at: usize },
    Directive { name: String, at: usize, args: Vec<Arg> },
}

/// A line: its labels with their places, and the rest or what is wrong with it.
pub(crate) struct Line {
    pub(crate) labels: Vec<(String, usize)>,
    pub(crate) body: Result<Body, Wrong>,
    /// Where the body starts, and where the reading of it ended.
    pub(crate) span: (usize, usize),
}

/// Parentheses and signs may nest this deep.
const MAX_DEPTH: usize = 100;
/// A line may have this many operators.
const MAX_OPERATORS: usize = 1000;

/// Reads a line.
pub(crate) fn line(text: &str) -> Line {
    let mut c = Cursor { chars: text.chars().collect(), at: 0, depth: 0, operators: 0 };
    let mut labels = Vec::new();
    while let Some(label) = c.label() {
        labels.push(label);
    }
    c.skip_space();
    let start = c.at;
    let body = c.body();
    // A body that is wrong counts to the line's end.
    let end = if body.is_ok() { c.at } else { c.chars.len() };
    Line { labels, body, span: (start, end) }
}

/// The register that `name` names: `Some(Err)` for one that does not exist.
pub(crate) fn register(name: &str) -> Option<Result<Reg, ()>> {
    if name.eq_ignore_ascii_case("sp") {
        return Some(Ok(SP));
    }
    let digits = name.strip_prefix(['r', 'R'])?;
    if digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    Some(digits.parse::<Reg>().ok().filter(|n| *n <= 15).ok_or(()))
}

struct Cursor {
    chars: Vec<char>,
    at: usize,
    depth: usize,
    operators: usize,
}

fn starts_name(c: char) -> bool {
    c.is_alphabetic() || c == '_' || c == '.'
}

fn continues_name(c: char) -> bool {
    c.is_alphanumeric() || c == '_' || c == '.'
}

/// Can an operand start so, directly after `#`?
fn starts_operand(c: char) -> bool {
    starts_name(c) || c.is_ascii_digit() || matches!(c, '-' | '+' | '~' | '\'' | '(')
}

const OPERAND: &str = "a register (R0 to R15, SP), a number, a character, a name or `(`";

impl Cursor {
    fn peek(&self) -> Option<char> {
        self.chars.get(self.at).copied()
    }

    fn skip_space(&mut self) {
        while self.peek().is_some_and(char::is_whitespace) {
            self.at += 1;
        }
    }

    /// Skips `text` after white space, if it is there.
    fn eat(&mut self, text: &str) -> bool {
        self.skip_space();
        let found = text.chars().enumerate().all(|(i, c)| self.chars.get(self.at + i) == Some(&c));
        if found {
            self.at += text.chars().count();
        }
        found
    }

    /// Is nothing but white space or a comment left?
    fn at_end(&mut self) -> bool {
        self.skip_space();
        matches!(self.peek(), None | Some(';'))
    }

    fn name(&mut self) -> Option<String> {
        self.skip_space();
        let start = self.at;
        if !self.peek().is_some_and(starts_name) {
            return None;
        }
        while self.peek().is_some_and(continues_name) {
            self.at += 1;
        }
        Some(self.chars[start..self.at].iter().collect())
    }

    /// The run of characters at the cursor up to a separator, for messages.
    fn offending(&self) -> (usize, String) {
        let rest = &self.chars[self.at.min(self.chars.len())..];
        let end = rest.iter().position(|c| c.is_whitespace() || matches!(c, ',' | ';' | ']'));
        let width = end.unwrap_or(rest.len()).max(usize::from(!rest.is_empty()));
        (width, rest[..width].iter().collect())
    }

    fn unexpected(&self, expected: &str) -> Wrong {
        let (width, text) = self.offending();
        let message = if width == 0 {
            "the line ends too early".into()
        } else {
            format!("unexpected `{text}`")
        };
        Wrong::new(self.at, width, message).expecting(expected)
    }

    fn label(&mut self) -> Option<(String, usize)> {
        let back = self.at;
        self.skip_space();
        let at = self.at;
        if let Some(name) = self.name()
            && self.eat(":")
        {
            return Some((name, at));
        }
        self.at = back;
        None
    }

    fn body(&mut self) -> Result<Body, Wrong> {
        if self.at_end() || self.peek() == Some('#') {
            return Ok(Body::Nothing);
        }
        let at = self.at;
        let Some(name) = self.name() else {
            return Err(self.unexpected("a label, an instruction or a directive"));
        };
        if name.starts_with('.') {
            let args = self.arguments()?;
            return Ok(Body::Directive { name: name.to_lowercase(), at, args });
        }
        let Some(op) = Op::from_name(&name) else {
            return Err(unknown_instruction(&name, at));
        };
        let operands = self.operands(op)?;
        Ok(Body::Insn { op, operands, at })
    }

    fn operands(&mut self, op: Op) -> Result<Vec<Placed>, Wrong> {
        let most = op.form().operands();
        let mut operands = Vec::new();
        while operands.len() < most {
            let comma = !operands.is_empty() && self.eat(",");
            self.skip_space();
            let marked = self.peek() == Some('#')
                && self.chars.get(self.at + 1).copied().is_some_and(starts_operand);
            let over = self.at_end() || (self.peek() == Some('#') && !marked);
            if over && comma {
                return Err(self.unexpected(OPERAND));
            }
            if over {
                break;
            }
            operands.push(self.operand()?);
        }
        if !self.at_end() && self.peek() != Some('#') {
            let what = if most == 0 { "no operand".into() } else { operand_count(most) };
            return Err(self.unexpected(&format!("the line's end: {} takes {what}", op.name())));
        }
        Ok(operands)
    }

    fn operand(&mut self) -> Result<Placed, Wrong> {
        self.skip_space();
        let at = self.at;
        let operand = if self.eat("[") { self.address()? } else { self.simple()? };
        Ok(Placed { operand, at, width: self.at - at })
    }

    fn simple(&mut self) -> Result<Operand, Wrong> {
        match self.register()? {
            Some(reg) => Ok(Operand::Reg(reg)),
            None => {
                if self.peek() == Some('#') {
                    self.at += 1;
                }
                Ok(Operand::Value(self.expr()?))
            }
        }
    }

    /// A register, if one stands here.
    fn register(&mut self) -> Result<Option<Reg>, Wrong> {
        self.skip_space();
        let at = self.at;
        let Some(name) = self.name() else { return Ok(None) };
        match register(&name) {
            Some(Ok(reg)) => Ok(Some(reg)),
            Some(Err(())) => {
                Err(Wrong::new(at, self.at - at, format!("there is no register `{name}`"))
                    .expecting("R0 to R15 or SP"))
            }
            None => {
                self.at = at;
                Ok(None)
            }
        }
    }

    /// The inside of `[...]`: registers and constants, separated by commas or added.
    fn address(&mut self) -> Result<Operand, Wrong> {
        let (mut regs, mut offset) = (Vec::new(), None);
        loop {
            let at = {
                self.skip_space();
                self.at
            };
            match self.simple()? {
                Operand::Reg(_) if regs.len() == 2 => {
                    return Err(Wrong::new(
                        at,
                        self.at - at,
                        "an address has at most two registers",
                    ));
                }
                Operand::Reg(reg) => regs.push(reg),
                Operand::Value(e) => {
                    offset = Some(match offset {
                        None => e,
                        Some(sum) => {
                            Expr::Binary { op: Binary::Add, a: Box::new(sum), b: Box::new(e), at }
                        }
                    });
                }
                Operand::Address { .. } => unreachable!("`simple` reads no address"),
            }
            if self.eat("]") {
                return Ok(Operand::Address { regs, offset });
            }
            // A minus sign belongs to the constant that follows.
            self.skip_space();
            if !self.eat(",") && !self.eat("+") && self.peek() != Some('-') {
                return Err(self.unexpected("`]`, `,`, `+` or `-`"));
            }
        }
    }

    fn expr(&mut self) -> Result<Expr, Wrong> {
        self.binary(0)
    }

    /// Operators that bind tighter than `floor`, and their operands.
    fn binary(&mut self, floor: u8) -> Result<Expr, Wrong> {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return Err(Wrong::new(self.at, 1, "the expression is nested too deeply"));
        }
        let mut a = self.unary()?;
        while let Some((op, level, at)) = self.operator(floor) {
            self.operators += 1;
            if self.operators > MAX_OPERATORS {
                return Err(Wrong::new(at, 1, "the expression is too long"));
            }
            let b = self.binary(level)?;
            a = Expr::Binary { op, a: Box::new(a), b: Box::new(b), at };
        }
        self.depth -= 1;
        Ok(a)
    }

    fn operator(&mut self, floor: u8) -> Option<(Binary, u8, usize)> {
        self.skip_space();
        let at = self.at;
        let (_, op, level) = Binary::TABLE.into_iter().find(|(text, ..)| self.eat(text))?;
        // `[name + R1]`: the sum is the address's, not the expression's.
        let after = self.at;
        let before_register =
            op == Binary::Add && self.name().is_some_and(|name| register(&name).is_some());
        self.at = if before_register || level <= floor { at } else { after };
        (self.at == after).then_some((op, level, at))
    }

    fn unary(&mut self) -> Result<Expr, Wrong> {
        self.skip_space();
        if self.depth > MAX_DEPTH {
            return Err(Wrong::new(self.at, 1, "the expression is nested too deeply"));
        }
        let wrap: fn(Box<Expr>) -> Expr = match self.peek() {
            Some('-') => Expr::Negate,
            Some('~') => Expr::Invert,
            Some('+') => |e| *e,
            _ => return self.primary(),
        };
        self.at += 1;
        self.depth += 1;
        let inner = self.unary()?;
        self.depth -= 1;
        Ok(wrap(Box::new(inner)))
    }

    fn primary(&mut self) -> Result<Expr, Wrong> {
        match self.peek() {
            Some('(') => {
                self.at += 1;
                let e = self.binary(0)?;
                if self.eat(")") { Ok(e) } else { Err(self.unexpected("`)`")) }
            }
            Some('\'') => self.character(),
            Some(c) if c.is_ascii_digit() => self.number(),
            Some(c) if starts_name(c) => {
                let at = self.at;
                let name = self.name().unwrap_or_default();
                match register(&name) {
                    Some(_) => Err(Wrong::new(at, self.at - at, format!("unexpected `{name}`"))
                        .expecting("a number or a name: registers do not stand in expressions")),
                    None => Ok(Expr::Name { name, at }),
                }
            }
            _ => Err(self.unexpected(OPERAND)),
        }
    }

    fn number(&mut self) -> Result<Expr, Wrong> {
        let start = self.at;
        while self.peek().is_some_and(continues_name) {
            self.at += 1;
        }
        let text: String = self.chars[start..self.at].iter().collect::<String>().to_lowercase();
        let (digits, radix) = match (text.strip_prefix("0x"), text.strip_prefix("0b")) {
            (Some(hex), _) => (hex, 16),
            (_, Some(bits)) => (bits, 2),
            _ => (text.as_str(), 10),
        };
        if digits.is_empty() || !digits.chars().all(|c| c.is_digit(radix)) {
            return Err(Wrong::new(start, self.at - start, format!("`{text}` is no number"))
                .expecting("decimal digits, 0x and hexadecimal digits, or 0b and binary digits"));
        }
        // Whatever does not fit is out of every range; the saturating rules need its sign only.
        Ok(Expr::Number(i64::from_str_radix(digits, radix).unwrap_or(i64::MAX)))
    }

    fn character(&mut self) -> Result<Expr, Wrong> {
        let start = self.at;
        self.at += 1;
        let value = match self.peek() {
            Some('\\') => i64::from(self.escape()?),
            Some(c) if c != '\'' => {
                self.at += 1;
                i64::from(u32::from(c))
            }
            _ => return Err(Wrong::new(start, 1, "an empty character literal")),
        };
        if self.peek() != Some('\'') {
            return Err(Wrong::new(start, self.at - start, "an unfinished character literal")
                .expecting("one character or escape between single quotes"));
        }
        self.at += 1;
        Ok(Expr::Number(value))
    }

    /// The byte of an escape; the cursor is at its backslash.
    fn escape(&mut self) -> Result<u8, Wrong> {
        let start = self.at;
        self.at += 1;
        let c = self.peek();
        self.at += 1;
        Ok(match c {
            Some('n') => b'\n',
            Some('t') => b'\t',
            Some('r') => b'\r',
            Some('0') => 0,
            Some('e') => 0x1b,
            Some(c @ ('\\' | '\'' | '"')) => c as u8,
            Some('x') => {
                let digits: String = self.chars.iter().skip(self.at).take(2).collect();
                self.at += 2;
                u8::from_str_radix(&digits, 16)
                    .ok()
                    .filter(|_| digits.len() == 2)
                    .ok_or_else(|| Wrong::new(start, 2, "`\\x` needs two hexadecimal digits"))?
            }
            _ => {
                return Err(Wrong::new(start, 2, "unknown escape")
                    .expecting("one of \\n \\t \\r \\0 \\e \\\\ \\' \\\" \\xHH"));
            }
        })
    }

    fn string(&mut self) -> Result<Vec<u8>, Wrong> {
        let start = self.at;
        self.at += 1;
        let mut bytes = Vec::new();
        loop {
            match self.peek() {
                None => {
                    return Err(Wrong::new(
                        start,
                        self.chars.len() - start,
                        "an unfinished string",
                    )
                    .expecting("a closing `\"`"));
                }
                Some('"') => {
                    self.at += 1;
                    return Ok(bytes);
                }
                Some('\\') => bytes.push(self.escape()?),
                Some(c) => {
                    bytes.extend(c.to_string().into_bytes());
                    self.at += 1;
                }
            }
        }
    }

    /// Arguments of a directive, separated by commas.
    fn arguments(&mut self) -> Result<Vec<Arg>, Wrong> {
        let mut args = Vec::new();
        loop {
            let comma = !args.is_empty() && self.eat(",");
            self.skip_space();
            let marked = (args.is_empty() || comma)
                && self.peek() == Some('#')
                && self.chars.get(self.at + 1).copied().is_some_and(starts_operand);
            let over = self.at_end() || (self.peek() == Some('#') && !marked);
            match (over, comma) {
                (true, true) => return Err(self.unexpected("a value or a string")),
                (true, false) => return Ok(args),
                _ => {}
            }
            if !args.is_empty() && !comma {
                return Err(self.unexpected("`,` or the line's end"));
            }
            let at = self.at;
            let argument = if self.peek() == Some('"') {
                Argument::Text(self.string()?)
            } else {
                self.at += usize::from(marked);
                Argument::Value(self.expr()?)
            };
            args.push((argument, at, self.at - at));
        }
    }
}

fn operand_count(most: usize) -> String {
    format!("at most {most} operand{}", if most == 1 { "" } else { "s" })
}

fn unknown_instruction(name: &str, at: usize) -> Wrong {
    let wrong = Wrong::new(at, name.chars().count(), format!("unknown instruction `{name}`"));
    let upper = name.to_uppercase();
    let near = Op::ALL
        .iter()
        .flat_map(|op| std::iter::once(op.name()).chain(op.aliases().iter().copied()))
        .map(|known| (if anagram(&upper, known) { 1 } else { distance(&upper, known) }, known))
        .min();
    match near {
        Some((1..=2, known)) if name.len() > 2 => wrong.expecting(format!("`{known}`, perhaps")),
        Some((1, known)) => wrong.expecting(format!("`{known}`, perhaps")),
        _ => wrong.expecting("a mnemonic such as MOV, ADD or JMP"),
    }
}

fn anagram(a: &str, b: &str) -> bool {
    let sorted = |s: &str| {
        let mut chars: Vec<char> = s.chars().collect();
        chars.sort_unstable();
        chars
    };
    sorted(a) == sorted(b)
}

/// Edits between two short words.
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, ca) in a.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, cb) in b.iter().enumerate() {
            let change = diagonal + usize::from(ca != *cb);
            diagonal = row[j + 1];
            row[j + 1] = change.min(diagonal + 1).min(row[j] + 1);
        }
    }
    row[b.len()]
}
