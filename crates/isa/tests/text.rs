//! The disassembler against recorded objdump output, and the assembler against the disassembler.

use ncpu_isa::{ROWS, Row, assemble, decode, disassemble};

fn generator(mut state: u64) -> impl FnMut() -> u64 {
    move || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 16
    }
}

/// Recorded by `cargo run -p ncpu-isa --example objdump -- bless FILE...`.
#[test]
fn agrees_with_objdump() {
    let mut wrong = Vec::new();
    for line in include_str!("golden/disassembly.tsv").lines() {
        let mut fields = line.splitn(3, '\t');
        let mut next = || fields.next().expect("address, word, text");
        let pc = u64::from_str_radix(next(), 16).expect("an address");
        let word = u32::from_str_radix(next(), 16).expect("a word");
        let (expected, text) = (next(), disassemble(word, pc));
        if text.trim_end() != expected {
            wrong.push(format!("{word:08x}: {text:?}, objdump {expected:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Why assembling what was disassembled does not give an equal text.
fn round_trip_failure(row: &Row, word: u32) -> Option<String> {
    let pc = 0x40_0000;
    let text = disassemble(word, pc);
    match assemble(&text, pc) {
        Ok(again) if again == word || disassemble(again, pc) == text => None,
        Ok(again) => Some(format!("{}: {word:08x} {text:?} gave {again:08x}", row.name)),
        Err(error) => Some(format!("{}: {word:08x} {text:?}: {error}", row.name)),
    }
}

#[test]
fn assembles_what_it_disassembles() {
    let mut rng = generator(7);
    let mut wrong = Vec::new();
    for row in &ROWS {
        for _ in 0..20 {
            let word = row.random(&mut rng);
            wrong.extend(round_trip_failure(row, word));
        }
    }
    assert!(wrong.is_empty(), "{} fail\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn no_word_panics() {
    let mut rng = generator(3);
    for _ in 0..2_000_000 {
        let word = rng() as u32;
        let text = disassemble(word, 0);
        assert!(decode(word).is_some() || text.ends_with("undefined"), "{word:08x} {text}");
    }
}
