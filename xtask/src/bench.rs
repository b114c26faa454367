//! `cargo xtask bench`: the same programs under ncpu, QEMU and QEMU with one instruction a block,
//! interleaved; CPU time (user and system), the least of the rounds.

use crate::usage::{Usage, measure};
use crate::{guests, root, run};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

struct Job {
    name: &'static str,
    /// Program and arguments, as paths in the guest's root.
    argv: Vec<String>,
    /// How often the program runs in one measurement.
    times: u32,
}

fn job(name: &'static str, argv: &[&str]) -> Job {
    Job { name, argv: argv.iter().map(|a| (*a).to_string()).collect(), times: 1 }
}

fn jobs() -> Vec<Job> {
    let busybox = "/usr/bin/busybox";
    let loop_script = "i=0; while [ $i -lt 100000 ]; do i=$((i+1)); done; echo $i";
    let cc1 = "/usr/lib/gcc/aarch64-linux-gnu/12/cc1";
    let mut jobs = vec![
        job("C: sieve and sort", &["/bench/sieve"]),
        job("C: 32-bit mixing", &["/bench/mixing"]),
        job("C: n-body, doubles", &["/bench/nbody"]),
        job("busybox sha256sum, 16 MB", &[busybox, "sha256sum", "/bench/data"]),
        job("busybox sort, 100k lines", &[busybox, "sort", "/bench/lines"]),
        job("busybox gzip, 4 MB", &[busybox, "gzip", "-c", "/bench/text"]),
        job("busybox sh loop, 100k", &[busybox, "sh", "-c", loop_script]),
        job("bash loop, 100k", &["/usr/bin/bash-static", "-c", loop_script]),
        job("Lua", &["/usr/bin/lua5.4", "/bench/tables.lua"]),
        job("Python", &["/usr/bin/python3.11", "-S", "/bench/dicts.py"]),
        job("cc1 -O2", &[cc1, "-quiet", "-O2", "/bench/compile.c", "-o", "/dev/null"]),
        job("start-up: busybox true", &[busybox, "true"]),
    ];
    if let Some(start) = jobs.last_mut() {
        start.times = 20;
    }
    jobs
}

struct Machine {
    name: &'static str,
    command: Vec<String>,
    /// The guest's files under their host paths.
    host_paths: bool,
}

pub(crate) fn bench(rounds: u32, only: Option<&str>) -> Result<(), String> {
    guests::fetch()?;
    run(Command::new("cargo").args(["build", "--release", "--package", "ncpu"]))?;
    let tree = root().join("build/guests/root");
    prepare_in_own_process()?;
    let machines = machines(&tree);
    println!("| program | ncpu / QEMU | ncpu / QEMU -singlestep | memory, ncpu / QEMU |");
    println!("|---|---|---|---|");
    let (mut against_qemu, mut against_step) = (Vec::new(), Vec::new());
    for job in jobs().iter().filter(|j| only.is_none_or(|o| j.name.contains(o))) {
        let [ours, qemu, step] = compare(job, &machines, &tree, rounds)?;
        let (q, s) = (ours.seconds / qemu.seconds, ours.seconds / step.seconds);
        let mib = |u: &Usage| u.peak_kib / 1024;
        println!("| {} | {q:.2} | {s:.2} | {} / {} MiB |", job.name, mib(&ours), mib(&qemu));
        against_qemu.push(q);
        against_step.push(s);
    }
    let mean = |v: &[f64]| (v.iter().map(|r| r.ln()).sum::<f64>() / v.len() as f64).exp();
    println!("| geometric mean | {:.2} | {:.2} | |", mean(&against_qemu), mean(&against_step));
    println!("\nCPU time, least of {rounds} interleaved rounds; below 1 ncpu is faster.");
    Ok(())
}

fn machines(tree: &Path) -> [Machine; 3] {
    let ncpu = program().display().to_string();
    let tree = tree.display().to_string();
    let own = |parts: &[&str]| parts.iter().map(|p| (*p).to_string()).collect();
    [
        Machine {
            name: "ncpu",
            command: own(&[&ncpu, "run", "--rootfs", &tree]),
            host_paths: false,
        },
        Machine { name: "qemu", command: own(&["qemu-aarch64", "-L", &tree]), host_paths: true },
        Machine {
            name: "qemu -singlestep",
            command: own(&["qemu-aarch64", "-singlestep", "-L", &tree]),
            host_paths: true,
        },
    ]
}

/// The least usage of each machine; their outputs must agree.
fn compare(
    job: &Job,
    machines: &[Machine; 3],
    tree: &Path,
    rounds: u32,
) -> Result<[Usage; 3], String> {
    let mut best = [Usage { seconds: f64::INFINITY, peak_kib: u64::MAX }; 3];
    let mut outputs: [Option<Vec<u8>>; 3] = [None, None, None];
    for round in 0..rounds {
        for (i, machine) in machines.iter().enumerate() {
            // One look at the slow one is enough.
            if i == 2 && round > 0 && best[2].seconds > 5.0 {
                continue;
            }
            let (usage, output) = once(job, machine, tree)?;
            best[i].seconds = best[i].seconds.min(usage.seconds);
            best[i].peak_kib = best[i].peak_kib.min(usage.peak_kib);
            outputs[i] = Some(output);
        }
    }
    if outputs[0] != outputs[1] {
        return Err(format!("{}: the outputs under ncpu and QEMU differ", job.name));
    }
    Ok(best)
}

fn once(job: &Job, machine: &Machine, tree: &Path) -> Result<(Usage, Vec<u8>), String> {
    let mut total = Usage { seconds: 0.0, peak_kib: 0 };
    let mut output = Vec::new();
    for _ in 0..job.times {
        let mut command = Command::new(&machine.command[0]);
        command.args(&machine.command[1..]);
        let program = &job.argv[0];
        if machine.host_paths {
            command.arg(tree.join(program.trim_start_matches('/')));
        } else {
            command.arg(program);
        }
        command.args(&job.argv[1..]).stdin(Stdio::null());
        let (usage, out) =
            measure(&mut command).map_err(|e| format!("{}: {}: {e}", job.name, machine.name))?;
        total.seconds += usage.seconds;
        total.peak_kib = total.peak_kib.max(usage.peak_kib);
        output = out;
    }
    Ok((total, output))
}

/// The `ncpu` that `cargo build --release` makes.
pub(crate) fn program() -> PathBuf {
    let target = std::env::var_os("CARGO_TARGET_DIR");
    target.map_or_else(|| root().join("target"), PathBuf::from).join("release/ncpu")
}

/// As [`prepare`], in a process of its own: what this one allocates would count as its children's peak
/// memory.
pub(crate) fn prepare_in_own_process() -> Result<(), String> {
    let own = std::env::current_exe().map_err(|e| e.to_string())?;
    run(Command::new(own).arg("bench-data"))
}

/// Puts programs and data into the guests' root.
pub(crate) fn prepare() -> Result<(), String> {
    let tree = root().join("build/guests/root");
    let dir = tree.join("bench");
    fs::create_dir_all(&dir).map_err(|e| e.to_string())?;
    let benches = root().join("benches");
    for name in ["sieve", "mixing", "nbody"] {
        let source: PathBuf = benches.join("c").join(name).with_extension("c");
        let mut gcc = Command::new("aarch64-linux-gnu-gcc");
        gcc.args(["-O2", "-ffp-contract=off", "-static", "-o"])
            .arg(dir.join(name))
            .arg(source)
            .arg("-lm");
        run(&mut gcc)?;
    }
    for name in ["tables.lua", "dicts.py", "compile.c"] {
        fs::copy(benches.join(name), dir.join(name)).map_err(|e| format!("{name}: {e}"))?;
    }
    let mut state = 1_u64;
    let mut random = move || {
        state =
            state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        state >> 33
    };
    let data: Vec<u8> = (0..16 << 20).map(|_| random() as u8).collect();
    let lines: String = (0..100_000)
        .map(|_| format!("{:08} item {}\n", random() % 100_000_000, random() % 1000))
        .collect();
    let text: String = lines.chars().cycle().take(4 << 20).collect();
    for (name, content) in
        [("data", data), ("lines", lines.into_bytes()), ("text", text.into_bytes())]
    {
        fs::write(dir.join(name), content).map_err(|e| format!("{name}: {e}"))?;
    }
    Ok(())
}
