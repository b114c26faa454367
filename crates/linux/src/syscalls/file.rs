//! Opening, reading, writing and seeking.

use crate::errno::Errno;
use crate::fd::{
    FileId, Kind, O_ACCMODE, O_APPEND, O_CLOEXEC, O_CREAT, O_DIRECTORY, O_EXCL, O_LARGEFILE,
    O_NOCTTY, O_NOFOLLOW, O_NONBLOCK, O_PATH, O_RDWR, O_TMPFILE, O_TRUNC, O_WRONLY, OpenFile,
};
use crate::host::{Input, Stream};
use crate::pipe::{Pipe, PipeId};
use crate::process::{Key, RLIMIT_FSIZE, Wait};
use crate::signal::{SIGPIPE, SIGXFSZ, SigInfo};
use crate::system::{Ret, Stop, System};
use crate::table::Args;
use crate::vfs::content::Content;
use crate::vfs::inode::{Body, Device, InodeId};
use crate::vfs::proc::ProcNode;
use crate::vfs::walk::{MAY_EXEC, MAY_READ, MAY_WRITE};
use std::sync::Arc;

/// Most bytes one call transfers.
const MAX_RW: u64 = 0x7fff_f000;
/// Bytes handled at a time between guest and file.
const PIECE: u64 = 256 * 1024;

impl System {
    /// The directory that a relative path starts from; checked only if the path is relative.
    pub(crate) fn dir_at(&mut self, dir: u64, path: &[u8]) -> Result<InodeId, Errno> {
        const AT_FDCWD: i32 = -100;
        let cwd = self.fss[self.task().fs].cwd;
        if path.first() == Some(&b'/') || dir as u32 as i32 == AT_FDCWD {
            return Ok(cwd);
        }
        let file = self.file_id(dir)?;
        match self.files[file].kind {
            Kind::Inode(id) if self.vfs.inode(id).is_dir() => Ok(id),
            _ => Err(Errno::ENOTDIR),
        }
    }

    pub(crate) fn sys_openat(&mut self, a: Args) -> Ret {
        let path = self.path(a[1])?;
        let start = self.dir_at(a[0], &path)?;
        let mut flags = a[2] as u32 & !O_LARGEFILE;
        // Pipes and host streams have no inode to open again: a second descriptor will do.
        if let Some(fd) = self.own_fd_path(&path) {
            let file = self.file_id(fd)?;
            self.files.hold(file);
            return Ok(self.install(file, flags & O_CLOEXEC != 0, 0)?);
        }
        if flags & O_PATH != 0 {
            flags &= O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;
        }
        let mode = a[3] as u32 & 0o7777 & !self.fss[self.task().fs].umask;
        let id = match self.call().done {
            // A FIFO's open was waiting: the inode is known.
            0 => self.open_inode(start, &path, flags, mode)?,
            n => InodeId(n as u32 - 1),
        };
        if flags & O_ACCMODE != 0 && flags & O_PATH == 0 && self.is_running(id) {
            return Err(Errno::ETXTBSY.into());
        }
        let file = self.open_file(id, flags)?;
        self.install(file, flags & O_CLOEXEC != 0, 0).map_err(Stop::Err)
    }

    fn open_inode(
        &mut self,
        start: InodeId,
        path: &[u8],
        flags: u32,
        mode: u32,
    ) -> Result<InodeId, Errno> {
        if flags & O_TMPFILE != 0 {
            return self.open_unnamed(start, path, flags, mode);
        }
        let follow = flags & O_NOFOLLOW == 0 && flags & (O_CREAT | O_EXCL) != O_CREAT | O_EXCL;
        self.fs(|vfs, ctx| {
            let found = vfs.walk(ctx, start, path, follow)?;
            if flags & O_CREAT != 0 {
                match found.id {
                    Some(_) if flags & O_EXCL != 0 => return Err(Errno::EEXIST),
                    Some(id) if vfs.inode(id).is_dir() || found.slash => return Err(Errno::EISDIR),
                    Some(_) => {}
                    None => return vfs.create_file(ctx, &found, mode),
                }
            }
            let id = found.existing()?;
            let inode = vfs.inode(id);
            if inode.is_symlink() && flags & O_PATH == 0 {
                return Err(Errno::ELOOP);
            }
            if flags & O_DIRECTORY != 0 && !inode.is_dir() {
                return Err(Errno::ENOTDIR);
            }
            if flags & O_PATH != 0 {
                return Ok(id);
            }
            let write = flags & O_ACCMODE != 0 || flags & O_TRUNC != 0;
            if inode.is_dir() && write {
                return Err(Errno::EISDIR);
            }
            let mut want = if flags & O_ACCMODE == O_WRONLY { 0 } else { MAY_READ };
            if write {
                want |= MAY_WRITE;
            }
            vfs.check(ctx, id, want)?;
            if write && vfs.read_only(id) {
                return Err(Errno::EROFS);
            }
            Ok(id)
        })
    }

    /// A program that runs cannot be written.
    fn is_running(&self, id: InodeId) -> bool {
        self.procs.values().any(|p| p.exe == Some(id))
    }

    fn open_unnamed(
        &mut self,
        start: InodeId,
        path: &[u8],
        flags: u32,
        mode: u32,
    ) -> Result<InodeId, Errno> {
        if flags & O_ACCMODE == 0 || flags & O_DIRECTORY == 0 {
            return Err(Errno::EINVAL);
        }
        self.fs(|vfs, ctx| {
            let dir = vfs.resolve(ctx, start, path, true)?;
            if !vfs.inode(dir).is_dir() {
                return Err(Errno::ENOTDIR);
            }
            if !matches!(vfs.inode(dir).body, Body::Dir(_)) {
                return Err(Errno::EOPNOTSUPP);
            }
            vfs.check(ctx, dir, MAY_WRITE | MAY_EXEC)?;
            let dev = vfs.inode(dir).dev;
            let body = Body::File(Content::empty(vfs.budget.clone()));
            let id = vfs.add(dev, 0o100_000 | mode, body, ctx.now);
            let inode = vfs.inode_mut(id);
            (inode.uid, inode.gid, inode.nlink) = (ctx.uid, ctx.gid, 0);
            Ok(id)
        })
    }

    /// An open file on an inode.
    pub(crate) fn open_file(&mut self, id: InodeId, flags: u32) -> Result<FileId, Stop> {
        let path = self.name_of(id);
        let status = flags & !(O_CREAT | O_EXCL | O_NOCTTY | O_TRUNC | O_CLOEXEC);
        let mut kind = Kind::Inode(id);
        let mut rendered = None;
        if flags & O_PATH == 0 {
            match &self.vfs.inode(id).body {
                Body::File(_) | Body::Host(_) if self.vfs.inode(id).is_file() => {
                    let content = self.vfs.content(id)?;
                    if flags & O_TRUNC != 0 {
                        content.truncate(0)?;
                        let (uid, now) = (self.process().creds.euid(), self.wall());
                        self.vfs.written(id, uid, now);
                    }
                }
                Body::Fifo(_) => kind = self.open_fifo(id, flags)?,
                Body::Char(Some(Device::Tty)) => kind = self.open_terminal()?,
                Body::Char(None) | Body::Block => return Err(Errno::ENXIO.into()),
                Body::Socket => return Err(Errno::ENXIO.into()),
                Body::Proc(node) => {
                    let node = node.clone();
                    rendered = self.render(&node)?;
                }
                _ => {}
            }
        }
        if !matches!(kind, Kind::Host(_)) {
            self.vfs.pin(id);
        }
        let mut file = OpenFile::new(kind, status, path);
        file.rendered = rendered;
        Ok(self.add_file(file)?)
    }

    fn render(&mut self, node: &ProcNode) -> Result<Option<Vec<u8>>, Errno> {
        match node {
            ProcNode::File(_) | ProcNode::PidFile(..) => self.render_proc(node).map(Some),
            _ => Ok(None),
        }
    }

    /// A path for `/proc/self/fd`, found through the directory for directories.
    fn name_of(&mut self, id: InodeId) -> Vec<u8> {
        let root = self.fss[self.task().fs].root;
        if self.vfs.inode(id).is_dir() {
            return self.vfs.path_of(id, root).unwrap_or_default();
        }
        let Some(call) = self.task().call.as_ref() else { return Vec::new() };
        let (number, args) = (call.number, call.args);
        if number != 56 {
            return Vec::new();
        }
        let Ok(path) = self.path(args[1]) else { return Vec::new() };
        let Ok(start) = self.dir_at(args[0], &path) else { return Vec::new() };
        let found = self.fs(|vfs, ctx| vfs.walk(ctx, start, &path, true));
        let Ok(found) = found else { return path };
        let mut full = self.vfs.path_of(found.parent, root).unwrap_or_default();
        if !full.ends_with(b"/") {
            full.push(b'/');
        }
        full.extend_from_slice(&found.name);
        full
    }

    fn open_terminal(&mut self) -> Result<Kind, Errno> {
        let any = [Stream::In, Stream::Out, Stream::Err].into_iter();
        if any.into_iter().any(|s| self.host.is_terminal(s)) {
            Ok(Kind::Host(None))
        } else {
            Err(Errno::ENXIO)
        }
    }

    fn open_fifo(&mut self, id: InodeId, flags: u32) -> Result<Kind, Stop> {
        let pipe = self.fifo_pipe(id);
        let (reads, writes) = (flags & O_ACCMODE != O_WRONLY, flags & O_ACCMODE != 0);
        let nonblocking = flags & O_NONBLOCK != 0;
        let first_try = self.call().done == 0;
        let p = &mut self.pipes[pipe];
        if !reads && nonblocking && p.readers == 0 {
            self.drop_fifo(id, pipe);
            return Err(Errno::ENXIO.into());
        }
        if first_try {
            p.readers += u32::from(reads);
            p.writers += u32::from(writes);
            p.reader_opens += u64::from(reads);
            p.writer_opens += u64::from(writes);
            self.wake(Key::Pipe(pipe.number()));
        } else {
            // The waiting open already holds the pipe.
            self.pipes.release(pipe);
        }
        let p = &self.pipes[pipe];
        let alone = reads && !writes && p.writers == 0 || writes && !reads && p.readers == 0;
        if alone && !nonblocking {
            self.call().done = u64::from(id.0) + 1;
            return Err(Stop::Wait(Wait::on(Key::Pipe(pipe.number()))));
        }
        Ok(Kind::Pipe { id: pipe, inode: Some(id) })
    }

    /// The pipe behind a FIFO, held once more.
    fn fifo_pipe(&mut self, id: InodeId) -> PipeId {
        if let Body::Fifo(Some(pipe)) = self.vfs.inode(id).body {
            return self.pipes.hold(pipe);
        }
        let pipe = self.pipes.add(Pipe::new());
        if let Body::Fifo(slot) = &mut self.vfs.inode_mut(id).body {
            *slot = Some(pipe);
        }
        pipe
    }

    fn drop_fifo(&mut self, id: InodeId, pipe: PipeId) {
        if self.pipes.release(pipe).is_some()
            && let Body::Fifo(slot) = &mut self.vfs.inode_mut(id).body
        {
            *slot = None;
        }
    }

    // --- reading ------------------------------------------------------------------------------

    pub(crate) fn sys_read(&mut self, a: Args) -> Ret {
        let file = self.usable(a[0])?;
        self.read_into(file, a[1], a[2], None)
    }

    pub(crate) fn sys_pread64(&mut self, a: Args) -> Ret {
        let file = self.seekable(a[0])?;
        if (a[3] as i64) < 0 {
            return Err(Errno::EINVAL.into());
        }
        self.read_into(file, a[1], a[2], Some(a[3]))
    }

    /// The open file behind a descriptor that has offsets.
    fn seekable(&self, fd: u64) -> Result<FileId, Errno> {
        let file = self.usable(fd)?;
        match self.files[file].kind {
            Kind::Inode(_) => Ok(file),
            _ => Err(Errno::ESPIPE),
        }
    }

    fn read_into(&mut self, file: FileId, addr: u64, len: u64, at: Option<u64>) -> Ret {
        if !self.files[file].readable() {
            return Err(Errno::EBADF.into());
        }
        let len = len.min(MAX_RW);
        let mut done = 0;
        loop {
            let want = (len - done).min(PIECE);
            let bytes = match self.read_file(file, want as usize, at.map(|o| o.wrapping_add(done)))
            {
                Ok(bytes) => bytes,
                Err(_) if done > 0 => break,
                Err(stop) => return Err(stop),
            };
            if let Err(e) = self.write_bytes(addr.wrapping_add(done), &bytes) {
                return if done > 0 { Ok(done) } else { Err(e.into()) };
            }
            done += bytes.len() as u64;
            if at.is_none() {
                self.advance(file, bytes.len() as u64);
            }
            if (bytes.len() as u64) < want || done == len || !self.is_bulk(file) {
                break;
            }
        }
        Ok(done)
    }

    /// Does a read go on until it has everything?
    fn is_bulk(&self, file: FileId) -> bool {
        matches!(self.files[file].kind, Kind::Inode(_))
    }

    fn advance(&mut self, file: FileId, n: u64) {
        if let Kind::Inode(_) = self.files[file].kind {
            self.files[file].offset += n;
        }
    }

    /// Reads from whatever the file is; does not move the offset.
    pub(crate) fn read_file(
        &mut self,
        file: FileId,
        len: usize,
        at: Option<u64>,
    ) -> Result<Vec<u8>, Stop> {
        let nonblocking = self.files[file].nonblocking();
        let offset = at.unwrap_or(self.files[file].offset);
        match &mut self.files[file].kind {
            Kind::Inode(id) => {
                let id = *id;
                Ok(self.read_inode(file, id, len, offset)?)
            }
            Kind::Pipe { id, .. } => {
                let id = *id;
                self.read_pipe(id, len, nonblocking)
            }
            Kind::Socket { rx: Some(rx), packets, .. } => {
                let (rx, packets) = (*rx, *packets);
                self.read_socket(rx, len, packets, nonblocking)
            }
            Kind::Socket { .. } => Err(Errno::ENOTCONN.into()),
            Kind::Host(_) => self.read_host(len, nonblocking),
            Kind::Event { count, semaphore } => {
                if len < 8 {
                    return Err(Errno::EINVAL.into());
                }
                if *count == 0 {
                    return block(nonblocking, Key::Event(file.number()));
                }
                let taken = if *semaphore { 1 } else { *count };
                *count -= taken;
                self.wake(Key::Event(file.number()));
                Ok(taken.to_le_bytes().to_vec())
            }
            Kind::Epoll(_) => Err(Errno::EINVAL.into()),
        }
    }

    fn read_inode(
        &mut self,
        file: FileId,
        id: InodeId,
        len: usize,
        offset: u64,
    ) -> Result<Vec<u8>, Errno> {
        if let Some(text) = &self.files[file].rendered {
            let start = usize::try_from(offset).unwrap_or(usize::MAX).min(text.len());
            return Ok(text[start..(start.saturating_add(len)).min(text.len())].to_vec());
        }
        match &self.vfs.inode(id).body {
            Body::Char(Some(Device::Null)) => Ok(Vec::new()),
            Body::Char(Some(Device::Zero | Device::Full)) => Ok(vec![0; len]),
            Body::Char(Some(Device::Random)) => {
                let mut out = vec![0; len];
                self.random.fill(&mut out);
                Ok(out)
            }
            _ => {
                let content = self.vfs.content(id)?;
                let left = content.size().saturating_sub(offset).min(len as u64);
                let mut out = vec![0; left as usize];
                let n = content.read_at(offset, &mut out)?;
                out.truncate(n);
                let now = self.wall();
                if self.files[file].flags & crate::fd::O_NOATIME == 0 {
                    self.vfs.accessed(id, now);
                }
                Ok(out)
            }
        }
    }

    fn read_pipe(&mut self, id: PipeId, len: usize, nonblocking: bool) -> Result<Vec<u8>, Stop> {
        let pipe = &mut self.pipes[id];
        if len == 0 {
            return Ok(Vec::new());
        }
        if pipe.len() == 0 {
            if pipe.writers == 0 {
                return Ok(Vec::new());
            }
            return block(nonblocking, Key::Pipe(id.number()));
        }
        let bytes = pipe.take(len);
        self.wake(Key::Pipe(id.number()));
        Ok(bytes)
    }

    fn read_host(&mut self, len: usize, nonblocking: bool) -> Result<Vec<u8>, Stop> {
        if self.background_terminal() {
            let group = self.process().pgid;
            return self.stop_group(group, crate::signal::SIGTTIN);
        }
        let mut out = vec![0; len.min(PIECE as usize)];
        match self.host.read(&mut out) {
            Input::Bytes(n) => {
                out.truncate(n);
                Ok(out)
            }
            Input::End => Ok(Vec::new()),
            Input::NotYet => block(nonblocking, Key::Input),
        }
    }

    pub(crate) fn sys_readv(&mut self, a: Args) -> Ret {
        let file = self.usable(a[0])?;
        self.read_vector(file, a[1], a[2], None)
    }

    pub(crate) fn sys_preadv(&mut self, a: Args) -> Ret {
        let file = self.seekable(a[0])?;
        self.read_vector(file, a[1], a[2], Some(a[3]))
    }

    pub(crate) fn sys_preadv2(&mut self, a: Args) -> Ret {
        self.vector_flags("preadv2", a[5])?;
        if a[3] == u64::MAX { self.sys_readv(a) } else { self.sys_preadv(a) }
    }

    fn vector_flags(&mut self, name: &str, flags: u64) -> Result<(), Errno> {
        // RWF_HIPRI, RWF_DSYNC, RWF_SYNC change nothing here.
        if flags & !7 == 0 {
            return Ok(());
        }
        self.unsupported(format!("{name} flags {flags:#x}"));
        Err(Errno::EOPNOTSUPP)
    }

    fn read_vector(&mut self, file: FileId, iov: u64, count: u64, at: Option<u64>) -> Ret {
        let mut done = 0;
        for (base, len) in self.iovec(iov, count)? {
            if len == 0 {
                continue;
            }
            match self.read_into(file, base, len, at.map(|o| o.wrapping_add(done))) {
                Ok(n) => {
                    done += n;
                    if n < len {
                        break;
                    }
                }
                Err(_) if done > 0 => break,
                Err(stop) => return Err(stop),
            }
            // What waits in a pipe next may not be there yet: one piece is enough.
            if !self.is_bulk(file) && !self.ready_to_read(file) {
                break;
            }
        }
        Ok(done)
    }

    /// Reads an array of `struct iovec`.
    pub(crate) fn iovec(&mut self, addr: u64, count: u64) -> Result<Vec<(u64, u64)>, Errno> {
        if count > 1024 {
            return Err(Errno::EINVAL);
        }
        let bytes = self.read_bytes(addr, count as usize * 16)?;
        let word = |b: &[u8]| b.iter().rev().fold(0, |v: u64, b| v << 8 | u64::from(*b));
        let all: Vec<(u64, u64)> =
            bytes.chunks_exact(16).map(|c| (word(&c[..8]), word(&c[8..]))).collect();
        let total = all.iter().try_fold(0u64, |t, v| t.checked_add(v.1));
        match total {
            Some(t) if i64::try_from(t).is_ok() => Ok(all),
            _ => Err(Errno::EINVAL),
        }
    }

    // --- writing ------------------------------------------------------------------------------

    pub(crate) fn sys_write(&mut self, a: Args) -> Ret {
        let file = self.usable(a[0])?;
        self.write_from(file, &[(a[1], a[2])], None)
    }

    pub(crate) fn sys_pwrite64(&mut self, a: Args) -> Ret {
        let file = self.seekable(a[0])?;
        if (a[3] as i64) < 0 {
            return Err(Errno::EINVAL.into());
        }
        self.write_from(file, &[(a[1], a[2])], Some(a[3]))
    }

    pub(crate) fn sys_writev(&mut self, a: Args) -> Ret {
        let file = self.usable(a[0])?;
        let iov = self.iovec(a[1], a[2])?;
        self.write_from(file, &iov, None)
    }

    pub(crate) fn sys_pwritev(&mut self, a: Args) -> Ret {
        let file = self.seekable(a[0])?;
        let iov = self.iovec(a[1], a[2])?;
        self.write_from(file, &iov, Some(a[3]))
    }

    pub(crate) fn sys_pwritev2(&mut self, a: Args) -> Ret {
        self.vector_flags("pwritev2", a[5])?;
        if a[3] == u64::MAX { self.sys_writev(a) } else { self.sys_pwritev(a) }
    }

    fn write_from(&mut self, file: FileId, iov: &[(u64, u64)], at: Option<u64>) -> Ret {
        if !self.files[file].writable() {
            return Err(Errno::EBADF.into());
        }
        let total = iov.iter().map(|v| v.1).sum::<u64>().min(MAX_RW);
        // Earlier tries of this call may have moved a part already.
        let mut done = self.call().done;
        loop {
            let data = self.gather(iov, done, (total - done).min(PIECE))?;
            let want = data.len() as u64;
            match self.write_file(file, &data, at.map(|o| o.wrapping_add(done))) {
                Ok(n) => {
                    done += n;
                    self.call().done = done;
                    if n < want && !self.must_write_all(file) || done >= total || want == 0 {
                        return Ok(done);
                    }
                }
                Err(Stop::Err(e)) if done > 0 && e != Errno::EPIPE => return Ok(done),
                Err(stop) => return Err(stop),
            }
        }
    }

    /// A blocking write to a pipe goes on until everything is in.
    fn must_write_all(&self, file: FileId) -> bool {
        let f = &self.files[file];
        matches!(f.kind, Kind::Pipe { .. } | Kind::Socket { .. }) && !f.nonblocking()
    }

    /// Up to `len` bytes of the vectors, from byte `skip` on.
    fn gather(&mut self, iov: &[(u64, u64)], skip: u64, len: u64) -> Result<Vec<u8>, Errno> {
        let mut out = Vec::new();
        let (mut skip, mut left) = (skip, len);
        for (base, n) in iov {
            if skip >= *n {
                skip -= n;
                continue;
            }
            let take = (n - skip).min(left);
            let start = out.len();
            self.check_range(base.wrapping_add(skip), take)?;
            out.resize(start + take as usize, 0);
            let at = base.wrapping_add(skip);
            self.mem().read(at, &mut out[start..])?;
            (skip, left) = (0, left - take);
            if left == 0 {
                break;
            }
        }
        Ok(out)
    }

    /// Writes to whatever the file is.
    pub(crate) fn write_file(&mut self, file: FileId, data: &[u8], at: Option<u64>) -> Ret {
        let nonblocking = self.files[file].nonblocking();
        match &mut self.files[file].kind {
            Kind::Inode(id) => {
                let id = *id;
                self.write_inode(file, id, data, at)
            }
            Kind::Pipe { id, .. } => {
                let id = *id;
                self.write_pipe(id, data, nonblocking)
            }
            Kind::Socket { tx: Some(tx), packets, .. } => {
                let (tx, packets) = (*tx, *packets);
                self.write_socket(tx, data, packets, nonblocking)
            }
            Kind::Socket { .. } => Err(Errno::ENOTCONN.into()),
            Kind::Host(stream) => {
                let stream = match stream {
                    Some(Stream::Err) => Stream::Err,
                    _ => Stream::Out,
                };
                match self.host.write(stream, data) {
                    Some(n) => Ok(n as u64),
                    None => self.broken_pipe(),
                }
            }
            Kind::Event { count, .. } => {
                let Ok(bytes) = <[u8; 8]>::try_from(data) else {
                    return Err(Errno::EINVAL.into());
                };
                let add = u64::from_le_bytes(bytes);
                if add == u64::MAX {
                    return Err(Errno::EINVAL.into());
                }
                if count.checked_add(add).is_none_or(|c| c == u64::MAX) {
                    return block(nonblocking, Key::Event(file.number()));
                }
                *count += add;
                self.wake(Key::Event(file.number()));
                Ok(8)
            }
            Kind::Epoll(_) => Err(Errno::EINVAL.into()),
        }
    }

    fn write_inode(&mut self, file: FileId, id: InodeId, data: &[u8], at: Option<u64>) -> Ret {
        match &self.vfs.inode(id).body {
            Body::Char(Some(Device::Full)) => return Err(Errno::ENOSPC.into()),
            Body::Char(_) => return Ok(data.len() as u64),
            Body::Proc(node) => {
                let node = node.clone();
                return Ok(self.write_proc(&node, data)?);
            }
            _ => {}
        }
        let content = self.vfs.content(id)?;
        let append = self.files[file].flags & O_APPEND != 0;
        let offset = match at {
            _ if append => content.size(),
            Some(at) => at,
            None => self.files[file].offset,
        };
        let data = self.within_file_limit(offset, data)?;
        let n = content.write_at(offset, data)? as u64;
        if at.is_none() {
            self.files[file].offset = offset.wrapping_add(n);
        }
        let (uid, now) = (self.process().creds.euid(), self.wall());
        self.vfs.written(id, uid, now);
        Ok(n)
    }

    /// `RLIMIT_FSIZE`: a write is cut at it, and beyond it signalled.
    fn within_file_limit<'a>(&mut self, offset: u64, data: &'a [u8]) -> Result<&'a [u8], Errno> {
        let limit = self.process().rlimits[RLIMIT_FSIZE].0;
        if offset.saturating_add(data.len() as u64) <= limit {
            return Ok(data);
        }
        if offset >= limit && !data.is_empty() {
            let tid = self.cur;
            self.signal_task(tid, SigInfo::kernel(SIGXFSZ));
            return Err(Errno::EFBIG);
        }
        Ok(&data[..(limit - offset) as usize])
    }

    fn write_pipe(&mut self, id: PipeId, data: &[u8], nonblocking: bool) -> Ret {
        let pipe = &mut self.pipes[id];
        if pipe.readers == 0 {
            return self.broken_pipe();
        }
        if data.is_empty() {
            return Ok(0);
        }
        let n = pipe.put(data) as u64;
        if n == 0 {
            return block(nonblocking, Key::Pipe(id.number()));
        }
        self.wake(Key::Pipe(id.number()));
        Ok(n)
    }

    pub(crate) fn broken_pipe(&mut self) -> Ret {
        let tid = self.cur;
        let (pid, uid) = (self.task().pid, self.process().creds.uid[0]);
        self.signal_task(tid, SigInfo::user(SIGPIPE, 0, pid, uid));
        Err(Errno::EPIPE.into())
    }

    // --- offsets and sizes --------------------------------------------------------------------

    pub(crate) fn sys_lseek(&mut self, a: Args) -> Ret {
        let file = self.seekable(a[0])?;
        let Kind::Inode(id) = self.files[file].kind else { return Err(Errno::ESPIPE.into()) };
        let (offset, now) = (a[1] as i64, self.files[file].offset as i64);
        let size = match &self.vfs.inode(id).body {
            Body::Char(Some(_)) => return Ok(0),
            Body::File(_) | Body::Host(_) if self.vfs.inode(id).is_file() => {
                self.vfs.content(id)?.size() as i64
            }
            _ => 0,
        };
        let to = match a[2] as u32 {
            0 => Some(offset),
            1 => now.checked_add(offset),
            2 => size.checked_add(offset),
            3 | 4 => {
                let content = self.vfs.content(id)?;
                let at = u64::try_from(offset).map_err(|_| Errno::ENXIO)?;
                let found = content.seek_data(at, a[2] == 3).ok_or(Errno::ENXIO)?;
                Some(found as i64)
            }
            _ => None,
        };
        let to = to.filter(|t| *t >= 0).ok_or(Errno::EINVAL)?;
        let f = &mut self.files[file];
        f.offset = to as u64;
        if to == 0 {
            f.listing = None;
        }
        Ok(to as u64)
    }

    fn file_content(&mut self, fd: u64) -> Result<(InodeId, Arc<Content>), Errno> {
        let file = self.usable(fd)?;
        let Kind::Inode(id) = self.files[file].kind else { return Err(Errno::EINVAL) };
        if !self.files[file].writable() {
            return Err(Errno::EINVAL);
        }
        Ok((id, self.vfs.content(id).map_err(|_| Errno::EINVAL)?))
    }

    pub(crate) fn sys_ftruncate(&mut self, a: Args) -> Ret {
        if (a[1] as i64) < 0 {
            return Err(Errno::EINVAL.into());
        }
        let (id, content) = self.file_content(a[0])?;
        self.resize(id, &content, a[1])
    }

    fn resize(&mut self, id: InodeId, content: &Content, size: u64) -> Ret {
        if size > self.process().rlimits[RLIMIT_FSIZE].0 {
            let tid = self.cur;
            self.signal_task(tid, SigInfo::kernel(SIGXFSZ));
            return Err(Errno::EFBIG.into());
        }
        content.truncate(size)?;
        let (uid, now) = (self.process().creds.euid(), self.wall());
        self.vfs.written(id, uid, now);
        Ok(0)
    }

    pub(crate) fn sys_truncate(&mut self, a: Args) -> Ret {
        let path = self.path(a[0])?;
        if (a[1] as i64) < 0 {
            return Err(Errno::EINVAL.into());
        }
        let cwd = self.fss[self.task().fs].cwd;
        let (id, content) = self.fs(|vfs, ctx| {
            let id = vfs.resolve(ctx, cwd, &path, true)?;
            if vfs.inode(id).is_dir() {
                return Err(Errno::EISDIR);
            }
            vfs.check(ctx, id, MAY_WRITE)?;
            Ok((id, vfs.content(id)?))
        })?;
        self.resize(id, &content, a[1])
    }

    pub(crate) fn sys_fallocate(&mut self, a: Args) -> Ret {
        const KEEP_SIZE: u64 = 1;
        const PUNCH_HOLE: u64 = 2;
        const ZERO_RANGE: u64 = 16;
        let (offset, len) = (a[2], a[3]);
        if (offset as i64) < 0 || (len as i64) <= 0 {
            return Err(Errno::EINVAL.into());
        }
        let file = self.usable(a[0])?;
        match self.files[file].kind {
            Kind::Inode(_) if self.files[file].writable() => {}
            Kind::Inode(_) => return Err(Errno::EBADF.into()),
            _ => return Err(Errno::ESPIPE.into()),
        }
        let (id, content) = self.file_content(a[0]).map_err(|_| Errno::ENODEV)?;
        let end = offset.checked_add(len).filter(|e| *e <= i64::MAX as u64).ok_or(Errno::EFBIG)?;
        if a[1] & !(KEEP_SIZE | PUNCH_HOLE | ZERO_RANGE) != 0 {
            self.unsupported(format!("fallocate mode {:#x}", a[1]));
            return Err(Errno::EOPNOTSUPP.into());
        }
        if a[1] & (PUNCH_HOLE | ZERO_RANGE) != 0 {
            content.punch(offset, len)?;
        }
        if a[1] & (KEEP_SIZE | PUNCH_HOLE) == 0 && end > content.size() {
            return self.resize(id, &content, end);
        }
        Ok(0)
    }

    // --- copying between files ----------------------------------------------------------------

    pub(crate) fn sys_sendfile(&mut self, a: Args) -> Ret {
        let (out, input) = (self.usable(a[0])?, self.usable(a[1])?);
        if !self.files[input].readable() || !self.files[out].writable() {
            return Err(Errno::EBADF.into());
        }
        match self.files[input].kind {
            Kind::Inode(id) if self.vfs.inode(id).is_file() => {}
            _ => return Err(Errno::EINVAL.into()),
        }
        if self.files[out].flags & O_APPEND != 0 {
            return Err(Errno::EINVAL.into());
        }
        let at = if a[2] == 0 { None } else { Some(self.get_u64(a[2])?) };
        let n = self.copy(input, at, out, None, a[3])?;
        if let Some(at) = at {
            self.put_u64(a[2], at.wrapping_add(n))?;
        }
        Ok(n)
    }

    pub(crate) fn sys_copy_file_range(&mut self, a: Args) -> Ret {
        let (input, out) = (self.usable(a[0])?, self.usable(a[2])?);
        if a[5] != 0 {
            return Err(Errno::EINVAL.into());
        }
        for file in [input, out] {
            match self.files[file].kind {
                Kind::Inode(id) if self.vfs.inode(id).is_file() => {}
                Kind::Inode(id) if self.vfs.inode(id).is_dir() => return Err(Errno::EISDIR.into()),
                _ => return Err(Errno::EINVAL.into()),
            }
        }
        if !self.files[input].readable()
            || !self.files[out].writable()
            || self.files[out].flags & O_APPEND != 0
        {
            return Err(Errno::EBADF.into());
        }
        // `/proc` and the like have no length to copy by.
        if self.files[input].rendered.is_some() {
            return Ok(0);
        }
        let from = if a[1] == 0 { None } else { Some(self.get_u64(a[1])?) };
        let to = if a[3] == 0 { None } else { Some(self.get_u64(a[3])?) };
        self.check_overlap(input, from, out, to, a[4])?;
        let n = self.copy(input, from, out, to, a[4])?;
        if let Some(from) = from {
            self.put_u64(a[1], from.wrapping_add(n))?;
        }
        if let Some(to) = to {
            self.put_u64(a[3], to.wrapping_add(n))?;
        }
        Ok(n)
    }

    /// Ranges of one file must not overlap.
    fn check_overlap(
        &self,
        input: FileId,
        from: Option<u64>,
        out: FileId,
        to: Option<u64>,
        len: u64,
    ) -> Result<(), Errno> {
        let (Kind::Inode(a), Kind::Inode(b)) = (&self.files[input].kind, &self.files[out].kind)
        else {
            return Ok(());
        };
        let from = from.unwrap_or(self.files[input].offset);
        let to = to.unwrap_or(self.files[out].offset);
        let overlap = from < to.saturating_add(len) && to < from.saturating_add(len);
        if a == b && overlap { Err(Errno::EINVAL) } else { Ok(()) }
    }

    /// Copies up to `len` bytes from one file to another.
    fn copy(
        &mut self,
        input: FileId,
        from: Option<u64>,
        out: FileId,
        to: Option<u64>,
        len: u64,
    ) -> Ret {
        let len = len.min(MAX_RW);
        let mut done = 0;
        while done < len {
            let want = (len - done).min(PIECE);
            let bytes =
                match self.read_file(input, want as usize, from.map(|o| o.wrapping_add(done))) {
                    Ok(bytes) => bytes,
                    Err(_) if done > 0 => break,
                    Err(stop) => return Err(stop),
                };
            if bytes.is_empty() {
                break;
            }
            let n = match self.write_file(out, &bytes, to.map(|o| o.wrapping_add(done))) {
                Ok(n) => n,
                Err(_) if done > 0 => break,
                Err(stop) => return Err(stop),
            };
            if from.is_none() {
                self.advance(input, n);
            }
            done += n;
            if n < bytes.len() as u64 {
                break;
            }
        }
        Ok(done)
    }

    pub(crate) fn sys_splice(&mut self, a: Args) -> Ret {
        let (input, out) = (self.usable(a[0])?, self.usable(a[2])?);
        let is_pipe = |f: FileId| matches!(self.files[f].kind, Kind::Pipe { .. });
        let (pipe_in, pipe_out) = (is_pipe(input), is_pipe(out));
        if !self.files[input].readable() || !self.files[out].writable() {
            return Err(Errno::EBADF.into());
        }
        if !pipe_in && !pipe_out {
            return Err(Errno::EINVAL.into());
        }
        if pipe_in && a[1] != 0 || pipe_out && a[3] != 0 {
            return Err(Errno::ESPIPE.into());
        }
        // No more is taken from the input than fits the output, so that nothing is lost.
        let mut len = a[4].min(PIECE);
        if let Kind::Pipe { id, .. } = self.files[out].kind {
            let room = self.pipes[id].room() as u64;
            if room == 0 {
                let nonblocking = self.files[out].nonblocking() || a[5] & 2 != 0;
                return block(nonblocking, Key::Pipe(id.number()));
            }
            len = len.min(room);
        }
        let from = if a[1] == 0 { None } else { Some(self.get_u64(a[1])?) };
        let to = if a[3] == 0 { None } else { Some(self.get_u64(a[3])?) };
        let bytes = self.read_file(input, len as usize, from)?;
        if from.is_none() {
            self.advance(input, bytes.len() as u64);
        }
        let n = if bytes.is_empty() { 0 } else { self.write_file(out, &bytes, to)? };
        if let Some(from) = from {
            self.put_u64(a[1], from.wrapping_add(n))?;
        }
        if let Some(to) = to {
            self.put_u64(a[3], to.wrapping_add(n))?;
        }
        Ok(n)
    }

    pub(crate) fn sys_fsync(&mut self, a: Args) -> Ret {
        let file = self.usable(a[0])?;
        if let Kind::Pipe { .. } | Kind::Socket { .. } = self.files[file].kind {
            return Err(Errno::EINVAL.into());
        }
        if let Kind::Inode(id) = self.files[file].kind
            && self.vfs.inode(id).is_file()
            && let Ok(content) = self.vfs.content(id)
        {
            content.flush()?;
        }
        Ok(0)
    }

    pub(crate) fn sys_fadvise64(&mut self, a: Args) -> Ret {
        let file = self.usable(a[0])?;
        match self.files[file].kind {
            Kind::Pipe { .. } => Err(Errno::ESPIPE.into()),
            _ => Ok(0),
        }
    }

    pub(crate) fn sys_memfd_create(&mut self, a: Args) -> Ret {
        let name = self.c_string(a[0], 250, Errno::EINVAL)?;
        if a[1] & !3 != 0 {
            self.unsupported(format!("memfd_create flags {:#x}", a[1]));
            return Err(Errno::EINVAL.into());
        }
        let now = self.wall();
        let body = Body::File(Content::empty(Some(self.budget.clone())));
        let id = self.vfs.add(crate::vfs::DEV_ROOT, 0o100_777, body, now);
        self.vfs.inode_mut(id).nlink = 0;
        self.vfs.pin(id);
        let mut path = b"/memfd:".to_vec();
        path.extend_from_slice(&name);
        path.extend_from_slice(b" (deleted)");
        let file = self.add_file(OpenFile::new(Kind::Inode(id), O_RDWR, path))?;
        Ok(self.install(file, a[1] & 1 != 0, 0)?)
    }
}

/// `EAGAIN` for who does not want to wait, a wait for `key` for the others.
pub(crate) fn block<T>(nonblocking: bool, key: Key) -> Result<T, Stop> {
    if nonblocking { Err(Errno::EAGAIN.into()) } else { Err(Stop::Wait(Wait::on(key))) }
}
