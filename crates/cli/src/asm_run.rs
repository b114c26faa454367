//! nCPU assembly on the command line (stub until the crate lands).
use crate::Failure;
use crate::args::{AsmArgs, RunArgs};
use std::path::Path;
pub(crate) fn run(_: &RunArgs, _: Option<(&Path, &[u8])>) -> Result<u8, Failure> {
    Err(Failure::start("nCPU assembly is not here yet"))
}
pub(crate) fn assemble(_: &AsmArgs) -> Result<(), Failure> {
    Err(Failure::start("nCPU assembly is not here yet"))
}
