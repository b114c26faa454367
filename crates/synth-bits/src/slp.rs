//! Straight-line programs: the form in which candidates are built, priced and simplified.

use crate::macros::Macro;
use crate::ops;
use ncpu_term::{Op, Term, Var};

/// An operand.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum Ref {
    Arg(u8),
    Const(u64),
    /// The value of an earlier instruction.
    Val(u16),
}

/// What an instruction does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Code {
    Op(Op),
    /// The second if the first is not zero, else the third.
    If,
    /// A well-known sequence that counts as one step while searching and pricing.
    Macro(Macro),
}

impl Code {
    pub(crate) fn arity(self) -> usize {
        match self {
            Self::Op(op) => op.arity(),
            Self::If => 3,
            Self::Macro(m) => m.arity(),
        }
    }

    #[inline]
    pub(crate) fn eval(self, a: u64, b: u64, c: u64) -> u64 {
        match self {
            Self::Op(op) => ops::bits(op, a, b),
            Self::If => {
                if a != 0 {
                    b
                } else {
                    c
                }
            }
            Self::Macro(m) => m.eval(a, b),
        }
    }
}

/// One step.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Instr {
    pub(crate) code: Code,
    /// As many operands as the code takes; the rest is zero.
    pub(crate) args: [Ref; 3],
}

const NONE: Ref = Ref::Const(0);

impl Instr {
    pub(crate) fn unary(code: Code, a: Ref) -> Self {
        Self { code, args: [a, NONE, NONE] }
    }

    pub(crate) fn binary(code: Code, a: Ref, b: Ref) -> Self {
        Self { code, args: [a, b, NONE] }
    }

    pub(crate) fn used(&self) -> &[Ref] {
        &self.args[..self.code.arity()]
    }
}

/// A program: instructions, each on earlier values, and which value is the result.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Slp {
    pub(crate) instrs: Vec<Instr>,
    pub(crate) result: Ref,
}

impl Slp {
    /// The program that is just an operand.
    pub(crate) fn just(result: Ref) -> Self {
        Self { instrs: Vec::new(), result }
    }

    /// Appends an instruction, or finds the equal one that is there; gives its value.
    pub(crate) fn push(&mut self, instr: Instr) -> Ref {
        let at = self.instrs.iter().position(|i| *i == instr).unwrap_or_else(|| {
            self.instrs.push(instr);
            self.instrs.len() - 1
        });
        Ref::Val(at as u16)
    }

    pub(crate) fn op1(&mut self, op: Op, a: Ref) -> Ref {
        self.push(Instr::unary(Code::Op(op), a))
    }

    pub(crate) fn op2(&mut self, op: Op, a: Ref, b: Ref) -> Ref {
        self.push(Instr::binary(Code::Op(op), a, b))
    }

    pub(crate) fn choose(&mut self, condition: Ref, yes: Ref, no: Ref) -> Ref {
        self.push(Instr { code: Code::If, args: [condition, yes, no] })
    }

    /// Appends another program's instructions; gives its result here.
    pub(crate) fn append(&mut self, other: &Self) -> Ref {
        self.append_with(other, &[])
    }

    /// Appends another program's instructions with its inputs replaced by what `inputs` gives; gives
    /// its result here. Inputs beyond the list stay inputs.
    pub(crate) fn append_with(&mut self, other: &Self, inputs: &[Ref]) -> Ref {
        let mut values: Vec<Ref> = Vec::with_capacity(other.instrs.len());
        let place = |r: Ref, values: &[Ref]| match r {
            Ref::Val(n) => values[usize::from(n)],
            Ref::Arg(n) => inputs.get(usize::from(n)).copied().unwrap_or(r),
            Ref::Const(_) => r,
        };
        for instr in &other.instrs {
            let args = instr.args.map(|r| place(r, &values));
            let value = self.push(Instr { code: instr.code, args });
            values.push(value);
        }
        place(other.result, &values)
    }

    /// The value for these inputs.
    pub(crate) fn eval(&self, inputs: &[u64], scratch: &mut Vec<u64>) -> u64 {
        scratch.clear();
        for instr in &self.instrs {
            let [a, b, c] = instr.args.map(|r| get(r, inputs, scratch));
            scratch.push(instr.code.eval(a, b, c));
        }
        get(self.result, inputs, scratch)
    }

    /// The program without the instructions that its result does not need.
    #[must_use]
    pub(crate) fn pruned(&self) -> Self {
        let mut needed = vec![false; self.instrs.len()];
        let mark = |r: Ref, needed: &mut Vec<bool>| {
            if let Ref::Val(n) = r {
                needed[usize::from(n)] = true;
            }
        };
        mark(self.result, &mut needed);
        for at in (0..self.instrs.len()).rev() {
            if needed[at] {
                self.instrs[at].used().iter().for_each(|r| mark(*r, &mut needed));
            }
        }
        let mut out = Self::just(self.result);
        let mut values = vec![NONE; self.instrs.len()];
        let place = |r: Ref, values: &[Ref]| match r {
            Ref::Val(n) => values[usize::from(n)],
            other => other,
        };
        for (at, instr) in self.instrs.iter().enumerate().filter(|(at, _)| needed[*at]) {
            let args = instr.args.map(|r| place(r, &values));
            values[at] = out.push(Instr { code: instr.code, args });
        }
        out.result = place(self.result, &values);
        out
    }

    /// The program in machine operations only.
    #[must_use]
    pub(crate) fn expanded(&self) -> Self {
        let mut out = Self::just(self.result);
        let mut values: Vec<Ref> = Vec::with_capacity(self.instrs.len());
        let place = |r: Ref, values: &[Ref]| match r {
            Ref::Val(n) => values[usize::from(n)],
            other => other,
        };
        for instr in &self.instrs {
            let args = instr.args.map(|r| place(r, &values));
            let value = match instr.code {
                Code::Macro(m) => m.expand(&mut out, args[0], args[1]),
                code => out.push(Instr { code, args }),
            };
            values.push(value);
        }
        out.result = place(self.result, &values);
        out
    }

    /// How often each instruction's value is used.
    fn uses(&self) -> Vec<usize> {
        let mut uses = vec![0; self.instrs.len()];
        let all = self.instrs.iter().flat_map(|i| i.used()).chain([&self.result]);
        for r in all {
            if let Ref::Val(n) = r {
                uses[usize::from(*n)] += 1;
            }
        }
        uses
    }

    /// The program as a term, values that are used more than once named by `Let`.
    pub(crate) fn term(&self) -> Term {
        let slp = self.expanded().pruned();
        let uses = slp.uses();
        let mut terms: Vec<Term> = Vec::with_capacity(slp.instrs.len());
        let mut lets: Vec<(Var, Term)> = Vec::new();
        let place = |r: Ref, terms: &[Term]| match r {
            Ref::Val(n) => terms[usize::from(n)].clone(),
            Ref::Arg(n) => Term::Arg(usize::from(n)),
            Ref::Const(value) => Term::int(value),
        };
        for (at, instr) in slp.instrs.iter().enumerate() {
            let args = instr.used().iter().map(|r| place(*r, &terms)).collect();
            let term = apply(instr.code, args);
            terms.push(if uses[at] > 1 {
                let var = at as Var;
                lets.push((var, term));
                Term::Var(var)
            } else {
                term
            });
        }
        let result = place(slp.result, &terms);
        lets.into_iter()
            .rev()
            .fold(result, |body, (var, value)| Term::Let(var, Box::new(value), Box::new(body)))
    }
}

fn apply(code: Code, args: Vec<Term>) -> Term {
    match code {
        Code::Op(op) => Term::Apply(op, args),
        Code::If => match <[Term; 3]>::try_from(args) {
            Ok(three) => Term::If(Box::new(three)),
            Err(args) => Term::Apply(Op::Or, args),
        },
        Code::Macro(_) => Term::int(0u64),
    }
}

#[inline]
fn get(r: Ref, inputs: &[u64], values: &[u64]) -> u64 {
    match r {
        Ref::Arg(n) => inputs[usize::from(n)],
        Ref::Const(value) => value,
        Ref::Val(n) => values[usize::from(n)],
    }
}
