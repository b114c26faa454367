//! The decoder in cells, and what is read off its outputs.

use crate::spec::{FORM, OPCODE, OPERANDS, form_of};
use ncpu_asm::insn::{Address, Form, Source};
use ncpu_asm::{Insn, Op};
use ncpu_nalu::{Bit, Builder, Circuit, Style, Word, concat, sign_extend};

/// The outputs of the decoder's circuit, in this order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(usize)]
pub enum Output {
    /// Whether the word is an instruction: one bit.
    Valid,
    /// The class of the operation: see [`OPCODE`].
    Class,
    /// Bits 0 to 3: a is immediate, b is immediate, the address has a base, it has an index.
    Controls,
    /// The opcode, routed.
    Opcode,
    /// The register `rd`, routed.
    Rd,
    /// The register of the first source.
    A,
    /// The register of the base, routed.
    Ra,
    /// The register of the second source or of the index, routed.
    Rb,
    /// The first source where it is immediate.
    AValue,
    /// The second source where it is immediate, routed.
    BValue,
    /// The constant of the address.
    Offset,
}

/// How many outputs there are.
pub(crate) const OUTPUTS: usize = Output::Offset as usize + 1;
/// The outputs whose bit i may depend on bit i of the immediate field.
pub(crate) const VALUES: [Output; 3] = [Output::AValue, Output::BValue, Output::Offset];
/// The bits of the word's immediate field: the lowest.
pub(crate) const IMM_BITS: usize = 32;

/// The decoder: one input, the word; the outputs are those of [`Output`].
#[must_use]
pub fn circuit(style: Style) -> Circuit {
    let mut b = Builder::new(style);
    let word = b.input(64);
    let field = |low: usize, width: usize| &word[low..low + width];
    let [opcode, rd, ra, rb] = [field(56, 8), field(52, 4), field(48, 4), field(44, 4)];
    let [form, small, imm] = [field(40, 4), field(32, 8), field(0, IMM_BITS)];

    let class: [Bit; 4] = b.cell(&OPCODE, opcode);
    let inputs = concat(&[&class, form]);
    let [ok, used @ .., must] = b.cell::<7>(&FORM, &inputs);
    let valid = valid(&mut b, ok, &[rd, ra, rb, small, imm], &used, must);

    let [a_imm, a_small, a_rd, b_imm, base, index, offset] = b.cell(&OPERANDS, &inputs);
    let a = b.mux_word(a_rd, rd, ra);
    let small = sign_extend(&concat(&[small, &a]), IMM_BITS);
    let a_value = b.mux_word(a_small, &small, imm);
    let offset = b.gate_word(offset, imm);

    let mut outputs = vec![Word::new(); OUTPUTS];
    let mut set = |output: Output, bits: &[Bit]| outputs[output as usize] = bits.to_vec();
    set(Output::Valid, &[valid]);
    set(Output::Class, &class);
    set(Output::Controls, &[a_imm, b_imm, base, index]);
    set(Output::Opcode, opcode);
    set(Output::Rd, rd);
    set(Output::A, &a);
    set(Output::Ra, ra);
    set(Output::Rb, rb);
    set(Output::AValue, &a_value);
    set(Output::BValue, imm);
    set(Output::Offset, &offset);
    b.finish(outputs)
}

/// Whether the form is one of the class's, each field that is not used is 0, and the immediate is not
/// where it must not be. The immediate is the last field.
fn valid(b: &mut Builder, ok: Bit, fields: &[&[Bit]], used: &[Bit], must: Bit) -> Bit {
    let set: Word = fields.iter().map(|field| b.any(field)).collect();
    let mut wrong: Word = set.iter().zip(used).map(|(s, u)| b.and_not(*s, *u)).collect();
    wrong.push(b.and_not(must, set[set.len() - 1]));
    let wrong = b.any(&wrong);
    b.and_not(ok, wrong)
}

/// The instruction that the outputs describe. Nothing is computed here: each operand is the output that
/// the class and the controls point at.
pub(crate) fn insn(outputs: &[u64; OUTPUTS]) -> Option<Insn> {
    let output = |n: Output| outputs[n as usize];
    let control = |n: usize| output(Output::Controls) >> n & 1 == 1;
    let register = |n: Output| output(n) as u8;
    let source = |imm: bool, value: Output, reg: Output| {
        if imm { Source::Imm(output(value) as i32) } else { Source::Reg(register(reg)) }
    };
    if output(Output::Valid) == 0 {
        return None;
    }
    let op = Op::from_code(output(Output::Opcode) as u8)?;
    let rd = register(Output::Rd);
    let a = source(control(0), Output::AValue, Output::A);
    let b = source(control(1), Output::BValue, Output::Rb);
    let at = Address {
        base: control(2).then(|| register(Output::Ra)),
        index: control(3).then(|| register(Output::Rb)),
        offset: output(Output::Offset) as i32,
    };
    Some(match form_of(output(Output::Class))? {
        Form::Plain => Insn::Plain { op },
        Form::Unary => Insn::Unary { op, rd, a },
        Form::Update => Insn::Update { op, rd },
        Form::Binary => Insn::Binary { op, rd, a, b },
        Form::Compare => Insn::Compare { op, a, b },
        Form::Jump => Insn::Jump { op, target: a },
        Form::Give => Insn::Give { op, a },
        Form::Load => Insn::Load { op, rd, at },
        Form::Store => Insn::Store { op, a, at },
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decode(circuit: &Circuit, word: u64) -> Option<Insn> {
        let outputs = circuit.eval_by_specification(&[u128::from(word)]);
        let outputs: Vec<u64> = outputs.into_iter().map(|v| v as u64).collect();
        insn(outputs.as_slice().try_into().unwrap())
    }

    /// The composition itself, with the tables that the cells should have.
    #[test]
    fn some_instructions() {
        let circuit = circuit(Style::Shallow);
        let at = Address { base: Some(3), index: Some(4), offset: -8 };
        let (reg, imm) = (Source::Reg(7), Source::Imm(-5));
        for insn in [
            Insn::Plain { op: Op::Halt },
            Insn::Unary { op: Op::Mov, rd: 1, a: imm },
            Insn::Update { op: Op::Pop, rd: 15 },
            Insn::Binary { op: Op::Sub, rd: 2, a: reg, b: imm },
            Insn::Binary { op: Op::Sub, rd: 2, a: Source::Imm(-2048), b: imm },
            Insn::Compare { op: Op::Cmp, a: imm, b: reg },
            Insn::Jump { op: Op::Jz, target: imm },
            Insn::Give { op: Op::Out, a: reg },
            Insn::Load { op: Op::Ldrsb, rd: 9, at },
            Insn::Store { op: Op::Str, a: reg, at },
            Insn::Store { op: Op::Str, a: Source::Imm(-300), at },
            Insn::Store { op: Op::Str, a: Source::Imm(1 << 20), at: Address { offset: 0, ..at } },
        ] {
            let word = insn.encode().unwrap();
            assert_eq!(decode(&circuit, word), Some(insn));
        }
    }

    #[test]
    fn some_words_that_are_no_instructions() {
        let circuit = circuit(Style::Small);
        // No opcode; a field that is not used; an index without a base; a 12-bit value without offset.
        for word in [2 << 56, 1 << 56 | 1, 0x80 << 56 | 2 << 40, 0x88 << 56 | 8 << 40] {
            assert_eq!(decode(&circuit, word), None, "{word:#x}");
            assert_eq!(Insn::decode(word), None, "{word:#x}");
        }
    }
}
