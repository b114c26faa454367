//! Any instructions in any state, in a loop: the CPU engine's blocks and traces, cut by any budgets,
//! lead to the same registers, memory, counts and exits as the reference, instruction by instruction.

#![no_main]

use libfuzzer_sys::fuzz_target;
use ncpu_difftest::{Case, Random};
use ncpu_engine_cpu::Cpu;
use ncpu_fuzz::{take_u8, take_u64};
use ncpu_isa::ROWS;
use ncpu_machine::{Engine, Exit, Vcpu};
use ncpu_mem::{AddressSpace, PAGE_SIZE, Perms};
use ncpu_sem::{A64, Concrete, Step};
use ncpu_uop::{Op, slot};

const CODE: u64 = 0x200_0000;
const CODE_SIZE: u64 = 2 * PAGE_SIZE as u64;
/// Where `ncpu_difftest`'s states have their addresses.
const WINDOW: u64 = 0x209_0000;
const WINDOW_SIZE: u64 = 4096;
const NOP: u32 = 0xd503_201f;
/// Most instructions of the loop, and executed.
const LENGTH: usize = 48;
const STEPS: u64 = 3000;

/// An instruction: two bytes choose the row of the encoding table, four give the rest of the word.
fn word(bytes: &[u8]) -> u32 {
    let [r0, r1, rest @ ..] = bytes else { return NOP };
    let rest = rest.iter().rev().fold(0, |word, byte| word << 8 | u32::from(*byte));
    let row = usize::from(u16::from_le_bytes([*r0, *r1]));
    match ROWS.get(row % (ROWS.len() + 8)) {
        Some(row) => row.pattern.value | rest & !row.pattern.mask,
        None => rest,
    }
}

/// Lets a direct branch at `index` lead to one of the `count` instructions.
fn keep_inside(word: u32, index: usize, count: usize) -> u32 {
    let Some(insn) = ncpu_isa::decode(word) else { return word };
    let (lsb, width) = match insn.row().form {
        "CondBranch" | "CompareBranch" => (5, 19),
        "TestBranch" => (5, 14),
        "BranchImm" => (0, 26),
        _ => return word,
    };
    let mask = (1_u32 << width) - 1;
    let target = (word >> lsb & mask) as usize % count;
    let offset = (target as u32).wrapping_sub(index as u32) & mask;
    word & !(mask << lsb) | offset << lsb
}

struct Guest {
    vcpu: Vcpu,
    mem: AddressSpace,
}

impl Guest {
    fn new(start: u64, code: &[u32], seed: u64) -> Self {
        let mut mem = AddressSpace::new(None);
        mem.map_anonymous(CODE, CODE_SIZE, Perms::RX, "code").expect("the layout is valid");
        mem.map_anonymous(WINDOW, WINDOW_SIZE, Perms::RW, "window").expect("the layout is valid");
        let bytes: Vec<u8> = code.iter().flat_map(|w| w.to_le_bytes()).collect();
        mem.poke(start, &bytes).expect("code is mapped");
        let mut r = Random::new(seed);
        let data: Vec<u8> = (0..WINDOW_SIZE).map(|_| r.bits() as u8 & r.bits() as u8).collect();
        mem.poke(WINDOW, &data).expect("the window is mapped");
        let mut vcpu = Vcpu { pc: start, ..Vcpu::default() };
        set_registers(&mut vcpu, &Case::new(1, NOP, code[0], seed).state.0, start, &mut r);
        Self { vcpu, mem }
    }
}

/// The state's registers; a third of the general ones become addresses.
fn set_registers(vcpu: &mut Vcpu, state: &[u64], start: u64, r: &mut Random) {
    for (n, &value) in state[..31].iter().enumerate() {
        let address = if r.once_in(8) { start } else { WINDOW + 16 * r.below(WINDOW_SIZE / 16) };
        vcpu.set_x(n, if r.once_in(3) { address } else { value });
    }
    vcpu.set_sp(state[31]);
    for n in 0..32 {
        vcpu.set_v(n, u128::from(state[32 + 2 * n]) | u128::from(state[33 + 2 * n]) << 64);
    }
    vcpu.set_nzcv(state[96]);
    vcpu.set_fpcr(state[97]);
    vcpu.set_fpsr(state[98]);
}

/// What the reference makes of `budget` instructions.
fn reference(guest: &mut Guest, budget: u64) -> Exit {
    for _ in 0..budget {
        match Concrete::step(&mut guest.vcpu, &mut guest.mem) {
            Step::Done => {}
            Step::Fault(fault) => return Exit::Fault(fault),
            Step::Exit(op, value) => return exit(op, value),
        }
    }
    Exit::BudgetSpent
}

fn exit(op: Op, value: u64) -> Exit {
    match op {
        Op::ExitSyscall => Exit::Syscall { imm: value as u16 },
        Op::ExitBreak => Exit::Breakpoint { imm: value as u16 },
        Op::ExitHalt => Exit::Halt { imm: value as u16 },
        _ => Exit::Undefined { word: value as u32 },
    }
}

/// Slots that a guest can see.
fn visible(slot: usize) -> bool {
    let slot = slot as u8;
    matches!(slot, 0..=33 | 64..=127)
        || matches!(slot, slot::NZCV..=slot::EXCL_ADDR | slot::EXCL_VALUE | 43)
}

fn compare(expected: &Guest, got: &Guest, code: &[u32]) {
    let text = || -> Vec<String> {
        code.iter().map(|w| ncpu_isa::disassemble(*w, CODE).replace('\t', " ")).collect()
    };
    let (e, g) = (&expected.vcpu, &got.vcpu);
    assert_eq!((e.pc, e.icount), (g.pc, g.icount), "pc and count differ: {:#?}", text());
    for n in (0..256).filter(|n| visible(*n)) {
        let name = ncpu_uop::text::slot_name(n as u8);
        let (e, g) = (e.slots[n], g.slots[n]);
        assert_eq!(e, g, "{name} differs at {:#x}: {e:#x}, {g:#x}: {:#?}", got.vcpu.pc, text());
    }
    assert_eq!(expected.mem.hash(), got.mem.hash(), "memory differs: {:#?}", text());
}

fuzz_target!(|data: &[u8]| {
    let mut data = data;
    let seed = take_u64(&mut data);
    let style = take_u8(&mut data);
    let count = (data.len() / 6).clamp(1, LENGTH);
    let words = data.chunks_exact(6).chain([&[][..]]).take(count).map(word);
    let mut code: Vec<u32> = words.enumerate().map(|(i, w)| keep_inside(w, i, count)).collect();
    code.push(0x1400_0000 | (count as u32).wrapping_neg() & 0x3ff_ffff);
    // The code may lie across two pages.
    let start = CODE + if style & 1 == 0 { 64 } else { PAGE_SIZE as u64 - 4 * (count as u64 / 2) };
    let mut expected = Guest::new(start, &code, seed);
    let mut got = Guest::new(start, &code, seed);
    let mut cpu = Cpu::new(Box::new(A64));
    let mut r = Random::new(seed ^ 1);
    let most = [STEPS, 500, 40, 4][usize::from(style >> 1 & 3)];
    while expected.vcpu.icount < STEPS {
        let budget = r.below(most + 1);
        let wanted = reference(&mut expected, budget);
        let exit = cpu.run(&mut got.vcpu, &mut got.mem, budget);
        assert_eq!(wanted, exit, "budget {budget} at {:#x}: {code:#x?}", expected.vcpu.pc);
        // Comparing all of memory is dear; small budgets do it now and then.
        if most > 4 || r.once_in(16) || !matches!(exit, Exit::BudgetSpent) {
            compare(&expected, &got, &code);
        }
        if !matches!(exit, Exit::BudgetSpent | Exit::Syscall { .. }) {
            break;
        }
    }
    compare(&expected, &got, &code);
});
