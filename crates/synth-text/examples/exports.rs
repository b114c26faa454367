//! Exports every solved task to C, Python and (with `--rust`) Rust, builds and runs it on all rows of the task and
//! on rows a little different, and compares with the session's own results.

#[path = "../tests/common/mod.rs"]
mod common;

use std::sync::atomic::AtomicBool;
use std::time::{Duration, Instant};

use ncpu_synth_text::{Lang, Limits, Rows, solve};
use serde_json::Value;

fn rows(v: &Value) -> Vec<(Vec<String>, String)> {
    let text = |v: &Value| v.as_str().unwrap_or("").to_string();
    let inputs = |v: &Value| v.as_array().map_or(Vec::new(), |a| a.iter().map(text).collect());
    v.as_array().map_or(Vec::new(), |a| a.iter().map(|r| (inputs(&r[0]), text(&r[1]))).collect())
}

/// A row with its texts changed in ways that find careless runtimes out.
fn varied(row: &[String]) -> Vec<Vec<String>> {
    let edits: [fn(&str) -> String; 6] = [
        |s| format!("{s} Zoë-Ünal 7,5"),
        |s| s.chars().rev().collect(),
        |s| s.to_uppercase(),
        |s| s.chars().skip(1).collect(),
        |s| format!("{s}{s}"),
        |_| String::new(),
    ];
    edits.iter().map(|f| row.iter().map(|s| f(s)).collect()).collect()
}

fn main() {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let rust = args.iter().any(|a| a == "--rust");
    let mut langs = vec![Lang::Python, Lang::C];
    if rust {
        langs.push(Lang::Rust);
    }
    let dir = std::env::temp_dir().join(format!("ncpu-exports-{}", std::process::id()));
    if let Err(e) = std::fs::create_dir_all(&dir) {
        eprintln!("{}: {e}", dir.display());
        return;
    }
    let (mut agree, mut total) = (0, 0);
    for file in args.iter().filter(|a| !a.starts_with("--")) {
        let Ok(body) = std::fs::read_to_string(file) else {
            eprintln!("{file}: cannot be read");
            continue;
        };
        for v in body.lines().filter_map(|l| serde_json::from_str::<Value>(l).ok()) {
            let (examples, test) = (rows(&v["examples"]), rows(&v["test"]));
            let pending: Vec<Vec<String>> = test.iter().map(|t| t.0.clone()).collect();
            let cancel = AtomicBool::new(false);
            let limits =
                Limits { deadline: Instant::now() + Duration::from_secs(5), cancel: &cancel };
            let found = solve(&Rows { examples: &examples, pending: &pending }, &limits);
            let Some(p) = found.candidates.first() else { continue };
            let mut all: Vec<Vec<String>> =
                examples.iter().map(|e| e.0.clone()).chain(pending).collect();
            all.extend(all.clone().iter().flat_map(|r| varied(r)));
            for lang in &langs {
                total += 1;
                match common::check(p, *lang, &all, &dir) {
                    Ok(()) => agree += 1,
                    Err(e) => println!(
                        "{} {lang:?}: {}\n    {}",
                        v["name"],
                        e.chars().take(600).collect::<String>(),
                        p.show()
                    ),
                }
            }
        }
    }
    let _ = std::fs::remove_dir_all(&dir);
    println!("{agree} of {total} exports agree");
}
