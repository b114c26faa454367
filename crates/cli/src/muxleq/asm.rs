//! `ncpu muxleq asm`.

use crate::Failure;
use clap::Args;
use std::path::PathBuf;

#[derive(Args, Debug)]
pub(crate) struct AsmArgs {
    /// The file
    pub(crate) file: PathBuf,
}

pub(crate) fn run(args: &AsmArgs) -> Result<u8, Failure> {
    Err(Failure::file(&args.file, "`ncpu muxleq asm` is not part of this build yet"))
}
