//! The file system by itself: walks, names, permissions.

use super::inode::{InodeId, Time};
use super::ops::{RENAME_EXCHANGE, RENAME_NOREPLACE};
use super::proc::{Pid, ProcNode, ProcView};
use super::{Ctx, Vfs};
use crate::errno::Errno;

/// No processes.
struct Nobody;

impl ProcView for Nobody {
    fn self_pid(&self) -> Pid {
        1
    }
    fn pids(&self) -> Vec<Pid> {
        Vec::new()
    }
    fn fds(&self, _: Pid) -> Option<Vec<u32>> {
        None
    }
    fn threads(&self, _: Pid) -> Vec<Pid> {
        Vec::new()
    }
    fn magic(&self, _: &ProcNode) -> Option<(Option<InodeId>, Vec<u8>)> {
        None
    }
    fn owner(&self, _: Pid) -> (u32, u32) {
        (0, 0)
    }
}

struct Fixture {
    vfs: Vfs,
    uid: u32,
}

impl Fixture {
    fn new() -> Self {
        let mut f = Self { vfs: Vfs::new(None, (0, 0), Time::default()), uid: 0 };
        f.on(|vfs, ctx| vfs.mount_standard(ctx)).unwrap();
        f
    }

    fn on<R>(&mut self, f: impl FnOnce(&mut Vfs, &Ctx<'_>) -> R) -> R {
        let root = self.vfs.root;
        let now = Time { sec: 5, nsec: 0 };
        let (uid, gid) = (self.uid, self.uid);
        f(&mut self.vfs, &Ctx { root, uid, gid, groups: &[], now, view: &Nobody })
    }

    fn id(&mut self, path: &str) -> Result<InodeId, Errno> {
        self.on(|vfs, ctx| vfs.resolve(ctx, vfs.root, path.as_bytes(), true))
    }

    fn mkdir(&mut self, path: &str) -> Result<InodeId, Errno> {
        self.on(|vfs, ctx| {
            let at = vfs.walk(ctx, vfs.root, path.as_bytes(), false)?;
            vfs.mkdir(ctx, &at, 0o755)
        })
    }

    fn touch(&mut self, path: &str) -> Result<InodeId, Errno> {
        self.on(|vfs, ctx| {
            let at = vfs.walk(ctx, vfs.root, path.as_bytes(), true)?;
            vfs.create_file(ctx, &at, 0o644)
        })
    }

    fn symlink(&mut self, target: &str, path: &str) -> Result<InodeId, Errno> {
        self.on(|vfs, ctx| {
            let at = vfs.walk(ctx, vfs.root, path.as_bytes(), false)?;
            vfs.symlink(ctx, &at, target.as_bytes())
        })
    }

    fn unlink(&mut self, path: &str) -> Result<(), Errno> {
        self.on(|vfs, ctx| {
            let at = vfs.walk(ctx, vfs.root, path.as_bytes(), false)?;
            vfs.unlink(ctx, &at)
        })
    }

    fn rename(&mut self, old: &str, new: &str, flags: u32) -> Result<(), Errno> {
        self.on(|vfs, ctx| {
            let from = vfs.walk(ctx, vfs.root, old.as_bytes(), false)?;
            let to = vfs.walk(ctx, vfs.root, new.as_bytes(), false)?;
            vfs.rename(ctx, &from, &to, flags)
        })
    }
}

#[test]
fn walks_follow_linux() {
    let mut f = Fixture::new();
    f.mkdir("/a").unwrap();
    let file = f.touch("/a/f").unwrap();
    f.symlink("a/../a/./f", "/l").unwrap();
    f.symlink("/l", "/a/m").unwrap();
    f.symlink("loop", "/loop").unwrap();
    assert_eq!(f.id("/a/m"), Ok(file));
    assert_eq!(f.id("//a///f"), Ok(file));
    assert_eq!(f.id("/../../a/f"), Ok(file));
    assert_eq!(f.id("/a/f/"), Err(Errno::ENOTDIR));
    assert_eq!(f.id("/a/f/x"), Err(Errno::ENOTDIR));
    assert_eq!(f.id("/a/f/."), Err(Errno::ENOTDIR));
    assert_eq!(f.id("/l/"), Err(Errno::ENOTDIR));
    assert_eq!(f.id("/nothing/.."), Err(Errno::ENOENT));
    assert_eq!(f.id("/loop"), Err(Errno::ELOOP));
    assert_eq!(f.id(""), Err(Errno::ENOENT));
    assert_eq!(f.id(&"x".repeat(256)), Err(Errno::ENAMETOOLONG));
    assert_eq!(f.id(&"x/".repeat(3000)), Err(Errno::ENAMETOOLONG));
    assert_eq!(f.id("/proc/.."), f.id("/"));
    assert_eq!(f.id("/dev/../a/f"), Ok(file));
}

#[test]
fn forty_links_are_the_limit() {
    let mut f = Fixture::new();
    f.touch("/l0").unwrap();
    for i in 1..=41 {
        f.symlink(&format!("/l{}", i - 1), &format!("/l{i}")).unwrap();
    }
    assert!(f.id("/l40").is_ok());
    assert_eq!(f.id("/l41"), Err(Errno::ELOOP));
}

#[test]
fn dangling_links_are_created_through() {
    let mut f = Fixture::new();
    f.symlink("/tmp/target", "/d").unwrap();
    let id = f.touch("/d").unwrap();
    assert_eq!(f.id("/tmp/target"), Ok(id));
}

#[test]
fn renames_replace_and_refuse() {
    let mut f = Fixture::new();
    for dir in ["/d", "/d/sub", "/empty", "/full"] {
        f.mkdir(dir).unwrap();
    }
    let (x, y) = (f.touch("/x").unwrap(), f.touch("/full/y").unwrap());
    assert_eq!(f.rename("/d", "/d/sub/d", 0), Err(Errno::EINVAL));
    assert_eq!(f.rename("/x", "/d", 0), Err(Errno::EISDIR));
    assert_eq!(f.rename("/d", "/x", 0), Err(Errno::ENOTDIR));
    assert_eq!(f.rename("/d", "/full", 0), Err(Errno::ENOTEMPTY));
    assert_eq!(f.rename("/x", "/full/y", RENAME_NOREPLACE), Err(Errno::EEXIST));
    assert_eq!(f.rename("/x", "/dev/x", 0), Err(Errno::EXDEV));
    f.rename("/x", "/full/y", RENAME_EXCHANGE).unwrap();
    assert_eq!((f.id("/x"), f.id("/full/y")), (Ok(y), Ok(x)));
    f.rename("/d", "/empty", 0).unwrap();
    assert_eq!(f.id("/d"), Err(Errno::ENOENT));
    let sub = f.id("/empty/sub").unwrap();
    let root = f.vfs.root;
    assert_eq!(f.vfs.path_of(sub, root).unwrap(), b"/empty/sub");
    f.rename("/x", "/full/y", 0).unwrap();
    assert_eq!(f.id("/full/y"), Ok(y));
}

#[test]
fn removed_files_live_while_they_are_open() {
    let mut f = Fixture::new();
    let id = f.touch("/x").unwrap();
    f.vfs.pin(id);
    f.vfs.content(id).unwrap().write_at(0, b"still here").unwrap();
    f.unlink("/x").unwrap();
    assert_eq!(f.id("/x"), Err(Errno::ENOENT));
    assert_eq!((f.vfs.inode(id).nlink, f.vfs.content(id).unwrap().size()), (0, 10));
    f.vfs.unpin(id);
    // The number is free again.
    assert_eq!(f.touch("/y").unwrap(), id);
}

#[test]
fn permissions_hold_for_users() {
    let mut f = Fixture::new();
    let dir = f.mkdir("/private").unwrap();
    f.touch("/private/x").unwrap();
    f.touch("/tmp/roots").unwrap();
    f.on(|vfs, ctx| vfs.chmod(ctx, dir, 0o700)).unwrap();
    f.uid = 1000;
    assert_eq!(f.id("/private/x"), Err(Errno::EACCES));
    assert_eq!(f.touch("/mine"), Err(Errno::EACCES));
    let mine = f.touch("/tmp/mine").unwrap();
    assert_eq!(f.vfs.inode(mine).uid, 1000);
    // The sticky bit of /tmp.
    assert_eq!(f.unlink("/tmp/roots"), Err(Errno::EPERM));
    assert_eq!(f.rename("/tmp/mine", "/tmp/roots", 0), Err(Errno::EPERM));
    f.unlink("/tmp/mine").unwrap();
    assert_eq!(f.on(|vfs, ctx| vfs.chmod(ctx, dir, 0o777)), Err(Errno::EPERM));
    assert_eq!(f.on(|vfs, ctx| vfs.chown(ctx, dir, Some(1000), None)), Err(Errno::EPERM));
}

#[test]
fn directory_offsets_survive_removals() {
    let mut f = Fixture::new();
    f.mkdir("/d").unwrap();
    for i in 0..10 {
        f.touch(&format!("/d/{i}")).unwrap();
    }
    let dir = f.id("/d").unwrap();
    let (mut seen, mut offset) = (Vec::new(), 0);
    loop {
        let items = f.on(|vfs, ctx| vfs.list(ctx, dir, offset, 3)).unwrap();
        let Some(last) = items.last() else { break };
        offset = last.next;
        for item in items {
            let name = String::from_utf8(item.name).unwrap();
            if !name.starts_with('.') {
                f.unlink(&format!("/d/{name}")).unwrap();
                seen.push(name);
            }
        }
    }
    assert_eq!(seen.len(), 10);
}

/// What becomes of an archive with these entries: name, type and data.
fn unpacks(entries: &[(&str, tar::EntryType, &[u8])]) -> Result<Fixture, String> {
    let mut archive = tar::Builder::new(Vec::new());
    for (name, kind, data) in entries {
        let mut header = tar::Header::new_ustar();
        header.set_path(name).unwrap();
        header.set_entry_type(*kind);
        header.set_size(data.len() as u64);
        header.set_mode(0o755);
        header.set_uid(0);
        header.set_gid(0);
        header.set_mtime(0);
        header.set_cksum();
        archive.append(&header, *data).unwrap();
    }
    let bytes = archive.into_inner().unwrap();
    let mut f = Fixture::new();
    f.on(|vfs, ctx| vfs.load_archive(bytes.as_slice(), ctx)).map_err(|e| e.to_string())?;
    Ok(f)
}

#[test]
fn archives_cannot_take_memory_with_their_headers() {
    use tar::EntryType as T;
    let long_name = |len: usize| vec![b'n'; len];
    // A GNU long name, and pax attributes, of more than any name can have.
    for kind in [T::GNULongName, T::XHeader] {
        let data = long_name(2 << 20);
        let why = unpacks(&[("x", kind, &data), ("file", T::Regular, b"")]).err().unwrap();
        assert!(why.contains("over 1 MiB of headers"), "{why}");
    }
    let deep = b"d/".repeat(3000);
    let why = unpacks(&[("x", T::GNULongName, &deep), ("f", T::Regular, b"")]).err().unwrap();
    assert!(why.contains("a name of over 4096 bytes"), "{why}");
    // Data of an entry that is left out, or that needs none, are no headers.
    let data = long_name(2 << 20);
    let entries =
        [("g", T::new(b'V'), &data[..]), ("fifo", T::Fifo, &data), ("dir/file", T::Regular, &data)];
    let mut f = unpacks(&entries).unwrap();
    assert!(f.id("/dir/file").is_ok() && f.id("/fifo").is_ok());
}

#[test]
fn files_need_room_even_when_empty() {
    let budget = ncpu_mem::PageBudget::new(16);
    let mut f = Fixture { vfs: Vfs::new(Some(budget), (0, 0), Time::default()), uid: 0 };
    let made = (0..1000).map_while(|n| f.mkdir(&format!("/{n}")).ok()).count();
    assert!((50..64).contains(&made), "{made}");
    assert_eq!(f.touch("/file"), Err(Errno::ENOSPC));
}
