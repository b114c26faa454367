//! C.

use super::Export;
use super::lower::{Code, Dialect, Helpers, Level, bits_constant, comment, comparison, is_bits};
use crate::eval::Width;
use crate::{Domain, Each, Op, Sort};
use num_bigint::{BigInt, Sign};
use num_traits::ToPrimitive;

pub(super) struct C {
    domain: Domain,
    width: Width,
    helpers: Helpers,
}

impl C {
    pub(super) fn new(domain: Domain, width: Width) -> Self {
        Self { domain, width, helpers: Helpers::default() }
    }

    fn number_type(&self) -> &'static str {
        if is_bits(self.domain) { "uint64_t" } else { "integer" }
    }

    fn type_of(&self, sort: Sort) -> &'static str {
        if sort == Sort::List { "list" } else { self.number_type() }
    }

    fn int_op(&mut self, op: Op, args: &[Code]) -> Code {
        let a = args.first().cloned().unwrap_or_else(|| Code::atom(""));
        let second = || args.get(1).map(Code::operand).unwrap_or_default();
        match op {
            Op::Quot => Code::loose(format!("{} / {}", a.operand(), second())),
            Op::Rem => Code::loose(format!("{} % {}", a.operand(), second())),
            Op::Sign => Code::loose(format!("({0} > 0) - ({0} < 0)", a.operand())),
            Op::Len => Code::atom(format!("(integer){}.len", a.operand())),
            Op::First => self.helpers.call("at", &[a, Code::atom("0")]),
            Op::Last => {
                let last = Code::atom(format!("(integer){}.len - 1", a.operand()));
                self.helpers.call("at", &[a, last])
            }
            Op::Take => self.helpers.call("slice", &[a, Code::atom("0"), args[1].clone()]),
            Op::Drop => {
                let end = Code::atom(format!("(integer){}.len", a.operand()));
                self.helpers.call("slice", &[a, args[1].clone(), end])
            }
            _ => {
                let name = INT_HELPERS.iter().find(|(o, _)| *o == op).map_or("", |(_, name)| name);
                self.helpers.call(name, args)
            }
        }
    }

    fn bits_op(&mut self, op: Op, args: &[Code]) -> Code {
        let second = || args.get(1).map(Code::operand).unwrap_or_default();
        match op {
            Op::Shl | Op::Shr => {
                let by = match args[1].text.parse::<u64>() {
                    Ok(n) => (n % 64).to_string(),
                    Err(_) => format!("({} & 63)", args[1].operand()),
                };
                Code::loose(format!("{} {} {by}", args[0].operand(), op.text()))
            }
            Op::Slt | Op::Sle => Code::condition(format!(
                "(int64_t){} {} (int64_t){}",
                args[0].operand(),
                if op == Op::Slt { "<" } else { "<=" },
                second()
            )),
            Op::Bswap => Code::atom(format!("__builtin_bswap64({})", args[0].text)),
            Op::Sext8 => Code::loose(format!("(uint64_t)(int8_t){}", args[0].operand())),
            Op::Sext16 => Code::loose(format!("(uint64_t)(int16_t){}", args[0].operand())),
            Op::Sext32 => Code::loose(format!("(uint64_t)(int32_t){}", args[0].operand())),
            _ => {
                let name = BITS_HELPERS.iter().find(|(o, _)| *o == op).map_or("", |(_, name)| name);
                self.helpers.call(name, args)
            }
        }
    }
}

const INT_HELPERS: &[(Op, &str)] = &[
    (Op::Div, "floor_div"),
    (Op::Mod, "floor_mod"),
    (Op::Abs, "magnitude"),
    (Op::Min, "min"),
    (Op::Max, "max"),
    (Op::Pow, "power"),
    (Op::Gcd, "gcd"),
    (Op::Lcm, "lcm"),
    (Op::Isqrt, "isqrt"),
    (Op::BitLength, "bit_length"),
    (Op::Shl, "shift_left"),
    (Op::Shr, "shift_right"),
    (Op::Popcount, "popcount"),
    (Op::Sum, "sum"),
    (Op::Product, "product"),
    (Op::Maximum, "maximum"),
    (Op::Minimum, "minimum"),
    (Op::At, "at"),
    (Op::Find, "find"),
    (Op::Reverse, "reverse"),
    (Op::Sorted, "sorted"),
    (Op::Unique, "unique"),
    (Op::Concat, "concat"),
    (Op::Single, "single"),
    (Op::Empty, "new_list"),
    (Op::Range, "range"),
];

const BITS_HELPERS: &[(Op, &str)] = &[
    (Op::Div, "udiv"),
    (Op::Mod, "umod"),
    (Op::Min, "umin"),
    (Op::Max, "umax"),
    (Op::Popcount, "popcount64"),
    (Op::Sar, "sar"),
    (Op::Rol, "rol"),
    (Op::Ror, "ror"),
    (Op::Smin, "smin"),
    (Op::Smax, "smax"),
    (Op::Sdiv, "sdiv"),
    (Op::Srem, "srem"),
    (Op::Umulh, "umulh"),
    (Op::Smulh, "smulh"),
    (Op::Clz, "clz"),
    (Op::Ctz, "ctz"),
    (Op::Rbit, "rbit"),
];

impl Dialect for C {
    fn reserved(&self) -> &'static [&'static str] {
        &["main", "if", "do", "for", "integer", "list", "at", "len"]
    }

    fn op(&mut self, op: Op, args: &[Code]) -> Code {
        let widened;
        let args = match args {
            // A shift has the type of its left side, and constants alone are `int`s.
            [first, rest @ ..]
                if is_bits(self.domain)
                    && is_literal(first)
                    && (matches!(op, Op::Shl | Op::Shr) || rest.iter().all(is_literal)) =>
            {
                let first = Code::atom(format!("UINT64_C({})", first.text.trim_end_matches('u')));
                widened = [&[first], rest].concat();
                &widened
            }
            _ => args,
        };
        if let Some(text) = comparison(op) {
            return Code::condition(format!(
                "{} {text} {}",
                args[0].at(Level::Sum),
                args[1].at(Level::Sum)
            ));
        }
        match op {
            Op::Add | Op::Sub | Op::Mul => Code::infix(&args[0], op.text(), &args[1]),
            Op::And | Op::Or | Op::Xor => {
                Code::loose(format!("{} {} {}", args[0].operand(), op.text(), args[1].operand()))
            }
            Op::Neg => Code::loose(format!("-{}", args[0].operand())),
            Op::Not => Code::loose(format!("~{}", args[0].operand())),
            _ if is_bits(self.domain) => self.bits_op(op, args),
            _ => self.int_op(op, args),
        }
    }

    fn constant(&self, value: &BigInt) -> Code {
        if is_bits(self.domain) {
            let text = bits_constant(value);
            // Small constants beside 64-bit variables are converted; larger ones say their width.
            return Code::atom(if value.bits() > 31 { format!("{text}u") } else { text });
        }
        let level = if value.sign() == Sign::Minus { Level::Product } else { Level::Atom };
        let text = match value.to_i64() {
            Some(i64::MIN) => "(-9223372036854775807 - 1)".to_owned(),
            Some(n) => n.to_string(),
            None => wide(value),
        };
        Code { text, level, truth: false }
    }

    fn number(&self, truth: &Code) -> Code {
        Code { truth: false, ..truth.clone() }
    }

    fn truth(&self, number: &Code) -> Code {
        Code::condition(format!("{} != 0", number.operand()))
    }

    fn not(&self, truth: &Code) -> Code {
        Code::condition(format!("!({})", truth.text))
    }

    fn choose(&self, condition: &Code, yes: &Code, no: &Code) -> Code {
        let condition = condition.at(Level::Atom);
        let (yes, no) = (yes.at(Level::Sum), no.at(Level::Sum));
        Code::loose(format!("{condition} ? {yes} : {no}"))
    }

    fn call(&self, name: &str, args: &[Code]) -> Code {
        let args: Vec<&str> = args.iter().map(|a| a.text.as_str()).collect();
        Code::atom(format!("{name}({})", args.join(", ")))
    }

    fn declare(&self, name: &str, sort: Sort, value: &str, changes: bool) -> String {
        let constant = if changes || sort == Sort::List { "" } else { "const " };
        format!("{constant}{} {name} = {value};", self.type_of(sort))
    }

    fn announce(&self, name: &str, sort: Sort) -> Option<String> {
        Some(format!("{} {name};", self.type_of(sort)))
    }

    fn assign(&self, names: &[String], values: &[String], sorts: &[Sort]) -> Vec<String> {
        if let ([name], [value]) = (names, values) {
            return vec![format!("{name} = {value};")];
        }
        let mut lines = vec![];
        for ((name, value), sort) in names.iter().zip(values).zip(sorts).skip(1) {
            lines.push(format!("const {} next_{name} = {value};", self.type_of(*sort)));
        }
        for (n, (name, value)) in names.iter().zip(values).enumerate() {
            lines.push(if n == 0 {
                format!("{name} = {value};")
            } else {
                format!("{name} = next_{name};")
            });
        }
        lines
    }

    fn open_if(&self, condition: &str) -> String {
        format!("if ({condition}) {{")
    }

    fn open_else(&self) -> String {
        "} else {".into()
    }

    fn open_while(&self, condition: Option<&str>) -> String {
        condition.map_or_else(|| "for (;;) {".into(), |condition| format!("while ({condition}) {{"))
    }

    fn open_times(&self, index: &str, count: &str) -> String {
        let index = if index == "_" { "round" } else { index };
        let number = self.number_type();
        let signed = if is_bits(self.domain) { "int64_t" } else { number };
        format!(
            "for ({signed} {index} = 0, {index}_end = {count}; {index} < {index}_end; {index}++) {{"
        )
    }

    fn open_each(&self, index: Option<&str>, element: &str, list: &str) -> String {
        let place = index.unwrap_or("place");
        let number = self.number_type();
        format!(
            "for (integer {place} = 0; {place} < (integer){list}.len; {place}++) {{\n    const {number} {element} = {list}.at[{place}];"
        )
    }

    fn close(&self) -> Option<&'static str> {
        Some("}")
    }

    fn leave(&self) -> &'static str {
        "break;"
    }

    fn push(&mut self, list: &str, value: &str) -> String {
        self.helpers.call("push", &[]);
        format!("push(&{list}, {value});")
    }

    fn result(&self, value: &str) -> String {
        format!("return {value};")
    }

    fn comprehension(&mut self, _: Each, _: &[String], _: &Code, _: &[Code]) -> Option<Code> {
        None
    }

    fn copied(&self, code: &Code, _: Sort) -> String {
        code.text.clone()
    }

    fn open_function(
        &self,
        name: &str,
        params: &[(String, Sort)],
        result: Sort,
        doc: &[String],
        main: bool,
    ) -> String {
        let params: Vec<String> =
            params.iter().map(|(name, sort)| format!("{} {name}", self.type_of(*sort))).collect();
        let hidden = if main { "" } else { "static " };
        format!(
            "{}{hidden}{} {name}({})\n{{",
            comment("//", doc),
            self.type_of(result),
            params.join(", ")
        )
    }

    fn file(&self, functions: &str, export: &Export<'_>) -> String {
        let bits = is_bits(self.domain);
        let helpers = self.helpers.text(include_str!("helpers.c"), "//");
        let lists = functions.contains("list ")
            || helpers.contains("list ")
            || export.program.inputs.contains(&Sort::List);
        let mut text = String::from(
            "#define _POSIX_C_SOURCE 200809L\n#include <stdint.h>\n#include <stdio.h>\n#include <stdlib.h>\n#include <string.h>\n\n",
        );
        if !bits {
            text += match self.width {
                Width::Word => "typedef int64_t integer;\n\n",
                _ => "typedef __int128 integer;\n\n",
            };
        }
        if lists {
            text += "typedef struct {\n    integer *at;\n    size_t len, room;\n} list;\n\n";
        }
        text += &helpers;
        text += functions;
        text += "\n";
        text += &self.main(export, lists, functions);
        text
    }
}

impl C {
    /// The part that reads rows and prints results.
    fn main(&self, export: &Export<'_>, lists: bool, functions: &str) -> String {
        let bits = is_bits(self.domain);
        let head = format!(" {}(", export.name);
        let gives_list = functions.lines().any(|l| l.starts_with("list") && l.contains(&head));
        let mut text = String::new();
        if !bits {
            text += include_str!("main_integers.c");
        }
        if lists {
            text += include_str!("main_lists.c");
        }
        let read: Vec<String> = export
            .program
            .inputs
            .iter()
            .enumerate()
            .map(|(n, sort)| match sort {
                Sort::List => format!("read_list(cells[{n}])"),
                Sort::Number if bits => format!("strtoull(cells[{n}], 0, 0)"),
                Sort::Number => format!("read_integer(&cells[{n}])"),
            })
            .collect();
        let call = format!("{}({})", export.name, read.join(", "));
        let print = match (bits, gives_list) {
            (true, _) => format!("printf(\"0x%016llx\\n\", (unsigned long long){call});"),
            (_, true) => format!("print_list({call});"),
            _ => format!("print_integer({call});\n        putchar('\\n');"),
        };
        let count = export.program.inputs.len().max(1);
        text + &include_str!("main.c").replace("COUNT", &count.to_string()).replace("PRINT", &print)
    }
}

fn is_literal(code: &Code) -> bool {
    code.level == Level::Atom && code.text.starts_with(|c: char| c.is_ascii_digit())
}

/// A constant of more than 64 bits.
fn wide(value: &BigInt) -> String {
    let unit = BigInt::from(1_000_000_000_000_000_000_i64);
    format!("((integer){} * {unit} + {})", value / &unit, value % &unit)
}
