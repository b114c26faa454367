//! The engine: finds blocks and runs them, op by op.

use crate::block::{Act, Kind, READS, Ready, WRITES};
use crate::programs::{Programs, is_set};
use ncpu_cells::{Cells, Spec};
use ncpu_machine::{Engine, Exit, TRAIL, Vcpu};
use ncpu_mem::{Access, AddressSpace, Fault, FaultKind};
use ncpu_uop::slot::{self, Slot};
use ncpu_uop::{Lift, Op, Shape, Uop};
use rustc_hash::FxHashMap;
use std::cell::RefCell;
use std::rc::Rc;

/// The longest block, in instructions.
const MAX_INSNS: usize = 64;
/// When this many blocks are cached, all are dropped: a bound on memory, seldom met.
const MAX_BLOCKS: usize = 1 << 16;

/// The neural engine.
pub struct Neural {
    front_end: Box<dyn Lift>,
    programs: Rc<RefCell<Programs>>,
    blocks: FxHashMap<(u64, u64), Rc<Ready>>,
}

/// How often each cell was evaluated; a handle that outlives the engine.
#[derive(Clone)]
pub struct CellCounts(Rc<RefCell<Programs>>);

impl CellCounts {
    /// For each cell how often it was evaluated.
    #[must_use]
    pub fn evaluations(&self) -> Vec<(&'static Spec, u64)> {
        self.0.borrow().evaluations()
    }

    /// How many operations were computed by cells, and how many only route bits.
    #[must_use]
    pub fn operations(&self) -> (u64, u64) {
        self.0.borrow().runs()
    }
}

/// Why a block stopped before its end: an op that faulted, or has no circuit.
enum Stop {
    Fault(Fault),
    Missing(Op),
}

impl From<Fault> for Stop {
    fn from(fault: Fault) -> Self {
        Self::Fault(fault)
    }
}

impl Neural {
    /// An engine for guests of one instruction set, with the cells of the ALU.
    #[must_use]
    pub fn new(front_end: Box<dyn Lift>, cells: Cells) -> Self {
        let programs = Rc::new(RefCell::new(Programs::new(cells)));
        Self { front_end, programs, blocks: FxHashMap::default() }
    }

    /// A handle to how often the cells were evaluated.
    #[must_use]
    pub fn counts(&self) -> CellCounts {
        CellCounts(self.programs.clone())
    }

    /// The block at `pc`, of at most `left` instructions.
    fn find(&mut self, pc: u64, mem: &mut AddressSpace, left: u64) -> Result<Rc<Ready>, Fault> {
        if pc & 3 != 0 {
            return Err(Fault { addr: pc, access: Access::Execute, kind: FaultKind::Alignment });
        }
        let page = mem.mark_code(pc)?;
        if let Some(block) = self.blocks.get(&(pc, page))
            && block.block.len() as u64 <= left
        {
            return Ok(block.clone());
        }
        let (_, code) = mem.code(pc)?;
        let max = (left as usize).min(MAX_INSNS);
        let block = self.front_end.lift(pc, code, max);
        debug_assert_eq!(ncpu_uop::verify(&block), Ok(()), "{block}");
        let ready = Rc::new(Ready::new(block, &mut self.programs.borrow_mut()));
        if max == MAX_INSNS {
            if self.blocks.len() >= MAX_BLOCKS {
                self.blocks.clear();
            }
            self.blocks.insert((pc, page), ready.clone());
        }
        Ok(ready)
    }
}

impl Engine for Neural {
    fn name(&self) -> &'static str {
        "neural"
    }

    fn run(&mut self, vcpu: &mut Vcpu, mem: &mut AddressSpace, budget: u64) -> Exit {
        let mut left = budget;
        loop {
            if left == 0 {
                return Exit::BudgetSpent;
            }
            let block = match self.find(vcpu.pc, mem, left) {
                Ok(block) => block,
                Err(fault) => return Exit::Fault(fault),
            };
            vcpu.trail[vcpu.trail_next % TRAIL] = vcpu.pc;
            vcpu.trail_next = vcpu.trail_next.wrapping_add(1);
            vcpu.slots[slot::ICOUNT as usize] = vcpu.icount;
            let mut programs = self.programs.borrow_mut();
            let (executed, exit) = run_block(&block, vcpu, mem, &mut programs);
            left -= executed;
            vcpu.icount += executed;
            if let Some(exit) = exit {
                return exit;
            }
        }
    }
}

/// Runs a block. Instructions executed, and the exit if there is one; the pc is set.
fn run_block(
    ready: &Ready,
    vcpu: &mut Vcpu,
    mem: &mut AddressSpace,
    programs: &mut Programs,
) -> (u64, Option<Exit>) {
    let block = &ready.block;
    for (n, act) in ready.acts.iter().enumerate() {
        if let Kind::End { taken } = &act.kind {
            return end(ready, &act.uop, *taken, vcpu, programs);
        }
        if let Err(stop) = perform(act, vcpu, mem, programs) {
            let insn = block.insn_of(n);
            vcpu.pc = block.insns[insn].1;
            return match stop {
                Stop::Fault(fault) => (insn as u64, Some(Exit::Fault(fault))),
                Stop::Missing(op) => {
                    unreachable!("micro-op {op:?} has no circuit; a test lists those that have")
                }
            };
        }
    }
    unreachable!("a block has an end")
}

fn get(v: &Vcpu, s: Slot) -> u64 {
    v.slots[s as usize]
}

fn set(v: &mut Vcpu, s: Slot, value: u64) {
    v.slots[s as usize] = value;
}

/// Both halves of a vector.
fn get_vector(v: &Vcpu, s: Slot) -> [u64; 2] {
    [get(v, s), get(v, s.wrapping_add(1))]
}

fn set_vector(v: &mut Vcpu, s: Slot, value: [u64; 2]) {
    set(v, s, value[0]);
    set(v, s.wrapping_add(1), value[1]);
}

fn halves(value: u128) -> [u64; 2] {
    [value as u64, (value >> 64) as u64]
}

fn perform(
    act: &Act,
    v: &mut Vcpu,
    mem: &mut AddressSpace,
    programs: &mut Programs,
) -> Result<(), Stop> {
    let u = &act.uop;
    match &act.kind {
        Kind::Copy => set(v, u.dst, get(v, u.a)),
        Kind::Constant => set(v, u.dst, u.imm),
        Kind::Compute { program, reads, writes } => {
            let (mut inputs, mut outputs) = ([0; READS], [0; WRITES]);
            for (input, slot) in inputs.iter_mut().zip(reads) {
                *input = if *slot == slot::IMM { u.imm } else { get(v, *slot) };
            }
            programs.at(*program).run(&inputs, &mut outputs[..writes.len()]);
            for (output, slot) in outputs.iter().zip(writes) {
                set(v, *slot, *output);
            }
        }
        Kind::Load { address, extend } => {
            let at = address_of(u, *address, v, programs);
            let mut value = halves(mem.load_sized(u.shape.lane(), at)?);
            if u.op == Op::LoadV {
                set_vector(v, u.dst, value);
                return Ok(());
            }
            if let Some(extend) = extend {
                let read = value[0];
                programs.at(*extend).run(&[read], &mut value[..1]);
            }
            set(v, u.dst, value[0]);
        }
        Kind::Store { address } => {
            let at = address_of(u, *address, v, programs);
            let [low, high] = get_vector(v, u.c);
            write(mem, u.shape, at, [low, high])?;
        }
        Kind::LoadEx => {
            let at = aligned(u, v, Access::Read)?;
            let value = halves(mem.load_sized(u.shape.lane(), at)?);
            set_vector(v, u.dst, value);
            set(v, slot::EXCL_ADDR, at);
            set_vector(v, slot::EXCL_VALUE, value);
        }
        Kind::StoreEx { failed } => {
            let at = aligned(u, v, Access::Write)?;
            let now = halves(mem.load_sized(u.shape.lane(), at)?);
            let seen = get_vector(v, slot::EXCL_VALUE);
            let inputs = [get(v, slot::EXCL_ADDR), at, seen[0], seen[1], now[0], now[1]];
            let mut answer = [0];
            programs.at(*failed).run(&inputs, &mut answer);
            if !is_set(answer[0]) {
                write(mem, u.shape, at, get_vector(v, u.c))?;
            }
            set(v, slot::EXCL_ADDR, slot::NO_EXCL);
            set(v, u.dst, answer[0]);
        }
        Kind::Rmw { leaves } => {
            let at = aligned(u, v, Access::Write)?;
            let [old, _] = halves(mem.load_sized(u.shape.lane(), at)?);
            let mut new = [0];
            programs.at(*leaves).run(&[old, get(v, u.c)], &mut new);
            write(mem, u.shape, at, [new[0], 0])?;
            set(v, u.dst, old);
        }
        Kind::Swap { leaves } => {
            let at = aligned(u, v, Access::Write)?;
            let old = halves(mem.load_sized(u.shape.lane(), at)?);
            let (expected, new) = (get_vector(v, u.b), get_vector(v, u.c));
            let inputs = [old[0], old[1], expected[0], expected[1], new[0], new[1]];
            let mut left = [0; 2];
            programs.at(*leaves).run(&inputs, &mut left);
            // A compare that fails writes the old value back, so that the write is checked either way.
            write(mem, u.shape, at, left)?;
            set_vector(v, u.dst, old);
        }
        Kind::End { .. } => {}
        Kind::Missing => return Err(Stop::Missing(u.op)),
    }
    Ok(())
}

fn address_of(u: &Uop, program: Option<u32>, v: &Vcpu, programs: &mut Programs) -> u64 {
    let base = get(v, u.a);
    let Some(program) = program else { return base };
    let index = if u.b == slot::IMM { 0 } else { get(v, u.b) };
    let mut at = [0];
    programs.at(program).run(&[base, index, u.imm], &mut at);
    at[0]
}

/// The address of an atomic access: memory is asked only for aligned ones.
fn aligned(u: &Uop, v: &Vcpu, access: Access) -> Result<u64, Fault> {
    let addr = get(v, u.a);
    if addr & (u.shape.bytes() - 1) == 0 {
        return Ok(addr);
    }
    Err(Fault { addr, access, kind: FaultKind::Alignment })
}

fn write(mem: &mut AddressSpace, size: Shape, addr: u64, value: [u64; 2]) -> Result<(), Fault> {
    match size.lane() {
        0 => mem.store(addr, value[0] as u8),
        1 => mem.store(addr, value[0] as u16),
        2 => mem.store(addr, value[0] as u32),
        3 => mem.store(addr, value[0]),
        _ => mem.store(addr, u128::from(value[0]) | u128::from(value[1]) << 64),
    }
}

/// Leaves a block by its end: instructions executed, and the exit if there is one.
fn end(
    ready: &Ready,
    u: &Uop,
    taken: Option<u32>,
    vcpu: &mut Vcpu,
    programs: &mut Programs,
) -> (u64, Option<Exit>) {
    let block = &ready.block;
    let all = block.len() as u64;
    let last = block.insns.last().map_or(block.pc, |(_, pc)| *pc);
    let not_executed = |vcpu: &mut Vcpu, exit| {
        vcpu.pc = last;
        (all - 1, Some(exit))
    };
    match u.op {
        Op::Jump => vcpu.pc = u.imm,
        Op::JumpReg => vcpu.pc = get(vcpu, u.a),
        Op::ExitSyscall => {
            vcpu.pc = block.end;
            return (all, Some(Exit::Syscall { imm: u.aux }));
        }
        Op::ExitBreak => return not_executed(vcpu, Exit::Breakpoint { imm: u.aux }),
        Op::ExitHalt => return not_executed(vcpu, Exit::Halt { imm: u.aux }),
        Op::ExitUndefined => {
            return not_executed(vcpu, Exit::Undefined { word: u.imm as u32 });
        }
        _ => {
            let mut answer = [0];
            if let Some(program) = taken {
                programs.at(program).run(&[get(vcpu, u.a), get(vcpu, slot::NZCV)], &mut answer);
            }
            vcpu.pc = if is_set(answer[0]) { u.imm } else { block.end };
        }
    }
    (all, None)
}
