//! A64 assembly: a function that follows the procedure call standard (AAPCS64) and uses memory to save registers only.

use super::Export;
use super::lower::comment;
use crate::eval::{Width, width};
use crate::{Domain, Loop, LoopKind, Op, Program, Sort, Term, Value, Var};
use num_bigint::BigInt;
use num_traits::ToPrimitive;
use std::fmt;

/// A function as instructions and labels.
#[derive(Clone, Debug, Default)]
pub struct Listing {
    /// Its lines.
    pub items: Vec<Item>,
}

/// A line of assembly.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Item {
    /// A place to branch to.
    Label(String),
    /// An instruction.
    Instruction(String),
}

impl fmt::Display for Listing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for item in &self.items {
            match item {
                Item::Label(label) => writeln!(f, "{label}:")?,
                Item::Instruction(text) => writeln!(f, "    {text}")?,
            }
        }
        Ok(())
    }
}

/// The source file of a program.
pub(super) fn file(export: &Export<'_>) -> Result<String, String> {
    let listing = listing(export.program, export.rows)?;
    let name = export.name;
    Ok(format!(
        "{}    .text\n    .globl {name}\n    .type {name}, %function\n{name}:\n{listing}    .size {name}, . - {name}\n",
        comment("//", export.doc)
    ))
}

/// The program's instructions: inputs in x0 to x7, the result in x0. The rows say which values must
/// work: integers are 64 bits wide here.
///
/// # Errors
/// Why there is no such function.
pub fn listing(program: &Program, rows: &[Vec<Value>]) -> Result<Listing, String> {
    if program.inputs.contains(&Sort::List) || uses_lists(&program.term) {
        return Err("lists are not exported to assembly; C, Rust and Python have them".into());
    }
    if program.inputs.len() > 8 {
        return Err("more than eight inputs are not exported to assembly; use C".into());
    }
    if program.domain == Domain::Int && rows.iter().any(|row| width(program, row) > Width::Word) {
        return Err("an example needs integers of more than 64 bits; Python has them".into());
    }
    let mut writer = Writer {
        domain: program.domain,
        listing: Listing::default(),
        vars: Vec::new(),
        next: program.inputs.len().max(1),
        most: 0,
        labels: 0,
        fresh: Var::MAX / 2,
    };
    let result = writer.operand(&program.term)?;
    writer.emit(format!("mov {}, {}", Reg(0), result));
    writer.emit("ret");
    writer.listing.items.retain(|item| *item != Item::Instruction("mov x0, x0".into()));
    if writer.most > ALL {
        return Err("the program needs more registers than there are; use C".into());
    }
    save(&mut writer.listing, writer.most);
    Ok(writer.listing)
}

/// How many registers a function may change without saving them: x0 to x17.
const SCRATCH: usize = 18;

/// How many there are with those that are saved: x19 to x28.
const ALL: usize = SCRATCH + 10;

/// Saves the callers' registers that are used.
fn save(listing: &mut Listing, used: usize) {
    let pairs = (SCRATCH..used).step_by(2).map(|n| format!("{}, {}", Reg(n), Reg(n + 1)));
    let pairs: Vec<String> = pairs.collect();
    let stores = pairs.iter().map(|pair| Item::Instruction(format!("stp {pair}, [sp, #-16]!")));
    let stores: Vec<Item> = stores.collect();
    let loads = pairs.iter().rev().map(|pair| Item::Instruction(format!("ldp {pair}, [sp], #16")));
    let before_return = listing.items.len() - 1;
    listing.items.splice(before_return..before_return, loads);
    listing.items.splice(0..0, stores);
}

fn uses_lists(term: &Term) -> bool {
    let mut found = match term {
        Term::Each(..) => true,
        Term::Apply(op, _) => op.result() == Sort::List || op.arguments().contains(&Sort::List),
        Term::Call(place, _) => {
            crate::library::definition(*place).is_some_and(|program| uses_lists(&program.term))
        }
        _ => false,
    };
    term.each_child(&mut |child| found |= uses_lists(child));
    found
}

/// Operations that are loops on this machine.
const EXPANSIONS: &[(Op, &str)] = &[
    (Op::Pow, "loop a = 1 times y do a * x give a"),
    (Op::Gcd, "abs(while b != 0 from a = x, b = y do b, rem(a, b) give a)"),
    (Op::Lcm, "if (x == 0) | (y == 0) then 0 else abs(quot(x, gcd(x, y)) * y)"),
    (
        Op::Isqrt,
        "if x < 2 then x else while quot(x, b) < b from b = quot(x, 2) do quot(b + quot(x, b), 2) give b",
    ),
];

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Reg(usize);

impl Reg {
    fn number(self) -> usize {
        if self.0 < SCRATCH { self.0 } else { self.0 + 1 }
    }
}

impl fmt::Display for Reg {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // x18 is the platform's; from x19 on registers are the caller's, and are saved.
        write!(f, "x{}", self.number())
    }
}

struct Writer {
    domain: Domain,
    listing: Listing,
    vars: Vec<(Var, Reg)>,
    /// The first register that holds nothing.
    next: usize,
    most: usize,
    labels: usize,
    fresh: Var,
}

impl Writer {
    fn emit(&mut self, text: impl Into<String>) {
        self.listing.items.push(Item::Instruction(text.into()));
    }

    fn label(&mut self) -> String {
        self.labels += 1;
        format!(".L{}", self.labels)
    }

    fn place(&mut self, label: &str) {
        self.listing.items.push(Item::Label(label.to_owned()));
    }

    fn take(&mut self) -> Reg {
        let reg = Reg(self.next);
        self.next += 1;
        self.most = self.most.max(self.next);
        reg
    }

    /// The register that holds the term's value, which must not be changed.
    fn operand(&mut self, term: &Term) -> Result<Reg, String> {
        match term {
            Term::Arg(n) => Ok(Reg(*n)),
            Term::Var(var) => {
                let found = self.vars.iter().rev().find(|(v, _)| v == var);
                found
                    .map(|(_, reg)| *reg)
                    .ok_or_else(|| "the program has an unbound variable".into())
            }
            _ => {
                let reg = self.take();
                self.value(term, reg)?;
                Ok(reg)
            }
        }
    }

    /// Computes the term into a register; temporaries above it are free again afterwards.
    fn value(&mut self, term: &Term, to: Reg) -> Result<(), String> {
        let free = self.next;
        self.value_inner(term, to)?;
        self.next = free;
        Ok(())
    }

    fn value_inner(&mut self, term: &Term, to: Reg) -> Result<(), String> {
        match term {
            Term::Arg(_) | Term::Var(_) => {
                let from = self.operand(term)?;
                self.emit(format!("mov {to}, {from}"));
            }
            Term::Const(value) => self.constant(value, to)?,
            Term::Apply(op, args) => self.apply(*op, args, to)?,
            Term::Call(place, args) => {
                let definition =
                    crate::library::definition(*place).ok_or("the program calls nothing known")?;
                self.inline(&definition.term, args, to)?;
            }
            Term::If(three) => {
                let (no, end) = (self.label(), self.label());
                self.branch_unless(&three[0], &no)?;
                self.value(&three[1], to)?;
                self.emit(format!("b {end}"));
                self.place(&no);
                self.value(&three[2], to)?;
                self.place(&end);
            }
            Term::Let(var, value, body) => {
                let reg = self.operand(value)?;
                self.vars.push((*var, reg));
                self.value(body, to)?;
                self.vars.pop();
            }
            Term::Loop(l) => self.r#loop(l, to)?,
            Term::Each(..) => return Err("lists are not exported to assembly".into()),
        }
        Ok(())
    }

    /// Computes a definition with its inputs bound to the arguments.
    fn inline(&mut self, body: &Term, args: &[Term], to: Reg) -> Result<(), String> {
        let outer = self.vars.len();
        let mut vars = Vec::new();
        for arg in args {
            let reg = self.operand(arg)?;
            self.fresh += 1;
            vars.push(self.fresh);
            self.vars.push((self.fresh, reg));
        }
        // The definition's own variables have new numbers too: it may be inlined within itself.
        let renamed = rename(body, &vars, &mut self.fresh);
        self.value(&renamed, to)?;
        self.vars.truncate(outer);
        Ok(())
    }

    fn constant(&mut self, value: &BigInt, to: Reg) -> Result<(), String> {
        let bits = match (value.to_i64(), value.to_u64()) {
            (Some(signed), _) => signed as u64,
            (_, Some(bits)) => bits,
            _ => return Err("a constant needs more than 64 bits".into()),
        };
        let parts = [0, 16, 32, 48].map(|shift| (shift, bits >> shift & 0xffff));
        let inverted = parts.iter().filter(|(_, part)| *part == 0xffff).count();
        let zeros = parts.iter().filter(|(_, part)| *part == 0).count();
        let (first, skip) = if inverted > zeros { ("movn", 0xffff) } else { ("movz", 0) };
        let mut written = false;
        for (shift, part) in parts {
            if part == skip && (written || shift != 48) {
                continue;
            }
            let name = if written { "movk" } else { first };
            let part = if !written && skip != 0 { !part & 0xffff } else { part };
            let shift = if shift == 0 { String::new() } else { format!(", lsl #{shift}") };
            self.emit(format!("{name} {to}, #{part}{shift}"));
            written = true;
        }
        Ok(())
    }

    fn apply(&mut self, op: Op, args: &[Term], to: Reg) -> Result<(), String> {
        if let Some((_, text)) = EXPANSIONS.iter().find(|(o, _)| *o == op) {
            let sorts = vec![Sort::Number; args.len()];
            let definition =
                Program::parse(text, Domain::Int, &sorts).map_err(|e| e.to_string())?;
            return self.inline(&definition.term, args, to);
        }
        if let [a, Term::Const(n)] = args
            && let Some(n) = n.to_u64()
            && self.immediate(op, a, n, to)?
        {
            return Ok(());
        }
        let a = self.operand(&args[0])?;
        let Some(b) = args.get(1) else { return self.unary(op, a, to) };
        let b = self.operand(b)?;
        self.binary(op, a, b, to)
    }

    /// Operations with a small constant, in one instruction.
    fn immediate(&mut self, op: Op, a: &Term, n: u64, to: Reg) -> Result<bool, String> {
        let name = match op {
            Op::Add if n < 4096 => "add",
            Op::Sub if n < 4096 => "sub",
            Op::Shl if n < 64 => "lsl",
            Op::Shr if n < 64 => {
                if self.domain == Domain::Bits {
                    "lsr"
                } else {
                    "asr"
                }
            }
            Op::Sar if n < 64 => "asr",
            Op::Ror if n < 64 => "ror",
            _ => return Ok(false),
        };
        let a = self.operand(a)?;
        self.emit(format!("{name} {to}, {a}, #{n}"));
        Ok(true)
    }

    fn unary(&mut self, op: Op, a: Reg, to: Reg) -> Result<(), String> {
        let w = |reg: Reg| format!("w{}", reg.number());
        match op {
            Op::Neg => self.emit(format!("neg {to}, {a}")),
            Op::Not => self.emit(format!("mvn {to}, {a}")),
            Op::Clz => self.emit(format!("clz {to}, {a}")),
            Op::Rbit => self.emit(format!("rbit {to}, {a}")),
            Op::Bswap => self.emit(format!("rev {to}, {a}")),
            Op::Sext8 => self.emit(format!("sxtb {to}, {}", w(a))),
            Op::Sext16 => self.emit(format!("sxth {to}, {}", w(a))),
            Op::Sext32 => self.emit(format!("sxtw {to}, {}", w(a))),
            Op::Ctz => {
                self.emit(format!("rbit {to}, {a}"));
                self.emit(format!("clz {to}, {to}"));
            }
            Op::Abs => self.magnitude(a, to),
            Op::BitLength => {
                self.emit(format!("clz {to}, {a}"));
                self.emit(format!("neg {to}, {to}"));
                self.emit(format!("add {to}, {to}, #64"));
            }
            Op::Sign => {
                self.emit(format!("cmp {a}, #0"));
                self.emit(format!("cset {to}, gt"));
                self.emit(format!("csinv {to}, {to}, xzr, ge"));
            }
            Op::Popcount => {
                let counted = if self.domain == Domain::Int {
                    self.magnitude(a, to);
                    to
                } else {
                    a
                };
                self.emit(format!("fmov d0, {counted}"));
                self.emit("cnt v0.8b, v0.8b");
                self.emit("addv b0, v0.8b");
                self.emit(format!("fmov {}, s0", w(to)));
            }
            _ => return Err(format!("`{}` is not exported to assembly", op.text())),
        }
        Ok(())
    }

    fn magnitude(&mut self, a: Reg, to: Reg) {
        self.emit(format!("cmp {a}, #0"));
        self.emit(format!("cneg {to}, {a}, lt"));
    }

    fn binary(&mut self, op: Op, a: Reg, b: Reg, to: Reg) -> Result<(), String> {
        let bits = self.domain == Domain::Bits;
        let simple = match op {
            Op::Add => "add",
            Op::Sub => "sub",
            Op::Mul => "mul",
            Op::And => "and",
            Op::Or => "orr",
            Op::Xor => "eor",
            Op::Quot | Op::Sdiv => "sdiv",
            Op::Div if bits => "udiv",
            Op::Shl if bits => "lsl",
            Op::Shr if bits => "lsr",
            Op::Sar => "asr",
            Op::Ror => "ror",
            Op::Umulh => "umulh",
            Op::Smulh => "smulh",
            _ => "",
        };
        if !simple.is_empty() {
            self.emit(format!("{simple} {to}, {a}, {b}"));
            return Ok(());
        }
        if let Some(condition) = self.condition(op) {
            self.emit(format!("cmp {a}, {b}"));
            self.emit(format!("cset {to}, {condition}"));
            return Ok(());
        }
        match op {
            Op::Min | Op::Max | Op::Smin | Op::Smax => {
                let condition = match (op, bits) {
                    (Op::Min, true) => "lo",
                    (Op::Max, true) => "hi",
                    (Op::Min | Op::Smin, _) => "lt",
                    _ => "gt",
                };
                self.emit(format!("cmp {a}, {b}"));
                self.emit(format!("csel {to}, {a}, {b}, {condition}"));
            }
            Op::Rol => {
                let count = self.take();
                self.emit(format!("neg {count}, {b}"));
                self.emit(format!("ror {to}, {a}, {count}"));
            }
            Op::Rem | Op::Srem => self.remainder("sdiv", a, b, to),
            Op::Mod if bits => self.remainder("udiv", a, b, to),
            Op::Div | Op::Mod => self.floor(op, a, b, to),
            Op::Shl => {
                // A64 takes counts modulo 64; a longer shift leaves nothing.
                self.emit(format!("cmp {b}, #63"));
                let shifted = self.take();
                self.emit(format!("lsl {shifted}, {a}, {b}"));
                self.emit(format!("csel {to}, xzr, {shifted}, hi"));
            }
            Op::Shr => {
                let (most, count) = (self.take(), self.take());
                self.emit(format!("movz {most}, #63"));
                self.emit(format!("cmp {b}, {most}"));
                self.emit(format!("csel {count}, {b}, {most}, lo"));
                self.emit(format!("asr {to}, {a}, {count}"));
            }
            _ => return Err(format!("`{}` is not exported to assembly", op.text())),
        }
        Ok(())
    }

    fn remainder(&mut self, divide: &str, a: Reg, b: Reg, to: Reg) {
        let quotient = self.take();
        self.emit(format!("{divide} {quotient}, {a}, {b}"));
        self.emit(format!("msub {to}, {quotient}, {b}, {a}"));
    }

    /// The quotient rounded down, or its remainder: one less, or the divisor more, where the machine's
    /// remainder is not zero and has the other sign.
    fn floor(&mut self, op: Op, a: Reg, b: Reg, to: Reg) {
        let (quotient, rest, signs) = (self.take(), self.take(), self.take());
        self.emit(format!("sdiv {quotient}, {a}, {b}"));
        self.emit(format!("msub {rest}, {quotient}, {b}, {a}"));
        self.emit(format!("eor {signs}, {rest}, {b}"));
        self.emit(format!("cmp {rest}, #0"));
        self.emit(format!("ccmp {signs}, #0, #0, ne"));
        if op == Op::Div {
            self.emit(format!("cset {signs}, lt"));
            self.emit(format!("sub {to}, {quotient}, {signs}"));
        } else {
            self.emit(format!("csel {signs}, {b}, xzr, lt"));
            self.emit(format!("add {to}, {rest}, {signs}"));
        }
    }

    /// The condition code of a comparison.
    fn condition(&self, op: Op) -> Option<&'static str> {
        let bits = self.domain == Domain::Bits;
        Some(match op {
            Op::Eq => "eq",
            Op::Ne => "ne",
            Op::Lt if bits => "lo",
            Op::Le if bits => "ls",
            Op::Lt | Op::Slt => "lt",
            Op::Le | Op::Sle => "le",
            _ => return None,
        })
    }

    /// Branches to a label if the condition is zero.
    fn branch_unless(&mut self, condition: &Term, label: &str) -> Result<(), String> {
        let free = self.next;
        match condition {
            Term::Apply(op, args) if self.condition(*op).is_some() => {
                let (a, b) = (self.operand(&args[0])?, self.operand(&args[1])?);
                self.emit(format!("cmp {a}, {b}"));
                let inverse = match self.condition(*op).unwrap_or_default() {
                    "eq" => "ne",
                    "ne" => "eq",
                    "lo" => "hs",
                    "ls" => "hi",
                    "lt" => "ge",
                    _ => "gt",
                };
                self.emit(format!("b.{inverse} {label}"));
            }
            _ => {
                let reg = self.operand(condition)?;
                self.emit(format!("cbz {reg}, {label}"));
            }
        }
        self.next = free;
        Ok(())
    }

    fn r#loop(&mut self, l: &Loop, to: Reg) -> Result<(), String> {
        let counter = match &l.kind {
            LoopKind::Times(count, var) => {
                let (end, index) = (self.take(), self.take());
                self.value(count, end)?;
                self.emit(format!("movz {index}, #0"));
                Some((end, index, *var))
            }
            LoopKind::While(_) => None,
        };
        let state: Vec<Reg> = l.state.iter().map(|_| self.take()).collect();
        for ((_, init), reg) in l.state.iter().zip(&state) {
            self.value(init, *reg)?;
        }
        let outer = self.vars.len();
        self.vars.extend(l.state.iter().map(|(var, _)| *var).zip(state.iter().copied()));
        self.vars.extend(counter.map(|(_, index, var)| (var, index)));
        let (again, end) = (self.label(), self.label());
        self.place(&again);
        match (&l.kind, counter) {
            (LoopKind::While(condition), _) => self.branch_unless(condition, &end)?,
            (_, Some((count, index, _))) => {
                self.emit(format!("cmp {index}, {count}"));
                self.emit(format!("b.ge {end}"));
            }
            _ => {}
        }
        self.step(&l.step, &state)?;
        if let Some((_, index, _)) = counter {
            self.emit(format!("add {index}, {index}, #1"));
        }
        self.emit(format!("b {again}"));
        self.place(&end);
        self.value(&l.result, to)?;
        self.vars.truncate(outer);
        Ok(())
    }

    /// The state's next values, which are all computed before any is kept.
    fn step(&mut self, step: &[Term], state: &[Reg]) -> Result<(), String> {
        if let ([step], [reg]) = (step, state) {
            let next = self.operand(step)?;
            self.emit(format!("mov {reg}, {next}"));
            return Ok(());
        }
        let free = self.next;
        let next: Vec<Reg> = step.iter().map(|s| self.copy_of(s)).collect::<Result<_, _>>()?;
        for (reg, next) in state.iter().zip(next) {
            if *reg != next {
                self.emit(format!("mov {reg}, {next}"));
            }
        }
        self.next = free;
        Ok(())
    }

    /// The value in a register of its own: the state's are about to change.
    fn copy_of(&mut self, term: &Term) -> Result<Reg, String> {
        let reg = self.take();
        self.value(term, reg)?;
        Ok(reg)
    }
}

/// A definition with variables for its inputs, and new numbers for its own.
fn rename(body: &Term, inputs: &[Var], fresh: &mut Var) -> Term {
    fn walk(term: &Term, inputs: &[Var], offset: Var, most: &mut Var) -> Term {
        let mut shift = |var: Var| {
            *most = (*most).max(var + offset);
            var + offset
        };
        match term {
            Term::Arg(n) => inputs.get(*n).map_or_else(|| term.clone(), |var| Term::Var(*var)),
            Term::Var(var) => Term::Var(shift(*var)),
            Term::Let(var, value, body) => {
                let var = shift(*var);
                let value = walk(value, inputs, offset, most);
                Term::Let(var, Box::new(value), Box::new(walk(body, inputs, offset, most)))
            }
            Term::Loop(l) => {
                let vars: Vec<Var> = l.state.iter().map(|(var, _)| shift(*var)).collect();
                let index = if let LoopKind::Times(_, var) = &l.kind { shift(*var) } else { 0 };
                let mut l = (**l).clone();
                let go = |t: &mut Term, most: &mut Var| *t = walk(t, inputs, offset, most);
                for ((var, init), new) in l.state.iter_mut().zip(vars) {
                    *var = new;
                    go(init, most);
                }
                match &mut l.kind {
                    LoopKind::While(condition) => go(condition, most),
                    LoopKind::Times(count, var) => {
                        *var = index;
                        go(count, most);
                    }
                }
                l.step.iter_mut().for_each(|s| go(s, most));
                go(&mut l.result, most);
                Term::Loop(Box::new(l))
            }
            _ => term.map_children(&mut |child| walk(child, inputs, offset, most)),
        }
    }
    let offset = *fresh + 1;
    let mut most = offset;
    let renamed = walk(body, inputs, offset, &mut most);
    *fresh = most;
    renamed
}
