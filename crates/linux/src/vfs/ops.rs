//! Changing the tree: create, link, remove, rename, attributes.

use super::content::Content;
use super::dir::join;
use super::inode::{
    Body, Device, Dir, InodeId, S_IFBLK, S_IFCHR, S_IFDIR, S_IFIFO, S_IFLNK, S_IFMT, S_IFREG, Time,
};
use super::walk::{Found, MAY_EXEC, MAY_WRITE};
use super::{Ctx, Vfs};
use crate::errno::Errno;

pub(crate) const RENAME_NOREPLACE: u32 = 1;
pub(crate) const RENAME_EXCHANGE: u32 = 2;

impl Vfs {
    /// Creates an empty regular file.
    pub(crate) fn create_file(
        &mut self,
        ctx: &Ctx<'_>,
        at: &Found,
        mode: u32,
    ) -> Result<InodeId, Errno> {
        let body = Body::File(Content::empty(self.budget.clone()));
        self.create(ctx, at, S_IFREG | mode & 0o7777, body)
    }

    /// Creates a directory.
    pub(crate) fn mkdir(&mut self, ctx: &Ctx<'_>, at: &Found, mode: u32) -> Result<InodeId, Errno> {
        let dir = Dir::new(at.parent, at.name.clone());
        let setgid = self.inode(at.parent).mode & 0o2000;
        let id = self.create(ctx, at, S_IFDIR | mode & 0o1777 | setgid, Body::Dir(dir))?;
        if !matches!(self.inode(id).body, Body::Host(_)) {
            self.inode_mut(at.parent).nlink += 1;
        }
        Ok(id)
    }

    /// Creates a symbolic link.
    pub(crate) fn symlink(
        &mut self,
        ctx: &Ctx<'_>,
        at: &Found,
        target: &[u8],
    ) -> Result<InodeId, Errno> {
        if target.is_empty() {
            return Err(Errno::ENOENT);
        }
        if at.slash && at.id.is_none() {
            return Err(Errno::ENOENT);
        }
        self.create(ctx, at, S_IFLNK | 0o777, Body::Symlink(target.to_vec()))
    }

    /// `mknod`.
    pub(crate) fn mknod(
        &mut self,
        ctx: &Ctx<'_>,
        at: &Found,
        mode: u32,
        rdev: (u32, u32),
    ) -> Result<InodeId, Errno> {
        let body = match mode & S_IFMT {
            0 | S_IFREG => return self.create_file(ctx, at, mode),
            S_IFIFO => Body::Fifo(None),
            S_IFCHR if ctx.uid == 0 => Body::Char(Device::from_number(rdev.0, rdev.1)),
            S_IFBLK if ctx.uid == 0 => Body::Block,
            S_IFCHR | S_IFBLK => return Err(Errno::EPERM),
            super::inode::S_IFSOCK => Body::Socket,
            S_IFDIR => return Err(Errno::EPERM),
            _ => return Err(Errno::EINVAL),
        };
        let id = self.create(ctx, at, mode & (S_IFMT | 0o7777), body)?;
        self.inode_mut(id).rdev = rdev;
        Ok(id)
    }

    fn create(
        &mut self,
        ctx: &Ctx<'_>,
        at: &Found,
        mode: u32,
        body: Body,
    ) -> Result<InodeId, Errno> {
        if at.id.is_some() {
            return Err(Errno::EEXIST);
        }
        if at.slash && mode & S_IFMT != S_IFDIR {
            return Err(Errno::EISDIR);
        }
        self.may_change(ctx, at.parent)?;
        match &self.inode(at.parent).body {
            Body::Dir(_) => {}
            Body::Host(_) => return self.create_on_host(ctx, at, mode, &body),
            _ => return Err(Errno::EACCES),
        }
        if self.inode(at.parent).nlink == 0 {
            return Err(Errno::ENOENT);
        }
        self.check_room()?;
        let dev = self.inode(at.parent).dev;
        let inherits = self.inode(at.parent).mode & 0o2000 != 0;
        let gid = if inherits { self.inode(at.parent).gid } else { ctx.gid };
        let id = self.add(dev, mode, body, ctx.now);
        let inode = self.inode_mut(id);
        (inode.uid, inode.gid, inode.touched) = (ctx.uid, gid, true);
        self.attach(at.parent, &at.name, id);
        self.names_changed(at.parent, ctx.now);
        Ok(id)
    }

    fn create_on_host(
        &mut self,
        ctx: &Ctx<'_>,
        at: &Found,
        mode: u32,
        body: &Body,
    ) -> Result<InodeId, Errno> {
        let Body::Host(node) = &self.inode(at.parent).body else { return Err(Errno::EIO) };
        let path = join(&node.path, &at.name);
        match body {
            Body::File(_) => node.tree.create(&path, mode)?,
            Body::Dir(_) => node.tree.mkdir(&path, mode)?,
            Body::Symlink(target) => node.tree.symlink(&path, target)?,
            // Devices, FIFOs and sockets would be the host's: not through a mount.
            _ => return Err(Errno::EPERM),
        }
        self.child(ctx, at.parent, &at.name)?.ok_or(Errno::ENOENT)
    }

    /// May names be added to or removed from this directory?
    pub(crate) fn may_change(&self, ctx: &Ctx<'_>, dir: InodeId) -> Result<(), Errno> {
        if !self.inode(dir).is_dir() {
            return Err(Errno::ENOTDIR);
        }
        if self.read_only(dir) {
            return Err(Errno::EROFS);
        }
        self.check(ctx, dir, MAY_WRITE | MAY_EXEC)
    }

    /// May `id` be removed from `dir` (the sticky bit)?
    fn may_remove(&self, ctx: &Ctx<'_>, dir: InodeId, id: InodeId) -> Result<(), Errno> {
        self.may_change(ctx, dir)?;
        let (dir, inode) = (self.inode(dir), self.inode(id));
        let owner = ctx.uid == 0 || ctx.uid == dir.uid || ctx.uid == inode.uid;
        if dir.mode & 0o1000 != 0 && !owner {
            return Err(Errno::EPERM);
        }
        if self.mount_points.contains_key(&id) {
            return Err(Errno::EBUSY);
        }
        Ok(())
    }

    fn names_changed(&mut self, dir: InodeId, now: Time) {
        let inode = self.inode_mut(dir);
        (inode.mtime, inode.ctime) = (now, now);
        if let Body::Dir(d) = &mut inode.body {
            d.changed = true;
        }
    }

    /// A hard link to `id` at `at`.
    pub(crate) fn link(&mut self, ctx: &Ctx<'_>, id: InodeId, at: &Found) -> Result<(), Errno> {
        if at.id.is_some() {
            return Err(Errno::EEXIST);
        }
        if self.inode(id).is_dir() {
            return Err(Errno::EPERM);
        }
        if at.slash {
            return Err(Errno::ENOENT);
        }
        if self.inode(id).dev != self.inode(at.parent).dev {
            return Err(Errno::EXDEV);
        }
        self.may_change(ctx, at.parent)?;
        match (&self.inode(id).body, &self.inode(at.parent).body) {
            (Body::Host(old), Body::Host(dir)) => {
                return dir.tree.link(&old.path, &join(&dir.path, &at.name));
            }
            (Body::Proc(_), _) | (_, Body::Proc(_)) => return Err(Errno::EPERM),
            _ => {}
        }
        // An open file whose last name is gone cannot get a new one (except O_TMPFILE's).
        if self.inode(id).nlink == 0 && self.inode(id).pins == 0 {
            return Err(Errno::ENOENT);
        }
        self.attach(at.parent, &at.name, id);
        let inode = self.inode_mut(id);
        inode.nlink += 1;
        inode.ctime = ctx.now;
        self.names_changed(at.parent, ctx.now);
        Ok(())
    }

    /// Removes a name that is not a directory's.
    pub(crate) fn unlink(&mut self, ctx: &Ctx<'_>, at: &Found) -> Result<(), Errno> {
        if at.is_dot() {
            return Err(Errno::EISDIR);
        }
        let id = at.existing()?;
        self.may_remove(ctx, at.parent, id)?;
        if self.inode(id).is_dir() {
            return Err(Errno::EISDIR);
        }
        if at.slash {
            return Err(Errno::ENOTDIR);
        }
        self.drop_name(ctx, at, id)
    }

    /// Removes an empty directory.
    pub(crate) fn rmdir(&mut self, ctx: &Ctx<'_>, at: &Found) -> Result<(), Errno> {
        match at.name.as_slice() {
            b"." => return Err(Errno::EINVAL),
            b".." => return Err(Errno::ENOTEMPTY),
            b"/" => return Err(Errno::EBUSY),
            _ => {}
        }
        let id = at.existing()?;
        self.may_remove(ctx, at.parent, id)?;
        if !self.inode(id).is_dir() {
            return Err(Errno::ENOTDIR);
        }
        if !self.is_empty_dir(id)? {
            return Err(Errno::ENOTEMPTY);
        }
        self.drop_name(ctx, at, id)
    }

    /// Takes the name away and, with the last one, the inode.
    fn drop_name(&mut self, ctx: &Ctx<'_>, at: &Found, id: InodeId) -> Result<(), Errno> {
        let is_dir = self.inode(id).is_dir();
        match &mut self.inode_mut(at.parent).body {
            Body::Dir(dir) => {
                dir.remove(&at.name);
            }
            Body::Host(dir) => {
                let (tree, path) = (dir.tree.clone(), join(&dir.path, &at.name));
                // An open file is still readable after its name is gone: open it now.
                if !is_dir && self.inode(id).pins > 0 && self.inode(id).is_file() {
                    let _ = self.content(id);
                }
                tree.remove(&path, is_dir)?;
                self.host_gone(tree.id, &path);
                return Ok(());
            }
            _ => return Err(Errno::EPERM),
        }
        self.names_changed(at.parent, ctx.now);
        if is_dir {
            let parent = self.inode_mut(at.parent);
            parent.nlink = parent.nlink.saturating_sub(1).max(2);
        }
        let inode = self.inode_mut(id);
        inode.ctime = ctx.now;
        inode.nlink = if is_dir { 0 } else { inode.nlink.saturating_sub(1) };
        self.collect(id);
        Ok(())
    }

    /// `renameat2`.
    pub(crate) fn rename(
        &mut self,
        ctx: &Ctx<'_>,
        from: &Found,
        to: &Found,
        flags: u32,
    ) -> Result<(), Errno> {
        if from.is_dot() || to.is_dot() {
            return Err(Errno::EBUSY);
        }
        let id = from.existing()?;
        if self.inode(from.parent).dev != self.inode(to.parent).dev {
            return Err(Errno::EXDEV);
        }
        self.may_remove(ctx, from.parent, id)?;
        self.may_change(ctx, to.parent)?;
        let is_dir = self.inode(id).is_dir();
        if (from.slash || to.slash) && !is_dir {
            return Err(Errno::ENOTDIR);
        }
        if is_dir && self.is_inside(ctx, to.parent, id) {
            return Err(Errno::EINVAL);
        }
        match to.id {
            Some(_) if flags & RENAME_NOREPLACE != 0 => return Err(Errno::EEXIST),
            Some(old) if flags & RENAME_EXCHANGE != 0 => {
                return self.exchange(ctx, (from, id), (to, old));
            }
            None if flags & RENAME_EXCHANGE != 0 => return Err(Errno::ENOENT),
            Some(old) if old == id => return Ok(()),
            Some(old) => self.may_replace(ctx, to, old, is_dir)?,
            None => {}
        }
        if let Body::Host(_) = &self.inode(from.parent).body {
            return self.rename_on_host(from, to);
        }
        if let Some(old) = to.id {
            self.drop_name(ctx, to, old)?;
        }
        self.move_name(ctx, from, to, id);
        Ok(())
    }

    fn may_replace(
        &mut self,
        ctx: &Ctx<'_>,
        to: &Found,
        old: InodeId,
        is_dir: bool,
    ) -> Result<(), Errno> {
        self.may_remove(ctx, to.parent, old)?;
        match (is_dir, self.inode(old).is_dir()) {
            (true, false) => Err(Errno::ENOTDIR),
            (false, true) => Err(Errno::EISDIR),
            (true, true) if !self.is_empty_dir(old)? => Err(Errno::ENOTEMPTY),
            _ => Ok(()),
        }
    }

    fn move_name(&mut self, ctx: &Ctx<'_>, from: &Found, to: &Found, id: InodeId) {
        if let Body::Dir(dir) = &mut self.inode_mut(from.parent).body {
            dir.remove(&from.name);
        }
        self.attach(to.parent, &to.name, id);
        if self.inode(id).is_dir() && from.parent != to.parent {
            self.inode_mut(from.parent).nlink = self.inode(from.parent).nlink.saturating_sub(1);
            self.inode_mut(to.parent).nlink += 1;
        }
        self.inode_mut(id).ctime = ctx.now;
        self.names_changed(from.parent, ctx.now);
        self.names_changed(to.parent, ctx.now);
    }

    fn exchange(
        &mut self,
        ctx: &Ctx<'_>,
        (from, a): (&Found, InodeId),
        (to, b): (&Found, InodeId),
    ) -> Result<(), Errno> {
        if self.inode(b).is_dir() && self.is_inside(ctx, from.parent, b) {
            return Err(Errno::EINVAL);
        }
        if matches!(self.inode(from.parent).body, Body::Host(_)) {
            return Err(Errno::EINVAL);
        }
        self.attach(to.parent, &to.name, a);
        self.attach(from.parent, &from.name, b);
        self.names_changed(from.parent, ctx.now);
        self.names_changed(to.parent, ctx.now);
        Ok(())
    }

    fn rename_on_host(&mut self, from: &Found, to: &Found) -> Result<(), Errno> {
        let (Body::Host(a), Body::Host(b)) =
            (&self.inode(from.parent).body, &self.inode(to.parent).body)
        else {
            return Err(Errno::EXDEV);
        };
        let tree = a.tree.clone();
        let (old, new) = (join(&a.path, &from.name), join(&b.path, &to.name));
        if let Some(id) = to.id
            && self.inode(id).pins > 0
            && self.inode(id).is_file()
        {
            let _ = self.content(id);
        }
        tree.rename(&old, &new)?;
        self.host_gone(tree.id, &new);
        let below = |p: &[u8]| p == old || p.starts_with(&join(&old, b""));
        let moved: Vec<Vec<u8>> = self
            .host_index
            .keys()
            .filter(|(t, p)| *t == tree.id && below(p))
            .map(|(_, p)| p.clone())
            .collect();
        for path in moved {
            let Some(id) = self.host_index.remove(&(tree.id, path.clone())) else { continue };
            let mut renamed = new.clone();
            renamed.extend_from_slice(&path[old.len()..]);
            if let Body::Host(node) = &mut self.inode_mut(id).body {
                node.path.clone_from(&renamed);
            }
            self.host_index.insert((tree.id, renamed), id);
        }
        Ok(())
    }

    /// Is `dir` the directory `top` or below it?
    fn is_inside(&self, _ctx: &Ctx<'_>, dir: InodeId, top: InodeId) -> bool {
        let mut at = dir;
        while at != top {
            match self.place(at) {
                Some((parent, _)) if parent != at => at = parent,
                _ => return false,
            }
            if at == self.root {
                return at == top;
            }
        }
        true
    }

    /// `chmod`.
    pub(crate) fn chmod(&mut self, ctx: &Ctx<'_>, id: InodeId, mode: u32) -> Result<(), Errno> {
        self.may_own(ctx, id)?;
        if let Body::Host(node) = &self.inode(id).body {
            node.tree.chmod(&node.path, mode)?;
        }
        let inode = self.inode_mut(id);
        let mut mode = mode & 0o7777;
        if ctx.uid != 0 && inode.gid != ctx.gid && !ctx.groups.contains(&inode.gid) {
            mode &= !0o2000;
        }
        inode.mode = inode.mode & S_IFMT | mode;
        (inode.ctime, inode.touched) = (ctx.now, true);
        Ok(())
    }

    /// `chown`; `None` leaves a value as it is.
    pub(crate) fn chown(
        &mut self,
        ctx: &Ctx<'_>,
        id: InodeId,
        uid: Option<u32>,
        gid: Option<u32>,
    ) -> Result<(), Errno> {
        if self.read_only(id) {
            return Err(Errno::EROFS);
        }
        let inode = self.inode_mut(id);
        let owner = ctx.uid == inode.uid;
        let uid_ok = uid.is_none_or(|u| owner && u == inode.uid);
        let in_group = |g: u32| g == ctx.gid || ctx.groups.contains(&g) || g == inode.gid;
        if ctx.uid != 0 && !(uid_ok && gid.is_none_or(|g| owner && in_group(g))) {
            return Err(Errno::EPERM);
        }
        if matches!(inode.body, Body::Host(_)) {
            // The host's owners are not the guest's to change.
            return if uid.is_none() && gid.is_none() { Ok(()) } else { Err(Errno::EPERM) };
        }
        inode.uid = uid.unwrap_or(inode.uid);
        inode.gid = gid.unwrap_or(inode.gid);
        if inode.is_file() && (ctx.uid != 0 || inode.mode & 0o111 != 0) {
            inode.mode &= !0o4000;
            if inode.mode & 0o10 != 0 {
                inode.mode &= !0o2000;
            }
        }
        (inode.ctime, inode.touched) = (ctx.now, true);
        Ok(())
    }

    /// `utimensat`; `None` leaves a time as it is.
    pub(crate) fn set_times(
        &mut self,
        ctx: &Ctx<'_>,
        id: InodeId,
        atime: Option<Time>,
        mtime: Option<Time>,
    ) -> Result<(), Errno> {
        if self.read_only(id) {
            return Err(Errno::EROFS);
        }
        let inode = self.inode_mut(id);
        inode.atime = atime.unwrap_or(inode.atime);
        inode.mtime = mtime.unwrap_or(inode.mtime);
        (inode.ctime, inode.touched) = (ctx.now, true);
        let (atime, mtime) = (inode.atime, inode.mtime);
        if let Body::Host(node) = &self.inode(id).body {
            node.tree.set_times(&node.path, atime, mtime)?;
        }
        Ok(())
    }

    fn may_own(&self, ctx: &Ctx<'_>, id: InodeId) -> Result<(), Errno> {
        if self.read_only(id) {
            return Err(Errno::EROFS);
        }
        if ctx.uid == 0 || self.inode(id).uid == ctx.uid { Ok(()) } else { Err(Errno::EPERM) }
    }

    /// A file's bytes changed: its times follow, and setuid bits fall.
    pub(crate) fn written(&mut self, id: InodeId, uid: u32, now: Time) {
        let inode = self.inode_mut(id);
        (inode.mtime, inode.ctime) = (now, now);
        if uid != 0 && inode.mode & 0o6000 != 0 {
            inode.mode &= !0o6000;
        }
    }

    /// A file was read.
    pub(crate) fn accessed(&mut self, id: InodeId, now: Time) {
        let inode = self.inode_mut(id);
        // relatime: the default of every distribution.
        if inode.atime <= inode.mtime || now.sec - inode.atime.sec >= 86_400 {
            inode.atime = now;
        }
    }
}
