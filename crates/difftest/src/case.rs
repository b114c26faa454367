//! Cases: random words of the encoding table in random states that suit them.

use crate::layout::{BRANCH_OFFSETS, SLOT_SIZE, WINDOW, WINDOW_SIZE, window, word_at};
use crate::random::Random;
use crate::state::State;
use ncpu_isa::{Enc, Insn, ROWS, Row, decode};
use ncpu_sem::A64;
use ncpu_uop::{Lift, Op};

/// A word, what comes before it, and the state in which both execute.
#[derive(Clone)]
pub struct Case {
    /// Which place in the code, from 1.
    pub slot: usize,
    /// The instruction before the word; often NOP.
    pub prefix: u32,
    /// The instruction.
    pub word: u32,
    /// The registers before.
    pub state: State,
}

/// NOP.
const NOP: u32 = 0xd503_201f;

/// Forms whose bits 9:5 are the base of a memory access.
const MEMORY: [&str; 17] = [
    "SimdMulti",
    "SimdSingle",
    "SimdReplicate",
    "Exclusive",
    "ExclusivePair",
    "Ordered",
    "CompareSwap",
    "OrderedUnscaled",
    "Pair",
    "LoadStoreUnscaled",
    "LoadStorePost",
    "LoadStoreUnprivileged",
    "LoadStorePre",
    "LoadStoreReg",
    "LoadStoreUnsigned",
    "Atomic",
    "LoadAcquirePc",
];

/// Forms whose accesses must be aligned, or may be required to be.
const ALIGNED: [&str; 7] = [
    "Exclusive",
    "ExclusivePair",
    "Ordered",
    "CompareSwap",
    "OrderedUnscaled",
    "Atomic",
    "LoadAcquirePc",
];

/// Forms that leave the straight line.
const BRANCHES: [&str; 6] =
    ["CondBranch", "CompareBranch", "TestBranch", "BranchImm", "BranchReg", "Literal"];

/// Forms that are not compared: they leave the machine, or tell the machines apart.
const SKIPPED: [&str; 4] = ["Exception", "SystemInsn", "SystemResult", "Reserved"];

impl Case {
    /// The state of a case follows from its words, its place and a seed.
    #[must_use]
    pub fn new(slot: usize, prefix: u32, word: u32, seed: u64) -> Self {
        let r = &mut Random::new(seed);
        let mut case = Self { slot, prefix, word, state: State::random(r) };
        if let Some(insn) = decode(word) {
            case.prepare(insn, r);
        }
        case
    }

    /// The registers that the words may name, for reports.
    #[must_use]
    pub fn describe(&self) -> String {
        let mut numbers: Vec<u32> = [self.prefix, self.word]
            .iter()
            .filter(|word| **word != NOP)
            .flat_map(|word| [0, 5, 10, 16].map(|lsb| word >> lsb & 31))
            .collect();
        numbers.sort_unstable();
        numbers.dedup();
        let named = |name: &str| match name.strip_prefix(['x', 'v']) {
            Some(n) => n.parse().is_ok_and(|n| numbers.contains(&n)),
            None => true,
        };
        let values = self.state.registers().filter(|(name, _)| named(name));
        values.map(|(name, value)| format!("{name}={value:#x}")).collect::<Vec<_>>().join(" ")
    }

    /// Does only the tested word execute?
    pub(crate) fn is_alone(&self) -> bool {
        self.prefix == NOP
    }

    /// Points addresses to where they may go.
    fn prepare(&mut self, insn: Insn, r: &mut Random) {
        let form = insn.row().form;
        if form == "BranchReg" {
            let offset = r.pick(&BRANCH_OFFSETS);
            self.state.0[insn.rn() as usize] = word_at(self.slot).wrapping_add_signed(offset);
        }
        if !MEMORY.contains(&form) {
            return;
        }
        let mut target = WINDOW + 1024 + 16 * r.below(64);
        // A store-exclusive that fails need not check its address (StoreExclusive in the manual
        // leaves it IMPLEMENTATION DEFINED).
        let store_exclusive = form.starts_with("Exclusive") && !insn.bit(22);
        if !store_exclusive && r.once_in(8) {
            // Around the window's edges, past which nothing is mapped.
            target = WINDOW + r.pick(&[0, WINDOW_SIZE]) + 16 * r.below(6) - 64;
        }
        if !ALIGNED.contains(&form) && r.once_in(3) {
            target += r.below(16);
        }
        if form == "CompareSwap" && r.once_in(2) {
            self.expect_memory(insn, target);
        }
        let displacement = displacement(insn).wrapping_add(self.index(insn, r));
        self.state.0[insn.rn() as usize] = target.wrapping_sub(displacement);
    }

    /// Lets a compare-and-swap at `target` find what it expects.
    fn expect_memory(&mut self, insn: Insn, target: u64) {
        let (memory, rs) = (window(), insn.rs() as usize);
        let at = (target.wrapping_sub(WINDOW) / 8) as usize;
        if at + 1 >= memory.len() {
            return;
        }
        let x = &mut self.state.0;
        match (insn.enc, insn.bit(30)) {
            (Enc::Casp, true) => x[rs..rs + 2].copy_from_slice(&memory[at..at + 2]),
            (Enc::Casp, false) => {
                (x[rs], x[rs + 1]) = (memory[at], memory[at] >> 32);
            }
            _ if rs < 31 => x[rs] = memory[at],
            _ => {}
        }
    }

    /// Makes the index register small; what it adds to the address.
    fn index(&mut self, insn: Insn, r: &mut Random) -> u64 {
        if insn.row().form != "LoadStoreReg" || insn.rm() == 31 {
            return 0;
        }
        let index = r.below(40);
        let (value, register) = match insn.option() {
            2 => (index, index | r.bits() << 32),
            6 => (index.wrapping_neg(), index.wrapping_neg() & 0xffff_ffff | r.bits() << 32),
            _ if r.once_in(2) => (index, index),
            _ => (index.wrapping_neg(), index.wrapping_neg()),
        };
        self.state.0[insn.rm() as usize] = register;
        value << if insn.s() { scale(insn) } else { 0 }
    }
}

/// log2 of the bytes that a single-register access moves.
fn scale(insn: Insn) -> u32 {
    if insn.bit(26) && insn.opc() & 2 != 0 { 4 } else { insn.ls_size() }
}

/// What the instruction adds to its base before the access.
fn displacement(insn: Insn) -> u64 {
    match insn.row().form {
        "LoadStoreUnsigned" => u64::from(insn.imm12()) << scale(insn),
        "LoadStoreUnscaled" | "LoadStoreUnprivileged" | "LoadStorePre" | "OrderedUnscaled" => {
            insn.simm9() as u64
        }
        "Pair" if insn.bits(24, 23) != 1 => {
            let opc = insn.bits(31, 30);
            let scale = if insn.bit(26) { opc + 2 } else { 2 + (opc >> 1) };
            (insn.simm7() << scale) as u64
        }
        _ => 0,
    }
}

/// Makes cases for some rows.
pub struct Generator {
    rows: Vec<&'static Row>,
    plain: Vec<&'static Row>,
    random: Random,
}

impl Generator {
    /// For the rows whose names contain `pattern` (in any case), from a seed.
    #[must_use]
    pub fn new(pattern: &str, seed: u64) -> Self {
        let pattern = pattern.to_lowercase();
        let wanted = |row: &&Row| row.name.to_lowercase().contains(&pattern);
        let rows = ROWS.iter().filter(comparable).filter(wanted).collect();
        let plain = ROWS.iter().filter(comparable).filter(is_plain).collect();
        Self { rows, plain, random: Random::new(seed) }
    }

    /// The rows that cases are made for.
    #[must_use]
    pub fn rows(&self) -> &[&'static Row] {
        &self.rows
    }

    /// `states` cases of one word of row `row`, at `slot`; with each, the seed of its state.
    pub fn cases(&mut self, row: usize, slot: usize, states: usize) -> Vec<(u64, Case)> {
        let r = &mut self.random;
        let word = suitable_word(self.rows[row], slot, r);
        let prefix = prefix(word, &self.plain, r);
        (0..states)
            .map(|_| {
                let seed = r.bits() & 0xffff_ffff;
                (seed, Case::new(slot, prefix, word, seed))
            })
            .collect()
    }
}

fn comparable(row: &&Row) -> bool {
    // WFI may trap; QEMU's DC ZVA has another block size.
    let executes = ncpu_sem::implemented(row.enc) && !ncpu_sem::undefined_at_el0(row.enc);
    executes && !SKIPPED.contains(&row.form) && row.enc != Enc::Wfi
}

/// Instructions that work on registers only, and that QEMU gets right.
fn is_plain(row: &&Row) -> bool {
    let forms = ["SystemReg", "Hint", "Barrier"];
    // Cases with a known fault are told by their own word.
    if row.enc == Enc::Fjcvtzs {
        return false;
    }
    !MEMORY.contains(&row.form) && !BRANCHES.contains(&row.form) && !forms.contains(&row.form)
}

fn suitable_word(row: &'static Row, slot: usize, r: &mut Random) -> u32 {
    loop {
        let word = adjusted(row.random(&mut || r.bits()), row, slot, r);
        if let Some(insn) = decode(word)
            && insn.enc == row.enc
            && suitable(insn)
        {
            return word;
        }
    }
}

fn suitable(insn: Insn) -> bool {
    let index_is_base = insn.row().form == "LoadStoreReg" && insn.rm() == insn.rn();
    let branch_to_zero = insn.row().form == "BranchReg" && insn.rn() == 31;
    !insn.is_unpredictable() && !index_is_base && !branch_to_zero && !lacks_feature(insn)
}

/// Is this very word undefined for lack of a feature that its row does not need as such?
fn lacks_feature(insn: Insn) -> bool {
    let block = A64.lift(0, &insn.word.to_le_bytes(), 1);
    let undefined = block.ops.last().is_some_and(|u| u.op == Op::ExitUndefined);
    undefined && insn.feature() != insn.row().feature
}

/// The word with its branch or literal where there is something, and its system register among
/// those that the machines share.
fn adjusted(word: u32, row: &Row, slot: usize, r: &mut Random) -> u32 {
    let offset = r.pick(&BRANCH_OFFSETS) >> 2;
    let with = |lsb: u32, width: u32, value: i64| {
        let mask = ((1_u32 << width) - 1) << lsb;
        word & !mask | (value as u32) << lsb & mask
    };
    match row.form {
        "CondBranch" | "CompareBranch" => with(5, 19, offset),
        "TestBranch" => with(5, 14, offset),
        "BranchImm" => with(0, 26, offset),
        "Literal" => {
            let target = WINDOW + 1024 + 4 * r.below(256);
            with(5, 19, target.wrapping_sub(word_at(slot)) as i64 >> 2)
        }
        // NZCV, FPCR, FPSR: op0 to op2 in bits 20:5.
        "SystemReg" => with(5, 16, r.pick(&[0xda10, 0xda20, 0xda21])),
        _ => word,
    }
}

/// Store-exclusives come behind the load that lets them succeed; half of the plain instructions
/// behind another one.
fn prefix(word: u32, plain: &[&'static Row], r: &mut Random) -> u32 {
    let Some(insn) = decode(word) else { return NOP };
    match insn.row().form {
        "Exclusive" | "ExclusivePair" if !insn.bit(22) && !r.once_in(4) => {
            let free =
                (0..31).filter(|x| ![insn.rn(), insn.rs(), insn.rt(), insn.rt2()].contains(x));
            let mut free = free.take(2);
            let (a, b) = (free.next().unwrap_or(0), free.next().unwrap_or(1));
            let rt2 = if insn.row().form == "Exclusive" { 31 } else { b };
            word & 0xffe0_03e0 | 1 << 22 | 31 << 16 | rt2 << 10 | a
        }
        _ if is_plain(&insn.row()) && r.once_in(2) => {
            let row = r.pick(plain);
            // Where the prefix is does not matter: it is no branch and reads no literal.
            suitable_word(row, 1, r)
        }
        _ => NOP,
    }
}

const _: () = assert!(SLOT_SIZE == 32, "BRANCH_OFFSETS reach the slot before");

#[cfg(test)]
mod tests {
    use super::*;
    use crate::layout::prefix_at;

    #[test]
    fn every_row_has_suitable_words() {
        let mut g = Generator::new("", 1);
        assert!(g.rows().len() > 700, "{}", g.rows().len());
        for row in 0..g.rows().len() {
            assert_eq!(g.cases(row, 1, 2).len(), 2);
            assert_eq!(prefix_at(1) + 4, word_at(1));
        }
    }
}
