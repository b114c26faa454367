//! Guests of a few instructions, and their comparison with the interpreter of cached blocks.

use ncpu_engine_cpu::Cpu;
use ncpu_machine::{Engine, Exit, Vcpu};
use ncpu_mem::{AddressSpace, Backing, Perms, Region, SharedMemory};
use ncpu_sem::A64;

pub(crate) const PAGE: u64 = 4096;
/// Two pages of code that may be written.
pub(crate) const CODE: u64 = 0x1_0000;
/// Two pages of data, nothing around them.
pub(crate) const DATA: u64 = 0x2_0000;
/// Where [`Guest::share`] maps a page.
pub(crate) const SHARED: u64 = 0x3_0000;

/// Machine code; `@3` in a line is the address of line 3.
pub(crate) fn code(lines: &[&str]) -> Vec<u32> {
    let line = |(n, line): (usize, &&str)| {
        let text = match line.split_once('@') {
            Some((before, number)) => {
                let target = CODE + 4 * number.parse::<u64>().unwrap();
                format!("{before}{target:x}")
            }
            None => (*line).to_string(),
        };
        let word = ncpu_isa::assemble(&text, CODE + 4 * n as u64);
        word.unwrap_or_else(|e| panic!("{text}: {e}"))
    };
    lines.iter().enumerate().map(line).collect()
}

pub(crate) struct Guest {
    pub(crate) vcpu: Vcpu,
    pub(crate) mem: AddressSpace,
}

impl Clone for Guest {
    /// A guest of its own with the same contents.
    fn clone(&self) -> Self {
        let mut mem = AddressSpace::new(None);
        for region in self.mem.regions() {
            mem.map(region.clone()).unwrap();
            for at in (region.start..region.end).step_by(PAGE as usize) {
                if let Some(resident) = self.mem.resident(at / PAGE) {
                    mem.poke(at, &resident.page.bytes()[..]).unwrap();
                }
            }
        }
        Self { vcpu: self.vcpu.clone(), mem }
    }
}

impl Guest {
    pub(crate) fn new(words: &[u32]) -> Self {
        let mut mem = AddressSpace::new(None);
        mem.map_anonymous(CODE, 2 * PAGE, Perms::RWX, "code").unwrap();
        mem.map_anonymous(DATA, 2 * PAGE, Perms::RW, "data").unwrap();
        let bytes: Vec<u8> = words.iter().flat_map(|w| w.to_le_bytes()).collect();
        mem.poke(CODE, &bytes).unwrap();
        Self { vcpu: Vcpu { pc: CODE, ..Vcpu::default() }, mem }
    }

    pub(crate) fn share(&mut self) {
        let source = SharedMemory::new(None);
        let region = Region {
            start: SHARED,
            end: SHARED + PAGE,
            perms: Perms::RW,
            shared: true,
            backing: Backing::Object { source, first: 0 },
            name: "shared".into(),
        };
        self.mem.map(region).unwrap();
    }

    pub(crate) fn clone_by_fork(&mut self) -> Self {
        Self { vcpu: self.vcpu.clone(), mem: self.mem.fork() }
    }

    /// Runs from the start of the code: X3, the exit, and the memory's hash.
    pub(crate) fn again(&mut self, engine: &mut dyn Engine) -> (u64, Exit, u64) {
        self.vcpu.pc = CODE;
        let exit = engine.run(&mut self.vcpu, &mut self.mem, 1_000_000);
        (self.vcpu.x(3), exit, self.mem.hash())
    }
}

/// What programs can see of a vcpu.
fn visible(vcpu: &Vcpu) -> impl PartialEq + std::fmt::Debug + use<> {
    let x: Vec<u64> = (0..31).map(|n| vcpu.x(n)).collect();
    let v: Vec<u128> = (0..32).map(|n| vcpu.v(n)).collect();
    let rest =
        [vcpu.sp(), vcpu.nzcv(), vcpu.fpcr(), vcpu.fpsr(), vcpu.tpidr(), vcpu.pc, vcpu.icount];
    (x, v, rest)
}

/// Runs a guest on an engine and on the reference, piece by piece, until it leaves; both must do the
/// same. How it ended.
pub(crate) fn alike(
    engine: &mut dyn Engine,
    mut guest: Guest,
    budgets: &[u64],
) -> (Exit, Vcpu, AddressSpace) {
    let mut other = guest.clone();
    let mut cpu = Cpu::new(Box::new(A64));
    let mut exit = Exit::BudgetSpent;
    for budget in budgets {
        exit = engine.run(&mut guest.vcpu, &mut guest.mem, *budget);
        let failure = engine.failure();
        let expected = cpu.run(&mut other.vcpu, &mut other.mem, *budget);
        assert_eq!(exit, expected, "{failure:?}");
        assert_eq!(visible(&guest.vcpu), visible(&other.vcpu), "after {budget} more");
        assert_eq!(guest.mem.hash(), other.mem.hash(), "memory after {budget} more");
        if exit != Exit::BudgetSpent {
            break;
        }
    }
    (exit, guest.vcpu, guest.mem)
}
