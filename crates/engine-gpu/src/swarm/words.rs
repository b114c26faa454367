//! What guests start from, as the device's words.

use super::Beginning;
use crate::layout::{fact, field, io, reason};
use crate::table::Table;
use crate::words::pairs;

/// The state that guests start from: where they are, the turns kernel finds the block.
pub(crate) fn common_state(from: &Beginning, directory: &Table, blocks: &Table) -> Vec<u64> {
    let mut state = vec![0; field::COUNT as usize];
    state[..256].copy_from_slice(&from.vcpu.slots);
    let set = [
        (field::PC, from.vcpu.pc),
        (field::REASON, reason::NO_BLOCK.into()),
        (field::TOTAL, from.vcpu.icount),
        (field::BLOCKS, blocks.field()),
        (field::PAGES, directory.field()),
        (field::BRK, from.facts.brk),
        (field::RANDOM, from.facts.random),
        (field::TURNS, from.facts.turns),
        (field::STACK, from.vcpu.sp()),
    ];
    for (at, value) in set {
        state[at as usize] = value;
    }
    state
}

/// What the system-call kernel must know.
pub(crate) fn facts(from: &Beginning, most: u64) -> Vec<u32> {
    let f = &from.facts;
    let mut values = vec![0; fact::COUNT as usize];
    let exe = f.exe.len().min(4 * io::EXE_WORDS as usize - 16);
    let set = [
        (fact::PID, f.pid.into()),
        (fact::PPID, f.ppid.into()),
        (fact::UID, f.uid.into()),
        (fact::GID, f.gid.into()),
        (fact::BRK_START, f.brk),
        (fact::BRK_END, from.brk_end),
        (fact::BRK_PLACE, from.brk_place.into()),
        (fact::MAP_START, from.map_start),
        (fact::MAP_END, f.mmap_top),
        (fact::MAP_PLACE, from.map_place.into()),
        (fact::EPOCH, f.wall),
        (fact::TURN, f.turn),
        (fact::MOST, most),
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
