//! What a machine is told before it starts, and why it may not start.

use std::path::PathBuf;

/// Where the guest's time comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ClockKind {
    /// One instruction is one nanosecond; sleeps are skipped. The same run gives the same times.
    #[default]
    Virtual,
    /// The host's clocks; sleeps really sleep.
    Host,
}

/// A host file or directory that the guest may see.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mount {
    /// Path on the host.
    pub host: PathBuf,
    /// Absolute path in the guest.
    pub guest: String,
    /// Refuse every change.
    pub read_only: bool,
}

impl Mount {
    /// Reads `HOST:GUEST[:ro]`.
    ///
    /// # Errors
    /// What is wrong with the text, for people.
    pub fn parse(text: &str) -> Result<Self, String> {
        let (text, read_only) = match text.strip_suffix(":ro") {
            Some(rest) => (rest, true),
            None => (text.strip_suffix(":rw").unwrap_or(text), false),
        };
        let parts = text.rsplit_once(':').filter(|(h, g)| !h.is_empty() && g.starts_with('/'));
        let (host, guest) =
            parts.ok_or_else(|| format!("mount `{text}`: expected HOST:/GUEST[:ro]"))?;
        Ok(Self { host: host.into(), guest: guest.into(), read_only })
    }
}

/// What a machine is told before it starts.
#[derive(Debug, Clone)]
pub struct Config {
    /// Host directory or tar file that the guest sees as `/`; without one, an empty tree.
    pub rootfs: Option<PathBuf>,
    /// Write the guest's changes to the `rootfs` directory at the end.
    pub write_back: bool,
    /// Further host files and directories.
    pub mounts: Vec<Mount>,
    /// Environment, `NAME=value`.
    pub env: Vec<String>,
    /// Working directory in the guest.
    pub cwd: String,
    /// User.
    pub uid: u32,
    /// Group.
    pub gid: u32,
    /// Seeds randomness and scheduling.
    pub seed: u64,
    /// Where time comes from.
    pub clock: ClockKind,
    /// Seconds since 1970 at which virtual time starts.
    pub epoch: i64,
    /// Most memory in bytes, of all processes and files together.
    pub memory: u64,
    /// Stop after this many instructions.
    pub max_instructions: Option<u64>,
    /// Stop after this much host time.
    pub timeout: Option<std::time::Duration>,
    /// Most processes and threads at once.
    pub max_processes: usize,
    /// Most open files in the whole machine.
    pub max_files: usize,
    /// Instructions a task runs before another has its turn.
    pub quantum: u64,
    /// Hash the first process's memory at its end, for the report.
    pub hash_memory: bool,
    /// Host name.
    pub hostname: String,
    /// `AT_HWCAP`.
    pub hwcap: u64,
    /// `AT_HWCAP2`.
    pub hwcap2: u64,
}

/// FP, ASIMD, AES, PMULL, SHA1, SHA2, CRC32, ATOMICS, FPHP-less v8.0 set with the cheap extras:
/// ASIMDRDM, JSCVT, LRCPC, ASIMDDP, ASIMDFHM, FLAGM, CPUID.
pub const DEFAULT_HWCAP: u64 = HWCAP_FP
    | HWCAP_ASIMD
    | HWCAP_AES
    | HWCAP_PMULL
    | HWCAP_SHA1
    | HWCAP_SHA2
    | HWCAP_CRC32
    | HWCAP_ATOMICS
    | HWCAP_CPUID;

const HWCAP_FP: u64 = 1 << 0;
const HWCAP_ASIMD: u64 = 1 << 1;
const HWCAP_AES: u64 = 1 << 3;
const HWCAP_PMULL: u64 = 1 << 4;
const HWCAP_SHA1: u64 = 1 << 5;
const HWCAP_SHA2: u64 = 1 << 6;
const HWCAP_CRC32: u64 = 1 << 7;
const HWCAP_ATOMICS: u64 = 1 << 8;
const HWCAP_CPUID: u64 = 1 << 11;

impl Default for Config {
    fn default() -> Self {
        Self {
            rootfs: None,
            write_back: false,
            mounts: Vec::new(),
            env: Vec::new(),
            cwd: "/".into(),
            uid: 0,
            gid: 0,
            seed: 0,
            clock: ClockKind::Virtual,
            epoch: 1_767_225_600,
            memory: 4 << 30,
            max_instructions: None,
            timeout: None,
            max_processes: 1024,
            max_files: 65_536,
            quantum: 100_000,
            hash_memory: false,
            hostname: "ncpu".into(),
            hwcap: DEFAULT_HWCAP,
            hwcap2: 0,
        }
    }
}

/// The guest could not start: one line that names the file and the remedy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StartError(pub String);

impl std::fmt::Display for StartError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for StartError {}
