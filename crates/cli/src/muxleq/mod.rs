//! `ncpu muxleq`: tools for MUXLEQ images.

mod asm;
mod bench;
mod cores;
mod disasm;
mod image;
mod swarm;
mod terminal;

use crate::Failure;
use clap::Subcommand;
pub(crate) use image::run as run_image;

#[derive(Debug, Subcommand)]
pub(crate) enum MuxleqCommand {
    /// Assemble MUXLEQ assembly into an image
    Asm(asm::AsmArgs),
    /// Show an image as instructions
    Disasm(disasm::DisasmArgs),
    /// Measure the engines on an image
    Bench(bench::BenchArgs),
    /// Run many machines at once, on a GPU or all cores
    Swarm(Box<swarm::SwarmArgs>),
}

pub(crate) fn run(command: &MuxleqCommand) -> Result<u8, Failure> {
    match command {
        MuxleqCommand::Asm(args) => asm::run(args),
        MuxleqCommand::Disasm(args) => disasm::run(args),
        MuxleqCommand::Bench(args) => bench::run(args),
        MuxleqCommand::Swarm(args) => swarm::run(args),
    }
}
