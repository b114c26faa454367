//! `--write-back`: the guest's changes to a root directory, written to the host at the end.

use super::Vfs;
use super::dir::join;
use super::host::HostTree;
use super::inode::{Body, InodeId, S_IFMT};
use crate::errno::Errno;
use std::collections::HashMap;
use std::io::Write;
use std::sync::Arc;

/// A path that could not be written, and why.
type Failure = (Vec<u8>, Errno);

impl Vfs {
    /// Writes every change of the overlay to its host directory.
    pub(crate) fn write_back(&mut self) -> Result<(), Failure> {
        let root = self.root;
        let tree = match &self.inode(root).body {
            Body::Dir(dir) => dir.lower.as_ref().map(|l| l.tree.clone()),
            _ => None,
        };
        let Some(tree) = tree else { return Ok(()) };
        // What moved is still read from its old place: load it all before anything is written.
        self.load_moved(root, &[])?;
        let mut written = HashMap::new();
        self.write_dir(&tree, root, &[], &mut written)
    }

    /// Names and inodes below a directory that is held in memory, mounts left out.
    fn names(&self, id: InodeId) -> Vec<(Vec<u8>, InodeId)> {
        match &self.inode(id).body {
            Body::Dir(dir) => dir
                .entries
                .iter()
                .filter(|(_, e)| !self.mounts.contains_key(&e.id))
                .map(|(n, e)| (n.clone(), e.id))
                .collect(),
            _ => Vec::new(),
        }
    }

    fn load_moved(&mut self, id: InodeId, path: &[u8]) -> Result<(), Failure> {
        let moved = self.inode(id).origin.as_deref() != Some(path);
        if moved {
            self.take_all(id).map_err(|e| (path.to_vec(), e))?;
        }
        if let Body::File(content) = &self.inode(id).body {
            if moved || content.changed() {
                content.load_all().map_err(|e| (path.to_vec(), e))?;
            }
            return Ok(());
        }
        for (name, child) in self.names(id) {
            self.load_moved(child, &join(path, &name))?;
        }
        Ok(())
    }

    fn write_dir(
        &mut self,
        tree: &Arc<HostTree>,
        id: InodeId,
        path: &[u8],
        written: &mut HashMap<InodeId, Vec<u8>>,
    ) -> Result<(), Failure> {
        let fail = |e| (path.to_vec(), e);
        let Body::Dir(dir) = &self.inode(id).body else { return Ok(()) };
        if dir.changed {
            let hidden = dir.lower.as_ref().map(|l| l.hidden.clone()).unwrap_or_default();
            for (name, stat) in tree.list(path).map_err(fail)? {
                let Body::Dir(dir) = &self.inode(id).body else { return Ok(()) };
                let here = dir.entries.get(&name).map(|e| e.id);
                let child = join(path, &name);
                let same = here.is_some_and(|c| self.inode(c).origin.as_deref() == Some(&child));
                if here.is_none() && !hidden.contains(&name) || same {
                    continue;
                }
                remove_all(tree, &child, stat.mode).map_err(|e| (child.clone(), e))?;
            }
        }
        for (name, child) in self.names(id) {
            let at = join(path, &name);
            self.write_inode(tree, child, &at, written)?;
        }
        Ok(())
    }

    fn write_inode(
        &mut self,
        tree: &Arc<HostTree>,
        id: InodeId,
        path: &[u8],
        written: &mut HashMap<InodeId, Vec<u8>>,
    ) -> Result<(), Failure> {
        let fail = |e| (path.to_vec(), e);
        let inode = self.inode(id);
        let (mode, atime, mtime) = (inode.mode, inode.atime, inode.mtime);
        let fresh = inode.origin.as_deref() != Some(path);
        let mut changed = fresh || inode.touched;
        if fresh && let Some(first) = written.get(&id) {
            return tree.link(first, path).map_err(fail);
        }
        match &inode.body {
            Body::Dir(_) => {
                if fresh {
                    tree.mkdir(path, mode | 0o700).map_err(fail)?;
                }
                self.write_dir(tree, id, path, written)?;
            }
            Body::File(content) => {
                if fresh || content.changed() {
                    changed = true;
                    let mut file = tree.replace(path, mode).map_err(fail)?;
                    let mut at = 0;
                    let mut buf = vec![0; 1 << 16];
                    loop {
                        let n = content.read_at(at, &mut buf).map_err(fail)?;
                        if n == 0 {
                            break;
                        }
                        file.write_all(&buf[..n]).map_err(|e| fail(e.into()))?;
                        at += n as u64;
                    }
                }
            }
            Body::Symlink(target) => {
                if fresh {
                    tree.symlink(path, target).map_err(fail)?;
                }
                written.insert(id, path.to_vec());
                return Ok(());
            }
            // FIFOs, sockets and devices stay in the guest: making them on the host would need
            // more rights than a mount gives.
            _ => return Ok(()),
        }
        written.insert(id, path.to_vec());
        if changed {
            tree.chmod(path, mode & !S_IFMT).map_err(fail)?;
            tree.set_times(path, atime, mtime).map_err(fail)?;
        }
        Ok(())
    }
}

fn remove_all(tree: &HostTree, path: &[u8], mode: u32) -> Result<(), Errno> {
    let is_dir = mode & S_IFMT == super::inode::S_IFDIR;
    if is_dir {
        for (name, stat) in tree.list(path)? {
            remove_all(tree, &join(path, &name), stat.mode)?;
        }
    }
    tree.remove(path, is_dir)
}
