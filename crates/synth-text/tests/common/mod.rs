//! Builds exported programs and runs them on rows.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use ncpu_synth_text::{Lang, TextProgram};

/// A row as exported programs read it.
fn line(row: &[String]) -> String {
    let cell = |s: &String| {
        s.replace('\\', "\\\\").replace('\t', "\\t").replace('\n', "\\n").replace('\r', "\\r")
    };
    row.iter().map(cell).collect::<Vec<_>>().join("\t")
}

/// What the program should print for a row.
pub(crate) fn expected(p: &TextProgram, row: &[String]) -> String {
    p.eval(row).map_or("\\N".to_string(), |v| line(&[v]))
}

/// Feeds rows to a command and returns the lines that it prints.
fn feed(mut command: Command, rows: &[Vec<String>]) -> Result<Vec<String>, String> {
    let mut child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(|e| e.to_string())?;
    let text: String = rows.iter().map(|r| line(r) + "\n").collect();
    let mut input = child.stdin.take().ok_or("no standard input")?;
    let writer = std::thread::spawn(move || input.write_all(text.as_bytes()));
    let out = child.wait_with_output().map_err(|e| e.to_string())?;
    let _ = writer.join();
    if !out.status.success() {
        return Err(String::from_utf8_lossy(&out.stderr).into_owned());
    }
    let text = String::from_utf8(out.stdout).map_err(|e| e.to_string())?;
    Ok(text.lines().map(str::to_string).collect())
}

fn build(compiler: &mut Command) -> Result<(), String> {
    let out = compiler.output().map_err(|e| e.to_string())?;
    if out.status.success() {
        Ok(())
    } else {
        Err(String::from_utf8_lossy(&out.stderr).into_owned())
    }
}

/// Exports a program, builds it in a folder, runs it on rows; tells the first difference.
pub(crate) fn check(
    p: &TextProgram,
    lang: Lang,
    rows: &[Vec<String>],
    dir: &Path,
) -> Result<(), String> {
    let source = p.export(lang, "convert")?;
    let path = |name: &str| -> PathBuf { dir.join(name) };
    let run = match lang {
        Lang::Python => {
            std::fs::write(path("p.py"), source).map_err(|e| e.to_string())?;
            let mut c = Command::new("python3");
            c.arg(path("p.py"));
            c
        }
        Lang::C => {
            std::fs::write(path("p.c"), source).map_err(|e| e.to_string())?;
            build(
                Command::new("cc")
                    .args(["-std=c11", "-Wall", "-Werror", "-O0", "-o"])
                    .arg(path("pc"))
                    .arg(path("p.c")),
            )?;
            Command::new(path("pc"))
        }
        _ => {
            std::fs::write(path("p.rs"), source).map_err(|e| e.to_string())?;
            build(
                Command::new("rustc")
                    .args(["--edition", "2024", "-o"])
                    .arg(path("pr"))
                    .arg(path("p.rs")),
            )?;
            Command::new(path("pr"))
        }
    };
    let got = feed(run, rows)?;
    for (i, row) in rows.iter().enumerate() {
        let want = expected(p, row);
        if got.get(i) != Some(&want) {
            return Err(format!("{row:?} gave {:?}, not {want:?}", got.get(i)));
        }
    }
    Ok(())
}
