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
