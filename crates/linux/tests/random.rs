//! Random system calls with awkward arguments: whatever a guest asks, the host must not panic.

#![allow(clippy::unwrap_used)] // a panic is the failure report

use ncpu_linux::{Config, MemoryHost, Program, System};
use ncpu_machine::{Engine, Exit, Vcpu};
use ncpu_mem::AddressSpace;
use std::time::Duration;

const DATA: u64 = 0x50_0000;

/// Calls at random, from a seed.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    fn argument(&mut self) -> u64 {
        const ODD: [u64; 12] = [
            0,
            u64::MAX,
            i64::MAX as u64,
            1 << 63,
            1 << 47,
            0xffff_ffff_f000,
            0x7fff_ffff,
            0xffff_ffff,
            -100_i64 as u64,
            4096,
            16,
            8,
        ];
        match self.next() % 8 {
            0 => ODD[self.next() as usize % ODD.len()],
            1..=3 => self.next() % 8,
            4 | 5 => DATA + self.next() % 16 * 256,
            6 => 1 << (self.next() % 64),
            _ => self.next() >> (self.next() % 64),
        }
    }

    /// Paths, small numbers and noise where the arguments point.
    fn fill(&mut self, mem: &mut AddressSpace) {
        const PATHS: [&[u8]; 12] = [
            b"/tmp/a\0",
            b"/tmp/a/b\0",
            b"/proc/self/fd/0\0",
            b"/dev/zero\0",
            b"..\0",
            b"/proc\0",
            b"/tmp\0",
            b"/bin/script\0",
            b"\0",
            b"/dev/stdout\0",
            b"/proc/self/maps\0",
            b"x\0",
        ];
        for i in 0..16 {
            let at = DATA + i * 256;
            if self.next().is_multiple_of(2) {
                let path = PATHS[self.next() as usize % PATHS.len()];
                let _ = mem.write(at, path);
            } else {
                for j in 0..8 {
                    let value = self.argument();
                    let _ = mem.store(at + 8 * j, value);
                }
            }
        }
    }
}

impl Engine for Random {
    fn name(&self) -> &'static str {
        "random"
    }

    fn run(&mut self, vcpu: &mut Vcpu, mem: &mut AddressSpace, _budget: u64) -> Exit {
        vcpu.icount += 1;
        if self.next().is_multiple_of(16) {
            self.fill(mem);
        }
        let number = loop {
            let number = self.next() % 460;
            // Ends of the machine, and forks by the thousand, would test little.
            let rare = matches!(number, 93 | 94 | 129..=131 | 139 | 221 | 281 | 220 | 435);
            if !rare || self.next().is_multiple_of(64) {
                break number;
            }
        };
        vcpu.set_x(8, number);
        for n in 0..6 {
            let value = self.argument();
            vcpu.set_x(n, value);
        }

        Exit::Syscall { imm: 0 }
    }
}

fn elf() -> Vec<u8> {
    let mut f = vec![0_u8; 64 + 56];
    f[..7].copy_from_slice(b"\x7fELF\x02\x01\x01");
    (f[16], f[18], f[20], f[32], f[54], f[56]) = (2, 183, 1, 64, 56, 1);
    f[24..32].copy_from_slice(&DATA.to_le_bytes());
    (f[64], f[68]) = (1, 7);
    f[80..88].copy_from_slice(&DATA.to_le_bytes());
    f[106] = 1;
    f
}

#[test]
fn no_call_panics_the_host() {
    let rounds = std::env::var("NCPU_RANDOM_ROUNDS").ok().and_then(|r| r.parse().ok());
    for seed in 1..=rounds.unwrap_or(200) {
        let config = Config {
            seed,
            memory: 64 << 20,
            max_processes: 32,
            max_instructions: Some(2000),
            // A periodic timer and a sleep of centuries are both legal.
            timeout: Some(Duration::from_millis(200)),
            ..Config::default()
        };
        let program = Program::Bytes("/bin/script".into(), elf());
        let host = Box::new(MemoryHost::new(b"some input"));
        let mut system = System::boot(config, host, &program, &["script".to_owned()]).unwrap();
        if seed % 4 == 0 {
            system.strace(Box::new(std::io::sink()));
        }
        if std::env::var("NCPU_RANDOM_TRACE").is_ok() {
            eprintln!("seed {seed}");
            system.strace(Box::new(std::io::stderr()));
        }
        system.run(&mut Random(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15)));
    }
}
