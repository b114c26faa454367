//! What a child process used, from `wait4`.

#![allow(unsafe_code)]

use std::io::{self, Read};
use std::process::{Command, Stdio};

/// CPU time and peak memory of a process.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Usage {
    /// User and system time.
    pub(crate) seconds: f64,
    /// Peak resident memory.
    pub(crate) peak_kib: u64,
}

/// Runs a command to its end; its standard output comes along. A failing status is an error.
pub(crate) fn measure(command: &mut Command) -> io::Result<(Usage, Vec<u8>)> {
    let mut child = command.stdout(Stdio::piped()).spawn()?;
    let mut output = Vec::new();
    if let Some(stdout) = &mut child.stdout {
        stdout.read_to_end(&mut output)?;
    }
    let mut status = 0;
    // SAFETY: `rusage` is plain data for which zeroes are valid.
    let mut usage: libc::rusage = unsafe { std::mem::zeroed() };
    // SAFETY: both pointers are to live locals; the child has not been waited for.
    let pid = unsafe { libc::wait4(child.id() as libc::pid_t, &raw mut status, 0, &raw mut usage) };
    if pid < 0 {
        return Err(io::Error::last_os_error());
    }
    if status != 0 {
        return Err(io::Error::other(format!("wait status {status:#x}")));
    }
    let seconds = |t: libc::timeval| t.tv_sec as f64 + t.tv_usec as f64 / 1e6;
    let seconds = seconds(usage.ru_utime) + seconds(usage.ru_stime);
    Ok((Usage { seconds, peak_kib: usage.ru_maxrss as u64 }, output))
}
