//! System calls that kernels answer for a swarm's guests, exactly as the host's Linux does.
//!
//! What is not certain to be answered exactly is left to the host: an unknown call or argument, an
//! address that cannot be accessed, a log that is full. The host then runs the guest from its start,
//! so whatever a call did here before it gave up does not matter.

mod copy;
mod memory;

use super::arrays::Arrays;
use super::memory::Memory;
use super::state::Guest;
use crate::layout::{fact, field, io, param, reason};
use ncpu_shader::{Array, Build, Case, U32, U64, Var};

/// Words of the scratch array: results that are written to the guest's memory.
pub(crate) const SCRATCH: u32 = 72;
/// The most bytes of randomness at once.
const RANDOM: u64 = 256;
/// As `read` has it: more comes with the next call.
const PIECE: u32 = 256 * 1024;
const SECOND: u64 = 1_000_000_000;
const PAGE: u64 = 4096;
const ENOTTY: i64 = 25;
const EINVAL: i64 = 22;
const ENOSYS: i64 = 38;
/// `/proc/self/exe` and the zero after it.
const SELF_EXE: [u64; 2] = [u64::from_le_bytes(*b"/proc/se"), u64::from_le_bytes(*b"lf/exe\0\0")];

/// Arguments that frequent calls look at.
pub(crate) const FREQUENT_ARGS: u8 = 3;

fn one<'k>(number: u32, does: impl FnOnce() + 'k) -> Case<'k> {
    (vec![number], Box::new(does))
}

/// What is copied once the call is understood.
mod job {
    pub(super) const NOTHING: u32 = 0;
    /// From the guest's memory to its log.
    pub(super) const OUT: u32 = 1;
    /// From a buffer to the guest's memory.
    pub(super) const FROM_IO: u32 = 2;
    pub(super) const FROM_SCRATCH: u32 = 3;
}

/// A system call as the guest makes it.
#[derive(Clone, Copy)]
pub(crate) struct Request<'k> {
    pub(crate) number: U32<'k>,
    pub(crate) args: [U64<'k>; 6],
    /// The guest's instruction count, which is its time in nanoseconds.
    pub(crate) now: U64<'k>,
}

/// A system call that is being answered.
#[derive(Clone, Copy)]
pub(crate) struct Call<'k> {
    k: &'k Build<'k>,
    guest: Guest<'k>,
    arrays: Arrays,
    memory: Memory,
    scratch: Array,
    number: U32<'k>,
    args: [U64<'k>; 6],
    now: U64<'k>,
    /// What the guest gets; if it ended, its status; if the host shall go on, the call's number.
    pub(crate) result: Var<'k, U64<'k>>,
    /// `RUNNING` if the call is answered, `SYSCALL` if it is left to another kernel, or why the guest stops.
    pub(crate) end: Var<'k, U32<'k>>,
    job: Var<'k, U32<'k>>,
    /// Of the job: the guest's address, how many bytes, and the first byte in the buffer.
    at: Var<'k, U64<'k>>,
    left: Var<'k, U32<'k>>,
    from: Var<'k, U32<'k>>,
}

impl<'k> Call<'k> {
    pub(crate) fn new(
        guest: Guest<'k>,
        memory: Memory,
        scratch: Array,
        request: Request<'k>,
    ) -> Self {
        let (k, Request { number, args, now }) = (guest.k, request);
        let zero = k.u32(0);
        Self {
            k,
            guest,
            arrays: guest.arrays,
            memory,
            scratch,
            number,
            args,
            now,
            result: k.var(k.u64(0)),
            end: k.var(k.u32(reason::RUNNING)),
            job: k.var(k.u32(job::NOTHING)),
            at: k.var(k.u64(0)),
            left: k.var(zero),
            from: k.var(zero),
        }
    }

    /// Answers it, or leaves it to the host.
    pub(crate) fn answer(self) {
        let path = self.path();
        let mut cases = self.frequent();
        cases.extend(self.others(path));
        self.k.switch(self.number, cases, || self.host());
        self.finish();
    }

    /// Answers it if it is one of those that programs make often; else it is left to [`Self::answer`],
    /// which is as if it had not been looked at. Gives how many bytes were copied.
    pub(crate) fn answer_if_frequent(self) -> U32<'k> {
        let k = self.k;
        k.switch(self.number, self.frequent(), || self.end.set(k.u32(reason::SYSCALL)));
        let bytes = self.left.get();
        self.finish();
        bytes
    }

    fn finish(self) {
        self.copy_out();
        self.copy_in();
        let given_up = self.end.get().eq(reason::HOST);
        self.k.if_(given_up, || self.result.set(self.number.widen()));
    }

    /// The calls that programs make often, of at most [`FREQUENT_ARGS`] arguments.
    fn frequent(self) -> Vec<Case<'k>> {
        vec![
            one(63, move || self.read()),
            one(64, move || self.write()),
            (vec![93, 94], Box::new(move || self.exit())),
            one(113, move || self.clock_gettime()),
            one(214, move || self.brk()),
        ]
    }

    fn others(self, path: [Var<'k, U64<'k>>; 2]) -> Vec<Case<'k>> {
        let gives = |what: u32| move || self.result.set(self.guest.fact(what));
        vec![
            one(29, move || self.ioctl()),
            one(78, move || self.readlinkat(path)),
            one(79, move || self.newfstatat(path)),
            one(80, move || self.fstat(self.args[1])),
            one(96, gives(fact::PID)),
            one(99, move || self.set_robust_list()),
            one(172, gives(fact::PID)),
            one(173, gives(fact::PPID)),
            (vec![174, 175], Box::new(gives(fact::UID))),
            (vec![176, 177], Box::new(gives(fact::GID))),
            one(178, gives(fact::PID)),
            one(215, move || self.munmap()),
            one(222, move || self.mmap()),
            one(226, move || self.mprotect()),
            one(261, move || self.prlimit()),
            one(278, move || self.getrandom()),
            // rseq
            one(293, move || self.fail(ENOSYS)),
        ]
    }

    fn host(&self) {
        self.end.set(self.k.u32(reason::HOST));
    }

    fn fail(&self, errno: i64) {
        self.result.set(self.k.u64((-errno) as u64));
    }

    /// The first bytes of the path of calls that have one.
    fn path(&self) -> [Var<'k, U64<'k>>; 2] {
        let k = self.k;
        let words = [k.var(k.u64(u64::MAX)), k.var(k.u64(u64::MAX))];
        let stat = self.number.eq(79);
        k.if_(stat | self.number.eq(78), || {
            let size = k.select(stat, k.u32(1), k.u32(16));
            let (value, there) = self.memory.load(k, self.args[1], size);
            k.if_(there, || {
                words[0].set(value[0]);
                words[1].set(value[1]);
            });
        });
        words
    }

    /// `ioctl`: no standard stream is a terminal.
    fn ioctl(&self) {
        let request = self.args[1].low();
        let about_terminals = (request - 0x5401).le(0x2f);
        // FIONREAD and FIONBIO work on any file.
        let others = request.eq(0x541b) | request.eq(0x5421);
        let stream = self.args[0].low().lt(3);
        self.k.if_else(stream & about_terminals & !others, || self.fail(ENOTTY), || self.host());
    }

    fn read(&self) {
        let (k, guest) = (self.k, self.guest);
        k.if_else(
            self.args[0].low().eq(0),
            || {
                let (input, done) = (guest.get(field::INPUT), guest.get(field::CONSUMED).low());
                let most = (input.high() - done).min(PIECE);
                let n = self.args[2].min(most.widen()).low();
                guest.set(field::CONSUMED, (done + n).widen());
                self.give_from_io(self.args[1], input.low().shl(2) + done, n);
                self.result.set(n.widen());
            },
            || self.host(),
        );
    }

    fn give_from_io(&self, at: U64<'k>, from: U32<'k>, bytes: U32<'k>) {
        self.job.set(self.k.u32(job::FROM_IO));
        self.at.set(at);
        self.from.set(from);
        self.left.set(bytes);
    }

    fn give_from_scratch(&self, at: U64<'k>, bytes: U32<'k>) {
        self.job.set(self.k.u32(job::FROM_SCRATCH));
        self.at.set(at);
        self.left.set(bytes);
    }

    fn write(&self) {
        let k = self.k;
        let fd = self.args[0].low();
        let free = k.load32(self.arrays.params, k.u32(param::OUTPUT_WORDS))
            - self.guest.get(field::OUTPUT).low();
        // A write takes a word for itself.
        let fits = self.args[2].lt((free.shl(2) + 1).widen()) & k.u32(1).lt(free);
        let fits = fits & (self.args[2] + 3).shr(2).lt(free.widen());
        let stream = fd.eq(1) | fd.eq(2);
        k.if_else(
            stream & fits,
            || {
                self.job.set(k.u32(job::OUT));
                self.at.set(self.args[1]);
                self.left.set(self.args[2].low());
                self.result.set(self.args[2]);
            },
            || self.host(),
        );
    }

    fn readlinkat(&self, path: [Var<'k, U64<'k>>; 2]) {
        let k = self.k;
        let [low, high] = path;
        let is_exe = low.get().eq(SELF_EXE[0]) & (high.get() & (u64::MAX >> 8)).eq(SELF_EXE[1]);
        let size = self.args[3].low();
        let n = size.min(self.guest.fact(fact::EXE_LENGTH).low());
        k.if_else(
            is_exe & k.u32(0).lt_signed(size),
            || {
                self.give_from_io(self.args[2], k.u32(4 * io::EXE), n);
                self.result.set(n.widen());
            },
            || self.host(),
        );
    }

    fn newfstatat(&self, path: [Var<'k, U64<'k>>; 2]) {
        const AT_EMPTY_PATH: u64 = 0x1000;
        let itself = path[0].get().eq(0) & self.args[3].eq(AT_EMPTY_PATH);
        self.k.if_else(itself, || self.fstat(self.args[2]), || self.host());
    }

    /// `struct stat` of a standard stream.
    fn fstat(&self, at: U64<'k>) {
        let k = self.k;
        let fd = self.args[0].low();
        k.if_else(
            fd.lt(3),
            || {
                let from = fd * 32 + io::STATS;
                k.repeat(k.u32(32), |i| {
                    k.store32(self.scratch, i, k.load32(self.arrays.io, from + i));
                });
                let wall = self.guest.fact(fact::EPOCH) + self.now;
                for word in [18, 22, 26] {
                    self.put(word, wall.div(SECOND));
                    self.put(word + 2, wall.rem(SECOND));
                }
                self.give_from_scratch(at, k.u32(128));
            },
            || self.host(),
        );
    }

    /// Puts a value into the scratch array, at a word.
    fn put(&self, word: u32, value: U64<'k>) {
        let k = self.k;
        k.store32(self.scratch, k.u32(word), value.low());
        k.store32(self.scratch, k.u32(word + 1), value.high());
    }

    fn exit(&self) {
        let k = self.k;
        // Who exits with its last instruction has reached the limit, as the host's Linux sees it.
        let over = self.guest.fact(fact::MOST).le(self.now);
        self.end.set(k.select(over, k.u32(reason::LIMIT), k.u32(reason::EXITED)));
        self.result.set(k.select(over, k.u64(0), self.args[0] & 0xff));
    }

    fn set_robust_list(&self) {
        self.k.if_(self.args[1].ne(24), || self.fail(EINVAL));
    }

    fn clock_gettime(&self) {
        let k = self.k;
        let clock = self.args[0].low();
        let is = |clocks: &[u32]| clocks.iter().fold(k.bool(false), |any, n| any | clock.eq(*n));
        let wall = is(&[0, 5, 8, 11]);
        let ns = k.select(wall, self.guest.fact(fact::EPOCH), k.u64(0)) + self.now;
        // The processor time of the only thread is the time that has passed.
        k.if_else(
            wall | is(&[1, 2, 3, 4, 6, 7, 9]),
            || {
                self.put(0, ns.div(SECOND));
                self.put(2, ns.rem(SECOND));
                self.give_from_scratch(self.args[1], k.u32(16));
            },
            || self.host(),
        );
    }

    fn prlimit(&self) {
        let k = self.k;
        let pid = self.args[0].low();
        let own = pid.eq(0) | pid.eq(self.guest.fact(fact::PID).low());
        let known = own & self.args[1].lt(16) & self.args[2].eq(0);
        k.if_else(
            known,
            || {
                k.if_(self.args[3].ne(0), || {
                    let from = self.args[1].low().shl(4) + 4 * io::LIMITS;
                    self.give_from_io(self.args[3], from, k.u32(16));
                });
            },
            || self.host(),
        );
    }

    fn getrandom(&self) {
        let k = self.k;
        let flags = self.args[2];
        let wrong = (flags & !7).ne(0) | (flags & 6).eq(6);
        k.if_else(
            wrong,
            || self.fail(EINVAL),
            || {
                let n = self.args[1];
                k.if_else(
                    n.le(RANDOM),
                    || {
                        k.repeat((n.low() + 7).shr(3), |i| {
                            let value = self.guest.random(field::RANDOM);
                            k.store32(self.scratch, i.shl(1), value.low());
                            k.store32(self.scratch, i.shl(1) + 1, value.high());
                        });
                        self.give_from_scratch(self.args[0], n.low());
                        self.result.set(n);
                    },
                    || self.host(),
                );
            },
        );
    }
}
