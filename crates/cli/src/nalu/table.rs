//! Tables in the terminal.

use crate::output::outln;

/// Prints rows under a head. Columns without a head are words and flush left, as the first is; the
/// others are flush right.
pub(super) fn print(head: &[&str], rows: &[Vec<String>]) {
    let head: Vec<String> = head.iter().map(|cell| (*cell).to_owned()).collect();
    let all = || std::iter::once(&head).chain(rows);
    let width = |n: usize| all().map(|row| row[n].chars().count()).max().unwrap_or(0);
    let widths: Vec<usize> = (0..head.len()).map(width).collect();
    for row in all() {
        let cells = row.iter().zip(&widths).enumerate().map(|(n, (cell, width))| match n {
            n if n == 0 || head[n].is_empty() => format!("{cell:<width$}"),
            _ => format!("{cell:>width$}"),
        });
        outln!("{}", cells.collect::<Vec<_>>().join("  ").trim_end());
    }
}
