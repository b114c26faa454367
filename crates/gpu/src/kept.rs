//! Files that save the next start some work. Nothing here is ever an error: a file that is missing, damaged
//! or of something else is as good as none, and is written anew.

use std::path::{Path, PathBuf};
use std::time::SystemTime;

/// Larger contents are not kept.
const LARGEST: usize = 256 << 20;
/// Files that there may be, and bytes that they may take; if it is more, the least recently used go, down to
/// half of it.
const MOST: (usize, u64) = (4096, 512 << 20);

/// A folder of contents under keys. Processes may share it: whoever reads sees a whole file, old or new.
#[derive(Clone, Debug, Default)]
pub(crate) struct Kept {
    folder: Option<PathBuf>,
    most: (usize, u64),
}

impl Kept {
    /// `$XDG_CACHE_HOME/ncpu/NAME` or `~/.cache/ncpu/NAME`.
    pub(crate) fn in_cache(name: &str) -> Self {
        let set =
            |name| std::env::var_os(name).map(PathBuf::from).filter(|path| path.is_absolute());
        let caches = set("XDG_CACHE_HOME").or_else(|| set("HOME").map(|home| home.join(".cache")));
        Self { folder: caches.map(|folder| folder.join("ncpu").join(name)), most: MOST }
    }

    fn path(&self, key: &[u8]) -> Option<PathBuf> {
        self.folder.as_ref().map(|folder| folder.join(format!("{:016x}", checksum(key))))
    }

    /// What is kept under a key.
    pub(crate) fn load(&self, key: &[u8]) -> Option<Vec<u8>> {
        let path = self.path(key)?;
        let content = unseal(std::fs::read(&path).ok()?, key)?;
        // So that the least recently used are known; if that fails they are those written first.
        let _ = std::fs::File::open(&path).and_then(|file| file.set_modified(SystemTime::now()));
        Some(content)
    }

    /// Keeps a content.
    pub(crate) fn store(&self, key: &[u8], content: &[u8]) {
        let Some(path) = self.path(key).filter(|_| content.len() <= LARGEST) else { return };
        // Not being able to keep it costs time at the next start only.
        if write(&path, &seal(key, content)).is_ok() {
            self.tidy();
        }
    }

    /// Removes what was not used for longest, if there is too much.
    fn tidy(&self) {
        let entries = self.folder.iter().flat_map(std::fs::read_dir).flatten().flatten();
        let mut files: Vec<(SystemTime, u64, PathBuf)> = entries
            .filter_map(|entry| {
                let data = entry.metadata().ok().filter(std::fs::Metadata::is_file)?;
                Some((data.modified().ok()?, data.len(), entry.path()))
            })
            .collect();
        let mut there = (files.len(), files.iter().map(|(_, bytes, _)| bytes).sum::<u64>());
        let (count, bytes) = self.most;
        if there.0 <= count && there.1 <= bytes {
            return;
        }
        files.sort();
        for (_, size, path) in files {
            if there.0 <= count / 2 && there.1 <= bytes / 2 {
                break;
            }
            let _ = std::fs::remove_file(path);
            there = (there.0 - 1, there.1 - size);
        }
    }
}

/// A file: length of the key, key, content, checksum of all these.
fn seal(key: &[u8], content: &[u8]) -> Vec<u8> {
    let mut file = [&(key.len() as u64).to_le_bytes(), key, content].concat();
    let sum = checksum(&file);
    file.extend(sum.to_le_bytes());
    file
}

/// The content of a file, if it is undamaged and of this key.
fn unseal(mut file: Vec<u8>, key: &[u8]) -> Option<Vec<u8>> {
    let sum = file.split_off(file.len().checked_sub(8)?);
    let starts = file.strip_prefix(&(key.len() as u64).to_le_bytes())?.starts_with(key);
    (starts && sum == checksum(&file).to_le_bytes()).then(|| file.split_off(8 + key.len()))
}

/// Writes beside the file, then renames.
fn write(file: &Path, data: &[u8]) -> std::io::Result<()> {
    if let Some(folder) = file.parent() {
        std::fs::create_dir_all(folder)?;
    }
    // Of the process and the thread: both may write the same.
    let thread = format!("{:?}", std::thread::current().id());
    let thread: String = thread.chars().filter(char::is_ascii_digit).collect();
    let part = file.with_extension(format!("{}-{thread}.part", std::process::id()));
    let done = std::fs::write(&part, data).and_then(|()| std::fs::rename(&part, file));
    if done.is_err() {
        let _ = std::fs::remove_file(&part);
    }
    done
}

/// FNV-1a over words of 64 bits: it detects damage, not malice.
pub(crate) fn checksum(data: &[u8]) -> u64 {
    let step = |sum: u64, word: u64| (sum ^ word).wrapping_mul(0x100_0000_01b3).rotate_left(29);
    let (words, rest) = data.as_chunks::<8>();
    let sum = words.iter().fold(0xcbf2_9ce4_8422_2325, |sum, w| step(sum, u64::from_le_bytes(*w)));
    rest.iter().fold(step(sum, data.len() as u64), |sum, byte| step(sum, u64::from(*byte)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kept(name: &str, most: (usize, u64)) -> Kept {
        let folder = std::env::temp_dir().join(format!("ncpu-kept-{name}-{}", std::process::id()));
        let _ = std::fs::remove_dir_all(&folder);
        Kept { folder: Some(folder), most }
    }

    fn files(kept: &Kept) -> usize {
        std::fs::read_dir(kept.folder.as_ref().unwrap()).unwrap().count()
    }

    #[test]
    fn what_was_kept_is_found() {
        let kept = kept("found", MOST);
        assert_eq!(kept.load(b"a"), None);
        kept.store(b"a", b"compiled");
        kept.store(b"b", b"");
        assert_eq!(kept.load(b"a").as_deref(), Some(&b"compiled"[..]));
        assert_eq!(kept.load(b"b").as_deref(), Some(&b""[..]));
        assert_eq!(kept.load(b"c"), None);
        kept.store(b"a", b"again");
        assert_eq!(kept.load(b"a").as_deref(), Some(&b"again"[..]));
        assert_eq!(files(&kept), 2);
        std::fs::remove_dir_all(kept.folder.unwrap()).unwrap();
    }

    #[test]
    fn a_damaged_file_is_no_file() {
        let whole = seal(b"key", b"content of some length");
        assert_eq!(unseal(whole.clone(), b"key").as_deref(), Some(&b"content of some length"[..]));
        for at in 0..whole.len() {
            let mut damaged = whole.clone();
            damaged[at] ^= 1 << (at % 8);
            assert_eq!(unseal(damaged, b"key"), None, "byte {at}");
            assert_eq!(unseal(whole[..at].to_vec(), b"key"), None, "{at} bytes");
        }
        assert_eq!(unseal([&whole[..], b"more"].concat(), b"key"), None);
    }

    #[test]
    fn a_file_of_another_key_is_no_file() {
        let kept = kept("other", MOST);
        kept.store(b"a", b"of a");
        let [a, b] = [b"a", b"b"].map(|key| kept.path(key).unwrap());
        std::fs::rename(a, b).unwrap();
        assert_eq!(kept.load(b"b"), None);
        kept.store(b"b", b"of b");
        assert_eq!(kept.load(b"b").as_deref(), Some(&b"of b"[..]));
        std::fs::remove_dir_all(kept.folder.unwrap()).unwrap();
    }

    #[test]
    fn the_oldest_go() {
        by_age(kept("oldest", (100, 4500)));
        by_age(kept("first", (4, MOST.1)));
    }

    /// Four files fit, two are half of it.
    fn by_age(kept: Kept) {
        let day = |n: u64| SystemTime::UNIX_EPOCH + std::time::Duration::from_secs(n * 86_400);
        for n in 0..4u8 {
            kept.store(&[n], &[n; 1000]);
            let file = std::fs::File::open(kept.path(&[n]).unwrap()).unwrap();
            file.set_modified(day(n.into())).unwrap();
        }
        assert_eq!(files(&kept), 4);
        // Used now, so that it stays.
        assert!(kept.load(&[0]).is_some());
        kept.store(&[4], &[4; 1000]);
        let there = [0, 1, 2, 3, 4].map(|n| kept.load(&[n]).is_some());
        assert_eq!(there, [true, false, false, false, true]);
        std::fs::remove_dir_all(kept.folder.unwrap()).unwrap();
    }
}
