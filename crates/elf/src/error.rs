//! Why a file is not a program that can run here.

use std::fmt;

/// What is wrong with an ELF file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Error {
    /// The file does not start with the ELF magic number.
    NotElf,
    /// The file ends before the named part does.
    Truncated {
        /// The part that is cut off.
        what: &'static str,
        /// Where it starts.
        offset: u64,
        /// How many bytes it needs.
        needed: u64,
        /// Length of the file.
        len: u64,
    },
    /// A 32-bit ELF file.
    Class32 {
        /// `e_machine`.
        machine: u16,
    },
    /// A big-endian ELF file.
    BigEndian,
    /// `e_ident` or `e_version` says something no loader knows.
    BadIdent {
        /// The field.
        field: &'static str,
        /// Its value.
        value: u32,
    },
    /// A program for another processor.
    WrongMachine {
        /// `e_machine`.
        machine: u16,
    },
    /// An ELF file, but no executable.
    NotExecutable {
        /// `e_type`.
        e_type: u16,
    },
    /// A header field has an impossible value.
    BadField {
        /// The field.
        field: &'static str,
        /// Its value.
        value: u64,
        /// Offset of the structure that holds it.
        offset: u64,
        /// What is allowed.
        expected: &'static str,
    },
    /// Two loadable segments claim the same addresses.
    Overlap {
        /// Index of the first program header.
        first: usize,
        /// Index of the second.
        second: usize,
        /// The first shared address.
        addr: u64,
    },
    /// No `PT_LOAD` segment: nothing to run.
    NothingToLoad,
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotElf => write!(f, "not an ELF file"),
            Self::Truncated { what, offset, needed, len } => write!(
                f,
                "truncated: {what} needs {needed} bytes at offset {offset:#x}, but the file has \
                 {len}; fetch or build it again"
            ),
            Self::Class32 { machine } => write!(
                f,
                "32-bit {} program: nCPU runs 64-bit AArch64 (ARM64) programs; build it for \
                 aarch64-linux",
                machine_name(*machine)
            ),
            Self::BigEndian => write!(
                f,
                "big-endian ELF file: nCPU runs little-endian AArch64 programs; build it for \
                 aarch64-linux, not aarch64_be"
            ),
            Self::BadIdent { field, value } => {
                write!(f, "bad ELF header: {field} is {value}, which no loader knows")
            }
            Self::WrongMachine { machine } => write!(
                f,
                "{} program: nCPU runs AArch64 (ARM64) programs; build or fetch the arm64 version",
                machine_name(*machine)
            ),
            Self::NotExecutable { e_type } => {
                write!(f, "not an executable: {}", type_remedy(*e_type))
            }
            Self::BadField { field, value, offset, expected } => write!(
                f,
                "bad ELF file: {field} is {value:#x} in the header at offset {offset:#x}; it must \
                 be {expected}"
            ),
            Self::Overlap { first, second, addr } => write!(
                f,
                "bad ELF file: program headers {first} and {second} both load address {addr:#x}"
            ),
            Self::NothingToLoad => {
                write!(f, "nothing to load: the file has no PT_LOAD program header")
            }
        }
    }
}

impl std::error::Error for Error {}

fn type_remedy(e_type: u16) -> String {
    match e_type {
        1 => "relocatable object; link it first (aarch64-linux-gnu-gcc -static)".into(),
        4 => "core dump; run the program that dumped it".into(),
        other => format!("e_type is {other}; an executable has 2 (EXEC) or 3 (DYN)"),
    }
}

/// Name of an `e_machine` value, as users know it.
fn machine_name(machine: u16) -> String {
    let name = match machine {
        2 | 18 | 43 => "SPARC",
        3 => "x86 (i386)",
        4 => "m68k",
        8 => "MIPS",
        20 => "PowerPC",
        21 => "PowerPC64",
        22 => "s390x",
        40 => "ARM",
        42 => "SuperH",
        62 => "x86-64",
        183 => "AArch64",
        243 => "RISC-V",
        247 => "BPF",
        258 => "LoongArch",
        other => return format!("ELF machine {other}"),
    };
    name.into()
}
