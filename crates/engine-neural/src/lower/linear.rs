//! Linear maps over GF(2): networks of exclusive or.

use ncpu_nalu::{Bit, Builder, Style, Word};

/// A linear map: for each output, a mask of the inputs whose sum it is.
pub(super) type Rows = Vec<u128>;

/// The rows of a map of `inputs` bits (at most 128), from what it does to unit vectors.
pub(super) fn rows_of(inputs: usize, outputs: usize, map: impl Fn(u128) -> u128) -> Rows {
    let columns: Vec<u128> = (0..inputs).map(|i| map(1 << i)).collect();
    let row = |o: usize| {
        let members = columns.iter().enumerate().filter(|(_, column)| **column >> o & 1 == 1);
        members.fold(0, |row, (i, _)| row | 1 << i)
    };
    (0..outputs).map(row).collect()
}

/// The map's value. Shallow, each output is a tree; small, common sums are shared.
pub(super) fn linear(b: &mut Builder, rows: &[u128], inputs: &[Bit]) -> Word {
    let inputs_of =
        |row: &u128| -> Vec<usize> { (0..inputs.len()).filter(|i| *row >> i & 1 == 1).collect() };
    let mut sums: Vec<Vec<usize>> = rows.iter().map(inputs_of).collect();
    let mut wires = inputs.to_vec();
    if b.style() == Style::Small {
        share(b, &mut sums, &mut wires);
    }
    sums.iter()
        .map(|sum| {
            let bits: Word = sum.iter().map(|i| wires[*i]).collect();
            b.parity(&bits)
        })
        .collect()
}

/// Paar's greedy factoring ("Optimized Arithmetic for Reed-Solomon Encoders", ISIT 1997): as long as
/// two wires occur together in two sums, the pair that does so most often becomes a wire.
fn share(b: &mut Builder, sums: &mut [Vec<usize>], wires: &mut Word) {
    let mut counts = std::collections::BTreeMap::<(usize, usize), usize>::new();
    for sum in sums.iter() {
        for (k, i) in sum.iter().enumerate() {
            sum[k + 1..].iter().for_each(|j| *counts.entry((*i, *j)).or_default() += 1);
        }
    }
    while let Some((&(i, j), _)) = counts.iter().filter(|(_, n)| **n > 1).max_by_key(|(_, n)| **n) {
        let joined = wires.len();
        wires.push(b.xor(wires[i], wires[j]));
        for sum in sums.iter_mut().filter(|s| s.contains(&i) && s.contains(&j)) {
            sum.retain(|k| *k != i && *k != j);
            for k in sum.iter() {
                for gone in [i, j] {
                    *counts.entry(((*k).min(gone), (*k).max(gone))).or_default() -= 1;
                }
                *counts.entry((*k, joined)).or_default() += 1;
            }
            sum.push(joined);
        }
        counts.remove(&(i, j));
        counts.retain(|_, n| *n > 0);
    }
}
