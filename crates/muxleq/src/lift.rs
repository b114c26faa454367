//! The front end: the machine's step as one block of micro-ops.
//!
//! Programs rewrite themselves all the time, so their cells are data to an engine and its code is a
//! page that never changes: the word [`STEP`] and after it the word [`HALT`]. The step takes its
//! operands from memory, stores, and ends with a branch back to itself, or into the halt. It is one
//! instruction, so an engine's count of instructions is the count of steps.
//!
//! Cell i is at address [`CELL_0`] + 2i, which puts cell FFFF at the start of a page, and that page
//! is not there. No step but those of input and output has FFFF as a or b, so these and only these
//! fault, before they have changed anything, and no micro-op is spent on telling them apart.
//!
//! Nor is one on taking bit 15 from c before the mask is loaded: the address of the mask counts from
//! 8000 cells further down. Subtractions then load one from below cell 0, where [`BELOW`] holds
//! zeroes, and do not use it.

use ncpu_mem::PAGE_SIZE;
use ncpu_uop::slot::{self, Slot};
use ncpu_uop::{Block, Lift, Op, Shape, Uop};

/// Where the code is: the address of the step.
pub const CODE: u64 = 0x1000;
/// Bytes of a code word.
const WORD: u64 = 4;
/// The code word of a step.
const STEP: u32 = 1;
/// The code word that ends a run.
const HALT: u32 = 2;
/// Where the cells' pages start. The first two bytes are no cell's.
pub(crate) const PAGES: u64 = 0x10_0000;
/// Bytes of the cells' pages: as many as all cells have, so the last cell is not in them.
pub(crate) const PAGES_SIZE: usize = 1 << 17;
/// Where the zeroes below the cells start.
pub(crate) const BELOW: u64 = PAGES - (1 << 16);
/// The address of cell 0; the others follow, but the last is not mapped.
pub const CELL_0: u64 = PAGES + 2;
/// The slot that holds the machine's pc.
pub const PC: Slot = 0;

const _: () = assert!((CELL_0 + 2 * 0xffff).is_multiple_of(PAGE_SIZE as u64));

/// The contents of the code page.
pub(crate) fn code() -> Vec<u8> {
    [STEP, HALT].iter().flat_map(|word| word.to_le_bytes()).collect()
}

/// The MUXLEQ front end.
#[derive(Clone, Copy, Debug, Default)]
pub struct MuxleqIsa;

impl Lift for MuxleqIsa {
    fn name(&self) -> &'static str {
        "MUXLEQ"
    }

    fn lift(&self, pc: u64, code: &[u8], _: usize) -> Block {
        let word = code.first_chunk().map_or(0, |bytes| u32::from_le_bytes(*bytes));
        let ops = match word {
            STEP => step(pc),
            HALT => vec![Uop::new(Op::ExitHalt, Shape::W64)],
            _ => vec![Uop { imm: word.into(), ..Uop::new(Op::ExitUndefined, Shape::W64) }],
        };
        Block { pc, end: pc + WORD, ops, insns: vec![(0, pc)] }
    }
}

/// The values of a step.
const A: Slot = slot::TEMP;
const B: Slot = A + 1;
const C: Slot = A + 2;
/// \[a\] and \[b\].
const X: Slot = A + 3;
const Y: Slot = A + 4;
/// The mask.
const MASK: Slot = A + 5;
/// What a subtraction gives.
const DIFFERENCE: Slot = A + 6;
/// What a multiplex gives.
const MIXED: Slot = A + 7;
/// Whether it is a multiplex.
const IS_MUX: Slot = A + 8;
const RESULT: Slot = A + 9;
/// Whether the pc becomes c.
const JUMPS: Slot = A + 10;
const NEXT: Slot = A + 11;

const W16: Shape = Shape::W16;

fn step(pc: u64) -> Vec<Uop> {
    vec![
        load(A, PC, CELL_0),
        load(B, PC, CELL_0 + 2),
        load(C, PC, CELL_0 + 4),
        load(X, A, CELL_0),
        load(Y, B, CELL_0),
        load(MASK, C, CELL_0 - 2 * 0x8000),
        of(Op::Sub, DIFFERENCE, Y, X),
        // Where the mask is 1, the bits of x become those of y.
        of(Op::Xor, MIXED, X, Y),
        of(Op::And, MIXED, MIXED, MASK),
        of(Op::Xor, MIXED, MIXED, X),
        // Negative, but not -1.
        with(Op::CmpLtS, IS_MUX, C, 0xffff),
        select(RESULT, IS_MUX, MIXED, DIFFERENCE),
        Uop { c: RESULT, ..at(Uop::new(Op::Store, W16), B, CELL_0) },
        with(Op::CmpLtS, JUMPS, DIFFERENCE, 1),
        of(Op::AndNot, JUMPS, JUMPS, IS_MUX),
        with(Op::Add, NEXT, PC, 3),
        select(PC, JUMPS, C, NEXT),
        Uop { a: PC, aux: 15, imm: pc, ..Uop::new(Op::BranchBitZ, Shape::W64) },
    ]
}

/// `op` with the address `base` + twice the slot `index`.
fn at(op: Uop, index: Slot, base: u64) -> Uop {
    Uop { b: index, aux: 1, imm: base, ..op }
}

fn load(dst: Slot, index: Slot, base: u64) -> Uop {
    at(Uop { dst, ..Uop::new(Op::Load, W16) }, index, base)
}

fn of(op: Op, dst: Slot, a: Slot, b: Slot) -> Uop {
    Uop { dst, a, b, ..Uop::new(op, W16) }
}

fn with(op: Op, dst: Slot, a: Slot, imm: u64) -> Uop {
    Uop { imm, ..of(op, dst, a, slot::IMM) }
}

fn select(dst: Slot, condition: Slot, yes: Slot, no: Slot) -> Uop {
    Uop { c: condition, ..of(Op::Select, dst, yes, no) }
}
