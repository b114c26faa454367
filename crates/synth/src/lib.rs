//! Programs from examples: tasks, answers and how sure they are.

mod task;
mod value;

pub use task::{ARITY_MAX, Cell, Example, Task, guess_kind, parse_example, parse_inputs};
pub use value::{Kind, Value};
