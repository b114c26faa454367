//! Runs every program in `programs/` on every engine and checks what its header expects.
//!
//! A header is the comment lines at a file's start. Its first line says what the program is for;
//! lines of the form `; key: value` say how to run it and what must come out:
//!
//! ```text
//! ; mode: compat            run under the saturating rules
//! ; limit: 500              stop after so many cycles
//! ; stdin: "text\n"         input; several lines join
//! ; stdout: "text\n"        output; several lines join
//! ; expect: R0=55 ZF=1      registers and flags at the end
//! ; cycles: 42              instructions executed
//! ; expect-error: text      the run fails, and the message contains this
//! ; expect-assembly: text   assembling fails, and the messages contain this
//! ```

#![allow(clippy::unwrap_used, reason = "a panic is the failure report")]

use ncpu_asm::{Image, Limits, Machine, MemoryIo, NcpuIsa, Options, Outcome, Program, State};
use ncpu_asm::{assemble, disassemble};
use ncpu_machine::Engine;
use std::path::PathBuf;

/// The engines that run every program. For the neural one, networks decode too. A GPU joins where the
/// environment says `NCPU_GPU=required`: one in software would take minutes.
fn engines(compat: bool) -> Vec<Box<dyn Engine>> {
    let cells = ncpu_cells::Cells::built_in().unwrap();
    let decoder = ncpu_neural_decode::Decoder::built_in().unwrap();
    let isa = ncpu_neural_decode::NeuralIsa::new(compat, decoder);
    let mut engines: Vec<Box<dyn Engine>> = vec![
        Box::new(ncpu_engine_cpu::Cpu::new(Box::new(NcpuIsa { compat }))),
        Box::new(ncpu_engine_neural::Neural::new(Box::new(isa), cells)),
        Box::new(ncpu_engine_gpu::GpuEngine::on_executor(Box::new(NcpuIsa { compat }))),
    ];
    if std::env::var("NCPU_GPU").as_deref() == Ok("required") {
        let gpu = ncpu_gpu::test_gpu().unwrap();
        let engine = ncpu_engine_gpu::GpuEngine::on_gpu(Box::new(NcpuIsa { compat }), &gpu);
        engines.push(Box::new(engine.unwrap()));
    }
    engines
}

/// Programs longer than this many cycles are not traced as well.
const TRACED: u64 = 50_000;

#[derive(Default)]
struct Header {
    purpose: String,
    compat: bool,
    limit: Option<u64>,
    stdin: Vec<u8>,
    stdout: Vec<u8>,
    expect: Vec<(String, i64)>,
    cycles: Option<u64>,
    error: Option<String>,
    assembly: Vec<String>,
}

fn header(source: &str) -> Header {
    let mut h = Header::default();
    for line in source.lines().map_while(|l| l.strip_prefix(';')) {
        let line = line.trim();
        if h.purpose.is_empty() {
            h.purpose = line.into();
            continue;
        }
        let Some((key, value)) = line.split_once(": ") else { continue };
        let value = value.trim();
        match key {
            "mode" => h.compat = value == "compat",
            "limit" => h.limit = Some(value.parse().unwrap()),
            "stdin" => h.stdin.extend(quoted(value)),
            "stdout" => h.stdout.extend(quoted(value)),
            "expect" => h.expect.extend(value.split_whitespace().map(|pair| {
                let (name, value) = pair.split_once('=').expect("expect: NAME=VALUE");
                (name.to_uppercase(), value.parse().unwrap())
            })),
            "cycles" => h.cycles = Some(value.parse().unwrap()),
            "expect-error" => h.error = Some(value.into()),
            "expect-assembly" => h.assembly.push(value.into()),
            _ => {}
        }
    }
    h
}

/// The bytes of a quoted text with the language's escapes.
fn quoted(text: &str) -> Vec<u8> {
    let inner = text.strip_prefix('"').and_then(|t| t.strip_suffix('"')).expect("quoted text");
    let source = format!(".data\n.ascii \"{inner}\"\n.byte 1");
    let image = assemble(&source, &Options::default()).unwrap().image;
    image.data[..image.data.len() - 1].to_vec()
}

struct Case {
    name: String,
    source: String,
    header: Header,
}

fn cases() -> Vec<Case> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../programs");
    let mut files: Vec<_> = std::fs::read_dir(folder).unwrap().map(|e| e.unwrap().path()).collect();
    files.retain(|f| f.extension().is_some_and(|e| e == "asm"));
    files.sort();
    files
        .into_iter()
        .map(|file| {
            let source = std::fs::read_to_string(&file).unwrap();
            let name = file.file_name().unwrap().to_string_lossy().into_owned();
            let header = header(&source);
            Case { name, source, header }
        })
        .collect()
}

fn options(case: &Case) -> Options {
    Options { file: case.name.clone(), compat: case.header.compat, inline: false }
}

fn limits(case: &Case, compat: bool) -> Limits {
    let default = Limits::default_for(compat);
    Limits { max_cycles: case.header.limit.or(default.max_cycles), ..default }
}

fn run(case: &Case, program: Program, engine: &mut dyn Engine) -> (Outcome, Vec<u8>) {
    let compat = program.image.compat;
    let mut machine = Machine::new(program, None).unwrap();
    let mut io = MemoryIo::new(&case.header.stdin);
    let outcome = machine.run(engine, &mut io, limits(case, compat));
    (outcome, io.output)
}

fn flag_or_register(outcome: &Outcome, name: &str) -> i64 {
    let flags = outcome.state.flags;
    match name {
        "ZF" => flags.zero.into(),
        "SF" => flags.sign.into(),
        "CF" => flags.carry.into(),
        "OF" => flags.overflow.into(),
        "SP" => outcome.state.registers[15].into(),
        _ => {
            let n: usize = name.strip_prefix('R').unwrap().parse().unwrap();
            outcome.state.registers[n].into()
        }
    }
}

/// What differs from the header.
fn differences(case: &Case, outcome: &Outcome, output: &[u8], messages: bool) -> Vec<String> {
    let h = &case.header;
    let mut wrong = Vec::new();
    match (&h.error, &outcome.message) {
        (Some(expected), Some(found)) if messages && !found.contains(expected) => {
            wrong.push(format!("message `{found}` lacks `{expected}`"));
        }
        (Some(expected), None) => wrong.push(format!("halted instead of `{expected}`")),
        (None, Some(found)) => wrong.push(format!("failed: {found}")),
        _ => {}
    }
    if output != h.stdout {
        let (found, expected) = (output.escape_ascii(), h.stdout.escape_ascii());
        wrong.push(format!("output \"{found}\" instead of \"{expected}\""));
    }
    for (name, expected) in &h.expect {
        let found = flag_or_register(outcome, name);
        if found != *expected {
            wrong.push(format!("{name}={found} instead of {expected}"));
        }
    }
    if let Some(expected) = h.cycles.filter(|n| *n != outcome.cycles) {
        wrong.push(format!("{} cycles instead of {expected}", outcome.cycles));
    }
    wrong
}

fn expects_something(h: &Header) -> bool {
    !h.purpose.is_empty() && (!h.expect.is_empty() || !h.stdout.is_empty() || h.error.is_some())
}

#[test]
fn every_program_does_what_its_header_says() {
    let cases = cases();
    assert!(cases.len() >= 60, "only {} programs", cases.len());
    let mut wrong = Vec::new();
    for case in cases.iter().filter(|c| c.header.assembly.is_empty()) {
        if !expects_something(&case.header) {
            wrong.push(format!("{}: the header expects nothing", case.name));
        }
        let program = match assemble(&case.source, &options(case)) {
            Ok(program) => program,
            Err(e) => {
                wrong.push(e.to_string());
                continue;
            }
        };
        let mut first: Option<State> = None;
        for mut engine in engines(program.image.compat) {
            let (outcome, output) = run(case, program.clone(), &mut *engine);
            let state = first.get_or_insert_with(|| outcome.state.clone());
            if *state != outcome.state {
                wrong.push(format!("{} on {}: other registers", case.name, engine.name()));
            }
            let found = differences(case, &outcome, &output, true);
            wrong.extend(found.iter().map(|w| format!("{} on {}: {w}", case.name, engine.name())));
        }
    }
    assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn sources_with_errors_say_what_is_wrong() {
    for case in cases().iter().filter(|c| !c.header.assembly.is_empty()) {
        let errors = assemble(&case.source, &options(case)).unwrap_err().to_string();
        for expected in &case.header.assembly {
            assert!(errors.contains(expected), "{}: `{expected}` not in\n{errors}", case.name);
        }
    }
}

/// The file form holds the whole image, and runs alike.
#[test]
fn every_program_survives_its_binary_form() {
    for case in cases().iter().filter(|c| c.header.assembly.is_empty()) {
        let program = assemble(&case.source, &options(case)).unwrap();
        let image = Image::from_bytes(&program.image.to_bytes()).unwrap();
        assert_eq!(image, program.image, "{}", case.name);
        let isa = NcpuIsa { compat: image.compat };
        let mut engine = ncpu_engine_cpu::Cpu::new(Box::new(isa));
        let (outcome, output) = run(case, Program::from_image(image, &case.name), &mut engine);
        // Messages quote the source, which the file does not hold.
        let wrong = differences(case, &outcome, &output, false);
        assert!(wrong.is_empty(), "{}: {wrong:?}", case.name);
    }
}

#[test]
fn every_program_survives_disassembly() {
    for case in cases().iter().filter(|c| c.header.assembly.is_empty()) {
        let image = assemble(&case.source, &options(case)).unwrap().image;
        let text = disassemble(&image);
        match assemble(&text, &Options::default()) {
            Ok(again) => assert_eq!(again.image, image, "{}:\n{text}", case.name),
            Err(e) => panic!("{}: {e}\n{text}", case.name),
        }
    }
}

/// Step by step, a program does the same, and the trace has an entry for each cycle.
#[test]
fn traces_agree_with_runs() {
    for case in cases().iter().filter(|c| c.header.assembly.is_empty()) {
        let program = assemble(&case.source, &options(case)).unwrap();
        let compat = program.image.compat;
        let mut engine = ncpu_engine_cpu::Cpu::new(Box::new(NcpuIsa { compat }));
        let (whole, output) = run(case, program.clone(), &mut engine);
        if whole.cycles > TRACED {
            continue;
        }
        let mut machine = Machine::new(program, None).unwrap();
        let mut io = MemoryIo::new(&case.header.stdin);
        let mut entries = Vec::new();
        let stepped = machine
            .trace(&mut engine, &mut io, limits(case, compat), &mut |e| entries.push(e.clone()));
        assert_eq!(stepped.state, whole.state, "{}", case.name);
        assert_eq!((stepped.cycles, stepped.index), (whole.cycles, whole.index), "{}", case.name);
        assert_eq!(stepped.message, whole.message, "{}", case.name);
        assert_eq!(io.output, output, "{}", case.name);
        let executed = entries.iter().filter(|e| e.error.is_none());
        assert_eq!(executed.count() as u64, whole.cycles, "{}", case.name);
        assert!(entries.iter().zip(1..).all(|(e, n)| e.cycle == n), "{}", case.name);
    }
}
