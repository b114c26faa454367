//! The table of floating-point ops: which function of a lane computes each, and how.

use super::{Bits, Lane, compare, convert, divide, estimate, fixed, fused};
use ncpu_shader::{Build, U32};
use ncpu_uop::Op;

/// A function of one lane.
#[derive(Clone, Copy)]
pub(super) struct Function {
    pub(super) name: &'static str,
    pub(super) body: for<'k> fn(&'k Build<'k>, Lane<'k>) -> Bits<'k>,
}

macro_rules! functions {
    ($($constant:ident $name:literal $body:path;)*) => {$(
        pub(super) const $constant: Function = Function { name: $name, body: $body };
    )*};
}
functions! {
    FUSED "float_fused" fused::fused;
    FUSED_HALVES "float_fused_halves" fused::fused_halves;
    DIVIDE "float_divide" divide::divide;
    ROOT "float_root" divide::root;
    SIGN "float_sign" compare::sign;
    SELECT "float_select" compare::select;
    COMPARE "float_compare" compare::compare;
    COMPARE_FLAGS "float_compare_flags" compare::compare_flags;
    RECIP "float_recip" estimate::recip;
    RSQRT "float_rsqrt" estimate::rsqrt;
    RECPX "float_recpx" estimate::recpx;
    INTEGRAL "float_integral" fixed::integral;
    TO_FIXED "float_to_fixed" fixed::to_fixed;
    FROM_FIXED "float_from_fixed" fixed::from_fixed;
    JS "float_js" fixed::js;
    CONVERT "float_convert" convert::convert;
}

/// What tells a function what to do.
#[derive(Clone, Copy)]
pub(super) enum How {
    Is(u32),
    Aux,
    AuxAndImm,
    /// The lane size of a conversion's result: twice, half (and how to round), or `aux`.
    Wider,
    Narrower,
    Lane,
}

/// Every op: the function of a lane that computes it, and how.
pub(super) const OPS: [(Op, Function, How); 31] = [
    (Op::FAdd, FUSED, How::Is(fused::ADD)),
    (Op::FSub, FUSED, How::Is(fused::SUB)),
    (Op::FMulAdd, FUSED, How::Is(fused::MUL_ADD)),
    (Op::FMul, FUSED, How::Is(fused::MUL)),
    (Op::FMulX, FUSED, How::Is(fused::MUL_X)),
    (Op::FRecipStep, FUSED, How::Is(fused::RECIP_STEP)),
    (Op::FRsqrtStep, FUSED, How::Is(fused::RSQRT_STEP)),
    (Op::FMulAddH, FUSED_HALVES, How::Is(fused::MUL_ADD)),
    (Op::FDiv, DIVIDE, How::Is(0)),
    (Op::FSqrt, ROOT, How::Is(0)),
    (Op::FAbs, SIGN, How::Is(compare::ABS)),
    (Op::FNeg, SIGN, How::Is(compare::NEG)),
    (Op::FMax, SELECT, How::Is(compare::MAX)),
    (Op::FMin, SELECT, How::Is(compare::MIN)),
    (Op::FMaxNum, SELECT, How::Is(compare::MAX | compare::NUMBER)),
    (Op::FMinNum, SELECT, How::Is(compare::MIN | compare::NUMBER)),
    (Op::FCmpEq, COMPARE, How::Is(compare::EQ)),
    (Op::FCmpGe, COMPARE, How::Is(compare::GE)),
    (Op::FCmpGt, COMPARE, How::Is(compare::GT)),
    (Op::FCompare, COMPARE_FLAGS, How::Aux),
    (Op::FRecipEst, RECIP, How::Is(0)),
    (Op::FRsqrtEst, RSQRT, How::Is(0)),
    (Op::FRecipX, RECPX, How::Is(0)),
    (Op::FRound, INTEGRAL, How::Aux),
    (Op::FRoundInt, INTEGRAL, How::AuxAndImm),
    (Op::FToInt, TO_FIXED, How::AuxAndImm),
    (Op::IntToF, FROM_FIXED, How::AuxAndImm),
    (Op::FJsConvert, JS, How::Is(0)),
    (Op::FWiden, CONVERT, How::Wider),
    (Op::FNarrow, CONVERT, How::Narrower),
    (Op::FConvert, CONVERT, How::Lane),
];

impl How {
    pub(super) fn value<'k>(
        self,
        k: &'k Build<'k>,
        lane: U32<'k>,
        aux: U32<'k>,
        imm: U32<'k>,
    ) -> U32<'k> {
        match self {
            Self::Is(how) => k.u32(how),
            Self::Aux => aux,
            Self::AuxAndImm => aux | imm.shl(16),
            Self::Wider => lane + 1,
            Self::Narrower => (lane - 1) | k.select(aux.eq(1), k.u32(convert::TO_ODD), k.u32(0)),
            Self::Lane => aux & 3,
        }
    }
}
