//! `ncpu run --engine neural` on nCPU assembly: instructions are decoded by networks.

#![allow(clippy::unwrap_used)]

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

fn run(args: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_ncpu"));
    command.args(["run", "--engine", "neural", "-i", "MOV R1, 5; ADD R1, R1, 2; HALT"]);
    command.args(args).output().unwrap()
}

fn errors(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

/// The number in the line of a report that has `text`.
fn number(report: &str, text: &str) -> u64 {
    let line = report.lines().find(|line| line.contains(text)).unwrap();
    line.split_whitespace().find_map(|word| word.parse().ok()).unwrap()
}

#[test]
fn the_decoders_cells_are_in_the_report() {
    let output = run(&["--report-cells"]);
    let report = errors(&output);
    assert!(output.status.success() && report.contains("R1=7"), "{report}");
    assert_eq!(number(&report, "instruction words decoded"), 3);
    for cell in ["opcode ", "form ", "operands "] {
        assert_eq!(number(&report, cell), 3, "{report}");
    }
    // Choosing operands takes 36 cells a word; the engine has its own.
    assert!(number(&report, "mux ") >= 3 * 36, "{report}");
}

#[test]
fn weights_of_the_decoder_come_from_the_folder() {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("decode");
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).unwrap();
    let models = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../models/nalu");
    for entry in fs::read_dir(models).unwrap() {
        let path = entry.unwrap().path();
        fs::copy(&path, folder.join(path.file_name().unwrap())).unwrap();
    }
    let folder_arg = folder.to_str().unwrap();
    assert!(run(&["--models", folder_arg]).status.success());
    fs::remove_file(folder.join("form.safetensors")).unwrap();
    let refused = run(&["--models", folder_arg]);
    assert_eq!(refused.status.code(), Some(2));
    assert!(errors(&refused).contains("form.safetensors"), "{}", errors(&refused));
}
