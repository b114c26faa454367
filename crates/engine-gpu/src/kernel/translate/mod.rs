//! Translated code: a region of hot blocks as one kernel.
//!
//! The kernel is a loop around a switch. A block is one or more *arms* of the switch, cut after each
//! access to memory: an arm computes an address and asks for the access, the head of the loop makes it,
//! and the next arm goes on. Indirect jumps are such *services* too. So what is long stands in the
//! kernel once, and drivers, which inline everything, take less time over it. A guest alone makes the
//! accesses that the cache of translations knows in the arm itself, which is faster, and goes on with the
//! next; so do the guests of a swarm if all their code is one block. A block runs only if the budget
//! holds all of it; an instruction that fails is left to the interpreter, which starts it again: before
//! it fails, an instruction changes no register.
//!
//! Guest registers are values within an arm; between arms they are in [`registers`].
//!
//! Guests of a subgroup that go different ways would each have the device to itself in turn, and
//! meet again by chance. So those that are deepest in calls, and of them those at the lowest address,
//! go on, and others wait: loops end together, and functions return together. (Collange, *Stack-less
//! SIMT reconvergence at low cost*, 2011.)

mod part;
mod registers;
mod service;

use super::arrays::{Arrays, Form, Where};
use super::memory::Memory;
use super::state::Guest;
use crate::code::Piece;
use crate::layout::{field, param, reason};
use crate::lower::Native;
use ncpu_shader::{Bool, Build, Case as Arm, Module, U32, U64, Var};
use ncpu_uop::slot::{self, Slot};
use part::{Part, parts};
use registers::Registers;
use rustc_hash::FxHashMap;
use std::collections::BTreeSet;

/// The arms of pieces of code.
pub(crate) struct Region<'p> {
    parts: Vec<Part<'p>>,
    /// For each piece its first record and its first arm.
    entries: Vec<(u32, u32)>,
}

impl<'p> Region<'p> {
    /// The region of these pieces. Guests that wait for each other let the first go first.
    pub(crate) fn of(pieces: &'p [Piece]) -> Self {
        let mut new = Self { parts: Vec::new(), entries: Vec::new() };
        for piece in pieces {
            new.entries.push((piece.record, new.parts.len() as u32));
            new.parts.extend(parts(piece));
        }
        new
    }

    /// For each piece its first record and the number of its first arm.
    pub(crate) fn entries(&self) -> &[(u32, u32)] {
        &self.entries
    }

    /// Its kernel `translated`.
    pub(crate) fn module(&self, place: Where, workgroup: u32, form: Form) -> Module {
        let used = self.uses(place, form);
        let module = Module::new();
        let arrays = Arrays::declare(&module, place, form);
        let memory = Memory::define(&module, arrays);
        module.kernel("translated", workgroup, |k| {
            let mut guest = Guest::new(k, arrays);
            let inside = guest.number.lt(guest.guests);
            // Others only look on, at a guest that is there.
            guest.number = k.select(inside, guest.number, k.u32(0));
            let why = guest.get(field::REASON).low();
            let ready = why.eq(reason::RUNNING) | why.eq(reason::TRANSLATED);
            let start = entry(k, arrays, guest.get(field::CURSOR).low());
            let active = inside & ready & start.ne(0);
            let any = if form.together {
                k.subgroup_min(k.select(active, k.u32(0), k.u32(1))).eq(0)
            } else {
                active
            };
            k.if_(any, || {
                guest.open_memory();
                let registers = Registers::load(guest, &used);
                let r = Runner::new(guest, memory, registers, self, start - 1);
                if form.together {
                    k.if_(!active, || r.reason.set(k.u32(LOOKING_ON)));
                }
                r.run(&self.parts);
                k.if_(active, || {
                    r.registers.save(guest, &used);
                    guest.close_memory();
                    r.leave();
                });
            });
        });
        module
    }

    /// Which slots the code uses: what it does is recorded once for that alone.
    fn uses(&self, place: Where, form: Form) -> BTreeSet<Slot> {
        let module = Module::new();
        let arrays = Arrays::declare(&module, place, form);
        let memory = Memory::define(&module, arrays);
        let mut used = BTreeSet::new();
        module.kernel("uses", 1, |k| {
            let guest = Guest::new(k, arrays);
            let registers = Registers::nowhere(k);
            let r = Runner::new(guest, memory, registers, self, k.u32(0));
            r.run(&self.parts);
            used = r.registers.used();
        });
        used
    }
}

/// 1 + the number of the arm of the piece that starts at a record, or 0.
fn entry<'k>(k: &'k Build<'k>, arrays: Arrays, record: U32<'k>) -> U32<'k> {
    let [_, _, _, word] = k.load32x4(arrays.code, record.shl(1));
    word.shr(16)
}

/// The variables of the kernel.
struct Runner<'k> {
    k: &'k Build<'k>,
    guest: Guest<'k>,
    arrays: Arrays,
    memory: Memory,
    registers: Registers<'k>,
    /// Arms and records of pieces by address.
    numbers: FxHashMap<u64, (u32, u32)>,
    /// The arm to go on with.
    arm: Var<'k, U32<'k>>,
    /// The stack pointer with which the guest started.
    stack: U64<'k>,
    /// The budget at the start.
    budget: U64<'k>,
    /// How many instructions of it this dispatch may execute, and what is left of those.
    share: U32<'k>,
    left: Var<'k, U32<'k>>,
    reason: Var<'k, U32<'k>>,
    /// Where the guest is when it leaves.
    cursor: Var<'k, U32<'k>>,
    /// The piece that runs; when the guest leaves, where it is.
    pc: Var<'k, U64<'k>>,
    /// The service that is asked for ([`service`]), its address and value.
    wanted: Var<'k, U32<'k>>,
    addr: Var<'k, U64<'k>>,
    value: [Var<'k, U64<'k>>; 2],
    /// Whether the jump that is wanted is no branch, [`crate::layout::UNBRANCHED`]: for coverage.
    unbranched: Var<'k, U32<'k>>,
    /// The device's doubles, if they are to be used.
    native: Option<Native<'k>>,
}

/// No arm.
const NOBODY: u32 = u32::MAX;

/// Why somebody who only waits for the others of its subgroup does nothing.
const LOOKING_ON: u32 = u32::MAX - 1;

/// Why the loop ends when the dispatch's share is spent, but not the budget.
const SHARE_SPENT: u32 = u32::MAX;

impl<'k> Runner<'k> {
    fn new(
        guest: Guest<'k>,
        memory: Memory,
        registers: Registers<'k>,
        region: &Region<'_>,
        start: U32<'k>,
    ) -> Self {
        let k = guest.k;
        let zero = k.u64(0);
        let budget = guest.get(field::LEFT);
        let fuel = k.load32(guest.arrays.params, k.u32(param::FUEL));
        let share = budget.min(fuel.widen()).low();
        let number =
            |(record, arm): &(u32, u32)| (region.parts[*arm as usize].piece.pc, (*arm, *record));
        Self {
            k,
            guest,
            arrays: guest.arrays,
            memory,
            registers,
            numbers: region.entries.iter().map(number).collect(),
            arm: k.var(start),
            stack: if guest.arrays.form.together { guest.get(field::STACK) } else { zero },
            budget,
            share,
            left: k.var(share),
            reason: k.var(k.u32(reason::RUNNING)),
            cursor: k.var(guest.get(field::CURSOR).low()),
            pc: k.var(guest.get(field::PC)),
            wanted: k.var(k.u32(service::NONE)),
            addr: k.var(zero),
            value: [k.var(zero), k.var(zero)],
            unbranched: k.var(k.u32(0)),
            native: guest.arrays.native(k),
        }
    }

    fn run(&self, parts: &[Part<'_>]) {
        let k = self.k;
        k.loop_(|| {
            k.if_(self.wanted.get().ne(service::NONE), || self.serve());
            if self.arrays.form.together {
                let (first, mine) = self.first();
                k.if_(first.eq(NOBODY), || k.break_());
                // All of them go the same way through the loop, so that they stay together.
                self.switch(first, parts, |part, n| k.if_(mine, || self.part(part, n)));
            } else {
                k.if_(self.reason.get().ne(reason::RUNNING), || k.break_());
                self.pieces(parts);
            }
        });
    }

    /// The arms of a piece one after the other, for a guest that waits for no other: it goes from one to
    /// the next without the loop's head, unless that has to serve it.
    fn pieces(&self, parts: &[Part<'_>]) {
        let k = self.k;
        let mut number = 0;
        let arms: Vec<Arm<'_>> = parts
            .chunk_by(|a, b| std::ptr::eq(a.piece, b.piece))
            .map(|piece| {
                let first = number;
                number += piece.len() as u32;
                let body: Box<dyn FnOnce() + '_> = Box::new(move || {
                    for (n, part) in (first..).zip(piece) {
                        let next = self.arm.get().eq(n) & self.wanted.get().eq(service::NONE);
                        k.if_(next, || self.part(part, n));
                    }
                });
                ((first..number).collect(), body)
            })
            .collect();
        k.switch(self.arm.get(), arms, || ());
    }

    fn switch<'p>(
        &self,
        arm: U32<'k>,
        parts: &'p [Part<'p>],
        run: impl Fn(&'p Part<'p>, u32) + Copy,
    ) {
        let arms: Vec<Arm<'_>> = (0..)
            .zip(parts)
            .map(|(n, part)| {
                let body: Box<dyn FnOnce() + '_> = Box::new(move || run(part, n));
                (vec![n], body)
            })
            .collect();
        self.k.switch(arm, arms, || ());
    }

    /// The arm whose turn it is in the subgroup, or [`NOBODY`], and whether it is this guest's.
    fn first(&self) -> (U32<'k>, Bool<'k>) {
        let k = self.k;
        let runs = self.reason.get().eq(reason::RUNNING);
        let nobody = k.u32(NOBODY);
        // Where a stack starts may depend on arguments. From there it grows downwards, so that the least
        // number is the deepest.
        let height = (self.registers.at_home(slot::SP) - self.stack).low() - 1;
        let height = k.select(runs, height, nobody);
        let deepest = k.subgroup_min(height);
        let arm = k.select(runs & height.eq(deepest), self.arm.get(), nobody);
        let first = k.subgroup_min(arm);
        (first, arm.eq(first))
    }

    /// Puts down how far the guest is.
    fn leave(&self) {
        let guest = self.guest;
        guest.set(field::PC, self.pc.get());
        let executed = (self.share - self.left.get()).widen();
        guest.set(field::LEFT, self.budget - executed);
        guest.set(field::TRANSLATED, guest.get(field::TRANSLATED) + executed);
        let why = self.reason.get();
        let why = self.k.select(why.eq(SHARE_SPENT), self.k.u32(reason::RUNNING), why);
        let why = if self.arrays.form.coverage {
            let missing = why.eq(reason::NO_BLOCK);
            why.join(self.k.select(missing, self.unbranched.get(), self.k.u32(0)))
        } else {
            why.widen()
        };
        guest.set(field::REASON, why);
        guest.set(field::CURSOR, self.cursor.get().widen());
    }
}
