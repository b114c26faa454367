//! Instructions: the table of mnemonics, and the 64-bit word of each.
//!
//! ```text
//! 63    56 55 52 51 48 47 44 43  40 39   32 31             0
//! | opcode |  rd  |  ra  |  rb  | form | small | immediate  |
//! ```
//! `form` says which operands are registers and which immediates ([`form`]). An instruction with
//! two immediates keeps the first, of 12 bits, in a register field and `small`. Fields that a form
//! does not use are 0; words that break this are no instructions, so each instruction has one word.

use std::fmt;

/// A register number, 0 to 15.
pub type Reg = u8;

/// The stack pointer: `SP` is another name of R15.
pub const SP: Reg = 15;

/// Which operands a mnemonic takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// None.
    Plain,
    /// `Rd, source`; NEG and NOT with one operand read Rd.
    Unary,
    /// `Rd`.
    Update,
    /// `Rd, source, source`; with two operands, Rd is also the first source.
    Binary,
    /// `source, source`.
    Compare,
    /// A label, an instruction's index or a register with one.
    Jump,
    /// `source`.
    Give,
    /// `Rd, [address]`.
    Load,
    /// `source, [address]`.
    Store,
}

impl Form {
    /// The most operands it takes.
    #[must_use]
    pub const fn operands(self) -> usize {
        match self {
            Self::Plain => 0,
            Self::Update | Self::Jump | Self::Give => 1,
            Self::Unary | Self::Compare | Self::Load | Self::Store => 2,
            Self::Binary => 3,
        }
    }
}

macro_rules! operations {
    ($($code:literal $op:ident $name:literal $form:ident [$($alias:literal)*] $doc:literal,)*) => {
        /// What an instruction does. The value is the opcode.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[repr(u8)]
        pub enum Op {
            $(#[doc = $doc] $op = $code,)*
        }

        impl Op {
            /// Every operation, by opcode.
            pub const ALL: &[Self] = &[$(Self::$op,)*];

            /// The mnemonic.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self { $(Self::$op => $name,)* }
            }

            /// The operands.
            #[must_use]
            pub const fn form(self) -> Form {
                match self { $(Self::$op => Form::$form,)* }
            }

            /// What it does, in a line.
            #[must_use]
            pub const fn doc(self) -> &'static str {
                match self { $(Self::$op => $doc,)* }
            }

            /// Other names of the mnemonic.
            #[must_use]
            pub const fn aliases(self) -> &'static [&'static str] {
                match self { $(Self::$op => &[$($alias),*],)* }
            }

            /// The operation with this opcode.
            #[must_use]
            pub const fn from_code(code: u8) -> Option<Self> {
                match code { $($code => Some(Self::$op),)* _ => None }
            }
        }
    };
}

// The opcodes up to 0x64 are those of the earlier nCPU's binary words.
operations! {
    0x00 Nop "NOP" Plain [] "nothing",
    0x01 Halt "HALT" Plain ["HLT"] "stop the machine",
    0x10 Mov "MOV" Unary [] "Rd = a; flags",
    0x20 Add "ADD" Binary [] "Rd = a + b; flags",
    0x21 Sub "SUB" Binary [] "Rd = a - b; flags",
    0x22 Mul "MUL" Binary [] "Rd = a * b; flags",
    0x23 Div "DIV" Binary [] "Rd = a / b toward 0, 0 if b is 0; flags",
    0x24 Mod "MOD" Binary [] "Rd = a - a / b * b: the dividend's sign, a if b is 0; flags",
    0x25 Neg "NEG" Unary [] "Rd = -a; flags",
    0x30 And "AND" Binary [] "Rd = a & b; flags",
    0x31 Or "OR" Binary [] "Rd = a | b; flags",
    0x32 Xor "XOR" Binary [] "Rd = a ^ b; flags",
    0x33 Shl "SHL" Binary [] "Rd = a << b, b clamped to 0..31; flags",
    0x34 Shr "SHR" Binary [] "Rd = a >> b, zeroes in, b clamped to 0..31; flags",
    0x35 Sar "SAR" Binary [] "Rd = a >> b, signs in, b clamped to 0..31; flags",
    0x36 Not "NOT" Unary [] "Rd = ~a; flags",
    0x40 Inc "INC" Update [] "Rd = Rd + 1; flags",
    0x41 Dec "DEC" Update [] "Rd = Rd - 1; flags",
    0x50 Cmp "CMP" Compare [] "flags of the exact difference a - b",
    0x60 Jmp "JMP" Jump [] "go to the target",
    0x61 Jz "JZ" Jump ["JE"] "if ZF",
    0x62 Jnz "JNZ" Jump ["JNE"] "if not ZF",
    0x63 Js "JS" Jump [] "if SF",
    0x64 Jns "JNS" Jump [] "if not SF",
    0x65 Jl "JL" Jump [] "if less, signed: SF is not OF",
    0x66 Jge "JGE" Jump [] "if greater or equal, signed: SF is OF",
    0x67 Jle "JLE" Jump [] "if less or equal, signed: ZF, or SF is not OF",
    0x68 Jg "JG" Jump [] "if greater, signed: not ZF, and SF is OF",
    0x69 Jb "JB" Jump ["JC"] "if below, unsigned: CF",
    0x6a Jae "JAE" Jump ["JNC"] "if above or equal, unsigned: not CF",
    0x6b Jbe "JBE" Jump [] "if below or equal, unsigned: CF or ZF",
    0x6c Ja "JA" Jump [] "if above, unsigned: neither CF nor ZF",
    0x6d Jo "JO" Jump [] "if OF",
    0x6e Jno "JNO" Jump [] "if not OF",
    0x70 Call "CALL" Jump [] "push the next instruction's index and go to the target",
    0x71 Ret "RET" Plain [] "pop an index and go there",
    0x72 Push "PUSH" Give [] "SP = SP - 4; word at SP = a",
    0x73 Pop "POP" Update [] "Rd = word at SP; SP = SP + 4",
    0x80 Ldr "LDR" Load ["LDRW"] "Rd = word at the address",
    0x81 Ldrh "LDRH" Load [] "Rd = halfword at the address, zero-extended",
    0x82 Ldrb "LDRB" Load [] "Rd = byte at the address, zero-extended",
    0x83 Ldrsh "LDRSH" Load [] "Rd = halfword at the address, sign-extended",
    0x84 Ldrsb "LDRSB" Load [] "Rd = byte at the address, sign-extended",
    0x88 Str "STR" Store ["STRW"] "word at the address = a",
    0x89 Strh "STRH" Store [] "halfword at the address = a",
    0x8a Strb "STRB" Store [] "byte at the address = a",
    0x90 In "IN" Update [] "Rd = next byte of input, -1 at its end; flags",
    0x91 Out "OUT" Give [] "write the low byte of a to the output",
}

impl Op {
    /// The operation that `mnemonic` names, in any case.
    #[must_use]
    pub fn from_name(mnemonic: &str) -> Option<Self> {
        let is = |name: &&str| name.eq_ignore_ascii_case(mnemonic);
        Self::ALL.iter().copied().find(|op| is(&op.name()) || op.aliases().iter().any(&is))
    }
}

/// A value read by an instruction.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Source {
    /// A register.
    Reg(Reg),
    /// A known value.
    Imm(i32),
}

/// An address: the sum of its parts, modulo 2^32. An index needs a base.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Address {
    /// A register.
    pub base: Option<Reg>,
    /// Another register.
    pub index: Option<Reg>,
    /// A constant.
    pub offset: i32,
}

/// An instruction with its operands. `op`'s form must be the variant's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[allow(missing_docs, reason = "the operands are those of the form")]
pub enum Insn {
    Plain { op: Op },
    Unary { op: Op, rd: Reg, a: Source },
    Update { op: Op, rd: Reg },
    Binary { op: Op, rd: Reg, a: Source, b: Source },
    Compare { op: Op, a: Source, b: Source },
    Jump { op: Op, target: Source },
    Give { op: Op, a: Source },
    Load { op: Op, rd: Reg, at: Address },
    Store { op: Op, a: Source, at: Address },
}

/// Bits of the word's `form` field.
pub mod form {
    /// The first source is an immediate.
    pub const A_IMM: u64 = 1;
    /// The second source is an immediate.
    pub const B_IMM: u64 = 2;
    /// The address has a base register, `ra`.
    pub const BASE: u64 = 1;
    /// The address has an index register, `rb`.
    pub const INDEX: u64 = 2;
    /// The stored value is an immediate, in the immediate field; the address has no constant.
    pub const VALUE_IMM: u64 = 4;
    /// The stored value is an immediate of 12 bits, in `rd` and `small`.
    pub const VALUE_SMALL: u64 = 8;
}

/// The fields of a word.
#[derive(Clone, Copy, Default)]
struct Fields {
    rd: u64,
    ra: u64,
    rb: u64,
    form: u64,
    small: u64,
    imm: u64,
}

/// An instruction has two immediates, and the first is not in -2048..=2047.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TooWide;

impl Insn {
    /// The operation.
    #[must_use]
    pub const fn op(&self) -> Op {
        match *self {
            Self::Plain { op }
            | Self::Unary { op, .. }
            | Self::Update { op, .. }
            | Self::Binary { op, .. }
            | Self::Compare { op, .. }
            | Self::Jump { op, .. }
            | Self::Give { op, .. }
            | Self::Load { op, .. }
            | Self::Store { op, .. } => op,
        }
    }

    /// The word.
    ///
    /// # Errors
    /// [`TooWide`].
    pub fn encode(&self) -> Result<u64, TooWide> {
        let f = match *self {
            Self::Plain { .. } => Fields::default(),
            Self::Unary { rd, a, .. } => Fields { rd: rd.into(), ..one_source(a) },
            Self::Update { rd, .. } => Fields { rd: rd.into(), ..Fields::default() },
            Self::Binary { rd, a, b, .. } => Fields { rd: rd.into(), ..two_sources(a, b)? },
            Self::Compare { a, b, .. } => two_sources(a, b)?,
            Self::Jump { target: a, .. } | Self::Give { a, .. } => one_source(a),
            Self::Load { rd, at, .. } => Fields { rd: rd.into(), ..address(at) },
            Self::Store { a, at, .. } => stored(a, at)?,
        };
        Ok((self.op() as u64) << 56
            | f.rd << 52
            | f.ra << 48
            | f.rb << 44
            | f.form << 40
            | f.small << 32
            | f.imm)
    }

    /// The instruction of `word`, if it is one.
    #[must_use]
    pub fn decode(word: u64) -> Option<Self> {
        let op = Op::from_code((word >> 56) as u8)?;
        let f = Fields {
            rd: word >> 52 & 15,
            ra: word >> 48 & 15,
            rb: word >> 44 & 15,
            form: word >> 40 & 15,
            small: word >> 32 & 0xff,
            imm: word & 0xffff_ffff,
        };
        let rd = f.rd as Reg;
        let insn = match op.form() {
            Form::Plain => Self::Plain { op },
            Form::Unary => Self::Unary { op, rd, a: f.first() },
            Form::Update => Self::Update { op, rd },
            Form::Binary => Self::Binary { op, rd, a: f.first(), b: f.second() },
            Form::Compare => Self::Compare { op, a: f.first(), b: f.second() },
            Form::Jump => Self::Jump { op, target: f.first() },
            Form::Give => Self::Give { op, a: f.first() },
            Form::Load => Self::Load { op, rd, at: f.address() },
            Form::Store => Self::Store { op, a: f.stored(), at: f.address() },
        };
        // What the instruction does not say must be 0.
        (insn.encode() == Ok(word)).then_some(insn)
    }
}

fn imm_field(value: i32) -> u64 {
    u64::from(value as u32)
}

fn one_source(a: Source) -> Fields {
    match a {
        Source::Reg(ra) => Fields { ra: ra.into(), ..Fields::default() },
        Source::Imm(v) => Fields { form: form::A_IMM, imm: imm_field(v), ..Fields::default() },
    }
}

fn two_sources(a: Source, b: Source) -> Result<Fields, TooWide> {
    let first = one_source(a);
    Ok(match (a, b) {
        (_, Source::Reg(rb)) => Fields { rb: rb.into(), ..first },
        (Source::Reg(_), Source::Imm(v)) => {
            Fields { form: form::B_IMM, imm: imm_field(v), ..first }
        }
        (Source::Imm(a), Source::Imm(v)) => {
            let (ra, small) = split_small(a)?;
            let form = form::A_IMM | form::B_IMM;
            Fields { ra, small, form, imm: imm_field(v), ..Fields::default() }
        }
    })
}

fn address(at: Address) -> Fields {
    let mut f = Fields { imm: imm_field(at.offset), ..Fields::default() };
    if let Some(base) = at.base {
        f.form |= form::BASE;
        f.ra = base.into();
    }
    if let Some(index) = at.index {
        f.form |= form::INDEX;
        f.rb = index.into();
    }
    f
}

fn stored(a: Source, at: Address) -> Result<Fields, TooWide> {
    let mut f = address(at);
    match a {
        Source::Reg(rd) => f.rd = rd.into(),
        Source::Imm(v) if at.offset == 0 => {
            f.form |= form::VALUE_IMM;
            f.imm = imm_field(v);
        }
        Source::Imm(v) => {
            f.form |= form::VALUE_SMALL;
            (f.rd, f.small) = split_small(v)?;
        }
    }
    Ok(f)
}

/// A 12-bit immediate as a register field and `small`.
fn split_small(value: i32) -> Result<(u64, u64), TooWide> {
    if !(-2048..2048).contains(&value) {
        return Err(TooWide);
    }
    let bits = imm_field(value);
    Ok((bits >> 8 & 15, bits & 0xff))
}

impl Fields {
    fn small(&self, high: u64) -> i32 {
        ((high << 8 | self.small) as i32) << 20 >> 20
    }

    fn first(&self) -> Source {
        match self.form & 3 {
            0 | form::B_IMM => Source::Reg(self.ra as Reg),
            form::A_IMM => Source::Imm(self.imm as i32),
            _ => Source::Imm(self.small(self.ra)),
        }
    }

    fn second(&self) -> Source {
        if self.form & form::B_IMM == 0 {
            Source::Reg(self.rb as Reg)
        } else {
            Source::Imm(self.imm as i32)
        }
    }

    fn address(&self) -> Address {
        let offset = if self.form & form::VALUE_IMM == 0 { self.imm as i32 } else { 0 };
        Address {
            base: (self.form & form::BASE != 0).then_some(self.ra as Reg),
            // An index without a base is not an address; dropping it makes the word invalid.
            index: (self.form & 3 == form::BASE | form::INDEX).then_some(self.rb as Reg),
            offset,
        }
    }

    fn stored(&self) -> Source {
        match self.form & (form::VALUE_IMM | form::VALUE_SMALL) {
            form::VALUE_IMM => Source::Imm(self.imm as i32),
            form::VALUE_SMALL => Source::Imm(self.small(self.rd)),
            _ => Source::Reg(self.rd as Reg),
        }
    }
}

/// The name of a register.
#[must_use]
pub fn reg_name(reg: Reg) -> String {
    if reg == SP { "SP".into() } else { format!("R{reg}") }
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Reg(r) => f.write_str(&reg_name(*r)),
            Self::Imm(v) => write!(f, "{v}"),
        }
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut parts: Vec<String> =
            [self.base, self.index].into_iter().flatten().map(reg_name).collect();
        if parts.is_empty() {
            parts.push(format!("{:#x}", self.offset as u32));
        } else if self.offset != 0 {
            parts.push(self.offset.to_string());
        }
        write!(f, "[{}]", parts.join(", "))
    }
}

impl fmt::Display for Insn {
    /// The canonical source text; jump targets are indices.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = self.op().name();
        match *self {
            Self::Plain { .. } => write!(f, "{name}"),
            Self::Unary { rd, a, .. } => write!(f, "{name} {}, {a}", reg_name(rd)),
            Self::Update { rd, .. } => write!(f, "{name} {}", reg_name(rd)),
            Self::Binary { rd, a, b, .. } => write!(f, "{name} {}, {a}, {b}", reg_name(rd)),
            Self::Compare { a, b, .. } => write!(f, "{name} {a}, {b}"),
            Self::Jump { target: Source::Imm(index), .. } => write!(f, "{name} {}", index as u32),
            Self::Jump { target: a, .. } | Self::Give { a, .. } => write!(f, "{name} {a}"),
            Self::Load { rd, at, .. } => write!(f, "{name} {}, {at}", reg_name(rd)),
            Self::Store { a, at, .. } => write!(f, "{name} {a}, {at}"),
        }
    }
}
