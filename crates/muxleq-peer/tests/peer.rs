//! The C version, by cases worked out by hand.

#![allow(clippy::unwrap_used, reason = "a panic is the failure report")]

use ncpu_muxleq::{Image, State};
use ncpu_muxleq_peer::Peer;

#[test]
fn runs_count_steps_and_stop_where_told() {
    let peer = Peer::build().unwrap();
    let image = Image::parse("count", "9 10 6  11 11 0  11 11 -1  1 300 0").unwrap();
    let run = peer.run(&image, b"", None).unwrap();
    // 299 turns of two steps; then the subtraction that gives 0, and the one that halts.
    assert_eq!((run.steps, run.output.as_slice()), (600, &b""[..]));
    assert_eq!(peer.run(&image, b"", Some(77)).unwrap().steps, 77);
    assert_eq!(peer.run_often(&image, b"", Some(77), 3).unwrap().steps, 231);
}

#[test]
fn each_run_starts_afresh() {
    let peer = Peer::build().unwrap();
    // Reads a byte and writes it; takes 9 from a cell and writes it; reads the end and writes that.
    let text = "-1 24 0  24 -1 0  21 22 9  22 -1 0  -1 24 0  24 -1 0  23 23 -1  9 74 10";
    let image = Image::parse("afresh", text).unwrap();
    let run = peer.run_often(&image, b"x", None, 2).unwrap();
    assert_eq!((run.steps, run.output.as_slice()), (14, &b"xA\xffxA\xff"[..]));
}

#[test]
fn filters_answer_with_memory_output_and_counts() {
    let peer = Peer::build().unwrap();
    let mut filter = peer.filter().unwrap();
    let mut state = State::new(&Image::default());
    // Writes 65 to the output, reads to FFFF, takes the low byte of cell 30 to cell 31, subtracts from
    // itself and halts.
    let program = "32 -1 0  -1 -1 0  30 31 -32735  33 33 -1";
    let cells = Image::parse("program", program).unwrap().cells;
    state.memory[..cells.len()].copy_from_slice(&cells);
    state.memory[30..34].copy_from_slice(&[0x1234, 0xabcd, 65, 0xff00]);
    for _ in 0..2 {
        let answer = filter.ask(&state, b"z", 100).unwrap();
        assert_eq!(
            (answer.state.steps, answer.state.pc, answer.output.as_slice()),
            (4, 0xffff, &b"A"[..])
        );
        assert_eq!(answer.kinds, [1, 0, 1, 1, 0, 1, 0, 1]);
        let mut expected = state.memory.clone();
        expected[0xffff] = u16::from(b'z');
        expected[31] = 0xab34;
        expected[33] = 0;
        assert!(answer.state.memory == expected);
    }
    assert_eq!(filter.ask(&state, b"", 2).unwrap().kinds, [0, 1, 1, 0, 0, 0, 0, 0]);
}

#[test]
fn a_compiler_that_is_missing_is_named() {
    let message = Peer::build_with("no-such-compiler").unwrap_err();
    assert!(message.starts_with("C compiler `no-such-compiler`") && message.contains("install"));
}
