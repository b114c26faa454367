//! `ncpu muxleq swarm` from outside.

#![allow(clippy::unwrap_used, reason = "a panic is the failure report")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// A folder with an image that copies its input, and two inputs.
fn folder(test: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("muxleq-swarm-{test}"));
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(folder.join("in")).unwrap();
    fs::write(folder.join("echo.dec"), "-1 18 3  19 19 6  18 19 12  20 20 -1\n").unwrap();
    fs::write(folder.join("more.dec"), "18 -1 15  20 20 0  0 0 0\n").unwrap();
    fs::write(folder.join("in/a"), "first").unwrap();
    fs::write(folder.join("in/b"), [0xff, 0x00]).unwrap();
    folder
}

fn swarm(folder: &Path, args: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_ncpu"));
    command.current_dir(folder).args(["muxleq", "swarm"]).args(args).output().unwrap()
}

#[test]
fn a_machine_for_each_file() {
    let folder = folder("files");
    let args = ["echo.dec", "more.dec", "--gpu", "cpu", "--stdin-dir", "in", "--json", "-"];
    let done = swarm(&folder, &args);
    assert_eq!(done.status.code(), Some(0), "{}", String::from_utf8_lossy(&done.stderr));
    let lines: Vec<serde_json::Value> =
        done.stdout.split(|b| *b == b'\n').flat_map(serde_json::from_slice).collect();
    assert_eq!(lines.len(), 2);
    assert_eq!((&lines[0]["guest"], &lines[0]["stdout"]), (&"a".into(), &"first".into()));
    assert_eq!(lines[0]["instructions"], 5 * 5 + 4);
    assert_eq!((&lines[1]["reason"], &lines[1]["status"]), (&"EXIT".into(), &0.into()));
    assert_eq!(lines[1]["stdout_hex"], "ff00");
}

#[test]
fn machines_that_do_the_same() {
    let folder = folder("same");
    let common = ["echo.dec", "more.dec", "--gpu", "cpu", "--machines", "3", "--stdin", "in/a"];
    let done =
        swarm(&folder, &[&common[..], &["--out", "out", "--max-instructions", "7"]].concat());
    assert_eq!(done.status.code(), Some(0), "{}", String::from_utf8_lossy(&done.stderr));
    assert_eq!(fs::read(folder.join("out/000002.stdout")).unwrap(), b"f");
    let report = fs::read_to_string(folder.join("out/000000.json")).unwrap();
    assert!(report.contains("\"MAX_CYCLES\"") && report.contains("\"instructions\": 7"));
    let bench = swarm(&folder, &[&common[..], &["--bench"]].concat());
    let said = String::from_utf8(bench.stderr).unwrap();
    assert!(said.contains("all 3 guests did the same on both"), "{said}");
}

#[test]
fn what_is_missing_is_named() {
    let folder = folder("missing");
    for (args, named) in [
        (&["echo.dec"][..], "--stdin-dir"),
        (&["none.dec", "--machines", "1"], "none.dec"),
        (&["in/a", "--machines", "1"], "in/a:1:1: "),
        (&["echo.dec", "--machines", "1", "--stdin", "in/c"], "in/c: "),
        (&["echo.dec", "--stdin-dir", "out"], "out: "),
    ] {
        let refused = swarm(&folder, args);
        let why = String::from_utf8(refused.stderr).unwrap();
        assert_eq!(refused.status.code(), Some(2), "{why}");
        assert!(why.contains(named), "{why}");
    }
}
