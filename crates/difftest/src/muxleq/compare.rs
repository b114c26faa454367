//! Runs a case on both and says what differs.

use super::Case;
use crate::Random;
use ncpu_machine::io::MemoryIo;
use ncpu_muxleq::{Core, Limits, State, Stop, run};
use ncpu_muxleq_peer::{Answer, Filter};

/// What a case came to.
#[derive(Clone, Debug)]
pub struct Comparison {
    /// According to the C version.
    pub expected: Answer,
    /// What is different, a line each; empty if nothing is.
    pub differences: Vec<String>,
}

/// The most cells that are listed.
const LISTED: usize = 4;

/// Runs a case in C and on a core.
///
/// # Errors
/// The C version failed.
pub fn compare(
    filter: &mut Filter,
    core: &mut dyn Core,
    case: &Case,
) -> Result<Comparison, String> {
    let expected = filter.ask(&case.state, &case.input, case.most)?;
    let differences = differences(core, case, &expected);
    if differences.is_empty() {
        return Ok(Comparison { expected, differences });
    }
    first_difference(filter, core, case)
}

/// A case that differs, cut to the fewest steps that do.
fn first_difference(
    filter: &mut Filter,
    core: &mut dyn Core,
    case: &Case,
) -> Result<Comparison, String> {
    let (mut good, mut bad) = (0, case.most);
    while good + 1 < bad {
        let most = good + (bad - good) / 2;
        let cut = Case { most, ..case.clone() };
        let expected = filter.ask(&cut.state, &cut.input, most)?;
        if differences(core, &cut, &expected).is_empty() {
            good = most;
        } else {
            bad = most;
        }
    }
    let before = filter.ask(&case.state, &case.input, good)?.state;
    let cut = Case { most: bad, ..case.clone() };
    let expected = filter.ask(&cut.state, &cut.input, bad)?;
    let mut lines = vec![format!("after {bad} steps; the last was {}", describe(&before))];
    lines.extend(differences(core, &cut, &expected));
    Ok(Comparison { expected, differences: lines })
}

/// The step that comes next.
fn describe(state: &State) -> String {
    let [a, b, c] = state.operands();
    let cell = |at: u16| state.memory[usize::from(at)];
    let (x, y, mask) = (cell(a), cell(b), cell(c & 0x7fff));
    let pc = state.pc;
    format!("at {pc:04x}: {a:04x} {b:04x} {c:04x}, [a] {x:04x}, [b] {y:04x}, mask {mask:04x}")
}

fn differences(core: &mut dyn Core, case: &Case, expected: &Answer) -> Vec<String> {
    let (found, output) = match in_slices(core, case) {
        Ok(found) => found,
        Err(why) => return vec![format!("it stopped: {why}")],
    };
    let mut lines = Vec::new();
    let mut differ = |what: &str, of: [u64; 2]| {
        if of[0] != of[1] {
            lines.push(format!("{what}: {:#x}, got {:#x}", of[0], of[1]));
        }
    };
    let e = &expected.state;
    differ("steps", [e.steps, found.steps]);
    differ("pc", [e.pc.into(), found.pc.into()]);
    let cells = e.memory.iter().zip(found.memory.iter()).enumerate();
    for (n, (e, f)) in cells.filter(|(_, (e, f))| e != f).take(LISTED) {
        differ(&format!("[{n:04x}]"), [(*e).into(), (*f).into()]);
    }
    if expected.output != output {
        lines.push(format!("output: {:?}, got {output:?}", expected.output));
    }
    lines
}

/// What a core makes of a case, and its output. Whoever calls a core may do so for any number of steps,
/// so it is called for random ones.
fn in_slices(core: &mut dyn Core, case: &Case) -> Result<(State, Vec<u8>), String> {
    let mut random = Random::new(case.most ^ u64::from(case.state.memory[0]));
    let mut state = case.state.clone();
    let mut io = MemoryIo::new(&case.input);
    let longest = random.pick(&[3, 100, 5000, 100_000]);
    while state.steps < case.most && !state.halted() {
        let slice = 1 + random.below(longest.max(case.most / 16));
        let limits =
            Limits { max_steps: Some((state.steps + slice).min(case.most)), ..Limits::default() };
        match run(core, &mut state, &mut io, &limits).stop {
            Stop::Halted | Stop::StepLimit => {}
            other => return Err(format!("{other:?}")),
        }
    }
    Ok((state, io.output))
}
