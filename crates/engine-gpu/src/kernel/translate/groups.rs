//! Groups of pieces that go round in a loop.

use super::part::{Part, mains};
use crate::code::{Piece, branches};
use ncpu_uop::Uop;

/// The most segments of a group: a guest looks at all of them in each round through it, and that costs
/// as much as ten do in the switch.
const MOST: usize = 10;

/// Where a piece branches backwards, to itself too.
fn back(piece: &Piece) -> Option<u64> {
    let branch = |u: &&Uop| branches(u.op) && u.imm <= piece.pc;
    piece.uops.last().filter(branch).map(|u| u.imm)
}

/// The pieces, by address, in groups: from the target of a branch backwards to that branch, inner loops
/// first, as long as a group stays small. What is in no loop is alone.
pub(super) fn groups(pieces: &[Piece]) -> Vec<Vec<&Piece>> {
    let mut sorted: Vec<&Piece> = pieces.iter().collect();
    sorted.sort_unstable_by_key(|p| p.pc);
    let place = |pc: u64| sorted.binary_search_by_key(&pc, |p| p.pc).ok();
    let ends = |(last, piece): (usize, &&Piece)| Some((place(back(piece)?)?, last));
    let mut loops: Vec<(usize, usize)> = sorted.iter().enumerate().filter_map(ends).collect();
    loops.sort_unstable_by_key(|(first, last)| (last - first, *first));
    let sizes: Vec<usize> = sorted.iter().map(|p| mains(p)).collect();
    // The group of each piece: its first and its last.
    let mut group: Vec<(usize, usize)> = (0..sorted.len()).map(|n| (n, n)).collect();
    for (first, last) in loops {
        let (first, last) = (group[first].0, group[last].1);
        if sizes[first..=last].iter().sum::<usize>() <= MOST {
            group[first..=last].fill((first, last));
        }
    }
    let firsts = (0..sorted.len()).filter(|n| group[*n].0 == *n);
    firsts.map(|n| sorted[n..=group[n].1].to_vec()).collect()
}

/// Does a group of arms have a branch backwards, or to where it comes from?
pub(super) fn goes_round(main: &[(u32, &Part<'_>)]) -> bool {
    let here = |pc: u64| main.iter().any(|(_, part)| part.piece.pc == pc);
    main.iter().any(|(_, part)| back(part.piece).is_some_and(here))
}

#[cfg(test)]
mod tests {
    use super::*;
    use ncpu_uop::{Op, Shape};

    /// A piece of one instruction that may go on at `target`.
    fn piece(pc: u64, target: u64) -> Piece {
        let branch = Uop { imm: target, ..Uop::new(Op::BranchZ, Shape::W64) };
        Piece { pc, end: pc + 4, record: 0, uops: vec![branch], insns: vec![(0, pc)] }
    }

    fn shown(pieces: &[Piece]) -> Vec<Vec<u64>> {
        groups(pieces).iter().map(|group| group.iter().map(|p| p.pc).collect()).collect()
    }

    #[test]
    fn loops_are_groups_and_inner_loops_are_in_outer_ones() {
        let pieces = [piece(24, 60), piece(8, 16), piece(12, 8), piece(16, 4), piece(4, 20)];
        assert_eq!(shown(&pieces), [vec![4, 8, 12, 16], vec![24]]);
        // An outer loop that would be too long leaves the inner one as it is.
        let mut long: Vec<Piece> = (0..20).map(|n| piece(4 * n, 1000)).collect();
        long[5] = piece(20, 16);
        long[19] = piece(76, 0);
        let all = shown(&long);
        assert_eq!((all.len(), &all[4]), (19, &vec![16, 20]));
    }
}
