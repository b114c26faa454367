//! From a configuration and a program to a machine that can run.

use crate::clock::{Clock, Rng};
use crate::config::{Config, StartError};
use crate::errno::Errno;
use crate::host::Host;
use crate::process::Pid;
use crate::report::Counters;
use crate::slab::Slab;
use crate::strace::Strace;
use crate::syscalls::lock::Locks;
use crate::system::System;
use crate::vfs::Vfs;
use crate::vfs::content::Content;
use crate::vfs::inode::InodeId;
use ncpu_mem::{Page, PageBudget, PageRef};
use std::io::Write;
use std::path::Path;
use std::sync::Arc;

/// What to start.
#[derive(Debug, Clone)]
pub enum Program {
    /// A path in the guest's file system.
    Guest(String),
    /// A host file, which the guest sees under its absolute path.
    Host(std::path::PathBuf),
    /// Bytes, which the guest sees under an absolute path.
    Bytes(String, Vec<u8>),
    /// A host file that was read before, for many machines.
    Read(ProgramFile),
}

/// A program's file in memory. Machines that start it share its pages, so that an engine knows code
/// that it has translated for another machine.
#[derive(Debug, Clone)]
pub struct ProgramFile {
    guest: Vec<u8>,
    pages: Arc<[PageRef]>,
    size: u64,
}

impl ProgramFile {
    /// Reads a host file, which guests see under its absolute path.
    ///
    /// # Errors
    /// One line for people.
    pub fn read(path: &Path) -> Result<Self, StartError> {
        use std::os::unix::ffi::OsStrExt;
        let fail = |e: &std::io::Error| StartError(format!("{}: {}", path.display(), io_text(e)));
        let bytes = std::fs::read(path).map_err(|e| fail(&e))?;
        let guest =
            std::path::absolute(path).map_err(|e| fail(&e))?.as_os_str().as_bytes().to_vec();
        Ok(Self::of(guest, &bytes))
    }

    fn of(guest: Vec<u8>, bytes: &[u8]) -> Self {
        let pages = bytes.chunks(ncpu_mem::PAGE_SIZE).map(Page::from_bytes).collect();
        Self { guest, pages, size: bytes.len() as u64 }
    }

    /// The same bytes in other pages, for another host thread.
    #[must_use]
    pub fn copy(&self) -> Self {
        let pages = self.pages.iter().map(|p| Page::from_bytes(p.bytes())).collect();
        Self { guest: self.guest.clone(), pages, size: self.size }
    }
}

impl System {
    /// Builds a machine and loads its first program.
    ///
    /// # Errors
    /// One line for people: which file, what is wrong, what helps.
    pub fn boot(
        config: Config,
        host: Box<dyn Host>,
        program: &Program,
        argv: &[String],
    ) -> Result<Self, StartError> {
        let mut system = Self::empty(config, host);
        system.mount_root()?;
        system.fs(|vfs, ctx| vfs.mount_standard(ctx)).map_err(|e| {
            StartError(format!("root file system: cannot add /dev, /proc and /tmp: {}", e.text()))
        })?;
        system.mount_hosts()?;
        let path = system.place_program(program)?;
        let cwd = system.working_directory()?;
        let argv: Vec<Vec<u8>> = argv.iter().map(|a| a.clone().into_bytes()).collect();
        let env: Vec<Vec<u8>> = system.config.env.iter().map(|e| e.clone().into_bytes()).collect();
        let program =
            system.find_program(cwd, &path, argv).map_err(|e| StartError(e.to_string()))?;
        let shown = String::from_utf8_lossy(&path).into_owned();
        let image = system
            .build_image(&program, &env)
            .map_err(|e| StartError(format!("{shown}: cannot be loaded: {}", load_hint(e))))?;
        system.start_first(program, image, cwd);
        Ok(system)
    }

    /// Shows every system call on `sink`.
    pub fn strace(&mut self, sink: Box<dyn Write>) {
        self.strace = Some(Strace::new(sink));
    }

    /// Processes alive now.
    #[must_use]
    pub fn processes(&self) -> Vec<Pid> {
        self.procs.keys().copied().collect()
    }

    fn empty(config: Config, mut host: Box<dyn Host>) -> Self {
        let budget = PageBudget::new(config.memory / ncpu_mem::PAGE_SIZE as u64);
        let clock = Clock::new(config.clock, config.epoch, host.as_mut());
        let vfs = Vfs::new(Some(budget.clone()), (config.uid, config.gid), clock.wall());
        let seed = config.seed;
        Self {
            vfs,
            files: Slab::new(),
            tables: Slab::new(),
            fss: Slab::new(),
            spaces: Slab::new(),
            actions: Slab::new(),
            pipes: Slab::new(),
            tasks: Default::default(),
            procs: Default::default(),
            queue: Default::default(),
            cur: 0,
            yielding: false,
            engine_failed: false,
            input_woke: None,
            next_pid: 2,
            next_timer: u64::MAX,
            clock,
            rng: Rng::new(seed),
            random: Rng::new(seed ^ 0x5eed_5eed_5eed_5eed),
            host,
            budget,
            locks: Locks::default(),
            counters: Counters::default(),
            strace: None,
            foreground: 0,
            hostname: config.hostname.clone(),
            config,
        }
    }

    fn mount_root(&mut self) -> Result<(), StartError> {
        let Some(path) = self.config.rootfs.clone() else { return Ok(()) };
        let shown = path.display().to_string();
        let meta = std::fs::metadata(&path).map_err(|e| {
            StartError(format!("--rootfs {shown}: {}; give a directory or a tar file", io_text(&e)))
        })?;
        if meta.is_dir() {
            return self
                .vfs
                .set_root_dir(&path)
                .map_err(|e| StartError(format!("--rootfs {shown}: {}", io_text(&e))));
        }
        if self.config.write_back {
            return Err(StartError(format!(
                "--write-back: {shown} is an archive; only a rootfs directory can be written back"
            )));
        }
        self.fs(|vfs, ctx| vfs.load_tar(&path, ctx))
            .map_err(|e| StartError(format!("--rootfs {shown}: {e}")))
    }

    fn mount_hosts(&mut self) -> Result<(), StartError> {
        for m in self.config.mounts.clone() {
            if m.guest.trim_matches('/').is_empty() {
                let host = m.host.display();
                return Err(StartError(format!(
                    "--mount {host}:{}: nothing can be mounted over the root; use --rootfs {host}",
                    m.guest
                )));
            }
            self.fs(|vfs, ctx| vfs.mount_host(&m.host, m.guest.as_bytes(), m.read_only, ctx))
                .map_err(|e| {
                    StartError(format!("--mount {}:{}: {}", m.host.display(), m.guest, io_text(&e)))
                })?;
        }
        Ok(())
    }

    /// The guest path of the program; puts a host program into the tree.
    fn place_program(&mut self, program: &Program) -> Result<Vec<u8>, StartError> {
        match program {
            Program::Guest(path) => Ok(path.clone().into_bytes()),
            Program::Host(path) => self.place_host_program(path),
            Program::Read(file) => {
                let content = Content::shared(&file.pages, file.size, self.vfs.budget.clone());
                let shown = || String::from_utf8_lossy(&file.guest);
                self.fs(|vfs, ctx| vfs.put_file(&file.guest, content, 0o755, ctx)).map_err(
                    |e| StartError(format!("{}: cannot be shown to the guest: {e}", shown())),
                )?;
                Ok(file.guest.clone())
            }
            Program::Bytes(path, bytes) => {
                let content = Content::empty(self.vfs.budget.clone());
                content
                    .write_at(0, bytes)
                    .and_then(|_| {
                        self.fs(|vfs, ctx| vfs.put_file(path.as_bytes(), content, 0o755, ctx))
                    })
                    .map_err(|e| StartError(format!("{path}: {}", e.text())))?;
                Ok(path.clone().into_bytes())
            }
        }
    }

    fn place_host_program(&mut self, path: &Path) -> Result<Vec<u8>, StartError> {
        use std::os::unix::ffi::OsStrExt;
        let shown = path.display().to_string();
        let fail = |e: &std::io::Error| StartError(format!("{shown}: {}", io_text(e)));
        let meta = std::fs::metadata(path).map_err(|e| fail(&e))?;
        if meta.is_dir() {
            return Err(StartError(format!("{shown}: is a directory; give a program")));
        }
        if !meta.is_file() {
            return Err(StartError(format!("{shown}: not a regular file; give a program")));
        }
        let absolute = std::path::absolute(path).map_err(|e| fail(&e))?;
        let content = self.vfs.host_content(path).map_err(|e| fail(&e))?;
        let guest = absolute.as_os_str().as_bytes().to_vec();
        self.fs(|vfs, ctx| vfs.put_file(&guest, content, 0o755, ctx))
            .map_err(|e| StartError(format!("{shown}: cannot be shown to the guest: {e}")))?;
        Ok(guest)
    }

    fn working_directory(&mut self) -> Result<InodeId, StartError> {
        let (root, path) = (self.vfs.root, self.config.cwd.clone());
        let found = self.fs(|vfs, ctx| vfs.resolve(ctx, root, path.as_bytes(), true));
        match found {
            Ok(id) if self.vfs.inode(id).is_dir() => Ok(id),
            Ok(_) => Err(StartError(format!("--cwd {path}: not a directory in the guest"))),
            Err(e) => Err(StartError(format!(
                "--cwd {path}: {}; the path is the guest's, inside --rootfs or a --mount",
                e.text()
            ))),
        }
    }

    /// Writes the guest's changes back to the `rootfs` directory, if the configuration asks for it.
    ///
    /// # Errors
    /// What could not be written.
    pub fn write_back(&mut self) -> Result<(), StartError> {
        if !self.config.write_back {
            return Ok(());
        }
        self.vfs.write_back().map_err(|(path, e)| {
            let path = String::from_utf8_lossy(&path).into_owned();
            StartError(format!("--write-back: /{path}: {}", e.text()))
        })
    }
}

fn load_hint(e: Errno) -> String {
    match e {
        Errno::ENOMEM => "out of guest memory or addresses; raise --memory".into(),
        Errno::E2BIG => "arguments and environment are too long; pass fewer".into(),
        e => e.text().into(),
    }
}

fn io_text(e: &std::io::Error) -> String {
    let text = e.to_string();
    match text.find(" (os error") {
        Some(at) => text[..at].to_owned(),
        None => text,
    }
}
