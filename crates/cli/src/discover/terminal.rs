//! The terminal side of a session: line editing, progress, interruption.

use crate::output::{out, outln};
use crate::{Failure, engines};
use ncpu_machine::Engine;
use ncpu_sem::A64;
use ncpu_synth::Progress;
use ncpu_synth::session::{COMMANDS, Flow, Host, PRESETS, Session};
use rustyline::completion::{Completer, FilenameCompleter, Pair};
use rustyline::error::ReadlineError;
use rustyline::history::DefaultHistory;
use rustyline::{Context, Editor, Helper, Highlighter, Hinter, Validator};
use signal_hook::consts::SIGINT;
use std::io::{IsTerminal, Write, stderr};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

/// What a session needs, on a terminal.
pub(super) struct Terminal {
    cancel: Arc<AtomicBool>,
}

impl Terminal {
    /// Takes over the interrupt key: it ends a search, not the program.
    pub(super) fn new() -> Result<Self, Failure> {
        let cancel = Arc::new(AtomicBool::new(false));
        // A second interrupt while the first is not yet answered ends the program.
        signal_hook::flag::register_conditional_shutdown(SIGINT, 130, Arc::clone(&cancel))
            .and_then(|_| signal_hook::flag::register(SIGINT, Arc::clone(&cancel)))
            .map_err(|e| Failure::start(format!("the interrupt key cannot be watched: {e}")))?;
        Ok(Self { cancel })
    }

    pub(super) fn interrupted(&self) -> bool {
        self.cancel.load(Ordering::Relaxed)
    }
}

impl Host for Terminal {
    fn watch(&self, progress: &Progress, time: Duration, search: &mut dyn FnMut()) {
        let over = AtomicBool::new(false);
        std::thread::scope(|scope| {
            scope.spawn(|| show(progress, time, &over));
            search();
            over.store(true, Ordering::Relaxed);
        });
    }

    fn cancel(&self) -> &AtomicBool {
        &self.cancel
    }

    fn engine(&self, name: &str) -> Result<Box<dyn Engine>, String> {
        engines::make(name, Box::new(A64), &engines::Options::default())
            .map(|made| made.engine)
            .map_err(|failure| failure.message)
    }
}

/// Shows how a search goes, until it is over: on a terminal in place, otherwise a line now and then.
fn show(progress: &Progress, time: Duration, over: &AtomicBool) {
    const TICK: Duration = Duration::from_millis(20);
    let (start, terminal) = (Instant::now(), stderr().is_terminal());
    let period = if terminal { Duration::from_millis(100) } else { Duration::from_secs(5) };
    let (mut last, mut written, mut counted) = (start, false, 0);
    while !over.load(Ordering::Relaxed) {
        std::thread::sleep(TICK);
        if last.elapsed() < period {
            continue;
        }
        let count = progress.candidates();
        let rate = (count - counted) as f64 / last.elapsed().as_secs_f64();
        (last, counted) = (Instant::now(), count);
        let (spent, limit) = (start.elapsed().as_secs_f64(), time.as_secs_f64());
        let best = progress.best().map_or(String::new(), |best| format!(", best: {best}"));
        let text = format!(
            "{spent:.1} of {limit} s, {}, {count} candidates, {rate:.0} a second{best}",
            progress.phase()
        );
        if terminal {
            let text: String = text.chars().take(78).collect();
            eprint!("\r\x1b[K{text}");
            written = true;
        } else {
            eprintln!("{text}");
        }
    }
    if written {
        eprint!("\r\x1b[K");
    }
    // Progress is a courtesy: a closed standard error does not matter.
    let _ = stderr().flush();
}

/// Completes commands, presets and file names.
#[derive(Helper, Highlighter, Hinter, Validator)]
struct Complete {
    files: FilenameCompleter,
}

impl Completer for Complete {
    type Candidate = Pair;

    fn complete(
        &self,
        line: &str,
        at: usize,
        context: &Context<'_>,
    ) -> rustyline::Result<(usize, Vec<Pair>)> {
        let head = &line[..at];
        let pair = |name: &str| Pair { display: name.to_owned(), replacement: format!("{name} ") };
        let Some((command, rest)) = head.split_once(' ') else {
            let names = COMMANDS.iter().map(|c| c.name).filter(|name| name.starts_with(head));
            return Ok((0, names.map(pair).collect()));
        };
        let start = at - rest.len();
        match command {
            "preset" => {
                let names = PRESETS.iter().map(|p| p.name).filter(|name| name.starts_with(rest));
                Ok((start, names.map(pair).collect()))
            }
            "export" if !rest.contains(' ') => {
                let names = ncpu_synth::Language::ALL.map(ncpu_synth::Language::name);
                Ok((
                    start,
                    names
                        .iter()
                        .filter(|name| name.starts_with(rest))
                        .map(|name| pair(name))
                        .collect(),
                ))
            }
            "load" | "save" | "open" | "apply" | "export" => self.files.complete(line, at, context),
            _ => Ok((at, Vec::new())),
        }
    }
}

/// Where the lines of earlier sessions are kept.
fn history_file() -> Option<PathBuf> {
    let home = std::env::var_os("HOME").map(PathBuf::from)?;
    let state =
        std::env::var_os("XDG_STATE_HOME").map_or_else(|| home.join(".local/state"), PathBuf::from);
    let folder = state.join("ncpu");
    std::fs::create_dir_all(&folder).ok()?;
    Some(folder.join("discover_history"))
}

/// Talks with a person until they leave.
pub(super) fn converse(session: &mut Session, host: &Terminal, name: &str) -> Result<u8, Failure> {
    let failed = |e: ReadlineError| Failure::start(format!("the terminal: {e}"));
    let mut editor = Editor::<Complete, DefaultHistory>::new().map_err(failed)?;
    editor.set_helper(Some(Complete { files: FilenameCompleter::new() }));
    let history = history_file();
    if let Some(file) = &history {
        // There is none yet the first time.
        let _ = editor.load_history(file);
    }
    match name {
        "text" => outln!(
            "Give an example, `Ada Lovelace -> A. Lovelace`, or `cipher hello khoor`; then `synthesize`. `help` lists all."
        ),
        _ => outln!(
            "Give examples, `3, 5 -> 8`, or `preset fib`; then `synthesize`. `help` lists all."
        ),
    }
    loop {
        match editor.readline(&format!("{name}> ")) {
            Ok(line) => {
                // A full history file is no reason to stop.
                let _ = editor.add_history_entry(line.as_str());
                let mut told = String::new();
                let flow = session.execute(&line, host, &mut told);
                out!("{told}");
                match flow {
                    Ok(Flow::Continue) => {}
                    Ok(Flow::Quit) => break,
                    Err(message) => outln!("{message}"),
                }
            }
            Err(ReadlineError::Interrupted) => outln!("`quit` or Ctrl-D leaves"),
            Err(ReadlineError::Eof) => break,
            Err(e) => return Err(failed(e)),
        }
    }
    if let Some(file) = &history {
        let _ = editor.save_history(file);
    }
    Ok(0)
}
