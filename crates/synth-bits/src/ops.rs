//! The operations once more, always inlined: loops over rows choose the operation outside.

use ncpu_term::Op;

/// The value of an operation, as [`Op::bits`] defines it; 0 for operations that bits do not have.
#[inline(always)]
pub(crate) fn bits(op: Op, a: u64, b: u64) -> u64 {
    let (sa, sb) = (a as i64, b as i64);
    match op {
        Op::And => a & b,
        Op::Or => a | b,
        Op::Xor => a ^ b,
        Op::Add => a.wrapping_add(b),
        Op::Sub => a.wrapping_sub(b),
        Op::Shr => a.wrapping_shr(b as u32),
        Op::Shl => a.wrapping_shl(b as u32),
        Op::Sar => sa.wrapping_shr(b as u32) as u64,
        Op::Mul => a.wrapping_mul(b),
        Op::Not => !a,
        Op::Neg => a.wrapping_neg(),
        Op::Rol => a.rotate_left((b % 64) as u32),
        Op::Ror => a.rotate_right((b % 64) as u32),
        Op::Eq => (a == b).into(),
        Op::Ne => (a != b).into(),
        Op::Lt => (a < b).into(),
        Op::Le => (a <= b).into(),
        Op::Slt => (sa < sb).into(),
        Op::Sle => (sa <= sb).into(),
        Op::Min => a.min(b),
        Op::Max => a.max(b),
        Op::Smin => sa.min(sb) as u64,
        Op::Smax => sa.max(sb) as u64,
        Op::Umulh => (u128::from(a) * u128::from(b) >> 64) as u64,
        Op::Smulh => (i128::from(sa) * i128::from(sb) >> 64) as u64,
        Op::Popcount => a.count_ones().into(),
        Op::Clz => a.leading_zeros().into(),
        Op::Ctz => a.trailing_zeros().into(),
        Op::Bswap => a.swap_bytes(),
        op => op.bits(a, b).unwrap_or(0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ncpu_term::Domain;

    #[test]
    fn operations_are_those_of_the_language() {
        let values =
            [0, 1, 2, 63, 64, 0xff, 1 << 63, u64::MAX, u64::MAX >> 1, 0x0123_4567_89ab_cdef];
        for op in Op::ALL.iter().filter(|op| op.is_in(Domain::Bits)) {
            for a in values {
                for b in values {
                    assert_eq!(Some(bits(*op, a, b)), op.bits(a, b), "{op:?} {a:x} {b:x}");
                }
            }
        }
    }
}
