//! Interruption and resumption.

use ncpu_cells::Cells;
use ncpu_nalu_prove::{
    Finding, Observer, Options, Outcome, Proof, Silent, json, markdown, proofs, run,
};
use std::ops::ControlFlow;

/// Ends the run after some chunks.
struct After(u64);

impl Observer for After {
    fn progress(&mut self, _: &Proof, _: u64, _: u64) -> ControlFlow<()> {
        self.0 = self.0.saturating_sub(1);
        if self.0 == 0 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    }
}

fn cases(findings: &[Finding]) -> Vec<u64> {
    findings.iter().map(|f| f.cases).collect()
}

#[test]
fn an_interrupted_run_goes_on() {
    let path = std::env::temp_dir().join(format!("ncpu-prove-resume-{}", std::process::id()));
    let _ = std::fs::remove_file(&path);
    let cells = Cells::built_in().unwrap();
    let only = Some("p4-add-drawn,p4-and-drawn".into());
    let options = Options { only, state: Some(path.clone()), jobs: 2, ..Options::default() };
    let list = proofs(&cells, &options);
    let whole = run(&list, &Options { state: None, ..options.clone() }, &mut Silent).unwrap();
    let part = run(&list, &options, &mut After(5)).unwrap();
    assert!(part.iter().any(|f| f.outcome == Outcome::Unfinished));
    let before = std::fs::read_to_string(&path).unwrap().lines().count();
    // A line that was cut short is passed over.
    let text = std::fs::read_to_string(&path).unwrap() + "{\"run\":\"";
    std::fs::write(&path, text + "\n").unwrap();
    let rest = run(&list, &options, &mut Silent).unwrap();
    assert!(rest.iter().all(Finding::is_proved));
    assert_eq!(cases(&rest), cases(&whole));
    let after = std::fs::read_to_string(&path).unwrap().lines().count();
    assert_eq!(after as u64, list.iter().map(|p| p.chunks).sum::<u64>() + 1);
    assert!(before >= 5);
    // Another seed means other chunks.
    let other = Options { seed: 2, ..options };
    let list = proofs(&cells, &other);
    let mut observer = Count(0);
    run(&list, &other, &mut observer).unwrap();
    assert_eq!(observer.0, list.iter().map(|p| p.chunks).sum::<u64>());
    std::fs::remove_file(&path).unwrap();
}

struct Count(u64);

impl Observer for Count {
    fn progress(&mut self, _: &Proof, _: u64, _: u64) -> ControlFlow<()> {
        self.0 += 1;
        ControlFlow::Continue(())
    }
}

#[test]
fn reports_say_what_was_found() {
    let cells = Cells::built_in().unwrap();
    let options = Options { only: Some("p1".into()), ..Options::default() };
    let findings = run(&proofs(&cells, &options), &options, &mut Silent).unwrap();
    let text = markdown(&findings, "prove --only p1");
    assert!(text.contains("Recorded by `prove --only p1`") && text.contains("| p1-chain |"));
    let text = json(&findings, "prove --only p1").unwrap();
    let value: serde_json::Value = serde_json::from_str(&text).unwrap();
    assert_eq!(value["findings"][0]["outcome"], "proved");
    assert_eq!(value["findings"][0]["rung"], "P1");
}
