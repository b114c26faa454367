//! `ncpu nalu prove`: the proofs, with a report.

use super::args::ProveArgs;
use super::progress::Show;
use super::train::interrupt;
use super::{all_cells, load_of};
use crate::Failure;
use crate::output::outln;
use ncpu_cells::{CORE, Cells};
use ncpu_nalu_prove::{
    Carrier, Counterexample, Coverage, Finding, Observer, Options, Outcome, Proof, Rung, grouped,
    json, line, markdown, proofs, run as run_proofs,
};
use std::fs;
use std::ops::ControlFlow;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;

/// The exit status when something was refuted or stayed open.
const NOT_PROVED: u8 = 1;
/// The exit status after the interrupt key.
const INTERRUPTED: u8 = 130;

pub(super) fn run(args: &ProveArgs) -> Result<u8, Failure> {
    let cells = load_of(&all_cells(), args.models.as_deref())?;
    let core = load_of(CORE, args.models.as_deref())?;
    let options = options(args);
    let list = proofs(&core, &options);
    let decoder = options.wants(DECODER);
    if args.list {
        list.iter().for_each(|proof| outln!("{:32} {}", proof.id, proof.what));
        if decoder {
            outln!("{DECODER:32} {DECODER_WHAT}");
        }
        return Ok(0);
    }
    if list.is_empty() && !decoder {
        return Err(Failure::start("no proof has such a name; --list lists them"));
    }
    let interrupt = interrupt()?;
    let start = Instant::now();
    let mut print = Print { show: Show::new(&interrupt) };
    let mut findings = run_proofs(&list, &options, &mut print).map_err(|e| match &args.state {
        Some(path) => Failure::file(path, e),
        None => Failure::start(e),
    })?;
    if decoder && !interrupt.load(Ordering::Relaxed) {
        let finding = decoder_proof(&cells, &options, &interrupt);
        print.finished(&finding);
        findings.push(finding);
    }
    write_reports(args, &findings)?;
    let proved = findings.iter().filter(|f| f.is_proved()).count();
    let cases: u64 = findings.iter().map(|f| f.cases).sum();
    outln!(
        "{proved} of {} proved, {} cases, {:.1} s",
        findings.len(),
        grouped(cases),
        start.elapsed().as_secs_f64()
    );
    Ok(if interrupt.load(Ordering::Relaxed) {
        INTERRUPTED
    } else if proved < findings.len() {
        NOT_PROVED
    } else {
        0
    })
}

fn options(args: &ProveArgs) -> Options {
    let threads = || std::thread::available_parallelism().map_or(1, usize::from);
    Options {
        full: args.full,
        jobs: args.jobs.unwrap_or_else(threads),
        only: args.only.as_ref().map(|only| only.to_lowercase()),
        state: args.state.clone(),
        seed: args.seed,
    }
}

fn write_reports(args: &ProveArgs, findings: &[Finding]) -> Result<(), Failure> {
    let command = command(args);
    if let Some(path) = &args.report {
        fs::write(path, markdown(findings, &command)).map_err(|e| Failure::file(path, e))?;
    }
    if let Some(path) = &args.json {
        let text = json(findings, &command).map_err(Failure::start)?;
        fs::write(path, text).map_err(|e| Failure::file(path, e))?;
    }
    Ok(())
}

/// The command that makes the same findings.
fn command(args: &ProveArgs) -> String {
    let mut words = vec!["ncpu nalu prove".to_string()];
    words.extend(args.full.then(|| "--full".into()));
    words.extend((args.seed != 1).then(|| format!("--seed {}", args.seed)));
    words.extend(args.only.as_ref().map(|only| format!("--only {only}")));
    words.join(" ")
}

/// Prints what ends, and shows how far the others are.
struct Print<'a> {
    show: Show<'a>,
}

impl Observer for Print<'_> {
    fn progress(&mut self, proof: &Proof, done: u64, cases: u64) -> ControlFlow<()> {
        let of = (done as usize, proof.chunks.max(1) as usize);
        self.show.update(&proof.id, of, || format!("{} cases", grouped(cases)))
    }

    fn finished(&mut self, finding: &Finding) {
        self.show.clear();
        outln!("{}", line(finding));
    }
}

/// The name of the decoder's proof, and what it shows.
const DECODER: &str = "p4-decoder";
const DECODER_WHAT: &str = "the decoder network against the encoding, word by word";

fn decoder_proof(cells: &Cells, options: &Options, interrupt: &AtomicBool) -> Finding {
    let start = Instant::now();
    let mut show = Show::new(interrupt);
    let result = ncpu_neural_decode::prove(cells, options.jobs, options.full, &mut |progress| {
        // The part that is left ends by itself within minutes; a second interrupt ends the program.
        let percent = (100 * progress.words / progress.of.max(1)) as usize;
        let _ =
            show.update(DECODER, (percent, 100), || format!("{} words", grouped(progress.words)));
    });
    show.clear();
    let (cases, note, outcome) = match result {
        Ok(report) => {
            let all = if report.full { ", and so all 2^64 words" } else { "" };
            let note = format!("{} of them instructions{all}", grouped(report.instructions));
            (report.words, note, Outcome::Proved)
        }
        Err(wrong) => {
            let (case, found) = (wrong.to_string(), "another".into());
            let counterexample = Counterexample { case, expected: "the encoding".into(), found };
            (0, String::new(), Outcome::Refuted(counterexample))
        }
    };
    Finding {
        id: DECODER.into(),
        rung: Rung::P4,
        what: DECODER_WHAT.into(),
        method: "against the encoding's own decoder".into(),
        operations: "decode".into(),
        widths: "64".into(),
        cases,
        coverage: if options.full { Coverage::Exhaustive } else { Coverage::Sampled },
        carrier: Carrier::Bits,
        seconds: start.elapsed().as_secs_f64() * options.jobs as f64,
        outcome,
        note,
    }
}
