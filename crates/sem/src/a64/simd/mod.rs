//! Scalar floating point, Advanced SIMD and cryptography (C4.1.95, C4.1.96), one file a group of
//! classes. A scalar in a vector register is a vector of one lane, so that most rows of the scalar
//! classes share the arm of their vector forms.

mod across;
mod convert;
mod copy;
mod crypto;
mod element;
mod fp_scalar;
mod permute;
mod shift_imm;
mod structure;
mod three_different;
mod three_same;
mod two_misc;

use super::cx::Cx;
use crate::emit::Emit;
use ncpu_isa::Feature;
use ncpu_uop::{Op, Shape, slot};

pub(super) fn execute<E: Emit>(cx: &mut Cx<E>) -> bool {
    supported(cx.i.feature())
        && (fp_scalar::execute(cx)
            || three_same::execute(cx)
            || two_misc::execute(cx)
            || copy::execute(cx)
            || structure::execute(cx)
            || shift_imm::execute(cx)
            || convert::execute(cx)
            || permute::execute(cx)
            || three_different::execute(cx)
            || element::execute(cx)
            || across::execute(cx)
            || crypto::execute(cx))
}

/// The features of these classes that this machine has.
const fn supported(feature: Feature) -> bool {
    use Feature as F;
    matches!(
        feature,
        F::Base
            | F::Aes
            | F::Pmull
            | F::Sha1
            | F::Sha2
            | F::Dotprod
            | F::Rdm
            | F::Fhm
            | F::Jscvt
            | F::Frintts
    )
}

/// Operands, arrangements and ops as these classes have them.
impl<E: Emit> Cx<'_, E> {
    /// V[n].
    fn vn(&mut self) -> E::Q {
        self.v(self.i.rn())
    }

    /// V[m].
    fn vm(&mut self) -> E::Q {
        self.v(self.i.rm())
    }

    /// V[d].
    fn vd(&mut self) -> E::Q {
        self.v(self.i.rd())
    }

    /// V[d] = value.
    fn set_vd(&mut self, value: E::Q) {
        self.set_v(self.i.rd(), value);
    }

    /// A vector of zeroes, and the operand that an op does not have.
    fn zeroes(&mut self) -> E::Q {
        self.e.getq(slot::ZERO)
    }

    /// Does the instruction belong to a scalar class of Advanced SIMD?
    fn is_scalar(&self) -> bool {
        self.i.bit(28)
    }

    /// Lanes of `1 << lane` bytes: one in scalar classes, else as Q says.
    fn arrangement(&self, lane: u32) -> Shape {
        let lane = lane as u8;
        if self.is_scalar() { Shape::one(lane) } else { Shape::lanes(lane, self.i.q()) }
    }

    /// The arrangement of integer lanes whose size is in bits 23:22.
    fn ints(&self) -> Shape {
        self.arrangement(self.i.size())
    }

    /// log2 of the bytes of single (0) or double (1) by bit 22.
    fn sz(&self) -> u32 {
        2 + self.i.bits(22, 22)
    }

    /// The arrangement of single or double lanes by bit 22.
    fn floats(&self) -> Shape {
        self.arrangement(self.sz())
    }

    /// All bytes of the vector.
    fn bytes(&self) -> Shape {
        Shape::lanes(0, self.i.q())
    }

    /// The half of `v` that a vector instruction with a "2" form reads: the upper one with Q.
    fn half(&mut self, v: E::Q) -> E::Q {
        if self.i.q() && !self.is_scalar() { self.e.high(v) } else { v }
    }

    /// V[d] = a narrow `value`: all of the register, or its upper half in a "2" form.
    fn set_half(&mut self, value: E::Q) {
        if self.i.q() && !self.is_scalar() {
            let low = self.vd();
            let both = self.v2(Op::VPair, Shape::V2D, low, value);
            self.set_vd(both);
        } else {
            self.set_vd(value);
        }
    }

    fn v1(&mut self, op: Op, shape: Shape, a: E::Q) -> E::Q {
        self.v1_with(op, shape, a, 0, 0)
    }

    fn v1_with(&mut self, op: Op, shape: Shape, a: E::Q, aux: u16, imm: u64) -> E::Q {
        let none = self.zeroes();
        self.e.vop(op, shape, [a, none, none], aux, imm)
    }

    fn v2(&mut self, op: Op, shape: Shape, a: E::Q, b: E::Q) -> E::Q {
        self.v2_with(op, shape, a, b, 0)
    }

    fn v2_with(&mut self, op: Op, shape: Shape, a: E::Q, b: E::Q, aux: u16) -> E::Q {
        let none = self.zeroes();
        self.e.vop(op, shape, [a, b, none], aux, 0)
    }

    fn v3(&mut self, op: Op, shape: Shape, operands: [E::Q; 3]) -> E::Q {
        self.e.vop(op, shape, operands, 0, 0)
    }

    /// A vector whose halves are both `imm`; only the low one exists in 64-bit vectors.
    fn constant(&mut self, shape: Shape, imm: u64) -> E::Q {
        let zero = self.imm(0);
        self.e.vfrom(Op::VConst, shape, zero, imm)
    }

    /// All lanes of `shape` equal to lane `index` of `v`.
    fn dup(&mut self, shape: Shape, v: E::Q, index: u32) -> E::Q {
        let lane = self.e.lane(Shape::lanes(shape.lane(), true), v, index as u16);
        self.e.vfrom(Op::VDup, shape, lane, 0)
    }
}
