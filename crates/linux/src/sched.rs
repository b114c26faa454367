//! Who runs next, and what happens when nobody can.
//!
//! Round robin with a seeded quantum in instructions. A blocked task keeps its call and tries it
//! again when something it waits for happens; when everybody is blocked, virtual time jumps to the
//! next timer, or the machine waits for the host's input.

use crate::config::ClockKind;
use crate::errno::Errno;
use crate::lifecycle::FIRST_PID;
use crate::process::{Call, Key, Pid, State};
use crate::report::{FaultReport, Outcome, StopReason};
use crate::signal::{SIGBUS, SIGILL, SIGKILL, SIGSEGV, SIGTRAP, SigInfo};
use crate::system::{Ret, Stop, System};
use crate::table;
use ncpu_machine::{Engine, Exit};
use ncpu_mem::{Access, Fault, FaultKind};
use std::time::{Duration, Instant};

/// Once the first process has ended, the others get this much guest time to end too.
const DRAIN_NS: u64 = 10_000_000_000;

impl System {
    /// Runs until the first process has ended (and those it left have had their time), a limit is
    /// reached, or nothing can run any more.
    pub fn run(&mut self, engine: &mut dyn Engine) -> Outcome {
        let start = Instant::now();
        let reason = loop {
            if let Some(reason) = self.limit_reached(start) {
                break reason;
            }
            while let Some(signo) = self.host.signal() {
                self.host_signal(signo);
            }
            self.clock.update(self.host.as_mut());
            if self.clock.now() >= self.next_timer {
                self.expire_timers();
            }
            match self.queue.pop_front() {
                Some(tid) => self.turn(tid, engine),
                None if self.tasks.is_empty() => break self.ended(),
                None => {
                    if let Some(reason) = self.idle(start) {
                        break reason;
                    }
                }
            }
        };
        self.outcome(reason, start.elapsed())
    }

    /// Passes a signal of the host on: the terminal's to the foreground group, others to the first
    /// process.
    fn host_signal(&mut self, signo: u32) {
        const SIGTSTP: u32 = 20;
        let from_terminal = matches!(signo, 2 | 3 | SIGTSTP | 28);
        let first = self.procs.get(&FIRST_PID).map(|p| p.pgid);
        if signo == SIGTSTP && first.is_none_or(|g| g == self.foreground) {
            // No shell in the guest minds its jobs: the whole machine stops.
            self.host.suspend();
            return;
        }
        let info = SigInfo::kernel(signo);
        if from_terminal {
            for pid in self.members(self.foreground) {
                self.signal_process(pid, info);
            }
        } else {
            self.signal_process(FIRST_PID, info);
        }
    }

    fn limit_reached(&self, start: Instant) -> Option<StopReason> {
        if self.engine_failed {
            return Some(StopReason::EngineFailed);
        }
        if self.config.max_instructions.is_some_and(|m| self.clock.instructions >= m) {
            return Some(StopReason::MaxInstructions);
        }
        if self.config.timeout.is_some_and(|t| start.elapsed() >= t) {
            return Some(StopReason::Timeout);
        }
        let ended = self.counters.first_end?;
        (self.clock.now() > ended.saturating_add(DRAIN_NS)).then(|| self.ended())
    }

    fn ended(&self) -> StopReason {
        match self.counters.first_status {
            Some(status) if status & 0x7f != 0 => StopReason::Signal(status & 0x7f),
            Some(status) => StopReason::Exit(status >> 8 & 0xff),
            None => StopReason::Exit(0),
        }
    }

    /// One task's turn: up to a quantum of instructions.
    fn turn(&mut self, tid: Pid, engine: &mut dyn Engine) {
        let alive = self.tasks.get(&tid).is_some_and(|t| t.state == State::Ready);
        if !alive {
            return;
        }
        self.cur = tid;
        self.counters.switches += u64::from(self.counters.last_task != tid);
        self.counters.last_task = tid;
        let quantum = (self.config.quantum / 2).max(1);
        let mut left = quantum + self.rng.next() % quantum;
        self.task_mut().vcpu.clear_exclusive();
        loop {
            if !self.deliver_signals() {
                return;
            }
            if self.task().call.is_some() && !self.try_call() {
                return;
            }
            // A call that came back may have made a signal deliverable, or time may be up.
            if self.task_wants_attention() {
                continue;
            }
            if std::mem::take(&mut self.yielding) {
                left = 0;
            }
            if left == 0 || self.clock.now() >= self.next_timer || self.stop_now() {
                self.queue.push_back(self.cur);
                return;
            }
            let used = self.execute(engine, left);
            if self.engine_failed {
                return;
            }
            left = left.saturating_sub(used);
            if !self.tasks.contains_key(&self.cur) {
                return;
            }
        }
    }

    fn task_wants_attention(&self) -> bool {
        let Some(task) = self.tasks.get(&self.cur) else { return true };
        self.pending_mask(self.cur) & !(task.mask & !crate::signal::UNMASKABLE) != 0
            || self.procs[&task.pid].stopped.is_some()
    }

    fn stop_now(&self) -> bool {
        self.config.max_instructions.is_some_and(|m| self.clock.instructions >= m)
    }

    /// Runs guest code; returns how many instructions.
    fn execute(&mut self, engine: &mut dyn Engine, left: u64) -> u64 {
        let now = self.clock.now();
        let mut budget = left;
        if self.clock.kind == ClockKind::Virtual {
            budget = budget.min(self.next_timer.saturating_sub(now)).max(1);
        }
        if let Some(max) = self.config.max_instructions {
            budget = budget.min(max - self.clock.instructions);
        }
        let tid = self.cur;
        let Some(task) = self.tasks.get_mut(&tid) else { return 0 };
        let before = task.vcpu.icount;
        // The virtual counter shows guest time, which goes on while others run.
        task.vcpu.slots[ncpu_uop::slot::TIME_OFFSET as usize] = now.wrapping_sub(before);
        let exit = engine.run(&mut task.vcpu, &mut self.spaces[task.space].mem, budget);
        let used = task.vcpu.icount - before;
        task.instructions += used;
        self.clock.instructions += used;
        self.handle(exit);
        used
    }

    fn handle(&mut self, exit: Exit) {
        match exit {
            Exit::BudgetSpent => {}
            Exit::EngineFailed => self.engine_failed = true,
            Exit::Syscall { .. } => self.begin_call(),
            Exit::Fault(fault) => self.fault(fault),
            Exit::Undefined { word } => self.exception(SIGILL, 1, Some(word)),
            Exit::Halt { .. } => self.exception(SIGILL, 1, None),
            Exit::Breakpoint { .. } => self.exception(SIGTRAP, 1, None),
        }
    }

    fn fault(&mut self, fault: Fault) {
        let (signo, code) = match fault.kind {
            FaultKind::Unmapped => (SIGSEGV, 1),
            FaultKind::Permission => (SIGSEGV, 2),
            FaultKind::PastEnd => (SIGBUS, 2),
            FaultKind::Alignment => (SIGBUS, 1),
            FaultKind::OutOfMemory => {
                self.note_fault(SIGKILL, Some(fault), None);
                let pid = self.task().pid;
                self.kill_process(pid, SigInfo::kernel(SIGKILL), false);
                return;
            }
        };
        self.note_fault(signo, Some(fault), None);
        self.force_signal(SigInfo::fault(signo, code, fault.addr));
    }

    fn exception(&mut self, signo: u32, code: i32, word: Option<u32>) {
        let pc = self.task().vcpu.pc;
        let word = word.or_else(|| self.get_u32(pc).ok());
        self.note_fault(signo, None, word);
        self.force_signal(SigInfo::fault(signo, code, pc));
    }

    /// Remembers a fault for the report.
    fn note_fault(&mut self, signo: u32, fault: Option<Fault>, word: Option<u32>) {
        const KEPT: usize = 64;
        self.counters.faults += 1;
        let task = self.task();
        let pc = task.vcpu.pc;
        let report = FaultReport {
            pid: task.pid,
            tid: task.tid,
            signal: signo,
            pc,
            address: fault.map(|f| f.addr),
            access: fault.map(|f| f.access),
            kind: fault.map(|f| f.kind),
            word,
            symbol: None,
            registers: crate::report::Registers::of(&task.vcpu),
            recent_blocks: task.vcpu.recent_blocks(),
            fatal: false,
        };
        let mut report = report;
        if report.word.is_none() && report.access != Some(Access::Execute) {
            report.word = self.get_u32(pc).ok();
        }
        if self.counters.fault_reports.len() == KEPT {
            self.counters.fault_reports.remove(0);
        }
        self.counters.fault_reports.push(report);
    }

    /// The guest executed `svc`.
    fn begin_call(&mut self) {
        let vcpu = &self.task().vcpu;
        let args = [0, 1, 2, 3, 4, 5].map(|n| vcpu.x(n));
        let number = vcpu.x(8) & 0xffff_ffff;
        let mut call = Call {
            number,
            args,
            deadline: None,
            woken: false,
            futex_mask: 0,
            since: self.clock.instructions,
            sigwait: 0,
            done: 0,
            fifo: None,
            wait: None,
            trace: None,
        };
        match table::lookup(number) {
            Some(row) => *self.counters.syscalls.entry(row.name).or_default() += 1,
            None => self.unsupported(format!("system call {number}")),
        }
        if self.strace.is_some() {
            call.trace = Some(self.trace_args(&call));
        }
        self.task_mut().call = Some(call);
    }

    /// Answers the call under way; false when the task waits or is gone.
    fn try_call(&mut self) -> bool {
        let Some(call) = &self.task().call else { return true };
        let (number, args) = (call.number, call.args);
        let result = self.dispatch(number, args);
        match result {
            Ok(value) => self.complete(Ok(value)),
            Err(Stop::Err(e)) => self.complete(Err(e)),
            Err(Stop::Wait(wait)) => return self.park(wait),
            Err(Stop::Done) => {
                // An exec from a thread goes on under the leader's number.
                if let Some(task) = self.tasks.get_mut(&self.cur)
                    && let Some(call) = task.call.take()
                {
                    let value = task.vcpu.x(0);
                    self.trace_end(&call, Ok(value));
                }
            }
        }
        self.tasks.contains_key(&self.cur)
    }

    fn dispatch(&mut self, number: u64, args: table::Args) -> Ret {
        let Some(row) = table::lookup(number) else { return Err(Errno::ENOSYS.into()) };
        match row.handler {
            Some(handler) => handler(self, args),
            None => {
                self.unsupported(row.name);
                Err(Errno::ENOSYS.into())
            }
        }
    }

    fn complete(&mut self, result: Result<u64, Errno>) {
        let Some(call) = self.task_mut().call.take() else { return };
        let task = self.task_mut();
        if let Some(mask) = task.saved_mask.take() {
            task.mask = mask;
        }
        self.finish_call(&call, result);
    }

    /// Puts the result where the guest looks for it.
    pub(crate) fn finish_call(&mut self, call: &Call, result: Result<u64, Errno>) {
        let value = match result {
            Ok(value) => value,
            Err(e) => (-i64::from(e.0)) as u64,
        };
        self.task_mut().vcpu.set_x(0, value);
        self.trace_end(call, result);
    }

    /// Blocks the current task; returns true if it need not wait after all.
    fn park(&mut self, wait: crate::process::Wait) -> bool {
        if let Some(until) = wait.until {
            self.note_timer(until);
        }
        let task = self.task_mut();
        if let Some(call) = &mut task.call {
            call.wait = Some(wait);
        }
        task.state = State::Blocked;
        false
    }

    /// Nobody can run: lets time pass, waits for input, or finds that nothing will ever happen.
    fn idle(&mut self, start: Instant) -> Option<StopReason> {
        let input = self.waits_for_input();
        // Input that woke somebody who then did nothing about it must not stop time.
        let input = input && self.input_woke != Some(self.clock.instructions);
        if input && self.host.readable() {
            self.input_woke = Some(self.clock.instructions);
            self.wake(Key::Input);
            return None;
        }
        let timer = (self.next_timer != u64::MAX).then_some(self.next_timer);
        match (self.clock.kind, timer, input) {
            (_, None, false) if self.counters.first_end.is_some() => Some(self.ended()),
            (_, None, false) => Some(StopReason::Deadlock),
            (ClockKind::Virtual, Some(at), false) => {
                self.clock.skip_to(at);
                None
            }
            // Input decides when virtual time may go on: a terminal's user is not kept waiting by
            // a sleep, and a sleep is not cut short by a slow user.
            (ClockKind::Virtual, Some(at), true) => {
                let span = Duration::from_nanos(at.saturating_sub(self.clock.now()));
                let before = Instant::now();
                self.host.wait(true, Some(self.within_timeout(span, start)));
                let passed = before.elapsed().as_nanos() as u64;
                let now = self.clock.now();
                self.clock.skip_to(at.min(now.saturating_add(passed.max(1_000_000))));
                None
            }
            (ClockKind::Host, Some(at), _) => {
                let span = Duration::from_nanos(at.saturating_sub(self.clock.now()));
                self.host.wait(input, Some(self.within_timeout(span, start)));
                None
            }
            (_, None, true) => {
                let long = Duration::from_secs(3600);
                self.host.wait(true, Some(self.within_timeout(long, start)));
                None
            }
        }
    }

    fn within_timeout(&self, span: Duration, start: Instant) -> Duration {
        match self.config.timeout {
            Some(t) => span.min(t.saturating_sub(start.elapsed())),
            None => span,
        }
    }

    fn waits_for_input(&self) -> bool {
        self.tasks.values().any(|t| {
            t.state == State::Blocked
                && t.call
                    .as_ref()
                    .and_then(|c| c.wait.as_ref())
                    .is_some_and(|w| w.keys.contains(&Key::Input))
        })
    }

    /// Fires what is due and finds the next expiry.
    fn expire_timers(&mut self) {
        let now = self.clock.now();
        let mut next = self.expire_process_timers(now);
        let mut due = Vec::new();
        for task in self.tasks.values() {
            let until = task.call.as_ref().and_then(|c| c.wait.as_ref()).and_then(|w| w.until);
            match until {
                Some(at) if task.state == State::Blocked && at <= now => due.push(task.tid),
                Some(at) if task.state == State::Blocked => next = next.min(at),
                _ => {}
            }
        }
        for tid in due {
            self.wake_task(tid);
        }
        self.next_timer = next;
    }
}
