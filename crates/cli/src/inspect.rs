//! `ncpu run --inspect`: what a file is, without running it.

use crate::Failure;
use crate::args::RunArgs;
use crate::output::outln;
use ncpu_elf::{Elf, FileKind, Kind, Symbols};
use ncpu_linux::Program;
use std::collections::BTreeMap;
use std::path::Path;

pub(crate) fn run(args: &RunArgs, file: &str, program: &Program) -> Result<(), Failure> {
    let path = Path::new(file);
    let bytes = match program {
        Program::Bytes(_, bytes) => bytes.clone(),
        Program::Guest(_) => return guest(args, file),
        _ => crate::read_file(path)?,
    };
    describe(path, &bytes)
}

/// A file of a root directory; inside an archive it would have to be unpacked first.
fn guest(args: &RunArgs, file: &str) -> Result<(), Failure> {
    let Some(root) = args.rootfs.as_ref().filter(|r| r.is_dir()) else {
        let why = "--inspect looks at host files and at files of a --rootfs directory";
        return Err(Failure::file(Path::new(file), why));
    };
    let path = root.join(file.trim_start_matches('/'));
    describe(&path, &crate::read_file(&path)?)
}

fn describe(path: &Path, bytes: &[u8]) -> Result<(), Failure> {
    if let FileKind::Script(script) = ncpu_elf::detect(bytes) {
        outln!("{}: script for {}", path.display(), String::from_utf8_lossy(&script.interpreter));
        return Ok(());
    }
    let elf = Elf::parse(bytes).map_err(|e| Failure::file(path, e))?;
    let link = if elf.is_static() { "static" } else { "dynamic" };
    outln!("{}: AArch64 Linux program, {}, {link}", path.display(), placement(&elf));
    outln!("entry        {:#x}", elf.entry);
    if let Some(interpreter) = &elf.interpreter {
        outln!("interpreter  {}", String::from_utf8_lossy(interpreter));
    }
    for library in &elf.needed {
        outln!("needs        {library}");
    }
    outln!("stack        {}", if elf.exec_stack { "executable" } else { "not executable" });
    outln!("marked for   BTI: {}, PAC: {}", yes(elf.bti), yes(elf.pac));
    outln!("symbols      {}", Symbols::read(bytes).len());
    for s in &elf.segments {
        let bit = |on, c| if on { c } else { '-' };
        outln!(
            "segment      {:<12} {}{}{} address {:#x} size {:#x} file offset {:#x} size {:#x}",
            s.kind.name(),
            bit(s.read, 'r'),
            bit(s.write, 'w'),
            bit(s.exec, 'x'),
            s.vaddr,
            s.mem_size,
            s.offset,
            s.file_size
        );
    }
    features(&elf, bytes);
    Ok(())
}

fn placement(elf: &Elf) -> &'static str {
    match elf.kind {
        Kind::Fixed => "fixed address",
        Kind::Position => "position-independent",
    }
}

fn yes(on: bool) -> &'static str {
    if on { "yes" } else { "no" }
}

/// Counts the instruction words by the feature they need. Programs choose at run time, so
/// this is an upper bound; and data between code may look like instructions.
fn features(elf: &Elf, bytes: &[u8]) {
    let mut counts: BTreeMap<&'static str, (u64, u64)> = BTreeMap::new();
    for part in crate::disasm::code(elf, bytes) {
        let start = part.offset as usize;
        let code = bytes.get(start..start.saturating_add(part.size as usize)).unwrap_or_default();
        for word in code.chunks_exact(4) {
            let word = u32::from_le_bytes([word[0], word[1], word[2], word[3]]);
            if let Some(insn) = ncpu_isa::decode(word) {
                let count = counts.entry(insn.feature().name()).or_default();
                count.0 += 1;
                count.1 += u64::from(!ncpu_sem::implemented(insn.enc));
            }
        }
    }
    outln!("instruction words by feature (occurring, of these not implemented):");
    for (feature, (words, missing)) in counts {
        outln!("  {feature:10} {words:>9} {missing:>7}");
    }
}
