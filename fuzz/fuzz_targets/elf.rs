//! Any bytes as a program: reading its headers and symbols, and booting it, ends in time and within
//! the machine's memory, with an outcome or an error.

#![no_main]

use libfuzzer_sys::fuzz_target;
use ncpu_elf::{Elf, Symbols};
use ncpu_fuzz::{boot_and_run, config};

fuzz_target!(|data: &[u8]| {
    let _ = ncpu_elf::detect(data);
    let symbols = Symbols::read(data);
    // A symbol takes 24 bytes of its file, which two tables may share.
    assert!(symbols.len() <= data.len() / 12);
    assert!(ncpu_elf::code(data).len() <= data.len() / 64);
    if let Ok(elf) = Elf::parse(data) {
        let _ = symbols.lookup(elf.entry);
    }
    let _ = boot_and_run(config(None), data);
});
