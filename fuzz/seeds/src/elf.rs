//! Programs: small ELF files of every shape that the loader tells apart, and scripts.

use ncpu_isa::assemble;

const HEADER: u64 = 64;
const PROGRAM_HEADER: u64 = 56;
const LOAD: u32 = 1;
const DYNAMIC: u32 = 2;
const INTERP: u32 = 3;
const NOTE: u32 = 4;
const TLS: u32 = 7;
const STACK: u32 = 0x6474_e551;

/// System calls with their arguments, which the programs make one after another.
const CALLS: &[&[u64]] = &[
    &[64, 1, 0x1_0000, 16],
    &[214, 0],
    &[222, 0, 0x8000, 7, 0x22, u64::MAX, 0],
    &[222, 0x10_0000, 0x4000, 3, 0x32, u64::MAX, 0],
    &[226, 0x1_0000, 0x1000, 7],
    &[215, 0x10_0000, 0x2000],
    &[216, 0x10_0000, 0x1000, 0x8000, 1],
    &[56, 0xffff_ff9c, 0x1_0000, 0o101, 0o644],
    &[63, 0, 0x1_0000, 64],
    &[62, 3, u64::MAX, 1],
    &[46, 3, 1 << 40],
    &[25, 0, 0, 20],
    &[29, 1, 0x5413, 0x1_0000],
    &[59, 0x1_0000, 0],
    &[220, 17, 0, 0, 0, 0],
    &[260, u64::MAX, 0x1_0000, 1, 0],
    &[134, 11, 0x1_0000, 0, 8],
    &[129, 1, 10],
    &[98, 0x1_0000, 0, 1, 0],
    &[115, 0, 0, 0x1_0000, 0],
    &[73, 0x1_0000, 2, 0x1_0000, 0],
    &[221, 0x1_0000, 0x1_0000, 0x1_0000],
    &[278, 0x1_0000, 256, 0],
    &[61, 3, 0x1_0000, 1024],
    &[94, 3],
];

pub(crate) fn seeds() -> Vec<Vec<u8>> {
    let mut seeds: Vec<Vec<u8>> =
        CALLS.chunks(5).map(|calls| file(2, &[segment(LOAD, 7)], &code(calls))).collect();
    let exit = code(&[]);
    let whole = segment(LOAD, 7);
    seeds.push(file(3, &[whole], &exit));
    for kind in [DYNAMIC, INTERP, NOTE, TLS, STACK] {
        seeds.push(file(3, &[whole, segment(kind, 6)], &exit));
    }
    let mut zeroes = whole;
    zeroes.more = 0x9000;
    seeds.push(file(2, &[segment(LOAD, 5), zeroes], &exit));
    seeds.push(with_symbols(file(2, &[whole], &exit)));
    seeds.extend([&b"#!/prog\n"[..], b"#! /prog  -x y \n", b"#!\n", b"text"].map(Vec::from));
    seeds
}

/// Makes the calls, then exits.
fn code(calls: &[&[u64]]) -> Vec<u8> {
    let mut lines = Vec::new();
    for call in calls.iter().chain([&&[93, 7][..]]) {
        for (n, value) in call.iter().enumerate() {
            let register = if n == 0 { 8 } else { n - 1 };
            lines.push(format!("movz x{register}, #{}", value & 0xffff));
            for hw in (1..4).filter(|hw| value >> (16 * hw) & 0xffff != 0) {
                let half = value >> (16 * hw) & 0xffff;
                lines.push(format!("movk x{register}, #{half}, lsl #{}", 16 * hw));
            }
        }
        lines.push("svc #0".into());
    }
    let word = |line: &String| assemble(line, 0).expect("the seeds' instructions exist");
    lines.iter().map(word).flat_map(u32::to_le_bytes).collect()
}

/// A program header; `more` is what memory has beyond the file.
#[derive(Clone, Copy)]
struct Segment {
    kind: u32,
    flags: u32,
    more: u64,
}

fn segment(kind: u32, flags: u32) -> Segment {
    Segment { kind, flags, more: 0 }
}

/// An ELF file of one page or less: loaded segments hold all of it, others the words `/prog`.
fn file(kind: u16, segments: &[Segment], code: &[u8]) -> Vec<u8> {
    let count = segments.len() as u64;
    let text = HEADER + PROGRAM_HEADER * count;
    let entry = text + 8;
    let size = entry + code.len() as u64;
    let base = if kind == 2 { 0x1_0000 } else { 0 };
    let mut out = b"\x7fELF\x02\x01\x01\0\0\0\0\0\0\0\0\0".to_vec();
    out.extend([kind, 183].iter().flat_map(|v| v.to_le_bytes()));
    out.extend(1_u32.to_le_bytes());
    out.extend([base + entry, HEADER, 0].iter().flat_map(|v| v.to_le_bytes()));
    out.extend(0_u32.to_le_bytes());
    out.extend([64, 56, count as u16, 64, 0, 0].iter().flat_map(|v| v.to_le_bytes()));
    for s in segments {
        let (offset, len) = if s.kind == LOAD { (0, size) } else { (text, 6) };
        out.extend([s.kind, s.flags].iter().flat_map(|v| v.to_le_bytes()));
        let words = [offset, base + offset, base + offset, len, len + s.more, 0x1000];
        out.extend(words.iter().flat_map(|v| v.to_le_bytes()));
    }
    out.extend(b"/prog\0\0\0");
    out.extend(code);
    out
}

/// Adds a symbol table with one function, its strings, and the section headers.
fn with_symbols(mut file: Vec<u8>) -> Vec<u8> {
    let symbols = file.len() as u64;
    file.extend([0; 24]);
    file.extend([1, 0, 0, 0, 2, 0, 1, 0]);
    file.extend([0x1_0080_u64, 16].iter().flat_map(|v| v.to_le_bytes()));
    let strings = file.len() as u64;
    file.extend(b"\0main\0\0\0");
    let headers = file.len() as u64;
    for (kind, offset, size, link) in
        [(0_u32, 0, 0, 0_u32), (2, symbols, 48, 2), (3, strings, 8, 0)]
    {
        file.extend([0, kind].iter().flat_map(|v| v.to_le_bytes()));
        file.extend([0, 0, offset, size].iter().flat_map(|v| v.to_le_bytes()));
        file.extend([link, 0].iter().flat_map(|v| v.to_le_bytes()));
        file.extend([8_u64, 24].iter().flat_map(|v| v.to_le_bytes()));
    }
    file[40..48].copy_from_slice(&headers.to_le_bytes());
    file[58..62].copy_from_slice(&[64, 0, 3, 0]);
    file
}
