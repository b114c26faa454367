//! The state of one virtual processor: a flat file of slots, the pc and the instruction count.

use ncpu_mem::Fault;
use ncpu_uop::slot;

/// How many recent blocks a vcpu remembers.
pub const TRAIL: usize = 16;

/// One virtual processor. All guest-visible registers are micro-op slots; see [`ncpu_uop::slot`].
#[derive(Clone, Debug)]
pub struct Vcpu {
    /// Registers and temporaries, indexed by slot.
    pub slots: [u64; 256],
    /// Address of the next instruction.
    pub pc: u64,
    /// Instructions executed since the vcpu was made. Guest time is a function of it.
    pub icount: u64,
    /// Start addresses of the last blocks executed, a ring.
    pub trail: [u64; TRAIL],
    /// Where the next entry of `trail` goes.
    pub trail_next: usize,
    /// The fault that an engine is about to report; engines take it out before they return.
    pub fault: Option<Fault>,
}

impl Default for Vcpu {
    fn default() -> Self {
        let mut slots = [0; 256];
        slots[slot::EXCL_ADDR as usize] = slot::NO_EXCL;
        Self { slots, pc: 0, icount: 0, trail: [0; TRAIL], trail_next: 0, fault: None }
    }
}

impl Vcpu {
    /// General register `n`, 0 to 30.
    #[must_use]
    pub fn x(&self, n: usize) -> u64 {
        assert!(n <= 30, "x{n} is no register");
        self.slots[n]
    }

    /// Sets general register `n`, 0 to 30.
    pub fn set_x(&mut self, n: usize, value: u64) {
        assert!(n <= 30, "x{n} is no register");
        self.slots[n] = value;
    }

    /// The stack pointer.
    #[must_use]
    pub fn sp(&self) -> u64 {
        self.slots[slot::SP as usize]
    }

    /// Sets the stack pointer.
    pub fn set_sp(&mut self, value: u64) {
        self.slots[slot::SP as usize] = value;
    }

    /// Vector register `n`, 0 to 31.
    #[must_use]
    pub fn v(&self, n: usize) -> u128 {
        let i = slot::v(n as u8) as usize;
        u128::from(self.slots[i]) | u128::from(self.slots[i + 1]) << 64
    }

    /// Sets vector register `n`, 0 to 31.
    pub fn set_v(&mut self, n: usize, value: u128) {
        let i = slot::v(n as u8) as usize;
        self.slots[i] = value as u64;
        self.slots[i + 1] = (value >> 64) as u64;
    }

    /// The condition flags where PSTATE and the NZCV register hold them: bits 31 to 28.
    #[must_use]
    pub fn nzcv(&self) -> u64 {
        self.slots[slot::NZCV as usize] << 28
    }

    /// Sets the condition flags from bits 31 to 28.
    pub fn set_nzcv(&mut self, value: u64) {
        self.slots[slot::NZCV as usize] = value >> 28 & 15;
    }

    /// The thread pointer, `TPIDR_EL0`.
    #[must_use]
    pub fn tpidr(&self) -> u64 {
        self.slots[slot::TPIDR as usize]
    }

    /// Sets the thread pointer.
    pub fn set_tpidr(&mut self, value: u64) {
        self.slots[slot::TPIDR as usize] = value;
    }

    /// The floating-point control register.
    #[must_use]
    pub fn fpcr(&self) -> u64 {
        self.slots[slot::FPCR as usize]
    }

    /// Sets the floating-point control register; bits that do not exist here stay 0.
    pub fn set_fpcr(&mut self, value: u64) {
        self.slots[slot::FPCR as usize] = value & slot::FPCR_BITS;
    }

    /// The floating-point status register.
    #[must_use]
    pub fn fpsr(&self) -> u64 {
        self.slots[slot::FPSR as usize]
    }

    /// Sets the floating-point status register; bits that do not exist here stay 0.
    pub fn set_fpsr(&mut self, value: u64) {
        self.slots[slot::FPSR as usize] = value & slot::FPSR_BITS;
    }

    /// Ends an exclusive access, as an exception return does.
    pub fn clear_exclusive(&mut self) {
        self.slots[slot::EXCL_ADDR as usize] = slot::NO_EXCL;
    }

    /// Start addresses of the last blocks executed, oldest first; zeroes where there were fewer.
    #[must_use]
    pub fn recent_blocks(&self) -> Vec<u64> {
        (0..TRAIL).map(|i| self.trail[(self.trail_next + i) % TRAIL]).collect()
    }
}
