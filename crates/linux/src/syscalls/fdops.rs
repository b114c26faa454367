//! Descriptors: dup, fcntl, pipes, close, eventfd.

use crate::errno::Errno;
use crate::fd::{Fd, Kind, O_CLOEXEC, O_DIRECT, O_NONBLOCK, O_RDWR, O_WRONLY, OpenFile, SETFL};
use crate::pipe::Pipe;
use crate::process::RLIMIT_NOFILE;
use crate::system::{Ret, System};
use crate::table::Args;

impl System {
    pub(crate) fn sys_close(&mut self, a: Args) -> Ret {
        let table = self.task().fds;
        self.tables[table].get(a[0] as u32)?;
        self.close_fd(a[0] as u32);
        Ok(0)
    }

    fn close_fd(&mut self, fd: u32) {
        let table = self.task().fds;
        if let Some(old) = self.tables[table].set(fd, None) {
            let pid = self.task().pid;
            if let Kind::Inode(id) = self.files[old.file].kind {
                let ino = self.vfs.inode(id).ino;
                if self.locks.release_posix(pid, ino) {
                    self.wake(crate::process::Key::Lock);
                }
            }
            self.release_file(old.file);
        }
    }

    pub(crate) fn sys_close_range(&mut self, a: Args) -> Ret {
        const UNSHARE: u64 = 2;
        const CLOEXEC: u64 = 4;
        let (first, last) = (a[0] as u32, a[1] as u32);
        if first > last || a[2] & !(UNSHARE | CLOEXEC) != 0 {
            return Err(Errno::EINVAL.into());
        }
        if a[2] & UNSHARE != 0 {
            self.unshare_fds();
        }
        let table = self.task().fds;
        let fds: Vec<u32> = self.tables[table].iter().map(|f| f.0).collect();
        for fd in fds.into_iter().filter(|fd| (first..=last).contains(fd)) {
            if a[2] & CLOEXEC == 0 {
                self.close_fd(fd);
            } else if let Some(Some(entry)) = self.tables[table].fds.get_mut(fd as usize) {
                entry.cloexec = true;
            }
        }
        Ok(0)
    }

    pub(crate) fn unshare_fds(&mut self) {
        let old = self.task().fds;
        let copy = self.copy_fds(old);
        self.release_table(old);
        self.task_mut().fds = copy;
    }

    pub(crate) fn sys_dup(&mut self, a: Args) -> Ret {
        let file = self.file_id(a[0])?;
        self.files.hold(file);
        Ok(self.install(file, false, 0)?)
    }

    pub(crate) fn sys_dup3(&mut self, a: Args) -> Ret {
        let (old, new) = (a[0] as u32, a[1] as u32);
        if old == new || a[2] as u32 & !O_CLOEXEC != 0 {
            return Err(Errno::EINVAL.into());
        }
        let file = self.file_id(a[0])?;
        if u64::from(new) >= self.process().rlimits[RLIMIT_NOFILE].0 {
            return Err(Errno::EBADF.into());
        }
        self.files.hold(file);
        self.close_fd(new);
        let table = self.task().fds;
        let cloexec = a[2] as u32 & O_CLOEXEC != 0;
        self.tables[table].set(new, Some(Fd { file, cloexec }));
        Ok(new.into())
    }

    pub(crate) fn sys_pipe2(&mut self, a: Args) -> Ret {
        let flags = a[1] as u32;
        if flags & !(O_CLOEXEC | O_NONBLOCK | O_DIRECT) != 0 {
            return Err(Errno::EINVAL.into());
        }
        if flags & O_DIRECT != 0 {
            self.unsupported("pipe2 O_DIRECT");
            return Err(Errno::EINVAL.into());
        }
        let mut pipe = Pipe::new();
        (pipe.readers, pipe.writers) = (1, 1);
        let id = self.pipes.add(pipe);
        self.pipes.hold(id);
        let name = format!("pipe:[{}]", 4000 + u64::from(id.number())).into_bytes();
        let end = |access| {
            OpenFile::new(Kind::Pipe { id, inode: None }, access | flags & O_NONBLOCK, name.clone())
        };
        let fds = self.install_pair(end(0), end(O_WRONLY), flags & O_CLOEXEC != 0)?;
        self.put_pair(a[0], fds)
    }

    /// Two new descriptors, or none.
    pub(crate) fn install_pair(
        &mut self,
        first: OpenFile,
        second: OpenFile,
        cloexec: bool,
    ) -> Result<(u64, u64), Errno> {
        let first = self.add_file(first);
        let second = self.add_file(second);
        let (first, second) = match (first, second) {
            (Ok(a), Ok(b)) => (a, b),
            (Ok(id), Err(e)) | (Err(e), Ok(id)) => {
                self.release_file(id);
                return Err(e);
            }
            (Err(e), Err(_)) => return Err(e),
        };
        let a = match self.install(first, cloexec, 0) {
            Ok(a) => a,
            Err(e) => {
                self.release_file(second);
                return Err(e);
            }
        };
        match self.install(second, cloexec, 0) {
            Ok(b) => Ok((a, b)),
            Err(e) => {
                self.close_fd(a as u32);
                Err(e)
            }
        }
    }

    /// Writes a pair of descriptors to the guest; takes them back if it cannot be told.
    pub(crate) fn put_pair(&mut self, at: u64, (a, b): (u64, u64)) -> Ret {
        if let Err(e) = self.put_u64(at, a | b << 32) {
            self.close_fd(a as u32);
            self.close_fd(b as u32);
            return Err(e.into());
        }
        Ok(0)
    }

    pub(crate) fn sys_eventfd2(&mut self, a: Args) -> Ret {
        const SEMAPHORE: u32 = 1;
        let flags = a[1] as u32;
        if flags & !(SEMAPHORE | O_CLOEXEC | O_NONBLOCK) != 0 {
            return Err(Errno::EINVAL.into());
        }
        let count = u64::from(a[0] as u32);
        let kind = Kind::Event { count, semaphore: flags & SEMAPHORE != 0 };
        let file =
            OpenFile::new(kind, O_RDWR | flags & O_NONBLOCK, b"anon_inode:[eventfd]".to_vec());
        let id = self.add_file(file)?;
        Ok(self.install(id, flags & O_CLOEXEC != 0, 0)?)
    }

    pub(crate) fn sys_fcntl(&mut self, a: Args) -> Ret {
        let file = self.file_id(a[0])?;
        let fd = a[0] as usize;
        match a[1] as u32 {
            command @ (0 | 1030) => {
                let limit = self.process().rlimits[RLIMIT_NOFILE].0;
                if a[2] as u32 as u64 >= limit {
                    return Err(Errno::EINVAL.into());
                }
                self.files.hold(file);
                Ok(self.install(file, command == 1030, a[2] as u32)?)
            }
            1 => Ok(self.fd_entry(a[0])?.cloexec.into()),
            2 => {
                let table = self.task().fds;
                if let Some(Some(entry)) = self.tables[table].fds.get_mut(fd) {
                    entry.cloexec = a[2] & 1 != 0;
                }
                Ok(0)
            }
            3 => Ok(u64::from(self.files[file].flags | crate::fd::O_LARGEFILE)),
            4 => {
                let flags = &mut self.files[file].flags;
                *flags = *flags & !SETFL | a[2] as u32 & SETFL;
                Ok(0)
            }
            command @ (5..=7 | 36..=38) => self.posix_lock(file, command, a[2]),
            8 | 10 | 15 => Ok(0),
            9 | 11 | 16 => Ok(0),
            1031 => self.set_pipe_size(file, a[2]),
            1032 => match self.files[file].kind {
                Kind::Pipe { id, .. } => Ok(self.pipes[id].capacity as u64),
                _ => Err(Errno::EBADF.into()),
            },
            1033 | 1034 => Err(Errno::EINVAL.into()),
            command => {
                self.unsupported(format!("fcntl command {command}"));
                Err(Errno::EINVAL.into())
            }
        }
    }

    fn set_pipe_size(&mut self, file: crate::fd::FileId, size: u64) -> Ret {
        let Kind::Pipe { id, .. } = self.files[file].kind else { return Err(Errno::EBADF.into()) };
        if size > 1 << 20 {
            return Err(Errno::EPERM.into());
        }
        let size = (size.max(4096) as usize).next_power_of_two();
        if size < self.pipes[id].len() {
            return Err(Errno::EBUSY.into());
        }
        self.pipes[id].capacity = size;
        Ok(size as u64)
    }
}
