//! Any text as nCPU assembly: it assembles or has diagnostics; what assembles, disassembles to a
//! source of the same image, and runs within its limits.

#![no_main]

use libfuzzer_sys::fuzz_target;
use ncpu_asm::{Options, Program, assemble};
use ncpu_fuzz::{run_assembly, take_u8};

fuzz_target!(|data: &[u8]| {
    let mut data = data;
    let style = take_u8(&mut data);
    let text = String::from_utf8_lossy(data);
    let options =
        Options { file: "fuzz.asm".into(), compat: style & 1 == 1, inline: style & 2 == 2 };
    match assemble(&text, &options) {
        Ok(program) => run(program),
        Err(diagnostics) => assert!(!diagnostics.to_string().is_empty()),
    }
});

fn run(program: Program) {
    ncpu_fuzz::disassembly_agrees(&program.image);
    run_assembly(program);
}
