//! `ncpu discover --batch`.

use super::DiscoverArgs;
use super::terminal::Terminal;
use crate::{Failure, read_file};
use ncpu_synth::Batch;
use ncpu_synth::session::Host;
use std::fs::File;
use std::io::{self, BufWriter, IsTerminal, Read, Write};
use std::path::Path;
use std::time::Duration;

/// Works at the tasks of a file.
pub(super) fn run(file: &Path, args: &DiscoverArgs) -> Result<u8, Failure> {
    let bytes = if file == Path::new("-") {
        let mut bytes = Vec::new();
        io::stdin()
            .lock()
            .read_to_end(&mut bytes)
            .map_err(|e| Failure::start(format!("standard input: {e}")))?;
        bytes
    } else {
        read_file(file)?
    };
    // A line that is no UTF-8 must not cost the others their answers.
    let text = String::from_utf8_lossy(&bytes);
    let total = text.lines().filter(|l| !l.trim().is_empty()).count();
    let host = Terminal::new()?;
    let bar = io::stderr().is_terminal();
    let done = |count: usize| {
        if bar {
            let filled = 30 * count / total.max(1);
            eprint!("\r[{}{}] {count} of {total}", "#".repeat(filled), " ".repeat(30 - filled));
        } else if count.is_multiple_of(100) {
            eprintln!("ncpu: {count} of {total} tasks");
        }
    };
    let batch = Batch {
        time: Duration::from_secs_f64(args.time),
        jobs: args.jobs(),
        memory: usize::try_from(args.memory).unwrap_or(usize::MAX),
        seed: args.seed,
        cancel: host.cancel(),
        done: &done,
    };
    let mut out: Box<dyn Write> = match &args.output {
        Some(path) => {
            Box::new(BufWriter::new(File::create(path).map_err(|e| Failure::file(path, e))?))
        }
        None => Box::new(io::stdout().lock()),
    };
    let summary = match batch.run(&text, &mut out) {
        Ok(summary) => summary,
        // A reader that has gone wants no more answers.
        Err(e) if e.kind() == io::ErrorKind::BrokenPipe => return Ok(0),
        Err(e) => return Err(Failure::start(format!("writing the answers: {e}"))),
    };
    if bar {
        eprintln!();
    }
    if summary.wrong > 0 {
        eprintln!(
            "ncpu: {}: {} of {total} lines are no tasks; their answers say why",
            file.display(),
            summary.wrong
        );
    }
    if host.interrupted() {
        eprintln!("ncpu: interrupted after {} of {total} tasks", summary.answered + summary.wrong);
        return Ok(130);
    }
    Ok(u8::from(summary.wrong > 0))
}
