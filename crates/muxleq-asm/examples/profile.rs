//! Assembles a program, runs it on standard input and says where its steps went:
//! `cargo run --release -p ncpu-muxleq-asm --example profile -- FILE.mux [--steps N] [--top N] < INPUT`.

use ncpu_machine::io::{Io, StreamIo};
use ncpu_muxleq::{Core, Image, Pause, Reference, State};
use ncpu_muxleq_asm::{HostFiles, Program, assemble};
use std::collections::BTreeMap;
use std::path::Path;

fn main() {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let option = |name: &str| {
        let at = args.iter().position(|a| a == name)?;
        args.get(at + 1)?.parse::<u64>().ok()
    };
    let Some(file) = args.first() else {
        eprintln!("usage: profile FILE.mux [--steps N] [--top N]");
        std::process::exit(2);
    };
    let program = assemble(Path::new(file), &HostFiles).unwrap_or_else(|errors| {
        eprintln!("{errors}");
        std::process::exit(2);
    });
    let counts = run(&program, option("--steps").unwrap_or(100_000_000));
    report(&program, &counts, option("--top").unwrap_or(0) as usize);
}

/// Steps by pc.
fn run(program: &Program, limit: u64) -> Vec<u64> {
    let mut io = StreamIo { input: std::io::stdin().lock(), output: std::io::stdout().lock() };
    let mut state = State::new(&Image { cells: program.cells.clone() });
    let mut counts = vec![0; 0x8000];
    while state.steps < limit && !state.halted() {
        counts[usize::from(state.pc)] += 1;
        match Reference.run(&mut state, 1) {
            Pause::Input => {
                let byte = io.read_byte().expect("standard input");
                state.input(byte);
            }
            Pause::Output => {
                io.write_byte(state.output()).expect("standard output");
                state.advance();
            }
            _ => {}
        }
    }
    io.flush().expect("standard output");
    let end = if state.halted() { "halted" } else { "stopped" };
    eprintln!("{end} after {} steps; {} cells", state.steps, program.cells.len());
    counts
}

/// The labels with most steps up to the next label.
fn report(program: &Program, counts: &[u64], top: usize) {
    let mut at: BTreeMap<u16, &str> = BTreeMap::new();
    for (name, cell) in &program.labels {
        at.insert(*cell, name);
    }
    let mut by_label: BTreeMap<&str, u64> = BTreeMap::new();
    for (pc, count) in counts.iter().enumerate().filter(|(_, n)| **n > 0) {
        let label = at.range(..=pc as u16).next_back().map_or("", |(_, name)| name);
        *by_label.entry(label).or_default() += count;
    }
    let mut rows: Vec<_> = by_label.into_iter().collect();
    rows.sort_by_key(|(_, n)| std::cmp::Reverse(*n));
    for (label, count) in rows.into_iter().take(top) {
        eprintln!("{count:>12}  {label}");
    }
}
