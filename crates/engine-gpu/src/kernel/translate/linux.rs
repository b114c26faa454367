//! What guests under Linux need without leaving translated code: answers to system calls, and turns of
//! the scheduler.

use super::{Runner, SHARE_SPENT};
use crate::kernel::syscalls::{Call, FREQUENT_ARGS, Request};
use crate::layout::{fact, field, reason};
use ncpu_shader::{U32, U64};
use ncpu_uop::slot;

/// The register with a system call's number.
const NUMBER: u8 = 8;

impl<'k> Runner<'k> {
    /// The arm of system calls: answers one of the frequent calls, and goes on after it. Others are left
    /// to the kernel that has them all.
    pub(super) fn call(&self) {
        let k = self.k;
        let Some(scratch) = self.scratch else { return };
        k.note("system calls");
        self.registers.forget();
        let argument = |n: u8| if n < FREQUENT_ARGS { self.registers.get(n) } else { k.u64(0) };
        let request = Request {
            number: self.registers.get(NUMBER).low(),
            args: [0, 1, 2, 3, 4, 5].map(argument),
            now: self.guest.get(field::TOTAL) - self.budget(),
        };
        let call = Call::new(self.guest, self.memory, scratch, request);
        let bytes = call.answer_if_frequent();
        let end = call.end.get();
        k.if_else(
            end.eq(reason::RUNNING),
            || {
                self.registers.set(0, call.result.get());
                self.registers.flush();
                self.charge(bytes.shr(2));
                self.look_for(self.pc.get(), true);
            },
            || {
                self.reason.set(end);
                self.detail.set(call.result.get().low());
            },
        );
        self.registers.forget();
    }

    /// What is left of the guest's turn.
    pub(super) fn budget(&self) -> U64<'k> {
        self.rest.get() + self.left.get().widen()
    }

    /// Lets the guest execute as much of its turn as the dispatch's share allows.
    pub(super) fn take_share(&self) {
        let (rest, fuel) = (self.rest.get(), self.fuel.get());
        let more = rest.min(fuel.widen()).low();
        self.rest.set(rest - more.widen());
        self.fuel.set(fuel - more);
        self.left.set(self.left.get() + more);
    }

    /// Takes work that is no instruction's from the dispatch's share, so that it ends in time.
    fn charge(&self, work: U32<'k>) {
        let (fuel, left) = (self.fuel.get(), self.left.get());
        let first = work.min(fuel);
        let second = (work - first).min(left);
        self.fuel.set(fuel - first);
        self.left.set(left - second);
        self.rest.set(self.rest.get() + second.widen());
    }

    /// What becomes of a guest at a piece that is longer than what it may execute. `atomic` says that the
    /// piece has atomic accesses: where a turn ends is then the interpreter's.
    pub(super) fn more(&self, atomic: U32<'k>) {
        let k = self.k;
        k.if_else(
            self.rest.get().ne(0),
            // It goes on with the next dispatch.
            || self.reason.set(k.u32(SHARE_SPENT)),
            || {
                self.reason.set(k.u32(reason::INTERPRET));
                if self.arrays.form.linux {
                    k.if_(atomic.eq(0), || self.turn());
                }
            },
        );
    }

    /// Gives the guest its next turn now, and not only when this one has ended within the piece: that an
    /// exclusive access ends then is all there is to see of it.
    fn turn(&self) {
        let (k, guest) = (self.k, self.guest);
        let (count, most) = (guest.get(field::TOTAL), guest.fact(fact::MOST));
        k.if_(count.lt(most), || {
            let length = guest.length_of_turn().min(most - count);
            guest.set(field::TOTAL, count + length);
            guest.set(field::LEFT, guest.get(field::LEFT) + length);
            self.registers.put(guest, slot::EXCL_ADDR, k.u64(slot::NO_EXCL));
            self.rest.set(length);
            self.take_share();
            self.reason.set(k.u32(reason::RUNNING));
        });
    }
}
