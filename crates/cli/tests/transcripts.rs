//! The sessions of the documentation print what `docs/transcripts` says. `cargo xtask transcripts`
//! writes them anew.

#![allow(clippy::unwrap_used)]

use std::fs::{File, read_dir, read_to_string};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// The lines, but those that tell how long a search took.
fn lines(text: &str) -> Vec<&str> {
    text.lines().filter(|line| !line.starts_with("  search ")).collect()
}

/// What a session prints, as the command that writes the transcripts runs it.
fn printed(root: &Path, session: &Path) -> String {
    let stem = session.file_stem().unwrap_or_default();
    let text = ["cipher", "names"].iter().any(|name| stem == *name);
    let output = Command::new(env!("CARGO_BIN_EXE_ncpu"))
        .arg(if text { "text" } else { "discover" })
        .current_dir(root)
        .stdin(File::open(session).unwrap())
        .stderr(Stdio::null())
        .output()
        .unwrap();
    assert!(output.status.success(), "{}: {}", session.display(), output.status);
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn transcripts_are_what_is_printed() {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../..");
    let mut count = 0;
    for entry in read_dir(root.join("docs/transcripts")).unwrap() {
        let session = entry.unwrap().path();
        if session.extension().is_none_or(|e| e != "session") {
            continue;
        }
        count += 1;
        let written = read_to_string(session.with_extension("txt")).unwrap();
        let now = printed(&root, &session);
        let differs = lines(&written).into_iter().zip(lines(&now)).find(|(was, is)| was != is);
        if let Some((was, is)) = differs {
            panic!("{}:\nwas {was}\nis  {is}", session.display());
        }
        assert_eq!(lines(&written).len(), lines(&now).len(), "{}", session.display());
    }
    assert!(count >= 5, "{count} transcripts");
}
