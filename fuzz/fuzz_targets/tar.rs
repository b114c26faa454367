//! Any bytes as a root file system: the archive is unpacked or refused within the machine's memory,
//! the host's files are out of its reach, and a program runs inside.

#![no_main]

use libfuzzer_sys::fuzz_target;
use ncpu_fuzz::{boot_and_run, config};
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

/// A program that just ends: `mov x8, #93; svc #0` behind an ELF header.
fn program() -> Vec<u8> {
    let mut out = b"\x7fELF\x02\x01\x01\0\0\0\0\0\0\0\0\0".to_vec();
    out.extend([2_u16, 183].iter().flat_map(|v| v.to_le_bytes()));
    out.extend(1_u32.to_le_bytes());
    out.extend([0x1_0078_u64, 64, 0].iter().flat_map(|v| v.to_le_bytes()));
    out.extend(0_u32.to_le_bytes());
    out.extend([64_u16, 56, 1, 64, 0, 0].iter().flat_map(|v| v.to_le_bytes()));
    out.extend([1_u32, 5].iter().flat_map(|v| v.to_le_bytes()));
    let segment = [0, 0x1_0000, 0x1_0000, 128, 128, 4096_u64];
    out.extend(segment.iter().flat_map(|v| v.to_le_bytes()));
    out.extend([0xd280_0ba8_u32, 0xd400_0001].iter().flat_map(|v| v.to_le_bytes()));
    out
}

/// The archive's place, in memory where the host has such a file system.
fn archive() -> &'static Path {
    static PATH: OnceLock<PathBuf> = OnceLock::new();
    PATH.get_or_init(|| {
        let memory = Path::new("/dev/shm");
        let dir = if memory.is_dir() { memory.into() } else { std::env::temp_dir() };
        dir.join(format!("ncpu-fuzz-{}.tar", std::process::id()))
    })
}

fuzz_target!(|data: &[u8]| {
    if std::fs::write(archive(), data).is_err() {
        return;
    }
    let _ = boot_and_run(config(Some(archive().into())), &program());
    let _ = std::fs::remove_file(archive());
});
