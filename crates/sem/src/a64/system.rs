//! Hints, barriers, cache maintenance and the system registers that user programs see (C5).

use super::cx::Cx;
use crate::emit::{Address, Emit};
use ncpu_isa::Enc;
use ncpu_uop::{Op, Shape, slot};

pub(super) fn execute<E: Emit>(cx: &mut Cx<E>) -> bool {
    use Enc as N;
    match cx.i.enc {
        // Pointer authentication in the hint space does nothing where the feature is absent, and
        // BTI pages are not enforced (Linux enforces only where the hardware has the feature).
        N::Hint | N::Nop | N::Yield | N::Wfe | N::Wfi | N::Sev | N::Sevl | N::Dgh => {}
        N::Xpaclri | N::Pacia1716 | N::Pacib1716 | N::Autia1716 | N::Autib1716 => {}
        N::Esb | N::PsbCsync | N::TsbCsync | N::Csdb | N::Bti => {}
        N::Paciaz | N::Paciasp | N::Pacibz | N::Pacibsp => {}
        N::Autiaz | N::Autiasp | N::Autibz | N::Autibsp => {}
        // One vcpu runs at a time, so barriers between vcpus hold by themselves.
        N::Dsb | N::Dmb => {}
        N::Isb => cx.jump(cx.next()),
        N::Clrex => {
            let none = cx.imm(slot::NO_EXCL);
            cx.e.set(slot::EXCL_ADDR, none);
        }
        N::Cfinv => {
            let flags = cx.e.get(slot::NZCV);
            let flags = cx.op2i(Op::Xor, Shape::W64, flags, 2);
            cx.e.set(slot::NZCV, flags);
        }
        N::Axflag => arm_to_external_flags(cx),
        N::Xaflag => external_to_arm_flags(cx),
        N::Sys => return system_instruction(cx),
        N::Mrs => return read_register(cx),
        N::Msr => return write_register(cx),
        _ => return false,
    }
    true
}

/// One flag as 0 or 1.
fn flag<E: Emit>(cx: &mut Cx<E>, bit: u32) -> E::X {
    let flags = cx.e.get(slot::NZCV);
    cx.field(false, flags, bit, 1)
}

fn set_flags<E: Emit>(cx: &mut Cx<E>, flags: [E::X; 4]) {
    let mut packed = cx.imm(0);
    for f in flags {
        let shifted = cx.op2i(Op::Shl, Shape::W64, packed, 1);
        packed = cx.op2(Op::Or, Shape::W64, shifted, f);
    }
    cx.e.set(slot::NZCV, packed);
}

fn arm_to_external_flags<E: Emit>(cx: &mut Cx<E>) {
    let (z, c, v) = (flag(cx, 2), flag(cx, 1), flag(cx, 0));
    let z = cx.op2(Op::Or, Shape::W64, z, v);
    let c = cx.op2(Op::AndNot, Shape::W64, c, v);
    let zero = cx.imm(0);
    set_flags(cx, [zero, z, c, zero]);
}

fn external_to_arm_flags<E: Emit>(cx: &mut Cx<E>) {
    let (z, c) = (flag(cx, 2), flag(cx, 1));
    let one = cx.imm(1);
    let either = cx.op2(Op::Or, Shape::W64, z, c);
    let n = cx.op2(Op::Xor, Shape::W64, either, one);
    let both = cx.op2(Op::And, Shape::W64, z, c);
    let v = cx.op2(Op::AndNot, Shape::W64, z, c);
    set_flags(cx, [n, both, either, v]);
}

/// op0:op1:CRn:CRm:op2 as MRS and MSR encode it.
const fn register(op0: u32, op1: u32, crn: u32, crm: u32, op2: u32) -> u32 {
    op0 << 14 | op1 << 11 | crn << 7 | crm << 3 | op2
}

const NZCV: u32 = register(3, 3, 4, 2, 0);
const FPCR: u32 = register(3, 3, 4, 4, 0);
const FPSR: u32 = register(3, 3, 4, 4, 1);
const CTR_EL0: u32 = register(3, 3, 0, 0, 1);
const DCZID_EL0: u32 = register(3, 3, 0, 0, 7);
const TPIDR_EL0: u32 = register(3, 3, 13, 0, 2);
const TPIDRRO_EL0: u32 = register(3, 3, 13, 0, 3);
const CNTFRQ_EL0: u32 = register(3, 3, 14, 0, 0);
const CNTVCT_EL0: u32 = register(3, 3, 14, 0, 2);

/// log2 of the nanoseconds that one tick of the virtual counter takes: 62.5 MHz.
const COUNTER_SHIFT: u64 = 4;
const COUNTER_FREQUENCY: u64 = 1_000_000_000 >> COUNTER_SHIFT;
/// Bytes that DC ZVA clears; DCZID_EL0.BS is log2 of its words.
const ZVA_BYTES: u64 = 64;

/// The registers of the ID space (op0 3, op1 0, CRn 0) with a value other than 0, as far as Linux
/// shows them to programs (Documentation/arch/arm64/cpu-feature-registers.rst). They must agree
/// with HWCAP.
fn id_register(key: u32) -> u64 {
    const fn id(crm: u32, op2: u32) -> u32 {
        register(3, 0, 0, crm, op2)
    }
    const MIDR: u32 = id(0, 0);
    const MPIDR: u32 = id(0, 5);
    const PFR0: u32 = id(4, 0);
    const PFR1: u32 = id(4, 1);
    const ISAR0: u32 = id(6, 0);
    const ISAR1: u32 = id(6, 1);
    match key {
        // Implementer 0 (software), architecture by ID registers.
        MIDR => 0x000f_0510,
        MPIDR => 0x8000_0000,
        // EL1 and EL0 in AArch64 only; FP and AdvSIMD without half precision (0 means present).
        PFR0 => 0x11,
        // BT: branch target identification is not enforced, so not announced.
        PFR1 => 0,
        // AES with PMULL 2, SHA1, SHA2, CRC32, atomics 2, RDM, DotProd, FHM, TS (FlagM2) 2.
        ISAR0 => {
            2 << 4 | 1 << 8 | 1 << 12 | 1 << 16 | 2 << 20 | 1 << 28 | 1 << 44 | 1 << 48 | 2 << 52
        }
        // JSCVT, LRCPC 2, FRINTTS.
        ISAR1 => 1 << 12 | 2 << 20 | 1 << 32,
        _ => 0,
    }
}

fn read_register<E: Emit>(cx: &mut Cx<E>) -> bool {
    let key = cx.i.sysreg() | 2 << 14;
    let value = match key {
        NZCV => {
            let flags = cx.e.get(slot::NZCV);
            cx.op2i(Op::Shl, Shape::W64, flags, 28)
        }
        FPCR => cx.e.get(slot::FPCR),
        FPSR => cx.e.get(slot::FPSR),
        TPIDR_EL0 => cx.e.get(slot::TPIDR),
        TPIDRRO_EL0 => cx.imm(0),
        CTR_EL0 => cx.imm(0x8444_c004),
        DCZID_EL0 => cx.imm(u64::from((ZVA_BYTES / 4).ilog2())),
        CNTFRQ_EL0 => cx.imm(COUNTER_FREQUENCY),
        CNTVCT_EL0 => {
            if !cx.e.must_be_first() {
                return true;
            }
            let (count, offset) = (cx.e.instruction_count(), cx.e.get(slot::TIME_OFFSET));
            let time = cx.op2(Op::Add, Shape::W64, count, offset);
            cx.op2i(Op::Shr, Shape::W64, time, COUNTER_SHIFT)
        }
        _ if key & !0x7f == register(3, 0, 0, 0, 0) => cx.imm(id_register(key)),
        _ => return false,
    };
    cx.set_x(cx.i.rt(), value);
    true
}

fn write_register<E: Emit>(cx: &mut Cx<E>) -> bool {
    let value = cx.x(cx.i.rt());
    match cx.i.sysreg() | 2 << 14 {
        NZCV => {
            let flags = cx.field(false, value, 28, 4);
            cx.e.set(slot::NZCV, flags);
        }
        FPCR => {
            let bits = cx.op2i(Op::And, Shape::W64, value, slot::FPCR_BITS);
            cx.e.set(slot::FPCR, bits);
        }
        FPSR => {
            let bits = cx.op2i(Op::And, Shape::W64, value, slot::FPSR_BITS);
            cx.e.set(slot::FPSR, bits);
        }
        TPIDR_EL0 => cx.e.set(slot::TPIDR, value),
        _ => return false,
    }
    true
}

/// The cache maintenance that Linux lets user programs do.
fn system_instruction<E: Emit>(cx: &mut Cx<E>) -> bool {
    let i = cx.i;
    match (i.op1(), i.crn(), i.crm(), i.op2()) {
        (3, 7, 4, 1) => zero_block(cx),
        // IC IVAU: code written before is seen after it, so what follows must be lifted anew.
        (3, 7, 5, 1) => cx.jump(cx.next()),
        // DC CVAC, CVAU, CIVAC: memory is always coherent.
        (3, 7, 10 | 11 | 14, 1) => {}
        _ => return false,
    }
    true
}

fn zero_block<E: Emit>(cx: &mut Cx<E>) {
    let address = cx.x(cx.i.rt());
    let base = cx.op2i(Op::And, Shape::W64, address, !(ZVA_BYTES - 1));
    let zero = cx.imm(0);
    let zero = cx.e.vfrom(Op::VConst, Shape::V2D, zero, 0);
    for offset in (0..ZVA_BYTES).step_by(16) {
        cx.e.storeq(Address::new(base, offset), zero);
    }
}
