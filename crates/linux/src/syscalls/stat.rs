//! What files are: stat, statx, statfs, access, attributes.

use crate::errno::Errno;
use crate::fd::Kind;
use crate::system::{Ret, System};
use crate::table::Args;
use crate::vfs::Stat;
use crate::vfs::inode::{InodeId, Time};

pub(crate) const AT_SYMLINK_NOFOLLOW: u64 = 0x100;
pub(crate) const AT_EMPTY_PATH: u64 = 0x1000;

impl System {
    /// `stat` of an open file.
    fn stat_file(&mut self, fd: u64) -> Result<Stat, Errno> {
        let file = self.file_id(fd)?;
        let number = u64::from(file.number());
        let now = self.wall();
        let anonymous = |mode, rdev| Stat {
            dev: 0xe,
            ino: 1000 + number,
            mode,
            nlink: 1,
            uid: 0,
            gid: 0,
            rdev,
            size: 0,
            blocks: 0,
            atime: now,
            mtime: now,
            ctime: now,
        };
        match &self.files[file].kind {
            Kind::Inode(id) | Kind::Pipe { inode: Some(id), .. } => {
                let id = *id;
                Ok(self.stat_inode(id))
            }
            Kind::Pipe { .. } => Ok(anonymous(0o010_600, (0, 0))),
            Kind::Socket { .. } => Ok(anonymous(0o140_777, (0, 0))),
            Kind::Event { .. } | Kind::Epoll(_) => Ok(anonymous(0o600, (0, 0))),
            Kind::Host(stream) => {
                let terminal = stream.is_none_or(|s| self.host.is_terminal(s));
                if terminal {
                    let root = self.vfs.root;
                    let tty = self.fs(|vfs, ctx| vfs.resolve(ctx, root, b"/dev/tty", true));
                    return Ok(match tty {
                        Ok(id) => self.stat_inode(id),
                        Err(_) => anonymous(0o020_620, (5, 0)),
                    });
                }
                Ok(anonymous(0o010_600, (0, 0)))
            }
        }
    }

    fn stat_inode(&mut self, id: InodeId) -> Stat {
        self.fs(|vfs, ctx| vfs.stat(id, ctx.view))
    }

    /// `stat` by directory, path and `AT_*` flags.
    fn stat_at(&mut self, dir: u64, path_at: u64, flags: u64) -> Result<Stat, Errno> {
        let path = if path_at == 0 && flags & AT_EMPTY_PATH != 0 {
            Vec::new()
        } else {
            self.path(path_at)?
        };
        if path.is_empty() && flags & AT_EMPTY_PATH != 0 {
            if dir as u32 as i32 == -100 {
                let cwd = self.fss[self.task().fs].cwd;
                return Ok(self.stat_inode(cwd));
            }
            return self.stat_file(dir);
        }
        let start = self.dir_at(dir, &path)?;
        let follow = flags & AT_SYMLINK_NOFOLLOW == 0;
        // A magic link to something that is no inode: /proc/self/fd/1 of a pipe.
        if follow && let Some(fd) = self.own_fd_path(&path) {
            return self.stat_file(fd);
        }
        self.fs(|vfs, ctx| {
            let id = vfs.resolve(ctx, start, &path, follow)?;
            Ok(vfs.stat(id, ctx.view))
        })
    }

    /// The descriptor that `/dev/stdin`, `/dev/fd/N` or `/proc/self/fd/N` names, if it is a pipe or
    /// a host stream, which have no inode to walk to.
    pub(crate) fn own_fd_path(&self, path: &[u8]) -> Option<u64> {
        let fd = match path {
            b"/dev/stdin" => 0,
            b"/dev/stdout" => 1,
            b"/dev/stderr" => 2,
            _ => {
                let rest = path
                    .strip_prefix(b"/dev/fd/")
                    .or_else(|| path.strip_prefix(b"/proc/self/fd/"))?;
                std::str::from_utf8(rest).ok()?.parse().ok()?
            }
        };
        let file = self.file_id(fd).ok()?;
        match self.files[file].kind {
            Kind::Inode(_) => None,
            _ => Some(fd),
        }
    }

    pub(crate) fn sys_newfstatat(&mut self, a: Args) -> Ret {
        if a[3] & !(AT_SYMLINK_NOFOLLOW | AT_EMPTY_PATH | 0x800) != 0 {
            return Err(Errno::EINVAL.into());
        }
        let stat = self.stat_at(a[0], a[1], a[3])?;
        self.write_bytes(a[2], &stat_bytes(&stat))?;
        Ok(0)
    }

    pub(crate) fn sys_fstat(&mut self, a: Args) -> Ret {
        let stat = self.stat_file(a[0])?;
        self.write_bytes(a[1], &stat_bytes(&stat))?;
        Ok(0)
    }

    /// What `fstat` writes.
    pub(crate) fn stat_of(&mut self, fd: u64) -> Result<Vec<u8>, Errno> {
        Ok(stat_bytes(&self.stat_file(fd)?))
    }

    pub(crate) fn sys_statx(&mut self, a: Args) -> Ret {
        if a[3] & 0x8000_0000 != 0 {
            return Err(Errno::EINVAL.into());
        }
        let stat = self.stat_at(a[0], a[1], a[2])?;
        self.write_bytes(a[4], &statx_bytes(&stat))?;
        Ok(0)
    }

    pub(crate) fn sys_faccessat(&mut self, a: Args) -> Ret {
        self.access(a[0], a[1], a[2] as u32, 0)
    }

    pub(crate) fn sys_faccessat2(&mut self, a: Args) -> Ret {
        if a[3] & !(AT_SYMLINK_NOFOLLOW | AT_EMPTY_PATH | 0x200) != 0 {
            return Err(Errno::EINVAL.into());
        }
        self.access(a[0], a[1], a[2] as u32, a[3])
    }

    fn access(&mut self, dir: u64, path_at: u64, want: u32, flags: u64) -> Ret {
        const AT_EACCESS: u64 = 0x200;
        if want & !7 != 0 {
            return Err(Errno::EINVAL.into());
        }
        let path = self.path(path_at)?;
        if path.is_empty() && flags & AT_EMPTY_PATH != 0 {
            self.file_id(dir)?;
            return Ok(0);
        }
        let start = self.dir_at(dir, &path)?;
        if self.own_fd_path(&path).is_some() {
            return Ok(0);
        }
        let creds = &self.process().creds;
        let (uid, gid) = (creds.uid[0], creds.gid[0]);
        let result = self.fs(|vfs, ctx| {
            let id = vfs.resolve(ctx, start, &path, flags & AT_SYMLINK_NOFOLLOW == 0)?;
            let real = if flags & AT_EACCESS != 0 { (ctx.uid, ctx.gid) } else { (uid, gid) };
            let asker = crate::vfs::Ctx { uid: real.0, gid: real.1, ..*ctx };
            vfs.check(&asker, id, want)?;
            if want & 2 != 0 && vfs.read_only(id) {
                return Err(Errno::EROFS);
            }
            Ok(0)
        });
        Ok(result?)
    }

    pub(crate) fn sys_statfs(&mut self, a: Args) -> Ret {
        let path = self.path(a[0])?;
        let cwd = self.fss[self.task().fs].cwd;
        let dev = self.fs(|vfs, ctx| {
            let id = vfs.resolve(ctx, cwd, &path, true)?;
            Ok::<_, Errno>(vfs.inode(id).dev)
        })?;
        self.put_statfs(a[1], dev)
    }

    pub(crate) fn sys_fstatfs(&mut self, a: Args) -> Ret {
        let file = self.file_id(a[0])?;
        let dev = match self.files[file].kind {
            Kind::Inode(id) => self.vfs.inode(id).dev,
            _ => 0xe,
        };
        self.put_statfs(a[1], dev)
    }

    fn put_statfs(&mut self, at: u64, dev: u32) -> Ret {
        let kind: u64 = match self.vfs.mount_table.iter().find(|m| m.dev == dev).map(|m| m.kind) {
            Some("proc") => 0x9fa0,
            Some("ncpu") => 0xef53,
            Some(_) => 0x0102_1994,
            None => 0x5049_5045,
        };
        let total = self.budget.limit();
        let free = total.saturating_sub(self.budget.used());
        let files = 1 << 20;
        let words = [
            kind,
            4096,
            total,
            free,
            free,
            files,
            files,
            u64::from(dev),
            255,
            4096,
            0x20,
            0,
            0,
            0,
            0,
        ];
        let bytes: Vec<u8> = words.iter().flat_map(|w| w.to_le_bytes()).collect();
        self.write_bytes(at, &bytes)?;
        Ok(0)
    }

    // --- attributes ---------------------------------------------------------------------------

    pub(crate) fn sys_fchmod(&mut self, a: Args) -> Ret {
        let file = self.usable(a[0])?;
        match self.files[file].kind {
            Kind::Inode(id) => {
                Ok(self.fs(|vfs, ctx| vfs.chmod(ctx, id, a[1] as u32)).map(|()| 0)?)
            }
            _ => Ok(0),
        }
    }

    pub(crate) fn sys_fchmodat(&mut self, a: Args) -> Ret {
        let path = self.path(a[1])?;
        let start = self.dir_at(a[0], &path)?;
        let result = self.fs(|vfs, ctx| {
            let id = vfs.resolve(ctx, start, &path, true)?;
            vfs.chmod(ctx, id, a[2] as u32)
        });
        Ok(result.map(|()| 0)?)
    }

    pub(crate) fn sys_fchown(&mut self, a: Args) -> Ret {
        let file = self.usable(a[0])?;
        match self.files[file].kind {
            Kind::Inode(id) => self.chown(id, a[1], a[2]),
            _ => Ok(0),
        }
    }

    pub(crate) fn sys_fchownat(&mut self, a: Args) -> Ret {
        let path = self.path(a[1])?;
        if path.is_empty() && a[4] & AT_EMPTY_PATH != 0 {
            return self.sys_fchown([a[0], a[2], a[3], 0, 0, 0]);
        }
        let start = self.dir_at(a[0], &path)?;
        let follow = a[4] & AT_SYMLINK_NOFOLLOW == 0;
        let id = self.fs(|vfs, ctx| vfs.resolve(ctx, start, &path, follow))?;
        self.chown(id, a[2], a[3])
    }

    fn chown(&mut self, id: InodeId, uid: u64, gid: u64) -> Ret {
        let given = |v: u64| (v as u32 != u32::MAX).then_some(v as u32);
        Ok(self.fs(|vfs, ctx| vfs.chown(ctx, id, given(uid), given(gid))).map(|()| 0)?)
    }

    pub(crate) fn sys_utimensat(&mut self, a: Args) -> Ret {
        let times = self.utimens(a[2])?;
        if times == (None, None) {
            return Ok(0);
        }
        let id = if a[1] == 0 {
            let file = self.usable(a[0])?;
            match self.files[file].kind {
                Kind::Inode(id) => id,
                _ => return Ok(0),
            }
        } else {
            let path = self.path(a[1])?;
            let start = self.dir_at(a[0], &path)?;
            let follow = a[3] & AT_SYMLINK_NOFOLLOW == 0;
            self.fs(|vfs, ctx| vfs.resolve(ctx, start, &path, follow))?
        };
        let now_only = a[2] == 0;
        let result = self.fs(|vfs, ctx| {
            let owner = ctx.uid == 0 || vfs.inode(id).uid == ctx.uid;
            if !owner {
                match now_only {
                    true => vfs.check(ctx, id, 2)?,
                    false => return Err(Errno::EPERM),
                }
            }
            vfs.set_times(ctx, id, times.0, times.1)
        });
        Ok(result.map(|()| 0)?)
    }

    fn utimens(&mut self, at: u64) -> Result<(Option<Time>, Option<Time>), Errno> {
        const UTIME_NOW: u64 = 0x3fff_ffff;
        const UTIME_OMIT: u64 = 0x3fff_fffe;
        let now = self.wall();
        if at == 0 {
            return Ok((Some(now), Some(now)));
        }
        let mut out = [None, None];
        for (i, slot) in out.iter_mut().enumerate() {
            let base = at.wrapping_add(16 * i as u64);
            let (sec, nsec) = (self.get_u64(base)?, self.get_u64(base.wrapping_add(8))?);
            *slot = match nsec {
                UTIME_NOW => Some(now),
                UTIME_OMIT => None,
                n if n < 1_000_000_000 => Some(Time { sec: sec as i64, nsec: n as u32 }),
                _ => return Err(Errno::EINVAL),
            };
        }
        Ok((out[0], out[1]))
    }

    // --- extended attributes: none ------------------------------------------------------------

    pub(crate) fn sys_xattr_path(&mut self, a: Args) -> Ret {
        let path = self.path(a[0])?;
        let cwd = self.fss[self.task().fs].cwd;
        let follow = !matches!(self.call().number, 6 | 9 | 15);
        self.fs(|vfs, ctx| vfs.resolve(ctx, cwd, &path, follow))?;
        Err(Errno::EOPNOTSUPP.into())
    }

    pub(crate) fn sys_xattr_fd(&mut self, a: Args) -> Ret {
        self.usable(a[0])?;
        Err(Errno::EOPNOTSUPP.into())
    }

    pub(crate) fn sys_listxattr(&mut self, a: Args) -> Ret {
        let path = self.path(a[0])?;
        let cwd = self.fss[self.task().fs].cwd;
        let follow = self.call().number == 11;
        self.fs(|vfs, ctx| vfs.resolve(ctx, cwd, &path, follow))?;
        Ok(0)
    }

    pub(crate) fn sys_flistxattr(&mut self, a: Args) -> Ret {
        self.usable(a[0])?;
        Ok(0)
    }
}

/// `dev_t` as `struct stat` has it.
fn dev_number((major, minor): (u32, u32)) -> u64 {
    let (major, minor) = (u64::from(major), u64::from(minor));
    minor & 0xff | (major & 0xfff) << 8 | (minor & !0xff) << 12
}

fn stat_bytes(s: &Stat) -> Vec<u8> {
    let mut out = Vec::with_capacity(128);
    let u64s = |out: &mut Vec<u8>, v: &[u64]| {
        out.extend(v.iter().flat_map(|w| w.to_le_bytes()));
    };
    u64s(&mut out, &[s.dev.into(), s.ino]);
    out.extend([s.mode, s.nlink, s.uid, s.gid].iter().flat_map(|w| w.to_le_bytes()));
    u64s(&mut out, &[dev_number(s.rdev), 0, s.size]);
    out.extend([4096_u32, 0].iter().flat_map(|w| w.to_le_bytes()));
    u64s(&mut out, &[s.blocks]);
    for t in [s.atime, s.mtime, s.ctime] {
        u64s(&mut out, &[t.sec as u64, t.nsec.into()]);
    }
    out.extend([0; 8]);
    out
}

fn statx_bytes(s: &Stat) -> Vec<u8> {
    const BASIC_STATS: u32 = 0x7ff;
    let mut out = Vec::with_capacity(256);
    let u32s = |out: &mut Vec<u8>, v: &[u32]| {
        out.extend(v.iter().flat_map(|w| w.to_le_bytes()));
    };
    let u64s = |out: &mut Vec<u8>, v: &[u64]| {
        out.extend(v.iter().flat_map(|w| w.to_le_bytes()));
    };
    u32s(&mut out, &[BASIC_STATS, 4096]);
    u64s(&mut out, &[0]);
    u32s(&mut out, &[s.nlink, s.uid, s.gid]);
    u32s(&mut out, &[s.mode & 0xffff]);
    u64s(&mut out, &[s.ino, s.size, s.blocks, 0]);
    for t in [s.atime, Time::default(), s.ctime, s.mtime] {
        u64s(&mut out, &[t.sec as u64]);
        u32s(&mut out, &[t.nsec, 0]);
    }
    u32s(&mut out, &[s.rdev.0, s.rdev.1, s.dev >> 8, s.dev & 0xff]);
    out.resize(256, 0);
    out
}
