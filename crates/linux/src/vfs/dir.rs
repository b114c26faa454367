//! Names in directories: looking up, listing, adding and removing, whatever lies below.

use super::content::Content;
use super::host::HostStat;
use super::inode::{
    Body, Dir, HostNode, InodeId, LowerDir, S_IFCHR, S_IFDIR, S_IFIFO, S_IFLNK, S_IFMT, S_IFREG,
    d_type,
};
use super::proc::ProcNode;
use super::{Ctx, DEV_PROC, Vfs};
use crate::errno::Errno;
use std::collections::HashSet;

/// One name as `getdents64` lists it.
#[derive(Debug, Clone)]
pub(crate) struct DirItem {
    pub(crate) ino: u64,
    /// Offset to go on from after this name.
    pub(crate) next: u64,
    pub(crate) kind: u8,
    pub(crate) name: Vec<u8>,
}

impl Vfs {
    /// What `name` is in the directory `id` (a mount point gives what is mounted there).
    pub(super) fn child(
        &mut self,
        ctx: &Ctx<'_>,
        id: InodeId,
        name: &[u8],
    ) -> Result<Option<InodeId>, Errno> {
        let found = match &self.inode(id).body {
            Body::Dir(dir) => match dir.entries.get(name) {
                Some(entry) => Some(entry.id),
                None => self.lower_child(id, name)?,
            },
            Body::Host(_) => self.host_child(id, name)?,
            Body::Proc(node) => {
                let child = node.child(name, ctx.view);
                child.map(|c| self.proc_inode(c, ctx))
            }
            _ => return Err(Errno::ENOTDIR),
        };
        Ok(found.map(|id| self.mounts.get(&id).copied().unwrap_or(id)))
    }

    pub(super) fn proc_inode(&mut self, node: ProcNode, ctx: &Ctx<'_>) -> InodeId {
        if let Some(id) = self.proc_index.get(&node) {
            return *id;
        }
        if node != ProcNode::Dir("") {
            self.proc_inode(node.parent(), ctx);
        }
        let id = self.add(DEV_PROC, node.mode(), Body::Proc(node.clone()), ctx.now);
        self.proc_index.insert(node, id);
        id
    }

    /// Takes `name` over from the host directory below an overlay directory.
    fn lower_child(&mut self, id: InodeId, name: &[u8]) -> Result<Option<InodeId>, Errno> {
        let Body::Dir(Dir { lower: Some(lower), .. }) = &self.inode(id).body else {
            return Ok(None);
        };
        if lower.listed || lower.hidden.contains(name) {
            return Ok(None);
        }
        let path = join(&lower.path, name);
        match lower.tree.stat(&path) {
            Ok(stat) => self.take_over(id, name, path, &stat),
            Err(Errno::ENOENT) => Ok(None),
            Err(e) => Err(e),
        }
    }

    fn take_over(
        &mut self,
        parent: InodeId,
        name: &[u8],
        path: Vec<u8>,
        stat: &HostStat,
    ) -> Result<Option<InodeId>, Errno> {
        let kind = stat.mode & S_IFMT;
        if kind != S_IFDIR
            && stat.nlink > 1
            && let Some(id) = self.link_index.get(&stat.identity).copied()
        {
            self.attach(parent, name, id);
            self.inode_mut(id).nlink += 1;
            return Ok(Some(id));
        }
        let Body::Dir(Dir { lower: Some(lower), .. }) = &self.inode(parent).body else {
            return Ok(None);
        };
        let tree = lower.tree.clone();
        let body = match kind {
            S_IFDIR => {
                let mut dir = Dir::new(parent, name.to_vec());
                let (path, hidden) = (path.clone(), HashSet::new());
                dir.lower = Some(LowerDir { tree, path, listed: false, hidden });
                Body::Dir(dir)
            }
            S_IFREG => Body::File(Content::copy_on_write(
                tree,
                path.clone(),
                stat.size,
                self.budget.clone(),
            )),
            S_IFLNK => Body::Symlink(tree.read_link(&path)?),
            S_IFIFO => Body::Fifo(None),
            S_IFCHR => Body::Char(None),
            super::inode::S_IFBLK => Body::Block,
            _ => Body::Socket,
        };
        let dev = self.inode(parent).dev;
        let id = self.add(dev, stat.mode, body, stat.mtime);
        let inode = self.inode_mut(id);
        inode.origin = Some(path);
        (inode.uid, inode.gid) = (stat.uid, stat.gid);
        inode.date(stat.mtime);
        if kind == S_IFDIR {
            inode.nlink = stat.nlink.max(2);
        } else if stat.nlink > 1 {
            self.link_index.insert(stat.identity, id);
        }
        self.attach(parent, name, id);
        Ok(Some(id))
    }

    /// Takes all names of an overlay directory over from the host.
    pub(super) fn take_all(&mut self, id: InodeId) -> Result<(), Errno> {
        let Body::Dir(dir) = &self.inode(id).body else { return Ok(()) };
        let Some(lower) = dir.lower.as_ref().filter(|l| !l.listed) else { return Ok(()) };
        for (name, stat) in lower.tree.clone().list(&lower.path.clone())? {
            let Body::Dir(dir) = &self.inode(id).body else { return Ok(()) };
            let Some(lower) = &dir.lower else { return Ok(()) };
            if !dir.entries.contains_key(&name) && !lower.hidden.contains(&name) {
                let path = join(&lower.path, &name);
                self.take_over(id, &name, path, &stat)?;
            }
        }
        if let Body::Dir(Dir { lower: Some(lower), .. }) = &mut self.inode_mut(id).body {
            lower.listed = true;
        }
        Ok(())
    }

    fn host_child(&mut self, id: InodeId, name: &[u8]) -> Result<Option<InodeId>, Errno> {
        let Body::Host(node) = &self.inode(id).body else { return Ok(None) };
        let (tree, path) = (node.tree.clone(), join(&node.path, name));
        let stat = match tree.stat(&path) {
            Ok(stat) => stat,
            Err(Errno::ENOENT) => {
                self.host_gone(tree.id, &path);
                return Ok(None);
            }
            Err(e) => return Err(e),
        };
        let key = (tree.id, path);
        let known = self.host_index.get(&key).copied();
        if let Some(known) = known {
            if self.inode(known).kind() == stat.mode & S_IFMT {
                self.refresh(known, &stat);
                return Ok(Some(known));
            }
            self.host_gone(key.0, &key.1);
        }
        let dev = self.inode(id).dev;
        let node = HostNode { tree, path: key.1.clone(), content: None, gone: false };
        let child = self.add(dev, stat.mode, Body::Host(node), stat.mtime);
        self.refresh(child, &stat);
        self.host_index.insert(key, child);
        Ok(Some(child))
    }

    /// A live host path is no more: its inode lives on only while it is in use.
    pub(super) fn host_gone(&mut self, tree: u32, path: &[u8]) {
        let Some(id) = self.host_index.remove(&(tree, path.to_vec())) else { return };
        let inode = self.inode_mut(id);
        inode.nlink = 0;
        if let Body::Host(node) = &mut inode.body {
            node.gone = true;
        }
        self.collect(id);
    }

    /// Adds a name to a directory held in memory.
    pub(super) fn attach(&mut self, parent: InodeId, name: &[u8], id: InodeId) {
        if let Body::Dir(child) = &mut self.inode_mut(id).body {
            child.parent = parent;
            child.name = name.to_vec();
        }
        if let Body::Dir(dir) = &mut self.inode_mut(parent).body {
            dir.insert(name.to_vec(), id);
        }
    }

    /// Names of the directory `id` from offset `from` on, at most `limit`, `.` and `..` first.
    pub(crate) fn list(
        &mut self,
        ctx: &Ctx<'_>,
        id: InodeId,
        from: u64,
        limit: usize,
    ) -> Result<Vec<DirItem>, Errno> {
        let mut out = Vec::new();
        let ino = self.inode(id).ino;
        for (next, name) in [(1, "."), (2, "..")] {
            if from < next {
                out.push(DirItem { ino, next, kind: 4, name: name.into() });
            }
        }
        match &self.inode(id).body {
            Body::Dir(_) => self.list_memory(id, from, limit, &mut out)?,
            Body::Host(node) => {
                let names = node.tree.list(&node.path)?;
                for (i, (name, stat)) in names.into_iter().enumerate().skip(skip(from)) {
                    let kind = d_type(stat.mode);
                    out.push(DirItem { ino: stat.identity.1, next: i as u64 + 3, kind, name });
                }
            }
            Body::Proc(node) => {
                let nodes = node.children(ctx.view);
                for (i, node) in nodes.into_iter().enumerate().skip(skip(from)) {
                    let (kind, name) = (d_type(node.mode()), node.name().into_bytes());
                    out.push(DirItem { ino: i as u64 + 100, next: i as u64 + 3, kind, name });
                }
            }
            _ => return Err(Errno::ENOTDIR),
        }
        out.truncate(limit);
        Ok(out)
    }

    fn list_memory(
        &mut self,
        id: InodeId,
        from: u64,
        limit: usize,
        out: &mut Vec<DirItem>,
    ) -> Result<(), Errno> {
        self.take_all(id)?;
        let Body::Dir(dir) = &self.inode(id).body else { return Ok(()) };
        for (cookie, name) in dir.order.range(from.max(2) + 1..).take(limit) {
            let Some(entry) = dir.entries.get(name) else { continue };
            let inode = self.inode(entry.id);
            let (ino, kind) = (inode.ino, d_type(inode.mode));
            out.push(DirItem { ino, next: *cookie, kind, name: name.clone() });
        }
        Ok(())
    }

    /// Has the directory no names?
    pub(super) fn is_empty_dir(&mut self, id: InodeId) -> Result<bool, Errno> {
        self.take_all(id)?;
        match &self.inode(id).body {
            Body::Dir(dir) => Ok(dir.entries.is_empty()),
            Body::Host(node) => Ok(node.tree.list(&node.path)?.is_empty()),
            _ => Ok(false),
        }
    }
}

/// How many names lie before offset `from` in a directory whose offsets count names.
fn skip(from: u64) -> usize {
    usize::try_from(from.saturating_sub(2)).unwrap_or(usize::MAX)
}

/// `dir` and `name` as one path below a tree's root.
pub(super) fn join(dir: &[u8], name: &[u8]) -> Vec<u8> {
    let mut path = dir.to_vec();
    if !path.is_empty() {
        path.push(b'/');
    }
    path.extend_from_slice(name);
    path
}
