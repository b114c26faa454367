//! What the files of `/proc` say.

use crate::errno::Errno;
use crate::process::{Pid, State};
use crate::syscalls::misc::{RELEASE, VERSION};
use crate::system::System;
use crate::vfs::proc::ProcNode;
use std::fmt::Write;

const TICKS: u64 = 10_000_000;

impl System {
    /// The text of a `/proc` file now.
    pub(crate) fn render_proc(&mut self, node: &ProcNode) -> Result<Vec<u8>, Errno> {
        match node {
            ProcNode::File(path) => Ok(self.render_global(path)),
            ProcNode::PidFile(pid, name) => {
                let pid = self.tasks.get(pid).map_or(*pid, |t| t.pid);
                if !self.procs.contains_key(&pid) {
                    return Err(Errno::ESRCH);
                }
                Ok(self.render_process(pid, name))
            }
            _ => Err(Errno::EINVAL),
        }
    }

    fn render_global(&mut self, path: &str) -> Vec<u8> {
        let ns = self.clock.now();
        let uptime = ns as f64 / 1e9;
        let text = match path {
            "meminfo" => self.meminfo(),
            "cpuinfo" => cpuinfo(self.config.hwcap),
            "uptime" => format!("{uptime:.2} {:.2}\n", 0.0),
            "loadavg" => {
                format!("0.00 0.00 0.00 1/{} {}\n", self.tasks.len(), self.next_pid - 1)
            }
            "version" => format!("Linux version {RELEASE} (ncpu) {VERSION}\n"),
            "filesystems" => "nodev\tproc\nnodev\ttmpfs\nnodev\tdevtmpfs\n".into(),
            "cmdline" => "\n".into(),
            "devices" => "Character devices:\n  1 mem\n  5 /dev/tty\n\nBlock devices:\n".into(),
            "partitions" => "major minor  #blocks  name\n\n".into(),
            "swaps" => "Filename\t\t\t\tType\t\tSize\t\tUsed\t\tPriority\n".into(),
            "stat" => {
                let t = ns / TICKS;
                format!(
                    "cpu  {t} 0 0 0 0 0 0 0 0 0\ncpu0 {t} 0 0 0 0 0 0 0 0 0\nctxt {}\nbtime {}\n\
                     processes {}\nprocs_running 1\nprocs_blocked 0\n",
                    self.counters.switches, self.config.epoch, self.counters.processes
                )
            }
            "vmstat" => format!("nr_free_pages {}\n", self.free_pages()),
            "sys/kernel/ostype" => "Linux\n".into(),
            "sys/kernel/osrelease" => format!("{RELEASE}\n"),
            "sys/kernel/version" => format!("{VERSION}\n"),
            "sys/kernel/hostname" => format!("{}\n", self.hostname),
            "sys/kernel/domainname" => "(none)\n".into(),
            "sys/kernel/random/boot_id" => uuid(self.config.seed, self.config.seed ^ 0x6e43_5055),
            "sys/kernel/random/uuid" => uuid(self.random.next(), self.random.next()),
            "sys/kernel/random/entropy_avail" => "256\n".into(),
            "sys/kernel/pid_max" => "4194304\n".into(),
            "sys/kernel/threads-max" => format!("{}\n", self.config.max_processes),
            "sys/kernel/ngroups_max" => "65536\n".into(),
            "sys/kernel/cap_last_cap" => "40\n".into(),
            "sys/fs/file-max" => format!("{}\n", self.config.max_files),
            "sys/fs/nr_open" => "1048576\n".into(),
            "sys/fs/pipe-max-size" => "1048576\n".into(),
            "sys/vm/overcommit_memory" => "0\n".into(),
            "sys/vm/max_map_count" => "65530\n".into(),
            "sys/vm/mmap_min_addr" => "65536\n".into(),
            _ => String::new(),
        };
        text.into_bytes()
    }

    fn free_pages(&self) -> u64 {
        self.budget.limit().saturating_sub(self.budget.used())
    }

    fn meminfo(&self) -> String {
        let (total, free) = (self.budget.limit() * 4, self.free_pages() * 4);
        let mut out = String::new();
        for (name, kb) in [
            ("MemTotal", total),
            ("MemFree", free),
            ("MemAvailable", free),
            ("Buffers", 0),
            ("Cached", 0),
            ("SwapCached", 0),
            ("Active", total - free),
            ("Inactive", 0),
            ("SwapTotal", 0),
            ("SwapFree", 0),
            ("Shmem", 0),
            ("Slab", 0),
            ("CommitLimit", total),
            ("Committed_AS", total - free),
        ] {
            let label = format!("{name}:");
            let _ = writeln!(out, "{label:<16}{kb:>8} kB");
        }
        out
    }

    fn render_process(&mut self, pid: Pid, name: &str) -> Vec<u8> {
        match name {
            "cmdline" => self.memory_range(pid, |s| s.args),
            "environ" => self.memory_range(pid, |s| s.env),
            "comm" => format!("{}\n", self.comm_of(pid)).into_bytes(),
            "maps" => self.maps(pid).into_bytes(),
            "stat" => self.stat_line(pid).into_bytes(),
            "statm" => {
                let (size, resident) = self.sizes(pid);
                format!("{size} {resident} 0 0 0 {size} 0\n").into_bytes()
            }
            "status" => self.status(pid).into_bytes(),
            "mounts" => self.mounts(false).into_bytes(),
            "mountinfo" => self.mounts(true).into_bytes(),
            "limits" => self.limits(pid).into_bytes(),
            "cgroup" => b"0::/\n".to_vec(),
            "oom_score_adj" | "wchan" => b"0\n".to_vec(),
            _ => Vec::new(),
        }
    }

    fn leader(&self, pid: Pid) -> Option<&crate::process::Task> {
        self.procs.get(&pid)?.threads.first().and_then(|t| self.tasks.get(t))
    }

    fn comm_of(&self, pid: Pid) -> String {
        match self.leader(pid) {
            Some(task) => task.comm.clone(),
            None => crate::lifecycle::comm(&self.procs[&pid].exe_path),
        }
    }

    fn memory_range(
        &mut self,
        pid: Pid,
        range: impl Fn(&crate::process::Space) -> (u64, u64),
    ) -> Vec<u8> {
        let Some(task) = self.leader(pid) else { return Vec::new() };
        let space = task.space;
        let (start, end) = range(&self.spaces[space]);
        let mut out = vec![0; end.saturating_sub(start).min(8 << 20) as usize];
        match self.spaces[space].mem.read(start, &mut out) {
            Ok(()) => out,
            Err(_) => Vec::new(),
        }
    }

    fn maps(&self, pid: Pid) -> String {
        let mut out = String::new();
        let Some(task) = self.leader(pid) else { return out };
        for r in self.spaces[task.space].mem.regions() {
            let (offset, inode) = match &r.backing {
                ncpu_mem::Backing::Object { first, .. } if !r.name.is_empty() => (first * 4096, 1),
                _ => (0, 0),
            };
            let share = if r.shared { 's' } else { 'p' };
            let mut line = format!(
                "{:08x}-{:08x} {}{share} {offset:08x} 00:{:02x} {inode} ",
                r.start,
                r.end,
                r.perms,
                if inode == 0 { 0 } else { 0x17 }
            );
            if !r.name.is_empty() {
                line = format!("{line:<73}{}", r.name);
            }
            out.push_str(&line);
            out.push('\n');
        }
        out
    }

    /// Mapped and resident pages.
    fn sizes(&self, pid: Pid) -> (u64, u64) {
        let Some(task) = self.leader(pid) else { return (0, 0) };
        let mem = &self.spaces[task.space].mem;
        let mapped = mem.regions().map(|r| r.end - r.start).sum::<u64>() / 4096;
        (mapped, mapped.min(self.budget.used()))
    }

    fn state_of(&self, pid: Pid) -> (char, &'static str) {
        let process = &self.procs[&pid];
        if process.zombie.is_some() {
            return ('Z', "zombie");
        }
        if process.stopped.is_some() {
            return ('T', "stopped");
        }
        let ready = |t: &Pid| *t == self.cur || self.tasks[t].state == State::Ready;
        if process.threads.iter().any(ready) { ('R', "running") } else { ('S', "sleeping") }
    }

    fn stat_line(&self, pid: Pid) -> String {
        let p = &self.procs[&pid];
        let ticks = self.process_instructions(pid) / TICKS;
        let (pages, resident) = self.sizes(pid);
        let terminal = self.host.is_terminal(crate::host::Stream::In);
        let (tty, foreground) =
            if terminal { (0x500, i64::from(self.foreground)) } else { (0, -1) };
        format!(
            "{pid} ({}) {} {} {} {} {tty} {foreground} 4194304 0 0 0 0 {ticks} 0 {} 0 20 0 {} 0 {} \
             {} {resident} 18446744073709551615 1 1 0 0 0 0 0 0 0 0 0 0 {} 0 0 0 0 0 0 0 0 0 0 0 0 \
             0\n",
            self.comm_of(pid),
            self.state_of(pid).0,
            p.ppid,
            p.pgid,
            p.sid,
            p.child_instructions / TICKS,
            p.threads.len(),
            p.started / TICKS,
            pages * 4096,
            p.exit_signal
        )
    }

    fn status(&self, pid: Pid) -> String {
        let p = &self.procs[&pid];
        let (letter, word) = self.state_of(pid);
        let (pages, resident) = self.sizes(pid);
        let ids = |v: [u32; 3]| format!("{}\t{}\t{}\t{}", v[0], v[1], v[2], v[1]);
        let mask = self.leader(pid).map_or(0, |t| t.mask);
        let mut out = format!(
            "Name:\t{}\nUmask:\t{:04o}\nState:\t{letter} ({word})\nTgid:\t{pid}\nNgid:\t0\nPid:\t{pid}\n\
             PPid:\t{}\nTracerPid:\t0\nUid:\t{}\nGid:\t{}\nFDSize:\t64\nGroups:\t{}\n",
            self.comm_of(pid),
            self.leader(pid).map_or(0o022, |t| self.fss[t.fs].umask),
            p.ppid,
            ids(p.creds.uid),
            ids(p.creds.gid),
            p.creds.groups.iter().map(|g| format!("{g} ")).collect::<String>()
        );
        let _ = write!(
            out,
            "VmPeak:\t{:>8} kB\nVmSize:\t{:>8} kB\nVmRSS:\t{:>8} kB\nThreads:\t{}\nSigBlk:\t{mask:016x}\n\
             NoNewPrivs:\t{}\nCpus_allowed:\t1\nCpus_allowed_list:\t0\n",
            pages * 4,
            pages * 4,
            resident * 4,
            p.threads.len(),
            u32::from(p.no_new_privs)
        );
        out
    }

    fn mounts(&self, info: bool) -> String {
        let mut out = String::new();
        for (i, m) in self.vfs.mount_table.iter().enumerate() {
            let mode = if m.read_only { "ro" } else { "rw" };
            let _ = if info {
                writeln!(
                    out,
                    "{} 1 0:{} / {} {mode},relatime - {} {} {mode}",
                    i + 20,
                    m.dev,
                    m.path,
                    m.kind,
                    m.source
                )
            } else {
                writeln!(out, "{} {} {} {mode},relatime 0 0", m.source, m.path, m.kind)
            };
        }
        out
    }

    fn limits(&self, pid: Pid) -> String {
        const NAMES: [(&str, &str); 16] = [
            ("Max cpu time", "seconds"),
            ("Max file size", "bytes"),
            ("Max data size", "bytes"),
            ("Max stack size", "bytes"),
            ("Max core file size", "bytes"),
            ("Max resident set", "bytes"),
            ("Max processes", "processes"),
            ("Max open files", "files"),
            ("Max locked memory", "bytes"),
            ("Max address space", "bytes"),
            ("Max file locks", "locks"),
            ("Max pending signals", "signals"),
            ("Max msgqueue size", "bytes"),
            ("Max nice priority", ""),
            ("Max realtime priority", ""),
            ("Max realtime timeout", "us"),
        ];
        let show = |v: u64| if v == u64::MAX { "unlimited".into() } else { v.to_string() };
        let mut out =
            "Limit                     Soft Limit           Hard Limit           Units     \n"
                .to_owned();
        for ((name, unit), (soft, hard)) in NAMES.iter().zip(self.procs[&pid].rlimits) {
            let _ = writeln!(out, "{name:<25} {:<20} {:<20} {unit:<10}", show(soft), show(hard));
        }
        out
    }

    /// Writes to the few `/proc` files that take them.
    pub(crate) fn write_proc(&mut self, node: &ProcNode, data: &[u8]) -> Result<u64, Errno> {
        match node {
            ProcNode::PidFile(pid, "comm") => {
                let tid = self.procs.get(pid).and_then(|p| p.threads.first()).copied();
                let task = self.tasks.get_mut(&tid.unwrap_or(*pid)).ok_or(Errno::ESRCH)?;
                task.comm = crate::lifecycle::comm(data.trim_ascii_end());
                Ok(data.len() as u64)
            }
            ProcNode::PidFile(_, "oom_score_adj") => Ok(data.len() as u64),
            _ => Err(Errno::EACCES),
        }
    }
}

fn uuid(high: u64, low: u64) -> String {
    let high = high & !0xf000 | 0x4000;
    let low = low & !(3 << 62) | 1 << 63;
    format!(
        "{:08x}-{:04x}-{:04x}-{:04x}-{:012x}\n",
        high >> 32,
        high >> 16 & 0xffff,
        high & 0xffff,
        low >> 48,
        low & 0xffff_ffff_ffff
    )
}

fn cpuinfo(hwcap: u64) -> String {
    const NAMES: [&str; 32] = [
        "fp", "asimd", "evtstrm", "aes", "pmull", "sha1", "sha2", "crc32", "atomics", "fphp",
        "asimdhp", "cpuid", "asimdrdm", "jscvt", "fcma", "lrcpc", "dcpop", "sha3", "sm3", "sm4",
        "asimddp", "sha512", "sve", "asimdfhm", "dit", "uscat", "ilrcpc", "flagm", "ssbs", "sb",
        "paca", "pacg",
    ];
    let on: Vec<&str> = (0..32).filter(|i| hwcap >> i & 1 != 0).map(|i| NAMES[i]).collect();
    format!(
        "processor\t: 0\nBogoMIPS\t: 2000.00\nFeatures\t: {}\nCPU implementer\t: 0x00\n\
         CPU architecture: 8\nCPU variant\t: 0x0\nCPU part\t: 0x000\nCPU revision\t: 0\n\n",
        on.join(" ")
    )
}
