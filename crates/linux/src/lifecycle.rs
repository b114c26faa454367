//! Birth and death: clone, exec, exit, wait.

use crate::errno::Errno;
use crate::exec::{Image, Program};
use crate::fd::Fd;
use crate::process::{
    AltStack, Creds, Fs, Key, Pid, Process, RLIMIT_NPROC, State, Task, Timer, Wait, default_rlimits,
};
use crate::signal::{Action, Actions, SA_NOCLDWAIT, SIG_IGN, SIGCHLD, SIGCONT, SIGHUP, SigInfo};
use crate::slab::Id;
use crate::system::{Ret, Stop, System};
use crate::vfs::inode::InodeId;
use ncpu_machine::Vcpu;

/// The first process. Linux treats number 1 specially, so it is not 1.
pub(crate) const FIRST_PID: Pid = 2;
/// Who inherits orphans; no such process runs.
const INIT: Pid = 1;
const PID_MAX: Pid = 4_194_304;

pub(crate) const CLONE_VM: u64 = 0x100;
pub(crate) const CLONE_FS: u64 = 0x200;
pub(crate) const CLONE_FILES: u64 = 0x400;
pub(crate) const CLONE_SIGHAND: u64 = 0x800;
pub(crate) const CLONE_PIDFD: u64 = 0x1000;
pub(crate) const CLONE_VFORK: u64 = 0x4000;
pub(crate) const CLONE_PARENT: u64 = 0x8000;
pub(crate) const CLONE_THREAD: u64 = 0x1_0000;
pub(crate) const CLONE_SETTLS: u64 = 0x8_0000;
pub(crate) const CLONE_PARENT_SETTID: u64 = 0x10_0000;
pub(crate) const CLONE_CHILD_CLEARTID: u64 = 0x20_0000;
pub(crate) const CLONE_CHILD_SETTID: u64 = 0x100_0000;
/// Namespaces: only the initial ones exist.
pub(crate) const CLONE_NEW: u64 = 0x7e02_0000;

/// What `clone` and `clone3` ask for.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct CloneArgs {
    pub(crate) flags: u64,
    pub(crate) exit_signal: u32,
    pub(crate) stack: u64,
    pub(crate) tls: u64,
    pub(crate) parent_tid: u64,
    pub(crate) child_tid: u64,
}

impl System {
    /// Makes the first process out of a program.
    pub(crate) fn start_first(&mut self, program: Program, image: Image, cwd: InodeId) {
        let table = self.standard_streams();
        let root = self.vfs.root;
        self.vfs.pin(cwd);
        self.vfs.pin(root);
        self.vfs.pin(program.inode);
        let (entry, stack, heap) = (image.pc, image.sp, image.space.brk);
        self.counters.start = Some(crate::report::Start { entry, stack, heap });
        let mut vcpu = Box::new(Vcpu::default());
        vcpu.pc = image.pc;
        vcpu.set_sp(image.sp);
        vcpu.clear_exclusive();
        let task = Task {
            tid: FIRST_PID,
            pid: FIRST_PID,
            vcpu,
            state: State::Ready,
            call: None,
            mask: 0,
            saved_mask: None,
            pending: Vec::new(),
            altstack: AltStack { flags: crate::signal::SS_DISABLE, ..AltStack::default() },
            clear_tid: 0,
            robust_list: 0,
            space: self.spaces.add(image.space),
            fds: self.tables.add(table),
            fs: self.fss.add(Fs { cwd, root, umask: 0o022 }),
            actions: self.actions.add(Actions::default()),
            comm: comm(&program.path),
            vfork_parent: None,
            instructions: 0,
        };
        let (uid, gid) = (self.config.uid, self.config.gid);
        let process = Process {
            pid: FIRST_PID,
            ppid: INIT,
            pgid: FIRST_PID,
            sid: INIT,
            threads: vec![FIRST_PID],
            zombie: None,
            stopped: None,
            news: None,
            pending: Vec::new(),
            creds: Creds { uid: [uid; 3], gid: [gid; 3], groups: Vec::new() },
            rlimits: default_rlimits(self.config.max_processes),
            exe: Some(program.inode),
            exe_path: program.path,
            real_timer: Timer::default(),
            cpu_timers: [Timer::default(); 2],
            timers: Vec::new(),
            exit_signal: SIGCHLD,
            started: 0,
            instructions: 0,
            child_instructions: 0,
            subreaper: false,
            death_signal: 0,
            no_new_privs: false,
            dumpable: 1,
            execed: true,
            nice: 0,
        };
        self.tasks.insert(FIRST_PID, task);
        self.procs.insert(FIRST_PID, process);
        self.queue.push_back(FIRST_PID);
        (self.counters.processes, self.counters.execs) = (1, 1);
        self.foreground = FIRST_PID;
        self.next_pid = FIRST_PID + 1;
    }

    fn fresh_pid(&mut self) -> Pid {
        loop {
            let pid = self.next_pid;
            self.next_pid = if pid >= PID_MAX { 300 } else { pid + 1 };
            let group = |p: &Process| p.pgid == pid || p.sid == pid;
            let taken = self.tasks.contains_key(&pid)
                || self.procs.contains_key(&pid)
                || self.procs.values().any(group);
            if !taken {
                return pid;
            }
        }
    }

    /// `clone` in all its forms.
    pub(crate) fn clone_task(&mut self, args: CloneArgs) -> Ret {
        self.check_clone(&args)?;
        let flags = args.flags;
        let tid = self.fresh_pid();
        if flags & CLONE_PARENT_SETTID != 0 {
            self.put_u32(args.parent_tid, tid)?;
        }
        let thread = flags & CLONE_THREAD != 0;
        let mut child = self.copy_task(tid, &args);
        if flags & CLONE_CHILD_SETTID != 0 {
            // A fault here is the child's own business; Linux ignores it as well.
            let _ = self.spaces[child.space].mem.store(args.child_tid, tid);
        }
        if flags & CLONE_VFORK != 0 {
            child.vfork_parent = Some(self.cur);
        }
        let parent = self.task().pid;
        if thread {
            child.pid = parent;
            self.process_mut().threads.push(tid);
            self.counters.threads += 1;
        } else {
            let process = self.copy_process(tid, &args);
            self.procs.insert(tid, process);
            (self.counters.processes, self.counters.forks) =
                (self.counters.processes + 1, self.counters.forks + 1);
        }
        self.tasks.insert(tid, child);
        self.queue.push_back(tid);
        if flags & CLONE_VFORK != 0 {
            // The call is over but for the wait: `done` carries its result.
            self.call().done = u64::from(tid);
            return Err(Stop::Wait(vfork_wait(tid)));
        }
        Ok(tid.into())
    }

    fn check_clone(&mut self, args: &CloneArgs) -> Result<(), Errno> {
        let flags = args.flags;
        let needs = |a: u64, b: u64| flags & a != 0 && flags & b == 0;
        if needs(CLONE_SIGHAND, CLONE_VM) || needs(CLONE_THREAD, CLONE_SIGHAND) {
            return Err(Errno::EINVAL);
        }
        if flags & CLONE_NEW != 0 || flags & CLONE_PIDFD != 0 {
            self.unsupported(format!("clone flags {:#x}", flags & (CLONE_NEW | CLONE_PIDFD)));
            return Err(if flags & CLONE_NEW != 0 { Errno::EPERM } else { Errno::EINVAL });
        }
        let user = self.process().creds.uid[0];
        let own = self.procs.values().filter(|p| p.creds.uid[0] == user).map(|p| p.threads.len());
        let own = own.sum::<usize>() as u64;
        let limit = self.process().rlimits[RLIMIT_NPROC].0;
        let all = self.tasks.len().max(self.procs.len());
        if all >= self.config.max_processes || user != 0 && own >= limit {
            return Err(Errno::EAGAIN);
        }
        Ok(())
    }

    fn copy_task(&mut self, tid: Pid, args: &CloneArgs) -> Task {
        let flags = args.flags;
        let (space, fds, fs, actions) = self.copy_shared(flags);
        let task = self.task();
        let mut vcpu = task.vcpu.clone();
        vcpu.set_x(0, 0);
        if args.stack != 0 {
            vcpu.set_sp(args.stack);
        }
        if flags & CLONE_SETTLS != 0 {
            vcpu.set_tpidr(args.tls);
        }
        vcpu.clear_exclusive();
        let keeps_altstack = flags & (CLONE_VM | CLONE_VFORK) != CLONE_VM;
        let none = AltStack { flags: crate::signal::SS_DISABLE, ..AltStack::default() };
        Task {
            tid,
            pid: tid,
            vcpu,
            state: State::Ready,
            call: None,
            mask: task.mask,
            saved_mask: None,
            pending: Vec::new(),
            altstack: if keeps_altstack { task.altstack } else { none },
            clear_tid: if flags & CLONE_CHILD_CLEARTID != 0 { args.child_tid } else { 0 },
            robust_list: 0,
            space,
            fds,
            fs,
            actions,
            comm: task.comm.clone(),
            vfork_parent: None,
            instructions: 0,
        }
    }

    #[allow(clippy::type_complexity)] // four tables, named where they are taken apart
    fn copy_shared(
        &mut self,
        flags: u64,
    ) -> (Id<crate::process::Space>, Id<crate::fd::FdTable>, Id<Fs>, Id<Actions>) {
        let (space, fds, fs, actions) = {
            let t = self.task();
            (t.space, t.fds, t.fs, t.actions)
        };
        let space = if flags & CLONE_VM != 0 {
            self.spaces.hold(space)
        } else {
            let old = &mut self.spaces[space];
            let copy = crate::process::Space {
                mem: old.mem.fork(),
                brk_start: old.brk_start,
                brk: old.brk,
                args: old.args,
                env: old.env,
                stack: old.stack,
                trampoline: old.trampoline,
            };
            self.spaces.add(copy)
        };
        let fds = if flags & CLONE_FILES != 0 { self.tables.hold(fds) } else { self.copy_fds(fds) };
        let fs = if flags & CLONE_FS != 0 { self.fss.hold(fs) } else { self.copy_fs(fs) };
        let actions = if flags & CLONE_SIGHAND != 0 {
            self.actions.hold(actions)
        } else {
            let copy = self.actions[actions].clone();
            self.actions.add(copy)
        };
        (space, fds, fs, actions)
    }

    pub(crate) fn copy_fds(&mut self, id: Id<crate::fd::FdTable>) -> Id<crate::fd::FdTable> {
        let table = self.tables[id].clone();
        for (_, fd) in table.iter() {
            self.files.hold(fd.file);
        }
        self.tables.add(table)
    }

    pub(crate) fn copy_fs(&mut self, id: Id<Fs>) -> Id<Fs> {
        let fs = self.fss[id].clone();
        self.vfs.pin(fs.cwd);
        self.vfs.pin(fs.root);
        self.fss.add(fs)
    }

    fn copy_process(&mut self, pid: Pid, args: &CloneArgs) -> Process {
        let now = self.clock.now();
        let parent = self.process();
        let copy = Process {
            pid,
            ppid: if args.flags & CLONE_PARENT != 0 { parent.ppid } else { parent.pid },
            pgid: parent.pgid,
            sid: parent.sid,
            threads: vec![pid],
            zombie: None,
            stopped: None,
            news: None,
            pending: Vec::new(),
            creds: parent.creds.clone(),
            rlimits: parent.rlimits,
            exe: parent.exe,
            exe_path: parent.exe_path.clone(),
            real_timer: Timer::default(),
            cpu_timers: [Timer::default(); 2],
            timers: Vec::new(),
            exit_signal: args.exit_signal,
            started: now,
            instructions: 0,
            child_instructions: 0,
            subreaper: false,
            death_signal: 0,
            no_new_privs: parent.no_new_privs,
            dumpable: parent.dumpable,
            execed: false,
            nice: parent.nice,
        };
        if let Some(exe) = copy.exe {
            self.vfs.pin(exe);
        }
        copy
    }

    /// Replaces the current process's program.
    pub(crate) fn exec(
        &mut self,
        start: InodeId,
        path: &[u8],
        argv: Vec<Vec<u8>>,
        env: &[Vec<u8>],
    ) -> Ret {
        let program = self.find_program(start, path, argv).map_err(|e| e.errno())?;
        let written = |f: &crate::fd::OpenFile| {
            f.writable() && matches!(f.kind, crate::fd::Kind::Inode(id) if id == program.inode)
        };
        if self.files.iter().any(written) {
            return Err(Errno::ETXTBSY.into());
        }
        let image = self.build_image(&program, env)?;
        self.leave_threads();
        let tid = self.cur;
        self.clear_tid(tid, true);
        self.release_vfork(tid);
        let space = self.spaces.add(image.space);
        let task = self.task_mut();
        let old = std::mem::replace(&mut task.space, space);
        *task.vcpu = Vcpu { icount: task.vcpu.icount, ..Vcpu::default() };
        task.vcpu.pc = image.pc;
        task.vcpu.set_sp(image.sp);
        task.vcpu.clear_exclusive();
        task.comm = comm(path);
        (task.clear_tid, task.robust_list) = (0, 0);
        task.altstack = AltStack { flags: crate::signal::SS_DISABLE, ..AltStack::default() };
        self.spaces.release(old);
        self.exec_tables();
        self.exec_process(&program);
        self.counters.execs += 1;
        Err(Stop::Done)
    }

    /// Only the calling thread survives an exec, as the leader.
    fn leave_threads(&mut self) {
        let pid = self.task().pid;
        for tid in self.process().threads.clone() {
            if tid != self.cur {
                self.end_task(tid);
            }
        }
        if self.cur != pid {
            let old = self.cur;
            if let Some(mut task) = self.tasks.remove(&old) {
                task.tid = pid;
                self.tasks.insert(pid, task);
                self.cur = pid;
            }
            self.process_mut().threads = vec![pid];
        }
    }

    /// Descriptors and signal actions across an exec.
    fn exec_tables(&mut self) {
        let (fds, actions) = (self.task().fds, self.task().actions);
        if self.tables.holders(fds) > 1 {
            let copy = self.copy_fds(fds);
            self.release_table(fds);
            self.task_mut().fds = copy;
        }
        let fds = self.task().fds;
        let closing: Vec<u32> =
            self.tables[fds].iter().filter(|(_, f)| f.cloexec).map(|(n, _)| n).collect();
        for fd in closing {
            if let Some(Fd { file, .. }) = self.tables[fds].set(fd, None) {
                self.release_file(file);
            }
        }
        let mut fresh = self.actions[actions].clone();
        for action in &mut fresh.0 {
            let handler = if action.handler == SIG_IGN { SIG_IGN } else { 0 };
            *action = Action { handler, ..Action::default() };
        }
        self.actions.release(actions);
        self.task_mut().actions = self.actions.add(fresh);
    }

    fn exec_process(&mut self, program: &Program) {
        self.vfs.pin(program.inode);
        let (mode, owner, group) = {
            let inode = self.vfs.inode(program.inode);
            (inode.mode, inode.uid, inode.gid)
        };
        let process = self.process_mut();
        process.exe_path.clone_from(&program.path);
        process.timers.clear();
        process.execed = true;
        if !process.no_new_privs {
            if mode & 0o4000 != 0 {
                process.creds.uid[1] = owner;
            }
            if mode & 0o2010 == 0o2010 {
                process.creds.gid[1] = group;
            }
        }
        process.creds.uid[2] = process.creds.uid[1];
        process.creds.gid[2] = process.creds.gid[1];
        if let Some(old) = process.exe.replace(program.inode) {
            self.vfs.unpin(old);
        }
    }

    /// The parent of a vfork gets its address space back.
    fn release_vfork(&mut self, tid: Pid) {
        if let Some(task) = self.tasks.get_mut(&tid)
            && task.vfork_parent.take().is_some()
        {
            self.wake(Key::Vfork(tid));
        }
    }

    /// Whether a vfork child still has its parent's address space.
    pub(crate) fn vfork_pending(&self, child: Pid) -> bool {
        self.tasks.get(&child).is_some_and(|t| t.vfork_parent == Some(self.cur))
    }

    /// Tells whoever joins a thread that it is gone (`CLONE_CHILD_CLEARTID`).
    fn clear_tid(&mut self, tid: Pid, exec: bool) {
        let Some(task) = self.tasks.get_mut(&tid) else { return };
        let (at, space) = (std::mem::take(&mut task.clear_tid), task.space);
        if at == 0 || self.spaces.holders(space) == 1 {
            return;
        }
        if exec && self.spaces.holders(space) == 1 {
            return;
        }
        // A bad address is the guest's loss, as on Linux.
        let _ = self.spaces[space].mem.store(at, 0_u32);
        self.futex_wake_in(space, at, 1, u32::MAX);
    }

    /// `exit`: one thread ends; with the last, the process.
    pub(crate) fn exit_task(&mut self, status: u32) {
        let tid = self.cur;
        let pid = self.task().pid;
        if self.process().threads.len() == 1 {
            self.end_process(pid, status);
        } else {
            self.end_task(tid);
        }
    }

    /// `exit_group`, or death by signal.
    pub(crate) fn end_process(&mut self, pid: Pid, status: u32) {
        if pid == FIRST_PID && self.counters.first_status.is_none() {
            self.note_first_state();
            self.counters.first_status = Some(status);
            self.counters.first_end = Some(self.clock.now());
        }
        let Some(process) = self.procs.get_mut(&pid) else { return };
        process.zombie = Some(status);
        process.news = None;
        process.stopped = None;
        process.pending.clear();
        process.real_timer = Timer::default();
        process.cpu_timers = [Timer::default(); 2];
        process.timers.clear();
        let exe = process.exe.take();
        for tid in process.threads.clone() {
            self.end_task(tid);
        }
        if let Some(exe) = exe {
            self.vfs.unpin(exe);
        }
        self.hang_up(pid);
        self.orphan_children(pid);
        self.tell_death(pid);
    }

    /// Death by a signal that nobody handled.
    pub(crate) fn kill_process(&mut self, pid: Pid, info: SigInfo, core: bool) {
        if core && info.code > 0 {
            let pc = self.counters.fault_reports.last().filter(|r| r.pid == pid).map(|r| r.pc);
            let symbol = pc.and_then(|pc| self.symbol(pc));
            if let Some(report) = self.counters.fault_reports.last_mut()
                && report.pid == pid
            {
                (report.fatal, report.symbol) = (true, symbol);
            }
        }
        if let Some(strace) = &mut self.strace {
            strace.killed(pid, info.signo);
        }
        // No core file is written: the flag in the status says what Linux says without a limit.
        self.end_process(pid, info.signo);
    }

    /// A task is no more; its process may live on.
    fn end_task(&mut self, tid: Pid) {
        self.walk_robust_list(tid);
        self.clear_tid(tid, false);
        self.release_vfork(tid);
        let Some(task) = self.tasks.remove(&tid) else { return };
        if let Some((call, (fifo, _))) = task.call.as_ref().and_then(|c| Some((c, c.fifo?))) {
            self.abandon_fifo(fifo, call.args[2] as u32);
        }
        if let Some(process) = self.procs.get_mut(&task.pid) {
            process.threads.retain(|t| *t != tid);
            process.instructions += task.instructions;
        }
        self.release_table(task.fds);
        self.spaces.release(task.space);
        self.actions.release(task.actions);
        if let Some(fs) = self.fss.release(task.fs) {
            self.vfs.unpin(fs.cwd);
            self.vfs.unpin(fs.root);
        }
        if self.cur == tid
            && let (Some(call), Some(strace)) = (&task.call, &mut self.strace)
        {
            strace.unfinished(task.pid, call);
        }
    }

    pub(crate) fn release_table(&mut self, id: Id<crate::fd::FdTable>) {
        let Some(table) = self.tables.release(id) else { return };
        for (_, fd) in table.iter() {
            self.release_file(fd.file);
        }
    }

    /// A session leader's end takes the terminal from its foreground group.
    fn hang_up(&mut self, pid: Pid) {
        self.locks.release_process(pid);
        self.wake(Key::Lock);
        if pid != FIRST_PID || !self.host.is_terminal(crate::host::Stream::In) {
            return;
        }
        let group = self.foreground;
        let members: Vec<Pid> =
            self.procs.values().filter(|p| p.pgid == group).map(|p| p.pid).collect();
        for member in members.into_iter().filter(|m| *m != pid) {
            self.signal_process(member, SigInfo::kernel(SIGHUP));
            self.signal_process(member, SigInfo::kernel(SIGCONT));
        }
    }

    fn orphan_children(&mut self, pid: Pid) {
        let children: Vec<Pid> =
            self.procs.values().filter(|p| p.ppid == pid).map(|p| p.pid).collect();
        let mut heir = self.procs[&pid].ppid;
        while heir != INIT {
            match self.procs.get(&heir) {
                Some(p) if p.subreaper && p.zombie.is_none() => break,
                Some(p) => heir = p.ppid,
                None => heir = INIT,
            }
        }
        for child in children {
            let Some(process) = self.procs.get_mut(&child) else { continue };
            process.ppid = heir;
            let (signal, zombie) = (process.death_signal, process.zombie.is_some());
            if signal != 0 && !zombie {
                self.signal_process(child, SigInfo::user(signal, 0, pid, 0));
            }
            if zombie {
                self.tell_death(child);
            }
        }
    }

    /// SIGCHLD for the parent, or the end of a zombie that nobody will ask about.
    fn tell_death(&mut self, pid: Pid) {
        let process = &self.procs[&pid];
        let (parent, signal, uid) = (process.ppid, process.exit_signal, process.creds.uid[0]);
        let status = process.zombie.unwrap_or(0);
        let leader = self.procs.get(&parent).filter(|p| p.zombie.is_none());
        let Some(first) = leader.and_then(|p| p.threads.first()).copied() else {
            self.reap(pid);
            return;
        };
        let action = self.actions[self.tasks[&first].actions].0[SIGCHLD as usize];
        if signal != 0 {
            let (code, value) =
                if status & 0x7f == 0 { (1, status >> 8 & 0xff) } else { (2, status & 0x7f) };
            let mut info = SigInfo::user(signal, code, pid, uid);
            info.data[1] = u64::from(value);
            info.data[2] = self.procs[&pid].instructions / 10_000_000;
            self.signal_process(parent, info);
        }
        if signal == SIGCHLD && (action.handler == SIG_IGN || action.flags & SA_NOCLDWAIT != 0) {
            self.reap(pid);
        }
        self.wake(Key::Child(parent));
    }

    /// A zombie's last trace goes.
    pub(crate) fn reap(&mut self, pid: Pid) {
        if let Some(process) = self.procs.remove(&pid) {
            if let Some(parent) = self.procs.get_mut(&process.ppid) {
                parent.child_instructions += process.instructions + process.child_instructions;
            }
            self.vfs.forget_process(pid);
        }
    }
}

/// What the parent of a vfork waits for: nothing interrupts it.
pub(crate) fn vfork_wait(child: Pid) -> Wait {
    Wait::on(Key::Vfork(child))
}

/// A task's name: the last part of the path, 15 bytes of it.
pub(crate) fn comm(path: &[u8]) -> String {
    let name = path.rsplit(|b| *b == b'/').next().unwrap_or(path);
    String::from_utf8_lossy(&name[..name.len().min(15)]).into_owned()
}
