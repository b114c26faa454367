//! The oracle: the same command under `qemu-aarch64`, in a chroot with the same files, where the
//! kernel starts AArch64 programs through binfmt_misc. Needs root and Debian's qemu-user-static.

use crate::cases::Case;
use crate::{ENV, Output, root};
use std::fs;
use std::os::unix::process::ExitStatusExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

const QEMU: &str = "/usr/bin/qemu-aarch64-static";
const BINFMT: &str = "/proc/sys/fs/binfmt_misc";

/// A chroot that runs AArch64 programs.
#[derive(Debug)]
pub struct Oracle {
    dir: PathBuf,
}

impl Oracle {
    /// Prepares the chroot from the guests' root.
    ///
    /// # Errors
    /// What is missing on this machine, for people.
    pub fn prepare(guests: &Path) -> Result<Self, String> {
        if !Path::new(QEMU).exists() {
            return Err("qemu-user-static is not installed".into());
        }
        register()?;
        let dir = root().join("build/guests/oracle");
        if !dir.join("usr/bin/busybox").exists() {
            run(Command::new("cp").arg("-al").arg(guests).arg(&dir))?;
            let _ = fs::remove_dir_all(dir.join("bench"));
        }
        for (name, major, minor) in [
            ("null", "1", "3"),
            ("zero", "1", "5"),
            ("full", "1", "7"),
            ("random", "1", "8"),
            ("urandom", "1", "9"),
            ("tty", "5", "0"),
        ] {
            let node = dir.join("dev").join(name);
            if !node.exists() {
                run(Command::new("mknod").arg(&node).args(["-m", "666", "c", major, minor]))?;
            }
        }
        for (name, target) in [
            ("fd", "/proc/self/fd"),
            ("stdin", "/proc/self/fd/0"),
            ("stdout", "/proc/self/fd/1"),
            ("stderr", "/proc/self/fd/2"),
        ] {
            let link = dir.join("dev").join(name);
            if fs::symlink_metadata(&link).is_err() {
                std::os::unix::fs::symlink(target, link).map_err(|e| e.to_string())?;
            }
        }
        Ok(Self { dir })
    }

    /// Runs a case in an empty `/tmp`.
    ///
    /// # Errors
    /// Why nothing could be run.
    pub fn run(&self, case: &Case) -> Result<Output, String> {
        let tmp = self.dir.join("tmp");
        let _ = fs::remove_dir_all(&tmp);
        fs::create_dir_all(&tmp).map_err(|e| e.to_string())?;
        run(Command::new("chmod").arg("1777").arg(&tmp))?;
        // /proc is mounted in a mount namespace of its own, so that nothing stays behind.
        let enter = "mount -t proc proc \"$0/proc\" && exec chroot \"$0\" \"$@\"";
        let mut command = Command::new("timeout");
        command.args(["-s", "KILL", "300", "unshare", "-m", "sh", "-c", enter]).arg(&self.dir);
        command.args(["/usr/bin/env", "-i", "-C", "/tmp"]).args(ENV).args(&case.shell);
        let output = command
            .arg(&case.script)
            .stdin(Stdio::null())
            .output()
            .map_err(|e| format!("chroot: {e}"))?;
        let signal = output.status.signal().map(|n| 128 + n);
        let status = output.status.code().or(signal).unwrap_or(-1);
        Ok(Output { status, stdout: output.stdout, stderr: output.stderr })
    }
}

/// Makes the kernel start AArch64 programs by QEMU. `F` keeps the interpreter open, so that the
/// chroot need not contain it.
fn register() -> Result<(), String> {
    let own = Path::new(BINFMT).join("ncpu-aarch64");
    if own.exists() || Path::new(BINFMT).join("qemu-aarch64").exists() {
        return Ok(());
    }
    if !Path::new(BINFMT).join("register").exists() {
        run(Command::new("mount").args(["-t", "binfmt_misc", "none", BINFMT]))?;
    }
    let magic = r"\x7fELF\x02\x01\x01\x00\x00\x00\x00\x00\x00\x00\x00\x00\x02\x00\xb7\x00";
    let mask = r"\xff\xff\xff\xff\xff\xff\xff\x00\xff\xff\xff\xff\xff\xff\xff\xff\xfe\xff\xff\xff";
    let rule = format!(":ncpu-aarch64:M::{magic}:{mask}:{QEMU}:POCF");
    fs::write(Path::new(BINFMT).join("register"), rule)
        .map_err(|e| format!("binfmt_misc refuses the registration: {e}"))
}

fn run(command: &mut Command) -> Result<(), String> {
    let name = command.get_program().to_string_lossy().into_owned();
    let output = command.output().map_err(|e| format!("{name}: {e}"))?;
    if output.status.success() {
        return Ok(());
    }
    Err(format!("{name}: {}", String::from_utf8_lossy(&output.stderr).trim()))
}
