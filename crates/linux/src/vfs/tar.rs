//! Root file systems from tar archives, plain or compressed.
//!
//! Everything lands below the guest's root: `..` is refused, absolute names are taken as relative
//! to it, and links are text for the guest's walk. Sizes are bounded by the machine's memory.

use super::content::Content;
use super::inode::{
    Body, Device, Dir, InodeId, S_IFBLK, S_IFCHR, S_IFDIR, S_IFIFO, S_IFLNK, S_IFREG, Time,
};
use super::{Ctx, DEV_ROOT, Vfs};
use crate::errno::Errno;
use std::cell::Cell;
use std::fmt;
use std::io::{self, BufRead, BufReader, Read};
use std::path::Path;
use std::rc::Rc;
use tar::{Archive, Entry, EntryType};

/// Most entries an archive may have.
const ENTRIES_MAX: u64 = 4_000_000;

/// The longest name of an entry: Linux's `PATH_MAX`, past which nobody could name it.
const NAME_MAX: usize = 4096;
/// Most bytes of headers before an entry: names and attributes of any length may be in them.
const HEADERS_MAX: u64 = 1 << 20;

/// A reader that ends with an error after `left` bytes.
struct Metered<R> {
    inner: R,
    left: Rc<Cell<u64>>,
}

impl<R: Read> Read for Metered<R> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        let left = self.left.get();
        if left == 0 && !buf.is_empty() {
            return Err(io::Error::other("over 1 MiB of headers before an entry"));
        }
        let most = usize::try_from(left).unwrap_or(usize::MAX).min(buf.len());
        let n = self.inner.read(&mut buf[..most])?;
        self.left.set(left - n as u64);
        Ok(n)
    }
}

/// What is wrong with an archive.
#[derive(Debug)]
pub(crate) struct TarError(String);

impl fmt::Display for TarError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

fn broken(e: impl fmt::Display) -> TarError {
    TarError(format!("damaged or truncated archive ({e}); fetch or pack it again"))
}

impl Vfs {
    /// Unpacks the archive at `path` into the root.
    pub(crate) fn load_tar(&mut self, path: &Path, ctx: &Ctx<'_>) -> Result<(), TarError> {
        let file = std::fs::File::open(path).map_err(|e| TarError(e.to_string()))?;
        self.load_archive(file, ctx)
    }

    /// Unpacks an archive into the root.
    pub(super) fn load_archive(&mut self, file: impl Read, ctx: &Ctx<'_>) -> Result<(), TarError> {
        let mut file = BufReader::with_capacity(1 << 16, file);
        let head = file.fill_buf().map_err(broken)?;
        let kind = [head.first(), head.get(1), head.get(2), head.get(3)].map(|b| b.copied());
        let is_tar = head.get(257..262) == Some(b"ustar") || head.iter().all(|b| *b == 0);
        match kind {
            [Some(0x1f), Some(0x8b), ..] => {
                self.unpack(flate2::read::MultiGzDecoder::new(file), ctx)
            }
            [Some(0x28), Some(0xb5), Some(0x2f), Some(0xfd)] => {
                let reader = ruzstd::decoding::StreamingDecoder::new(file).map_err(broken)?;
                self.unpack(reader, ctx)
            }
            _ if is_tar => self.unpack(file, ctx),
            _ => {
                Err(TarError("neither a directory nor a tar archive (plain, gzip or zstd)".into()))
            }
        }
    }

    fn unpack(&mut self, inner: impl Read, ctx: &Ctx<'_>) -> Result<(), TarError> {
        let left = Rc::new(Cell::new(HEADERS_MAX));
        let mut archive = Archive::new(Metered { inner, left: left.clone() });
        let mut entries = archive.entries().map_err(broken)?;
        let mut count = 0;
        loop {
            left.set(HEADERS_MAX);
            let Some(entry) = entries.next() else { break };
            let mut entry = entry.map_err(broken)?;
            left.set(u64::MAX);
            let name = entry.path_bytes().into_owned();
            count += 1;
            if count > ENTRIES_MAX {
                return Err(TarError("more than 4,000,000 entries".into()));
            }
            self.unpack_entry(&mut entry, &name, ctx)?;
            // What nobody wanted must not count as the next entry's headers.
            io::copy(&mut entry, &mut io::sink()).map_err(broken)?;
        }
        if count == 0 {
            return Err(TarError("the archive is empty".into()));
        }
        Ok(())
    }

    fn unpack_entry(
        &mut self,
        entry: &mut Entry<'_, impl Read>,
        name: &[u8],
        ctx: &Ctx<'_>,
    ) -> Result<(), TarError> {
        let shown = String::from_utf8_lossy(&name[..name.len().min(NAME_MAX)]).into_owned();
        if name.len() > NAME_MAX {
            return Err(TarError(format!("entry {shown}...: a name of over {NAME_MAX} bytes")));
        }
        let parts = parts(name).ok_or_else(|| {
            TarError(format!("entry {shown}: leads out of the archive with `..`; refused"))
        })?;
        let Some((last, dirs)) = parts.split_last() else {
            return Ok(());
        };
        let parent = self.tar_dirs(dirs, ctx).map_err(|e| memory(&shown, e))?;
        self.check_room().map_err(|e| memory(&shown, e))?;
        let header = entry.header();
        let mode = header.mode().map_err(broken)? & 0o7777;
        let rdev = (
            header.device_major().ok().flatten().unwrap_or(0),
            header.device_minor().ok().flatten().unwrap_or(0),
        );
        let link = entry.link_name_bytes().map(|l| l.into_owned());
        let (kind, body) = match entry.header().entry_type() {
            EntryType::Regular | EntryType::Continuous | EntryType::GNUSparse => {
                let content = Content::empty(self.budget.clone());
                fill(entry, &content, &shown)?;
                (S_IFREG, Body::File(content))
            }
            EntryType::Directory => {
                if let Some(id) = self.tar_child(parent, last)
                    && self.inode(id).is_dir()
                {
                    self.tar_attributes(id, mode, entry)?;
                    return Ok(());
                }
                (S_IFDIR, Body::Dir(Dir::new(parent, last.to_vec())))
            }
            EntryType::Symlink => (S_IFLNK, Body::Symlink(link.unwrap_or_default())),
            EntryType::Link => {
                return self.tar_link(parent, last, &link.unwrap_or_default(), &shown);
            }
            EntryType::Fifo => (S_IFIFO, Body::Fifo(None)),
            EntryType::Char => (S_IFCHR, Body::Char(Device::from_number(rdev.0, rdev.1))),
            EntryType::Block => (S_IFBLK, Body::Block),
            // Comments and the like: nothing that a file system holds.
            _ => return Ok(()),
        };
        let perms = if kind == S_IFLNK { 0o777 } else { mode };
        let id = self.add(DEV_ROOT, kind | perms, body, ctx.now);
        self.inode_mut(id).rdev = rdev;
        self.tar_attributes(id, perms, entry)?;
        self.tar_attach(parent, last, id);
        Ok(())
    }

    fn tar_attributes(
        &mut self,
        id: InodeId,
        mode: u32,
        entry: &Entry<'_, impl Read>,
    ) -> Result<(), TarError> {
        let header = entry.header();
        let sec = header.mtime().map_err(broken)? as i64;
        let (uid, gid) = (header.uid().map_err(broken)?, header.gid().map_err(broken)?);
        let inode = self.inode_mut(id);
        inode.mode = inode.mode & !0o7777 | mode;
        (inode.uid, inode.gid) = (uid as u32, gid as u32);
        let time = Time { sec, nsec: 0 };
        inode.date(time);
        Ok(())
    }

    fn tar_child(&self, parent: InodeId, name: &[u8]) -> Option<InodeId> {
        match &self.inode(parent).body {
            Body::Dir(dir) => dir.entries.get(name).map(|e| e.id),
            _ => None,
        }
    }

    /// Puts an entry at its name; a later one replaces an earlier one.
    fn tar_attach(&mut self, parent: InodeId, name: &[u8], id: InodeId) {
        if self.inode(id).is_dir() {
            self.inode_mut(parent).nlink += 1;
        }
        if let Some(old) = self.tar_child(parent, name) {
            let inode = self.inode_mut(old);
            inode.nlink = inode.nlink.saturating_sub(1);
        }
        self.attach(parent, name, id);
    }

    fn tar_link(
        &mut self,
        parent: InodeId,
        name: &[u8],
        target: &[u8],
        shown: &str,
    ) -> Result<(), TarError> {
        let missing = || TarError(format!("entry {shown}: hard link to a file not in the archive"));
        let parts = parts(target).ok_or_else(missing)?;
        let mut at = self.root;
        for part in parts {
            at = self.tar_child(at, part).ok_or_else(missing)?;
        }
        if self.inode(at).is_dir() {
            return Err(missing());
        }
        self.inode_mut(at).nlink += 1;
        self.tar_attach(parent, name, at);
        Ok(())
    }

    /// The directory `parts` names, made where it is missing. An entry below something that is no
    /// directory is refused: following a link here would let an archive write elsewhere.
    fn tar_dirs(&mut self, parts: &[&[u8]], ctx: &Ctx<'_>) -> Result<InodeId, Errno> {
        let mut at = self.root;
        for part in parts {
            at = match self.tar_child(at, part) {
                Some(id) if self.inode(id).is_dir() => id,
                Some(_) => return Err(Errno::ENOTDIR),
                None => {
                    self.check_room()?;
                    let body = Body::Dir(Dir::new(at, part.to_vec()));
                    let id = self.add(DEV_ROOT, S_IFDIR | 0o755, body, ctx.now);
                    self.tar_attach(at, part, id);
                    id
                }
            };
        }
        Ok(at)
    }
}

/// The components of an entry's name; `None` if it uses `..`.
fn parts(name: &[u8]) -> Option<Vec<&[u8]>> {
    let parts: Vec<&[u8]> =
        name.split(|b| *b == b'/').filter(|p| !p.is_empty() && *p != b".").collect();
    let bad = |p: &&[u8]| *p == b".." || p.len() > 255 || p.contains(&0);
    if parts.iter().any(bad) { None } else { Some(parts) }
}

fn fill(reader: &mut impl Read, content: &Content, shown: &str) -> Result<(), TarError> {
    let mut buf = vec![0; 1 << 16];
    let mut at = 0;
    loop {
        let mut have = 0;
        while have < buf.len() {
            match reader.read(&mut buf[have..]) {
                Ok(0) => break,
                Ok(n) => have += n,
                Err(e) => return Err(broken(format!("{shown}: {e}"))),
            }
        }
        if have == 0 {
            return Ok(());
        }
        let n = content.write_at(at, &buf[..have]).map_err(|e| memory(shown, e))?;
        if n < have {
            return Err(memory(shown, Errno::ENOSPC));
        }
        at += n as u64;
    }
}

fn memory(shown: &str, e: Errno) -> TarError {
    match e {
        Errno::ENOSPC => {
            TarError(format!("entry {shown}: the archive does not fit; raise --memory"))
        }
        e => TarError(format!("entry {shown}: {}", e.text())),
    }
}
