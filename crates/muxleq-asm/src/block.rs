//! Statements that span lines: macros, repetition, conditions.

use crate::diagnostic::{Place, Wrong};
use crate::source::Line;
use crate::token::{Kind, Token};
use std::rc::Rc;

/// An arm of an `if`; the last may have no condition.
pub(crate) struct Arm<'a> {
    pub(crate) condition: Option<&'a [Token]>,
    pub(crate) body: &'a [Line],
}

/// A statement of several lines; `head` is its first line from its first word on.
pub(crate) enum Block<'a> {
    Macro { head: &'a [Token], body: &'a [Line] },
    Repeat { head: &'a [Token], body: &'a [Line] },
    If { arms: Vec<Arm<'a>> },
}

const ENDS: [(&str, &str); 3] = [("macro", "endmacro"), ("repeat", "endrepeat"), ("if", "endif")];

/// The line from its first word that is no label.
fn after_labels(line: &[Token]) -> &[Token] {
    let mut rest = line;
    while rest.len() >= 2 && rest[0].name().is_some() && rest[1].is(":") {
        rest = &rest[2..];
    }
    rest
}

fn word(line: &[Token]) -> &str {
    after_labels(line).first().and_then(|t| t.name()).map_or("", |n| n)
}

/// The word that ends what `word` begins.
fn end_of(word: &str) -> Option<&'static str> {
    ENDS.iter().find(|(begin, _)| *begin == word).map(|(_, end)| *end)
}

impl<'a> Block<'a> {
    /// The block that the first of `lines` begins, and how many lines it has.
    pub(crate) fn starting(lines: &'a [Line]) -> Result<Option<(Self, usize)>, Wrong> {
        let first = word(&lines[0]);
        let Some(end) = end_of(first) else { return stray(&lines[0], first) };
        let head = after_labels(&lines[0]);
        let mut marks = vec![0];
        marks.extend(arms_and_end(lines, first, end, head[0].place)?);
        let last = *marks.last().unwrap_or(&0);
        let body = &lines[1..last];
        let block = match first {
            "macro" => Self::Macro { head, body },
            "repeat" => Self::Repeat { head, body },
            _ => Self::If { arms: arms(lines, &marks) },
        };
        Ok(Some((block, last + 1)))
    }
}

fn stray<'a>(line: &[Token], word: &str) -> Result<Option<(Block<'a>, usize)>, Wrong> {
    match word {
        "else" | "elseif" | "endif" | "endmacro" | "endrepeat" => {
            Err(Wrong::new(line[0].place, format!("`{word}` without its beginning"))
                .remedy("`macro` … `endmacro`, `repeat` … `endrepeat`, `if` … `elseif` … `else` … `endif`, in one file"))
        }
        _ => Ok(None),
    }
}

/// The lines of `elseif`, `else` and the end that belong to the block of the first line.
fn arms_and_end(lines: &[Line], first: &str, end: &str, place: Place) -> Result<Vec<usize>, Wrong> {
    let mut open = vec![end];
    let mut marks = Vec::new();
    for (i, line) in lines.iter().enumerate().skip(1) {
        let word = word(line);
        if open.last() == Some(&word) {
            open.pop();
            if open.is_empty() {
                marks.push(i);
                return Ok(marks);
            }
        } else if let Some(end) = end_of(word) {
            open.push(end);
        } else if first == "if" && open.len() == 1 && matches!(word, "else" | "elseif") {
            marks.push(i);
        }
    }
    Err(Wrong::new(place, format!("`{first}` without `{end}`")))
}

fn arms<'a>(lines: &'a [Line], marks: &[usize]) -> Vec<Arm<'a>> {
    let arm = |pair: &[usize]| {
        let head = after_labels(&lines[pair[0]]);
        let condition = (word(head) != "else").then_some(&head[1..]);
        Arm { condition, body: &lines[pair[0] + 1..pair[1]] }
    };
    marks.windows(2).map(arm).collect()
}

/// A macro: its parameters and its lines.
#[derive(Debug)]
pub(crate) struct Macro {
    parameters: Vec<Rc<str>>,
    body: Vec<Line>,
}

impl Macro {
    /// From `macro name a, b` and the lines up to `endmacro`.
    pub(crate) fn new(head: &[Token], body: &[Line]) -> Result<(Rc<str>, Self), Wrong> {
        let wrong = |place| {
            Wrong::new(place, "expected `macro name` and parameters").remedy("`macro add a, b`")
        };
        let name = head.get(1).and_then(|t| t.name()).ok_or_else(|| wrong(head[0].place))?;
        let mut parameters = Vec::new();
        for (i, token) in head[2..].iter().enumerate() {
            match token.name() {
                Some(parameter) if i % 2 == 0 => parameters.push(parameter.clone()),
                None if i % 2 == 1 && token.is(",") => {}
                _ => return Err(wrong(token.place)),
            }
        }
        Ok((name.clone(), Self { parameters, body: body.to_vec() }))
    }

    /// The arguments of a use: tokens between commas that no parenthesis encloses.
    pub(crate) fn arguments(
        &self,
        name: &str,
        tokens: &[Token],
        region: &Rc<str>,
    ) -> Result<Vec<Line>, Wrong> {
        let mut list: Vec<Line> = Vec::new();
        let mut depth = 0;
        for token in &tokens[1..] {
            match &token.kind {
                Kind::Sign("(" | "{") => depth += 1,
                Kind::Sign(")" | "}") => depth -= 1,
                Kind::Sign(",") if depth == 0 => {
                    list.push(Vec::new());
                    continue;
                }
                _ => {}
            }
            if list.is_empty() {
                list.push(Vec::new());
            }
            let scope = token.scope.clone().or_else(|| Some(region.clone()));
            list.last_mut()
                .into_iter()
                .for_each(|l| l.push(Token { scope: scope.clone(), ..token.clone() }));
        }
        if list.len() != self.parameters.len() {
            let wanted = self.parameters.join(", ");
            return Err(Wrong::new(
                tokens[0].place,
                format!(
                    "`{name}` has {} arguments, here are {}",
                    self.parameters.len(),
                    list.len()
                ),
            )
            .remedy(format!("`{name} {wanted}`")));
        }
        match list.iter().position(Vec::is_empty) {
            Some(i) => Err(Wrong::new(
                tokens[0].place,
                format!("the argument `{}` is empty", self.parameters[i]),
            )),
            None => Ok(list),
        }
    }

    /// The body with `arguments` for the parameters; its own local names belong to `scope`.
    pub(crate) fn instance(
        &self,
        arguments: &[Line],
        scope: &Rc<str>,
        expansion: u32,
    ) -> Vec<Line> {
        let own = |token: &Token| Token {
            scope: Some(scope.clone()),
            place: Place { expansion, ..token.place },
            ..token.clone()
        };
        let replace = |token: &Token| match token
            .name()
            .and_then(|n| self.parameters.iter().position(|p| p == n))
        {
            Some(i) => arguments[i].clone(),
            None => vec![own(token)],
        };
        self.body.iter().map(|line| line.iter().flat_map(replace).collect()).collect()
    }
}

/// The body of a repetition with its counter's value in place of its name.
pub(crate) fn with_counter(body: &[Line], counter: Option<&(Rc<str>, i64)>) -> Vec<Line> {
    let Some((name, value)) = counter else { return body.to_vec() };
    let replace = |token: &Token| match token.name() {
        Some(n) if n == name => Token { kind: Kind::Number(*value), ..token.clone() },
        _ => token.clone(),
    };
    body.iter().map(|line| line.iter().map(replace).collect()).collect()
}
