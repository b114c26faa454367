//! Bfloat16 and other small formats by way of `ncpu_fp`'s singles and doubles, and a rounding that is nobody else's.

use super::{Format, size};
use ncpu_fp::{Size, fpcr, fpsr};

/// An operation of `ncpu_fp` on operands of one size.
pub(super) type Operation<'a> = dyn Fn(Size, &[u64], u64, &mut u64) -> u64 + 'a;

/// What `operation`, which rounds its exact result, gives on this format.
pub(super) fn rounded(
    format: Format,
    operation: &Operation<'_>,
    operands: &[u64],
    control: u64,
    status: &mut u64,
) -> u64 {
    match size(format) {
        Some(size) => operation(size, operands, control, status),
        None => {
            let wide: Vec<u64> =
                operands.iter().map(|a| widen(format, *a, control, status)).collect();
            from_double(format, &|c, s| operation(Size::Double, &wide, c, s), control, status)
        }
    }
}

/// What `operation` gives on this format, if its results on bfloat16s are singles with a zero lower half,
/// or are cut to that.
pub(super) fn cut(
    format: Format,
    operation: &Operation<'_>,
    operands: &[u64],
    control: u64,
    status: &mut u64,
) -> u64 {
    match size(format) {
        Some(size) => operation(size, operands, control, status),
        None => {
            let wide: Vec<u64> = operands.iter().map(|a| a << 16).collect();
            operation(Size::Single, &wide, control, status) >> 16
        }
    }
}

/// A value of a small format as a double, exactly, after flushing.
pub(super) fn widen(format: Format, a: u64, control: u64, status: &mut u64) -> u64 {
    let Format { exponent, fraction: places } = format;
    let sign = a >> (exponent + places) << 63;
    let (field, fraction) = (a >> places & ones(exponent), a & ones(places));
    let wide = fraction << (52 - places);
    match field {
        0 if fraction != 0 && control & fpcr::FZ != 0 => {
            *status |= fpsr::IDC;
            sign
        }
        0 => sign | (fraction as f64 * power(smallest(format) - places as i32)).to_bits(),
        _ if field == ones(exponent) => sign | 0x7ff << 52 | wide,
        _ => sign | (field + 1023 - format.bias() as u64) << 52 | wide,
    }
}

fn ones(width: usize) -> u64 {
    (1 << width) - 1
}

fn power(exponent: i32) -> f64 {
    2_f64.powi(exponent)
}

/// The exponent of the smallest normal number.
fn smallest(format: Format) -> i32 {
    1 - format.bias()
}

/// The value of a small format of an operation on doubles: computed toward zero, where the inexact flag
/// tells whether anything is below the result's digits, of which there are enough.
pub(super) fn from_double(
    format: Format,
    operation: &dyn Fn(u64, &mut u64) -> u64,
    control: u64,
    status: &mut u64,
) -> u64 {
    let control_wide = control & !(fpcr::FZ | fpcr::RMODE);
    let mut flags = 0;
    let toward_zero = operation(control_wide | 3 << 22, &mut flags);
    *status |= flags & !fpsr::IXC;
    let magnitude = toward_zero << 1 >> 1;
    let sign = toward_zero >> 63 << (format.bits() - 1);
    if magnitude == 0 {
        // The sign of an exact zero depends on the mode.
        return operation(control_wide | control & fpcr::RMODE, &mut flags) >> (64 - format.bits());
    }
    if magnitude >> 52 == 0x7ff {
        let fraction = magnitude >> (52 - format.fraction) & ones(format.fraction);
        return sign | ones(format.exponent) << format.fraction | fraction;
    }
    sign | round(format, f64::from_bits(toward_zero), flags & fpsr::IXC != 0, control, status)
}

/// A number, and whether there is more, rounded to a magnitude of a small format.
fn round(format: Format, a: f64, more: bool, control: u64, status: &mut u64) -> u64 {
    let (value, negative) = (a.abs(), a < 0.0);
    let tiny = value < power(smallest(format));
    if tiny && control & fpcr::FZ != 0 {
        *status |= fpsr::UFC;
        return 0;
    }
    // The value in units of its last place: below 2^precision.
    let exponent = ((a.to_bits() >> 52 & 0x7ff) as i32 - 1023).max(smallest(format));
    let units = value / power(exponent - format.fraction as i32);
    let below = units.floor();
    let rest = units - below;
    let exact = rest == 0.0 && !more;
    let even = below % 2.0 == 0.0;
    let up = match control >> 22 & 3 {
        0 => rest > 0.5 || rest == 0.5 && (more || !even),
        1 => !exact && !negative,
        2 => !exact && negative,
        _ => false,
    };
    if tiny && !exact {
        *status |= fpsr::UFC;
    }
    if !exact {
        *status |= fpsr::IXC;
    }
    let units = below as u64 + u64::from(up);
    let magnitude = ((exponent - smallest(format)) as u64) << format.fraction;
    let magnitude = magnitude + units;
    let infinity = ones(format.exponent) << format.fraction;
    if magnitude < infinity {
        return magnitude;
    }
    *status |= fpsr::OFC | fpsr::IXC;
    let largest = match control >> 22 & 3 {
        0 => false,
        1 => negative,
        2 => !negative,
        _ => true,
    };
    infinity - u64::from(largest)
}
