//! Recording: semantics into micro-op blocks, and the A64 front end.

use crate::a64;
use crate::emit::{Address, Emit};
use ncpu_uop::build::{self, Builder, Q, X};
use ncpu_uop::slot::{self, Slot};
use ncpu_uop::{Block, Lift, Op, Shape};

/// The A64 front end.
#[derive(Clone, Copy, Debug, Default)]
pub struct A64;

/// Past this many ops a block ends, so that op indices fit and blocks stay handy.
const MAX_OPS: usize = 1000;

/// A builder with what only A64 needs.
pub(crate) struct Recorder {
    builder: Builder,
    first: bool,
    /// The instruction wants to start a block of its own.
    postponed: bool,
}

pub(crate) fn recorder(pc: u64) -> Recorder {
    let mut builder = Builder::new(pc);
    builder.begin(pc);
    Recorder { builder, first: true, postponed: false }
}

impl Lift for A64 {
    fn name(&self) -> &'static str {
        "AArch64"
    }

    fn lift(&self, pc: u64, code: &[u8], max: usize) -> Block {
        let mut r = Recorder { builder: Builder::new(pc), first: true, postponed: false };
        let mut at = pc;
        for word in code.chunks_exact(4).take(max) {
            let word = u32::from_le_bytes([word[0], word[1], word[2], word[3]]);
            r.builder.begin(at);
            a64::execute(&mut r, ncpu_isa::decode(word), word, at);
            if r.postponed {
                r.builder.abandon();
                break;
            }
            r.builder.finish();
            r.first = false;
            at = at.wrapping_add(4);
            if r.builder.ended() || r.builder.op_count() > MAX_OPS {
                break;
            }
        }
        r.builder.build(at)
    }
}

impl Emit for Recorder {
    type X = X;
    type Q = Q;

    fn imm(&mut self, value: u64) -> X {
        X::Imm(value)
    }

    fn get(&mut self, slot: Slot) -> X {
        X::Slot(slot)
    }

    fn set(&mut self, slot: Slot, value: X) {
        self.builder.set(slot, value);
    }

    fn getq(&mut self, slot: Slot) -> Q {
        Q(slot)
    }

    fn setq(&mut self, slot: Slot, value: Q) {
        self.builder.set_vector(slot, value);
    }

    fn high(&mut self, q: Q) -> Q {
        Q(q.0 + 1)
    }

    fn low(&mut self, q: Q) -> X {
        X::Slot(q.0)
    }

    fn op(&mut self, op: Op, shape: Shape, [a, b, c]: [X; 3], aux: u16) -> X {
        self.builder.scalar(op, shape, a, b, c, aux)
    }

    fn vop(&mut self, op: Op, shape: Shape, [a, b, c]: [Q; 3], aux: u16, imm: u64) -> Q {
        self.builder.vector(op, shape, a, b, c, aux, imm)
    }

    fn vfrom(&mut self, op: Op, shape: Shape, a: X, imm: u64) -> Q {
        self.builder.vector_from(op, shape, a, imm)
    }

    fn lane(&mut self, shape: Shape, a: Q, index: u16) -> X {
        if shape.bits() == 64 {
            return X::Slot(a.0 + index as u8);
        }
        self.builder.lane(shape, a, index)
    }

    fn insert(&mut self, shape: Shape, a: Q, index: u16, value: X) -> Q {
        self.builder.insert(shape, a, index, value)
    }

    fn fcompare(&mut self, shape: Shape, a: Q, b: Q, signalling: bool) {
        self.builder.compare(Op::FCompare, shape, a, b, u16::from(signalling));
    }

    fn load(&mut self, op: Op, shape: Shape, at: Address<X>) -> X {
        self.builder.load(op, shape, address(at))
    }

    fn store(&mut self, shape: Shape, at: Address<X>, value: X) {
        self.builder.store(shape, address(at), value);
    }

    fn loadq(&mut self, shape: Shape, at: Address<X>) -> Q {
        self.builder.load_vector(shape, address(at))
    }

    fn storeq(&mut self, at: Address<X>, value: Q) {
        self.builder.store_vector(address(at), value);
    }

    fn load_exclusive(&mut self, shape: Shape, at: X) -> Q {
        let zero = X::Imm(0);
        self.builder.atomic(Op::LoadEx, shape, at, zero, zero, 0)
    }

    fn store_exclusive(&mut self, shape: Shape, at: X, value: Q) -> X {
        let failed = self.builder.atomic(Op::StoreEx, shape, at, X::Imm(0), X::Slot(value.0), 0);
        X::Slot(failed.0)
    }

    fn rmw(&mut self, kind: u16, shape: Shape, at: X, operand: X) -> X {
        let old = self.builder.atomic(Op::Rmw, shape, at, X::Imm(0), operand, kind);
        X::Slot(old.0)
    }

    fn cas(&mut self, shape: Shape, at: X, expected: Q, new: Q) -> Q {
        self.builder.atomic(Op::Cas, shape, at, X::Slot(expected.0), X::Slot(new.0), 0)
    }

    fn end(&mut self, op: Op, shape: Shape, a: X, aux: u16, imm: u64) {
        self.builder.end(op, shape, a, aux, imm);
    }

    fn must_be_first(&mut self) -> bool {
        self.postponed = !self.first;
        self.first
    }

    fn instruction_count(&mut self) -> X {
        X::Slot(slot::ICOUNT)
    }
}

fn address(at: Address<X>) -> build::Address {
    let (index, shift) = at.index.map_or((None, 0), |(x, s)| (Some(x), s));
    build::Address { base: at.base, index, shift, offset: at.offset }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// One random word a row in turn lifts to a block that the verifier accepts.
    #[test]
    fn every_row_lifts_to_a_valid_block() {
        let mut state = 1_u64;
        let mut random = || {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            state ^ state >> 29
        };
        for row in &ncpu_isa::ROWS {
            for _ in 0..50 {
                let word = row.random(&mut random);
                let block = A64.lift(0x1000, &word.to_le_bytes(), 8);
                if let Err((op, why)) = ncpu_uop::verify(&block) {
                    panic!("{} {word:08x}: op {op}: {why}\n{block}", row.name);
                }
                let text = block.to_string();
                assert_eq!(ncpu_uop::text::parse(&text).as_ref(), Ok(&block), "{text}");
            }
        }
    }
}
