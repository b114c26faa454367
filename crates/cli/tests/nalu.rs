//! `ncpu nalu` from outside: what it writes, prints and refuses.

#![allow(clippy::unwrap_used)]

use std::fs;
use std::path::Path;
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
