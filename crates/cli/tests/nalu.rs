//! `ncpu nalu` from outside: what it writes, prints and refuses.

#![allow(clippy::unwrap_used)]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

fn nalu(args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_ncpu")).arg("nalu").args(args).output().unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

#[test]
fn trains_what_is_committed_and_keeps_it_on_resuming() {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("nalu");
    let _ = fs::remove_dir_all(&folder);
    let (out, curves) = (folder.join("models"), folder.join("curves"));
    let (out_arg, curves_arg) = (out.to_str().unwrap(), curves.to_str().unwrap());
    let done = nalu(&["train", "mux", "zero", "--out", out_arg, "--curves", curves_arg]);
    assert_eq!(done.status.code(), Some(0), "{}", text(&done.stderr));
    for name in ["mux", "zero"] {
        let file = format!("{name}.safetensors");
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../models/nalu");
        assert_eq!(fs::read(out.join(&file)).unwrap(), fs::read(root.join(&file)).unwrap());
        assert!(fs::read_to_string(curves.join(format!("{name}.svg"))).unwrap().contains("</svg>"));
    }
    assert!(curves.join("overview.svg").exists());

    let again = text(&nalu(&["train", "mux", "--out", out_arg, "--resume"]).stdout);
    assert!(again.lines().any(|line| line.starts_with("mux") && line.ends_with("kept")), "{again}");
    let shown = nalu(&["show", "mux", "--models", out_arg]);
    assert_eq!(shown.stdout, nalu(&["show", "mux"]).stdout);
    let missing = nalu(&["show", "round", "--models", out_arg]);
    assert_eq!(missing.status.code(), Some(2));
    assert!(text(&missing.stderr).contains("round.safetensors"), "{}", text(&missing.stderr));
}

#[test]
fn an_unknown_cell_is_refused_with_the_names() {
    for command in ["train", "show"] {
        let refused = nalu(&[command, "adder"]);
        assert_eq!(refused.status.code(), Some(2));
        let why = text(&refused.stderr);
        assert!(
            why.contains("no cell `adder`; there are full-adder, ") && why.contains("sin, cos")
        );
    }
}

#[test]
fn all_cells_and_functions_are_listed() {
    let list = text(&nalu(&["show"]).stdout);
    assert!(list.contains("full-adder") && list.lines().count() >= 21, "{list}");
    assert!(list.contains("log(1+t)/t") && list.contains("approximate"), "{list}");
}

#[test]
fn networks_of_functions_are_trained_kept_and_shown() {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("nalu-functions");
    let _ = fs::remove_dir_all(&folder);
    let out = folder.to_str().unwrap();
    let done = nalu(&["train", "cos", "zero", "sin", "--out", out]);
    assert_eq!(done.status.code(), Some(0), "{}", text(&done.stderr));
    assert!(text(&done.stdout).contains("1-16-1"), "{}", text(&done.stdout));
    for file in ["zero.safetensors", "elementary/sin.safetensors", "elementary/cos.safetensors"] {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../models/nalu");
        assert_eq!(fs::read(folder.join(file)).unwrap(), fs::read(root.join(file)).unwrap());
    }
    let again = text(&nalu(&["train", "sin", "--out", out, "--resume"]).stdout);
    assert!(again.lines().any(|line| line.starts_with("sin") && line.ends_with("kept")), "{again}");
    let shown = nalu(&["show", "sin", "--models", out]);
    assert_eq!(shown.stdout, nalu(&["show", "sin"]).stdout);
    assert!(text(&shown.stdout).contains("within 0.51 units in the last place"));
    let missing = nalu(&["show", "log", "--models", out]);
    assert_eq!(missing.status.code(), Some(2));
    assert!(text(&missing.stderr).contains("log.safetensors"), "{}", text(&missing.stderr));
}

#[test]
fn operations_are_evaluated_in_every_tier() {
    for tier in ["weights", "tables", "bits"] {
        let sum = nalu(&["eval", "add", "32", "0xffffffff", "1", "--tier", tier]);
        assert_eq!(text(&sum.stdout), "0 (0x0)\nN=0 Z=1 C=1 V=0\n", "{tier}");
        let quotient = nalu(&["eval", "fdiv", "half", "1", "3", "--round", "up", "--tier", tier]);
        assert_eq!(text(&quotient.stdout), "0.33349609375 (0x3556)\nraises inexact\n", "{tier}");
    }
    let negative = nalu(&["eval", "fsub", "double", "-1", "-2.5", "--report-cells"]);
    assert_eq!(text(&negative.stdout), "1.5 (0x3ff8000000000000)\n");
    assert!(text(&negative.stderr).contains("carry-combine"));
    assert!(text(&nalu(&["eval"]).stdout).lines().count() > 50);
}

#[test]
fn elementary_functions_are_evaluated() {
    let sine = text(&nalu(&["eval", "sin", "single", "1e22"]).stdout);
    assert!(sine.starts_with("-0.73408") && sine.contains("approximate"), "{sine}");
    let angle = text(&nalu(&["eval", "atan2", "single", "-1", "0"]).stdout);
    assert!(angle.starts_with("-1.5707964"), "{angle}");
    assert!(text(&nalu(&["eval"]).stdout).contains("exp2"));
}

#[test]
fn wrong_evaluations_are_refused() {
    for (args, message) in [
        (&["eval", "plus", "32", "1", "2"][..], "no operation `plus`"),
        (&["eval", "add", "33", "1", "2"], "it comes in 8, 16, 32, 64"),
        (&["eval", "add", "32", "1"], "add takes 2 operands, not 1"),
        (&["eval", "add", "8", "1", "x"], "operand `x`"),
        (&["eval", "fsqrt", "half", "x"], "operand `x`"),
        (&["eval", "sin", "double", "1"], "it comes in single"),
        (&["eval", "atan2", "single", "1"], "atan2 takes 2 operands, not 1"),
    ] {
        let refused = nalu(args);
        assert_eq!(refused.status.code(), Some(2), "{args:?}");
        assert!(text(&refused.stderr).contains(message), "{}", text(&refused.stderr));
    }
}

fn run(args: &[&str]) -> Output {
    let program = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../programs/fibonacci.asm");
    Command::new(env!("CARGO_BIN_EXE_ncpu")).arg("run").args(args).arg(program).output().unwrap()
}

#[test]
fn the_neural_engine_reports_its_cells() {
    let (cpu, neural) = (run(&[]), run(&["--engine", "neural", "--report-cells"]));
    assert_eq!(neural.status.code(), Some(0));
    let report = text(&neural.stderr);
    assert!(report.ends_with(&text(&cpu.stderr)), "{report}");
    let count = |cell: &str| -> u64 {
        let line = report.lines().find(|line| line.starts_with(cell)).unwrap();
        line.split_whitespace().nth(1).unwrap().parse().unwrap()
    };
    assert!(count("carry-combine") > 1000 && count("condition") >= 10, "{report}");
    let elsewhere = run(&["--report-cells"]);
    assert_eq!(elsewhere.status.code(), Some(2));
    assert!(text(&elsewhere.stderr).contains("--engine neural"));
}

/// The committed weights of the cells, in a folder of this name.
fn copy_of_the_weights(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).unwrap();
    let models = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../models/nalu");
    for entry in fs::read_dir(models).unwrap() {
        let path = entry.unwrap().path();
        if path.is_file() {
            fs::copy(&path, folder.join(path.file_name().unwrap())).unwrap();
        }
    }
    folder
}

/// A folder without a weight file, or with an altered one, stops the engine by the file's name.
#[test]
fn the_neural_engine_needs_whole_weights() {
    let folder = copy_of_the_weights("weights");
    let args = ["--engine", "neural", "--models", folder.to_str().unwrap()];
    assert_eq!(run(&args).status.code(), Some(0));

    let logic = folder.join("logic.safetensors");
    let mut bytes = fs::read(&logic).unwrap();
    let last = bytes.len() - 2;
    bytes[last] ^= 0x40;
    fs::write(&logic, bytes).unwrap();
    for _ in 0..2 {
        let refused = run(&args);
        assert_eq!(refused.status.code(), Some(2));
        assert!(text(&refused.stderr).contains("logic.safetensors"), "{}", text(&refused.stderr));
        let _ = fs::remove_file(&logic);
    }
}

#[test]
fn instructions_are_decoded_by_cells_of_the_folder() {
    let folder = copy_of_the_weights("decoder");
    let source = ["-i", "MOV R1, 5; ADD R1, R1, 2; HALT", "--engine", "neural", "--report-cells"];
    let inline = || {
        let mut command = Command::new(env!("CARGO_BIN_EXE_ncpu"));
        command.arg("run").args(source).arg("--models").arg(&folder).output().unwrap()
    };
    let report = text(&inline().stderr);
    assert!(report.contains("R1=7"), "{report}");
    // Choosing operands takes 36 multiplexers a word; the engine has its own.
    for (cell, least) in [("opcode ", 3), ("form ", 3), ("operands ", 3), ("mux ", 3 * 36)] {
        let line = report.lines().find(|line| line.starts_with(cell)).unwrap();
        let count: u64 = line.split_whitespace().nth(1).unwrap().parse().unwrap();
        assert!(count >= least, "{line}");
    }
    fs::remove_file(folder.join("form.safetensors")).unwrap();
    let refused = inline();
    assert_eq!(refused.status.code(), Some(2));
    assert!(text(&refused.stderr).contains("form.safetensors"), "{}", text(&refused.stderr));
}
