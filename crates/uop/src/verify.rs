//! The verifier: what every block must satisfy, whoever made it.

use crate::block::{Block, Uop};
use crate::op::Class;
use crate::slot;
use crate::{Op, Shape};

/// Checks a block.
///
/// # Errors
/// The index of the offending op (or the number of ops) and what is wrong with it.
pub fn verify(block: &Block) -> Result<(), (usize, &'static str)> {
    let last = block.ops.len().checked_sub(1).ok_or((0, "a block needs an end"))?;
    if block.insns.first().is_none_or(|(op, pc)| *op != 0 || *pc != block.pc) {
        return Err((0, "the first instruction must start at the block's pc and first op"));
    }
    if !block.insns.is_sorted_by(|a, b| a.0 <= b.0 && a.1 < b.1) {
        return Err((0, "instructions must be in order"));
    }
    for (i, u) in block.ops.iter().enumerate() {
        let is_end = u.op.class() == Class::End;
        if is_end != (i == last) {
            return Err((i, "the last op and only it must be an end"));
        }
        check(u).map_err(|why| (i, why))?;
    }
    Ok(())
}

fn check(u: &Uop) -> Result<(), &'static str> {
    use Class::{
        Atomic, End, FCompare, Flags, Load, LoadV, OnCond, S1, S2, S3, SFromV, Store, StoreV, V1,
        V2, V3, VFromS, VInsert,
    };
    let class = u.op.class();
    let scalar_shape = u.shape.total() == 0;
    match class {
        V1 | V2 | V3 | VFromS | SFromV | VInsert | FCompare => {
            if !vector_shape(u.shape) {
                return Err("a vector op needs lanes and a total of at most 16 bytes");
            }
        }
        Load | Store | Atomic | LoadV | StoreV => {
            if !scalar_shape || u.shape.lane() > 4 {
                return Err("a memory op needs a size of at most 16 bytes");
            }
        }
        S1 | S2 | S3 | Flags | OnCond | End => {
            if !scalar_shape || u.shape.lane() > 3 {
                return Err("a scalar op needs a width of at most 64 bits");
            }
        }
    }
    let b_imm_allowed =
        matches!(class, S1 | S2 | S3 | Flags | OnCond | Load | LoadV | Store | StoreV);
    if u.b == slot::IMM && !b_imm_allowed {
        return Err("this op takes no immediate operand");
    }
    if u.a == slot::IMM || u.c == slot::IMM || u.dst == slot::IMM {
        return Err("only operand b can be the immediate");
    }
    if matches!(u.dst, slot::ZERO | 33) {
        return Err("the zero slot must not be written");
    }
    let reads_sink = [u.a, u.b, u.c].iter().any(|s| matches!(*s, slot::SINK | 35));
    if reads_sink {
        return Err("the sink must not be read");
    }
    if matches!(u.op, Op::Ubfx | Op::Sbfx | Op::Bfi) && (u.aux >> 6 == 0 || u.aux >> 6 > 64) {
        return Err("a field needs a width from 1 to 64");
    }
    Ok(())
}

fn vector_shape(shape: Shape) -> bool {
    shape.total() <= 4 && shape.lane() <= shape.total() && shape.lane() <= 4
}
