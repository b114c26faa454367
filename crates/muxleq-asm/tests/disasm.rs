//! What the disassembler prints assembles to the same cells: the programs, with and without their labels, and random
//! images.

use ncpu_muxleq_asm::{HostFiles, assemble, disassemble};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

fn reassembled(text: &str) -> Vec<u16> {
    let path = PathBuf::from("image.mux");
    let files = BTreeMap::from([(path.clone(), text.to_string())]);
    assemble(&path, &files).unwrap_or_else(|errors| panic!("{errors}\n{text}")).cells
}

fn check(cells: &[u16], labels: &BTreeMap<String, u16>) {
    let text = disassemble(cells, labels);
    assert!(reassembled(&text) == cells, "{text}");
}

#[test]
fn programs() {
    for name in ["hello", "echo", "calc", "sieve", "selfcheck", "forth"] {
        let path =
            Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("../../programs/muxleq/{name}.mux"));
        let program = assemble(&path, &HostFiles).unwrap_or_else(|errors| panic!("{errors}"));
        check(&program.cells, &program.labels);
        check(&program.cells, &BTreeMap::new());
    }
}

/// What calls return to is found, and no data is taken for code on the way.
#[test]
fn follows_calls() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../programs/muxleq/calc.mux");
    let program = assemble(&path, &HostFiles).unwrap_or_else(|errors| panic!("{errors}"));
    let text = disassemble(&program.cells, &program.labels);
    for label in [
        "main.answer",
        "fail",
        "advance",
        "factor.digit",
        "divide.big14",
        "multiply.last",
        "print_signed",
    ] {
        let (_, rest) =
            text.split_once(&format!("\n{label}:\n")).unwrap_or_else(|| panic!("{label}: {text}"));
        let first = rest.lines().find(|l| l.starts_with(' ')).unwrap_or_default().trim_start();
        assert!(
            ["sub ", "mux ", "in ", "out "].iter().any(|i| first.starts_with(i)),
            "{label}: {first}"
        );
    }
}

/// Small numbers make code that flow reaches, special ones its rare forms, any the rest.
#[test]
fn random_images() {
    let mut seed = 0x9E37_79B9_7F4A_7C15_u64;
    let mut random = move || {
        seed ^= seed << 13;
        seed ^= seed >> 7;
        seed ^= seed << 17;
        seed
    };
    for _ in 0..3000 {
        let length = random() as u16 % 90 + 1;
        let mut cell = || match random() % 8 {
            0 => 0xFFFF,
            1 => 0x8000 + random() as u16 % length,
            2 => random() as u16,
            3 => 0,
            4 => 32 + random() as u16 % 95,
            _ => random() as u16 % length,
        };
        let cells: Vec<u16> = (0..length).map(|_| cell()).collect();
        check(&cells, &BTreeMap::new());
        let labels = (0..length / 8).map(|i| (format!("name{i}"), random() as u16 % 120)).collect();
        check(&cells, &labels);
    }
}

#[test]
fn shows_instructions_as_they_are_written() {
    let cells = [30, 31, 9, 65535, 30, 0, 30, 65535, 7, 30, 31, 0x8000 + 32, 30, 30, 65535, 5, 6];
    let text = disassemble(&cells, &BTreeMap::from([("x".into(), 30)]));
    let lines: Vec<_> =
        text.lines().map(|l| l.split(';').next().unwrap_or_default().trim()).collect();
    let wanted = [
        "x = 30",
        "sub x, 31, at_9",
        "in x",
        "out x, 7",
        "at_9:",
        "mux x, 31, 32",
        "sub x, x, 65535",
        "data 5, 6",
    ];
    assert_eq!(lines, wanted);
}
