//! How far a swarm is: a bar on a terminal, now and then a line elsewhere.

use std::io::{IsTerminal, Write};
use std::time::{Duration, Instant};

pub(crate) struct Progress {
    all: usize,
    terminal: bool,
    started: Instant,
    shown: Instant,
    any: bool,
}

impl Progress {
    pub(crate) fn new(all: usize) -> Self {
        let now = Instant::now();
        let terminal = std::io::stderr().is_terminal();
        Self { all, terminal, started: now, shown: now, any: false }
    }

    /// Shows it, unless that was done just now.
    pub(crate) fn show(&mut self, p: ncpu_swarm::Progress) {
        let pause = Duration::from_millis(if self.terminal { 100 } else { 5000 });
        if self.shown.elapsed() < pause {
            return;
        }
        self.shown = Instant::now();
        self.any = true;
        let rate = p.instructions as f64 / self.started.elapsed().as_secs_f64().max(1e-3);
        let text = format!(
            "{} of {} guests done, {} running, {:.3} G instructions, {:.3} G/s",
            p.done,
            self.all,
            p.running,
            p.instructions as f64 / 1e9,
            rate / 1e9
        );
        if self.terminal {
            const WIDTH: usize = 20;
            let full = WIDTH * p.done.min(self.all) / self.all.max(1);
            eprint!("\r[{}{}] {text}\x1b[K", "=".repeat(full), " ".repeat(WIDTH - full));
            // A bar that cannot be shown is no failure.
            let _ = std::io::stderr().flush();
        } else {
            eprintln!("{text}");
        }
    }

    /// Takes the bar away.
    pub(crate) fn end(&self) {
        if self.terminal && self.any {
            eprint!("\r\x1b[K");
        }
    }
}
