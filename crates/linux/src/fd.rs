//! Open files and descriptor tables.

use crate::errno::Errno;
use crate::host::Stream;
use crate::pipe::PipeId;
use crate::slab::Id;
use crate::vfs::DirItem;
use crate::vfs::inode::InodeId;
use std::collections::BTreeMap;

pub(crate) const O_ACCMODE: u32 = 0o3;
pub(crate) const O_WRONLY: u32 = 0o1;
pub(crate) const O_RDWR: u32 = 0o2;
pub(crate) const O_CREAT: u32 = 0o100;
pub(crate) const O_EXCL: u32 = 0o200;
pub(crate) const O_NOCTTY: u32 = 0o400;
pub(crate) const O_TRUNC: u32 = 0o1000;
pub(crate) const O_APPEND: u32 = 0o2000;
pub(crate) const O_NONBLOCK: u32 = 0o4000;
pub(crate) const O_DIRECTORY: u32 = 0o40_000;
pub(crate) const O_NOFOLLOW: u32 = 0o100_000;
pub(crate) const O_DIRECT: u32 = 0o200_000;
pub(crate) const O_LARGEFILE: u32 = 0o400_000;
pub(crate) const O_NOATIME: u32 = 0o1_000_000;
pub(crate) const O_CLOEXEC: u32 = 0o2_000_000;
pub(crate) const O_PATH: u32 = 0o10_000_000;
pub(crate) const O_TMPFILE: u32 = 0o20_000_000;
/// Flags `F_SETFL` may change.
pub(crate) const SETFL: u32 = O_APPEND | O_NONBLOCK | O_NOATIME | O_DIRECT;

/// The number of an open file description.
pub(crate) type FileId = Id<OpenFile>;

/// What an open file is.
#[derive(Debug)]
pub(crate) enum Kind {
    /// A file, directory or device of the file system.
    Inode(InodeId),
    /// An end of a pipe (`inode` for a FIFO).
    Pipe { id: PipeId, inode: Option<InodeId> },
    /// A stream of the host; `None`: the controlling terminal.
    Host(Option<Stream>),
    /// A counter.
    Event { count: u64, semaphore: bool },
    /// A set of watched descriptors.
    Epoll(BTreeMap<(u32, u32), Watch>),
    /// A connected socket pair's end; without pipes, an unconnected socket.
    Socket { rx: Option<PipeId>, tx: Option<PipeId>, packets: bool },
}

/// What `epoll_ctl` registered.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Watch {
    pub(crate) events: u32,
    pub(crate) data: u64,
    /// For edge-triggered and one-shot watches: what was last reported.
    pub(crate) reported: u32,
    pub(crate) disabled: bool,
}

/// An open file description.
#[derive(Debug)]
pub(crate) struct OpenFile {
    pub(crate) kind: Kind,
    /// Access mode and status flags.
    pub(crate) flags: u32,
    pub(crate) offset: u64,
    /// Path it was opened by, for `/proc/self/fd`.
    pub(crate) path: Vec<u8>,
    /// A directory's names as of the last rewind, where the directory has no stable offsets.
    pub(crate) listing: Option<Vec<DirItem>>,
    /// Text of a `/proc` file as of its opening.
    pub(crate) rendered: Option<Vec<u8>>,
}

impl OpenFile {
    pub(crate) fn new(kind: Kind, flags: u32, path: Vec<u8>) -> Self {
        Self { kind, flags, offset: 0, path, listing: None, rendered: None }
    }

    pub(crate) fn readable(&self) -> bool {
        self.flags & O_ACCMODE != O_WRONLY && self.flags & O_PATH == 0
    }

    pub(crate) fn writable(&self) -> bool {
        self.flags & O_ACCMODE != 0 && self.flags & O_PATH == 0
    }

    pub(crate) fn nonblocking(&self) -> bool {
        self.flags & O_NONBLOCK != 0
    }
}

/// A descriptor.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Fd {
    pub(crate) file: FileId,
    pub(crate) cloexec: bool,
}

/// A process's descriptors.
#[derive(Debug, Clone, Default)]
pub(crate) struct FdTable {
    pub(crate) fds: Vec<Option<Fd>>,
}

impl FdTable {
    /// The descriptor `fd`.
    pub(crate) fn get(&self, fd: u32) -> Result<Fd, Errno> {
        self.fds.get(fd as usize).copied().flatten().ok_or(Errno::EBADF)
    }

    /// The lowest free descriptor from `from` on, below `limit`.
    pub(crate) fn lowest(&self, from: u32, limit: u64) -> Result<u32, Errno> {
        let free = (from as usize..).find(|i| self.fds.get(*i).is_none_or(Option::is_none));
        let free = free.unwrap_or(usize::MAX);
        if (free as u64) < limit { Ok(free as u32) } else { Err(Errno::EMFILE) }
    }

    /// Puts `entry` at `fd`; returns what was there.
    pub(crate) fn set(&mut self, fd: u32, entry: Option<Fd>) -> Option<Fd> {
        let index = fd as usize;
        if index >= self.fds.len() {
            entry?;
            self.fds.resize(index + 1, None);
        }
        std::mem::replace(&mut self.fds[index], entry)
    }

    /// Open descriptors in order.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (u32, Fd)> {
        self.fds.iter().enumerate().filter_map(|(i, f)| f.map(|f| (i as u32, f)))
    }
}
