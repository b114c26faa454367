//! `ncpu muxleq bench` from outside.

#![allow(clippy::unwrap_used, reason = "a panic is the failure report")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn bench(args: &[&str], compiler: Option<&str>) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_ncpu"));
    command.current_dir(root()).args(["muxleq", "bench", "--repeats", "1"]).args(args);
    command.envs(compiler.map(|name| ("CC", name))).output().unwrap()
}

#[test]
fn engines_agree_with_c_on_programs_and_built_in_images() {
    let forth = ["programs/muxleq/forth.mux", "--input", "benches/muxleq/work.fth"];
    for (images, count) in [(&forth[..], 1), (&[][..], 2)] {
        let done = bench(&[images, &["--steps", "30000", "--json"]].concat(), None);
        assert_eq!(done.status.code(), Some(0), "{}", String::from_utf8_lossy(&done.stderr));
        let rows: serde_json::Value = serde_json::from_slice(&done.stdout).unwrap();
        let rows = rows.as_array().unwrap();
        let engines: Vec<_> = rows.iter().map(|row| row["engine"].as_str().unwrap()).collect();
        assert_eq!(engines, ["cpu", "lift", "neural"].repeat(count));
        assert!(
            rows.iter().all(|row| row["steps"] == 30_000 && row["seconds"].as_f64() > Some(0.0))
        );
    }
}

#[test]
fn what_is_missing_is_named() {
    for (args, compiler, named) in [
        (&[][..], Some("no-such-compiler"), "C compiler `no-such-compiler`"),
        (&["--engine", "slow"][..], None, "no engine `slow`"),
        (&["no-such-image.dec"][..], None, "no-such-image.dec: "),
        (&["--input", "README.md"][..], None, "--input"),
    ] {
        let refused = bench(args, compiler);
        let why = String::from_utf8(refused.stderr).unwrap();
        assert_eq!(refused.status.code(), Some(2), "{why}");
        assert!(why.contains(named) && why.lines().count() == 1, "{why}");
    }
}

#[test]
fn weights_come_from_the_folder_and_spoilt_ones_are_refused() {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("muxleq-models");
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).unwrap();
    for entry in fs::read_dir(root().join("models/nalu")).unwrap() {
        let path = entry.unwrap().path();
        if path.is_file() {
            fs::copy(&path, folder.join(path.file_name().unwrap())).unwrap();
        }
    }
    let models = ["--engine", "neural", "--steps", "5000", "--models", folder.to_str().unwrap()];
    assert_eq!(bench(&models, None).status.code(), Some(0));
    let file = folder.join("carry-combine.safetensors");
    let mut bytes = fs::read(&file).unwrap();
    // The last parameter: 1/16 times some whole number, now another.
    let at = bytes.len() - 4;
    bytes[at..].copy_from_slice(&0.0625_f32.to_le_bytes());
    fs::write(&file, bytes).unwrap();
    let why = String::from_utf8(bench(&models, None).stderr).unwrap();
    assert!(why.contains("carry-combine.safetensors: the weights were altered"), "{why}");
}
