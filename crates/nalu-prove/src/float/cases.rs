//! Operands that are hard.

use crate::random::Random;
use ncpu_nalu::float::Format;

/// FPCR's control bits other than the rounding mode.
const CONTROL: [u64; 4] = [1 << 19, 1 << 24, 1 << 25, 1 << 26];

/// FPCR with a rounding mode and now and then other control bits.
pub(crate) fn fpcr(random: &mut Random, mode: u64) -> u64 {
    let bits = random.next();
    let on = CONTROL.iter().enumerate().filter(|(n, _)| bits >> (2 * n) & 3 == 0);
    on.fold(mode << 22, |fpcr, (_, bit)| fpcr | bit)
}

/// A fraction: any bits, few ones or zeroes, a run, near a tie.
const fn fraction(random: &mut Random, width: u64) -> u64 {
    let mask = (1 << width) - 1;
    let (a, b, any) = (random.below(width), random.below(width), random.next());
    mask & match random.below(8) {
        0 => 1 << a | 1 << b,
        1 => !(1 << a | 1 << b),
        2 => (1 << a) - (any & 1),
        3 => !((1 << a) - 1),
        4 => any << a,
        _ => any,
    }
}

/// A zero, a denormal or normal number at a border, an infinity, a NaN.
pub fn special(random: &mut u64, format: Format) -> u64 {
    let mut source = Random::new(*random, 11);
    *random = random.wrapping_add(1);
    borders(&mut source, format)
}

const fn borders(random: &mut Random, format: Format) -> u64 {
    let infinity = ((1_u64 << format.exponent) - 1) << format.fraction;
    let one = (format.bias() as u64) << format.fraction;
    let (normal, quiet) = (1_u64 << format.fraction, 1_u64 << (format.fraction - 1));
    let magnitude = match random.below(12) {
        0 => 0,
        1 => 1 + random.below(2),
        2 => normal - 1 - random.below(2),
        3 => normal + random.below(2),
        4 => one - random.below(2),
        5 => one + random.below(2),
        6 => infinity - 1 - random.below(2),
        7 => infinity,
        8 => infinity | quiet | random.below(quiet),
        9 => infinity | 1 + random.below(quiet - 1),
        10 => quiet,
        _ => infinity - normal,
    };
    magnitude | random.below(2) << (format.bits() - 1)
}

/// An operand: often its exponent has to do with that of `other`, so that results cancel, tie, or lie at
/// the borders of the format; one in sixteen is special.
pub fn operand(random: &mut u64, format: Format, other: u64) -> u64 {
    let mut source = Random::new(*random, 13);
    *random = random.wrapping_add(1);
    related(&mut source, format, other)
}

pub(crate) fn related(random: &mut Random, format: Format, other: u64) -> u64 {
    if random.below(16) == 0 {
        return borders(random, format);
    }
    let max = (1_i64 << format.exponent) - 1;
    let field = (other >> format.fraction) as i64 & max;
    let reach = 2 * format.precision() as u64 + 8;
    let near = random.below(reach) as i64 - format.precision() as i64;
    let bias = i64::from(format.bias());
    let exponent = match random.below(9) {
        0 | 1 => random.next() as i64 & max,
        2 => field,
        3 => field + near / 8,
        4 => field + near,
        5 => bias - field + near,
        6 => near,
        7 => bias + field + near / 8,
        _ => bias + near,
    };
    let any = fraction(random, format.fraction as u64);
    let mask = (1 << format.fraction) - 1;
    // Now and then nearly the other number: most of it cancels.
    let fraction = if random.below(8) == 0 { (other ^ any & 3) & mask } else { any };
    let sign = random.below(2);
    sign << (format.bits() - 1) | (exponent.clamp(0, max) as u64) << format.fraction | fraction
}
