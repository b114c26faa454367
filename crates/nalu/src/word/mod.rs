//! Operations on words, composed of cells. All are methods of [`Builder`](crate::Builder); words have
//! their lowest bit first, and the operands of an operation have one width unless it says otherwise.

mod add;
mod count;
mod divide;
mod logic;
mod lookup;
mod multiply;
mod shift;
mod sum;

pub use add::Sum;
pub use logic::table;

#[cfg(test)]
mod tests;
