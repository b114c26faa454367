//! The operations, special operands first.

use super::{BY_ZERO, Env, INVALID, to_odd, two_sum};
use ncpu_nalu::float::Format;

impl Env {
    /// The zero of an exact cancellation.
    const fn cancelled(&self) -> u64 {
        if self.fpcr >> 22 & 3 == 2 { self.top() } else { 0 }
    }

    pub(super) fn sum(&mut self, a: u64, b: u64, subtract: bool) -> u64 {
        let (a, b) = (self.flushed(a), self.flushed(b));
        if let Some(nan) = self.nan(&[a, b]) {
            return nan;
        }
        let b = if subtract { b ^ self.top() } else { b };
        self.sum_of(self.double(a), self.double(b))
    }

    /// The sum of two doubles that the format's numbers or products of two are.
    fn sum_of(&mut self, a: f64, b: f64) -> u64 {
        let sign = |v: f64| if v.is_sign_negative() { self.top() } else { 0 };
        match (a.is_infinite(), b.is_infinite()) {
            (true, true) if a != b => return self.invalid(),
            (true, _) => return sign(a) | self.infinity(),
            (_, true) => return sign(b) | self.infinity(),
            _ => {}
        }
        let (s, error) = two_sum(a, b);
        if s == 0.0 {
            let same = a.is_sign_negative() == b.is_sign_negative();
            return if same { sign(a) } else { self.cancelled() };
        }
        self.rounded(to_odd(s, error))
    }

    /// A conversion to a narrower format.
    pub(super) fn converted(&mut self, a: u64, to: Format) -> u64 {
        let a = self.flushed(a);
        let (value, drop) = (self.double(a), self.format.bits() - to.bits());
        if let Some(nan) = self.nan(&[a]) {
            // The lower digits are lost.
            return nan >> drop;
        }
        if value == 0.0 || value.is_infinite() {
            return a >> drop;
        }
        let mut narrow = Self { format: to, ..*self };
        let result = narrow.rounded(value);
        self.raised |= narrow.raised;
        result
    }

    pub(super) fn product(&mut self, a: u64, b: u64) -> u64 {
        let (a, b) = (self.flushed(a), self.flushed(b));
        if let Some(nan) = self.nan(&[a, b]) {
            return nan;
        }
        let value = self.double(a) * self.double(b);
        let sign = (a ^ b) & self.top();
        if value.is_nan() {
            return self.invalid();
        }
        match value.abs() {
            0.0 => sign,
            f64::INFINITY => sign | self.infinity(),
            _ => self.rounded(value),
        }
    }

    pub(super) fn quotient(&mut self, a: u64, b: u64) -> u64 {
        let (a, b) = (self.flushed(a), self.flushed(b));
        if let Some(nan) = self.nan(&[a, b]) {
            return nan;
        }
        let (x, y) = (self.double(a), self.double(b));
        let sign = (a ^ b) & self.top();
        let value = x / y;
        if value.is_nan() {
            return self.invalid();
        }
        if value == 0.0 {
            return sign;
        }
        if value.is_infinite() {
            self.raised |= if x.is_finite() { BY_ZERO } else { 0 };
            return sign | self.infinity();
        }
        // x - value y has the sign of the error times that of y.
        let rest = (-value).mul_add(y, x);
        self.rounded(to_odd(value, if y < 0.0 { -rest } else { rest }))
    }

    pub(super) fn root(&mut self, a: u64) -> u64 {
        let a = self.flushed(a);
        if let Some(nan) = self.nan(&[a]) {
            return nan;
        }
        let x = self.double(a);
        if x == 0.0 || x == f64::INFINITY {
            return a;
        }
        if x < 0.0 {
            return self.invalid();
        }
        let value = x.sqrt();
        self.rounded(to_odd(value, (-value).mul_add(value, x)))
    }

    pub(super) fn fused(&mut self, c: u64, a: u64, b: u64) -> u64 {
        let (c, a, b) = (self.flushed(c), self.flushed(a), self.flushed(b));
        let (x, y) = (self.double(a), self.double(b));
        let zero = |v: u64| v & !self.top() == 0;
        let no_product = self.is_infinite(a) && zero(b) || zero(a) && self.is_infinite(b);
        if no_product && self.is_nan(c) && !self.is_signalling(c) {
            return self.invalid();
        }
        if let Some(nan) = self.nan(&[c, a, b]) {
            return nan;
        }
        if no_product {
            return self.invalid();
        }
        self.sum_of(x * y, self.double(c))
    }

    /// The larger or the smaller operand.
    pub(super) fn pick(&mut self, a: u64, b: u64, largest: bool) -> u64 {
        let (a, b) = (self.flushed(a), self.flushed(b));
        if let Some(nan) = self.nan(&[a, b]) {
            return nan;
        }
        let (x, y) = (self.double(a), self.double(b));
        let first = if x == y { (a & self.top() == 0) == largest } else { (x > y) == largest };
        if first { a } else { b }
    }

    pub(super) fn pick_number(&mut self, a: u64, b: u64, largest: bool) -> u64 {
        let quiet = |v: u64| self.is_nan(v) && !self.is_signalling(v);
        match (quiet(a), quiet(b)) {
            (true, false) if !self.is_nan(b) => self.flushed(b),
            (false, true) if !self.is_nan(a) => self.flushed(a),
            _ => self.pick(a, b, largest),
        }
    }

    /// The flags V, C, Z, N.
    pub(super) fn compare(&mut self, a: u64, b: u64, signalling: bool) -> u64 {
        let (a, b) = (self.flushed(a), self.flushed(b));
        if self.is_nan(a) || self.is_nan(b) {
            if signalling || self.is_signalling(a) || self.is_signalling(b) {
                self.raised |= INVALID;
            }
            return 0b0011;
        }
        let (x, y) = (self.double(a), self.double(b));
        if x < y {
            0b1000
        } else if x == y {
            0b0110
        } else {
            0b0010
        }
    }
}
