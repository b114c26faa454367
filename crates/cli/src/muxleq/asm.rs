//! `ncpu muxleq asm`.

use crate::Failure;
use clap::Args;
use ncpu_muxleq::Image;
use ncpu_muxleq_asm::{HostFiles, assemble, map_text};
use std::path::{Path, PathBuf};

#[derive(Args, Debug)]
#[command(after_long_help = "\
EXAMPLES
    ncpu muxleq asm programs/muxleq/forth.mux -o forth.dec
    ncpu run forth.dec

    The language is described in crates/muxleq-asm/LANGUAGE.md.")]
pub(crate) struct AsmArgs {
    /// The assembly file
    pub(crate) file: PathBuf,
    /// The image to write; without it, FILE with the extension .dec
    #[arg(long, short = 'o', value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,
    /// Write the labels and their cells, for `ncpu muxleq disasm --map`
    #[arg(long, value_name = "FILE")]
    pub(crate) map: Option<PathBuf>,
}

pub(crate) fn run(args: &AsmArgs) -> Result<u8, Failure> {
    let program = assemble(&args.file, &HostFiles).map_err(Failure::start)?;
    if program.cells.is_empty() {
        return Err(Failure::file(&args.file, "no cells; give it an instruction or data"));
    }
    let output = args.output.clone().unwrap_or_else(|| args.file.with_extension("dec"));
    write(args, &output, &Image { cells: program.cells }.to_text())?;
    if let Some(map) = &args.map {
        write(args, map, &map_text(&program.labels))?;
    }
    Ok(0)
}

fn write(args: &AsmArgs, output: &Path, text: &str) -> Result<(), Failure> {
    if output == args.file {
        return Err(Failure::file(output, "would overwrite its source; name another file with -o"));
    }
    std::fs::write(output, text).map_err(|e| Failure::file(output, e))
}
