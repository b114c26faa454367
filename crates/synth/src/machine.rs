//! Found programs as guests of the machine: assembled, and run on any engine.

use crate::value::{Kind, Value};
use ncpu_machine::{Engine, Exit, Vcpu};
use ncpu_mem::{AddressSpace, Perms};
use ncpu_simplify::Cost;
use ncpu_term::{Item, Listing, Program, listing};
use num_bigint::BigInt;
use std::collections::HashMap;
use std::time::Duration;

/// Where the function is put.
const CODE: u64 = 0x1_0000;

/// Where registers are saved.
const STACK: u64 = 0x100_0000;
const STACK_SIZE: u64 = 0x1000;

/// `BRK #0`: where the function returns to.
const RETURN: u32 = 0xd420_0000;

/// A found program in machine code.
#[derive(Clone, Debug)]
pub struct Compiled {
    words: Vec<u32>,
    kind: Kind,
}

/// What a run on an engine gave.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ran {
    /// The result.
    pub value: Value,
    /// How many instructions were executed.
    pub instructions: u64,
}

impl Compiled {
    /// Compiles a program whose values fit 64 bits on these rows.
    ///
    /// # Errors
    /// Why there is no machine code for it.
    pub fn new(
        program: &Program,
        kind: Kind,
        rows: &[Vec<ncpu_term::Value>],
    ) -> Result<Self, String> {
        let fast = ncpu_simplify::simplify(program, Cost::Machine, Duration::from_millis(40));
        let same = rows.iter().all(|row| fast.eval(row) == program.eval(row));
        // Another order of operations may need more than 64 bits on the way.
        let fast = if same { listing(&fast, rows).ok() } else { None };
        let words = assemble(&fast.map_or_else(|| listing(program, rows), Ok)?)?;
        Ok(Self { words, kind })
    }

    /// The instruction words.
    pub fn words(&self) -> &[u32] {
        &self.words
    }

    /// Calls the function on an engine, for at most `budget` instructions.
    ///
    /// # Errors
    /// Inputs that are no 64-bit numbers, and ends other than a return.
    pub fn run(
        &self,
        engine: &mut dyn Engine,
        inputs: &[Value],
        budget: u64,
    ) -> Result<Ran, String> {
        let mut vcpu = Vcpu { pc: CODE + 4, ..Vcpu::default() };
        for (n, input) in inputs.iter().enumerate() {
            vcpu.set_x(n, self.register(input)?);
        }
        vcpu.set_x(30, CODE);
        vcpu.set_sp(STACK + STACK_SIZE);
        let mut mem = AddressSpace::new(None);
        let bytes: Vec<u8> = std::iter::once(&RETURN)
            .chain(&self.words)
            .flat_map(|word| word.to_le_bytes())
            .collect();
        mem.map_anonymous(CODE, (bytes.len() as u64).next_multiple_of(4096), Perms::RX, "program")
            .map_err(|e| format!("the program cannot be mapped: {e:?}"))?;
        mem.map_anonymous(STACK, STACK_SIZE, Perms::RW, "stack")
            .map_err(|e| format!("the stack cannot be mapped: {e:?}"))?;
        mem.poke(CODE, &bytes).map_err(|e| format!("the program cannot be written: {e:?}"))?;
        match engine.run(&mut vcpu, &mut mem, budget) {
            Exit::Breakpoint { .. } => {
                let result = vcpu.x(0);
                let number = if self.kind == Kind::Bits {
                    BigInt::from(result)
                } else {
                    BigInt::from(result as i64)
                };
                Ok(Ran { value: Value::Number(number), instructions: vcpu.icount })
            }
            Exit::BudgetSpent => Err(format!("no result within {budget} instructions")),
            other => Err(format!("the engine stopped with {other:?}")),
        }
    }

    fn register(&self, value: &Value) -> Result<u64, String> {
        let Value::Number(n) = value else { return Err("only numbers fit registers".into()) };
        let signed = i64::try_from(n).map(|n| n as u64);
        let word = if self.kind == Kind::Bits { u64::try_from(n).or(signed) } else { signed };
        word.map_err(|_| format!("{n} does not fit a 64-bit register"))
    }
}

/// Assembles a listing, resolving its labels.
fn assemble(listing: &Listing) -> Result<Vec<u32>, String> {
    let (mut labels, mut at) = (HashMap::new(), CODE + 4);
    for item in &listing.items {
        match item {
            Item::Label(label) => {
                labels.insert(label.as_str(), at);
            }
            Item::Instruction(_) => at += 4,
        }
    }
    let mut words = Vec::new();
    for item in &listing.items {
        let Item::Instruction(text) = item else { continue };
        let text = match text.split_once(".L") {
            Some((head, number)) => match labels.get(format!(".L{number}").as_str()) {
                Some(target) => format!("{head}{target:#x}"),
                None => return Err(format!("`{text}` branches to no label")),
            },
            None => text.clone(),
        };
        let pc = CODE + 4 + 4 * words.len() as u64;
        words.push(ncpu_isa::assemble(&text, pc).map_err(|e| format!("`{text}`: {e}"))?);
    }
    Ok(words)
}
