//! Programs from examples: tasks, answers and how sure they are.
//!
//! A [`Task`] is examples and, if wanted, further inputs. [`solve`] finds [`Rule`]s that fit and says
//! in the [`Answer`]'s [`Status`] how far they are known to be right; [`question`] chooses what to ask
//! when several fit. [`Batch`] works at many tasks; [`Compiled`] runs a rule on the machine's engines.

mod answer;
mod batch;
mod machine;
mod proof;
mod question;
mod rule;
pub mod session;
mod task;
mod value;

pub use answer::{Answer, Status, solve};
pub use batch::{Batch, Summary, report};
pub use machine::{Compiled, Ran};
pub use ncpu_search::{Candidate, Limits, Progress};
pub use proof::{Proof, prove};
pub use question::{Choice, Question, question};
pub use rule::{Language, Rule};
pub use task::{ARITY_MAX, Cell, Example, Task, guess_kind, parse_example, parse_inputs};
pub use value::{Kind, Value};
