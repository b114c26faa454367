//! `--strace`: one line a system call, in strace's manner.

use crate::errno::Errno;
use crate::process::{Call, Pid};
use crate::signal::{SigInfo, signal_name};
use crate::system::System;
use crate::table::{self, Arg};
use std::io::Write;

/// How many bytes of a buffer are shown.
const SHOWN: usize = 32;

/// Where the trace goes.
pub(crate) struct Strace {
    sink: Box<dyn Write>,
}

impl Strace {
    pub(crate) fn new(sink: Box<dyn Write>) -> Self {
        Self { sink }
    }

    fn line(&mut self, pid: Pid, text: &str) {
        // A trace that cannot be written must not disturb the guest.
        let _ = writeln!(self.sink, "[pid {pid:>5}] {text}");
    }

    pub(crate) fn signal(&mut self, pid: Pid, info: &SigInfo) {
        let name = signal_name(info.signo);
        let code = match info.code {
            0 => "SI_USER".into(),
            -6 => "SI_TKILL".into(),
            -2 => "SI_TIMER".into(),
            0x80 => "SI_KERNEL".into(),
            n => n.to_string(),
        };
        let detail = match info.signo {
            4 | 5 | 7 | 8 | 11 if info.code > 0 => format!(", si_addr={:#x}", info.data[0]),
            _ if info.code <= 0 || info.signo == 17 => {
                format!(", si_pid={}, si_uid={}", info.data[0] as u32, info.data[0] >> 32)
            }
            _ => String::new(),
        };
        self.line(pid, &format!("--- {name} {{si_signo={name}, si_code={code}{detail}}} ---"));
    }

    pub(crate) fn killed(&mut self, pid: Pid, signo: u32) {
        self.line(pid, &format!("+++ killed by {} +++", signal_name(signo)));
    }

    /// A call that never returned.
    pub(crate) fn unfinished(&mut self, pid: Pid, call: &Call) {
        let text = format!("{} = ?", call_text(call));
        self.line(pid, &text);
        if matches!(call.number, 93 | 94) {
            self.line(pid, &format!("+++ exited with {} +++", call.args[0] & 0xff));
        }
    }
}

fn call_text(call: &Call) -> String {
    let args = call.trace.as_deref().unwrap_or_default().join(", ");
    match table::lookup(call.number) {
        Some(row) => format!("{}({args})", row.name),
        None => format!("syscall_{:#x}({args})", call.number),
    }
}

impl System {
    /// The arguments of a call as text; output buffers are filled in at its end.
    pub(crate) fn trace_args(&mut self, call: &Call) -> Vec<String> {
        let Some(row) = table::lookup(call.number) else {
            return call.args.iter().map(|a| format!("{a:#x}")).collect();
        };
        let args = call.args;
        let kinds = row.args.iter().enumerate();
        kinds.map(|(i, kind)| self.trace_arg(*kind, args[i], args.get(i + 1).copied())).collect()
    }

    fn trace_arg(&mut self, kind: Arg, v: u64, next: Option<u64>) -> String {
        match kind {
            Arg::Int | Arg::Fd => (v as i32).to_string(),
            Arg::Size => v.to_string(),
            Arg::Off => (v as i64).to_string(),
            Arg::Dir if v as i32 == -100 => "AT_FDCWD".into(),
            Arg::Dir => (v as i32).to_string(),
            Arg::Path => match self.c_string(v, 4096, Errno::ENAMETOOLONG) {
                Ok(path) => quoted(&path, 4096),
                Err(_) => pointer(v),
            },
            Arg::In => {
                let len = next.unwrap_or(0) as usize;
                match self.read_bytes(v, len.min(SHOWN + 1)) {
                    Ok(bytes) => quoted(&bytes, SHOWN),
                    Err(_) => pointer(v),
                }
            }
            Arg::Strs => self.trace_strings(v),
            Arg::Iov => self.trace_iov(v, next.unwrap_or(0)),
            Arg::Mode => format!("0{:o}", v as u32),
            Arg::Open => flags(v, OPEN, access_mode(v)),
            Arg::At => flags(v, AT, None),
            Arg::Prot => flags(v, PROT, (v == 0).then(|| "PROT_NONE".into())),
            Arg::Map => flags(v, MAP, None),
            Arg::Clone => flags(v & !0xff, CLONE, exit_signal(v)),
            Arg::Sig if v == 0 => "0".into(),
            Arg::Sig => signal_name(v as u32),
            Arg::Mask => match self.get_u64(v) {
                Ok(mask) => mask_text(mask),
                Err(_) => pointer(v),
            },
            Arg::Time => match (self.get_u64(v), self.get_u64(v.wrapping_add(8))) {
                (Ok(s), Ok(n)) if v != 0 => format!("{{tv_sec={s}, tv_nsec={n}}}"),
                _ => pointer(v),
            },
            Arg::Clock => named(v, CLOCKS),
            Arg::Fcntl => named(v, FCNTL),
            Arg::Ioctl => named(v, IOCTL),
            Arg::Futex => {
                let base = named(v & 127, FUTEX);
                if v & 128 != 0 { format!("{base}_PRIVATE") } else { base }
            }
            Arg::Whence => named(v, WHENCE),
            Arg::Hex => format!("{v:#x}"),
            Arg::Ptr | Arg::Out => pointer(v),
        }
    }

    fn trace_strings(&mut self, at: u64) -> String {
        const MOST: u64 = 32;
        let mut out = Vec::new();
        for i in 0..MOST {
            let Ok(p) = self.get_u64(at.wrapping_add(8 * i)) else { return pointer(at) };
            if p == 0 {
                return format!("[{}]", out.join(", "));
            }
            out.push(self.trace_arg(Arg::Path, p, None));
        }
        format!("[{}, ...]", out.join(", "))
    }

    fn trace_iov(&mut self, at: u64, count: u64) -> String {
        let Ok(iov) = self.iovec(at, count.min(16)) else { return pointer(at) };
        let each = iov.into_iter().map(|(base, len)| {
            format!("{{iov_base={}, iov_len={len}}}", self.trace_arg(Arg::In, base, Some(len)))
        });
        format!("[{}]", each.collect::<Vec<_>>().join(", "))
    }

    /// Writes the line of a call that has ended.
    pub(crate) fn trace_end(&mut self, call: &Call, result: Result<u64, Errno>) {
        if self.strace.is_none() {
            return;
        }
        let mut call = call.clone();
        let row = table::lookup(call.number);
        if let (Some(row), Some(trace), Ok(n)) = (row, &mut call.trace, result) {
            for (i, kind) in row.args.iter().enumerate() {
                if *kind == Arg::Out {
                    let len = (n as usize).min(SHOWN + 1);
                    if let Ok(bytes) = self.read_bytes(call.args[i], len) {
                        trace[i] = quoted(&bytes, SHOWN);
                    }
                }
            }
        }
        let text = match result {
            // Addresses in hexadecimal, as strace does.
            Ok(v) if matches!(call.number, 214 | 216 | 222) => format!("{v:#x}"),
            Ok(v) => (v as i64).to_string(),
            Err(e) => format!("-1 {} ({})", e.name(), e.text()),
        };
        let line = format!("{} = {text}", call_text(&call));
        let pid = self.task().tid;
        if let Some(strace) = &mut self.strace {
            strace.line(pid, &line);
        }
    }
}

fn pointer(v: u64) -> String {
    if v == 0 { "NULL".into() } else { format!("{v:#x}") }
}

fn quoted(bytes: &[u8], most: usize) -> String {
    let mut out = String::from("\"");
    for b in bytes.iter().take(most) {
        match b {
            b'"' => out.push_str("\\\""),
            b'\\' => out.push_str("\\\\"),
            b'\n' => out.push_str("\\n"),
            b'\t' => out.push_str("\\t"),
            b'\r' => out.push_str("\\r"),
            b' '..=b'~' => out.push(*b as char),
            b => out.push_str(&format!("\\{b:o}")),
        }
    }
    out.push('"');
    if bytes.len() > most {
        out.push_str("...");
    }
    out
}

fn mask_text(mask: u64) -> String {
    let names = (1..=64).filter(|n| mask >> (n - 1) & 1 != 0);
    let names: Vec<String> =
        names.map(|n| signal_name(n).trim_start_matches("SIG").into()).collect();
    format!("[{}]", names.join(" "))
}

type Names = &'static [(u64, &'static str)];

fn named(v: u64, names: Names) -> String {
    match names.iter().find(|n| n.0 == v) {
        Some((_, name)) => (*name).into(),
        None => format!("{v:#x}"),
    }
}

fn flags(v: u64, names: Names, first: Option<String>) -> String {
    let mut out: Vec<String> = first.into_iter().collect();
    let mut left = v;
    for (bits, name) in names {
        if left & bits == *bits {
            out.push((*name).into());
            left &= !bits;
        }
    }
    let known = names.iter().fold(0, |m, n| m | n.0);
    if v & !known & !3 != 0 || out.is_empty() {
        out.push(format!("{:#x}", v & !known));
    }
    out.join("|")
}

fn access_mode(v: u64) -> Option<String> {
    Some(["O_RDONLY", "O_WRONLY", "O_RDWR", "O_ACCMODE"][(v & 3) as usize].into())
}

fn exit_signal(v: u64) -> Option<String> {
    (v & 0xff != 0).then(|| signal_name(v as u32 & 0xff))
}

const OPEN: Names = &[
    (0o20_040_000, "O_TMPFILE"),
    (0o100, "O_CREAT"),
    (0o200, "O_EXCL"),
    (0o400, "O_NOCTTY"),
    (0o1000, "O_TRUNC"),
    (0o2000, "O_APPEND"),
    (0o4000, "O_NONBLOCK"),
    (0o40_000, "O_DIRECTORY"),
    (0o100_000, "O_NOFOLLOW"),
    (0o200_000, "O_DIRECT"),
    (0o400_000, "O_LARGEFILE"),
    (0o1_000_000, "O_NOATIME"),
    (0o2_000_000, "O_CLOEXEC"),
    (0o10_000_000, "O_PATH"),
];
const AT: Names = &[
    (0x100, "AT_SYMLINK_NOFOLLOW"),
    (0x200, "AT_REMOVEDIR"),
    (0x400, "AT_SYMLINK_FOLLOW"),
    (0x800, "AT_NO_AUTOMOUNT"),
    (0x1000, "AT_EMPTY_PATH"),
];
const PROT: Names = &[(1, "PROT_READ"), (2, "PROT_WRITE"), (4, "PROT_EXEC"), (0x10, "PROT_BTI")];
const MAP: Names = &[
    (1, "MAP_SHARED"),
    (2, "MAP_PRIVATE"),
    (0x10, "MAP_FIXED"),
    (0x20, "MAP_ANONYMOUS"),
    (0x100, "MAP_GROWSDOWN"),
    (0x800, "MAP_DENYWRITE"),
    (0x4000, "MAP_NORESERVE"),
    (0x8000, "MAP_POPULATE"),
    (0x2_0000, "MAP_STACK"),
    (0x10_0000, "MAP_FIXED_NOREPLACE"),
];
const CLONE: Names = &[
    (0x100, "CLONE_VM"),
    (0x200, "CLONE_FS"),
    (0x400, "CLONE_FILES"),
    (0x800, "CLONE_SIGHAND"),
    (0x4000, "CLONE_VFORK"),
    (0x8000, "CLONE_PARENT"),
    (0x1_0000, "CLONE_THREAD"),
    (0x4_0000, "CLONE_SYSVSEM"),
    (0x8_0000, "CLONE_SETTLS"),
    (0x10_0000, "CLONE_PARENT_SETTID"),
    (0x20_0000, "CLONE_CHILD_CLEARTID"),
    (0x100_0000, "CLONE_CHILD_SETTID"),
];
const CLOCKS: Names = &[
    (0, "CLOCK_REALTIME"),
    (1, "CLOCK_MONOTONIC"),
    (2, "CLOCK_PROCESS_CPUTIME_ID"),
    (3, "CLOCK_THREAD_CPUTIME_ID"),
    (4, "CLOCK_MONOTONIC_RAW"),
    (5, "CLOCK_REALTIME_COARSE"),
    (6, "CLOCK_MONOTONIC_COARSE"),
    (7, "CLOCK_BOOTTIME"),
];
const FCNTL: Names = &[
    (0, "F_DUPFD"),
    (1, "F_GETFD"),
    (2, "F_SETFD"),
    (3, "F_GETFL"),
    (4, "F_SETFL"),
    (5, "F_GETLK"),
    (6, "F_SETLK"),
    (7, "F_SETLKW"),
    (1030, "F_DUPFD_CLOEXEC"),
    (1031, "F_SETPIPE_SZ"),
    (1032, "F_GETPIPE_SZ"),
];
const IOCTL: Names = &[
    (0x5401, "TCGETS"),
    (0x5402, "TCSETS"),
    (0x5403, "TCSETSW"),
    (0x5404, "TCSETSF"),
    (0x540f, "TIOCGPGRP"),
    (0x5410, "TIOCSPGRP"),
    (0x5413, "TIOCGWINSZ"),
    (0x541b, "FIONREAD"),
    (0x5421, "FIONBIO"),
];
const FUTEX: Names = &[
    (0, "FUTEX_WAIT"),
    (1, "FUTEX_WAKE"),
    (3, "FUTEX_REQUEUE"),
    (4, "FUTEX_CMP_REQUEUE"),
    (5, "FUTEX_WAKE_OP"),
    (9, "FUTEX_WAIT_BITSET"),
    (10, "FUTEX_WAKE_BITSET"),
];
const WHENCE: Names =
    &[(0, "SEEK_SET"), (1, "SEEK_CUR"), (2, "SEEK_END"), (3, "SEEK_DATA"), (4, "SEEK_HOLE")];
