//! What guests start from, as the device's words.

use super::beginning::{Beginning, Linux};
use crate::layout::{fact, field, io, reason};
use crate::table::Table;
use crate::words::pairs;

/// The state that guests start from: where they are, the turns kernel finds the block.
pub(crate) fn common_state(from: &Beginning, directory: &Table, blocks: &Table) -> Vec<u64> {
    let mut state = vec![0; field::COUNT as usize];
    state[..256].copy_from_slice(&from.vcpu.slots);
    let mut set = vec![
        (field::PC, from.vcpu.pc),
        (field::REASON, reason::NO_BLOCK.into()),
        (field::TOTAL, from.vcpu.icount),
        (field::BLOCKS, blocks.field()),
        (field::PAGES, directory.field()),
        (field::STACK, from.vcpu.sp()),
    ];
    if let Some(Linux { facts, .. }) = from.linux() {
        set.extend([
            (field::BRK, facts.brk),
            (field::RANDOM, facts.random),
            (field::TURNS, facts.turns),
        ]);
    }
    for (at, value) in set {
        state[at as usize] = value;
    }
    state
}

/// What the kernel between dispatches must know.
pub(crate) fn facts(from: &Beginning, most: u64) -> Vec<u32> {
    let mut values = vec![0; fact::COUNT as usize];
    values[fact::MOST as usize] = most;
    match from.linux() {
        Some(linux) => of_system_calls(linux, values),
        None => pairs(&values),
    }
}

fn of_system_calls(linux: &Linux, mut values: Vec<u64>) -> Vec<u32> {
    let f = &linux.facts;
    let exe = f.exe.len().min(4 * io::EXE_WORDS as usize - 16);
    let set = [
        (fact::PID, f.pid.into()),
        (fact::PPID, f.ppid.into()),
        (fact::UID, f.uid.into()),
        (fact::GID, f.gid.into()),
        (fact::BRK_START, f.brk),
        (fact::BRK_END, linux.brk_end),
        (fact::BRK_PLACE, linux.brk_place.into()),
        (fact::MAP_START, linux.map_start),
        (fact::MAP_END, f.mmap_top),
        (fact::MAP_PLACE, linux.map_place.into()),
        (fact::EPOCH, f.wall),
        (fact::TURN, f.turn),
        (fact::EXE_LENGTH, exe as u64),
        (fact::ZERO_FRAME, 0),
    ];
    for (at, value) in set {
        values[at as usize] = value;
    }
    let mut words = pairs(&values);
    let bytes = |bytes: &[u8], words: u32| -> Vec<u32> {
        let mut padded = bytes.to_vec();
        padded.resize(4 * words as usize, 0);
        padded.as_chunks::<4>().0.iter().map(|b| u32::from_le_bytes(*b)).collect()
    };
    for stat in &f.stats {
        words.extend(bytes(stat, 32));
    }
    for (soft, hard) in f.limits {
        words.extend(pairs(&[soft, hard]));
    }
    words.extend(bytes(&f.exe[..exe], io::EXE_WORDS));
    words
}
