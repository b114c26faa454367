//! Exported programs compile and agree with the session.

mod common;

use std::sync::atomic::AtomicBool;
use std::time::{Duration, Instant};

use ncpu_synth_text::{Lang, Limits, Rows, solve};

/// Examples, and further inputs.
type Case = (&'static [(&'static str, &'static str)], &'static [&'static str]);

/// A program of each kind; the full check of all tasks is `--example exports`.
const CASES: &[Case] = &[
    (&[("Ada Lovelace", "Lovelace, A.")], &["Grace Hopper", "Zoë Ünal", "", "X", "a\tb \\ c"]),
    (&[("3/4/2021", "2021-03-04")], &["12/25/2020", "2/30/2021", "x"]),
    (&[("Hello, World", "Khoor, Zruog")], &["xyz", "Ünder"]),
    (&[("sos now", "... --- ... / -. --- .--")], &["abc def", "1 ä"]),
    (&[("1234.5", "$1,234.50")], &["99", "-1234567.891", "a"]),
    (&[("one two three", "three two one")], &["a b", "", "👨\u{200d}👩\u{200d}👧 x"]),
    (&[("85", "pass"), ("40", "fail"), ("60", "pass")], &["95", "12", "x"]),
];

#[test]
fn exports_agree() {
    let dir = std::env::temp_dir().join(format!("ncpu-exports-test-{}", std::process::id()));
    std::fs::create_dir_all(&dir).unwrap();
    for (examples, further) in CASES {
        let examples: Vec<(Vec<String>, String)> =
            examples.iter().map(|(x, y)| (vec![x.to_string()], y.to_string())).collect();
        let cancel = AtomicBool::new(false);
        let limits = Limits { deadline: Instant::now() + Duration::from_secs(10), cancel: &cancel };
        let found = solve(&Rows { examples: &examples, pending: &[] }, &limits);
        let p = &found.candidates[0];
        let mut rows: Vec<Vec<String>> = examples.iter().map(|e| e.0.clone()).collect();
        rows.extend(further.iter().map(|s| vec![s.to_string()]));
        for lang in [Lang::C, Lang::Python, Lang::Rust] {
            common::check(p, lang, &rows, &dir)
                .unwrap_or_else(|e| panic!("{lang:?} {}: {e}", p.show()));
        }
    }
    std::fs::remove_dir_all(&dir).unwrap();
}
