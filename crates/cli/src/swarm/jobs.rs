//! What makes guests different: files, lines of arguments, seeds.

use super::SwarmArgs;
use crate::args::number;
use crate::{Failure, read_file};
use ncpu_swarm::{Job, mutate};
use std::ops::Range;
use std::path::{Path, PathBuf};

/// Reads `A..B`.
pub(crate) fn range(text: &str) -> Result<Range<u64>, String> {
    let wrong = || "expected seeds such as 0..1000".to_string();
    let (from, to) = text.split_once("..").ok_or_else(wrong)?;
    let (from, to) = (number(from).map_err(|_| wrong())?, number(to).map_err(|_| wrong())?);
    if from < to && to - from <= 1 << 24 { Ok(from..to) } else { Err(wrong()) }
}

/// Names of the guests, and what each is given.
pub(crate) fn read(args: &SwarmArgs) -> Result<(Vec<String>, Vec<Job>), Failure> {
    let base = Job { args: args.args.clone(), ..Job::default() };
    if let Some(dir) = &args.stdin_dir {
        return from_dir(dir, args.mutate, &base);
    }
    if let Some(file) = &args.args_file {
        return from_lines(file, &base);
    }
    let seeds = args.seeds.clone().unwrap_or(0..1);
    let job = |seed: u64| (format!("seed-{seed}"), Job { seed, ..base.clone() });
    Ok(seeds.map(job).unzip())
}

/// A guest for each file of a folder, or so many with inputs made from the files.
pub(crate) fn from_dir(
    dir: &Path,
    mutated: Option<u64>,
    base: &Job,
) -> Result<(Vec<String>, Vec<Job>), Failure> {
    let entries = std::fs::read_dir(dir).map_err(|e| Failure::file(dir, e))?;
    let mut files: Vec<PathBuf> =
        entries.filter_map(|e| e.ok().map(|e| e.path())).filter(|path| path.is_file()).collect();
    files.sort();
    if files.is_empty() {
        return Err(Failure::file(dir, "has no files; put an input for each guest there"));
    }
    let inputs = files.iter().map(|f| read_file(f)).collect::<Result<Vec<_>, _>>()?;
    let job = |input: Vec<u8>| Job { input, ..base.clone() };
    if let Some(count) = mutated {
        let one = |n: u64| (format!("{n:06}"), job(mutate(&inputs, n)));
        return Ok((0..count).map(one).unzip());
    }
    let name = |f: &PathBuf| f.file_name().unwrap_or_default().to_string_lossy().into_owned();
    Ok((files.iter().map(name).collect(), inputs.into_iter().map(job).collect()))
}

fn from_lines(file: &Path, base: &Job) -> Result<(Vec<String>, Vec<Job>), Failure> {
    let bytes = read_file(file)?;
    let text = String::from_utf8(bytes).map_err(|_| Failure::file(file, "is not UTF-8"))?;
    let (mut names, mut jobs) = (Vec::new(), Vec::new());
    for (n, line) in text.lines().enumerate() {
        let words = words(line)
            .map_err(|why| Failure::start(format!("{}:{}: {why}", file.display(), n + 1)))?;
        names.push(format!("line-{}", n + 1));
        jobs.push(Job { args: base.args.iter().cloned().chain(words).collect(), ..base.clone() });
    }
    if jobs.is_empty() {
        return Err(Failure::file(file, "is empty; a line is a guest's arguments"));
    }
    Ok((names, jobs))
}

/// Splits a line as a shell does, without expanding anything.
fn words(line: &str) -> Result<Vec<String>, &'static str> {
    let (mut all, mut word, mut quote) = (Vec::new(), None::<String>, None);
    let mut chars = line.chars();
    while let Some(c) = chars.next() {
        match (c, quote) {
            (c, Some(q)) if c == q => quote = None,
            ('\\', None | Some('"')) => {
                let next = chars.next().ok_or("ends with a backslash; double it")?;
                let kept = quote.is_some() && !matches!(next, '"' | '\\' | '$' | '`');
                let word = word.get_or_insert_default();
                if kept {
                    word.push('\\');
                }
                word.push(next);
            }
            ('\'' | '"', None) => {
                quote = Some(c);
                word.get_or_insert_default();
            }
            (c, None) if c.is_whitespace() => all.extend(word.take()),
            (c, _) => word.get_or_insert_default().push(c),
        }
    }
    if quote.is_some() {
        return Err("a quote is not closed");
    }
    all.extend(word);
    Ok(all)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_words() {
        let line = r#"a  'b c' "d\"e\n" f\ g '' x'y'z"#;
        assert_eq!(words(line).unwrap(), ["a", "b c", "d\"e\\n", "f g", "", "xyz"]);
        assert!(words("'a").is_err() && words("a\\").is_err());
        assert!(words("   ").unwrap().is_empty());
    }

    #[test]
    fn ranges() {
        assert_eq!(range("3..0x10"), Ok(3..16));
        assert!(range("3").is_err() && range("5..5").is_err() && range("..4").is_err());
    }
}
