//! Signals: actions, masks, sending and waiting.

use crate::errno::Errno;
use crate::process::{AltStack, Pid, Restart, Wait};
use crate::signal::{
    Action, NSIG, SI_TKILL, SI_USER, SIGCONT, SIGKILL, SIGSTOP, SS_DISABLE, SS_ONSTACK, SigInfo,
    UNMASKABLE,
};
use crate::system::{Ret, Stop, System};
use crate::table::Args;

impl System {
    fn check_signal(signo: u64) -> Result<u32, Errno> {
        let signo = signo as u32;
        if signo <= NSIG { Ok(signo) } else { Err(Errno::EINVAL) }
    }

    pub(crate) fn sys_rt_sigaction(&mut self, a: Args) -> Ret {
        let signo = Self::check_signal(a[0])?;
        if signo == 0 || a[3] != 8 {
            return Err(Errno::EINVAL.into());
        }
        let id = self.task().actions;
        let old = self.actions[id].0[signo as usize];
        if a[1] != 0 {
            if signo == SIGKILL || signo == SIGSTOP {
                return Err(Errno::EINVAL.into());
            }
            let action = Action {
                handler: self.get_u64(a[1])?,
                flags: self.get_u64(a[1].wrapping_add(8))?,
                restorer: self.get_u64(a[1].wrapping_add(16))?,
                mask: self.get_u64(a[1].wrapping_add(24))? & !UNMASKABLE,
            };
            self.actions[id].0[signo as usize] = action;
            self.drop_ignored(signo, action.handler);
        }
        if a[2] != 0 {
            let words = [old.handler, old.flags, old.restorer, old.mask];
            for (i, w) in words.into_iter().enumerate() {
                self.put_u64(a[2].wrapping_add(8 * i as u64), w)?;
            }
        }
        Ok(0)
    }

    /// Ignoring a signal throws away what is queued of it.
    fn drop_ignored(&mut self, signo: u32, handler: u64) {
        let ignored_by_default = matches!(signo, 17 | 18 | 23 | 28);
        if handler == 1 || handler == 0 && ignored_by_default {
            self.process_mut().pending.retain(|s| s.signo != signo);
            for tid in self.process().threads.clone() {
                if let Some(task) = self.tasks.get_mut(&tid) {
                    task.pending.retain(|s| s.signo != signo);
                }
            }
        }
    }

    pub(crate) fn sys_rt_sigprocmask(&mut self, a: Args) -> Ret {
        if a[3] != 8 {
            return Err(Errno::EINVAL.into());
        }
        let old = self.task().mask;
        if a[1] != 0 {
            let set = self.get_u64(a[1])? & !UNMASKABLE;
            let mask = match a[0] as u32 {
                0 => old | set,
                1 => old & !set,
                2 => set,
                _ => return Err(Errno::EINVAL.into()),
            };
            self.task_mut().mask = mask;
        }
        if a[2] != 0 {
            self.put_u64(a[2], old)?;
        }
        Ok(0)
    }

    pub(crate) fn sys_rt_sigpending(&mut self, a: Args) -> Ret {
        if a[1] > 8 {
            return Err(Errno::EINVAL.into());
        }
        let pending = self.pending_mask(self.cur) & self.task().mask;
        self.write_bytes(a[0], &pending.to_le_bytes()[..a[1] as usize])?;
        Ok(0)
    }

    /// Puts a mask in place for the length of a call.
    pub(crate) fn mask_for_call(&mut self, at: u64, size: u64) -> Result<(), Errno> {
        if at == 0 || self.task().saved_mask.is_some() {
            return Ok(());
        }
        if size != 8 {
            return Err(Errno::EINVAL);
        }
        let mask = self.get_u64(at)? & !UNMASKABLE;
        let task = self.task_mut();
        task.saved_mask = Some(std::mem::replace(&mut task.mask, mask));
        Ok(())
    }

    pub(crate) fn sys_rt_sigsuspend(&mut self, a: Args) -> Ret {
        if a[1] != 8 {
            return Err(Errno::EINVAL.into());
        }
        self.mask_for_call(a[0], 8)?;
        if self.pending_mask(self.cur) & !self.task().mask != 0 && self.call().wait.is_none() {
            // Something is deliverable under the new mask: park for a moment, and it comes.
            let now = self.clock.now();
            return Err(Stop::Wait(Wait::until(Some(now))));
        }
        Err(Stop::Wait(Wait::until(None)))
    }

    pub(crate) fn sys_rt_sigtimedwait(&mut self, a: Args) -> Ret {
        if a[3] != 8 {
            return Err(Errno::EINVAL.into());
        }
        let set = self.get_u64(a[0])? & !UNMASKABLE;
        let timeout = if a[2] == 0 { None } else { Some(self.get_timespec(a[2])?) };
        let deadline = self.deadline(timeout);
        if let Some(info) = self.take_signal(set) {
            if a[1] != 0 {
                self.write_bytes(a[1], &info.to_bytes())?;
            }
            return Ok(info.signo.into());
        }
        if deadline.is_some_and(|d| self.clock.now() >= d) {
            return Err(Errno::EAGAIN.into());
        }
        self.call().sigwait = set;
        Err(Stop::Wait(Wait { restart: Restart::Never, ..Wait::until(deadline) }))
    }

    pub(crate) fn sys_rt_sigreturn(&mut self, _: Args) -> Ret {
        if self.pop_frame().is_err() {
            self.force_signal(SigInfo::kernel(crate::signal::SIGSEGV));
        }
        Err(Stop::Done)
    }

    pub(crate) fn sys_sigaltstack(&mut self, a: Args) -> Ret {
        let old = self.task().altstack;
        let sp = self.task().vcpu.sp();
        let inside = old.size > 0 && sp > old.sp && sp - old.sp <= old.size;
        if a[0] != 0 {
            if inside {
                return Err(Errno::EPERM.into());
            }
            let new = AltStack {
                sp: self.get_u64(a[0])?,
                flags: self.get_u32(a[0].wrapping_add(8))?,
                size: self.get_u64(a[0].wrapping_add(16))?,
            };
            const AUTODISARM: u32 = 1 << 31;
            if new.flags & !(SS_ONSTACK | SS_DISABLE | AUTODISARM) != 0 {
                return Err(Errno::EINVAL.into());
            }
            let disable = new.flags & SS_DISABLE != 0;
            if !disable && new.size < 5120 {
                return Err(Errno::ENOMEM.into());
            }
            self.task_mut().altstack = if disable {
                AltStack { flags: SS_DISABLE, ..AltStack::default() }
            } else {
                AltStack { flags: new.flags & AUTODISARM, ..new }
            };
        }
        if a[1] != 0 {
            let flags = match old {
                o if o.size == 0 => SS_DISABLE,
                o if inside => o.flags | SS_ONSTACK,
                o => o.flags,
            };
            self.put_u64(a[1], old.sp)?;
            self.put_u64(a[1].wrapping_add(8), flags.into())?;
            self.put_u64(a[1].wrapping_add(16), old.size)?;
        }
        Ok(0)
    }

    // --- sending ------------------------------------------------------------------------------

    /// May the caller send this signal there?
    fn may_signal(&self, pid: Pid, signo: u32) -> bool {
        let (me, target) = (self.process(), &self.procs[&pid]);
        let (euid, uid) = (me.creds.uid[1], me.creds.uid[0]);
        euid == 0
            || [euid, uid].iter().any(|u| *u == target.creds.uid[0] || *u == target.creds.uid[2])
            || signo == SIGCONT && me.sid == target.sid
    }

    fn own_info(&self, signo: u32, code: i32) -> SigInfo {
        SigInfo::user(signo, code, self.task().pid, self.process().creds.uid[0])
    }

    pub(crate) fn sys_kill(&mut self, a: Args) -> Ret {
        let signo = Self::check_signal(a[1])?;
        let me = self.task().pid;
        let group = self.process().pgid;
        let targets: Vec<Pid> = match a[0] as u32 as i32 {
            0 => self.members(group),
            -1 => self.procs.keys().copied().filter(|p| *p != me).collect(),
            n if n < 0 => self.members(n.unsigned_abs()),
            n => self.thread_group(n as Pid).into_iter().collect(),
        };
        if targets.is_empty() {
            return Err(Errno::ESRCH.into());
        }
        let allowed: Vec<Pid> =
            targets.into_iter().filter(|p| self.may_signal(*p, signo)).collect();
        if allowed.is_empty() {
            return Err(Errno::EPERM.into());
        }
        if signo != 0 {
            let info = self.own_info(signo, SI_USER);
            for pid in allowed {
                self.signal_process(pid, info);
            }
        }
        Ok(0)
    }

    /// The process that a process or thread number belongs to.
    fn thread_group(&self, id: Pid) -> Option<Pid> {
        if self.procs.contains_key(&id) {
            return Some(id);
        }
        self.tasks.get(&id).map(|t| t.pid)
    }

    pub(crate) fn members(&self, group: Pid) -> Vec<Pid> {
        self.procs.values().filter(|p| p.pgid == group).map(|p| p.pid).collect()
    }

    pub(crate) fn sys_tkill(&mut self, a: Args) -> Ret {
        let info = self.own_info(Self::check_signal(a[1])?, SI_TKILL);
        self.send_to_thread(None, a[0], info)
    }

    pub(crate) fn sys_tgkill(&mut self, a: Args) -> Ret {
        if (a[0] as i32) <= 0 {
            return Err(Errno::EINVAL.into());
        }
        let info = self.own_info(Self::check_signal(a[2])?, SI_TKILL);
        self.send_to_thread(Some(a[0] as Pid), a[1], info)
    }

    fn send_to_thread(&mut self, group: Option<Pid>, tid: u64, info: SigInfo) -> Ret {
        if (tid as i32) <= 0 {
            return Err(Errno::EINVAL.into());
        }
        let tid = tid as Pid;
        let task = self.tasks.get(&tid).filter(|t| group.is_none_or(|g| t.pid == g));
        let Some(pid) = task.map(|t| t.pid) else {
            // A dead leader still has its number.
            return match self.procs.get(&tid) {
                Some(p) if p.zombie.is_some() && group.is_none_or(|g| g == tid) => Ok(0),
                _ => Err(Errno::ESRCH.into()),
            };
        };
        if !self.may_signal(pid, info.signo) {
            return Err(Errno::EPERM.into());
        }
        if info.signo != 0 {
            self.signal_task(tid, info);
        }
        Ok(0)
    }

    fn queued_info(&mut self, signo: u64, at: u64, target: Pid) -> Result<SigInfo, Errno> {
        let signo = Self::check_signal(signo)?;
        let bytes = self.read_bytes(at, 128)?;
        let info = SigInfo::from_bytes(signo, &bytes);
        if (info.code >= 0 || info.code == SI_TKILL) && target != self.task().pid {
            return Err(Errno::EPERM);
        }
        Ok(info)
    }

    pub(crate) fn sys_rt_sigqueueinfo(&mut self, a: Args) -> Ret {
        let pid = a[0] as Pid;
        let info = self.queued_info(a[1], a[2], pid)?;
        let pid = self.thread_group(pid).ok_or(Errno::ESRCH)?;
        if !self.may_signal(pid, info.signo) {
            return Err(Errno::EPERM.into());
        }
        if info.signo != 0 {
            self.signal_process(pid, info);
        }
        Ok(0)
    }

    pub(crate) fn sys_rt_tgsigqueueinfo(&mut self, a: Args) -> Ret {
        let info = self.queued_info(a[2], a[3], a[0] as Pid)?;
        self.send_to_thread(Some(a[0] as Pid), a[1], info)
    }
}
