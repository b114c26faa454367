//! The pieces of a template: fixed text, registers, vector arrangements, numbers and operands.

use crate::operand::{Operand, SVE_DTYPES};
use ncpu_bits::field;
use std::fmt::{self, Write};

/// One piece of a template.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Piece {
    /// Text as it stands.
    Text(&'static str),
    /// A register; its field's lowest bit.
    Reg(File, u8),
    /// A register where 31 is the stack pointer.
    RegSp(File, u8),
    /// The second of a pair of consecutive registers.
    RegNext(File, u8),
    /// A vector or predicate register with an arrangement.
    Vec(File, u8, Arr),
    /// A governing predicate with its `/m` or `/z`.
    Pred(u8, &'static str),
    /// An unsigned number; its field's highest and lowest bit.
    Num(NumKind, u8, u8),
    /// A list of vectors from Rt on.
    List(u8, Arr),
    /// A list of vectors from Rt on with an element's index.
    ElemList(u8),
    /// Anything else.
    Op(Operand),
}

/// How a register's name and width follow from the word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(dead_code, reason = "complete in itself; the table uses what it needs")]
pub(crate) enum File {
    /// 32-bit general.
    W,
    /// 64-bit general.
    X,
    /// General, 64-bit if bit 31.
    R,
    /// General, 64-bit if bits 31:30 are 11.
    A,
    /// General, 64-bit if bit 30.
    Y,
    /// General, 32-bit if bit 22.
    C,
    /// Scalar, by name.
    B,
    /// Scalar, by name.
    H,
    /// Scalar, by name.
    S,
    /// Scalar, by name.
    D,
    /// Scalar, by name.
    Q,
    /// Scalar by ftype, bits 23:22.
    F,
    /// Scalar by size, bits 23:22.
    G,
    /// Scalar twice as wide as size.
    L,
    /// Single or double by bit 22.
    E,
    /// Scalar by immh.
    I,
    /// Scalar twice as wide as immh.
    J,
    /// Scalar by opc<1>:size of loads and stores.
    N,
    /// S, D or Q by bits 31:30.
    O,
    /// General, 64-bit if bit 12.
    K,
    /// Vector.
    V,
    /// Scalable vector.
    Z,
    /// Predicate.
    P,
}

/// How a vector's arrangement follows from the word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(clippy::enum_variant_names, reason = "T is the manual's letter")]
pub(crate) enum Arr {
    /// As written.
    Fixed(&'static str),
    /// size:Q.
    T,
    /// Whole vector, elements twice as wide as size.
    Tw,
    /// As many bits, elements twice as wide (pairwise long).
    Tp,
    /// sz:Q of FCVTN: half or single.
    Tn,
    /// sz of FCVTN: the wider side.
    Tnw,
    /// sz:Q, single or double.
    Tf,
    /// Halves by Q.
    Th,
    /// Halves by Q, of half a vector.
    Thh,
    /// Singles by Q.
    Tsq,
    /// Bytes by Q.
    Tb8,
    /// imm5:Q.
    Ti,
    /// immh:Q.
    Ts,
    /// Whole vector, elements twice as wide as immh.
    Tsw,
    /// A pair of singles or doubles by sz.
    T2,
    /// Doubles by Q.
    Td,
    /// Singles by Q, or two doubles if op.
    Tfp,
    /// size:Q of structure loads and stores.
    Tl,
    /// Scalable, by size.
    Tz,
    /// Scalable, by dtype of LD1.
    Tzd,
    /// Scalable, by size of ST1.
    Tzs,
    /// An element by imm5.
    ElemI,
    /// The source element of INS by imm5 and imm4.
    ElemJ,
}

/// How a number is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NumKind {
    /// `#12`
    Dec,
    /// `#0xc`
    Hex,
    /// `#90` times the field.
    Rot90,
    /// `#90` or `#270`.
    Rot180,
}

/// The letters of element widths 8, 16, 32, 64 and 128.
pub(crate) const LETTERS: &[u8; 5] = b"bhsdq";

pub(crate) fn letter(log2: u32) -> char {
    char::from(LETTERS[log2.min(4) as usize])
}

impl Piece {
    /// Writes the piece for a word at an address.
    pub(crate) fn write(self, w: u32, pc: u64, f: &mut dyn Write) -> fmt::Result {
        match self {
            Piece::Text(text) => f.write_str(text),
            Piece::Reg(file, lo) => file.write(w, reg(w, lo), false, f),
            Piece::RegSp(file, lo) => file.write(w, reg(w, lo), true, f),
            Piece::RegNext(file, lo) => file.write(w, reg(w, lo) + 1, false, f),
            Piece::Vec(file, lo, arr) => {
                file.write(w, reg(w, lo), false, f)?;
                f.write_char('.')?;
                arr.write(w, f)
            }
            Piece::Pred(lo, suffix) => {
                write!(f, "p{}{suffix}", field(w, u32::from(lo) + 2, lo.into()))
            }
            Piece::Num(kind, hi, lo) => kind.write(field(w, hi.into(), lo.into()), f),
            Piece::List(count, arr) => {
                let mut name = String::new();
                arr.write(w, &mut name)?;
                write_list(reg(w, 0), count.into(), &name, f)
            }
            Piece::ElemList(count) => write_element_list(w, count.into(), f),
            Piece::Op(operand) => operand.write(w, pc, f),
        }
    }

    /// The bits that the piece's text depends on.
    pub(crate) fn bits(self) -> u32 {
        match self {
            Piece::Text(_) => 0,
            Piece::Reg(file, lo) | Piece::RegSp(file, lo) | Piece::RegNext(file, lo) => {
                file.bits() | file.number_bits(lo)
            }
            Piece::Vec(file, lo, arr) => arr.bits() | file.number_bits(lo),
            Piece::Pred(lo, _) => 7 << lo,
            Piece::Num(_, hi, lo) => mask(hi.into(), lo.into()),
            Piece::List(_, arr) => arr.bits() | 0x1f,
            Piece::ElemList(_) => mask(15, 14) | mask(12, 10) | 1 << 30 | 0x1f,
            Piece::Op(operand) => operand.bits(),
        }
    }
}

/// The bits `hi:lo`.
pub(crate) const fn mask(hi: u32, lo: u32) -> u32 {
    (u32::MAX >> (31 - hi)) & (u32::MAX << lo)
}

fn reg(w: u32, lo: u8) -> u32 {
    (w >> lo) & 31
}

impl File {
    /// The register's width as log2 of bytes, or of its name's rank.
    fn log2(self, w: u32) -> u32 {
        let size = field(w, 23, 22);
        match self {
            File::W | File::S => 2,
            File::X | File::D => 3,
            File::R => 2 + field(w, 31, 31),
            File::A => 2 + u32::from(w >> 30 == 3),
            File::Y => 2 + field(w, 30, 30),
            File::C => 3 - field(w, 22, 22),
            File::K => 2 + field(w, 12, 12),
            File::B => 0,
            File::H => 1,
            File::F => [2, 3, 4, 1][size as usize],
            File::G => size,
            File::L => size + 1,
            File::E => 2 + field(w, 22, 22),
            File::I => immh_log2(w),
            File::J => immh_log2(w) + 1,
            File::N => (field(w, 23, 23) << 2) | (w >> 30),
            File::O => 2 + (w >> 30),
            File::Q | File::V | File::Z | File::P => 4,
        }
    }

    fn write(self, w: u32, number: u32, sp: bool, f: &mut dyn Write) -> fmt::Result {
        let log2 = self.log2(w);
        match self {
            File::W | File::X | File::R | File::A | File::Y | File::C | File::K => {
                write_general(number, log2 == 3, sp, f)
            }
            File::V => write!(f, "v{number}"),
            File::Z => write!(f, "z{number}"),
            File::P => write!(f, "p{}", number & 15),
            _ => write!(f, "{}{number}", letter(log2)),
        }
    }

    /// The bits that the register's width depends on.
    fn bits(self) -> u32 {
        match self {
            File::R => 1 << 31,
            File::A | File::O => mask(31, 30),
            File::Y => 1 << 30,
            File::K => 1 << 12,
            File::C | File::E => 1 << 22,
            File::F | File::G | File::L => mask(23, 22),
            File::I | File::J => mask(22, 19),
            File::N => mask(31, 30) | 1 << 23,
            _ => 0,
        }
    }

    /// The bits of the register's number.
    fn number_bits(self, lo: u8) -> u32 {
        if self == File::P { 15 << lo } else { 31 << lo }
    }
}

/// A general register's name.
pub(crate) fn write_general(number: u32, wide: bool, sp: bool, f: &mut dyn Write) -> fmt::Result {
    match (number, sp, wide) {
        (31, true, true) => f.write_str("sp"),
        (31, true, false) => f.write_str("wsp"),
        (31, false, true) => f.write_str("xzr"),
        (31, false, false) => f.write_str("wzr"),
        (n, _, true) => write!(f, "x{n}"),
        (n, _, false) => write!(f, "w{n}"),
    }
}

/// log2 of the element's bytes from immh.
pub(crate) fn immh_log2(w: u32) -> u32 {
    field(w, 22, 19).checked_ilog2().unwrap_or(0)
}

/// log2 of the element's bytes from imm5.
pub(crate) fn imm5_log2(w: u32) -> u32 {
    field(w, 20, 16).trailing_zeros().min(4)
}

impl Arr {
    /// log2 of the element's bytes and of the vector's bytes.
    fn shape(self, w: u32) -> (u32, u32) {
        let size = field(w, 23, 22);
        let sz = field(w, 22, 22);
        let q = 3 + field(w, 30, 30);
        match self {
            Arr::T => (size, q),
            Arr::Tw => (size + 1, 4),
            Arr::Tp => (size + 1, q),
            Arr::Tn => (sz + 1, q),
            Arr::Tnw => (sz + 2, 4),
            Arr::Tf => (sz + 2, q),
            Arr::Th => (1, q),
            Arr::Thh => (1, q - 1),
            Arr::Tsq => (2, q),
            Arr::Tb8 => (0, q),
            Arr::Ti => (imm5_log2(w), q),
            Arr::Ts => (immh_log2(w), q),
            Arr::Tsw => (immh_log2(w) + 1, 4),
            Arr::T2 => (sz + 2, sz + 3),
            Arr::Td => (3, q),
            Arr::Tfp => {
                let double = field(w, 29, 29);
                (2 + double, q)
            }
            Arr::Tl => (field(w, 11, 10), q),
            Arr::Fixed(_) | Arr::ElemI | Arr::ElemJ | Arr::Tz | Arr::Tzd | Arr::Tzs => (0, 0),
        }
    }

    /// Writes the arrangement, without its dot.
    pub(crate) fn write(self, w: u32, f: &mut dyn Write) -> fmt::Result {
        match self {
            Arr::Fixed(text) => f.write_str(text),
            Arr::ElemI => {
                let log2 = imm5_log2(w);
                write!(f, "{}[{}]", letter(log2), field(w, 20, 16) >> (log2 + 1))
            }
            Arr::ElemJ => {
                let log2 = imm5_log2(w);
                write!(f, "{}[{}]", letter(log2), field(w, 14, 11) >> log2)
            }
            Arr::Tz => f.write_char(letter(field(w, 23, 22))),
            Arr::Tzd => f.write_char(letter(SVE_DTYPES[field(w, 24, 21) as usize].1)),
            Arr::Tzs => f.write_char(letter(field(w, 22, 21))),
            _ => {
                let (element, vector) = self.shape(w);
                write!(f, "{}{}", 1u32 << vector.saturating_sub(element), letter(element))
            }
        }
    }

    /// The bits that the arrangement depends on.
    pub(crate) fn bits(self) -> u32 {
        let (q, size, sz) = (1 << 30, mask(23, 22), 1 << 22);
        match self {
            Arr::Fixed(_) => 0,
            Arr::T | Arr::Tp => size | q,
            Arr::Tw | Arr::Tz => size,
            Arr::Tzd => mask(24, 21),
            Arr::Tzs => mask(22, 21),
            Arr::Tn | Arr::Tf => sz | q,
            Arr::Tnw | Arr::T2 => sz,
            Arr::Th | Arr::Thh | Arr::Tsq | Arr::Tb8 | Arr::Td => q,
            Arr::Ti => mask(20, 16) | q,
            Arr::Ts => mask(22, 19) | q,
            Arr::Tsw => mask(22, 19),
            Arr::Tfp => q | 1 << 29,
            Arr::Tl => mask(11, 10) | q,
            Arr::ElemI => mask(20, 16),
            Arr::ElemJ => mask(20, 16) | mask(14, 11),
        }
    }
}

impl NumKind {
    fn write(self, value: u32, f: &mut dyn Write) -> fmt::Result {
        match self {
            NumKind::Dec => write!(f, "#{value}"),
            NumKind::Hex => write!(f, "#{value:#x}"),
            NumKind::Rot90 => write!(f, "#{}", value * 90),
            NumKind::Rot180 => write!(f, "#{}", value * 180 + 90),
        }
    }
}

/// `{v0.4s, v1.4s}`; more than two in ascending order are a range.
pub(crate) fn write_list(first: u32, count: u32, arr: &str, f: &mut dyn Write) -> fmt::Result {
    if count > 2 && first + count <= 32 {
        return write!(f, "{{v{first}.{arr}-v{}.{arr}}}", first + count - 1);
    }
    for i in 0..count {
        let before = if i == 0 { "{" } else { ", " };
        write!(f, "{before}v{}.{arr}", (first + i) % 32)?;
    }
    f.write_char('}')
}

/// log2 of the element's bytes in a structure load or store of single elements.
pub(crate) fn single_log2(w: u32) -> u32 {
    match field(w, 15, 14) {
        2 => 2 + field(w, 10, 10),
        scale => scale,
    }
}

fn write_element_list(w: u32, count: u32, f: &mut dyn Write) -> fmt::Result {
    let log2 = single_log2(w);
    let index = (field(w, 30, 30) << 3 | field(w, 12, 10)) >> log2;
    write_list(w & 31, count, &letter(log2).to_string(), f)?;
    write!(f, "[{index}]")
}
