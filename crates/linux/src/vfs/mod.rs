//! The guest's file system: inodes in memory, with host directories below or beside them.
//!
//! One arena holds every inode; what differs is an inode's [`Body`]. An overlay directory (from
//! `--rootfs DIR`) takes names over from the host as they are looked up and keeps every change in
//! memory; a [`HostNode`](inode::HostNode) (from `--mount`) goes through to the host each time;
//! `/proc` is rendered on demand.

pub(crate) mod content;
mod dir;
pub(crate) mod host;
pub(crate) mod inode;
mod ops;
pub(crate) mod proc;
mod tar;
#[cfg(test)]
mod tests;
pub(crate) mod walk;
mod writeback;

use crate::errno::Errno;
use content::Content;
use host::{HostStat, HostTree};
use inode::{
    Body, Device, Dir, HostNode, Inode, InodeId, LowerDir, S_IFCHR, S_IFDIR, S_IFREG, Time,
};
use ncpu_mem::PageBudget;
use proc::{ProcNode, ProcView};
use rustc_hash::FxHashMap;
use std::path::Path;
use std::sync::Arc;

pub(crate) use dir::DirItem;
pub(crate) use walk::Found;

/// Files that a page of the machine's memory allows: one takes some hundred bytes of the host's.
const INODES_PER_PAGE: u64 = 4;

/// Device numbers of the file systems.
pub(crate) const DEV_ROOT: u32 = 0x17;
const DEV_PROC: u32 = 0x18;
const DEV_DEV: u32 = 0x05;
const DEV_MOUNT: u32 = 0x40;

/// Who asks, from where, and when.
pub(crate) struct Ctx<'a> {
    pub(crate) root: InodeId,
    pub(crate) uid: u32,
    pub(crate) gid: u32,
    pub(crate) groups: &'a [u32],
    pub(crate) now: Time,
    pub(crate) view: &'a dyn ProcView,
}

/// What `stat` answers.
#[derive(Debug, Clone)]
pub(crate) struct Stat {
    pub(crate) dev: u32,
    pub(crate) ino: u64,
    pub(crate) mode: u32,
    pub(crate) nlink: u32,
    pub(crate) uid: u32,
    pub(crate) gid: u32,
    pub(crate) rdev: (u32, u32),
    pub(crate) size: u64,
    pub(crate) blocks: u64,
    pub(crate) atime: Time,
    pub(crate) mtime: Time,
    pub(crate) ctime: Time,
}

/// A line of `/proc/mounts`.
#[derive(Debug, Clone)]
pub(crate) struct MountInfo {
    pub(crate) source: String,
    pub(crate) path: String,
    pub(crate) kind: &'static str,
    pub(crate) read_only: bool,
    pub(crate) dev: u32,
}

/// The file system of one machine.
#[derive(Debug)]
pub(crate) struct Vfs {
    inodes: Vec<Option<Inode>>,
    free: Vec<u32>,
    next_ino: u64,
    /// Mount point to what is mounted there, and back.
    mounts: FxHashMap<InodeId, InodeId>,
    mount_points: FxHashMap<InodeId, InodeId>,
    pub(crate) mount_table: Vec<MountInfo>,
    pub(crate) root: InodeId,
    proc_index: FxHashMap<ProcNode, InodeId>,
    host_index: FxHashMap<(u32, Vec<u8>), InodeId>,
    /// Overlay inodes of host files with several names.
    link_index: FxHashMap<(u64, u64), InodeId>,
    trees: u32,
    pub(crate) budget: Option<Arc<PageBudget>>,
    /// Owner that host files show.
    owner: (u32, u32),
}

impl Vfs {
    /// An empty file system, owned by root.
    pub(crate) fn new(budget: Option<Arc<PageBudget>>, owner: (u32, u32), now: Time) -> Self {
        let mut vfs = Self {
            inodes: Vec::new(),
            free: Vec::new(),
            next_ino: 2,
            mounts: FxHashMap::default(),
            mount_points: FxHashMap::default(),
            mount_table: Vec::new(),
            root: InodeId(0),
            proc_index: FxHashMap::default(),
            host_index: FxHashMap::default(),
            link_index: FxHashMap::default(),
            trees: 0,
            budget,
            owner,
        };
        vfs.root = vfs.add(DEV_ROOT, S_IFDIR | 0o755, Body::Dir(Dir::new(InodeId(0), vec![])), now);
        vfs.inode_mut(vfs.root).pins = 1;
        vfs.note_mount("rootfs", "/", "tmpfs", false, DEV_ROOT);
        vfs
    }

    fn note_mount(&mut self, source: &str, path: &str, kind: &'static str, ro: bool, dev: u32) {
        let (source, path) = (source.into(), path.into());
        self.mount_table.push(MountInfo { source, path, kind, read_only: ro, dev });
    }

    /// Is there room for another file? Inodes are the host's memory, and no page budget sees them.
    pub(crate) fn check_room(&self) -> Result<(), Errno> {
        let alive = (self.inodes.len() - self.free.len()) as u64;
        let most =
            self.budget.as_ref().map_or(u64::MAX, |b| b.limit().saturating_mul(INODES_PER_PAGE));
        if alive < most { Ok(()) } else { Err(Errno::ENOSPC) }
    }

    /// Adds an inode with no name yet.
    pub(crate) fn add(&mut self, dev: u32, mode: u32, body: Body, now: Time) -> InodeId {
        let ino = self.next_ino;
        self.next_ino += 1;
        let nlink = if mode & inode::S_IFMT == S_IFDIR { 2 } else { 1 };
        let inode = Inode {
            ino,
            dev,
            mode,
            uid: 0,
            gid: 0,
            nlink,
            rdev: (0, 0),
            atime: now,
            mtime: now,
            ctime: now,
            pins: 0,
            origin: None,
            touched: false,
            body,
        };
        if let Some(index) = self.free.pop() {
            self.inodes[index as usize] = Some(inode);
            return InodeId(index);
        }
        self.inodes.push(Some(inode));
        InodeId(self.inodes.len() as u32 - 1)
    }

    /// The inode `id`: ids are handed out by this file system and live while named or pinned.
    pub(crate) fn inode(&self, id: InodeId) -> &Inode {
        self.inodes[id.0 as usize].as_ref().expect("inode ids outlive no inode")
    }

    /// The inode `id`, to change.
    pub(crate) fn inode_mut(&mut self, id: InodeId) -> &mut Inode {
        self.inodes[id.0 as usize].as_mut().expect("inode ids outlive no inode")
    }

    /// Keeps `id` alive whatever happens to its names.
    pub(crate) fn pin(&mut self, id: InodeId) {
        self.inode_mut(id).pins += 1;
    }

    /// Ends a [`pin`](Self::pin).
    pub(crate) fn unpin(&mut self, id: InodeId) {
        let inode = self.inode_mut(id);
        inode.pins -= 1;
        if inode.pins == 0
            && let Body::Host(node) = &mut inode.body
        {
            node.content = None;
        }
        self.collect(id);
    }

    /// Frees `id` if nothing names or uses it.
    fn collect(&mut self, id: InodeId) {
        let inode = self.inode(id);
        let unnamed = match &inode.body {
            Body::Host(node) => node.gone,
            Body::Proc(node) => !self.proc_index.contains_key(node),
            _ => inode.nlink == 0,
        };
        if unnamed && inode.pins == 0 {
            self.inodes[id.0 as usize] = None;
            self.free.push(id.0);
        }
    }

    /// Forgets the `/proc` nodes of a process that is gone.
    pub(crate) fn forget_process(&mut self, pid: u32) {
        let gone: Vec<(ProcNode, InodeId)> = self
            .proc_index
            .iter()
            .filter(|(n, _)| n.pid() == Some(pid))
            .map(|(n, id)| (n.clone(), *id))
            .collect();
        for (node, id) in gone {
            self.proc_index.remove(&node);
            self.collect(id);
        }
    }

    /// Makes the host directory `path` the lower layer of the root.
    pub(crate) fn set_root_dir(&mut self, path: &Path) -> std::io::Result<()> {
        let tree = self.tree(path, false)?;
        let stat = tree.stat(b"").map_err(|e| std::io::Error::other(e.text()))?;
        let root = self.root;
        let inode = self.inode_mut(root);
        inode.mode = stat.mode;
        inode.origin = Some(Vec::new());
        inode.date(stat.mtime);
        if let Body::Dir(dir) = &mut inode.body {
            let hidden = std::collections::HashSet::new();
            dir.lower = Some(LowerDir { tree, path: Vec::new(), listed: false, hidden });
        }
        Ok(())
    }

    fn tree(&mut self, path: &Path, read_only: bool) -> std::io::Result<Arc<HostTree>> {
        self.trees += 1;
        Ok(Arc::new(HostTree::open(path, read_only, self.trees)?))
    }

    /// Mounts a live host file or directory at `guest`, making the mount point if need be.
    pub(crate) fn mount_host(
        &mut self,
        host: &Path,
        guest: &[u8],
        read_only: bool,
        ctx: &Ctx<'_>,
    ) -> std::io::Result<()> {
        let meta = std::fs::metadata(host)?;
        let host = std::fs::canonicalize(host)?;
        let text = |e: Errno| std::io::Error::other(format!("mount point: {}", e.text()));
        let (tree, path) = if meta.is_dir() {
            (self.tree(&host, read_only)?, Vec::new())
        } else {
            use std::os::unix::ffi::OsStrExt;
            let bad = || std::io::Error::other("a mount needs a file or a directory");
            let (dir, name) = host.parent().zip(host.file_name()).ok_or_else(bad)?;
            (self.tree(dir, read_only)?, name.as_bytes().to_vec())
        };
        let stat = tree.stat(&path).map_err(text)?;
        let source = tree.name.display().to_string();
        let dev = DEV_MOUNT + tree.id;
        let node = HostNode { tree, path, content: None, gone: false };
        let id = self.add(dev, stat.mode, Body::Host(node), stat.mtime);
        self.refresh(id, &stat);
        let point = self.make_path(guest, meta.is_dir(), ctx).map_err(text)?;
        self.mount(point, id);
        self.note_mount(&source, &String::from_utf8_lossy(guest), "ncpu", read_only, dev);
        Ok(())
    }

    fn mount(&mut self, point: InodeId, root: InodeId) {
        self.pin(point);
        self.pin(root);
        self.mounts.insert(point, root);
        self.mount_points.insert(root, point);
    }

    /// Resolves `path`, creating directories (and at the end a file or directory) as needed.
    fn make_path(&mut self, path: &[u8], is_dir: bool, ctx: &Ctx<'_>) -> Result<InodeId, Errno> {
        let names: Vec<&[u8]> = path.split(|b| *b == b'/').filter(|n| !n.is_empty()).collect();
        let mut at = self.root;
        for (i, name) in names.iter().enumerate() {
            let dir = is_dir || i + 1 < names.len();
            let found = self.walk(ctx, at, name, true)?;
            at = match found.id {
                Some(id) => id,
                None if dir => self.mkdir(ctx, &found, 0o755)?,
                None => self.create_file(ctx, &found, 0o644)?,
            };
        }
        Ok(at)
    }

    /// Adds `/dev`, `/proc` and `/tmp`.
    pub(crate) fn mount_standard(&mut self, ctx: &Ctx<'_>) -> Result<(), Errno> {
        let dev = self.new_dir(DEV_DEV, 0o755, ctx.now);
        let point = self.make_path(b"/dev", true, ctx)?;
        self.mount(point, dev);
        self.note_mount("udev", "/dev", "devtmpfs", false, DEV_DEV);
        self.fill_dev(dev, ctx.now);
        let node = ProcNode::Dir("");
        let proc_root = self.add(DEV_PROC, node.mode(), Body::Proc(node.clone()), ctx.now);
        self.proc_index.insert(node, proc_root);
        let point = self.make_path(b"/proc", true, ctx)?;
        self.mount(point, proc_root);
        self.note_mount("proc", "/proc", "proc", false, DEV_PROC);
        let tmp = self.walk(ctx, self.root, b"/tmp", true)?;
        if tmp.id.is_none() {
            let id = self.mkdir(ctx, &tmp, 0o777)?;
            self.inode_mut(id).mode = S_IFDIR | 0o1777;
        }
        Ok(())
    }

    fn new_dir(&mut self, dev: u32, perms: u32, now: Time) -> InodeId {
        let id = self.add(dev, S_IFDIR | perms, Body::Dir(Dir::new(self.root, vec![])), now);
        if let Body::Dir(dir) = &mut self.inode_mut(id).body {
            dir.parent = id;
        }
        id
    }

    fn fill_dev(&mut self, dev: InodeId, now: Time) {
        const DEVICES: &[(&str, (u32, u32))] = &[
            ("null", (1, 3)),
            ("zero", (1, 5)),
            ("full", (1, 7)),
            ("random", (1, 8)),
            ("urandom", (1, 9)),
            ("tty", (5, 0)),
            ("console", (5, 1)),
        ];
        const LINKS: &[(&str, &str)] = &[
            ("fd", "/proc/self/fd"),
            ("stdin", "/proc/self/fd/0"),
            ("stdout", "/proc/self/fd/1"),
            ("stderr", "/proc/self/fd/2"),
        ];
        for (name, rdev) in DEVICES {
            let device = Device::from_number(rdev.0, rdev.1);
            let id = self.add(DEV_DEV, S_IFCHR | 0o666, Body::Char(device), now);
            self.inode_mut(id).rdev = *rdev;
            self.attach(dev, name.as_bytes(), id);
        }
        for (name, target) in LINKS {
            let body = Body::Symlink(target.as_bytes().to_vec());
            let id = self.add(DEV_DEV, inode::S_IFLNK | 0o777, body, now);
            self.attach(dev, name.as_bytes(), id);
        }
        for (name, perms) in [("pts", 0o755), ("shm", 0o1777)] {
            let body = Body::Dir(Dir::new(dev, name.as_bytes().to_vec()));
            let id = self.add(DEV_DEV, S_IFDIR | perms, body, now);
            self.attach(dev, name.as_bytes(), id);
        }
    }

    /// Puts a file with `bytes` at `path` (for the program given on the command line).
    pub(crate) fn put_file(
        &mut self,
        path: &[u8],
        content: Arc<Content>,
        mode: u32,
        ctx: &Ctx<'_>,
    ) -> Result<InodeId, Errno> {
        let id = self.make_path(path, false, ctx)?;
        let inode = self.inode_mut(id);
        inode.mode = S_IFREG | mode;
        inode.body = Body::File(content);
        Ok(id)
    }

    /// A file's content that starts as a host file, for [`put_file`](Self::put_file).
    pub(crate) fn host_content(&mut self, host: &Path) -> std::io::Result<Arc<Content>> {
        use std::os::unix::ffi::OsStrExt;
        let host = std::fs::canonicalize(host)?;
        let bad = || std::io::Error::other("not a file");
        let (dir, name) = host.parent().zip(host.file_name()).ok_or_else(bad)?;
        let tree = self.tree(dir, true)?;
        let len = std::fs::metadata(&host)?.len();
        Ok(Content::copy_on_write(tree, name.as_bytes().to_vec(), len, self.budget.clone()))
    }

    /// Takes over what the host says about a live file.
    fn refresh(&mut self, id: InodeId, stat: &HostStat) {
        let owner = self.owner;
        let inode = self.inode_mut(id);
        inode.mode = stat.mode;
        (inode.uid, inode.gid) = owner;
        inode.nlink = stat.nlink;
        (inode.atime, inode.mtime, inode.ctime) = (stat.atime, stat.mtime, stat.ctime);
    }

    /// `stat`.
    pub(crate) fn stat(&mut self, id: InodeId, view: &dyn ProcView) -> Stat {
        let mut host_size = None;
        if let Body::Host(node) = &self.inode(id).body
            && !node.gone
            && let Ok(stat) = node.tree.stat(&node.path)
        {
            host_size = Some(stat.size);
            self.refresh(id, &stat);
        }
        let i = self.inode(id);
        let (size, blocks) = match &i.body {
            Body::File(c) => (c.size(), c.blocks()),
            Body::Symlink(t) => (t.len() as u64, 0),
            Body::Dir(_) => (4096, 8),
            Body::Host(_) => host_size.map_or((0, 0), |s| (s, s.div_ceil(4096) * 8)),
            _ => (0, 0),
        };
        let (uid, gid) = match &i.body {
            Body::Proc(node) => node.pid().map_or((0, 0), |p| view.owner(p)),
            _ => (i.uid, i.gid),
        };
        Stat {
            dev: i.dev,
            ino: i.ino,
            mode: i.mode,
            nlink: i.nlink,
            uid,
            gid,
            rdev: i.rdev,
            size,
            blocks,
            atime: i.atime,
            mtime: i.mtime,
            ctime: i.ctime,
        }
    }

    /// The content of a regular file; opens a live host file.
    pub(crate) fn content(&mut self, id: InodeId) -> Result<Arc<Content>, Errno> {
        match &mut self.inode_mut(id).body {
            Body::File(content) => Ok(content.clone()),
            Body::Host(node) => {
                if let Some(content) = &node.content {
                    return Ok(content.clone());
                }
                let content = Content::through(Arc::new(node.tree.open_live(&node.path)?));
                node.content = Some(content.clone());
                Ok(content)
            }
            Body::Dir(_) => Err(Errno::EISDIR),
            _ => Err(Errno::EINVAL),
        }
    }

    /// Is this inode on a file system mounted read-only?
    pub(crate) fn read_only(&self, id: InodeId) -> bool {
        match &self.inode(id).body {
            Body::Host(node) => node.tree.read_only,
            _ => false,
        }
    }

    /// Absolute path of a directory, for `getcwd`; `None` once it is removed.
    pub(crate) fn path_of(&self, id: InodeId, root: InodeId) -> Option<Vec<u8>> {
        let mut parts: Vec<Vec<u8>> = Vec::new();
        let mut at = id;
        while at != root && at != self.root {
            if let Some(point) = self.mount_points.get(&at) {
                at = *point;
                if !self.inode(at).is_dir() {
                    return None;
                }
                continue;
            }
            let (parent, name) = self.place(at)?;
            parts.push(name);
            at = parent;
        }
        let mut out = Vec::new();
        for part in parts.iter().rev() {
            out.push(b'/');
            out.extend_from_slice(part);
        }
        if out.is_empty() {
            out.push(b'/');
        }
        Some(out)
    }

    /// Parent directory and name of a directory.
    fn place(&self, id: InodeId) -> Option<(InodeId, Vec<u8>)> {
        let inode = self.inode(id);
        match &inode.body {
            Body::Dir(dir) if inode.nlink > 0 => Some((dir.parent, dir.name.clone())),
            Body::Host(node) if !node.gone => {
                let at = node.path.iter().rposition(|b| *b == b'/');
                let name = node.path[at.map_or(0, |a| a + 1)..].to_vec();
                Some((self.host_parent(node)?, name))
            }
            Body::Proc(node) => {
                Some((*self.proc_index.get(&node.parent())?, node.name().into_bytes()))
            }
            _ => None,
        }
    }

    fn host_parent(&self, node: &HostNode) -> Option<InodeId> {
        let at = node.path.iter().rposition(|b| *b == b'/').unwrap_or(0);
        if at == 0 {
            return self.mount_points.keys().copied().find(
                |id| matches!(&self.inode(*id).body, Body::Host(n) if n.tree.id == node.tree.id),
            );
        }
        self.host_index.get(&(node.tree.id, node.path[..at].to_vec())).copied()
    }
}
