//! Rust.

use super::Export;
use super::lower::{Code, Dialect, Helpers, Level, bits_constant, comment, comparison, is_bits};
use crate::eval::Width;
use crate::{Domain, Each, Op, Sort};
use num_bigint::{BigInt, Sign};

pub(super) struct Rust {
    domain: Domain,
    width: Width,
    helpers: Helpers,
}

impl Rust {
    pub(super) fn new(domain: Domain, width: Width) -> Self {
        Self { domain, width, helpers: Helpers::default() }
    }

    fn number_type(&self) -> &'static str {
        if is_bits(self.domain) { "u64" } else { "Integer" }
    }

    fn type_of(&self, sort: Sort) -> String {
        match sort {
            Sort::List => format!("Vec<{}>", self.number_type()),
            Sort::Number => self.number_type().to_owned(),
        }
    }

    /// A constant as the receiver of a method: literals need their type.
    fn receiver(&self, code: &Code) -> String {
        if code.text.ends_with(|c: char| c.is_ascii_hexdigit())
            && code.text.starts_with(|c: char| c.is_ascii_digit())
        {
            return format!("{}_u64", code.text)
                .replace("_u64", if is_bits(self.domain) { "_u64" } else { self.suffix() });
        }
        if code.text.starts_with('-') {
            return format!(
                "({}{})",
                code.text,
                if code.level == Level::Loose { "" } else { self.suffix() }
            );
        }
        code.operand()
    }

    fn suffix(&self) -> &'static str {
        match (self.domain, self.width) {
            (Domain::Bits, _) => "_u64",
            (_, Width::Word) => "_i64",
            _ => "_i128",
        }
    }

    fn method(&self, name: &str, args: &[Code]) -> Code {
        let rest: Vec<&str> = args[1..].iter().map(|a| a.text.as_str()).collect();
        Code::atom(format!("{}.{name}({})", self.receiver(&args[0]), rest.join(", ")))
    }

    fn int_op(&mut self, op: Op, args: &[Code]) -> Code {
        let second = || args.get(1).map(Code::operand).unwrap_or_default();
        match op {
            Op::Add | Op::Sub | Op::Mul => Code::infix(&args[0], op.text(), &args[1]),
            Op::Quot => Code::loose(format!("{} / {}", args[0].operand(), second())),
            Op::Rem => Code::loose(format!("{} % {}", args[0].operand(), second())),
            Op::Neg => Code::loose(format!("-{}", args[0].operand())),
            Op::Div => self.helpers.call("floor_div", args),
            Op::Mod => self.helpers.call("floor_mod", args),
            Op::Shl => Code::loose(format!("{} << {}", self.receiver(&args[0]), second())),
            Op::Shr => {
                let width = if self.width == Width::Word { 63 } else { 127 };
                Code::loose(format!(
                    "{} >> {}",
                    self.receiver(&args[0]),
                    self.method("min", &[args[1].clone(), Code::atom(width.to_string())]).text
                ))
            }
            Op::Sign => self.method("signum", args),
            Op::Pow => {
                let power = Code::atom(format!("{} as u32", second()));
                self.method("pow", &[args[0].clone(), power])
            }
            Op::Gcd => self.helpers.call("gcd", args),
            Op::Lcm => self.helpers.call("lcm", args),
            Op::BitLength => {
                let zeros = self.method("leading_zeros", args);
                Code::atom(format!("Integer::from(Integer::BITS - {})", zeros.text))
            }
            Op::Popcount => {
                let ones = Code::atom(format!("{}.count_ones()", self.method("abs", args).text));
                Code::atom(format!("Integer::from({})", ones.text))
            }
            Op::Len => Code::atom(format!("{}.len() as Integer", args[0].operand())).loosened(),
            Op::Sum => Code::atom(format!("{}.iter().sum::<Integer>()", args[0].operand())),
            Op::Product => Code::atom(format!("{}.iter().product::<Integer>()", args[0].operand())),
            Op::Single => Code::atom(format!("vec![{}]", args[0].text)),
            Op::Empty => Code::atom("Vec::<Integer>::new()"),
            Op::First => self.helpers.call("at", &[borrowed(&args[0]), Code::atom("0")]),
            Op::Last => {
                let last = Code::atom(format!("{}.len() as Integer - 1", args[0].operand()));
                self.helpers.call("at", &[borrowed(&args[0]), last])
            }
            Op::Isqrt | Op::Min | Op::Max | Op::Abs => self.method(op.text(), args),
            _ => self.list_op(op, args),
        }
    }

    fn list_op(&mut self, op: Op, args: &[Code]) -> Code {
        let names = [
            "range", "take", "drop", "reverse", "sorted", "unique", "find", "maximum", "minimum",
            "at",
        ];
        let name = names.into_iter().find(|name| *name == op.text()).unwrap_or("concat");
        let sorts = op.arguments();
        let args: Vec<Code> = args
            .iter()
            .zip(sorts)
            .map(|(a, sort)| if *sort == Sort::List { borrowed(a) } else { a.clone() })
            .collect();
        self.helpers.call(name, &args)
    }

    fn bits_op(&mut self, op: Op, args: &[Code]) -> Code {
        let signed = |code: &Code| format!("({} as i64)", code.operand());
        match op {
            Op::Add => self.method("wrapping_add", args),
            Op::Sub => self.method("wrapping_sub", args),
            Op::Mul => self.method("wrapping_mul", args),
            Op::Neg => self.method("wrapping_neg", args),
            Op::Shl | Op::Shr => {
                let by = match args[1].text.parse::<u64>() {
                    Ok(n) => (n % 64).to_string(),
                    Err(_) => format!("({} & 63)", args[1].operand()),
                };
                Code::loose(format!("{} {} {by}", self.receiver(&args[0]), op.text()))
            }
            Op::Div => {
                Code::atom(format!("{}.unwrap_or(0)", self.method("checked_div", args).text))
            }
            Op::Mod => {
                let rest = self.method("checked_rem", args);
                Code::atom(format!("{}.unwrap_or({})", rest.text, args[0].text))
            }
            Op::Slt | Op::Sle => {
                let operator = if op == Op::Slt { "<" } else { "<=" };
                Code::condition(format!("{} {operator} {}", signed(&args[0]), signed(&args[1])))
            }
            Op::Smin | Op::Smax => {
                let name = if op == Op::Smin { "min" } else { "max" };
                Code::loose(format!(
                    "{}.{name}({} as i64) as u64",
                    signed(&args[0]),
                    args[1].operand()
                ))
            }
            Op::Sar => {
                let by = Code::loose(format!("{} & 63", args[1].operand()));
                Code::loose(format!("({} >> {}) as u64", signed(&args[0]), by.operand()))
            }
            Op::Rol | Op::Ror => {
                let name = if op == Op::Rol { "rotate_left" } else { "rotate_right" };
                let by = Code::atom(format!("({} & 63) as u32", args[1].operand()));
                self.method(name, &[args[0].clone(), by])
            }
            Op::Sdiv => {
                let a = signed(&args[0]);
                let b = args[1].operand();
                Code::loose(format!(
                    "(if {b} == 0 {{ 0 }} else {{ {a}.wrapping_div({b} as i64) }}) as u64"
                ))
            }
            Op::Srem => {
                let a = signed(&args[0]);
                let b = args[1].operand();
                Code::loose(format!(
                    "(if {b} == 0 {{ {a} }} else {{ {a}.wrapping_rem({b} as i64) }}) as u64"
                ))
            }
            Op::Umulh => Code::loose(format!(
                "(u128::from({}) * u128::from({}) >> 64) as u64",
                self.typed(&args[0]),
                self.typed(&args[1])
            )),
            Op::Smulh => Code::loose(format!(
                "(i128::from({}) * i128::from({}) >> 64) as u64",
                signed(&args[0]),
                signed(&args[1])
            )),
            Op::Clz | Op::Ctz | Op::Popcount => {
                let name = match op {
                    Op::Clz => "leading_zeros",
                    Op::Ctz => "trailing_zeros",
                    _ => "count_ones",
                };
                Code::atom(format!("u64::from({})", self.method(name, args).text))
            }
            Op::Bswap => self.method("swap_bytes", args),
            Op::Rbit => self.method("reverse_bits", args),
            Op::Sext8 | Op::Sext16 | Op::Sext32 => {
                let width = &op.text()[4..];
                Code::loose(format!("{} as i{width} as u64", self.receiver(&args[0])))
            }
            _ => self.method(op.text(), args),
        }
    }

    fn typed(&self, code: &Code) -> String {
        if code.level == Level::Atom { self.receiver(code) } else { code.text.clone() }
    }
}

impl Code {
    fn loosened(self) -> Self {
        Self { level: Level::Loose, ..self }
    }
}

fn borrowed(list: &Code) -> Code {
    Code::atom(format!("&{}", list.operand()))
}

impl Dialect for Rust {
    fn reserved(&self) -> &'static [&'static str] {
        &["main", "if", "as", "do", "in", "fn", "Integer"]
    }

    fn op(&mut self, op: Op, args: &[Code]) -> Code {
        if let Some(text) = comparison(op) {
            return Code::condition(format!(
                "{} {text} {}",
                args[0].at(Level::Sum),
                args[1].at(Level::Sum)
            ));
        }
        match op {
            Op::And | Op::Or | Op::Xor => {
                Code::loose(format!("{} {} {}", args[0].operand(), op.text(), args[1].operand()))
            }
            Op::Not => Code::loose(format!("!{}", self.receiver(&args[0]))),
            _ if is_bits(self.domain) => self.bits_op(op, args),
            _ => self.int_op(op, args),
        }
    }

    fn constant(&self, value: &BigInt) -> Code {
        if is_bits(self.domain) {
            return Code::atom(bits_constant(value));
        }
        let level = if value.sign() == Sign::Minus { Level::Product } else { Level::Atom };
        Code { text: value.to_string(), level, truth: false }
    }

    fn number(&self, truth: &Code) -> Code {
        Code::atom(format!("{}::from({})", self.number_type(), truth.text))
    }

    fn truth(&self, number: &Code) -> Code {
        Code::condition(format!("{} != 0", number.operand()))
    }

    fn not(&self, truth: &Code) -> Code {
        Code::condition(format!("!({})", truth.text))
    }

    fn choose(&self, condition: &Code, yes: &Code, no: &Code) -> Code {
        Code::loose(format!("if {} {{ {} }} else {{ {} }}", condition.text, yes.text, no.text))
    }

    fn call(&self, name: &str, args: &[Code]) -> Code {
        // Lists are passed by value, and their names may be used again.
        let params = crate::function(name).map_or(&[][..], |place| crate::FUNCTIONS[place].params);
        let sorts = params.iter().copied().chain(std::iter::repeat(Sort::Number));
        let args: Vec<String> = args.iter().zip(sorts).map(|(a, s)| self.copied(a, s)).collect();
        Code::atom(format!("{name}({})", args.join(", ")))
    }

    fn declare(&self, name: &str, sort: Sort, value: &str, changes: bool) -> String {
        let changes = if changes { "mut " } else { "" };
        format!("let {changes}{name}: {} = {value};", self.type_of(sort))
    }

    fn announce(&self, name: &str, sort: Sort) -> Option<String> {
        Some(format!("let {name}: {};", self.type_of(sort)))
    }

    fn assign(&self, names: &[String], values: &[String], _: &[Sort]) -> Vec<String> {
        match (names, values) {
            ([], _) => Vec::new(),
            ([name], [value]) => vec![format!("{name} = {value};")],
            _ => vec![format!("({}) = ({});", names.join(", "), values.join(", "))],
        }
    }

    fn open_if(&self, condition: &str) -> String {
        format!("if {condition} {{")
    }

    fn open_else(&self) -> String {
        "} else {".into()
    }

    fn open_while(&self, condition: Option<&str>) -> String {
        condition.map_or_else(|| "loop {".into(), |condition| format!("while {condition} {{"))
    }

    fn open_times(&self, index: &str, count: &str) -> String {
        format!("for {index} in 0..{count} {{")
    }

    fn open_each(&self, index: Option<&str>, element: &str, list: &str) -> String {
        match index {
            Some(index) => format!("for ({index}, &{element}) in (0..).zip(&{list}) {{"),
            None => format!("for &{element} in &{list} {{"),
        }
    }

    fn close(&self) -> Option<&'static str> {
        Some("}")
    }

    fn leave(&self) -> &'static str {
        "break;"
    }

    fn push(&mut self, list: &str, value: &str) -> String {
        format!("{list}.push({value});")
    }

    fn result(&self, value: &str) -> String {
        value.to_owned()
    }

    fn comprehension(
        &mut self,
        each: Each,
        params: &[String],
        body: &Code,
        args: &[Code],
    ) -> Option<Code> {
        let list = args.last()?.operand();
        let text = match each {
            Each::Map => format!(
                "{list}.iter().map(|&{}| {}).collect::<Vec<Integer>>()",
                params[0], body.text
            ),
            Each::Filter => {
                format!(
                    "{list}.iter().copied().filter(|&{}| {}).collect::<Vec<Integer>>()",
                    params[0], body.text
                )
            }
            Each::Zip => {
                let (u, v, body) = (&params[0], &params[1], &body.text);
                format!(
                    "{}.iter().zip(&{list}).map(|(&{u}, &{v})| {body}).collect::<Vec<Integer>>()",
                    args[0].operand()
                )
            }
            Each::Indexed => {
                let (i, v, body) = (&params[0], &params[1], &body.text);
                format!(
                    "(0..).zip(&{list}).map(|({i}, &{v}): (Integer, &Integer)| {body}).collect::<Vec<Integer>>()"
                )
            }
            _ => return None,
        };
        Some(Code::atom(text))
    }

    fn copied(&self, code: &Code, sort: Sort) -> String {
        let name = code.text.chars().all(char::is_alphanumeric);
        if sort == Sort::List && name {
            format!("{}.clone()", code.text)
        } else {
            code.text.clone()
        }
    }

    fn open_function(
        &self,
        name: &str,
        params: &[(String, Sort)],
        result: Sort,
        doc: &[String],
        main: bool,
    ) -> String {
        let params: Vec<String> = params
            .iter()
            .map(|(name, sort)| match sort {
                Sort::List => format!("{name}: Vec<Integer>"),
                Sort::Number => format!("{name}: {}", self.number_type()),
            })
            .collect();
        let public = if main { "pub " } else { "" };
        format!(
            "{}{public}fn {name}({}) -> {} {{",
            comment("///", doc),
            params.join(", "),
            self.type_of(result)
        )
    }

    fn file(&self, functions: &str, export: &Export<'_>) -> String {
        let bits = is_bits(self.domain);
        let head = format!("pub fn {}(", export.name);
        let gives_list = functions.lines().any(|l| l.starts_with(&head) && l.contains("-> Vec<"));
        let mut text = String::from(
            "//! Compile with `rustc --edition 2021 -O FILE`.\n#![allow(unused_parens, unused_variables)]\n\nuse std::io::BufRead;\n\n",
        );
        if !bits {
            text += match self.width {
                Width::Word => "type Integer = i64;\n\n",
                _ => "type Integer = i128;\n\n",
            };
        }
        text += &self.helpers.text(include_str!("helpers.rust"), "//");
        text += functions;
        let cells: Vec<String> =
            (0..export.program.inputs.len()).map(|n| format!("cells[{n}]")).collect();
        let read: Vec<String> = cells
            .iter()
            .zip(&export.program.inputs)
            .map(|(cell, sort)| match sort {
                Sort::List => format!(
                    "{cell}.split(',').filter(|v| !v.is_empty()).map(|v| v.parse().expect(\"an integer\")).collect()"
                ),
                Sort::Number if bits => {
                    format!("u64::from_str_radix({cell}.trim_start_matches(\"0x\"), 16).expect(\"a number in hexadecimal\")")
                }
                Sort::Number => format!("{cell}.parse().expect(\"an integer\")"),
            })
            .collect();
        let print = match (bits, gives_list) {
            (true, _) => "println!(\"{result:#018x}\");",
            (_, true) => {
                "println!(\"{}\", result.iter().map(ToString::to_string).collect::<Vec<_>>().join(\",\"));"
            }
            _ => "println!(\"{result}\");",
        };
        text += &format!(
            "\nfn main() {{\n    for line in std::io::stdin().lock().lines() {{\n        \
             let line = line.expect(\"standard input is text\");\n        \
             let cells: Vec<&str> = line.split('\\t').collect();\n        \
             let result = {}({});\n        {print}\n    }}\n}}\n",
            export.name,
            read.join(", ")
        );
        text
    }
}
