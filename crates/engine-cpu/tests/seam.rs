//! The engine against the seam's promises: exact budgets, precise exits, fresh code.

#![allow(clippy::unwrap_used, reason = "in tests a panic is the failure report")]

use ncpu_engine_cpu::Cpu;
use ncpu_machine::{Engine, Exit, Vcpu};
use ncpu_mem::{Access, AddressSpace, FaultKind, Perms};
use ncpu_sem::{A64, Concrete, Step};

const CODE: u64 = 0x1_0000;

fn machine(words: &[u32]) -> (Cpu, Vcpu, AddressSpace) {
    let mut mem = AddressSpace::new(None);
    mem.map_anonymous(CODE, 0x2000, Perms::RWX, "code").unwrap();
    let bytes: Vec<u8> = words.iter().flat_map(|w| w.to_le_bytes()).collect();
    mem.poke(CODE, &bytes).unwrap();
    (Cpu::new(Box::new(A64)), Vcpu { pc: CODE, ..Vcpu::default() }, mem)
}

/// `movz x0, #1000; loop: add x1, x1, x0; subs x0, x0, #1; b.ne loop; svc #7`.
const SUM: [u32; 5] = [0xd280_7d00, 0x8b00_0021, 0xf100_0400, 0x54ff_ffc1, 0xd400_00e1];

#[test]
fn loops_and_leaves_at_the_syscall() {
    let (mut cpu, mut vcpu, mut mem) = machine(&SUM);
    assert_eq!(cpu.run(&mut vcpu, &mut mem, u64::MAX), Exit::Syscall { imm: 7 });
    assert_eq!((vcpu.x(1), vcpu.pc, vcpu.icount), (500_500, CODE + 20, 3002));
}

/// Every budget stops exactly there, with the state that single steps of the reference give.
#[test]
fn budgets_are_exact() {
    let (_, mut reference, mut reference_mem) = machine(&SUM);
    let (mut cpu, mut vcpu, mut mem) = machine(&SUM);
    for chunk in [1, 2, 3, 4, 5, 7, 11, 64, 100, 333, 701, 1, 5, 64, 97, 333, 200] {
        assert_eq!(cpu.run(&mut vcpu, &mut mem, chunk), Exit::BudgetSpent);
        for _ in 0..chunk {
            assert_eq!(Concrete::step(&mut reference, &mut reference_mem), Step::Done);
        }
        assert_eq!((vcpu.pc, vcpu.icount), (reference.pc, reference.icount));
        assert_eq!(vcpu.slots[..44], reference.slots[..44]);
    }
}

/// `movz x0, #5; ldr x1, [x2]; movz x0, #6`.
#[test]
fn faults_are_precise() {
    let (mut cpu, mut vcpu, mut mem) = machine(&[0xd280_00a0, 0xf940_0041, 0xd280_00c0]);
    vcpu.set_x(2, 0x5000);
    let Exit::Fault(fault) = cpu.run(&mut vcpu, &mut mem, 100) else { panic!("no fault") };
    assert_eq!((fault.addr, fault.access, fault.kind), (0x5000, Access::Read, FaultKind::Unmapped));
    assert_eq!((vcpu.pc, vcpu.x(0), vcpu.icount), (CODE + 4, 5, 1));
}

#[test]
fn undefined_words_and_bad_pcs() {
    let (mut cpu, mut vcpu, mut mem) = machine(&[0xd503_201f, 0]);
    assert_eq!(cpu.run(&mut vcpu, &mut mem, 1), Exit::BudgetSpent);
    assert_eq!((vcpu.pc, vcpu.icount), (CODE + 4, 1));
    assert_eq!(cpu.run(&mut vcpu, &mut mem, 0), Exit::BudgetSpent);
    (vcpu.pc, vcpu.icount) = (CODE, 0);
    assert_eq!(cpu.run(&mut vcpu, &mut mem, 100), Exit::Undefined { word: 0 });
    assert_eq!((vcpu.pc, vcpu.icount), (CODE + 4, 1));
    vcpu.pc = CODE + 2;
    let Exit::Fault(fault) = cpu.run(&mut vcpu, &mut mem, 100) else { panic!("no fault") };
    assert_eq!(fault.kind, FaultKind::Alignment);
}

/// A loop that patches its own increment: `str w3, [x2]; isb` before the patched word.
#[test]
fn written_code_is_seen() {
    // str w3, [x2]; isb; add x0, x0, #1 (patched to #2); svc #0
    let (mut cpu, mut vcpu, mut mem) =
        machine(&[0xb900_0043, 0xd503_3fdf, 0x9100_0400, 0xd400_0001]);
    vcpu.set_x(2, CODE + 8);
    vcpu.set_x(3, 0x9100_0400);
    assert_eq!(cpu.run(&mut vcpu, &mut mem, 100), Exit::Syscall { imm: 0 });
    assert_eq!(vcpu.x(0), 1);
    vcpu.pc = CODE;
    vcpu.set_x(3, 0x9100_0800);
    assert_eq!(cpu.run(&mut vcpu, &mut mem, 100), Exit::Syscall { imm: 0 });
    assert_eq!(vcpu.x(0), 3);
}

/// After a fork the child's code can change without the parent noticing.
#[test]
fn forks_share_blocks_until_one_writes() {
    let (mut cpu, mut vcpu, mut mem) = machine(&[0x9100_0400, 0xd400_0001]);
    cpu.run(&mut vcpu, &mut mem, 100);
    let mut child_mem = mem.fork();
    let mut child = Vcpu { pc: CODE, ..Vcpu::default() };
    cpu.run(&mut child, &mut child_mem, 100);
    assert_eq!((child.x(0), cpu.translated().0), (1, 1));
    child_mem.store(CODE, 0x9100_0800_u32).unwrap();
    (vcpu.pc, child.pc) = (CODE, CODE);
    cpu.run(&mut child, &mut child_mem, 100);
    cpu.run(&mut vcpu, &mut mem, 100);
    assert_eq!((child.x(0), vcpu.x(0)), (3, 2));
}

/// A hot loop that loads from rising addresses until one is not mapped: the fault is precise inside
/// the unrolled trace. `loop: ldrb w1, [x0], #1; add x2, x2, #1; b loop`.
#[test]
fn faults_in_traces_are_precise() {
    let (mut cpu, mut vcpu, mut mem) = machine(&[0x3840_1401, 0x9100_0442, 0x17ff_fffe]);
    vcpu.set_x(0, CODE + 0x1001);
    let Exit::Fault(fault) = cpu.run(&mut vcpu, &mut mem, u64::MAX) else { panic!("no fault") };
    assert_eq!(fault.addr, CODE + 0x2000);
    assert_eq!((vcpu.pc, vcpu.x(2), vcpu.icount), (CODE, 0xfff, 3 * 0xfff));
}
