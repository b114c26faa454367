//! File locks: `flock` by open file, record locks by process.

use crate::errno::Errno;
use crate::fd::{FileId, Kind};
use crate::process::{Key, Pid, Wait};
use crate::system::{Ret, Stop, System};
use crate::table::Args;

/// Who holds a record lock: a process, or an open file (`F_OFD_*`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Owner {
    Process(Pid),
    File(u32),
}

#[derive(Debug, Clone, Copy)]
struct Record {
    ino: u64,
    owner: Owner,
    exclusive: bool,
    start: u64,
    /// Past the end.
    end: u64,
}

/// All locks of the machine.
#[derive(Debug, Default)]
pub(crate) struct Locks {
    /// (inode, open file, exclusive)
    flocks: Vec<(u64, u32, bool)>,
    records: Vec<Record>,
}

impl Locks {
    /// An open file is gone.
    pub(crate) fn release_file(&mut self, file: u32) {
        self.flocks.retain(|l| l.1 != file);
        self.records.retain(|r| r.owner != Owner::File(file));
    }

    /// A process is gone.
    pub(crate) fn release_process(&mut self, pid: Pid) {
        self.records.retain(|r| r.owner != Owner::Process(pid));
    }

    /// A process closed a descriptor of an inode: its record locks there fall.
    pub(crate) fn release_posix(&mut self, pid: Pid, ino: u64) -> bool {
        let before = self.records.len();
        self.records.retain(|r| r.ino != ino || r.owner != Owner::Process(pid));
        self.records.len() != before
    }

    fn conflict(&self, want: &Record) -> Option<&Record> {
        self.records.iter().find(|r| {
            r.ino == want.ino
                && r.owner != want.owner
                && (r.exclusive || want.exclusive)
                && r.start < want.end
                && want.start < r.end
        })
    }

    /// Removes the owner's locks in the range, splitting those that reach beyond it.
    fn clear(&mut self, range: &Record) {
        let mut out = Vec::new();
        for r in self.records.drain(..) {
            let same = r.ino == range.ino && r.owner == range.owner;
            if !same || r.start >= range.end || range.start >= r.end {
                out.push(r);
                continue;
            }
            if r.start < range.start {
                out.push(Record { end: range.start, ..r });
            }
            if r.end > range.end {
                out.push(Record { start: range.end, ..r });
            }
        }
        self.records = out;
    }
}

impl System {
    fn inode_number(&self, file: FileId) -> Option<u64> {
        match self.files[file].kind {
            Kind::Inode(id) => Some(self.vfs.inode(id).ino),
            _ => None,
        }
    }

    pub(crate) fn sys_flock(&mut self, a: Args) -> Ret {
        let file = self.usable(a[0])?;
        let ino = self.inode_number(file).unwrap_or(u64::MAX - u64::from(file.number()));
        let (operation, nonblocking) = (a[1] & !4, a[1] & 4 != 0);
        let me = file.number();
        match operation {
            8 => {
                self.locks.flocks.retain(|l| !(l.0 == ino && l.1 == me));
                self.wake(Key::Lock);
                Ok(0)
            }
            1 | 2 => {
                let exclusive = operation == 2;
                let held = |l: &&(u64, u32, bool)| l.0 == ino && l.1 != me && (l.2 || exclusive);
                if self.locks.flocks.iter().any(|l| held(&l)) {
                    return super::file::block(nonblocking, Key::Lock);
                }
                self.locks.flocks.retain(|l| !(l.0 == ino && l.1 == me));
                self.locks.flocks.push((ino, me, exclusive));
                self.wake(Key::Lock);
                Ok(0)
            }
            _ => Err(Errno::EINVAL.into()),
        }
    }

    /// `F_GETLK`, `F_SETLK`, `F_SETLKW` and their open-file forms.
    pub(crate) fn posix_lock(&mut self, file: FileId, command: u32, at: u64) -> Ret {
        let head = self.get_u64(at)?;
        let (start, len) =
            (self.get_u64(at.wrapping_add(8))? as i64, self.get_u64(at.wrapping_add(16))? as i64);
        let (kind, whence) = (head & 0xffff, head >> 16 & 0xffff);
        let Some(ino) = self.inode_number(file) else { return Err(Errno::EINVAL.into()) };
        let base = match whence {
            0 => 0,
            1 => self.files[file].offset as i64,
            2 => match self.files[file].kind {
                Kind::Inode(id) => self.vfs.content(id)?.size() as i64,
                _ => 0,
            },
            _ => return Err(Errno::EINVAL.into()),
        };
        let start = base.checked_add(start).filter(|s| *s >= 0).ok_or(Errno::EINVAL)?;
        let (start, end) = match len {
            0 => (start, i64::MAX),
            l if l > 0 => (start, start.saturating_add(l)),
            l => (start.checked_add(l).filter(|s| *s >= 0).ok_or(Errno::EINVAL)?, start),
        };
        let owner = if command >= 36 {
            Owner::File(file.number())
        } else {
            Owner::Process(self.task().pid)
        };
        let (start, end) = (start as u64, end as u64);
        let want = Record { ino, owner, exclusive: kind == 1, start, end };
        match command {
            5 | 36 => self.get_lock(at, &want),
            _ if kind == 2 => {
                self.locks.clear(&want);
                self.wake(Key::Lock);
                Ok(0)
            }
            _ if kind > 2 => Err(Errno::EINVAL.into()),
            _ => {
                let f = &self.files[file];
                if !(if want.exclusive { f.writable() } else { f.readable() }) {
                    return Err(Errno::EBADF.into());
                }
                if self.locks.conflict(&want).is_some() {
                    let waits = matches!(command, 7 | 38);
                    let error = Err(Errno::EAGAIN.into());
                    return if waits { Err(Stop::Wait(Wait::on(Key::Lock))) } else { error };
                }
                self.locks.clear(&want);
                self.locks.records.push(want);
                self.wake(Key::Lock);
                Ok(0)
            }
        }
    }

    fn get_lock(&mut self, at: u64, want: &Record) -> Ret {
        let Some(found) = self.locks.conflict(want).copied() else {
            self.mem().store::<u16>(at, 2)?;
            return Ok(0);
        };
        let pid = match found.owner {
            Owner::Process(pid) => pid,
            Owner::File(_) => u32::MAX,
        };
        self.put_u64(at, if found.exclusive { 1 } else { 0 })?;
        self.put_u64(at.wrapping_add(8), found.start)?;
        let open_ended = found.end == i64::MAX as u64;
        self.put_u64(at.wrapping_add(16), if open_ended { 0 } else { found.end - found.start })?;
        self.put_u32(at.wrapping_add(24), pid)?;
        Ok(0)
    }
}
