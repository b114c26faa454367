//! System calls that kernels answer for a swarm's guests, exactly as the host's Linux does.
//!
//! What is not certain to be answered exactly is left to the host: an unknown call or argument, an
//! address that cannot be accessed, a log that is full. The host then runs the guest from its start,
//! so whatever a call did here before it gave up does not matter.

use super::arrays::{Arrays, own};
use super::memory::{Memory, NONE};
use super::state::Guest;
use crate::layout::{fact, field, io, param, pte, reason};
use ncpu_shader::{Array, Build, Case, U32, U64, Var};

/// Words of the scratch array: results that are written to the guest's memory.
pub(crate) const SCRATCH: u32 = 72;
/// The most bytes of randomness at once.
const RANDOM: u64 = 256;
/// The most pages whose protection changes at once.
const PROTECTED: u32 = 256;
/// As `read` has it: more comes with the next call.
const PIECE: u32 = 256 * 1024;
const SECOND: u64 = 1_000_000_000;
const PAGE: u64 = 4096;
const ENOTTY: i64 = 25;
const EINVAL: i64 = 22;
const ENOSYS: i64 = 38;
/// `/proc/self/exe` and the zero after it.
const SELF_EXE: [u64; 2] = [u64::from_le_bytes(*b"/proc/se"), u64::from_le_bytes(*b"lf/exe\0\0")];

/// What is copied once the call is understood.
mod job {
    pub(super) const NOTHING: u32 = 0;
    /// From the guest's memory to its log.
    pub(super) const OUT: u32 = 1;
    /// From a buffer to the guest's memory.
    pub(super) const FROM_IO: u32 = 2;
    pub(super) const FROM_SCRATCH: u32 = 3;
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
    /// The guest's instruction count, which is its time in nanoseconds.
    now: U64<'k>,
    /// What the guest gets; if it ended, its status; if the host shall go on, the call's number.
    pub(crate) result: Var<'k, U64<'k>>,
    /// `RUNNING` if the call is answered, or why the guest stops.
    pub(crate) end: Var<'k, U32<'k>>,
    job: Var<'k, U32<'k>>,
    /// Of the job: the guest's address, how many bytes, and the first byte in the buffer.
    at: Var<'k, U64<'k>>,
    left: Var<'k, U32<'k>>,
    from: Var<'k, U32<'k>>,
}

impl<'k> Call<'k> {
    /// The call that the guest just made.
    pub(crate) fn new(k: &'k Build<'k>, guest: Guest<'k>, memory: Memory, scratch: Array) -> Self {
        let zero = k.u32(0);
        Self {
            k,
            guest,
            arrays: guest.arrays,
            memory,
            scratch,
            number: guest.get(8).low(),
            args: [0, 1, 2, 3, 4, 5].map(|n| guest.get(n)),
            now: guest.get(field::TOTAL) - guest.get(field::LEFT),
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
        let k = self.k;
        let path = self.path();
        let one = |number: u32, does: Box<dyn FnOnce() + 'k>| -> Case<'k> { (vec![number], does) };
        let gives = |number: u32, what: u32| {
            one(number, Box::new(move || self.result.set(self.guest.fact(what))))
        };
        let cases: Vec<Case<'k>> = vec![
            one(29, Box::new(move || self.ioctl())),
            one(63, Box::new(move || self.read())),
            one(64, Box::new(move || self.write())),
            one(78, Box::new(move || self.readlinkat(path))),
            one(79, Box::new(move || self.newfstatat(path))),
            one(80, Box::new(move || self.fstat(self.args[1]))),
            (vec![93, 94], Box::new(move || self.exit())),
            one(96, Box::new(move || self.result.set(self.guest.fact(fact::PID)))),
            one(99, Box::new(move || self.set_robust_list())),
            one(113, Box::new(move || self.clock_gettime())),
            gives(172, fact::PID),
            gives(173, fact::PPID),
            (vec![174, 175], Box::new(move || self.result.set(self.guest.fact(fact::UID)))),
            (vec![176, 177], Box::new(move || self.result.set(self.guest.fact(fact::GID)))),
            gives(178, fact::PID),
            one(214, Box::new(move || self.brk())),
            one(215, Box::new(move || self.munmap())),
            one(222, Box::new(move || self.mmap())),
            one(226, Box::new(move || self.mprotect())),
            one(261, Box::new(move || self.prlimit())),
            one(278, Box::new(move || self.getrandom())),
            // rseq
            one(293, Box::new(move || self.fail(ENOSYS))),
        ];
        k.switch(self.number, cases, || self.host());
        self.copy_out();
        self.copy_in();
        k.if_(self.end.get().eq(reason::HOST), || self.result.set(self.number.widen()));
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
        self.end.set(self.k.u32(reason::EXITED));
        self.result.set(self.args[0] & 0xff);
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

    // --- memory -------------------------------------------------------------------------------

    fn entry(&self, place: U32<'k>) -> U32<'k> {
        let k = self.k;
        k.load32(self.arrays.ptes, k.load32(self.arrays.own, k.u32(own::TABLE)) + place)
    }

    fn set_entries(&self, first: U32<'k>, pages: U32<'k>, entry: U32<'k>) {
        let k = self.k;
        let table = k.load32(self.arrays.own, k.u32(own::TABLE)) + first;
        k.repeat(pages, |i| k.store32(self.arrays.ptes, table + i, entry));
    }

    /// The entry of untouched anonymous memory with Linux's `PROT_` bits.
    fn untouched(&self, prot: U32<'k>) -> U32<'k> {
        let zero = self.guest.fact(fact::ZERO_FRAME).low() | pte::MAPPED;
        zero | self.rights(prot)
    }

    fn rights(&self, prot: U32<'k>) -> U32<'k> {
        let k = self.k;
        let bit = |n: u32, flag: u32| k.select((prot & n).ne(0), k.u32(flag), k.u32(0));
        bit(1, pte::READ) | bit(2, pte::WRITE)
    }

    fn brk(&self) {
        let (k, guest) = (self.k, self.guest);
        let (start, end) = (guest.fact(fact::BRK_START), guest.fact(fact::BRK_END));
        let (old, new) = (guest.get(field::BRK), self.args[0]);
        let page = |at: U64<'k>| (at + (PAGE - 1)).shr(12);
        self.result.set(old);
        k.if_(start.le(new), || {
            k.if_else(
                new.le(end),
                || {
                    let first = page(start);
                    let (from, to) = (page(old), page(new));
                    let place =
                        |at: U64<'k>| guest.fact(fact::BRK_PLACE).low() + (at - first).low();
                    k.if_else(
                        from.lt(to),
                        || {
                            let fresh = self.untouched(k.u32(3));
                            self.set_entries(place(from), (to - from).low(), fresh);
                        },
                        || self.set_entries(place(to), (from - to).low(), k.u32(0)),
                    );
                    guest.set(field::BRK, new);
                    self.result.set(new);
                },
                || self.host(),
            );
        });
    }

    /// Anonymous private mappings that lie wherever there is room.
    fn mmap(&self) {
        const PRIVATE_ANONYMOUS: u64 = 0x22;
        // MAP_NORESERVE and MAP_STACK mean nothing here.
        const IDLE: u64 = 0x4000 | 0x2_0000;
        let (k, guest) = (self.k, self.guest);
        let [addr, len, prot, flags, _, offset] = self.args;
        let (start, end) = (guest.fact(fact::MAP_START), guest.fact(fact::MAP_END));
        let size = (end - start).shr(12).low();
        let plain = addr.eq(0) & (flags & !IDLE).eq(PRIVATE_ANONYMOUS) & (prot & !3).eq(0);
        let fits = len.ne(0) & len.le(end - start) & offset.eq(0);
        k.if_else(
            plain & fits,
            || {
                let pages = (len + (PAGE - 1)).shr(12).low();
                let window = guest.fact(fact::MAP_PLACE).low();
                let (at, run) = (k.var(size), k.var(k.u32(0)));
                // The highest gap, and its highest part.
                k.loop_(|| {
                    k.if_(at.get().eq(0) | run.get().eq(pages), || k.break_());
                    at.set(at.get() - 1);
                    let free = self.entry(window + at.get()).eq(0);
                    run.set(k.select(free, run.get() + 1, k.u32(0)));
                });
                k.if_else(
                    run.get().eq(pages),
                    || {
                        let fresh = self.untouched(prot.low());
                        self.set_entries(window + at.get(), pages, fresh);
                        self.result.set(start + at.get().widen().shl(12));
                    },
                    || self.host(),
                );
            },
            || self.host(),
        );
    }

    fn munmap(&self) {
        let (k, guest) = (self.k, self.guest);
        let [addr, len, ..] = self.args;
        let (start, end) = (guest.fact(fact::MAP_START), guest.fact(fact::MAP_END));
        let inside = start.le(addr) & addr.lt(end) & len.le(end - addr);
        let whole = (addr & (PAGE - 1)).eq(0) & len.ne(0);
        k.if_else(
            inside & whole,
            || {
                let place = guest.fact(fact::MAP_PLACE).low() + (addr - start).shr(12).low();
                let pages = (len + (PAGE - 1)).shr(12).low();
                self.set_entries(place, pages, k.u32(0));
            },
            || self.host(),
        );
    }

    /// Of pages that are mapped and hold no code, to rights without execution.
    fn mprotect(&self) {
        let k = self.k;
        let [addr, len, prot, ..] = self.args;
        let pages = (len + (PAGE - 1)).shr(12);
        let plain = (addr & (PAGE - 1)).eq(0) & (prot & !3).eq(0);
        let few = len.lt(u64::from(PROTECTED) * PAGE);
        k.if_else(
            plain & few,
            || {
                let rights = self.rights(prot.low());
                let table = k.load32(self.arrays.own, k.u32(own::TABLE));
                k.repeat(pages.low(), |i| {
                    let place = self.memory.place(k, addr.shr(12) + i.widen());
                    k.if_else(
                        place.eq(NONE),
                        || self.host(),
                        || {
                            let entry = self.entry(place);
                            let data = (entry & (pte::MAPPED | pte::CODE)).eq(pte::MAPPED);
                            k.if_(!data, || self.host());
                            let new = (entry & !(pte::READ | pte::WRITE)) | rights;
                            k.store32(self.arrays.ptes, table + place, new);
                        },
                    );
                });
            },
            || self.host(),
        );
    }

    // --- copies -------------------------------------------------------------------------------

    /// Appends a write to the guest's log: a word with the length, and bit 31 for standard error;
    /// then the bytes.
    fn copy_out(&self) {
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
    fn copy_in(&self) {
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
