//! Python.

use super::Export;
use super::lower::{Code, Dialect, Helpers, Level, bits_constant, comment, comparison, is_bits};
use crate::{Domain, Each, Op, Sort};
use num_bigint::{BigInt, Sign};

pub(super) struct Python {
    domain: Domain,
    helpers: Helpers,
    math: bool,
}

impl Python {
    pub(super) fn new(domain: Domain) -> Self {
        Self { domain, helpers: Helpers::default(), math: false }
    }

    fn masked(&mut self, code: &Code) -> Code {
        self.helpers.call("M", &[]);
        Code::loose(format!("{} & M", code.operand()))
    }

    fn math(&mut self, name: &str, args: &[Code]) -> Code {
        self.math = true;
        plain_call(&format!("math.{name}"), args)
    }

    fn int_op(&mut self, op: Op, args: &[Code]) -> Code {
        let a = args.first().cloned().unwrap_or_else(|| Code::atom(""));
        let second = || args.get(1).map(Code::operand).unwrap_or_default();
        match op {
            Op::Add | Op::Sub | Op::Mul | Op::Concat => {
                Code::infix(&a, if op == Op::Concat { "+" } else { op.text() }, &args[1])
            }
            Op::Div => Code::loose(format!("{} // {}", a.operand(), second())),
            Op::Mod | Op::And | Op::Or | Op::Xor | Op::Shl | Op::Shr | Op::Pow => {
                Code::loose(format!("{} {} {}", a.operand(), op.text(), second()))
            }
            Op::Neg | Op::Not => {
                Code::loose(format!("{}{}", if op == Op::Neg { "-" } else { "~" }, a.operand()))
            }
            Op::Quot => self.helpers.call("quot", args),
            Op::Rem => self.helpers.call("rem", args),
            Op::Sign => self.helpers.call("sign", args),
            Op::Popcount => self.helpers.call("popcount", args),
            Op::Unique => self.helpers.call("unique", args),
            Op::Find => self.helpers.call("find", args),
            Op::At => self.helpers.call("at", args),
            Op::Gcd => self.math("gcd", args),
            Op::Lcm => self.math("lcm", args),
            Op::Isqrt => self.math("isqrt", args),
            Op::Product => self.math("prod", args),
            Op::BitLength => Code::atom(format!("{}.bit_length()", a.operand())),
            Op::Maximum => plain_call("max", args),
            Op::Minimum => plain_call("min", args),
            Op::First => Code::atom(format!("{}[0]", a.operand())),
            Op::Last => Code::atom(format!("{}[-1]", a.operand())),
            Op::Take => Code::atom(format!("{}[:{}]", a.operand(), not_negative(&args[1]))),
            Op::Drop => Code::atom(format!("{}[{}:]", a.operand(), not_negative(&args[1]))),
            Op::Reverse => Code::atom(format!("{}[::-1]", a.operand())),
            Op::Single => Code::atom(format!("[{}]", a.text)),
            Op::Empty => Code::atom("[]"),
            Op::Range => Code::atom(format!("list({})", plain_call("range", args).text)),
            _ => plain_call(op.text(), args),
        }
    }

    fn bits_op(&mut self, op: Op, args: &[Code]) -> Code {
        let (a, b) = (&args[0], args.get(1));
        let second = || b.map(Code::operand).unwrap_or_default();
        match op {
            Op::Add | Op::Sub | Op::Mul => {
                let sum = Code::infix(a, op.text(), &args[1]);
                self.masked(&sum)
            }
            Op::And | Op::Or | Op::Xor => {
                Code::loose(format!("{} {} {}", a.operand(), op.text(), second()))
            }
            Op::Neg => self.masked(&Code::loose(format!("-{}", a.operand()))),
            Op::Not => self.masked(&Code::loose(format!("~{}", a.operand()))),
            Op::Shl => {
                let shifted = Code::loose(format!("{} << {}", a.operand(), count(&args[1])));
                self.masked(&shifted)
            }
            Op::Shr => Code::loose(format!("{} >> {}", a.operand(), count(&args[1]))),
            Op::Div => self.helpers.call("udiv", args),
            Op::Mod => self.helpers.call("umod", args),
            Op::Slt | Op::Sle => {
                let [a, b] = [&args[0], &args[1]].map(|x| self.signed(x, 64).text);
                Code::condition(format!("{a} {} {b}", if op == Op::Slt { "<" } else { "<=" }))
            }
            Op::Smin | Op::Smax => {
                self.helpers.call("signed", &[]);
                let name = if op == Op::Smin { "min" } else { "max" };
                Code::atom(format!("{name}({}, {}, key=signed)", a.text, args[1].text))
            }
            Op::Umulh => Code::loose(format!("{} * {} >> 64", a.operand(), second())),
            Op::Smulh => {
                let [a, b] = [&args[0], &args[1]].map(|x| self.signed(x, 64).text);
                self.masked(&Code::loose(format!("{a} * {b} >> 64")))
            }
            Op::Sext8 | Op::Sext16 | Op::Sext32 => {
                let bits = [(Op::Sext8, 8), (Op::Sext16, 16)]
                    .iter()
                    .find(|(o, _)| *o == op)
                    .map_or(32, |b| b.1);
                let signed = self.signed(a, bits);
                self.masked(&signed)
            }
            Op::Min | Op::Max => plain_call(op.text(), args),
            _ => {
                let name = [
                    "sdiv", "srem", "sar", "rol", "ror", "clz", "ctz", "bswap", "rbit", "popcount",
                ]
                .into_iter()
                .find(|name| *name == op.text());
                name.map_or_else(
                    || plain_call(op.text(), args),
                    |name| self.helpers.call(name, args),
                )
            }
        }
    }

    fn signed(&mut self, a: &Code, bits: u32) -> Code {
        self.helpers.call("signed", &[]);
        let width = if bits == 64 { String::new() } else { format!(", {bits}") };
        Code::atom(format!("signed({}{width})", a.text))
    }
}

fn plain_call(name: &str, args: &[Code]) -> Code {
    let args: Vec<&str> = args.iter().map(|a| a.text.as_str()).collect();
    Code::atom(format!("{name}({})", args.join(", ")))
}

/// A shift count modulo 64.
fn count(code: &Code) -> String {
    match code.text.parse::<u64>() {
        Ok(n) => (n % 64).to_string(),
        Err(_) => format!("({} & 63)", code.operand()),
    }
}

fn not_negative(code: &Code) -> String {
    if code.text.parse::<u64>().is_ok() {
        code.text.clone()
    } else {
        format!("max(0, {})", code.text)
    }
}

impl Dialect for Python {
    fn reserved(&self) -> &'static [&'static str] {
        &["M", "math", "sys", "as", "if", "in", "is", "or"]
    }

    fn op(&mut self, op: Op, args: &[Code]) -> Code {
        match comparison(op) {
            Some(text) => Code::condition(format!(
                "{} {text} {}",
                args[0].at(Level::Sum),
                args[1].at(Level::Sum)
            )),
            None if is_bits(self.domain) => self.bits_op(op, args),
            None => self.int_op(op, args),
        }
    }

    fn constant(&self, value: &BigInt) -> Code {
        match (self.domain, value.sign()) {
            (Domain::Bits, _) => Code::atom(bits_constant(value)),
            (_, Sign::Minus) => {
                Code { text: value.to_string(), level: Level::Product, truth: false }
            }
            _ => Code::atom(value.to_string()),
        }
    }

    fn number(&self, truth: &Code) -> Code {
        Code::atom(format!("int({})", truth.text))
    }

    fn truth(&self, number: &Code) -> Code {
        Code::condition(format!("{} != 0", number.operand()))
    }

    fn not(&self, truth: &Code) -> Code {
        Code::condition(format!("not ({})", truth.text))
    }

    fn choose(&self, condition: &Code, yes: &Code, no: &Code) -> Code {
        Code::loose(format!("{} if {} else {}", yes.at(Level::Sum), condition.text, no.text))
    }

    fn call(&self, name: &str, args: &[Code]) -> Code {
        plain_call(name, args)
    }

    fn declare(&self, name: &str, _: Sort, value: &str, _: bool) -> String {
        format!("{name} = {value}")
    }

    fn announce(&self, _: &str, _: Sort) -> Option<String> {
        None
    }

    fn assign(&self, names: &[String], values: &[String], _: &[Sort]) -> Vec<String> {
        if names.is_empty() {
            return vec!["pass".into()];
        }
        vec![format!("{} = {}", names.join(", "), values.join(", "))]
    }

    fn open_if(&self, condition: &str) -> String {
        format!("if {condition}:")
    }

    fn open_else(&self) -> String {
        "else:".into()
    }

    fn open_while(&self, condition: Option<&str>) -> String {
        format!("while {}:", condition.unwrap_or("True"))
    }

    fn open_times(&self, index: &str, count: &str) -> String {
        format!("for {index} in range({count}):")
    }

    fn open_each(&self, index: Option<&str>, element: &str, list: &str) -> String {
        match index {
            Some(index) => format!("for {index}, {element} in enumerate({list}):"),
            None => format!("for {element} in {list}:"),
        }
    }

    fn close(&self) -> Option<&'static str> {
        None
    }

    fn leave(&self) -> &'static str {
        "break"
    }

    fn push(&mut self, list: &str, value: &str) -> String {
        format!("{list}.append({value})")
    }

    fn result(&self, value: &str) -> String {
        format!("return {value}")
    }

    fn comprehension(
        &mut self,
        each: Each,
        params: &[String],
        body: &Code,
        args: &[Code],
    ) -> Option<Code> {
        let (list, body) = (&args.last()?.text, &body.text);
        let names = params.join(", ");
        Some(Code::atom(match each {
            Each::Map => format!("[{body} for {names} in {list}]"),
            Each::Filter => format!("[{names} for {names} in {list} if {body}]"),
            Each::Count => format!("sum(1 for {names} in {list} if {body})"),
            Each::Zip => format!("[{body} for {names} in zip({}, {list})]", args[0].text),
            Each::Indexed => format!("[{body} for {names} in enumerate({list})]"),
            Each::Fold | Each::Scan => return None,
        }))
    }

    fn copied(&self, code: &Code, _: Sort) -> String {
        code.text.clone()
    }

    fn open_function(
        &self,
        name: &str,
        params: &[(String, Sort)],
        _: Sort,
        doc: &[String],
        _: bool,
    ) -> String {
        let names: Vec<&str> = params.iter().map(|(name, _)| name.as_str()).collect();
        format!("{}def {name}({}):", comment("#", doc), names.join(", "))
    }

    fn file(&self, functions: &str, export: &Export<'_>) -> String {
        let helpers = self.helpers.text(include_str!("helpers.py"), "#");
        let helpers = helpers.replace("\n\n", "\n\n\n");
        let math = if self.math { "import math\n" } else { "" };
        let read: Vec<&str> = export
            .program
            .inputs
            .iter()
            .map(|sort| {
                if *sort == Sort::List {
                    "[int(v) for v in row[N].split(\",\") if v]"
                } else {
                    "int(row[N], 0)"
                }
            })
            .collect();
        let read: Vec<String> =
            read.iter().enumerate().map(|(n, text)| text.replace('N', &n.to_string())).collect();
        let functions = functions.trim_end().replace("\n\n", "\n\n\n");
        format!(
            "#!/usr/bin/env python3\n{math}import sys\n\n\n{helpers}{functions}\n\n\n\
             if __name__ == \"__main__\":\n    for line in sys.stdin:\n        \
             row = line.rstrip(\"\\n\").split(\"\\t\")\n        \
             result = {name}({read})\n        \
             print(\",\".join(map(str, result)) if isinstance(result, list) else {shown})\n",
            name = export.name,
            read = read.join(", "),
            shown = if is_bits(self.domain) { "f\"{result:#018x}\"" } else { "result" },
        )
    }
}
