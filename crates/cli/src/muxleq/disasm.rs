//! `ncpu muxleq disasm`.

use crate::Failure;
use crate::output::out;
use clap::Args;
use ncpu_muxleq_asm::{disassemble, parse_map};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

#[derive(Args, Debug)]
#[command(after_long_help = "\
EXAMPLES
    ncpu muxleq disasm hello.dec
    ncpu muxleq asm hello.mux --map hello.map && ncpu muxleq disasm --map hello.map hello.dec

    Instructions are shown where control flow leads from cell 0, as far as the cells tell before they
    change; the rest is data. What is printed assembles to the same image.")]
pub(crate) struct DisasmArgs {
    /// The images; their cells follow each other
    #[arg(required = true, value_name = "IMAGE")]
    pub(crate) images: Vec<PathBuf>,
    /// Names for cells, as `ncpu muxleq asm --map` writes them
    #[arg(long, value_name = "FILE")]
    pub(crate) map: Option<PathBuf>,
}

pub(crate) fn run(args: &DisasmArgs) -> Result<u8, Failure> {
    let image = super::image::of_files(&args.images)?;
    let labels = args.map.as_deref().map_or_else(|| Ok(BTreeMap::new()), labels)?;
    out!("{}", disassemble(&image.cells, &labels));
    Ok(0)
}

fn labels(path: &Path) -> Result<BTreeMap<String, u16>, Failure> {
    let text = std::fs::read_to_string(path).map_err(|e| Failure::file(path, e))?;
    parse_map(&text).map_err(|e| Failure::start(format!("{}:{e}", path.display())))
}
