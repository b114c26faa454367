//! The text form of blocks: printed for people and for diffs, parsed back for tests and tools.
//!
//! ```text
//! block 0x400000..0x400008
//! insn 0x400000
//!   t0 = addf.w64 x0, #1
//! insn 0x400004
//!   bcond.w64 zero; aux=1 imm=0x400000
//! ```

use crate::block::{Block, Uop};
use crate::slot::{self, Slot};
use crate::{Op, Shape};
use std::fmt;

/// The name of a slot.
#[must_use]
pub fn slot_name(s: Slot) -> String {
    match s {
        0..=30 => format!("x{s}"),
        slot::SP => "sp".into(),
        slot::ZERO => "zero".into(),
        slot::SINK => "sink".into(),
        slot::NZCV => "nzcv".into(),
        slot::FPCR => "fpcr".into(),
        slot::FPSR => "fpsr".into(),
        slot::TPIDR => "tpidr".into(),
        slot::EXCL_ADDR => "excl".into(),
        slot::ICOUNT => "icount".into(),
        slot::TIME_OFFSET => "timeoffset".into(),
        slot::IMM => "imm".into(),
        64..=127 => format!("v{}{}", (s - 64) / 2, ["", "h"][usize::from(s % 2)]),
        128..=254 => format!("t{}", s - slot::TEMP),
        _ => format!("s{s}"),
    }
}

fn parse_slot(text: &str) -> Option<Slot> {
    (0..=255).find(|s| slot_name(*s) == text)
}

impl fmt::Display for Uop {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} = {}.{} {}",
            slot_name(self.dst),
            self.op.name(),
            self.shape,
            slot_name(self.a)
        )?;
        write!(f, ", {}, {}", slot_name(self.b), slot_name(self.c))?;
        if self.aux != 0 || self.imm != 0 {
            write!(f, "; aux={} imm={:#x}", self.aux, self.imm)?;
        }
        Ok(())
    }
}

impl fmt::Display for Block {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "block {:#x}..{:#x}", self.pc, self.end)?;
        let mut insns = self.insns.iter().peekable();
        for (i, u) in self.ops.iter().enumerate() {
            while let Some((_, pc)) = insns.next_if(|(first, _)| usize::from(*first) == i) {
                writeln!(f, "insn {pc:#x}")?;
            }
            writeln!(f, "  {u}")?;
        }
        Ok(())
    }
}

/// Reads the text form of one block.
///
/// # Errors
/// The number of the first bad line (from 1) and what was expected there.
pub fn parse(text: &str) -> Result<Block, (usize, &'static str)> {
    let mut lines = text.lines().enumerate().map(|(i, l)| (i + 1, l.trim()));
    let (_, first) = lines.next().ok_or((1, "expected `block START..END`"))?;
    let (pc, end) = first
        .strip_prefix("block ")
        .and_then(|r| r.split_once(".."))
        .and_then(|(a, b)| Some((parse_number(a)?, parse_number(b)?)))
        .ok_or((1, "expected `block START..END`"))?;
    let mut block = Block { pc, end, ops: Vec::new(), insns: Vec::new() };
    for (number, line) in lines.filter(|(_, l)| !l.is_empty()) {
        if let Some(pc) = line.strip_prefix("insn ") {
            let pc = parse_number(pc).ok_or((number, "expected an address"))?;
            block.insns.push((block.ops.len() as u16, pc));
        } else {
            let op = parse_uop(line)
                .ok_or((number, "expected `DST = OP.SHAPE A, B, C[; aux= imm=]`"))?;
            block.ops.push(op);
        }
    }
    Ok(block)
}

fn parse_uop(line: &str) -> Option<Uop> {
    let (body, parameters) = line.split_once("; ").unwrap_or((line, ""));
    let (dst, rest) = body.split_once(" = ")?;
    let (name, operands) = rest.split_once(' ')?;
    let (name, shape) = name.split_once('.')?;
    let mut slots = operands.split(", ").map(parse_slot);
    let mut uop = Uop::new(Op::from_name(name)?, parse_shape(shape)?);
    uop.dst = parse_slot(dst)?;
    (uop.a, uop.b, uop.c) = (slots.next()??, slots.next()??, slots.next()??);
    for parameter in parameters.split_whitespace() {
        match parameter.split_once('=')? {
            ("aux", v) => uop.aux = u16::try_from(parse_number(v)?).ok()?,
            ("imm", v) => uop.imm = parse_number(v)?,
            _ => return None,
        }
    }
    Some(uop)
}

fn parse_shape(text: &str) -> Option<Shape> {
    (0..=0x44)
        .map(Shape)
        .filter(|s| s.total() == 0 || s.lane() <= s.total())
        .find(|s| s.to_string() == text)
}

fn parse_number(text: &str) -> Option<u64> {
    match text.strip_prefix("0x") {
        Some(hex) => u64::from_str_radix(hex, 16).ok(),
        None => text.parse().ok(),
    }
}
