//! The table of micro-ops: one row an op, from which enum, printer, parser and verifier come.

/// Which operands an op has, and what else it touches.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Class {
    /// Scalars `dst, a`.
    S1,
    /// Scalars `dst, a, b`; `b` may be the immediate.
    S2,
    /// Scalars `dst, a, b, c`; `b` may be the immediate.
    S3,
    /// As [`S2`](Self::S2), and sets NZCV; the carry it reads comes from NZCV.
    Flags,
    /// Scalar `dst` from NZCV and a condition in `aux`; `a`, `b` as in S2.
    OnCond,
    /// Load of a scalar: `dst`, address `a + (b << aux) + imm`, or `a + imm` if `b` is `IMM`.
    Load,
    /// Load of a vector, addressed likewise.
    LoadV,
    /// Store of the scalar `c`, addressed likewise.
    Store,
    /// Store of the vector `c`, addressed likewise.
    StoreV,
    /// Exclusive load and store, atomic read-modify-write and compare-and-swap.
    Atomic,
    /// Vectors `dst, a`.
    V1,
    /// Vectors `dst, a, b`.
    V2,
    /// Vectors `dst, a, b, c`.
    V3,
    /// Vector `dst` from scalar `a`.
    VFromS,
    /// Scalar `dst` from vector `a`.
    SFromV,
    /// Vector `dst` from vector `a` and scalar `b`.
    VInsert,
    /// Scalar comparison of floating-point vectors' lowest lanes `a`, `b`: sets NZCV.
    FCompare,
    /// Ends a block.
    End,
}

macro_rules! for_each_op {
    ($m:ident) => {
        $m! {
            // Moves and arithmetic. `shape` is a width; results are zero-extended from it.
            (Mov, "mov", S1, "dst = a"),
            (Const, "const", S1, "dst = imm"),
            (Add, "add", S2, "dst = a + b"),
            (Sub, "sub", S2, "dst = a - b"),
            (Mul, "mul", S2, "dst = a * b"),
            (And, "and", S2, "dst = a & b"),
            (Or, "or", S2, "dst = a | b"),
            (Xor, "xor", S2, "dst = a ^ b"),
            (AndNot, "andnot", S2, "dst = a & !b"),
            (OrNot, "ornot", S2, "dst = a | !b"),
            (XorNot, "xornot", S2, "dst = a ^ !b"),
            (Shl, "shl", S2, "dst = a << b mod width"),
            (Shr, "shr", S2, "dst = a >> b mod width, zeroes in"),
            (Sar, "sar", S2, "dst = a >> b mod width, signs in"),
            (Ror, "ror", S2, "dst = a rotated right by b mod width"),
            (UDiv, "udiv", S2, "dst = a / b unsigned, 0 if b is 0"),
            (SDiv, "sdiv", S2, "dst = a / b signed toward 0, 0 if b is 0, wrapping"),
            (UMulHi, "umulhi", S2, "dst = high half of the unsigned product"),
            (SMulHi, "smulhi", S2, "dst = high half of the signed product"),
            (CmpEq, "cmpeq", S2, "dst = a == b"),
            (CmpLtU, "cmpltu", S2, "dst = a < b unsigned"),
            (CmpLtS, "cmplts", S2, "dst = a < b signed"),
            (Clz, "clz", S1, "dst = leading zeroes of a"),
            (Cls, "cls", S1, "dst = bits after the sign bit that equal it"),
            (Rbit, "rbit", S1, "dst = a with its bits reversed"),
            (RevBytes, "revbytes", S1, "dst = a with bytes reversed in groups of aux bytes"),
            (Ubfx, "ubfx", S1, "dst = field of a: lsb aux & 63, width aux >> 6; zero-extended"),
            (Sbfx, "sbfx", S1, "dst = field of a, as ubfx; sign-extended"),
            (Bfi, "bfi", S2, "dst = a with the field lsb aux & 63, width aux >> 6 taken from b"),
            (Extr, "extr", S2, "dst = a:b >> aux"),
            (MAdd, "madd", S3, "dst = c + a * b"),
            (MSub, "msub", S3, "dst = c - a * b"),
            (Select, "select", S3, "dst = c ? a : b"),
            (Crc32, "crc32", S2, "dst = CRC-32 of b (shape its size) on a; aux 1: Castagnoli"),
            (AddF, "addf", Flags, "dst = a + b; NZCV"),
            (SubF, "subf", Flags, "dst = a - b; NZCV"),
            (AndF, "andf", Flags, "dst = a & b; N and Z, C and V cleared"),
            (AdcF, "adcf", Flags, "dst = a + b + C; NZCV"),
            (SbcF, "sbcf", Flags, "dst = a - b - !C; NZCV"),
            (Cond, "cond", OnCond, "dst = condition aux holds"),
            (Csel, "csel", OnCond, "dst = condition aux holds ? a : b"),
            (Adc, "adc", OnCond, "dst = a + b + C"),
            (Sbc, "sbc", OnCond, "dst = a - b - !C"),
            // Memory. `shape` is the size in memory.
            (Load, "load", Load, "dst = memory, zero-extended"),
            (LoadS32, "loads32", Load, "dst = memory, sign-extended to 32 bits"),
            (LoadS64, "loads64", Load, "dst = memory, sign-extended to 64 bits"),
            (LoadV, "loadv", LoadV, "dst = memory (16 bytes, or shape's with zeroes above)"),
            (Store, "store", Store, "memory = c"),
            (StoreV, "storev", StoreV, "memory = c, all 16 bytes"),
            (LoadEx, "loadex", Atomic, "dst (a vector) = memory at a; opens an exclusive access"),
            (StoreEx, "storeex", Atomic, "memory at a = vector c if exclusive; dst = failed"),
            (Rmw, "rmw", Atomic, "dst = memory at a; memory = operation aux of it and c"),
            (Cas, "cas", Atomic, "vector dst = memory at a; if equal to vector b, memory = vector c"),
            // Vectors. `shape` holds the lane size and the total; results are zero-extended.
            (VMov, "vmov", V1, "dst = a"),
            (VNot, "vnot", V1, "dst = !a"),
            (VConst, "vconst", VFromS, "both halves of dst = imm (the low one only for 64 bits)"),
            (VDup, "vdup", VFromS, "every lane of dst = a"),
            (VFromX, "vfromx", VFromS, "dst = a's low bits (shape's lane), zeroes above"),
            (VLane, "vlane", SFromV, "dst = lane aux of a, zero-extended"),
            (VInsert, "vinsert", VInsert, "dst = a with lane aux taken from b"),
            (VAnd, "vand", V2, "dst = a & b"),
            (VOr, "vor", V2, "dst = a | b"),
            (VXor, "vxor", V2, "dst = a ^ b"),
            (VAndNot, "vandnot", V2, "dst = a & !b"),
            (VOrNot, "vornot", V2, "dst = a | !b"),
            (VSelect, "vselect", V3, "dst = bits of a where c is 1, of b where 0"),
            (VPair, "vpair", V2, "dst = low half of a, then low half of b"),
            (VAdd, "vadd", V2, "lanes a + b"),
            (VSub, "vsub", V2, "lanes a - b"),
            (VMul, "vmul", V2, "lanes a * b"),
            (VPMul, "vpmul", V2, "lanes a * b over GF(2)"),
            (VPMull, "vpmull", V2, "lanes of the low halves a * b over GF(2), twice as wide"),
            (VNeg, "vneg", V1, "lanes -a"),
            (VAbs, "vabs", V1, "lanes |a|"),
            (VMaxS, "vmaxs", V2, "lanes signed maximum"),
            (VMinS, "vmins", V2, "lanes signed minimum"),
            (VMaxU, "vmaxu", V2, "lanes unsigned maximum"),
            (VMinU, "vminu", V2, "lanes unsigned minimum"),
            (VAbdS, "vabds", V2, "lanes signed absolute difference"),
            (VAbdU, "vabdu", V2, "lanes unsigned absolute difference"),
            (VHAddS, "vhadds", V2, "lanes (a + b + aux) >> 1 signed, without overflow"),
            (VHAddU, "vhaddu", V2, "lanes (a + b + aux) >> 1 unsigned, without overflow"),
            (VHSubS, "vhsubs", V2, "lanes (a - b) >> 1 signed, without overflow"),
            (VHSubU, "vhsubu", V2, "lanes (a - b) >> 1 unsigned, without overflow"),
            (VCmpEq, "vcmpeq", V2, "lanes all ones where a == b"),
            (VCmpGtS, "vcmpgts", V2, "lanes all ones where a > b signed"),
            (VCmpGeS, "vcmpges", V2, "lanes all ones where a >= b signed"),
            (VCmpGtU, "vcmpgtu", V2, "lanes all ones where a > b unsigned"),
            (VCmpGeU, "vcmpgeu", V2, "lanes all ones where a >= b unsigned"),
            (VTst, "vtst", V2, "lanes all ones where a & b is not 0"),
            (VShl, "vshl", V1, "lanes a << imm"),
            (VShrS, "vshrs", V1, "lanes a >> imm signed; aux 1: rounded"),
            (VShrU, "vshru", V1, "lanes a >> imm unsigned; aux 1: rounded"),
            (VShlReg, "vshlreg", V2, "lanes a shifted by the signed low byte of b; aux: ShiftFlags"),
            (VSatShl, "vsatshl", V1, "lanes a << imm saturated; aux: ShiftFlags"),
            (VCls, "vcls", V1, "lanes sign bits after the first"),
            (VClz, "vclz", V1, "lanes leading zeroes"),
            (VCnt, "vcnt", V1, "lanes population count"),
            (VRbit, "vrbit", V1, "lanes bits reversed"),
            (VRev, "vrev", V1, "lanes reversed within groups of aux bytes"),
            (VExt, "vext", V2, "bytes aux.. of a:b, a lowest"),
            (VZip1, "vzip1", V2, "lanes of the low halves, interleaved"),
            (VZip2, "vzip2", V2, "lanes of the high halves, interleaved"),
            (VUzp1, "vuzp1", V2, "even lanes of a, then of b"),
            (VUzp2, "vuzp2", V2, "odd lanes of a, then of b"),
            (VTrn1, "vtrn1", V2, "even lanes of a and b, interleaved"),
            (VTrn2, "vtrn2", V2, "odd lanes of a and b, interleaved"),
            (VTbl, "vtbl", V3, "bytes of a at the indices b - 16 * aux; out of range: of c"),
            (VWiden, "vwiden", V1, "lanes of the low half, twice as wide; aux 1: signed"),
            (VNarrow, "vnarrow", V1, "lanes a >> imm, half as wide, in the low half; aux: NarrowFlags"),
            (VSatAdd, "vsatadd", V2, "lanes a + b saturated; aux: SatSigns"),
            (VSatSub, "vsatsub", V2, "lanes a - b saturated; aux: SatSigns"),
            (VSatAbs, "vsatabs", V1, "lanes |a| saturated"),
            (VSatNeg, "vsatneg", V1, "lanes -a saturated"),
            (VSatDMulH, "vsatdmulh", V2, "lanes high half of 2ab saturated; aux 1: rounded"),
            (VSatDMlaH, "vsatdmlah", V3, "lanes c ± high half of 2ab, rounded, saturated; aux 1: minus"),
            (VSatDMull, "vsatdmull", V2, "lanes 2ab of the low halves, twice as wide, saturated"),
            (VDot, "vdot", V3, "32-bit lanes c + the four products of the lanes' bytes; aux 1: signed"),
            (VSumU, "vsumu", V1, "lowest lane = sum of the lanes (shape's lane size)"),
            (VReduceMaxS, "vreducemaxs", V1, "lowest lane = signed maximum of the lanes"),
            (VReduceMinS, "vreducemins", V1, "lowest lane = signed minimum of the lanes"),
            (VReduceMaxU, "vreducemaxu", V1, "lowest lane = unsigned maximum of the lanes"),
            (VReduceMinU, "vreduceminu", V1, "lowest lane = unsigned minimum of the lanes"),
            (VRecipEst, "vrecipest", V1, "lanes URECPE"),
            (VRsqrtEst, "vrsqrtest", V1, "lanes URSQRTE"),
            // Floating point, by lanes; a scalar is one lane. Reads FPCR, accumulates into FPSR.
            (FAdd, "fadd", V2, "lanes a + b"),
            (FSub, "fsub", V2, "lanes a - b"),
            (FMul, "fmul", V2, "lanes a * b"),
            (FMulX, "fmulx", V2, "lanes a * b, 0 * infinity = 2"),
            (FDiv, "fdiv", V2, "lanes a / b"),
            (FMax, "fmax", V2, "lanes maximum"),
            (FMin, "fmin", V2, "lanes minimum"),
            (FMaxNum, "fmaxnum", V2, "lanes maximum, numbers before quiet NaNs"),
            (FMinNum, "fminnum", V2, "lanes minimum, numbers before quiet NaNs"),
            (FMulAdd, "fmuladd", V3, "lanes c + a * b, rounded once"),
            (FMulAddH, "fmuladdh", V3, "lanes c + a * b rounded once; a and b have half the size, packed low"),
            (FAbs, "fabs", V1, "lanes without sign"),
            (FNeg, "fneg", V1, "lanes with the sign flipped"),
            (FSqrt, "fsqrt", V1, "lanes square root"),
            (FRecipEst, "frecipest", V1, "lanes FRECPE"),
            (FRsqrtEst, "frsqrtest", V1, "lanes FRSQRTE"),
            (FRecipStep, "frecipstep", V2, "lanes 2 - ab, rounded once"),
            (FRsqrtStep, "frsqrtstep", V2, "lanes (3 - ab) / 2, rounded once"),
            (FRecipX, "frecipx", V1, "lanes FRECPX"),
            (FCmpEq, "fcmpeq", V2, "lanes all ones where a == b"),
            (FCmpGe, "fcmpge", V2, "lanes all ones where a >= b"),
            (FCmpGt, "fcmpgt", V2, "lanes all ones where a > b"),
            (FRound, "fround", V1, "lanes to integral; aux: RoundFlags"),
            (FRoundInt, "froundint", V1, "lanes to integral of imm bits; aux: RoundFlags"),
            (FToInt, "ftoint", V1, "lanes to fixed point, imm fraction bits; aux: ConvFlags"),
            (IntToF, "inttof", V1, "lanes from fixed point, imm fraction bits; aux: ConvFlags"),
            (FWiden, "fwiden", V1, "lanes of the low half, to twice the size"),
            (FNarrow, "fnarrow", V1, "lanes to half the size, in the low half; aux 1: to odd"),
            (FConvert, "fconvert", V1, "lowest lane to lane size aux"),
            (FJsConvert, "fjsconvert", V1, "lowest lane FJCVTZS; NZCV"),
            (FCompare, "fcompare", FCompare, "NZCV of the lowest lanes; aux 1: signals quiet NaNs"),
            // Cryptography: the manual's functions of the same names.
            (AesE, "aese", V2, "AESE"),
            (AesD, "aesd", V2, "AESD"),
            (AesMc, "aesmc", V1, "AESMC"),
            (AesImc, "aesimc", V1, "AESIMC"),
            (Sha1C, "sha1c", V3, "SHA1C of c (d), a (n), b (m)"),
            (Sha1P, "sha1p", V3, "SHA1P"),
            (Sha1M, "sha1m", V3, "SHA1M"),
            (Sha1H, "sha1h", V1, "SHA1H"),
            (Sha1Su0, "sha1su0", V3, "SHA1SU0"),
            (Sha1Su1, "sha1su1", V2, "SHA1SU1 of a (d), b (n)"),
            (Sha256H, "sha256h", V3, "SHA256H"),
            (Sha256H2, "sha256h2", V3, "SHA256H2"),
            (Sha256Su0, "sha256su0", V2, "SHA256SU0 of a (d), b (n)"),
            (Sha256Su1, "sha256su1", V3, "SHA256SU1"),
            // Ends of blocks. Where control may fall through, it goes to the block's end.
            (Jump, "jump", End, "to imm"),
            (JumpReg, "jumpreg", End, "to a"),
            (BranchCond, "bcond", End, "to imm if condition aux holds"),
            (BranchZ, "bz", End, "to imm if a (of shape's width) is 0"),
            (BranchNz, "bnz", End, "to imm if a (of shape's width) is not 0"),
            (BranchBitZ, "bbitz", End, "to imm if bit aux of a is 0"),
            (BranchBitNz, "bbitnz", End, "to imm if bit aux of a is 1"),
            (ExitSyscall, "syscall", End, "leave: supervisor call aux"),
            (ExitBreak, "break", End, "leave: breakpoint aux"),
            (ExitHalt, "halt", End, "leave: halt aux"),
            (ExitUndefined, "undefined", End, "leave: undefined word imm"),
        }
    };
}

macro_rules! define {
    ($(($name:ident, $text:literal, $class:ident, $doc:literal),)*) => {
        /// What a micro-op does.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[repr(u8)]
        pub enum Op {
            $(#[doc = $doc] $name,)*
        }

        impl Op {
            /// Every op, in table order.
            pub const ALL: &[Self] = &[$(Self::$name,)*];

            /// The name in the text form.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self { $(Self::$name => $text,)* }
            }

            /// The operands.
            #[must_use]
            pub const fn class(self) -> Class {
                match self { $(Self::$name => Class::$class,)* }
            }

            /// What it computes, in a line.
            #[must_use]
            pub const fn doc(self) -> &'static str {
                match self { $(Self::$name => $doc,)* }
            }
        }
    };
}
for_each_op!(define);

impl Op {
    /// The op with this table position.
    #[must_use]
    pub const fn from_index(index: u8) -> Self {
        Self::ALL[index as usize]
    }

    /// The op of this name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|op| op.name() == name)
    }

    /// Can it fault?
    #[must_use]
    pub const fn faults(self) -> bool {
        matches!(
            self.class(),
            Class::Load | Class::LoadV | Class::Store | Class::StoreV | Class::Atomic
        )
    }
}
