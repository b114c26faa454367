//! The decoder's cells. Their truth tables are asked of [`Insn::decode`], which stays the one home of
//! the encoding.

use ncpu_asm::insn::{Address, Form, Source};
use ncpu_asm::{Insn, Op};
use ncpu_cells::{LOGIC, MUX, Spec, ZERO};

/// Which form of operands an opcode has, as a class: 0 where there is no such operation, otherwise the
/// number of its [`Form`] and 1.
pub static OPCODE: Spec = Spec {
    name: "opcode",
    doc: "the class of an nCPU opcode: 0 none, else 1 + its form of operands",
    inputs: &["o0", "o1", "o2", "o3", "o4", "o5", "o6", "o7"],
    outputs: &["k0", "k1", "k2", "k3"],
    hidden: 8,
    row: |r| Op::from_code(r as u8).map_or(0, |op| op.form() as u16 + 1),
};

/// Whether instructions of a class may have this `form` field, and which other fields they then use:
/// the others must be 0.
pub static FORM: Spec = Spec {
    name: "form",
    doc: "whether a class has this form field, which fields may be other than 0, if imm must be",
    inputs: INPUTS,
    outputs: &["ok", "rd", "ra", "rb", "small", "imm", "must"],
    hidden: 8,
    row: |r| Accepted::of(r).bits(),
};

/// Where the operands of an instruction of a class with this `form` field are.
pub static OPERANDS: Spec = Spec {
    name: "operands",
    doc: "a immediate, a of 12 bits, a from rd; b immediate; base, index, offset of the address",
    inputs: INPUTS,
    outputs: &["a imm", "a small", "a rd", "b imm", "base", "index", "offset"],
    hidden: 8,
    row: operands,
};

/// A class and a `form` field.
const INPUTS: &[&str] = &["k0", "k1", "k2", "k3", "f0", "f1", "f2", "f3"];

/// The cells that only the decoder has.
pub static DECODE: &[&Spec] = &[&OPCODE, &FORM, &OPERANDS];

/// Every cell that the decoder is made of.
pub static CELLS: &[&Spec] = &[&OPCODE, &FORM, &OPERANDS, &LOGIC, &MUX, &ZERO];

/// The forms in the order of their numbers.
const FORMS: [Form; 9] = [
    Form::Plain,
    Form::Unary,
    Form::Update,
    Form::Binary,
    Form::Compare,
    Form::Jump,
    Form::Give,
    Form::Load,
    Form::Store,
];

/// The form of operands of a class.
pub(crate) fn form_of(class: u64) -> Option<Form> {
    FORMS.get(class.wrapping_sub(1) as usize).copied()
}

/// What is put into each field but opcode and form to see what becomes of it: rd, ra, rb, small,
/// immediate. All differ, and the immediate is no sign-extended 12-bit number.
const MARKS: [u64; 5] = [3 << 52, 5 << 48, 6 << 44, 0x9a << 32, 0x1234_5678];
/// The places of some fields in [`MARKS`].
const RD: usize = 0;
const IMM: usize = 4;

/// Some word of an operation of row `r`'s class, with its form field and nothing else.
fn bare(r: u16) -> Option<u64> {
    let form = form_of(u64::from(r & 15))?;
    let op = Op::ALL.iter().find(|op| op.form() == form)?;
    Some((*op as u64) << 56 | u64::from(r >> 4) << 40)
}

/// The marks of a set of fields.
fn marked(fields: usize) -> u64 {
    let chosen = MARKS.iter().enumerate().filter(|(i, _)| fields >> i & 1 == 1);
    chosen.map(|(_, mark)| mark).sum()
}

/// Which sets of fields may be other than 0 under a class and a form, all others being 0.
struct Accepted(Vec<usize>);

impl Accepted {
    fn of(r: u16) -> Self {
        let valid = |fields: &usize| {
            bare(r).is_some_and(|word| Insn::decode(word | marked(*fields)).is_some())
        };
        Self((0..1 << MARKS.len()).filter(valid).collect())
    }

    /// All fields that may be other than 0.
    fn union(&self) -> usize {
        self.0.iter().fold(0, |all, fields| all | fields)
    }

    fn bits(&self) -> u16 {
        let must = !self.0.is_empty() && self.0.iter().all(|fields| fields >> IMM & 1 == 1);
        u16::from(!self.0.is_empty()) | (self.union() as u16) << 1 | u16::from(must) << 6
    }
}

/// Marks all fields that are used and looks for the marks in the instruction.
fn operands(r: u16) -> u16 {
    let word = bare(r).map(|word| word | marked(Accepted::of(r).union()));
    match word.and_then(Insn::decode) {
        Some(Insn::Unary { a, .. } | Insn::Jump { target: a, .. } | Insn::Give { a, .. }) => {
            first(a)
        }
        Some(Insn::Binary { a, b, .. } | Insn::Compare { a, b, .. }) => {
            first(a) | u16::from(matches!(b, Source::Imm(_))) << 3
        }
        Some(Insn::Load { at, .. }) => address(at),
        Some(Insn::Store { a, at, .. }) => first(a) | address(at),
        _ => 0,
    }
}

fn first(a: Source) -> u16 {
    let rd = MARKS[RD] >> 52;
    match a {
        Source::Reg(reg) => u16::from(u64::from(reg) == rd) << 2,
        Source::Imm(v) if v as u64 == MARKS[IMM] => 1,
        Source::Imm(v) => 3 | u16::from(v as u64 >> 8 & 15 == rd) << 2,
    }
}

fn address(at: Address) -> u16 {
    let used = [at.base.is_some(), at.index.is_some(), at.offset != 0];
    used.into_iter().rev().fold(0, |bits, used| bits << 1 | u16::from(used)) << 4
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(op: Op, form: u16) -> u16 {
        (op.form() as u16 + 1) | form << 4
    }

    #[test]
    fn some_rows() {
        assert_eq!((OPCODE.row)(0x02), 0);
        assert_eq!((OPCODE.row)(0x00), 1);
        assert_eq!((FORM.row)(0), 0);
        assert_eq!((FORM.row)(row(Op::Nop, 0)), 0b000_0001);
        assert_eq!((FORM.row)(row(Op::Nop, 1)), 0);
        assert_eq!((FORM.row)(row(Op::Add, 0)), 0b000_1111);
        assert_eq!((FORM.row)(row(Op::Add, 3)), 0b011_0111);
        assert_eq!((FORM.row)(row(Op::Str, 9)), 0b111_0111);
        assert_eq!((OPERANDS.row)(row(Op::Add, 3)), 0b000_1011);
        assert_eq!((OPERANDS.row)(row(Op::Str, 0)), 0b100_0100);
        assert_eq!((OPERANDS.row)(row(Op::Str, 9)), 0b101_0111);
        assert_eq!((OPERANDS.row)(row(Op::Ldr, 3)), 0b111_0000);
    }

    #[test]
    fn classes_are_the_forms_in_order() {
        for op in Op::ALL {
            let class = u64::from((OPCODE.row)(*op as u16));
            assert_eq!(form_of(class), Some(op.form()));
        }
        assert_eq!([form_of(0), form_of(10)], [None; 2]);
    }

    /// The tables ask one operation of each form, and one value of each field: all answer alike.
    #[test]
    fn operations_of_a_form_are_encoded_alike() {
        for op in Op::ALL {
            for (form, fields) in (0..16).flat_map(|form| (0..32).map(move |f| (form, f))) {
                let asked = Accepted::of(row(*op, form)).0.contains(&fields);
                let word = (*op as u64) << 56 | u64::from(form) << 40 | marked(fields);
                assert_eq!(Insn::decode(word).is_some(), asked, "{word:#x}");
            }
        }
    }

    /// Which fields may be other than 0 is said of each field alone.
    #[test]
    fn fields_are_used_one_by_one() {
        for r in 0..256 {
            let accepted = Accepted::of(r);
            let bits = (FORM.row)(r) as usize;
            let (used, must) = (bits >> 1 & 31, bits >> 6 << IMM);
            let expected = |f: &usize| bits & 1 == 1 && f & !used == 0 && f & must == must;
            let expected: Vec<usize> = (0..32).filter(expected).collect();
            assert_eq!(accepted.0, expected, "{r:#x}");
        }
    }
}
