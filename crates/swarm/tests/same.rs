//! Guests do the same on a device as on the host's cores: exit, output, instructions, coverage.

#![cfg(feature = "gpu")]

use ncpu_swarm::{By, Job, On, Report, Swarm, mutate};
use std::path::{Path, PathBuf};
use std::process::Command;

const FREESTANDING: &[&str] =
    &["-nostdlib", "-ffreestanding", "-fno-tree-loop-distribute-patterns"];

/// Builds a guest; nothing, and a note, without a cross compiler.
fn build(name: &str, flags: &[&str]) -> Option<Swarm> {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/swarm").join(name);
    let built: PathBuf = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!(
        "{name}-{}-{:?}",
        std::process::id(),
        std::thread::current().id()
    ));
    let gcc = Command::new("aarch64-linux-gnu-gcc")
        .args(["-O2", "-static", "-w"])
        .args(flags)
        .arg("-o")
        .arg(&built)
        .arg(&source)
        .status();
    let Ok(status) = gcc else {
        eprintln!("no aarch64-linux-gnu-gcc here: tested nothing");
        return None;
    };
    assert!(status.success(), "{name} does not build");
    let swarm = Swarm::of_file(&built).expect("the guest can be read");
    std::fs::remove_file(&built).expect("the guest was built");
    Some(Swarm { name: "guest".into(), ..swarm })
}

fn json_inputs(n: u64) -> Vec<Job> {
    let seeds: Vec<Vec<u8>> = [
        r#"{"name": "value", "list": [1, -2.5e10, true, null], "deep": {"a": {"b": [[]]}}}"#,
        r#"["\u00e9\n\"", 0.25, {"x": false}, "long text without any end in sight"]"#,
        " [ ] ",
    ]
    .map(|s| s.as_bytes().to_vec())
    .to_vec();
    (0..n).map(|n| Job::with_input(mutate(&seeds, n))).collect()
}

/// Runs jobs in both places and compares; gives what the device did.
fn compare(swarm: &Swarm, jobs: &[Job], on: &On) -> Report {
    let cores = swarm.run(jobs, &On::Cores(2), &mut |_| ()).expect("cores run guests");
    let device = swarm.run(jobs, on, &mut |_| ()).expect("the device runs guests");
    assert_eq!(cores.outcomes.len(), jobs.len());
    assert_eq!(device.outcomes.len(), jobs.len());
    for (n, (a, b)) in cores.outcomes.iter().zip(&device.outcomes).enumerate() {
        assert!(a.same(b), "guest {n} with {:?}:\n{a:?}\n{b:?}", jobs[n]);
    }
    device
}

fn by_device(report: &Report) -> usize {
    report.outcomes.iter().filter(|o| o.by == By::Device).count()
}

#[test]
fn json_on_the_executor() {
    let Some(mut swarm) = build("json.c", FREESTANDING) else { return };
    swarm.coverage = true;
    let report = compare(&swarm, &json_inputs(64), &On::Executor(2));
    assert_eq!(by_device(&report), 64, "{:?}", report.given_up());
    let (translated, all) = (report.translated, report.device_instructions);
    assert!(2 * translated > all, "{translated} of {all} instructions by translated code");
}

#[test]
fn instruction_limits_on_the_executor() {
    let Some(mut swarm) = build("json.c", FREESTANDING) else { return };
    swarm.coverage = true;
    for most in [1, 2, 700, 701, 702, 1500] {
        swarm.config.max_instructions = Some(most);
        compare(&swarm, &json_inputs(4), &On::Executor(2));
    }
}

#[test]
fn turns_on_the_executor() {
    let Some(mut swarm) = build("json.c", FREESTANDING) else { return };
    swarm.config.quantum = 64;
    swarm.coverage = true;
    let report = compare(&swarm, &json_inputs(4), &On::Executor(2));
    assert_eq!(by_device(&report), 4, "{:?}", report.given_up());
}

#[test]
fn arguments_and_seeds_on_the_executor() {
    let Some(swarm) = build("words.c", &[]) else { return };
    let job = |n: u64| Job {
        args: (0..n % 3).map(|k| format!("argument-{n}-{k}")).collect(),
        input: b"to be or not to be that is the question one two three".to_vec(),
        seed: n,
    };
    let jobs: Vec<Job> = (0..6).map(job).collect();
    let report = compare(&swarm, &jobs, &On::Executor(2));
    assert_eq!(by_device(&report), 6, "{:?}", report.given_up());
}

/// Seven words make it fault: the host finds out how.
#[test]
fn faults_are_the_hosts() {
    let Some(swarm) = build("words.c", &[]) else { return };
    let jobs = [&b"a b c d e f g"[..], b"a b"].map(|i| Job::with_input(i.to_vec()));
    let report = compare(&swarm, &jobs, &On::Executor(2));
    assert_eq!(by_device(&report), 1);
    let crash = report.outcomes[0].crash.as_ref().expect("it crashed");
    assert_eq!((crash.signal, crash.address), (11, Some(8)));
}

/// A chunk with its checksum.
fn chunk(kind: &[u8; 4], data: &[u8]) -> Vec<u8> {
    let mut all = (data.len() as u32).to_be_bytes().to_vec();
    all.extend_from_slice(kind);
    all.extend_from_slice(data);
    let step = |c: u32, byte: &u8| {
        (0..8).fold(c ^ u32::from(*byte), |c, _| c >> 1 ^ if c & 1 == 1 { 0xedb8_8320 } else { 0 })
    };
    let sum = !all[4..].iter().fold(u32::MAX, step);
    all.extend(sum.to_be_bytes());
    all
}

fn png(palette: usize) -> Vec<u8> {
    let mut all = b"\x89PNG\r\n\x1a\n".to_vec();
    all.extend(chunk(b"IHDR", &[0, 0, 0, 9, 0, 0, 0, 4, 8, 3, 0, 0, 0]));
    all.extend(chunk(b"PLTE", &vec![0x41; 3 * palette]));
    all.extend(chunk(b"IDAT", &[1; 100]));
    all.extend(chunk(b"IEND", &[]));
    all
}

/// A palette that is too long makes the reader write through a pointer that it has overwritten.
#[test]
fn png_on_the_executor() {
    let Some(mut swarm) = build("png.c", FREESTANDING) else { return };
    swarm.coverage = true;
    let seeds = [png(16), png(256)];
    let mut jobs: Vec<Job> = (0..24).map(|n| Job::with_input(mutate(&seeds, n))).collect();
    jobs.push(Job::with_input(png(300)));
    let report = compare(&swarm, &jobs, &On::Executor(2));
    assert_eq!(report.outcomes[0].reason, ncpu_linux::StopReason::Exit(0));
    assert_eq!(report.outcomes[24].reason, ncpu_linux::StopReason::Signal(11));
    assert!(by_device(&report) >= 20, "{:?}", report.given_up());
}

/// What guests of `calls.c` do: the first ones only what kernels answer.
const CALLS: &[&str] = &[
    "hek",
    "bckmwbke",
    "e-mcc\n",
    "nwwwwpwn",
    "",
    "bx no more",
    "cwC",
    "-u-",
    "fe",
    "a",
    "wA!",
    "bm",
];

fn scripts() -> Vec<Job> {
    CALLS.iter().map(|s| Job::with_input(s.as_bytes().to_vec())).collect()
}

#[test]
fn calls_on_the_executor() {
    let Some(mut swarm) = build("calls.c", FREESTANDING) else { return };
    for coverage in [false, true] {
        swarm.coverage = coverage;
        let report = compare(&swarm, &scripts(), &On::Executor(2));
        let given_up: Vec<bool> = report.outcomes.iter().map(|o| o.by != By::Device).collect();
        let expected: Vec<bool> =
            CALLS.iter().map(|s| s.contains(['C', 'u', 'f', 'a', 'A'])).collect();
        assert_eq!(given_up, expected, "{:?}", report.given_up());
        let (translated, all) = (report.translated, report.device_instructions);
        assert!(10 * translated > 9 * all, "{translated} of {all} instructions by translated code");
    }
}

/// Turns of every length end at every place in and around calls.
#[test]
fn turns_that_end_at_calls() {
    let Some(mut swarm) = build("calls.c", FREESTANDING) else { return };
    for quantum in (1..24).chain([64, 100, 1000]) {
        swarm.config.quantum = quantum;
        let report = compare(&swarm, &scripts()[..6], &On::Executor(2));
        assert_eq!(by_device(&report), 6, "{:?}", report.given_up());
    }
}

/// Limits at each of a guest's last instructions, of which the very last exits, and around earlier calls.
#[test]
fn limits_at_calls() {
    let Some(mut swarm) = build("calls.c", FREESTANDING) else { return };
    let jobs = &scripts()[..6];
    let whole = swarm.run(jobs, &On::Cores(2), &mut |_| ()).expect("cores run guests");
    let short = whole.outcomes[0].instructions;
    for most in (short.saturating_sub(24)..short + 2).chain([1, 40, 41, 42, 43, 44, 45, 46, 47]) {
        swarm.config.max_instructions = Some(most);
        let report = compare(&swarm, jobs, &On::Executor(2));
        assert_eq!(by_device(&report), 6, "{:?}", report.given_up());
    }
}

/// Every second guest is tried first and shows how long logs are to be; another writes more.
#[test]
fn logs_that_get_full() {
    let Some(swarm) = build("calls.c", FREESTANDING) else { return };
    let many = |n: usize| Job::with_input(["w", &"l".repeat(n)].concat().into_bytes());
    let jobs: Vec<Job> = (0..17).map(|n| many(if n == 15 { 40 } else { 1 })).collect();
    let report = compare(&swarm, &jobs, &On::Executor(2));
    assert_eq!(by_device(&report), 16, "{:?}", report.given_up());
    assert_ne!(report.outcomes[15].by, By::Device);
}

/// Guests with more pages to write than the first one showed go to the host.
#[test]
fn inputs_of_many_sizes() {
    let Some(swarm) = build("json.c", FREESTANDING) else { return };
    let long = |n: usize| Job::with_input([b"[".repeat(3), b" ".repeat(n)].concat());
    let jobs = [long(1), long(100), long(60_000), long(5_000), long(0)];
    let report = compare(&swarm, &jobs, &On::Executor(2));
    assert_eq!(report.outcomes.len(), 5);
}

#[test]
fn json_on_a_gpu() {
    let Some(gpu) = ncpu_gpu::test_gpu() else { return };
    let Some(mut swarm) = build("json.c", FREESTANDING) else { return };
    swarm.coverage = true;
    let report = compare(&swarm, &json_inputs(64), &On::Gpu(gpu, 2));
    assert_eq!(by_device(&report), 64, "{:?}", report.given_up());
}

#[test]
fn json_translated_on_a_gpu() {
    let Some(gpu) = ncpu_gpu::test_gpu() else { return };
    let Some(mut swarm) = build("json.c", FREESTANDING) else { return };
    swarm.coverage = true;
    swarm.translate = Some(true);
    let report = compare(&swarm, &json_inputs(64), &On::Gpu(gpu, 2));
    assert_eq!(by_device(&report), 64, "{:?}", report.given_up());
    let (translated, all) = (report.translated, report.device_instructions);
    assert!(2 * translated > all, "{translated} of {all} instructions by translated code");
}

#[test]
fn calls_on_a_gpu() {
    let Some(gpu) = ncpu_gpu::test_gpu() else { return };
    let Some(mut swarm) = build("calls.c", FREESTANDING) else { return };
    swarm.coverage = true;
    swarm.translate = Some(true);
    swarm.config.quantum = 100;
    // Of each three the first shows what they need.
    let jobs: Vec<Job> = scripts().iter().flat_map(|job| [(); 3].map(|()| job.clone())).collect();
    let report = compare(&swarm, &jobs, &On::Gpu(gpu, 2));
    assert_eq!(by_device(&report), 3 * 7, "{:?}", report.given_up());
}
