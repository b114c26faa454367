//! Inodes: what files are, apart from their names.

use super::content::Content;
use super::host::HostTree;
use super::proc::ProcNode;
use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;

/// Index of an inode in the file system.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct InodeId(pub(crate) u32);

/// A point in time as inodes keep it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, PartialOrd, Ord)]
pub(crate) struct Time {
    pub(crate) sec: i64,
    pub(crate) nsec: u32,
}

pub(crate) const S_IFMT: u32 = 0o170_000;
pub(crate) const S_IFSOCK: u32 = 0o140_000;
pub(crate) const S_IFLNK: u32 = 0o120_000;
pub(crate) const S_IFREG: u32 = 0o100_000;
pub(crate) const S_IFBLK: u32 = 0o060_000;
pub(crate) const S_IFDIR: u32 = 0o040_000;
pub(crate) const S_IFCHR: u32 = 0o020_000;
pub(crate) const S_IFIFO: u32 = 0o010_000;

/// The character devices there are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Device {
    Null,
    Zero,
    Full,
    Random,
    Tty,
}

impl Device {
    /// Device for a number given to `mknod`, if there is one.
    pub(crate) fn from_number(major: u32, minor: u32) -> Option<Self> {
        Some(match (major, minor) {
            (1, 3) => Self::Null,
            (1, 5) => Self::Zero,
            (1, 7) => Self::Full,
            (1, 8 | 9) => Self::Random,
            (5, 0 | 1) => Self::Tty,
            _ => return None,
        })
    }
}

/// A name in a directory.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Entry {
    pub(crate) id: InodeId,
    /// Position for `getdents64`: never reused, so that offsets stay valid.
    pub(crate) cookie: u64,
}

/// The host directory below an overlay directory.
#[derive(Debug)]
pub(crate) struct LowerDir {
    pub(crate) tree: Arc<HostTree>,
    pub(crate) path: Vec<u8>,
    /// All names have been taken over.
    pub(crate) listed: bool,
    /// Names that were removed, or looked up and replaced.
    pub(crate) hidden: HashSet<Vec<u8>>,
}

/// A directory held in memory.
#[derive(Debug)]
pub(crate) struct Dir {
    pub(crate) parent: InodeId,
    /// Its own name, kept for `getcwd`.
    pub(crate) name: Vec<u8>,
    pub(crate) entries: BTreeMap<Vec<u8>, Entry>,
    pub(crate) order: BTreeMap<u64, Vec<u8>>,
    pub(crate) next_cookie: u64,
    pub(crate) lower: Option<LowerDir>,
    /// Names changed since loading.
    pub(crate) changed: bool,
}

impl Dir {
    pub(crate) fn new(parent: InodeId, name: Vec<u8>) -> Self {
        Self {
            parent,
            name,
            entries: BTreeMap::new(),
            order: BTreeMap::new(),
            // 1 and 2 are `.` and `..`.
            next_cookie: 3,
            lower: None,
            changed: false,
        }
    }

    pub(crate) fn insert(&mut self, name: Vec<u8>, id: InodeId) {
        if let Some(entry) = self.entries.get_mut(&name) {
            entry.id = id;
            return;
        }
        let cookie = self.next_cookie;
        self.next_cookie += 1;
        self.order.insert(cookie, name.clone());
        self.entries.insert(name, Entry { id, cookie });
    }

    pub(crate) fn remove(&mut self, name: &[u8]) -> Option<InodeId> {
        let entry = self.entries.remove(name)?;
        self.order.remove(&entry.cookie);
        if let Some(lower) = &mut self.lower {
            lower.hidden.insert(name.to_vec());
        }
        Some(entry.id)
    }
}

/// A live host file or directory.
#[derive(Debug)]
pub(crate) struct HostNode {
    pub(crate) tree: Arc<HostTree>,
    pub(crate) path: Vec<u8>,
    /// The open content of a regular file that is in use.
    pub(crate) content: Option<Arc<Content>>,
    /// Removed on the host while still open here.
    pub(crate) gone: bool,
}

/// What an inode is.
#[derive(Debug)]
pub(crate) enum Body {
    File(Arc<Content>),
    Dir(Dir),
    Symlink(Vec<u8>),
    Fifo(Option<crate::pipe::PipeId>),
    /// A character device; `None` has a number that no driver answers to.
    Char(Option<Device>),
    Block,
    Socket,
    Proc(ProcNode),
    Host(HostNode),
}

/// A file, directory, link or device.
#[derive(Debug)]
pub(crate) struct Inode {
    pub(crate) ino: u64,
    /// Which mounted file system it is on.
    pub(crate) dev: u32,
    /// Type and permissions.
    pub(crate) mode: u32,
    pub(crate) uid: u32,
    pub(crate) gid: u32,
    pub(crate) nlink: u32,
    pub(crate) rdev: (u32, u32),
    pub(crate) atime: Time,
    pub(crate) mtime: Time,
    pub(crate) ctime: Time,
    /// Uses apart from names: open files, working directories, mounts.
    pub(crate) pins: u32,
    /// Host path it was loaded from (overlay), and whether attributes changed since.
    pub(crate) origin: Option<Vec<u8>>,
    pub(crate) touched: bool,
    /// `flock` holders are kept per inode by open-file identity.
    pub(crate) body: Body,
}

impl Inode {
    /// Dates everything from the last modification. The host's other times change when somebody
    /// merely reads or links a file, and would make equal runs over equal files differ.
    pub(crate) fn date(&mut self, modified: Time) {
        (self.atime, self.mtime, self.ctime) = (modified, modified, modified);
    }

    pub(crate) fn kind(&self) -> u32 {
        self.mode & S_IFMT
    }

    pub(crate) fn is_dir(&self) -> bool {
        self.kind() == S_IFDIR
    }

    pub(crate) fn is_symlink(&self) -> bool {
        self.kind() == S_IFLNK
    }

    pub(crate) fn is_file(&self) -> bool {
        self.kind() == S_IFREG
    }
}

/// The `d_type` of a mode.
pub(crate) fn d_type(mode: u32) -> u8 {
    ((mode & S_IFMT) >> 12) as u8
}
