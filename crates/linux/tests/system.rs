//! Machines that run scripts of system calls: a small engine stands in for a processor, so that
//! these tests need neither guests nor an instruction set.

#![allow(clippy::unwrap_used)] // a panic is the failure report

use ncpu_linux::{Config, MemoryHost, Mount, Outcome, Program, StopReason, System};
use ncpu_machine::{Engine, Exit, Vcpu};
use ncpu_mem::AddressSpace;

/// One step of a script; a step takes one instruction and four bytes of addresses.
#[derive(Clone)]
enum Op {
    /// A system call.
    Sys(u64, [u64; 6]),
    /// The last result must be this.
    Is(i64),
    /// Writes bytes to guest memory.
    Poke(u64, Vec<u8>),
    /// Guest memory must hold these bytes.
    Peek(u64, Vec<u8>),
    /// Goes to a step if the last result is zero.
    IfZero(usize),
    /// Goes to a step.
    Goto(usize),
    /// Faults at an address.
    Touch(u64),
    /// Returns from a signal handler to the link register.
    Return,
    /// Runs instructions that do nothing.
    Spin(u64),
}
use Op::*;

const CODE: u64 = 0x40_0000;
/// Writable memory, 64 KiB.
const DATA: u64 = 0x50_0000;
const FAIL: u64 = 99;

struct Script(Vec<Op>);

/// Ends the guest with a status no script uses.
fn fail(vcpu: &mut Vcpu, why: &str) -> Exit {
    eprintln!("{why}");
    vcpu.set_x(8, 94);
    vcpu.set_x(0, FAIL);
    Exit::Syscall { imm: 0 }
}

impl Script {
    fn step(&self, vcpu: &mut Vcpu, mem: &mut AddressSpace) -> Option<Exit> {
        let at = vcpu.pc.wrapping_sub(CODE + 0x1000) / 4;
        let Some(op) = self.0.get(at as usize) else {
            // The signal trampoline: two real instructions.
            vcpu.set_x(8, 139);
            vcpu.pc += 8;
            return Some(Exit::Syscall { imm: 0 });
        };
        let mut exit = None;
        let mut next = at as usize + 1;
        match op {
            Sys(number, args) => {
                for (n, a) in args.iter().enumerate() {
                    vcpu.set_x(n, *a);
                }
                vcpu.set_x(8, *number);
                exit = Some(Exit::Syscall { imm: 0 });
            }
            Is(want) => {
                let is = vcpu.x(0) as i64;
                if is != *want {
                    return Some(fail(vcpu, &format!("step {at}: result {is}, expected {want}")));
                }
            }
            Poke(addr, data) => mem.write(*addr, data).unwrap(),
            Peek(addr, want) => {
                let mut have = vec![0; want.len()];
                mem.read(*addr, &mut have).unwrap();
                if have != *want {
                    return Some(fail(vcpu, &format!("step {at}: {have:x?}, expected {want:x?}")));
                }
            }
            IfZero(to) if vcpu.x(0) == 0 => next = *to,
            IfZero(_) => {}
            Goto(to) => next = *to,
            Touch(addr) => match mem.load::<u8>(*addr) {
                Ok(_) => {}
                Err(fault) => return Some(Exit::Fault(fault)),
            },
            Return => {
                vcpu.pc = vcpu.x(30);
                vcpu.icount += 1;
                return None;
            }
            Spin(n) => vcpu.icount += n,
        }
        vcpu.pc = CODE + 0x1000 + 4 * next as u64;
        vcpu.icount += 1;
        exit
    }
}

impl Engine for Script {
    fn name(&self) -> &'static str {
        "script"
    }

    fn run(&mut self, vcpu: &mut Vcpu, mem: &mut AddressSpace, budget: u64) -> Exit {
        let end = vcpu.icount + budget;
        while vcpu.icount < end {
            if let Some(exit) = self.step(vcpu, mem) {
                return exit;
            }
        }
        Exit::BudgetSpent
    }
}

/// A program with 64 KiB of code addresses and 64 KiB of data.
fn elf() -> Vec<u8> {
    let mut f = vec![0_u8; 64 + 2 * 56];
    f[..7].copy_from_slice(b"\x7fELF\x02\x01\x01");
    (f[16], f[18], f[20], f[32], f[54], f[56]) = (2, 183, 1, 64, 56, 2);
    f[24..32].copy_from_slice(&(CODE + 0x1000).to_le_bytes());
    for (i, (flags, addr)) in [(5_u8, CODE), (6, DATA)].into_iter().enumerate() {
        let h = &mut f[64 + 56 * i..][..56];
        (h[0], h[4]) = (1, flags);
        h[16..24].copy_from_slice(&addr.to_le_bytes());
        h[42] = 1;
    }
    f
}

fn run_with(config: Config, input: &[u8], script: Vec<Op>) -> (Outcome, String) {
    let host = MemoryHost::new(input);
    let seen = host.clone();
    let program = Program::Bytes("/bin/script".into(), elf());
    let mut system =
        System::boot(config, Box::new(host), &program, &["script".to_owned()]).unwrap();
    let outcome = system.run(&mut Script(script));
    system.write_back().unwrap();
    (outcome, String::from_utf8(seen.output().0).unwrap())
}

fn run(script: Vec<Op>) -> (Outcome, String) {
    run_with(Config::default(), b"", script)
}

fn exits(script: Vec<Op>, status: u32) -> (Outcome, String) {
    let (outcome, out) = run(script);
    assert_eq!(outcome.reason, StopReason::Exit(status));
    (outcome, out)
}

fn sys(number: u64, args: &[u64]) -> Op {
    let mut all = [0; 6];
    all[..args.len()].copy_from_slice(args);
    Sys(number, all)
}

fn exit(status: u64) -> Op {
    sys(94, &[status])
}

fn write(fd: u64, addr: u64, len: u64) -> Op {
    sys(64, &[fd, addr, len])
}

fn text(at: u64, s: &str) -> Op {
    let mut bytes = s.as_bytes().to_vec();
    bytes.push(0);
    Poke(at, bytes)
}

const CWD: u64 = -100_i64 as u64;
const SIGCHLD: u64 = 17;
const EFAULT: i64 = -14;

#[test]
fn writes_and_exits() {
    let script =
        vec![text(DATA, "hello\n"), write(1, DATA, 6), Is(6), write(1, 16, 4), Is(EFAULT), exit(7)];
    let (outcome, out) = exits(script, 7);
    assert_eq!((out.as_str(), outcome.syscalls["write"]), ("hello\n", 2));
}

#[test]
fn pipes_forks_and_waits() {
    let (_, out) = exits(
        vec![
            sys(59, &[DATA, 0]),
            Is(0),
            Peek(DATA, vec![3, 0, 0, 0, 4, 0, 0, 0]),
            sys(220, &[SIGCHLD]),
            IfZero(10),
            // Parent: reads what the child writes, then its status.
            sys(63, &[3, DATA + 64, 100]),
            Is(5),
            write(1, DATA + 64, 5),
            sys(260, &[u64::MAX, DATA + 8, 0, 0]),
            Goto(14),
            // Child.
            Spin(1_000_000),
            text(DATA, "child"),
            write(4, DATA, 5),
            exit(3),
            // Parent again.
            Peek(DATA + 8, vec![0, 3, 0, 0]),
            sys(57, &[4]),
            sys(63, &[3, DATA, 1]),
            Is(0),
            exit(0),
        ],
        0,
    );
    assert_eq!(out, "child");
}

/// `rt_sigaction` of `signo` to the handler at step `handler`.
fn on_signal(signo: u64, handler: u64, flags: u64) -> Vec<Op> {
    let mut action = (CODE + 0x1000 + 4 * handler).to_le_bytes().to_vec();
    action.extend(flags.to_le_bytes());
    action.extend([0; 16]);
    vec![Poke(DATA + 0x800, action), sys(134, &[signo, DATA + 0x800, 0, 8]), Is(0)]
}

#[test]
fn handlers_run_and_return() {
    let mut script = on_signal(10, 8, 0);
    script.extend([
        sys(172, &[]),
        Is(2),
        sys(129, &[2, 10]),
        Is(0),
        exit(5),
        // Handler, step 8.
        text(DATA, "sig"),
        write(1, DATA, 3),
        Return,
    ]);
    assert_eq!(exits(script, 5).1, "sig");
}

#[test]
fn sleeps_are_skipped_and_interrupted() {
    let second = [1_u64, 0].iter().flat_map(|w| w.to_le_bytes()).collect::<Vec<u8>>();
    let (outcome, _) =
        exits(vec![Poke(DATA, second.clone()), sys(101, &[DATA, 0]), Is(0), exit(0)], 0);
    assert!(outcome.guest_ns >= 1_000_000_000 && outcome.instructions < 100);
    // An alarm after 250 ms ends a sleep of a second, and says how much is left.
    let mut script = on_signal(14, 9, 0);
    let timer = [0_u64, 0, 0, 250_000].iter().flat_map(|w| w.to_le_bytes()).collect::<Vec<u8>>();
    script.extend([
        Poke(DATA, second),
        Poke(DATA + 64, timer),
        sys(103, &[0, DATA + 64, 0]),
        sys(101, &[DATA, DATA + 128]),
        Is(-4),
        exit(0),
        Return,
    ]);
    let (outcome, _) = exits(script, 0);
    assert!((250_000_000..300_000_000).contains(&outcome.guest_ns));
}

#[test]
fn threads_meet_at_a_futex() {
    const THREAD: u64 = 0x100 | 0x200 | 0x400 | 0x800 | 0x1_0000;
    let (outcome, out) = exits(
        vec![
            sys(220, &[THREAD, DATA + 0x8000]),
            IfZero(7),
            // Waits while the word is 0.
            sys(98, &[DATA, 128, 0, 0]),
            Is(0),
            Peek(DATA, vec![1]),
            write(1, DATA + 8, 4),
            exit(0),
            // The thread.
            Spin(300_000),
            Poke(DATA, vec![1]),
            text(DATA + 8, "woke"),
            sys(98, &[DATA, 129, 1]),
            Is(1),
            sys(93, &[0]),
        ],
        0,
    );
    assert_eq!((out.as_str(), outcome.threads), ("woke", 1));
}

#[test]
fn faults_kill_or_are_handled() {
    let (outcome, _) = run(vec![Touch(0x1234)]);
    assert_eq!(outcome.reason, StopReason::Signal(11));
    assert_eq!(outcome.reason.status(), 139);
    let fault = &outcome.fault_reports[0];
    assert!(fault.fatal && fault.address == Some(0x1234));
    let mut script = on_signal(11, 4, 0);
    script.extend([Touch(0x1234), exit(6)]);
    exits(script, 6);
}

#[test]
fn files_live_in_memory() {
    let (_, out) = exits(
        vec![
            text(DATA, "/tmp/a"),
            text(DATA + 32, "/tmp/b"),
            sys(56, &[CWD, DATA, 0o102, 0o644]),
            Is(3),
            write(3, DATA, 6),
            sys(38, &[CWD, DATA, CWD, DATA + 32]),
            Is(0),
            sys(56, &[CWD, DATA, 0, 0]),
            Is(-2),
            sys(56, &[CWD, DATA + 32, 0, 0]),
            Is(4),
            sys(35, &[CWD, DATA + 32, 0]),
            Is(0),
            sys(63, &[4, DATA + 64, 100]),
            Is(6),
            write(1, DATA + 64, 6),
            sys(56, &[CWD, DATA + 32, 0o200_000_000, 0]),
            exit(0),
        ],
        0,
    );
    assert_eq!(out, "/tmp/a");
}

#[test]
fn standard_input_is_the_hosts() {
    let script = vec![sys(63, &[0, DATA, 100]), Is(3), sys(63, &[0, DATA, 100]), Is(0), exit(0)];
    let (outcome, _) = run_with(Config::default(), b"abc", script);
    assert_eq!(outcome.reason, StopReason::Exit(0));
}

#[test]
fn a_fork_bomb_ends_in_eagain() {
    let config = Config { max_processes: 16, ..Config::default() };
    // Every child forks again; a parent forks until the answer is EAGAIN.
    let script =
        vec![sys(220, &[SIGCHLD]), IfZero(0), sys(220, &[SIGCHLD]), IfZero(0), Spin(10), Goto(0)];
    let (outcome, _) = run_with(Config { max_instructions: Some(100_000), ..config }, b"", script);
    assert_eq!(outcome.processes, 16);
    assert!(outcome.syscalls["clone"] > 100);
}

#[test]
fn nobody_can_go_on() {
    let (outcome, _) = run(vec![sys(59, &[DATA, 0]), sys(63, &[3, DATA, 1]), exit(0)]);
    assert_eq!(outcome.reason, StopReason::Deadlock);
}

#[test]
fn limits_are_exact() {
    let config = Config { max_instructions: Some(12_345), ..Config::default() };
    let (outcome, _) = run_with(config, b"", vec![Goto(0)]);
    assert_eq!((outcome.reason, outcome.instructions), (StopReason::MaxInstructions, 12_345));
}

#[test]
fn unsupported_calls_are_reported() {
    let (outcome, _) = exits(vec![sys(26, &[]), Is(-38), sys(9999, &[]), Is(-38), exit(0)], 0);
    assert_eq!(outcome.unsupported["inotify_init1"], 1);
    assert_eq!(outcome.unsupported["system call 9999"], 1);
}

#[test]
fn one_seed_gives_one_run() {
    let script = || {
        vec![
            sys(220, &[SIGCHLD]),
            sys(220, &[SIGCHLD]),
            Spin(150_000),
            sys(278, &[DATA, 8, 0]),
            write(1, DATA, 0),
            sys(260, &[u64::MAX, DATA + 8, 0, 0]),
            sys(260, &[u64::MAX, DATA + 8, 0, 0]),
            exit(0),
        ]
    };
    let go = |seed| {
        let config = Config { seed, hash_memory: true, ..Config::default() };
        let (o, _) = run_with(config, b"", script());
        (o.instructions, o.context_switches, o.memory_hash, o.guest_ns)
    };
    assert_eq!(go(1), go(1));
    assert_ne!(go(1).2, go(2).2);
}

/// A host directory that is removed at the end.
struct Scratch(std::path::PathBuf);

impl Scratch {
    fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("ncpu-linux-{name}-{}", std::process::id()));
        let _ = std::fs::remove_dir_all(&path);
        std::fs::create_dir_all(&path).unwrap();
        Self(path)
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

#[test]
fn mounts_cannot_be_left() {
    let dir = Scratch::new("mount");
    let inside = dir.0.join("inside");
    std::fs::create_dir(&inside).unwrap();
    std::fs::write(dir.0.join("secret"), "s").unwrap();
    std::fs::write(inside.join("open"), "o").unwrap();
    std::os::unix::fs::symlink(dir.0.join("secret"), inside.join("absolute")).unwrap();
    std::os::unix::fs::symlink("../secret", inside.join("relative")).unwrap();
    std::os::unix::fs::symlink("..", inside.join("up")).unwrap();
    let mount = Mount { host: inside.clone(), guest: "/mnt".into(), read_only: false };
    let config = Config { mounts: vec![mount], ..Config::default() };
    let mut script = Vec::new();
    let mut open = |path: &str, result: i64| {
        script.extend([text(DATA, path), sys(56, &[CWD, DATA, 0, 0]), Is(result)]);
    };
    open("/mnt/open", 3);
    open("/mnt/absolute", -2);
    open("/mnt/relative", -2);
    open("/mnt/../secret", -2);
    open("/mnt/up/secret", -2);
    open("/mnt/up/mnt/open", 4);
    script.extend([text(DATA, "/mnt/new"), sys(56, &[CWD, DATA, 0o101, 0o600]), write(5, DATA, 4)]);
    script.push(exit(0));
    let (outcome, _) = run_with(config, b"", script);
    assert_eq!(outcome.reason, StopReason::Exit(0));
    assert_eq!(std::fs::read(inside.join("new")).unwrap(), b"/mnt");
}

#[test]
fn a_root_directory_changes_only_when_written_back() {
    let dir = Scratch::new("root");
    std::fs::create_dir(dir.0.join("etc")).unwrap();
    std::fs::write(dir.0.join("etc/old"), "old").unwrap();
    std::fs::write(dir.0.join("etc/kept"), "kept").unwrap();
    let script = || {
        vec![
            text(DATA, "/etc/old"),
            text(DATA + 32, "/etc/new"),
            text(DATA + 64, "/etc/kept"),
            sys(38, &[CWD, DATA, CWD, DATA + 32]),
            Is(0),
            sys(56, &[CWD, DATA + 64, 0o2001, 0]),
            write(3, DATA, 4),
            Is(4),
            exit(0),
        ]
    };
    let config = Config { rootfs: Some(dir.0.clone()), ..Config::default() };
    run_with(config.clone(), b"", script());
    assert_eq!(std::fs::read(dir.0.join("etc/old")).unwrap(), b"old");
    assert_eq!(std::fs::read(dir.0.join("etc/kept")).unwrap(), b"kept");
    run_with(Config { write_back: true, ..config }, b"", script());
    assert!(!dir.0.join("etc/old").exists());
    assert_eq!(std::fs::read(dir.0.join("etc/new")).unwrap(), b"old");
    assert_eq!(std::fs::read(dir.0.join("etc/kept")).unwrap(), b"kept/etc");
}

fn boot_error(config: Config, program: &Program) -> String {
    match System::boot(config, Box::new(MemoryHost::default()), program, &[]) {
        Ok(_) => panic!("it started"),
        Err(e) => e.to_string(),
    }
}

/// A tar archive with one entry.
fn tar_with(name: &str, kind: u8, size: &str, data: &[u8]) -> Vec<u8> {
    let mut h = vec![0_u8; 512];
    h[..name.len()].copy_from_slice(name.as_bytes());
    h[100..107].copy_from_slice(b"0000755");
    h[108..115].copy_from_slice(b"0000000");
    h[116..123].copy_from_slice(b"0000000");
    h[124..124 + size.len()].copy_from_slice(size.as_bytes());
    h[136..147].copy_from_slice(b"00000000000");
    h[148..156].fill(b' ');
    h[156] = kind;
    h[257..263].copy_from_slice(b"ustar\0");
    h[263..265].copy_from_slice(b"00");
    let sum: u32 = h.iter().map(|b| u32::from(*b)).sum();
    h[148..155].copy_from_slice(format!("{sum:06o}\0").as_bytes());
    h.extend_from_slice(data);
    h.resize(h.len().next_multiple_of(512) + 1024, 0);
    h
}

#[test]
fn hostile_archives_are_refused() {
    let dir = Scratch::new("tar");
    let file = dir.0.join("root.tar");
    let program = Program::Guest("/bin/x".into());
    let try_tar = |bytes: &[u8]| {
        std::fs::write(&file, bytes).unwrap();
        boot_error(Config { rootfs: Some(file.clone()), ..Config::default() }, &program)
    };
    assert!(try_tar(b"no archive at all").contains("neither a directory nor a tar archive"));
    assert!(try_tar(&tar_with("../up", b'0', "00000000001", b"x")).contains("`..`"));
    let huge = try_tar(&tar_with("big", b'0', "77777777777", b"x"));
    assert!(huge.contains("truncated"), "{huge}");
    let fine = tar_with("/abs/bin", b'0', "00000000001", b"x");
    assert!(try_tar(&fine).contains("/bin/x: no such file"));
    assert!(try_tar(&fine[..300]).contains("truncated"));
    assert!(try_tar(&fine[..520]).contains("truncated"));
}

#[test]
fn start_errors_name_file_and_remedy() {
    let error = boot_error(Config::default(), &Program::Bytes("/x".into(), b"text".to_vec()));
    assert_eq!(error, "/x: neither an AArch64 ELF program nor a #! script");
    let script = b"#!/bin/none\n".to_vec();
    let error = boot_error(Config::default(), &Program::Bytes("/x".into(), script));
    assert!(error.contains("/bin/none") && error.contains("--rootfs"), "{error}");
    let error = boot_error(
        Config { cwd: "/nowhere".into(), ..Config::default() },
        &Program::Bytes("/x".into(), elf()),
    );
    assert!(error.starts_with("--cwd /nowhere"));
    let error = boot_error(
        Config { rootfs: Some("/no/such/dir".into()), ..Config::default() },
        &Program::Guest("/x".into()),
    );
    assert!(error.starts_with("--rootfs /no/such/dir"));
}

/// Standard input has bytes, but the program waits for urgent ones only, or for none.
#[test]
fn poll_times_out_beside_unread_input() {
    let poll = |events: u8, ready: i64| {
        let mut data = vec![0; 32];
        (data[4], data[24]) = (events, 100);
        vec![Poke(DATA, data), sys(73, &[DATA, 1, DATA + 16, 0]), Is(ready), exit(0)]
    };
    for (events, ready) in [(0, 0), (2, 0), (1, 1)] {
        let timeout = Some(std::time::Duration::from_secs(5));
        let config = Config { timeout, ..Config::default() };
        let (outcome, _) = run_with(config, b"input", poll(events, ready));
        assert_eq!(outcome.reason, StopReason::Exit(0), "events {events}");
    }
}
