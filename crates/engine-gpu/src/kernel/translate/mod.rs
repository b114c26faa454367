//! Translated code: a region of hot blocks as one kernel.
//!
//! The kernel is a loop around a switch. A block is one or more [`segment`]s, each of which ends with an
//! access to memory and, on its way, makes others. The first arm of a segment does all of it, if the cache
//! of translations knows the pages; otherwise it asks the head of the loop for the first access, and
//! another arm goes on after that. Indirect jumps are such *services* of the head too. So what is long
//! stands in the kernel once, and drivers, which inline everything, take less time over it. A guest alone
//! goes from one segment to the next, and round through the blocks of a loop, without the head and the
//! switch ([`mod@groups`]); so do the guests of a swarm if all their code is one block. Other swarms ask for
//! every access. A block runs only if the budget holds all of it; an instruction that fails is left to the
//! interpreter, which starts it again: before it fails, an instruction changes no register.
//!
//! Guest registers are values within an arm; between arms they are in [`registers`].
//!
//! Guests of a subgroup that go different ways would each have the device to itself in turn, and
//! meet again by chance. So those that are deepest in calls, and of them those at the lowest address,
//! go on, and others wait: loops end together, and functions return together. (Collange, *Stack-less
//! SIMT reconvergence at low cost*, 2011.)

mod access;
mod condition;
mod groups;
mod linux;
mod part;
mod registers;
mod segment;
mod service;

use super::arrays::{Arrays, Form, Where};
use super::memory::Memory;
use super::state::Guest;
use super::syscalls::SCRATCH;
use crate::code::Piece;
use crate::layout::{field, param, reason};
use crate::lower::Native;
use condition::Compared;
use groups::{goes_round, groups};
use ncpu_shader::{Array, Bool, Build, Case as Arm, Element, Module, Space, U32, U64, Var};
use ncpu_uop::slot::{self, Slot};
use part::{Part, parts};
use registers::Registers;
use rustc_hash::{FxHashMap, FxHashSet};
use std::cell::Cell;
use std::collections::BTreeSet;
use std::ops::Range;

/// The arms of pieces of code.
pub(crate) struct Region<'p> {
    parts: Vec<Part<'p>>,
    /// For each piece its first record and its first arm.
    entries: Vec<(u32, u32)>,
    /// Which pieces set the flags before they read them, by address.
    setters: FxHashSet<u64>,
    form: Form,
}

impl<'p> Region<'p> {
    /// The region of these pieces. Guests that wait for each other let the first go first.
    pub(crate) fn of(pieces: &'p [Piece], form: Form) -> Self {
        let most = if form.asks() { 1 } else { usize::MAX };
        let setters = condition::setters(pieces);
        let mut new = Self { parts: Vec::new(), entries: Vec::new(), setters, form };
        let groups = if form.together {
            pieces.iter().map(|piece| vec![piece]).collect()
        } else {
            groups(pieces)
        };
        for (number, group) in groups.into_iter().enumerate() {
            for piece in group {
                new.entries.push((piece.record, new.parts.len() as u32));
                new.parts.extend(parts(piece, number, most));
            }
        }
        new
    }

    /// For each piece its first record and the number of its first arm.
    pub(crate) fn entries(&self) -> &[(u32, u32)] {
        &self.entries
    }

    /// Its kernel `translated`.
    pub(crate) fn module(&self, place: Where, workgroup: u32) -> Module {
        let used = self.uses(place);
        let form = self.form;
        let module = Module::new();
        let around = self.around(&module, place);
        let arrays = around.arrays;
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
                let r = Runner::new(guest, around, registers, self, start - 1);
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

    /// What the kernel needs of its module.
    fn around(&self, module: &Module, place: Where) -> Around {
        let form = self.form;
        let arrays = Arrays::declare(module, place, form);
        let memory = Memory::define(module, arrays);
        let calls = form.linux && self.parts.iter().any(Part::calls);
        let scratch = || module.array("scratch", Element::U32, Space::Private(SCRATCH));
        Around { arrays, memory, scratch: calls.then(scratch) }
    }

    /// Which slots the code uses: what it does is recorded once for that alone.
    fn uses(&self, place: Where) -> BTreeSet<Slot> {
        let module = Module::new();
        let around = self.around(&module, place);
        let mut used = BTreeSet::new();
        module.kernel("uses", 1, |k| {
            let guest = Guest::new(k, around.arrays);
            let registers = Registers::nowhere(k);
            let r = Runner::new(guest, around, registers, self, k.u32(0));
            r.run(&self.parts);
            used = r.registers.used();
        });
        used
    }
}

/// What a kernel uses of its module.
#[derive(Clone, Copy)]
struct Around {
    arrays: Arrays,
    memory: Memory,
    /// For answers to system calls, if any are made.
    scratch: Option<Array>,
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
    scratch: Option<Array>,
    registers: Registers<'k>,
    /// Arms and records of pieces by address.
    numbers: FxHashMap<u64, (u32, u32)>,
    /// Which pieces set the flags before they read them.
    setters: &'k FxHashSet<u64>,
    /// What was compared in the arm that is being recorded, if its flags are not known yet.
    compared: Cell<Option<Compared<'k>>>,
    /// The arm of system calls, the last.
    call_arm: u32,
    /// The arm to go on with.
    arm: Var<'k, U32<'k>>,
    /// The stack pointer with which the guest started.
    stack: U64<'k>,
    /// How many instructions the guest may still execute: its turn, as far as this dispatch's share
    /// allows. Then what is left of the turn, and what is left of the share; one of them is 0.
    left: Var<'k, U32<'k>>,
    rest: Var<'k, U64<'k>>,
    fuel: Var<'k, U32<'k>>,
    reason: Var<'k, U32<'k>>,
    /// The high half of the reason.
    detail: Var<'k, U32<'k>>,
    /// Where the guest is when it leaves.
    cursor: Var<'k, U32<'k>>,
    /// The piece that runs; when the guest leaves, where it is.
    pc: Var<'k, U64<'k>>,
    /// The service that is asked for ([`service`]), its address and value.
    wanted: Var<'k, U32<'k>>,
    addr: Var<'k, U64<'k>>,
    value: [Var<'k, U64<'k>>; 2],
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
        around: Around,
        registers: Registers<'k>,
        region: &'k Region<'_>,
        start: U32<'k>,
    ) -> Self {
        let k = guest.k;
        let zero = k.u64(0);
        let fuel = k.load32(around.arrays.params, k.u32(param::FUEL));
        let number =
            |(record, arm): &(u32, u32)| (region.parts[*arm as usize].piece.pc, (*arm, *record));
        let new = Self {
            k,
            guest,
            arrays: around.arrays,
            memory: around.memory,
            scratch: around.scratch,
            registers,
            numbers: region.entries.iter().map(number).collect(),
            setters: &region.setters,
            compared: Cell::new(None),
            call_arm: region.parts.len() as u32,
            arm: k.var(start),
            stack: if guest.arrays.form.together { guest.get(field::STACK) } else { zero },
            left: k.var(k.u32(0)),
            rest: k.var(guest.get(field::LEFT)),
            fuel: k.var(fuel),
            reason: k.var(k.u32(reason::RUNNING)),
            detail: k.var(k.u32(0)),
            cursor: k.var(guest.get(field::CURSOR).low()),
            pc: k.var(guest.get(field::PC)),
            wanted: k.var(k.u32(service::NONE)),
            addr: k.var(zero),
            value: [k.var(zero), k.var(zero)],
            native: guest.arrays.native(k),
        };
        new.take_share();
        new
    }

    fn run(&self, parts: &[Part<'_>]) {
        let k = self.k;
        k.loop_(|| {
            k.if_(self.wanted.get().ne(service::NONE), || self.serve());
            if self.arrays.form.together {
                let (first, mine) = self.first();
                k.if_(first.eq(NOBODY), || k.break_());
                // All of them go the same way through the loop, so that they stay together.
                self.switch(first, mine, parts);
            } else {
                k.if_(self.reason.get().ne(reason::RUNNING), || k.break_());
                self.groups(parts);
            }
        });
    }

    /// For a guest that waits for no other: the first arms of all segments in a group of pieces one after the
    /// other, round and round, so that the guest goes on without the loop's head and the switch, unless the
    /// head has to serve it or it leaves the group. The other arms stand for themselves.
    fn groups(&self, parts: &[Part<'_>]) {
        let k = self.k;
        let mut number = 0;
        let mut arms: Vec<Arm<'_>> = Vec::new();
        for group in parts.chunk_by(|a, b| a.group == b.group) {
            let range = number..number + group.len() as u32;
            let numbered = range.clone().zip(group);
            number = range.end;
            let (main, others): (Vec<_>, Vec<_>) = numbered.partition(|(_, part)| part.is_main());
            let numbers = main.iter().map(|(n, _)| *n).collect();
            let body: Box<dyn FnOnce() + '_> = Box::new(move || self.group(main, range));
            arms.push((numbers, body));
            for (n, part) in others {
                arms.push((vec![n], Box::new(move || self.part(part, n))));
            }
        }
        if self.scratch.is_some() {
            arms.push((vec![self.call_arm], Box::new(|| self.call())));
        }
        k.switch(self.arm.get(), arms, || ());
    }

    fn group(&self, main: Vec<(u32, &Part<'_>)>, range: Range<u32>) {
        let k = self.k;
        let once = || {
            for (n, part) in &main {
                k.if_(self.arm.get().eq(*n), || self.part(part, *n));
            }
        };
        if !goes_round(&main) {
            return once();
        }
        k.loop_(|| {
            once();
            let here = (self.arm.get() - range.start).lt(range.end - range.start);
            let runs = self.wanted.get().eq(service::NONE) & self.reason.get().eq(reason::RUNNING);
            k.if_(!(here & runs), || k.break_());
        });
    }

    /// The arm `arm`, of guests whose it is.
    fn switch(&self, arm: U32<'k>, mine: Bool<'k>, parts: &[Part<'_>]) {
        let k = self.k;
        let mut arms: Vec<Arm<'_>> = (0..)
            .zip(parts)
            .map(|(n, part)| {
                let run = move || k.if_(mine, || self.part(part, n));
                let body: Box<dyn FnOnce() + '_> = Box::new(run);
                (vec![n], body)
            })
            .collect();
        if self.scratch.is_some() {
            let call = || k.if_(mine, || self.call());
            arms.push((vec![self.call_arm], Box::new(call)));
        }
        k.switch(arm, arms, || ());
    }

    /// The arm whose turn it is in the subgroup, or [`NOBODY`], and whether it is this guest's.
    fn first(&self) -> (U32<'k>, Bool<'k>) {
        let k = self.k;
        let runs = self.reason.get().eq(reason::RUNNING);
        let nobody = k.u32(NOBODY);
        // Those at system calls wait for all others, which come to theirs: what is after that is the same
        // code for all, if they are alike.
        let waits =
            if self.scratch.is_some() { self.arm.get().eq(self.call_arm) } else { k.bool(false) };
        // Where a stack starts may depend on arguments. From there it grows downwards, so that the least
        // number is the deepest.
        let height = (self.registers.at_home(slot::SP) - self.stack).low() - 1;
        let height = k.select(runs & !waits, height, nobody);
        let deepest = k.subgroup_min(height);
        let arm = k.select(runs & height.eq(deepest), self.arm.get(), nobody);
        let first = k.subgroup_min(arm);
        (first, arm.eq(first))
    }

    /// Puts down how far the guest is.
    fn leave(&self) {
        let guest = self.guest;
        guest.set(field::PC, self.pc.get());
        let left = self.budget();
        let executed = guest.get(field::LEFT) - left;
        guest.set(field::LEFT, left);
        guest.set(field::TRANSLATED, guest.get(field::TRANSLATED) + executed);
        let why = self.reason.get();
        let why = self.k.select(why.eq(SHARE_SPENT), self.k.u32(reason::RUNNING), why);
        guest.set(field::REASON, why.join(self.detail.get()));
        guest.set(field::CURSOR, self.cursor.get().widen());
    }
}
