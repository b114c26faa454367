//! The examples, arranged for searching: the most telling rows first, and probes to tell programs apart.

use rustc_hash::{FxHashMap, FxHashSet};

/// Numbers drawn from a seed.
#[derive(Clone, Debug)]
pub(crate) struct Random(u64);

impl Random {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed ^ 0x6a09_e667_f3bc_c908)
    }

    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let z = (self.0 ^ self.0 >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let z = (z ^ z >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ z >> 31
    }

    pub(crate) fn below(&mut self, bound: usize) -> usize {
        (self.next() % bound.max(1) as u64) as usize
    }
}

/// The most rows with known outputs that banks hold; candidates are checked on all.
const ROWS_MAX: usize = 32;
/// The most pending inputs that banks hold.
const EXTRA_MAX: usize = 6;
const PROBES: usize = 96;

/// A task.
#[derive(Debug)]
pub(crate) struct Problem {
    pub(crate) arity: usize,
    /// How many of the rows have known outputs.
    pub(crate) rows: usize,
    /// For each input its values on the rows with known outputs, then on some pending ones.
    pub(crate) columns: Vec<Vec<u64>>,
    /// The outputs.
    pub(crate) target: Vec<u64>,
    /// All examples, the chosen rows first.
    pub(crate) all: Vec<(Vec<u64>, u64)>,
    pub(crate) pending: Vec<Vec<u64>>,
    /// Inputs like those seen, to tell programs apart.
    pub(crate) probes: Vec<Vec<u64>>,
    /// Constants given with the task.
    pub(crate) consts: Vec<u64>,
}

impl Problem {
    /// `None` if there are no examples, if rows differ in their number of inputs or if two rows
    /// contradict each other.
    pub(crate) fn new(
        examples: &[(Vec<u64>, u64)],
        pending: &[Vec<u64>],
        consts: &[u64],
        seed: u64,
    ) -> Option<Self> {
        let arity = examples.first()?.0.len();
        let mut all: Vec<(Vec<u64>, u64)> = examples.to_vec();
        all.sort();
        all.dedup();
        let clash = all.windows(2).any(|w| w[0].0 == w[1].0);
        if clash || arity > 16 || all.iter().any(|(inputs, _)| inputs.len() != arity) {
            return None;
        }
        arrange(&mut all);
        let rows = all.len().min(ROWS_MAX);
        let pending: Vec<Vec<u64>> =
            pending.iter().filter(|inputs| inputs.len() == arity).cloned().collect();
        let step = pending.len().div_ceil(EXTRA_MAX).max(1);
        let extra: Vec<&Vec<u64>> = pending.iter().step_by(step).collect();
        let columns = (0..arity)
            .map(|n| {
                let known = all[..rows].iter().map(|(inputs, _)| inputs[n]);
                known.chain(extra.iter().map(|inputs| inputs[n])).collect()
            })
            .collect();
        let target = all[..rows].iter().map(|(_, out)| *out).collect();
        let probes = probes(&all, &pending, &mut Random::new(seed));
        let mut consts = consts.to_vec();
        consts.truncate(64);
        Some(Self { arity, rows, columns, target, all, pending, probes, consts })
    }

    /// Whether an input is always below 64.
    pub(crate) fn is_count(&self, input: usize) -> bool {
        let seen = self.all.iter().map(|(inputs, _)| inputs).chain(&self.pending);
        self.all.len() > 2 && seen.take(64).all(|inputs| inputs[input] <= 64)
    }

    /// How much the outputs tell, in bits: those that are common tell little.
    pub(crate) fn information(&self) -> f32 {
        let mut counts: FxHashMap<u64, u32> = FxHashMap::default();
        for (_, out) in &self.all {
            *counts.entry(*out).or_default() += 1;
        }
        let all = self.all.len() as f32;
        let bits = |count: u32| if count == 1 { 16.0 } else { (all / count as f32).log2() };
        counts.values().map(|count| *count as f32 * bits(*count)).sum()
    }

    /// How many rows banks hold.
    pub(crate) fn stride(&self) -> usize {
        self.columns.first().map_or(self.rows, Vec::len)
    }
}

/// Puts telling rows first: irregular inputs and outputs, then outputs that were not seen yet.
fn arrange(all: &mut Vec<(Vec<u64>, u64)>) {
    let irregular = |v: u64| (v ^ v >> 1).count_ones().min(24);
    let mut seen = FxHashSet::default();
    let mut scored: Vec<(u32, usize)> = Vec::with_capacity(all.len());
    for (at, (inputs, out)) in all.iter().enumerate() {
        let least = inputs.iter().map(|v| irregular(*v)).min().unwrap_or(0);
        let fresh = if seen.insert(*out) { 12 } else { 0 };
        scored.push((3 * irregular(*out) + least + fresh, at));
    }
    scored.sort_by_key(|(score, at)| (std::cmp::Reverse(*score), *at));
    // Where there are more rows than banks hold, take every kind: alternately from top and bottom.
    let mut order: Vec<usize> = scored.iter().map(|(_, at)| *at).collect();
    if order.len() > ROWS_MAX {
        let (top, mut rest) = (order[..8].to_vec(), order[8..].to_vec());
        let step = rest.len() as f64 / (ROWS_MAX - 8) as f64;
        let picked: Vec<usize> =
            (0..ROWS_MAX - 8).map(|n| rest[(n as f64 * step) as usize]).collect();
        let chosen: FxHashSet<usize> = picked.iter().copied().collect();
        rest.retain(|at| !chosen.contains(at));
        order = [top, picked, rest].concat();
    }
    *all = order.into_iter().map(|at| std::mem::take(&mut all[at])).collect();
}

/// Inputs in the manner of those seen: their values combined anew, and values as large as theirs.
fn probes(all: &[(Vec<u64>, u64)], pending: &[Vec<u64>], random: &mut Random) -> Vec<Vec<u64>> {
    let seen: Vec<&Vec<u64>> = all.iter().map(|(inputs, _)| inputs).chain(pending).collect();
    let arity = seen.first().map_or(0, |inputs| inputs.len());
    let most: Vec<u64> = (0..arity).map(|n| seen.iter().map(|i| i[n]).max().unwrap_or(0)).collect();
    let value = |n: usize, random: &mut Random| {
        let old = seen[random.below(seen.len())][n];
        let within = u64::MAX >> most[n].leading_zeros().min(63);
        let fresh = match random.below(6) {
            0 | 1 => random.next(),
            2 => old.wrapping_add(1),
            3 => old.wrapping_sub(1),
            4 => old ^ 1 << random.below(64),
            _ => return old,
        };
        if fresh & within <= most[n] { fresh & within } else { old }
    };
    (0..PROBES).map(|_| (0..arity).map(|n| value(n, random)).collect()).collect()
}
