//! MUXLEQ's cores on random machines, against the C version. For longer comparisons there is the program
//! `ncpu-muxleq-difftest`.

// A panic in a test's helper is the failure report too.
#![allow(clippy::unwrap_used)]

use ncpu_difftest::EXECUTOR;
use ncpu_difftest::muxleq::{CORES, Case, compare};
use ncpu_muxleq::{Core, Pause, Reference, State};
use ncpu_muxleq_peer::{KINDS, Peer};

/// How many machines a core gets, of how many steps at most.
fn size(core: &str) -> (u64, u64) {
    match core {
        "gpu" => (6, 300),
        "lift-neural" => (20, 500),
        _ => (120, 4000),
    }
}

#[test]
fn every_core_as_the_c_version() {
    let peer = Peer::build().unwrap();
    for (name, make) in CORES {
        let (mut core, mut filter) = (make(EXECUTOR).unwrap(), peer.filter().unwrap());
        let (machines, most) = size(name);
        for number in 0..machines {
            let case = Case::new(5, number, most);
            let came_to = compare(&mut filter, core.as_mut(), &case).unwrap();
            assert!(came_to.differences.is_empty(), "{name} {number}: {:#?}", came_to.differences);
        }
    }
}

#[test]
fn drawn_machines_do_everything_and_seldom_halt_at_once() {
    let mut filter = Peer::build().unwrap().filter().unwrap();
    let (mut kinds, mut steps, mut early) = ([0; KINDS.len()], 0, 0);
    for number in 0..400 {
        let case = Case::new(5, number, 4000);
        let answer = filter.ask(&case.state, &case.input, case.most).unwrap();
        kinds.iter_mut().zip(answer.kinds).for_each(|(sum, n)| *sum += n);
        steps += answer.state.steps;
        early += u32::from(answer.state.steps < 20);
    }
    for (kind, count) in KINDS.iter().zip(kinds) {
        assert!(count > steps / 1000, "{kind}: {count} of {steps}");
    }
    assert!(early < 100, "{early} of 400 did less than 20 steps");
}

/// A core that is wrong in one point.
struct Wrong(fn(&mut State, [u16; 3]));

impl Core for Wrong {
    fn name(&self) -> &'static str {
        "wrong"
    }

    fn run(&mut self, state: &mut State, budget: u64) -> Pause {
        for _ in 0..budget {
            let operands = state.operands();
            match Reference.run(state, 1) {
                Pause::Budget => (self.0)(state, operands),
                pause => return pause,
            }
        }
        Pause::Budget
    }
}

#[test]
fn small_mistakes_are_found() {
    let mut filter = Peer::build().unwrap().filter().unwrap();
    let mut found = |mut core: Wrong| {
        (0..100).find_map(|number| {
            let case = Case::new(7, number, 4000);
            let lines = compare(&mut filter, &mut core, &case).unwrap().differences;
            (!lines.is_empty()).then_some(lines)
        })
    };
    // A multiplex whose mask is the cell it writes leaves something else.
    let lines = found(Wrong(|state, [_, b, c]| {
        if c > 0x8000 && c < 0xffff && b == c & 0x7fff {
            state.memory[usize::from(b)] ^= 1;
        }
    }));
    assert!(lines.unwrap()[0].starts_with("after "));
    // The pc goes on behind 8000.
    assert!(found(Wrong(|state, _| state.pc %= 0x8000)).is_some());
    // The steps are miscounted now and then.
    assert!(found(Wrong(|state, _| state.steps += u64::from(state.pc == 0x51))).is_some());
    assert!(found(Wrong(|_, _| {})).is_none());
}
