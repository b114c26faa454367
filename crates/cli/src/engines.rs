//! The engines: which there are, and which this build has.

use crate::Failure;
use crate::output::outln;
use ncpu_engine_cpu::Cpu;
use ncpu_machine::Engine;
use ncpu_uop::Lift;

/// Every engine by name, what it is, and how to make it if it is present.
const ENGINES: &[(&str, &str, Option<Make>)] = &[
    ("cpu", "interpreter of cached blocks: the reference and the default", Some(make_cpu)),
    ("jit", "host code, for speed", None),
    ("gpu", "GPU kernels: one guest or many thousands", None),
    ("neural", "every value computed by trained cells", None),
    ("fast", "tensors, differentiable", None),
    ("compute", "the best of gpu, jit and cpu that is present", Some(make_cpu)),
];

/// Makes an engine for guests of one instruction set.
pub(crate) type Make = fn(Box<dyn Lift>) -> Box<dyn Engine>;

fn make_cpu(front_end: Box<dyn Lift>) -> Box<dyn Engine> {
    Box::new(Cpu::new(front_end))
}

/// The engine called `name`.
pub(crate) fn make(name: &str, front_end: Box<dyn Lift>) -> Result<Box<dyn Engine>, Failure> {
    Ok(find(name)?(front_end))
}

/// How to make the engine called `name`.
pub(crate) fn find(name: &str) -> Result<Make, Failure> {
    let present = || {
        let names: Vec<&str> = ENGINES.iter().filter(|e| e.2.is_some()).map(|e| e.0).collect();
        names.join(", ")
    };
    match ENGINES.iter().find(|e| e.0 == name) {
        Some((_, _, Some(make))) => Ok(*make),
        Some(_) => Err(Failure::start(format!(
            "engine `{name}` is not part of this build yet; present: {}",
            present()
        ))),
        None => {
            let all: Vec<&str> = ENGINES.iter().map(|e| e.0).collect();
            Err(Failure::start(format!("no engine `{name}`; there are {}", all.join(", "))))
        }
    }
}

/// Prints the engines.
pub(crate) fn list() {
    for (name, what, make) in ENGINES {
        let state = if make.is_some() { "present" } else { "absent" };
        outln!("{name:8} {state:8} {what}");
    }
}
