//! The machine as Linux sees it: every table, and the accessors that handlers use.

use crate::clock::{Clock, Rng};
use crate::config::Config;
use crate::errno::Errno;
use crate::fd::{Fd, FdTable, FileId, Kind, OpenFile};
use crate::host::{Host, Stream};
use crate::pipe::Pipe;
use crate::process::{Fs, Key, Pid, Process, RLIMIT_NOFILE, Space, State, Task, Wait};
use crate::report::Counters;
use crate::signal::Actions;
use crate::slab::{Id, Slab};
use crate::strace::Strace;
use crate::vfs::inode::{InodeId, Time};
use crate::vfs::proc::{ProcNode, ProcView};
use crate::vfs::{Ctx, Vfs};
use ncpu_mem::{AddressSpace, Fault, PageBudget};
use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;

/// Why a handler has no result.
#[derive(Debug)]
pub(crate) enum Stop {
    /// The call failed.
    Err(Errno),
    /// The task must wait and try again.
    Wait(Wait),
    /// The registers are already right, or the task is no more.
    Done,
}

impl From<Errno> for Stop {
    fn from(e: Errno) -> Self {
        Self::Err(e)
    }
}

impl From<Fault> for Stop {
    fn from(_: Fault) -> Self {
        Self::Err(Errno::EFAULT)
    }
}

impl From<Fault> for Errno {
    fn from(_: Fault) -> Self {
        Self::EFAULT
    }
}

/// What a handler answers.
pub(crate) type Ret = Result<u64, Stop>;

/// A Linux machine.
pub struct System {
    pub(crate) config: Config,
    pub(crate) vfs: Vfs,
    pub(crate) files: Slab<OpenFile>,
    pub(crate) tables: Slab<FdTable>,
    pub(crate) fss: Slab<Fs>,
    pub(crate) spaces: Slab<Space>,
    pub(crate) actions: Slab<Actions>,
    pub(crate) pipes: Slab<Pipe>,
    pub(crate) tasks: BTreeMap<Pid, Task>,
    pub(crate) procs: BTreeMap<Pid, Process>,
    /// Tasks that can run, next first.
    pub(crate) queue: VecDeque<Pid>,
    /// The task whose system call is being answered.
    pub(crate) cur: Pid,
    /// The current task gives up the rest of its turn.
    pub(crate) yielding: bool,
    /// The engine cannot go on.
    pub(crate) engine_failed: bool,
    /// Instruction count when input last woke a task.
    pub(crate) input_woke: Option<u64>,
    pub(crate) next_pid: Pid,
    /// Earliest time at which a timer or a deadline expires.
    pub(crate) next_timer: u64,
    pub(crate) clock: Clock,
    pub(crate) rng: Rng,
    pub(crate) random: Rng,
    pub(crate) host: Box<dyn Host>,
    pub(crate) budget: Arc<PageBudget>,
    pub(crate) locks: crate::syscalls::lock::Locks,
    pub(crate) counters: Counters,
    pub(crate) strace: Option<Strace>,
    pub(crate) foreground: Pid,
    pub(crate) hostname: String,
}

/// The process tables as `/proc` sees them.
pub(crate) struct View<'a> {
    pub(crate) me: Pid,
    pub(crate) tasks: &'a BTreeMap<Pid, Task>,
    pub(crate) procs: &'a BTreeMap<Pid, Process>,
    pub(crate) tables: &'a Slab<FdTable>,
    pub(crate) files: &'a Slab<OpenFile>,
    pub(crate) fss: &'a Slab<Fs>,
}

impl View<'_> {
    fn leader(&self, pid: Pid) -> Option<&Task> {
        let process = self.procs.get(&pid)?;
        process.threads.first().and_then(|t| self.tasks.get(t))
    }
}

impl ProcView for View<'_> {
    fn self_pid(&self) -> Pid {
        self.tasks.get(&self.me).map_or(1, |t| t.pid)
    }

    fn pids(&self) -> Vec<Pid> {
        self.procs.keys().copied().collect()
    }

    fn fds(&self, pid: Pid) -> Option<Vec<u32>> {
        let Some(process) = self.procs.get(&pid) else {
            // A thread's number names its process, as on Linux.
            let task = self.tasks.get(&pid)?;
            return Some(self.tables[task.fds].iter().map(|(fd, _)| fd).collect());
        };
        let Some(task) = process.threads.first().and_then(|t| self.tasks.get(t)) else {
            return Some(Vec::new());
        };
        Some(self.tables[task.fds].iter().map(|(fd, _)| fd).collect())
    }

    fn threads(&self, pid: Pid) -> Vec<Pid> {
        self.procs.get(&pid).map(|p| p.threads.clone()).unwrap_or_default()
    }

    fn magic(&self, node: &ProcNode) -> Option<(Option<InodeId>, Vec<u8>)> {
        match node {
            ProcNode::Link("self") => Some((None, self.self_pid().to_string().into_bytes())),
            ProcNode::Link("thread-self") => {
                Some((None, format!("{}/task/{}", self.self_pid(), self.me).into_bytes()))
            }
            ProcNode::Link("mounts") => Some((None, b"self/mounts".to_vec())),
            ProcNode::PidLink(pid, "exe") => {
                let process = self.procs.get(pid)?;
                Some((process.exe, process.exe_path.clone()))
            }
            ProcNode::PidLink(pid, "cwd") => {
                Some((Some(self.fss[self.leader(*pid)?.fs].cwd), vec![]))
            }
            ProcNode::PidLink(pid, _) => Some((Some(self.fss[self.leader(*pid)?.fs].root), vec![])),
            ProcNode::Fd(pid, fd) => {
                let entry = self.tables[self.leader(*pid)?.fds].get(*fd).ok()?;
                let file = &self.files[entry.file];
                let inode = match file.kind {
                    Kind::Inode(id) | Kind::Pipe { inode: Some(id), .. } => Some(id),
                    _ => None,
                };
                Some((inode, file.path.clone()))
            }
            _ => None,
        }
    }

    fn owner(&self, pid: Pid) -> (u32, u32) {
        self.procs.get(&pid).map_or((0, 0), |p| (p.creds.euid(), p.creds.egid()))
    }
}

impl System {
    /// The current task.
    pub(crate) fn task(&self) -> &Task {
        &self.tasks[&self.cur]
    }

    /// The current task, to change.
    pub(crate) fn task_mut(&mut self) -> &mut Task {
        self.tasks.get_mut(&self.cur).expect("the current task lives")
    }

    /// The current process.
    pub(crate) fn process(&self) -> &Process {
        &self.procs[&self.task().pid]
    }

    /// The current process, to change.
    pub(crate) fn process_mut(&mut self) -> &mut Process {
        let pid = self.task().pid;
        self.procs.get_mut(&pid).expect("a task's process lives")
    }

    /// The system call under way.
    pub(crate) fn call(&mut self) -> &mut crate::process::Call {
        self.task_mut().call.as_mut().expect("handlers run inside a call")
    }

    /// The current address space with its bounds.
    pub(crate) fn space(&mut self) -> &mut Space {
        let id = self.task().space;
        &mut self.spaces[id]
    }

    /// The current address space.
    pub(crate) fn mem(&mut self) -> &mut AddressSpace {
        &mut self.space().mem
    }

    /// Runs `f` on the file system in the name of the current task.
    pub(crate) fn fs<R>(&mut self, f: impl FnOnce(&mut Vfs, &Ctx<'_>) -> R) -> R {
        let view = View {
            me: self.cur,
            tasks: &self.tasks,
            procs: &self.procs,
            tables: &self.tables,
            files: &self.files,
            fss: &self.fss,
        };
        let task = self.tasks.get(&self.cur);
        let fs = task.map(|t| &self.fss[t.fs]);
        let creds = task.and_then(|t| self.procs.get(&t.pid)).map(|p| &p.creds);
        let root = self.vfs.root;
        let ctx = Ctx {
            root: fs.map_or(root, |f| f.root),
            uid: creds.map_or(0, |c| c.euid()),
            gid: creds.map_or(0, |c| c.egid()),
            groups: creds.map_or(&[], |c| &c.groups),
            now: self.clock.wall(),
            view: &view,
        };
        f(&mut self.vfs, &ctx)
    }

    /// Wall-clock time, as inodes keep it.
    pub(crate) fn wall(&self) -> Time {
        self.clock.wall()
    }

    /// Wakes every task that waits for `key`.
    pub(crate) fn wake(&mut self, key: Key) {
        for task in self.tasks.values_mut() {
            let waits = task.state == State::Blocked
                && task
                    .call
                    .as_ref()
                    .and_then(|c| c.wait.as_ref())
                    .is_some_and(|w| w.keys.contains(&key));
            if waits {
                task.state = State::Ready;
                self.queue.push_back(task.tid);
            }
        }
    }

    /// Makes a blocked task try again.
    pub(crate) fn wake_task(&mut self, tid: Pid) {
        if let Some(task) = self.tasks.get_mut(&tid)
            && task.state == State::Blocked
        {
            task.state = State::Ready;
            self.queue.push_back(tid);
        }
    }

    /// Lets the timer wheel know of an expiry at `at`.
    pub(crate) fn note_timer(&mut self, at: u64) {
        self.next_timer = self.next_timer.min(at);
    }

    /// The deadline of the call under way: `timeout` from now at its first try.
    pub(crate) fn deadline(&mut self, timeout: Option<u64>) -> Option<u64> {
        let now = self.clock.now();
        let call = self.call();
        if call.deadline.is_none() {
            call.deadline = timeout.map(|t| now.saturating_add(t));
        }
        call.deadline
    }

    // --- guest memory -------------------------------------------------------------------------

    /// Bytes of guest memory.
    pub(crate) fn read_bytes(&mut self, addr: u64, len: usize) -> Result<Vec<u8>, Errno> {
        self.check_range(addr, len as u64)?;
        let mut out = vec![0; len];
        self.mem().read(addr, &mut out)?;
        Ok(out)
    }

    /// Refuses what cannot be mapped before anything of that size is allocated.
    pub(crate) fn check_range(&mut self, addr: u64, len: u64) -> Result<(), Errno> {
        let addr = addr & (u64::MAX >> 8);
        let end = addr.checked_add(len).ok_or(Errno::EFAULT)?;
        if end > ncpu_mem::ADDRESS_LIMIT || len > 0 && !self.mem().is_mapped(addr, len) {
            return Err(Errno::EFAULT);
        }
        Ok(())
    }

    /// Writes guest memory.
    pub(crate) fn write_bytes(&mut self, addr: u64, data: &[u8]) -> Result<(), Errno> {
        Ok(self.mem().write(addr, data)?)
    }

    /// Loads a `u64`.
    pub(crate) fn get_u64(&mut self, addr: u64) -> Result<u64, Errno> {
        Ok(self.mem().load::<u64>(addr)?)
    }

    /// Loads a `u32`.
    pub(crate) fn get_u32(&mut self, addr: u64) -> Result<u32, Errno> {
        Ok(self.mem().load::<u32>(addr)?)
    }

    /// Stores a `u64`.
    pub(crate) fn put_u64(&mut self, addr: u64, value: u64) -> Result<(), Errno> {
        Ok(self.mem().store(addr, value)?)
    }

    /// Stores a `u32`.
    pub(crate) fn put_u32(&mut self, addr: u64, value: u32) -> Result<(), Errno> {
        Ok(self.mem().store(addr, value)?)
    }

    /// A zero-terminated string of at most `max` bytes (`error` if it is longer).
    pub(crate) fn c_string(
        &mut self,
        addr: u64,
        max: usize,
        error: Errno,
    ) -> Result<Vec<u8>, Errno> {
        let mut out = Vec::new();
        let mut at = addr;
        while out.len() < max {
            let n = (4096 - (at & 4095) as usize).min(256);
            let start = out.len();
            out.resize(start + n, 0);
            self.mem().read(at, &mut out[start..])?;
            if let Some(end) = out[start..].iter().position(|b| *b == 0) {
                out.truncate(start + end);
                return if out.len() < max { Ok(out) } else { Err(error) };
            }
            at += n as u64;
        }
        Err(error)
    }

    /// A path argument.
    pub(crate) fn path(&mut self, addr: u64) -> Result<Vec<u8>, Errno> {
        self.c_string(addr, 4096, Errno::ENAMETOOLONG)
    }

    // --- descriptors --------------------------------------------------------------------------

    /// The open file behind a descriptor.
    pub(crate) fn file_id(&self, fd: u64) -> Result<FileId, Errno> {
        Ok(self.fd_entry(fd)?.file)
    }

    /// The descriptor table entry.
    pub(crate) fn fd_entry(&self, fd: u64) -> Result<Fd, Errno> {
        self.tables[self.task().fds].get(fd as u32)
    }

    /// The open file behind a descriptor, not opened with `O_PATH`.
    pub(crate) fn usable(&self, fd: u64) -> Result<FileId, Errno> {
        let id = self.file_id(fd)?;
        if self.files[id].flags & crate::fd::O_PATH != 0 {
            return Err(Errno::EBADF);
        }
        Ok(id)
    }

    /// Gives an open file the lowest free descriptor from `from` on.
    pub(crate) fn install(&mut self, file: FileId, cloexec: bool, from: u32) -> Result<u64, Errno> {
        let limit = self.process().rlimits[RLIMIT_NOFILE].0;
        let table = self.task().fds;
        match self.tables[table].lowest(from, limit) {
            Ok(fd) => {
                self.tables[table].set(fd, Some(Fd { file, cloexec }));
                Ok(fd.into())
            }
            Err(e) => {
                self.release_file(file);
                Err(e)
            }
        }
    }

    /// Adds an open file, within the machine's limit.
    pub(crate) fn add_file(&mut self, file: OpenFile) -> Result<FileId, Errno> {
        if self.files.len() >= self.config.max_files {
            self.close_file(file);
            return Err(Errno::ENFILE);
        }
        Ok(self.files.add(file))
    }

    /// Lets go of an open file.
    pub(crate) fn release_file(&mut self, id: FileId) {
        if let Some(file) = self.files.release(id) {
            self.locks.release_file(id.number());
            self.close_file(file);
            self.wake(Key::Lock);
        }
    }

    /// What the last close does.
    fn close_file(&mut self, file: OpenFile) {
        let (reads, writes) = (file.readable(), file.writable());
        match file.kind {
            Kind::Inode(id) => self.vfs.unpin(id),
            Kind::Pipe { id, inode } => {
                self.close_pipe(id, reads, writes);
                if let Some(inode) = inode {
                    self.release_fifo(inode, id);
                }
            }
            Kind::Socket { rx, tx, .. } => {
                if let Some(rx) = rx {
                    self.close_pipe(rx, true, false);
                }
                if let Some(tx) = tx {
                    self.close_pipe(tx, false, true);
                }
            }
            Kind::Host(_) | Kind::Event { .. } | Kind::Epoll(_) => {}
        }
    }

    pub(crate) fn close_pipe(&mut self, id: Id<Pipe>, reads: bool, writes: bool) {
        let pipe = &mut self.pipes[id];
        pipe.readers -= u32::from(reads);
        pipe.writers -= u32::from(writes);
        self.pipes.release(id);
        self.wake(Key::Pipe(id.number()));
    }

    /// A FIFO without any opening holds no pipe.
    fn release_fifo(&mut self, inode: InodeId, pipe: Id<Pipe>) {
        use crate::vfs::inode::Body;
        if self.pipes.holders(pipe) == 0
            && let Body::Fifo(slot) = &mut self.vfs.inode_mut(inode).body
        {
            *slot = None;
        }
        self.vfs.unpin(inode);
    }

    /// The three standard streams.
    pub(crate) fn standard_streams(&mut self) -> FdTable {
        let mut table = FdTable::default();
        for (fd, stream) in [Stream::In, Stream::Out, Stream::Err].into_iter().enumerate() {
            let terminal = self.host.is_terminal(stream);
            let path = if terminal {
                b"/dev/tty".to_vec()
            } else {
                format!("pipe:[{}]", 1000 + fd).into_bytes()
            };
            let flags = match stream {
                _ if terminal => crate::fd::O_RDWR,
                Stream::In => 0,
                _ => crate::fd::O_WRONLY,
            };
            let file = self.files.add(OpenFile::new(Kind::Host(Some(stream)), flags, path));
            table.set(fd as u32, Some(Fd { file, cloexec: false }));
        }
        table
    }

    /// Records something that is not supported, for the report.
    pub(crate) fn unsupported(&mut self, what: impl Into<String>) {
        *self.counters.unsupported.entry(what.into()).or_default() += 1;
    }
}
