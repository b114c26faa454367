//! Scalar ops; the meaning is that of [`ncpu_uop::scalar`].

use super::{Operands, Results};
use ncpu_nalu::{Builder, zero_extend};
use ncpu_uop::{Op, Shape};

/// An op of class S1, S2, S3, OnCond or Flags, if it is one.
pub fn scalar(b: &mut Builder, op: Op, shape: Shape, _aux: u16, x: &Operands) -> Option<Results> {
    let bits = shape.bits() as usize;
    let value = match op {
        Op::Add => b.add(&x.a[..bits], &x.b[..bits]),
        _ => return None,
    };
    Some(Results { value: zero_extend(&value, 64), ..Results::default() })
}
