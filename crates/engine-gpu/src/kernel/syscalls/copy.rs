//! What a system call copies, once it is understood.

use super::{Call, job};
use crate::layout::{field, param, reason};
use ncpu_shader::U32;

impl<'k> Call<'k> {
    /// Appends a write to the guest's log: a word with the length, and bit 31 for standard error;
    /// then the bytes.
    pub(super) fn copy_out(&self) {
        let k = self.k;
        k.if_(self.job.get().eq(job::OUT) & self.left.get().ne(0), || {
            let param = |at: u32| k.load32(self.arrays.params, k.u32(at));
            let used = k.var(self.guest.get(field::OUTPUT).low());
            let log = param(param::OUTPUTS) + self.guest.number * param(param::OUTPUT_WORDS);
            let error = k.select(self.args[0].low().eq(2), k.u32(1 << 31), k.u32(0));
            let keep = |word: U32<'k>| {
                k.store32(self.arrays.io, log + used.get(), word);
                used.set(used.get() + 1);
            };
            keep(self.left.get() | error);
            k.loop_(|| {
                let n = self.left.get().min(4);
                k.if_(n.eq(0), || k.break_());
                let (value, there) = self.memory.load(k, self.at.get(), n);
                k.if_(!there, || {
                    self.host();
                    k.break_();
                });
                keep(value[0].low());
                self.advance(n);
            });
            self.guest.set(field::OUTPUT, used.get().widen());
        });
    }

    fn advance(&self, n: U32<'k>) {
        self.at.set(self.at.get() + n.widen());
        self.from.set(self.from.get() + n);
        self.left.set(self.left.get() - n);
    }

    /// Copies into the guest's memory.
    pub(super) fn copy_in(&self) {
        let k = self.k;
        let kind = self.job.get();
        let goes_in = kind.eq(job::FROM_IO) | kind.eq(job::FROM_SCRATCH);
        k.if_(goes_in & self.end.get().eq(reason::RUNNING), || {
            k.loop_(|| {
                let n = self.left.get().min(4);
                k.if_(n.eq(0), || k.break_());
                let (word, bit) = (self.from.get().shr(2), (self.from.get() & 3).shl(3));
                let pair = [k.var(k.u32(0)), k.var(k.u32(0))];
                k.if_else(
                    kind.eq(job::FROM_IO),
                    || {
                        for (n, part) in pair.iter().enumerate() {
                            part.set(k.load32(self.arrays.io, word + n as u32));
                        }
                    },
                    || pair[0].set(k.load32(self.scratch, word)),
                );
                let value = pair[0].get().join(pair[1].get()).shr(bit);
                let there = self.memory.store(k, self.at.get(), n, [value, k.u64(0)]);
                k.if_(!there, || {
                    self.host();
                    k.break_();
                });
                self.advance(n);
            });
        });
    }
}
