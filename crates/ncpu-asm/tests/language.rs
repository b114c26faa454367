//! What the assembler and the file format accept and refuse, beyond what `programs/` shows.

#![allow(clippy::unwrap_used, reason = "a panic is the failure report")]

use ncpu_asm::image::{self, MAX_DATA, MAX_TEXT};
use ncpu_asm::{
    Image, ImageError, Limits, Machine, MemoryIo, NcpuIsa, Options, Outcome, Program, Stop,
    StreamIo, assemble, disassemble, is_source,
};
use ncpu_engine_cpu::Cpu;

fn program(source: &str) -> Program {
    assemble(source, &Options::default()).unwrap_or_else(|e| panic!("{e}"))
}

fn errors(source: &str) -> String {
    assemble(source, &Options { file: "t".into(), ..Options::default() }).unwrap_err().to_string()
}

fn run(program: Program) -> Outcome {
    let compat = program.image.compat;
    let mut machine = Machine::new(program, None).unwrap();
    let mut engine = Cpu::new(Box::new(NcpuIsa { compat }));
    machine.run(
        &mut engine,
        &mut MemoryIo::default(),
        Limits { max_cycles: Some(1000), deadline: None },
    )
}

fn inline(source: &str) -> Program {
    assemble(source, &Options { inline: true, ..Options::default() }).unwrap()
}

#[test]
fn inline_sources_split_at_semicolons() {
    let outcome = run(inline("MOV R0, 5; ADD R0 R0 R0 # twice ;HALT"));
    assert_eq!((outcome.state.registers[0], outcome.cycles), (10, 3));
    let outcome = run(inline("loop: INC R0; CMP R0, 9; JNZ loop; HALT"));
    assert_eq!(outcome.state.registers[0], 9);
    let p = inline("MOV R0, ';'; .data; .asciz \"a;b\\\";\"; .byte 1 # don't; .byte 2");
    assert_eq!(p.image.data, b"a;b\";\0\x01\x02");
    assert_eq!(p.image.text.len(), 1);
}

/// For a comment mark and for an immediate mark, as far as they go.
#[test]
fn number_signs() {
    for (source, same) in [
        ("MOV R0, R1 #5", "MOV R0, R1"),
        ("MOV R0, #5", "MOV R0, 5"),
        ("MOV R0 #5", "MOV R0, 5"),
        ("MOV R0, #-5 # c", "MOV R0, -5"),
        ("INC R0 #1", "INC R0"),
        ("NOP #1", "NOP"),
        ("#1", ""),
        ("OUT #'#'", "OUT '#'"),
        ("ADD R0, R1, R2#c", "ADD R0, R1, R2"),
        ("ADD R0, R1 # c", "ADD R0, R1"),
        ("LDR R0, [R1, #4]", "LDR R0, [R1, 4]"),
        ("PUSH #3", "PUSH 3"),
        ("JMP #2", "JMP 2"),
    ] {
        assert_eq!(program(source).image, program(same).image, "{source}");
    }
}

#[test]
fn separators_and_case() {
    for source in ["add r0,r1,R2", "Add\tR0 R1 r2", "ADD R0 , R1 R2 ; c", "l:ADD R0,R1,R2"] {
        assert_eq!(program(source).image, program("ADD R0, R1, R2").image, "{source}");
    }
    assert_eq!(program("Top: JMP tOP").image, program("JMP 0").image);
    assert_eq!(program("MOV R0 -5").image, program("MOV R0, -5").image);
    assert_eq!(program("MOV R15, SP\nHLT").image, program("MOV sp, r15\nHALT").image);
    assert_eq!(
        program("JE 1\nJNE 1\nJC 0\nJNC 0").image,
        program("JZ 1\nJNZ 1\nJB 0\nJAE 0").image
    );
}

#[test]
fn addresses() {
    let same = |a: &str, b: &str| {
        assert_eq!(program(a).image, program(b).image, "{a}");
    };
    same("LDR R0, [R1]", "LDR R0, [R1, 0]");
    same("LDR R0, [R1 + 4]", "LDR R0, [R1, 4]");
    same("LDR R0, [R1 - 4]", "LDR R0, [R1, -4]");
    same("LDR R0, [4 + R1]", "LDR R0, [R1, 4]");
    same("LDR R0, [R1 + R2 + 4 * 2]", "LDR R0, [R1, R2, 8]");
    same("LDR R0, [8, R1, R2 - 4]", "LDR R0, [R1, R2, 4]");
    same("LDR R0, [0xffffffff]", "LDR R0, [-1]");
    same("STR 5, [R1]\nSTR 70000, [R1]", "STR #5, [R1, 0]\nSTR #70000, [0, R1]");
    assert!(errors("STR 70000, [R1, 4]").contains("first must be small"));
    assert!(errors("LDR R0, [R1").contains("the line ends too early"));
    assert!(errors("LDR R0, []").contains("unexpected `]`"));
    assert!(errors("LDR R0, [R1 * 4]").contains("unexpected `*`"));
}

#[test]
fn small_mistakes_have_clear_messages() {
    for (source, expected) in [
        ("ADD R0, R1,", "the line ends too early"),
        ("MOV R0, 12x", "`12x` is no number"),
        ("MOV R0, 0b12", "`0b12` is no number"),
        ("MOV R0, 'ab'", "unfinished character"),
        ("MOV R0, ''", "empty character"),
        ("MOV R0, (1 + 2", "expected `)`"),
        ("MOV R0, 1 + R1", "unexpected `+`"),
        ("MOV R0, 1 << 64", "shift not in 0..63"),
        ("R1: NOP", "`R1` names a register"),
        ("5: NOP", "expected a label, an instruction or a directive"),
        (".entry 3\nNOP", "the entry is no instruction"),
        (".equ a, 1\n.equ A, 2", "`A` is defined twice"),
        (".data\n.space -1", "-1 bytes are not possible"),
        (".data\n.word", "`.word` takes at least one value"),
        ("HALT R0", "HALT takes no operand"),
        ("MOV R0, a\n.equ a, a", "`a` has no value"),
    ] {
        let found = errors(source);
        assert!(found.contains(expected), "{source}: {found}");
    }
}

#[test]
fn hostile_sources_end_in_messages() {
    let deep = format!("MOV R0, {}1{}", "(".repeat(100_000), ")".repeat(100_000));
    assert!(errors(&deep).contains("nested too deeply"));
    assert!(errors(&format!("MOV R0, {}1", "-".repeat(100_000))).contains("nested too deeply"));
    assert!(errors(&format!("MOV R0, 1{}", "+1".repeat(100_000))).contains("too long"));
    assert!(errors(&format!(".data\n{}", ".space 200000000\n".repeat(3))).contains("data past"));
    assert!(errors(&"NOP\n".repeat(MAX_TEXT + 5)).contains("more than 1048576 instructions"));
    let chain: String = (0..60).map(|i| format!(".equ a{i}, a{} + a{}\n", i + 1, i + 1)).collect();
    assert!(errors(&format!("MOV R0, a0\n{chain}.equ a60, 1")).contains("has no value yet"));
    // Arbitrary bytes of the language's alphabet never panic.
    let alphabet: Vec<char> = "MOVRLDadd09x'\"\\[](),;:#.+-*/%<>~|&^ \n\té".chars().collect();
    let mut state = 1_u64;
    for _ in 0..20_000 {
        let source: String = (0..30)
            .map(|_| {
                state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
                alphabet[(state >> 40) as usize % alphabet.len()]
            })
            .collect();
        let _ = assemble(&source, &Options { inline: state & 1 == 0, ..Options::default() });
        let compat = Options { compat: true, ..Options::default() };
        let _ = assemble(&format!("MOV R0, {source}"), &compat).map(|p| disassemble(&p.image));
    }
}

#[test]
fn hostile_files_end_in_messages() {
    let good = program("MOV R0, 1\nHALT\n.data\n.word 1").image.to_bytes();
    assert!(Image::is_image(&good));
    for len in 0..good.len() {
        assert!(Image::from_bytes(&good[..len]).is_err(), "{len} bytes");
    }
    let with = |at: usize, byte: u8| {
        let mut bytes = good.clone();
        bytes[at] = byte;
        Image::from_bytes(&bytes)
    };
    assert_eq!(with(0, b'E'), Err(ImageError::NotAnImage));
    assert_eq!(with(8, 2), Err(ImageError::Version(2)));
    assert_eq!(with(10, 0x80), Err(ImageError::Flags(0x80)));
    assert_eq!(with(12, 2), Err(ImageError::Entry { entry: 2, text: 2 }));
    assert_eq!(with(19, 0xff), Err(ImageError::TextSize(0xff00_0002)));
    assert!(matches!(with(23, 0xff), Err(ImageError::DataSize(_))));
    assert!(matches!(with(27, 0xff), Err(ImageError::DataSize(n)) if n > MAX_DATA));
    assert_eq!(with(28, 1), Err(ImageError::Reserved(1)));
    assert_eq!(with(16, 1), Err(ImageError::Length { expected: 41, found: 49 }));
    let long = [good.as_slice(), &[0]].concat();
    assert!(matches!(Image::from_bytes(&long), Err(ImageError::Length { .. })));
    for error in [with(8, 2).unwrap_err(), with(16, 1).unwrap_err()] {
        assert!(!error.to_string().is_empty());
    }
}

#[test]
fn the_largest_program_runs() {
    let mut source = "NOP\n".repeat(MAX_TEXT - 1);
    source.push_str("HALT\n.data\n.byte 1\n.space 0x0fffffff");
    let program = program(&source);
    assert_eq!(program.image.text.len(), MAX_TEXT);
    let mut machine = Machine::new(program, None).unwrap();
    let mut engine = Cpu::new(Box::new(NcpuIsa::default()));
    let outcome = machine.run(&mut engine, &mut MemoryIo::default(), Limits::default());
    assert_eq!((outcome.cycles, outcome.exit_status()), (MAX_TEXT as u64, 0));
    assert!(machine.mem.load::<u8>(image::DATA_BASE + MAX_DATA - 1).is_ok());
}

#[test]
fn empty_programs_run_past_their_end() {
    let outcome = run(program("; nothing\n"));
    assert!(matches!(outcome.stop, Stop::PastEnd), "{:?}", outcome.stop);
    let outcome = run(program(&"NOP\n".repeat(512)));
    assert!(matches!(outcome.stop, Stop::PastEnd), "a full page: {:?}", outcome.stop);
    assert_eq!((outcome.cycles, outcome.exit_status()), (512, 1));
}

/// The same run again, bit for bit.
#[test]
fn runs_repeat() {
    let source = "next: MUL R0, R0, 5\nADD R0, 3\nPUSH R0\nINC R1\nCMP R1, 90\nJL next\nHALT";
    let hash = || {
        let mut machine = Machine::new(program(source), None).unwrap();
        let mut engine = Cpu::new(Box::new(NcpuIsa::default()));
        let outcome = machine.run(&mut engine, &mut MemoryIo::default(), Limits::default());
        (outcome.state, outcome.cycles, machine.mem.hash())
    };
    assert_eq!(hash(), hash());
}

#[test]
fn streams_carry_input_and_output() {
    let source = "l: IN R0\nJS e\nADD R0, 1\nOUT R0\nJMP l\ne: HALT";
    let mut machine = Machine::new(program(source), None).unwrap();
    let mut engine = Cpu::new(Box::new(NcpuIsa::default()));
    let mut io = StreamIo { input: &b"HAL"[..], output: Vec::new() };
    let outcome = machine.run(&mut engine, &mut io, Limits::default());
    assert_eq!((outcome.exit_status(), io.output.as_slice()), (0, &b"IBM"[..]));
}

struct Broken;

impl std::io::Write for Broken {
    fn write(&mut self, _: &[u8]) -> std::io::Result<usize> {
        Err(std::io::Error::other("disk full"))
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[test]
fn failing_output_is_reported() {
    let mut machine = Machine::new(program("OUT 1\nHALT"), None).unwrap();
    let mut engine = Cpu::new(Box::new(NcpuIsa::default()));
    let mut io = StreamIo { input: &b""[..], output: Broken };
    let outcome = machine.run(&mut engine, &mut io, Limits::default());
    assert!(matches!(outcome.stop, Stop::Io(_)));
    assert_eq!(
        outcome.message.unwrap(),
        "program:1: input or output failed: disk full\n  in `OUT 1` (instruction 0)"
    );
    assert_eq!((outcome.cycles, outcome.index), (0, 0));
}

#[test]
fn sources_are_known_by_their_content() {
    for source in ["; c\n\n# d\n  MOV R0, 1", "start:\n", ".data\n", "halt", "x: y: .word 1"] {
        assert!(is_source(source.as_bytes()), "{source}");
    }
    for other in ["", "; only a comment", "#!/bin/sh\nnop\n", "hello world", ".profile", "int x;"] {
        assert!(!is_source(other.as_bytes()), "{other}");
    }
    assert!(!is_source(b"\x7fELF\x02\x01\x01\0") && !is_source(b"nop\0"));
}

/// Messages quote the source without labels and comments.
#[test]
fn texts_of_instructions() {
    let p = program("a: b:  add R0 R1 7 ; sum\n\n  HALT# end\n.insn 1, 2  # raw");
    assert_eq!([p.text(0), p.text(1), p.text(2)], ["add R0 R1 7", "HALT", ".insn 1, 2"]);
    let bare = Program::from_image(p.image, "");
    assert_eq!([bare.text(0), bare.text(3)], ["ADD R0, R1, 7", ""]);
}

#[test]
fn many_errors_in_one_line_stay_few() {
    // Each would quote the line.
    let text = errors(&"a:".repeat(2000));
    assert_eq!(text.matches("`a` is defined twice").count(), 100);
    assert!(text.lines().any(|l| l.ends_with("too many errors; the others are not shown")));
    assert_eq!(errors(&"foo\n".repeat(3000)).matches(": error:").count(), 101);
}
