//! The handlers of the system calls, by subject.

pub(crate) mod creds;
pub(crate) mod dir;
pub(crate) mod fdops;
pub(crate) mod file;
pub(crate) mod futex;
pub(crate) mod lock;
pub(crate) mod misc;
pub(crate) mod mm;
pub(crate) mod poll;
pub(crate) mod process;
pub(crate) mod signal;
pub(crate) mod socket;
pub(crate) mod stat;
pub(crate) mod time;
pub(crate) mod tty;
