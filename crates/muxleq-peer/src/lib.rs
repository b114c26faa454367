//! A C version of the MUXLEQ machine, `muxleq.c`, which the host's compiler makes fast: what the engines
//! are measured by and compared with. It shares no code with them.

mod build;
mod filter;
mod run;

pub use build::Peer;
pub use filter::{Answer, Filter, KINDS};
pub use run::Run;
