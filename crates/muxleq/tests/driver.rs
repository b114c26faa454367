//! Whole runs with the reference core: each kind of step, input and output, limits.

#![allow(clippy::unwrap_used, reason = "a panic is the failure report")]

use ncpu_machine::io::{Io, MemoryIo};
use ncpu_muxleq::{Fast, Image, Limits, Outcome, Reference, State, Stop, run};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

fn state(text: &str) -> State {
    State::new(&Image::parse("test", text).unwrap())
}

fn run_with(state: &mut State, input: &[u8], limits: &Limits) -> (Outcome, Vec<u8>) {
    let mut io = MemoryIo::new(input);
    let outcome = run(&mut Reference, state, &mut io, limits);
    (outcome, io.output)
}

/// Runs until the halt; gives the state, the output and the steps.
fn halts(text: &str, input: &[u8]) -> (State, Vec<u8>) {
    let mut state = state(text);
    let (outcome, output) = run_with(&mut state, input, &Limits::default());
    assert!(matches!(outcome.stop, Stop::Halted), "{outcome:?}");
    assert_eq!(outcome.steps, state.steps);
    (state, output)
}

#[test]
fn subtraction_branches_on_zero_and_negative() {
    // 5 - 5 = 0, 3 - 5 < 0: both jump. 5 - 3 > 0 does not. 8000 - 1 = 7FFF does not.
    for (a, b, r, jumps) in
        [(5, 5, 0, true), (5, 3, 65534, true), (3, 5, 2, false), (1, 32768, 32767, false)]
    {
        // At 3: a halt that is reached by falling through; its cell 7 becomes 0.
        let (state, _) = halts(&format!("6 7 -1  8 8 -1  {a} {b} 9"), b"");
        assert_eq!(state.memory[7], r);
        assert_eq!(state.memory[8] == 9, jumps, "{b} - {a}");
        assert_eq!(state.steps, if jumps { 1 } else { 2 });
    }
}

#[test]
fn multiplex_takes_bits_where_the_mask_is_0() {
    let (state, _) = halts("6 7 32776  9 9 -1  4660 43981 255 0", b"");
    assert_eq!(state.memory[7], 0x12cd, "1234 and abcd under the mask ff");
    assert_eq!(state.steps, 2);
}

#[test]
fn operands_are_read_before_the_store() {
    // The first step overwrites its own c (cell 2) and jumps to the old value, -1.
    let (state, _) = halts("4 2 -1 0 65535", b"");
    assert_eq!((state.memory[2], state.pc, state.steps), (0, 0xffff, 1));
    // A multiplex whose mask is its own target: the old mask counts.
    let (state, _) = halts("6 7 32775 8 8 -1 65535 240 0", b"");
    assert_eq!(state.memory[7], 0xff0f | 240);
}

#[test]
fn input_and_output() {
    // Read to 12, write it, read to 13 (the end), write it; halt.
    let (state, output) = halts("-1 15 0  15 -1 0  -1 16 0  16 -1 -1  14 14 -1", b"A");
    assert_eq!(output, [b'A', 0xff]);
    assert_eq!((state.memory[15], state.memory[16], state.steps), (65, 0xffff, 5));
    // Both -1: input into cell 65535.
    let (state, output) = halts("-1 -1 0 6 6 -1", b"B");
    assert_eq!((state.memory[0xffff], output), (66, vec![]));
}

#[test]
fn running_to_8000_halts() {
    let mut state = state("0");
    state.pc = 0x7ffd;
    state.memory[0x7ffd..0x8000].copy_from_slice(&[1, 2, 0]);
    state.memory[2] = 5;
    let (outcome, _) = run_with(&mut state, b"", &Limits::default());
    assert!(matches!(outcome.stop, Stop::Halted));
    assert_eq!((state.pc, outcome.steps), (0x8000, 1));
}

#[test]
fn step_limits_are_exact() {
    for most in [0, 1, 63, 64, 65, 1_000_003] {
        let mut state = state("0 0 0");
        let limits = Limits { max_steps: Some(most), ..Limits::default() };
        let (outcome, _) = run_with(&mut state, b"", &limits);
        assert!(matches!(outcome.stop, Stop::StepLimit));
        assert_eq!((outcome.steps, outcome.stop.exit_status()), (most, 124));
    }
    // A machine that halts with the last step allowed has halted.
    let limits = Limits { max_steps: Some(1), ..Limits::default() };
    let (outcome, _) = run_with(&mut state("3 3 -1"), b"", &limits);
    assert!(matches!(outcome.stop, Stop::Halted));
    // Output beyond the limit is not written, and input not read.
    let limits = Limits { max_steps: Some(2), ..Limits::default() };
    let (outcome, output) = run_with(&mut state("9 -1 0 9 -1 0 9 -1 0 65"), b"", &limits);
    assert_eq!((outcome.steps, output), (2, b"AA".to_vec()));
}

#[test]
fn deadlines_and_interruptions_end_a_loop() {
    let limits = Limits { deadline: Some(Instant::now()), ..Limits::default() };
    let (outcome, _) = run_with(&mut state("0 0 0"), b"", &limits);
    assert!(matches!(outcome.stop, Stop::TimeLimit));
    let limits = Limits { interrupt: Some(Arc::new(AtomicBool::new(true))), ..Limits::default() };
    let (outcome, _) = run_with(&mut state("0 0 0"), b"", &limits);
    assert_eq!((outcome.stop.name(), outcome.stop.exit_status()), ("INTERRUPTED", 130));
}

/// Takes a while for each byte, and sets a flag with the first if there is one.
struct Slow(Option<Arc<AtomicBool>>, u32);

impl Io for Slow {
    fn read_byte(&mut self) -> std::io::Result<Option<u8>> {
        self.write_byte(0)?;
        Ok(Some(0))
    }

    fn write_byte(&mut self, _: u8) -> std::io::Result<()> {
        self.1 += 1;
        if let Some(flag) = &self.0 {
            flag.store(true, Ordering::SeqCst);
        }
        std::thread::sleep(Duration::from_millis(2));
        Ok(())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// A core that is asked for many steps at once does not keep these from being seen.
#[test]
fn deadlines_and_interruptions_are_seen_between_bytes() {
    // Writes, or reads, for ever.
    for program in ["9 -1 0 10 10 0", "-1 9 0 10 10 0"] {
        let deadline = Some(Instant::now() + Duration::from_millis(10));
        let (mut io, limits) = (Slow(None, 0), Limits { deadline, ..Limits::default() });
        let outcome = run(&mut Fast, &mut state(program), &mut io, &limits);
        assert!(matches!(outcome.stop, Stop::TimeLimit), "{outcome:?}");
        assert!(io.1 < 100, "{} bytes", io.1);

        let flag = Arc::<AtomicBool>::default();
        let interrupt = Some(Arc::clone(&flag));
        let (mut io, limits) = (Slow(Some(flag), 0), Limits { interrupt, ..Limits::default() });
        let outcome = run(&mut Fast, &mut state(program), &mut io, &limits);
        assert!(matches!(outcome.stop, Stop::Interrupted), "{outcome:?}");
        assert_eq!((io.1, outcome.pc, outcome.steps), (1, 0, 2));
    }
}

/// Fails after some bytes of output.
struct Closed(usize);

impl Io for Closed {
    fn read_byte(&mut self) -> std::io::Result<Option<u8>> {
        Err(std::io::ErrorKind::Other.into())
    }

    fn write_byte(&mut self, _: u8) -> std::io::Result<()> {
        self.0 = self.0.checked_sub(1).ok_or(std::io::ErrorKind::BrokenPipe)?;
        Ok(())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[test]
fn failed_output_stops_at_its_step() {
    let mut state = state("9 -1 0 9 -1 0 9 -1 0 65");
    let outcome = run(&mut Reference, &mut state, &mut Closed(1), &Limits::default());
    assert!(matches!(&outcome.stop, Stop::Io(e) if e.kind() == std::io::ErrorKind::BrokenPipe));
    assert_eq!((outcome.steps, state.pc), (1, 3));
}
