//! The command line, with its help.

use clap::{Args, Parser, Subcommand, ValueEnum};
use std::path::PathBuf;

/// Run, inspect and disassemble AArch64 Linux programs, nCPU assembly and MUXLEQ images.
#[derive(Debug, Parser)]
#[command(name = "ncpu", version, max_term_width = 100)]
#[command(after_help = "Exit status: the guest's own; 128 + n when signal n killed it; 2 when \
it could not start or the command line is wrong; 124 when a limit stopped it; 125 when every \
process waits for something that cannot happen.")]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Run a program: an AArch64 ELF file, a script, a flat image, nCPU assembly, or a MUXLEQ image
    Run(Box<RunArgs>),
    /// Run a program on many inputs at once, on a GPU or all cores
    Swarm(Box<crate::swarm::SwarmArgs>),
    /// Disassemble an AArch64 ELF file, a flat image, or an nCPU binary
    Disasm(DisasmArgs),
    /// Assemble nCPU assembly into its binary form
    Asm(AsmArgs),
    /// Find a program from examples: numbers, bits, lists, text
    Discover(Box<crate::discover::DiscoverArgs>),
    /// Find a text transformation or cipher from examples, and apply it
    Text(Box<crate::discover::TextArgs>),
    /// Train the cells of the neural ALU, and show them
    #[command(subcommand)]
    Nalu(crate::nalu::NaluCommand),
    /// Assemble, disassemble and measure MUXLEQ images
    #[command(subcommand)]
    Muxleq(crate::muxleq::MuxleqCommand),
    /// List the GPUs: drivers, features, limits, and what each lacks
    Gpu(GpuArgs),
    /// Show what is known of the A64 instruction set
    Isa(IsaArgs),
    /// List the system calls of arm64 Linux and which are answered
    Syscalls,
    /// Print a completion script for a shell
    Completions {
        /// The shell
        shell: clap_complete::Shell,
    },
    /// Print the manual page of a command in roff
    Man {
        /// The command; without one, the overview
        command: Option<String>,
    },
}

/// Where the guest's time comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum ClockArg {
    /// One instruction is one nanosecond and sleeps are skipped: every run sees the same times
    Virtual,
    /// The host's clocks; sleeps really sleep
    Host,
}

#[derive(Args, Debug)]
#[command(after_long_help = "\
EXAMPLES
    ncpu run ./hello                             a static AArch64 program
    ncpu run --rootfs alpine.tar.gz /bin/sh      a shell in a distribution's root
    ncpu run --mount .:/work --cwd /work ./a.out with host files in sight
    ncpu run --strace --seed 7 ./server          every system call, one fixed schedule
    ncpu run --inspect ./hello                   what the file is, without running it
    ncpu run programs/fibonacci.asm              nCPU assembly
    ncpu run --engine neural --report-cells ./a  every value by trained cells, and how often
    ncpu run --load 0x10000 image.bin            a flat AArch64 image
    ncpu run forth.dec more.dec                  MUXLEQ images, one after the other in memory

FILES
    Without --rootfs the guest sees an empty tree with /dev, /proc, /tmp and the program itself.
    With --rootfs, FILE is looked for there first, then on the host. No other host file can be
    seen or changed except through --mount.")]
pub(crate) struct RunArgs {
    /// The program; what it is, its content tells
    #[arg(required_unless_present_any = ["inline", "list_engines"])]
    pub(crate) file: Option<String>,

    /// The program's arguments; after a MUXLEQ image, further images
    #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
    pub(crate) args: Vec<String>,

    /// Engine that executes the guest (see --list-engines)
    #[arg(long, default_value = "cpu", value_name = "NAME", help_heading = "Machine")]
    pub(crate) engine: String,

    /// GPU of the gpu engine: its number or a part of its name (see `ncpu gpu`), or `executor` for
    /// the same kernels on the CPU, slowly
    #[arg(long, value_name = "NAME|INDEX")]
    pub(crate) gpu: Option<String>,

    /// The gpu engine translates hot code after interpreting so many micro-ops; 0 never
    #[arg(long, value_name = "N")]
    pub(crate) translate_after: Option<u64>,

    /// Folder of the neural engine's weight files, instead of the built-in ones
    #[arg(long, value_name = "DIR", help_heading = "Machine")]
    pub(crate) models: Option<PathBuf>,

    /// List the engines and which are present
    #[arg(long, help_heading = "Machine")]
    pub(crate) list_engines: bool,

    /// Seed of randomness and scheduling; one seed, one run, bit for bit
    #[arg(long, default_value_t = 0, value_name = "N", value_parser = number, help_heading = "Machine")]
    pub(crate) seed: u64,

    /// Where guest time comes from
    #[arg(long, value_enum, default_value = "virtual", help_heading = "Machine")]
    pub(crate) clock: ClockArg,

    /// Most memory of all processes and files together (suffixes K, M, G)
    #[arg(long, default_value = "4G", value_name = "SIZE", value_parser = size, help_heading = "Limits")]
    pub(crate) memory: u64,

    /// Stop after so many instructions
    #[arg(long, alias = "max-cycles", value_name = "N", value_parser = number, help_heading = "Limits")]
    pub(crate) max_instructions: Option<u64>,

    /// Stop after so many seconds
    #[arg(long, value_name = "SECONDS", help_heading = "Limits")]
    pub(crate) timeout: Option<f64>,

    /// Most processes and threads at once
    #[arg(long, default_value_t = 1024, value_name = "N", help_heading = "Limits")]
    pub(crate) max_processes: usize,

    /// The guest's root: a host directory, or a tar archive (plain, .gz or .zst). Changes stay in
    /// memory
    #[arg(long, value_name = "DIR|TAR", help_heading = "Files")]
    pub(crate) rootfs: Option<PathBuf>,

    /// Write the guest's changes to the --rootfs directory when it ends
    #[arg(long, requires = "rootfs", help_heading = "Files")]
    pub(crate) write_back: bool,

    /// Show a host file or directory to the guest; writes reach the host unless `:ro`
    #[arg(long, value_name = "HOST:GUEST[:ro]", help_heading = "Files")]
    pub(crate) mount: Vec<String>,

    /// Environment of the guest: NAME=VALUE, or NAME to copy the host's
    #[arg(long, value_name = "NAME[=VALUE]", help_heading = "Guest")]
    pub(crate) env: Vec<String>,

    /// Working directory in the guest
    #[arg(long, default_value = "/", value_name = "DIR", help_heading = "Guest")]
    pub(crate) cwd: String,

    /// User, and group if one is given
    #[arg(long, default_value = "0", value_name = "UID[:GID]", help_heading = "Guest")]
    pub(crate) uid: String,

    /// Say what the file is (segments, interpreter, entry, instruction-set features), and stop
    #[arg(long, help_heading = "Reports")]
    pub(crate) inspect: bool,

    /// Print every system call to standard error, as strace -f does
    #[arg(long, help_heading = "Reports")]
    pub(crate) strace: bool,

    /// Run several times (3, or --repeat) and print mean, least and most time and instructions a
    /// second
    #[arg(long, help_heading = "Reports")]
    pub(crate) benchmark: bool,

    /// How often to run
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..), help_heading = "Reports")]
    pub(crate) repeat: Option<u32>,

    /// Write a report of the run as JSON to FILE, or to standard output for `-`
    #[arg(long, value_name = "FILE|-", help_heading = "Reports")]
    pub(crate) json_report: Option<PathBuf>,

    /// Print what the gpu engine did (dispatches, returns to the host), to standard error
    #[arg(long)]
    pub(crate) report_gpu: bool,

    /// Print how often each trained cell was evaluated (the neural engine), to standard error
    #[arg(long, help_heading = "Reports")]
    pub(crate) report_cells: bool,

    /// Print each instruction with the registers it changed (nCPU assembly)
    #[arg(long, short = 't', help_heading = "Reports")]
    pub(crate) trace: bool,

    /// Do not print how the run ended (nCPU assembly, MUXLEQ)
    #[arg(long, short = 'q', help_heading = "Reports")]
    pub(crate) quiet: bool,

    /// Treat FILE as a flat AArch64 image to be loaded at this address
    #[arg(long, value_name = "ADDR", value_parser = number, help_heading = "Flat images")]
    pub(crate) load: Option<u64>,

    /// Where a flat image starts executing; without it, at its load address
    #[arg(long, value_name = "ADDR", value_parser = number, requires = "load", help_heading = "Flat images")]
    pub(crate) entry: Option<u64>,

    /// nCPU assembly on the command line, instructions separated by `;`
    #[arg(
        long,
        short = 'i',
        value_name = "TEXT",
        conflicts_with = "file",
        help_heading = "nCPU assembly"
    )]
    pub(crate) inline: Option<String>,

    /// The earlier nCPU's arithmetic for nCPU assembly: results saturate
    #[arg(long, help_heading = "nCPU assembly")]
    pub(crate) compat: bool,
}

#[derive(Args, Debug)]
pub(crate) struct DisasmArgs {
    /// The file
    pub(crate) file: PathBuf,
    /// Treat FILE as a flat AArch64 image at this address
    #[arg(long, value_name = "ADDR", value_parser = number)]
    pub(crate) load: Option<u64>,
    /// First address to show
    #[arg(long, value_name = "ADDR", value_parser = number)]
    pub(crate) start: Option<u64>,
    /// First address not to show
    #[arg(long, value_name = "ADDR", value_parser = number)]
    pub(crate) stop: Option<u64>,
    /// Show the micro-ops of each instruction too
    #[arg(long)]
    pub(crate) uops: bool,
}

#[derive(Args, Debug)]
pub(crate) struct AsmArgs {
    /// The assembly file
    pub(crate) file: PathBuf,
    /// The binary to write; without it, FILE with the extension .nbin
    #[arg(long, short = 'o', value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,
}

#[derive(Args, Debug)]
#[command(after_long_help = "\
EXAMPLES
    ncpu gpu                                     every adapter that a driver offers
    ncpu gpu --json                              the same for programs

    Where an option takes a GPU, name it by its number or by a part of its name. The Vulkan loader
    finds drivers by itself; VK_DRIVER_FILES names others. Exit status 2: no GPU is usable.")]
pub(crate) struct GpuArgs {
    /// Print JSON
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Args, Debug)]
pub(crate) struct IsaArgs {
    /// Count the encodings that are implemented, by feature
    #[arg(long)]
    pub(crate) coverage: bool,
    /// List the encodings that are not implemented, by name
    #[arg(long)]
    pub(crate) missing: bool,
    /// Explain one instruction word (hexadecimal)
    #[arg(long, value_name = "WORD")]
    pub(crate) word: Option<String>,
}

/// A number in decimal, or in hexadecimal after `0x`; `_` may separate digits.
pub(crate) fn number(text: &str) -> Result<u64, String> {
    let digits = text.replace('_', "");
    let parsed = match digits.strip_prefix("0x") {
        Some(hex) => u64::from_str_radix(hex, 16),
        None => digits.parse(),
    };
    parsed.map_err(|_| "expected a number such as 4096 or 0x1000".into())
}

/// A size with a suffix.
pub(crate) fn size(text: &str) -> Result<u64, String> {
    let (digits, shift) = match text.chars().last() {
        Some('k' | 'K') => (&text[..text.len() - 1], 10),
        Some('m' | 'M') => (&text[..text.len() - 1], 20),
        Some('g' | 'G') => (&text[..text.len() - 1], 30),
        _ => (text, 0),
    };
    let wrong = || "expected a size such as 512M or 4G".to_string();
    number(digits).map_err(|_| wrong())?.checked_mul(1 << shift).ok_or_else(wrong)
}
