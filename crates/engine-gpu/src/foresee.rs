//! Which ops an interpreter has before any code is seen.

use crate::code::Code;
use crate::kernel::Case;
use crate::lower;
use ncpu_uop::{Class, Op, Shape};

/// Tells `code` the ops that ordinary code consists of, so that the interpreter seldom grows.
pub(crate) fn foresee(code: &mut Code) {
    for op in Op::ALL.iter().copied() {
        let shapes: &[Shape] = match op.class() {
            Class::S1 | Class::S2 | Class::S3 | Class::OnCond | Class::Flags => {
                &[Shape::W32, Shape::W64]
            }
            Class::Load | Class::Store | Class::Atomic => {
                &[Shape::W8, Shape::W16, Shape::W32, Shape::W64]
            }
            Class::End => &[Shape::W32, Shape::W64],
            _ => &[],
        };
        for shape in shapes {
            code.foresee(Case { op, shape: *shape });
        }
    }
}

/// Tells `code` every op in every shape that blocks have.
pub(crate) fn foresee_all(code: &mut Code) {
    for op in Op::ALL.iter().copied() {
        for lane in 0..4 {
            match op.class() {
                Class::V1 | Class::V2 | Class::V3 | Class::FCompare => {
                    let shape = Shape::lanes(lane, true);
                    if lower::is_float(op) || lower::has_vector(op, lane) {
                        code.foresee(Case { op, shape });
                    }
                }
                Class::VFromS => {
                    for total in lane..=4 {
                        code.foresee(Case { op, shape: Shape::vector(lane, total) });
                    }
                }
                _ => code.foresee(Case { op, shape: Shape(lane) }),
            }
        }
    }
}
