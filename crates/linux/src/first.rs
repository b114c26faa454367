//! A machine that has not started yet, for those who run its first process themselves.

use crate::lifecycle::FIRST_PID;
use crate::system::System;
use ncpu_machine::Vcpu;
use ncpu_mem::AddressSpace;

/// What the first process's system calls depend on, before its first instruction.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Facts {
    /// Process number, and the parent's.
    pub pid: u32,
    /// See `pid`.
    pub ppid: u32,
    /// User.
    pub uid: u32,
    /// Group.
    pub gid: u32,
    /// The first break.
    pub brk: u64,
    /// The first address after those where mappings go that name none; they go downwards.
    pub mmap_top: u64,
    /// Soft and hard limits of resources.
    pub limits: [(u64, u64); 16],
    /// What `/proc/self/exe` leads to.
    pub exe: Vec<u8>,
    /// Nanoseconds since 1970.
    pub wall: u64,
    /// The least length of a turn in instructions: to it comes a random number below it.
    pub turn: u64,
    /// State of the generator (SplitMix64) of turns' lengths.
    pub turns: u64,
    /// State of the generator (SplitMix64) of `getrandom`.
    pub random: u64,
    /// `struct stat` of the three standard streams; the times in it are the current time.
    pub stats: [Vec<u8>; 3],
}

impl System {
    /// The first process's processor, memory and surroundings, if it has not run yet.
    pub fn first(&mut self) -> Option<(Vcpu, &mut AddressSpace, Facts)> {
        let before = self.cur;
        self.cur = FIRST_PID;
        let stats = [0, 1, 2].map(|fd| self.stat_of(fd));
        self.cur = before;
        let [Ok(input), Ok(output), Ok(error)] = stats else { return None };
        let task = self.tasks.get(&FIRST_PID).filter(|t| t.vcpu.icount == 0)?;
        let process = self.procs.get(&FIRST_PID)?;
        let facts = Facts {
            pid: process.pid,
            ppid: process.ppid,
            uid: process.creds.euid(),
            gid: process.creds.egid(),
            brk: self.spaces[task.space].brk,
            mmap_top: crate::exec::MMAP_TOP,
            limits: process.rlimits,
            exe: process.exe_path.clone(),
            wall: self.clock.wall_ns().max(0) as u64,
            turn: (self.config.quantum / 2).max(1),
            turns: self.rng.state(),
            random: self.random.state(),
            stats: [input, output, error],
        };
        let (vcpu, space) = ((*task.vcpu).clone(), task.space);
        Some((vcpu, &mut self.spaces[space].mem, facts))
    }
}
