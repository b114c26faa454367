//! Between the interpreter's dispatches, for guests with a [`Console`]: input, output, and the halt.
//!
//! A step of input or output faults before it has changed anything, and its instruction has been
//! counted then. It is done here, and the guest goes on after it.

use super::arrays::{Arrays, Form, Where};
use super::memory::Memory;
use super::state::Guest;
use super::turns::State;
use crate::layout::{UNBRANCHED, field, param, reason};
use crate::swarm::Console;
use ncpu_shader::{Bool, Build, Module, U32, U64};

/// As operand the sign of input and output; as a value the end of input.
const SPECIAL: u64 = 0xffff;
/// The bit of a program counter that halts.
const HALTED: u32 = 15;
/// Cells of a step.
const STEP: u64 = 3;

/// The module of the kernel `console`.
pub(crate) fn console(workgroup: u32, coverage: bool, console: Console) -> Module {
    let module = Module::new();
    let form = Form { swarm: true, coverage, ..Form::default() };
    let arrays = Arrays::declare(&module, Where::Private, form);
    let memory = Memory::define(&module, arrays);
    module.kernel("console", workgroup, |k| {
        let guest = Guest::new(k, arrays);
        k.if_(guest.number.lt(guest.guests), || {
            let why = guest.get(field::REASON).low();
            let is = |n: u32| why.eq(n);
            let waits = is(reason::MISS) | is(reason::HALT);
            k.if_(waits | is(reason::BUDGET) | is(reason::NO_BLOCK), || {
                guest.open_memory();
                let state = State::new(guest);
                let step = Step { k, guest, memory, console, state };
                k.if_(is(reason::MISS), || step.finish());
                k.if_(step.has_halted(), || state.leave(reason::EXITED, k.u32(0)));
                k.if_(state.why.get().eq(reason::NO_BLOCK), || state.find(memory));
                state.turn(|| k.u64(u64::MAX));
                guest.close_memory();
                state.put_down();
            });
        });
    });
    module
}

/// The step at which a guest waits.
#[derive(Clone, Copy)]
struct Step<'k> {
    k: &'k Build<'k>,
    guest: Guest<'k>,
    memory: Memory,
    console: Console,
    state: State<'k>,
}

impl<'k> Step<'k> {
    fn pc(&self) -> U64<'k> {
        self.guest.get(self.console.pc.into())
    }

    /// Has the guest halted? Who has, waits for nothing else.
    fn has_halted(&self) -> Bool<'k> {
        self.pc().shr(HALTED).ne(0)
    }

    fn address(&self, cell: U64<'k>) -> U64<'k> {
        cell.shl(1) + self.console.cells
    }

    fn cell(&self, number: U64<'k>) -> U64<'k> {
        let (value, _) = self.memory.load(self.k, self.address(number), self.k.u32(2));
        value[0]
    }

    /// Does the step if it is one of input or output. What else faults is the host's.
    fn finish(&self) {
        let (a, b) = (self.cell(self.pc()), self.cell(self.pc() + 1));
        let output = || self.k.if_(b.eq(SPECIAL), || self.output(a));
        self.k.if_else(a.eq(SPECIAL), || self.input(b), output);
    }

    fn input(&self, to: U64<'k>) {
        let (k, guest) = (self.k, self.guest);
        let (input, done) = (guest.get(field::INPUT), guest.get(field::CONSUMED).low());
        let more = done.lt(input.high());
        let at = input.low().shl(2) + done;
        let word = k.load32(guest.arrays.io, at.shr(2));
        let byte = word.shr((at & 3).shl(3)) & 0xff;
        let value = k.select(more, byte.widen(), k.u64(SPECIAL));
        // The last cell is not there: no step reads it.
        let stored = k.var(to.eq(SPECIAL));
        k.if_(!stored.get(), || {
            let there = self.memory.store(k, self.address(to), k.u32(2), [value, k.u64(0)]);
            stored.set(there);
        });
        k.if_(stored.get(), || {
            guest.set(field::CONSUMED, (done + more.count()).widen());
            self.advance();
        });
    }

    fn output(&self, from: U64<'k>) {
        let (k, guest) = (self.k, self.guest);
        let param = |at: u32| k.load32(guest.arrays.params, k.u32(at));
        let words = param(param::OUTPUT_WORDS);
        let used = guest.get(field::OUTPUT).low();
        k.if_else(
            used.lt(words.shl(2)),
            || {
                let log = param(param::OUTPUTS) + guest.number * words;
                self.put(log + used.shr(2), used & 3, self.cell(from).low());
                guest.set(field::OUTPUT, (used + 1).widen());
                self.advance();
            },
            || self.state.leave(reason::FULL, k.u32(0)),
        );
    }

    /// Sets a byte of a word.
    fn put(&self, word: U32<'k>, byte: U32<'k>, value: U32<'k>) {
        let (k, io) = (self.k, self.guest.arrays.io);
        let bit = byte.shl(3);
        let others = k.load32(io, word) & !k.u32(0xff).shl(bit);
        k.store32(io, word, others | (value & 0xff).shl(bit));
    }

    /// Goes on to the next step.
    fn advance(&self) {
        let pc = (self.pc() + STEP) & SPECIAL;
        self.guest.set(self.console.pc.into(), pc);
        self.state.leave(reason::NO_BLOCK, self.k.u32(UNBRANCHED));
    }
}
