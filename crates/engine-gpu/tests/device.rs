//! The engine against the interpreter of cached blocks: same exits, registers, counts and memory. On the
//! executor always, on whatever GPU there is in both dialects.

#![allow(clippy::unwrap_used, reason = "in tests a panic is the failure report")]

mod common;

use common::Random;
use common::guest::{CODE, DATA, Guest, PAGE, SHARED, alike, code};
use ncpu_engine_cpu::Cpu;
use ncpu_engine_gpu::{Dialect, GpuEngine, Setup};
use ncpu_gpu::test_gpu;
use ncpu_machine::{Engine, Exit};
use ncpu_mem::{FaultKind, Perms};
use ncpu_sem::A64;

/// A check, and what it is about.
type Check = (&'static str, fn(&mut dyn Engine));

const CHECKS: &[Check] = &[
    ("loops", loops),
    ("budgets", budgets),
    ("budgets that end at a jump to new code", budgets_at_jumps),
    ("accesses at page ends", accesses_at_page_ends),
    ("faults", faults),
    ("pages that may not be written", read_only_pages),
    ("atomics", atomics),
    ("misaligned atomics", misaligned_atomics),
    ("floating point and vectors", floating_point),
    ("written code", written_code),
    ("code that rewrites itself", rewritten_code),
    ("code written in the same run", made_code),
    ("forks", forks),
    ("shared pages", shared_pages),
    ("changes by the host", host_changes),
    ("many pages", many_pages),
    ("bad addresses of code", bad_code),
];

fn run_all(engine: &mut dyn Engine, on: &str) {
    for (what, check) in CHECKS {
        println!("{on}: {what}");
        check(engine);
    }
}

/// So few pages that the device is emptied again and again.
const FEW: u64 = 24;

#[test]
fn on_the_executor() {
    run_all(&mut GpuEngine::on_executor(Box::new(A64)), "executor");
}

#[test]
fn on_the_executor_translated_at_once() {
    let mut engine = GpuEngine::on_executor(Box::new(A64));
    engine.translate_after(50);
    run_all(&mut engine, "executor, translated");
}

#[test]
fn on_the_executor_with_few_pages() {
    let setup = Setup { pages: Some(FEW), ..Setup::default() };
    run_all(&mut GpuEngine::on_executor_with(Box::new(A64), setup), "executor, few pages");
}

#[test]
fn on_the_executor_without_doubles() {
    let setup = Setup { doubles: Some(false), ..Setup::default() };
    let mut engine = GpuEngine::on_executor_with(Box::new(A64), setup);
    engine.translate_after(50);
    run_all(&mut engine, "executor, doubles as integers");
}

fn on_gpu(setup: Setup, on: &str) {
    let Some(gpu) = test_gpu() else { return };
    if setup.dialect == Some(Dialect::Native) && !gpu.traits().int64 {
        return println!("not run in 64-bit words: {} has none", gpu.traits().name);
    }
    let mut engine = GpuEngine::on_gpu_with(Box::new(A64), &gpu, setup).unwrap();
    run_all(&mut engine, on);
    println!("{on}: {:#?}", engine.counts().get());
}

#[test]
fn on_a_gpu_in_words_of_64_bits() {
    on_gpu(Setup { dialect: Some(Dialect::Native), ..Setup::default() }, "GPU, native");
}

#[test]
fn on_a_gpu_in_pairs_of_words() {
    on_gpu(Setup { dialect: Some(Dialect::Pairs), ..Setup::default() }, "GPU, pairs");
}

#[test]
fn on_a_gpu_with_few_pages() {
    on_gpu(Setup { pages: Some(FEW), ..Setup::default() }, "GPU, few pages");
}

/// The sum of 1 to 1000.
const SUM: &[&str] = &["movz x0, #1000", "add x1, x1, x0", "subs x0, x0, #1", "b.ne @1", "svc #7"];

fn loops(engine: &mut dyn Engine) {
    let guest = Guest::new(&code(SUM));
    let (_, vcpu, _) = alike(engine, guest, &[u64::MAX]);
    assert_eq!((vcpu.x(1), vcpu.icount), (500_500, 3002));
}

/// A run in pieces is the run; one instruction at a time too.
fn budgets(engine: &mut dyn Engine) {
    let guest = Guest::new(&code(SUM));
    alike(engine, guest.clone(), &[1, 2, 3, 4, 5, 7, 64, 333, 701, 1, 5, u64::MAX]);
    alike(engine, guest, &[1; 40]);
    // An instruction of several micro-ops, instructions of none, a call and a return.
    let lines = [
        "nop",
        "bl @4",
        "isb",
        "svc #1",
        "stp x0, x1, [x2, #-16]!",
        "ldp x3, x4, [x2], #16",
        "ret",
    ];
    let mut guest = Guest::new(&code(&lines));
    guest.vcpu.set_x(2, DATA + 8);
    guest.vcpu.set_x(0, 0x1122_3344_5566_7788);
    alike(engine, guest.clone(), &[1; 12]);
    alike(engine, guest, &[u64::MAX]);
}

fn budgets_at_jumps(engine: &mut dyn Engine) {
    let mut guest = Guest::new(&code(&["add x1, x1, #1", "br x0"]));
    let there = code(&["add x1, x1, #2", "svc #0"]);
    let bytes: Vec<u8> = there.iter().flat_map(|w| w.to_le_bytes()).collect();
    guest.mem.poke(CODE + PAGE + 0x40, &bytes).unwrap();
    guest.vcpu.set_x(0, CODE + PAGE + 0x40);
    for budgets in [&[2, u64::MAX][..], &[1, 1, 1, 1]] {
        let (exit, vcpu, _) = alike(engine, guest.clone(), budgets);
        assert_eq!((exit, vcpu.x(1)), (Exit::Syscall { imm: 0 }, 3));
    }
}

fn accesses_at_page_ends(engine: &mut dyn Engine) {
    let pairs = [
        ("strb w0, [x2]", "ldrb w5, [x2]"),
        ("strh w0, [x2]", "ldrsh x5, [x2]"),
        ("str w0, [x2]", "ldrsw x5, [x2]"),
        ("str x0, [x2]", "ldr x5, [x2]"),
        ("stp x0, x1, [x2]", "ldp x5, x6, [x2]"),
        ("str q1, [x2]", "ldr q5, [x2]"),
        ("stp q1, q2, [x2]", "ldp q5, q6, [x2]"),
        ("st1 {v1.16b, v2.16b}, [x2]", "ld1 {v5.16b, v6.16b}, [x2]"),
    ];
    for (store, load) in pairs {
        for before in [0, 1, 2, 3, 4, 7, 8, 12, 15, 16, 17, 31] {
            let mut guest = Guest::new(&code(&[store, load, "svc #0"]));
            guest.vcpu.set_x(0, 0x8182_8384_8586_8788);
            guest.vcpu.set_x(1, 0x0102_0304_0506_0708);
            guest.vcpu.set_v(1, u128::MAX / 3);
            guest.vcpu.set_v(2, u128::MAX / 7);
            // Between two pages that are there, and at the end of the last.
            for end in [DATA + PAGE, DATA + 2 * PAGE] {
                guest.vcpu.set_x(2, end - before);
                let (exit, vcpu, _) = alike(engine, guest.clone(), &[u64::MAX]);
                if end == DATA + PAGE {
                    assert_eq!(exit, Exit::Syscall { imm: 0 }, "{store} {before} before the end");
                    assert_eq!(vcpu.icount, 3);
                }
            }
        }
    }
}

/// The first byte that fails is what the fault names; the instruction changed nothing.
fn faults(engine: &mut dyn Engine) {
    for line in ["ldr x5, [x2], #8", "str x5, [x2, #0]!", "ldp x5, x6, [x2]", "ldr q5, [x2], #16"] {
        for at in
            [0x10, PAGE - 1, DATA - 4, DATA - 8, DATA + 2 * PAGE - 4, DATA + 2 * PAGE, u64::MAX]
        {
            let mut guest = Guest::new(&code(&["mov x7, #1", line, "mov x7, #2", "svc #0"]));
            guest.vcpu.set_x(2, at);
            guest.vcpu.set_x(5, 55);
            let (exit, vcpu, _) = alike(engine, guest, &[u64::MAX]);
            let Exit::Fault(fault) = exit else { panic!("{line} at {at:#x}: {exit:?}") };
            assert!(matches!(fault.kind, FaultKind::Unmapped), "{fault:?}");
            assert_eq!((vcpu.x(2), vcpu.x(5), vcpu.x(7), vcpu.icount), (at, 55, 1, 1));
        }
    }
}

fn read_only_pages(engine: &mut dyn Engine) {
    for line in ["strb w0, [x2]", "str x0, [x2]", "stp q0, q1, [x2]", "ldadd x0, x1, [x2]"] {
        // In the page, and from a page that may be written into it.
        for at in [DATA + PAGE + 64, DATA + PAGE - 1] {
            let mut guest = Guest::new(&code(&["ldrb w3, [x2]", line, "svc #0"]));
            guest.mem.protect(DATA + PAGE, PAGE, Perms::R).unwrap();
            guest.vcpu.set_x(2, at);
            alike(engine, guest, &[u64::MAX]);
        }
    }
    let mut guest = Guest::new(&code(&["str x0, [x2]", "svc #0"]));
    guest.mem.protect(DATA, PAGE, Perms::NONE).unwrap();
    guest.vcpu.set_x(2, DATA);
    alike(engine, guest, &[u64::MAX]);
}

fn atomics(engine: &mut dyn Engine) {
    let lines = [
        "ldxr x3, [x2]",
        "add x3, x3, #1",
        "stxr w4, x3, [x2]",
        "stxr w5, x3, [x2]",
        "ldaxp x6, x7, [x2]",
        "stlxp w8, x7, x6, [x2]",
        "clrex",
        "stxr w9, x3, [x2]",
        "ldadd x3, x10, [x2]",
        "swpb w3, w11, [x2]",
        "ldsmax w3, w12, [x2]",
        "cas x10, x3, [x2]",
        "caspal x0, x1, x6, x7, [x2]",
        "svc #0",
    ];
    let mut guest = Guest::new(&code(&lines));
    guest.vcpu.set_x(2, DATA + 32);
    alike(engine, guest, &[3, 1, 2, u64::MAX]);
}

fn misaligned_atomics(engine: &mut dyn Engine) {
    for line in ["ldxr x3, [x2]", "stlxr w4, x3, [x2]", "ldadd w3, w4, [x2]", "cas x3, x4, [x2]"] {
        for off in [1, 2, 4, PAGE - 2] {
            let mut guest = Guest::new(&code(&["mov x9, #3", line, "svc #0"]));
            guest.vcpu.set_x(2, DATA + off);
            guest.vcpu.slots[usize::from(ncpu_uop::slot::EXCL_ADDR)] = DATA + off;
            alike(engine, guest, &[u64::MAX]);
        }
    }
}

fn floating_point(engine: &mut dyn Engine) {
    let lines = [
        "scvtf d0, x0",
        "fmov d1, #3.0",
        "fdiv d2, d0, d1",
        "fsqrt d3, d2",
        "fmadd d4, d0, d1, d2",
        "fcmp d4, d3",
        "cset x1, gt",
        "fcvtzs x2, d4",
        "dup v5.4s, w0",
        "add v6.4s, v5.4s, v5.4s",
        "uqadd v7.16b, v6.16b, v5.16b",
        "tbl v8.16b, {v6.16b, v7.16b}, v5.16b",
        "movi v9.2d, #0xff00ff",
        "addv s10, v6.4s",
        "subs x0, x0, #1",
        "b.ne @0",
        "mrs x3, fpsr",
        "svc #0",
    ];
    let mut guest = Guest::new(&code(&lines));
    guest.vcpu.set_x(0, 100);
    alike(engine, guest, &[7, 9, u64::MAX]);
}

/// Code that the guest writes over code that has run: `str w3, [x2]` patches the addition.
fn written_code(engine: &mut dyn Engine) {
    let lines = ["str w3, [x2]", "isb", "add x0, x0, #1", "svc #0"];
    let mut guest = Guest::new(&code(&lines));
    guest.vcpu.set_x(2, CODE + 8);
    guest.vcpu.set_x(3, code(&["add x0, x0, #2"])[0].into());
    let (_, vcpu, mem) = alike(engine, guest, &[u64::MAX]);
    let mut guest = Guest { vcpu, mem };
    guest.vcpu.pc = CODE;
    guest.vcpu.set_x(3, code(&["add x0, x0, #5"])[0].into());
    alike(engine, guest, &[u64::MAX]);
}

/// A loop whose body changes each time round, in the page that runs.
fn rewritten_code(engine: &mut dyn Engine) {
    let lines = [
        "add x4, x4, #0x400",
        "str w4, [x2]",
        "isb",
        "nop",
        "subs x5, x5, #1",
        "b.ne @0",
        "svc #0",
    ];
    let mut guest = Guest::new(&code(&lines));
    guest.vcpu.set_x(2, CODE + 12);
    guest.vcpu.set_x(4, code(&["add x0, x0, #0"])[0].into());
    guest.vcpu.set_x(5, 50);
    let (_, vcpu, _) = alike(engine, guest, &[u64::MAX]);
    assert_eq!(vcpu.x(0), 50 * 51 / 2);
}

/// Code that is written to a page that has none, and run at once.
fn made_code(engine: &mut dyn Engine) {
    let lines = ["str w3, [x2]", "str w4, [x2, #4]", "isb", "blr x2", "svc #0"];
    let mut guest = Guest::new(&code(&lines));
    guest.vcpu.set_x(2, CODE + PAGE + 0x80);
    guest.vcpu.set_x(3, code(&["mov x0, #77"])[0].into());
    guest.vcpu.set_x(4, code(&["ret"])[0].into());
    let (exit, vcpu, _) = alike(engine, guest, &[u64::MAX]);
    assert_eq!((exit, vcpu.x(0)), (Exit::Syscall { imm: 0 }, 77));
}

/// After a fork each side sees its own writes only.
fn forks(engine: &mut dyn Engine) {
    let lines = ["ldr x3, [x2]", "add x3, x3, x0", "str x3, [x2]", "svc #0"];
    let mut cpu = Cpu::new(Box::new(A64));
    let hashes: Vec<_> = [engine, &mut cpu]
        .into_iter()
        .map(|engine| {
            let mut guest = Guest::new(&code(&lines));
            guest.vcpu.set_x(2, DATA + 8);
            guest.vcpu.set_x(0, 1);
            let mut all = vec![guest.again(engine)];
            let mut child = guest.clone_by_fork();
            child.vcpu.set_x(0, 100);
            for _ in 0..3 {
                all.push(child.again(engine));
                all.push(guest.again(engine));
            }
            let mut grandchild = child.clone_by_fork();
            drop(child);
            all.push(grandchild.again(engine));
            all.push(guest.again(engine));
            all
        })
        .collect();
    assert_eq!(hashes[0], hashes[1]);
    assert_eq!(hashes[0].last().unwrap().0, 5);
}

/// What one process writes to a shared page the other sees.
fn shared_pages(engine: &mut dyn Engine) {
    let lines = ["ldr x3, [x2]", "add x3, x3, x0", "str x3, [x2]", "svc #0"];
    let mut cpu = Cpu::new(Box::new(A64));
    let seen: Vec<_> = [engine, &mut cpu]
        .into_iter()
        .map(|engine| {
            let mut one = Guest::new(&code(&lines));
            one.share();
            one.vcpu.set_x(2, SHARED + PAGE - 8);
            one.vcpu.set_x(0, 3);
            let mut other = one.clone_by_fork();
            let mut all = Vec::new();
            for _ in 0..4 {
                all.push(one.again(engine));
                all.push(other.again(engine));
            }
            all
        })
        .collect();
    assert_eq!(seen[0], seen[1]);
    assert_eq!(seen[0].last().unwrap().0, 24);
}

/// Between runs the host writes, maps, unmaps and protects.
fn host_changes(engine: &mut dyn Engine) {
    let lines = ["ldr x3, [x2]", "add x3, x3, x0", "str x3, [x2]", "svc #0"];
    let mut cpu = Cpu::new(Box::new(A64));
    let seen: Vec<_> = [engine, &mut cpu]
        .into_iter()
        .map(|engine| {
            let mut guest = Guest::new(&code(&lines));
            guest.vcpu.set_x(2, DATA + 16);
            guest.vcpu.set_x(0, 3);
            let mut all = vec![guest.again(engine)];
            guest.mem.write(DATA + 16, &500_u64.to_le_bytes()).unwrap();
            all.push(guest.again(engine));
            guest.mem.protect(DATA, PAGE, Perms::R).unwrap();
            all.push(guest.again(engine));
            guest.mem.protect(DATA, PAGE, Perms::RW).unwrap();
            all.push(guest.again(engine));
            let snapshot = guest.mem.snapshot();
            all.push(guest.again(engine));
            guest.mem.restore(&snapshot);
            all.push(guest.again(engine));
            guest.mem.unmap(DATA, PAGE).unwrap();
            all.push(guest.again(engine));
            guest.mem.map_anonymous(DATA, PAGE, Perms::RW, "anew").unwrap();
            all.push(guest.again(engine));
            guest.mem.relocate(DATA, DATA + 0x10_0000, PAGE).unwrap();
            all.push(guest.again(engine));
            guest.vcpu.set_x(2, DATA + 0x10_0000 + 16);
            all.push(guest.again(engine));
            guest.mem.discard(DATA + 0x10_0000, PAGE).unwrap();
            all.push(guest.again(engine));
            // Other code at the same place.
            guest.mem.poke(CODE + 4, &code(&["sub x3, x3, x0"])[0].to_le_bytes()).unwrap();
            all.push(guest.again(engine));
            all
        })
        .collect();
    assert_eq!(seen[0], seen[1]);
}

/// More pages than a small device holds, read and written in turns.
fn many_pages(engine: &mut dyn Engine) {
    let lines = [
        "ldr x3, [x2]",
        "add x3, x3, x0",
        "stp x3, x0, [x2, #0xfff8]",
        "add x2, x2, #1, lsl #12",
        "subs x0, x0, #1",
        "b.ne @0",
        "svc #0",
    ];
    let lines: Vec<String> =
        lines.iter().map(|l| l.replace("[x2, #0xfff8]", "[x2, #504]")).collect();
    let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
    let mut guest = Guest::new(&code(&lines));
    let many = 60;
    guest.mem.map_anonymous(0x40_0000, (many + 1) * PAGE, Perms::RW, "many").unwrap();
    guest.vcpu.set_x(2, 0x40_0000 + PAGE - 508);
    guest.vcpu.set_x(0, many - 1);
    let (exit, vcpu, mem) = alike(engine, guest, &[u64::MAX]);
    assert_eq!(exit, Exit::Syscall { imm: 0 });
    // Again over pages that are written.
    let mut guest = Guest { vcpu, mem };
    guest.vcpu.pc = CODE;
    guest.vcpu.set_x(2, 0x40_0000 + PAGE - 508);
    guest.vcpu.set_x(0, many - 1);
    alike(engine, guest, &[100, 3, u64::MAX]);
}

fn bad_code(engine: &mut dyn Engine) {
    for target in [CODE + 2, 0x10, DATA, CODE + 2 * PAGE, u64::MAX - 3] {
        let mut guest = Guest::new(&code(&["br x0"]));
        guest.vcpu.set_x(0, target);
        alike(engine, guest, &[u64::MAX]);
    }
    // An undefined word, a breakpoint, a halt; and falling off the last page.
    for line in [".inst 0x00000000", "brk #3", "hlt #4"] {
        alike(engine, Guest::new(&code(&["nop", line])), &[1, u64::MAX]);
    }
    let mut guest = Guest::new(&code(&["br x0"]));
    let last = CODE + 2 * PAGE - 4;
    guest.mem.poke(last, &code(&["nop"])[0].to_le_bytes()).unwrap();
    guest.vcpu.set_x(0, last);
    alike(engine, guest, &[u64::MAX]);
}

/// An instruction that uses memory around X2 or X3, or in a place made from them. X4 is an index.
fn memory_line(random: &mut Random) -> String {
    let mut below = |n: u64| (random.next() >> 20) % n;
    let (base, data) = (2 + below(2), 6 + below(6));
    let (whole, byte) = (8 * below(6), below(48));
    let at = |offset: u64| match offset {
        0 => format!("[x{base}]"),
        _ => format!("[x{base}, #{offset}]"),
    };
    match below(22) {
        0 | 1 => format!("ldr x{data}, {}", at(whole)),
        2 | 3 => format!("str x{data}, {}", at(whole)),
        4 => format!("ldp x{data}, x{}, {}", data + 1, at(whole)),
        5 => format!("stp x{data}, x{}, {}", data + 1, at(whole)),
        6 => format!("ldr w{data}, {}", at(whole / 2)),
        7 => format!("ldrsw x{data}, {}", at(whole / 2)),
        8 => format!("str w{data}, {}", at(whole / 2)),
        9 => format!("ldrb w{data}, {}", at(byte)),
        10 => format!("strb w{data}, {}", at(byte)),
        11 => format!("ldursh x{data}, {}", at(byte)),
        12 => format!("sturh w{data}, {}", at(byte)),
        13 => format!("ldr q{}, {}", below(3), at(whole / 16 * 16)),
        14 => format!("str q{}, {}", below(3), at(whole / 16 * 16)),
        15 => format!("ldr x{data}, [x{base}, x4, lsl #3]"),
        16 => format!("strb w{data}, [x{base}, x4]"),
        17 => format!("str x{data}, [x{base}], #8"),
        18 => format!("ldr x{data}, [x{base}, #-8]!"),
        19 => format!("add x5, x{base}, #{byte}"),
        20 => format!("mov x5, x{base}"),
        _ => format!("ldrsb x{data}, [x5, #{}]", byte + 1),
    }
}

/// Programs by chance that go round through memory, over ends of pages and out of it.
#[test]
fn many_accesses_translated() {
    let mut translated = 0;
    for seed in 0..100 {
        // A new one, so that it translates at once.
        let mut engine = GpuEngine::on_executor(Box::new(A64));
        engine.translate_after(50);
        let mut random = Random::new(seed);
        let mut lines: Vec<String> = (0..10).map(|_| memory_line(&mut random)).collect();
        lines.insert(0, "mov x5, x2".into());
        let steps = [8, 8, 16, 4, 1].map(|step| (random.next() >> 9) % 2 * step);
        lines.push(format!("add x2, x2, #{}", steps[seed as usize % 5] * 3));
        lines.push(format!("sub x3, x3, #{}", steps[(seed / 5) as usize % 5]));
        lines.extend(["subs x0, x0, #1", "b.ne @0", "svc #0"].map(String::from));
        let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
        let mut guest = Guest::new(&code(&lines));
        for register in 6..13 {
            guest.vcpu.set_x(register, random.next());
        }
        for register in 0..3 {
            guest.vcpu.set_v(register, u128::from(random.next()) << 64 | u128::from(random.next()));
        }
        let bytes: Vec<u8> = (0..2 * PAGE / 8).flat_map(|_| random.next().to_le_bytes()).collect();
        guest.mem.poke(DATA, &bytes).unwrap();
        let skew = random.next() % 40 / 39;
        guest.vcpu.set_x(0, 60);
        guest.vcpu.set_x(2, DATA + PAGE - 8 * (random.next() >> 7 & 127) + skew);
        guest.vcpu.set_x(3, DATA + PAGE + 8 * (random.next() >> 7 & 63));
        guest.vcpu.set_x(4, random.next() >> 8 & 7);
        let (exit, ..) = alike(&mut engine, guest, &[97, u64::MAX]);
        assert!(matches!(exit, Exit::Syscall { imm: 0 } | Exit::Fault(_)), "{lines:?}: {exit:?}");
        translated += engine.counts().get().translated;
    }
    assert!(translated > 10_000, "{translated}");
}

/// Every condition after every operation that sets flags, over pairs of values at which they change.
#[test]
fn conditions_translated() {
    let conditions =
        ["eq", "ne", "hs", "lo", "mi", "pl", "vs", "vc", "hi", "ls", "ge", "lt", "gt", "le"];
    let values: Vec<u64> =
        [0, 1, 2, 0x7fff_ffff, 0x8000_0000, u64::MAX, 1 << 63, (1 << 63) - 1].into();
    let pairs: Vec<u64> =
        values.iter().flat_map(|a| values.iter().flat_map(|b| [*a, *b])).collect();
    let bytes: Vec<u8> = pairs.iter().flat_map(|value| value.to_le_bytes()).collect();
    let operations = [
        "subs x0, x1, x2",
        "subs w0, w1, w2",
        "adds x0, x1, x2",
        "adds w0, w1, w2",
        "ands x0, x1, x2",
        "ands w0, w1, w2",
        "adcs x0, x1, x2",
        "sbcs w0, w1, w2",
        "ccmp x1, x2, #5, ne",
    ];
    for operation in operations {
        let mut lines: Vec<String> =
            ["ldp x1, x2, [x9], #16", "mov x10, #0"].map(String::from).into();
        for (n, condition) in conditions.iter().enumerate() {
            let after = lines.len() + 3;
            lines.push(operation.into());
            lines.push(format!("b.{condition} @{after}"));
            lines.push(format!("add x10, x10, #{}", 1 << (n % 12)));
        }
        let more = ["madd x11, x11, x12, x10", "sub x8, x8, #1", "cbnz x8, @0", "svc #0"];
        lines.extend(more.map(String::from));
        let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
        let mut guest = Guest::new(&code(&lines));
        guest.mem.poke(DATA, &bytes).unwrap();
        guest.vcpu.set_x(8, values.len() as u64 * values.len() as u64);
        guest.vcpu.set_x(9, DATA);
        guest.vcpu.set_x(12, 0x0100_0000_01b3);
        let mut engine = GpuEngine::on_executor(Box::new(A64));
        engine.translate_after(50);
        let (exit, ..) = alike(&mut engine, guest, &[97, 300, u64::MAX]);
        assert_eq!(exit, Exit::Syscall { imm: 0 }, "{operation}");
        let translated = engine.counts().get().translated;
        assert!(translated > 1500, "{operation}: {translated}");
    }
}
