//! Scalar floating point, Advanced SIMD and cryptography (C4.1.95).

use super::cx::Cx;
use crate::emit::Emit;

pub(super) fn execute<E: Emit>(_cx: &mut Cx<E>) -> bool {
    false
}
