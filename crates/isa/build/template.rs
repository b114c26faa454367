//! Turns templates into lists of pieces (Rust expressions of `crate::piece::Piece`).

use crate::emit::camel;
use crate::table::Fields;

/// The pieces of a template.
pub(crate) fn pieces(name: &str, template: &str, fields: &Fields) -> String {
    // The first blank separates mnemonic from operands: a tab, as objdump has it.
    let template = template.replacen(' ', "\t", 1);
    let mut out = Vec::new();
    let mut rest = template.as_str();
    while !rest.is_empty() {
        let (text, tail) = rest.split_at(rest.find('<').unwrap_or(rest.len()));
        if !text.is_empty() {
            out.push(format!("Piece::Text({text:?})"));
        }
        let Some(tail) = tail.strip_prefix('<') else { break };
        let (operand, tail) = tail.split_once('>').expect("a closed operand");
        out.push(piece(name, operand, fields));
        rest = tail;
    }
    out.join(", ")
}

fn piece(name: &str, text: &str, fields: &Fields) -> String {
    if let Some((kind, letter)) = text.split_once(':') {
        let (hi, lo) = field(name, letter, fields);
        return format!("Piece::Num(NumKind::{}, {hi}, {lo})", number_kind(kind));
    }
    if let Some(list) = text.strip_prefix("list") {
        let (count, arrangement) = list.split_once('.').expect("a list's arrangement");
        return format!("Piece::List({count}, {})", arr(arrangement));
    }
    if let Some(count) = text.strip_prefix("elist") {
        return format!("Piece::ElemList({count})");
    }
    let mut chars = text.chars();
    let (first, second) = (chars.next().unwrap_or(' '), chars.next().unwrap_or(' '));
    if first.is_ascii_uppercase() && fields.contains_key(&second) {
        let (_, lo) = field(name, &second.to_string(), fields);
        return register(first, lo, chars.as_str());
    }
    format!("Piece::Op(Operand::{})", operand(text))
}

fn field(name: &str, letter: &str, fields: &Fields) -> (u32, u32) {
    let letter = letter.chars().next().expect("a field's letter");
    let bits = fields.get(&letter).unwrap_or_else(|| panic!("{name}: no field {letter}"));
    (bits[0], bits[bits.len() - 1])
}

fn number_kind(kind: &str) -> &'static str {
    match kind {
        "#" => "Dec",
        "#x" => "Hex",
        "rot90" => "Rot90",
        "rot180" => "Rot180",
        other => panic!("unknown number {other}"),
    }
}

fn register(file: char, lo: u32, suffix: &str) -> String {
    match (file, suffix.split_at_checked(1)) {
        ('V' | 'Z', Some((".", arrangement))) => {
            format!("Piece::Vec(File::{file}, {lo}, {})", arr(arrangement))
        }
        (_, Some(("|", "SP"))) => format!("Piece::RegSp(File::{file}, {lo})"),
        (_, Some(("+", "1"))) => format!("Piece::RegNext(File::{file}, {lo})"),
        (_, Some(("/", ""))) => format!("Piece::Pred({lo}, \"\")"),
        (_, Some(("/", _))) => format!("Piece::Pred({lo}, {suffix:?})"),
        ('P', Some((".", arrangement))) => {
            format!("Piece::Vec(File::P, {lo}, {})", arr(arrangement))
        }
        (_, None) => format!("Piece::Reg(File::{file}, {lo})"),
        (_, other) => panic!("unknown register suffix {other:?}"),
    }
}

fn arr(name: &str) -> String {
    match name {
        "i" | "j" => format!("Arr::Elem{}", camel(name)),
        _ if name.starts_with('T') => format!("Arr::{name}"),
        fixed => format!("Arr::Fixed({fixed:?})"),
    }
}

fn operand(text: &str) -> String {
    if text == "2" {
        return "Second".to_string();
    }
    if let Some(text) = text.strip_prefix('#') {
        return camel(&format!("{text}-post"));
    }
    match text.strip_suffix('!') {
        Some(text) => camel(&format!("{text}-pre")),
        None => camel(text),
    }
}
