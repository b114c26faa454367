//! The machine itself, randomness, and calls that always answer the same.

use crate::errno::Errno;
use crate::process::{Pid, Process};
use crate::system::{Ret, System};
use crate::table::Args;

/// What `uname` calls the kernel.
pub(crate) const RELEASE: &str = "6.1.0-ncpu";
/// Build of the kernel, as `uname -v` shows it.
pub(crate) const VERSION: &str = "#1 SMP PREEMPT_DYNAMIC nCPU";
/// Most bytes `getrandom` hands out at once.
const RANDOM_MAX: u64 = 1 << 25;

impl System {
    /// Accepted, and nothing to do.
    pub(crate) fn sys_zero(&mut self, _: Args) -> Ret {
        Ok(0)
    }

    /// What only the machine's owner may do.
    pub(crate) fn sys_not_permitted(&mut self, _: Args) -> Ret {
        let number = self.call().number;
        if let Some(row) = crate::table::lookup(number) {
            self.unsupported(row.name);
        }
        Err(Errno::EPERM.into())
    }

    pub(crate) fn sys_uname(&mut self, a: Args) -> Ret {
        let host = self.hostname.clone();
        let fields = ["Linux", &host, RELEASE, VERSION, "aarch64", "(none)"];
        let mut out = vec![0; 65 * fields.len()];
        for (i, field) in fields.iter().enumerate() {
            let n = field.len().min(64);
            out[65 * i..65 * i + n].copy_from_slice(&field.as_bytes()[..n]);
        }
        self.write_bytes(a[0], &out)?;
        Ok(0)
    }

    pub(crate) fn sys_sethostname(&mut self, a: Args) -> Ret {
        if self.process().creds.euid() != 0 {
            return Err(Errno::EPERM.into());
        }
        if a[1] > 64 {
            return Err(Errno::EINVAL.into());
        }
        let name = self.read_bytes(a[0], a[1] as usize)?;
        self.hostname = String::from_utf8_lossy(&name).into_owned();
        Ok(0)
    }

    pub(crate) fn sys_sysinfo(&mut self, a: Args) -> Ret {
        let page = ncpu_mem::PAGE_SIZE as u64;
        let (total, used) = (self.budget.limit() * page, self.budget.used() * page);
        let uptime = self.clock.now() / 1_000_000_000;
        let mut words = [0_u64; 14];
        words[0] = uptime;
        words[4] = total;
        words[5] = total.saturating_sub(used);
        words[10] = self.procs.len() as u64;
        // mem_unit, after two more longs (high memory) and the 16-bit process count.
        words[13] = 1;
        let bytes: Vec<u8> = words.iter().flat_map(|w| w.to_le_bytes()).collect();
        self.write_bytes(a[0], &bytes)?;
        Ok(0)
    }

    pub(crate) fn sys_getrandom(&mut self, a: Args) -> Ret {
        if a[2] & !7 != 0 || a[2] & 6 == 6 {
            return Err(Errno::EINVAL.into());
        }
        let n = a[1].min(RANDOM_MAX);
        self.check_range(a[0], n)?;
        let mut bytes = vec![0; n as usize];
        self.random.fill(&mut bytes);
        self.write_bytes(a[0], &bytes)?;
        Ok(n)
    }

    pub(crate) fn sys_personality(&mut self, a: Args) -> Ret {
        if a[0] as u32 != u32::MAX && a[0] as u32 != 0 {
            self.unsupported(format!("personality {:#x}", a[0]));
        }
        Ok(0)
    }

    pub(crate) fn sys_membarrier(&mut self, a: Args) -> Ret {
        // One task runs at a time: every barrier holds already.
        match a[0] as u32 {
            0 => Ok(0x7f),
            1 | 2 | 4 | 8 | 16 | 32 | 64 => Ok(0),
            _ => Err(Errno::EINVAL.into()),
        }
    }

    pub(crate) fn sys_restart_syscall(&mut self, _: Args) -> Ret {
        Err(Errno::EINTR.into())
    }

    // --- scheduling ---------------------------------------------------------------------------

    pub(crate) fn sys_sched_yield(&mut self, _: Args) -> Ret {
        self.yielding = true;
        Ok(0)
    }

    pub(crate) fn sys_sched_getaffinity(&mut self, a: Args) -> Ret {
        if a[1] < 8 || !a[1].is_multiple_of(8) {
            return Err(Errno::EINVAL.into());
        }
        self.put_u64(a[2], 1)?;
        Ok(8)
    }

    pub(crate) fn sys_sched_getparam(&mut self, a: Args) -> Ret {
        self.put_u32(a[1], 0)?;
        Ok(0)
    }

    pub(crate) fn sys_sched_setparam(&mut self, a: Args) -> Ret {
        if self.get_u32(a[1])? == 0 { Ok(0) } else { Err(Errno::EINVAL.into()) }
    }

    pub(crate) fn sys_sched_setscheduler(&mut self, a: Args) -> Ret {
        match a[1] as u32 {
            0 | 3 | 5 => Ok(0),
            1 | 2 => Err(Errno::EPERM.into()),
            _ => Err(Errno::EINVAL.into()),
        }
    }

    pub(crate) fn sys_sched_priority_max(&mut self, a: Args) -> Ret {
        match a[0] as u32 {
            0 | 3 | 5 => Ok(0),
            1 | 2 => Ok(99),
            _ => Err(Errno::EINVAL.into()),
        }
    }

    pub(crate) fn sys_sched_priority_min(&mut self, a: Args) -> Ret {
        match a[0] as u32 {
            0 | 3 | 5 => Ok(0),
            1 | 2 => Ok(1),
            _ => Err(Errno::EINVAL.into()),
        }
    }

    pub(crate) fn sys_sched_rr_get_interval(&mut self, a: Args) -> Ret {
        let quantum = self.config.quantum;
        self.put_timespec(a[1], quantum)?;
        Ok(0)
    }

    pub(crate) fn sys_getcpu(&mut self, a: Args) -> Ret {
        for at in &a[..2] {
            if *at != 0 {
                self.put_u32(*at, 0)?;
            }
        }
        Ok(0)
    }

    /// The highest priority of the processes that are meant, as 20 minus the nice value.
    pub(crate) fn sys_getpriority(&mut self, a: Args) -> Ret {
        let nice = self.meant(a)?.iter().map(|pid| self.procs[pid].nice).min();
        nice.map(|n| (20 - n) as u64).ok_or_else(|| Errno::ESRCH.into())
    }

    pub(crate) fn sys_setpriority(&mut self, a: Args) -> Ret {
        let nice = (a[2] as i32).clamp(-20, 19);
        let meant = self.meant(a)?;
        if meant.is_empty() {
            return Err(Errno::ESRCH.into());
        }
        let root = self.process().creds.euid() == 0;
        for pid in meant {
            let Some(process) = self.procs.get_mut(&pid) else { continue };
            if nice < process.nice && !root {
                return Err(Errno::EACCES.into());
            }
            process.nice = nice;
        }
        Ok(0)
    }

    /// The processes that `which` and `who` of the priority calls mean.
    fn meant(&self, a: Args) -> Result<Vec<Pid>, Errno> {
        let (who, me) = (a[1] as u32, self.process());
        let chosen = |p: &Process| match a[0] {
            0 => p.pid == if who == 0 { me.pid } else { who as Pid },
            1 => p.pgid == if who == 0 { me.pgid } else { who as Pid },
            _ => p.creds.uid[0] == if who == 0 { me.creds.uid[0] } else { who },
        };
        if a[0] > 2 {
            return Err(Errno::EINVAL);
        }
        Ok(self.procs.values().filter(|p| chosen(p)).map(|p| p.pid).collect())
    }
}
