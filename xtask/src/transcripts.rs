//! The sessions of the documentation: run, and kept as text and as a picture.

use crate::{root, run};
use std::fmt::Write as _;
use std::fs::File;
use std::path::Path;
use std::process::Command;

/// Runs every session of `docs/transcripts` and writes what it prints beside it.
pub(crate) fn make() -> Result<(), String> {
    run(Command::new("cargo")
        .args(["build", "--release", "--quiet", "--package", "ncpu"])
        .current_dir(root()))?;
    let folder = root().join("docs/transcripts");
    let failed = |path: &Path, e: std::io::Error| format!("{}: {e}", path.display());
    for entry in std::fs::read_dir(&folder).map_err(|e| failed(&folder, e))? {
        let path = entry.map_err(|e| failed(&folder, e))?.path();
        if path.extension().is_none_or(|e| e != "session") {
            continue;
        }
        let text = transcript(&path)?;
        let written = path.with_extension("txt");
        std::fs::write(&written, &text).map_err(|e| failed(&written, e))?;
        let picture = path.with_extension("svg");
        std::fs::write(&picture, svg(&text)).map_err(|e| failed(&picture, e))?;
        println!("{}", written.display());
    }
    Ok(())
}

fn transcript(path: &Path) -> Result<String, String> {
    let input = File::open(path).map_err(|e| format!("{}: {e}", path.display()))?;
    // Words and names are text; the rest is for `discover` to tell.
    let text =
        ["cipher", "names"].iter().any(|name| path.file_stem().is_some_and(|stem| stem == *name));
    let output = Command::new(root().join("target/release/ncpu"))
        .arg(if text { "text" } else { "discover" })
        .current_dir(root())
        .stdin(input)
        .output()
        .map_err(|e| format!("ncpu: {e}"))?;
    String::from_utf8(output.stdout).map_err(|e| format!("{}: {e}", path.display()))
}

/// The text as a picture of a terminal, long lines wrapped.
fn svg(text: &str) -> String {
    const COLUMNS: usize = 96;
    let mut lines: Vec<(bool, String)> = Vec::new();
    for line in text.lines() {
        let chars: Vec<char> = line.chars().collect();
        for (n, part) in chars.chunks(COLUMNS).enumerate() {
            lines.push((n == 0 && line.starts_with("> "), part.iter().collect()));
        }
        if chars.is_empty() {
            lines.push((false, String::new()));
        }
    }
    let height = 19 * lines.len() + 24;
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"840\" height=\"{height}\" font-family=\"ui-monospace, Menlo, Consolas, monospace\" font-size=\"14\">\n\
         <rect width=\"100%\" height=\"100%\" rx=\"8\" fill=\"#16181d\"/>\n"
    );
    for (n, (typed, line)) in lines.iter().enumerate() {
        let line = line.replace('&', "&amp;").replace('<', "&lt;");
        let fill = if *typed { "#8bd5ff" } else { "#d8dee9" };
        // Writing to a string does not fail.
        let _ = writeln!(
            svg,
            "<text x=\"16\" y=\"{}\" fill=\"{fill}\" xml:space=\"preserve\">{line}</text>",
            19 * n + 26
        );
    }
    svg + "</svg>\n"
}
