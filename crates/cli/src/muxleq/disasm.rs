//! `ncpu muxleq disasm`.

use crate::Failure;
use clap::Args;
use std::path::PathBuf;

#[derive(Args, Debug)]
pub(crate) struct DisasmArgs {
    /// The file
    pub(crate) file: PathBuf,
}

pub(crate) fn run(args: &DisasmArgs) -> Result<u8, Failure> {
    Err(Failure::file(&args.file, "`ncpu muxleq disasm` is not part of this build yet"))
}
