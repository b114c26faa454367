//! BusyBox on whatever GPU there is: output, instruction count and memory as on the engine `cpu`.

#![allow(clippy::unwrap_used, reason = "in tests a panic is the failure report")]

use ncpu_engine_gpu::GpuEngine;
use ncpu_filetests::{ENGINES, cases, guests, root, run};
use ncpu_gpu::test_gpu;
use ncpu_sem::A64;

/// Few, since software devices are slow; `ncpu-filetests` runs them all.
const CASES: [&str; 5] =
    ["echo and escapes", "expr", "sha256 of little", "fork in a subshell", "background and wait"];

#[test]
fn commands_on_a_gpu() {
    let Some(guests) = guests() else {
        return println!("not run: commands on a GPU (no guest programs)");
    };
    let Some(gpu) = test_gpu() else { return };
    let mut engine = GpuEngine::on_gpu(Box::new(A64), &gpu).unwrap();
    let all = cases::read(&root().join("tests/linux/applets.cases")).unwrap();
    for name in CASES {
        let case = all.iter().find(|c| c.name == name).unwrap();
        let (output, outcome) = run(case, &guests, &mut engine, 0).unwrap();
        let (expected, reference) = run(case, &guests, (ENGINES[0].make)().as_mut(), 0).unwrap();
        assert_eq!(output, expected, "{name}");
        assert_eq!(outcome.instructions, reference.instructions, "{name}");
        assert_eq!(outcome.memory_hash, reference.memory_hash, "{name}");
    }
}
