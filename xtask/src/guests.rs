//! Guest programs for tests and benches: Debian's arm64 packages, by name, from the package
//! archive that the machine's apt is set up with.

use crate::{root, run};
use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;
use std::process::{Command, Stdio};

/// What is asked for; apt adds what they depend on.
const PACKAGES: &[&str] = &[
    "busybox-static",
    "bash-static",
    "dash",
    "coreutils",
    "findutils",
    "diffutils",
    "grep",
    "sed",
    "gawk",
    "gzip",
    "bzip2",
    "xz-utils",
    "lua5.4",
    "sqlite3",
    "python3-minimal",
    "python3.11",
    "cpp-12",
];

/// Unpacks the packages into `build/guests/root`. A second call finds everything in place.
pub(crate) fn fetch() -> Result<(), String> {
    let base = root().join("build/guests");
    let stamp = base.join("packages");
    let wanted = PACKAGES.join(" ");
    if fs::read_to_string(&stamp).is_ok_and(|have| have == wanted) {
        println!("{} is up to date", base.join("root").display());
        return Ok(());
    }
    let archives = base.join("archives");
    fs::create_dir_all(archives.join("partial")).map_err(|e| e.to_string())?;
    fs::write(base.join("status"), "").map_err(|e| e.to_string())?;
    run(Command::new("dpkg").args(["--add-architecture", "arm64"]))?;
    run(Command::new("apt-get").args(["-q", "update"]).stdout(Stdio::null()))?;
    download(&base, &archives)?;
    unpack(&base.join("root"), &archives)?;
    fs::write(stamp, wanted).map_err(|e| e.to_string())
}

/// Downloads the packages and all that they depend on, as if nothing were installed.
fn download(base: &Path, archives: &Path) -> Result<(), String> {
    let mut apt = Command::new("apt-get");
    apt.args(["-q", "-y", "--download-only", "--no-install-recommends"]);
    apt.arg("-o").arg(format!("Dir::State::status={}", base.join("status").display()));
    apt.arg("-o").arg(format!("Dir::Cache::archives={}", archives.display()));
    apt.args(["-o", "APT::Architecture=arm64", "-o", "APT::Architectures=arm64"]);
    apt.args(["-o", "APT::Sandbox::User=root", "install"]);
    apt.args(PACKAGES);
    run(apt.stdout(Stdio::null()))
}

fn unpack(into: &Path, archives: &Path) -> Result<(), String> {
    if into.exists() {
        fs::remove_dir_all(into).map_err(|e| e.to_string())?;
    }
    for dir in ["usr/bin", "usr/sbin", "usr/lib", "tmp", "dev", "proc", "root", "etc"] {
        fs::create_dir_all(into.join(dir)).map_err(|e| e.to_string())?;
    }
    for dir in ["bin", "sbin", "lib"] {
        symlink(format!("usr/{dir}"), into.join(dir)).map_err(|e| e.to_string())?;
    }
    let entries = fs::read_dir(archives).map_err(|e| e.to_string())?;
    let mut debs: Vec<_> = entries.flatten().map(|e| e.path()).collect();
    debs.retain(|p| p.extension().is_some_and(|e| e == "deb"));
    debs.sort();
    for deb in &debs {
        // dpkg-deb -x would replace the symlinks above by directories.
        let mut contents = Command::new("dpkg-deb");
        contents.arg("--fsys-tarfile").arg(deb).stdout(Stdio::piped());
        let mut contents = contents.spawn().map_err(|e| format!("dpkg-deb: {e}"))?;
        let tar = contents.stdout.take().ok_or("dpkg-deb gave no output")?;
        let mut command = Command::new("tar");
        command.args(["-x", "--keep-directory-symlink", "-C"]).arg(into).stdin(tar);
        run(&mut command)?;
        contents.wait().map_err(|e| e.to_string())?;
    }
    // Debian makes these links when it configures the packages.
    for (link, target) in
        [("usr/bin/sh", "dash"), ("usr/bin/awk", "gawk"), ("usr/bin/lua", "lua5.4")]
    {
        let link = into.join(link);
        if fs::symlink_metadata(&link).is_err() {
            symlink(target, link).map_err(|e| e.to_string())?;
        }
    }
    fs::write(into.join("etc/passwd"), "root:x:0:0:root:/root:/bin/sh\n")
        .map_err(|e| e.to_string())?;
    fs::write(into.join("etc/group"), "root:x:0:\n").map_err(|e| e.to_string())?;
    println!("unpacked {} packages into {}", debs.len(), into.display());
    Ok(())
}
