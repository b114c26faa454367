//! Ops that the kernel does not have, done by the host.

use ncpu_machine::Vcpu;
use ncpu_uop::slot::{self, Slot};
use ncpu_uop::{Class, Op, Uop, fp, scalar, vector};

fn get(v: &Vcpu, s: Slot) -> u64 {
    v.slots[s as usize]
}

fn set(v: &mut Vcpu, s: Slot, value: u64) {
    v.slots[s as usize] = value;
}

fn get_vector(v: &Vcpu, s: Slot) -> u128 {
    u128::from(get(v, s)) | u128::from(get(v, s.wrapping_add(1))) << 64
}

fn set_vector(v: &mut Vcpu, s: Slot, value: u128) {
    set(v, s, value as u64);
    set(v, s.wrapping_add(1), (value >> 64) as u64);
}

/// Does an op that neither touches memory nor ends a block.
pub(crate) fn perform(v: &mut Vcpu, u: &Uop) {
    let (op, shape) = (u.op, u.shape);
    let b = if u.b == slot::IMM { u.imm } else { get(v, u.b) };
    let nzcv = get(v, slot::NZCV);
    let args = scalar::Args { a: get(v, u.a), b, c: get(v, u.c), aux: u.aux, nzcv };
    let mut status = get(v, slot::FPSR);
    match op.class() {
        Class::S1 | Class::S2 | Class::S3 | Class::OnCond => {
            let r = scalar::eval(op, shape, args);
            set(v, u.dst, r);
        }
        Class::Flags => {
            let (r, nzcv) = scalar::eval_flags(op, shape, args);
            set(v, u.dst, r);
            set(v, slot::NZCV, nzcv);
        }
        Class::FCompare => {
            let fpcr = get(v, slot::FPCR);
            let r = fp::compare(shape, args.a, get(v, u.b), u.aux, fpcr, &mut status);
            set(v, slot::NZCV, r);
            set(v, slot::FPSR, status);
        }
        Class::SFromV => {
            let r = vector::lane(shape, get_vector(v, u.a), u.aux.into());
            set(v, u.dst, r);
        }
        Class::VInsert => {
            let r = vector::insert(shape, get_vector(v, u.a), u.aux.into(), get(v, u.b));
            set_vector(v, u.dst, r);
        }
        Class::VFromS if op != Op::VConst => {
            set_vector(v, u.dst, vector::from_scalar(op, shape, args.a));
        }
        _ if op == Op::FJsConvert => {
            let (r, nzcv) = fp::js_convert(args.a, get(v, slot::FPCR), &mut status);
            set_vector(v, u.dst, r.into());
            set(v, slot::NZCV, nzcv);
            set(v, slot::FPSR, status);
        }
        _ => {
            let args = vector::Args {
                a: get_vector(v, u.a),
                b: if u.b == slot::IMM { 0 } else { get_vector(v, u.b) },
                c: get_vector(v, u.c),
                aux: u.aux,
                imm: u.imm,
                fpcr: get(v, slot::FPCR),
            };
            let r = vector::eval(op, shape, args, &mut status);
            set_vector(v, u.dst, r);
            set(v, slot::FPSR, status);
        }
    }
}
