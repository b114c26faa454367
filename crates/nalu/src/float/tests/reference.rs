//! Bfloat16 by way of `ncpu_fp`'s singles and doubles, and a rounding that is nobody else's.

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
            let wide: Vec<u64> = operands.iter().map(|a| widen(*a, control, status)).collect();
            from_double(&|c, s| operation(Size::Double, &wide, c, s), control, status)
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

/// A bfloat16 as a double, exactly, after flushing.
pub(super) fn widen(a: u64, control: u64, status: &mut u64) -> u64 {
    let (sign, field, fraction) = (a >> 15 << 63, a >> 7 & 0xff, a & 0x7f);
    match field {
        0 if fraction != 0 && control & fpcr::FZ != 0 => {
            *status |= fpsr::IDC;
            sign
        }
        0 => sign | (fraction as f64 * 2_f64.powi(-133)).to_bits(),
        255 => sign | 0x7ff << 52 | fraction << 45,
        _ => sign | (field + 896) << 52 | fraction << 45,
    }
}

/// The bfloat16 of an operation on doubles: computed toward zero, where the inexact flag tells whether
/// anything is below the result's digits, of which there are enough.
pub(super) fn from_double(
    operation: &dyn Fn(u64, &mut u64) -> u64,
    control: u64,
    status: &mut u64,
) -> u64 {
    let control_wide = control & !(fpcr::FZ | fpcr::RMODE);
    let mut flags = 0;
    let toward_zero = operation(control_wide | 3 << 22, &mut flags);
    *status |= flags & !fpsr::IXC;
    let magnitude = toward_zero << 1 >> 1;
    if magnitude == 0 {
        // The sign of an exact zero depends on the mode.
        return operation(control_wide | control & fpcr::RMODE, &mut flags) >> 48;
    }
    if magnitude >> 52 == 0x7ff {
        return toward_zero >> 63 << 15 | 0xff << 7 | magnitude >> 45 & 0x7f;
    }
    round(toward_zero, flags & fpsr::IXC != 0, control, status)
}

/// A positive or negative double, and whether there is more, as a bfloat16.
fn round(a: u64, more: bool, control: u64, status: &mut u64) -> u64 {
    let value = f64::from_bits(a).abs();
    let (negative, sign) = (a >> 63 == 1, a >> 63 << 15);
    let tiny = value < 2_f64.powi(-126);
    if tiny && control & fpcr::FZ != 0 {
        *status |= fpsr::UFC;
        return sign;
    }
    // The place of the last digit, and the value in units of it: below 2^8.
    let exponent = ((a >> 52 & 0x7ff) as i32 - 1023).max(-126);
    let units = value / 2_f64.powi(exponent - 7);
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
    let units = below as u64 + u64::from(up);
    if tiny && !exact {
        *status |= fpsr::UFC;
    }
    if !exact {
        *status |= fpsr::IXC;
    }
    let magnitude = ((exponent + 126) as u64) * 128 + units;
    if magnitude < 0x7f80 {
        return sign | magnitude;
    }
    *status |= fpsr::OFC | fpsr::IXC;
    let largest = match control >> 22 & 3 {
        0 => false,
        1 => negative,
        2 => !negative,
        _ => true,
    };
    sign | if largest { 0x7f7f } else { 0x7f80 }
}
