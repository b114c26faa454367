//! Any words at any address: their texts assemble to words with the same texts, their blocks satisfy
//! the verifier, and the blocks' texts read back as the blocks.

#![no_main]

use libfuzzer_sys::fuzz_target;
use ncpu_fuzz::take_u64;
use ncpu_isa::{assemble, decode, disassemble};
use ncpu_mem::{ADDRESS_LIMIT, PAGE_SIZE};
use ncpu_sem::A64;
use ncpu_uop::{Lift, text, verify};

/// Code never crosses into another page in one block.
fn lifts(pc: u64, code: &[u8], max: usize) {
    let block = A64.lift(pc, code, max);
    assert_eq!(verify(&block), Ok(()), "{block}");
    assert!(block.len() <= max && block.end == pc + 4 * block.len() as u64, "{block}");
    assert_eq!(text::parse(&block.to_string()).as_ref(), Ok(&block), "{block}");
}

fn round_trips(word: u32, pc: u64) {
    let text = disassemble(word, pc);
    let again = assemble(&text, pc).unwrap_or_else(|e| panic!("{word:#010x} `{text}`: {e}"));
    assert_eq!(disassemble(again, pc), text, "{word:#010x}, again {again:#010x}");
    let enc = |word| decode(word).map(|insn| insn.enc);
    assert!(again == word || enc(again).is_some(), "{word:#010x} `{text}`: {again:#010x}");
}

fuzz_target!(|data: &[u8]| {
    let mut data = data;
    let pc = (take_u64(&mut data) % ADDRESS_LIMIT) & !3;
    let room = PAGE_SIZE - pc as usize % PAGE_SIZE;
    let code = &data[..data.len().min(room) & !3];
    if code.is_empty() {
        return;
    }
    for (i, word) in code.as_chunks().0.iter().enumerate().take(64) {
        let at = pc + 4 * i as u64;
        lifts(at, word, 1);
        // The assembler tries many encodings.
        if i < 4 {
            round_trips(u32::from_le_bytes(*word), at);
        }
    }
    lifts(pc, code, 64);
    lifts(pc, code, 2);
});
