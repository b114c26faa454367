//! The questions: ordinary numbers, and those where a device could be wrong. The same each time.

/// Operands that a device is asked about.
pub(super) struct Question {
    pub(super) operands: [u64; 3],
    pub(super) kind: Kind,
}

/// What a device must mostly be able to answer, or else it is of no use: ordinary numbers, and integers where
/// it is asked for these. What is hard it may leave.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Ordinary,
    Integer,
    Hard,
}

/// Questions of each kind.
const EACH: u32 = 1024;

/// All of them: a multiple of the workgroup.
pub(super) fn questions() -> Vec<Question> {
    let mut random = Random(0x9e37_79b9_7f4a_7c15);
    let kinds: [fn(&mut Random) -> [f64; 3]; 11] = [
        ordinary,
        integers,
        anything,
        cancelling,
        ties_of_sums,
        ties_of_products,
        near_quotients,
        near_roots,
        beside_denormals,
        at_the_limits,
        nearly_whole,
    ];
    let mut all = Vec::new();
    for (kind, n) in kinds.into_iter().zip(0..) {
        all.extend((0..EACH).map(|_| {
            let operands = kind(&mut random).map(f64::to_bits);
            let kind = [Kind::Ordinary, Kind::Integer].get(n).copied().unwrap_or(Kind::Hard);
            Question { operands, kind }
        }));
    }
    all
}

/// Numbers by chance (xorshift).
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0.wrapping_mul(0x2545_f491_4f6c_dd1d)
    }

    fn below(&mut self, n: u64) -> u64 {
        (self.next() >> 32) % n
    }

    fn sign(&mut self) -> f64 {
        if self.next() >> 63 == 0 { 1.0 } else { -1.0 }
    }

    /// From 1 to below 2, with `digits` digits after the point.
    fn mantissa(&mut self, digits: u32) -> f64 {
        let fraction = self.next() >> 12 >> (52 - digits) << (52 - digits);
        f64::from_bits(1.0_f64.to_bits() | fraction)
    }

    /// With an exponent of at most `most` either way.
    fn number(&mut self, digits: u32, most: i32) -> f64 {
        let exp = self.below(2 * most as u64 + 1) as i32 - most;
        self.sign() * self.mantissa(digits) * power(exp)
    }

    fn denormal(&mut self) -> f64 {
        let shift = 12 + self.below(52);
        self.sign() * f64::from_bits(self.next() >> shift)
    }
}

/// `2^exp`, of a normal number.
fn power(exp: i32) -> f64 {
    f64::from_bits(((exp + 1023) as u64) << 52)
}

/// `a` with its last digit moved by up to `by`.
fn nearly(random: &mut Random, a: f64, by: u64) -> f64 {
    f64::from_bits((a.to_bits() + random.below(2 * by + 1)).wrapping_sub(by))
}

fn ordinary(random: &mut Random) -> [f64; 3] {
    let a = random.number(52, 20).abs();
    [a, random.number(52, 20), random.number(52, 20)]
}

fn anything(random: &mut Random) -> [f64; 3] {
    [(); 3].map(|()| f64::from_bits(random.next()))
}

/// What is left of a product and its negative is the digits that rounding took.
fn cancelling(random: &mut Random) -> [f64; 3] {
    let [a, b] = [(); 2].map(|()| random.number(52, 100));
    [a, b, nearly(random, -(a * b), 2)]
}

/// A number and half of its last digit, or a little beside that.
fn ties_of_sums(random: &mut Random) -> [f64; 3] {
    let a = random.number(52, 60);
    let half = f64::from_bits(a.to_bits() & 0x7ff << 52) * power(-53);
    let b = random.sign() * nearly(random, half, 1);
    // In a fused operation, too: one of the factors is one.
    if random.next() >> 63 == 0 { [a, b, random.number(52, 60)] } else { [b, 1.0, a] }
}

/// Few digits make products that end in the middle; an addend tips them over, however small.
fn ties_of_products(random: &mut Random) -> [f64; 3] {
    let [a, b] = [26, 27].map(|digits| random.number(digits, 60));
    let c = match random.below(4) {
        0 => 0.0,
        1 => random.number(52, 20) * power(-900),
        2 => random.denormal(),
        _ => random.number(52, 20) * power(-60),
    };
    [a, b, random.sign() * c]
}

/// Dividends of quotients that are close to a number, or to the middle of two.
fn near_quotients(random: &mut Random) -> [f64; 3] {
    let (q, b) = (random.number(51, 100), random.number(52, 100));
    let middle = q.mul_add(b, b * f64::from_bits(q.to_bits() & 0x7ff << 52) * power(-53));
    let a = if random.next() >> 63 == 0 { q * b } else { middle };
    [nearly(random, a, 2), b, random.number(52, 100)]
}

/// Squares of numbers, and of the middles of two.
fn near_roots(random: &mut Random) -> [f64; 3] {
    let r = random.number(52, 100).abs();
    let last = f64::from_bits(r.to_bits() & 0x7ff << 52) * power(-52);
    let a = if random.next() >> 63 == 0 { r * r } else { r.mul_add(r, r * last) };
    [nearly(random, a, 2), r, -a]
}

fn beside_denormals(random: &mut Random) -> [f64; 3] {
    let denormal = random.denormal();
    let large = random.number(52, 20) * power(random.below(1000) as i32);
    let small = random.number(52, 20) * power(-(random.below(1000) as i32));
    match random.below(6) {
        0 => [denormal, large, small],
        1 => [large, denormal, small],
        2 => [small, large, denormal],
        3 => [small, denormal, denormal],
        4 => [denormal, random.denormal(), large],
        _ => [large, small, denormal],
    }
}

/// Exponents at which results are taken or not, overflow or underflow.
fn at_the_limits(random: &mut Random) -> [f64; 3] {
    let exps = [-1022, -1021, -510, -501, -500, -499, -250, 0, 249, 250, 459, 460, 511, 1022, 1023];
    [(); 3].map(|()| {
        let exp = exps[random.below(exps.len() as u64) as usize];
        let digits = [0, 3, 52, 52][random.below(4) as usize];
        random.sign() * random.mantissa(digits) * power(exp)
    })
}

/// An integer of any length, as the bits of the first.
fn integers(random: &mut Random) -> [f64; 3] {
    let int = (random.next() as i64) >> random.below(64);
    [f64::from_bits(int as u64), int as f64, 0.0]
}

/// Numbers that are whole, or nearly so.
fn nearly_whole(random: &mut Random) -> [f64; 3] {
    let int = (random.next() as i64) >> random.below(64);
    [nearly(random, int as f64, 1), int as f64, 0.0]
}
