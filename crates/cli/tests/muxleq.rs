//! `ncpu run` of MUXLEQ images, as a user runs it.

#![allow(clippy::unwrap_used, reason = "a panic is the failure report")]

use std::fs;
use std::io::{Read, Write};
use std::path::PathBuf;
use std::process::{Child, Command, Output, Stdio};

/// Copies its input to its output, 4 steps a byte; 2 more at the end of the input, or at a NUL.
const ECHO: &str = "-1 12 0\n13 12 -1\n12 -1 0\n13 13 0\n0 0\n";
/// Writes an A, then loops.
const LOOP: &str = "6,-1,0, 7,7,3, 65,0\n";

/// Files of one test, in a folder of its own.
struct Files(PathBuf);

impl Files {
    fn new(test: &str) -> Self {
        let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("muxleq-{test}"));
        fs::create_dir_all(&folder).unwrap();
        Self(folder)
    }

    fn write(&self, name: &str, text: &str) {
        fs::write(self.0.join(name), text).unwrap();
    }

    fn start(&self, args: &[&str]) -> Child {
        Command::new(env!("CARGO_BIN_EXE_ncpu"))
            .arg("run")
            .args(args)
            .current_dir(&self.0)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap()
    }

    fn run(&self, args: &[&str], input: &str) -> Output {
        let mut child = self.start(args);
        // A program that does not read may have ended.
        let _ = child.stdin.take().unwrap().write_all(input.as_bytes());
        child.wait_with_output().unwrap()
    }

    /// Output, standard error, exit status.
    fn told(&self, args: &[&str], input: &str) -> (String, String, i32) {
        let output = self.run(args, input);
        let text = |bytes| String::from_utf8(bytes).unwrap();
        (text(output.stdout), text(output.stderr), output.status.code().unwrap())
    }

    /// That nothing was run, and why.
    fn refused(&self, args: &[&str]) -> String {
        let (out, err, status) = self.told(args, "");
        assert_eq!((out.as_str(), status), ("", 2), "{args:?}: {err}");
        assert_eq!(err.lines().count(), 1, "{err}");
        err
    }
}

#[test]
fn content_tells_an_image_on_every_engine() {
    let files = Files::new("engines");
    files.write("echo", ECHO);
    let mut engines = vec![vec![], vec!["--engine", "cpu"], vec!["--engine", "neural"]];
    if cfg!(feature = "gpu") {
        engines.push(vec!["--engine", "gpu", "--gpu", "executor"]);
    }
    for engine in engines {
        let args = [engine, vec!["echo"]].concat();
        let (out, err, status) = files.told(&args, "Hallo\n");
        assert_eq!((out.as_str(), err.as_str()), ("Hallo\n", "halted after 26 instructions\n"));
        assert_eq!(status, 0);
    }
    assert_eq!(files.told(&["--quiet", "echo"], "a").1, "");
    let (out, ..) = files.told(&["--inspect", "echo"], "");
    assert_eq!(out, "echo: MUXLEQ image, 14 of 65536 cells\n");
}

#[test]
fn files_append() {
    let files = Files::new("append");
    files.write("a.dec", "-1 12 0 13 12");
    files.write("b.dec", "-1 12 -1 0 13 13 0 0 0");
    assert_eq!(files.told(&["-q", "a.dec", "b.dec"], "xy"), ("xy".into(), String::new(), 0));
    let err = files.refused(&["a.dec", "c.dec"]);
    assert!(err.starts_with("ncpu: c.dec: "), "{err}");
}

#[test]
fn mistakes_are_told_with_their_place() {
    let files = Files::new("mistakes");
    files.write("a.dec", "1 2 3\n4, five\n");
    files.write("b", "1 2\n3 70000\n");
    files.write("c", ECHO);
    files.write("d.dec", "");
    for (args, want) in [
        (&["a.dec"][..], "ncpu: a.dec:2:4: `five` is no decimal number; "),
        (&["b"], "ncpu: b:2:3: 70000 does not fit a cell; "),
        (&["c", "b"], "ncpu: b:2:3: "),
        (&["d.dec"], "ncpu: d.dec:1:1: no number"),
        (&["c", "c", "--quiet"], "ncpu: --quiet: options go before the image"),
        (&["--strace", "c"], "ncpu: --strace is for Linux programs"),
        (&["--trace", "c"], "ncpu: --trace is for nCPU assembly"),
        (&["--timeout=-1", "c"], "ncpu: --timeout: "),
        (&["--engine", "none", "c"], "ncpu: no engine `none`"),
    ] {
        let err = files.refused(args);
        assert!(err.starts_with(want), "{err}");
    }
}

#[test]
fn limits_stop_a_run() {
    let files = Files::new("limits");
    files.write("loop.dec", LOOP);
    for engine in ["cpu", "neural"] {
        let args = ["--engine", engine, "--max-instructions", "1003", "loop.dec"];
        let (out, err, status) = files.told(&args, "");
        assert_eq!((out.as_str(), status), ("A", 124));
        let end = "--max-instructions is reached, at cell 3, after 1003 instructions\n";
        assert!(err.starts_with("ncpu: loop.dec: ") && err.ends_with(end), "{err}");
    }
    let (out, err, status) = files.told(&["--timeout", "0.2", "loop.dec"], "");
    assert_eq!((out.as_str(), status), ("A", 124));
    assert!(err.contains("--timeout is reached"), "{err}");
}

#[test]
fn reports_and_repetitions() {
    let files = Files::new("reports");
    files.write("echo.dec", ECHO);
    files.told(&["--json-report", "r.json", "echo.dec"], "abc");
    let text = fs::read_to_string(files.0.join("r.json")).unwrap();
    let report: serde_json::Value = serde_json::from_str(&text).unwrap();
    assert_eq!(report["input_kind"], "muxleq");
    assert_eq!((&report["instructions"], &report["stop_reason"]), (&14.into(), &"HALT".into()));
    assert_eq!(report["registers"]["pc"], 65535);
    let (out, err, status) = files.told(&["--repeat", "2", "echo.dec"], "abc");
    assert_eq!((out.as_str(), status), ("abc", 0));
    assert!(err.contains("run 2: 14 instructions, ") && err.contains("2 runs: mean"), "{err}");
    let (_, err, _) = files.told(&["--engine", "neural", "--report-cells", "echo.dec"], "abc");
    assert!(err.contains("computed by cells"), "{err}");
}

#[test]
fn a_reader_that_has_gone_ends_the_run_quietly() {
    let files = Files::new("pipe");
    // Writes A for ever.
    files.write("yes.dec", "6 -1 0 7 7 0 65 0");
    let mut child = files.start(&["yes.dec"]);
    let mut first = [0; 3];
    child.stdout.take().unwrap().read_exact(&mut first).unwrap();
    let output = child.wait_with_output().unwrap();
    assert_eq!((&first, output.status.code()), (b"AAA", Some(0)));
    assert_eq!(String::from_utf8(output.stderr).unwrap(), "");
}

#[cfg(unix)]
fn interrupt(child: &Child) {
    let sent = Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap();
    assert!(sent.success());
}

#[cfg(unix)]
#[test]
fn the_interrupt_key_ends_a_computation() {
    let files = Files::new("interrupt");
    files.write("loop.dec", LOOP);
    let mut child = files.start(&["loop.dec"]);
    // What was written arrives although the program never reads.
    let mut first = [0];
    child.stdout.as_mut().unwrap().read_exact(&mut first).unwrap();
    interrupt(&child);
    let output = child.wait_with_output().unwrap();
    assert_eq!((first[0], output.status.code()), (b'A', Some(130)));
    let err = String::from_utf8(output.stderr).unwrap();
    assert!(err.starts_with("ncpu: loop.dec: interrupted, at cell 3, after "), "{err}");
}

#[cfg(unix)]
#[test]
fn the_interrupt_key_ends_a_wait_for_input() {
    let files = Files::new("wait");
    files.write("echo.dec", ECHO);
    let mut child = files.start(&["echo.dec"]);
    let mut stdin = child.stdin.take().unwrap();
    stdin.write_all(b"x").unwrap();
    // What was written arrives before the program waits for more.
    let mut first = [0];
    child.stdout.as_mut().unwrap().read_exact(&mut first).unwrap();
    interrupt(&child);
    let output = child.wait_with_output().unwrap();
    assert_eq!((first[0], output.status.code()), (b'x', Some(130)));
    drop(stdin);
}
