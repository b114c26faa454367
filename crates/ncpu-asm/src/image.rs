//! Images: an assembled program as words and bytes, and the file that holds one.
//!
//! A file is a header of 32 bytes, the text words and the data bytes, all little-endian:
//!
//! ```text
//!  0  magic       7f 6e 43 50 55 0d 0a 1a
//!  8  version     u16, 1
//! 10  flags       u16, bit 0: the saturating rules (`.compat`)
//! 12  entry       u32, index of the first instruction to run
//! 16  text        u32, instructions
//! 20  data        u32, bytes
//! 24  space       u32, zero bytes after the data
//! 28  reserved    u32, 0
//! ```

use std::fmt;

/// First bytes of a program file.
pub const MAGIC: [u8; 8] = *b"\x7fnCPU\r\n\x1a";
/// Guest address of instruction 0.
pub const TEXT_BASE: u64 = 0x1000;
/// Guest address of the first data byte.
pub const DATA_BASE: u64 = 0x0100_0000;
/// Address past the stack: SP when the program starts.
pub const STACK_TOP: u64 = 0x7fff_0000;
/// Bytes of stack.
pub const STACK_SIZE: u64 = 1 << 20;
/// The most instructions that a program may have.
pub const MAX_TEXT: usize = 1 << 20;
/// The most bytes of data, zeroes included, that a program may have.
pub const MAX_DATA: u64 = 256 << 20;
/// Bytes of an instruction.
pub const INSN_BYTES: u64 = 8;

const HEADER: usize = 32;
const VERSION: u16 = 1;
const COMPAT: u16 = 1;

/// A program as the machine sees it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Image {
    /// Instruction words.
    pub text: Vec<u64>,
    /// Initial data, from [`DATA_BASE`] on; never ends in a zero.
    pub data: Vec<u8>,
    /// Zero bytes after the data.
    pub space: u32,
    /// Index of the first instruction to run.
    pub entry: u32,
    /// Does the program ask for the saturating rules?
    pub compat: bool,
}

/// Why a file is no program.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ImageError {
    /// It does not start with [`MAGIC`].
    NotAnImage,
    /// It ends inside the header.
    ShortHeader(usize),
    /// A version this program does not know.
    Version(u16),
    /// Flag bits this program does not know.
    Flags(u16),
    /// The reserved field is not 0.
    Reserved(u32),
    /// The file is not as long as its header says.
    Length {
        /// What the header says.
        expected: u64,
        /// What the file has.
        found: u64,
    },
    /// More instructions than [`MAX_TEXT`].
    TextSize(u32),
    /// More data than [`MAX_DATA`].
    DataSize(u64),
    /// The entry is not an instruction.
    Entry {
        /// The entry.
        entry: u32,
        /// Instructions.
        text: u32,
    },
}

impl fmt::Display for ImageError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotAnImage => write!(f, "not an nCPU program: the magic bytes are missing"),
            Self::ShortHeader(n) => {
                write!(f, "truncated: {n} bytes of a header of {HEADER}")
            }
            Self::Version(v) => {
                write!(f, "format version {v}; this program reads version {VERSION}")
            }
            Self::Flags(v) => write!(f, "unknown flags {v:#x} in the header"),
            Self::Reserved(v) => write!(f, "the header's reserved field is {v:#x} instead of 0"),
            Self::Length { expected, found } => {
                let what = if found < expected { "truncated" } else { "too long" };
                write!(f, "{what}: the header asks for {expected} bytes, the file has {found}")
            }
            Self::TextSize(n) => write!(f, "{n} instructions; at most {MAX_TEXT} fit"),
            Self::DataSize(n) => write!(f, "{n} bytes of data; at most {MAX_DATA} fit"),
            Self::Entry { entry, text } => {
                write!(f, "entry {entry} is not one of the {text} instructions")
            }
        }
    }
}

impl std::error::Error for ImageError {}

impl Image {
    /// An image of these parts; zeroes at the end of `data` become space.
    #[must_use]
    pub fn new(text: Vec<u64>, mut data: Vec<u8>, space: u32, entry: u32, compat: bool) -> Self {
        let kept = data.iter().rposition(|b| *b != 0).map_or(0, |last| last + 1);
        let space = space + (data.len() - kept) as u32;
        data.truncate(kept);
        Self { text, data, space, entry, compat }
    }

    /// Does `bytes` start as a program file does?
    #[must_use]
    pub fn is_image(bytes: &[u8]) -> bool {
        bytes.starts_with(&MAGIC)
    }

    /// The file.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut out = MAGIC.to_vec();
        out.extend(VERSION.to_le_bytes());
        out.extend((if self.compat { COMPAT } else { 0 }).to_le_bytes());
        let (text, data) = (self.text.len() as u32, self.data.len() as u32);
        for field in [self.entry, text, data, self.space, 0] {
            out.extend(field.to_le_bytes());
        }
        out.extend(self.text.iter().flat_map(|w| w.to_le_bytes()));
        out.extend(&self.data);
        out
    }

    /// Reads a file.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, ImageError> {
        if !Self::is_image(bytes) {
            return Err(ImageError::NotAnImage);
        }
        let Some((header, body)) = bytes.split_at_checked(HEADER) else {
            return Err(ImageError::ShortHeader(bytes.len()));
        };
        let half = |at: usize| u16::from_le_bytes([header[at], header[at + 1]]);
        let word = |at: usize| u32::from(half(at)) | u32::from(half(at + 2)) << 16;
        let (version, flags) = (half(8), half(10));
        let (entry, text, data, space, reserved) =
            (word(12), word(16), word(20), word(24), word(28));
        if version != VERSION {
            return Err(ImageError::Version(version));
        }
        if flags & !COMPAT != 0 {
            return Err(ImageError::Flags(flags));
        }
        if reserved != 0 {
            return Err(ImageError::Reserved(reserved));
        }
        check_sizes(text, data, space, entry)?;
        let (expected, found) = (u64::from(text) * INSN_BYTES + u64::from(data), body.len() as u64);
        if expected != found {
            let header = HEADER as u64;
            return Err(ImageError::Length { expected: expected + header, found: found + header });
        }
        let (text, data) = body.split_at(text as usize * INSN_BYTES as usize);
        let text = text
            .chunks_exact(INSN_BYTES as usize)
            .map(|w| w.iter().rev().fold(0, |word, b| word << 8 | u64::from(*b)))
            .collect();
        Ok(Self::new(text, data.to_vec(), space, entry, flags & COMPAT != 0))
    }
}

fn check_sizes(text: u32, data: u32, space: u32, entry: u32) -> Result<(), ImageError> {
    if text as usize > MAX_TEXT {
        return Err(ImageError::TextSize(text));
    }
    let bytes = u64::from(data) + u64::from(space);
    if bytes > MAX_DATA {
        return Err(ImageError::DataSize(bytes));
    }
    // A program without instructions is one that runs past its end at once.
    if entry >= text && entry != 0 {
        return Err(ImageError::Entry { entry, text });
    }
    Ok(())
}
