//! Advanced SIMD permute, extract and table lookup (C4.1.96).

use super::Cx;
use crate::emit::Emit;
use ncpu_isa::Enc;
use ncpu_uop::{Op, Shape};

pub(super) fn execute<E: Emit>(cx: &mut Cx<E>) -> bool {
    use Enc as N;
    let (ints, bytes) = (Shape::lanes(cx.i.size() as u8, cx.i.q()), cx.bytes());
    match cx.i.enc {
        N::Uzp1Vec => permute(cx, Op::VUzp1, ints, 0),
        N::Uzp2Vec => permute(cx, Op::VUzp2, ints, 0),
        N::Trn1Vec => permute(cx, Op::VTrn1, ints, 0),
        N::Trn2Vec => permute(cx, Op::VTrn2, ints, 0),
        N::Zip1Vec => permute(cx, Op::VZip1, ints, 0),
        N::Zip2Vec => permute(cx, Op::VZip2, ints, 0),
        N::ExtVec => permute(cx, Op::VExt, bytes, cx.i.imm4() as u16),
        N::Tbl => {
            let zeroes = cx.zeroes();
            look_up(cx, zeroes);
        }
        N::Tbx => {
            let d = cx.vd();
            look_up(cx, d);
        }
        _ => return false,
    }
    true
}

fn permute<E: Emit>(cx: &mut Cx<E>, op: Op, shape: Shape, aux: u16) {
    let (n, m) = (cx.vn(), cx.vm());
    let r = cx.v2_with(op, shape, n, m, aux);
    cx.set_vd(r);
}

/// The table is one to four registers from Vn on; indices past it give `otherwise`.
fn look_up<E: Emit>(cx: &mut Cx<E>, otherwise: E::Q) {
    let count = cx.i.bits(14, 13) + 1;
    let (first, indices, shape) = (cx.i.rn(), cx.vm(), cx.bytes());
    let mut r = otherwise;
    for k in 0..count {
        let table = cx.v((first + k) % 32);
        r = table_step(cx, shape, table, indices, r, k);
    }
    cx.set_vd(r);
}

/// `r` with the bytes whose indices fall into register `k` of a table taken from there.
pub(super) fn table_step<E: Emit>(
    cx: &mut Cx<E>,
    shape: Shape,
    table: E::Q,
    indices: E::Q,
    r: E::Q,
    k: u32,
) -> E::Q {
    cx.e.vop(Op::VTbl, shape, [table, indices, r], k as u16, 0)
}
