//! `ncpu muxleq bench`.

use crate::Failure;
use clap::Args;
use std::path::PathBuf;

#[derive(Args, Debug)]
pub(crate) struct BenchArgs {
    /// The file
    pub(crate) file: PathBuf,
}

pub(crate) fn run(args: &BenchArgs) -> Result<u8, Failure> {
    Err(Failure::file(&args.file, "`ncpu muxleq bench` is not part of this build yet"))
}
