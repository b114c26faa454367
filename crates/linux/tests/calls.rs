//! Single system calls, made by programs of a few instructions.

#![allow(clippy::unwrap_used, reason = "a panic is the failure report")]

use ncpu_engine_cpu::Cpu;
use ncpu_linux::{Config, MemoryHost, Program, StopReason, System};
use ncpu_sem::A64;
use std::time::Duration;

const BASE: u64 = 0xf000;

/// Where [`program`] puts the data.
const DATA: u64 = BASE + 0x1000;

/// An ELF file with one segment for everything: code of these lines, and the data.
fn program(lines: &str, data: &[u64]) -> Vec<u8> {
    let mut out = b"\x7fELF\x02\x01\x01\0\0\0\0\0\0\0\0\0".to_vec();
    out.extend([2_u16, 183].iter().flat_map(|v| v.to_le_bytes()));
    out.extend(1_u32.to_le_bytes());
    out.extend([BASE + 120, 64, 0].iter().flat_map(|v| v.to_le_bytes()));
    out.extend(0_u32.to_le_bytes());
    out.extend([64_u16, 56, 1, 64, 0, 0].iter().flat_map(|v| v.to_le_bytes()));
    out.extend([1_u32, 7].iter().flat_map(|v| v.to_le_bytes()));
    let size = DATA - BASE + 8 * data.len() as u64;
    out.extend([0, BASE, BASE, size, size, 4096].iter().flat_map(|v| v.to_le_bytes()));
    for line in lines.split(';') {
        out.extend(ncpu_isa::assemble(line, 0).unwrap().to_le_bytes());
    }
    out.resize((DATA - BASE) as usize, 0);
    out.extend(data.iter().flat_map(|v| v.to_le_bytes()));
    out
}

/// Runs a program that exits with what its last call returned.
fn run(lines: &str, data: &[u64]) -> StopReason {
    let config = Config {
        memory: 16 << 20,
        max_instructions: Some(10_000),
        timeout: Some(Duration::from_secs(5)),
        ..Config::default()
    };
    let bytes = program(&format!("{lines}; mov x8, #93; svc #0"), data);
    let program = Program::Bytes("/prog".into(), bytes);
    let host = Box::new(MemoryHost::new(b"input"));
    let mut system = System::boot(config, host, &program, &["/prog".into()]).unwrap();
    system.run(&mut Cpu::new(Box::new(A64))).reason
}

/// Standard input has bytes, but the program waits for urgent ones only, or for none.
#[test]
fn poll_times_out_beside_unread_input() {
    let call = "mov x0, #0x10000; mov x1, #1; add x2, x0, #16; mov x3, #0; mov x8, #73; svc #0";
    for events in [0, 2] {
        let data = [events << 32, 0, 0, 10_000_000];
        assert_eq!(run(call, &data), StopReason::Exit(0), "events {events}");
    }
    assert_eq!(run(call, &[1 << 32, 0, 0, 10_000_000]), StopReason::Exit(1));
}
