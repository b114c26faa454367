//! The decoder against [`Insn::decode`].

#![allow(clippy::unwrap_used, reason = "a panic is the failure report")]

use ncpu_asm::{Insn, Op, Options, assemble};
use ncpu_neural_decode::Decoder;
use std::path::Path;

fn random(state: &mut u64) -> u64 {
    *state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let x = (*state ^ *state >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let x = (x ^ x >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
    x ^ x >> 31
}

fn check(decoder: &mut Decoder, word: u64) -> bool {
    let expected = Insn::decode(word);
    assert_eq!(decoder.decode(word), expected, "{word:#018x}");
    expected.is_some()
}

/// Every opcode and form with each set of fields other than 0, in random values.
#[test]
fn opcodes_forms_and_sets_of_fields() {
    const FIELDS: [u64; 5] = [0xf << 52, 0xf << 48, 0xf << 44, 0xff << 32, 0xffff_ffff];
    let mut decoder = Decoder::built_in().unwrap();
    let (mut state, mut valid) = (1, 0);
    for structure in 0..256 * 16 * 32_u64 {
        let (opcode, form, fields) = (structure >> 9, structure >> 5 & 15, structure & 31);
        let mut word = opcode << 56 | form << 40;
        for (i, mask) in FIELDS.into_iter().enumerate().filter(|(i, _)| fields >> i & 1 == 1) {
            let value = random(&mut state) & mask;
            word |= if value == 0 { mask & mask.wrapping_neg() << (i % 2) } else { value };
        }
        valid += u32::from(check(&mut decoder, word));
    }
    assert!(valid > 900, "{valid}");
    assert_eq!(decoder.decoded(), 256 * 16 * 32);
}

/// Random words of operations that there are, with fields left at 0 now and then.
#[test]
fn random_words() {
    let mut decoder = Decoder::built_in().unwrap();
    let (mut state, mut valid) = (2, 0);
    for _ in 0..200_000 {
        let op = Op::ALL[random(&mut state) as usize % Op::ALL.len()];
        let kept = random(&mut state);
        let mut word = random(&mut state) & !(0xff << 56) | (op as u64) << 56;
        for (i, mask) in [0xf << 52, 0xf << 48, 0xf << 44, 0xf << 40, 0xff << 32, 0xffff_ffff_u64]
            .iter()
            .enumerate()
        {
            word &= if kept >> i & 1 == 1 { u64::MAX } else { !mask };
        }
        valid += u32::from(check(&mut decoder, word));
    }
    assert!(valid > 16_000, "{valid}");
}

/// Each bit of the immediate alone is enough where the immediate must be 0, and where it must not.
#[test]
fn every_bit_of_the_immediate_counts() {
    let mut decoder = Decoder::built_in().unwrap();
    let (halt, store) =
        (Insn::Plain { op: Op::Halt }.encode().unwrap(), 0x88 << 56 | 8 << 40 | 7 << 32);
    assert!(check(&mut decoder, halt) && !check(&mut decoder, store));
    for bit in 0..32 {
        assert!(!check(&mut decoder, halt | 1 << bit));
        assert!(check(&mut decoder, store | 1 << bit));
    }
}

#[test]
fn every_word_of_every_program() {
    let mut decoder = Decoder::built_in().unwrap();
    let mut valid = 0;
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../programs");
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_none_or(|e| e != "asm") {
            continue;
        }
        let source = std::fs::read_to_string(&path).unwrap();
        let compat = source.contains("; mode: compat");
        // Some show what is refused.
        let options = Options { file: path.display().to_string(), compat, inline: false };
        let Ok(program) = assemble(&source, &options) else { continue };
        valid += program.image.text.iter().filter(|word| check(&mut decoder, **word)).count();
    }
    assert!(valid > 1500, "{valid}");
}
