//! Lines to tokens.

use crate::diagnostic::{Place, Wrong};
use std::rc::Rc;

/// What a token is.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Kind {
    /// A name; one that begins with `.` is local, `label.local` names a local one from afar.
    Name(Rc<str>),
    Number(i64),
    /// The characters of a string, escapes replaced.
    Text(Rc<[u16]>),
    /// An operator or a separator.
    Sign(&'static str),
}

/// A token, where it stands, and the scope of its local names (`None`: that of the place where it is read).
#[derive(Clone, Debug)]
pub(crate) struct Token {
    pub(crate) kind: Kind,
    pub(crate) place: Place,
    pub(crate) scope: Option<Rc<str>>,
}

impl Token {
    pub(crate) fn is(&self, sign: &str) -> bool {
        matches!(self.kind, Kind::Sign(s) if s == sign)
    }

    /// The name, if it is one.
    pub(crate) fn name(&self) -> Option<&Rc<str>> {
        if let Kind::Name(name) = &self.kind { Some(name) } else { None }
    }
}

/// Longer ones first.
const SIGNS: [&str; 30] = [
    ":=", "<<", ">>", "<=", ">=", "==", "!=", "&&", "||", "+", "-", "*", "/", "%", "&", "|", "^",
    "~", "!", "<", ">", "(", ")", "{", "}", ",", ":", "=", "#", ".",
];

/// The tokens of a line; what follows `;` is a comment.
pub(crate) fn tokens(text: &str, file: u32, line: u32) -> Result<Vec<Token>, Wrong> {
    let chars: Vec<char> = text.chars().collect();
    let mut lexer = Lexer { chars: &chars, at: 0, file, line };
    let mut found = Vec::new();
    while let Some(token) = lexer.next()? {
        found.push(token);
    }
    Ok(found)
}

struct Lexer<'a> {
    chars: &'a [char],
    at: usize,
    file: u32,
    line: u32,
}

impl Lexer<'_> {
    fn next(&mut self) -> Result<Option<Token>, Wrong> {
        while self.peek(0).is_some_and(char::is_whitespace) {
            self.at += 1;
        }
        let start = self.at;
        let kind = match self.peek(0) {
            None | Some(';') => return Ok(None),
            Some('"') => Kind::Text(self.quoted('"')?.into()),
            Some('\'') => Kind::Number(self.character()?),
            Some(c) if c.is_ascii_digit() => Kind::Number(self.number()?),
            Some(c) if is_name_start(c) || c == '.' && self.peek(1).is_some_and(is_name_start) => {
                self.at += 1;
                self.skip_name();
                Kind::Name(self.text_from(start).into())
            }
            Some(_) => Kind::Sign(self.sign()?),
        };
        Ok(Some(Token { kind, place: self.place(start), scope: None }))
    }

    fn peek(&self, ahead: usize) -> Option<char> {
        self.chars.get(self.at + ahead).copied()
    }

    fn skip_name(&mut self) {
        let is_part = |c: char| is_name_start(c) || c.is_ascii_digit();
        while self.peek(0).is_some_and(is_part)
            || self.peek(0) == Some('.') && self.peek(1).is_some_and(is_name_start)
        {
            self.at += 1;
        }
    }

    fn text_from(&self, start: usize) -> String {
        self.chars[start..self.at].iter().collect()
    }

    fn place(&self, start: usize) -> Place {
        let width = self.at.saturating_sub(start).max(1) as u32;
        Place { file: self.file, line: self.line, column: start as u32, width, expansion: 0 }
    }

    fn sign(&mut self) -> Result<&'static str, Wrong> {
        let starts = |s: &&&str| s.chars().enumerate().all(|(i, c)| self.peek(i) == Some(c));
        let Some(sign) = SIGNS.iter().find(starts) else {
            let c = self.chars[self.at];
            self.at += 1;
            return Err(Wrong::new(self.place(self.at - 1), format!("unexpected character `{c}`"))
                .remedy("a comment begins with `;`, a string with `\"`"));
        };
        self.at += sign.len();
        Ok(sign)
    }

    fn number(&mut self) -> Result<i64, Wrong> {
        let start = self.at;
        self.skip_name();
        let text = self.text_from(start).replace('_', "").to_ascii_lowercase();
        let (digits, radix) = match text.get(..2) {
            Some("0x") => (&text[2..], 16),
            Some("0b") => (&text[2..], 2),
            _ => (&text[..], 10),
        };
        i64::from_str_radix(digits, radix).ok().filter(|n| *n <= i64::from(u32::MAX)).ok_or_else(
            || {
                Wrong::new(
                    self.place(start),
                    format!("`{}` is not a number", self.text_from(start)),
                )
                .remedy(
                    "decimal `255`, hexadecimal `0xFF`, binary `0b1111_1111`, a character `'a'`",
                )
            },
        )
    }

    fn character(&mut self) -> Result<i64, Wrong> {
        let start = self.at;
        match self.quoted('\'')?[..] {
            [code] => Ok(i64::from(code)),
            _ => Err(Wrong::new(self.place(start), "not one character between apostrophes")
                .remedy("`'a'`, `'\\n'`; a string has quotation marks")),
        }
    }

    /// What stands between two of `mark`: characters as codes, escapes replaced.
    fn quoted(&mut self, mark: char) -> Result<Vec<u16>, Wrong> {
        let start = self.at;
        self.at += 1;
        let mut codes = Vec::new();
        loop {
            match self.peek(0) {
                None => return Err(Wrong::new(self.place(start), format!("no closing `{mark}`"))),
                Some(c) if c == mark => break,
                Some('\\') => codes.push(self.escape()?),
                Some(c) => codes.extend(self.plain(c)?),
            }
            self.at += 1;
        }
        self.at += 1;
        Ok(codes)
    }

    /// A character as the bytes that output would need.
    fn plain(&self, c: char) -> Result<Vec<u16>, Wrong> {
        let mut bytes = [0; 4];
        Ok(c.encode_utf8(&mut bytes).bytes().map(u16::from).collect())
    }

    /// The character after a backslash; ends on its last character.
    fn escape(&mut self) -> Result<u16, Wrong> {
        self.at += 1;
        match self.peek(0) {
            Some('n') => Ok(10),
            Some('r') => Ok(13),
            Some('t') => Ok(9),
            Some('0') => Ok(0),
            Some(c @ ('\\' | '"' | '\'')) => Ok(c as u16),
            Some('x') => self.hexadecimal(),
            _ => Err(Wrong::new(self.place(self.at - 1), "unknown escape")
                .remedy("`\\n`, `\\r`, `\\t`, `\\0`, `\\\\`, `\\\"`, `\\'`, `\\x41`")),
        }
    }

    fn hexadecimal(&mut self) -> Result<u16, Wrong> {
        let digit = |c: Option<char>| c.and_then(|c| c.to_digit(16));
        let (Some(high), Some(low)) = (digit(self.peek(1)), digit(self.peek(2))) else {
            return Err(Wrong::new(self.place(self.at - 1), "`\\x` needs two hexadecimal digits"));
        };
        self.at += 2;
        Ok((high * 16 + low) as u16)
    }
}

fn is_name_start(c: char) -> bool {
    c.is_ascii_alphabetic() || c == '_'
}
