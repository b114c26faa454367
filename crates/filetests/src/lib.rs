//! Command lines over real guest programs: parsed from `tests/linux/*.cases`, run by us and by
//! QEMU, compared with recorded goldens.

pub mod cases;
pub mod oracle;

use cases::Case;
use ncpu_linux::{Config, MemoryHost, Outcome, Program, System};
use ncpu_machine::Engine;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// What a command line did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Output {
    /// Exit status as a shell shows it.
    pub status: i32,
    /// Standard output.
    pub stdout: Vec<u8>,
    /// Standard error.
    pub stderr: Vec<u8>,
}

/// The environment of every case.
pub const ENV: [&str; 4] = ["PATH=/usr/bin:/bin", "HOME=/root", "LC_ALL=C", "TERM=dumb"];

/// Makes a fresh engine.
pub type MakeEngine = fn() -> Box<dyn Engine>;

/// An engine that cases run on.
pub struct EngineUnderTest {
    /// What `--engine` calls it.
    pub name: &'static str,
    /// Makes a fresh one.
    pub make: MakeEngine,
    /// Cases of more instructions are not run on it: of an engine that is slow on purpose, the rest
    /// would take hours.
    pub longest: u64,
}

/// The engines; the first runs every case.
pub const ENGINES: &[EngineUnderTest] = &[
    EngineUnderTest {
        name: "cpu",
        make: || Box::new(ncpu_engine_cpu::Cpu::new(Box::new(ncpu_sem::A64))),
        longest: u64::MAX,
    },
    EngineUnderTest {
        name: "neural",
        make: || {
            let cells = ncpu_cells::Cells::built_in();
            let cells = cells.expect("the weights of this repository are whole");
            Box::new(ncpu_engine_neural::Neural::new(Box::new(ncpu_sem::A64), cells))
        },
        longest: 400_000,
    },
    EngineUnderTest {
        name: "gpu",
        make: || Box::new(ncpu_engine_gpu::GpuEngine::on_executor(Box::new(ncpu_sem::A64))),
        longest: 200_000,
    },
];

/// The repository's root.
#[must_use]
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// The guests' root file system, if `cargo xtask guests` has made it.
#[must_use]
pub fn guests() -> Option<PathBuf> {
    Some(root().join("build/guests/root")).filter(|dir| dir.join("usr/bin/busybox").exists())
}

/// Runs a case on one of our engines, in `/tmp` of a fresh copy-on-write view of `rootfs`. A case that
/// takes longer than two minutes is stopped.
///
/// # Errors
/// Why the machine could not start.
pub fn run(
    case: &Case,
    rootfs: &Path,
    engine: &mut dyn Engine,
    seed: u64,
) -> Result<(Output, Outcome), String> {
    run_within(Duration::from_secs(120), case, rootfs, engine, seed)
}

/// Like [`run`], with another time after which the case is stopped.
///
/// # Errors
/// Why the machine could not start.
pub fn run_within(
    time: Duration,
    case: &Case,
    rootfs: &Path,
    engine: &mut dyn Engine,
    seed: u64,
) -> Result<(Output, Outcome), String> {
    let config = Config {
        rootfs: Some(rootfs.to_path_buf()),
        env: ENV.iter().map(|e| (*e).to_string()).collect(),
        cwd: "/tmp".into(),
        seed,
        timeout: Some(time),
        hash_memory: true,
        ..Config::default()
    };
    let host = MemoryHost::new(b"");
    let program = Program::Guest(case.shell[0].clone());
    let argv: Vec<String> = case.shell.iter().chain([&case.script]).cloned().collect();
    let booted = System::boot(config, Box::new(host.clone()), &program, &argv);
    let mut system = booted.map_err(|e| e.to_string())?;
    let outcome = system.run(engine);
    let (stdout, stderr) = host.output();
    Ok((Output { status: outcome.reason.status(), stdout, stderr }, outcome))
}
