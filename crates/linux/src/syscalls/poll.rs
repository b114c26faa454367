//! Waiting for many files: poll, select, epoll.

use crate::errno::Errno;
use crate::fd::{FileId, Kind, O_CLOEXEC, O_RDWR, OpenFile, Watch};
use crate::process::{Key, Restart, Wait};
use crate::system::{Ret, Stop, System};
use crate::table::Args;
use std::collections::BTreeMap;

pub(crate) const POLLIN: u32 = 1;
const POLLPRI: u32 = 2;
pub(crate) const POLLOUT: u32 = 4;
const POLLERR: u32 = 8;
const POLLHUP: u32 = 0x10;
const POLLNVAL: u32 = 0x20;
const POLLRDNORM: u32 = 0x40;
const POLLWRNORM: u32 = 0x100;
const POLLRDHUP: u32 = 0x2000;
const EPOLLET: u32 = 1 << 31;
const EPOLLONESHOT: u32 = 1 << 30;
const EPOLLEXCLUSIVE: u32 = 1 << 28;

impl System {
    /// What is possible with a file now, as `POLL*` bits.
    pub(crate) fn readiness(&mut self, file: FileId) -> u32 {
        let read = POLLIN | POLLRDNORM;
        let write = POLLOUT | POLLWRNORM;
        let f = &self.files[file];
        let (reads, writes) = (f.readable(), f.writable());
        match &f.kind {
            Kind::Inode(_) => read | write,
            Kind::Pipe { id, .. } => {
                let p = &self.pipes[*id];
                let mut bits = 0;
                if reads {
                    bits |= if p.len() > 0 { read } else { 0 };
                    bits |= if p.writers == 0 && p.writer_opens_seen() { POLLHUP } else { 0 };
                }
                if writes {
                    bits |= if p.room() >= crate::pipe::PIPE_BUF { write } else { 0 };
                    bits |= if p.readers == 0 { POLLERR } else { 0 };
                }
                bits
            }
            Kind::Socket { rx, tx, .. } => {
                let mut bits = 0;
                if let Some(p) = rx.map(|id| &self.pipes[id]) {
                    bits |= if p.len() > 0 || p.writers == 0 { read } else { 0 };
                    bits |= if p.writers == 0 { POLLRDHUP | POLLHUP } else { 0 };
                } else {
                    bits |= POLLHUP;
                }
                if let Some(p) = tx.map(|id| &self.pipes[id]) {
                    bits |= if p.byte_room() > 0 || p.readers == 0 { write } else { 0 };
                }
                bits
            }
            Kind::Host(_) => {
                let mut bits = if writes { write } else { 0 };
                if reads && self.host.readable() {
                    bits |= read;
                }
                bits
            }
            Kind::Event { count, .. } => {
                (if *count > 0 { read } else { 0 })
                    | (if *count < u64::MAX - 1 { write } else { 0 })
            }
            Kind::Epoll(watches) => {
                let entries: Vec<((u32, u32), Watch)> =
                    watches.iter().map(|(k, w)| (*k, *w)).collect();
                let ready = entries.into_iter().any(|(key, w)| self.watch_bits(key, &w) != 0);
                if ready { read } else { 0 }
            }
        }
    }

    /// Would a read return at once?
    pub(crate) fn ready_to_read(&mut self, file: FileId) -> bool {
        self.readiness(file) & (POLLIN | POLLHUP) != 0
    }

    /// What to wait for until the `wanted` readiness of a file changes. Input that nobody asked
    /// about must not wake anybody: it would stay there, and time would stand still.
    fn keys(&self, file: FileId, wanted: u32, out: &mut Vec<Key>) {
        match &self.files[file].kind {
            Kind::Pipe { id, .. } => out.push(Key::Pipe(id.number())),
            Kind::Socket { rx, tx, .. } => {
                out.extend(rx.iter().chain(tx).map(|id| Key::Pipe(id.number())));
            }
            Kind::Host(_) if wanted & (POLLIN | POLLRDNORM) != 0 => out.push(Key::Input),
            Kind::Event { .. } => out.push(Key::Event(file.number())),
            Kind::Epoll(watches) => {
                let seen = |w: &Watch| w.events & EPOLLET != 0 && w.reported & POLLIN != 0;
                for ((fd, number), watch) in watches.iter().filter(|(_, w)| !w.disabled && !seen(w))
                {
                    if let Ok(entry) = self.tables[self.task().fds].get(*fd)
                        && entry.file.number() == *number
                    {
                        self.keys(entry.file, watch.events, out);
                    }
                }
            }
            Kind::Inode(_) | Kind::Host(_) => {}
        }
    }

    /// Waits with a deadline for any of `files`, or times out with 0.
    fn wait_files(&mut self, files: &[(FileId, u32)], deadline: Option<u64>) -> Ret {
        if deadline.is_some_and(|d| self.clock.now() >= d) {
            return Ok(0);
        }
        let mut keys = Vec::new();
        for (file, wanted) in files {
            self.keys(*file, *wanted, &mut keys);
        }
        keys.sort_by_key(|k| format!("{k:?}"));
        keys.dedup();
        Err(Stop::Wait(Wait { keys, until: deadline, restart: Restart::Never, remaining: None }))
    }

    pub(crate) fn sys_ppoll(&mut self, a: Args) -> Ret {
        if a[1] > self.process().rlimits[crate::process::RLIMIT_NOFILE].0 {
            return Err(Errno::EINVAL.into());
        }
        let timeout = if a[2] == 0 { None } else { Some(self.get_timespec(a[2])?) };
        self.mask_for_call(a[3], a[4])?;
        let deadline = self.deadline(timeout);
        let mut files = Vec::new();
        let mut ready = 0;
        for i in 0..a[1] {
            let at = a[0].wrapping_add(8 * i);
            let fd = self.get_u32(at)?;
            let wanted = self.get_u32(at.wrapping_add(4))? & 0xffff;
            let bits = if (fd as i32) < 0 {
                0
            } else {
                match self.file_id(fd.into()) {
                    Err(_) => POLLNVAL,
                    Ok(file) => {
                        files.push((file, wanted));
                        self.readiness(file) & (wanted | POLLERR | POLLHUP)
                    }
                }
            };
            self.mem().store(at.wrapping_add(6), bits as u16)?;
            ready += u64::from(bits != 0);
        }
        if ready > 0 {
            return Ok(ready);
        }
        self.wait_files(&files, deadline)
    }

    pub(crate) fn sys_pselect6(&mut self, a: Args) -> Ret {
        let count = a[0] as u32 as i32;
        if !(0..=65_536).contains(&count) {
            return Err(Errno::EINVAL.into());
        }
        let timeout = if a[4] == 0 { None } else { Some(self.get_timespec(a[4])?) };
        if a[5] != 0 {
            let (mask, size) = (self.get_u64(a[5])?, self.get_u64(a[5].wrapping_add(8))?);
            self.mask_for_call(mask, size)?;
        }
        let deadline = self.deadline(timeout);
        let words = (count as usize).div_ceil(64);
        let mut sets = Vec::new();
        for at in &a[1..4] {
            let set = if *at == 0 { None } else { Some(self.read_bytes(*at, words * 8)?) };
            sets.push(set);
        }
        let mut out = vec![vec![0_u8; words * 8]; 3];
        let (mut files, mut ready) = (Vec::new(), 0);
        let wants =
            [POLLIN | POLLHUP | POLLERR | POLLRDNORM, POLLOUT | POLLERR | POLLWRNORM, POLLPRI];
        for fd in 0..count as usize {
            let (byte, bit) = (fd / 8, 1 << (fd % 8));
            let asked = |i: usize| sets[i].as_ref().is_some_and(|s: &Vec<u8>| s[byte] & bit != 0);
            if !(0..3).any(asked) {
                continue;
            }
            let file = self.file_id(fd as u64)?;
            files.push((file, if asked(0) { POLLIN } else { 0 }));
            let bits = self.readiness(file);
            for i in 0..3 {
                if asked(i) && bits & wants[i] != 0 {
                    out[i][byte] |= bit;
                    ready += 1;
                }
            }
        }
        if ready == 0 {
            let waited = self.wait_files(&files, deadline)?;
            debug_assert_eq!(waited, 0);
        }
        for (i, at) in a[1..4].iter().enumerate() {
            if *at != 0 {
                self.write_bytes(*at, &out[i])?;
            }
        }
        Ok(ready)
    }

    // --- epoll --------------------------------------------------------------------------------

    pub(crate) fn sys_epoll_create1(&mut self, a: Args) -> Ret {
        let flags = a[0] as u32;
        if flags & !O_CLOEXEC != 0 {
            return Err(Errno::EINVAL.into());
        }
        let name = b"anon_inode:[eventpoll]".to_vec();
        let id = self.add_file(OpenFile::new(Kind::Epoll(BTreeMap::new()), O_RDWR, name))?;
        Ok(self.install(id, flags & O_CLOEXEC != 0, 0)?)
    }

    pub(crate) fn sys_epoll_ctl(&mut self, a: Args) -> Ret {
        let epoll = self.usable(a[0])?;
        let target = self.usable(a[2])?;
        let adds = a[1] != 2;
        let watch = if adds {
            let events = self.get_u32(a[3])?;
            let data = self.get_u64(a[3].wrapping_add(8))?;
            Some(Watch { events, data, reported: 0, disabled: false })
        } else {
            None
        };
        if epoll == target || matches!(self.files[target].kind, Kind::Epoll(_)) {
            self.unsupported("epoll of an epoll");
            return Err(Errno::EINVAL.into());
        }
        if let Kind::Inode(_) = self.files[target].kind {
            return Err(Errno::EPERM.into());
        }
        let key = (a[2] as u32, target.number());
        let Kind::Epoll(watches) = &mut self.files[epoll].kind else {
            return Err(Errno::EINVAL.into());
        };
        match (a[1], watch) {
            (1, Some(watch)) => {
                if watches.contains_key(&key) {
                    return Err(Errno::EEXIST.into());
                }
                watches.insert(key, watch);
            }
            (2, _) => {
                watches.remove(&key).ok_or(Errno::ENOENT)?;
            }
            (3, Some(watch)) => {
                *watches.get_mut(&key).ok_or(Errno::ENOENT)? = watch;
            }
            _ => return Err(Errno::EINVAL.into()),
        }
        Ok(0)
    }

    /// What a watch has to report now.
    fn watch_bits(&mut self, (fd, number): (u32, u32), watch: &Watch) -> u32 {
        let Ok(entry) = self.tables[self.task().fds].get(fd) else { return 0 };
        if entry.file.number() != number || watch.disabled {
            return 0;
        }
        let wanted = watch.events & !(EPOLLET | EPOLLONESHOT | EPOLLEXCLUSIVE);
        let bits = self.readiness(entry.file) & (wanted | POLLERR | POLLHUP);
        if watch.events & EPOLLET != 0 { bits & !watch.reported } else { bits }
    }

    pub(crate) fn sys_epoll_pwait(&mut self, a: Args) -> Ret {
        let ms = a[3] as i32;
        let timeout = u64::try_from(ms).ok().map(|ms| ms * 1_000_000);
        self.epoll_wait(a, timeout)
    }

    pub(crate) fn sys_epoll_pwait2(&mut self, a: Args) -> Ret {
        let timeout = if a[3] == 0 { None } else { Some(self.get_timespec(a[3])?) };
        self.epoll_wait(a, timeout)
    }

    fn epoll_wait(&mut self, a: Args, timeout: Option<u64>) -> Ret {
        let epoll = self.usable(a[0])?;
        let max = a[2] as i32;
        if max <= 0 {
            return Err(Errno::EINVAL.into());
        }
        self.mask_for_call(a[4], a[5])?;
        let deadline = self.deadline(timeout);
        let Kind::Epoll(watches) = &self.files[epoll].kind else {
            return Err(Errno::EINVAL.into());
        };
        let all: Vec<((u32, u32), Watch)> = watches.iter().map(|(k, w)| (*k, *w)).collect();
        let mut count = 0;
        for (key, watch) in all {
            let bits = self.watch_bits(key, &watch);
            // An edge that has gone may come again.
            let now = if watch.events & EPOLLET != 0 {
                let Ok(entry) = self.tables[self.task().fds].get(key.0) else { continue };
                self.readiness(entry.file)
            } else {
                0
            };
            if bits != 0 && count < max as u64 {
                let at = a[1].wrapping_add(16 * count);
                self.put_u64(at, bits.into())?;
                self.put_u64(at.wrapping_add(8), watch.data)?;
                count += 1;
            }
            if let Kind::Epoll(watches) = &mut self.files[epoll].kind
                && let Some(w) = watches.get_mut(&key)
            {
                w.reported = now;
                w.disabled |= bits != 0 && w.events & EPOLLONESHOT != 0;
            }
        }
        if count > 0 {
            return Ok(count);
        }
        self.wait_files(&[(epoll, POLLIN)], deadline)
    }
}
