//! Compares the disassembler with GNU objdump, or records what objdump says.
//!
//! ```text
//! objdump elf FILE...        every word of the executable sections
//! objdump rows COUNT         COUNT random words of each row
//! objdump words COUNT        COUNT random words of the whole space
//! objdump bless FILE...      writes tests/golden/disassembly.tsv from rows and the files' words
//! ```
//!
//! Both sides lose symbols (`<…>`) and the `0x` of addresses; notes on sequences of instructions are
//! not compared. `OBJDUMP` names the tool (`aarch64-linux-gnu-objdump` by default).

use ncpu_isa::{ROWS, decode, disassemble};
use std::{collections::BTreeMap, env, error::Error, fs, process::Command};

type Result<T> = std::result::Result<T, Box<dyn Error>>;

/// A word at an address and its text.
struct Line {
    pc: u64,
    word: u32,
    text: String,
}

fn main() -> Result<()> {
    let args: Vec<String> = env::args().skip(1).collect();
    let count = || -> Result<usize> { Ok(args.get(1).ok_or("a count")?.parse()?) };
    match args.first().map(String::as_str) {
        Some("elf") => args[1..].iter().try_for_each(|file| {
            let lines = objdump(&["-d", "-z", file])?;
            report(file, &lines);
            Ok(())
        }),
        Some("rows") => {
            let lines = objdump_words(&row_words(count()?))?;
            report("rows", &lines);
            Ok(())
        }
        Some("words") => {
            let mut rng = generator();
            let words: Vec<u32> = (0..count()?).map(|_| rng() as u32).collect();
            report("words", &objdump_words(&words)?);
            Ok(())
        }
        Some("bless") => bless(&args[1..]),
        _ => Err("usage: objdump elf FILE... | rows COUNT | words COUNT | bless FILE...".into()),
    }
}

/// The same pseudo-random numbers on every run.
fn generator() -> impl FnMut() -> u64 {
    let mut state = 0x0123_4567_89ab_cdef_u64;
    move || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 16
    }
}

fn row_words(count: usize) -> Vec<u32> {
    let mut rng = generator();
    ROWS.iter()
        .flat_map(|row| (0..count).map(|_| row.random(&mut rng)).collect::<Vec<_>>())
        .collect()
}

fn objdump(args: &[&str]) -> Result<Vec<Line>> {
    let tool = env::var("OBJDUMP").unwrap_or_else(|_| "aarch64-linux-gnu-objdump".to_string());
    let output = Command::new(tool).args(args).output()?;
    Ok(String::from_utf8(output.stdout)?.lines().filter_map(parse_line).collect())
}

fn objdump_words(words: &[u32]) -> Result<Vec<Line>> {
    let path = env::temp_dir().join(format!("words-{}.bin", std::process::id()));
    fs::write(&path, words.iter().flat_map(|w| w.to_le_bytes()).collect::<Vec<_>>())?;
    let name = path.to_string_lossy().into_owned();
    let lines = objdump(&["-D", "-z", "-b", "binary", "-m", "aarch64", &name]);
    fs::remove_file(&path)?;
    lines
}

/// `  400078:\td10043ff \tsub\tsp, sp, #0x10`; data (`.word` and the like) is left out.
fn parse_line(line: &str) -> Option<Line> {
    let (pc, rest) = line.split_once(":\t")?;
    let (word, text) = rest.split_once('\t')?;
    let word = word.trim();
    if word.len() != 8 || [".word", ".short", ".byte"].iter().any(|d| text.starts_with(d)) {
        return None;
    }
    Some(Line {
        pc: u64::from_str_radix(pc.trim(), 16).ok()?,
        word: u32::from_str_radix(word, 16).ok()?,
        text: normalise(text),
    })
}

fn normalise(text: &str) -> String {
    if text.starts_with(".inst") {
        return text.to_string();
    }
    let text = text.split("  // note: ").next().unwrap_or(text);
    let text = match (text.find(" <"), text.find('>')) {
        (Some(open), Some(close)) if close > open => {
            format!("{}{}", &text[..open], &text[close + 1..])
        }
        _ => text.to_string(),
    };
    text.replace("\t0x", "\t").replace(", 0x", ", ").trim_end().to_string()
}

/// Prints how many words agree, and a few that do not for each row.
fn report(name: &str, lines: &[Line]) {
    let mut different: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for line in lines {
        let ours = normalise(&disassemble(line.word, line.pc));
        if ours != line.text {
            let row = decode(line.word).map_or("unallocated", |insn| insn.row().name);
            let text = format!("  {:08x}  ours {ours:?}  objdump {:?}", line.word, line.text);
            different.entry(row).or_default().push(text);
        }
    }
    let wrong: usize = different.values().map(Vec::len).sum();
    println!("{name}: {} words, {} agree, {wrong} differ", lines.len(), lines.len() - wrong);
    for (row, texts) in different {
        println!("{row}: {}", texts.len());
        texts.iter().take(3).for_each(|text| println!("{text}"));
    }
}

fn bless(files: &[String]) -> Result<()> {
    let mut texts: BTreeMap<u32, String> = BTreeMap::new();
    let mut words = row_words(2);
    for file in files {
        let lines = objdump(&["-d", "-z", file])?;
        let step = (lines.len() / 300).max(1);
        words.extend(lines.iter().step_by(step).map(|line| line.word));
    }
    words.sort_unstable();
    words.dedup();
    for line in objdump_words(&words)? {
        // Group rows have no text of ours to compare.
        if decode(line.word).is_none_or(|insn| insn.row().template != "?") {
            texts.insert(line.word, format!("{:x}\t{:08x}\t{}", line.pc, line.word, line.text));
        }
    }
    let mut golden: Vec<String> = texts.into_values().collect();
    golden.push(String::new());
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/golden/disassembly.tsv");
    fs::write(path, golden.join("\n"))?;
    println!("{} lines", golden.len() - 1);
    Ok(())
}
