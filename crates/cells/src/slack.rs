//! How far a parameter may move before some row changes: what shows that every weight is in the loop.

use crate::net::{GRID, Net};
use std::fmt;

/// Parameters of weight files lie below this times 1/[`GRID`], either way.
const RANGE: i32 = 2047;

/// One parameter of a network.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Parameter {
    /// The tensor: `w1`, `b1`, `w2` or `b2`.
    pub tensor: &'static str,
    /// Its place in the tensor.
    pub at: usize,
}

impl fmt::Display for Parameter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}[{}]", self.tensor, self.at)
    }
}

impl Net {
    /// Every parameter, in the order of the weight file.
    pub fn parameters(&self) -> impl Iterator<Item = Parameter> + use<> {
        let sizes = [("w1", &self.w1), ("b1", &self.b1), ("w2", &self.w2), ("b2", &self.b2)];
        let sizes = sizes.map(|(tensor, values)| (tensor, values.len()));
        sizes.into_iter().flat_map(|(tensor, n)| (0..n).map(move |at| Parameter { tensor, at }))
    }

    fn tensor(&mut self, name: &str) -> &mut Vec<i16> {
        match name {
            "w1" => &mut self.w1,
            "b1" => &mut self.b1,
            "w2" => &mut self.w2,
            _ => &mut self.b2,
        }
    }

    /// The network with one parameter moved by so many steps of 1/[`GRID`].
    #[must_use]
    pub fn moved(&self, parameter: Parameter, steps: i32) -> Self {
        let mut net = self.clone();
        net.tensor(parameter.tensor)[parameter.at] += steps as i16;
        net
    }

    /// The smallest move of a parameter, in steps of 1/[`GRID`], that alters an output of some row; none
    /// if no move within the range of parameters does.
    #[must_use]
    pub fn slack(&self, parameter: Parameter) -> Option<i32> {
        let value = i32::from(self.clone().tensor(parameter.tensor)[parameter.at]);
        let rows = 0..1u16 << self.shape.inputs;
        let moves = rows.flat_map(|row| self.flips(parameter, row));
        moves.filter(|d| (value + d).abs() <= RANGE).min_by_key(|d| d.abs())
    }

    /// The parameters whose value does not matter.
    #[must_use]
    pub fn idle(&self) -> Vec<Parameter> {
        self.parameters().filter(|p| self.slack(*p).is_none()).collect()
    }

    /// The least moves of a parameter that flip an output of a row.
    fn flips(&self, Parameter { tensor, at }: Parameter, row: u16) -> Vec<i32> {
        let shape = self.shape;
        let outputs = self.outputs(row);
        let unit = |n: usize| self.hidden(row).nth(n).unwrap_or(0);
        match tensor {
            "b2" => vec![steps(outputs[at], GRID)],
            "w2" => match unit(at % shape.hidden).max(0) {
                0 => vec![],
                h => vec![steps(outputs[at / shape.hidden], h)],
            },
            "w1" if row >> (at % shape.inputs) & 1 == 0 => vec![],
            _ => {
                let n = if tensor == "w1" { at / shape.inputs } else { at };
                let z = unit(n);
                let weights = self.w2.chunks_exact(shape.hidden).map(|w| i32::from(w[n]));
                let pairs = outputs.into_iter().zip(weights).filter(|(_, w)| *w != 0);
                // The unit must reach `h`, and cannot be below 0.
                let reached = pairs.map(|(y, w)| z.max(0) + steps(y, w));
                reached.filter(|h| *h >= 0).map(|h| h - z).collect()
            }
        }
    }
}

/// The least `d` in size for which `y + d · by` has another bit than `y`. `by` is not 0.
fn steps(y: i32, by: i32) -> i32 {
    let size = if y > 0 { y } else { 1 - y };
    let up = (size + by.abs() - 1) / by.abs();
    if (y > 0) == (by > 0) { -up } else { up }
}
