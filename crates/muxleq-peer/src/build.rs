//! Compiles the C version.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicU32, Ordering};

const SOURCE: &str = include_str!("muxleq.c");

/// The C version, compiled. Its folder goes with it.
#[derive(Debug)]
pub struct Peer {
    folder: PathBuf,
}

impl Peer {
    /// Compiles it with `cc -O3`, or the compiler that the environment variable `CC` names, in a folder
    /// of its own among the host's temporary ones.
    ///
    /// # Errors
    /// One line: there is no compiler, or it or the folder fails.
    pub fn build() -> Result<Self, String> {
        let compiler = std::env::var("CC").unwrap_or_else(|_| "cc".into());
        Self::build_with(&compiler)
    }

    /// The same, with this compiler.
    ///
    /// # Errors
    /// As for [`build`](Self::build).
    pub fn build_with(compiler: &str) -> Result<Self, String> {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let name = format!("ncpu-muxleq-{}-{number}", std::process::id());
        let peer = Self { folder: std::env::temp_dir().join(name) };
        fs::create_dir_all(&peer.folder).map_err(|e| at(&peer.folder, &e))?;
        let source = peer.file("muxleq.c");
        fs::write(&source, SOURCE).map_err(|e| at(&source, &e))?;
        let mut command = Command::new(compiler);
        command.arg("-O3").arg("-o").args([&peer.program(), &source]);
        let made = command.output().map_err(|e| {
            format!(
                "C compiler `{compiler}`: {e}; install one, or name it in CC, to compare with C"
            )
        })?;
        if !made.status.success() {
            let said = String::from_utf8_lossy(&made.stderr);
            let first = said.lines().next().unwrap_or("no message");
            return Err(format!("C compiler `{compiler}`: {}: {first}", made.status));
        }
        Ok(peer)
    }

    pub(crate) fn file(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    pub(crate) fn program(&self) -> PathBuf {
        self.file("muxleq")
    }
}

impl Drop for Peer {
    fn drop(&mut self) {
        // A folder left behind in the temporary ones is no failure.
        let _ = fs::remove_dir_all(&self.folder);
    }
}

/// A message about a file.
pub(crate) fn at(file: &Path, error: &std::io::Error) -> String {
    format!("{}: {error}", file.display())
}
