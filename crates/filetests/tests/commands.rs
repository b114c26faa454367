//! Command lines over Debian's arm64 packages, against goldens recorded from qemu-aarch64.
//!
//! - `cargo xtask guests` fetches the programs; without them nothing can be run, and a line says so.
//! - `NCPU_BLESS=1` records the goldens from QEMU anew.
//! - `NCPU_ORACLE=1` runs QEMU too and checks that the goldens still are what it says;
//!   `NCPU_ORACLE=auto` does so where the machine allows it, and says why where not.
//! - `NCPU_CASES=TEXT` selects the cases whose file or name contains TEXT.

#![allow(clippy::unwrap_used, reason = "in tests a panic is the failure report")]

use ncpu_filetests::cases::{self, Case};
use ncpu_filetests::oracle::Oracle;
use ncpu_filetests::{ENGINES, guests, root, run};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

fn case_files() -> Vec<PathBuf> {
    let dir = std::fs::read_dir(root().join("tests/linux")).unwrap();
    let mut files: Vec<PathBuf> = dir.map(|e| e.unwrap().path()).collect();
    files.retain(|p| p.extension().is_some_and(|e| e == "cases"));
    files.sort();
    files
}

fn selected(file: &Path, case: &Case) -> bool {
    let wanted = std::env::var("NCPU_CASES").unwrap_or_default();
    file.to_string_lossy().contains(&wanted) || case.name.contains(&wanted)
}

/// The golden texts of a cases file; from QEMU itself where the environment asks for it.
fn goldens(file: &Path, cases: &[Case], oracle: Option<&Oracle>) -> BTreeMap<String, String> {
    let path = file.with_extension("golden");
    let mut texts = cases::golden_texts(&std::fs::read_to_string(&path).unwrap_or_default());
    let Some(oracle) = oracle else { return texts };
    let mut changed = Vec::new();
    for case in cases.iter().filter(|c| selected(file, c)) {
        let now = cases::print_one(&oracle.run(case).unwrap());
        if texts.insert(case.name.clone(), now.clone()).is_some_and(|was| was != now) {
            changed.push(case.name.clone());
        }
    }
    if std::env::var_os("NCPU_BLESS").is_some() {
        texts.retain(|name, _| cases.iter().any(|c| c.name == *name));
        let text: String = texts.iter().map(|(name, body)| format!("== {name}\n{body}")).collect();
        std::fs::write(path, text).unwrap();
    } else {
        assert!(
            changed.is_empty(),
            "{}: QEMU's answers are not the goldens: {changed:?}",
            file.display()
        );
    }
    texts
}

/// QEMU, if the environment asks for it.
fn oracle(guests: &Path) -> Option<Oracle> {
    let wish = std::env::var("NCPU_ORACLE").unwrap_or_default();
    if wish.is_empty() && std::env::var_os("NCPU_BLESS").is_none() {
        return None;
    }
    match Oracle::prepare(guests) {
        Ok(oracle) => Some(oracle),
        Err(why) if wish == "auto" => {
            println!("not live, goldens only: {why}");
            None
        }
        Err(why) => panic!("no oracle: {why}"),
    }
}

#[test]
fn commands_give_what_qemu_gives() {
    let Some(guests) = guests() else {
        println!(
            "not run: the command lines (no guest programs; `cargo xtask guests` fetches them)"
        );
        return;
    };
    let oracle = oracle(&guests);
    let live = oracle.is_some();
    let (mut ran, mut failed) = (vec![(0, Duration::ZERO); ENGINES.len()], Vec::new());
    for file in case_files() {
        let cases = cases::read(&file).unwrap();
        let goldens = goldens(&file, &cases, oracle.as_ref());
        for case in cases.iter().filter(|c| selected(&file, c)) {
            // What the first engine executed, and what it left in memory.
            let mut first = None;
            for (engine, ran) in ENGINES.iter().zip(&mut ran) {
                if first.is_some_and(|(instructions, _)| instructions > engine.longest) {
                    continue;
                }
                let started = Instant::now();
                let (output, outcome) = run(case, &guests, (engine.make)().as_mut(), 0).unwrap();
                *ran = (ran.0 + 1, ran.1 + started.elapsed());
                let (ours, qemu) = (cases::print_one(&output), &goldens[&case.name]);
                let stem = file.file_stem().unwrap().to_string_lossy().into_owned();
                let what = format!("{stem}: {} on {}", case.name, engine.name);
                if ours != *qemu {
                    eprintln!("--- {what}\nours:\n{ours}qemu:\n{qemu}");
                    failed.push(what);
                    continue;
                }
                let did = (outcome.instructions, outcome.memory_hash);
                if did != *first.get_or_insert(did) {
                    failed.push(format!("{what}: {} instructions, memory {:016x}", did.0, did.1));
                }
            }
        }
    }
    for (engine, ran) in ENGINES.iter().zip(&ran) {
        let (count, spent) = (ran.0, ran.1.as_secs_f64());
        println!("{count} command lines run on {} in {spent:.0} s", engine.name);
    }
    println!("{} live against QEMU", if live { ran[0].0 } else { 0 });
    assert!(failed.is_empty(), "{} differ: {failed:#?}", failed.len());
}

/// The same run twice with one seed is the same in every bit; another seed may differ.
#[test]
fn runs_are_deterministic() {
    let Some(guests) = guests() else {
        println!("not run: determinism over guest programs (no guest programs)");
        return;
    };
    let script = "trap 'echo usr1' USR1; for i in 1 2 3 4 5; do (head -c 8 /dev/urandom | od -An -tx1; \
                  kill -USR1 $$; date +%N; echo $RANDOM $i) & done; wait; wait; ls /proc | head -3; ps 2>/dev/null";
    let case = Case {
        name: "determinism".into(),
        shell: vec!["/usr/bin/bash-static".into(), "-c".into()],
        script: script.into(),
    };
    let go = |seed| {
        let (output, outcome) = run(&case, &guests, (ENGINES[0].make)().as_mut(), seed).unwrap();
        (
            output,
            outcome.instructions,
            outcome.memory_hash,
            outcome.syscalls,
            outcome.context_switches,
        )
    };
    let first = go(7);
    assert_eq!(first, go(7));
    assert_ne!(first.0.stdout, go(8).0.stdout);
}
