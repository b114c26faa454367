//! What a guest file is, told by its content, and what an AArch64 ELF program says about itself.
//!
//! The reader takes any [`Source`], reads only headers and the tables it is asked for, never
//! allocates more than the file holds, and answers hostile input with an [`Error`] that names the
//! field at fault and the remedy.

mod error;
mod header;
mod script;
mod sections;
mod source;
mod symbols;

pub use error::Error;
pub use header::{Elf, Kind, Segment, SegmentKind};
pub use script::Script;
pub use sections::{Code, code};
pub use source::Source;
pub use symbols::{Symbol, Symbols};

/// What a file is, told by its first bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FileKind {
    /// Starts with the ELF magic number.
    Elf,
    /// Starts with `#!`.
    Script(Script),
    /// Neither: a flat image, assembly text or data.
    Unknown,
}

/// Tells what a file is from its first bytes (256 suffice).
pub fn detect(head: &[u8]) -> FileKind {
    if head.starts_with(b"\x7fELF") {
        return FileKind::Elf;
    }
    match Script::parse(head) {
        Some(script) => FileKind::Script(script),
        None => FileKind::Unknown,
    }
}
