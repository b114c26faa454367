//! The front end: instructions into micro-ops.
//!
//! R0 to R15 are slots 0 to 15, zero-extended from 32 bits. The flags are the packed NZCV with
//! SF as N, ZF as Z, CF as C and OF as V, where C after a subtraction is the *borrow*. Jumps to
//! instruction n go to [`TEXT_BASE`] + 8n.
//!
//! Arithmetic is written once: the exact result in 64 bits, then brought to 32 bits by
//! truncation or, under the saturating rules, by clamping. OF says in both that it did not fit.

use crate::image::{INSN_BYTES, TEXT_BASE};
use crate::insn::{Address, Insn, Op as Mnemonic, Reg, SP, Source};
use ncpu_uop::build::{self, Builder, X};
use ncpu_uop::slot::{self, NZCV};
use ncpu_uop::{Block, Lift, Op, Shape};

/// Where `OUT` leaves its byte for the machine.
pub const OUT_SLOT: slot::Slot = 16;
/// `aux` of the exit of `IN`: this, plus the register to fill.
pub const EXIT_IN: u16 = 0x100;
/// `aux` of the exit of `OUT`.
pub const EXIT_OUT: u16 = 0x200;

/// The nCPU front end.
#[derive(Clone, Copy, Debug, Default)]
pub struct NcpuIsa {
    /// The saturating rules of the earlier nCPU.
    pub compat: bool,
}

impl Lift for NcpuIsa {
    fn name(&self) -> &'static str {
        if self.compat { "nCPU (saturating)" } else { "nCPU" }
    }

    fn lift(&self, pc: u64, code: &[u8], max: usize) -> Block {
        lift_with(self.compat, pc, code, max, Insn::decode)
    }
}

/// As [`Lift::lift`] of [`NcpuIsa`], with words decoded by `decode`.
pub fn lift_with(
    compat: bool,
    pc: u64,
    code: &[u8],
    max: usize,
    mut decode: impl FnMut(u64) -> Option<Insn>,
) -> Block {
    let mut builder = Builder::new(pc);
    let mut at = pc;
    // Instructions are aligned, so a jump between two or the rest of a page too short for one
    // is as undefined as a bad word.
    let aligned = pc.is_multiple_of(INSN_BYTES) && code.len() >= INSN_BYTES as usize;
    if !aligned {
        builder.begin(pc);
        builder.end(Op::ExitUndefined, Shape::W64, X::Imm(0), 0, 0);
        return builder.build(pc + INSN_BYTES);
    }
    for word in code.chunks_exact(INSN_BYTES as usize).take(max) {
        let word = word.iter().rev().fold(0, |word, b| word << 8 | u64::from(*b));
        builder.begin(at);
        let mut emitter = Emitter { b: &mut builder, compat, pc: at };
        match decode(word) {
            Some(insn) => emitter.insn(insn),
            None => builder.end(Op::ExitUndefined, W64, ZERO, 0, word >> 32),
        }
        builder.finish();
        at += INSN_BYTES;
        if builder.ended() {
            break;
        }
    }
    builder.build(at)
}

struct Emitter<'a> {
    b: &'a mut Builder,
    compat: bool,
    pc: u64,
}

const W32: Shape = Shape::W32;
const W64: Shape = Shape::W64;
const ZERO: X = X::Imm(0);
/// `aux` of a field op: the low 32 bits.
const LOW32: u16 = 32 << 6;
/// Packed flags.
const CARRY: u64 = 2;
const OVERFLOW: u64 = 1;
/// Condition codes of the packed flags.
const CS: u16 = 2;
const VS: u16 = 6;

/// What each conditional jump asks: a condition code, or whether any flag of a mask is set.
enum Test {
    Holds(u16),
    AnyOf(u64),
    NoneOf(u64),
}

fn test(op: Mnemonic) -> Option<Test> {
    use Test::{AnyOf, Holds, NoneOf};
    // CF or ZF: `CF` is a borrow, so the code that joins them on other machines does not fit.
    const CF_OR_ZF: u64 = CARRY | 4;
    Some(match op {
        Mnemonic::Jz => Holds(0),
        Mnemonic::Jnz => Holds(1),
        Mnemonic::Jb => Holds(CS),
        Mnemonic::Jae => Holds(3),
        Mnemonic::Js => Holds(4),
        Mnemonic::Jns => Holds(5),
        Mnemonic::Jo => Holds(VS),
        Mnemonic::Jno => Holds(7),
        Mnemonic::Jge => Holds(10),
        Mnemonic::Jl => Holds(11),
        Mnemonic::Jg => Holds(12),
        Mnemonic::Jle => Holds(13),
        Mnemonic::Jbe => AnyOf(CF_OR_ZF),
        Mnemonic::Ja => NoneOf(CF_OR_ZF),
        _ => return None,
    })
}

impl Emitter<'_> {
    fn insn(&mut self, insn: Insn) {
        match insn {
            Insn::Plain { op: Mnemonic::Halt } => self.b.end(Op::ExitHalt, W64, ZERO, 0, 0),
            Insn::Plain { op: Mnemonic::Ret } => self.ret(),
            Insn::Plain { .. } => {}
            Insn::Unary { op, rd, a } => self.unary(op, rd, value(a)),
            Insn::Update { op, rd } => self.update(op, rd),
            Insn::Binary { op, rd, a, b } => self.binary(op, rd, value(a), value(b)),
            Insn::Compare { a, b, .. } => self.compare(value(a), value(b)),
            Insn::Jump { op, target } => self.jump(op, target),
            Insn::Give { op, a } => self.give(op, value(a)),
            Insn::Load { op, rd, at } => self.load(op, rd, at),
            Insn::Store { op, a, at } => {
                let at = self.address(at);
                self.b.store(size(op), at, value(a));
            }
        }
    }

    fn op(&mut self, op: Op, shape: Shape, a: X, b: X) -> X {
        self.b.scalar(op, shape, a, b, ZERO, 0)
    }

    fn select(&mut self, shape: Shape, cond: X, yes: X, no: X) -> X {
        self.b.scalar(Op::Select, shape, yes, no, cond, 0)
    }

    /// The 64-bit value of a 32-bit one, signed.
    fn signed(&mut self, a: X) -> X {
        match a {
            X::Imm(v) => X::Imm(i64::from(v as i32) as u64),
            X::Slot(_) => self.b.scalar(Op::Sbfx, W64, a, ZERO, ZERO, LOW32),
        }
    }

    /// Writes a result with its flags: SF and ZF from it, CF and OF clear.
    fn set_logical(&mut self, rd: Reg, r: X) {
        match r {
            X::Imm(v) => {
                let flags = u64::from((v as i32) < 0) << 3 | u64::from(v as u32 == 0) << 2;
                self.b.set(rd, X::Imm(v & 0xffff_ffff));
                self.b.set(NZCV, X::Imm(flags));
            }
            X::Slot(_) => {
                let r = self.op(Op::AndF, W32, r, r);
                self.b.set(rd, r);
            }
        }
    }

    /// Writes a result with SF and ZF from it, and CF and OF as given: bits 1 and 0 of `carry`.
    fn set_with(&mut self, rd: Reg, r: X, carry: X) {
        let r = self.op(Op::AndF, W32, r, r);
        let flags = self.op(Op::Or, W64, X::Slot(NZCV), carry);
        self.b.set(rd, r);
        self.b.set(NZCV, flags);
    }

    fn unary(&mut self, op: Mnemonic, rd: Reg, a: X) {
        match op {
            Mnemonic::Mov => self.set_logical(rd, a),
            Mnemonic::Not => {
                let r = self.op(Op::XorNot, W32, a, ZERO);
                self.set_logical(rd, r);
            }
            _ => self.sum(Op::SubF, rd, ZERO, a),
        }
    }

    fn update(&mut self, op: Mnemonic, rd: Reg) {
        let register = X::Slot(rd);
        match op {
            Mnemonic::Inc => self.sum(Op::AddF, rd, register, X::Imm(1)),
            Mnemonic::Dec => self.sum(Op::SubF, rd, register, X::Imm(1)),
            Mnemonic::Pop => {
                let r = self.pop();
                self.b.set(rd, r);
            }
            _ => self.b.end(Op::ExitSyscall, W64, ZERO, EXIT_IN | u16::from(rd), 0),
        }
    }

    fn binary(&mut self, op: Mnemonic, rd: Reg, a: X, b: X) {
        match op {
            Mnemonic::Add => self.sum(Op::AddF, rd, a, b),
            Mnemonic::Sub => self.sum(Op::SubF, rd, a, b),
            Mnemonic::Mul => self.exact(Op::Mul, rd, a, b),
            Mnemonic::Div => self.exact(Op::SDiv, rd, a, b),
            Mnemonic::Mod => {
                let quotient = self.op(Op::SDiv, W32, a, b);
                let r = self.b.scalar(Op::MSub, W32, quotient, b, a, 0);
                self.set_logical(rd, r);
            }
            Mnemonic::And => self.logical(Op::And, rd, a, b),
            Mnemonic::Or => self.logical(Op::Or, rd, a, b),
            Mnemonic::Xor => self.logical(Op::Xor, rd, a, b),
            Mnemonic::Shl => self.shift(Op::Shl, rd, a, b),
            Mnemonic::Shr => self.shift(Op::Shr, rd, a, b),
            _ => self.shift(Op::Sar, rd, a, b),
        }
    }

    fn logical(&mut self, op: Op, rd: Reg, a: X, b: X) {
        let r = self.op(op, W32, a, b);
        self.set_logical(rd, r);
    }

    /// `AddF` or `SubF`, with the carry turned into a borrow.
    fn sum(&mut self, op: Op, rd: Reg, a: X, b: X) {
        // A sum that does not fit lies on the side of its first operand.
        let above = self.compat.then(|| {
            let sign = self.op(Op::Sar, W32, a, X::Imm(31));
            self.op(Op::Xor, W32, sign, X::Imm(0x7fff_ffff))
        });
        let r = self.op(op, W32, a, b);
        let flip = if op == Op::SubF { CARRY } else { 0 };
        let Some(limit) = above else {
            if flip != 0 {
                let flags = self.op(Op::Xor, W64, X::Slot(NZCV), X::Imm(flip));
                self.b.set(NZCV, flags);
            }
            return self.b.set(rd, r);
        };
        let overflow = self.b.scalar(Op::Cond, W64, ZERO, ZERO, ZERO, VS);
        let carry = self.op(Op::And, W64, X::Slot(NZCV), X::Imm(CARRY | OVERFLOW));
        let carry = self.op(Op::Xor, W64, carry, X::Imm(flip));
        let r = self.select(W32, overflow, limit, r);
        self.set_with(rd, r, carry);
    }

    /// `Mul` or `SDiv`, exact in 64 bits. CF and OF are set if the result does not fit.
    fn exact(&mut self, op: Op, rd: Reg, a: X, b: X) {
        let (a, b) = (self.signed(a), self.signed(b));
        let exact = self.op(op, W64, a, b);
        let low = self.b.scalar(Op::Sbfx, W64, exact, ZERO, ZERO, LOW32);
        let fits = self.op(Op::CmpEq, W64, exact, low);
        let r = if self.compat {
            let sign = self.op(Op::Sar, W64, exact, X::Imm(63));
            let limit = self.op(Op::Xor, W64, sign, X::Imm(0x7fff_ffff));
            self.select(W64, fits, low, limit)
        } else {
            low
        };
        let carry = self.select(W64, fits, ZERO, X::Imm(CARRY | OVERFLOW));
        self.set_with(rd, r, carry);
    }

    /// Amounts are clamped to 0..31.
    fn shift(&mut self, op: Op, rd: Reg, a: X, amount: X) {
        let amount = match amount {
            X::Imm(v) => X::Imm((v as i32).clamp(0, 31) as u64),
            X::Slot(_) => {
                let negative = self.op(Op::CmpLtS, W32, amount, ZERO);
                let amount_or_0 = self.select(W32, negative, ZERO, amount);
                let small = self.op(Op::CmpLtS, W32, amount_or_0, X::Imm(32));
                self.select(W32, small, amount_or_0, X::Imm(31))
            }
        };
        let mut r = self.op(op, W32, a, amount);
        if self.compat && op != Op::Sar {
            // The pattern counts as unsigned here: with bit 31 set it is too large.
            let large = self.op(Op::CmpLtS, W32, r, ZERO);
            r = self.select(W32, large, X::Imm(0x7fff_ffff), r);
        }
        self.set_logical(rd, r);
    }

    /// The difference of sign-extended operands is exact in 64 bits, and their unsigned order is
    /// that of the 32-bit values; so SF and ZF are exact, CF is the borrow, and OF is clear.
    fn compare(&mut self, a: X, b: X) {
        let (a, b) = (self.signed(a), self.signed(b));
        self.op(Op::SubF, W64, a, b);
        let flags = self.op(Op::Xor, W64, X::Slot(NZCV), X::Imm(CARRY));
        self.b.set(NZCV, flags);
    }

    fn jump(&mut self, op: Mnemonic, target: Source) {
        if op == Mnemonic::Call {
            let next = (self.pc + INSN_BYTES - TEXT_BASE) / INSN_BYTES;
            self.push(X::Imm(next & 0xffff_ffff));
        }
        match (test(op), target) {
            (None, Source::Imm(index)) => self.b.end(Op::Jump, W64, ZERO, 0, address_of(index)),
            (None, Source::Reg(reg)) => self.jump_to(X::Slot(reg)),
            (Some(test), Source::Imm(index)) => self.branch(&test, address_of(index)),
            (Some(test), Source::Reg(reg)) => self.branch_to(&test, X::Slot(reg)),
        }
    }

    fn branch(&mut self, test: &Test, target: u64) {
        match *test {
            Test::Holds(cond) => self.b.end(Op::BranchCond, W64, ZERO, cond, target),
            Test::AnyOf(mask) | Test::NoneOf(mask) => {
                let any = self.op(Op::And, W64, X::Slot(NZCV), X::Imm(mask));
                let branch =
                    if matches!(test, Test::AnyOf(_)) { Op::BranchNz } else { Op::BranchZ };
                self.b.end(branch, W64, any, 0, target);
            }
        }
    }

    /// A conditional jump to an index in a register chooses between two addresses.
    fn branch_to(&mut self, test: &Test, index: X) {
        let taken = self.code_address(index);
        let next = X::Imm(self.pc + INSN_BYTES);
        let target = match *test {
            Test::Holds(cond) => self.b.scalar(Op::Csel, W64, taken, next, ZERO, cond),
            Test::AnyOf(mask) => {
                let any = self.op(Op::And, W64, X::Slot(NZCV), X::Imm(mask));
                self.select(W64, any, taken, next)
            }
            Test::NoneOf(mask) => {
                let any = self.op(Op::And, W64, X::Slot(NZCV), X::Imm(mask));
                self.select(W64, any, next, taken)
            }
        };
        self.b.end(Op::JumpReg, W64, target, 0, 0);
    }

    fn code_address(&mut self, index: X) -> X {
        let offset = self.op(Op::Shl, W64, index, X::Imm(3));
        self.op(Op::Add, W64, offset, X::Imm(TEXT_BASE))
    }

    fn jump_to(&mut self, index: X) {
        let target = self.code_address(index);
        self.b.end(Op::JumpReg, W64, target, 0, 0);
    }

    fn ret(&mut self) {
        let index = self.pop();
        self.jump_to(index);
    }

    fn give(&mut self, op: Mnemonic, a: X) {
        if op == Mnemonic::Push {
            return self.push(a);
        }
        self.b.set(OUT_SLOT, a);
        self.b.end(Op::ExitSyscall, W64, ZERO, EXIT_OUT, 0);
    }

    fn push(&mut self, a: X) {
        let sp = self.op(Op::Sub, W32, X::Slot(SP), X::Imm(4));
        self.b.store(W32, build::Address::offset(sp, 0), a);
        self.b.set(SP, sp);
    }

    fn pop(&mut self) -> X {
        let value = self.b.load(Op::Load, W32, build::Address::offset(X::Slot(SP), 0));
        let sp = self.op(Op::Add, W32, X::Slot(SP), X::Imm(4));
        self.b.set(SP, sp);
        value
    }

    fn load(&mut self, op: Mnemonic, rd: Reg, at: Address) {
        let at = self.address(at);
        let kind = match op {
            Mnemonic::Ldrsh | Mnemonic::Ldrsb => Op::LoadS32,
            _ => Op::Load,
        };
        let r = self.b.load(kind, size(op), at);
        self.b.set(rd, r);
    }

    /// The sum of an address's parts, modulo 2^32.
    fn address(&mut self, at: Address) -> build::Address {
        let offset = u64::from(at.offset as u32);
        let Some(base) = at.base else { return build::Address::offset(ZERO, offset) };
        let mut sum = X::Slot(base);
        if let Some(index) = at.index {
            sum = self.op(Op::Add, W32, sum, X::Slot(index));
        }
        if offset != 0 {
            sum = self.op(Op::Add, W32, sum, X::Imm(offset));
        }
        build::Address::offset(sum, 0)
    }
}

fn value(a: Source) -> X {
    match a {
        Source::Reg(reg) => X::Slot(reg),
        Source::Imm(v) => X::Imm(u64::from(v as u32)),
    }
}

fn address_of(index: i32) -> u64 {
    TEXT_BASE + u64::from(index as u32) * INSN_BYTES
}

fn size(op: Mnemonic) -> Shape {
    match op {
        Mnemonic::Ldrb | Mnemonic::Ldrsb | Mnemonic::Strb => Shape::W8,
        Mnemonic::Ldrh | Mnemonic::Ldrsh | Mnemonic::Strh => Shape::W16,
        _ => W32,
    }
}
