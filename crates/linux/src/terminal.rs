//! The real host: standard streams, its terminal and its clocks.

use crate::errno::Errno;
use crate::host::{Host, Input, Stream, Termios};
use rustix::event::{PollFd, PollFlags, poll};
use rustix::stdio;
use rustix::termios::{self, OptionalActions};
use signal_hook::consts::{SIGHUP, SIGINT, SIGQUIT, SIGSTOP, SIGTERM, SIGTSTP, SIGWINCH};
use std::os::fd::BorrowedFd;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

/// This process's standard streams. Terminal settings that a guest changes are put back at the end.
#[derive(Debug)]
pub struct StdHost {
    start: Instant,
    saved: Option<termios::Termios>,
    ended: bool,
    signals: Vec<(u32, Arc<AtomicBool>)>,
}

impl Default for StdHost {
    fn default() -> Self {
        Self { start: Instant::now(), saved: None, ended: false, signals: catch_signals() }
    }
}

/// Linux numbers of the signals that are passed on to the guest, and the host's numbers.
const SIGNALS: &[(u32, i32)] =
    &[(1, SIGHUP), (2, SIGINT), (3, SIGQUIT), (15, SIGTERM), (20, SIGTSTP), (28, SIGWINCH)];

/// Flags that the host's signals set. A signal that cannot be caught keeps its default action.
fn catch_signals() -> Vec<(u32, Arc<AtomicBool>)> {
    let catch = |(linux, host): &(u32, i32)| {
        let flag = Arc::new(AtomicBool::new(false));
        signal_hook::flag::register(*host, flag.clone()).ok()?;
        Some((*linux, flag))
    };
    SIGNALS.iter().filter_map(catch).collect()
}

fn fd(stream: Stream) -> BorrowedFd<'static> {
    match stream {
        Stream::In => stdio::stdin(),
        Stream::Out => stdio::stdout(),
        Stream::Err => stdio::stderr(),
    }
}

impl StdHost {
    /// The stream that is a terminal, for its settings.
    fn terminal(&self) -> Option<BorrowedFd<'static>> {
        [Stream::In, Stream::Out, Stream::Err].map(fd).into_iter().find(|f| termios::isatty(f))
    }
}

impl Drop for StdHost {
    fn drop(&mut self) {
        if let (Some(saved), Some(fd)) = (&self.saved, self.terminal()) {
            // The process ends: there is nobody left to tell about a failure.
            let _ = termios::tcsetattr(fd, OptionalActions::Now, saved);
        }
    }
}

// Flag words and `stat` fields differ in width between hosts.
#[allow(clippy::useless_conversion, clippy::unnecessary_cast)]
impl Host for StdHost {
    fn read(&mut self, buf: &mut [u8]) -> Input {
        if self.ended && !termios::isatty(stdio::stdin()) {
            return Input::End;
        }
        if !self.readable() {
            return Input::NotYet;
        }
        match rustix::io::read(stdio::stdin(), buf) {
            Ok(0) => {
                self.ended = true;
                Input::End
            }
            Ok(n) => Input::Bytes(n),
            Err(rustix::io::Errno::INTR | rustix::io::Errno::AGAIN) => Input::NotYet,
            // A closed or broken standard input has nothing to give.
            Err(_) => Input::End,
        }
    }

    fn readable(&mut self) -> bool {
        let input = stdio::stdin();
        let mut fds = [PollFd::new(&input, PollFlags::IN)];
        let zero = rustix::time::Timespec { tv_sec: 0, tv_nsec: 0 };
        // An error is news as well: the read will find it.
        poll(&mut fds, Some(&zero)).map_or(true, |n| n > 0)
    }

    fn wait(&mut self, input: bool, timeout: Option<Duration>) {
        let stdin = stdio::stdin();
        let mut all = [PollFd::new(&stdin, PollFlags::IN)];
        // Without input a poll of nothing: unlike a sleep, a signal ends it.
        let fds = if input { &mut all[..] } else { &mut all[..0] };
        let spec = timeout.map(|t| rustix::time::Timespec {
            tv_sec: t.as_secs().min(i32::MAX as u64) as i64,
            tv_nsec: t.subsec_nanos().into(),
        });
        // Interrupted or not, the caller looks again.
        let _ = poll(fds, spec.as_ref());
    }

    fn write(&mut self, stream: Stream, data: &[u8]) -> Result<usize, Errno> {
        let fd = fd(stream);
        let mut done = 0;
        while done < data.len() {
            match rustix::io::write(fd, &data[done..]) {
                Ok(n) => done += n,
                Err(rustix::io::Errno::INTR) => {}
                Err(rustix::io::Errno::AGAIN) => {
                    let mut fds = [PollFd::new(&fd, PollFlags::OUT)];
                    let _ = poll(&mut fds, None);
                }
                Err(_) if done > 0 => break,
                Err(e) => return Err(e.into()),
            }
        }
        Ok(done)
    }

    fn is_terminal(&self, stream: Stream) -> bool {
        termios::isatty(fd(stream))
    }

    fn window(&self) -> (u16, u16) {
        let size = self.terminal().and_then(|fd| termios::tcgetwinsize(fd).ok());
        size.map_or((24, 80), |s| (s.ws_row, s.ws_col))
    }

    fn termios(&self) -> Termios {
        let Some(t) = self.terminal().and_then(|fd| termios::tcgetattr(fd).ok()) else {
            return Termios::default();
        };
        let flags = [
            t.input_modes.bits(),
            t.output_modes.bits(),
            t.control_modes.bits(),
            t.local_modes.bits(),
        ];
        let mut chars = [0; 19];
        for (slot, index) in chars.iter_mut().zip(CODES) {
            *slot = t.special_codes[*index];
        }
        Termios { flags, line: 0, chars }
    }

    fn set_termios(&mut self, new: &Termios) {
        let Some(fd) = self.terminal() else { return };
        let Ok(mut t) = termios::tcgetattr(fd) else { return };
        if self.saved.is_none() {
            self.saved = Some(t.clone());
        }
        t.input_modes = termios::InputModes::from_bits_retain(new.flags[0]);
        t.output_modes = termios::OutputModes::from_bits_retain(new.flags[1]);
        t.control_modes = termios::ControlModes::from_bits_retain(new.flags[2]);
        t.local_modes = termios::LocalModes::from_bits_retain(new.flags[3]);
        for (value, index) in new.chars.iter().zip(CODES) {
            t.special_codes[*index] = *value;
        }
        // A terminal that refuses keeps its settings; the guest sees that when it reads them.
        let _ = termios::tcsetattr(fd, OptionalActions::Drain, &t);
    }

    fn now(&mut self) -> (u64, i64) {
        let wall = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        (self.start.elapsed().as_nanos() as u64, wall.as_nanos() as i64)
    }

    fn signal(&mut self) -> Option<u32> {
        let sent = self.signals.iter().find(|(_, flag)| flag.load(Ordering::Relaxed))?;
        sent.1.store(false, Ordering::Relaxed);
        Some(sent.0)
    }

    fn suspend(&mut self) {
        // Where stopping is refused, running on is all there is.
        let _ = signal_hook::low_level::raise(SIGSTOP);
    }
}

/// Control characters in Linux's order.
const CODES: &[termios::SpecialCodeIndex] = {
    use termios::SpecialCodeIndex as C;
    &[
        C::VINTR,
        C::VQUIT,
        C::VERASE,
        C::VKILL,
        C::VEOF,
        C::VTIME,
        C::VMIN,
        C::VSWTC,
        C::VSTART,
        C::VSTOP,
        C::VSUSP,
        C::VEOL,
        C::VREPRINT,
        C::VDISCARD,
        C::VWERASE,
        C::VLNEXT,
        C::VEOL2,
    ]
};
