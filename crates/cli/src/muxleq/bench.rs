//! `ncpu muxleq bench`: the engines beside the same machine in C.
//!
//! Each engine and the C version run an image in turn, several times, and must agree on output and
//! steps. The figures are of the fastest runs; of an image that halts soon, several are taken together.

mod subjects;

use super::cores;
use crate::Failure;
use crate::engines::Options;
use crate::output::outln;
use clap::Args;
use ncpu_machine::io::MemoryIo;
use ncpu_muxleq::{Core, Limits, State, Stop};
use ncpu_muxleq_peer::{Peer, Run};
use serde::Serialize;
use std::path::PathBuf;
use std::time::{Duration, Instant};
use subjects::Subject;

#[derive(Args, Debug)]
pub(crate) struct BenchArgs {
    /// Images, or programs in MUXLEQ assembly (.mux), each for itself; without any, those that are
    /// built in
    pub(crate) images: Vec<PathBuf>,

    /// File that the images read as their input; without it, there is none
    #[arg(long, value_name = "FILE")]
    pub(crate) input: Option<PathBuf>,

    /// Engine to measure: cpu, lift (micro-ops on the engine cpu), neural, gpu. May be repeated
    #[arg(long, value_name = "NAME", default_values = ["cpu", "lift", "neural"])]
    pub(crate) engine: Vec<String>,

    /// Measure the engine gpu too, on this one: a number or a part of a name (see `ncpu gpu`), or
    /// `executor`
    #[arg(long, value_name = "NAME|INDEX")]
    pub(crate) gpu: Option<String>,

    /// Folder of the neural engine's weight files, instead of the built-in ones
    #[arg(long, value_name = "DIR")]
    pub(crate) models: Option<PathBuf>,

    /// Stop after so many steps; without it, after what the engine does in some seconds
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
    pub(crate) steps: Option<u64>,

    /// How often to run each
    #[arg(long, value_name = "N", default_value_t = 5, value_parser = clap::value_parser!(u32).range(1..))]
    pub(crate) repeats: u32,

    /// Print JSON
    #[arg(long)]
    pub(crate) json: bool,
}

/// A line of the table.
#[derive(Debug, Serialize)]
struct Row {
    image: String,
    engine: String,
    steps: u64,
    /// The least time of the C version and of the engine, in seconds.
    c_seconds: f64,
    seconds: f64,
}

impl Row {
    /// How many times as fast as C.
    fn ratio(&self) -> f64 {
        self.c_seconds / self.seconds
    }
}

pub(crate) fn run(args: &BenchArgs) -> Result<u8, Failure> {
    let subjects = subjects::all(&args.images, args.input.as_deref())?;
    let peer = Peer::build().map_err(Failure::start)?;
    let mut engines = args.engine.clone();
    if args.gpu.is_some() && !engines.iter().any(|name| name == "gpu") {
        engines.push("gpu".into());
    }
    let mut rows = Vec::new();
    for subject in &subjects {
        for engine in &engines {
            rows.push(measure(args, &peer, subject, engine)?);
        }
    }
    if args.json {
        outln!("{}", serde_json::to_string_pretty(&rows).map_err(Failure::start)?);
    } else {
        print(&rows, args.repeats);
    }
    Ok(0)
}

/// The most steps of an engine that is not told how many.
fn most(engine: &str) -> u64 {
    match engine {
        "cpu" | "compute" => 500_000_000,
        "lift" => 50_000_000,
        "neural" => 4_000_000,
        _ => 100_000,
    }
}

fn measure(args: &BenchArgs, peer: &Peer, subject: &Subject, engine: &str) -> Result<Row, Failure> {
    let most = args.steps.unwrap_or_else(|| most(engine));
    let mut measured = Measured::new(args, subject, engine, most)?;
    let (short, halted) = measured.run(1)?;
    let times = (most / PART / short.steps.max(1)).max(1);
    // The loop without a limit is the faster one in C; it shall not be denied it.
    let limit = (!halted).then_some(most);
    let (mut ours, mut in_c) = (f64::MAX, f64::MAX);
    for _ in 0..args.repeats {
        let (found, _) = measured.run(times)?;
        let expected =
            peer.run_often(&subject.image, &subject.input, limit, times).map_err(Failure::start)?;
        agree(subject, engine, &expected, &found)?;
        ours = ours.min(found.time.as_secs_f64() / times as f64);
        in_c = in_c.min(expected.time.as_secs_f64() / times as f64);
    }
    let (image, engine) = (subject.name.clone(), engine.to_string());
    Ok(Row { image, engine, steps: short.steps, c_seconds: in_c, seconds: ours })
}

/// A measurement of an image that halts soon is of several runs, which together do this part of the
/// steps that one may do: what the first steps cost does not count then, here or in C.
const PART: u64 = 20;

/// An image and the core that runs it.
struct Measured<'a> {
    subject: &'a Subject,
    engine: &'a str,
    most: u64,
    core: Box<dyn Core>,
}

impl<'a> Measured<'a> {
    fn new(
        args: &BenchArgs,
        subject: &'a Subject,
        engine: &'a str,
        most: u64,
    ) -> Result<Self, Failure> {
        let options =
            Options { models: args.models.clone(), gpu: args.gpu.clone(), ..Options::default() };
        let made = match engine {
            "lift" => cores::on_engine("cpu", &options)?,
            _ => cores::make(engine, &options)?,
        };
        Ok(Self { subject, engine, most, core: made.core })
    }

    /// Runs the image so often; what all runs came to, and whether they halted.
    fn run(&mut self, times: u64) -> Result<(Run, bool), Failure> {
        let mut all = Run { steps: 0, time: Duration::ZERO, output: Vec::new() };
        let mut halted = false;
        for _ in 0..times {
            let mut state = State::new(&self.subject.image);
            let mut io = MemoryIo::new(&self.subject.input);
            let limits = Limits { max_steps: Some(self.most), ..Limits::default() };
            let start = Instant::now();
            let outcome = ncpu_muxleq::run(self.core.as_mut(), &mut state, &mut io, &limits);
            all.time += start.elapsed();
            if let Stop::EngineFailed(why) = outcome.stop {
                return Err(Failure::start(format!("engine {}: {why}", self.engine)));
            }
            halted = matches!(outcome.stop, Stop::Halted);
            all.steps += outcome.steps;
            all.output.append(&mut io.output);
        }
        Ok((all, halted))
    }
}

fn agree(subject: &Subject, engine: &str, expected: &Run, found: &Run) -> Result<(), Failure> {
    let name = &subject.name;
    if expected.steps != found.steps {
        let (c, ours) = (expected.steps, found.steps);
        return Err(Failure::start(format!("{name}: {c} steps in C, {ours} on engine {engine}")));
    }
    if expected.output != found.output {
        let same = expected.output.iter().zip(&found.output).take_while(|(e, f)| e == f).count();
        return Err(Failure::start(format!(
            "{name}: the output of engine {engine} differs from that in C at byte {same}"
        )));
    }
    Ok(())
}

fn print(rows: &[Row], repeats: u32) {
    outln!("Steps a second, in millions, the most of {repeats} runs; C: cc -O3, the same steps.");
    outln!("");
    outln!(
        "{:20} {:8} {:>12} {:>9} {:>9} {:>8}",
        "image",
        "engine",
        "steps",
        "C",
        "ours",
        "ours/C"
    );
    for row in rows {
        let of = |seconds: f64| row.steps as f64 / seconds / 1e6;
        outln!(
            "{:20} {:8} {:12} {:9.1} {:9.2} {:8.3}",
            row.image,
            row.engine,
            row.steps,
            of(row.c_seconds),
            of(row.seconds),
            row.ratio()
        );
    }
}
