//! The neural core against the reference.

#![allow(clippy::unwrap_used, reason = "a panic is the failure report")]

use ncpu_cells::{CORE, Cells, Net, Spec};
use ncpu_machine::io::MemoryIo;
use ncpu_muxleq::{CELLS, Core, Image, Limits, Pause, Reference, State, run};
use ncpu_muxleq_neural::Neural;

/// Counts a cell down from 200, choosing bits by a mask and echoing a byte at each turn. An operand of
/// the multiplex alternates between two cells, so that what was remembered of it must go.
const PROGRAM: &str = "
    40 41 27     42 43 32812  -1 45 9      45 -1 12
    46 3 15      48 48 18     46 48 21     48 46 32818
    50 50 0      50 50 -1
    0 0 0 0 0 0 0 0 0 0
    1 200 12345 54321 3855 0 -5 777 0 0 0
";

fn random(state: &mut u64) -> u64 {
    *state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
    *state >> 33
}

/// Memory in which the four cases, jumps near and overlapping operands are all likely.
fn drawn(seed: &mut u64) -> State {
    let mut cells = vec![0; CELLS];
    for cell in &mut cells {
        *cell = match random(seed) % 16 {
            0 => 0xffff,
            1 => random(seed) as u16,
            2 => 0x8000 | random(seed) as u16 % 192,
            3 => 0,
            _ => random(seed) as u16 % 192,
        };
    }
    State::new(&Image { cells })
}

/// Steps both cores through drawn memory, in slices; what they say and do must agree.
fn compare(neural: &mut Neural, seed: u64, states: u32) -> Result<[u64; 5], String> {
    let (mut seed, mut pauses) = (seed, [0; 5]);
    for _ in 0..states {
        let mut expected = drawn(&mut seed);
        let mut found = expected.clone();
        for _ in 0..60 {
            let budget = random(&mut seed) % 20;
            let of = [Reference.run(&mut expected, budget), neural.run(&mut found, budget)];
            if budget > 0 && of[0] != of[1] || expected != found {
                return Err(format!("{of:?} at {} {}", expected.pc, found.pc));
            }
            match &of[0] {
                Pause::Budget => pauses[0] += 1,
                Pause::Input => {
                    pauses[1] += 1;
                    let byte = Some(random(&mut seed) as u8).filter(|byte| byte % 8 > 0);
                    expected.input(byte);
                    found.input(byte);
                }
                Pause::Output => {
                    pauses[2] += 1;
                    expected.advance();
                    found.advance();
                }
                Pause::Halted => {
                    pauses[3] += 1;
                    break;
                }
                Pause::Failed(why) => return Err(why.clone()),
            }
        }
    }
    Ok(pauses)
}

#[test]
fn drawn_memory_as_the_reference() {
    for forgetful in [false, true] {
        let mut neural = Neural::new(&Cells::built_in().unwrap());
        if forgetful {
            neural = neural.forgetful();
        }
        let pauses = compare(&mut neural, 11, 60).unwrap();
        assert!(pauses[..4].iter().all(|n| *n > 5), "{pauses:?}");
        let [classified, advanced, subtracted, chosen] = neural.counts().operations();
        assert!(classified > 0 && advanced > 0 && subtracted > 1000 && chosen > 100);
    }
}

/// What the program leaves, and its output.
fn outcome(core: &mut dyn Core) -> (State, Vec<u8>) {
    let mut state = State::new(&Image::parse("program", PROGRAM).unwrap());
    let mut io = MemoryIo::new(b"muxleq");
    let limits = Limits { max_steps: Some(5000), ..Limits::default() };
    run(core, &mut state, &mut io, &limits);
    (state, io.output)
}

#[test]
fn a_program_with_input_and_output() {
    let expected = outcome(&mut Reference);
    assert!(expected.0.steps > 100 && !expected.1.is_empty(), "{}", expected.0.steps);
    let mut neural = Neural::new(&Cells::built_in().unwrap());
    assert!(outcome(&mut neural) == expected);
    // Remembered instructions are not classified again.
    let [classified, ..] = neural.counts().operations();
    let mut forgetful = Neural::new(&Cells::built_in().unwrap()).forgetful();
    assert!(outcome(&mut forgetful) == expected);
    let [each_time, ..] = forgetful.counts().operations();
    assert!(classified < each_time && each_time == expected.0.steps, "{each_time}");
}

/// The built-in cells, but one has a network of zeroes.
fn with_zeroed(broken: &'static Spec) -> Cells {
    let entry = |(spec, net, record): &(&'static Spec, Net, _)| {
        let net = if *spec == broken { Net::zeroed(net.shape) } else { net.clone() };
        (*spec, net, ncpu_cells::Record::clone(record))
    };
    Cells::unchecked(Cells::built_in().unwrap().iter().map(entry).collect())
}

#[test]
fn every_cell_that_is_used_matters() {
    let counts = Neural::new(&Cells::built_in().unwrap()).counts();
    let used: Vec<&Spec> = counts.evaluations().into_iter().map(|(spec, _)| spec).collect();
    assert!(used.len() >= 4, "{used:?}");
    for spec in CORE {
        let result = compare(&mut Neural::new(&with_zeroed(spec)), 3, 10);
        assert_eq!(result.is_err(), used.contains(spec), "{spec:?}: {result:?}");
    }
}
