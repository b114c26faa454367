//! Instructions and directives.

use crate::assemble::Assembler;
use crate::diagnostic::{Place, Wrong};
use crate::emit::{CODE_END, Role};
use crate::expr::{Expr, Parser};
use crate::token::{Kind, Token};

/// Words that no macro may have.
pub(crate) const BUILT_IN: [&str; 23] = [
    "sub",
    "mux",
    "in",
    "out",
    "jump",
    "halt",
    "data",
    "counted",
    "space",
    "reserve",
    "org",
    "pool",
    "assert",
    "error",
    "include",
    "macro",
    "endmacro",
    "repeat",
    "endrepeat",
    "if",
    "endif",
    "else",
    "elseif",
];

pub(crate) fn is_built_in(name: &str) -> bool {
    BUILT_IN.contains(&name)
}

/// An operand: an expression, or `#expression`, the cell of a constant.
struct Operand {
    expr: Expr,
    is_constant: bool,
    place: Place,
}

fn operand(parser: &mut Parser<'_>) -> Result<Operand, Wrong> {
    let place = parser.place();
    let is_constant = parser.take("#");
    Ok(Operand { expr: parser.expression()?, is_constant, place })
}

/// Up to three operands, separated by commas.
fn operands(parser: &mut Parser<'_>) -> Result<Vec<Operand>, Wrong> {
    let mut list = Vec::new();
    if parser.peek().is_some() {
        list.push(operand(parser)?);
        while parser.take(",") {
            list.push(operand(parser)?);
        }
    }
    parser.finish()?;
    Ok(list)
}

const END_OF_INPUT: i64 = 0xFFFF;

impl Assembler<'_> {
    pub(crate) fn built_in(&mut self, name: &str, tokens: &[Token]) -> Result<(), Wrong> {
        match name {
            "sub" | "mux" | "in" | "out" | "jump" | "halt" => self.instruction(name, tokens),
            "data" => self.data(tokens),
            "counted" => self.counted(tokens),
            "space" | "reserve" | "org" => self.move_on(name, tokens),
            "pool" => self.emitter.flush(&self.symbols),
            "assert" => self.assertion(tokens),
            _ => self.stop(tokens),
        }
    }

    fn instruction(&mut self, name: &str, tokens: &[Token]) -> Result<(), Wrong> {
        let place = tokens[0].place;
        let here = self.emitter.here;
        let cells = self.encoded(name, tokens);
        if here >= CODE_END {
            return Err(Wrong::new(
                place,
                format!("an instruction in cell {here}, where none runs"),
            )
            .remedy("code lies in cells 0 to 32767"));
        }
        // Later labels keep their cells even if this statement is wrong.
        let cells = cells.inspect_err(|_| self.emitter.here = (here + 3).min(0x1_0000))?;
        for (operand, role) in cells {
            let expr = if operand.is_constant {
                self.emitter.constant(operand.expr, operand.place)
            } else {
                operand.expr
            };
            self.emitter.cell(expr, role, operand.place)?;
        }
        Ok(())
    }

    /// The three cells of an instruction.
    fn encoded(&self, name: &str, tokens: &[Token]) -> Result<Vec<(Operand, Role)>, Wrong> {
        let region = self.region.clone();
        let place = tokens[0].place;
        let given = operands(&mut self.parser(&tokens[1..], &region))?;
        let number = |n: i64| Operand { expr: Expr::Number(n), is_constant: false, place };
        let zero = || Operand { is_constant: true, ..number(0) };
        let next = || number(self.emitter.here as i64 + 3);
        let count = given.len();
        let mut list = given.into_iter();
        let mut take = || list.next();
        let cells = match (name, count) {
            ("sub", 2 | 3) => [
                (take(), Role::Cell),
                (take(), Role::Cell),
                (Some(take().unwrap_or_else(next)), Role::Target),
            ],
            ("mux", 3) => [(take(), Role::Cell), (take(), Role::Cell), (take(), Role::Mask)],
            ("in", 1 | 2) => [
                (Some(number(END_OF_INPUT)), Role::AnyCell),
                (take(), Role::AnyCell),
                (Some(take().unwrap_or_else(|| number(0))), Role::Data),
            ],
            ("out", 1 | 2) => [
                (take(), Role::Cell),
                (Some(number(END_OF_INPUT)), Role::AnyCell),
                (Some(take().unwrap_or_else(|| number(0))), Role::Data),
            ],
            ("jump", 1) => {
                [(Some(zero()), Role::Cell), (Some(zero()), Role::Cell), (take(), Role::Target)]
            }
            ("halt", 0) => [
                (Some(zero()), Role::Cell),
                (Some(zero()), Role::Cell),
                (Some(number(0xFFFF)), Role::Target),
            ],
            _ => return Err(wrong_count(name, count, place)),
        };
        Ok(cells.into_iter().filter_map(|(o, role)| Some((o?, role))).collect())
    }

    /// `data value, "text", …`: a cell for each value and each character.
    fn data(&mut self, tokens: &[Token]) -> Result<(), Wrong> {
        let region = self.region.clone();
        let mut cells = Vec::new();
        let mut parser = self.parser(&tokens[1..], &region);
        loop {
            let place = parser.place();
            if let Some(Token { kind: Kind::Text(codes), .. }) = parser.peek() {
                parser.at += 1;
                cells.extend(codes.iter().map(|c| (Expr::Number(i64::from(*c)), place)));
            } else {
                cells.push((parser.expression()?, place));
            }
            if !parser.take(",") {
                break;
            }
        }
        parser.finish()?;
        cells.into_iter().try_for_each(|(expr, place)| self.emitter.cell(expr, Role::Data, place))
    }

    /// `counted "text"`: its length, then its characters.
    fn counted(&mut self, tokens: &[Token]) -> Result<(), Wrong> {
        let [_, Token { kind: Kind::Text(codes), place, .. }] = tokens else {
            return Err(Wrong::new(tokens[0].place, "`counted` needs one string")
                .remedy("`counted \"text\"`"));
        };
        let length = codes.len() as u16;
        std::iter::once(&length)
            .chain(codes.iter())
            .try_for_each(|c| self.emitter.cell(Expr::Number(i64::from(*c)), Role::Data, *place))
    }

    /// `space count`, `reserve count`, `org cell`.
    fn move_on(&mut self, name: &str, tokens: &[Token]) -> Result<(), Wrong> {
        let region = self.region.clone();
        let mut parser = self.parser(&tokens[1..], &region);
        let place = parser.place();
        let value = parser.known()?;
        parser.finish()?;
        let here = self.emitter.here as i64;
        let count = if name == "org" { value - here } else { value };
        let Ok(count) = usize::try_from(count) else {
            let message = if name == "org" {
                format!("`org {value}` lies before cell {here}")
            } else {
                "a negative count".into()
            };
            return Err(Wrong::new(place, message).remedy("cells are laid down in rising order"));
        };
        if name == "space" {
            self.emitter.zeros(count, place)
        } else {
            self.emitter.advance(count, place)
        }
    }

    /// `assert condition [, "message"]`, judged at the end.
    fn assertion(&mut self, tokens: &[Token]) -> Result<(), Wrong> {
        let region = self.region.clone();
        let mut parser = self.parser(&tokens[1..], &region);
        let place = parser.place();
        let condition = parser.expression()?;
        let message = if parser.take(",") { Some(text(&mut parser)?) } else { None };
        parser.finish()?;
        self.assertions.push((condition, message, place));
        Ok(())
    }

    /// `error "message"`, and words that stand where they have no meaning.
    fn stop(&self, tokens: &[Token]) -> Result<(), Wrong> {
        let region = self.region.clone();
        let message = text(&mut self.parser(&tokens[1..], &region))?;
        Err(Wrong::new(tokens[0].place, message))
    }
}

fn text(parser: &mut Parser<'_>) -> Result<String, Wrong> {
    let Some(Token { kind: Kind::Text(codes), .. }) = parser.peek() else {
        return Err(Wrong::new(parser.place(), "expected a message in quotation marks"));
    };
    parser.at += 1;
    let bytes: Vec<u8> = codes.iter().map(|c| *c as u8).collect();
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

fn wrong_count(name: &str, count: usize, place: Place) -> Wrong {
    let form = match name {
        "sub" => {
            "`sub a, b` or `sub a, b, target`: b -= a, and to target if b is 0 or negative then"
        }
        "mux" => "`mux a, b, mask`: b takes the bits of a where the mask has 0",
        "in" => "`in b`",
        "out" => "`out a`",
        "jump" => "`jump target`",
        _ => "`halt` stands alone",
    };
    Wrong::new(place, format!("`{name}` with {count} operands")).remedy(form)
}
