//! Every arm64 Linux system call up to 6.1: number, name, arguments and who answers it.
//!
//! Calls without a handler are known by name, answered with `ENOSYS` and reported.

use crate::system::{Ret, System};

/// The six argument registers.
pub(crate) type Args = [u64; 6];
/// Answers a system call.
pub(crate) type Handler = fn(&mut System, Args) -> Ret;

/// What an argument means, for `--strace` and the documentation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Arg {
    /// A signed 32-bit number.
    Int,
    /// An unsigned 64-bit number.
    Size,
    /// A signed 64-bit offset.
    Off,
    /// A file descriptor.
    Fd,
    /// A directory descriptor or `AT_FDCWD`.
    Dir,
    /// A path.
    Path,
    /// Bytes going in: their length is the next argument.
    In,
    /// Bytes coming out: their length is the result.
    Out,
    /// A vector of strings.
    Strs,
    /// An array of `struct iovec` going in: its length is the next argument.
    Iov,
    /// A pointer to something else.
    Ptr,
    /// An octal mode.
    Mode,
    /// `O_*` flags.
    Open,
    /// `AT_*` flags.
    At,
    /// `PROT_*` flags.
    Prot,
    /// `MAP_*` flags.
    Map,
    /// `CLONE_*` flags.
    Clone,
    /// Flags without names.
    Hex,
    /// A signal number.
    Sig,
    /// A pointer to a signal mask.
    Mask,
    /// A pointer to a `struct timespec`.
    Time,
    /// A clock.
    Clock,
    /// `fcntl` command.
    Fcntl,
    /// `ioctl` request.
    Ioctl,
    /// `futex` operation.
    Futex,
    /// `lseek` origin.
    Whence,
}

/// One row of the table.
pub(crate) struct Row {
    /// Its number.
    pub(crate) number: u16,
    /// Its name.
    pub(crate) name: &'static str,
    /// Its arguments.
    pub(crate) args: &'static [Arg],
    /// Who answers it.
    pub(crate) handler: Option<Handler>,
}

macro_rules! table {
    ($($number:literal $name:ident($($arg:ident),*) $(=> $handler:ident)?;)*) => {
        /// The table, ordered by number.
        pub(crate) static TABLE: &[Row] = &[$(
            Row {
                number: $number,
                name: stringify!($name),
                args: &[$(Arg::$arg),*],
                handler: table!(@handler $($handler)?),
            },
        )*];
    };
    (@handler) => { None };
    (@handler $handler:ident) => { Some(System::$handler) };
}

/// The row for a number.
pub(crate) fn lookup(number: u64) -> Option<&'static Row> {
    let number = u16::try_from(number).ok()?;
    TABLE.binary_search_by_key(&number, |r| r.number).ok().map(|i| &TABLE[i])
}

/// Numbers and names of all system calls, and whether each is answered.
pub fn syscalls() -> impl Iterator<Item = (u16, &'static str, bool)> {
    TABLE.iter().map(|r| (r.number, r.name, r.handler.is_some()))
}

table! {
    0 io_setup(Int, Ptr);
    1 io_destroy(Size);
    2 io_submit(Size, Int, Ptr);
    3 io_cancel(Size, Ptr, Ptr);
    4 io_getevents(Size, Int, Int, Ptr, Time);
    5 setxattr(Path, Path, In, Size, Hex) => sys_xattr_path;
    6 lsetxattr(Path, Path, In, Size, Hex) => sys_xattr_path;
    7 fsetxattr(Fd, Path, In, Size, Hex) => sys_xattr_fd;
    8 getxattr(Path, Path, Ptr, Size) => sys_xattr_path;
    9 lgetxattr(Path, Path, Ptr, Size) => sys_xattr_path;
    10 fgetxattr(Fd, Path, Ptr, Size) => sys_xattr_fd;
    11 listxattr(Path, Ptr, Size) => sys_listxattr;
    12 llistxattr(Path, Ptr, Size) => sys_listxattr;
    13 flistxattr(Fd, Ptr, Size) => sys_flistxattr;
    14 removexattr(Path, Path) => sys_xattr_path;
    15 lremovexattr(Path, Path) => sys_xattr_path;
    16 fremovexattr(Fd, Path) => sys_xattr_fd;
    17 getcwd(Ptr, Size) => sys_getcwd;
    18 lookup_dcookie(Size, Ptr, Size);
    19 eventfd2(Int, Open) => sys_eventfd2;
    20 epoll_create1(Hex) => sys_epoll_create1;
    21 epoll_ctl(Fd, Int, Fd, Ptr) => sys_epoll_ctl;
    22 epoll_pwait(Fd, Ptr, Int, Int, Mask, Size) => sys_epoll_pwait;
    23 dup(Fd) => sys_dup;
    24 dup3(Fd, Fd, Open) => sys_dup3;
    25 fcntl(Fd, Fcntl, Hex) => sys_fcntl;
    26 inotify_init1(Hex);
    27 inotify_add_watch(Fd, Path, Hex);
    28 inotify_rm_watch(Fd, Int);
    29 ioctl(Fd, Ioctl, Ptr) => sys_ioctl;
    30 ioprio_set(Int, Int, Int) => sys_zero;
    31 ioprio_get(Int, Int) => sys_zero;
    32 flock(Fd, Hex) => sys_flock;
    33 mknodat(Dir, Path, Mode, Hex) => sys_mknodat;
    34 mkdirat(Dir, Path, Mode) => sys_mkdirat;
    35 unlinkat(Dir, Path, At) => sys_unlinkat;
    36 symlinkat(Path, Dir, Path) => sys_symlinkat;
    37 linkat(Dir, Path, Dir, Path, At) => sys_linkat;
    38 renameat(Dir, Path, Dir, Path) => sys_renameat;
    39 umount2(Path, Hex) => sys_not_permitted;
    40 mount(Path, Path, Path, Hex, Ptr) => sys_not_permitted;
    41 pivot_root(Path, Path) => sys_not_permitted;
    42 nfsservctl(Int, Ptr, Ptr);
    43 statfs(Path, Ptr) => sys_statfs;
    44 fstatfs(Fd, Ptr) => sys_fstatfs;
    45 truncate(Path, Off) => sys_truncate;
    46 ftruncate(Fd, Off) => sys_ftruncate;
    47 fallocate(Fd, Hex, Off, Off) => sys_fallocate;
    48 faccessat(Dir, Path, Int) => sys_faccessat;
    49 chdir(Path) => sys_chdir;
    50 fchdir(Fd) => sys_fchdir;
    51 chroot(Path) => sys_chroot;
    52 fchmod(Fd, Mode) => sys_fchmod;
    53 fchmodat(Dir, Path, Mode) => sys_fchmodat;
    54 fchownat(Dir, Path, Int, Int, At) => sys_fchownat;
    55 fchown(Fd, Int, Int) => sys_fchown;
    56 openat(Dir, Path, Open, Mode) => sys_openat;
    57 close(Fd) => sys_close;
    58 vhangup() => sys_not_permitted;
    59 pipe2(Ptr, Open) => sys_pipe2;
    60 quotactl(Int, Path, Int, Ptr);
    61 getdents64(Fd, Ptr, Size) => sys_getdents64;
    62 lseek(Fd, Off, Whence) => sys_lseek;
    63 read(Fd, Out, Size) => sys_read;
    64 write(Fd, In, Size) => sys_write;
    65 readv(Fd, Ptr, Int) => sys_readv;
    66 writev(Fd, Iov, Int) => sys_writev;
    67 pread64(Fd, Out, Size, Off) => sys_pread64;
    68 pwrite64(Fd, In, Size, Off) => sys_pwrite64;
    69 preadv(Fd, Ptr, Int, Off, Off) => sys_preadv;
    70 pwritev(Fd, Iov, Int, Off, Off) => sys_pwritev;
    71 sendfile(Fd, Fd, Ptr, Size) => sys_sendfile;
    72 pselect6(Int, Ptr, Ptr, Ptr, Time, Ptr) => sys_pselect6;
    73 ppoll(Ptr, Int, Time, Mask, Size) => sys_ppoll;
    74 signalfd4(Fd, Mask, Size, Hex);
    75 vmsplice(Fd, Iov, Int, Hex);
    76 splice(Fd, Ptr, Fd, Ptr, Size, Hex) => sys_splice;
    77 tee(Fd, Fd, Size, Hex);
    78 readlinkat(Dir, Path, Out, Size) => sys_readlinkat;
    79 newfstatat(Dir, Path, Ptr, At) => sys_newfstatat;
    80 fstat(Fd, Ptr) => sys_fstat;
    81 sync() => sys_zero;
    82 fsync(Fd) => sys_fsync;
    83 fdatasync(Fd) => sys_fsync;
    84 sync_file_range(Fd, Off, Off, Hex) => sys_fsync;
    85 timerfd_create(Clock, Hex);
    86 timerfd_settime(Fd, Hex, Ptr, Ptr);
    87 timerfd_gettime(Fd, Ptr);
    88 utimensat(Dir, Path, Ptr, At) => sys_utimensat;
    89 acct(Path) => sys_not_permitted;
    90 capget(Ptr, Ptr) => sys_capget;
    91 capset(Ptr, Ptr) => sys_capset;
    92 personality(Hex) => sys_personality;
    93 exit(Int) => sys_exit;
    94 exit_group(Int) => sys_exit_group;
    95 waitid(Int, Int, Ptr, Hex, Ptr) => sys_waitid;
    96 set_tid_address(Ptr) => sys_set_tid_address;
    97 unshare(Clone) => sys_unshare;
    98 futex(Ptr, Futex, Int, Time, Ptr, Int) => sys_futex;
    99 set_robust_list(Ptr, Size) => sys_set_robust_list;
    100 get_robust_list(Int, Ptr, Ptr) => sys_get_robust_list;
    101 nanosleep(Time, Ptr) => sys_nanosleep;
    102 getitimer(Int, Ptr) => sys_getitimer;
    103 setitimer(Int, Ptr, Ptr) => sys_setitimer;
    104 kexec_load(Size, Size, Ptr, Hex) => sys_not_permitted;
    105 init_module(Ptr, Size, Ptr) => sys_not_permitted;
    106 delete_module(Path, Hex) => sys_not_permitted;
    107 timer_create(Clock, Ptr, Ptr) => sys_timer_create;
    108 timer_gettime(Int, Ptr) => sys_timer_gettime;
    109 timer_getoverrun(Int) => sys_timer_getoverrun;
    110 timer_settime(Int, Hex, Ptr, Ptr) => sys_timer_settime;
    111 timer_delete(Int) => sys_timer_delete;
    112 clock_settime(Clock, Time) => sys_not_permitted;
    113 clock_gettime(Clock, Ptr) => sys_clock_gettime;
    114 clock_getres(Clock, Ptr) => sys_clock_getres;
    115 clock_nanosleep(Clock, Hex, Time, Ptr) => sys_clock_nanosleep;
    116 syslog(Int, Ptr, Int) => sys_not_permitted;
    117 ptrace(Int, Int, Ptr, Ptr);
    118 sched_setparam(Int, Ptr) => sys_sched_setparam;
    119 sched_setscheduler(Int, Int, Ptr) => sys_sched_setscheduler;
    120 sched_getscheduler(Int) => sys_zero;
    121 sched_getparam(Int, Ptr) => sys_sched_getparam;
    122 sched_setaffinity(Int, Size, Ptr) => sys_zero;
    123 sched_getaffinity(Int, Size, Ptr) => sys_sched_getaffinity;
    124 sched_yield() => sys_sched_yield;
    125 sched_get_priority_max(Int) => sys_sched_priority_max;
    126 sched_get_priority_min(Int) => sys_sched_priority_min;
    127 sched_rr_get_interval(Int, Ptr) => sys_sched_rr_get_interval;
    128 restart_syscall() => sys_restart_syscall;
    129 kill(Int, Sig) => sys_kill;
    130 tkill(Int, Sig) => sys_tkill;
    131 tgkill(Int, Int, Sig) => sys_tgkill;
    132 sigaltstack(Ptr, Ptr) => sys_sigaltstack;
    133 rt_sigsuspend(Mask, Size) => sys_rt_sigsuspend;
    134 rt_sigaction(Sig, Ptr, Ptr, Size) => sys_rt_sigaction;
    135 rt_sigprocmask(Int, Mask, Ptr, Size) => sys_rt_sigprocmask;
    136 rt_sigpending(Ptr, Size) => sys_rt_sigpending;
    137 rt_sigtimedwait(Mask, Ptr, Time, Size) => sys_rt_sigtimedwait;
    138 rt_sigqueueinfo(Int, Sig, Ptr) => sys_rt_sigqueueinfo;
    139 rt_sigreturn() => sys_rt_sigreturn;
    140 setpriority(Int, Int, Int) => sys_setpriority;
    141 getpriority(Int, Int) => sys_getpriority;
    142 reboot(Hex, Hex, Int, Ptr) => sys_not_permitted;
    143 setregid(Int, Int) => sys_setregid;
    144 setgid(Int) => sys_setgid;
    145 setreuid(Int, Int) => sys_setreuid;
    146 setuid(Int) => sys_setuid;
    147 setresuid(Int, Int, Int) => sys_setresuid;
    148 getresuid(Ptr, Ptr, Ptr) => sys_getresuid;
    149 setresgid(Int, Int, Int) => sys_setresgid;
    150 getresgid(Ptr, Ptr, Ptr) => sys_getresgid;
    151 setfsuid(Int) => sys_setfsuid;
    152 setfsgid(Int) => sys_setfsgid;
    153 times(Ptr) => sys_times;
    154 setpgid(Int, Int) => sys_setpgid;
    155 getpgid(Int) => sys_getpgid;
    156 getsid(Int) => sys_getsid;
    157 setsid() => sys_setsid;
    158 getgroups(Int, Ptr) => sys_getgroups;
    159 setgroups(Int, Ptr) => sys_setgroups;
    160 uname(Ptr) => sys_uname;
    161 sethostname(In, Size) => sys_sethostname;
    162 setdomainname(In, Size) => sys_not_permitted;
    163 getrlimit(Int, Ptr) => sys_getrlimit;
    164 setrlimit(Int, Ptr) => sys_setrlimit;
    165 getrusage(Int, Ptr) => sys_getrusage;
    166 umask(Mode) => sys_umask;
    167 prctl(Int, Hex, Hex, Hex, Hex) => sys_prctl;
    168 getcpu(Ptr, Ptr, Ptr) => sys_getcpu;
    169 gettimeofday(Ptr, Ptr) => sys_gettimeofday;
    170 settimeofday(Ptr, Ptr) => sys_not_permitted;
    171 adjtimex(Ptr) => sys_not_permitted;
    172 getpid() => sys_getpid;
    173 getppid() => sys_getppid;
    174 getuid() => sys_getuid;
    175 geteuid() => sys_geteuid;
    176 getgid() => sys_getgid;
    177 getegid() => sys_getegid;
    178 gettid() => sys_gettid;
    179 sysinfo(Ptr) => sys_sysinfo;
    180 mq_open(Path, Open, Mode, Ptr);
    181 mq_unlink(Path);
    182 mq_timedsend(Fd, In, Size, Int, Time);
    183 mq_timedreceive(Fd, Ptr, Size, Ptr, Time);
    184 mq_notify(Fd, Ptr);
    185 mq_getsetattr(Fd, Ptr, Ptr);
    186 msgget(Int, Hex);
    187 msgctl(Int, Int, Ptr);
    188 msgrcv(Int, Ptr, Size, Int, Hex);
    189 msgsnd(Int, Ptr, Size, Hex);
    190 semget(Int, Int, Hex);
    191 semctl(Int, Int, Int, Ptr);
    192 semtimedop(Int, Ptr, Int, Time);
    193 semop(Int, Ptr, Int);
    194 shmget(Int, Size, Hex);
    195 shmctl(Int, Int, Ptr);
    196 shmat(Int, Ptr, Hex);
    197 shmdt(Ptr);
    198 socket(Int, Hex, Int) => sys_socket;
    199 socketpair(Int, Hex, Int, Ptr) => sys_socketpair;
    200 bind(Fd, Ptr, Int) => sys_socket_op;
    201 listen(Fd, Int) => sys_socket_op;
    202 accept(Fd, Ptr, Ptr) => sys_socket_op;
    203 connect(Fd, Ptr, Int) => sys_connect;
    204 getsockname(Fd, Ptr, Ptr) => sys_getsockname;
    205 getpeername(Fd, Ptr, Ptr) => sys_getpeername;
    206 sendto(Fd, In, Size, Hex, Ptr, Int) => sys_sendto;
    207 recvfrom(Fd, Out, Size, Hex, Ptr, Ptr) => sys_recvfrom;
    208 setsockopt(Fd, Int, Int, Ptr, Int) => sys_setsockopt;
    209 getsockopt(Fd, Int, Int, Ptr, Ptr) => sys_getsockopt;
    210 shutdown(Fd, Int) => sys_shutdown;
    211 sendmsg(Fd, Ptr, Hex) => sys_sendmsg;
    212 recvmsg(Fd, Ptr, Hex) => sys_recvmsg;
    213 readahead(Fd, Off, Size) => sys_fsync;
    214 brk(Ptr) => sys_brk;
    215 munmap(Ptr, Size) => sys_munmap;
    216 mremap(Ptr, Size, Size, Hex, Ptr) => sys_mremap;
    217 add_key(Path, Path, Ptr, Size, Int);
    218 request_key(Path, Path, Path, Int);
    219 keyctl(Int, Hex, Hex, Hex, Hex);
    220 clone(Clone, Ptr, Ptr, Ptr, Ptr) => sys_clone;
    221 execve(Path, Strs, Ptr) => sys_execve;
    222 mmap(Ptr, Size, Prot, Map, Fd, Off) => sys_mmap;
    223 fadvise64(Fd, Off, Off, Int) => sys_fadvise64;
    224 swapon(Path, Hex) => sys_not_permitted;
    225 swapoff(Path) => sys_not_permitted;
    226 mprotect(Ptr, Size, Prot) => sys_mprotect;
    227 msync(Ptr, Size, Hex) => sys_msync;
    228 mlock(Ptr, Size) => sys_zero;
    229 munlock(Ptr, Size) => sys_zero;
    230 mlockall(Hex) => sys_zero;
    231 munlockall() => sys_zero;
    232 mincore(Ptr, Size, Ptr) => sys_mincore;
    233 madvise(Ptr, Size, Int) => sys_madvise;
    234 remap_file_pages(Ptr, Size, Prot, Size, Map);
    235 mbind(Ptr, Size, Int, Ptr, Size, Hex);
    236 get_mempolicy(Ptr, Ptr, Size, Ptr, Hex);
    237 set_mempolicy(Int, Ptr, Size);
    238 migrate_pages(Int, Size, Ptr, Ptr);
    239 move_pages(Int, Size, Ptr, Ptr, Ptr, Hex);
    240 rt_tgsigqueueinfo(Int, Int, Sig, Ptr) => sys_rt_tgsigqueueinfo;
    241 perf_event_open(Ptr, Int, Int, Fd, Hex);
    242 accept4(Fd, Ptr, Ptr, Hex) => sys_socket_op;
    243 recvmmsg(Fd, Ptr, Int, Hex, Time);
    260 wait4(Int, Ptr, Hex, Ptr) => sys_wait4;
    261 prlimit64(Int, Int, Ptr, Ptr) => sys_prlimit64;
    262 fanotify_init(Hex, Hex);
    263 fanotify_mark(Fd, Hex, Hex, Dir, Path);
    264 name_to_handle_at(Dir, Path, Ptr, Ptr, At);
    265 open_by_handle_at(Fd, Ptr, Open);
    266 clock_adjtime(Clock, Ptr) => sys_not_permitted;
    267 syncfs(Fd) => sys_fsync;
    268 setns(Fd, Clone) => sys_not_permitted;
    269 sendmmsg(Fd, Ptr, Int, Hex);
    270 process_vm_readv(Int, Ptr, Size, Ptr, Size, Hex);
    271 process_vm_writev(Int, Ptr, Size, Ptr, Size, Hex);
    272 kcmp(Int, Int, Int, Size, Size);
    273 finit_module(Fd, Path, Hex) => sys_not_permitted;
    274 sched_setattr(Int, Ptr, Hex) => sys_zero;
    275 sched_getattr(Int, Ptr, Size, Hex);
    276 renameat2(Dir, Path, Dir, Path, Hex) => sys_renameat2;
    277 seccomp(Int, Hex, Ptr);
    278 getrandom(Ptr, Size, Hex) => sys_getrandom;
    279 memfd_create(Path, Hex) => sys_memfd_create;
    280 bpf(Int, Ptr, Size) => sys_not_permitted;
    281 execveat(Dir, Path, Strs, Ptr, At) => sys_execveat;
    282 userfaultfd(Hex);
    283 membarrier(Int, Hex, Int) => sys_membarrier;
    284 mlock2(Ptr, Size, Hex) => sys_zero;
    285 copy_file_range(Fd, Ptr, Fd, Ptr, Size, Hex) => sys_copy_file_range;
    286 preadv2(Fd, Ptr, Int, Off, Off, Hex) => sys_preadv2;
    287 pwritev2(Fd, Iov, Int, Off, Off, Hex) => sys_pwritev2;
    288 pkey_mprotect(Ptr, Size, Prot, Int);
    289 pkey_alloc(Hex, Hex);
    290 pkey_free(Int);
    291 statx(Dir, Path, At, Hex, Ptr) => sys_statx;
    292 io_pgetevents(Size, Int, Int, Ptr, Time, Ptr);
    293 rseq(Ptr, Size, Hex, Hex);
    294 kexec_file_load(Fd, Fd, Size, Path, Hex) => sys_not_permitted;
    424 pidfd_send_signal(Fd, Sig, Ptr, Hex);
    425 io_uring_setup(Int, Ptr);
    426 io_uring_enter(Fd, Int, Int, Hex, Mask, Size);
    427 io_uring_register(Fd, Int, Ptr, Int);
    428 open_tree(Dir, Path, Hex) => sys_not_permitted;
    429 move_mount(Dir, Path, Dir, Path, Hex) => sys_not_permitted;
    430 fsopen(Path, Hex) => sys_not_permitted;
    431 fsconfig(Fd, Int, Path, Ptr, Int) => sys_not_permitted;
    432 fsmount(Fd, Hex, Hex) => sys_not_permitted;
    433 fspick(Dir, Path, Hex) => sys_not_permitted;
    434 pidfd_open(Int, Hex);
    435 clone3(Ptr, Size) => sys_clone3;
    436 close_range(Fd, Fd, Hex) => sys_close_range;
    437 openat2(Dir, Path, Ptr, Size);
    438 pidfd_getfd(Fd, Fd, Hex);
    439 faccessat2(Dir, Path, Int, At) => sys_faccessat2;
    440 process_madvise(Fd, Iov, Size, Int, Hex);
    441 epoll_pwait2(Fd, Ptr, Int, Time, Mask, Size) => sys_epoll_pwait2;
    442 mount_setattr(Dir, Path, Hex, Ptr, Size) => sys_not_permitted;
    443 quotactl_fd(Fd, Int, Int, Ptr);
    444 landlock_create_ruleset(Ptr, Size, Hex);
    445 landlock_add_rule(Fd, Int, Ptr, Hex);
    446 landlock_restrict_self(Fd, Hex);
    447 memfd_secret(Hex);
    448 process_mrelease(Fd, Hex);
    449 futex_waitv(Ptr, Int, Hex, Time, Clock);
    450 set_mempolicy_home_node(Ptr, Size, Size, Hex);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_ascend() {
        assert!(TABLE.windows(2).all(|w| w[0].number < w[1].number));
        assert_eq!(lookup(64).map(|r| r.name), Some("write"));
        assert!(lookup(244).is_none() && lookup(u64::MAX).is_none());
    }
}
