//! Images: the cells at the start, written as decimal numbers.

use crate::machine::{CELLS, SPECIAL};
use std::fmt;
use std::ops::RangeInclusive;

/// Cells from cell 0 on.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Image {
    /// The cells; at most [`CELLS`](crate::CELLS).
    pub cells: Vec<u16>,
}

/// What a number may be before it is reduced to 16 bits: the signed numbers of 17 bits. Sums and
/// differences of cells are among them; what is farther off is a slip.
const NUMBERS: RangeInclusive<i64> = -65_536..=65_535;

/// What is wrong with an image, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ImageError {
    /// The file.
    pub file: String,
    /// The line, from 1.
    pub line: usize,
    /// The column in it, from 1, in bytes.
    pub column: usize,
    /// What is wrong, and the remedy.
    pub message: String,
}

impl fmt::Display for ImageError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}:{}: {}", self.file, self.line, self.column, self.message)
    }
}

impl std::error::Error for ImageError {}

fn separates(byte: u8) -> bool {
    byte == b',' || byte.is_ascii_whitespace()
}

impl Image {
    /// Reads decimal numbers, negative ones too, separated by commas or white space. They may be
    /// from -65536 to 65535 and are reduced to 16 bits.
    ///
    /// # Errors
    /// Something else than numbers, a number out of range, too many of them, or none.
    pub fn parse(file: &str, text: impl AsRef<[u8]>) -> Result<Self, ImageError> {
        let mut image = Self::default();
        image.append(file, text)?;
        Ok(image)
    }

    /// Adds the cells of another file after those that are there; see [`parse`](Self::parse).
    ///
    /// # Errors
    /// As for [`parse`](Self::parse); the cells before the error have been added.
    pub fn append(&mut self, file: &str, text: impl AsRef<[u8]>) -> Result<(), ImageError> {
        let before = self.cells.len();
        let at =
            |line, column, message: String| ImageError { file: file.into(), line, column, message };
        for (n, line) in text.as_ref().split(|b| *b == b'\n').enumerate() {
            let mut column = 1;
            for word in line.split(|b| separates(*b)) {
                if !word.is_empty() {
                    let cell = number(word).map_err(|message| at(n + 1, column, message))?;
                    self.push(cell).map_err(|message| at(n + 1, column, message))?;
                }
                column += word.len() + 1;
            }
        }
        if self.cells.len() == before {
            return Err(at(1, 1, "no number; an image needs at least one cell".into()));
        }
        Ok(())
    }

    fn push(&mut self, cell: u16) -> Result<(), String> {
        if self.cells.len() == CELLS {
            return Err(format!("more than {CELLS} cells; shorten the image"));
        }
        self.cells.push(cell);
        Ok(())
    }

    /// Do a file's bytes look like an image: numbers, signs, commas and white space alone?
    #[must_use]
    pub fn looks_like(bytes: &[u8]) -> bool {
        let fits = |b: &u8| b.is_ascii_digit() || *b == b'-' || separates(*b);
        bytes.iter().all(fits) && bytes.iter().any(u8::is_ascii_digit)
    }

    /// The image as text, three cells a line; 65535 is written -1.
    #[must_use]
    pub fn to_text(&self) -> String {
        let show = |cell: &u16| match *cell {
            SPECIAL => "-1".to_string(),
            cell => cell.to_string(),
        };
        let line = |cells: &[u16]| cells.iter().map(show).collect::<Vec<_>>().join(" ") + "\n";
        self.cells.chunks(3).map(line).collect()
    }
}

/// A number, reduced to 16 bits.
fn number(word: &[u8]) -> Result<u16, String> {
    let text = String::from_utf8_lossy(word);
    let digits = text.strip_prefix('-').unwrap_or(&text);
    if digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_digit()) {
        let shown: String = text.chars().take(40).collect();
        return Err(format!(
            "`{}` is no decimal number; cells are numbers separated by commas or white space",
            shown.escape_debug()
        ));
    }
    match text.parse::<i64>() {
        Ok(number) if NUMBERS.contains(&number) => Ok(number as u16),
        _ => Err(format!(
            "{text} does not fit a cell; give a number from {} to {}",
            NUMBERS.start(),
            NUMBERS.end()
        )),
    }
}
