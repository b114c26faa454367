//! From a path to an inode, as Linux walks it.

use super::inode::{Body, InodeId};
use super::{Ctx, Vfs};
use crate::errno::Errno;

const PATH_MAX: usize = 4096;
const NAME_MAX: usize = 255;
/// Links followed in one walk before `ELOOP`.
const LINKS_MAX: u32 = 40;

pub(crate) const MAY_READ: u32 = 4;
pub(crate) const MAY_WRITE: u32 = 2;
pub(crate) const MAY_EXEC: u32 = 1;

/// Where a walk ended.
#[derive(Debug, Clone)]
pub(crate) struct Found {
    /// The directory that holds, or would hold, the name.
    pub(crate) parent: InodeId,
    /// The last name; `.` or `..` when the path ends so, `/` for the root.
    pub(crate) name: Vec<u8>,
    /// What is there.
    pub(crate) id: Option<InodeId>,
    /// The path ended in a slash: only a directory will do.
    pub(crate) slash: bool,
}

impl Found {
    /// The inode, or `ENOENT`.
    pub(crate) fn existing(&self) -> Result<InodeId, Errno> {
        self.id.ok_or(Errno::ENOENT)
    }

    /// Whether the last name is one that cannot be created or removed.
    pub(crate) fn is_dot(&self) -> bool {
        matches!(self.name.as_slice(), b"." | b".." | b"/")
    }
}

/// Components still to walk, the next one last.
struct Todo(Vec<Vec<u8>>);

impl Todo {
    fn push(&mut self, path: &[u8]) {
        let names = path.split(|b| *b == b'/').filter(|n| !n.is_empty() && *n != b".");
        let mut names: Vec<Vec<u8>> = names.map(<[u8]>::to_vec).collect();
        names.reverse();
        self.0.append(&mut names);
    }
}

impl Vfs {
    /// Walks `path` from `start` (or the root); follows a link at the end if `follow`.
    pub(crate) fn walk(
        &mut self,
        ctx: &Ctx<'_>,
        start: InodeId,
        path: &[u8],
        follow: bool,
    ) -> Result<Found, Errno> {
        if path.is_empty() {
            return Err(Errno::ENOENT);
        }
        if path.len() >= PATH_MAX {
            return Err(Errno::ENAMETOOLONG);
        }
        let mut slash = path.ends_with(b"/");
        let ends_dot = path.ends_with(b"/.") || path == b".";
        let follow = follow || slash || ends_dot;
        let mut cur = if path[0] == b'/' { ctx.root } else { start };
        let mut todo = Todo(Vec::new());
        todo.push(path);
        let mut links = 0;
        let mut last = here(cur, if path[0] == b'/' { b"/" } else { b"." }, slash);
        while let Some(name) = todo.0.pop() {
            if !self.inode(cur).is_dir() {
                return Err(Errno::ENOTDIR);
            }
            self.check(ctx, cur, MAY_EXEC)?;
            if name == b".." {
                cur = self.parent(ctx, cur);
                last = here(cur, b"..", slash);
                continue;
            }
            if name.len() > NAME_MAX {
                return Err(Errno::ENAMETOOLONG);
            }
            let is_last = todo.0.is_empty();
            let child = self.child(ctx, cur, &name)?;
            let Some(id) = child else {
                if is_last && !ends_dot {
                    return Ok(Found { parent: cur, name, id: None, slash });
                }
                return Err(Errno::ENOENT);
            };
            if self.inode(id).is_symlink() && (!is_last || follow) {
                links += 1;
                if links > LINKS_MAX {
                    return Err(Errno::ELOOP);
                }
                let (target, text) = self.link_target(ctx, id)?;
                if let Some(target) = target {
                    (cur, last) = (target, Found { parent: cur, name, id: Some(target), slash });
                    continue;
                }
                if text.is_empty() {
                    return Err(Errno::ENOENT);
                }
                if text[0] == b'/' {
                    cur = ctx.root;
                }
                last = here(cur, if text[0] == b'/' { b"/" } else { b"." }, slash);
                slash |= is_last && text.ends_with(b"/");
                todo.push(&text);
                continue;
            }
            last = Found { parent: cur, name, id: Some(id), slash };
            cur = id;
        }
        if (slash || ends_dot) && !self.inode(cur).is_dir() {
            return Err(Errno::ENOTDIR);
        }
        last.slash = slash;
        if ends_dot {
            last.name = b".".to_vec();
        }
        Ok(last)
    }

    /// Walks to something that must exist.
    pub(crate) fn resolve(
        &mut self,
        ctx: &Ctx<'_>,
        start: InodeId,
        path: &[u8],
        follow: bool,
    ) -> Result<InodeId, Errno> {
        self.walk(ctx, start, path, follow)?.existing()
    }

    /// The directory above `id`, across mounts, never above the root.
    fn parent(&self, ctx: &Ctx<'_>, id: InodeId) -> InodeId {
        let mut at = id;
        loop {
            if at == ctx.root {
                return at;
            }
            match self.mount_points.get(&at) {
                Some(point) => at = *point,
                None => break,
            }
        }
        let up = match &self.inode(at).body {
            Body::Dir(dir) => dir.parent,
            Body::Host(node) => self.host_parent(node).unwrap_or(self.root),
            Body::Proc(node) => self.proc_index.get(&node.parent()).copied().unwrap_or(self.root),
            _ => self.root,
        };
        self.mounts.get(&up).copied().unwrap_or(up)
    }

    /// Where a symbolic link leads: an inode for magic links, or the text.
    fn link_target(&self, ctx: &Ctx<'_>, id: InodeId) -> Result<(Option<InodeId>, Vec<u8>), Errno> {
        match &self.inode(id).body {
            Body::Symlink(text) => Ok((None, text.clone())),
            Body::Host(node) => Ok((None, node.tree.read_link(&node.path)?)),
            Body::Proc(node) => ctx.view.magic(node).ok_or(Errno::ENOENT),
            _ => Err(Errno::EINVAL),
        }
    }

    /// The text of a symbolic link.
    pub(crate) fn read_link(&self, ctx: &Ctx<'_>, id: InodeId) -> Result<Vec<u8>, Errno> {
        Ok(self.link_target(ctx, id)?.1)
    }

    /// May the caller use `id` this way?
    pub(crate) fn check(&self, ctx: &Ctx<'_>, id: InodeId, want: u32) -> Result<(), Errno> {
        let inode = self.inode(id);
        if ctx.uid == 0 {
            let any_exec = inode.mode & 0o111 != 0 || inode.is_dir();
            return if want & MAY_EXEC != 0 && !any_exec { Err(Errno::EACCES) } else { Ok(()) };
        }
        let (uid, gid) = match &inode.body {
            Body::Proc(node) => node.pid().map_or((0, 0), |p| ctx.view.owner(p)),
            _ => (inode.uid, inode.gid),
        };
        let granted = if ctx.uid == uid {
            inode.mode >> 6
        } else if ctx.gid == gid || ctx.groups.contains(&gid) {
            inode.mode >> 3
        } else {
            inode.mode
        };
        if granted & want == want { Ok(()) } else { Err(Errno::EACCES) }
    }
}

fn here(id: InodeId, name: &[u8], slash: bool) -> Found {
    Found { parent: id, name: name.to_vec(), id: Some(id), slash }
}
