//! `ncpu disasm`.

use crate::args::DisasmArgs;
use crate::output::out;
use crate::{Failure, read_file};
use ncpu_asm::Image;
use ncpu_elf::{Code, Elf, FileKind, Symbols};
use ncpu_uop::Lift;
use std::io::{self, BufWriter, Write};

pub(crate) fn run(args: &DisasmArgs) -> Result<(), Failure> {
    let bytes = read_file(&args.file)?;
    if args.load.is_none() && Image::is_image(&bytes) {
        let image = Image::from_bytes(&bytes).map_err(|e| Failure::file(&args.file, e))?;
        let text = ncpu_asm::disassemble(&image);
        out!("{text}");
        return Ok(());
    }
    let mut out = BufWriter::new(io::stdout().lock());
    let shown = match args.load {
        Some(at) => listing(&mut out, args, &bytes, at, None),
        None => elf(&mut out, args, &bytes)?,
    };
    match shown.and_then(|()| out.flush()) {
        Err(e) if e.kind() != io::ErrorKind::BrokenPipe => {
            Err(Failure::start(format!("standard output: {e}")))
        }
        _ => Ok(()),
    }
}

fn elf(out: &mut impl Write, args: &DisasmArgs, bytes: &[u8]) -> Result<io::Result<()>, Failure> {
    if ncpu_elf::detect(bytes) != FileKind::Elf {
        let why =
            "neither an ELF file nor an nCPU binary; give --load ADDR for a flat AArch64 image";
        return Err(Failure::file(&args.file, why));
    }
    let elf = Elf::parse(bytes).map_err(|e| Failure::file(&args.file, e))?;
    let symbols = Symbols::read(bytes);
    for part in code(&elf, bytes) {
        let (start, len) = (part.offset as usize, part.size as usize);
        let words = bytes.get(start..start.saturating_add(len)).unwrap_or_default();
        if let Err(e) = listing(out, args, words, part.addr, Some(&symbols)) {
            return Ok(Err(e));
        }
    }
    Ok(Ok(()))
}

/// Where the instructions are: in the code sections, or without section headers in all of the
/// executable segments.
pub(crate) fn code(elf: &Elf, bytes: &[u8]) -> Vec<Code> {
    let sections = ncpu_elf::code(bytes);
    if !sections.is_empty() {
        return sections;
    }
    let segments = elf.loads().filter(|s| s.exec);
    segments.map(|s| Code { addr: s.vaddr, offset: s.offset, size: s.file_size }).collect()
}

fn listing(
    out: &mut impl Write,
    args: &DisasmArgs,
    code: &[u8],
    base: u64,
    symbols: Option<&Symbols>,
) -> io::Result<()> {
    let (first, last) = (args.start.unwrap_or(0), args.stop.unwrap_or(u64::MAX));
    for (i, word) in code.chunks_exact(4).enumerate() {
        let pc = base.wrapping_add(4 * i as u64);
        if pc < first || pc >= last {
            continue;
        }
        if let Some((symbol, 0)) = symbols.and_then(|s| s.lookup(pc)) {
            writeln!(out, "\n{pc:016x} <{}>:", symbol.name)?;
        }
        let word = u32::from_le_bytes([word[0], word[1], word[2], word[3]]);
        writeln!(out, "{pc:8x}:\t{word:08x} \t{}", ncpu_isa::disassemble(word, pc))?;
        if args.uops {
            let block = ncpu_sem::A64.lift(pc, &word.to_le_bytes(), 1);
            for uop in &block.ops {
                writeln!(out, "\t\t\t{uop}")?;
            }
        }
    }
    Ok(())
}
