//! `#!` scripts, split as Linux splits their first line.

/// How far into the file Linux looks for the end of the `#!` line.
const LINE_LIMIT: usize = 256;

/// The interpreter line of a script.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Script {
    /// Path of the interpreter.
    pub interpreter: Vec<u8>,
    /// The one optional argument: the rest of the line, blanks inside kept.
    pub argument: Option<Vec<u8>>,
}

impl Script {
    /// Reads the `#!` line; `None` when there is none or it names no interpreter.
    pub fn parse(head: &[u8]) -> Option<Self> {
        let rest = head.strip_prefix(b"#!")?;
        let window = &rest[..rest.len().min(LINE_LIMIT - 2)];
        let line = match window.iter().position(|&b| b == b'\n') {
            Some(end) => &window[..end],
            // A name cut by the window could be another program's: Linux refuses it too.
            None if rest.len() > window.len() && !window.trim_ascii().contains(&b' ') => {
                return None;
            }
            None => window,
        };
        let line = trim_blanks(line);
        let name_end = line.iter().position(|&b| is_blank(b) || b == 0).unwrap_or(line.len());
        if name_end == 0 {
            return None;
        }
        let argument = trim_blanks(&line[name_end..]);
        let argument_end = argument.iter().position(|&b| b == 0).unwrap_or(argument.len());
        Some(Self {
            interpreter: line[..name_end].to_vec(),
            argument: (argument_end > 0).then(|| argument[..argument_end].to_vec()),
        })
    }
}

fn is_blank(b: u8) -> bool {
    b == b' ' || b == b'\t'
}

fn trim_blanks(mut s: &[u8]) -> &[u8] {
    while let [b, rest @ ..] = s
        && is_blank(*b)
    {
        s = rest;
    }
    while let [rest @ .., b] = s
        && is_blank(*b)
    {
        s = rest;
    }
    s
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(s: &str) -> Option<(String, Option<String>)> {
        let text = |b: Vec<u8>| String::from_utf8(b).unwrap();
        Script::parse(s.as_bytes()).map(|s| (text(s.interpreter), s.argument.map(text)))
    }

    #[test]
    fn splits_the_line_once() {
        assert_eq!(parse("#!/bin/sh\necho"), Some(("/bin/sh".into(), None)));
        assert_eq!(
            parse("#! /usr/bin/env  -S a b \nx"),
            Some(("/usr/bin/env".into(), Some("-S a b".into())))
        );
        assert_eq!(parse("#!\n"), None);
        assert_eq!(parse("# !/bin/sh\n"), None);
        assert_eq!(parse(&format!("#!{}\n", "x".repeat(300))), None);
    }
}
