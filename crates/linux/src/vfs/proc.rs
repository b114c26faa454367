//! The shape of `/proc`: which names exist. What they say is rendered by the kernel tables that
//! know (see `crate::procfs`).

use super::inode::InodeId;

/// A process identifier.
pub(crate) type Pid = u32;

/// A node of `/proc`.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) enum ProcNode {
    /// A fixed directory, by path below `/proc` (empty: `/proc` itself).
    Dir(&'static str),
    /// A fixed file, by path below `/proc`.
    File(&'static str),
    /// `/proc/self`, `/proc/thread-self`, `/proc/mounts`.
    Link(&'static str),
    /// `/proc/PID`.
    Pid(Pid),
    /// `/proc/PID/NAME`, a file.
    PidFile(Pid, &'static str),
    /// `/proc/PID/NAME`, a magic link (`cwd`, `exe`, `root`).
    PidLink(Pid, &'static str),
    /// `/proc/PID/fd`.
    FdDir(Pid),
    /// `/proc/PID/fd/N`.
    Fd(Pid, u32),
    /// `/proc/PID/task`.
    TaskDir(Pid),
}

/// Fixed files below `/proc`.
const FILES: &[&str] = &[
    "cmdline",
    "cpuinfo",
    "devices",
    "filesystems",
    "loadavg",
    "meminfo",
    "partitions",
    "stat",
    "swaps",
    "uptime",
    "version",
    "vmstat",
    "sys/fs/file-max",
    "sys/fs/nr_open",
    "sys/fs/pipe-max-size",
    "sys/kernel/cap_last_cap",
    "sys/kernel/domainname",
    "sys/kernel/hostname",
    "sys/kernel/ngroups_max",
    "sys/kernel/osrelease",
    "sys/kernel/ostype",
    "sys/kernel/pid_max",
    "sys/kernel/random/boot_id",
    "sys/kernel/random/entropy_avail",
    "sys/kernel/random/uuid",
    "sys/kernel/threads-max",
    "sys/kernel/version",
    "sys/vm/max_map_count",
    "sys/vm/mmap_min_addr",
    "sys/vm/overcommit_memory",
];

/// Fixed links below `/proc`.
const LINKS: &[&str] = &["mounts", "self", "thread-self"];

/// Fixed directories below `/proc`.
const DIRS: &[&str] = &["sys", "sys/fs", "sys/kernel", "sys/kernel/random", "sys/vm"];

/// Files of each process.
const PID_FILES: &[&str] = &[
    "cgroup",
    "cmdline",
    "comm",
    "environ",
    "limits",
    "maps",
    "mountinfo",
    "mounts",
    "oom_score_adj",
    "stat",
    "statm",
    "status",
    "wchan",
];

/// Magic links of each process.
const PID_LINKS: &[&str] = &["cwd", "exe", "root"];

/// What `/proc` needs to know of the processes.
pub(crate) trait ProcView {
    /// The asking process.
    fn self_pid(&self) -> Pid;
    /// All processes, ascending.
    fn pids(&self) -> Vec<Pid>;
    /// Open descriptors, ascending; `None` if there is no such process.
    fn fds(&self, pid: Pid) -> Option<Vec<u32>>;
    /// Threads, ascending.
    fn threads(&self, pid: Pid) -> Vec<Pid>;
    /// Where a magic link leads: the inode (if it is one) and the text.
    fn magic(&self, node: &ProcNode) -> Option<(Option<InodeId>, Vec<u8>)>;
    /// User and group of a process.
    fn owner(&self, pid: Pid) -> (u32, u32);
}

impl ProcNode {
    /// Type and permissions.
    pub(crate) fn mode(&self) -> u32 {
        match self {
            Self::Dir(_) | Self::Pid(_) | Self::TaskDir(_) => 0o040_555,
            Self::FdDir(_) => 0o040_500,
            Self::File(_) => 0o100_444,
            Self::PidFile(_, "environ") => 0o100_400,
            Self::PidFile(_, "comm" | "oom_score_adj") => 0o100_644,
            Self::PidFile(..) => 0o100_444,
            Self::Link(_) | Self::PidLink(..) => 0o120_777,
            Self::Fd(..) => 0o120_700,
        }
    }

    /// The process it belongs to.
    pub(crate) fn pid(&self) -> Option<Pid> {
        match self {
            Self::Dir(_) | Self::File(_) | Self::Link(_) => None,
            Self::Pid(p)
            | Self::PidFile(p, _)
            | Self::PidLink(p, _)
            | Self::FdDir(p)
            | Self::Fd(p, _)
            | Self::TaskDir(p) => Some(*p),
        }
    }

    /// The directory above.
    pub(crate) fn parent(&self) -> Self {
        match self {
            Self::Dir(path) | Self::File(path) | Self::Link(path) => {
                let up = path.rfind('/').map_or("", |at| &path[..at]);
                Self::Dir(up)
            }
            Self::Pid(_) => Self::Dir(""),
            Self::PidFile(p, _) | Self::PidLink(p, _) | Self::FdDir(p) | Self::TaskDir(p) => {
                Self::Pid(*p)
            }
            Self::Fd(p, _) => Self::FdDir(*p),
        }
    }

    /// Its name in the directory above.
    pub(crate) fn name(&self) -> String {
        match self {
            Self::Dir(path) | Self::File(path) | Self::Link(path) => {
                path.rsplit('/').next().unwrap_or_default().into()
            }
            Self::Pid(p) => p.to_string(),
            Self::PidFile(_, name) | Self::PidLink(_, name) => (*name).into(),
            Self::FdDir(_) => "fd".into(),
            Self::TaskDir(_) => "task".into(),
            Self::Fd(_, fd) => fd.to_string(),
        }
    }

    /// Everything in this directory.
    pub(crate) fn children(&self, view: &dyn ProcView) -> Vec<Self> {
        match self {
            Self::Dir(path) => fixed_children(path, view),
            Self::Pid(p) if view.fds(*p).is_some() => pid_children(*p),
            Self::FdDir(p) => {
                view.fds(*p).unwrap_or_default().into_iter().map(|fd| Self::Fd(*p, fd)).collect()
            }
            Self::TaskDir(p) => view.threads(*p).into_iter().map(Self::Pid).collect(),
            _ => Vec::new(),
        }
    }

    /// The child called `name`.
    pub(crate) fn child(&self, name: &[u8], view: &dyn ProcView) -> Option<Self> {
        let number = || {
            let text = std::str::from_utf8(name).ok()?;
            let canonical = !text.starts_with('0') || text == "0";
            text.parse::<u32>().ok().filter(|_| canonical && !text.starts_with('+'))
        };
        match self {
            Self::Dir("") if name.first().is_some_and(u8::is_ascii_digit) => {
                number().filter(|p| view.fds(*p).is_some()).map(Self::Pid)
            }
            Self::FdDir(p) => {
                let fd = number()?;
                view.fds(*p)?.contains(&fd).then_some(Self::Fd(*p, fd))
            }
            _ => self.children(view).into_iter().find(|c| c.name().as_bytes() == name),
        }
    }
}

fn fixed_children(path: &'static str, view: &dyn ProcView) -> Vec<ProcNode> {
    let here = |p: &&&str| p.rfind('/').map_or("", |at| &p[..at]) == path;
    let mut out: Vec<ProcNode> = DIRS.iter().filter(here).map(|p| ProcNode::Dir(p)).collect();
    out.extend(FILES.iter().filter(here).map(|p| ProcNode::File(p)));
    out.extend(LINKS.iter().filter(here).map(|p| ProcNode::Link(p)));
    if path.is_empty() {
        out.extend(view.pids().into_iter().map(ProcNode::Pid));
    }
    out
}

fn pid_children(pid: Pid) -> Vec<ProcNode> {
    let mut out: Vec<ProcNode> = PID_FILES.iter().map(|n| ProcNode::PidFile(pid, n)).collect();
    out.extend(PID_LINKS.iter().map(|n| ProcNode::PidLink(pid, n)));
    out.extend([ProcNode::FdDir(pid), ProcNode::TaskDir(pid)]);
    out
}
