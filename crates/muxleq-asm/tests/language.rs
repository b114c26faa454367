//! The language, feature by feature: sources and the cells that they must give, or the errors.

use ncpu_muxleq_asm::{Diagnostic, Program, assemble};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

fn files(main: &str, others: &[(&str, &str)]) -> BTreeMap<PathBuf, String> {
    let mut files = BTreeMap::from([(PathBuf::from("dir/a.mux"), main.to_string())]);
    files.extend(others.iter().map(|(name, text)| (PathBuf::from(name), (*text).to_string())));
    files
}

fn program(main: &str) -> Program {
    assemble(Path::new("dir/a.mux"), &files(main, &[])).unwrap_or_else(|errors| panic!("{errors}"))
}

fn cells(main: &str) -> Vec<i32> {
    program(main).cells.iter().map(|c| i32::from(*c)).collect()
}

fn errors_with(main: &str, others: &[(&str, &str)]) -> Vec<Diagnostic> {
    assemble(Path::new("dir/a.mux"), &files(main, others)).expect_err(main).0
}

/// The errors as `line:column: message`.
fn errors(main: &str) -> Vec<String> {
    errors_with(main, &[])
        .iter()
        .map(|d| format!("{}:{}: {}", d.line, d.column, d.message))
        .collect()
}

#[test]
fn instructions() {
    assert_eq!(cells("sub 10, 11, 9"), [10, 11, 9]);
    assert_eq!(cells("data 7\nsub 10, 11"), [7, 10, 11, 4]);
    assert_eq!(cells("sub 10, 11, 0xFFFF"), [10, 11, 0xFFFF]);
    assert_eq!(cells("mux 10, 0xFFFE, 12"), [10, 0xFFFE, 0x800C]);
    assert_eq!(cells("in 0xFFFF\nin 3, 4"), [0xFFFF, 0xFFFF, 0, 0xFFFF, 3, 4]);
    assert_eq!(cells("out 5\nout 5, 6"), [5, 0xFFFF, 0, 5, 0xFFFF, 6]);
    assert_eq!(cells("jump 9\nhalt"), [6, 6, 9, 6, 6, 0xFFFF, 0]);
}

#[test]
fn data_and_space() {
    assert_eq!(
        cells("data 1, -1, 'a', \"hi\", 0xFFFF, -32768"),
        [1, 0xFFFF, 97, 104, 105, 0xFFFF, 0x8000]
    );
    assert_eq!(cells(r#"data "\n\r\t\0\\\"\'\x7f;""#), [10, 13, 9, 0, 92, 34, 39, 127, 59]);
    assert_eq!(cells("data \"é\""), [0xC3, 0xA9]);
    assert_eq!(cells("counted \"abc\"\ncounted \"\""), [3, 97, 98, 99, 0]);
    assert_eq!(cells("space 2\ndata 1\norg 5\ndata 2"), [0, 0, 1, 0, 0, 2]);
    // Reserved cells at the end are memory, not image.
    assert_eq!(cells("data 1\nreserve 3"), [1]);
    assert_eq!(cells("data 1\nreserve 1\nspace 1\nreserve 9"), [1, 0, 0]);
    assert_eq!(cells("org 0xFFFF\ndata 1").len(), 0x1_0000);
}

#[test]
fn expressions() {
    let values = [
        ("1 + 2 * 3", 7),
        ("(1 + 2) * 3", 9),
        ("7 / 2 - 7 % 4", 0),
        ("-7 / 2", 0xFFFD),
        ("1 << 4 | 0b101 & 0x4 ^ 1", 0x10 | (0b101 & 4) ^ 1),
        ("~0", 0xFFFF),
        ("!0 + !7", 1),
        ("3 < 4 && 4 <= 4 && 5 > 4 && !(4 >= 5)", 1),
        ("1 == 2 || 3 != 3", 0),
        ("0xFF_FF >> 8", 255),
        ("'A' + 1", 66),
        ("length(\"abc\") + char(\"abc\", 2)", 3 + 99),
        ("- -5", 5),
        ("10 - 3 - 2", 5),
    ];
    for (text, value) in values {
        assert_eq!(cells(&format!("data {text}")), [value], "{text}");
    }
    // `.` is the statement's first cell; names may be defined later.
    assert_eq!(cells("data 9, ., later\nlater: data . + 1, end - later\nend:"), [9, 0, 3, 4, 2]);
}

#[test]
fn names() {
    assert_eq!(cells("a = b * 2\nb = c + 1\nc = 3\ndata a"), [8]);
    assert_eq!(cells("x := 1\ndata x\nx := x + 5\ndata x"), [1, 6]);
    assert_eq!(cells("one: two: data one, two, three\nthree:"), [0, 0, 3]);
    // Local labels belong to the last label before them, and can be named from elsewhere.
    assert_eq!(cells("data a.x, b.x\na:\n.x: data .x\nb: data 0\n.x: data .x"), [2, 4, 2, 0, 4]);
    assert_eq!(cells("v{2} = 7\ni := 2\ndata v{i}, v{1 + 1}"), [7, 7]);
    let labels = program("main: data 1\n.a: data 2\nmacro m\n.hidden: data 3\nendmacro\nm").labels;
    assert_eq!(labels, BTreeMap::from([("main".into(), 0), ("main.a".into(), 1)]));
}

#[test]
fn pool() {
    // One cell for a value, however it is written; a later pool does not repeat what an earlier one has.
    assert_eq!(
        cells("sub #5, #2 + 3\npool\nsub #5, #-1\nsub #0xFFFF, 7, 0"),
        [3, 3, 3, 5, 3, 10, 7, 10, 7, 0, 0xFFFF]
    );
    assert_eq!(cells("sub #later, #later, 0\nlater:"), [3, 3, 0, 3]);
    assert_eq!(cells("mux #0, 1, #0"), [3, 1, 0x8003, 0]);
}

#[test]
fn macros() {
    let text = "macro put a, b\n data b, a\nendmacro\n put 1, 2\n put (3), 4 + 5";
    assert_eq!(cells(text), [2, 1, 9, 3]);
    // Its own local labels are new at each use; arguments keep the scope of the caller.
    let text = "macro skip to\n jump .over\n.over: data to\nendmacro\nz:\n.over: data 8\n skip .over\n skip .over";
    assert_eq!(cells(text), [8, 9, 9, 4, 0, 9, 9, 8, 0, 0]);
    let text = "macro inner a\n data a\nendmacro\nmacro outer a\n inner a + 1\n.l: inner .l\nendmacro\n outer 1\n outer 2";
    assert_eq!(cells(text), [2, 1, 3, 3]);
    let text = "macro text s\n counted s\n data length(s)\nendmacro\n text \"ab\"";
    assert_eq!(cells(text), [2, 97, 98, 2]);
    let text = "macro down n\n if n > 0\n data n\n down n - 1\n endif\nendmacro\n down 3";
    assert_eq!(cells(text), [3, 2, 1]);
    // A macro that makes a label, and one that makes a macro.
    assert_eq!(cells("macro label l\nl: data l\nendmacro\n data 1\n label x\n data x"), [1, 1, 1]);
    assert_eq!(cells("macro make n\nmacro n\n data 4\nendmacro\nendmacro\n make four\n four"), [4]);
}

#[test]
fn repetition_and_conditions() {
    assert_eq!(cells("repeat 3, i\n data i * i\nendrepeat"), [0, 1, 4]);
    assert_eq!(cells("repeat 2\n data 1\nendrepeat\nrepeat 0\n data 2\nendrepeat"), [1, 1]);
    assert_eq!(
        cells(
            "repeat 2, i\nrepeat i + 1, j\nl{i}{j}: data 10 * i + j\nendrepeat\nendrepeat\ndata l10"
        ),
        [0, 10, 11, 1]
    );
    for (value, cell) in [(1, 10), (2, 20), (3, 30)] {
        let text = format!(
            "x = {value}\nif x == 1\ndata 10\nelseif x == 2\ndata 20\nelse\nif 1\ndata 30\nendif\nendif"
        );
        assert_eq!(cells(&text), [cell]);
    }
    // What is not chosen is not looked at.
    assert_eq!(cells("if 0\n nonsense ) (\n error \"no\"\nendif\ndata 1"), [1]);
}

#[test]
fn includes() {
    let others = [
        ("dir/lib/b.mux", "include \"c.mux\"\ninclude \"../d.mux\"\ndata 2"),
        ("dir/lib/c.mux", "data 3"),
        ("dir/d.mux", "include \"lib/c.mux\"\ndata 4"),
    ];
    // Relative to the file that includes, each file once.
    let found = assemble(Path::new("dir/a.mux"), &files("include \"lib/b.mux\"\ndata 1", &others));
    assert_eq!(found.unwrap_or_else(|e| panic!("{e}")).cells, [3, 4, 2, 1]);
    let found = errors_with("data 1\ninclude \"b.mux\"", &[("dir/b.mux", "\n include \"a.mux\"")]);
    assert_eq!(found.len(), 1);
    assert_eq!(
        found[0].to_string(),
        "dir/b.mux:2:10: error: `dir/a.mux` includes itself\n 2 |  include \"a.mux\"\n   |          ^^^^^^^"
    );
    assert_eq!(errors("include \"none.mux\""), ["1:9: cannot read `dir/none.mux`: no such file"]);
}

#[test]
fn errors_say_where() {
    let cases = [
        ("sub 1", "1:1: `sub` with 1 operands"),
        ("mux 1, 2", "1:1: `mux` with 2 operands"),
        (" halt 1", "1:2: `halt` with 1 operands"),
        ("sub 1, 2, 3 4", "1:13: unexpected at the end of a statement"),
        ("sub 1, , 3", "1:8: expected a value"),
        ("data 1,", "1:8: an operand is missing"),
        ("data (1", "1:8: expected `)`"),
        ("data 70000", "1:6: 70000 is no 16-bit value"),
        ("data 1 / 0", "1:8: a division by zero"),
        ("data 1 << 64", "1:8: a shift by less than 0 or more than 63"),
        ("data 1 @ 2", "1:8: unexpected character `@`"),
        ("data 0xZZ", "1:6: `0xZZ` is not a number"),
        ("data 'ab'", "1:6: not one character between apostrophes"),
        ("data \"ab", "1:6: no closing `\"`"),
        ("data \"\\q\"", "1:7: unknown escape"),
        ("counted 5", "1:1: `counted` needs one string"),
        ("sub 1, 2, 0x8000", "1:11: 32768 is no place to jump to"),
        ("sub 0xFFFF, 2", "1:5: 65535 is not a cell that `sub` or `mux` can name"),
        ("mux 1, 2, 0x7FFF", "1:11: 32767 is no cell for a mask"),
        ("sub 1, 65536", "1:8: 65536 is no cell"),
        ("org 0x8000\nhalt", "2:1: an instruction in cell 32768, where none runs"),
        ("org 5\norg 4", "2:5: `org 4` lies before cell 5"),
        ("space 65537", "1:7: past the last cell, 65535"),
        ("space -1", "1:7: a negative count"),
        ("data foo", "1:6: unknown name `foo`"),
        ("a:\na:", "2:1: `a` is defined already"),
        (
            "a = b\nb = a\ndata 0",
            "1:5: `b` has no value: it is defined by itself or by an unknown name",
        ),
        ("x := y", "1:6: the value of `y` is not known here"),
        ("a = 1\na := 2", "2:1: `a` is defined already"),
        ("nop", "1:1: unknown instruction or macro `nop`"),
        ("5", "1:1: expected a label, an instruction, a directive or a macro"),
        ("macro m\ndata 1", "1:1: `macro` without `endmacro`"),
        ("endif", "1:1: `endif` without its beginning"),
        ("if x\nendif", "1:4: the value of `x` is not known here"),
        ("repeat -1\nendrepeat", "1:8: a count of -1"),
        ("macro m a\nendmacro\nm", "3:1: `m` has 1 arguments, here are 0"),
        ("macro m a, b\nendmacro\nm 1,", "3:1: the argument `b` is empty"),
        ("macro sub\nendmacro", "1:7: `sub` is defined already"),
        ("macro m a b\nendmacro", "1:11: expected `macro name` and parameters"),
        ("assert 1 == 2, \"too long\"", "1:8: too long"),
        ("error \"not for this machine\"", "1:1: not for this machine"),
        ("data char(\"ab\", 2)", "1:11: the string has no character 2"),
    ];
    for (text, error) in cases {
        let found = errors(text);
        assert!(found.iter().any(|e| e == error), "{text}: {found:?}");
    }
    assert_eq!(errors("nop\ndata foo,\nsub 1\nhalt").len(), 3);
}

#[test]
fn errors_in_macros_name_the_use() {
    let text =
        "macro inner a\n sub a, missing\nendmacro\nmacro outer\n inner 3\nendmacro\nhalt\n outer";
    let wanted = "dir/a.mux:2:9: error: unknown name `missing`\n 2 |  sub a, missing\n   |         ^^^^^^^\n   \
                  = a label `name:`, a constant `name = value` or a variable `name := value` defines it\n   \
                  = in macro `inner`, used at dir/a.mux:5:2\n   = in macro `outer`, used at dir/a.mux:8:2";
    assert_eq!(errors_with(text, &[])[0].to_string(), wanted);
    // What comes from an argument is shown where it stands.
    assert_eq!(errors("macro m a\n data a\nendmacro\n m nowhere"), ["4:4: unknown name `nowhere`"]);
}

#[test]
fn remedies_name_what_was_perhaps_meant() {
    let remedy = |text| errors_with(text, &[])[0].remedy.clone().unwrap_or_default();
    assert_eq!(remedy("counter: data 0\n sub countr, counter"), "did you mean `counter`?");
    assert_eq!(remedy("macro move a, b\nendmacro\n Move 1, 2"), "did you mean `move`?");
}

#[test]
fn what_never_ends_is_stopped() {
    let found = errors("macro m\n m\nendmacro\n m");
    assert!(found[0].contains("nested more than 100 deep"), "{found:?}");
    let found = errors("macro m a\n m a + a\nendmacro\n m 1");
    assert!(found[0].contains("after expansion") || found[0].contains("operators"), "{found:?}");
    let nested = "repeat 65536\n".repeat(6) + &"endrepeat\n".repeat(6);
    assert!(errors(&nested)[0].contains("words after expansion"));
    let chain: String = (0..2000).map(|i| format!("a{i} = a{}\n", i + 1)).collect();
    assert!(
        errors(&chain)
            .iter()
            .all(|e| e.contains("has no value") || e.contains("unknown name `a2000`"))
    );
    let deep = format!("data {}1{}", "(".repeat(5000), ")".repeat(5000));
    assert!(errors(&deep)[0].contains("nested more than 64 deep"));
    let long = format!("data 1{}", " + x".repeat(5000));
    assert!(errors(&long)[0].contains("1,000 operators"));
    let minus = format!("data {}1", "-".repeat(5000));
    assert!(errors(&minus)[0].contains("nested more than 64 deep"));
}

/// Whatever the text, the assembler answers.
#[test]
fn random_lines() {
    const WORDS: [&str; 36] = [
        "sub",
        "mux",
        "in",
        "out",
        "jump",
        "halt",
        "data",
        "counted",
        "space",
        "reserve",
        "org",
        "pool",
        "assert",
        "include",
        "macro",
        "endmacro",
        "repeat",
        "endrepeat",
        "if",
        "else",
        "elseif",
        "endif",
        "a",
        ".b",
        "a.b",
        ":",
        "=",
        ":=",
        "#",
        ",",
        "(",
        ")",
        "{",
        "}",
        "\"t\"",
        "3",
    ];
    let mut seed = 0x0123_4567_89AB_CDEF_u64;
    let mut random = |n: usize| {
        seed ^= seed << 13;
        seed ^= seed >> 7;
        seed ^= seed << 17;
        (seed >> 20) as usize % n
    };
    for _ in 0..20_000 {
        let mut text = String::new();
        for _ in 0..random(12) {
            for _ in 0..random(7) {
                text.push_str(WORDS[random(WORDS.len())]);
                text.push(' ');
            }
            text.push('\n');
        }
        let _ = assemble(Path::new("dir/a.mux"), &files(&text, &[]));
    }
}
