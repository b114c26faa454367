//! The interpreter: one micro-op a round, for code that is cold and guests that diverge.

mod access;

use super::arrays::{Arrays, Form, NOWHERE, Where};
use super::memory::Memory;
use super::state::Guest;
use crate::layout::{NO_LINK, UNBRANCHED, end, field, flags, param, reason};
use crate::lower::{self, Doubles, Native, Scalar, Vector, VectorArgs, alu};
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
pub(crate) fn interpreter(cases: &[Case], doubles: Doubles) -> Module {
    with_form(cases, Where::Workgroup, 1, Form { doubles, ..Form::default() })
}

/// The interpreter for a swarm's guests.
pub(crate) fn swarm_interpreter(
    cases: &[Case],
    workgroup: u32,
    coverage: bool,
    doubles: Doubles,
) -> Module {
    let form = Form { swarm: true, coverage, doubles, ..Form::default() };
    with_form(cases, Where::Private, workgroup, form)
}

fn with_form(cases: &[Case], place: Where, workgroup: u32, form: Form) -> Module {
    let module = Module::new();
    let arrays = Arrays::declare(&module, place, form);
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
    guest: Guest<'k>,
    arrays: Arrays,
    memory: Memory,
    /// What is left of the budget, or of its first two billion.
    left: Var<'k, U32<'k>>,
    cursor: Var<'k, U32<'k>>,
    /// The page of the block that runs; where it left for an address, that address.
    page: Var<'k, U64<'k>>,
    reason: Var<'k, U32<'k>>,
    /// The result of the op, and whether it goes to its destination's slot (1), or to two of them (2).
    result: Var<'k, U64<'k>>,
    result_high: Var<'k, U64<'k>>,
    writes: Var<'k, U32<'k>>,
    /// What is in memory after an op that stores, and whether it is to be stored.
    stored: [Var<'k, U64<'k>>; 2],
    stores: Var<'k, Bool<'k>>,
    ends_exclusive: Var<'k, Bool<'k>>,
    /// Whether the end was no branch, [`UNBRANCHED`], for who finds the block.
    unbranched: Var<'k, U32<'k>>,
    native: Option<Native<'k>>,
}

/// A record and the values of its operands.
#[derive(Clone, Copy)]
struct Record<'k> {
    at: U32<'k>,
    head: U32<'k>,
    b_is_imm: Bool<'k>,
    dst: U32<'k>,
    a: U32<'k>,
    b: U32<'k>,
    c: U32<'k>,
    /// `aux` and in the high half what else the op needs.
    small: U32<'k>,
    place: U32<'k>,
    imm: U64<'k>,
    taken: U32<'k>,
    next: U32<'k>,
    va: U64<'k>,
    /// The immediate where the record says so.
    vb: U64<'k>,
    vc: U64<'k>,
}

impl<'k> Record<'k> {
    fn is(&self, flag: u32) -> Bool<'k> {
        (self.head & (flag << 16)).ne(0)
    }

    fn aux(&self) -> U32<'k> {
        self.small & 0xffff
    }

    fn more(&self) -> U32<'k> {
        self.small.shr(16)
    }

    fn does(&self, what: u32) -> Bool<'k> {
        (self.small & (what << 16)).ne(0)
    }
}

/// The most instructions that are counted without a look at the whole budget.
const CHUNK: u32 = 1 << 31;

fn run<'k>(k: &'k Build<'k>, guest: Guest<'k>, memory: Memory, cases: &[Case]) {
    let arrays = guest.arrays;
    guest.open_memory();
    guest.load_slots();
    let zero = k.u64(0);
    let budget = guest.get(field::LEFT);
    let chunk = budget.min(u64::from(CHUNK)).low();
    let m = Machine {
        k,
        guest,
        arrays,
        memory,
        left: k.var(chunk),
        cursor: k.var(guest.get(field::CURSOR).low()),
        page: k.var(guest.get(field::PC) & !4095),
        reason: k.var(k.u32(reason::RUNNING)),
        result: k.var(zero),
        result_high: k.var(zero),
        writes: k.var(k.u32(0)),
        stored: [k.var(zero), k.var(zero)],
        stores: k.var(k.bool(false)),
        ends_exclusive: k.var(k.bool(false)),
        unbranched: k.var(k.u32(0)),
        native: arrays.native(k),
    };
    let steps = k.var(k.load32(arrays.params, k.u32(param::STEPS)));
    let start = steps.get();
    let translates = k.load32(arrays.params, k.u32(param::TRANSLATES)).ne(0);
    let count = || guest.get(field::TOTAL) - budget + (chunk - m.left.get()).widen();
    k.loop_(|| {
        let at = m.cursor.get();
        let [head, regs, small, place] = k.load32x4(arrays.code, at.shl(1));
        let [low, high, taken, next] = k.load32x4(arrays.code, at.shl(1) + 1);
        let flag = |f: u32| (head & (f << 16)).ne(0);
        let first = flag(flags::FIRST);
        // A branch costs as much as ten additions: all that is rare is asked at once.
        let rare = m.left.get().eq(0) | flag(flags::TRANSLATED | flags::COUNTS);
        k.if_(steps.get().eq(0) | (first & rare), || {
            k.if_(steps.get().eq(0), || k.break_());
            // Translated blocks are left to the kernel that has them, unless it just left them.
            k.if_(flag(flags::TRANSLATED) & translates & steps.get().ne(start), || {
                m.leave(reason::TRANSLATED);
            });
            k.if_(flag(flags::COUNTS), || {
                k.store64(arrays.slots, k.u32(slot::ICOUNT.into()), count());
            });
            k.if_(m.left.get().eq(0), || m.leave(reason::BUDGET));
            k.if_(m.reason.get().ne(reason::RUNNING), || k.break_());
        });
        m.left.set(m.left.get() - first.count());
        steps.set(steps.get() - 1);
        let byte = |n: u32| regs.shr(8 * n) & 255;
        let imm = low.join(high);
        let b = byte(2);
        let b_is_imm = b.eq(u32::from(slot::IMM));
        let value = |s: U32<'k>| k.load64(arrays.slots, s);
        let record = Record {
            at,
            head,
            b_is_imm,
            dst: byte(0),
            a: byte(1),
            b,
            c: byte(3),
            small,
            place,
            imm,
            taken,
            next,
            va: value(byte(1)),
            vb: k.select(b_is_imm, imm, value(b)),
            vc: value(byte(3)),
        };
        let others = || {
            k.if_else(
                record.is(flags::ACCESS),
                || m.access(cases, record),
                || {
                    let end = || m.end_of_block(cases, record);
                    k.if_else(record.is(flags::END), end, || m.compute(cases, record));
                },
            );
            k.if_(m.reason.get().ne(reason::RUNNING), || k.break_());
        };
        k.if_else(record.is(flags::ALU), || m.alu(record), others);
    });
    // A chunk that is used up is not the budget.
    let more = budget.ne(chunk.widen());
    k.if_(m.reason.get().eq(reason::BUDGET) & more, || m.leave(reason::RUNNING));
    let why = m.reason.get();
    let pc = k.var(m.page.get());
    k.if_(why.ne(reason::NO_BLOCK) & why.ne(reason::SYSCALL), || {
        // All ops of an instruction tell its place.
        let [_, _, _, place] = k.load32x4(arrays.code, m.cursor.get().shl(1));
        pc.set((pc.get() & !4095) | (place & 4095).widen());
    });
    guest.save_slots();
    guest.close_memory();
    guest.set(field::PC, pc.get());
    guest.set(field::LEFT, budget - (chunk - m.left.get()).widen());
    let why = if arrays.form.coverage {
        why.join(k.select(why.eq(reason::NO_BLOCK), m.unbranched.get(), k.u32(0)))
    } else {
        why.widen()
    };
    guest.set(field::REASON, why);
    guest.set(field::CURSOR, m.cursor.get().widen());
    let executed = (start - steps.get()).widen();
    guest.set(field::STEPS, guest.get(field::STEPS) + executed);
}

fn is_access(class: Class) -> bool {
    use Class::{Atomic, Load, LoadV, Store, StoreV};
    matches!(class, Load | LoadV | Store | StoreV | Atomic)
}

/// Which cases belong to one of the interpreter's switches.
type Kind = fn(Class) -> bool;

impl<'k> Machine<'k> {
    /// A switch over the cases of a kind; others are left to the host.
    fn switch(&self, cases: &[Case], kind: Kind, record: Record<'k>, old: Vector<'k>) {
        let arms: Vec<Arm<'_>> = cases
            .iter()
            .enumerate()
            .filter(|(_, case)| kind(case.op.class()))
            .map(|(n, case)| {
                let (m, case) = (*self, *case);
                let body: Box<dyn FnOnce() + '_> = Box::new(move || m.case(case, record, old));
                (vec![n as u32], body)
            })
            .collect();
        self.k.switch(record.head & 0xffff, arms, || self.leave(reason::ASSIST));
    }

    /// An op that only computes.
    fn compute(&self, cases: &[Case], r: Record<'k>) {
        let k = self.k;
        self.writes.set(k.u32(1));
        let none = Vector { low: k.u64(0), high: k.u64(0) };
        let kind: Kind = |class| class != Class::End && !is_access(class);
        self.switch(cases, kind, r, none);
        k.if_(self.reason.get().eq(reason::RUNNING), || self.write_back(r));
    }

    /// Puts the result where it belongs and goes on with the next record.
    fn write_back(&self, r: Record<'k>) {
        let k = self.k;
        k.if_(self.writes.get().ne(0), || {
            k.store64(self.arrays.slots, r.dst, self.result.get());
            k.if_(self.writes.get().eq(2), || {
                k.store64(self.arrays.slots, r.dst + 1, self.result_high.get());
            });
        });
        self.cursor.set(r.at + 1);
    }

    /// What the unit for most scalar ops does.
    fn alu(&self, r: Record<'k>) {
        let k = self.k;
        let (control, slots) = (r.taken, self.arrays.slots);
        k.if_else(
            alu::is_plain(control),
            || k.store64(slots, r.dst, alu::plain(k, control, r.va, r.vb)),
            || {
                let nzcv = self.slot(slot::NZCV);
                let args = Scalar { a: r.va, b: r.vb, c: r.vc, aux: r.aux(), nzcv };
                let answer = alu::alu(k, control, args);
                k.store64(slots, r.dst, answer.value);
                let place = k.u32(slot::NZCV.into());
                let place = k.select(answer.sets_flags, place, k.u32(NOWHERE));
                k.store64(slots, place, answer.nzcv);
            },
        );
        self.cursor.set(r.at + 1);
    }

    fn end_of_block(&self, cases: &[Case], r: Record<'k>) {
        let none = Vector { low: self.k.u64(0), high: self.k.u64(0) };
        self.k.if_else(
            r.is(flags::BRANCH),
            || self.branch(r),
            || self.switch(cases, |class| class == Class::End, r, none),
        );
    }

    /// The address after the block.
    fn fall(&self, r: Record<'k>) -> U64<'k> {
        (self.page.get() & !4095) + ((r.place & 4095) + (r.more() & end::TO_END)).widen()
    }

    fn branch(&self, r: Record<'k>) {
        let k = self.k;
        let above = k.select(r.does(end::NARROW), k.u32(0), k.u32(u32::MAX));
        let zero = (r.va.low() | (r.va.high() & above)).eq(0);
        let bit = (r.va.shr(r.aux() & 63).low() & 1).ne(0);
        let holds = lower::holds(k, r.aux(), self.slot(slot::NZCV));
        let asked = (r.does(end::CONDITION) & holds) | (r.does(end::ZERO) & zero);
        let taken = (asked | (r.does(end::BIT) & bit)) ^ r.does(end::INVERT);
        let link = k.select(taken, r.taken, r.next);
        // Nobody translates what swarms run, and so many guests would wait for each other.
        if !self.arrays.form.swarm {
            let _ = k.atomic_add(self.arrays.heat, r.at, k.u32(1));
        }
        k.if_else(
            link.ne(NO_LINK),
            // In the same page.
            || self.cursor.set(link),
            || {
                let target = k.select(taken, r.imm, self.fall(r));
                self.go(k.select(r.does(end::REGISTER), r.va, target));
            },
        );
        if self.arrays.form.coverage {
            let cut = r.is(flags::CUT);
            self.unbranched.set(k.select(cut, k.u32(UNBRANCHED), k.u32(0)));
            k.if_(!cut & self.reason.get().eq(reason::RUNNING), || {
                self.guest.cover(self.cursor.get());
            });
        }
    }

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

    fn case(&self, case: Case, r: Record<'k>, old: Vector<'k>) {
        let k = self.k;
        let Case { op, shape } = case;
        match op.class() {
            Class::S1 | Class::S2 | Class::S3 | Class::OnCond => {
                let value = lower::scalar(k, op, shape, self.scalar(op, r));
                self.give(value.expect("a scalar op is lowered"));
            }
            Class::Flags => {
                let both = lower::flags(k, op, shape, self.scalar(op, r));
                let (value, nzcv) = both.expect("an op with flags is lowered");
                self.set_slot(slot::NZCV, nzcv);
                self.give(value);
            }
            Class::Atomic => self.atomic(op, shape, r, old),
            Class::End => self.exit(op, r),
            _ => self.vectors(op, shape, r),
        }
    }

    fn scalar(&self, op: Op, r: Record<'k>) -> Scalar<'k> {
        let nzcv = match op.class() {
            Class::Flags | Class::OnCond => self.slot(slot::NZCV),
            _ => self.k.u64(0),
        };
        Scalar { a: r.va, b: r.vb, c: r.vc, aux: r.aux(), nzcv }
    }

    fn vectors(&self, op: Op, shape: Shape, r: Record<'k>) {
        let k = self.k;
        let args = self.vector_args(r);
        match op {
            Op::VDup | Op::VFromX => self.give_vector(lower::from_scalar(k, op, shape, r.va)),
            Op::VLane => self.give(lower::lane(k, shape, args.a, r.aux())),
            Op::VInsert => self.give_vector(lower::insert(k, shape, args.a, r.aux(), r.vb)),
            _ if lower::is_float(op) => {
                let (which, shape) = (r.more() & 0xff, r.more().shr(8));
                let (value, fpsr, nzcv) = lower::float::any(k, which, shape, args);
                self.set_slot(slot::FPSR, fpsr);
                let compares = which.eq(Op::FCompare as u32);
                k.if_(compares | which.eq(Op::FJsConvert as u32), || {
                    self.set_slot(slot::NZCV, nzcv);
                });
                self.give_vector(value);
                // A comparison has no other result.
                k.if_(compares, || self.writes.set(k.u32(0)));
            }
            _ => {
                let done = lower::vector_of_total(k, op, shape.lane(), r.place.shr(12) & 7, args);
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
            aux: r.aux(),
            imm: r.imm,
            fpcr: self.slot(slot::FPCR),
            fpsr: self.slot(slot::FPSR),
            native: self.native,
        }
    }

    /// Goes on at `pc`, whose record is to be found.
    fn go(&self, pc: U64<'k>) {
        let k = self.k;
        let record = self.memory.find_block(k, pc);
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

    /// Leaves the guest.
    fn exit(&self, op: Op, r: Record<'k>) {
        let not_executed = |why: u32| {
            self.left.set(self.left.get() + 1);
            self.leave(why);
        };
        match op {
            Op::ExitSyscall => {
                self.page.set(self.fall(r));
                self.leave(reason::SYSCALL);
            }
            Op::ExitBreak => not_executed(reason::BREAK),
            Op::ExitHalt => not_executed(reason::HALT),
            _ => not_executed(reason::UNDEFINED),
        }
    }
}
