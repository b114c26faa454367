//! Parses the encoding tables.

use std::collections::HashMap;

/// A set of words: those with `word & mask == value`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub(crate) struct Pattern {
    pub(crate) mask: u32,
    pub(crate) value: u32,
}

impl Pattern {
    /// The words in both sets, if any.
    pub(crate) fn and(self, other: Pattern) -> Option<Pattern> {
        let common = self.mask & other.mask;
        (self.value & common == other.value & common)
            .then_some(Pattern { mask: self.mask | other.mask, value: self.value | other.value })
    }
}

/// One way to write a row's words: the row's own template, or an alias.
pub(crate) struct Shape {
    pub(crate) when: Pattern,
    pub(crate) predicates: Vec<String>,
    pub(crate) template: String,
}

/// One encoding.
pub(crate) struct Row {
    pub(crate) name: String,
    pub(crate) form: String,
    pub(crate) feature: String,
    /// The feature that a subset of the words needs instead.
    pub(crate) feature_when: Option<(String, Pattern)>,
    pub(crate) pattern: Pattern,
    /// Bits that should be one or zero but that decoding ignores.
    pub(crate) should_be: Pattern,
    pub(crate) except: Vec<Pattern>,
    /// Bit positions of each field letter, highest first.
    pub(crate) fields: Fields,
    /// Aliases in order of preference, then the row's own template.
    pub(crate) shapes: Vec<Shape>,
}

/// Parses one file's text and appends its rows.
pub(crate) fn parse(file: &str, text: &str, rows: &mut Vec<Row>) {
    let mut section = (String::new(), String::from("base"));
    let mut defs: HashMap<String, String> = HashMap::new();
    for (number, line) in text.lines().enumerate() {
        let at = format!("{file}:{}", number + 1);
        let line = line.trim();
        if line.is_empty() || line.starts_with('#') {
        } else if let Some(rest) = line.strip_prefix('[') {
            section = parse_section(&at, rest);
        } else if let Some(rest) = line.strip_prefix("def ") {
            let (name, body) =
                rest.split_once(' ').unwrap_or_else(|| panic!("{at}: def NAME body"));
            let body = expand(body, &defs);
            defs.insert(name.to_string(), body);
        } else if let Some(rest) = line.strip_prefix('~') {
            let row = rows.last_mut().unwrap_or_else(|| panic!("{at}: alias of nothing"));
            let shape = parse_alias(&at, rest, &row.fields);
            row.shapes.insert(row.shapes.len() - 1, shape);
        } else {
            rows.push(parse_row(&at, &expand(line, &defs), &section));
        }
    }
}

fn expand(text: &str, defs: &HashMap<String, String>) -> String {
    let mut text = text.to_string();
    for (name, body) in defs {
        text = text.replace(&format!("${name}"), body);
    }
    text
}

fn parse_section(at: &str, rest: &str) -> (String, String) {
    let (form, rest) = rest.split_once(']').unwrap_or_else(|| panic!("{at}: unclosed section"));
    let feature = rest.trim().strip_prefix('@').unwrap_or("base");
    (form.to_string(), feature.to_string())
}

fn parse_row(at: &str, line: &str, section: &(String, String)) -> Row {
    let (line, feature) = split_last(line, " @").unwrap_or((line, &section.1));
    let (line, when) = match split_last(line, " + ") {
        Some((line, when)) => (line, Some(when)),
        None => (line, None),
    };
    let (line, except) = split_last(line, " ! ").unwrap_or((line, ""));
    let column = |text: &'static str| panic!("{at}: {text}");
    let (name, rest) = line.split_once(' ').unwrap_or_else(|| column("a pattern"));
    let (bits, template) = rest.trim().split_once(' ').unwrap_or_else(|| column("a template"));
    let (pattern, should_be, fields) = parse_bits(at, bits);
    let except = except
        .split(';')
        .map(str::trim)
        .filter(|e| !e.is_empty())
        .flat_map(|e| parse_exception(at, e, &fields))
        .collect();
    let feature_when = when.map(|when| {
        let (feature, when) = when.split_once(' ').unwrap_or_else(|| panic!("{at}: + feature x=1"));
        (feature.to_string(), parse_conditions(at, when.split(','), &fields))
    });
    Row {
        name: name.to_string(),
        form: section.0.clone(),
        feature: feature.trim().to_string(),
        feature_when,
        pattern,
        should_be,
        except,
        fields,
        shapes: vec![Shape {
            when: Pattern::default(),
            predicates: Vec::new(),
            template: template.trim().to_string(),
        }],
    }
}

fn split_last<'a>(line: &'a str, separator: &str) -> Option<(&'a str, &'a str)> {
    line.rsplit_once(separator).map(|(a, b)| (a.trim_end(), b.trim()))
}

fn parse_alias(at: &str, rest: &str, fields: &Fields) -> Shape {
    let (template, conditions) = rest.split_once(" ? ").unwrap_or((rest, ""));
    let (fixed, named): (Vec<&str>, Vec<&str>) =
        conditions.split_whitespace().partition(|c| c.contains('='));
    Shape {
        when: parse_conditions(at, fixed.into_iter(), fields),
        predicates: named.into_iter().map(str::to_string).collect(),
        template: template.trim().to_string(),
    }
}

/// Field letters and their bits.
pub(crate) type Fields = HashMap<char, Vec<u32>>;

fn parse_bits(at: &str, bits: &str) -> (Pattern, Pattern, Fields) {
    let bits: Vec<char> = bits.chars().filter(|&c| c != '.').collect();
    assert_eq!(bits.len(), 32, "{at}: a pattern has 32 bits");
    let (mut pattern, mut should_be) = (Pattern::default(), Pattern::default());
    let mut fields = Fields::new();
    for (i, &c) in bits.iter().enumerate() {
        let position = 31 - i as u32;
        let set = |p: &mut Pattern, one: bool| {
            p.mask |= 1 << position;
            p.value |= u32::from(one) << position;
        };
        match c {
            '0' | '1' => set(&mut pattern, c == '1'),
            '+' | '-' => set(&mut should_be, c == '+'),
            letter => fields.entry(letter).or_default().push(position),
        }
    }
    (pattern, should_be, fields)
}

/// `s=1x,q=0`: a set of words that the row does not cover; `a!=b` (single bits) stands for two sets.
fn parse_exception(at: &str, text: &str, fields: &Fields) -> Vec<Pattern> {
    match text.split_once("!=") {
        Some((a, b)) => ["0", "1"]
            .iter()
            .zip(["1", "0"])
            .map(|(x, y)| {
                let conditions = [format!("{a}={x}"), format!("{b}={y}")];
                parse_conditions(at, conditions.iter().map(String::as_str), fields)
            })
            .collect(),
        None => vec![parse_conditions(at, text.split(','), fields)],
    }
}

fn parse_conditions<'a>(at: &str, list: impl Iterator<Item = &'a str>, fields: &Fields) -> Pattern {
    let mut pattern = Pattern::default();
    for condition in list {
        let (letter, bits) =
            condition.split_once('=').unwrap_or_else(|| panic!("{at}: {condition}"));
        let letter = letter.trim().chars().next().unwrap_or('?');
        let positions = fields.get(&letter).unwrap_or_else(|| panic!("{at}: no field {letter}"));
        assert_eq!(positions.len(), bits.len(), "{at}: width of {condition}");
        for (&position, bit) in positions.iter().zip(bits.chars()) {
            match bit {
                '0' => pattern.mask |= 1 << position,
                '1' => {
                    pattern.mask |= 1 << position;
                    pattern.value |= 1 << position;
                }
                'x' => {}
                other => panic!("{at}: bit {other}"),
            }
        }
    }
    pattern
}
