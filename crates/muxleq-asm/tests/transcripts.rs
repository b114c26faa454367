//! The programs of `programs/muxleq` on every engine: `tests/muxleq/NAME.in` is the input of `NAME.mux`, `NAME.out`
//! what must come out, `steps` how many steps it takes. `NCPU_BLESS=1` records them; read the difference. Each engine
//! runs all of them to the end: 780,000 steps.

#![allow(clippy::unwrap_used, reason = "a panic is the failure report")]

use ncpu_cells::Cells;
use ncpu_engine_cpu::Cpu;
use ncpu_engine_gpu::GpuEngine;
use ncpu_engine_neural::Neural;
use ncpu_machine::io::MemoryIo;
use ncpu_muxleq::{Core, EngineCore, Fast, Image, Limits, MuxleqIsa, Reference, State, Stop, run};
use ncpu_muxleq_asm::{HostFiles, assemble};
use std::path::{Path, PathBuf};

const PROGRAMS: [&str; 6] = ["calc", "echo", "forth", "hello", "selfcheck", "sieve"];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn transcript(name: &str, extension: &str) -> PathBuf {
    root().join(format!("tests/muxleq/{name}.{extension}"))
}

/// The state at the end, and the output.
fn end(name: &str, core: &mut dyn Core) -> (State, Vec<u8>) {
    let program = assemble(&root().join(format!("programs/muxleq/{name}.mux")), &HostFiles)
        .unwrap_or_else(|errors| panic!("{errors}"));
    let input = std::fs::read(transcript(name, "in")).unwrap();
    let mut state = State::new(&Image { cells: program.cells });
    let mut io = MemoryIo::new(&input);
    let limits = Limits { max_steps: Some(10_000_000), ..Limits::default() };
    let outcome = run(core, &mut state, &mut io, &limits);
    assert!(matches!(outcome.stop, Stop::Halted), "{name}: {:?}", outcome.stop);
    (state, io.output)
}

/// Compares output, steps, pc and cells with the reference's.
fn compare(core: &mut dyn Core) {
    for name in PROGRAMS {
        let (found, output) = end(name, core);
        let (wanted, expected) = end(name, &mut Reference);
        assert_eq!(String::from_utf8_lossy(&output), String::from_utf8_lossy(&expected), "{name}");
        assert_eq!((found.pc, found.steps), (wanted.pc, wanted.steps), "{name}");
        assert!(found.memory == wanted.memory, "{name}: the cells differ");
    }
}

#[test]
fn reference() {
    let bless = std::env::var_os("NCPU_BLESS").is_some();
    let mut steps = String::new();
    for name in PROGRAMS {
        let (state, output) = end(name, &mut Reference);
        steps.push_str(&format!("{name} {}\n", state.steps));
        if bless {
            std::fs::write(transcript(name, "out"), &output).unwrap();
        }
        let wanted = std::fs::read(transcript(name, "out")).unwrap();
        assert_eq!(String::from_utf8_lossy(&output), String::from_utf8_lossy(&wanted), "{name}");
        assert_eq!(output, wanted, "{name}");
    }
    let recorded = root().join("tests/muxleq/steps");
    if bless {
        std::fs::write(&recorded, &steps).unwrap();
    }
    assert_eq!(steps, std::fs::read_to_string(recorded).unwrap());
}

#[test]
fn fast() {
    compare(&mut Fast);
}

#[test]
fn cpu_engine() {
    compare(&mut EngineCore::new(Box::new(Cpu::new(Box::new(MuxleqIsa)))));
}

#[test]
fn neural_engine() {
    let cells = Cells::built_in().unwrap();
    compare(&mut EngineCore::new(Box::new(Neural::new(Box::new(MuxleqIsa), cells))));
}

/// The circuits made for the machine, which `ncpu run --engine neural` uses.
#[test]
fn circuits_of_cells() {
    compare(&mut ncpu_muxleq_neural::Neural::new(&Cells::built_in().unwrap()));
}

/// The kernels, executed on the CPU.
#[test]
fn gpu_engine() {
    compare(&mut EngineCore::new(Box::new(GpuEngine::on_executor(Box::new(MuxleqIsa)))));
}
