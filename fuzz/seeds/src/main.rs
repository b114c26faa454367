//! Writes first inputs for every fuzz target below the folder given: `ncpu-fuzz-seeds CORPUS`.

mod elf;

use ncpu_asm::Options;
use ncpu_isa::ROWS;
use std::fs;
use std::io::{self, Write};
use std::path::Path;
use tar::{Builder, EntryType, Header};

fn main() -> io::Result<()> {
    let Some(corpus) = std::env::args_os().nth(1) else {
        return Err(io::Error::other("usage: ncpu-fuzz-seeds CORPUS"));
    };
    let corpus = Path::new(&corpus);
    write(&corpus.join("elf"), elf::seeds())?;
    write(&corpus.join("tar"), archives()?)?;
    write(&corpus.join("a64"), words())?;
    write(&corpus.join("execute"), instructions())?;
    let sources = sources()?;
    write(&corpus.join("nbin"), images(&sources))?;
    write(&corpus.join("asm"), sources)?;
    write(&corpus.join("muxleq"), muxleq())?;
    write(&corpus.join("muxleq_asm"), muxleq_sources()?)?;
    write(&corpus.join("discover"), discover())
}

fn write(dir: &Path, seeds: Vec<Vec<u8>>) -> io::Result<()> {
    fs::create_dir_all(dir)?;
    for (n, seed) in seeds.iter().enumerate() {
        fs::write(dir.join(format!("seed-{n}")), seed)?;
    }
    Ok(())
}

/// MUXLEQ images: copying input, a loop, steps of both kinds that change others, a number too large.
fn muxleq() -> Vec<Vec<u8>> {
    let images = [
        "-1 12 0 13 12 -1 12 -1 0 13 13 0 0 0",
        "6,-1,0\n7,7,3\n65,0\n",
        "20 11 3 21 8 32789 9 20 32790 0 0 0 22 22 6 9 9 -1 0 0 1 2 65535",
        "70000 -",
    ];
    images.iter().map(|image| image.as_bytes().to_vec()).collect()
}

/// MUXLEQ programs of one file, and the library's files.
fn muxleq_sources() -> io::Result<Vec<Vec<u8>>> {
    let programs = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../programs/muxleq");
    let mut seeds = Vec::new();
    for folder in [programs.clone(), programs.join("lib")] {
        for entry in fs::read_dir(folder)? {
            let path = entry?.path();
            if path.extension().is_some_and(|e| e == "mux") {
                seeds.push(fs::read(&path)?);
            }
        }
    }
    seeds.sort();
    Ok(seeds)
}

/// Lines of sessions, and lines of batches.
fn discover() -> Vec<Vec<u8>> {
    const SESSION: u8 = 0;
    const BATCH: u8 = 1;
    let inputs = [
        (SESSION, "preset fib\nsynthesize\nexplain\ntrace 7\nwhy not x * x\nexport c\n"),
        (SESSION, "12, 18 -> 6\n35, 14 -> 7\nsynthesize\nquestions\na\nalternatives\n"),
        (SESSION, "[1, 2] -> [2, 1]\n[] -> []\nsynthesize\ntest [3, 4, 5]\nremove 1\n"),
        (SESSION, "0xb8 -> 0x8\n0x70 -> 0x10\nconst 1, 0xff\nsynthesize\nexport asm\n"),
        (SESSION, "cipher hello khoor\napply world\ninvert\ncrack Wkh txlfn\n"),
        (SESSION, "\"Ada Lovelace\" -> \"A. L.\"\nsynthesize\nsummary\nexport regex\n"),
        (BATCH, "{\"kind\":\"int\",\"examples\":[[[1],2],[[2],\"3\"]],\"test\":[[[9],null]]}\n"),
        (BATCH, "{\"kind\":\"bv\",\"examples\":[[[\"0xff\"],\"0f\"]],\"consts\":[\"0x1\"]}\n[]\n"),
        (BATCH, "{\"kind\":\"string\",\"examples\":[[[\"a b\"],\"b\"]]}\n{\"kind\":\"list\","),
        (BATCH, "{\"examples\":[[[[1,2]],[2]],[[[]],[]]]}\n{\"examples\":[[1,true]]}\n"),
    ];
    inputs.iter().map(|(mode, text)| [&[*mode], text.as_bytes()].concat()).collect()
}

/// Words of every row of the encoding table, four rows an input, behind an address.
fn words() -> Vec<Vec<u8>> {
    let mut random = generator();
    let mut word = |row: &ncpu_isa::Row| row.random(&mut random).to_le_bytes();
    let seed = |rows: &[ncpu_isa::Row]| {
        let pc = 0x40_0000_u64.to_le_bytes();
        pc.into_iter().chain(rows.iter().flat_map(&mut word)).collect()
    };
    ROWS.chunks(4).map(seed).collect()
}

/// The same for `execute`: a seed, a style, and for each instruction its row and the other bits.
fn instructions() -> Vec<Vec<u8>> {
    let mut random = generator();
    let count = ROWS.len();
    let seed = |first: usize| {
        let mut out = random().to_le_bytes().to_vec();
        out.push(first as u8);
        for step in 0..8 {
            let row = (first + step * 131) % count;
            out.extend((row as u16).to_le_bytes());
            out.extend((random() as u32).to_le_bytes());
        }
        out
    };
    (0..count).step_by(2).map(seed).collect()
}

fn generator() -> impl FnMut() -> u64 {
    let mut state = 1_u64;
    move || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        state ^ state >> 29
    }
}

/// The repository's programs, behind the byte that chooses the options.
fn sources() -> io::Result<Vec<Vec<u8>>> {
    let programs = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../programs");
    let mut seeds = Vec::new();
    for entry in fs::read_dir(programs)? {
        let path = entry?.path();
        if path.extension().is_some_and(|e| e == "asm") {
            let text = fs::read(&path)?;
            let compat = text.windows(12).any(|w| w == b"mode: compat");
            seeds.push([&[u8::from(compat)], text.as_slice()].concat());
        }
    }
    seeds.sort();
    seeds.push(b"\x02mov r0, 'a'; out r0; halt".to_vec());
    Ok(seeds)
}

/// The sources that assemble, assembled.
fn images(sources: &[Vec<u8>]) -> Vec<Vec<u8>> {
    let image = |source: &Vec<u8>| {
        let text = String::from_utf8_lossy(&source[1..]);
        let options = Options { compat: source[0] & 1 == 1, ..Options::default() };
        Some(ncpu_asm::assemble(&text, &options).ok()?.image.to_bytes())
    };
    sources.iter().filter_map(image).collect()
}

/// A small tree with every kind of entry, plain and compressed, and archives with one odd entry.
fn archives() -> io::Result<Vec<Vec<u8>>> {
    let tree = tree()?;
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    gzip.write_all(&tree)?;
    let level = ruzstd::encoding::CompressionLevel::Fastest;
    let zstd = ruzstd::encoding::compress_to_vec(tree.as_slice(), level);
    let mut seeds = vec![tree, gzip.finish()?, zstd];
    for name in ["dev", "proc", "prog", "tmp", "etc/passwd"] {
        for kind in [EntryType::Regular, EntryType::Symlink, EntryType::Fifo] {
            let mut archive = Builder::new(Vec::new());
            add(&mut archive, name, kind, "/../../etc", b"")?;
            seeds.push(archive.into_inner()?);
        }
    }
    Ok(seeds)
}

fn tree() -> io::Result<Vec<u8>> {
    let mut archive = Builder::new(Vec::new());
    let long = "long/".repeat(40) + "name";
    for (name, kind, link, data) in [
        ("bin", EntryType::Directory, "", &b""[..]),
        ("bin/file", EntryType::Regular, "", b"#!/prog -x\n"),
        ("bin/link", EntryType::Symlink, "../bin/file", b""),
        ("bin/hard", EntryType::Link, "bin/file", b""),
        ("fifo", EntryType::Fifo, "", b""),
        ("null", EntryType::Char, "", b""),
        ("disk", EntryType::Block, "", b""),
        (&long, EntryType::Regular, "", &[7; 600]),
    ] {
        add(&mut archive, name, kind, link, data)?;
    }
    archive.into_inner()
}

fn add(
    archive: &mut Builder<Vec<u8>>,
    name: &str,
    kind: EntryType,
    link: &str,
    data: &[u8],
) -> io::Result<()> {
    let mut header = Header::new_gnu();
    header.set_entry_type(kind);
    header.set_mode(0o755);
    header.set_uid(1000);
    header.set_gid(1000);
    header.set_mtime(1_700_000_000);
    header.set_size(data.len() as u64);
    if kind == EntryType::Char {
        header.set_device_major(1)?;
        header.set_device_minor(3)?;
    }
    if link.is_empty() {
        archive.append_data(&mut header, name, data)
    } else {
        // Links may lead anywhere; only the text counts.
        header.set_link_name_literal(link)?;
        archive.append_data(&mut header, name, data)
    }
}
