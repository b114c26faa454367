//! Micro-ops: the table, their meaning, blocks, verifier, text form.
//!
//! A front end ([`Lift`]) turns guest instructions into [`Block`]s of [`Uop`]s; engines run blocks
//! and analyses read them. What an op means is written once, in [`scalar`], [`vector`], [`fp`];
//! an engine that executes on the host calls those functions with constant op and shape.

mod block;
pub mod build;
pub mod cond;
mod crypto;
pub mod fp;
mod op;
pub mod scalar;
mod shape;
pub mod slot;
pub mod text;
pub mod vector;
mod verify;

pub use block::{Block, Lift, Uop};
pub use op::{Class, Op};
pub use shape::Shape;
pub use verify::verify;

#[cfg(test)]
mod tests {
    use super::build::{Address, Builder, X};
    use super::*;

    /// `ldr x0, [x1], #8; subs x0, x0, x2, lsl #3; b.ne back`.
    fn sample() -> Block {
        let mut b = Builder::new(0x1000);
        b.begin(0x1000);
        let value = b.load(Op::Load, Shape::W64, Address::offset(X::Slot(1), 0));
        let next = b.scalar(Op::Add, Shape::W64, X::Slot(1), X::Imm(8), X::Imm(0), 0);
        b.set(0, value);
        b.set(1, next);
        b.finish();
        b.begin(0x1004);
        let shifted = b.scalar(Op::Shl, Shape::W64, X::Slot(2), X::Imm(3), X::Imm(0), 0);
        let r = b.scalar(Op::SubF, Shape::W64, X::Slot(0), shifted, X::Imm(0), 0);
        b.set(0, r);
        b.finish();
        b.begin(0x1008);
        b.end(Op::BranchCond, Shape::W64, X::Imm(0), 1, 0x1000);
        b.build(0x100c)
    }

    #[test]
    fn results_are_renamed_into_registers() {
        let block = sample();
        assert_eq!(block.ops.len(), 5, "{block}");
        assert_eq!((block.ops[0].dst, block.ops[1].dst, block.ops[3].dst), (0, 1, 0));
        verify(&block).unwrap();
    }

    #[test]
    fn text_round_trips() {
        let block = sample();
        assert_eq!(text::parse(&block.to_string()).unwrap(), block);
    }

    #[test]
    fn ops_have_unique_names() {
        let names: std::collections::HashSet<_> = Op::ALL.iter().map(|op| op.name()).collect();
        assert_eq!(names.len(), Op::ALL.len());
    }

    /// `x0, x1 = x1, x0` must swap.
    #[test]
    fn crossing_writes() {
        let mut b = Builder::new(0);
        b.begin(0);
        b.set(0, X::Slot(1));
        b.set(1, X::Slot(0));
        b.finish();
        let block = b.build(4);
        let mut slots = [0_u64; 256];
        (slots[0], slots[1]) = (7, 9);
        for u in block.ops.iter().filter(|u| u.op == Op::Mov) {
            slots[u.dst as usize] = slots[u.a as usize];
        }
        assert_eq!((slots[0], slots[1]), (9, 7));
    }
}
