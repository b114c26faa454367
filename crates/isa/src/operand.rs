//! The operands that are neither registers nor plain numbers.

use crate::piece::{imm5_log2, immh_log2, letter, mask, single_log2, write_general, write_list};
use crate::predicate::operation;
use crate::sysnames::REGISTERS;
use crate::{Enc, Insn, adv_simd_expand_imm, decode_bit_masks};
use ncpu_bits::{field, ones};
use std::fmt::{self, Write};

macro_rules! operands {
    ($($(#[doc = $doc:literal])* $name:ident $bits:expr;)*) => {
        /// An operand with rules of its own.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub(crate) enum Operand {
            $($(#[doc = $doc])* $name,)*
        }

        impl Operand {
            /// The bits that the operand's text depends on.
            pub(crate) fn bits(self) -> u32 {
                match self {
                    $(Operand::$name => $bits,)*
                }
            }
        }
    };
}

const SF: u32 = 1 << 31;
const Q: u32 = 1 << 30;
const RN: u32 = 31 << 5;
const RM: u32 = 31 << 16;
const LS_SCALE: u32 = mask(31, 30) | 1 << 26 | 1 << 23;

operands! {
    /// A label, 19 bits.
    Label19 mask(23, 5);
    /// A label of B.cond, with the names of the condition as a comment.
    Label19Cond mask(23, 5) | 15;
    /// A label of BC.cond, with the names of the condition as a comment.
    Label19Bc mask(23, 5) | 15;
    /// A label, 14 bits.
    Label14 mask(18, 5);
    /// A label, 26 bits.
    Label26 mask(25, 0);
    /// The target of ADR.
    Adr mask(23, 5) | mask(30, 29);
    /// The target of ADRP.
    Adrp mask(23, 5) | mask(30, 29);
    /// imm12 with its optional shift by 12.
    Imm12 mask(22, 10);
    /// The tag offset of ADDG.
    Uimm6x16 mask(21, 16);
    /// A bitmask immediate.
    Bitmask mask(22, 10) | SF;
    /// A bitmask immediate of MOV.
    BitmaskMov mask(22, 10) | SF;
    /// imm16 with its shift.
    Imm16 mask(22, 5);
    /// The value of a MOV that is MOVN.
    MovnImm mask(22, 5) | SF;
    /// The value of a MOV that is MOVZ.
    MovzImm mask(22, 5) | SF;
    /// lsb of BFI.
    BfiLsb mask(21, 16) | SF;
    /// width of BFI.
    BfiWidth mask(15, 10);
    /// width of BFXIL.
    BfxWidth mask(21, 10);
    /// The condition in B.cond's mnemonic.
    Cond 15;
    /// The condition in bits 15:12.
    Cond12 mask(15, 12);
    /// Its inverse.
    Cond12Inv mask(15, 12);
    /// The number of a hint.
    Hint mask(11, 5);
    /// The operand of BTI, after a tab.
    Bti mask(7, 6);
    /// A barrier's domain and type.
    Barrier mask(11, 8);
    /// The domain of DSB nXS.
    BarrierNxs mask(11, 10);
    /// SMSTART and SMSTOP.
    Smstart mask(10, 8);
    /// CRn.
    Cn mask(15, 12);
    /// CRm.
    Cm mask(11, 8);
    /// A named system operation.
    Sysop mask(18, 0);
    /// A system register.
    Sysreg mask(19, 5);
    /// The bit that TBZ tests.
    TbzBit SF | mask(23, 19);
    /// An optional shift.
    Shift mask(23, 22) | mask(15, 10);
    /// Rm with its extension.
    Extended SF | RM | mask(15, 10) | RN | 31;
    /// The width suffix of CRC32.
    Crc mask(11, 10);
    /// The size suffix of exclusives and atomics.
    Bhz mask(31, 30);
    /// The ordering suffix of atomics.
    Ar mask(23, 22);
    /// The ordering suffix of atomics without a result.
    ArL 1 << 22;
    /// The ordering suffix of CAS.
    CasAr 1 << 22 | 1 << 15;
    /// The options of CPY.
    CpyOpt mask(15, 12);
    /// The options of SET.
    SetOpt mask(13, 12);
    /// A prefetch operation.
    Prfop 31;
    /// A signed offset in bytes, absent if zero.
    Simm9 mask(20, 12);
    /// A signed offset in bytes.
    Simm9Pre mask(20, 12);
    /// A signed offset in bytes, after the base.
    Simm9Post mask(20, 12);
    /// A signed offset in tag granules, absent if zero.
    Simm9x16 mask(20, 12);
    /// A signed offset in tag granules.
    Simm9x16Pre mask(20, 12);
    /// A signed offset in tag granules, after the base.
    Simm9x16Post mask(20, 12);
    /// A signed offset of LDRAA, absent if zero.
    Simm10 mask(20, 12) | 1 << 22;
    /// An unsigned scaled offset, absent if zero.
    Uimm12 mask(21, 10) | LS_SCALE;
    /// A register offset with its extension.
    RegOffset RM | mask(15, 12) | LS_SCALE;
    /// A pair's offset, absent if zero.
    PairImm mask(21, 15) | mask(31, 30) | 1 << 26;
    /// A pair's offset.
    PairImmPre mask(21, 15) | mask(31, 30) | 1 << 26;
    /// A pair's offset, after the base.
    PairImmPost mask(21, 15) | mask(31, 30) | 1 << 26;
    /// LDPSW's offset, absent if zero.
    PairImm4 mask(21, 15);
    /// LDPSW's offset.
    PairImm4Pre mask(21, 15);
    /// LDPSW's offset, after the base.
    PairImm4Post mask(21, 15);
    /// STGP's offset, absent if zero.
    PairImm16 mask(21, 15);
    /// STGP's offset.
    PairImm16Pre mask(21, 15);
    /// STGP's offset, after the base.
    PairImm16Post mask(21, 15);
    /// The post-index of a structure load: a register or the whole size.
    PostidxMulti RM | Q | mask(15, 12);
    /// The post-index of a single structure.
    PostidxSingle RM | mask(15, 13) | mask(11, 10) | 1 << 21;
    /// The post-index of a replicating load.
    PostidxRep RM | mask(11, 10) | 1 << 21 | 1 << 13;
    /// The fraction bits of a fixed-point conversion.
    Fbits mask(15, 10);
    /// imm8 of scalar FMOV.
    Fpimm13 mask(20, 13);
    /// imm8 of vector FMOV.
    FpimmSimd mask(18, 16) | mask(9, 5);
    /// The destination of FCVT.
    FcvtD mask(16, 15) | 31;
    /// The 2 of a second-half operation.
    Second Q;
    /// b or t by Q.
    Bt Q;
    /// The shift of SHLL: the element's size.
    ShllAmount mask(23, 22);
    /// A general register whose width imm5 gives.
    GprImm5 RM | RN;
    /// The scalar destination of DUP.
    DupScalar RM | 31;
    /// Vector, immediate and shift of MOVI and its kin.
    Movi Q | 1 << 29 | mask(18, 16) | mask(15, 12) | RN | 31;
    /// A right shift by immh:immb.
    Shr mask(22, 16);
    /// A left shift by immh:immb.
    Shl mask(22, 16);
    /// The table of TBL.
    TblList RN | mask(14, 13);
    /// An element of Rm by size.
    Elem RM | mask(23, 21) | 1 << 11;
    /// A group of four bytes of Rm.
    Elem4b RM | 1 << 21 | 1 << 11;
    /// A pair of halves of Rm.
    Elem2h RM | 1 << 21 | 1 << 11;
    /// A half of Rm.
    Elemh RM | 1 << 21 | 1 << 11;
    /// A complex element of Rm.
    Elemc RM | mask(23, 21) | 1 << 11;
    /// An element of SM3TT.
    Sm3Elem RM | mask(13, 12);
    /// A signed byte.
    Simm8 mask(17, 10);
    /// The element's letter, in a mnemonic.
    SveSize mask(23, 22);
    /// A predicate constraint: how many elements.
    SvePattern RN;
    /// A multiplier.
    SveMul mask(19, 16);
    /// A general register of the element's width, or the stack pointer.
    SveGpr RN | mask(23, 22);
    /// What LD1 loads: access size and sign.
    SveDtype mask(24, 21);
    /// What ST1 stores.
    SveMsz mask(24, 23);
    /// An index register, scaled by the access size.
    SveRegOffset RM | mask(24, 21) | 1 << 30;
    /// An offset in vector lengths, absent if zero.
    SveMulVl mask(19, 16);
}

const CONDITIONS: [&str; 16] = [
    "eq", "ne", "cs", "cc", "mi", "pl", "vs", "vc", "hi", "ls", "ge", "lt", "gt", "le", "al", "nv",
];

/// The other names of each condition.
const CONDITION_ALIASES: [&[&str]; 16] = [
    &["none"],
    &["any"],
    &["hs", "nlast"],
    &["lo", "ul", "last"],
    &["first"],
    &["nfrst"],
    &[],
    &[],
    &["pmore"],
    &["plast"],
    &["tcont"],
    &["tstop"],
    &[],
    &[],
    &[],
    &[],
];

const BARRIERS: [&str; 16] = [
    "#0x00", "oshld", "oshst", "osh", "#0x04", "nshld", "nshst", "nsh", "#0x08", "ishld", "ishst",
    "ish", "#0x0c", "ld", "st", "sy",
];

const COPY_OPTIONS: [&str; 16] = [
    "", "wt", "rt", "t", "wn", "wtwn", "rtwn", "twn", "rn", "wtrn", "rtrn", "trn", "n", "wtn",
    "rtn", "tn",
];

const SHIFTS: [&str; 4] = ["lsl", "lsr", "asr", "ror"];

const EXTENSIONS: [&str; 8] = ["uxtb", "uxth", "uxtw", "uxtx", "sxtb", "sxth", "sxtw", "sxtx"];

/// By dtype of LD1: the mnemonic's suffix and log2 of the element's bytes.
pub(crate) const SVE_DTYPES: [(&str, u32); 16] = [
    ("b", 0),
    ("b", 1),
    ("b", 2),
    ("b", 3),
    ("sw", 3),
    ("h", 1),
    ("h", 2),
    ("h", 3),
    ("sh", 3),
    ("sh", 2),
    ("w", 2),
    ("w", 3),
    ("sb", 3),
    ("sb", 2),
    ("sb", 1),
    ("d", 3),
];

/// Predicate constraints; the gaps are plain numbers.
const SVE_PATTERNS: [&str; 14] = [
    "pow2", "vl1", "vl2", "vl3", "vl4", "vl5", "vl6", "vl7", "vl8", "vl16", "vl32", "vl64",
    "vl128", "vl256",
];

impl Operand {
    /// Writes the operand for a word at an address.
    pub(crate) fn write(self, w: u32, pc: u64, f: &mut dyn Write) -> fmt::Result {
        use Operand as O;
        let insn = Insn { enc: Enc::Udf, word: w };
        let immhb = field(w, 22, 16);
        match self {
            O::Label19 => write_target(pc, insn.offset19(), f),
            O::Label19Cond => write_condition_target("b", insn, pc, f),
            O::Label19Bc => write_condition_target("bc", insn, pc, f),
            O::Label14 => write_target(pc, insn.offset14(), f),
            O::Label26 => write_target(pc, insn.offset26(), f),
            O::Adr => write_target(pc, insn.adr_imm(), f),
            O::Adrp => write_target(pc & !0xfff, insn.adr_imm() << 12, f),
            O::Imm12 => write_imm12(insn, f),
            O::Uimm6x16 => write!(f, "#{:#x}", field(w, 21, 16) * 16),
            O::Bitmask => write!(f, "#{:#x}", bitmask(insn)),
            O::BitmaskMov => write_moved(insn, bitmask(insn), f),
            O::Imm16 => write_imm16(insn, f),
            O::MovnImm => write_moved(insn, !wide(insn) & ones(insn.datasize()), f),
            O::MovzImm => write_moved(insn, wide(insn), f),
            O::BfiLsb => write!(f, "#{}", insn.immr().wrapping_neg() % insn.datasize()),
            O::BfiWidth => write!(f, "#{}", insn.imms() + 1),
            O::BfxWidth => write!(f, "#{}", (insn.imms() + 1).wrapping_sub(insn.immr())),
            O::Cond => f.write_str(CONDITIONS[(w & 15) as usize]),
            O::Cond12 => write_condition(insn.cond(), f),
            O::Cond12Inv => write_condition(insn.cond() ^ 1, f),
            O::Hint => write!(f, "#{:#x}", field(w, 11, 5)),
            O::Bti => f.write_str(["", "\tc", "\tj", "\tjc"][field(w, 7, 6) as usize]),
            O::Barrier => f.write_str(BARRIERS[insn.crm() as usize]),
            O::BarrierNxs => {
                f.write_str(["oshnxs", "nshnxs", "ishnxs", "synxs"][field(w, 11, 10) as usize])
            }
            O::Smstart => write_smstart(w, f),
            O::Cn => write!(f, "C{}", insn.crn()),
            O::Cm => write!(f, "C{}", insn.crm()),
            O::Sysop => write_operation(w, f),
            O::Sysreg => write_sysreg(insn, f),
            O::TbzBit => write!(f, "#{}", insn.test_bit()),
            O::Shift => write_shift(insn, f),
            O::Extended => write_extended(insn, f),
            O::Crc => f.write_str(["b", "h", "w", "x"][field(w, 11, 10) as usize]),
            O::Bhz => f.write_str(["b", "h", "", ""][(w >> 30) as usize]),
            O::Ar => f.write_str(["", "l", "a", "al"][field(w, 23, 22) as usize]),
            O::ArL => f.write_str(if insn.bit(22) { "l" } else { "" }),
            O::CasAr => {
                f.write_str(if insn.bit(22) { "a" } else { "" })?;
                f.write_str(if insn.bit(15) { "l" } else { "" })
            }
            O::CpyOpt => f.write_str(COPY_OPTIONS[field(w, 15, 12) as usize]),
            O::SetOpt => f.write_str(["", "t", "n", "tn"][field(w, 13, 12) as usize]),
            O::Prfop => write_prefetch(w & 31, f),
            O::Simm9 => write_offset(insn.simm9(), f),
            O::Simm9Pre => write!(f, ", #{}", insn.simm9()),
            O::Simm9Post => write!(f, "#{}", insn.simm9()),
            O::Simm9x16 => write_offset(insn.simm9() * 16, f),
            O::Simm9x16Pre => write!(f, ", #{}", insn.simm9() * 16),
            O::Simm9x16Post => write!(f, "#{}", insn.simm9() * 16),
            O::Simm10 => write_offset(insn.simm10(), f),
            O::Uimm12 => write_offset(i64::from(insn.imm12()) << access_log2(w), f),
            O::RegOffset => write_register_offset(insn, f),
            O::PairImm => write_offset(insn.simm7() * pair_scale(w), f),
            O::PairImmPre => write!(f, ", #{}", insn.simm7() * pair_scale(w)),
            O::PairImmPost => write!(f, "#{}", insn.simm7() * pair_scale(w)),
            O::PairImm4 => write_offset(insn.simm7() * 4, f),
            O::PairImm4Pre => write!(f, ", #{}", insn.simm7() * 4),
            O::PairImm4Post => write!(f, "#{}", insn.simm7() * 4),
            O::PairImm16 => write_offset(insn.simm7() * 16, f),
            O::PairImm16Pre => write!(f, ", #{}", insn.simm7() * 16),
            O::PairImm16Post => write!(f, "#{}", insn.simm7() * 16),
            O::PostidxMulti => {
                write_post_index(insn, structure_registers(w) * (8 << field(w, 30, 30)), f)
            }
            O::PostidxSingle => write_post_index(insn, single_registers(w) << single_log2(w), f),
            O::PostidxRep => write_post_index(insn, single_registers(w) << field(w, 11, 10), f),
            O::Fbits => write!(f, "#{}", 64 - insn.scale()),
            O::Fpimm13 => write_float(insn.imm8(), f),
            O::FpimmSimd => write_float(insn.abcdefgh(), f),
            O::FcvtD => {
                write!(f, "{}{}", ["s", "d", "q", "h"][field(w, 16, 15) as usize], insn.rd())
            }
            O::Second => f.write_str(if insn.q() { "2" } else { "" }),
            O::Bt => f.write_str(if insn.q() { "t" } else { "b" }),
            O::ShllAmount => write!(f, "#{}", 8 << insn.size()),
            O::GprImm5 => write_general(insn.rn(), imm5_log2(w) == 3, false, f),
            O::DupScalar => write!(f, "{}{}", letter(imm5_log2(w)), insn.rd()),
            O::Movi => write_movi(insn, f),
            O::Shr => write!(f, "#{}", (16u32 << immh_log2(w)).wrapping_sub(immhb)),
            O::Shl => write!(f, "#{}", immhb.wrapping_sub(8 << immh_log2(w))),
            O::TblList => write_list(insn.rn(), field(w, 14, 13) + 1, "16b", f),
            O::Elem => write_element(insn, f),
            O::Elem4b => write!(f, "v{}.4b[{}]", insn.rm(), h_l(insn)),
            O::Elem2h => write!(f, "v{}.2h[{}]", insn.rm(), h_l(insn)),
            O::Elemh => write!(f, "v{}.h[{}]", insn.rm() & 15, h_l(insn) << 1 | field(w, 20, 20)),
            O::Elemc => write_complex_element(insn, f),
            O::Sm3Elem => write!(f, "v{}.s[{}]", insn.rm(), field(w, 13, 12)),
            O::Simm8 => write!(f, "#{}", insn.signed(17, 10)),
            O::SveSize => f.write_str(["b", "h", "w", "d"][insn.size() as usize]),
            O::SvePattern => write_sve_pattern(insn.rn(), f),
            O::SveMul => write!(f, "#{}", field(w, 19, 16) + 1),
            O::SveGpr => write_general(insn.rn(), insn.size() == 3, true, f),
            O::SveDtype => f.write_str(SVE_DTYPES[field(w, 24, 21) as usize].0),
            O::SveMsz => f.write_str(["b", "h", "w", "d"][field(w, 24, 23) as usize]),
            O::SveRegOffset => write_sve_offset(insn, f),
            O::SveMulVl => match insn.signed(19, 16) {
                0 => Ok(()),
                offset => write!(f, ", #{offset}, mul vl"),
            },
        }
    }
}

fn write_target(pc: u64, offset: i64, f: &mut dyn Write) -> fmt::Result {
    write!(f, "{:x}", pc.wrapping_add_signed(offset))
}

fn write_condition_target(mnemonic: &str, insn: Insn, pc: u64, f: &mut dyn Write) -> fmt::Result {
    write_target(pc, insn.offset19(), f)?;
    for (i, name) in CONDITION_ALIASES[insn.branch_cond() as usize].iter().enumerate() {
        let before = if i == 0 { "  // " } else { ", " };
        write!(f, "{before}{mnemonic}.{name}")?;
    }
    Ok(())
}

fn write_condition(condition: u32, f: &mut dyn Write) -> fmt::Result {
    let name = CONDITIONS[condition as usize];
    let aliases = CONDITION_ALIASES[condition as usize];
    f.write_str(name)?;
    if !aliases.is_empty() {
        write!(f, "\t// {name} = {}", aliases.join(", "))?;
    }
    Ok(())
}

fn write_imm12(insn: Insn, f: &mut dyn Write) -> fmt::Result {
    write!(f, "#{:#x}", insn.imm12())?;
    if insn.sh() { f.write_str(", lsl #12") } else { Ok(()) }
}

/// The value of a bitmask immediate; its row excludes reserved ones.
fn bitmask(insn: Insn) -> u64 {
    decode_bit_masks(insn.n(), insn.imms(), insn.immr(), insn.sf()).map_or(0, |m| m.wmask)
}

fn wide(insn: Insn) -> u64 {
    u64::from(insn.imm16()) << (16 * insn.hw())
}

/// A moved value: in hexadecimal, and as a signed number in a comment.
fn write_moved(insn: Insn, value: u64, f: &mut dyn Write) -> fmt::Result {
    let signed = if insn.sf() { value as i64 } else { i64::from(value as u32 as i32) };
    let hex = format!("{value:x}");
    write!(f, "#0x{hex:<20}\t// #{signed}")
}

fn write_imm16(insn: Insn, f: &mut dyn Write) -> fmt::Result {
    write!(f, "#{:#x}", insn.imm16())?;
    if insn.hw() != 0 { write!(f, ", lsl #{}", 16 * insn.hw()) } else { Ok(()) }
}

fn write_smstart(w: u32, f: &mut dyn Write) -> fmt::Result {
    f.write_str(if field(w, 8, 8) == 1 { "smstart" } else { "smstop" })?;
    f.write_str(["", "\tsm", "\tza", ""][field(w, 10, 9) as usize])
}

fn write_operation(w: u32, f: &mut dyn Write) -> fmt::Result {
    let Some((_, mnemonic, name, register)) = operation(w) else { return Err(fmt::Error) };
    write!(f, "{mnemonic}\t{name}")?;
    if *register {
        f.write_str(", ")?;
        write_general(w & 31, true, false, f)?;
    }
    Ok(())
}

fn write_sysreg(insn: Insn, f: &mut dyn Write) -> fmt::Result {
    let key = insn.sysreg() as u16;
    // The one register that has another name when written.
    if key == 0x9828 && insn.bits(21, 21) == 0 {
        return f.write_str("dbgdtrtx_el0");
    }
    if let Ok(i) = REGISTERS.binary_search_by_key(&key, |entry| entry.0) {
        return f.write_str(REGISTERS[i].1);
    }
    let op0 = insn.bits(20, 19);
    write!(f, "s{op0}_{}_c{}_c{}_{}", insn.op1(), insn.crn(), insn.crm(), insn.op2())
}

fn write_shift(insn: Insn, f: &mut dyn Write) -> fmt::Result {
    if insn.shift() == 0 && insn.imm6() == 0 {
        return Ok(());
    }
    write!(f, ", {} #{}", SHIFTS[insn.shift() as usize], insn.imm6())
}

fn write_extended(insn: Insn, f: &mut dyn Write) -> fmt::Result {
    let (option, amount) = (insn.option(), insn.imm3());
    write_general(insn.rm(), insn.sf() && option & 3 == 3, false, f)?;
    // Where Rd or Rn is the stack pointer, the full-width extension is a shift left.
    let sets_flags = insn.bit(29);
    let stack = insn.rn() == 31 || (insn.rd() == 31 && !sets_flags);
    let plain = option == if insn.sf() { 3 } else { 2 };
    let name = if stack && plain { "lsl" } else { EXTENSIONS[option as usize] };
    match (name, amount) {
        ("lsl", 0) => Ok(()),
        (_, 0) => write!(f, ", {name}"),
        _ => write!(f, ", {name} #{amount}"),
    }
}

fn write_prefetch(operation: u32, f: &mut dyn Write) -> fmt::Result {
    let (kind, level) = (operation >> 3, (operation >> 1) & 3);
    if kind == 3 || level == 3 {
        return write!(f, "#{operation:#04x}");
    }
    let kind = ["pld", "pli", "pst"][kind as usize];
    let policy = if operation & 1 == 0 { "keep" } else { "strm" };
    write!(f, "{kind}l{}{policy}", level + 1)
}

fn write_offset(offset: i64, f: &mut dyn Write) -> fmt::Result {
    if offset == 0 { Ok(()) } else { write!(f, ", #{offset}") }
}

/// log2 of the bytes that a load or store with one register accesses.
fn access_log2(w: u32) -> u32 {
    let size = w >> 30;
    if field(w, 26, 26) == 1 { field(w, 23, 23) << 2 | size } else { size }
}

fn pair_scale(w: u32) -> i64 {
    let opc = w >> 30;
    if field(w, 26, 26) == 1 { 4 << opc } else { 4 << (opc >> 1) }
}

fn write_register_offset(insn: Insn, f: &mut dyn Write) -> fmt::Result {
    let option = insn.option();
    write_general(insn.rm(), option & 1 == 1, false, f)?;
    let name = if option == 3 { "lsl" } else { EXTENSIONS[option as usize] };
    match (insn.s(), option) {
        (false, 3) => Ok(()),
        (false, _) => write!(f, ", {name}"),
        (true, _) => write!(f, ", {name} #{}", access_log2(insn.word)),
    }
}

/// How many registers a structure load or store of multiple elements names.
fn structure_registers(w: u32) -> u32 {
    match field(w, 15, 12) {
        0b0000 | 0b0010 => 4,
        0b0100 | 0b0110 => 3,
        0b1000 | 0b1010 => 2,
        _ => 1,
    }
}

/// How many registers a structure load or store of single elements names.
fn single_registers(w: u32) -> u32 {
    (field(w, 13, 13) << 1 | field(w, 21, 21)) + 1
}

fn write_post_index(insn: Insn, bytes: u32, f: &mut dyn Write) -> fmt::Result {
    if insn.rm() == 31 { write!(f, "#{bytes}") } else { write!(f, "x{}", insn.rm()) }
}

/// A floating-point immediate with eighteen decimals, as C's `%.18e` writes it.
fn write_float(imm8: u32, f: &mut dyn Write) -> fmt::Result {
    let value = f64::from_bits(crate::vfp_expand_imm(imm8, 64));
    let text = format!("{value:.18e}");
    let (digits, exponent) = text.split_once('e').unwrap_or((&text, "0"));
    let exponent: i32 = exponent.parse().unwrap_or(0);
    let sign = if exponent < 0 { '-' } else { '+' };
    write!(f, "#{digits}e{sign}{:02}", exponent.abs())
}

fn write_movi(insn: Insn, f: &mut dyn Write) -> fmt::Result {
    let (cmode, imm8, rd) = (insn.cmode(), insn.abcdefgh(), insn.rd());
    let q = u32::from(insn.q());
    if cmode == 14 && insn.u() {
        let value = adv_simd_expand_imm(true, cmode, imm8);
        let name = if insn.q() { format!("v{rd}.2d") } else { format!("d{rd}") };
        return write!(f, "{name}, #{value:#x}");
    }
    let log2 = match cmode {
        14 => 0,
        8..=11 => 1,
        _ => 2,
    };
    write!(f, "v{rd}.{}{}, #{imm8:#x}", 8 << q >> log2, letter(log2))?;
    match cmode {
        12 | 13 => write!(f, ", msl #{}", 8 * (cmode - 11)),
        0..=11 if cmode & 6 != 0 && log2 < 3 => write_byte_shift(cmode, log2, f),
        _ => Ok(()),
    }
}

fn write_byte_shift(cmode: u32, log2: u32, f: &mut dyn Write) -> fmt::Result {
    let bytes = if log2 == 1 { cmode >> 1 & 1 } else { cmode >> 1 & 3 };
    write_shift_left(8 * bytes, f)
}

fn write_shift_left(amount: u32, f: &mut dyn Write) -> fmt::Result {
    if amount == 0 { Ok(()) } else { write!(f, ", lsl #{amount}") }
}

/// H:L of by-element instructions.
fn h_l(insn: Insn) -> u32 {
    insn.bits(11, 11) << 1 | insn.bits(21, 21)
}

fn write_element(insn: Insn, f: &mut dyn Write) -> fmt::Result {
    match insn.size() {
        0 | 1 => write!(f, "v{}.h[{}]", insn.rm() & 15, h_l(insn) << 1 | insn.bits(20, 20)),
        2 => write!(f, "v{}.s[{}]", insn.rm(), h_l(insn)),
        _ => write!(f, "v{}.d[{}]", insn.rm(), insn.bits(11, 11)),
    }
}

fn write_complex_element(insn: Insn, f: &mut dyn Write) -> fmt::Result {
    match insn.size() {
        1 => write!(f, "v{}.h[{}]", insn.rm(), h_l(insn)),
        _ => write!(f, "v{}.s[{}]", insn.rm(), insn.bits(11, 11)),
    }
}

fn write_sve_pattern(pattern: u32, f: &mut dyn Write) -> fmt::Result {
    match pattern {
        29 => f.write_str("mul4"),
        30 => f.write_str("mul3"),
        31 => f.write_str("all"),
        _ => match SVE_PATTERNS.get(pattern as usize) {
            Some(name) => f.write_str(name),
            None => write!(f, "#{pattern}"),
        },
    }
}

fn write_sve_offset(insn: Insn, f: &mut dyn Write) -> fmt::Result {
    write!(f, "x{}", insn.rm())?;
    let store = insn.bit(30);
    let log2 = if store {
        insn.bits(24, 23)
    } else {
        match SVE_DTYPES[insn.bits(24, 21) as usize].0 {
            "b" | "sb" => 0,
            "h" | "sh" => 1,
            "w" | "sw" => 2,
            _ => 3,
        }
    };
    write_shift_left(log2, f)
}
