//! Users and groups.

use crate::errno::Errno;
use crate::process::Creds;
use crate::system::{Ret, System};
use crate::table::Args;

/// `-1`: leave it.
fn given(v: u64) -> Option<u32> {
    (v as u32 != u32::MAX).then_some(v as u32)
}

/// Real, effective and saved after a change; `None` when it is not allowed.
fn change(old: [u32; 3], new: [Option<u32>; 3], privileged: bool) -> Option<[u32; 3]> {
    let allowed = |v: &Option<u32>| v.is_none_or(|v| privileged || old.contains(&v));
    if !new.iter().all(allowed) {
        return None;
    }
    Some([0, 1, 2].map(|i| new[i].unwrap_or(old[i])))
}

impl System {
    fn creds(&mut self) -> &mut Creds {
        &mut self.process_mut().creds
    }

    fn set_uids(&mut self, new: [Option<u32>; 3]) -> Ret {
        let creds = self.creds();
        creds.uid = change(creds.uid, new, creds.euid() == 0).ok_or(Errno::EPERM)?;
        Ok(0)
    }

    fn set_gids(&mut self, new: [Option<u32>; 3]) -> Ret {
        let creds = self.creds();
        creds.gid = change(creds.gid, new, creds.euid() == 0).ok_or(Errno::EPERM)?;
        Ok(0)
    }

    pub(crate) fn sys_getuid(&mut self, _: Args) -> Ret {
        Ok(self.creds().uid[0].into())
    }

    pub(crate) fn sys_geteuid(&mut self, _: Args) -> Ret {
        Ok(self.creds().uid[1].into())
    }

    pub(crate) fn sys_getgid(&mut self, _: Args) -> Ret {
        Ok(self.creds().gid[0].into())
    }

    pub(crate) fn sys_getegid(&mut self, _: Args) -> Ret {
        Ok(self.creds().gid[1].into())
    }

    pub(crate) fn sys_setuid(&mut self, a: Args) -> Ret {
        let id = given(a[0]).ok_or(Errno::EINVAL)?;
        let all = self.creds().euid() == 0;
        self.set_uids(if all { [Some(id); 3] } else { [None, Some(id), None] })
    }

    pub(crate) fn sys_setgid(&mut self, a: Args) -> Ret {
        let id = given(a[0]).ok_or(Errno::EINVAL)?;
        let all = self.creds().euid() == 0;
        self.set_gids(if all { [Some(id); 3] } else { [None, Some(id), None] })
    }

    pub(crate) fn sys_setreuid(&mut self, a: Args) -> Ret {
        let (real, effective) = (given(a[0]), given(a[1]));
        let old = self.creds().uid[0];
        let saved = (real.is_some() || effective.is_some_and(|e| e != old))
            .then(|| effective.unwrap_or(self.creds().uid[1]));
        self.set_uids([real, effective, saved])
    }

    pub(crate) fn sys_setregid(&mut self, a: Args) -> Ret {
        let (real, effective) = (given(a[0]), given(a[1]));
        let old = self.creds().gid[0];
        let saved = (real.is_some() || effective.is_some_and(|e| e != old))
            .then(|| effective.unwrap_or(self.creds().gid[1]));
        self.set_gids([real, effective, saved])
    }

    pub(crate) fn sys_setresuid(&mut self, a: Args) -> Ret {
        self.set_uids([given(a[0]), given(a[1]), given(a[2])])
    }

    pub(crate) fn sys_setresgid(&mut self, a: Args) -> Ret {
        self.set_gids([given(a[0]), given(a[1]), given(a[2])])
    }

    pub(crate) fn sys_getresuid(&mut self, a: Args) -> Ret {
        let ids = self.creds().uid;
        self.put_ids(a, ids)
    }

    pub(crate) fn sys_getresgid(&mut self, a: Args) -> Ret {
        let ids = self.creds().gid;
        self.put_ids(a, ids)
    }

    fn put_ids(&mut self, a: Args, ids: [u32; 3]) -> Ret {
        for (at, id) in a.into_iter().zip(ids) {
            self.put_u32(at, id)?;
        }
        Ok(0)
    }

    /// The file-system user is the effective one here; the old one is answered, as always.
    pub(crate) fn sys_setfsuid(&mut self, _: Args) -> Ret {
        Ok(self.creds().euid().into())
    }

    pub(crate) fn sys_setfsgid(&mut self, _: Args) -> Ret {
        Ok(self.creds().egid().into())
    }

    pub(crate) fn sys_getgroups(&mut self, a: Args) -> Ret {
        let groups = self.creds().groups.clone();
        if a[0] as u32 == 0 {
            return Ok(groups.len() as u64);
        }
        if (a[0] as u32 as usize) < groups.len() {
            return Err(Errno::EINVAL.into());
        }
        for (i, g) in groups.iter().enumerate() {
            self.put_u32(a[1].wrapping_add(4 * i as u64), *g)?;
        }
        Ok(groups.len() as u64)
    }

    pub(crate) fn sys_setgroups(&mut self, a: Args) -> Ret {
        if self.creds().euid() != 0 {
            return Err(Errno::EPERM.into());
        }
        if a[0] > 65_536 {
            return Err(Errno::EINVAL.into());
        }
        let mut groups = Vec::new();
        for i in 0..a[0] {
            groups.push(self.get_u32(a[1].wrapping_add(4 * i))?);
        }
        self.creds().groups = groups;
        Ok(0)
    }

    pub(crate) fn sys_capget(&mut self, a: Args) -> Ret {
        const VERSION_3: u32 = 0x2008_0522;
        let version = self.get_u32(a[0])?;
        if version != VERSION_3 {
            self.put_u32(a[0], VERSION_3)?;
            return if a[1] == 0 { Ok(0) } else { Err(Errno::EINVAL.into()) };
        }
        let root = self.creds().euid() == 0;
        let (low, high) = if root { (u32::MAX, 0x1ff) } else { (0, 0) };
        for (i, v) in [low, low, 0, high, high, 0].into_iter().enumerate() {
            self.put_u32(a[1].wrapping_add(4 * i as u64), v)?;
        }
        Ok(0)
    }

    pub(crate) fn sys_capset(&mut self, a: Args) -> Ret {
        self.get_u32(a[0])?;
        if self.creds().euid() == 0 {
            self.unsupported("capset");
            return Ok(0);
        }
        Err(Errno::EPERM.into())
    }
}
