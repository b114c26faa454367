//! Guest time: instructions plus skipped sleeps, or the host's clocks.

use crate::config::ClockKind;
use crate::host::Host;
use crate::vfs::inode::Time;

/// Nanoseconds that one instruction takes in virtual time.
pub const NS_PER_INSTRUCTION: u64 = 1;

/// The machine's clocks.
#[derive(Debug)]
pub(crate) struct Clock {
    pub(crate) kind: ClockKind,
    /// Instructions executed by all tasks.
    pub(crate) instructions: u64,
    /// Nanoseconds skipped because everybody slept.
    skipped: u64,
    /// Wall-clock nanoseconds at monotonic zero.
    epoch: i64,
    /// The host clock's reading, when it counts.
    host: u64,
    host_start: u64,
}

impl Clock {
    pub(crate) fn new(kind: ClockKind, epoch: i64, host: &mut dyn Host) -> Self {
        let (mut start, mut epoch) = (0, epoch.saturating_mul(1_000_000_000));
        if kind == ClockKind::Host {
            (start, epoch) = host.now();
        }
        Self { kind, instructions: 0, skipped: 0, epoch, host: start, host_start: start }
    }

    /// Takes a reading of the host clock, if that is what counts.
    pub(crate) fn update(&mut self, host: &mut dyn Host) {
        if self.kind == ClockKind::Host {
            self.host = host.now().0.max(self.host);
        }
    }

    /// Monotonic nanoseconds since the machine started.
    pub(crate) fn now(&self) -> u64 {
        match self.kind {
            ClockKind::Virtual => self.instructions * NS_PER_INSTRUCTION + self.skipped,
            ClockKind::Host => self.host - self.host_start,
        }
    }

    /// Nanoseconds since 1970.
    pub(crate) fn wall_ns(&self) -> i64 {
        self.epoch.saturating_add(self.now() as i64)
    }

    /// Wall-clock time.
    pub(crate) fn wall(&self) -> Time {
        let ns = self.wall_ns();
        let nsec = ns.rem_euclid(1_000_000_000) as u32;
        Time { sec: ns.div_euclid(1_000_000_000), nsec }
    }

    /// Lets virtual time pass up to `to`.
    pub(crate) fn skip_to(&mut self, to: u64) {
        if self.kind == ClockKind::Virtual {
            self.skipped += to.saturating_sub(self.now());
        }
    }
}

/// A small, fast, seeded generator (SplitMix64).
#[derive(Debug, Clone)]
pub(crate) struct Rng(u64);

impl Rng {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed)
    }

    pub(crate) fn state(&self) -> u64 {
        self.0
    }

    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ z >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ z >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ z >> 31
    }

    pub(crate) fn fill(&mut self, out: &mut [u8]) {
        for piece in out.chunks_mut(8) {
            piece.copy_from_slice(&self.next().to_le_bytes()[..piece.len()]);
        }
    }
}
