//! What is measured of examples: relations between inputs and outputs as shares of rows or of bits.
//!
//! Every measure is a number from 0 to 1, defined for any examples, also for none.

/// The most rows that are looked at.
const ROWS_MAX: usize = 32;
/// The most inputs that are looked at.
const INPUTS_MAX: usize = 3;

/// A relation that holds or not between an input and the output.
type Relation = fn(u64, u64) -> bool;

/// Relations between one input and the output; of several inputs the greatest and the least share count.
const RELATIONS: [Relation; 18] = [
    |x, t| t & !x == 0,
    |x, t| x & !t == 0,
    |x, t| t & x == 0,
    |x, t| t <= x,
    |x, t| t as i64 <= x as i64,
    |x, t| (t ^ x) & 1 == 0,
    |x, t| (t ^ x) & 0xff == 0,
    |x, t| (t ^ x) >> 63 == 0,
    |x, t| (t ^ x) >> 56 == 0,
    |x, t| !(t ^ x) & 0xff == 0,
    |x, t| t.trailing_zeros() == x.trailing_zeros(),
    |x, t| t.trailing_zeros() > x.trailing_zeros(),
    |x, t| t.leading_zeros() == x.leading_zeros(),
    |x, t| t.leading_zeros() > x.leading_zeros(),
    |x, t| t.count_ones() == x.count_ones(),
    |x, t| t.count_ones() < x.count_ones(),
    |x, t| t.wrapping_sub(x).wrapping_add(128) < 256,
    |x, t| x != 0 && t.is_multiple_of(x),
];

/// Functions of one input; how many bits of the output they have right, for the best input.
const GUESSES: [fn(u64) -> u64; 14] = [
    |x| x,
    |x| x.wrapping_add(1),
    |x| x.wrapping_sub(1),
    |x| x.wrapping_neg(),
    |x| x << 1,
    |x| x >> 1,
    |x| x ^ x >> 1,
    |x| x & x.wrapping_neg(),
    |x| x & x.wrapping_sub(1),
    |x| x.count_ones().into(),
    |x| x.leading_zeros().into(),
    |x| x.swap_bytes(),
    |x| ((x as i64) >> 63) as u64,
    |x| x.wrapping_mul(x),
];

/// Functions of two inputs; how many bits of the output they have right, for the best pair.
const PAIR_GUESSES: [fn(u64, u64) -> u64; 11] = [
    |x, y| x & y,
    |x, y| x | y,
    |x, y| x ^ y,
    |x, y| x & !y,
    |x, y| x.wrapping_add(y),
    |x, y| x.wrapping_sub(y),
    |x, y| x.wrapping_mul(y),
    |x, y| x.min(y),
    |x, y| x.max(y),
    |x, y| (x < y).into(),
    |x, y| ((x as i64) < y as i64).into(),
];

/// Relations between two inputs and the output, for the best pair.
const PAIR_RELATIONS: [fn(u64, u64, u64) -> bool; 6] = [
    |x, y, t| t == x || t == y,
    |x, y, t| x & y & !t == 0,
    |x, y, t| t & !(x | y) == 0,
    |x, y, t| t >= x.max(y),
    |x, y, t| t <= x.min(y),
    |x, y, t| (t ^ x ^ y) & 1 == 0,
];

/// What outputs look like.
const OUTPUTS: [fn(u64) -> bool; 13] = [
    |t| t == 0,
    |t| t <= 1,
    |t| t <= 64,
    |t| t < 1 << 8,
    |t| t < 1 << 16,
    |t| t < 1 << 32,
    |t| t >> 63 == 1,
    |t| t == u64::MAX,
    |t| t.is_power_of_two(),
    |t| t & t.wrapping_add(1) == 0,
    |t| t & 1 == 0,
    |t| t & 0xff == 0,
    |t| t >> 56 == 0xff,
];

/// How many measures there are.
pub const FEATURES: usize = 2 * RELATIONS.len()
    + GUESSES.len()
    + PAIR_GUESSES.len()
    + PAIR_RELATIONS.len()
    + OUTPUTS.len()
    + SHIFTS
    + LOCAL
    + DEPENDENCE
    + REST;
const SHIFTS: usize = 3;
const LOCAL: usize = 4;
const DEPENDENCE: usize = 4;
const REST: usize = 8;

/// Examples by column.
struct Examples {
    inputs: Vec<Vec<u64>>,
    out: Vec<u64>,
}

/// The measures of examples.
pub fn features(examples: &[(Vec<u64>, u64)]) -> [f32; FEATURES] {
    let arity = examples.iter().map(|(inputs, _)| inputs.len()).min().unwrap_or(0);
    let step = examples.len().div_ceil(ROWS_MAX).max(1);
    let rows: Vec<&(Vec<u64>, u64)> = examples.iter().step_by(step).collect();
    let examples = Examples {
        inputs: (0..arity.min(INPUTS_MAX))
            .map(|n| rows.iter().map(|(inputs, _)| inputs[n]).collect())
            .collect(),
        out: rows.iter().map(|(_, out)| *out).collect(),
    };
    let mut list = Vec::with_capacity(FEATURES);
    examples.relations(&mut list);
    examples.guesses(&mut list);
    examples.outputs(&mut list);
    examples.shifts(&mut list);
    examples.locality(&mut list);
    examples.dependence(&mut list);
    examples.rest(arity, &mut list);
    let mut all = [0.0; FEATURES];
    for (to, from) in all.iter_mut().zip(list) {
        *to = from;
    }
    all
}

/// The mean of some numbers, 0 of none.
fn mean(values: impl Iterator<Item = f32>) -> f32 {
    let (sum, count) = values.fold((0.0, 0u32), |(sum, count), v| (sum + v, count + 1));
    if count == 0 { 0.0 } else { sum / count as f32 }
}

/// For how many a condition holds.
fn share(holds: impl Iterator<Item = bool>) -> f32 {
    mean(holds.map(|h| if h { 1.0 } else { 0.0 }))
}

/// How many bits agree.
fn agreement(a: u64, b: u64) -> f32 {
    (a ^ b).count_zeros() as f32 / 64.0
}

fn greatest(values: impl Iterator<Item = f32>) -> f32 {
    values.fold(0.0, f32::max)
}

impl Examples {
    fn pairs(&self) -> impl Iterator<Item = (&[u64], &[u64])> {
        let n = self.inputs.len();
        let both = (0..n).flat_map(move |a| (0..n).map(move |b| (a, b)));
        both.filter(|(a, b)| a != b).map(|(a, b)| (&self.inputs[a][..], &self.inputs[b][..]))
    }

    fn relations(&self, list: &mut Vec<f32>) {
        for holds in RELATIONS {
            let shares = || {
                self.inputs
                    .iter()
                    .map(|column| share(column.iter().zip(&self.out).map(|(x, t)| holds(*x, *t))))
            };
            list.push(greatest(shares()));
            list.push(shares().fold(1.0, f32::min));
        }
        for holds in PAIR_RELATIONS {
            list.push(greatest(self.pairs().map(|(x, y)| {
                let rows = x.iter().zip(y).zip(&self.out);
                share(rows.map(|((x, y), t)| holds(*x, *y, *t)))
            })));
        }
    }

    fn guesses(&self, list: &mut Vec<f32>) {
        for guess in GUESSES {
            list.push(greatest(self.inputs.iter().map(|column| {
                mean(column.iter().zip(&self.out).map(|(x, t)| agreement(guess(*x), *t)))
            })));
        }
        for guess in PAIR_GUESSES {
            list.push(greatest(self.pairs().map(|(x, y)| {
                let rows = x.iter().zip(y).zip(&self.out);
                mean(rows.map(|((x, y), t)| agreement(guess(*x, *y), *t)))
            })));
        }
    }

    fn outputs(&self, list: &mut Vec<f32>) {
        for holds in OUTPUTS {
            list.push(share(self.out.iter().map(|t| holds(*t))));
        }
    }

    /// The best agreement with an input shifted or rotated by a constant.
    fn shifts(&self, list: &mut Vec<f32>) {
        let kinds: [fn(u64, u32) -> u64; SHIFTS] =
            [|x, n| x >> n, |x, n| x << n, |x, n| x.rotate_left(n)];
        for shift in kinds {
            list.push(greatest(self.inputs.iter().flat_map(|column| {
                (1..64).map(move |n| {
                    mean(column.iter().zip(&self.out).map(|(x, t)| agreement(shift(*x, n), *t)))
                })
            })));
        }
    }

    /// How well each output bit is told by the input bits at its own place, and by those at its own and
    /// another place: the next lower one, the next higher one, and the lowest one.
    fn locality(&self, list: &mut Vec<f32>) {
        let others: [fn(u64) -> u64; LOCAL] =
            [|x| x, |x| x << 1, |x| x >> 1, |x| 0u64.wrapping_sub(x & 1)];
        for other in others {
            let mut counts = [[0u32; 2]; 1 << (2 * INPUTS_MAX)];
            for (row, t) in self.out.iter().enumerate() {
                for bit in 0..64 {
                    let key = self.inputs.iter().fold(0, |key, column| {
                        let x = column[row];
                        key << 2 | (x >> bit & 1) << 1 | other(x) >> bit & 1
                    });
                    counts[key as usize][(t >> bit & 1) as usize] += 1;
                }
            }
            let right: u32 = counts.iter().map(|c| c[0].max(c[1])).sum();
            list.push(right as f32 / (self.out.len() * 64).max(1) as f32);
        }
    }

    /// How often rows whose inputs agree in their low (high) bits have outputs that do.
    fn dependence(&self, list: &mut Vec<f32>) {
        for mask in [1, 7, 1 << 63, 7 << 61] {
            let rows = self.out.len();
            let both = (0..rows).flat_map(|a| (0..a).map(move |b| (a, b)));
            let alike =
                both.filter(|(a, b)| self.inputs.iter().all(|c| (c[*a] ^ c[*b]) & mask == 0));
            list.push(share(alike.map(|(a, b)| (self.out[a] ^ self.out[b]) & mask == 0)));
        }
    }

    fn rest(&self, arity: usize, list: &mut Vec<f32>) {
        let mean_of = |f: fn(u64) -> u32| mean(self.out.iter().map(|t| f(*t) as f32 / 64.0));
        let mut distinct = self.out.clone();
        distinct.sort_unstable();
        distinct.dedup();
        let small = |c: &Vec<u64>| !c.is_empty() && c.iter().all(|x| *x <= 64);
        list.extend([
            mean_of(u64::count_ones),
            mean_of(u64::leading_zeros),
            mean_of(u64::trailing_zeros),
            distinct.len() as f32 / self.out.len().max(1) as f32,
            share([arity == 1].into_iter()),
            share([arity == 2].into_iter()),
            share([arity > 2].into_iter()),
            share(self.inputs.iter().map(small)),
        ]);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn are_defined_for_any_examples() {
        let edge = [0, 1, 63, 64, 1 << 63, u64::MAX, u64::MAX >> 1, 0x0123_4567_89ab_cdef];
        let mut tasks: Vec<Vec<(Vec<u64>, u64)>> = vec![vec![], vec![(vec![], 5)]];
        for a in edge {
            for b in edge {
                tasks.push(vec![(vec![a], b)]);
                tasks.push(vec![(vec![a, b], b), (vec![b, a], a)]);
                tasks.push(vec![(vec![a; 16], b); 100]);
                tasks.push(vec![(vec![a, b, a], b), (vec![b], a)]);
            }
        }
        for task in tasks {
            let list = features(&task);
            assert!(list.iter().all(|f| (0.0..=1.0).contains(f)), "{task:x?} gives {list:?}");
        }
    }

    #[test]
    fn all_places_are_filled() {
        let rows: Vec<(Vec<u64>, u64)> = (1..9).map(|n| (vec![n], n >> 1)).collect();
        let list = features(&rows);
        // The last ones: one input, which is small.
        assert_eq!(list[FEATURES - 4..], [1.0, 0.0, 0.0, 1.0]);
    }
}
