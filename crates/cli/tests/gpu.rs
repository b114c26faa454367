//! `ncpu gpu`, with and without an adapter.

#![cfg(feature = "gpu")]
#![allow(clippy::unwrap_used)]

use std::process::{Command, Output};

fn gpu(arguments: &[&str], driver: Option<&str>) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_ncpu"));
    command.arg("gpu").args(arguments);
    if let Some(driver) = driver {
        command.env("VK_DRIVER_FILES", driver);
    }
    command.output().unwrap()
}

#[test]
fn adapters_are_listed() {
    let output = gpu(&["--json"], None);
    let adapters: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let adapters = adapters.as_array().unwrap();
    assert_eq!(output.status.code(), Some(if adapters.is_empty() { 2 } else { 0 }));
    let text = String::from_utf8(gpu(&[], None).stdout).unwrap();
    for adapter in adapters {
        assert!(text.contains(adapter["name"].as_str().unwrap()), "{text}");
        assert!(adapter["native_doubles"].is_array() && text.contains("doubles"), "{text}");
        assert!(adapter["limits"]["max_buffer_bytes"].as_u64().unwrap() > 0);
    }
}

#[test]
#[cfg(target_os = "linux")]
fn without_a_driver_the_remedy_is_named() {
    let output = gpu(&[], Some("/no/driver.json"));
    assert_eq!(output.status.code(), Some(2));
    let text = String::from_utf8(output.stderr).unwrap();
    assert!(text.contains("install a Vulkan driver"), "{text}");
}

fn run(arguments: &[&str], environment: &[(&str, &str)]) -> Output {
    let program = concat!(env!("CARGO_MANIFEST_DIR"), "/../../programs/fibonacci.asm");
    let mut command = Command::new(env!("CARGO_BIN_EXE_ncpu"));
    command.args(["run", "--engine", "gpu"]).args(arguments).arg(program);
    command.envs(environment.iter().copied()).output().unwrap()
}

fn complaint(output: &Output) -> String {
    assert_eq!(output.status.code(), Some(2));
    assert!(output.stdout.is_empty());
    String::from_utf8(output.stderr.clone()).unwrap()
}

#[test]
fn the_executor_needs_no_driver() {
    let output =
        run(&["--gpu", "executor", "--report-gpu"], &[("VK_DRIVER_FILES", "/no/driver.json")]);
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    let report = String::from_utf8(output.stderr).unwrap();
    assert!(
        report.contains("the executor on the CPU") && report.contains("dispatches"),
        "{report}"
    );
}

#[test]
#[cfg(target_os = "linux")]
fn without_a_gpu_the_other_engine_is_offered() {
    let text = complaint(&run(&[], &[("VK_DRIVER_FILES", "/no/driver.json")]));
    assert!(text.contains("no GPU is usable") && text.contains("--engine cpu"), "{text}");
}

#[test]
fn unknown_names_and_dialects_are_refused() {
    let there = gpu(&["--json"], None);
    if there.status.code() != Some(0) {
        return println!("not run: names of GPUs (there is none)");
    }
    let text = complaint(&run(&["--gpu", "no such card"], &[]));
    assert!(text.contains("no GPU is called `no such card`"), "{text}");
    let text = complaint(&run(&["--gpu", "99"], &[]));
    assert!(text.contains("no GPU is called `99`"), "{text}");
    let text = complaint(&run(&[], &[("NCPU_GPU_DIALECT", "klingon")]));
    assert!(text.contains("NCPU_GPU_DIALECT=klingon"), "{text}");
}
