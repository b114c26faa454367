//! Instructions against a plain interpreter of their definitions, which shares nothing with the
//! front end but the instruction type: exhaustively over edge values, and in random programs.

#![allow(clippy::unwrap_used, reason = "a panic is the failure report")]

use ncpu_asm::image::{DATA_BASE, INSN_BYTES, STACK_TOP, TEXT_BASE};
use ncpu_asm::insn::{Address, Form, Source};
use ncpu_asm::{Image, Insn, Limits, Machine, MemoryIo, NcpuIsa, Op, Program, State};
use ncpu_engine_cpu::Cpu;
use ncpu_machine::{Engine, Exit};
use ncpu_uop::{Lift, slot::NZCV};
use std::collections::HashMap;

const EDGES: [i32; 21] = [
    0,
    1,
    2,
    3,
    7,
    31,
    32,
    33,
    255,
    65_535,
    65_536,
    0x4000_0000,
    0x7fff_fffe,
    i32::MAX,
    -1,
    -2,
    -7,
    -32,
    -65_536,
    i32::MIN + 1,
    i32::MIN,
];

/// The definitions.
struct Reference {
    compat: bool,
    state: State,
    memory: HashMap<u32, u8>,
}

impl Reference {
    fn source(&self, s: Source) -> i32 {
        match s {
            Source::Reg(r) => self.state.registers[r as usize],
            Source::Imm(v) => v,
        }
    }

    fn flags_of(&mut self, r: i32) {
        let f = &mut self.state.flags;
        (f.sign, f.zero, f.carry, f.overflow) = (r < 0, r == 0, false, false);
    }

    /// An exact result: wrapped or clamped.
    fn exact(&mut self, rd: u8, exact: i128, carry: Option<bool>) {
        let clamped = exact.clamp(i32::MIN.into(), i32::MAX.into());
        let overflow = clamped != exact;
        let r = if self.compat { clamped as i32 } else { exact as i32 };
        self.flags_of(r);
        self.state.flags.overflow = overflow;
        self.state.flags.carry = carry.unwrap_or(overflow);
        self.state.registers[rd as usize] = r;
    }

    fn plain(&mut self, rd: u8, r: i32) {
        self.flags_of(r);
        self.state.registers[rd as usize] = r;
    }

    fn add(&mut self, rd: u8, a: i32, b: i32) {
        let carry = u64::from(a as u32) + u64::from(b as u32) > u64::from(u32::MAX);
        self.exact(rd, i128::from(a) + i128::from(b), Some(carry));
    }

    fn sub(&mut self, rd: u8, a: i32, b: i32) {
        self.exact(rd, i128::from(a) - i128::from(b), Some((a as u32) < b as u32));
    }

    fn shifted(&mut self, rd: u8, pattern: u32) {
        let limit = i32::MAX as u32;
        let pattern = if self.compat { pattern.min(limit) } else { pattern };
        self.plain(rd, pattern as i32);
    }

    fn binary(&mut self, op: Op, rd: u8, a: i32, b: i32) {
        let (wide_a, wide_b) = (i128::from(a), i128::from(b));
        let amount = b.clamp(0, 31);
        match op {
            Op::Add => self.add(rd, a, b),
            Op::Sub => self.sub(rd, a, b),
            Op::Mul => self.exact(rd, wide_a * wide_b, None),
            Op::Div if b == 0 => self.plain(rd, 0),
            Op::Div => self.exact(rd, wide_a / wide_b, None),
            Op::Mod if b == 0 => self.plain(rd, a),
            Op::Mod => self.plain(rd, (wide_a % wide_b) as i32),
            Op::And => self.plain(rd, a & b),
            Op::Or => self.plain(rd, a | b),
            Op::Xor => self.plain(rd, a ^ b),
            Op::Shl => self.shifted(rd, (u64::from(a as u32) << amount) as u32),
            Op::Shr => self.shifted(rd, a as u32 >> amount),
            Op::Sar => self.plain(rd, a >> amount),
            _ => panic!("{op:?}"),
        }
    }

    fn address(&self, at: Address) -> u32 {
        let reg = |r: Option<u8>| r.map_or(0, |r| self.state.registers[r as usize] as u32);
        reg(at.base).wrapping_add(reg(at.index)).wrapping_add(at.offset as u32)
    }

    fn load(&self, at: u32, bytes: u32) -> u32 {
        let byte = |i| u32::from(*self.memory.get(&at.wrapping_add(i)).unwrap_or(&0));
        (0..bytes).map(|i| byte(i) << (8 * i)).sum()
    }

    fn store(&mut self, at: u32, bytes: u32, value: i32) {
        for i in 0..bytes {
            self.memory.insert(at.wrapping_add(i), (value >> (8 * i)) as u8);
        }
    }

    fn step(&mut self, insn: Insn) {
        match insn {
            Insn::Plain { .. } => {}
            Insn::Unary { op: Op::Mov, rd, a } => self.plain(rd, self.source(a)),
            Insn::Unary { op: Op::Not, rd, a } => self.plain(rd, -1 - self.source(a)),
            Insn::Unary { rd, a, .. } => self.sub(rd, 0, self.source(a)),
            Insn::Update { op: Op::Inc, rd } => self.add(rd, self.state.registers[rd as usize], 1),
            Insn::Update { op: Op::Dec, rd } => self.sub(rd, self.state.registers[rd as usize], 1),
            Insn::Update { rd, .. } => {
                let sp = self.state.registers[15];
                self.state.registers[15] = sp + 4;
                self.state.registers[rd as usize] = self.load(sp as u32, 4) as i32;
            }
            Insn::Binary { op, rd, a, b } => {
                self.binary(op, rd, self.source(a), self.source(b));
            }
            Insn::Compare { a, b, .. } => {
                let (a, b) = (self.source(a), self.source(b));
                let f = &mut self.state.flags;
                (f.sign, f.zero, f.carry, f.overflow) =
                    (a < b, a == b, (a as u32) < b as u32, false);
            }
            Insn::Give { a, .. } => {
                let value = self.source(a);
                self.state.registers[15] -= 4;
                self.store(self.state.registers[15] as u32, 4, value);
            }
            Insn::Load { op, rd, at } => {
                let at = self.address(at);
                self.state.registers[rd as usize] = match op {
                    Op::Ldr => self.load(at, 4) as i32,
                    Op::Ldrh => self.load(at, 2) as i32,
                    Op::Ldrb => self.load(at, 1) as i32,
                    Op::Ldrsh => self.load(at, 2) as i16 as i32,
                    _ => self.load(at, 1) as i8 as i32,
                };
            }
            Insn::Store { op, a, at } => {
                let bytes = match op {
                    Op::Str => 4,
                    Op::Strh => 2,
                    _ => 1,
                };
                self.store(self.address(at), bytes, self.source(a));
            }
            Insn::Jump { .. } => panic!("no jumps here"),
        }
    }
}

fn machine(insns: &[Insn]) -> Machine {
    let text = insns.iter().map(|i| i.encode().unwrap()).collect();
    let image = Image::new(text, vec![], 4096, 0, false);
    Machine::new(Program::from_image(image, "test"), None).unwrap()
}

fn engine(compat: bool) -> Cpu {
    Cpu::new(Box::new(NcpuIsa { compat }))
}

/// The instruction with both operands in registers, and with each and both as immediates.
fn variants(op: Op, a: i32, b: i32) -> Vec<Insn> {
    let (ra, rb, rd) = (Source::Reg(1), Source::Reg(2), 3);
    let pairs =
        [(ra, rb), (ra, Source::Imm(b)), (Source::Imm(a), rb), (Source::Imm(a), Source::Imm(b))];
    let insns: Vec<Insn> = match op.form() {
        Form::Binary => pairs.map(|(a, b)| Insn::Binary { op, rd, a, b }).into(),
        Form::Compare => pairs.map(|(a, b)| Insn::Compare { op, a, b }).into(),
        Form::Unary => [ra, Source::Imm(a)].map(|a| Insn::Unary { op, rd, a }).into(),
        Form::Update if matches!(op, Op::Inc | Op::Dec) => vec![Insn::Update { op, rd: 1 }],
        _ => vec![],
    };
    insns.into_iter().filter(|i| i.encode().is_ok()).collect()
}

/// Every arithmetic instruction, in every form, on every pair of edge values: complete over
/// [`EDGES`].
#[test]
fn edge_values() {
    let mut executed = 0;
    for compat in [false, true] {
        for (&a, &b) in EDGES.iter().flat_map(|a| EDGES.iter().map(move |b| (a, b))) {
            let mut insns: Vec<Insn> = Op::ALL.iter().flat_map(|op| variants(*op, a, b)).collect();
            let count = insns.len();
            // Engines may go on to an end that does not count.
            insns.push(Insn::Plain { op: Op::Nop });
            let (mut machine, mut engine) = (machine(&insns), engine(compat));
            for (i, insn) in insns[..count].iter().enumerate() {
                machine.vcpu.pc = TEXT_BASE + i as u64 * INSN_BYTES;
                machine.vcpu.slots[1] = u64::from(a as u32);
                machine.vcpu.slots[2] = u64::from(b as u32);
                let state = machine.state();
                let mut reference = Reference { compat, state, memory: HashMap::new() };
                reference.step(*insn);
                let exit = engine.run(&mut machine.vcpu, &mut machine.mem, 1);
                assert_eq!(exit, Exit::BudgetSpent);
                assert_eq!(machine.state(), reference.state, "{insn} of {a}, {b}, compat {compat}");
                let small = machine.vcpu.slots[..16].iter().all(|v| *v <= u64::from(u32::MAX));
                assert!(small, "{insn} of {a}, {b} leaves more than 32 bits");
                executed += 1;
            }
        }
    }
    assert!(executed > 40_000, "{executed}");
}

struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 20
    }

    fn below(&mut self, n: u64) -> u64 {
        self.next() % n
    }

    fn value(&mut self) -> i32 {
        match self.below(3) {
            0 => EDGES[self.below(EDGES.len() as u64) as usize],
            1 => self.below(64) as i32 - 32,
            _ => self.next() as i32,
        }
    }

    /// R14 holds an address and R15 is the stack's; the others take anything.
    fn reg(&mut self) -> u8 {
        self.below(14) as u8
    }

    fn source(&mut self) -> Source {
        if self.below(2) == 0 {
            Source::Reg(self.below(16) as u8)
        } else {
            Source::Imm(self.value())
        }
    }

    fn small_source(&mut self) -> Source {
        if self.below(2) == 0 {
            Source::Reg(self.below(16) as u8)
        } else {
            Source::Imm(self.below(4096) as i32 - 2048)
        }
    }

    /// Inside the data.
    fn address(&mut self) -> Address {
        let offset = self.below(4000) as i32;
        if self.below(2) == 0 {
            Address { base: Some(14), index: None, offset }
        } else {
            Address { base: None, index: None, offset: DATA_BASE as i32 + offset }
        }
    }

    fn any_address(&mut self) -> Address {
        let base = (self.below(3) > 0).then(|| self.below(16) as u8);
        let index = (base.is_some() && self.below(2) == 0).then(|| self.below(16) as u8);
        Address { base, index, offset: if self.below(2) == 0 { 0 } else { self.value() } }
    }

    /// Any instruction of `op`; straight-line ones are safe to run.
    fn insn(&mut self, op: Op, safe: bool) -> Insn {
        let rd = if safe { self.reg() } else { self.below(16) as u8 };
        let a = self.source();
        let b = self.source();
        let a = match (a, b) {
            (Source::Imm(_), Source::Imm(_)) => self.small_source(),
            _ => a,
        };
        let at = if safe { self.address() } else { self.any_address() };
        match op.form() {
            Form::Plain => Insn::Plain { op },
            Form::Unary => Insn::Unary { op, rd, a },
            Form::Update => Insn::Update { op, rd },
            Form::Binary => Insn::Binary { op, rd, a, b },
            Form::Compare => Insn::Compare { op, a, b },
            Form::Jump => Insn::Jump { op, target: a },
            Form::Give => Insn::Give { op, a },
            Form::Load => Insn::Load { op, rd, at },
            Form::Store => {
                Insn::Store { op, a: if at.offset == 0 { a } else { self.small_source() }, at }
            }
        }
    }
}

fn straight_line(op: Op) -> bool {
    let other = matches!(op, Op::Halt | Op::Ret | Op::In | Op::Out | Op::Pop);
    op.form() != Form::Jump && !other
}

/// 4,000 random programs of 40 instructions, half of them under the saturating rules.
#[test]
fn random_programs() {
    let mut random = Random(0x1234_5678_9abc_def1);
    let ops: Vec<Op> = Op::ALL.iter().copied().filter(|op| straight_line(*op)).collect();
    for round in 0..4000 {
        let compat = round % 2 == 1;
        let mut insns = Vec::new();
        let mut pushed = 0;
        for _ in 0..40 {
            let op = ops[random.below(ops.len() as u64) as usize];
            let pop = pushed > 0 && random.below(8) == 0;
            pushed += i32::from(op == Op::Push && !pop) - i32::from(pop);
            insns.push(random.insn(if pop { Op::Pop } else { op }, true));
        }
        insns.push(Insn::Plain { op: Op::Halt });
        let mut machine = machine(&insns);
        machine.vcpu.slots[14] = DATA_BASE;
        for r in 0..14 {
            machine.vcpu.slots[r] = u64::from(random.value() as u32);
        }
        let state = machine.state();
        let mut reference = Reference { compat, state, memory: HashMap::new() };
        insns[..40].iter().for_each(|i| reference.step(*i));
        let outcome = machine.run(&mut engine(compat), &mut MemoryIo::default(), Limits::default());
        assert_eq!(outcome.cycles, 41, "round {round}: {:?}", outcome.message);
        assert_eq!(outcome.state, reference.state, "round {round}");
        for (at, byte) in &reference.memory {
            assert_eq!(
                machine.mem.load::<u8>(u64::from(*at)),
                Ok(*byte),
                "round {round} at {at:#x}"
            );
        }
    }
}

/// Every conditional jump under every combination of flags, to an index given either way.
#[test]
fn conditional_jumps() {
    type Condition = fn(bool, bool, bool, bool) -> bool;
    let table: [(Op, Condition); 14] = [
        (Op::Jz, |_, z, _, _| z),
        (Op::Jnz, |_, z, _, _| !z),
        (Op::Js, |s, _, _, _| s),
        (Op::Jns, |s, _, _, _| !s),
        (Op::Jl, |s, _, _, o| s != o),
        (Op::Jge, |s, _, _, o| s == o),
        (Op::Jle, |s, z, _, o| z || s != o),
        (Op::Jg, |s, z, _, o| !z && s == o),
        (Op::Jb, |_, _, c, _| c),
        (Op::Jae, |_, _, c, _| !c),
        (Op::Jbe, |_, z, c, _| c || z),
        (Op::Ja, |_, z, c, _| !c && !z),
        (Op::Jo, |_, _, _, o| o),
        (Op::Jno, |_, _, _, o| !o),
    ];
    for (op, holds) in table {
        for target in [Source::Imm(9), Source::Reg(4)] {
            for flags in 0..16_u64 {
                let mut machine = machine(&[Insn::Jump { op, target }]);
                machine.vcpu.slots[4] = 9;
                machine.vcpu.slots[NZCV as usize] = flags;
                let exit = engine(false).run(&mut machine.vcpu, &mut machine.mem, 1);
                assert_eq!(exit, Exit::BudgetSpent);
                let taken = holds(flags & 8 != 0, flags & 4 != 0, flags & 2 != 0, flags & 1 != 0);
                assert_eq!(machine.index(), if taken { 9 } else { 1 }, "{op:?} at {flags:04b}");
                assert_eq!(machine.vcpu.slots[NZCV as usize], flags);
            }
        }
    }
}

#[test]
fn calls_through_the_stack_pointer_and_back() {
    let call = Insn::Jump { op: Op::Call, target: Source::Reg(15) };
    let mut machine = machine(&[Insn::Plain { op: Op::Nop }, call]);
    // The target is the stack pointer's value before the push.
    let exit = engine(false).run(&mut machine.vcpu, &mut machine.mem, 2);
    assert_eq!((exit, machine.index()), (Exit::BudgetSpent, STACK_TOP));
    assert_eq!(machine.mem.load::<u32>(STACK_TOP - 4), Ok(2));
    assert_eq!(machine.vcpu.slots[15], STACK_TOP - 4);
}

/// Random instructions of every operation: words decode to what was encoded, text assembles to
/// the same word, and each lifts to a block that the verifier accepts.
#[test]
fn words_and_text_round_trip() {
    let mut random = Random(77);
    let mut text = Vec::new();
    for op in Op::ALL {
        for _ in 0..200 {
            let insn = random.insn(*op, false);
            let word = insn.encode().unwrap();
            assert_eq!(Insn::decode(word), Some(insn), "{insn} {word:016x}");
            text.push(word);
            for compat in [false, true] {
                let block = NcpuIsa { compat }.lift(TEXT_BASE, &word.to_le_bytes(), 1);
                assert_eq!(ncpu_uop::verify(&block), Ok(()), "{insn}\n{block}");
                assert_eq!(ncpu_uop::text::parse(&block.to_string()).as_ref(), Ok(&block));
            }
        }
    }
    let image = Image::new(text, vec![], 0, 5, false);
    let source = ncpu_asm::disassemble(&image);
    let again = ncpu_asm::assemble(&source, &ncpu_asm::Options::default()).unwrap();
    assert_eq!(again.image, image);
}

/// Any word at all: what decodes encodes back, what does not is an undefined instruction; both
/// survive disassembly, as do any data.
#[test]
fn arbitrary_words_and_data_round_trip() {
    let mut random = Random(99);
    let mut valid = 0;
    for round in 0..200 {
        let mut text = Vec::new();
        for _ in 0..200 {
            let op = Op::ALL[random.below(Op::ALL.len() as u64) as usize] as u64;
            let mut word = random.next() << 32 ^ random.next();
            if random.below(8) > 0 {
                // A real opcode and few other bits, so that many words are instructions.
                let mask = random.next() << 32 & random.next() << 30 & random.next() << 31;
                word = op << 56 | mask & 0x00ff_ffff_0000_0000 | word & 0xffff_ffff;
            }
            valid += usize::from(Insn::decode(word).is_some());
            if let Some(insn) = Insn::decode(word) {
                assert_eq!(insn.encode(), Ok(word));
            }
            let block = NcpuIsa::default().lift(TEXT_BASE, &word.to_le_bytes(), 1);
            assert_eq!(ncpu_uop::verify(&block), Ok(()));
            text.push(word);
        }
        let data = (0..random.below(300))
            .map(|_| match random.below(3) {
                0 => 0,
                1 => b' ' + random.below(95) as u8,
                _ => random.next() as u8,
            })
            .collect();
        let (space, entry) = (random.below(100) as u32, random.below(200) as u32);
        let image = Image::new(text, data, space, entry, round % 2 == 0);
        let source = ncpu_asm::disassemble(&image);
        let again = ncpu_asm::assemble(&source, &ncpu_asm::Options::default())
            .unwrap_or_else(|e| panic!("{e}"));
        assert_eq!(again.image, image);
        assert_eq!(Image::from_bytes(&image.to_bytes()), Ok(image));
    }
    assert!(valid > 1000, "{valid}");
}
