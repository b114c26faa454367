//! Processes: clone, exec, exit, wait, groups and sessions, limits and accounting.

use crate::errno::Errno;
use crate::lifecycle::{CLONE_NEW, CloneArgs, vfork_wait};
use crate::process::{Key, Pid, Wait};
use crate::syscalls::stat::{AT_EMPTY_PATH, AT_SYMLINK_NOFOLLOW};
use crate::system::{Ret, Stop, System};
use crate::table::Args;

const WNOHANG: u64 = 1;
const WUNTRACED: u64 = 2;
const WEXITED: u64 = 4;
const WCONTINUED: u64 = 8;
const WNOWAIT: u64 = 0x100_0000;

/// Which children a wait is about.
#[derive(Clone, Copy)]
enum Who {
    Any,
    Pid(Pid),
    Group(Pid),
}

/// What a wait found.
struct Found {
    pid: Pid,
    uid: u32,
    status: u32,
    dead: bool,
}

impl System {
    pub(crate) fn sys_clone(&mut self, a: Args) -> Ret {
        if let Some(result) = self.after_vfork() {
            return result;
        }
        let args = CloneArgs {
            flags: a[0] & 0xffff_ff00,
            exit_signal: a[0] as u32 & 0xff,
            stack: a[1],
            parent_tid: a[2],
            tls: a[3],
            child_tid: a[4],
        };
        if args.exit_signal > 64 {
            return Err(Errno::EINVAL.into());
        }
        self.clone_task(args)
    }

    pub(crate) fn sys_clone3(&mut self, a: Args) -> Ret {
        if let Some(result) = self.after_vfork() {
            return result;
        }
        if a[1] < 64 {
            return Err(Errno::EINVAL.into());
        }
        if a[1] > 4096 {
            return Err(Errno::E2BIG.into());
        }
        let bytes = self.read_bytes(a[0], a[1] as usize)?;
        let word = |i: usize| {
            bytes
                .get(8 * i..8 * i + 8)
                .map_or(0, |b| b.iter().rev().fold(0, |v: u64, b| v << 8 | u64::from(*b)))
        };
        if bytes.get(88..).is_some_and(|rest| rest.iter().any(|b| *b != 0)) {
            return Err(Errno::E2BIG.into());
        }
        if word(9) != 0 || word(10) != 0 {
            self.unsupported("clone3 set_tid or cgroup");
            return Err(Errno::EPERM.into());
        }
        if word(4) > 64 || word(0) & 0xff != 0 {
            return Err(Errno::EINVAL.into());
        }
        let args = CloneArgs {
            flags: word(0),
            child_tid: word(2),
            parent_tid: word(3),
            exit_signal: word(4) as u32,
            stack: if word(5) == 0 { 0 } else { word(5).wrapping_add(word(6)) },
            tls: word(7),
        };
        self.clone_task(args)
    }

    /// The second part of a vfork, once its child exists: wait until it lets go.
    fn after_vfork(&mut self) -> Option<Ret> {
        let child = self.call().done as Pid;
        if child == 0 {
            return None;
        }
        if self.vfork_pending(child) {
            return Some(Err(Stop::Wait(vfork_wait(child))));
        }
        Some(Ok(child.into()))
    }

    pub(crate) fn sys_unshare(&mut self, a: Args) -> Ret {
        let flags = a[0];
        if flags & CLONE_NEW != 0 {
            return Err(Errno::EPERM.into());
        }
        if flags & !(crate::lifecycle::CLONE_FS | crate::lifecycle::CLONE_FILES | 0x4_0000) != 0 {
            return Err(Errno::EINVAL.into());
        }
        if flags & crate::lifecycle::CLONE_FILES != 0 {
            self.unshare_fds();
        }
        if flags & crate::lifecycle::CLONE_FS != 0 {
            let old = self.task().fs;
            let copy = self.copy_fs(old);
            if let Some(fs) = self.fss.release(old) {
                self.vfs.unpin(fs.cwd);
                self.vfs.unpin(fs.root);
            }
            self.task_mut().fs = copy;
        }
        Ok(0)
    }

    pub(crate) fn sys_execve(&mut self, a: Args) -> Ret {
        let path = self.path(a[0])?;
        let (argv, env) = (self.strings(a[1])?, self.strings(a[2])?);
        let cwd = self.fss[self.task().fs].cwd;
        self.exec(cwd, &path, argv, &env)
    }

    pub(crate) fn sys_execveat(&mut self, a: Args) -> Ret {
        let mut path = self.path(a[1])?;
        if a[4] & !(AT_EMPTY_PATH | AT_SYMLINK_NOFOLLOW) != 0 {
            return Err(Errno::EINVAL.into());
        }
        let (argv, env) = (self.strings(a[2])?, self.strings(a[3])?);
        if path.is_empty() {
            if a[4] & AT_EMPTY_PATH == 0 {
                return Err(Errno::ENOENT.into());
            }
            self.file_id(a[0])?;
            path = format!("/proc/self/fd/{}", a[0] as u32).into_bytes();
        }
        let start = self.dir_at(a[0], &path)?;
        if a[4] & AT_SYMLINK_NOFOLLOW != 0 {
            let id = self.fs(|vfs, ctx| vfs.resolve(ctx, start, &path, false))?;
            if self.vfs.inode(id).is_symlink() {
                return Err(Errno::ELOOP.into());
            }
        }
        self.exec(start, &path, argv, &env)
    }

    /// A vector of strings ended by a null pointer; no vector at all is an empty one.
    fn strings(&mut self, at: u64) -> Result<Vec<Vec<u8>>, Errno> {
        const TOTAL: usize = 8 << 20;
        let mut out = Vec::new();
        let mut total = 0;
        if at == 0 {
            return Ok(out);
        }
        loop {
            let p = self.get_u64(at.wrapping_add(8 * out.len() as u64))?;
            if p == 0 {
                return Ok(out);
            }
            let s = self.c_string(p, 131_072, Errno::E2BIG)?;
            total += s.len() + 9;
            if total > TOTAL {
                return Err(Errno::E2BIG);
            }
            out.push(s);
        }
    }

    pub(crate) fn sys_exit(&mut self, a: Args) -> Ret {
        self.exit_task((a[0] as u32 & 0xff) << 8);
        Err(Stop::Done)
    }

    pub(crate) fn sys_exit_group(&mut self, a: Args) -> Ret {
        let pid = self.task().pid;
        self.end_process(pid, (a[0] as u32 & 0xff) << 8);
        Err(Stop::Done)
    }

    // --- waiting ------------------------------------------------------------------------------

    pub(crate) fn sys_wait4(&mut self, a: Args) -> Ret {
        const CLONE_BITS: u64 = 0xe000_0000;
        if a[2] as u32 as u64 & !(WNOHANG | WUNTRACED | WCONTINUED | CLONE_BITS) != 0 {
            return Err(Errno::EINVAL.into());
        }
        let who = match a[0] as u32 as i32 {
            -1 => Who::Any,
            0 => Who::Group(self.process().pgid),
            i32::MIN => return Err(Errno::ESRCH.into()),
            n if n < 0 => Who::Group(n.unsigned_abs()),
            n => Who::Pid(n as Pid),
        };
        let Some(found) = self.wait_for(who, a[2] | WEXITED)? else { return Ok(0) };
        if a[1] != 0 {
            self.put_u32(a[1], found.status)?;
        }
        if a[3] != 0 {
            let used =
                self.procs.get(&found.pid).map_or(0, |p| p.instructions + p.child_instructions);
            self.put_rusage(a[3], used)?;
        }
        if found.dead {
            self.reap(found.pid);
        }
        Ok(found.pid.into())
    }

    pub(crate) fn sys_waitid(&mut self, a: Args) -> Ret {
        let who = match a[0] as u32 {
            0 => Who::Any,
            1 => Who::Pid(a[1] as Pid),
            2 if a[1] as Pid == 0 => Who::Group(self.process().pgid),
            2 => Who::Group(a[1] as Pid),
            3 => {
                self.unsupported("waitid P_PIDFD");
                return Err(Errno::EBADF.into());
            }
            _ => return Err(Errno::EINVAL.into()),
        };
        let options = a[3];
        if options & (WEXITED | WUNTRACED | WCONTINUED) == 0
            || options & !(WNOHANG | WUNTRACED | WEXITED | WCONTINUED | WNOWAIT | 0xe000_0000) != 0
        {
            return Err(Errno::EINVAL.into());
        }
        let Some(found) = self.wait_for(who, options)? else {
            if a[2] != 0 {
                self.write_bytes(a[2], &[0; 128])?;
            }
            return Ok(0);
        };
        if a[2] != 0 {
            let (code, status) = wait_code(&found);
            let mut info =
                crate::signal::SigInfo::user(crate::signal::SIGCHLD, code, found.pid, found.uid);
            info.data[1] = u64::from(status);
            self.write_bytes(a[2], &info.to_bytes())?;
        }
        if a[4] != 0 {
            let used = self.procs.get(&found.pid).map_or(0, |p| p.instructions);
            self.put_rusage(a[4], used)?;
        }
        if found.dead && options & WNOWAIT == 0 {
            self.reap(found.pid);
        }
        Ok(0)
    }

    /// Finds a child with news, or waits for one.
    fn wait_for(&mut self, who: Who, options: u64) -> Result<Option<Found>, Stop> {
        let me = self.task().pid;
        let mut any = false;
        let mut found = None;
        for (pid, p) in &self.procs {
            let matches = match who {
                Who::Any => true,
                Who::Pid(n) => *pid == n,
                Who::Group(g) => p.pgid == g,
            };
            if p.ppid != me || !matches {
                continue;
            }
            any = true;
            let status = match (p.zombie, p.news) {
                (Some(status), _) if options & WEXITED != 0 => Some(status),
                (None, Some(0xffff)) if options & WCONTINUED != 0 => Some(0xffff),
                (None, Some(news)) if news != 0xffff && options & WUNTRACED != 0 => Some(news),
                _ => None,
            };
            if let Some(status) = status {
                let (uid, dead) = (p.creds.uid[0], p.zombie.is_some());
                found = Some(Found { pid: *pid, uid, status, dead });
                break;
            }
        }
        if let Some(found) = found {
            if !found.dead
                && options & WNOWAIT == 0
                && let Some(p) = self.procs.get_mut(&found.pid)
            {
                p.news = None;
            }
            return Ok(Some(found));
        }
        if !any {
            return Err(Errno::ECHILD.into());
        }
        if options & WNOHANG != 0 {
            return Ok(None);
        }
        Err(Stop::Wait(Wait::on(Key::Child(me))))
    }

    // --- numbers, groups, sessions ------------------------------------------------------------

    pub(crate) fn sys_getpid(&mut self, _: Args) -> Ret {
        Ok(self.task().pid.into())
    }

    pub(crate) fn sys_gettid(&mut self, _: Args) -> Ret {
        Ok(self.task().tid.into())
    }

    pub(crate) fn sys_getppid(&mut self, _: Args) -> Ret {
        Ok(self.process().ppid.into())
    }

    /// The process an argument names; 0 is the caller.
    fn named(&self, pid: u64) -> Result<Pid, Errno> {
        let pid = if pid as Pid == 0 { self.task().pid } else { pid as Pid };
        if self.procs.contains_key(&pid) { Ok(pid) } else { Err(Errno::ESRCH) }
    }

    pub(crate) fn sys_getpgid(&mut self, a: Args) -> Ret {
        Ok(self.procs[&self.named(a[0])?].pgid.into())
    }

    pub(crate) fn sys_getsid(&mut self, a: Args) -> Ret {
        Ok(self.procs[&self.named(a[0])?].sid.into())
    }

    pub(crate) fn sys_setpgid(&mut self, a: Args) -> Ret {
        if (a[1] as i32) < 0 {
            return Err(Errno::EINVAL.into());
        }
        let pid = self.named(a[0])?;
        let group = if a[1] as Pid == 0 { pid } else { a[1] as Pid };
        let (me, sid) = (self.task().pid, self.process().sid);
        let target = &self.procs[&pid];
        if pid != me && target.ppid != me {
            return Err(Errno::ESRCH.into());
        }
        if pid != me && target.execed {
            return Err(Errno::EACCES.into());
        }
        if target.sid == pid || target.sid != sid {
            return Err(Errno::EPERM.into());
        }
        if group != pid && !self.procs.values().any(|p| p.pgid == group && p.sid == sid) {
            return Err(Errno::EPERM.into());
        }
        if let Some(target) = self.procs.get_mut(&pid) {
            target.pgid = group;
        }
        Ok(0)
    }

    pub(crate) fn sys_setsid(&mut self, _: Args) -> Ret {
        let pid = self.task().pid;
        if self.procs.values().any(|p| p.pgid == pid) {
            return Err(Errno::EPERM.into());
        }
        let process = self.process_mut();
        (process.sid, process.pgid) = (pid, pid);
        Ok(pid.into())
    }

    pub(crate) fn sys_set_tid_address(&mut self, a: Args) -> Ret {
        self.task_mut().clear_tid = a[0];
        Ok(self.task().tid.into())
    }

    // --- limits and accounting ----------------------------------------------------------------

    pub(crate) fn sys_prlimit64(&mut self, a: Args) -> Ret {
        let pid = self.named(a[0])?;
        let index = a[1] as usize;
        if index >= 16 {
            return Err(Errno::EINVAL.into());
        }
        let old = self.procs[&pid].rlimits[index];
        if a[2] != 0 {
            let new = (self.get_u64(a[2])?, self.get_u64(a[2].wrapping_add(8))?);
            self.set_limit(pid, index, new)?;
        }
        if a[3] != 0 {
            self.put_u64(a[3], old.0)?;
            self.put_u64(a[3].wrapping_add(8), old.1)?;
        }
        Ok(0)
    }

    fn set_limit(&mut self, pid: Pid, index: usize, new: (u64, u64)) -> Result<(), Errno> {
        let root = self.process().creds.euid() == 0;
        let Some(process) = self.procs.get_mut(&pid) else { return Err(Errno::ESRCH) };
        if new.0 > new.1 {
            return Err(Errno::EINVAL);
        }
        if new.1 > process.rlimits[index].1 && !root {
            return Err(Errno::EPERM);
        }
        if index == crate::process::RLIMIT_NOFILE && new.1 > 1 << 20 {
            return Err(Errno::EPERM);
        }
        process.rlimits[index] = new;
        Ok(())
    }

    pub(crate) fn sys_getrlimit(&mut self, a: Args) -> Ret {
        self.sys_prlimit64([0, a[0], 0, a[1], 0, 0])
    }

    pub(crate) fn sys_setrlimit(&mut self, a: Args) -> Ret {
        if a[1] == 0 {
            return Err(Errno::EFAULT.into());
        }
        self.sys_prlimit64([0, a[0], a[1], 0, 0, 0])
    }

    /// Instructions of a whole process, living threads included.
    pub(crate) fn process_instructions(&self, pid: Pid) -> u64 {
        let Some(process) = self.procs.get(&pid) else { return 0 };
        let live = process.threads.iter().filter_map(|t| self.tasks.get(t));
        process.instructions + live.map(|t| t.instructions).sum::<u64>()
    }

    pub(crate) fn sys_getrusage(&mut self, a: Args) -> Ret {
        let used = match a[0] as u32 as i32 {
            0 => self.process_instructions(self.task().pid),
            1 => self.task().instructions,
            -1 => self.process().child_instructions,
            _ => return Err(Errno::EINVAL.into()),
        };
        self.put_rusage(a[1], used)?;
        Ok(0)
    }

    fn put_rusage(&mut self, at: u64, instructions: u64) -> Result<(), Errno> {
        let us = instructions / 1000;
        let mut words = [0_u64; 18];
        (words[0], words[1]) = (us / 1_000_000, us % 1_000_000);
        words[4] = self.budget.peak() * 4;
        let bytes: Vec<u8> = words.iter().flat_map(|w| w.to_le_bytes()).collect();
        self.write_bytes(at, &bytes)
    }

    pub(crate) fn sys_times(&mut self, a: Args) -> Ret {
        const NS_PER_TICK: u64 = 10_000_000;
        if a[0] != 0 {
            let own = self.process_instructions(self.task().pid) / NS_PER_TICK;
            let children = self.process().child_instructions / NS_PER_TICK;
            for (i, v) in [own, 0, children, 0].into_iter().enumerate() {
                self.put_u64(a[0].wrapping_add(8 * i as u64), v)?;
            }
        }
        Ok(self.clock.now() / NS_PER_TICK)
    }

    pub(crate) fn sys_prctl(&mut self, a: Args) -> Ret {
        match a[0] as u32 {
            1 if a[1] <= 64 => {
                self.process_mut().death_signal = a[1] as u32;
                Ok(0)
            }
            2 => {
                let signal = self.process().death_signal;
                self.put_u32(a[1], signal)?;
                Ok(0)
            }
            3 => Ok(self.process().dumpable.into()),
            4 if a[1] <= 1 => {
                self.process_mut().dumpable = a[1] as u32;
                Ok(0)
            }
            15 => {
                let mut name = self
                    .read_bytes(a[1], 16)
                    .or_else(|_| self.c_string(a[1], 16, Errno::EFAULT))?;
                let end = name.iter().position(|b| *b == 0).unwrap_or(15).min(15);
                name.truncate(end);
                self.task_mut().comm = String::from_utf8_lossy(&name).into_owned();
                Ok(0)
            }
            16 => {
                let mut name = self.task().comm.clone().into_bytes();
                name.resize(16, 0);
                self.write_bytes(a[1], &name)?;
                Ok(0)
            }
            // Capabilities: root has all, bounded by nothing.
            23 | 24 if a[1] <= 40 => Ok(1),
            29 | 30 => Ok(if a[0] == 30 { 50_000 } else { 0 }),
            36 => {
                self.process_mut().subreaper = a[1] != 0;
                Ok(0)
            }
            37 => {
                let on = u32::from(self.process().subreaper);
                self.put_u32(a[1], on)?;
                Ok(0)
            }
            38 if a[1] == 1 => {
                self.process_mut().no_new_privs = true;
                Ok(0)
            }
            39 => Ok(self.process().no_new_privs.into()),
            // PR_SET_VMA: names for anonymous memory, advice only.
            0x5356_4d41 => Ok(0),
            option => {
                self.unsupported(format!("prctl {option}"));
                Err(Errno::EINVAL.into())
            }
        }
    }
}

/// `si_code` and `si_status` for a wait status.
fn wait_code(found: &Found) -> (i32, u32) {
    let status = found.status;
    match status {
        0xffff => (6, crate::signal::SIGCONT),
        _ if !found.dead => (5, status >> 8 & 0xff),
        _ if status & 0x7f == 0 => (1, status >> 8 & 0xff),
        _ => (2, status & 0x7f),
    }
}
