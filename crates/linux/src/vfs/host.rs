//! Directories of the host, reached by descriptors and one component at a time.
//!
//! Every path here is relative to the tree's root, in host spelling, without `.`, `..` or empty
//! components (the guest's walk has resolved them). Each directory on the way is opened with
//! `O_NOFOLLOW`, so a symbolic link on the host can never lead outside: links are read as text and
//! resolved by the guest's own walk.

use super::inode::Time;
use crate::errno::Errno;
use rustix::fs::{self as rfs, AtFlags, FileType, Mode, OFlags};
use std::collections::VecDeque;
use std::ffi::OsStr;
use std::fs::File;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

/// How many host files a copy-on-write tree keeps open.
const OPEN_FILES: usize = 32;

impl From<rustix::io::Errno> for Errno {
    fn from(e: rustix::io::Errno) -> Self {
        match e {
            rustix::io::Errno::LOOP => Self::ELOOP,
            rustix::io::Errno::NAMETOOLONG => Self::ENAMETOOLONG,
            rustix::io::Errno::PERM => Self::EPERM,
            rustix::io::Errno::NXIO => Self::ENXIO,
            e => Self::from(std::io::Error::from(e)),
        }
    }
}

/// What the host says about a file.
#[derive(Debug, Clone)]
pub(crate) struct HostStat {
    /// File type and permissions, in Linux's encoding.
    pub(crate) mode: u32,
    pub(crate) uid: u32,
    pub(crate) gid: u32,
    pub(crate) nlink: u32,
    pub(crate) size: u64,
    pub(crate) atime: Time,
    pub(crate) mtime: Time,
    pub(crate) ctime: Time,
    /// Device and inode, to recognise hard links.
    pub(crate) identity: (u64, u64),
}

/// A host directory, or one host file, that guests may reach.
#[derive(Debug)]
pub(crate) struct HostTree {
    root: OwnedFd,
    /// For messages only.
    pub(crate) name: PathBuf,
    pub(crate) read_only: bool,
    /// Distinguishes trees in indexes.
    pub(crate) id: u32,
    open: Mutex<VecDeque<(Vec<u8>, Arc<File>)>>,
}

impl HostTree {
    /// Opens a host directory as a tree.
    pub(crate) fn open(path: &Path, read_only: bool, id: u32) -> std::io::Result<Self> {
        let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC;
        let root = rfs::open(path, flags, Mode::empty())?;
        Ok(Self { root, name: path.into(), read_only, id, open: Mutex::default() })
    }

    fn dir_at(dir: BorrowedFd<'_>, name: &[u8]) -> Result<OwnedFd, Errno> {
        let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::NOFOLLOW | OFlags::CLOEXEC;
        Ok(rfs::openat(dir, OsStr::from_bytes(name), flags, Mode::empty())?)
    }

    /// Opens the directory at `path`.
    fn dir(&self, path: &[u8]) -> Result<OwnedFd, Errno> {
        let mut dir = rfs::openat(
            &self.root,
            ".",
            OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC,
            Mode::empty(),
        )?;
        for name in path.split(|b| *b == b'/').filter(|n| !n.is_empty()) {
            debug_assert!(name != b".." && name != b".");
            if name == b".." {
                return Err(Errno::EPERM);
            }
            dir = Self::dir_at(dir.as_fd(), name)?;
        }
        Ok(dir)
    }

    /// Opens the directory that holds `path`; returns it with the last name.
    fn parent<'a>(&self, path: &'a [u8]) -> Result<(OwnedFd, &'a OsStr), Errno> {
        let (dir, name) = match path.iter().rposition(|b| *b == b'/') {
            Some(at) => (&path[..at], &path[at + 1..]),
            None => (&path[..0], path),
        };
        if name.is_empty() || name == b".." {
            return Err(Errno::EPERM);
        }
        Ok((self.dir(dir)?, OsStr::from_bytes(name)))
    }

    fn writable(&self) -> Result<(), Errno> {
        if self.read_only { Err(Errno::EROFS) } else { Ok(()) }
    }

    /// What is at `path` (links are not followed).
    pub(crate) fn stat(&self, path: &[u8]) -> Result<HostStat, Errno> {
        if path.is_empty() {
            return Ok(host_stat(&rfs::fstat(&self.root)?));
        }
        let (dir, name) = self.parent(path)?;
        Ok(host_stat(&rfs::statat(dir, name, AtFlags::SYMLINK_NOFOLLOW)?))
    }

    /// Names in the directory at `path` with what they are, sorted by name.
    pub(crate) fn list(&self, path: &[u8]) -> Result<Vec<(Vec<u8>, HostStat)>, Errno> {
        let dir = self.dir(path)?;
        let mut out = Vec::new();
        for entry in rfs::Dir::read_from(&dir)? {
            let name = entry?.file_name().to_bytes().to_vec();
            if name == b"." || name == b".." {
                continue;
            }
            // A name that vanished meanwhile is simply not there.
            if let Ok(stat) = rfs::statat(&dir, OsStr::from_bytes(&name), AtFlags::SYMLINK_NOFOLLOW)
            {
                out.push((name, host_stat(&stat)));
            }
        }
        out.sort_by(|a, b| a.0.cmp(&b.0));
        Ok(out)
    }

    /// Text of the symbolic link at `path`.
    pub(crate) fn read_link(&self, path: &[u8]) -> Result<Vec<u8>, Errno> {
        let (dir, name) = self.parent(path)?;
        Ok(rfs::readlinkat(dir, name, Vec::new())?.into_bytes())
    }

    /// Fills `buf` from the regular file at `path`; bytes past its end read as zero.
    pub(crate) fn read_file(&self, path: &[u8], at: u64, buf: &mut [u8]) -> Result<(), Errno> {
        let file = self.cached(path)?;
        let mut done = 0;
        while done < buf.len() {
            match file.read_at(&mut buf[done..], at + done as u64) {
                Ok(0) => break,
                Ok(n) => done += n,
                Err(e) if e.kind() == std::io::ErrorKind::Interrupted => {}
                Err(e) => return Err(e.into()),
            }
        }
        Ok(())
    }

    fn cached(&self, path: &[u8]) -> Result<Arc<File>, Errno> {
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, file)) = open.iter().find(|(p, _)| p == path) {
            return Ok(file.clone());
        }
        let file = Arc::new(self.open_file(path, OFlags::RDONLY)?);
        if open.len() == OPEN_FILES {
            open.pop_front();
        }
        open.push_back((path.to_vec(), file.clone()));
        Ok(file)
    }

    /// Opens a regular file; anything else (a FIFO would block, a device would act) is refused.
    fn open_file(&self, path: &[u8], mode: OFlags) -> Result<File, Errno> {
        let (dir, name) = self.parent(path)?;
        let flags = mode | OFlags::NOFOLLOW | OFlags::CLOEXEC | OFlags::NONBLOCK;
        let fd = rfs::openat(dir, name, flags, Mode::empty())?;
        if FileType::from_raw_mode(rfs::fstat(&fd)?.st_mode) != FileType::RegularFile {
            return Err(Errno::ENXIO);
        }
        Ok(File::from(fd))
    }

    /// Opens a live file for reading and, where the host and the mount allow it, writing.
    pub(crate) fn open_live(&self, path: &[u8]) -> Result<HostFile, Errno> {
        if !self.read_only
            && let Ok(file) = self.open_file(path, OFlags::RDWR)
        {
            return Ok(HostFile { file, writable: true });
        }
        Ok(HostFile { file: self.open_file(path, OFlags::RDONLY)?, writable: false })
    }

    /// Creates an empty regular file.
    pub(crate) fn create(&self, path: &[u8], mode: u32) -> Result<(), Errno> {
        self.writable()?;
        let (dir, name) = self.parent(path)?;
        let flags = OFlags::WRONLY | OFlags::CREATE | OFlags::EXCL | OFlags::CLOEXEC;
        rfs::openat(&dir, name, flags, permissions(mode))?;
        Ok(())
    }

    /// Replaces the regular file at `path` with `data`.
    pub(crate) fn replace(&self, path: &[u8], mode: u32) -> Result<File, Errno> {
        self.writable()?;
        let (dir, name) = self.parent(path)?;
        match rfs::unlinkat(&dir, name, AtFlags::empty()) {
            Ok(()) | Err(rustix::io::Errno::NOENT) => {}
            Err(e) => return Err(e.into()),
        }
        let flags = OFlags::WRONLY | OFlags::CREATE | OFlags::EXCL | OFlags::CLOEXEC;
        Ok(File::from(rfs::openat(&dir, name, flags, permissions(mode))?))
    }

    /// Creates a directory.
    pub(crate) fn mkdir(&self, path: &[u8], mode: u32) -> Result<(), Errno> {
        self.writable()?;
        let (dir, name) = self.parent(path)?;
        Ok(rfs::mkdirat(dir, name, permissions(mode))?)
    }

    /// Creates a symbolic link.
    pub(crate) fn symlink(&self, path: &[u8], target: &[u8]) -> Result<(), Errno> {
        self.writable()?;
        let (dir, name) = self.parent(path)?;
        Ok(rfs::symlinkat(OsStr::from_bytes(target), dir, name)?)
    }

    /// Creates a hard link.
    pub(crate) fn link(&self, old: &[u8], new: &[u8]) -> Result<(), Errno> {
        self.writable()?;
        let ((old_dir, old_name), (dir, name)) = (self.parent(old)?, self.parent(new)?);
        Ok(rfs::linkat(old_dir, old_name, dir, name, AtFlags::empty())?)
    }

    /// Removes a file or an empty directory.
    pub(crate) fn remove(&self, path: &[u8], is_dir: bool) -> Result<(), Errno> {
        self.writable()?;
        let (dir, name) = self.parent(path)?;
        let flags = if is_dir { AtFlags::REMOVEDIR } else { AtFlags::empty() };
        Ok(rfs::unlinkat(dir, name, flags)?)
    }

    /// Renames inside the tree.
    pub(crate) fn rename(&self, old: &[u8], new: &[u8]) -> Result<(), Errno> {
        self.writable()?;
        let ((old_dir, old_name), (dir, name)) = (self.parent(old)?, self.parent(new)?);
        Ok(rfs::renameat(old_dir, old_name, dir, name)?)
    }

    /// Sets permissions (never of a link's target).
    pub(crate) fn chmod(&self, path: &[u8], mode: u32) -> Result<(), Errno> {
        self.writable()?;
        if path.is_empty() {
            return Ok(rfs::fchmod(&self.root, permissions(mode))?);
        }
        let (dir, name) = self.parent(path)?;
        let flags = OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::CLOEXEC | OFlags::NONBLOCK;
        let fd = rfs::openat(dir, name, flags, Mode::empty())?;
        Ok(rfs::fchmod(fd, permissions(mode))?)
    }

    /// Sets access and modification times (never of a link's target).
    pub(crate) fn set_times(&self, path: &[u8], atime: Time, mtime: Time) -> Result<(), Errno> {
        self.writable()?;
        let spec = |t: Time| rfs::Timespec { tv_sec: t.sec, tv_nsec: t.nsec.into() };
        let times = rfs::Timestamps { last_access: spec(atime), last_modification: spec(mtime) };
        if path.is_empty() {
            return Ok(rfs::futimens(&self.root, &times)?);
        }
        let (dir, name) = self.parent(path)?;
        Ok(rfs::utimensat(dir, name, &times, AtFlags::SYMLINK_NOFOLLOW)?)
    }
}

fn permissions(mode: u32) -> Mode {
    Mode::from_raw_mode((mode & 0o7777) as rfs::RawMode)
}

fn host_stat(s: &rfs::Stat) -> HostStat {
    let time = |sec, nsec| Time { sec, nsec };
    HostStat {
        mode: s.st_mode as u32,
        uid: s.st_uid,
        gid: s.st_gid,
        nlink: s.st_nlink as u32,
        size: s.st_size.max(0) as u64,
        atime: time(s.st_atime as i64, s.st_atime_nsec as u32),
        mtime: time(s.st_mtime as i64, s.st_mtime_nsec as u32),
        ctime: time(s.st_ctime as i64, s.st_ctime_nsec as u32),
        identity: (s.st_dev as u64, s.st_ino as u64),
    }
}

/// An open live host file.
#[derive(Debug)]
pub(crate) struct HostFile {
    file: File,
    writable: bool,
}

impl HostFile {
    /// Length now.
    pub(crate) fn size(&self) -> u64 {
        self.file.metadata().map_or(0, |m| m.len())
    }

    /// Reads until `buf` is full or the file ends.
    pub(crate) fn read_at(&self, offset: u64, buf: &mut [u8]) -> Result<usize, Errno> {
        let mut done = 0;
        while done < buf.len() {
            match self.file.read_at(&mut buf[done..], offset + done as u64)? {
                0 => break,
                n => done += n,
            }
        }
        Ok(done)
    }

    /// Writes; the host may take fewer bytes.
    pub(crate) fn write_at(&self, offset: u64, data: &[u8]) -> Result<usize, Errno> {
        self.check_writable()?;
        Ok(self.file.write_at(data, offset)?)
    }

    /// Sets the length.
    pub(crate) fn truncate(&self, size: u64) -> Result<(), Errno> {
        self.check_writable()?;
        Ok(self.file.set_len(size)?)
    }

    fn check_writable(&self) -> Result<(), Errno> {
        if self.writable { Ok(()) } else { Err(Errno::EROFS) }
    }
}
