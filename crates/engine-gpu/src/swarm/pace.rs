//! How much guests do in a dispatch: so much that it takes as long as a display can wait.

use std::time::Duration;

/// So long kernels run before the host looks at the guests again.
const TARGET: Duration = Duration::from_millis(60);
/// Instructions of a guest in the first dispatch, and the least in any.
const FIRST: u32 = 1 << 12;
const LEAST: u32 = 1 << 10;
/// The most in a round of the kernels. A long round is better than several, since at its end guests wait
/// for each other; but who waits for another kernel waits as long.
const LONG: u32 = 1 << 16;
const SHORT: u32 = 1 << 14;
/// The most in a dispatch, in short rounds: how long guests take can change from one dispatch to the next.
const MOST: u32 = 64;

/// How much more than in one dispatch guests may do in the next. Every dispatch waits for the slowest guests,
/// so they should be few.
const GROWTH: u32 = 4;

/// What guests may do in a dispatch.
#[derive(Clone, Copy, Debug)]
pub(super) struct Pace {
    /// The most instructions of a guest in a round: of translated code, and of others.
    long: u32,
    short: u32,
    /// Instructions of a guest in a dispatch.
    share: u32,
}

impl Pace {
    /// The pace on a device where a guest may execute `longest` instructions in a round. `calls` says that
    /// translated code answers what guests ask for, so that its rounds may be long.
    pub(super) fn new(longest: u32, calls: bool) -> Self {
        let long = longest.min(if calls { LONG } else { SHORT });
        Self { long, short: longest.min(SHORT), share: FIRST.min(longest) }
    }

    /// Instructions that translated code executes in a round.
    pub(super) fn fuel(self) -> u32 {
        self.share.min(self.long)
    }

    /// Micro-ops that the interpreter executes in a round.
    pub(super) fn steps(self) -> u32 {
        self.share.min(self.short)
    }

    /// Rounds in a dispatch.
    pub(super) fn rounds(self) -> u32 {
        self.share / self.fuel()
    }

    /// Adapts to how long a dispatch took.
    pub(super) fn took(&mut self, time: Duration) {
        let time = time.max(Duration::from_micros(1));
        let fitting = f64::from(self.share) * TARGET.as_secs_f64() / time.as_secs_f64();
        let least = LEAST.min(self.short);
        self.share = (fitting as u32).min(GROWTH * self.share).clamp(least, MOST * self.short);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The pace after dispatches in which so many instructions of a guest took a millisecond.
    fn after(mut pace: Pace, speed: f64) -> Pace {
        for _ in 0..20 {
            let work = f64::from(pace.rounds() * pace.fuel());
            pace.took(Duration::from_secs_f64(work / speed / 1000.0));
            assert!(pace.steps() <= pace.fuel() && pace.fuel() <= pace.long);
        }
        pace
    }

    #[test]
    fn dispatches_take_as_long_as_they_may() {
        let new = Pace::new(1 << 20, true);
        let slow = after(new, 100.0);
        assert_eq!((slow.rounds(), slow.fuel() / 1000, slow.steps() / 1000), (1, 6, 6));
        let fast = after(new, 1000.0);
        assert_eq!((fast.rounds(), fast.fuel() / 1000, fast.steps()), (1, 60, SHORT));
        let faster = after(new, 1e9);
        assert_eq!((faster.rounds(), faster.fuel()), (16, LONG));
        let without_calls = after(Pace::new(1 << 20, false), 1e9);
        assert_eq!((without_calls.rounds(), without_calls.fuel()), (64, SHORT));
    }

    #[test]
    fn rounds_are_as_short_as_the_device_wants() {
        let pace = after(Pace::new(1000, true), 1e9);
        assert_eq!((pace.rounds(), pace.fuel(), pace.steps()), (64, 1000, 1000));
        let slow = after(Pace::new(1000, true), 1.0);
        assert_eq!((slow.rounds(), slow.fuel()), (1, 1000));
        let slow = after(Pace::new(1 << 20, true), 1.0);
        assert_eq!((slow.rounds(), slow.fuel()), (1, LEAST));
    }
}
