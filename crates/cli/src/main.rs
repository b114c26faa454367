//! The `ncpu` command.

fn main() {}
