//! Any bytes as an assembled nCPU program: refused, or an image whose file reads back, whose
//! disassembly assembles to it, and which runs within its limits.

#![no_main]

use libfuzzer_sys::fuzz_target;
use ncpu_asm::{Image, Program};
use ncpu_fuzz::{disassembly_agrees, run_assembly};

fuzz_target!(|data: &[u8]| {
    let Ok(image) = Image::from_bytes(data) else { return };
    assert_eq!(Image::from_bytes(&image.to_bytes()).as_ref(), Ok(&image));
    disassembly_agrees(&image);
    run_assembly(Program::from_image(image, "fuzz.nbin"));
});
