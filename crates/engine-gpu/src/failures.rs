//! Tests of what goes wrong on devices: the engine says so and goes no further.

#![allow(clippy::unwrap_used, reason = "in tests a panic is the failure report")]

use crate::device::{Buf, Device, Kernel, OnCpu, Part, Sizes};
use crate::engine::{GpuEngine, Setup};
use crate::lower::Doubles;
use ncpu_gpu::{GpuError, test_gpu};
use ncpu_machine::{Engine, Exit, Vcpu};
use ncpu_mem::{AddressSpace, Perms};
use ncpu_sem::A64;
use ncpu_shader::Module;

/// The executor, except that it fails.
struct Failing {
    inner: OnCpu,
    refuses: bool,
    /// After so many round trips it is lost.
    lasts: u32,
}

impl Device for Failing {
    fn longest(&self) -> u32 {
        1000
    }

    fn has_subgroups(&self) -> bool {
        true
    }

    fn is_software(&self) -> bool {
        false
    }

    fn assists_worth_a_kernel(&self) -> u64 {
        0
    }

    fn doubles(&self) -> Doubles {
        self.inner.doubles()
    }

    fn sizes(&self) -> Sizes {
        self.inner.sizes()
    }

    fn load(&mut self, name: &str, module: &Module) -> Result<Kernel, GpuError> {
        if self.refuses {
            let (label, message) = (name.into(), "too long for me".into());
            return Err(GpuError::Shader { label, message });
        }
        self.inner.load(name, module)
    }

    fn load_later(&mut self, name: &str, module: &Module) -> Result<(), GpuError> {
        self.inner.load_later(name, module)
    }

    fn loaded(&mut self) -> Option<Result<Kernel, GpuError>> {
        self.inner.loaded()
    }

    fn write_bytes(&mut self, to: Buf, word: u64, data: &[u8]) {
        self.inner.write_bytes(to, word, data);
    }

    fn run(&mut self, kernel: Kernel, workgroups: u32) {
        self.inner.run(kernel, workgroups);
    }

    fn finish(&mut self, parts: &[Part]) -> Result<Vec<Vec<u32>>, GpuError> {
        if self.lasts == 0 {
            return Err(GpuError::Lost { message: "unplugged".into() });
        }
        self.lasts -= 1;
        self.inner.finish(parts)
    }
}

fn failing(refuses: bool, lasts: u32, pages: u64) -> GpuEngine {
    let inner = OnCpu::new(Sizes::new(1, pages, 1 << 16, 1 << 10), false);
    GpuEngine::new(Box::new(A64), Box::new(Failing { inner, refuses, lasts }))
}

/// Runs `str x0, [x1]; b .` from 0x1000 with X1 in another page.
fn run(engine: &mut GpuEngine) -> (Exit, String) {
    let mut mem = AddressSpace::new(None);
    mem.map_anonymous(0x1000, 0x2000, Perms::RWX, "all").unwrap();
    let words: Vec<u8> = [0xf900_0020_u32, 0x1400_0000].map(u32::to_le_bytes).concat();
    mem.poke(0x1000, &words).unwrap();
    let mut vcpu = Vcpu { pc: 0x1000, ..Vcpu::default() };
    vcpu.set_x(1, 0x2ff8);
    let exit = engine.run(&mut vcpu, &mut mem, 10_000);
    (exit, engine.failure().unwrap_or_default().to_string())
}

#[test]
fn a_refused_kernel_is_named() {
    let (exit, why) = run(&mut failing(true, 100, 64));
    assert_eq!(exit, Exit::EngineFailed);
    assert!(why.contains("refuses the kernel interpret: too long for me"), "{why}");
}

#[test]
fn a_lost_device_ends_the_run() {
    for lasts in [0, 1, 2, 5] {
        let (exit, why) = run(&mut failing(false, lasts, 64));
        assert_eq!(exit, Exit::EngineFailed);
        assert!(why.contains("unplugged") && why.contains("engine `cpu`"), "{why}");
    }
}

#[test]
fn a_device_without_room_is_given_up() {
    let (exit, why) = run(&mut failing(false, 10_000, 0));
    assert_eq!(exit, Exit::EngineFailed);
    assert!(why.contains("memory"), "{why}");
    assert_eq!(run(&mut failing(false, 10_000, 64)).0, Exit::BudgetSpent);
}

#[test]
fn blocks_beyond_what_tables_hold_have_the_device_emptied() {
    let mut sizes = Sizes::new(1, 64, 1 << 16, 1 << 10);
    // One table of pages, and one of blocks that cannot grow: it holds 511.
    sizes.0[Buf::Tables as usize] = 4 * 2 * 1024;
    let device = Failing { inner: OnCpu::new(sizes, false), refuses: false, lasts: 10_000 };
    let mut engine = GpuEngine::new(Box::new(A64), Box::new(device));
    let mut mem = AddressSpace::new(None);
    mem.map_anonymous(0x1000, 0x3000, Perms::RX, "code").unwrap();
    // `b .+4` as often as three pages hold but once, then `b .`.
    let mut words = vec![0x1400_0001_u32; 3071];
    words.push(0x1400_0000);
    let bytes: Vec<u8> = words.into_iter().flat_map(u32::to_le_bytes).collect();
    mem.poke(0x1000, &bytes).unwrap();
    let mut vcpu = Vcpu { pc: 0x1000, ..Vcpu::default() };
    assert_eq!(
        engine.run(&mut vcpu, &mut mem, 10_000),
        Exit::BudgetSpent,
        "{:?}",
        engine.failure()
    );
    assert_eq!((vcpu.pc, vcpu.icount), (0x3ffc, 10_000));
}

#[test]
fn too_much_memory_is_refused() {
    let Some(gpu) = test_gpu() else { return };
    let setup = Setup { pages: Some(1 << 40), ..Setup::default() };
    let refused = GpuEngine::on_gpu_with(Box::new(A64), &gpu, setup).map(|_| ()).unwrap_err();
    let text = refused.to_string();
    assert!(text.contains("at most") || text.contains("no memory left"), "{text}");
}
