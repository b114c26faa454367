//! Clocks, sleeps and timers.

use crate::errno::Errno;
use crate::process::{Pid, PosixTimer, Restart, Timer, Wait};
use crate::signal::{SI_KERNEL, SI_TIMER, SIGALRM, SIGPROF, SIGVTALRM, SigInfo};
use crate::system::{Ret, Stop, System};
use crate::table::Args;

const SECOND: u64 = 1_000_000_000;
const TIMERS_MAX: usize = 256;

impl System {
    /// A `struct timespec` as nanoseconds.
    pub(crate) fn get_timespec(&mut self, at: u64) -> Result<u64, Errno> {
        let (sec, nsec) = (self.get_u64(at)? as i64, self.get_u64(at.wrapping_add(8))?);
        if sec < 0 || nsec >= SECOND {
            return Err(Errno::EINVAL);
        }
        Ok((sec as u64).saturating_mul(SECOND).saturating_add(nsec))
    }

    pub(crate) fn put_timespec(&mut self, at: u64, ns: u64) -> Result<(), Errno> {
        self.put_u64(at, ns / SECOND)?;
        self.put_u64(at.wrapping_add(8), ns % SECOND)
    }

    /// What a clock shows, in nanoseconds.
    fn read_clock(&self, clock: u64) -> Result<u64, Errno> {
        match clock as u32 as i32 {
            // REALTIME, REALTIME_COARSE, REALTIME_ALARM, TAI
            0 | 5 | 8 | 11 => Ok(self.clock.wall_ns().max(0) as u64),
            // MONOTONIC, its raw and coarse forms, BOOTTIME and its alarm form
            1 | 4 | 6 | 7 | 9 => Ok(self.clock.now()),
            2 => Ok(self.process_instructions(self.task().pid)),
            3 => Ok(self.task().instructions),
            // Another process's or thread's CPU clock: its number in the high bits, inverted.
            n if n < 0 => {
                let pid = !(n >> 3) as Pid;
                let pid = if pid == 0 { self.task().pid } else { pid };
                match (n & 4 != 0, self.tasks.get(&pid)) {
                    (true, Some(task)) => Ok(task.instructions),
                    (false, _) if self.procs.contains_key(&pid) => {
                        Ok(self.process_instructions(pid))
                    }
                    _ => Err(Errno::EINVAL),
                }
            }
            _ => Err(Errno::EINVAL),
        }
    }

    pub(crate) fn sys_clock_gettime(&mut self, a: Args) -> Ret {
        let host = self.host.as_mut();
        self.clock.update(host);
        let ns = self.read_clock(a[0])?;
        self.put_timespec(a[1], ns)?;
        Ok(0)
    }

    pub(crate) fn sys_clock_getres(&mut self, a: Args) -> Ret {
        self.read_clock(a[0])?;
        if a[1] != 0 {
            self.put_timespec(a[1], if matches!(a[0], 5 | 6) { 4_000_000 } else { 1 })?;
        }
        Ok(0)
    }

    pub(crate) fn sys_gettimeofday(&mut self, a: Args) -> Ret {
        let host = self.host.as_mut();
        self.clock.update(host);
        let ns = self.clock.wall_ns().max(0) as u64;
        if a[0] != 0 {
            self.put_u64(a[0], ns / SECOND)?;
            self.put_u64(a[0].wrapping_add(8), ns % SECOND / 1000)?;
        }
        if a[1] != 0 {
            self.put_u64(a[1], 0)?;
        }
        Ok(0)
    }

    pub(crate) fn sys_nanosleep(&mut self, a: Args) -> Ret {
        let span = self.get_timespec(a[0])?;
        self.sleep(span, a[1])
    }

    fn sleep(&mut self, span: u64, remaining: u64) -> Ret {
        let deadline = self.deadline(Some(span));
        self.sleep_until(deadline.unwrap_or(0), (remaining != 0).then_some(remaining))
    }

    fn sleep_until(&mut self, at: u64, remaining: Option<u64>) -> Ret {
        if self.clock.now() >= at {
            return Ok(0);
        }
        Err(Stop::Wait(Wait {
            keys: Vec::new(),
            until: Some(at),
            restart: Restart::Never,
            remaining,
        }))
    }

    pub(crate) fn sys_clock_nanosleep(&mut self, a: Args) -> Ret {
        const TIMER_ABSTIME: u64 = 1;
        if !matches!(a[0] as u32, 0 | 1 | 2 | 7 | 11) {
            return Err(Errno::EINVAL.into());
        }
        let span = self.get_timespec(a[2])?;
        if a[1] & TIMER_ABSTIME == 0 {
            return self.sleep(span, a[3]);
        }
        let ahead = span.saturating_sub(self.read_clock(a[0])?);
        let deadline = self.deadline(Some(ahead));
        self.sleep_until(deadline.unwrap_or(0), None)
    }

    // --- interval timers ----------------------------------------------------------------------

    fn interval_timer(&mut self, which: u64) -> Result<(&mut Timer, u64), Errno> {
        let used = self.process_instructions(self.task().pid);
        let now = self.clock.now();
        let process = self.process_mut();
        match which {
            0 => Ok((&mut process.real_timer, now)),
            1 | 2 => Ok((&mut process.cpu_timers[which as usize - 1], used)),
            _ => Err(Errno::EINVAL),
        }
    }

    pub(crate) fn sys_getitimer(&mut self, a: Args) -> Ret {
        let (timer, now) = self.interval_timer(a[0])?;
        let (timer, now) = (*timer, now);
        self.put_itimer(a[1], timer, now)
    }

    fn put_itimer(&mut self, at: u64, timer: Timer, now: u64) -> Ret {
        // A timer that is about to fire shows at least a microsecond.
        let left = if timer.at == 0 { 0 } else { timer.at.saturating_sub(now).max(1000) };
        for (i, ns) in [timer.every, left].into_iter().enumerate() {
            self.put_u64(at.wrapping_add(16 * i as u64), ns / SECOND)?;
            self.put_u64(at.wrapping_add(16 * i as u64 + 8), ns % SECOND / 1000)?;
        }
        Ok(0)
    }

    pub(crate) fn sys_setitimer(&mut self, a: Args) -> Ret {
        let mut new = [0; 2];
        if a[1] != 0 {
            for (i, slot) in new.iter_mut().enumerate() {
                let base = a[1].wrapping_add(16 * i as u64);
                let (sec, us) = (self.get_u64(base)?, self.get_u64(base.wrapping_add(8))?);
                if us >= 1_000_000 || (sec as i64) < 0 {
                    return Err(Errno::EINVAL.into());
                }
                *slot = sec.saturating_mul(SECOND).saturating_add(us * 1000);
            }
        }
        let (timer, now) = self.interval_timer(a[0])?;
        let old = *timer;
        let at = if new[1] == 0 { 0 } else { now.saturating_add(new[1]) };
        *timer = Timer { at, every: new[0] };
        if at != 0 {
            // A CPU timer's time runs at most as fast as the clock.
            let wall = self.clock.now();
            self.note_timer(wall.saturating_add(new[1]));
        }
        if a[2] != 0 {
            return self.put_itimer(a[2], old, now);
        }
        Ok(0)
    }

    // --- POSIX timers -------------------------------------------------------------------------

    pub(crate) fn sys_timer_create(&mut self, a: Args) -> Ret {
        const SIGEV_SIGNAL: u32 = 0;
        const SIGEV_NONE: u32 = 1;
        const SIGEV_THREAD_ID: u32 = 4;
        self.read_clock(a[0])?;
        let id = self.process().timers.iter().position(Option::is_none);
        let id = id.unwrap_or(self.process().timers.len());
        if id >= TIMERS_MAX {
            return Err(Errno::EAGAIN.into());
        }
        let (mut signal, mut value, mut target) = (SIGALRM, id as u64, None);
        if a[1] != 0 {
            value = self.get_u64(a[1])?;
            signal = self.get_u32(a[1].wrapping_add(8))?;
            match self.get_u32(a[1].wrapping_add(12))? {
                SIGEV_SIGNAL => {}
                SIGEV_NONE => signal = 0,
                SIGEV_THREAD_ID => target = Some(self.get_u32(a[1].wrapping_add(16))?),
                _ => return Err(Errno::EINVAL.into()),
            }
            if signal > crate::signal::NSIG {
                return Err(Errno::EINVAL.into());
            }
        }
        self.put_u32(a[2], id as u32)?;
        let clock = a[0] as u32;
        let timer =
            PosixTimer { timer: Timer::default(), signal, value, clock, target, overrun: 0 };
        let timers = &mut self.process_mut().timers;
        if id == timers.len() {
            timers.push(Some(timer));
        } else {
            timers[id] = Some(timer);
        }
        Ok(0)
    }

    fn posix_timer(&mut self, id: u64) -> Result<&mut PosixTimer, Errno> {
        let slot = self.process_mut().timers.get_mut(id as u32 as usize);
        slot.and_then(Option::as_mut).ok_or(Errno::EINVAL)
    }

    /// The monotonic time at which a timer's clock shows `at`: CPU clocks are taken to run along.
    fn timer_now(&self, clock: u32) -> u64 {
        self.read_clock(clock.into()).unwrap_or_else(|_| self.clock.now())
    }

    pub(crate) fn sys_timer_settime(&mut self, a: Args) -> Ret {
        const TIMER_ABSTIME: u64 = 1;
        let (every, value) = (self.get_timespec(a[2])?, self.get_timespec(a[2].wrapping_add(16))?);
        let timer = self.posix_timer(a[0])?.clone();
        let (shown, now) = (self.timer_now(timer.clock), self.clock.now());
        let at = match value {
            0 => 0,
            v if a[1] & TIMER_ABSTIME != 0 => now.saturating_add(v.saturating_sub(shown)).max(1),
            v => now.saturating_add(v),
        };
        let slot = self.posix_timer(a[0])?;
        slot.timer = Timer { at, every };
        slot.overrun = 0;
        if at != 0 {
            self.note_timer(at);
        }
        if a[3] != 0 {
            self.put_timer(a[3], timer.timer)?;
        }
        Ok(0)
    }

    fn put_timer(&mut self, at: u64, timer: Timer) -> Ret {
        let left = if timer.at == 0 { 0 } else { timer.at.saturating_sub(self.clock.now()).max(1) };
        self.put_timespec(at, timer.every)?;
        self.put_timespec(at.wrapping_add(16), left)?;
        Ok(0)
    }

    pub(crate) fn sys_timer_gettime(&mut self, a: Args) -> Ret {
        let timer = self.posix_timer(a[0])?.timer;
        self.put_timer(a[1], timer)
    }

    pub(crate) fn sys_timer_getoverrun(&mut self, a: Args) -> Ret {
        Ok(self.posix_timer(a[0])?.overrun.into())
    }

    pub(crate) fn sys_timer_delete(&mut self, a: Args) -> Ret {
        self.posix_timer(a[0])?;
        self.process_mut().timers[a[0] as u32 as usize] = None;
        Ok(0)
    }

    /// Fires the timers that are due; returns when the next one is.
    pub(crate) fn expire_process_timers(&mut self, now: u64) -> u64 {
        let mut next = u64::MAX;
        let pids: Vec<Pid> = self.procs.keys().copied().collect();
        for pid in pids {
            let used = self.process_instructions(pid);
            let Some(process) = self.procs.get_mut(&pid) else { continue };
            let mut fired: Vec<(Option<Pid>, SigInfo)> = Vec::new();
            if fire(&mut process.real_timer, now) > 0 {
                fired.push((None, SigInfo::kernel(SIGALRM)));
            }
            next = next.min(due(process.real_timer));
            for (i, signal) in [SIGVTALRM, SIGPROF].into_iter().enumerate() {
                let timer = &mut process.cpu_timers[i];
                if fire(timer, used) > 0 {
                    fired.push((None, SigInfo { code: SI_KERNEL, ..SigInfo::kernel(signal) }));
                }
                if timer.at != 0 {
                    next = next.min(now.saturating_add(timer.at.saturating_sub(used)));
                }
            }
            for (id, slot) in process.timers.iter_mut().enumerate() {
                let Some(t) = slot else { continue };
                let times = fire(&mut t.timer, now);
                if times > 0 {
                    t.overrun = (times - 1).min(i32::MAX as u64) as u32;
                    if t.signal != 0 {
                        let data = [id as u64 | u64::from(t.overrun) << 32, t.value, 0, 0];
                        let info = SigInfo { signo: t.signal, code: SI_TIMER, data };
                        fired.push((t.target, info));
                    }
                }
                next = next.min(due(t.timer));
            }
            for (target, info) in fired {
                match target {
                    Some(tid) => self.signal_task(tid, info),
                    None => self.signal_process(pid, info),
                }
            }
        }
        next
    }
}

fn due(timer: Timer) -> u64 {
    if timer.at == 0 { u64::MAX } else { timer.at }
}

/// How often a timer has expired by `now`; sets its next expiry.
fn fire(timer: &mut Timer, now: u64) -> u64 {
    if timer.at == 0 || timer.at > now {
        return 0;
    }
    if timer.every == 0 {
        timer.at = 0;
        return 1;
    }
    let times = (now - timer.at) / timer.every + 1;
    timer.at = timer.at.saturating_add(times * timer.every);
    times
}
