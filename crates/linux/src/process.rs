//! Processes and tasks (threads): what each has, and what they share.

use crate::fd::FdTable;
use crate::signal::{Actions, SigInfo};
use crate::slab::Id;
use crate::table::Args;
use crate::vfs::inode::InodeId;
use ncpu_machine::Vcpu;
use ncpu_mem::AddressSpace;

/// A process or task number.
pub(crate) type Pid = u32;

/// What a blocked task waits for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Key {
    /// A pipe's state.
    Pipe(u32),
    /// Standard input.
    Input,
    /// A child of this process changes.
    Child(Pid),
    /// A vfork child has let go of the address space.
    Vfork(Pid),
    /// A futex word: space number and address, or object and offset.
    Futex(u64, u64),
    /// An eventfd.
    Event(u32),
    /// Somebody released a file lock.
    Lock,
}

/// How a blocked call ends when a handler must run first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Restart {
    /// Restarted after a handler with `SA_RESTART`, else `EINTR`.
    Auto,
    /// Always `EINTR`.
    Never,
}

/// Why a task cannot go on.
#[derive(Debug, Clone)]
pub(crate) struct Wait {
    pub(crate) keys: Vec<Key>,
    pub(crate) until: Option<u64>,
    pub(crate) restart: Restart,
    /// Where a sleep that is cut short leaves what remains.
    pub(crate) remaining: Option<u64>,
}

impl Wait {
    pub(crate) fn on(key: Key) -> Self {
        Self { keys: vec![key], until: None, restart: Restart::Auto, remaining: None }
    }

    pub(crate) fn until(until: Option<u64>) -> Self {
        Self { keys: Vec::new(), until, restart: Restart::Never, remaining: None }
    }
}

/// A system call under way.
#[derive(Debug, Clone)]
pub(crate) struct Call {
    pub(crate) number: u64,
    pub(crate) args: Args,
    /// Absolute time at which it gives up, fixed at the first try.
    pub(crate) deadline: Option<u64>,
    /// A futex waker chose this task.
    pub(crate) woken: bool,
    /// Bits of a futex wait.
    pub(crate) futex_mask: u32,
    /// Instruction count at which the call began: the order of futex waiters.
    pub(crate) since: u64,
    /// Signals that `rt_sigtimedwait` waits for, blocked or not.
    pub(crate) sigwait: u64,
    /// Bytes already transferred by earlier tries.
    pub(crate) done: u64,
    /// The FIFO whose open waits, and how often its other end had been opened when that began.
    pub(crate) fifo: Option<(InodeId, u64)>,
    /// What the caller waits for, once it had to.
    pub(crate) wait: Option<Wait>,
    /// Arguments as `--strace` shows them, read before the call changed anything.
    pub(crate) trace: Option<Vec<String>>,
}

/// Is a task on the run queue?
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum State {
    Ready,
    Blocked,
    /// By a stop signal.
    Stopped,
}

/// `sigaltstack`.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct AltStack {
    pub(crate) sp: u64,
    pub(crate) size: u64,
    pub(crate) flags: u32,
}

/// Working directory, root and umask.
#[derive(Debug, Clone)]
pub(crate) struct Fs {
    pub(crate) cwd: InodeId,
    pub(crate) root: InodeId,
    pub(crate) umask: u32,
}

/// An address space and its bounds.
#[derive(Debug)]
pub(crate) struct Space {
    pub(crate) mem: AddressSpace,
    pub(crate) brk_start: u64,
    pub(crate) brk: u64,
    pub(crate) args: (u64, u64),
    pub(crate) env: (u64, u64),
    pub(crate) stack: u64,
    /// Bytes mapped writable and private, against the memory limit.
    pub(crate) trampoline: u64,
}

/// A task: one thread of execution.
#[derive(Debug)]
pub(crate) struct Task {
    pub(crate) tid: Pid,
    pub(crate) pid: Pid,
    pub(crate) vcpu: Box<Vcpu>,
    pub(crate) state: State,
    pub(crate) call: Option<Call>,
    pub(crate) mask: u64,
    /// The mask to go back to after `sigsuspend`, `ppoll` and the like.
    pub(crate) saved_mask: Option<u64>,
    pub(crate) pending: Vec<SigInfo>,
    pub(crate) altstack: AltStack,
    pub(crate) clear_tid: u64,
    pub(crate) robust_list: u64,
    pub(crate) space: Id<Space>,
    pub(crate) fds: Id<FdTable>,
    pub(crate) fs: Id<Fs>,
    pub(crate) actions: Id<Actions>,
    pub(crate) comm: String,
    /// Holds a vfork parent's address space: its task to wake.
    pub(crate) vfork_parent: Option<Pid>,
    /// Instructions run.
    pub(crate) instructions: u64,
}

/// Users and groups.
#[derive(Debug, Clone)]
pub(crate) struct Creds {
    pub(crate) uid: [u32; 3],
    pub(crate) gid: [u32; 3],
    pub(crate) groups: Vec<u32>,
}

impl Creds {
    pub(crate) fn euid(&self) -> u32 {
        self.uid[1]
    }

    pub(crate) fn egid(&self) -> u32 {
        self.gid[1]
    }
}

/// A timer: absolute next expiry and interval, 0 for none.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Timer {
    pub(crate) at: u64,
    pub(crate) every: u64,
}

/// A POSIX timer.
#[derive(Debug, Clone)]
pub(crate) struct PosixTimer {
    pub(crate) timer: Timer,
    pub(crate) signal: u32,
    pub(crate) value: u64,
    pub(crate) clock: u32,
    pub(crate) target: Option<Pid>,
    pub(crate) overrun: u32,
}

/// A process: a thread group.
#[derive(Debug)]
pub(crate) struct Process {
    pub(crate) pid: Pid,
    pub(crate) ppid: Pid,
    pub(crate) pgid: Pid,
    pub(crate) sid: Pid,
    pub(crate) threads: Vec<Pid>,
    /// Wait status once it has ended.
    pub(crate) zombie: Option<u32>,
    /// Stopped by this signal.
    pub(crate) stopped: Option<u32>,
    /// A stop or continue that `wait` has not told yet: its status.
    pub(crate) news: Option<u32>,
    pub(crate) pending: Vec<SigInfo>,
    pub(crate) creds: Creds,
    pub(crate) rlimits: [(u64, u64); 16],
    pub(crate) exe: Option<InodeId>,
    pub(crate) exe_path: Vec<u8>,
    pub(crate) real_timer: Timer,
    pub(crate) cpu_timers: [Timer; 2],
    pub(crate) timers: Vec<Option<PosixTimer>>,
    pub(crate) exit_signal: u32,
    pub(crate) started: u64,
    /// Instructions of threads that ended, and of waited-for children.
    pub(crate) instructions: u64,
    pub(crate) child_instructions: u64,
    pub(crate) subreaper: bool,
    pub(crate) death_signal: u32,
    pub(crate) no_new_privs: bool,
    pub(crate) dumpable: u32,
    pub(crate) execed: bool,
    /// From -20 to 19. Kept and reported; the scheduler gives every task the same turn.
    pub(crate) nice: i32,
}

/// Index of `RLIMIT_NOFILE` and others.
pub(crate) const RLIMIT_FSIZE: usize = 1;
pub(crate) const RLIMIT_STACK: usize = 3;
pub(crate) const RLIMIT_NPROC: usize = 6;
pub(crate) const RLIMIT_NOFILE: usize = 7;
pub(crate) const RLIMIT_AS: usize = 9;

/// The limits the first process starts with.
pub(crate) fn default_rlimits(processes: usize) -> [(u64, u64); 16] {
    let mut limits = [(u64::MAX, u64::MAX); 16];
    limits[RLIMIT_STACK] = (8 << 20, u64::MAX);
    limits[4] = (0, u64::MAX);
    limits[RLIMIT_NPROC] = (processes as u64, processes as u64);
    limits[RLIMIT_NOFILE] = (1024, 4096);
    limits[8] = (8 << 20, 8 << 20);
    limits[11] = (processes as u64, processes as u64);
    limits[12] = (819_200, 819_200);
    limits[13] = (0, 0);
    limits[14] = (0, 0);
    limits
}

impl Call {
    /// Is this a vfork whose child runs in the caller's memory?
    pub(crate) fn holds_for_vfork(&self) -> bool {
        let wait = self.wait.as_ref();
        wait.is_some_and(|w| matches!(w.keys.first(), Some(Key::Vfork(_))))
    }
}

impl Task {
    /// Would this task look at the signal if it were woken now?
    pub(crate) fn takes(&self, signo: u32) -> bool {
        let bit = crate::signal::bit(signo);
        self.mask & bit == 0 || self.call.as_ref().is_some_and(|c| c.sigwait & bit != 0)
    }
}
