//! What is said when a guest dies of a fault, an undefined instruction or a limit.

use ncpu_linux::{FaultReport, Outcome, StopReason, signal_name};

/// Prints to standard error why the guest did not end by itself.
pub(crate) fn print(outcome: &Outcome) {
    for report in outcome.fault_reports.iter().filter(|r| r.fatal) {
        fatal(report);
    }
    match outcome.reason {
        StopReason::MaxInstructions => {
            eprintln!(
                "ncpu: stopped after {} instructions (--max-instructions)",
                outcome.instructions
            );
        }
        StopReason::Timeout => {
            eprintln!("ncpu: stopped after {:.1} s (--timeout)", outcome.elapsed.as_secs_f64());
        }
        StopReason::Deadlock => {
            eprintln!("ncpu: deadlock: every process waits for something that cannot happen");
        }
        StopReason::Exit(_) | StopReason::Signal(_) | StopReason::EngineFailed => {}
    }
}

fn fatal(report: &FaultReport) {
    let signal = signal_name(report.signal);
    let place = report.symbol.as_ref().map_or(String::new(), |s| format!(" <{s}>"));
    eprintln!("ncpu: process {} died of {signal} at pc {:#x}{place}", report.pid, report.pc);
    if let Some(word) = report.word {
        let text = ncpu_isa::disassemble(word, report.pc).replace('\t', " ");
        let name = ncpu_isa::decode(word)
            .map_or("unallocated".into(), |i| format!("{}, feature {}", i.row().name, i.feature()));
        eprintln!("  instruction {word:08x}  {text}  ({name})");
    }
    if let (Some(address), Some(access), Some(kind)) = (report.address, report.access, report.kind)
    {
        eprintln!("  could not {}", ncpu_mem::Fault { addr: address, access, kind });
    }
    let r = &report.registers;
    for row in 0..8 {
        let line: Vec<String> = (0..4)
            .map(|column| row + 8 * column)
            .filter_map(|n| r.x.get(n).map(|x| format!("x{n:<2} {x:016x}")))
            .collect();
        eprintln!("  {}", line.join("  "));
    }
    eprintln!("  sp  {:016x}  pc  {:016x}  nzcv {:04b}", r.sp, r.pc, r.nzcv >> 28);
    let blocks: Vec<String> =
        report.recent_blocks.iter().filter(|b| **b != 0).map(|b| format!("{b:#x}")).collect();
    eprintln!("  last branch targets, newest last: {}", blocks.join(" "));
}
