//! `ioctl`: terminals and what works on any file.

use crate::errno::Errno;
use crate::fd::{FileId, Kind, O_NONBLOCK};
use crate::host::Termios;
use crate::process::Pid;
use crate::signal::{SIG_IGN, SIGTTIN, SigInfo, bit};
use crate::system::{Ret, Stop, System};
use crate::table::Args;

const TCGETS: u32 = 0x5401;
const TCSETS: u32 = 0x5402;
const TCSETSF: u32 = 0x5404;
const TIOCSCTTY: u32 = 0x540e;
const TIOCGPGRP: u32 = 0x540f;
const TIOCSPGRP: u32 = 0x5410;
const TIOCGWINSZ: u32 = 0x5413;
const TIOCSWINSZ: u32 = 0x5414;
const FIONREAD: u32 = 0x541b;
const FIONBIO: u32 = 0x5421;
const TIOCNOTTY: u32 = 0x5422;
const TIOCGSID: u32 = 0x5429;
const FIONCLEX: u32 = 0x5450;
const FIOCLEX: u32 = 0x5451;

impl System {
    pub(crate) fn sys_ioctl(&mut self, a: Args) -> Ret {
        let file = self.usable(a[0])?;
        match a[1] as u32 {
            FIONBIO => {
                let on = self.get_u32(a[2])? != 0;
                let flags = &mut self.files[file].flags;
                *flags = if on { *flags | O_NONBLOCK } else { *flags & !O_NONBLOCK };
                Ok(0)
            }
            request @ (FIOCLEX | FIONCLEX) => {
                let table = self.task().fds;
                if let Some(Some(entry)) = self.tables[table].fds.get_mut(a[0] as usize) {
                    entry.cloexec = request == FIOCLEX;
                }
                Ok(0)
            }
            FIONREAD => self.bytes_waiting(file, a[2]),
            request if self.is_terminal(file) => self.terminal_ioctl(request, a[2]),
            request => {
                // Every program asks whether a file is a terminal; other requests are news.
                if !(0x5401..=0x5430).contains(&request) {
                    self.unsupported(format!("ioctl {request:#x}"));
                }
                Err(Errno::ENOTTY.into())
            }
        }
    }

    fn is_terminal(&self, file: FileId) -> bool {
        match self.files[file].kind {
            Kind::Host(None) => true,
            Kind::Host(Some(stream)) => self.host.is_terminal(stream),
            _ => false,
        }
    }

    fn bytes_waiting(&mut self, file: FileId, at: u64) -> Ret {
        let n = match &self.files[file].kind {
            Kind::Pipe { id, .. } => self.pipes[*id].len(),
            Kind::Socket { rx: Some(id), .. } => self.pipes[*id].len(),
            Kind::Inode(id) if self.vfs.inode(*id).is_file() => {
                let (id, offset) = (*id, self.files[file].offset);
                self.vfs.content(id)?.size().saturating_sub(offset) as usize
            }
            Kind::Host(_) => usize::from(self.host.readable()),
            _ => return Err(Errno::ENOTTY.into()),
        };
        self.put_u32(at, n.min(i32::MAX as usize) as u32)?;
        Ok(0)
    }

    fn terminal_ioctl(&mut self, request: u32, at: u64) -> Ret {
        match request {
            TCGETS => {
                let t = self.host.termios();
                let mut bytes: Vec<u8> = t.flags.iter().flat_map(|f| f.to_le_bytes()).collect();
                bytes.push(t.line);
                bytes.extend_from_slice(&t.chars);
                self.write_bytes(at, &bytes)?;
            }
            TCSETS..=TCSETSF => {
                let bytes = self.read_bytes(at, 36)?;
                let word = |i: usize| {
                    bytes[4 * i..4 * i + 4].iter().rev().fold(0, |v: u32, b| v << 8 | u32::from(*b))
                };
                let mut t =
                    Termios { flags: [0, 1, 2, 3].map(word), line: bytes[16], chars: [0; 19] };
                t.chars.copy_from_slice(&bytes[17..36]);
                self.host.set_termios(&t);
            }
            TIOCGPGRP => {
                let group = self.foreground;
                self.put_u32(at, group)?;
            }
            TIOCSPGRP => {
                let group = self.get_u32(at)?;
                let sid = self.process().sid;
                if (group as i32) < 0 {
                    return Err(Errno::EINVAL.into());
                }
                if !self.procs.values().any(|p| p.pgid == group && p.sid == sid) {
                    return Err(Errno::EPERM.into());
                }
                self.foreground = group;
            }
            TIOCGSID => {
                let sid = self.process().sid;
                self.put_u32(at, sid)?;
            }
            TIOCGWINSZ => {
                let (rows, columns) = self.host.window();
                self.put_u64(at, u64::from(rows) | u64::from(columns) << 16)?;
            }
            // The window's size is the user's to change.
            TIOCSWINSZ | TIOCSCTTY | TIOCNOTTY => {}
            // Break, flow control and flush: nothing is buffered here.
            0x5409 | 0x540a | 0x540b | 0x5425 => {}
            request => {
                self.unsupported(format!("terminal ioctl {request:#x}"));
                return Err(Errno::EINVAL.into());
            }
        }
        Ok(0)
    }

    /// Does the current process read from a terminal that is another group's?
    pub(crate) fn background_terminal(&self) -> bool {
        use crate::host::Stream;
        let process = self.process();
        self.host.is_terminal(Stream::In)
            && process.pgid != self.foreground
            && self.procs.values().any(|p| p.pgid == self.foreground)
    }

    /// Stops a group that touched the terminal from the background.
    pub(crate) fn stop_group<T>(&mut self, group: Pid, signo: u32) -> Result<T, Stop> {
        debug_assert_eq!(signo, SIGTTIN);
        let task = self.task();
        let handler = self.actions[task.actions].0[signo as usize].handler;
        if handler == SIG_IGN || task.mask & bit(signo) != 0 {
            return Err(Errno::EIO.into());
        }
        for pid in self.members(group) {
            self.signal_process(pid, SigInfo::kernel(signo));
        }
        // The signal is acted on first; then the read is tried again.
        let now = self.clock.now();
        let mut wait = crate::process::Wait::until(Some(now));
        wait.restart = crate::process::Restart::Auto;
        Err(Stop::Wait(wait))
    }
}
