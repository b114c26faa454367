//! Inputs from inputs: the same number gives the same input.

/// Input number `n` of those that come from `seeds`: one of them with a few changes. The first are the
/// seeds themselves.
#[must_use]
pub fn mutate(seeds: &[Vec<u8>], n: u64) -> Vec<u8> {
    if let Some(seed) = usize::try_from(n).ok().and_then(|n| seeds.get(n)) {
        return seed.clone();
    }
    if seeds.is_empty() {
        return Vec::new();
    }
    let mut random = Random(n);
    let mut input = seeds[random.below(seeds.len())].clone();
    for _ in 0..=random.below(4) {
        change(&mut input, seeds, &mut random);
    }
    input
}

fn change(input: &mut Vec<u8>, seeds: &[Vec<u8>], random: &mut Random) {
    const TELLING: &[u8] = &[0, 1, 0x7f, 0x80, 0xff, b'"', b'{', b'[', b'\\', b'0', b' ', b'\n'];
    let at = random.below(input.len().max(1)).min(input.len());
    let span = (1 + random.below(16)).min(input.len() - at);
    match random.below(7) {
        0 if span > 0 => input[at] ^= 1 << random.below(8),
        1 if span > 0 => input[at] = TELLING[random.below(TELLING.len())],
        2 if span > 0 => input[at] = random.next() as u8,
        3 => input.insert(at, TELLING[random.below(TELLING.len())]),
        4 => drop(input.drain(at..at + span)),
        5 => {
            let piece = input[at..at + span].to_vec();
            input.splice(at..at, piece);
        }
        _ => {
            let other = &seeds[random.below(seeds.len())];
            let from = random.below(other.len().max(1)).min(other.len());
            input.truncate(at);
            input.extend_from_slice(&other[from..]);
        }
    }
}

/// SplitMix64.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ z >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ z >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ z >> 31
    }

    fn below(&mut self, n: usize) -> usize {
        (self.next() % n.max(1) as u64) as usize
    }
}
