//! Names that were perhaps meant.

/// The name among `known` that differs from `wanted` by case, or by one character added, dropped, changed or swapped.
pub(crate) fn nearest<'a>(wanted: &str, known: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let mut near = None;
    for name in known {
        if name.eq_ignore_ascii_case(wanted) {
            return Some(name);
        }
        if near.is_none() && wanted.len() > 2 && is_one_edit(wanted.as_bytes(), name.as_bytes()) {
            near = Some(name);
        }
    }
    near
}

fn is_one_edit(a: &[u8], b: &[u8]) -> bool {
    let (short, long) = if a.len() <= b.len() { (a, b) } else { (b, a) };
    let same = short.iter().zip(long).take_while(|(x, y)| x == y).count();
    let (s, l) = (&short[same..], &long[same..]);
    match long.len() - short.len() {
        0 if s.len() >= 2 && s[2..] == l[2..] && s[0] == l[1] && s[1] == l[0] => true,
        0 => !s.is_empty() && s[1..] == l[1..],
        1 => *s == l[1..],
        _ => false,
    }
}
