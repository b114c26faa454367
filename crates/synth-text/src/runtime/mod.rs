//! The operations of text programs, std only: exported Rust programs carry these files verbatim.
//!
//! Every operation takes the text it works on first and returns `None` where it is undefined.
//! The C and Python runtimes beside this folder compute the same functions.
pub mod cipher;
pub mod date;
pub mod number;
pub mod text;
