//! Sockets, as Linux without any network answers: socket pairs work, nothing can be reached.

use crate::errno::Errno;
use crate::fd::{FileId, Kind, O_CLOEXEC, O_NONBLOCK, O_RDWR, OpenFile};
use crate::pipe::{Pipe, PipeId};
use crate::process::Key;
use crate::syscalls::file::block;
use crate::system::{Ret, Stop, System};
use crate::table::Args;

const AF_UNIX: u32 = 1;
const MSG_DONTWAIT: u64 = 0x40;
const MSG_NOSIGNAL: u64 = 0x4000;
const MSG_CMSG_CLOEXEC: u64 = 0x4000_0000;
const SOCK_STREAM: u32 = 1;
const SOCK_DGRAM: u32 = 2;
const SOCK_SEQPACKET: u32 = 5;

impl System {
    fn socket_kind(&mut self, domain: u64, kind: u64) -> Result<(bool, u32), Errno> {
        if domain as u32 != AF_UNIX {
            return Err(Errno::EAFNOSUPPORT);
        }
        let flags = kind as u32 & (O_CLOEXEC | O_NONBLOCK);
        match kind as u32 & !flags {
            SOCK_STREAM => Ok((false, flags)),
            SOCK_DGRAM | SOCK_SEQPACKET => Ok((true, flags)),
            _ => Err(Errno::ESOCKTNOSUPPORT),
        }
    }

    pub(crate) fn sys_socket(&mut self, a: Args) -> Ret {
        let (packets, flags) = self.socket_kind(a[0], a[1])?;
        let kind = Kind::Socket { rx: None, tx: None, packets };
        let name = b"socket:[1]".to_vec();
        let file = self.add_file(OpenFile::new(kind, O_RDWR | flags & O_NONBLOCK, name))?;
        Ok(self.install(file, flags & O_CLOEXEC != 0, 0)?)
    }

    pub(crate) fn sys_socketpair(&mut self, a: Args) -> Ret {
        let (packets, flags) = self.socket_kind(a[0], a[1])?;
        let mut make = || {
            let mut pipe = Pipe::new();
            (pipe.readers, pipe.writers) = (1, 1);
            pipe.capacity = 212_992;
            let id = self.pipes.add(pipe);
            self.pipes.hold(id);
            id
        };
        let (x, y) = (make(), make());
        let end = |rx, tx: PipeId| {
            let name = format!("socket:[{}]", 7000 + u64::from(tx.number())).into_bytes();
            let kind = Kind::Socket { rx: Some(rx), tx: Some(tx), packets };
            OpenFile::new(kind, O_RDWR | flags & O_NONBLOCK, name)
        };
        let fds = self.install_pair(end(x, y), end(y, x), flags & O_CLOEXEC != 0)?;
        self.put_pair(a[3], fds)
    }

    fn socket(&self, fd: u64) -> Result<FileId, Errno> {
        let file = self.usable(fd)?;
        match self.files[file].kind {
            Kind::Socket { .. } => Ok(file),
            _ => Err(Errno::ENOTSOCK),
        }
    }

    /// `bind`, `listen`, `accept`: nobody could ever connect.
    pub(crate) fn sys_socket_op(&mut self, a: Args) -> Ret {
        self.socket(a[0])?;
        self.unsupported("named sockets");
        Err(Errno::EOPNOTSUPP.into())
    }

    /// Nobody listens anywhere.
    pub(crate) fn sys_connect(&mut self, a: Args) -> Ret {
        let file = self.socket(a[0])?;
        if let Kind::Socket { rx: Some(_), .. } = self.files[file].kind {
            return Err(Errno::EISCONN.into());
        }
        let len = (a[2] as usize).min(110);
        let address = self.read_bytes(a[1], len)?;
        if address.len() < 3 || address[..2] != [1, 0] {
            return Err(Errno::EINVAL.into());
        }
        let path = &address[2..];
        if path[0] == 0 {
            return Err(Errno::ECONNREFUSED.into());
        }
        let end = path.iter().position(|b| *b == 0).unwrap_or(path.len());
        let path = path[..end].to_vec();
        let cwd = self.fss[self.task().fs].cwd;
        self.fs(|vfs, ctx| vfs.resolve(ctx, cwd, &path, true))?;
        Err(Errno::ECONNREFUSED.into())
    }

    pub(crate) fn sys_getsockname(&mut self, a: Args) -> Ret {
        self.socket(a[0])?;
        self.put_unnamed(a[1], a[2])
    }

    pub(crate) fn sys_getpeername(&mut self, a: Args) -> Ret {
        let file = self.socket(a[0])?;
        match self.files[file].kind {
            Kind::Socket { rx: None, .. } => Err(Errno::ENOTCONN.into()),
            _ => self.put_unnamed(a[1], a[2]),
        }
    }

    /// The address of an unnamed local socket: just its family.
    fn put_unnamed(&mut self, at: u64, len_at: u64) -> Ret {
        let room = self.get_u32(len_at)?.min(2) as usize;
        self.write_bytes(at, &[AF_UNIX as u8, 0][..room])?;
        self.put_u32(len_at, 2)?;
        Ok(0)
    }

    /// Reads from a socket; packets are framed by their length inside the pipe.
    pub(crate) fn read_socket(
        &mut self,
        rx: PipeId,
        len: usize,
        packets: bool,
        nonblocking: bool,
    ) -> Result<Vec<u8>, Stop> {
        let pipe = &mut self.pipes[rx];
        if pipe.len() == 0 {
            if pipe.writers == 0 || len == 0 {
                return Ok(Vec::new());
            }
            return block(nonblocking, Key::Pipe(rx.number()));
        }
        let mut bytes = if packets {
            let head = pipe.take(4);
            let size = head.iter().rev().fold(0, |v: usize, b| v << 8 | usize::from(*b));
            pipe.take(size)
        } else {
            pipe.take(len)
        };
        bytes.truncate(len);
        self.wake(Key::Pipe(rx.number()));
        Ok(bytes)
    }

    /// Writes to a socket.
    pub(crate) fn write_socket(
        &mut self,
        tx: PipeId,
        data: &[u8],
        packets: bool,
        nonblocking: bool,
    ) -> Ret {
        let pipe = &mut self.pipes[tx];
        if pipe.readers == 0 {
            return self.broken_pipe();
        }
        if packets {
            if data.len() + 4 > pipe.capacity {
                return Err(Errno::EMSGSIZE.into());
            }
            if pipe.byte_room() < data.len() + 4 {
                return block(nonblocking, Key::Pipe(tx.number()));
            }
            let head = (data.len() as u32).to_le_bytes();
            pipe.put_all(&head);
            pipe.put_all(data);
            self.wake(Key::Pipe(tx.number()));
            return Ok(data.len() as u64);
        }
        let n = data.len().min(pipe.byte_room());
        if n == 0 && !data.is_empty() {
            return block(nonblocking, Key::Pipe(tx.number()));
        }
        pipe.put_all(&data[..n]);
        self.wake(Key::Pipe(tx.number()));
        Ok(n as u64)
    }

    pub(crate) fn sys_sendto(&mut self, a: Args) -> Ret {
        let file = self.socket(a[0])?;
        self.check_message_flags(file, a[3])?;
        let sent = self.sys_write(a);
        self.without_waiting(a[3], sent)
    }

    pub(crate) fn sys_recvfrom(&mut self, a: Args) -> Ret {
        let file = self.socket(a[0])?;
        self.check_message_flags(file, a[3])?;
        let received = self.sys_read(a);
        let n = self.without_waiting(a[3], received)?;
        if a[5] != 0 {
            self.put_u32(a[5], 0)?;
        }
        Ok(n)
    }

    pub(crate) fn sys_sendmsg(&mut self, a: Args) -> Ret {
        let file = self.socket(a[0])?;
        let (iov, count) =
            (self.get_u64(a[1].wrapping_add(16))?, self.get_u64(a[1].wrapping_add(24))?);
        if self.get_u64(a[1].wrapping_add(40))? != 0 {
            self.unsupported("sendmsg control messages");
            return Err(Errno::EINVAL.into());
        }
        self.check_message_flags(file, a[2])?;
        let sent = self.sys_writev([a[0], iov, count, 0, 0, 0]);
        self.without_waiting(a[2], sent)
    }

    pub(crate) fn sys_recvmsg(&mut self, a: Args) -> Ret {
        let file = self.socket(a[0])?;
        let (iov, count) =
            (self.get_u64(a[1].wrapping_add(16))?, self.get_u64(a[1].wrapping_add(24))?);
        self.check_message_flags(file, a[2])?;
        let received = self.sys_readv([a[0], iov, count, 0, 0, 0]);
        let n = self.without_waiting(a[2], received)?;
        self.put_u32(a[1].wrapping_add(8), 0)?;
        self.put_u64(a[1].wrapping_add(40), 0)?;
        self.put_u32(a[1].wrapping_add(48), 0)?;
        Ok(n)
    }

    /// Refuses the flags that would change what is transferred, and answers `MSG_NOSIGNAL` before
    /// the signal.
    fn check_message_flags(&mut self, file: FileId, flags: u64) -> Result<(), Errno> {
        let known = MSG_DONTWAIT | MSG_NOSIGNAL | MSG_CMSG_CLOEXEC;
        if flags & !known != 0 {
            self.unsupported(format!("send or receive flags {:#x}", flags & !known));
            return Err(Errno::EOPNOTSUPP);
        }
        let Kind::Socket { tx: Some(tx), .. } = self.files[file].kind else { return Ok(()) };
        if flags & MSG_NOSIGNAL != 0 && self.pipes[tx].readers == 0 {
            return Err(Errno::EPIPE);
        }
        Ok(())
    }

    /// What a call with `MSG_DONTWAIT` answers where it would have waited.
    fn without_waiting(&mut self, flags: u64, result: Ret) -> Ret {
        match result {
            Err(Stop::Wait(_)) if flags & MSG_DONTWAIT != 0 => match self.call().done {
                0 => Err(Errno::EAGAIN.into()),
                done => Ok(done),
            },
            other => other,
        }
    }

    pub(crate) fn sys_setsockopt(&mut self, a: Args) -> Ret {
        self.socket(a[0])?;
        self.unsupported(format!("setsockopt {} {}", a[1], a[2]));
        Err(Errno::ENOPROTOOPT.into())
    }

    pub(crate) fn sys_getsockopt(&mut self, a: Args) -> Ret {
        const SO_TYPE: u64 = 3;
        const SO_ERROR: u64 = 4;
        let file = self.socket(a[0])?;
        let Kind::Socket { packets, .. } = self.files[file].kind else {
            return Err(Errno::ENOTSOCK.into());
        };
        let value = match (a[1], a[2]) {
            (1, SO_TYPE) => {
                if packets {
                    SOCK_DGRAM
                } else {
                    SOCK_STREAM
                }
            }
            (1, SO_ERROR) => 0,
            _ => {
                self.unsupported(format!("getsockopt {} {}", a[1], a[2]));
                return Err(Errno::ENOPROTOOPT.into());
            }
        };
        self.put_u32(a[3], value)?;
        self.put_u32(a[4], 4)?;
        Ok(0)
    }

    pub(crate) fn sys_shutdown(&mut self, a: Args) -> Ret {
        let file = self.socket(a[0])?;
        if a[1] > 2 {
            return Err(Errno::EINVAL.into());
        }
        let (reads, writes) = (a[1] != 1, a[1] != 0);
        let Kind::Socket { rx, tx, .. } = &mut self.files[file].kind else {
            return Err(Errno::ENOTSOCK.into());
        };
        if rx.is_none() && tx.is_none() {
            return Err(Errno::ENOTCONN.into());
        }
        let rx = if reads { rx.take() } else { None };
        let tx = if writes { tx.take() } else { None };
        if let Some(rx) = rx {
            self.close_pipe(rx, true, false);
        }
        if let Some(tx) = tx {
            self.close_pipe(tx, false, true);
        }
        Ok(0)
    }
}
