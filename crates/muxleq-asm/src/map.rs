//! Maps: what cells are called, a line for each name, `cell name`.

use std::collections::BTreeMap;
use std::fmt::Write;

/// The map as text, in the order of cells.
#[must_use]
pub fn map_text(labels: &BTreeMap<String, u16>) -> String {
    let mut rows: Vec<_> = labels.iter().map(|(name, cell)| (cell, name)).collect();
    rows.sort();
    rows.into_iter().fold(String::new(), |mut text, (cell, name)| {
        let _ = writeln!(text, "{cell} {name}");
        text
    })
}

/// Reads a map.
///
/// # Errors
/// The first wrong line as `line:column: message`.
pub fn parse_map(text: &str) -> Result<BTreeMap<String, u16>, String> {
    let mut labels = BTreeMap::new();
    for (number, line) in text.lines().enumerate().filter(|(_, l)| !l.trim().is_empty()) {
        let (cell, name) = parse_line(line).ok_or_else(|| {
            format!("{}:1: expected a cell and its name, as in `12 main`", number + 1)
        })?;
        if labels.insert(name.to_string(), cell).is_some() {
            return Err(format!(
                "{}:1: `{name}` is named twice; drop one of the lines",
                number + 1
            ));
        }
    }
    Ok(labels)
}

fn parse_line(line: &str) -> Option<(u16, &str)> {
    let mut words = line.split_whitespace();
    let (cell, name) = (words.next()?.parse().ok()?, words.next()?);
    let is_name = |part: &str| {
        part.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
            && part.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
    };
    (words.next().is_none() && name.split('.').all(is_name)).then_some((cell, name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn round_trip_and_errors() {
        let labels = BTreeMap::from([("main".into(), 3), ("a.b".into(), 0xFFFF), ("x".into(), 3)]);
        assert_eq!(map_text(&labels), "3 main\n3 x\n65535 a.b\n");
        assert_eq!(parse_map(&map_text(&labels)), Ok(labels));
        for wrong in ["3", "x 3", "3 4", "3 x y", "70000 x", "3 a..b", "3 .a"] {
            assert!(parse_map(wrong).is_err_and(|e| e.starts_with("1:1: ")), "{wrong}");
        }
        assert!(parse_map("1 x\n2 x").is_err_and(|e| e.starts_with("2:1: ")));
    }
}
