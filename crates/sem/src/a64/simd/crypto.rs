//! Cryptography: AES, SHA1 and SHA256 (C4.1.96).

use super::Cx;
use crate::emit::Emit;
use ncpu_isa::Enc;
use ncpu_uop::{Op, Shape};

pub(super) fn execute<E: Emit>(cx: &mut Cx<E>) -> bool {
    use Enc as N;
    match cx.i.enc {
        N::Aese => d_and_n(cx, Op::AesE),
        N::Aesd => d_and_n(cx, Op::AesD),
        N::Aesmc => only_n(cx, Op::AesMc),
        N::Aesimc => only_n(cx, Op::AesImc),
        N::Sha1c => all(cx, Op::Sha1C),
        N::Sha1p => all(cx, Op::Sha1P),
        N::Sha1m => all(cx, Op::Sha1M),
        N::Sha1h => only_n(cx, Op::Sha1H),
        N::Sha1su0 => all(cx, Op::Sha1Su0),
        N::Sha1su1 => d_and_n(cx, Op::Sha1Su1),
        N::Sha256h => all(cx, Op::Sha256H),
        N::Sha256h2 => all(cx, Op::Sha256H2),
        N::Sha256su0 => d_and_n(cx, Op::Sha256Su0),
        N::Sha256su1 => all(cx, Op::Sha256Su1),
        _ => return false,
    }
    true
}

fn only_n<E: Emit>(cx: &mut Cx<E>, op: Op) {
    let n = cx.vn();
    let r = cx.v1(op, Shape::V16B, n);
    cx.set_vd(r);
}

fn d_and_n<E: Emit>(cx: &mut Cx<E>, op: Op) {
    let (d, n) = (cx.vd(), cx.vn());
    let r = cx.v2(op, Shape::V16B, d, n);
    cx.set_vd(r);
}

fn all<E: Emit>(cx: &mut Cx<E>, op: Op) {
    let (d, n, m) = (cx.vd(), cx.vn(), cx.vm());
    let r = cx.v3(op, Shape::V16B, [n, m, d]);
    cx.set_vd(r);
}
