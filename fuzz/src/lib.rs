//! What several fuzz targets need.

use ncpu_asm::{Image, Limits, Machine, MemoryIo, NcpuIsa, Options};
use ncpu_engine_cpu::Cpu;
use ncpu_linux::{Config, MemoryHost, Outcome, Program, System};
use ncpu_mem::PageBudget;
use ncpu_sem::A64;
use std::path::PathBuf;
use std::time::Duration;

/// Where guest programs are put.
pub const PROGRAM: &str = "/prog";

/// A machine small enough that nothing it does may take long.
pub fn config(rootfs: Option<PathBuf>) -> Config {
    Config {
        rootfs,
        memory: 16 << 20,
        max_instructions: Some(20_000),
        timeout: Some(Duration::from_secs(4)),
        max_processes: 16,
        max_files: 256,
        quantum: 1000,
        hash_memory: true,
        ..Config::default()
    }
}

/// Boots a program and runs it to its end or limit; `None` if it does not start.
pub fn boot_and_run(config: Config, program: &[u8]) -> Option<Outcome> {
    let limit = config.max_instructions;
    let program = Program::Bytes(PROGRAM.into(), program.to_vec());
    let host = Box::new(MemoryHost::new(b"input\n"));
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
