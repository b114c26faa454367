//! Futexes and robust lists.

use crate::errno::Errno;
use crate::process::{Key, Pid, Restart, Space, Wait};
use crate::slab::Id;
use crate::system::{Ret, Stop, System};
use crate::table::Args;
use ncpu_mem::Backing;

const FUTEX_WAITERS: u32 = 0x8000_0000;
const FUTEX_OWNER_DIED: u32 = 0x4000_0000;
const FUTEX_TID_MASK: u32 = 0x3fff_ffff;
/// Longest robust list that is walked.
const ROBUST_LIMIT: u32 = 2048;

impl System {
    /// Names a futex word: by object in shared mappings, else by address space.
    fn futex_key(&self, space: Id<Space>, addr: u64) -> Key {
        if let Some(region) = self.spaces[space].mem.region(addr)
            && region.shared
            && let Backing::Object { source, first } = &region.backing
        {
            let object = std::sync::Arc::as_ptr(source).cast::<u8>() as usize as u64;
            return Key::Futex(object, first * 4096 + (addr - region.start));
        }
        Key::Futex(space.number().into(), addr)
    }

    pub(crate) fn sys_futex(&mut self, a: Args) -> Ret {
        const PRIVATE: u64 = 128;
        const CLOCK_REALTIME: u64 = 256;
        let operation = a[1] & 0xffff_ffff & !(PRIVATE | CLOCK_REALTIME);
        if a[0] % 4 != 0 {
            return Err(Errno::EINVAL.into());
        }
        let space = self.task().space;
        match operation {
            0 => self.futex_wait(a, u32::MAX, false, false),
            9 => self.futex_wait(a, a[5] as u32, true, a[1] & CLOCK_REALTIME != 0),
            1 => Ok(self.futex_wake_in(space, a[0], a[2] as u32, u32::MAX)),
            10 => Ok(self.futex_wake_in(space, a[0], a[2] as u32, a[5] as u32)),
            3 => self.futex_requeue(a, None),
            4 => self.futex_requeue(a, Some(a[5] as u32)),
            5 => self.futex_wake_op(a),
            operation => {
                self.unsupported(format!("futex operation {operation}"));
                Err(Errno::ENOSYS.into())
            }
        }
    }

    fn futex_wait(&mut self, a: Args, mask: u32, absolute: bool, real: bool) -> Ret {
        if self.call().woken {
            return Ok(0);
        }
        if mask == 0 {
            return Err(Errno::EINVAL.into());
        }
        let mut timeout = if a[3] == 0 { None } else { Some(self.get_timespec(a[3])?) };
        if absolute {
            let now = if real { self.clock.wall_ns().max(0) as u64 } else { self.clock.now() };
            timeout = timeout.map(|t| t.saturating_sub(now));
        }
        let first = self.call().wait.is_none();
        let deadline = self.deadline(timeout);
        if first && self.get_u32(a[0])? != a[2] as u32 {
            return Err(Errno::EAGAIN.into());
        }
        if deadline.is_some_and(|d| self.clock.now() >= d) {
            return Err(Errno::ETIMEDOUT.into());
        }
        let key = self.futex_key(self.task().space, a[0]);
        self.call().done = 0;
        let restart = if a[3] == 0 { Restart::Auto } else { Restart::Never };
        self.call().futex_mask = mask;
        Err(Stop::Wait(Wait { keys: vec![key], until: deadline, restart, remaining: None }))
    }

    /// Tasks that wait on a futex, in order of their numbers.
    fn futex_waiters(&self, key: Key, mask: u32) -> Vec<Pid> {
        let waits = |t: &&crate::process::Task| {
            t.call.as_ref().is_some_and(|c| {
                !c.woken
                    && c.futex_mask & mask != 0
                    && c.wait.as_ref().is_some_and(|w| w.keys.contains(&key))
            })
        };
        let mut found: Vec<(u64, Pid)> = self
            .tasks
            .values()
            .filter(waits)
            .map(|t| (t.call.as_ref().map_or(0, |c| c.since), t.tid))
            .collect();
        found.sort_unstable();
        found.into_iter().map(|f| f.1).collect()
    }

    /// Wakes up to `count` waiters; returns how many.
    pub(crate) fn futex_wake_in(
        &mut self,
        space: Id<Space>,
        addr: u64,
        count: u32,
        mask: u32,
    ) -> u64 {
        let key = self.futex_key(space, addr);
        let woken: Vec<Pid> =
            self.futex_waiters(key, mask).into_iter().take(count as usize).collect();
        for tid in &woken {
            self.futex_choose(*tid);
        }
        woken.len() as u64
    }

    fn futex_choose(&mut self, tid: Pid) {
        if let Some(call) = self.tasks.get_mut(&tid).and_then(|t| t.call.as_mut()) {
            call.woken = true;
        }
        self.wake_task(tid);
    }

    fn futex_requeue(&mut self, a: Args, expected: Option<u32>) -> Ret {
        let (wake, requeue) = (a[2] as i32, a[3] as i32);
        if wake < 0 || requeue < 0 {
            return Err(Errno::EINVAL.into());
        }
        if let Some(expected) = expected
            && self.get_u32(a[0])? != expected
        {
            return Err(Errno::EAGAIN.into());
        }
        let space = self.task().space;
        let woken = self.futex_wake_in(space, a[0], wake as u32, u32::MAX);
        let (from, to) = (self.futex_key(space, a[0]), self.futex_key(space, a[4]));
        let moved: Vec<Pid> =
            self.futex_waiters(from, u32::MAX).into_iter().take(requeue as usize).collect();
        for tid in &moved {
            let call = self.tasks.get_mut(tid).and_then(|t| t.call.as_mut());
            if let Some(wait) = call.and_then(|c| c.wait.as_mut()) {
                wait.keys = vec![to];
            }
        }
        Ok(woken + moved.len() as u64)
    }

    fn futex_wake_op(&mut self, a: Args) -> Ret {
        let code = a[5] as u32;
        let old = self.get_u32(a[4])?;
        let mut operand = (code << 8) as i32 >> 20;
        if code & 0x8000_0000 != 0 {
            operand = 1_i32.wrapping_shl(operand as u32 & 31);
        }
        let operand = operand as u32;
        let new = match code >> 28 & 7 {
            0 => operand,
            1 => old.wrapping_add(operand),
            2 => old | operand,
            3 => old & !operand,
            4 => old ^ operand,
            _ => return Err(Errno::ENOSYS.into()),
        };
        self.put_u32(a[4], new)?;
        let (value, against) = (old as i32, (code << 20) as i32 >> 20);
        let also = match code >> 24 & 15 {
            0 => value == against,
            1 => value != against,
            2 => value < against,
            3 => value <= against,
            4 => value > against,
            5 => value >= against,
            _ => return Err(Errno::ENOSYS.into()),
        };
        let space = self.task().space;
        let mut woken = self.futex_wake_in(space, a[0], a[2] as u32, u32::MAX);
        if also {
            woken += self.futex_wake_in(space, a[4], a[3] as u32, u32::MAX);
        }
        Ok(woken)
    }

    pub(crate) fn sys_set_robust_list(&mut self, a: Args) -> Ret {
        if a[1] != 24 {
            return Err(Errno::EINVAL.into());
        }
        self.task_mut().robust_list = a[0];
        Ok(0)
    }

    pub(crate) fn sys_get_robust_list(&mut self, a: Args) -> Ret {
        let tid = if a[0] == 0 { self.cur } else { a[0] as Pid };
        let head = self.tasks.get(&tid).ok_or(Errno::ESRCH)?.robust_list;
        self.put_u64(a[1], head)?;
        self.put_u64(a[2], 24)?;
        Ok(0)
    }

    /// Marks the locks a dying task holds and wakes one waiter of each. The list is the guest's:
    /// whatever cannot be read ends the walk.
    pub(crate) fn walk_robust_list(&mut self, tid: Pid) {
        let Some(task) = self.tasks.get_mut(&tid) else { return };
        let head = std::mem::take(&mut task.robust_list);
        let space = task.space;
        if head == 0 {
            return;
        }
        let load = |s: &mut Self, at: u64| s.spaces[space].mem.load::<u64>(at).ok();
        let (Some(offset), Some(pending)) =
            (load(self, head.wrapping_add(8)), load(self, head.wrapping_add(16)))
        else {
            return;
        };
        let mut entry = load(self, head);
        for _ in 0..ROBUST_LIMIT {
            let Some(at) = entry.filter(|e| *e & !1 != head & !1) else { break };
            let next = load(self, at & !1);
            if at & !1 != pending & !1 {
                self.owner_died(space, (at & !1).wrapping_add(offset), tid);
            }
            entry = next;
        }
        if pending & !1 != 0 {
            self.owner_died(space, (pending & !1).wrapping_add(offset), tid);
        }
    }

    fn owner_died(&mut self, space: Id<Space>, at: u64, tid: Pid) {
        if at % 4 != 0 {
            return;
        }
        let Ok(word) = self.spaces[space].mem.load::<u32>(at) else { return };
        if word & FUTEX_TID_MASK != tid {
            return;
        }
        let new = word & FUTEX_WAITERS | FUTEX_OWNER_DIED;
        if self.spaces[space].mem.store(at, new).is_ok() && word & FUTEX_WAITERS != 0 {
            self.futex_wake_in(space, at, 1, u32::MAX);
        }
    }
}
