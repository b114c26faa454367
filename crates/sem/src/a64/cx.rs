//! What semantics see: the instruction, its address, registers by number, and short ways to emit.

use crate::emit::Emit;
use ncpu_isa::Insn;
use ncpu_uop::slot;
use ncpu_uop::{Op, Shape};

pub(crate) struct Cx<'e, E: Emit> {
    pub(crate) e: &'e mut E,
    pub(crate) i: Insn,
    pub(crate) pc: u64,
}

impl<E: Emit> Cx<'_, E> {
    pub(crate) fn imm(&mut self, value: u64) -> E::X {
        self.e.imm(value)
    }

    /// X[n], where 31 is zero.
    pub(crate) fn x(&mut self, n: u32) -> E::X {
        if n == 31 { self.e.imm(0) } else { self.e.get(n as u8) }
    }

    /// X[n], where 31 is SP.
    pub(crate) fn xsp(&mut self, n: u32) -> E::X {
        self.e.get(n as u8)
    }

    /// X[n] = value, where 31 is nothing.
    pub(crate) fn set_x(&mut self, n: u32, value: E::X) {
        if n != 31 {
            self.e.set(n as u8, value);
        }
    }

    /// X[n] = value, where 31 is SP.
    pub(crate) fn set_xsp(&mut self, n: u32, value: E::X) {
        self.e.set(n as u8, value);
    }

    /// V[n].
    pub(crate) fn v(&mut self, n: u32) -> E::Q {
        self.e.getq(slot::v(n as u8))
    }

    /// V[n] = value, all 128 bits.
    pub(crate) fn set_v(&mut self, n: u32, value: E::Q) {
        self.e.setq(slot::v(n as u8), value);
    }

    /// The width that sf selects.
    pub(crate) fn width(&self) -> Shape {
        Shape::width(self.i.sf())
    }

    pub(crate) fn op1(&mut self, op: Op, shape: Shape, a: E::X, aux: u16) -> E::X {
        let zero = self.e.imm(0);
        self.e.op(op, shape, [a, zero, zero], aux)
    }

    pub(crate) fn op2(&mut self, op: Op, shape: Shape, a: E::X, b: E::X) -> E::X {
        let zero = self.e.imm(0);
        self.e.op(op, shape, [a, b, zero], 0)
    }

    pub(crate) fn op2i(&mut self, op: Op, shape: Shape, a: E::X, b: u64) -> E::X {
        let b = self.e.imm(b);
        self.op2(op, shape, a, b)
    }

    pub(crate) fn op3(&mut self, op: Op, shape: Shape, a: E::X, b: E::X, c: E::X) -> E::X {
        self.e.op(op, shape, [a, b, c], 0)
    }

    /// `a<lsb + width - 1:lsb>`, zero- or sign-extended to 64 bits.
    pub(crate) fn field(&mut self, signed: bool, a: E::X, lsb: u32, width: u32) -> E::X {
        let op = if signed { Op::Sbfx } else { Op::Ubfx };
        self.op1(op, Shape::W64, a, ncpu_uop::scalar::field_aux(lsb, width))
    }

    /// Ends the block by a jump to a known address.
    pub(crate) fn jump(&mut self, target: u64) {
        let zero = self.e.imm(0);
        self.e.end(Op::Jump, Shape::W64, zero, 0, target);
    }

    /// The address after this instruction.
    pub(crate) fn next(&self) -> u64 {
        self.pc.wrapping_add(4)
    }
}
