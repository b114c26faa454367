//! The GPU engine: guests inside compute kernels.

pub mod lower;
