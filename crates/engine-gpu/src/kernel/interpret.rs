//! The interpreter: one micro-op a round, for code that is cold and guests that diverge.

use super::arrays::{Arrays, Where};
use super::memory::Memory;
use super::state::Guest;
use crate::layout::{NO_LINK, access, field, flags, param, reason};
use crate::lower::{self, Scalar, Vector, VectorArgs};
use ncpu_shader::{Bool, Build, Case as Arm, Module, U32, U64, Var};
use ncpu_uop::{Class, Op, Shape, slot};

/// An op with its shape: what a case of the interpreter does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Case {
    pub(crate) op: Op,
    pub(crate) shape: Shape,
}

impl Case {
    /// The case that does an op. Vectors of any total share one, and so do all floating-point ops.
    pub(crate) fn of(op: Op, shape: Shape) -> Self {
        match op.class() {
            _ if lower::is_float(op) => Self { op: Op::FAdd, shape: Shape::V2D },
            Class::V1 | Class::V2 | Class::V3 => {
                Self { op, shape: Shape::lanes(shape.lane(), true) }
            }
            Class::VFromS if op == Op::VConst => Self { op, shape: Shape::V2D },
            // Records say what these do.
            Class::Load | Class::LoadV => Self { op: Op::Load, shape: Shape::W64 },
            Class::Store | Class::StoreV => Self { op: Op::Store, shape: Shape::W64 },
            Class::Atomic if op != Op::Rmw => Self { op, shape: Shape::W64 },
            _ => Self { op, shape },
        }
    }
}

/// The module of an interpreter with these cases; an op that it does not have is left to the host.
pub(crate) fn interpreter(cases: &[Case], place: Where, workgroup: u32) -> Module {
    let module = Module::new();
    let arrays = Arrays::declare(&module, place);
    let memory = Memory::define(&module, arrays);
    module.kernel("interpret", workgroup, |k| {
        let guest = Guest::new(k, arrays);
        k.if_(guest.number.lt(guest.guests), || {
            let why = guest.get(field::REASON).low();
            k.if_(why.eq(reason::RUNNING) | why.eq(reason::INTERPRET), || {
                run(k, guest, memory, cases);
            });
        });
    });
    module
}

/// The interpreter's variables.
#[derive(Clone, Copy)]
struct Machine<'k> {
    k: &'k Build<'k>,
    arrays: Arrays,
    memory: Memory,
    left: Var<'k, U64<'k>>,
    cursor: Var<'k, U32<'k>>,
    /// The page of the block that runs.
    page: Var<'k, U64<'k>>,
    reason: Var<'k, U32<'k>>,
    /// The result of the op, and whether it goes to its destination's slot, or two of them.
    result: Var<'k, U64<'k>>,
    result_high: Var<'k, U64<'k>>,
    writes: Var<'k, U32<'k>>,
    /// What is in memory after an op that stores, and whether it is to be stored.
    stored: [Var<'k, U64<'k>>; 2],
    stores: Var<'k, Bool<'k>>,
    /// Where an end goes, the record there if that is known, and whether it goes anywhere.
    target: Var<'k, U64<'k>>,
    link: Var<'k, U32<'k>>,
    jumps: Var<'k, Bool<'k>>,
    ends_exclusive: Var<'k, Bool<'k>>,
}

/// The fields of the record that runs.
#[derive(Clone, Copy)]
struct Record<'k> {
    b_is_imm: Bool<'k>,
    dst: U32<'k>,
    a: U32<'k>,
    b: U32<'k>,
    c: U32<'k>,
    aux: U32<'k>,
    /// Of an end the distance from its instruction to the block's end, of a floating-point op itself
    /// and its shape.
    more: U32<'k>,
    /// log2 of a vector's size in bytes.
    total: U32<'k>,
    offset: U32<'k>,
    imm: U64<'k>,
    taken: U32<'k>,
    next: U32<'k>,
    /// The operands' values, `b`'s being the immediate where it says so.
    va: U64<'k>,
    vb: U64<'k>,
    vc: U64<'k>,
    vc_high: U64<'k>,
    /// What an op that loads finds.
    old: Vector<'k>,
}

fn run<'k>(k: &'k Build<'k>, guest: Guest<'k>, memory: Memory, cases: &[Case]) {
    let arrays = guest.arrays;
    guest.open_memory();
    guest.load_slots();
    let zero = k.u64(0);
    let m = Machine {
        k,
        arrays,
        memory,
        left: k.var(guest.get(field::LEFT)),
        cursor: k.var(guest.get(field::CURSOR).low()),
        page: k.var(guest.get(field::PC) & !4095),
        reason: k.var(k.u32(reason::RUNNING)),
        result: k.var(zero),
        result_high: k.var(zero),
        writes: k.var(k.u32(0)),
        stored: [k.var(zero), k.var(zero)],
        stores: k.var(k.bool(false)),
        target: k.var(zero),
        link: k.var(k.u32(NO_LINK)),
        jumps: k.var(k.bool(false)),
        ends_exclusive: k.var(k.bool(false)),
    };
    let old = Vector { low: zero, high: zero };
    let old_vars = [k.var(zero), k.var(zero)];
    let pc = k.var(guest.get(field::PC));
    let total = guest.get(field::TOTAL);
    let steps = k.var(k.load32(arrays.params, k.u32(param::STEPS)));
    let start = steps.get();
    let translates = k.load32(arrays.params, k.u32(param::TRANSLATES)).ne(0);
    k.loop_(|| {
        k.if_(steps.get().eq(0), || k.break_());
        let at = m.cursor.get();
        let [head, slots, small, offset] = k.load32x4(arrays.code, at.shl(1));
        let [low, high, taken, next] = k.load32x4(arrays.code, at.shl(1) + 1);
        let flag = |f: u32| (head.shr(16) & f).ne(0);
        k.if_(flag(flags::FIRST), || {
            pc.set(m.page.get() | (offset & 4095).widen());
            // Translated blocks are left to the kernel that has them, unless it just left them.
            k.if_(flag(flags::TRANSLATED) & translates & steps.get().ne(start), || {
                m.reason.set(k.u32(reason::TRANSLATED));
            });
            k.if_(m.left.get().eq(0), || m.reason.set(k.u32(reason::BUDGET)));
            k.if_(m.reason.get().ne(reason::RUNNING), || k.break_());
            k.if_(flag(flags::COUNTS), || {
                k.store64(arrays.slots, k.u32(slot::ICOUNT.into()), total - m.left.get());
            });
            m.left.set(m.left.get() - 1);
        });
        steps.set(steps.get() - 1);
        let byte = |n: u32| slots.shr(8 * n) & 255;
        let imm = low.join(high);
        let b = byte(2);
        let b_is_imm = b.eq(u32::from(slot::IMM));
        let value = |s: U32<'k>| k.load64(arrays.slots, s);
        let record = Record {
            b_is_imm,
            dst: byte(0),
            a: byte(1),
            b,
            c: byte(3),
            aux: small & 0xffff,
            more: small.shr(16),
            total: offset.shr(12) & 7,
            offset: offset & 4095,
            imm,
            taken,
            next,
            va: value(byte(1)),
            vb: k.select(b_is_imm, imm, value(b)),
            vc: value(byte(3)),
            vc_high: value(byte(3) + 1),
            old,
        };
        m.writes.set(k.u32(0));
        m.stores.set(k.bool(false));
        m.jumps.set(k.bool(false));
        m.ends_exclusive.set(k.bool(false));
        let addr = k.var(m.address(record));
        let does = |what: u32| (record.more & what).ne(0);
        let is_access = flag(flags::ACCESS);
        let size = record.more & access::SIZE;
        k.if_(is_access & does(access::ATOMIC), || {
            addr.set(record.va);
            k.if_((record.va.low() & (size - 1)).ne(0), || {
                let write = k.select(does(access::STORES), k.u32(1 << 8), k.u32(0));
                m.memory.fail(k, record.va, size | write);
                m.leave(reason::ALIGNMENT);
            });
        });
        let goes_on = m.reason.get().eq(reason::RUNNING);
        k.if_(is_access & does(access::LOADS) & goes_on, || {
            let (value, there) = m.memory.load(k, addr.get(), size);
            old_vars[0].set(value[0]);
            old_vars[1].set(value[1]);
            k.if_(!there, || m.leave(reason::MISS));
        });
        k.if_(m.reason.get().ne(reason::RUNNING), || k.break_());
        let old = Vector { low: old_vars[0].get(), high: old_vars[1].get() };
        let record = Record { old, ..record };
        let arms: Vec<Arm<'_>> = cases
            .iter()
            .enumerate()
            .map(|(n, case)| {
                let body: Box<dyn FnOnce() + '_> = Box::new(move || m.case(*case, record));
                (vec![n as u32], body)
            })
            .collect();
        k.switch(head & 0xffff, arms, || m.leave(reason::ASSIST));
        k.if_(m.stores.get(), || {
            let value = [m.stored[0].get(), m.stored[1].get()];
            let there = m.memory.store(k, addr.get(), size, value);
            k.if_(!there, || m.leave(reason::MISS));
        });
        k.if_(m.jumps.get(), || {
            k.store32(arrays.heat, at, k.load32(arrays.heat, at) + 1);
            m.go(m.target.get(), m.link.get());
        });
        k.if_(m.reason.get().ne(reason::RUNNING), || k.break_());
        // An exclusive store ends the access when nothing can fail any more.
        k.if_(m.ends_exclusive.get(), || {
            m.set_slot(slot::EXCL_ADDR, k.u64(slot::NO_EXCL));
        });
        k.if_(m.writes.get().ne(0), || {
            k.store64(arrays.slots, record.dst, m.result.get());
            k.if_(m.writes.get().eq(2), || {
                k.store64(arrays.slots, record.dst + 1, m.result_high.get());
            });
        });
        // An end has set the cursor.
        k.if_(m.cursor.get().eq(at), || m.cursor.set(at + 1));
    });
    let left_at_target = m.reason.get().eq(reason::NO_BLOCK) | m.reason.get().eq(reason::SYSCALL);
    k.if_(left_at_target, || pc.set(m.page.get()));
    k.if_(m.reason.get().eq(reason::RUNNING), || {
        // The next op may belong to another page than the last instruction.
        let [_, _, _, offset] = k.load32x4(arrays.code, m.cursor.get().shl(1));
        pc.set((m.page.get() & !4095) | (offset & 4095).widen());
    });
    guest.save_slots();
    guest.close_memory();
    guest.set(field::PC, pc.get());
    guest.set(field::LEFT, m.left.get());
    guest.set(field::REASON, m.reason.get().widen());
    guest.set(field::CURSOR, m.cursor.get().widen());
    let executed = (start - steps.get()).widen();
    guest.set(field::STEPS, guest.get(field::STEPS) + executed);
}

impl<'k> Machine<'k> {
    fn leave(&self, why: u32) {
        self.reason.set(self.k.u32(why));
    }

    fn slot(&self, n: u8) -> U64<'k> {
        self.k.load64(self.arrays.slots, self.k.u32(n.into()))
    }

    fn set_slot(&self, n: u8, value: U64<'k>) {
        self.k.store64(self.arrays.slots, self.k.u32(n.into()), value);
    }

    fn give(&self, value: U64<'k>) {
        self.result.set(value);
        self.writes.set(self.k.u32(1));
    }

    fn give_vector(&self, value: Vector<'k>) {
        self.result.set(value.low);
        self.result_high.set(value.high);
        self.writes.set(self.k.u32(2));
    }

    fn vector(&self, low: U64<'k>, slot: U32<'k>) -> Vector<'k> {
        Vector { low, high: self.k.load64(self.arrays.slots, slot + 1) }
    }

    fn case(&self, case: Case, r: Record<'k>) {
        let k = self.k;
        let Case { op, shape } = case;
        match op.class() {
            Class::S1 | Class::S2 | Class::S3 | Class::OnCond => {
                let value = lower::scalar(k, op, shape, self.scalar(r));
                self.give(value.expect("a scalar op is lowered"));
            }
            Class::Flags => {
                let both = lower::flags(k, op, shape, self.scalar(r));
                let (value, nzcv) = both.expect("an op with flags is lowered");
                self.set_slot(slot::NZCV, nzcv);
                self.give(value);
            }
            Class::Load => self.load(r),
            Class::Store => self.store(r),
            Class::Atomic => self.atomic(op, shape, r),
            Class::End => self.end(op, shape, r),
            _ => self.vectors(op, shape, r),
        }
    }

    fn scalar(&self, r: Record<'k>) -> Scalar<'k> {
        Scalar { a: r.va, b: r.vb, c: r.vc, aux: r.aux, nzcv: self.slot(slot::NZCV) }
    }

    fn address(&self, r: Record<'k>) -> U64<'k> {
        let k = self.k;
        let index = k.select(r.b_is_imm, k.u64(0), r.vb.shl(r.aux & 63));
        r.va + index + r.imm
    }

    fn load(&self, r: Record<'k>) {
        let k = self.k;
        let does = |what: u32| (r.more & what).ne(0);
        let above = (k.u32(64) - (r.more & 15).shl(3)) & 63;
        let signed = r.old.low.shl(above).sar(above);
        let signed = k.select(does(access::TO_32), signed & 0xffff_ffff, signed);
        self.result.set(k.select(does(access::SIGNED), signed, r.old.low));
        self.result_high.set(r.old.high);
        self.writes.set(k.select(does(access::VECTOR), k.u32(2), k.u32(1)));
    }

    fn store(&self, r: Record<'k>) {
        self.leave_in_memory(Vector { low: r.vc, high: r.vc_high });
    }

    fn leave_in_memory(&self, value: Vector<'k>) {
        self.stored[0].set(value.low);
        self.stored[1].set(value.high);
        self.stores.set(self.k.bool(true));
    }

    fn atomic(&self, op: Op, shape: Shape, r: Record<'k>) {
        let k = self.k;
        let old = r.old;
        let new = Vector { low: r.vc, high: r.vc_high };
        let same = |a: Vector<'k>, b: Vector<'k>| a.low.eq(b.low) & a.high.eq(b.high);
        match op {
            Op::LoadEx => {
                self.set_slot(slot::EXCL_ADDR, r.va);
                self.set_slot(slot::EXCL_VALUE, old.low);
                self.set_slot(slot::EXCL_VALUE + 1, old.high);
                self.give_vector(old);
            }
            Op::StoreEx => {
                let seen = Vector {
                    low: self.slot(slot::EXCL_VALUE),
                    high: self.slot(slot::EXCL_VALUE + 1),
                };
                let open = self.slot(slot::EXCL_ADDR).eq(r.va) & same(seen, old);
                k.if_(open, || self.leave_in_memory(new));
                self.ends_exclusive.set(k.bool(true));
                self.give((!open).count64());
            }
            Op::Rmw => {
                let low = lower::rmw(k, r.aux, shape, old.low, r.vc);
                self.leave_in_memory(Vector { low, high: k.u64(0) });
                self.give(old.low);
            }
            _ => {
                let size = r.more & access::SIZE;
                let above = (k.u32(64) - size.min(8).shl(3)) & 63;
                let expected = self.vector(r.vb, r.b);
                let wide = size.eq(16);
                let expected = Vector {
                    low: expected.low & k.u64(u64::MAX).shr(above),
                    high: k.select(wide, expected.high, k.u64(0)),
                };
                // A compare that fails writes the old value, so that the write is checked.
                let equal = same(expected, old);
                self.leave_in_memory(Vector {
                    low: k.select(equal, new.low, old.low),
                    high: k.select(equal, new.high, old.high),
                });
                self.give_vector(old);
            }
        }
    }

    fn vectors(&self, op: Op, shape: Shape, r: Record<'k>) {
        let k = self.k;
        let args = self.vector_args(r);
        match op {
            Op::VDup | Op::VFromX => self.give_vector(lower::from_scalar(k, op, shape, r.va)),
            Op::VLane => self.give(lower::lane(k, shape, args.a, r.aux)),
            Op::VInsert => self.give_vector(lower::insert(k, shape, args.a, r.aux, r.vb)),
            _ if lower::is_float(op) => {
                let (which, shape) = (r.more & 0xff, r.more.shr(8));
                let (value, fpsr, nzcv) = lower::float::any(k, which, shape, args);
                self.set_slot(slot::FPSR, fpsr);
                let compares = which.eq(Op::FCompare as u32);
                k.if_(compares | which.eq(Op::FJsConvert as u32), || {
                    self.set_slot(slot::NZCV, nzcv);
                });
                k.if_(!compares, || self.give_vector(value));
            }
            _ => {
                let done = lower::vector_of_total(k, op, shape.lane(), r.total, args);
                let (value, fpsr) = done.expect("a vector op is lowered");
                self.set_slot(slot::FPSR, fpsr);
                self.give_vector(value);
            }
        }
    }

    fn vector_args(&self, r: Record<'k>) -> VectorArgs<'k> {
        VectorArgs {
            a: self.vector(r.va, r.a),
            b: self.vector(r.vb, r.b),
            c: self.vector(r.vc, r.c),
            aux: r.aux,
            imm: r.imm,
            fpcr: self.slot(slot::FPCR),
            fpsr: self.slot(slot::FPSR),
        }
    }

    fn jump(&self, target: U64<'k>, link: U32<'k>) {
        self.target.set(target);
        self.link.set(link);
        self.jumps.set(self.k.bool(true));
    }

    /// Goes on at `pc`, whose record is `link` if that is known.
    fn go(&self, pc: U64<'k>, link: U32<'k>) {
        let k = self.k;
        let record = k.var(link);
        k.if_(link.eq(NO_LINK), || record.set(self.memory.find_block(k, pc)));
        let record = record.get();
        k.if_else(
            record.eq(NO_LINK),
            || {
                // Where the host shall look.
                self.page.set(pc);
                self.leave(reason::NO_BLOCK);
            },
            || {
                self.page.set(pc & !4095);
                self.cursor.set(record);
            },
        );
    }

    fn end(&self, op: Op, shape: Shape, r: Record<'k>) {
        let k = self.k;
        let here = (self.page.get() & !4095) | r.offset.widen();
        let fall = here + r.more.widen();
        let not_executed = |why: u32| {
            self.left.set(self.left.get() + 1);
            self.leave(why);
        };
        let bit = || r.va.shr(r.aux & 63).low() & 1;
        let a = lower::low_bits(r.va, shape.bits());
        let taken = match op {
            Op::Jump => k.bool(true),
            Op::JumpReg => return self.jump(r.va, k.u32(NO_LINK)),
            Op::BranchCond => lower::holds(k, r.aux, self.slot(slot::NZCV)),
            Op::BranchZ => a.eq(0),
            Op::BranchNz => a.ne(0),
            Op::BranchBitZ => bit().eq(0),
            Op::BranchBitNz => bit().ne(0),
            Op::ExitSyscall => {
                self.page.set(fall);
                return self.leave(reason::SYSCALL);
            }
            Op::ExitBreak => return not_executed(reason::BREAK),
            Op::ExitHalt => return not_executed(reason::HALT),
            _ => return not_executed(reason::UNDEFINED),
        };
        self.jump(k.select(taken, r.imm, fall), k.select(taken, r.taken, r.next));
    }
}
