//! The disassembler: instructions where control flow leads, data elsewhere. Its text assembles to the same cells.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

const SPECIAL: u16 = 0xFFFF;
const SIGN: u16 = 0x8000;
/// So many cells a line.
const DATA_A_LINE: usize = 8;
/// Runs shorter than this are numbers among others.
const SHORTEST_TEXT: usize = 4;
const SHORTEST_SPACE: usize = 8;

/// The image as assembly; `labels` names cells, as a map of the assembler does.
///
/// Flow is followed from cell 0 as the cells are at the start, and through targets that are stored from constants, as
/// calls do. What a program changes before it goes there, or reaches in other ways, stays data.
#[must_use]
pub fn disassemble(cells: &[u16], labels: &BTreeMap<String, u16>) -> String {
    let code = reachable(cells);
    let names = Names::new(cells, &code, labels);
    let mut text = names.outside(cells.len(), &code);
    let mut at = 0;
    while at < cells.len() {
        names.define(&mut text, at);
        if code.contains(&at) {
            instruction(&mut text, cells, at, &names);
            at += 3;
        } else {
            at += data(&mut text, cells, at, &code, &names);
        }
    }
    text
}

/// The cells where instructions begin that control can get to; none overlap.
fn reachable(cells: &[u16]) -> BTreeSet<usize> {
    let mut code = BTreeSet::new();
    follow(cells, vec![0], &mut code);
    loop {
        let before = code.len();
        follow(cells, stored_targets(cells, &code), &mut code);
        if code.len() == before {
            return code;
        }
    }
}

/// Adds what control can get to from the cells of `todo`.
fn follow(cells: &[u16], mut todo: Vec<usize>, code: &mut BTreeSet<usize>) {
    while let Some(at) = todo.pop() {
        let is_free = (at.saturating_sub(2)..at + 3).all(|cell| !code.contains(&cell));
        if at >= usize::from(SIGN) || at + 3 > cells.len() || !is_free {
            continue;
        }
        code.insert(at);
        let [a, b, c] = [cells[at], cells[at + 1], cells[at + 2]];
        let is_sub = a != SPECIAL && b != SPECIAL && (c < SIGN || c == SPECIAL);
        if is_sub && c < SIGN {
            todo.push(usize::from(c));
        }
        // A cell minus itself is 0: that always branches. The next cells come first, from the end of the list.
        if !is_sub || a != b {
            todo.push(at + 3);
        }
    }
}

/// Constants that are copied into the target of an instruction: calls say so where they go on. A cell that code writes
/// is no constant, nor is what an operand that code writes names.
fn stored_targets(cells: &[u16], code: &BTreeSet<usize>) -> Vec<usize> {
    let cell = |at: u16| cells.get(usize::from(at)).copied().unwrap_or(0);
    let written: BTreeSet<u16> = code.iter().map(|at| cells[at + 1]).collect();
    let is_written = |at: usize| u16::try_from(at).is_ok_and(|at| written.contains(&at));
    let target = |at: &usize| {
        let [a, b, c] = [cells[*at], cells[at + 1], cells[at + 2]];
        let copies =
            a != SPECIAL && b != SPECIAL && c >= SIGN && c != SPECIAL && cell(c & !SIGN) == 0;
        let is_constant = !is_written(*at) && !written.contains(&a);
        let is_target = usize::from(b).checked_sub(2).is_some_and(|jump| code.contains(&jump));
        (copies && is_constant && is_target).then(|| usize::from(cell(a)))
    };
    code.iter().filter_map(target).collect()
}

/// What cells are called.
struct Names {
    by_cell: BTreeMap<usize, Vec<String>>,
}

impl Names {
    /// The given names, and one for each jump's target that has none and is an instruction.
    fn new(cells: &[u16], code: &BTreeSet<usize>, labels: &BTreeMap<String, u16>) -> Self {
        let mut by_cell: BTreeMap<usize, Vec<String>> = BTreeMap::new();
        for (name, cell) in labels {
            by_cell.entry(usize::from(*cell)).or_default().push(name.clone());
        }
        for at in code {
            let [a, b, c] = [cells[*at], cells[at + 1], cells[at + 2]];
            let target = usize::from(c);
            let jumps = a != SPECIAL && b != SPECIAL && c < SIGN && target != at + 3;
            let name = format!("at_{target}");
            if jumps
                && code.contains(&target)
                && !by_cell.contains_key(&target)
                && !labels.contains_key(&name)
            {
                by_cell.insert(target, vec![name]);
            }
        }
        Self { by_cell }
    }

    /// Names where no statement begins, beyond the image or inside an instruction, as constants.
    fn outside(&self, length: usize, code: &BTreeSet<usize>) -> String {
        let mut text = String::new();
        let is_inside = |cell: usize| (cell.saturating_sub(2)..cell).any(|at| code.contains(&at));
        for (cell, names) in
            self.by_cell.iter().filter(|(cell, _)| **cell >= length || is_inside(**cell))
        {
            for name in names {
                let _ = writeln!(text, "{name} = {cell}");
            }
        }
        text
    }

    fn define(&self, text: &mut String, cell: usize) {
        for name in self.by_cell.get(&cell).into_iter().flatten() {
            let _ = writeln!(text, "{name}:");
        }
    }

    fn is_named(&self, cell: usize) -> bool {
        self.by_cell.contains_key(&cell)
    }

    fn show(&self, cell: u16) -> String {
        let name = self.by_cell.get(&usize::from(cell)).and_then(|names| names.first());
        name.cloned().unwrap_or_else(|| cell.to_string())
    }
}

fn instruction(text: &mut String, cells: &[u16], at: usize, names: &Names) {
    let [a, b, c] = [cells[at], cells[at + 1], cells[at + 2]];
    let ignored = if c == 0 { String::new() } else { format!(", {c}") };
    let shown = match (a, b) {
        (SPECIAL, _) => format!("in {}{ignored}", names.show(b)),
        (_, SPECIAL) => format!("out {}{ignored}", names.show(a)),
        _ if c >= SIGN && c != SPECIAL => {
            format!("mux {}, {}, {}", names.show(a), names.show(b), names.show(c & !SIGN))
        }
        _ if usize::from(c) == at + 3 => format!("sub {}, {}", names.show(a), names.show(b)),
        _ if c == SPECIAL => format!("sub {}, {}, {SPECIAL}", names.show(a), names.show(b)),
        _ => format!("sub {}, {}, {}", names.show(a), names.show(b), names.show(c)),
    };
    let _ = writeln!(text, "        {shown:<40}; {at}");
}

/// Data up to the next instruction or name, a line of it; the cells in it.
fn data(
    text: &mut String,
    cells: &[u16],
    at: usize,
    code: &BTreeSet<usize>,
    names: &Names,
) -> usize {
    let end = (at + 1..cells.len())
        .find(|i| code.contains(i) || names.is_named(*i))
        .unwrap_or(cells.len());
    let rest = &cells[at..end];
    let (shown, count) = if zeros(rest) >= SHORTEST_SPACE {
        (format!("space {}", zeros(rest)), zeros(rest))
    } else if printable(rest) >= SHORTEST_TEXT {
        let count = printable(rest).min(60);
        (format!("data \"{}\"", quoted(&rest[..count])), count)
    } else {
        let count = plain(rest);
        let numbers: Vec<_> = rest[..count].iter().map(ToString::to_string).collect();
        (format!("data {}", numbers.join(", ")), count)
    };
    let _ = writeln!(text, "        {shown:<40}; {at}");
    count
}

fn zeros(cells: &[u16]) -> usize {
    cells.iter().take_while(|c| **c == 0).count()
}

fn printable(cells: &[u16]) -> usize {
    cells.iter().take_while(|c| (32..127).contains(*c)).count()
}

/// How many cells to show as numbers: at least one, up to a text or a space.
fn plain(cells: &[u16]) -> usize {
    let ends = |i: &usize| {
        zeros(&cells[*i..]) >= SHORTEST_SPACE || printable(&cells[*i..]) >= SHORTEST_TEXT
    };
    (1..cells.len()).take(DATA_A_LINE - 1).find(ends).unwrap_or(DATA_A_LINE.min(cells.len()))
}

fn quoted(cells: &[u16]) -> String {
    let mut text = String::new();
    for cell in cells {
        let c = char::from(*cell as u8);
        if matches!(c, '"' | '\\') {
            text.push('\\');
        }
        text.push(c);
    }
    text
}
