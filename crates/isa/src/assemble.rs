//! Text to words, through the same templates that the disassembler writes.
//!
//! Each row whose mnemonic fits is tried. A piece of its template is inverted by writing it for every
//! value of the bits it depends on, which keeps one definition of how operands look; only operands with
//! many bits (labels, wide immediates) are parsed.

use crate::operand::Operand;
use crate::piece::{NumKind, Piece, mask};
use crate::sysnames::OPERATIONS;
use crate::table::Shape;
use crate::{Pattern, ROWS, Row, decode, decode_bit_masks, disassemble};
use std::fmt;

/// Why a line could not be assembled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AsmError {
    /// No row has this mnemonic.
    UnknownMnemonic,
    /// The mnemonic is known, but no encoding takes these operands.
    Operands,
}

impl fmt::Display for AsmError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            AsmError::UnknownMnemonic => "unknown mnemonic",
            AsmError::Operands => "no encoding of this mnemonic takes these operands",
        })
    }
}

impl std::error::Error for AsmError {}

/// Assembles one instruction at address `pc`. Immediates need their `#`; branch targets and literals
/// are absolute addresses in hexadecimal, as the disassembler writes them. `.inst 0x…` is taken as it is.
pub fn assemble(text: &str, pc: u64) -> Result<u32, AsmError> {
    let text = canonical(text);
    if let Some(word) = text.strip_prefix(".inst\t") {
        return parse_hex(word).and_then(|w| u32::try_from(w).ok()).ok_or(AsmError::Operands);
    }
    let mut found = None;
    for (row, shape) in ROWS.iter().flat_map(|row| row.shapes.iter().map(move |s| (row, s))) {
        let Some(word) = Attempt { row, shape, pc }.run(&text) else { continue };
        if canonical(&disassemble(word, pc)) == text {
            return Ok(word);
        }
        found.get_or_insert(word);
    }
    found.ok_or_else(|| failure(&text))
}

/// Whether the mnemonic or the operands are to blame.
fn failure(text: &str) -> AsmError {
    let mnemonic = text.split(['\t', '.']).next().unwrap_or("");
    let known = |row: &Row| {
        row.shapes.iter().any(|shape| match shape.pieces.first() {
            Some(Piece::Text(start)) => {
                let start = start.split(['\t', '.']).next().unwrap_or("");
                mnemonic.starts_with(start) && mnemonic.len() <= start.len() + 3
            }
            _ => false,
        })
    };
    if ROWS.iter().any(known) { AsmError::Operands } else { AsmError::UnknownMnemonic }
}

/// One spelling for each text: lower case, no comment, a tab after the mnemonic and no other blanks,
/// numbers in decimal.
fn canonical(text: &str) -> String {
    let text = text.split("//").next().unwrap_or("").split(';').next().unwrap_or("");
    let text = text.trim().to_ascii_lowercase();
    let (mnemonic, operands) = text.split_once(char::is_whitespace).unwrap_or((&text, ""));
    let mut out = condition_spelling(mnemonic, "b.");
    let operands: String = operands.chars().filter(|c| !c.is_whitespace()).collect();
    if !operands.is_empty() {
        out.push('\t');
        out.push_str(&plain_numbers(&condition_spelling(&operands, ",")));
    }
    out
}

/// `hs` and `lo` are other names of `cs` and `cc`.
fn condition_spelling(text: &str, before: &str) -> String {
    for (name, usual) in [("hs", "cs"), ("lo", "cc")] {
        if let Some(start) = text.strip_suffix(name).filter(|start| start.ends_with(before)) {
            return format!("{start}{usual}");
        }
    }
    text.to_string()
}

/// Rewrites each `#number`.
fn plain_numbers(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some(at) = rest.find('#') {
        out.push_str(&rest[..=at]);
        rest = &rest[at + 1..];
        let end = number_end(rest);
        out.push_str(&plain_number(&rest[..end]));
        rest = &rest[end..];
    }
    out.push_str(rest);
    out
}

fn number_end(text: &str) -> usize {
    let mut previous = ' ';
    for (i, c) in text.char_indices() {
        let sign = matches!(c, '-' | '+') && (i == 0 || previous == 'e');
        if !c.is_ascii_alphanumeric() && c != '.' && !sign {
            return i;
        }
        previous = c;
    }
    text.len()
}

fn plain_number(text: &str) -> String {
    let (sign, digits) = text.strip_prefix('-').map_or(("", text), |digits| ("-", digits));
    if let Some(value) = digits.strip_prefix("0x").and_then(|hex| u64::from_str_radix(hex, 16).ok())
    {
        return format!("{sign}{value}");
    }
    if let Ok(value) = digits.parse::<u64>() {
        return format!("{sign}{value}");
    }
    match digits.parse::<f64>() {
        Ok(value) => format!("{sign}{value:e}"),
        Err(_) => text.to_string(),
    }
}

/// The bits decided so far.
#[derive(Clone, Copy)]
struct Bits {
    known: u32,
    word: u32,
}

impl Bits {
    /// Sets `mask`'s bits to those of `value`, if that contradicts nothing.
    fn with(self, mask: u32, value: u32) -> Option<Bits> {
        let both = self.known & mask;
        let agree = self.word & both == value & both;
        agree.then_some(Bits { known: self.known | mask, word: self.word | (value & mask) })
    }

    fn with_pattern(self, pattern: Pattern) -> Option<Bits> {
        self.with(pattern.mask, pattern.value)
    }
}

/// A try to read the text as one shape of one row.
struct Attempt<'a> {
    row: &'a Row,
    shape: &'a Shape,
    pc: u64,
}

impl Attempt<'_> {
    fn run(&self, text: &str) -> Option<u32> {
        let bits = Bits { known: 0, word: 0 }
            .with_pattern(self.row.pattern)?
            .with_pattern(self.row.should_be)?
            .with_pattern(self.shape.when)?;
        self.pieces(self.shape.pieces, text, bits)
    }

    /// Matches the pieces from here on, trying every reading of each.
    fn pieces(&self, pieces: &[Piece], text: &str, bits: Bits) -> Option<u32> {
        let Some((piece, rest)) = pieces.split_first() else {
            return if text.is_empty() { self.complete(bits) } else { None };
        };
        if let Piece::Text(expected) = piece {
            let expected: String =
                expected.chars().filter(|&c| c != ' ').map(|c| c.to_ascii_lowercase()).collect();
            return self.pieces(rest, text.strip_prefix(&*plain_numbers(&expected))?, bits);
        }
        self.readings(*piece, text, bits)
            .into_iter()
            .find_map(|(length, bits)| self.pieces(rest, &text[length..], bits))
    }

    /// Decides the bits that no piece shows (such as N, which has to equal sf).
    fn complete(&self, bits: Bits) -> Option<u32> {
        let open = !bits.known;
        submasks(open).map(|value| bits.word | value).find(|&word| self.accepts(word))
    }

    fn accepts(&self, word: u32) -> bool {
        let decoded = decode(word).is_some_and(|insn| insn.enc == self.row.enc);
        decoded && self.shape.fits(word)
    }

    /// How the start of the text may be read as this piece: the length and the bits, longest first.
    fn readings(&self, piece: Piece, text: &str, bits: Bits) -> Vec<(usize, Bits)> {
        let parsed = match piece {
            Piece::Num(NumKind::Dec | NumKind::Hex, hi, lo) => {
                Some(plain_field(text, bits, hi.into(), lo.into()).into_iter().collect())
            }
            Piece::Op(operand) => self.parse(operand, text, bits),
            _ => None,
        };
        let mut readings = parsed.unwrap_or_else(|| self.enumerate(piece, text, bits));
        readings.sort_by_key(|reading| std::cmp::Reverse(reading.0));
        readings
    }

    /// Writes the piece for all values of its open bits and keeps those that the text starts with.
    fn enumerate(&self, piece: Piece, text: &str, bits: Bits) -> Vec<(usize, Bits)> {
        let open = piece.bits() & !bits.known;
        let mut readings = Vec::new();
        let mut written = String::new();
        for value in submasks(open) {
            let word = bits.word | value;
            written.clear();
            let spelled = piece.write(word, self.pc, &mut written).is_ok();
            if !spelled || !may_start(text, &written) {
                continue;
            }
            let written = spelling(&written);
            if text.starts_with(&written) {
                readings.push((written.len(), Bits { known: bits.known | open, word }));
            }
        }
        readings
    }

    /// Reads operands with too many bits to enumerate; `None` for all others.
    fn parse(&self, operand: Operand, text: &str, bits: Bits) -> Option<Vec<(usize, Bits)>> {
        let wide = bits.word >> 31 == 1;
        let reading = match operand {
            Operand::Label19 | Operand::Label19Cond | Operand::Label19Bc => {
                self.label(text, bits, 19, 5)
            }
            Operand::Label14 => self.label(text, bits, 14, 5),
            Operand::Label26 => self.label(text, bits, 26, 0),
            Operand::Adr => self.address(text, bits, 0),
            Operand::Adrp => self.address(text, bits, 12),
            Operand::Bitmask | Operand::BitmaskMov => number(text).and_then(|(length, value)| {
                let fields = encode_bitmask(value, wide)?;
                Some((length, bits.with(operand.bits() & !(1 << 31), fields << 10)?))
            }),
            Operand::MovzImm => moved(text, bits, |value| value),
            Operand::MovnImm => moved(text, bits, |value| !value),
            Operand::Imm16 => imm16(text, bits),
            Operand::Sysop => return Some(system_operations(text, bits)),
            Operand::Movi => return Some(self.movi(text, bits)),
            _ => return None,
        };
        Some(reading.into_iter().collect())
    }

    /// A target `width` bits of words away, its field at `lo`.
    fn label(&self, text: &str, bits: Bits, width: u32, lo: u32) -> Option<(usize, Bits)> {
        let (length, target) = hex_number(text)?;
        let offset = target.wrapping_sub(self.pc) as i64;
        let field = signed_field(offset >> 2, width).filter(|_| offset & 3 == 0)?;
        let mask = ((1 << width) - 1) << lo;
        Some((length, bits.with(mask, field << lo)?))
    }

    /// The target of ADR (`shift` 0) or ADRP (12).
    fn address(&self, text: &str, bits: Bits, shift: u32) -> Option<(usize, Bits)> {
        let (length, target) = hex_number(text)?;
        let base = self.pc >> shift << shift;
        let offset = target.wrapping_sub(base) as i64;
        let field =
            signed_field(offset >> shift, 21).filter(|_| offset >> shift << shift == offset)?;
        let value = (field & 3) << 29 | (field >> 2) << 5;
        Some((length, bits.with(Operand::Adr.bits(), value)?))
    }

    /// MOVI's operands, once the register at the start is known.
    fn movi(&self, text: &str, bits: Bits) -> Vec<(usize, Bits)> {
        let digits: String = text.chars().skip(1).take_while(char::is_ascii_digit).collect();
        let register = digits.parse().ok().filter(|&r: &u32| r < 32);
        let Some(bits) = register.and_then(|r| bits.with(31, r)) else { return Vec::new() };
        self.enumerate(Piece::Op(Operand::Movi), text, bits)
    }
}

/// Every value of the bits in `mask`, from zero up.
fn submasks(mask: u32) -> impl Iterator<Item = u32> {
    let next = move |value: &u32| Some(value.wrapping_sub(mask) & mask).filter(|&v| v != 0);
    std::iter::successors(Some(0), next)
}

/// Cheaply, whether the canonical `text` may start with what is `written`.
fn may_start(text: &str, written: &str) -> bool {
    match (text.as_bytes().first(), written.as_bytes().first()) {
        (Some(first), Some(b)) => *b == b' ' || b.eq_ignore_ascii_case(first),
        (None, Some(b)) => *b == b' ',
        (_, None) => true,
    }
}

/// A piece's text in canonical spelling.
fn spelling(text: &str) -> String {
    let text = text.split("\t//").next().unwrap_or(text);
    let text = text.split("  //").next().unwrap_or(text);
    let text: String = text.chars().filter(|&c| c != ' ').map(|c| c.to_ascii_lowercase()).collect();
    if text.contains('#') { plain_numbers(&text) } else { text }
}

/// `#number` as it stands in the bits `hi:lo`.
fn plain_field(text: &str, bits: Bits, hi: u32, lo: u32) -> Option<(usize, Bits)> {
    let (length, value) = number(text)?;
    let value = u32::try_from(value).ok().filter(|v| v >> (hi - lo) >> 1 == 0)?;
    Some((length, bits.with(mask(hi, lo), value << lo)?))
}

fn parse_hex(text: &str) -> Option<u64> {
    u64::from_str_radix(text.strip_prefix("0x").unwrap_or(text), 16).ok()
}

fn hex_number(text: &str) -> Option<(usize, u64)> {
    let end = text.find([',', ']']).unwrap_or(text.len());
    Some((end, parse_hex(&text[..end])?))
}

/// `#number`, in two's complement.
fn number(text: &str) -> Option<(usize, u64)> {
    let rest = text.strip_prefix('#')?;
    let end = number_end(rest);
    let value: i128 = rest[..end].parse().ok()?;
    Some((end + 1, value as u64))
}

fn signed_field(value: i64, width: u32) -> Option<u32> {
    let limit = 1i64 << (width - 1);
    (-limit..limit).contains(&value).then_some(value as u32 & ((1 << width) - 1))
}

/// hw and imm16 of a MOV whose value `invert` turns into what the instruction holds.
fn moved(text: &str, bits: Bits, invert: impl Fn(u64) -> u64) -> Option<(usize, Bits)> {
    let (length, value) = number(text)?;
    let wide = bits.word >> 31 == 1;
    let value = if wide { invert(value) } else { u64::from(invert(value) as u32) };
    let hw = (0..4).find(|hw| value & !(0xffff << (16 * hw)) == 0)?;
    let imm16 = (value >> (16 * hw)) as u32;
    Some((length, bits.with(Operand::Imm16.bits(), hw << 21 | imm16 << 5)?))
}

/// `#imm16` with its shift.
fn imm16(text: &str, bits: Bits) -> Option<(usize, Bits)> {
    let (mut length, value) = number(text)?;
    let imm16 = u32::try_from(value).ok().filter(|&v| v < 1 << 16)?;
    let mut hw = 0;
    if let Some((end, shift)) = text[length..].strip_prefix(",lsl").and_then(number) {
        hw = u32::try_from(shift).ok().filter(|s| s % 16 == 0 && *s < 64)? / 16;
        length += 4 + end;
    }
    Some((length, bits.with(Operand::Imm16.bits(), hw << 21 | imm16 << 5)?))
}

/// N:immr:imms of a bitmask immediate.
fn encode_bitmask(value: u64, wide: bool) -> Option<u32> {
    let value = if wide { value } else { value & 0xffff_ffff };
    (0..1u32 << 13).find(|fields| {
        let (n, immr, imms) = (fields >> 12 == 1, fields >> 6 & 63, fields & 63);
        decode_bit_masks(n, imms, immr, wide).is_some_and(|m| m.wmask == value)
    })
}

/// The named system operations that the text starts with.
fn system_operations(text: &str, bits: Bits) -> Vec<(usize, Bits)> {
    let mut readings = Vec::new();
    for (key, mnemonic, name, takes_register) in OPERATIONS {
        let start = format!("{mnemonic}\t{name}");
        if !text.starts_with(&start) {
            continue;
        }
        for register in 0..32u32 {
            let end = match (takes_register, register) {
                (false, 31) => String::new(),
                (false, _) => continue,
                (true, 31) => ",xzr".to_string(),
                (true, _) => format!(",x{register}"),
            };
            let value = u32::from(*key) << 5 | register;
            if text[start.len()..] == end {
                readings.extend(bits.with(Operand::Sysop.bits(), value).map(|b| (text.len(), b)));
            }
        }
    }
    readings
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn people_write_it_so() {
        for (text, word) in [
            ("add x0, x1, #16", 0x9100_4020),
            ("ADD X0,X1,#0x10", 0x9100_4020),
            ("mov x0, #-1", 0x9280_0000),
            ("mov w1, #0x10000", 0x52a0_0021),
            ("b.hs 0x1008", 0x5400_0042),
            ("cset w0, lo", 0x1a9f_27e0),
            ("fmov d0, #1.0", 0x1e6e_1000),
            ("ldr x0, [x1, #8]!", 0xf840_8c20),
            (".inst 0x00000001", 1),
            ("ret", 0xd65f_03c0),
        ] {
            assert_eq!(assemble(text, 0x1000), Ok(word), "{text}");
        }
        assert_eq!(assemble("frobnicate x0", 0), Err(AsmError::UnknownMnemonic));
        assert_eq!(assemble("add x0, x1", 0), Err(AsmError::Operands));
        assert_eq!(assemble("b 3", 0), Err(AsmError::Operands));
        assert_eq!(assemble("", 0), Err(AsmError::UnknownMnemonic));
    }
}
