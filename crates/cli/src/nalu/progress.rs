//! How a training goes, on standard error.

use std::io::{IsTerminal, Write, stderr};
use std::ops::ControlFlow;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

/// Shows how a training goes: on a terminal a bar in place, otherwise a line now and then.
pub(super) struct Show<'a> {
    interrupt: &'a AtomicBool,
    terminal: bool,
    last: Instant,
    written: bool,
}

impl<'a> Show<'a> {
    pub(super) fn new(interrupt: &'a AtomicBool) -> Self {
        let terminal = stderr().is_terminal();
        Self { interrupt, terminal, last: Instant::now(), written: false }
    }

    /// Shows how much of the whole is done, with `text`, when it is time to; breaks after the
    /// interrupt key.
    pub(super) fn update(
        &mut self,
        name: &str,
        (done, whole): (usize, usize),
        text: impl Fn() -> String,
    ) -> ControlFlow<()> {
        if self.interrupt.load(Ordering::Relaxed) {
            return ControlFlow::Break(());
        }
        let period = Duration::from_millis(if self.terminal { 100 } else { 5000 });
        if self.last.elapsed() >= period {
            self.last = Instant::now();
            self.print(name, (done, whole), &text());
        }
        ControlFlow::Continue(())
    }

    fn print(&mut self, name: &str, (done, whole): (usize, usize), text: &str) {
        const BAR: usize = 20;
        if self.terminal {
            let full = BAR * done / whole;
            let bar = "█".repeat(full) + &"░".repeat(BAR - full);
            let line: String = format!("{name:<13} {bar} {text}").chars().take(99).collect();
            eprint!("\r\x1b[K{line}");
            self.written = true;
        } else {
            eprintln!("{name}: {text}");
        }
        // Progress is a courtesy: a closed standard error does not matter.
        let _ = stderr().flush();
    }

    pub(super) fn clear(&self) {
        if self.written {
            eprint!("\r\x1b[K");
        }
    }
}
