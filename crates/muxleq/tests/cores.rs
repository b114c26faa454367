//! Every core against the reference: random memories in which all kinds of steps occur, and small
//! programs. The same state, pauses and output must come out.

#![allow(clippy::unwrap_used, reason = "a panic is the failure report")]

use ncpu_cells::Cells;
use ncpu_engine_cpu::Cpu;
use ncpu_engine_gpu::GpuEngine;
use ncpu_engine_neural::Neural;
use ncpu_machine::io::{Io, MemoryIo};
use ncpu_muxleq::{CELLS, Core, EngineCore, Fast, MuxleqIsa, Pause, Reference, State};
use std::io;

fn cpu() -> EngineCore {
    EngineCore::new(Box::new(Cpu::new(Box::new(MuxleqIsa))))
}

fn neural() -> EngineCore {
    EngineCore::new(Box::new(Neural::new(Box::new(MuxleqIsa), Cells::built_in().unwrap())))
}

fn gpu() -> EngineCore {
    EngineCore::new(Box::new(GpuEngine::on_executor(Box::new(MuxleqIsa))))
}

/// Numbers for tests: xorshift64.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    fn below(&mut self, n: u64) -> u64 {
        (self.next() >> 20) % n
    }

    /// A cell: often FFFF, an address nearby, a mask's address, or a value with few bits.
    fn cell(&mut self) -> u16 {
        match self.below(16) {
            0 => 0xffff,
            1..=5 => self.below(64) as u16,
            6..=8 => 0x8000 | self.below(64) as u16,
            9 => 1 << self.below(16),
            10 => 0x7ff0 + self.below(32) as u16,
            11 => 0xfff0 + self.below(16) as u16,
            _ => self.next() as u16,
        }
    }

    fn state(&mut self) -> State {
        let mut memory = Box::new([0; CELLS]);
        memory.fill_with(|| self.cell());
        let pc = match self.below(4) {
            0 => 0x7ff8 + self.below(12) as u16,
            1 => 0,
            _ => self.below(0x8000) as u16,
        };
        State { memory, pc, steps: self.below(1000) }
    }
}

/// How often each kind of step was met.
#[derive(Debug, Default)]
struct Met {
    input: u32,
    output: u32,
    halt: u32,
    budget: u32,
}

/// Runs both for `steps` steps in pieces and compares at each pause.
fn compare(core: &mut dyn Core, random: &mut Random, steps: u64, met: &mut Met) {
    let mut state = random.state();
    let mut expected = state.clone();
    let end = state.steps + steps;
    while state.steps < end {
        let budget = (1 + random.below(40)).min(end - state.steps);
        let want = Reference.run(&mut expected, budget);
        let mut pause = core.run(&mut state, budget);
        // With the budget used up, what comes next may have been seen or not.
        if expected.pause().is_some() && state.pause() == expected.pause() {
            pause = want.clone();
        }
        assert_eq!((&pause, state.pc, state.steps), (&want, expected.pc, expected.steps));
        let differs = (0..CELLS).find(|i| state.memory[*i] != expected.memory[*i]);
        assert_eq!(differs, None, "at pc {:x}", state.pc);
        match expected.pause() {
            Some(Pause::Halted) => {
                met.halt += 1;
                return;
            }
            Some(Pause::Input) => {
                met.input += 1;
                let byte = Some(random.next() as u8).filter(|b| *b > 9);
                expected.input(byte);
                state.input(byte);
            }
            Some(Pause::Output) => {
                met.output += 1;
                assert_eq!(state.output(), expected.output());
                expected.advance();
                state.advance();
            }
            _ => met.budget += 1,
        }
    }
}

fn compare_many(mut core: impl Core, seed: u64, memories: u32, steps: u64) {
    let (mut random, mut met) = (Random(seed), Met::default());
    for _ in 0..memories {
        compare(&mut core, &mut random, steps, &mut met);
    }
    let Met { input, output, halt, budget } = met;
    assert!(input.min(output).min(halt).min(budget) >= memories / 20, "{met:?}");
}

/// Input and output that fail after some bytes.
#[derive(Clone)]
struct Failing {
    io: MemoryIo,
    left: u64,
}

impl Failing {
    fn byte(&mut self) -> io::Result<()> {
        self.left = self.left.checked_sub(1).ok_or(io::ErrorKind::BrokenPipe)?;
        Ok(())
    }
}

impl Io for Failing {
    fn read_byte(&mut self) -> io::Result<Option<u8>> {
        self.byte()?;
        self.io.read_byte()
    }

    fn write_byte(&mut self, byte: u8) -> io::Result<()> {
        self.byte()?;
        self.io.write_byte(byte)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Cores that do input and output themselves. Budgets of all sizes: the fast core has a loop for large
/// ones.
fn compare_io(mut core: impl Core, seed: u64, memories: u32, longest: u64) {
    let mut random = Random(seed);
    let (mut failures, mut halts, mut bytes) = (0, 0, 0);
    for _ in 0..memories {
        let mut state = random.state();
        let input: Vec<u8> = (0..random.below(20)).map(|_| random.next() as u8).collect();
        let mut io = Failing { io: MemoryIo::new(&input), left: 1 + random.below(30) };
        let (mut expected, mut expected_io) = (state.clone(), io.clone());
        for _ in 0..10 {
            let budget = 1 + random.below(longest);
            let want = Reference.run_io(&mut expected, budget, &mut expected_io);
            let got = core.run_io(&mut state, budget, &mut io);
            assert_eq!(got.is_ok(), want.is_ok(), "{got:?}, {want:?}");
            assert!(!matches!(got, Ok(Pause::Input | Pause::Output | Pause::Failed(_))), "{got:?}");
            assert_eq!((state.pc, state.steps), (expected.pc, expected.steps));
            assert!(state == expected, "at pc {:x}", state.pc);
            assert_eq!((&io.io.output, io.left), (&expected_io.io.output, expected_io.left));
            failures += u32::from(want.is_err());
            if want.is_err() || expected.halted() {
                break;
            }
        }
        halts += u32::from(expected.halted());
        bytes += expected_io.io.position + expected_io.io.output.len();
    }
    assert!(failures > 0 && halts > 0 && bytes > memories as usize, "{failures} {halts} {bytes}");
}

#[test]
fn fast_core_is_the_reference() {
    compare_many(Fast, 0x4567_89ab, 2000, 5000);
    compare_io(Fast, 0x6789_abcd, 2000, 40);
    compare_io(Fast, 0x789a_bcde, 2000, 20_000);
}

/// A memory that runs for long: code whose data lies elsewhere, but for a few steps that change
/// where others jump or what they mix.
fn long_state(random: &mut Random) -> State {
    const CODE: u64 = 100;
    let mut memory = Box::new([0; CELLS]);
    memory.fill_with(|| random.below(0x1_0000) as u16);
    let data = |random: &mut Random| 0x4000 + random.below(256) as u16;
    for step in 0..CODE as usize {
        let changes_code = random.below(40) == 0;
        let b = if changes_code { 3 * random.below(CODE) as u16 + 2 } else { data(random) };
        let c = match random.below(2) {
            0 => 0x8000 | data(random),
            _ => 3 * random.below(CODE) as u16,
        };
        memory[3 * step..][..3].copy_from_slice(&[data(random), b, c]);
    }
    State { memory, pc: 0, steps: 0 }
}

/// The fast loop itself, which small budgets do not reach.
#[test]
fn fast_core_counts_exactly() {
    let (mut random, mut pauses, mut long) = (Random(0x5678_9abc), 0, 0);
    for _ in 0..1000 {
        let mut state = long_state(&mut random);
        let mut expected = state.clone();
        let budget = 10_000 + random.below(30_000);
        while expected.pause().is_none() && expected.steps < 100_000 {
            let want = Reference.run(&mut expected, budget);
            assert_eq!(Fast.run(&mut state, budget), want);
            assert!(state == expected, "pc {:x} or {:x}", state.pc, expected.pc);
        }
        pauses += u32::from(expected.pause().is_some());
        long += u32::from(expected.steps > 20_000);
    }
    assert!(pauses > 100 && long > 100, "{pauses} {long}");
}

#[test]
fn cpu_engine_is_the_reference() {
    compare_many(cpu(), 0x1234_5678, 2000, 200);
    compare_io(cpu(), 0x89ab_cdef, 2000, 100);
}

#[test]
fn neural_engine_is_the_reference() {
    compare_many(neural(), 0x2345_6789, 100, 60);
    compare_io(neural(), 0x9abc_def0, 100, 40);
}

#[test]
fn gpu_engine_is_the_reference() {
    compare_many(gpu(), 0x3456_789a, 40, 40);
    compare_io(gpu(), 0xabcd_ef01, 40, 40);
}
