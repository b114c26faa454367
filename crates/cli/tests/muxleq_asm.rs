//! `ncpu muxleq asm` and `disasm`, as a user runs them.

#![allow(clippy::unwrap_used, reason = "a panic is the failure report")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

fn folder(test: &str) -> PathBuf {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("muxleq-asm-{test}"));
    fs::create_dir_all(&folder).unwrap();
    folder
}

/// Output, standard error, exit status.
fn ncpu(folder: &Path, args: &[&str]) -> (String, String, i32) {
    let output =
        Command::new(env!("CARGO_BIN_EXE_ncpu")).args(args).current_dir(folder).output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (text(output.stdout), text(output.stderr), output.status.code().unwrap())
}

fn done(folder: &Path, args: &[&str]) -> String {
    let (out, err, status) = ncpu(folder, args);
    assert_eq!((err.as_str(), status), ("", 0), "{args:?}");
    out
}

#[test]
fn assembles_runs_and_disassembles() {
    let folder = folder("round");
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../programs/muxleq/calc.mux");
    fs::write(folder.join("answer.mux"), format!("include \"{}\"", source.display())).unwrap();
    done(&folder, &["muxleq", "asm", "answer.mux", "--map", "calc.map"]);
    done(&folder, &["muxleq", "asm", source.to_str().unwrap(), "-o", "calc.dec"]);
    let image = fs::read(folder.join("calc.dec")).unwrap();
    assert!(image == fs::read(folder.join("answer.dec")).unwrap());
    let text = done(&folder, &["muxleq", "disasm", "--map", "calc.map", "calc.dec"]);
    assert!(text.contains("\nexpression:\n"), "{text}");
    fs::write(folder.join("again.mux"), text).unwrap();
    done(&folder, &["muxleq", "asm", "again.mux"]);
    assert!(image == fs::read(folder.join("again.dec")).unwrap());
}

#[test]
fn errors_name_the_place_and_change_nothing() {
    let folder = folder("errors");
    let refused = |args: &[&str]| {
        let (out, err, status) = ncpu(&folder, args);
        assert_eq!((out.as_str(), status), ("", 2), "{err}");
        err
    };
    fs::write(folder.join("bad.mux"), "start: sub x, y\n").unwrap();
    let _ = fs::remove_file(folder.join("bad.dec"));
    let err = refused(&["muxleq", "asm", "bad.mux"]);
    assert!(err.contains("bad.mux:1:12: error: unknown name `x`"), "{err}");
    assert!(err.contains("bad.mux:1:15: error: unknown name `y`"), "{err}");
    assert!(!folder.join("bad.dec").exists());
    assert!(refused(&["muxleq", "asm", "none.mux"]).contains("cannot read `none.mux`"));
    fs::write(folder.join("good.mux"), "halt\n").unwrap();
    assert!(
        refused(&["muxleq", "asm", "good.mux", "-o", "good.mux"])
            .contains("would overwrite its source")
    );
    fs::write(folder.join("empty.mux"), "; nothing\n").unwrap();
    assert!(refused(&["muxleq", "asm", "empty.mux"]).contains("no cells"));
    assert!(refused(&["muxleq", "disasm", "good.mux"]).contains("good.mux:1:1: "));
    fs::write(folder.join("good.dec"), "1 2 3\n").unwrap();
    fs::write(folder.join("bad.map"), "1 x\ny\n").unwrap();
    assert!(
        refused(&["muxleq", "disasm", "--map", "bad.map", "good.dec"]).contains("bad.map:2:1: ")
    );
}
