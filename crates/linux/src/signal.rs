//! Signals: queues, default actions, and frames exactly as arm64 Linux lays them out.

use crate::errno::Errno;
use crate::process::{Pid, Restart, State};
use crate::system::System;
use ncpu_machine::Vcpu;

pub(crate) const SIGHUP: u32 = 1;
pub(crate) const SIGILL: u32 = 4;
pub(crate) const SIGTRAP: u32 = 5;
pub(crate) const SIGBUS: u32 = 7;
pub(crate) const SIGKILL: u32 = 9;
pub(crate) const SIGSEGV: u32 = 11;
pub(crate) const SIGPIPE: u32 = 13;
pub(crate) const SIGALRM: u32 = 14;
pub(crate) const SIGCHLD: u32 = 17;
pub(crate) const SIGCONT: u32 = 18;
pub(crate) const SIGSTOP: u32 = 19;
pub(crate) const SIGTTIN: u32 = 21;
pub(crate) const SIGURG: u32 = 23;
pub(crate) const SIGXFSZ: u32 = 25;
pub(crate) const SIGVTALRM: u32 = 26;
pub(crate) const SIGPROF: u32 = 27;
pub(crate) const SIGWINCH: u32 = 28;
/// Signals are numbered 1 to this.
pub(crate) const NSIG: u32 = 64;

pub(crate) const SI_USER: i32 = 0;
pub(crate) const SI_KERNEL: i32 = 0x80;
pub(crate) const SI_TIMER: i32 = -2;
pub(crate) const SI_TKILL: i32 = -6;

pub(crate) const SIG_DFL: u64 = 0;
pub(crate) const SIG_IGN: u64 = 1;

pub(crate) const SA_NOCLDSTOP: u64 = 1;
pub(crate) const SA_NOCLDWAIT: u64 = 2;
const SA_SIGINFO: u64 = 4;
const SA_RESTORER: u64 = 0x0400_0000;
const SA_ONSTACK: u64 = 0x0800_0000;
const SA_RESTART: u64 = 0x1000_0000;
const SA_NODEFER: u64 = 0x4000_0000;
const SA_RESETHAND: u64 = 0x8000_0000;

pub(crate) const SS_ONSTACK: u32 = 1;
pub(crate) const SS_DISABLE: u32 = 2;
const SS_AUTODISARM: u32 = 1 << 31;

/// Signals that no mask holds back.
pub(crate) const UNMASKABLE: u64 = bit(SIGKILL) | bit(SIGSTOP);
const STOP_SIGNALS: u64 = bit(SIGSTOP) | bit(20) | bit(SIGTTIN) | bit(22);

/// The mask bit of a signal.
pub(crate) const fn bit(signo: u32) -> u64 {
    1 << (signo - 1)
}

/// Name of a signal, with `SIG`.
pub fn signal_name(signo: u32) -> String {
    const NAMES: [&str; 32] = [
        "0", "HUP", "INT", "QUIT", "ILL", "TRAP", "ABRT", "BUS", "FPE", "KILL", "USR1", "SEGV",
        "USR2", "PIPE", "ALRM", "TERM", "STKFLT", "CHLD", "CONT", "STOP", "TSTP", "TTIN", "TTOU",
        "URG", "XCPU", "XFSZ", "VTALRM", "PROF", "WINCH", "IO", "PWR", "SYS",
    ];
    match NAMES.get(signo as usize) {
        Some(name) => format!("SIG{name}"),
        None => format!("SIGRT_{}", signo - 32),
    }
}

/// A signal with what it carries: bytes 16 to 48 of `siginfo_t` are `data`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct SigInfo {
    pub(crate) signo: u32,
    pub(crate) code: i32,
    pub(crate) data: [u64; 4],
}

impl SigInfo {
    /// A signal from the kernel.
    pub(crate) fn kernel(signo: u32) -> Self {
        Self { signo, code: SI_KERNEL, data: [0; 4] }
    }

    /// A signal sent by a process.
    pub(crate) fn user(signo: u32, code: i32, pid: Pid, uid: u32) -> Self {
        let data = [u64::from(pid) | u64::from(uid) << 32, 0, 0, 0];
        Self { signo, code, data }
    }

    /// A fault at an address.
    pub(crate) fn fault(signo: u32, code: i32, addr: u64) -> Self {
        Self { signo, code, data: [addr, 0, 0, 0] }
    }

    /// `siginfo_t` in guest layout.
    pub(crate) fn to_bytes(self) -> [u8; 128] {
        let mut out = [0; 128];
        out[..4].copy_from_slice(&self.signo.to_le_bytes());
        out[8..12].copy_from_slice(&self.code.to_le_bytes());
        for (i, word) in self.data.iter().enumerate() {
            out[16 + 8 * i..24 + 8 * i].copy_from_slice(&word.to_le_bytes());
        }
        out
    }

    /// From guest layout.
    pub(crate) fn from_bytes(signo: u32, bytes: &[u8]) -> Self {
        let u64_at = |at: usize| {
            let mut b = [0; 8];
            b.copy_from_slice(&bytes[at..at + 8]);
            u64::from_le_bytes(b)
        };
        let data = [u64_at(16), u64_at(24), u64_at(32), u64_at(40)];
        Self { signo, code: u64_at(8) as u32 as i32, data }
    }
}

/// What to do about a signal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Action {
    pub(crate) handler: u64,
    pub(crate) flags: u64,
    pub(crate) restorer: u64,
    pub(crate) mask: u64,
}

/// The actions of a process, by signal number.
#[derive(Debug, Clone)]
pub(crate) struct Actions(pub(crate) [Action; NSIG as usize + 1]);

impl Default for Actions {
    fn default() -> Self {
        Self([Action::default(); NSIG as usize + 1])
    }
}

/// What happens without a handler.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Default_ {
    Ignore,
    Stop,
    Terminate,
    Core,
}

fn default_action(signo: u32) -> Default_ {
    match signo {
        SIGCHLD | SIGCONT | SIGURG | SIGWINCH => Default_::Ignore,
        _ if signo <= 31 && bit(signo) & STOP_SIGNALS != 0 => Default_::Stop,
        3 | SIGILL | SIGTRAP | 6 | SIGBUS | 8 | SIGSEGV | 24 | SIGXFSZ | 31 => Default_::Core,
        _ => Default_::Terminate,
    }
}

impl System {
    fn action(&self, tid: Pid, signo: u32) -> Action {
        self.actions[self.tasks[&tid].actions].0[signo as usize]
    }

    /// Would the process drop this signal at once?
    fn ignores(&self, tid: Pid, signo: u32) -> bool {
        let task = &self.tasks[&tid];
        if task.mask & bit(signo) != 0 {
            return false;
        }
        match self.action(tid, signo).handler {
            SIG_IGN => signo != SIGKILL && signo != SIGSTOP,
            SIG_DFL => default_action(signo) == Default_::Ignore,
            _ => false,
        }
    }

    /// Sends a signal to a process: any thread may take it.
    pub(crate) fn signal_process(&mut self, pid: Pid, info: SigInfo) {
        let Some(process) = self.procs.get(&pid) else { return };
        if process.zombie.is_some() {
            return;
        }
        self.prepare(pid, info.signo);
        let Some(process) = self.procs.get_mut(&pid) else { return };
        let threads = process.threads.clone();
        let Some(first) = threads.first().copied() else { return };
        if self.ignores(first, info.signo) {
            return;
        }
        let Some(process) = self.procs.get_mut(&pid) else { return };
        enqueue(&mut process.pending, info);
        let open = |t: &&Pid| self.tasks[*t].takes(info.signo);
        if let Some(tid) = threads.iter().find(open).copied() {
            self.interrupt(tid);
        }
    }

    /// Sends a signal to one task.
    pub(crate) fn signal_task(&mut self, tid: Pid, info: SigInfo) {
        let Some(task) = self.tasks.get(&tid) else { return };
        let pid = task.pid;
        self.prepare(pid, info.signo);
        if self.ignores(tid, info.signo) {
            return;
        }
        if let Some(task) = self.tasks.get_mut(&tid) {
            enqueue(&mut task.pending, info);
            if task.takes(info.signo) {
                self.interrupt(tid);
            }
        }
    }

    /// A fault: the signal cannot be ignored or held back, or the process dies of it.
    pub(crate) fn force_signal(&mut self, info: SigInfo) {
        let tid = self.cur;
        let blocked = self.task().mask & bit(info.signo) != 0;
        let actions = self.task().actions;
        let action = &mut self.actions[actions].0[info.signo as usize];
        if blocked || action.handler == SIG_IGN {
            *action = Action::default();
            self.task_mut().mask &= !bit(info.signo);
        }
        // First in the queue: the frame must be made before any other signal's.
        if let Some(task) = self.tasks.get_mut(&tid) {
            task.pending.insert(0, info);
        }
    }

    /// Stop and continue signals cancel each other; SIGCONT and SIGKILL resume.
    fn prepare(&mut self, pid: Pid, signo: u32) {
        let stops = signo <= 31 && bit(signo) & STOP_SIGNALS != 0;
        if stops {
            self.discard(pid, bit(SIGCONT));
        }
        if signo == SIGCONT {
            self.discard(pid, STOP_SIGNALS);
        }
        if signo == SIGCONT || signo == SIGKILL {
            self.resume(pid, signo == SIGCONT);
        }
    }

    fn discard(&mut self, pid: Pid, mask: u64) {
        let Some(process) = self.procs.get_mut(&pid) else { return };
        process.pending.retain(|s| bit(s.signo) & mask == 0);
        for tid in process.threads.clone() {
            if let Some(task) = self.tasks.get_mut(&tid) {
                task.pending.retain(|s| bit(s.signo) & mask == 0);
            }
        }
    }

    fn resume(&mut self, pid: Pid, tell: bool) {
        let Some(process) = self.procs.get_mut(&pid) else { return };
        if process.stopped.take().is_none() {
            return;
        }
        if tell {
            process.news = Some(0xffff);
        }
        let (parent, threads) = (process.ppid, process.threads.clone());
        for tid in threads {
            if let Some(task) = self.tasks.get_mut(&tid)
                && task.state == State::Stopped
            {
                task.state = State::Ready;
                self.queue.push_back(tid);
            }
        }
        if tell {
            self.tell_parent(pid, parent, 6, SIGCONT);
        }
    }

    fn stop(&mut self, signo: u32) {
        let pid = self.task().pid;
        let process = self.process_mut();
        process.stopped = Some(signo);
        process.news = Some(signo << 8 | 0x7f);
        let parent = process.ppid;
        self.tell_parent(pid, parent, 5, signo);
    }

    /// SIGCHLD for a stop or continue, and a wake for whoever waits.
    fn tell_parent(&mut self, pid: Pid, parent: Pid, code: i32, status: u32) {
        self.wake(crate::process::Key::Child(parent));
        let Some(first) = self.procs.get(&parent).and_then(|p| p.threads.first()).copied() else {
            return;
        };
        if self.action(first, SIGCHLD).flags & SA_NOCLDSTOP == 0 {
            let uid = self.procs[&pid].creds.uid[0];
            let mut info = SigInfo::user(SIGCHLD, code, pid, uid);
            info.data[1] = u64::from(status);
            self.signal_process(parent, info);
        }
    }

    /// Makes a blocked task look at its signals.
    pub(crate) fn interrupt(&mut self, tid: Pid) {
        self.wake_task(tid);
    }

    /// The signals that wait for a task, as a mask.
    pub(crate) fn pending_mask(&self, tid: Pid) -> u64 {
        let task = &self.tasks[&tid];
        let shared = self.procs.get(&task.pid).map_or(&[][..], |p| &p.pending);
        task.pending.iter().chain(shared).fold(0, |m, s| m | bit(s.signo))
    }

    /// Takes the first waiting signal in `mask` off its queue.
    pub(crate) fn take_signal(&mut self, mask: u64) -> Option<SigInfo> {
        let tid = self.cur;
        let pid = self.task().pid;
        let task = self.tasks.get_mut(&tid)?;
        if let Some(info) = dequeue(&mut task.pending, mask) {
            return Some(info);
        }
        dequeue(&mut self.procs.get_mut(&pid)?.pending, mask)
    }

    /// Acts on the current task's signals; false when it cannot run on.
    pub(crate) fn deliver_signals(&mut self) -> bool {
        loop {
            let tid = self.cur;
            let Some(task) = self.tasks.get(&tid) else { return false };
            // A vfork parent is not itself until its child lets go of its memory.
            let held = task.call.as_ref().is_some_and(|c| c.holds_for_vfork());
            let mask = if held { !bit(SIGKILL) } else { task.mask & !UNMASKABLE };
            let pid = task.pid;
            let stopped = self.procs[&pid].stopped.is_some();
            if stopped && self.pending_mask(tid) & bit(SIGKILL) == 0 {
                self.task_mut().state = State::Stopped;
                return false;
            }
            let Some(info) = self.take_signal(!mask) else { return true };
            *self.counters.signals.entry(signal_name(info.signo)).or_default() += 1;
            let action = self.action(tid, info.signo);
            if let Some(strace) = &mut self.strace {
                strace.signal(pid, &info);
            }
            match action.handler {
                SIG_IGN if info.signo != SIGKILL && info.signo != SIGSTOP => {}
                SIG_DFL | SIG_IGN => match default_action(info.signo) {
                    Default_::Ignore => {}
                    Default_::Stop => self.stop(info.signo),
                    Default_::Terminate => self.kill_process(pid, info, false),
                    Default_::Core => self.kill_process(pid, info, true),
                },
                _ => self.enter_handler(info, action),
            }
        }
    }

    /// Ends the blocked call, if any, and makes the frame for a handler.
    fn enter_handler(&mut self, info: SigInfo, action: Action) {
        self.end_interrupted_call(action.flags & SA_RESTART != 0);
        let task = self.task_mut();
        let old_mask = task.saved_mask.take().unwrap_or(task.mask);
        if self.push_frame(&info, &action, old_mask).is_err() {
            // No room for the frame: Linux forces SIGSEGV, and with no stack for that either, kills.
            let pid = self.task().pid;
            self.kill_process(pid, SigInfo::kernel(SIGSEGV), true);
            return;
        }
        let task = self.task_mut();
        task.mask |= action.mask;
        if action.flags & SA_NODEFER == 0 {
            task.mask |= bit(info.signo);
        }
        task.mask &= !UNMASKABLE;
        if action.flags & SA_RESETHAND != 0 {
            let id = task.actions;
            self.actions[id].0[info.signo as usize].handler = SIG_DFL;
        }
    }

    fn end_interrupted_call(&mut self, sa_restart: bool) {
        let Some(call) = self.task_mut().call.take() else { return };
        if let Some((id, _)) = call.fifo {
            self.abandon_fifo(id, call.args[2] as u32);
        }
        let wait = call.wait.clone();
        let restart = wait.as_ref().is_none_or(|w| w.restart == Restart::Auto) && sa_restart;
        if call.done > 0 {
            self.finish_call(&call, Ok(call.done));
            return;
        }
        if restart {
            self.task_mut().vcpu.pc -= 4;
            return;
        }
        if let Some(at) = wait.as_ref().and_then(|w| w.remaining) {
            let left = call.deadline.unwrap_or(0).saturating_sub(self.clock.now());
            let _ = self.put_timespec(at, left);
        }
        self.finish_call(&call, Err(Errno::EINTR));
    }

    fn push_frame(&mut self, info: &SigInfo, action: &Action, mask: u64) -> Result<(), Errno> {
        let alt = self.task().altstack;
        let sp = self.task().vcpu.sp();
        let on_alt = alt.size > 0 && sp > alt.sp && sp - alt.sp <= alt.size;
        let usable = alt.size > 0 && alt.flags & SS_DISABLE == 0;
        let top = if action.flags & SA_ONSTACK != 0 && usable && !on_alt {
            alt.sp.wrapping_add(alt.size)
        } else {
            sp
        };
        let record = (top & !15).wrapping_sub(16);
        let frame = record.wrapping_sub(FRAME_SIZE as u64);
        let trampoline = self.space().trampoline;
        let bytes = build_frame(&self.task().vcpu, info, mask, alt, on_alt);
        self.write_bytes(frame, &bytes)?;
        let (fp, lr) = (self.task().vcpu.x(29), self.task().vcpu.x(30));
        self.put_u64(record, fp)?;
        self.put_u64(record.wrapping_add(8), lr)?;
        let task = self.task_mut();
        let vcpu = &mut task.vcpu;
        vcpu.set_x(0, info.signo.into());
        if action.flags & SA_SIGINFO != 0 {
            vcpu.set_x(1, frame);
            vcpu.set_x(2, frame + UC as u64);
        }
        vcpu.set_x(29, record);
        let restorer = action.flags & SA_RESTORER != 0;
        vcpu.set_x(30, if restorer { action.restorer } else { trampoline });
        vcpu.set_sp(frame);
        vcpu.pc = action.handler;
        vcpu.clear_exclusive();
        if alt.flags & SS_AUTODISARM != 0 {
            task.altstack = crate::process::AltStack { flags: SS_DISABLE, ..Default::default() };
        }
        Ok(())
    }

    /// `rt_sigreturn`: everything as it was before the handler.
    pub(crate) fn pop_frame(&mut self) -> Result<(), Errno> {
        let frame = self.task().vcpu.sp();
        if frame & 15 != 0 {
            return Err(Errno::EFAULT);
        }
        let bytes = self.read_bytes(frame, FRAME_SIZE)?;
        let word = |at: usize| {
            let mut b = [0; 8];
            b.copy_from_slice(&bytes[at..at + 8]);
            u64::from_le_bytes(b)
        };
        let task = self.task_mut();
        task.mask = word(UC + UC_MASK) & !UNMASKABLE;
        let (sp, flags, size) = (word(UC + 16), word(UC + 24) as u32, word(UC + 32));
        if task.altstack.flags & SS_AUTODISARM == 0 || flags & SS_AUTODISARM != 0 {
            let flags = flags & !SS_ONSTACK;
            task.altstack = crate::process::AltStack { sp, size, flags };
        }
        let vcpu = &mut task.vcpu;
        for n in 0..31 {
            vcpu.set_x(n, word(REGS + 8 * n));
        }
        vcpu.set_sp(word(REGS + 8 * 31));
        vcpu.pc = word(REGS + 8 * 32);
        vcpu.set_nzcv(word(REGS + 8 * 33));
        if word(RECORDS) as u32 == FPSIMD_MAGIC {
            let control = word(RECORDS + 8);
            vcpu.set_fpsr(control & 0xffff_ffff);
            vcpu.set_fpcr(control >> 32);
            for n in 0..32 {
                let at = RECORDS + 16 + 16 * n;
                vcpu.set_v(n, u128::from(word(at)) | u128::from(word(at + 8)) << 64);
            }
        }
        vcpu.clear_exclusive();
        Ok(())
    }
}

// Offsets in `struct rt_sigframe`: siginfo, then ucontext, whose mcontext is 16-aligned.
const UC: usize = 128;
const UC_MASK: usize = 40;
const MCONTEXT: usize = UC + 176;
const REGS: usize = MCONTEXT + 8;
const RECORDS: usize = MCONTEXT + 288;
/// Size of `struct rt_sigframe`.
pub(crate) const FRAME_SIZE: usize = RECORDS + 4096;
const FPSIMD_MAGIC: u32 = 0x4650_8001;
const FPSIMD_SIZE: u32 = 528;
const ESR_MAGIC: u32 = 0x4553_5201;

fn build_frame(
    vcpu: &Vcpu,
    info: &SigInfo,
    mask: u64,
    alt: crate::process::AltStack,
    on_alt: bool,
) -> Vec<u8> {
    let mut out = vec![0; FRAME_SIZE];
    let mut put = |at: usize, bytes: &[u8]| out[at..at + bytes.len()].copy_from_slice(bytes);
    put(0, &info.to_bytes());
    let ss_flags = match alt {
        a if a.size == 0 => SS_DISABLE,
        a if on_alt => a.flags | SS_ONSTACK,
        a => a.flags,
    };
    put(UC + 16, &alt.sp.to_le_bytes());
    put(UC + 24, &ss_flags.to_le_bytes());
    put(UC + 32, &alt.size.to_le_bytes());
    put(UC + UC_MASK, &mask.to_le_bytes());
    let fault = matches!(info.signo, SIGSEGV | SIGBUS | SIGILL | SIGTRAP) && info.code > 0;
    if fault {
        put(MCONTEXT, &info.data[0].to_le_bytes());
    }
    for n in 0..31 {
        put(REGS + 8 * n, &vcpu.x(n).to_le_bytes());
    }
    put(REGS + 8 * 31, &vcpu.sp().to_le_bytes());
    put(REGS + 8 * 32, &vcpu.pc.to_le_bytes());
    put(REGS + 8 * 33, &vcpu.nzcv().to_le_bytes());
    put(RECORDS, &FPSIMD_MAGIC.to_le_bytes());
    put(RECORDS + 4, &FPSIMD_SIZE.to_le_bytes());
    put(RECORDS + 8, &(vcpu.fpsr() as u32).to_le_bytes());
    put(RECORDS + 12, &(vcpu.fpcr() as u32).to_le_bytes());
    for n in 0..32 {
        put(RECORDS + 16 + 16 * n, &vcpu.v(n).to_le_bytes());
    }
    let next = RECORDS + FPSIMD_SIZE as usize;
    if fault {
        put(next, &ESR_MAGIC.to_le_bytes());
        put(next + 4, &16u32.to_le_bytes());
        put(next + 8, &esr(info).to_le_bytes());
    }
    out
}

/// The exception syndrome a fault would have had.
fn esr(info: &SigInfo) -> u64 {
    const DATA_ABORT_LOWER: u64 = 0x24 << 26 | 1 << 25;
    match info.signo {
        SIGILL => 1 << 25,
        SIGTRAP => 0x3c << 26 | 1 << 25,
        // Translation fault, or permission fault, level 3.
        _ if info.code == 2 => DATA_ABORT_LOWER | 0x0f,
        _ => DATA_ABORT_LOWER | 0x07,
    }
}

/// Queues a signal: a standard one at most once, real-time ones in order.
fn enqueue(queue: &mut Vec<SigInfo>, info: SigInfo) {
    const QUEUE_LIMIT: usize = 4096;
    let known = info.signo < 32 && queue.iter().any(|s| s.signo == info.signo);
    if !known && queue.len() < QUEUE_LIMIT {
        queue.push(info);
    }
}

/// Takes the lowest signal in `mask`; faults before all others.
fn dequeue(queue: &mut Vec<SigInfo>, mask: u64) -> Option<SigInfo> {
    let open = |s: &SigInfo| bit(s.signo) & mask != 0;
    let is_fault = |s: &SigInfo| {
        matches!(s.signo, SIGSEGV | SIGBUS | SIGILL | SIGTRAP | 8)
            && s.code > 0
            && s.code != SI_KERNEL
    };
    let rank = |s: &SigInfo| (s.signo != SIGKILL, !is_fault(s), s.signo);
    let best = queue.iter().filter(|s| open(s)).min_by_key(|s| rank(s)).copied()?;
    let index = queue.iter().position(|s| *s == best)?;
    Some(queue.remove(index))
}
