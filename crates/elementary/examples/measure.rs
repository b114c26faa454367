//! Measures the error of the elementary functions and prints a Markdown table.
//!
//! `cargo run --release -p ncpu-elementary --example measure -- [--full] [--jobs N]
//! [--state FILE] [NAME…]`
//!
//! Without `--full`, about half a million inputs a function. With it, all 2³² bit patterns (atan2:
//! 2³² pairs), in parts; with `--state` the parts that are done are kept in a file, and the same
//! command goes on from there.

use ncpu_elementary::{Elementary, Function, Inputs, MAX_ULP, PATTERNS, Summary, measure};
use std::error::Error;
use std::fs::OpenOptions;
use std::io::Write;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Instant;

/// Parts of a full measurement of one function.
const PARTS: u64 = 16;

struct Options {
    full: bool,
    jobs: usize,
    state: Option<PathBuf>,
    functions: Vec<Function>,
}

fn options() -> Result<Options, Box<dyn Error>> {
    let jobs = std::thread::available_parallelism().map_or(1, usize::from);
    let mut options = Options { full: false, jobs, state: None, functions: Vec::new() };
    let mut words = std::env::args().skip(1);
    while let Some(word) = words.next() {
        let mut value = || words.next().ok_or_else(|| format!("{word} wants a value"));
        match word.as_str() {
            "--full" => options.full = true,
            "--jobs" => options.jobs = value()?.parse()?,
            "--state" => options.state = Some(value()?.into()),
            name => options.functions.push(named(name)?),
        }
    }
    if options.functions.is_empty() {
        options.functions.extend(Function::ALL);
    }
    Ok(options)
}

fn named(name: &str) -> Result<Function, String> {
    let names = || Function::ALL.map(Function::name).join(", ");
    Function::of_name(name).ok_or_else(|| format!("no function `{name}`; there are {}", names()))
}

/// The parts that an earlier run finished: lines of a function's name, a part and its summary.
struct State {
    path: Option<PathBuf>,
    lines: String,
}

impl State {
    fn read(path: Option<PathBuf>) -> Result<Self, Box<dyn Error>> {
        let there = path.as_ref().filter(|path| path.exists());
        let lines = there.map(std::fs::read_to_string).transpose()?.unwrap_or_default();
        Ok(Self { path, lines })
    }

    fn get(&self, key: &str) -> Result<Option<Summary>, Box<dyn Error>> {
        let found = self.lines.lines().find_map(|line| line.strip_prefix(key));
        let place = || self.path.as_deref().unwrap_or(Path::new("")).display();
        let parsed = found.map(str::parse).transpose();
        Ok(parsed.map_err(|e: String| format!("{}: {key}: {e}; delete that line", place()))?)
    }

    fn put(&self, key: &str, summary: &Summary) -> Result<(), Box<dyn Error>> {
        if let Some(path) = &self.path {
            let mut file = OpenOptions::new().create(true).append(true).open(path)?;
            // In one piece, so that a line is there or is not.
            file.write_all(format!("{key}{summary}\n").as_bytes())?;
        }
        Ok(())
    }
}

fn whole(
    set: &Elementary,
    function: Function,
    o: &Options,
    state: &State,
) -> Result<Summary, Box<dyn Error>> {
    let mut whole = Summary::default();
    let parts: Vec<Inputs> = match o.full {
        false => vec![Inputs::Quick],
        true => {
            let part = PATTERNS / PARTS;
            (0..PARTS).map(|n| Inputs::All(n * part..(n + 1) * part)).collect()
        }
    };
    for (n, inputs) in parts.iter().enumerate() {
        let key = format!("{} {n} {} ", function.name(), parts.len());
        if let Some(summary) = state.get(&key)? {
            whole.merge(&summary);
            continue;
        }
        let start = Instant::now();
        let summary = measure(set, function, inputs, o.jobs, &mut |_| ControlFlow::Continue(()));
        let summary = summary.ok_or("the measurement was ended")?;
        let (seconds, range) = (start.elapsed().as_secs_f64(), inputs.range());
        let each = seconds * o.jobs as f64 / (range.end - range.start) as f64;
        eprintln!("{key}of parts: {seconds:.1} s, {:.1} ns a core and input", each * 1e9);
        state.put(&key, &summary)?;
        whole.merge(&summary);
    }
    Ok(whole)
}

fn row(function: Function, inputs: &Inputs, summary: &Summary) -> String {
    let worst = summary.worst.map_or("-".into(), |worst| format!("{:.4}", worst.ulp));
    let place = summary.worst.map_or("-".into(), |worst| {
        let (y, x) = inputs.get(function, worst.index);
        match function {
            Function::Atan2 => format!("{y:e}, {x:e}"),
            Function::Unary(_) => format!("{x:e} ({:#010x})", x.to_bits()),
        }
    });
    format!(
        "| {} | {} | {worst} | {place} | {:.4} | {:.4} % | {} | {} | {} |",
        function.name(),
        summary.inputs,
        summary.mean(),
        100.0 * summary.correct(),
        summary.misrounded,
        summary.specials,
        summary.wrong_specials,
    )
}

fn run() -> Result<bool, Box<dyn Error>> {
    let options = options()?;
    let state = State::read(options.state.clone())?;
    let set = Elementary::built_in()?;
    let inputs = if options.full { Inputs::All(0..PATTERNS) } else { Inputs::Quick };
    let start = Instant::now();
    println!(
        "| function | inputs | worst, ulp | where | mean, ulp | correctly rounded | not | specials | \
         wrong |\n|---|---:|---:|---|---:|---:|---:|---:|---:|"
    );
    let mut within = true;
    for function in &options.functions {
        let summary = whole(&set, *function, &options, &state)?;
        println!("{}", row(*function, &inputs, &summary));
        within &= summary.within(MAX_ULP);
    }
    let seconds = start.elapsed().as_secs_f64();
    eprintln!(
        "{seconds:.0} s with {} threads: {:.0} core-seconds",
        options.jobs,
        seconds * options.jobs as f64
    );
    Ok(within)
}

fn main() -> ExitCode {
    match run() {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => {
            eprintln!(
                "measure: a result is further off than {MAX_ULP} ulp, or a special value is wrong"
            );
            ExitCode::FAILURE
        }
        Err(e) => {
            eprintln!("measure: {e}");
            ExitCode::from(2)
        }
    }
}
