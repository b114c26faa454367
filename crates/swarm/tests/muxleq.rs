//! MUXLEQ machines do the same on a device as on the host's cores: halt, output, steps.

#![cfg(feature = "gpu")]

use ncpu_linux::StopReason;
use ncpu_muxleq::Image;
use ncpu_muxleq_asm::{HostFiles, assemble};
use ncpu_swarm::{By, Job, Machines, On, Report};
use std::path::Path;

/// The machines of a program of `programs/muxleq`.
fn machines(program: &str) -> Machines {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../programs/muxleq").join(program);
    let cells = assemble(&file, &HostFiles).expect("the program is right").cells;
    Machines { image: Image { cells }, ..Machines::default() }
}

/// The machines of an image.
fn of_image(text: &str) -> Machines {
    Machines { image: Image::parse("test", text).expect("an image"), ..Machines::default() }
}

/// Reads n, and counts down a cell in each of n pages.
const PAGES: &str = "
    -1 30 3   31 1000 6  32 4 9   31 30 15  33 33 3   33 33 -1
    0 0 0     0 0 0      0 0 0    0 0 0
    0 1 -2048 0
";

/// Runs jobs in both places and compares; gives what the device did.
fn compare(machines: &Machines, jobs: &[Job], on: &On) -> Report {
    let cores = machines.run(jobs, &On::Cores(2), &mut |_| ()).expect("cores run machines");
    let device = machines.run(jobs, on, &mut |_| ()).expect("the device runs machines");
    assert_eq!(cores.outcomes.len(), jobs.len());
    assert_eq!(device.outcomes.len(), jobs.len());
    for (n, (a, b)) in cores.outcomes.iter().zip(&device.outcomes).enumerate() {
        assert!(a.same(b), "machine {n} with {:?}:\n{a:?}\n{b:?}", jobs[n]);
    }
    device
}

fn by_device(report: &Report) -> usize {
    report.outcomes.iter().filter(|o| o.by == By::Device).count()
}

fn texts(n: usize) -> Vec<Job> {
    (0..n)
        .map(|n| Job::with_input((0..n as u8).map(|k| k.wrapping_mul(n as u8)).collect()))
        .collect()
}

/// Five steps for a byte and four for the end of input.
#[test]
fn echo_on_the_executor() {
    let jobs = texts(64);
    let report = compare(&machines("echo.mux"), &jobs, &On::Executor(2));
    assert_eq!(by_device(&report), 64, "{:?}", report.given_up());
    for (job, outcome) in jobs.iter().zip(&report.outcomes) {
        assert_eq!(outcome.stdout, job.input);
        assert_eq!(outcome.reason, StopReason::Exit(0));
        assert_eq!(outcome.instructions, 5 * job.input.len() as u64 + 4);
    }
}

fn sums(n: u32) -> Vec<Job> {
    (0..n).map(|n| Job::with_input(format!("{n}*({n}+7)/3\n").into_bytes())).collect()
}

#[test]
fn calculations_on_the_executor() {
    let report = compare(&machines("calc.mux"), &sums(64), &On::Executor(2));
    assert_eq!(by_device(&report), 64, "{:?}", report.given_up());
    let (translated, all) = (report.translated, report.device_instructions);
    assert!(2 * translated > all, "{translated} of {all} steps by translated code");
    assert_eq!(report.outcomes[20].stdout, b"180\n");
}

/// A limit may be reached at any step: one that computes, one of input or output, the last of all.
#[test]
fn limits_on_the_executor() {
    let mut machines = machines("echo.mux");
    for most in 1..=25 {
        machines.max_steps = Some(most);
        for translate in [Some(true), Some(false)] {
            machines.translate = translate;
            compare(&machines, &texts(5), &On::Executor(2));
        }
    }
}

/// Those that halt with their last step have halted; those that run on do not.
#[test]
fn halts_at_the_limit() {
    let mut machines = of_image("0 0 -1");
    machines.max_steps = Some(1);
    let report = compare(&machines, &texts(3), &On::Executor(1));
    assert!(report.outcomes.iter().all(|o| o.reason == StopReason::Exit(0)));
    let mut machines = of_image("0 0 0");
    machines.max_steps = Some(70_001);
    let report = compare(&machines, &texts(3), &On::Executor(1));
    assert!(report.outcomes.iter().all(|o| o.reason == StopReason::MaxInstructions));
    assert_eq!(by_device(&report), 3);
}

/// The pc runs to 8000: behind a step of output, and behind one that chooses bits.
#[test]
fn halts_by_running_there() {
    for (last, output) in [("0 -1 0", &[0][..]), ("0 0 -32768", &[])] {
        let text = format!("0 0 32765 {} {last}", "0 ".repeat(32762));
        for most in [None, Some(2), Some(1)] {
            let machines = Machines { max_steps: most, ..of_image(&text) };
            let report = compare(&machines, &texts(2), &On::Executor(1));
            let outcome = &report.outcomes[1];
            let halts = most != Some(1);
            assert_eq!(outcome.reason == StopReason::Exit(0), halts, "{last}, {most:?}");
            assert_eq!(outcome.stdout, if halts { output } else { &[] });
            assert_eq!(by_device(&report), 2, "{:?}", report.given_up());
        }
    }
}

#[test]
fn pages_on_the_executor() {
    let job = |n: u8| Job::with_input(vec![n]);
    let report = compare(&of_image(PAGES), &[job(30)], &On::Executor(1));
    assert_eq!(by_device(&report), 1, "{:?}", report.given_up());
    // Every fourth shows what the others need.
    let jobs: Vec<Job> = (0..64).map(|n| job(if n == 5 { 29 } else { n % 2 + 1 })).collect();
    let report = compare(&of_image(PAGES), &jobs, &On::Executor(1));
    let why = "more pages written than planned".to_string();
    assert_eq!(report.outcomes[5].by, By::CoreAfter(why));
    assert_eq!(by_device(&report), 63, "{:?}", report.given_up());
}

/// If many machines need more room than was planned, they get it on the device.
#[test]
fn more_room() {
    let jobs: Vec<Job> = (0..512)
        .map(|n| Job::with_input(if n % 32 < 16 { vec![] } else { vec![b'x'; 258] }))
        .collect();
    let report = compare(&machines("echo.mux"), &jobs, &On::Executor(1));
    assert_eq!(by_device(&report), 512, "{:?}", report.given_up());
}

#[test]
fn output_without_end() {
    let mut machines = of_image("1 -1 0  0 0 0");
    machines.max_steps = Some(20_000);
    let mut jobs = vec![Job::default(); 3];
    compare(&machines, &jobs, &On::Executor(1));
    let mut machines = self::machines("echo.mux");
    jobs = vec![Job::default(); 64];
    jobs[5].input = vec![b'x'; 1000];
    machines.max_steps = Some(10_000);
    let report = compare(&machines, &jobs, &On::Executor(1));
    let why = "more output than planned".to_string();
    assert_eq!(report.outcomes[5].by, By::CoreAfter(why));
}

/// Reads to the last cell, which no step can see.
#[test]
fn input_to_nowhere() {
    let report = compare(&of_image("-1 -1 0  6 -1 0  8 8 -1"), &texts(4), &On::Executor(1));
    assert_eq!(by_device(&report), 4, "{:?}", report.given_up());
}

#[test]
fn translated_on_a_gpu() {
    let Some(gpu) = ncpu_gpu::test_gpu() else { return };
    let mut machines = machines("calc.mux");
    machines.translate = Some(true);
    let report = compare(&machines, &sums(64), &On::Gpu(gpu, 2));
    assert_eq!(by_device(&report), 64, "{:?}", report.given_up());
    let (translated, all) = (report.translated, report.device_instructions);
    assert!(2 * translated > all, "{translated} of {all} steps by translated code");
}
