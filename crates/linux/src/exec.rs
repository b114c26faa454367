//! Starting programs: ELF images, interpreters, scripts and the initial stack.

use crate::errno::Errno;
use crate::process::{RLIMIT_STACK, Space};
use crate::system::System;
use crate::vfs::content::Content;
use crate::vfs::inode::InodeId;
use ncpu_elf::{Elf, FileKind, Source};
use ncpu_mem::{AddressSpace, Backing, PAGE_SIZE, PageSource, Perms, Region};
use std::sync::Arc;

const PAGE: u64 = PAGE_SIZE as u64;
/// Where the stack ends.
const STACK_TOP: u64 = 0xffff_ffff_f000;
/// Where mappings without an address go, downwards.
pub(crate) const MMAP_TOP: u64 = STACK_TOP - (256 << 20);
/// Lowest address a mapping may have.
pub(crate) const MMAP_MIN: u64 = 0x1_0000;
/// Where position-independent programs go.
const PIE_BASE: u64 = 0xaaaa_aaaa_0000;
/// `#!` lines may lead to `#!` lines this often.
const SCRIPT_DEPTH: u32 = 5;
/// Longest single argument or environment string.
const STRING_MAX: usize = 131_072;

/// Why a program did not start.
#[derive(Debug)]
pub(crate) enum ExecError {
    /// Linux's answer.
    Errno(Vec<u8>, Errno),
    /// An ELF file that cannot run here.
    Elf(Vec<u8>, ncpu_elf::Error),
    /// The interpreter named by a program is missing or broken.
    Interpreter { program: Vec<u8>, interpreter: Vec<u8>, errno: Errno },
    /// Not a program at all.
    Unknown(Vec<u8>),
}

impl ExecError {
    /// What `execve` answers.
    pub(crate) fn errno(&self) -> Errno {
        match self {
            Self::Errno(_, e) | Self::Interpreter { errno: e, .. } => *e,
            Self::Elf(..) | Self::Unknown(_) => Errno::ENOEXEC,
        }
    }
}

impl std::fmt::Display for ExecError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let text = |b: &[u8]| String::from_utf8_lossy(b).into_owned();
        match self {
            Self::Errno(path, Errno::ENOENT) => write!(
                f,
                "{}: no such file in the guest's file system; check the path, --rootfs and --mount",
                text(path)
            ),
            Self::Errno(path, Errno::EACCES) => write!(
                f,
                "{}: a directory, or not executable by this user; name a program, chmod +x it, or \
                 use --uid 0",
                text(path)
            ),
            Self::Errno(path, e) => write!(f, "{}: {}", text(path), e.text()),
            Self::Elf(path, e) => write!(f, "{}: {e}", text(path)),
            Self::Interpreter { program, interpreter, errno } => write!(
                f,
                "{}: needs the interpreter {}, which the guest's file system does not have ({}); \
                 give the root file system it belongs to with --rootfs",
                text(program),
                text(interpreter),
                errno.text()
            ),
            Self::Unknown(path) => {
                write!(f, "{}: neither an AArch64 ELF program nor a #! script", text(path))
            }
        }
    }
}

/// A file's bytes for the ELF reader.
struct Bytes<'a>(&'a Content);

impl Source for Bytes<'_> {
    fn len(&self) -> u64 {
        self.0.size()
    }

    fn read_at(&self, offset: u64, buf: &mut [u8]) -> usize {
        self.0.read_at(offset, buf).unwrap_or(0)
    }
}

/// A program found and checked, ready to be loaded.
pub(crate) struct Program {
    pub(crate) inode: InodeId,
    pub(crate) path: Vec<u8>,
    argv: Vec<Vec<u8>>,
    content: Arc<Content>,
    elf: Elf,
    interpreter: Option<(Arc<Content>, Elf, Vec<u8>)>,
}

/// A fresh image.
pub(crate) struct Image {
    pub(crate) space: Space,
    pub(crate) pc: u64,
    pub(crate) sp: u64,
}

impl System {
    /// Follows `#!` lines to an ELF program and reads its headers and its interpreter's.
    pub(crate) fn find_program(
        &mut self,
        start: InodeId,
        path: &[u8],
        mut argv: Vec<Vec<u8>>,
    ) -> Result<Program, ExecError> {
        let mut path = path.to_vec();
        for _ in 0..SCRIPT_DEPTH {
            let (inode, content) =
                self.executable(start, &path).map_err(|e| ExecError::Errno(path.clone(), e))?;
            let mut head = [0; 258];
            let n = content.read_at(0, &mut head).map_err(|e| ExecError::Errno(path.clone(), e))?;
            match ncpu_elf::detect(&head[..n]) {
                FileKind::Elf => return self.check_program(inode, path, argv, content),
                FileKind::Script(script) => {
                    let mut rest = argv.split_off(argv.len().min(1));
                    argv = vec![script.interpreter.clone()];
                    argv.extend(script.argument);
                    argv.push(path.clone());
                    argv.append(&mut rest);
                    if self.executable(start, &script.interpreter).is_err() {
                        let (program, interpreter) = (path, script.interpreter);
                        let errno = Errno::ENOENT;
                        return Err(ExecError::Interpreter { program, interpreter, errno });
                    }
                    path = script.interpreter;
                }
                FileKind::Unknown => return Err(ExecError::Unknown(path)),
            }
        }
        Err(ExecError::Errno(path, Errno::ELOOP))
    }

    fn executable(
        &mut self,
        start: InodeId,
        path: &[u8],
    ) -> Result<(InodeId, Arc<Content>), Errno> {
        self.fs(|vfs, ctx| {
            let id = vfs.resolve(ctx, start, path, true)?;
            if !vfs.inode(id).is_file() {
                return Err(Errno::EACCES);
            }
            vfs.check(ctx, id, 1)?;
            let content = vfs.content(id)?;
            Ok((id, content))
        })
    }

    fn check_program(
        &mut self,
        inode: InodeId,
        path: Vec<u8>,
        argv: Vec<Vec<u8>>,
        content: Arc<Content>,
    ) -> Result<Program, ExecError> {
        let elf = Elf::parse(&Bytes(&content)).map_err(|e| ExecError::Elf(path.clone(), e))?;
        let interpreter = match &elf.interpreter {
            None => None,
            Some(name) => {
                let root = self.vfs.root;
                let fail = |errno| ExecError::Interpreter {
                    program: path.clone(),
                    interpreter: name.clone(),
                    errno,
                };
                let (_, content) = self.executable(root, name).map_err(fail)?;
                let elf =
                    Elf::parse(&Bytes(&content)).map_err(|e| ExecError::Elf(name.clone(), e))?;
                Some((content, elf, name.clone()))
            }
        };
        Ok(Program { inode, path, argv, content, elf, interpreter })
    }

    /// Builds the address space and stack of a program.
    pub(crate) fn build_image(
        &mut self,
        program: &Program,
        env: &[Vec<u8>],
    ) -> Result<Image, Errno> {
        let mut mem = AddressSpace::new(Some(self.budget.clone()));
        let name = String::from_utf8_lossy(&program.path).into_owned();
        let elf = &program.elf;
        let bias = match elf.kind {
            ncpu_elf::Kind::Fixed => 0,
            ncpu_elf::Kind::Position => {
                let align = elf.max_align();
                (PIE_BASE & !(align - 1)).wrapping_sub(elf.span().0 & !(align - 1))
            }
        };
        map_elf(&mut mem, elf, &program.content, bias, &name)?;
        let brk_start = bias.wrapping_add(elf.span().1);
        let stack_limit = self.stack_limit();
        let stack_start = STACK_TOP - stack_limit;
        let map_error = |_| Errno::ENOMEM;
        mem.map_anonymous(stack_start, stack_limit, Perms::RW, "[stack]").map_err(map_error)?;
        let trampoline = MMAP_TOP;
        map_trampoline(&mut mem, trampoline)?;
        let mut base = 0;
        let mut pc = bias.wrapping_add(elf.entry);
        if let Some((content, interpreter, path)) = &program.interpreter {
            let (low, high) = interpreter.span();
            let align = interpreter.max_align();
            base = mem.find_gap(MMAP_MIN, MMAP_TOP, high - low + align).map_err(map_error)?;
            base = ((base + align - 1) & !(align - 1)).wrapping_sub(low & !(align - 1));
            if interpreter.kind == ncpu_elf::Kind::Fixed {
                base = 0;
            }
            map_elf(&mut mem, interpreter, content, base, &String::from_utf8_lossy(path))?;
            pc = base.wrapping_add(interpreter.entry);
        }
        let mut space = Space {
            mem,
            brk_start,
            brk: brk_start,
            args: (0, 0),
            env: (0, 0),
            stack: STACK_TOP,
            trampoline,
        };
        let auxv = self.auxv(program, bias, base);
        let sp = self.build_stack(&mut space, program, env, auxv, stack_limit)?;
        Ok(Image { space, pc, sp })
    }

    fn stack_limit(&self) -> u64 {
        let process = self.tasks.get(&self.cur).and_then(|t| self.procs.get(&t.pid));
        let limit = process.map_or(8 << 20, |p| p.rlimits[RLIMIT_STACK].0);
        limit.clamp(128 << 10, 128 << 20).next_multiple_of(PAGE)
    }

    fn auxv(&mut self, program: &Program, bias: u64, base: u64) -> Vec<(u64, u64)> {
        let creds =
            self.tasks.get(&self.cur).and_then(|t| self.procs.get(&t.pid)).map(|p| &p.creds);
        let (uid, gid) =
            creds.map_or(([self.config.uid; 3], [self.config.gid; 3]), |c| (c.uid, c.gid));
        let phdr = program.elf.phdr_addr().map_or(0, |p| bias.wrapping_add(p));
        let secure = uid[0] != uid[1] || gid[0] != gid[1];
        vec![
            (16, self.config.hwcap),
            (6, PAGE),
            (17, 100),
            (3, phdr),
            (4, 56),
            (5, program.elf.segments.len() as u64),
            (7, base),
            (8, 0),
            (9, bias.wrapping_add(program.elf.entry)),
            (11, uid[0].into()),
            (12, uid[1].into()),
            (13, gid[0].into()),
            (14, gid[1].into()),
            (23, secure.into()),
            (26, self.config.hwcap2),
            (51, crate::signal::FRAME_SIZE as u64 + 16),
        ]
    }

    fn build_stack(
        &mut self,
        space: &mut Space,
        program: &Program,
        env: &[Vec<u8>],
        mut auxv: Vec<(u64, u64)>,
        limit: u64,
    ) -> Result<u64, Errno> {
        let argv = &program.argv;
        if argv.iter().chain(env).any(|s| s.len() >= STRING_MAX) {
            return Err(Errno::E2BIG);
        }
        let strings: usize = argv.iter().chain(env).map(|s| s.len() + 1).sum();
        let total = strings + (argv.len() + env.len()) * 8 + program.path.len() + 4096;
        if total as u64 > (limit / 4).max(128 << 10).min(limit - 32 * PAGE) {
            return Err(Errno::E2BIG);
        }
        let mut stack = StackWriter { at: STACK_TOP - 8, mem: &mut space.mem };
        let execfn = stack.string(&program.path)?;
        let env_end = stack.at;
        let env_at = stack.strings(env)?;
        let env_start = stack.at;
        let argv_at = stack.strings(argv)?;
        space.args = (stack.at, env_start);
        space.env = (env_start, env_end);
        let platform = stack.string(b"aarch64")?;
        let mut random = [0; 16];
        self.random.fill(&mut random);
        let random = stack.bytes(&random)?;
        auxv.extend([(25, random), (31, execfn), (15, platform), (0, 0)]);
        let mut words = vec![argv.len() as u64];
        words.extend(argv_at);
        words.push(0);
        words.extend(env_at);
        words.push(0);
        words.extend(auxv.into_iter().flat_map(|(k, v)| [k, v]));
        let sp = (stack.at - 8 * words.len() as u64) & !15;
        let bytes: Vec<u8> = words.iter().flat_map(|w| w.to_le_bytes()).collect();
        space.mem.poke(sp, &bytes).map_err(|_| Errno::ENOMEM)?;
        space.stack = sp;
        Ok(sp)
    }
}

/// Writes downwards from the top of a stack.
struct StackWriter<'a> {
    at: u64,
    mem: &'a mut AddressSpace,
}

impl StackWriter<'_> {
    fn bytes(&mut self, data: &[u8]) -> Result<u64, Errno> {
        self.at -= data.len() as u64;
        self.mem.poke(self.at, data).map_err(|_| Errno::ENOMEM)?;
        Ok(self.at)
    }

    fn string(&mut self, s: &[u8]) -> Result<u64, Errno> {
        self.bytes(&[0])?;
        self.bytes(s)
    }

    /// Strings one after the other, the first lowest.
    fn strings(&mut self, all: &[Vec<u8>]) -> Result<Vec<u64>, Errno> {
        let mut at = Vec::with_capacity(all.len());
        for s in all.iter().rev() {
            at.push(self.string(s)?);
        }
        at.reverse();
        Ok(at)
    }
}

/// The page a signal handler returns to: `mov x8, #139; svc #0`.
fn map_trampoline(mem: &mut AddressSpace, at: u64) -> Result<(), Errno> {
    mem.map_anonymous(at, PAGE, Perms::RX, "[vdso]").map_err(|_| Errno::ENOMEM)?;
    let code = [0xd280_1168_u32, 0xd400_0001];
    let bytes: Vec<u8> = code.iter().flat_map(|w| w.to_le_bytes()).collect();
    mem.poke(at, &bytes).map_err(|_| Errno::ENOMEM)
}

fn map_elf(
    mem: &mut AddressSpace,
    elf: &Elf,
    content: &Arc<Content>,
    bias: u64,
    name: &str,
) -> Result<(), Errno> {
    let name: Arc<str> = name.into();
    for s in elf.loads() {
        let mut perms = Perms::NONE;
        for (on, bit) in [(s.read, Perms::R), (s.write, Perms::W), (s.exec, Perms::X)] {
            if on {
                perms = perms | bit;
            }
        }
        let vaddr = bias.wrapping_add(s.vaddr);
        if vaddr < PAGE {
            return Err(Errno::EPERM);
        }
        let start = vaddr & !(PAGE - 1);
        let file_end = vaddr + s.file_size;
        let mem_end = vaddr.checked_add(s.mem_size).ok_or(Errno::ENOMEM)?;
        let map_end = file_end.next_multiple_of(PAGE);
        let mut anonymous = start;
        if s.file_size > 0 {
            let source: Arc<dyn PageSource> = content.clone();
            let backing = Backing::Object { source, first: s.offset / PAGE };
            let name = name.clone();
            let region = Region { start, end: map_end, perms, shared: false, backing, name };
            mem.map(region).map_err(|_| Errno::ENOMEM)?;
            if s.mem_size > s.file_size && s.write && file_end < map_end {
                let zeroes = vec![0; (map_end - file_end) as usize];
                mem.poke(file_end, &zeroes).map_err(|_| Errno::ENOMEM)?;
            }
            anonymous = map_end;
        }
        let end = mem_end.next_multiple_of(PAGE);
        if end > anonymous {
            mem.map_anonymous(anonymous, end - anonymous, perms, "").map_err(|_| Errno::ENOMEM)?;
        }
    }
    Ok(())
}

impl System {
    /// Name and offset of a code address in the current address space.
    pub(crate) fn symbol(&mut self, pc: u64) -> Option<String> {
        let region = self.mem().region(pc)?.clone();
        let Backing::Object { first, .. } = region.backing else { return None };
        let path = region.name.as_bytes().to_vec();
        let root = self.vfs.root;
        let content = self.fs(|vfs, ctx| {
            let id = vfs.resolve(ctx, root, &path, true)?;
            vfs.content(id)
        });
        let content = content.ok()?;
        let elf = Elf::parse(&Bytes(&content)).ok()?;
        let offset = first * PAGE + (pc - region.start);
        let segment =
            elf.loads().find(|s| offset >= s.offset && offset - s.offset < s.file_size)?;
        let addr = segment.vaddr + (offset - segment.offset);
        let symbols = ncpu_elf::Symbols::read(&Bytes(&content));
        let (symbol, offset) = symbols.lookup(addr)?;
        Some(format!("{}+{offset:#x}", symbol.name))
    }
}
