//! Where things are, in the harness and here alike; `harness/harness.c` must agree.

/// Start of the code. Its first words are the two exits, then come slots.
pub(crate) const CODE: u64 = 0x200_0000;
/// Bytes of code.
pub(crate) const CODE_SIZE: u64 = 0x8_1000;
/// Where execution ends that fell through.
pub(crate) const EXIT_FALL: u64 = CODE;
/// Where execution ends that branched.
pub(crate) const EXIT_BRANCH: u64 = CODE + 4;
/// A page of memory for loads and stores, with nothing around it.
pub(crate) const WINDOW: u64 = 0x209_0000;
/// Bytes of the window.
pub(crate) const WINDOW_SIZE: u64 = 4096;
/// A slot: the entry (an instruction of the harness), prefix, word, a branch to the exit for
/// falling through, and branches to the other exit.
pub(crate) const SLOT_SIZE: u64 = 32;
/// Slots that there are, numbered from 1.
pub const SLOTS: usize = 16_384;

/// Address of a slot's prefix, where execution starts.
pub(crate) fn prefix_at(slot: usize) -> u64 {
    CODE + slot as u64 * SLOT_SIZE + 4
}

/// Address of the tested word.
pub(crate) fn word_at(slot: usize) -> u64 {
    prefix_at(slot) + 4
}

/// From a word to the places that branches may go: its own slot's exit and the slot before's.
pub(crate) const BRANCH_OFFSETS: [i64; 2] = [8, -8 - 8];

/// The unconditional branch from one address to another.
pub(crate) fn branch(from: u64, to: u64) -> u32 {
    0x1400_0000 | (to.wrapping_sub(from) >> 2) as u32 & 0x3ff_ffff
}

/// The eight words of a slot.
pub(crate) fn slot_words(slot: usize, prefix: u32, word: u32) -> [u32; 8] {
    let at = |k: u64| CODE + slot as u64 * SLOT_SIZE + 4 * k;
    let out = |k| branch(at(k), EXIT_BRANCH);
    [0xd53b_d05e, prefix, word, branch(at(3), EXIT_FALL), out(4), out(5), out(6), out(7)]
}

/// The window's content before each case.
pub(crate) fn window() -> Vec<u64> {
    (0..WINDOW_SIZE / 8).map(|i| mix(i + 1, i)).collect()
}

/// One step of the hash that both sides use.
pub(crate) fn mix(h: u64, v: u64) -> u64 {
    let h = (h ^ v).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    h ^ h >> 29
}
