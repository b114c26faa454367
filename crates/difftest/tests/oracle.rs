//! Every row against qemu-aarch64: live where it is installed, and always through a golden.
//!
//! A line of the golden is `prefix word seed hash`: the words, the seed of the state, and a hash of
//! what qemu-aarch64 made of it; the line's number is the slot. `NCPU_BLESS=1 cargo test -p
//! ncpu-difftest` records it. For longer comparisons there is the program.

// A panic in a test's helper is the failure report too.
#![allow(clippy::unwrap_used)]

use ncpu_difftest::{
    Case, ENGINES, EXECUTOR, Engines, Generator, Qemu, SLOTS, differences, known_fault,
};
use std::fmt::Write;
use std::path::{Path, PathBuf};

/// Words of each row in the golden.
const GOLDEN_WORDS: usize = 4;
/// Words of each row in the live comparison, and states of each.
const LIVE_WORDS: usize = 20;
const LIVE_STATES: usize = 3;

fn golden_path() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden.txt")
}

fn qemu() -> Result<Qemu, String> {
    Qemu::build(Path::new(env!("CARGO_TARGET_TMPDIR")))
}

/// `words` words of every row with `states` states each, and the states' seeds.
fn all_rows(seed: u64, words: usize, states: usize) -> Vec<(u64, Case)> {
    let mut generator = Generator::new("", seed);
    let rows = generator.rows().len();
    assert!(words * rows <= SLOTS);
    (0..words * rows).flat_map(|i| generator.cases(i % rows, i + 1, states)).collect()
}

fn bless() {
    let mut slot = 0;
    let wanted = all_rows(1, GOLDEN_WORDS, 1).into_iter().filter(|(_, c)| known_fault(c).is_none());
    let (seeds, cases): (Vec<u64>, Vec<Case>) = wanted
        .map(|(seed, case)| {
            slot += 1;
            (seed, Case::new(slot, case.prefix, case.word, seed))
        })
        .unzip();
    let mut text = String::new();
    for ((seed, case), outcome) in
        seeds.iter().zip(&cases).zip(qemu().unwrap().outcomes(&cases).unwrap())
    {
        let (prefix, word, hash) = (case.prefix, case.word, outcome.hash());
        writeln!(text, "{prefix:08x} {word:08x} {seed:08x} {hash:016x}").unwrap();
    }
    std::fs::write(golden_path(), text).unwrap();
}

#[test]
fn golden() {
    if std::env::var_os("NCPU_BLESS").is_some() {
        bless();
    }
    let text = std::fs::read_to_string(golden_path()).unwrap();
    let parse = |(i, line): (usize, &str)| {
        let numbers: Vec<u64> =
            line.split(' ').map(|n| u64::from_str_radix(n, 16).unwrap()).collect();
        let [prefix, word, seed, hash] = numbers[..] else { panic!("line {}", i + 1) };
        (Case::new(i + 1, prefix as u32, word as u32, seed), hash)
    };
    let (cases, hashes): (Vec<Case>, Vec<u64>) = text.lines().enumerate().map(parse).unzip();
    assert!(cases.len() > 2500, "{} cases", cases.len());
    for (name, make) in ENGINES {
        let mut engines = Engines::new(&cases, make(EXECUTOR).unwrap());
        for (case, hash) in cases.iter().zip(&hashes) {
            let what =
                format!("golden.txt:{}: {:08x} after {:08x}", case.slot, case.word, case.prefix);
            assert_eq!(engines.concrete(case).hash(), *hash, "{what}, reference");
            assert_eq!(engines.block(case).hash(), *hash, "{what}, block on {name}");
        }
    }
}

#[test]
fn live() {
    let qemu = match qemu() {
        Ok(qemu) => qemu,
        Err(missing) => return eprintln!("no live comparison: {missing}"),
    };
    let cases: Vec<Case> =
        all_rows(2, LIVE_WORDS, LIVE_STATES).into_iter().map(|(_, case)| case).collect();
    let mut engines = Engines::new(&cases, ENGINES[0].1(EXECUTOR).unwrap());
    for (case, expected) in cases.iter().zip(qemu.outcomes(&cases).unwrap()) {
        for got in [engines.concrete(case), engines.block(case)] {
            let lines = differences(case, &expected, &got);
            assert!(
                lines.is_empty() || known_fault(case).is_some(),
                "{:08x} after {:08x}: {}\nbefore: {}",
                case.word,
                case.prefix,
                lines.join("; "),
                case.describe()
            );
        }
    }
}
