//! The disassembler: a source that assembles to the same image.

use crate::image::{DATA_BASE, Image};
use crate::insn::{Insn, Op, Source};
use std::collections::BTreeSet;
use std::fmt::Write;

/// The source text of an image, with labels `L<index>` where jumps lead.
#[must_use]
pub fn disassemble(image: &Image) -> String {
    let targets = targets(image);
    let mut out = String::new();
    if image.compat {
        out.push_str(".compat\n");
    }
    if image.entry != 0 {
        let _ = writeln!(out, ".entry {}", image.entry);
    }
    for (index, word) in image.text.iter().enumerate() {
        if targets.contains(&(index as u32)) {
            let _ = writeln!(out, "L{index}:");
        }
        let _ = writeln!(out, "    {}", line(*word, &targets));
    }
    // A label may stand after the last instruction.
    let end = image.text.len() as u32;
    if targets.contains(&end) {
        let _ = writeln!(out, "L{end}:");
    }
    if !image.data.is_empty() || image.space > 0 {
        let _ = writeln!(out, "\n.data                       ; at {DATA_BASE:#x}");
        data(&mut out, &image.data);
        if image.space > 0 {
            let _ = writeln!(out, "    .space {}", image.space);
        }
    }
    out
}

/// Constant targets of jumps inside the text or at its end.
fn targets(image: &Image) -> BTreeSet<u32> {
    let target = |word: &u64| match Insn::decode(*word) {
        Some(Insn::Jump { target: Source::Imm(index), .. }) => Some(index as u32),
        _ => None,
    };
    let end = image.text.len() as u32;
    image.text.iter().filter_map(target).filter(|index| *index <= end).collect()
}

fn line(word: u64, targets: &BTreeSet<u32>) -> String {
    match Insn::decode(word) {
        Some(Insn::Jump { op, target: Source::Imm(index) })
            if targets.contains(&(index as u32)) =>
        {
            format!("{} L{}", Op::name(op), index as u32)
        }
        Some(insn) => insn.to_string(),
        None => raw(word),
    }
}

/// A word that is no instruction.
pub(crate) fn raw(word: u64) -> String {
    format!(".insn {:#010x}, {:#010x}", word >> 32, word as u32)
}

/// Data as strings where it is text, as zeroes in runs, and as bytes otherwise.
fn data(out: &mut String, data: &[u8]) {
    let mut at = 0;
    while at < data.len() {
        let rest = &data[at..];
        let zeroes = rest.iter().take_while(|b| **b == 0).count();
        let text = rest.iter().take(60).take_while(|b| is_text(**b)).count();
        let taken = if zeroes >= 8 {
            let _ = writeln!(out, "    .space {zeroes}");
            zeroes
        } else if text >= 4 {
            let _ = writeln!(out, "    .ascii \"{}\"", escaped(&rest[..text]));
            text
        } else {
            let taken = rest.len().min(8);
            let bytes: Vec<String> = rest[..taken].iter().map(|b| format!("{b:#04x}")).collect();
            let _ = writeln!(out, "    .byte {}", bytes.join(", "));
            taken
        };
        at += taken;
    }
}

fn is_text(b: u8) -> bool {
    b.is_ascii_graphic() || matches!(b, b' ' | b'\n' | b'\t')
}

fn escaped(text: &[u8]) -> String {
    text.iter()
        .map(|b| match b {
            b'\n' => "\\n".into(),
            b'\t' => "\\t".into(),
            b'"' | b'\\' => format!("\\{}", *b as char),
            _ => (*b as char).to_string(),
        })
        .collect()
}
