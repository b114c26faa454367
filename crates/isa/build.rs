//! Turns the encoding tables (`table/*.enc`) into the `Enc` enum, the static rows and the decoder's
//! static tree. Everything is baked here, so that nothing is built when a program starts.

/// Writes a line to a string.
macro_rules! put {
    ($out:expr, $($arg:tt)*) => {{
        use std::fmt::Write;
        writeln!($out, $($arg)*).expect("writing to a string succeeds");
    }};
}

#[path = "build/emit.rs"]
mod emit;
#[path = "build/table.rs"]
mod table;
#[path = "build/template.rs"]
mod template;
#[path = "build/tree.rs"]
mod tree;

use std::{env, fs, path::PathBuf};

fn main() {
    println!("cargo::rerun-if-changed=table");
    println!("cargo::rerun-if-changed=build");
    let mut files: Vec<PathBuf> = fs::read_dir("table")
        .expect("the table folder")
        .map(|entry| entry.expect("a folder entry").path())
        .filter(|path| path.extension().is_some_and(|e| e == "enc"))
        .collect();
    files.sort();
    let mut rows = Vec::new();
    for file in &files {
        let text = fs::read_to_string(file).expect("a readable table");
        table::parse(&file.display().to_string(), &text, &mut rows);
    }
    let out = PathBuf::from(env::var("OUT_DIR").expect("set by cargo"));
    fs::write(out.join("table.rs"), emit::rows(&rows)).expect("writable output");
    fs::write(out.join("tree.rs"), tree::emit(&rows)).expect("writable output");
}
