//! Any text as a MUXLEQ image: it is read or refused with a place; what is read comes back from its
//! text, and the fast core does with it what the reference does.

#![no_main]

use libfuzzer_sys::fuzz_target;
use ncpu_machine::io::MemoryIo;
use ncpu_muxleq::{Core, Fast, Image, Limits, Reference, State, run};

/// Enough for the fast core's own loop, which short runs do not reach.
const STEPS: u64 = 30_000;

fuzz_target!(|text: &[u8]| match Image::parse("fuzz.dec", text) {
    Ok(image) => {
        assert_eq!(Image::parse("text", image.to_text()).as_ref(), Ok(&image));
        assert!(outcome(&image, &mut Fast) == outcome(&image, &mut Reference));
    }
    Err(error) => assert!(error.to_string().starts_with("fuzz.dec:")),
});

/// What is left and what was written after some steps.
fn outcome(image: &Image, core: &mut dyn Core) -> (State, Vec<u8>) {
    let (mut state, mut io) = (State::new(image), MemoryIo::new(b"1\n23\n"));
    let limits = Limits { max_steps: Some(STEPS), ..Limits::default() };
    run(core, &mut state, &mut io, &limits);
    (state, io.output)
}
