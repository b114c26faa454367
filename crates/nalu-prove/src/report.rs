//! Findings as text: a Markdown table, JSON.

use crate::proof::{Carrier, Coverage, Finding, Outcome};
use std::fmt::Write;

/// A number with spaces between thousands.
#[must_use]
pub fn grouped(n: u64) -> String {
    let digits = n.to_string();
    let first = digits.len() % 3;
    let mut text = digits[..first].to_string();
    for group in digits.as_bytes()[first..].chunks(3) {
        if !text.is_empty() {
            text.push(' ');
        }
        text.extend(group.iter().map(|digit| char::from(*digit)));
    }
    text
}

fn outcome(finding: &Finding) -> String {
    match &finding.outcome {
        Outcome::Proved => "proved".into(),
        Outcome::Refuted(c) => {
            format!("**refuted**: {}: expected {}, found {}", c.case, c.expected, c.found)
        }
        Outcome::Open(why) => format!("open: {why}"),
        Outcome::Unfinished => "unfinished".into(),
    }
}

const fn coverage(coverage: Coverage) -> &'static str {
    match coverage {
        Coverage::Proved => "all, by reasoning",
        Coverage::Exhaustive => "all, one by one",
        Coverage::Sampled => "sampled",
    }
}

const fn carrier(carrier: Carrier) -> &'static str {
    match carrier {
        Carrier::Integers => "integers",
        Carrier::Weights => "weights",
        Carrier::Bits => "bits",
        Carrier::Formula => "formula",
    }
}

/// The findings as a Markdown table, with the command that made them.
#[must_use]
pub fn markdown(findings: &[Finding], command: &str) -> String {
    let mut text = format!("Recorded by `{command}`.\n\n");
    text += "| Proof | What | Method | Carrier | Cases | Coverage | Seconds | Outcome |\n";
    text += "|---|---|---|---|--:|---|--:|---|\n";
    for f in findings {
        let note = if f.note.is_empty() { String::new() } else { format!("; {}", f.note) };
        let _ = writeln!(
            text,
            "| {} | {} | {} | {} | {} | {} | {:.2} | {}{note} |",
            f.id,
            f.what,
            f.method,
            carrier(f.carrier),
            grouped(f.cases),
            coverage(f.coverage),
            f.seconds,
            outcome(f).replace('|', "\\|"),
        );
    }
    let (cases, seconds) = findings.iter().fold((0, 0.0), |(c, s), f| (c + f.cases, s + f.seconds));
    let proved = findings.iter().filter(|f| f.is_proved()).count();
    let _ = writeln!(
        text,
        "\n{proved} of {} proved; {} cases; {seconds:.1} seconds of computation.",
        findings.len(),
        grouped(cases)
    );
    text
}

/// The findings as JSON, with the command that made them.
///
/// # Errors
/// None that is known: findings are plain data.
pub fn json(findings: &[Finding], command: &str) -> serde_json::Result<String> {
    let value = serde_json::json!({ "command": command, "findings": findings });
    serde_json::to_string_pretty(&value)
}

/// A finding in a line.
#[must_use]
pub fn line(f: &Finding) -> String {
    let cases = grouped(f.cases);
    let note = if f.note.is_empty() { String::new() } else { format!("  ({})", f.note) };
    format!("{:28} {:>15} cases {:9.2} s  {}{note}", f.id, cases, f.seconds, outcome(f))
}
