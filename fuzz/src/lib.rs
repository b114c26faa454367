//! What several fuzz targets need.

use ncpu_asm::{Image, Limits, Machine, MemoryIo, NcpuIsa, Options};
use ncpu_engine_cpu::Cpu;
use ncpu_linux::{
    Config, Errno, Host, Input, MemoryHost, Outcome, Program, Stream, System, Termios,
};
use ncpu_mem::PageBudget;
use ncpu_sem::A64;
use std::path::PathBuf;
use std::time::Duration;

/// Where guest programs are put.
pub const PROGRAM: &str = "/prog";

/// A machine small enough that nothing it does may take long: whatever does, is a hang.
pub fn config(rootfs: Option<PathBuf>) -> Config {
    Config {
        rootfs,
        memory: 4 << 20,
        max_instructions: Some(10_000),
        max_processes: 16,
        max_files: 256,
        quantum: 1000,
        hash_memory: true,
        ..Config::default()
    }
}

/// A host that keeps no output, of which guests may make any amount.
struct Quiet(MemoryHost);

impl Host for Quiet {
    fn read(&mut self, buf: &mut [u8]) -> Input {
        self.0.read(buf)
    }

    fn readable(&mut self) -> bool {
        self.0.readable()
    }

    fn wait(&mut self, input: bool, timeout: Option<Duration>) {
        self.0.wait(input, timeout);
    }

    fn write(&mut self, _: Stream, data: &[u8]) -> Result<usize, Errno> {
        Ok(data.len())
    }

    fn is_terminal(&self, stream: Stream) -> bool {
        self.0.is_terminal(stream)
    }

    fn window(&self) -> (u16, u16) {
        self.0.window()
    }

    fn termios(&self) -> Termios {
        self.0.termios()
    }

    fn set_termios(&mut self, termios: &Termios) {
        self.0.set_termios(termios);
    }

    fn now(&mut self) -> (u64, i64) {
        self.0.now()
    }
}

/// Boots a program and runs it to its end or limit; `None` if it does not start.
pub fn boot_and_run(config: Config, program: &[u8]) -> Option<Outcome> {
    let limit = config.max_instructions;
    let program = Program::Bytes(PROGRAM.into(), program.to_vec());
    let host = Box::new(Quiet(MemoryHost::new(b"input\n")));
    let argv = [PROGRAM.to_owned(), "argument".to_owned()];
    let mut system = System::boot(config, host, &program, &argv).ok()?;
    let outcome = system.run(&mut Cpu::new(Box::new(A64)));
    assert!(limit.is_none_or(|most| outcome.instructions <= most), "ran past its limit");
    Some(outcome)
}

/// Takes the first bytes off `data` as a little-endian number; missing ones are 0.
pub fn take_u64(data: &mut &[u8]) -> u64 {
    let (head, rest) = data.split_at(data.len().min(8));
    *data = rest;
    head.iter().rev().fold(0, |number, byte| number << 8 | u64::from(*byte))
}

/// Takes the first byte off `data`; a missing one is 0.
pub fn take_u8(data: &mut &[u8]) -> u8 {
    let Some((first, rest)) = data.split_first() else { return 0 };
    *data = rest;
    *first
}

/// An image's disassembly must assemble to the image.
pub fn disassembly_agrees(image: &Image) {
    let text = ncpu_asm::disassemble(image);
    match ncpu_asm::assemble(&text, &Options::default()) {
        Ok(program) => assert!(program.image == *image, "another image: {text}"),
        Err(diagnostics) => panic!("{diagnostics}\n{text}"),
    }
}

/// Runs an assembled program for some cycles.
pub fn run_assembly(program: ncpu_asm::Program) {
    const CYCLES: u64 = 1000;
    let isa = NcpuIsa { compat: program.image.compat };
    let Ok(mut machine) = Machine::new(program, Some(PageBudget::new(16 << 8))) else { return };
    let mut cpu = Cpu::new(Box::new(isa));
    let limits = Limits { max_cycles: Some(CYCLES), deadline: None };
    let outcome = machine.run(&mut cpu, &mut MemoryIo::new(b"1\n23\n"), limits);
    assert!(outcome.cycles <= CYCLES, "ran past its limit");
}
