//! Cells as they are laid down: the image, the operands that wait for names, the pool of constants.

use crate::diagnostic::{Place, Wrong};
use crate::expr::Expr;
use crate::symbol::Symbols;
use std::collections::BTreeMap;

/// Cells of the machine.
pub(crate) const CELLS: usize = 0x1_0000;
/// Code runs below this cell; a jump to here or beyond halts or is a mask.
pub(crate) const CODE_END: usize = 0x8000;

/// What a cell is for, which says what values it may have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Role {
    /// Any 16-bit value.
    Data,
    /// A cell that an instruction reads or writes.
    Cell,
    /// The destination of `in`: every cell.
    AnyCell,
    /// Where `sub` goes on.
    Target,
    /// The mask of `mux`.
    Mask,
}

impl Role {
    /// The cell's content for `value`.
    fn encode(self, value: i64, place: Place) -> Result<u16, Wrong> {
        let wrong = |what: &str, remedy: &str| {
            Err(Wrong::new(place, format!("{value} is {what}")).remedy(remedy))
        };
        match (self, value) {
            (Self::Data, -0x8000..=0xFFFF) => Ok(value as u16),
            (Self::Data, _) => wrong("no 16-bit value", "-32768 to 65535"),
            (Self::Cell, 0xFFFF) => wrong(
                "not a cell that `sub` or `mux` can name",
                "65535 there means input or output",
            ),
            (Self::Target, 0..0x8000 | 0xFFFF) => Ok(value as u16),
            (Self::Target, _) => {
                wrong("no place to jump to", "code lies in cells 0 to 32767; 65535 halts")
            }
            (Self::Mask, 0..0x7FFF) => Ok(0x8000 | value as u16),
            (Self::Mask, _) => wrong("no cell for a mask", "masks lie in cells 0 to 32766"),
            (Self::Cell | Self::AnyCell, 0..=0xFFFF) => Ok(value as u16),
            (Self::Cell | Self::AnyCell, _) => wrong("no cell", "cells are 0 to 65535"),
        }
    }
}

/// A constant that wants a cell.
#[derive(Debug)]
struct Pooled {
    expr: Expr,
    place: Place,
    cell: Option<u16>,
}

/// The image as it grows.
#[derive(Debug, Default)]
pub(crate) struct Emitter {
    /// The next cell.
    pub(crate) here: usize,
    cells: Vec<u16>,
    waiting: Vec<(usize, Expr, Role, Place)>,
    pool: Vec<Pooled>,
    /// Pooled constants by their expression's text.
    pooled: BTreeMap<String, usize>,
}

impl Emitter {
    /// Lays down one cell.
    pub(crate) fn cell(&mut self, expr: Expr, role: Role, place: Place) -> Result<(), Wrong> {
        let at = self.here;
        self.advance(1, place)?;
        self.cells.resize(self.cells.len().max(at + 1), 0);
        match expr {
            Expr::Number(value) => self.cells[at] = role.encode(value, place)?,
            expr => self.waiting.push((at, expr, role, place)),
        }
        Ok(())
    }

    /// Moves on by `count` cells, which belong to the image only if something follows.
    pub(crate) fn advance(&mut self, count: usize, place: Place) -> Result<(), Wrong> {
        if count > CELLS - self.here {
            return Err(Wrong::new(place, "past the last cell, 65535")
                .remedy(format!("{} cells are left", CELLS - self.here)));
        }
        self.here += count;
        Ok(())
    }

    /// `count` cells of 0 that belong to the image.
    pub(crate) fn zeros(&mut self, count: usize, place: Place) -> Result<(), Wrong> {
        self.advance(count, place)?;
        if count > 0 {
            self.cells.resize(self.cells.len().max(self.here), 0);
        }
        Ok(())
    }

    /// The cell of a constant, one for all uses of an equal expression.
    pub(crate) fn constant(&mut self, expr: Expr, place: Place) -> Expr {
        let expr = match expr {
            Expr::Number(n @ -0x8000..0) => Expr::Number(n & 0xFFFF),
            expr => expr,
        };
        let next = self.pool.len();
        let index = *self.pooled.entry(expr.to_string()).or_insert(next);
        if index == next {
            self.pool.push(Pooled { expr, place, cell: None });
        }
        Expr::Pooled(index)
    }

    /// Lays down the constants that have no cell yet; those whose values are known and equal share one.
    pub(crate) fn flush(&mut self, symbols: &Symbols) -> Result<(), Wrong> {
        let mut by_value: BTreeMap<i64, u16> = BTreeMap::new();
        for index in 0..self.pool.len() {
            let value = self.pool[index].expr.value(symbols, &|_| None).ok();
            if let Some(cell) = self.pool[index].cell {
                by_value.extend(value.map(|v| (v & 0xFFFF, cell)));
                continue;
            }
            let shared = value.and_then(|v| by_value.get(&(v & 0xFFFF)).copied());
            let cell = shared.unwrap_or(self.here as u16);
            if shared.is_none() {
                let (expr, place) = (self.pool[index].expr.clone(), self.pool[index].place);
                self.cell(expr, Role::Data, place)?;
                by_value.extend(value.map(|v| (v & 0xFFFF, cell)));
            }
            self.pool[index].cell = Some(cell);
        }
        Ok(())
    }

    /// Fills the cells that waited for names; what is still wrong goes to `errors`.
    pub(crate) fn resolve(&mut self, symbols: &Symbols, errors: &mut Vec<Wrong>) {
        let pool: Vec<_> = self.pool.iter().map(|p| p.cell).collect();
        for (at, expr, role, place) in std::mem::take(&mut self.waiting) {
            let value = expr.value(symbols, &|i| pool.get(i).copied().flatten());
            match value.map_err(|no| no.explain(symbols)).and_then(|v| role.encode(v, place)) {
                Ok(cell) => self.cells[at] = cell,
                Err(wrong) => errors.push(wrong),
            }
        }
    }

    pub(crate) fn into_cells(self) -> Vec<u16> {
        self.cells
    }
}
