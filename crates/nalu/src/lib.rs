//! The neural ALU: operations on words, integers and IEEE 754 numbers, in which trained cells compute
//! every bit.
//!
//! A [`Builder`] composes cells into a [`Circuit`]; what is not a cell is routing, and the type [`Bit`]
//! sees to it. A circuit is evaluated by a *tier*: with the trained weights (the one that is called
//! neural), with the cells' tables, or with logic made from the tables.

mod alu;
mod builder;
mod circuit;
pub mod float;
mod logic;
mod netlist;
mod operation;
mod plan;
mod tier;
mod word;

pub use alu::{Alu, AluError, Batch, Function, Single};
pub use builder::{Builder, Style};
pub use circuit::{Bit, Circuit, Node, Word, concat, constant, sign_extend, zero_extend};
pub use logic::Gate;
pub use netlist::{Instance, Netlist};
pub use operation::{OPERATIONS, Operation, Size, WIDTHS};
pub use plan::Use;
pub use tier::{
    BitsBatch, Digits, Packed, TablesSingle, WeightsBatch, WeightsSingle, Wiring, kernels,
};
pub use word::{Sum, table};
