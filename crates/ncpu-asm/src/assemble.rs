//! The assembler: a first pass lays out text and data and learns the names, a second fills in the
//! values.

use crate::diagnostic::{Diagnostic, Diagnostics, Wrong};
use crate::expr::{Expr, Kind, Symbol, Symbols, Value};
use crate::image::{DATA_BASE, Image, MAX_DATA, MAX_TEXT};
use crate::insn::{Address, Form, Insn, Op, Source};
use crate::parse::{self, Arg, Argument, Body, Operand, Placed};
use crate::program::{Label, Place, Program};
use std::collections::BTreeMap;
use std::collections::hash_map::Entry;

/// How to read a source.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// The file's name, for messages.
    pub file: String,
    /// The saturating rules: literals out of range are clamped, and lines that are wrong stop the
    /// program when it reaches them.
    pub compat: bool,
    /// `;` separates lines.
    pub inline: bool,
}

/// Where a line's bytes go.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Section {
    Text,
    Data,
}

/// Something to fill in once all names are known.
enum Item {
    Insn {
        op: Op,
        operands: Vec<Placed>,
        at: usize,
    },
    /// A raw word by its halves.
    Word {
        high: Expr,
        low: Expr,
        at: usize,
        width: usize,
    },
    /// A line that is no instruction.
    Wrong(Wrong),
}

/// The name of a directive and where it stands.
struct Head<'a> {
    name: &'a str,
    at: usize,
}

impl Head<'_> {
    fn wrong(&self, what: &str) -> Wrong {
        Wrong::new(self.at, self.name.chars().count(), format!("`{}` {what}", self.name))
    }
}

struct Fixup {
    line: usize,
    offset: usize,
    bytes: usize,
    value: Expr,
    at: usize,
    width: usize,
}

struct Equ {
    name: String,
    value: Expr,
    line: usize,
    at: usize,
    width: usize,
}

struct Assembler<'a> {
    options: &'a Options,
    lines: Vec<String>,
    section: Section,
    compat: bool,
    /// Instructions with their places; lines count from 0.
    items: Vec<(Item, Place)>,
    data: Vec<u8>,
    /// Bytes laid out, of which `data` holds those up to the last that is given.
    data_len: u64,
    fixups: Vec<Fixup>,
    symbols: Symbols,
    labels: Vec<Label>,
    equs: Vec<Equ>,
    entry: Option<(Expr, usize, usize, usize)>,
    errors: Vec<Diagnostic>,
}

/// The names of the directives.
const DIRECTIVES: &str =
    ".text .data .word .half .byte .ascii .asciz .string .space .align .equ .entry .compat .insn";

/// Words for lines that are no instructions start so; no opcode does.
const REJECTED: u64 = 0xff << 56;

/// More errors than this are not told.
const MAX_ERRORS: usize = 100;

/// Assembles a source.
///
/// # Errors
/// Everything that is wrong with it, up to a hundred errors.
pub fn assemble(source: &str, options: &Options) -> Result<Program, Diagnostics> {
    let lines: Vec<String> = if options.inline {
        split_inline(source)
    } else {
        source.lines().map(str::to_owned).collect()
    };
    let mut assembler = Assembler {
        options,
        lines,
        section: Section::Text,
        compat: options.compat,
        items: Vec::new(),
        data: Vec::new(),
        data_len: 0,
        fixups: Vec::new(),
        symbols: Symbols::new(),
        labels: Vec::new(),
        equs: Vec::new(),
        entry: None,
        errors: Vec::new(),
    };
    assembler.lay_out();
    assembler.resolve_equs();
    assembler.finish()
}

/// Does `bytes` look like a source? Its first line that is more than a comment must be one of the
/// language: labels, an instruction or a directive.
#[must_use]
pub fn is_source(bytes: &[u8]) -> bool {
    let Ok(text) = std::str::from_utf8(bytes) else { return false };
    if text.starts_with("#!") || text.contains('\0') {
        return false;
    }
    let mut lines = text.lines().map(parse::line);
    let first = lines.find(|l| !l.labels.is_empty() || l.body != Ok(Body::Nothing));
    first.is_some_and(|l| match l.body {
        Ok(Body::Directive { name, .. }) => DIRECTIVES.split(' ').any(|known| known == name),
        body => body.is_ok(),
    })
}

/// Splits at `;` and line ends, but not inside characters and strings.
fn split_inline(source: &str) -> Vec<String> {
    let chars: Vec<char> = source.chars().collect();
    let mut lines = vec![String::new()];
    let (mut in_string, mut i) = (false, 0);
    while i < chars.len() {
        let c = chars[i];
        let escaped = c == '\\' && in_string;
        let literal = !in_string && c == '\'' && chars.get(i + 2) == Some(&'\'');
        let take = if escaped {
            2
        } else if literal {
            3
        } else {
            1
        };
        in_string ^= c == '"';
        if (c == ';' && !in_string) || c == '\n' {
            in_string = false;
            lines.push(String::new());
        } else if let Some(line) = lines.last_mut() {
            line.extend(chars.iter().skip(i).take(take));
        }
        i += take;
    }
    lines
}

impl Assembler<'_> {
    /// Keeps an error. Each quotes its line, so that many in one line would take its length squared.
    fn error(&mut self, line: usize, mut wrong: Wrong) {
        if self.errors.len() > MAX_ERRORS {
            return;
        }
        if self.errors.len() == MAX_ERRORS {
            wrong = Wrong::new(wrong.at, wrong.width, "too many errors; the others are not shown");
        }
        let text = &self.lines[line];
        self.errors.push(wrong.at_line(&self.options.file, line + 1, text));
    }

    // First pass.

    fn lay_out(&mut self) {
        for number in 0..self.lines.len() {
            let line = parse::line(&self.lines[number]);
            let (start, end) = (line.span.0 as u32, line.span.1 as u32);
            let place = Place { line: number as u32, start, end };
            for (name, at) in line.labels {
                self.define_label(&name, number, at);
            }
            match line.body {
                Ok(Body::Nothing) => {}
                Ok(Body::Insn { op, operands, at }) => {
                    self.instruction(Item::Insn { op, operands, at }, place, at);
                }
                Ok(Body::Directive { name, at, args }) => {
                    if let Err(wrong) = self.directive(&name, at, args, place) {
                        self.error(number, wrong);
                    }
                }
                Err(wrong) => {
                    let at = wrong.at;
                    self.instruction(Item::Wrong(wrong), place, at);
                }
            }
        }
    }

    fn instruction(&mut self, item: Item, place: Place, at: usize) {
        let line = place.line as usize;
        if let (Section::Data, Item::Wrong(wrong)) = (self.section, &item) {
            let wrong = wrong.clone();
            self.error(line, wrong);
        } else if self.section == Section::Data {
            let wrong = Wrong::new(at, 1, "an instruction in the data section");
            self.error(line, wrong.expecting("`.text` before it"));
        } else if self.items.len() < MAX_TEXT {
            self.items.push((item, place));
        } else if self.items.len() == MAX_TEXT {
            // The items are full; one message is enough.
            let wrong = Wrong::new(at, 1, format!("more than {MAX_TEXT} instructions"));
            if self.errors.last().is_none_or(|e| e.message != wrong.message) {
                self.error(line, wrong);
            }
        }
    }

    fn define_label(&mut self, name: &str, line: usize, at: usize) {
        let value = match self.section {
            Section::Text => (self.items.len() as i64, Kind::Code),
            Section::Data => ((DATA_BASE + self.data_len) as i64, Kind::Data),
        };
        if self.define(name, Symbol::Known(value), line, at) {
            self.labels.push(Label { name: name.into(), value: value.0 as u32, kind: value.1 });
        }
    }

    fn define(&mut self, name: &str, symbol: Symbol, line: usize, at: usize) -> bool {
        let width = name.chars().count();
        let key = name.to_lowercase();
        let message = if parse::register(name).is_some() {
            format!("`{name}` names a register")
        } else if let Entry::Vacant(entry) = self.symbols.entry(key) {
            entry.insert(symbol);
            return true;
        } else {
            format!("`{name}` is defined twice")
        };
        self.error(line, Wrong::new(at, width, message).expecting("a name of its own"));
        false
    }

    fn directive(
        &mut self,
        name: &str,
        at: usize,
        args: Vec<Arg>,
        place: Place,
    ) -> Result<(), Wrong> {
        let line = place.line as usize;
        let head = &Head { name, at };
        match name {
            ".text" | ".data" | ".compat" if !args.is_empty() => {
                return Err(head.wrong("takes no arguments"));
            }
            ".text" => self.section = Section::Text,
            ".data" => self.section = Section::Data,
            ".compat" => self.compat = true,
            ".entry" => match <[_; 1]>::try_from(args) {
                Ok([(Argument::Value(e), at, width)]) => self.entry = Some((e, line, at, width)),
                _ => return Err(head.wrong("takes one label or index")),
            },
            ".equ" => match <[_; 2]>::try_from(args) {
                Ok(
                    [
                        (Argument::Value(Expr::Name { name, .. }), at, _),
                        (Argument::Value(e), vat, w),
                    ],
                ) => {
                    self.equ(name, at, e, vat, w, line);
                }
                _ => return Err(head.wrong("takes a name and a value")),
            },
            ".insn" if self.section == Section::Data => {
                return Err(head.wrong("belongs in the text section"));
            }
            ".insn" => match <[_; 2]>::try_from(args) {
                Ok([(Argument::Value(high), at, width), (Argument::Value(low), ..)]) => {
                    self.instruction(Item::Word { high, low, at, width }, place, at);
                }
                _ => return Err(head.wrong("takes the high and the low 32 bits of a word")),
            },
            ".word" => return self.values(4, args, line, head),
            ".half" => return self.values(2, args, line, head),
            ".byte" => return self.values(1, args, line, head),
            ".ascii" => return self.strings(false, args, head),
            ".asciz" | ".string" => return self.strings(true, args, head),
            ".space" => return self.space(args, head),
            ".align" => return self.align(args, head),
            _ => {
                return Err(head
                    .wrong("is no directive")
                    .expecting(format!("one of {DIRECTIVES}")));
            }
        }
        Ok(())
    }

    fn equ(&mut self, name: String, at: usize, value: Expr, vat: usize, width: usize, line: usize) {
        let known = value.eval(&self.symbols);
        let symbol = known.map_or(Symbol::Pending, Symbol::Known);
        let pending = matches!(symbol, Symbol::Pending);
        if self.define(&name, symbol, line, at) && pending {
            self.equs.push(Equ { name: name.to_lowercase(), value, line, at: vat, width });
        }
    }

    /// Where the next data byte goes, once the section and the size allow it.
    fn data_at(&mut self, bytes: u64, head: &Head) -> Result<usize, Wrong> {
        if self.section == Section::Text {
            return Err(head.wrong("belongs in the data section").expecting("`.data` before it"));
        }
        let at = self.data_len;
        if at + bytes > MAX_DATA {
            return Err(head.wrong(&format!("takes the data past {MAX_DATA} bytes")));
        }
        self.data_len += bytes;
        Ok(at as usize)
    }

    fn put(&mut self, at: usize, bytes: &[u8]) {
        if self.data.len() < at + bytes.len() {
            self.data.resize(at + bytes.len(), 0);
        }
        self.data[at..at + bytes.len()].copy_from_slice(bytes);
    }

    fn values(
        &mut self,
        bytes: usize,
        args: Vec<Arg>,
        line: usize,
        head: &Head,
    ) -> Result<(), Wrong> {
        if args.is_empty() {
            return Err(head.wrong("takes at least one value"));
        }
        for (argument, at, width) in args {
            let Argument::Value(value) = argument else {
                return Err(Wrong::new(at, width, "a string among values").expecting("`.ascii`"));
            };
            let offset = self.data_at(bytes as u64, head)?;
            self.fixups.push(Fixup { line, offset, bytes, value, at, width });
        }
        Ok(())
    }

    fn strings(&mut self, terminated: bool, args: Vec<Arg>, head: &Head) -> Result<(), Wrong> {
        if args.is_empty() {
            return Err(head.wrong("takes at least one string"));
        }
        for (argument, at, width) in args {
            let Argument::Text(mut text) = argument else {
                return Err(Wrong::new(at, width, "not a string").expecting("text in `\"`"));
            };
            if terminated {
                text.push(0);
            }
            let offset = self.data_at(text.len() as u64, head)?;
            self.put(offset, &text);
        }
        Ok(())
    }

    /// A value that the layout depends on.
    fn layout_value(&self, arg: &Arg) -> Result<i64, Wrong> {
        let (Argument::Value(e), ..) = arg else {
            return Err(Wrong::new(arg.1, arg.2, "a string").expecting("a number"));
        };
        let (value, _) = e.eval(&self.symbols).map_err(|w| {
            w.expecting("names defined on earlier lines: the layout depends on this value")
        })?;
        Ok(value)
    }

    fn space(&mut self, args: Vec<Arg>, head: &Head) -> Result<(), Wrong> {
        if !(1..=2).contains(&args.len()) {
            return Err(head.wrong("takes a size and perhaps a fill byte"));
        }
        let size = self.layout_value(&args[0])?;
        let fill = args.get(1).map_or(Ok(0), |arg| self.layout_value(arg))?;
        let Some(size) = u64::try_from(size).ok().filter(|n| *n <= MAX_DATA) else {
            let message = format!("{size} bytes are not possible");
            return Err(Wrong::new(args[0].1, args[0].2, message)
                .expecting(format!("a size from 0 to {MAX_DATA}")));
        };
        if !(-128..256).contains(&fill) {
            return Err(out_of_range(fill, 1, args[1].1, args[1].2));
        }
        let offset = self.data_at(size, head)?;
        if fill != 0 {
            self.put(offset, &vec![fill as u8; size as usize]);
        }
        Ok(())
    }

    fn align(&mut self, args: Vec<Arg>, head: &Head) -> Result<(), Wrong> {
        let [arg] = args.as_slice() else { return Err(head.wrong("takes one size")) };
        let size = self.layout_value(arg)?;
        if !(1..=4096).contains(&size) || size & (size - 1) != 0 {
            return Err(Wrong::new(arg.1, arg.2, format!("cannot align to {size} bytes"))
                .expecting("a power of two from 1 to 4096"));
        }
        let padding = self.data_len.wrapping_neg() & (size as u64 - 1);
        self.data_at(padding, head)?;
        Ok(())
    }

    // Second pass.

    /// `.equ`s may use names defined later; a few rounds settle all that can be settled.
    fn resolve_equs(&mut self) {
        for _ in 0..50 {
            let before = self.equs.len();
            let symbols = &mut self.symbols;
            self.equs.retain(|equ| match equ.value.eval(symbols) {
                Ok(value) => {
                    symbols.insert(equ.name.clone(), Symbol::Known(value));
                    false
                }
                Err(_) => true,
            });
            if self.equs.len() == before {
                break;
            }
        }
        for equ in std::mem::take(&mut self.equs) {
            let Err(wrong) = equ.value.eval(&self.symbols) else { continue };
            self.error(equ.line, Wrong { at: equ.at, width: equ.width, ..wrong });
            // Known from here on, so that its users do not complain as well.
            self.symbols.insert(equ.name, Symbol::Known((0, Kind::Number)));
        }
    }

    fn finish(mut self) -> Result<Program, Diagnostics> {
        let mut text = Vec::with_capacity(self.items.len());
        let mut places = Vec::with_capacity(self.items.len());
        let mut rejected = BTreeMap::new();
        for (index, (item, place)) in std::mem::take(&mut self.items).into_iter().enumerate() {
            let line = place.line as usize;
            places.push(Place { line: place.line + 1, ..place });
            match self.word(item) {
                Ok(word) => text.push(word),
                Err(wrong) if self.compat => {
                    let text_line = &self.lines[line];
                    let diagnostic = wrong.at_line(&self.options.file, line + 1, text_line);
                    rejected.insert(index as u32, diagnostic);
                    text.push(REJECTED | index as u64);
                }
                Err(wrong) => {
                    self.error(line, wrong);
                    text.push(REJECTED);
                }
            }
        }
        self.fill_in();
        let entry = self.entry_index(text.len());
        if !self.errors.is_empty() {
            let told = self.errors.len().min(MAX_ERRORS);
            self.errors[..told].sort_by_key(|e| (e.line, e.column));
            return Err(Diagnostics(self.errors));
        }
        let space = (self.data_len - self.data.len() as u64) as u32;
        let image = Image::new(text, self.data, space, entry, self.compat);
        Ok(Program {
            image,
            file: self.options.file.clone(),
            source: self.lines,
            places,
            labels: self.labels,
            rejected,
        })
    }

    fn fill_in(&mut self) {
        for f in std::mem::take(&mut self.fixups) {
            let value = f.value.eval(&self.symbols).and_then(|(value, _)| {
                let bits = f.bytes as u32 * 8;
                let fits = (-(1_i64 << (bits - 1))..1 << bits).contains(&value);
                if fits { Ok(value) } else { Err(out_of_range(value, f.bytes, f.at, f.width)) }
            });
            match value {
                Ok(value) => self.put(f.offset, &value.to_le_bytes()[..f.bytes]),
                Err(wrong) => self.error(f.line, wrong),
            }
        }
    }

    fn entry_index(&mut self, text: usize) -> u32 {
        let Some((e, line, at, width)) = self.entry.take() else { return 0 };
        let wrong = match e.eval(&self.symbols) {
            Ok((value, Kind::Code | Kind::Number)) if (0..text as i64).contains(&value) => {
                return value as u32;
            }
            Ok(_) => Wrong::new(at, width, "the entry is no instruction").expecting("a code label"),
            Err(wrong) => wrong,
        };
        self.error(line, wrong);
        0
    }

    fn word(&self, item: Item) -> Result<u64, Wrong> {
        match item {
            Item::Wrong(wrong) => Err(wrong),
            Item::Word { high, low, at, width } => {
                let half = |e: &Expr| {
                    let (value, _) = e.eval(&self.symbols)?;
                    u32::try_from(value).map_err(|_| out_of_range(value, 4, at, width))
                };
                Ok(u64::from(half(&high)?) << 32 | u64::from(half(&low)?))
            }
            Item::Insn { op, operands, at } => {
                let insn = self.insn(op, &operands, at)?;
                insn.encode().map_err(|_| {
                    let first = operands.iter().find(|o| matches!(o.operand, Operand::Value(_)));
                    let (at, width) = first.map_or((at, 1), |o| (o.at, o.width));
                    Wrong::new(at, width, "of two immediates, the first must be small")
                        .expecting("-2048 to 2047, or a register with the value")
                })
            }
        }
    }

    fn insn(&self, op: Op, operands: &[Placed], at: usize) -> Result<Insn, Wrong> {
        let given = operands.len();
        let missing = || {
            Wrong::new(at, op.name().len(), format!("{} lacks an operand", op.name()))
                .expecting(usage(op))
        };
        let get = |i: usize| operands.get(i).ok_or_else(missing);
        let reg = |i: usize| register(get(i)?, op);
        let source = |i: usize| self.source(get(i)?, op);
        Ok(match op.form() {
            Form::Plain => Insn::Plain { op },
            // With one operand, `NEG` and `NOT` change it in place.
            Form::Unary if given == 1 && op != Op::Mov => {
                let rd = reg(0)?;
                Insn::Unary { op, rd, a: Source::Reg(rd) }
            }
            Form::Unary => Insn::Unary { op, rd: reg(0)?, a: source(1)? },
            Form::Update => Insn::Update { op, rd: reg(0)? },
            Form::Binary if given == 2 => {
                let rd = reg(0)?;
                Insn::Binary { op, rd, a: Source::Reg(rd), b: source(1)? }
            }
            Form::Binary => Insn::Binary { op, rd: reg(0)?, a: source(1)?, b: source(2)? },
            Form::Compare => Insn::Compare { op, a: source(0)?, b: source(1)? },
            Form::Jump => Insn::Jump { op, target: self.target(get(0)?)? },
            Form::Give => Insn::Give { op, a: source(0)? },
            Form::Load => Insn::Load { op, rd: reg(0)?, at: self.address(get(1)?, op)? },
            Form::Store => Insn::Store { op, a: source(0)?, at: self.address(get(1)?, op)? },
        })
    }

    fn source(&self, p: &Placed, op: Op) -> Result<Source, Wrong> {
        match &p.operand {
            Operand::Reg(reg) => Ok(Source::Reg(*reg)),
            Operand::Value(e) => {
                let value = e.eval(&self.symbols)?;
                Ok(Source::Imm(self.immediate(value, p)?))
            }
            Operand::Address { .. } => {
                Err(Wrong::new(p.at, p.width, format!("{} takes no address", op.name()))
                    .expecting(usage(op)))
            }
        }
    }

    /// The 32 bits of a value. The saturating rules clamp it.
    fn immediate(&self, (value, _): Value, p: &Placed) -> Result<i32, Wrong> {
        if self.compat {
            return Ok(value.clamp(i32::MIN.into(), i32::MAX.into()) as i32);
        }
        pattern(value, p)
    }

    fn target(&self, p: &Placed) -> Result<Source, Wrong> {
        let expected = "a label, an instruction's index or a register with one";
        let wrong = |what: &str| Wrong::new(p.at, p.width, what).expecting(expected);
        match &p.operand {
            Operand::Reg(reg) => Ok(Source::Reg(*reg)),
            Operand::Address { .. } => Err(wrong("a jump takes no address")),
            Operand::Value(e) => match e.eval(&self.symbols)? {
                (_, Kind::Data) => Err(wrong("a data label is no place to jump to")),
                (value, _) => match u32::try_from(value) {
                    Ok(index) => Ok(Source::Imm(index as i32)),
                    Err(_) => Err(wrong("no instruction has this index")),
                },
            },
        }
    }

    fn address(&self, p: &Placed, op: Op) -> Result<Address, Wrong> {
        let Operand::Address { regs, offset } = &p.operand else {
            return Err(Wrong::new(p.at, p.width, format!("{} needs an address", op.name()))
                .expecting(usage(op)));
        };
        let (value, kind) =
            offset.as_ref().map_or(Ok((0, Kind::Number)), |e| e.eval(&self.symbols))?;
        if kind == Kind::Code {
            return Err(Wrong::new(p.at, p.width, "a code label is no data address")
                .expecting("a label in `.data`"));
        }
        let offset = pattern(value, p)?;
        Ok(Address { base: regs.first().copied(), index: regs.get(1).copied(), offset })
    }
}

fn register(p: &Placed, op: Op) -> Result<u8, Wrong> {
    match p.operand {
        Operand::Reg(reg) => Ok(reg),
        _ => Err(Wrong::new(p.at, p.width, format!("{} writes this operand", op.name()))
            .expecting("a register: R0 to R15 or SP")),
    }
}

/// The 32 bits of a signed or unsigned value.
fn pattern(value: i64, p: &Placed) -> Result<i32, Wrong> {
    if (i64::from(i32::MIN)..=i64::from(u32::MAX)).contains(&value) {
        return Ok(value as i32);
    }
    Err(out_of_range(value, 4, p.at, p.width))
}

fn out_of_range(value: i64, bytes: usize, at: usize, width: usize) -> Wrong {
    let bits = bytes as u32 * 8;
    Wrong::new(at, width, format!("{value} does not fit in {bits} bits")).expecting(format!(
        "{} to {}",
        -(1_i64 << (bits - 1)),
        (1_i64 << bits) - 1
    ))
}

/// How an instruction is written.
fn usage(op: Op) -> String {
    let name = op.name();
    match op.form() {
        Form::Plain => name.into(),
        Form::Unary => format!("`{name} Rd, source`"),
        Form::Update => format!("`{name} Rd`"),
        Form::Binary => format!("`{name} Rd, source, source`"),
        Form::Compare => format!("`{name} source, source`"),
        Form::Jump => format!("`{name} target`"),
        Form::Give => format!("`{name} source`"),
        Form::Load => format!("`{name} Rd, [address]`"),
        Form::Store => format!("`{name} source, [address]`"),
    }
}
