//! `ncpu discover` and `ncpu text`: programs from examples.

mod args;
mod batch;
mod terminal;

pub(crate) use args::{DiscoverArgs, TextArgs};

use crate::Failure;
use crate::output::{out, outln};
use ncpu_synth::session::{Flow, Host, Paint, Session, Settings, load};
use ncpu_synth::{Kind, Language, Status, report};
use std::io::{BufRead, IsTerminal, stdin, stdout};
use std::path::Path;
use std::time::Duration;
use terminal::Terminal;

/// Runs `ncpu discover`.
pub(crate) fn discover(args: &DiscoverArgs) -> Result<u8, Failure> {
    if let Some(file) = &args.batch {
        return batch::run(file, args);
    }
    let mut session = Session::new(settings(args, false));
    match &args.examples {
        Some(file) => one_shot(&mut session, file, args),
        None => interact(session, "discover"),
    }
}

/// Runs `ncpu text`.
pub(crate) fn text(args: &TextArgs) -> Result<u8, Failure> {
    let mut session = Session::new(settings(&args.search, true));
    match &args.search.examples {
        Some(file) => one_shot(&mut session, file, &args.search),
        None if args.commands.is_empty() => interact(session, "text"),
        None => {
            // Commands of the command line, as in `ncpu text 'cipher hello khoor' 'apply world'`.
            let host = Terminal::new()?;
            args.commands
                .iter()
                .try_for_each(|line| step(&mut session, &host, line).map(|_| ()))?;
            Ok(0)
        }
    }
}

fn settings(args: &DiscoverArgs, text: bool) -> Settings {
    let colours =
        stdout().is_terminal() && std::env::var_os("NO_COLOR").is_none_or(|v| v.is_empty());
    Settings {
        time: Duration::from_secs_f64(args.time),
        memory: usize::try_from(args.memory).unwrap_or(usize::MAX),
        threads: args.jobs(),
        seed: args.seed,
        text,
        paint: Paint { colours },
    }
}

/// Solves a file of examples, tells the rule, and exports it.
fn one_shot(session: &mut Session, file: &Path, args: &DiscoverArgs) -> Result<u8, Failure> {
    let kind = match &args.kind {
        Some(name) => Some(Kind::parse(name).ok_or_else(|| {
            Failure::start(format!(
                "kind `{name}` is not known; there are int, bv, string and list"
            ))
        })?),
        None => None,
    };
    // Before the search: a wrong name must not cost its time.
    let language = match &args.export {
        Some(name) => Some(Language::parse(name).ok_or_else(|| {
            let names = Language::ALL.map(Language::name).join(", ");
            Failure::start(format!("no export to `{name}`; there are {names}"))
        })?),
        None => None,
    };
    let mut task = load(file, kind).map_err(Failure::start)?;
    if task.name.is_empty() {
        let stem = file.file_stem().unwrap_or_default();
        task.name = stem.to_string_lossy().into_owned();
    }
    session.set_task(task);
    let host = Terminal::new()?;
    let mut told = String::new();
    session.execute("synthesize", &host, &mut told).map_err(|e| Failure::file(file, e))?;
    let Some(answer) = session.answer().cloned() else {
        return Err(Failure::file(file, "not searched"));
    };
    if args.json {
        outln!("{}", serde_json::Value::Object(report(session.task(), &answer)));
    } else if args.export.is_some() && args.output.is_none() {
        // Standard output is the program's.
        eprint!("{told}");
    } else {
        out!("{told}");
    }
    if let Some(language) = language.filter(|_| answer.best().is_some()) {
        let source = session.source(language).map_err(Failure::start)?;
        match &args.output {
            Some(path) => std::fs::write(path, source).map_err(|e| Failure::file(path, e))?,
            None => out!("{source}"),
        }
    }
    Ok(match answer.status {
        Status::Proved | Status::Unique | Status::Several => 0,
        Status::Contradictory | Status::NotFound | Status::Timeout => 1,
    })
}

/// Reads commands from a person, or from standard input if that is no terminal.
fn interact(mut session: Session, name: &str) -> Result<u8, Failure> {
    let host = Terminal::new()?;
    if stdin().is_terminal() && stdout().is_terminal() {
        return terminal::converse(&mut session, &host, name);
    }
    let mut status = 0;
    // Line by line, so that a program may talk with a session.
    for line in stdin().lock().split(b'\n') {
        let line = line.map_err(|e| Failure::start(format!("standard input: {e}")))?;
        let line = String::from_utf8_lossy(&line);
        let line = line.trim_end_matches('\r');
        outln!("> {line}");
        match step(&mut session, &host, line) {
            Ok(Flow::Continue) => {}
            Ok(Flow::Quit) => break,
            Err(failure) => {
                outln!("{}", failure.message);
                status = 1;
            }
        }
    }
    Ok(status)
}

/// Carries out a command and prints what it says.
fn step(session: &mut Session, host: &dyn Host, line: &str) -> Result<Flow, Failure> {
    let mut told = String::new();
    let flow = session.execute(line, host, &mut told);
    out!("{told}");
    flow.map_err(Failure::start)
}
