//! Which function executes an op.

use crate::code::{Code, Function};
use crate::ops;
use ncpu_uop::{Block, Class, Op, Shape, Uop, slot};

/// Instances of a scalar function for the two usual widths and both kinds of operand `b`.
macro_rules! scalar {
    ($u:ident, $function:ident: $($op:ident)*) => {
        match ($u.op, $u.shape, $u.b == slot::IMM) {
            $(
                (Op::$op, Shape::W32, false) => Some(ops::$function::<{ Op::$op as u8 }, 2, false> as Function),
                (Op::$op, Shape::W64, false) => Some(ops::$function::<{ Op::$op as u8 }, 3, false> as Function),
                (Op::$op, Shape::W32, true) => Some(ops::$function::<{ Op::$op as u8 }, 2, true> as Function),
                (Op::$op, Shape::W64, true) => Some(ops::$function::<{ Op::$op as u8 }, 3, true> as Function),
            )*
            _ => None,
        }
    };
}

/// The same for 16 bits, which machines of small words have (MUXLEQ).
macro_rules! halves {
    ($u:ident, $function:ident: $($op:ident)*) => {
        match ($u.op, $u.shape, $u.b == slot::IMM) {
            $(
                (Op::$op, Shape::W16, false) => Some(ops::$function::<{ Op::$op as u8 }, 1, false> as Function),
                (Op::$op, Shape::W16, true) => Some(ops::$function::<{ Op::$op as u8 }, 1, true> as Function),
            )*
            _ => None,
        }
    };
}

/// Instances of the vector function for the given shapes.
macro_rules! vectors {
    ($u:ident, [$($shape:literal)*]: $op:ident) => {
        match $u.shape.0 {
            $($shape => Some(ops::vector::<{ Op::$op as u8 }, $shape> as Function),)*
            _ => None,
        }
    };
}

/// By memory size, indexed or not.
macro_rules! sized {
    ($u:ident, $($size:literal => $function:ident),*) => {
        match ($u.shape.lane(), $u.b != slot::IMM) {
            $(
                ($size, false) => ops::$function::<false> as Function,
                ($size, true) => ops::$function::<true> as Function,
            )*
            _ => unreachable!("verified shapes"),
        }
    };
}

/// Where a block probably goes on, if that is a known place and code may be joined there: jumps are
/// followed, backward branches are taken, forward ones are not. A jump to the very next instruction
/// is where fresh code must be looked up (ISB), or where a block became too long.
pub(crate) fn likely_successor(block: &Block) -> Option<u64> {
    let end = block.ops.last()?;
    match end.op {
        Op::Jump => (end.imm != block.end).then_some(end.imm),
        Op::BranchCond | Op::BranchZ | Op::BranchNz | Op::BranchBitZ | Op::BranchBitNz => {
            Some(if end.imm < block.end { end.imm } else { block.end })
        }
        _ => None,
    }
}

/// Appends a block's ops. With `follow` (a guard's out and where the code goes on) the end becomes a
/// guard, or nothing where it is a plain jump. Tells, for a guard, whether its other way is to fall
/// through.
pub(crate) fn append(code: &mut Vec<Code>, ops: &[Uop], follow: Option<(u8, u64)>) -> Option<bool> {
    let (end, body) = ops.split_last()?;
    code.extend(body.iter().map(|u| Code::new(u, function(u))));
    let Some((out, next)) = follow else {
        if let Some(compare) = body.last()
            && let Some(fused) = compare_and_branch(compare, end)
            && let Some(last) = code.last_mut()
        {
            last.set_function(fused);
        }
        code.push(Code::new(end, function(end)));
        return None;
    };
    if end.op == Op::Jump {
        return None;
    }
    let taken = end.imm == next;
    let guarded = Uop { dst: out, ..*end };
    if let Some(compare) = body.last()
        && let Some(fused) = compare_and_guard(compare, end, taken)
        && let Some(last) = code.last_mut()
    {
        last.set_function(fused);
    }
    code.push(Code::new(&guarded, guard(end, taken)));
    Some(taken)
}

/// A branch that goes on with the next op if it goes the `taken` way, and else leaves.
fn guard(end: &Uop, taken: bool) -> Function {
    match (end.op, end.shape, taken) {
        (Op::BranchCond, _, true) => ops::guard_cond::<true>,
        (Op::BranchCond, _, false) => ops::guard_cond::<false>,
        (Op::BranchZ, Shape::W32, true) | (Op::BranchNz, Shape::W32, false) => {
            ops::guard_zero::<2, true>
        }
        (Op::BranchZ, Shape::W32, false) | (Op::BranchNz, Shape::W32, true) => {
            ops::guard_zero::<2, false>
        }
        (Op::BranchZ, _, true) | (Op::BranchNz, _, false) => ops::guard_zero::<3, true>,
        (Op::BranchZ, _, false) | (Op::BranchNz, _, true) => ops::guard_zero::<3, false>,
        (Op::BranchBitZ, _, true) | (Op::BranchBitNz, _, false) => ops::guard_bit::<false>,
        _ => ops::guard_bit::<true>,
    }
}

macro_rules! fused {
    ($function:ident, $compare:ident, $cond:expr, [$($c:literal)*]) => {
        match ($compare.op, $compare.shape, $compare.b == slot::IMM, $cond) {
            $(
                (Op::SubF, Shape::W32, false, $c) => Some(ops::$function::<{ Op::SubF as u8 }, 2, false, $c> as Function),
                (Op::SubF, Shape::W64, false, $c) => Some(ops::$function::<{ Op::SubF as u8 }, 3, false, $c> as Function),
                (Op::SubF, Shape::W32, true, $c) => Some(ops::$function::<{ Op::SubF as u8 }, 2, true, $c> as Function),
                (Op::SubF, Shape::W64, true, $c) => Some(ops::$function::<{ Op::SubF as u8 }, 3, true, $c> as Function),
            )*
            _ => None,
        }
    };
}

/// One function for a comparison and the conditional branch behind it.
fn compare_and_branch(compare: &Uop, end: &Uop) -> Option<Function> {
    if end.op != Op::BranchCond {
        return None;
    }
    fused!(compare_and_branch, compare, end.aux, [0 1 2 3 8 9 10 11 12 13])
}

/// One function for a comparison and the guard behind it, which wants the branch to go one way.
fn compare_and_guard(compare: &Uop, end: &Uop, taken: bool) -> Option<Function> {
    if end.op != Op::BranchCond {
        return None;
    }
    let wanted = if taken { end.aux } else { ncpu_uop::cond::invert(end.aux) };
    fused!(compare_and_guard, compare, wanted, [0 1 2 3 8 9 10 11 12 13])
}

/// The function that executes `u`.
fn function(u: &Uop) -> Function {
    match u.op.class() {
        Class::S1 | Class::S2 | Class::S3 | Class::OnCond | Class::Flags => scalar(u),
        Class::Load | Class::LoadV | Class::Store | Class::StoreV => memory(u),
        Class::Atomic => ops::atomic,
        Class::V1 | Class::V2 | Class::V3 => vector(u),
        Class::VFromS => match (u.op, u.shape.lane()) {
            (Op::VConst, _) => ops::vector_constant,
            (Op::VFromX, 3) => ops::from_x64,
            _ => ops::from_scalar,
        },
        Class::SFromV => ops::lane,
        Class::VInsert => ops::insert,
        Class::FCompare => match u.shape.lane() {
            1 => ops::compare::<0x11>,
            2 => ops::compare::<0x22>,
            _ => ops::compare::<0x33>,
        },
        Class::End => end(u),
    }
}

fn scalar(u: &Uop) -> Function {
    match (u.op, u.shape) {
        (Op::Const, _) => return ops::constant,
        (Op::Mov, Shape::W64) => return ops::mov64,
        _ => {}
    }
    scalar!(u, calculate: Mov Add Sub Mul And Or Xor AndNot OrNot XorNot Shl Shr Sar Ror UDiv SDiv
        UMulHi SMulHi CmpEq CmpLtU CmpLtS Clz Cls Rbit RevBytes Ubfx Sbfx Bfi Extr
        MAdd MSub Select Cond Csel Adc Sbc)
    .or(scalar!(u, flags: AddF SubF AndF AdcF SbcF))
    .or(halves!(u, calculate: Add Sub And Or Xor AndNot CmpEq CmpLtU CmpLtS Select))
    .unwrap_or(ops::any_scalar as Function)
}

fn memory(u: &Uop) -> Function {
    match u.op {
        Op::Load => sized!(u, 0 => load8, 1 => load16, 2 => load32, 3 => load64),
        Op::LoadS32 => sized!(u, 0 => load8_s32, 1 => load16_s32, 2 => load32),
        Op::LoadS64 => sized!(u, 0 => load8_s64, 1 => load16_s64, 2 => load32_s64, 3 => load64),
        Op::LoadV => {
            sized!(u, 0 => loadv8, 1 => loadv16, 2 => loadv32, 3 => loadv64, 4 => loadv128)
        }
        Op::Store => sized!(u, 0 => store8, 1 => store16, 2 => store32, 3 => store64),
        _ => sized!(u, 4 => store128),
    }
}

fn vector(u: &Uop) -> Function {
    let hot = match u.op {
        Op::VMov => vectors!(u, [0x30 0x40]: VMov),
        Op::VAnd => vectors!(u, [0x30 0x40]: VAnd),
        Op::VOr => vectors!(u, [0x30 0x40]: VOr),
        Op::VXor => vectors!(u, [0x30 0x40]: VXor),
        Op::VAndNot => vectors!(u, [0x30 0x40]: VAndNot),
        Op::VNot => vectors!(u, [0x30 0x40]: VNot),
        Op::VSelect => vectors!(u, [0x30 0x40]: VSelect),
        Op::VPair => vectors!(u, [0x40 0x41 0x42 0x43]: VPair),
        Op::VAdd => vectors!(u, [0x30 0x40 0x41 0x42 0x43 0x33]: VAdd),
        Op::VSub => vectors!(u, [0x40 0x41 0x42 0x43]: VSub),
        Op::VMul => vectors!(u, [0x41 0x42]: VMul),
        Op::VCmpEq => vectors!(u, [0x30 0x40 0x41 0x42 0x43]: VCmpEq),
        Op::VCmpGtU => vectors!(u, [0x30 0x40 0x42]: VCmpGtU),
        Op::VCmpGeU => vectors!(u, [0x30 0x40 0x42]: VCmpGeU),
        Op::VTst => vectors!(u, [0x30 0x40]: VTst),
        Op::VMaxU => vectors!(u, [0x30 0x40 0x42]: VMaxU),
        Op::VMinU => vectors!(u, [0x30 0x40 0x42]: VMinU),
        Op::VUzp1 => vectors!(u, [0x30 0x40 0x42 0x43]: VUzp1),
        Op::VUzp2 => vectors!(u, [0x30 0x40 0x42 0x43]: VUzp2),
        Op::VZip1 => vectors!(u, [0x40 0x41 0x42 0x43]: VZip1),
        Op::VExt => vectors!(u, [0x30 0x40]: VExt),
        Op::VNarrow => vectors!(u, [0x41 0x42 0x43]: VNarrow),
        Op::VShl => vectors!(u, [0x41 0x42 0x43]: VShl),
        Op::VShrU => vectors!(u, [0x40 0x41 0x42 0x43]: VShrU),
        Op::VWiden => vectors!(u, [0x40 0x41 0x42]: VWiden),
        Op::FAdd => vectors!(u, [0x22 0x33 0x42 0x43]: FAdd),
        Op::FSub => vectors!(u, [0x22 0x33 0x42 0x43]: FSub),
        Op::FMul => vectors!(u, [0x22 0x33 0x42 0x43]: FMul),
        Op::FDiv => vectors!(u, [0x22 0x33 0x42 0x43]: FDiv),
        Op::FSqrt => vectors!(u, [0x22 0x33]: FSqrt),
        Op::FMulAdd => vectors!(u, [0x22 0x33 0x42 0x43]: FMulAdd),
        Op::FNeg => vectors!(u, [0x22 0x33]: FNeg),
        Op::FAbs => vectors!(u, [0x22 0x33]: FAbs),
        Op::FToInt => vectors!(u, [0x22 0x33]: FToInt),
        Op::IntToF => vectors!(u, [0x22 0x33]: IntToF),
        Op::FConvert => vectors!(u, [0x22 0x33]: FConvert),
        Op::FMax => vectors!(u, [0x22 0x33]: FMax),
        Op::FMin => vectors!(u, [0x22 0x33]: FMin),
        Op::FJsConvert => return ops::js_convert,
        _ => None,
    };
    hot.unwrap_or(ops::any_vector)
}

fn end(u: &Uop) -> Function {
    match (u.op, u.shape) {
        (Op::Jump, _) => ops::jump,
        (Op::JumpReg, _) => ops::jump_register,
        (Op::BranchCond, _) => ops::branch_cond,
        (Op::BranchZ, Shape::W32) => ops::branch_zero::<2, true>,
        (Op::BranchZ, _) => ops::branch_zero::<3, true>,
        (Op::BranchNz, Shape::W32) => ops::branch_zero::<2, false>,
        (Op::BranchNz, _) => ops::branch_zero::<3, false>,
        (Op::BranchBitZ, _) => ops::branch_bit::<false>,
        (Op::BranchBitNz, _) => ops::branch_bit::<true>,
        _ => ops::exit,
    }
}
