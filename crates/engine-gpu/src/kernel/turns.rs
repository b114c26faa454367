//! Between the interpreter's dispatches: what a swarm's guests wait for and a kernel can give them.
//!
//! System calls ([`super::syscalls`]), turns of the scheduler as the host's Linux gives them, blocks
//! that the host has lifted meanwhile, and the state from which all start.

use super::arrays::{Arrays, Form, Where};
use super::memory::{Memory, NONE};
use super::state::Guest;
use super::syscalls::{Call, Request, SCRATCH};
use crate::layout::{UNBRANCHED, fact, field, io, param, reason};
use ncpu_shader::{Build, Element, Module, Space, U32, U64, Var};
use ncpu_uop::slot;

/// The module of the kernel `turns`.
pub(crate) fn turns(workgroup: u32, coverage: bool) -> Module {
    let module = Module::new();
    let form = Form { swarm: true, coverage, ..Form::default() };
    let arrays = Arrays::declare(&module, Where::Private, form);
    let scratch = module.array("scratch", Element::U32, Space::Private(SCRATCH));
    let memory = Memory::define(&module, arrays);
    module.kernel("turns", workgroup, |k| {
        let guest = Guest::new(k, arrays);
        k.if_(guest.number.lt(guest.guests), || {
            let why = guest.get(field::REASON);
            let is = |n: u32| why.low().eq(n);
            k.if_(is(reason::SYSCALL) | is(reason::BUDGET) | is(reason::NO_BLOCK), || {
                guest.open_memory();
                let state = State::new(guest);
                k.if_(is(reason::SYSCALL), || {
                    let request = Request {
                        number: guest.get(8).low(),
                        args: [0, 1, 2, 3, 4, 5].map(|n| guest.get(n)),
                        now: guest.get(field::TOTAL) - guest.get(field::LEFT),
                    };
                    state.call(&Call::new(guest, memory, scratch, request));
                });
                k.if_(state.why.get().eq(reason::NO_BLOCK), || state.find(memory));
                state.turn(|| guest.length_of_turn());
                guest.close_memory();
                state.put_down();
            });
        });
    });
    module
}

/// How a guest goes on.
#[derive(Clone, Copy)]
pub(super) struct State<'k> {
    k: &'k Build<'k>,
    guest: Guest<'k>,
    pub(super) why: Var<'k, U32<'k>>,
    /// The high half of the reason.
    detail: Var<'k, U32<'k>>,
}

impl<'k> State<'k> {
    /// As the last kernel left the guest.
    pub(super) fn new(guest: Guest<'k>) -> Self {
        let k = guest.k;
        let why = guest.get(field::REASON);
        Self { k, guest, why: k.var(why.low()), detail: k.var(why.high()) }
    }

    /// Lets the next kernel know.
    pub(super) fn put_down(&self) {
        self.guest.set(field::REASON, self.why.get().join(self.detail.get()));
    }

    pub(super) fn leave(&self, why: u32, detail: U32<'k>) {
        self.why.set(self.k.u32(why));
        self.detail.set(detail);
    }

    fn call(&self, call: &Call<'k>) {
        let k = self.k;
        call.answer();
        let end = call.end.get();
        k.if_else(
            end.eq(reason::RUNNING),
            || {
                self.guest.set(0, call.result.get());
                self.leave(reason::NO_BLOCK, k.u32(UNBRANCHED));
            },
            || {
                self.why.set(end);
                self.detail.set(call.result.get().low());
            },
        );
    }

    /// Gives a guest whose turn is over another of this length, as long as it may go on.
    pub(super) fn turn(&self, length: impl FnOnce() -> U64<'k>) {
        let (k, guest) = (self.k, self.guest);
        let why = self.why.get();
        let goes_on = why.eq(reason::BUDGET) | why.eq(reason::RUNNING);
        k.if_(goes_on & guest.get(field::LEFT).eq(0), || {
            let (count, most) = (guest.get(field::TOTAL), guest.fact(fact::MOST));
            k.if_else(
                most.le(count),
                || self.leave(reason::LIMIT, k.u32(0)),
                || {
                    let left = length().min(most - count);
                    guest.set(field::LEFT, left);
                    guest.set(field::TOTAL, count + left);
                    guest.set(slot::EXCL_ADDR.into(), k.u64(slot::NO_EXCL));
                    self.leave(reason::RUNNING, k.u32(0));
                },
            );
        });
    }

    /// Looks for the block where the guest waits.
    pub(super) fn find(&self, memory: Memory) {
        let (k, guest) = (self.k, self.guest);
        let record = memory.find_block(k, guest.get(field::PC));
        k.if_(record.ne(NONE), || {
            guest.set(field::CURSOR, record.widen());
            if guest.arrays.form.coverage {
                k.if_(self.detail.get().eq(0), || guest.cover(record));
            }
            self.leave(reason::RUNNING, k.u32(0));
        });
    }
}

/// The module of the kernel `reset`, which gives every guest the state that all start from.
pub(crate) fn reset(workgroup: u32) -> Module {
    let module = Module::new();
    let form = Form { swarm: true, ..Form::default() };
    let arrays = Arrays::declare(&module, Where::Private, form);
    module.kernel("reset", workgroup, |k| {
        let guest = Guest::new(k, arrays);
        k.if_(guest.number.lt(guest.guests), || start_over(k, guest));
    });
    module
}

fn start_over<'k>(k: &'k Build<'k>, guest: Guest<'k>) {
    let a = guest.arrays;
    let param = |at: u32| k.load32(a.params, k.u32(at));
    k.repeat(k.u32(field::COUNT), |f| {
        let at = f.shl(1) + io::STATE;
        let value = k.load32(a.io, at).join(k.load32(a.io, at + 1));
        k.store64(a.state, guest.place(f), value);
    });
    let places = param(param::PLACES);
    let table = places * (guest.number + 1);
    k.repeat(places, |i| k.store32(a.ptes, table + i, k.load32(a.ptes, i)));
    guest.set(field::TABLE, table.join(param(param::POOL) * guest.number));
    let words = param(param::MAP_WORDS);
    let map = param(param::MAPS) + guest.number * words;
    k.repeat(words, |i| k.store32(a.io, map + i, k.u32(0)));
}

impl<'k> Guest<'k> {
    /// A fact about the guest's system.
    pub(crate) fn fact(&self, n: u32) -> U64<'k> {
        let word = |at: u32| self.k.load32(self.arrays.io, self.k.u32(io::FACTS + at));
        word(2 * n).join(word(2 * n + 1))
    }

    /// The length of the guest's next turn, as the host's scheduler draws it.
    pub(crate) fn length_of_turn(&self) -> U64<'k> {
        let least = self.fact(fact::TURN);
        least + self.random(field::TURNS).rem(least)
    }

    /// The next number of a generator (SplitMix64), whose state is a field.
    pub(crate) fn random(&self, field: u32) -> U64<'k> {
        let state = self.get(field) + 0x9e37_79b9_7f4a_7c15;
        self.set(field, state);
        let z = (state ^ state.shr(30)) * 0xbf58_476d_1ce4_e5b9;
        let z = (z ^ z.shr(27)) * 0x94d0_49bb_1331_11eb;
        z ^ z.shr(31)
    }
}
