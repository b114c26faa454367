//! The same cases on this project's machines.

use crate::case::Case;
use crate::layout::{
    CODE, CODE_SIZE, EXIT_BRANCH, EXIT_FALL, WINDOW, WINDOW_SIZE, branch, mix, prefix_at,
    slot_words, window,
};
use crate::state::{Outcome, State, Status};
use ncpu_cells::Cells;
use ncpu_engine_cpu::Cpu;
use ncpu_engine_gpu::{GpuEngine, Setup};
use ncpu_engine_neural::Neural;
use ncpu_gpu::Gpu;
use ncpu_machine::{Engine, Exit, Vcpu};
use ncpu_mem::{AddressSpace, Perms};
use ncpu_sem::{A64, Concrete, Step};
use ncpu_uop::Op;

/// Makes an engine; the argument says on which GPU, if it is one for GPUs.
pub type MakeEngine = fn(gpu: &str) -> Result<Box<dyn Engine>, String>;

/// The executor in the place of a GPU.
pub const EXECUTOR: &str = "executor";

/// The engines that can be compared: name and maker.
pub const ENGINES: &[(&str, MakeEngine)] = &[
    ("cpu", |_| Ok(Box::new(Cpu::new(Box::new(A64))))),
    ("neural", |_| {
        let cells = Cells::built_in().map_err(|e| e.to_string())?;
        Ok(Box::new(Neural::new(Box::new(A64), cells)))
    }),
    ("gpu", |gpu| {
        if gpu == EXECUTOR {
            let setup = Setup { all_ops: true, ..Setup::default() };
            return Ok(Box::new(GpuEngine::on_executor_with(Box::new(A64), setup)));
        }
        let gpu = Gpu::open(Some(gpu)).map_err(|e| e.to_string())?;
        // What the host does in the kernel's place would not be compared.
        let setup = Setup { all_ops: true, ..Setup::default() };
        let engine = GpuEngine::on_gpu_with(Box::new(A64), &gpu, setup);
        Ok(Box::new(engine.map_err(|e| e.to_string())?))
    }),
];

/// Memory laid out like the harness's, the reference and an engine.
pub struct Engines {
    mem: AddressSpace,
    engine: Box<dyn Engine>,
    pristine: Vec<u64>,
}

/// Prefix, word and the branch to an exit.
const STEPS: u64 = 3;

impl Engines {
    /// The reference and `engine`, with the code of `cases`.
    ///
    /// # Panics
    /// If memory cannot be laid out, which is a mistake here.
    #[must_use]
    pub fn new(cases: &[Case], engine: Box<dyn Engine>) -> Self {
        let mut mem = AddressSpace::new(None);
        mem.map_anonymous(CODE, CODE_SIZE, Perms::RWX, "code").expect("the layout is valid");
        mem.map_anonymous(WINDOW, WINDOW_SIZE, Perms::RW, "window").expect("the layout is valid");
        // The slot before the first has an exit for branches backward. Nothing runs at the exits,
        // but something must be there.
        for (at, to) in [(CODE, CODE), (CODE + 4, CODE), (CODE + 24, EXIT_BRANCH)] {
            mem.poke(at, &branch(at, to).to_le_bytes()).expect("code is mapped");
        }
        let mut last = 0;
        for case in cases.iter().filter(|case| std::mem::replace(&mut last, case.slot) != case.slot)
        {
            let words = slot_words(case.slot, case.prefix, case.word);
            let bytes: Vec<u8> = words.iter().flat_map(|w| w.to_le_bytes()).collect();
            mem.poke(prefix_at(case.slot) - 4, &bytes).expect("slots are mapped");
        }
        let pristine = window();
        let mut engines = Self { mem, engine, pristine };
        engines.hash_and_restore();
        engines
    }

    /// By the reference.
    pub fn concrete(&mut self, case: &Case) -> Outcome {
        let mut vcpu = self.start(case);
        let mut status = None;
        for _ in 0..STEPS {
            status = match Concrete::step(&mut vcpu, &mut self.mem) {
                Step::Done => continue,
                Step::Fault(_) => Some(Status::Faulted),
                Step::Exit(Op::ExitUndefined, _) => Some(Status::Undefined),
                Step::Exit(..) => Some(Status::Lost),
            };
            break;
        }
        self.outcome(&vcpu, status)
    }

    /// The engine, for other cases.
    #[must_use]
    pub fn into_engine(self) -> Box<dyn Engine> {
        self.engine
    }

    /// As a block on the engine.
    ///
    /// # Panics
    /// If the engine itself fails, with its message.
    pub fn block(&mut self, case: &Case) -> Outcome {
        let mut vcpu = self.start(case);
        let status = match self.engine.run(&mut vcpu, &mut self.mem, STEPS) {
            Exit::BudgetSpent => None,
            Exit::Fault(_) => Some(Status::Faulted),
            Exit::Undefined { .. } => Some(Status::Undefined),
            Exit::EngineFailed => panic!("{}", self.engine.failure().unwrap_or_default()),
            _ => Some(Status::Lost),
        };
        self.outcome(&vcpu, status)
    }

    fn start(&self, case: &Case) -> Vcpu {
        let mut vcpu = Vcpu { pc: prefix_at(case.slot), ..Vcpu::default() };
        case.state.to_vcpu(&mut vcpu);
        vcpu
    }

    fn outcome(&mut self, vcpu: &Vcpu, stopped: Option<Status>) -> Outcome {
        let status = stopped.unwrap_or(match vcpu.pc {
            EXIT_FALL => Status::Fell,
            EXIT_BRANCH => Status::Branched,
            _ => Status::Lost,
        });
        Outcome { status, memory: self.hash_and_restore(), state: State::from_vcpu(vcpu).masked() }
    }

    /// The hash of the window's changes, as the harness computes it.
    fn hash_and_restore(&mut self) -> u64 {
        let mut bytes = [0; WINDOW_SIZE as usize];
        self.mem.read(WINDOW, &mut bytes).expect("the window is mapped");
        let mut hash = 0;
        for (i, b) in bytes.as_chunks::<8>().0.iter().enumerate() {
            let word = u64::from_le_bytes(*b);
            if word != self.pristine[i] {
                hash = mix(mix(hash, i as u64), word);
                let was = self.pristine[i].to_le_bytes();
                self.mem.poke(WINDOW + 8 * i as u64, &was).expect("the window is mapped");
            }
        }
        hash
    }
}
