//! Names: directories, links, rename, working directory.

use crate::errno::Errno;
use crate::fd::Kind;
use crate::syscalls::stat::AT_EMPTY_PATH;
use crate::system::{Ret, System};
use crate::table::Args;
use crate::vfs::inode::{Body, InodeId};
use crate::vfs::{Ctx, Found, Vfs};

impl System {
    /// Walks the path argument to its last name and hands it to `f`.
    fn at<R>(
        &mut self,
        dir: u64,
        path_at: u64,
        follow: bool,
        f: impl FnOnce(&mut Vfs, &Ctx<'_>, &Found) -> Result<R, Errno>,
    ) -> Result<R, Errno> {
        let path = self.path(path_at)?;
        let start = self.dir_at(dir, &path)?;
        self.fs(|vfs, ctx| {
            let found = vfs.walk(ctx, start, &path, follow)?;
            f(vfs, ctx, &found)
        })
    }

    fn umask(&self) -> u32 {
        self.fss[self.task().fs].umask
    }

    pub(crate) fn sys_mkdirat(&mut self, a: Args) -> Ret {
        let path = self.path(a[1])?;
        let start = self.dir_at(a[0], &path)?;
        let mode = a[2] as u32 & !self.umask();
        // A trailing slash must not make a link at the end be followed.
        let (path, _) = without_slashes(&path);
        let result = self.fs(|vfs, ctx| {
            let found = vfs.walk(ctx, start, path, false)?;
            vfs.mkdir(ctx, &found, mode)
        });
        result?;
        Ok(0)
    }

    pub(crate) fn sys_mknodat(&mut self, a: Args) -> Ret {
        let mode = a[2] as u32 & !self.umask();
        let dev = a[3];
        let rdev = ((dev >> 8 & 0xfff) as u32, (dev & 0xff | dev >> 12 & 0xfff00) as u32);
        self.at(a[0], a[1], false, |vfs, ctx, at| vfs.mknod(ctx, at, mode, rdev))?;
        Ok(0)
    }

    pub(crate) fn sys_unlinkat(&mut self, a: Args) -> Ret {
        const AT_REMOVEDIR: u64 = 0x200;
        if a[2] & !AT_REMOVEDIR != 0 {
            return Err(Errno::EINVAL.into());
        }
        let path = self.path(a[1])?;
        let start = self.dir_at(a[0], &path)?;
        let (path, slash) = without_slashes(&path);
        let result = self.fs(|vfs, ctx| {
            let mut found = vfs.walk(ctx, start, path, false)?;
            found.slash = slash;
            if a[2] & AT_REMOVEDIR != 0 { vfs.rmdir(ctx, &found) } else { vfs.unlink(ctx, &found) }
        });
        result?;
        Ok(0)
    }

    pub(crate) fn sys_symlinkat(&mut self, a: Args) -> Ret {
        let target = self.path(a[0])?;
        self.at(a[1], a[2], false, |vfs, ctx, at| vfs.symlink(ctx, at, &target))?;
        Ok(0)
    }

    pub(crate) fn sys_linkat(&mut self, a: Args) -> Ret {
        const AT_SYMLINK_FOLLOW: u64 = 0x400;
        if a[4] & !(AT_SYMLINK_FOLLOW | AT_EMPTY_PATH) != 0 {
            return Err(Errno::EINVAL.into());
        }
        let old = self.path(a[1])?;
        let id = if old.is_empty() && a[4] & AT_EMPTY_PATH != 0 {
            let file = self.file_id(a[0])?;
            match self.files[file].kind {
                Kind::Inode(id) => id,
                _ => return Err(Errno::EXDEV.into()),
            }
        } else {
            let start = self.dir_at(a[0], &old)?;
            let follow = a[4] & AT_SYMLINK_FOLLOW != 0;
            self.fs(|vfs, ctx| vfs.resolve(ctx, start, &old, follow))?
        };
        self.at(a[2], a[3], false, |vfs, ctx, at| vfs.link(ctx, id, at))?;
        Ok(0)
    }

    pub(crate) fn sys_renameat(&mut self, a: Args) -> Ret {
        self.rename(a, 0)
    }

    pub(crate) fn sys_renameat2(&mut self, a: Args) -> Ret {
        let flags = a[4] as u32;
        if flags & !3 != 0 || flags == 3 {
            self.unsupported(format!("renameat2 flags {flags:#x}"));
            return Err(Errno::EINVAL.into());
        }
        self.rename(a, flags)
    }

    fn rename(&mut self, a: Args, flags: u32) -> Ret {
        let (old, new) = (self.path(a[1])?, self.path(a[3])?);
        let (from, to) = (self.dir_at(a[0], &old)?, self.dir_at(a[2], &new)?);
        let ((old, old_slash), (new, new_slash)) = (without_slashes(&old), without_slashes(&new));
        let result = self.fs(|vfs, ctx| {
            let mut from = vfs.walk(ctx, from, old, false)?;
            let mut to = vfs.walk(ctx, to, new, false)?;
            (from.slash, to.slash) = (old_slash, new_slash);
            vfs.rename(ctx, &from, &to, flags)
        });
        result?;
        Ok(0)
    }

    pub(crate) fn sys_readlinkat(&mut self, a: Args) -> Ret {
        if (a[3] as i32) <= 0 {
            return Err(Errno::EINVAL.into());
        }
        let path = self.path(a[1])?;
        let text = if path.is_empty() {
            let file = self.file_id(a[0])?;
            let Kind::Inode(id) = self.files[file].kind else { return Err(Errno::ENOENT.into()) };
            self.link_text(id)?
        } else {
            let start = self.dir_at(a[0], &path)?;
            let id = self.fs(|vfs, ctx| vfs.resolve(ctx, start, &path, false))?;
            self.link_text(id)?
        };
        let n = text.len().min(a[3] as usize);
        self.write_bytes(a[2], &text[..n])?;
        Ok(n as u64)
    }

    fn link_text(&mut self, id: InodeId) -> Result<Vec<u8>, Errno> {
        if !self.vfs.inode(id).is_symlink() {
            return Err(Errno::EINVAL);
        }
        let root = self.fss[self.task().fs].root;
        if let Body::Proc(node) = &self.vfs.inode(id).body {
            let node = node.clone();
            let target = self.fs(|_, ctx| ctx.view.magic(&node)).ok_or(Errno::ENOENT)?;
            return Ok(match target {
                (Some(dir), text) if text.is_empty() => {
                    self.vfs.path_of(dir, root).unwrap_or_else(|| b"/ (deleted)".to_vec())
                }
                (_, text) => text,
            });
        }
        self.fs(|vfs, ctx| vfs.read_link(ctx, id))
    }

    pub(crate) fn sys_getdents64(&mut self, a: Args) -> Ret {
        let file = self.usable(a[0])?;
        let Kind::Inode(id) = self.files[file].kind else { return Err(Errno::ENOTDIR.into()) };
        if !self.vfs.inode(id).is_dir() {
            return Err(Errno::ENOTDIR.into());
        }
        let from = self.files[file].offset;
        let stable = matches!(self.vfs.inode(id).body, Body::Dir(_));
        if stable && self.vfs.inode(id).nlink == 0 {
            return Err(Errno::ENOENT.into());
        }
        let limit = (a[2] / 24 + 1).min(4096) as usize;
        let items = if stable {
            self.fs(|vfs, ctx| vfs.list(ctx, id, from, limit))?
        } else {
            if self.files[file].listing.is_none() || from == 0 {
                let all = self.fs(|vfs, ctx| vfs.list(ctx, id, 0, usize::MAX))?;
                self.files[file].listing = Some(all);
            }
            let all = self.files[file].listing.as_deref().unwrap_or_default();
            all.iter().filter(|i| i.next > from).take(limit).cloned().collect()
        };
        let (bytes, next) = pack(&items, a[2] as usize, from)?;
        self.write_bytes(a[1], &bytes)?;
        self.files[file].offset = next;
        Ok(bytes.len() as u64)
    }

    // --- working directory and root -----------------------------------------------------------

    pub(crate) fn sys_getcwd(&mut self, a: Args) -> Ret {
        let fs = &self.fss[self.task().fs];
        let mut path = self.vfs.path_of(fs.cwd, fs.root).ok_or(Errno::ENOENT)?;
        path.push(0);
        if path.len() as u64 > a[1] {
            return Err(Errno::ERANGE.into());
        }
        self.write_bytes(a[0], &path)?;
        Ok(path.len() as u64)
    }

    pub(crate) fn sys_chdir(&mut self, a: Args) -> Ret {
        let path = self.path(a[0])?;
        let cwd = self.fss[self.task().fs].cwd;
        let id = self.fs(|vfs, ctx| vfs.resolve(ctx, cwd, &path, true))?;
        self.enter(id)
    }

    pub(crate) fn sys_fchdir(&mut self, a: Args) -> Ret {
        let file = self.file_id(a[0])?;
        match self.files[file].kind {
            Kind::Inode(id) => self.enter(id),
            _ => Err(Errno::ENOTDIR.into()),
        }
    }

    fn enter(&mut self, id: InodeId) -> Ret {
        if !self.vfs.inode(id).is_dir() {
            return Err(Errno::ENOTDIR.into());
        }
        self.fs(|vfs, ctx| vfs.check(ctx, id, 1))?;
        self.vfs.pin(id);
        let fs = self.task().fs;
        let old = std::mem::replace(&mut self.fss[fs].cwd, id);
        self.vfs.unpin(old);
        Ok(0)
    }

    pub(crate) fn sys_chroot(&mut self, a: Args) -> Ret {
        let path = self.path(a[0])?;
        let cwd = self.fss[self.task().fs].cwd;
        let id = self.fs(|vfs, ctx| {
            let id = vfs.resolve(ctx, cwd, &path, true)?;
            if !vfs.inode(id).is_dir() {
                return Err(Errno::ENOTDIR);
            }
            if ctx.uid != 0 {
                return Err(Errno::EPERM);
            }
            Ok(id)
        })?;
        self.vfs.pin(id);
        let fs = self.task().fs;
        let old = std::mem::replace(&mut self.fss[fs].root, id);
        self.vfs.unpin(old);
        Ok(0)
    }

    pub(crate) fn sys_umask(&mut self, a: Args) -> Ret {
        let fs = self.task().fs;
        let old = std::mem::replace(&mut self.fss[fs].umask, a[0] as u32 & 0o777);
        Ok(old.into())
    }
}

/// A path without slashes at its end (the root keeps its one), and whether it had any.
fn without_slashes(path: &[u8]) -> (&[u8], bool) {
    match path.iter().rposition(|b| *b != b'/') {
        Some(last) => (&path[..=last], last + 1 < path.len()),
        None => (&path[..path.len().min(1)], false),
    }
}

/// `struct linux_dirent64` records for as many items as fit.
fn pack(items: &[crate::vfs::DirItem], room: usize, from: u64) -> Result<(Vec<u8>, u64), Errno> {
    let mut out = Vec::new();
    let mut next = from;
    for item in items {
        let len = (19 + item.name.len() + 1).next_multiple_of(8);
        if out.len() + len > room {
            if out.is_empty() {
                return Err(Errno::EINVAL);
            }
            break;
        }
        let start = out.len();
        out.extend(item.ino.to_le_bytes());
        out.extend(item.next.to_le_bytes());
        out.extend((len as u16).to_le_bytes());
        out.push(item.kind);
        out.extend_from_slice(&item.name);
        out.resize(start + len, 0);
        next = item.next;
    }
    Ok((out, next))
}
