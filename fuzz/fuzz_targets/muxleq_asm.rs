//! Any text as MUXLEQ assembly: it assembles or has diagnostics; what assembles, disassembles to a
//! source of the same image.

#![no_main]

use libfuzzer_sys::fuzz_target;
use ncpu_muxleq_asm::{Program, assemble, disassemble};
use std::collections::BTreeMap;
use std::path::PathBuf;

fuzz_target!(|text: &[u8]| match assembled(&String::from_utf8_lossy(text)) {
    Ok(program) => {
        let text = disassemble(&program.cells, &program.labels);
        assert!(assembled(&text).is_ok_and(|again| again.cells == program.cells));
    }
    Err(diagnostics) => assert!(diagnostics.contains("fuzz.mux:")),
});

fn assembled(text: &str) -> Result<Program, String> {
    let path = PathBuf::from("fuzz.mux");
    let files = BTreeMap::from([(path.clone(), text.to_string())]);
    assemble(&path, &files).map_err(|diagnostics| diagnostics.to_string())
}
