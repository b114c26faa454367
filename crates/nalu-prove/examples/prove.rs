//! Runs the proofs of the neural ALU:
//! `prove [--full] [--jobs N] [--seed N] [--state FILE] [--only TEXT] [--report FILE.md]
//! [--json FILE.json] [--list]`.

use ncpu_cells::Cells;
use ncpu_nalu_prove::{
    Finding, Observer, Options, Outcome, Proof, grouped, json, line, markdown, proofs, run,
};
use std::error::Error;
use std::io::Write;
use std::ops::ControlFlow;
use std::process::ExitCode;
use std::time::{Duration, Instant};

/// Prints what ends, and every few seconds how far the others are.
struct Print {
    start: Instant,
    last: Instant,
}

impl Observer for Print {
    fn progress(&mut self, proof: &Proof, done: u64, cases: u64) -> ControlFlow<()> {
        if self.last.elapsed() > Duration::from_secs(10) {
            self.last = Instant::now();
            let (at, chunks) = (self.start.elapsed().as_secs(), proof.chunks);
            let cases = grouped(cases);
            print(&format!("[{at} s] {}: chunk {done} of {chunks}, {cases} cases", proof.id));
        }
        ControlFlow::Continue(())
    }

    fn finished(&mut self, finding: &Finding) {
        print(&line(finding));
    }
}

/// Prints a line; a reader that has gone is no reason to stop.
fn print(text: &str) {
    let mut out = std::io::stdout().lock();
    let _ = writeln!(out, "{text}").and_then(|()| out.flush());
}

struct Arguments {
    options: Options,
    report: Option<String>,
    json: Option<String>,
    list: bool,
}

fn arguments() -> Result<Arguments, Box<dyn Error>> {
    let mut parsed =
        Arguments { options: Options::default(), report: None, json: None, list: false };
    let mut words = std::env::args().skip(1);
    while let Some(word) = words.next() {
        let mut value = || words.next().ok_or_else(|| format!("`{word}` needs a value"));
        match word.as_str() {
            "--full" => parsed.options.full = true,
            "--list" => parsed.list = true,
            "--jobs" => parsed.options.jobs = value()?.parse()?,
            "--seed" => parsed.options.seed = value()?.parse()?,
            "--only" => parsed.options.only = Some(value()?),
            "--state" => parsed.options.state = Some(value()?.into()),
            "--report" => parsed.report = Some(value()?),
            "--json" => parsed.json = Some(value()?),
            _ => return Err(format!("`{word}` is no option; see the top of the source").into()),
        }
    }
    Ok(parsed)
}

/// The command line, to be kept with what it gave.
fn command() -> String {
    let words: Vec<String> = std::env::args().skip(1).collect();
    format!("prove {}", words.join(" "))
}

fn prove() -> Result<bool, Box<dyn Error>> {
    let parsed = arguments()?;
    let cells = Cells::built_in()?;
    let list = proofs(&cells, &parsed.options);
    if parsed.list {
        list.iter().for_each(|p| println!("{:28} {:>7} chunks  {}", p.id, p.chunks, p.what));
        return Ok(true);
    }
    let now = Instant::now();
    let findings = run(&list, &parsed.options, &mut Print { start: now, last: now })?;
    if let Some(path) = parsed.report {
        std::fs::write(path, markdown(&findings, &command()))?;
    }
    if let Some(path) = parsed.json {
        std::fs::write(path, json(&findings, &command())?)?;
    }
    let wrong = findings.iter().filter(|f| f.outcome != Outcome::Proved).count();
    println!(
        "{} of {} proved in {:.1} s",
        findings.len() - wrong,
        findings.len(),
        now.elapsed().as_secs_f64()
    );
    Ok(wrong == 0)
}

fn main() -> ExitCode {
    match prove() {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::from(1),
        Err(e) => {
            eprintln!("prove: {e}");
            ExitCode::from(2)
        }
    }
}
