//! Guests on a device, and on the host's cores what the device gives up.

use crate::{By, Error, Guests, Job, Outcome, Pilot, Progress, Report, cores};
use ncpu_engine_gpu::swarm::{Beginning, Done, Herd, Host, Needs, Plan, Room, Start, Stop};
use ncpu_gpu::{Gpu, GpuError};
use ncpu_linux::{StopReason, syscalls};
use std::time::Instant;

/// Bytes that buffers may take on a GPU; on a software device they are the host's.
const MEMORY: u64 = 24 << 30;
const SOFTWARE_MEMORY: u64 = 1 << 29;
/// Guests at once, if nobody says how many.
const AT_ONCE: u32 = 1 << 16;
/// Guests that wrote too many pages, or too much output, go to the device again, with room for more, if
/// they are so many.
const WORTH_IT: usize = 256;
/// Unless there was room for so many pages, or bytes of output.
const PAGES: u32 = 512;
const LOG: u32 = 1 << 20;
/// Swarms of so many instructions are translated.
const TRANSLATED: u64 = 1 << 30;

impl From<GpuError> for Error {
    fn from(error: GpuError) -> Self {
        Self::Device(error.to_string())
    }
}

/// Does every guest start as the first does, but for its input?
fn differ_in_input(jobs: &[Job]) -> bool {
    jobs.iter().all(|j| j.args == jobs[0].args && j.seed == jobs[0].seed)
}

/// How a guest starts on the device; nothing if only the CPU can run it.
fn start<'j>(
    guests: &dyn Guests,
    job: &'j Job,
    common: Option<&Beginning>,
) -> Result<Option<Start<'j>>, Error> {
    match common {
        None => Ok(Some(Start::with_input(&job.input))),
        Some(common) => Ok(Start::from(&job.input, common, &guests.beginning(job)?)),
    }
}

/// The jobs' numbers, ordered by input: guests with like inputs go the same ways, and those that are side
/// by side do so at once.
fn in_order(jobs: &[Job], threads: usize) -> Vec<usize> {
    let mut numbers: Vec<usize> = (0..jobs.len()).collect();
    sort(&mut numbers, jobs, threads);
    numbers
}

/// Sorts halves on threads of their own; a stable sort then finds two runs to merge.
fn sort(numbers: &mut [usize], jobs: &[Job], threads: usize) {
    if threads > 1 && numbers.len() >= WORTH_A_THREAD {
        let (a, b) = numbers.split_at_mut(numbers.len() / 2);
        std::thread::scope(|scope| {
            scope.spawn(|| sort(a, jobs, threads / 2));
            sort(b, jobs, threads - threads / 2);
        });
    }
    numbers.sort_by(|a, b| jobs[*a].input.cmp(&jobs[*b].input));
}

/// So many numbers are sorted sooner by two threads than by one.
const WORTH_A_THREAD: usize = 1 << 10;

struct Device<'a> {
    all: &'a dyn Guests,
    gpu: Option<&'a Gpu>,
    pilot: Pilot,
}

impl Device<'_> {
    fn herd(&self, first: &Job, guests: usize, needs: Needs) -> Result<Herd, Error> {
        let begin = self.all.beginning(first)?;
        let setup = self.all.setup();
        let guests = (guests as u32).min(setup.at_once.unwrap_or(AT_ONCE));
        let most = setup.most.unwrap_or(u64::MAX);
        let coverage = setup.coverage;
        let mut herd = match self.gpu {
            Some(gpu) => {
                let memory = if gpu.traits().software { SOFTWARE_MEMORY } else { MEMORY };
                let room = Room::on_gpu(gpu.traits(), memory);
                let plan = Plan::new(&begin, needs, guests, coverage, room);
                Herd::on_gpu(gpu, self.all.front_end(), begin, plan, most)?
            }
            None => {
                let plan = Plan::new(&begin, needs, guests, coverage, Room::on_executor());
                Herd::on_executor(self.all.front_end(), begin, plan, most)?
            }
        };
        herd.lift(&self.pilot.hot);
        // A driver takes seconds over the translated kernel; the executor none.
        let work = self.pilot.instructions.saturating_mul(guests.into());
        let worth_it = |gpu: &Gpu| !gpu.traits().software && work > TRANSLATED;
        match setup.translate {
            Some(true) => herd.translate_first(&self.pilot.hot)?,
            None if self.gpu.is_none_or(worth_it) => herd.translate(&self.pilot.hot)?,
            _ => {}
        }
        herd.prepare()?;
        Ok(herd)
    }
}

/// Jobs on their way: what became of each on the device.
struct Wave<'a> {
    jobs: &'a [Job],
    done: Vec<Option<Done>>,
    progress: Progress,
    report: Report,
}

impl Wave<'_> {
    /// Runs the jobs with these numbers.
    fn run(
        &mut self,
        device: &Device<'_>,
        mut herd: Herd,
        numbers: &[usize],
        watch: &mut dyn FnMut(Progress),
    ) -> Result<(), Error> {
        let jobs = self.jobs;
        let alike = differ_in_input(jobs);
        let mut rest = numbers;
        while !rest.is_empty() {
            let common = (!alike).then(|| herd.beginning());
            let wave = &rest[..rest.len().min(herd.guests())];
            let (mut places, mut starts) = (Vec::new(), Vec::new());
            for (place, n) in wave.iter().enumerate() {
                if let Some(start) = start(device.all, &jobs[*n], common)? {
                    places.push(place);
                    starts.push(start);
                }
            }
            let room = herd.room_for(&starts);
            let taken = places.get(room).copied().unwrap_or(wave.len());
            let on_device: Vec<usize> = places[..room].iter().map(|place| wave[*place]).collect();
            rest = &rest[taken..];
            self.run_starts(&mut herd, &on_device, &starts[..room], watch)?;
        }
        Ok(())
    }

    fn run_starts(
        &mut self,
        herd: &mut Herd,
        numbers: &[usize],
        starts: &[Start<'_>],
        watch: &mut dyn FnMut(Progress),
    ) -> Result<(), Error> {
        if starts.is_empty() {
            return Ok(());
        }
        let before = self.progress;
        let started = Instant::now();
        let all = herd.run(starts, &mut |p| {
            watch(Progress {
                done: before.done + p.done,
                running: p.running,
                instructions: before.instructions + p.instructions,
            });
        })?;
        self.report.on_device += started.elapsed();
        self.report.at_once = self.report.at_once.max(starts.len());
        for (n, done) in numbers.iter().zip(all) {
            self.progress.instructions += done.instructions;
            self.report.device_instructions += done.instructions;
            self.report.translated += done.translated;
            self.progress.done += usize::from(!matches!(done.stop, Stop::Host(_)));
            self.done[*n] = Some(done);
        }
        Ok(())
    }
}

fn name(gpu: Option<&Gpu>) -> String {
    match gpu {
        Some(gpu) => format!("{} ({})", gpu.traits().name, gpu.traits().driver),
        None => "the executor on the CPU".into(),
    }
}

/// A swarm on a GPU, or on the executor if there is none.
pub(crate) fn run(
    guests: &dyn Guests,
    jobs: &[Job],
    gpu: Option<&Gpu>,
    threads: usize,
    watch: &mut dyn FnMut(Progress),
) -> Result<Report, Error> {
    if jobs.is_empty() {
        return Ok(Report { device: name(gpu), ..Report::default() });
    }
    let device = Device { all: guests, gpu, pilot: guests.pilot(jobs, threads)? };
    let report = Report { device: name(gpu), ..Report::default() };
    let done = vec![None; jobs.len()];
    let mut wave = Wave { jobs, done, progress: Progress::default(), report };
    let mut needs = device.pilot.needs;
    let (herd, numbers) = std::thread::scope(|scope| {
        let numbers = scope.spawn(|| in_order(jobs, threads));
        let herd = device.herd(first(jobs), jobs.len(), needs);
        (herd, numbers.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)))
    });
    wave.run(&device, herd?, &numbers, watch)?;
    loop {
        let again: Vec<usize> =
            numbers.iter().copied().filter(|n| wave.done[*n].as_ref().is_some_and(short)).collect();
        if again.len() < WORTH_IT || needs.pages > PAGES || needs.output > LOG {
            break;
        }
        needs.pages *= 4;
        needs.output *= 4;
        let herd = device.herd(&jobs[again[0]], again.len(), needs)?;
        wave.run(&device, herd, &again, watch)?;
    }
    finish(guests, wave, threads, watch)
}

/// The job from whose start others may differ: the first by input. If they differ in nothing else any will do.
fn first(jobs: &[Job]) -> &Job {
    let least = || jobs.iter().min_by(|a, b| a.input.cmp(&b.input));
    if differ_in_input(jobs) { &jobs[0] } else { least().unwrap_or(&jobs[0]) }
}

/// Did the guest need more room?
fn short(done: &Done) -> bool {
    matches!(done.stop, Stop::Host(Host::Pages | Host::Output))
}

/// Runs on the host's cores what the device gave up, and puts everything in order.
fn finish(
    guests: &dyn Guests,
    wave: Wave<'_>,
    threads: usize,
    watch: &mut dyn FnMut(Progress),
) -> Result<Report, Error> {
    let coverage = guests.setup().coverage;
    let Wave { jobs, done, progress, mut report } = wave;
    let (mut outcomes, mut left, mut rest) = (Vec::new(), Vec::new(), Vec::new());
    for (n, done) in done.into_iter().enumerate() {
        let outcome = done.map_or_else(|| Err(ODD.into()), |done| outcome(done, coverage));
        outcomes.push(outcome.map_err(|why| {
            left.push(n);
            rest.push((&jobs[n], By::CoreAfter(why)));
        }));
    }
    let finished = cores::run_all(guests, &rest, threads, &mut |p| {
        watch(Progress {
            done: progress.done + p.done,
            running: p.running,
            instructions: progress.instructions + p.instructions,
        });
    })?;
    for (n, outcome) in left.into_iter().zip(finished) {
        outcomes[n] = Ok(outcome);
    }
    report.outcomes = outcomes.into_iter().flatten().collect();
    Ok(report)
}

/// What a guest has to show that the device ran to its end; or why it did not.
fn outcome(done: Done, coverage: bool) -> Result<Outcome, String> {
    let reason = match done.stop {
        Stop::Exited(status) => StopReason::Exit(status),
        Stop::Limit => StopReason::MaxInstructions,
        Stop::Host(host) => return Err(why(host)),
    };
    Ok(Outcome {
        reason,
        instructions: done.instructions,
        stdout: done.stdout,
        stderr: done.stderr,
        coverage: coverage.then_some(done.coverage),
        crash: None,
        by: By::Device,
    })
}

const ODD: &str = "its machine starts unlike the others";

/// Why the device gave a guest up, in words.
fn why(host: Host) -> String {
    match host {
        Host::Syscall(number) => {
            let known = syscalls().find(|(n, ..)| u32::from(*n) == number);
            let name = known.map_or_else(|| number.to_string(), |(_, name, _)| name.to_string());
            format!("system call {name}")
        }
        Host::Page => "fault, or memory outside the device's windows".into(),
        Host::Pages => "more pages written than planned".into(),
        Host::Code => "code outside the program".into(),
        Host::Op => "op without kernel code".into(),
        Host::Exception => "breakpoint, undefined instruction or misaligned access".into(),
        Host::Coverage => "more blocks than the coverage map has places".into(),
        Host::Input => "input too long".into(),
        Host::Output => "more output than planned".into(),
    }
}
