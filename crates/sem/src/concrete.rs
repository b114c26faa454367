//! The reference: semantics executed at once, with no blocks between.

use crate::a64;
use crate::emit::{Address, Emit};
use ncpu_machine::Vcpu;
use ncpu_mem::{Access, AddressSpace, Fault, FaultKind, Primitive};
use ncpu_uop::scalar::{self, Args};
use ncpu_uop::slot::{self, Slot};
use ncpu_uop::{Class, Op, Shape, cond, fp, vector};

/// How a step ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// The instruction executed; the pc is at the next one.
    Done,
    /// It faulted, without effect.
    Fault(Fault),
    /// It left the machine: op and its `aux` or word, as the block's end would.
    Exit(Op, u64),
}

/// Executes single A64 instructions on a vcpu.
pub struct Concrete<'m> {
    vcpu: &'m mut Vcpu,
    mem: &'m mut AddressSpace,
    writes: Vec<(Slot, u64)>,
    fault: Option<Fault>,
    exit: Option<(Op, u64)>,
    next: u64,
}

impl<'m> Concrete<'m> {
    /// Executes the instruction at the vcpu's pc.
    pub fn step(vcpu: &'m mut Vcpu, mem: &'m mut AddressSpace) -> Step {
        let pc = vcpu.pc;
        let word = match mem.fetch(pc) {
            Ok(word) => word,
            Err(fault) => return Step::Fault(fault),
        };
        let next = pc.wrapping_add(4);
        let mut c = Self { vcpu, mem, writes: Vec::new(), fault: None, exit: None, next };
        a64::execute(&mut c, ncpu_isa::decode(word), word, pc);
        if let Some(fault) = c.fault {
            return Step::Fault(fault);
        }
        for (slot, value) in std::mem::take(&mut c.writes) {
            c.vcpu.slots[slot as usize] = value;
        }
        if let Some((op, value)) = c.exit {
            if op == Op::ExitSyscall {
                c.vcpu.pc = c.next;
                c.vcpu.icount += 1;
            }
            return Step::Exit(op, value);
        }
        c.vcpu.pc = c.next;
        c.vcpu.icount += 1;
        Step::Done
    }

    fn guard<T: Default>(&mut self, r: Result<T, Fault>) -> T {
        r.unwrap_or_else(|fault| {
            self.fault.get_or_insert(fault);
            T::default()
        })
    }

    fn read(&mut self, size: Shape, at: u64) -> u128 {
        let r = self.mem.load_sized(size.lane(), at);
        self.guard(r)
    }

    fn write(&mut self, size: Shape, at: u64, value: u128) {
        if self.fault.is_some() {
            return;
        }
        let n = size.bytes() as usize;
        let r = self.mem.write(at, &value.to_bytes()[..n]);
        self.guard(r);
    }

    fn aligned(&mut self, size: Shape, at: u64, access: Access) {
        if at & (size.bytes() - 1) != 0 {
            let kind = FaultKind::Alignment;
            self.fault.get_or_insert(Fault { addr: at, access, kind });
        }
    }

    fn slot(&self, slot: Slot) -> u64 {
        self.vcpu.slots[slot as usize]
    }
}

fn resolve(at: Address<u64>) -> u64 {
    let index = at.index.map_or(0, |(x, shift)| x << shift);
    at.base.wrapping_add(index).wrapping_add(at.offset)
}

impl Emit for Concrete<'_> {
    type X = u64;
    type Q = u128;

    fn imm(&mut self, value: u64) -> u64 {
        value
    }

    fn get(&mut self, slot: Slot) -> u64 {
        self.slot(slot)
    }

    fn set(&mut self, slot: Slot, value: u64) {
        self.writes.push((slot, value));
    }

    fn getq(&mut self, slot: Slot) -> u128 {
        u128::from(self.slot(slot)) | u128::from(self.slot(slot + 1)) << 64
    }

    fn setq(&mut self, slot: Slot, value: u128) {
        self.writes.push((slot, value as u64));
        self.writes.push((slot + 1, (value >> 64) as u64));
    }

    fn high(&mut self, q: u128) -> u128 {
        q >> 64
    }

    fn low(&mut self, q: u128) -> u64 {
        q as u64
    }

    fn op(&mut self, op: Op, shape: Shape, [a, b, c]: [u64; 3], aux: u16) -> u64 {
        let args = Args { a, b, c, aux, nzcv: self.slot(slot::NZCV) };
        if op.class() == Class::Flags {
            let (r, nzcv) = scalar::eval_flags(op, shape, args);
            self.vcpu.slots[slot::NZCV as usize] = nzcv;
            return r;
        }
        scalar::eval(op, shape, args)
    }

    fn vop(&mut self, op: Op, shape: Shape, [a, b, c]: [u128; 3], aux: u16, imm: u64) -> u128 {
        let fpcr = self.slot(slot::FPCR);
        let fpsr = &mut self.vcpu.slots[slot::FPSR as usize];
        if op == Op::FJsConvert {
            let (r, nzcv) = fp::js_convert(a as u64, fpcr, fpsr);
            self.vcpu.slots[slot::NZCV as usize] = nzcv;
            return u128::from(r);
        }
        vector::eval(op, shape, vector::Args { a, b, c, aux, imm, fpcr }, fpsr)
    }

    fn vfrom(&mut self, op: Op, shape: Shape, a: u64, imm: u64) -> u128 {
        if op == Op::VConst {
            let args = vector::Args { imm, ..vector::Args::default() };
            return vector::eval(op, shape, args, &mut 0);
        }
        vector::from_scalar(op, shape, a)
    }

    fn lane(&mut self, shape: Shape, a: u128, index: u16) -> u64 {
        vector::lane(shape, a, u32::from(index))
    }

    fn insert(&mut self, shape: Shape, a: u128, index: u16, value: u64) -> u128 {
        vector::insert(shape, a, u32::from(index), value)
    }

    fn fcompare(&mut self, shape: Shape, a: u128, b: u128, signalling: bool) {
        let fpcr = self.slot(slot::FPCR);
        let fpsr = &mut self.vcpu.slots[slot::FPSR as usize];
        let nzcv = fp::compare(shape, a as u64, b as u64, u16::from(signalling), fpcr, fpsr);
        self.vcpu.slots[slot::NZCV as usize] = nzcv;
    }

    fn load(&mut self, op: Op, shape: Shape, at: Address<u64>) -> u64 {
        let value = self.read(shape, resolve(at)) as u64;
        let extended = ncpu_bits::sign_extend(value, shape.bits());
        match op {
            Op::LoadS32 => extended & 0xffff_ffff,
            Op::LoadS64 => extended,
            _ => value,
        }
    }

    fn store(&mut self, shape: Shape, at: Address<u64>, value: u64) {
        self.write(shape, resolve(at), u128::from(value));
    }

    fn loadq(&mut self, shape: Shape, at: Address<u64>) -> u128 {
        self.read(shape, resolve(at))
    }

    fn storeq(&mut self, at: Address<u64>, value: u128) {
        self.write(Shape::W128, resolve(at), value);
    }

    fn load_exclusive(&mut self, shape: Shape, at: u64) -> u128 {
        self.aligned(shape, at, Access::Read);
        let value = self.read(shape, at);
        if self.fault.is_none() {
            self.vcpu.slots[slot::EXCL_ADDR as usize] = at;
            self.vcpu.slots[slot::EXCL_VALUE as usize] = value as u64;
            self.vcpu.slots[slot::EXCL_VALUE as usize + 1] = (value >> 64) as u64;
        }
        value
    }

    fn store_exclusive(&mut self, shape: Shape, at: u64, value: u128) -> u64 {
        self.aligned(shape, at, Access::Write);
        let old = self.read(shape, at);
        let open = self.slot(slot::EXCL_ADDR) == at && self.getq(slot::EXCL_VALUE) == old;
        if open {
            self.write(shape, at, value);
        }
        if self.fault.is_none() {
            self.vcpu.slots[slot::EXCL_ADDR as usize] = slot::NO_EXCL;
        }
        u64::from(!open)
    }

    fn rmw(&mut self, kind: u16, shape: Shape, at: u64, operand: u64) -> u64 {
        self.aligned(shape, at, Access::Write);
        let old = self.read(shape, at) as u64;
        self.write(shape, at, u128::from(scalar::rmw(kind, shape, old, operand)));
        old
    }

    fn cas(&mut self, shape: Shape, at: u64, expected: u128, new: u128) -> u128 {
        self.aligned(shape, at, Access::Write);
        let old = self.read(shape, at);
        let mask =
            if shape.lane() == 4 { u128::MAX } else { u128::from(ncpu_bits::ones(shape.bits())) };
        // A compare that fails writes the old value back, so that the write is checked either way.
        self.write(shape, at, if old == expected & mask { new } else { old });
        old
    }

    fn end(&mut self, op: Op, shape: Shape, a: u64, aux: u16, imm: u64) {
        let a = a & ncpu_bits::ones(shape.bits());
        let taken = match op {
            Op::Jump => true,
            Op::JumpReg => {
                self.next = a;
                return;
            }
            Op::BranchCond => cond::holds(aux, self.slot(slot::NZCV)),
            Op::BranchZ => a == 0,
            Op::BranchNz => a != 0,
            Op::BranchBitZ => a >> aux & 1 == 0,
            Op::BranchBitNz => a >> aux & 1 == 1,
            Op::ExitUndefined => {
                self.exit = Some((op, imm));
                return;
            }
            _ => {
                self.exit = Some((op, u64::from(aux)));
                return;
            }
        };
        if taken {
            self.next = imm;
        }
    }

    fn must_be_first(&mut self) -> bool {
        true
    }

    fn instruction_count(&mut self) -> u64 {
        self.vcpu.icount
    }
}
