//! Standard output for what the command itself prints. A reader that has gone ends the command
//! quietly, as `head` expects.

use std::fmt::Arguments;
use std::io::{self, ErrorKind, Write};

/// Prints a line.
macro_rules! outln {
    ($($part:tt)*) => { $crate::output::write(format_args!("{}\n", format_args!($($part)*))) };
}

/// Prints text.
macro_rules! out {
    ($($part:tt)*) => { $crate::output::write(format_args!($($part)*)) };
}

pub(crate) use {out, outln};

/// Writes, or ends the process.
pub(crate) fn write(text: Arguments) {
    if let Err(e) = io::stdout().write_fmt(text) {
        if e.kind() == ErrorKind::BrokenPipe {
            std::process::exit(0);
        }
        eprintln!("ncpu: standard output: {e}");
        std::process::exit(1);
    }
}
