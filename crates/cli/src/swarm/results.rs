//! Results of a swarm: files, JSON lines, a summary.

use super::Common;
use crate::Failure;
use crate::output::out;
use ncpu_linux::StopReason;
use ncpu_swarm::{By, Outcome, Report};
use serde_json::{Value, json};
use std::fmt::Write as _;
use std::io::Write;
use std::path::Path;

/// Writes what became of each guest to where the command line says, if it does.
pub(crate) fn write(args: &Common, names: &[String], report: &Report) -> Result<(), Failure> {
    let guests = names.iter().zip(&report.outcomes);
    if let Some(dir) = &args.out {
        std::fs::create_dir_all(dir).map_err(|e| Failure::file(dir, e))?;
        for (name, outcome) in guests {
            let put = |kind: &str, bytes: &[u8]| {
                let path = dir.join(format!("{name}.{kind}"));
                std::fs::write(&path, bytes).map_err(|e| Failure::file(&path, e))
            };
            put("stdout", &outcome.stdout)?;
            put("stderr", &outcome.stderr)?;
            put("json", format!("{:#}\n", value(name, outcome, false)).as_bytes())?;
        }
        return Ok(());
    }
    let Some(path) = &args.json else { return Ok(()) };
    if path.as_os_str() == "-" {
        guests.for_each(|(name, outcome)| out!("{}\n", value(name, outcome, true)));
        return Ok(());
    }
    lines(path, guests).map_err(|e| Failure::file(path, e))
}

fn lines<'a>(
    path: &Path,
    guests: impl Iterator<Item = (&'a String, &'a Outcome)>,
) -> std::io::Result<()> {
    let mut file = std::io::BufWriter::new(std::fs::File::create(path)?);
    for (name, outcome) in guests {
        writeln!(file, "{}", value(name, outcome, true))?;
    }
    file.flush()
}

fn value(name: &str, o: &Outcome, streams: bool) -> Value {
    let (status, signal) = match o.reason {
        StopReason::Exit(status) => (Some(status), None),
        StopReason::Signal(signal) => (None, Some(signal)),
        _ => (None, None),
    };
    let ran = match &o.by {
        By::Device => "device".to_string(),
        By::Core => "core".to_string(),
        By::CoreAfter(why) => format!("core, after: {why}"),
    };
    let mut value = json!({
        "guest": name,
        "reason": o.reason.name(),
        "status": status,
        "signal": signal,
        "instructions": o.instructions,
        "ran_on": ran,
    });
    if let Some(crash) = &o.crash {
        value["crash"] = json!({
            "signal": crash.signal,
            "pc": format!("{:#x}", crash.pc),
            "address": crash.address.map(|a| format!("{a:#x}")),
            "symbol": crash.symbol,
        });
    }
    if let Some(coverage) = &o.coverage {
        value["coverage"] = coverage.iter().map(|pc| format!("{pc:#x}")).collect();
    }
    if streams {
        for (key, bytes) in [("stdout", &o.stdout), ("stderr", &o.stderr)] {
            // Text as it is; other bytes in hexadecimal, under another key.
            match std::str::from_utf8(bytes) {
                Ok(text) => value[key] = text.into(),
                Err(_) => {
                    let hex = bytes.iter().fold(String::new(), |mut hex, b| {
                        let _ = write!(hex, "{b:02x}");
                        hex
                    });
                    value[format!("{key}_hex")] = hex.into();
                }
            }
        }
    }
    value
}

/// What the swarm did, for people.
pub(crate) fn summary(report: &Report) -> String {
    let mut text = String::new();
    let seconds = report.elapsed.as_secs_f64().max(1e-9);
    let all = report.instructions();
    let mut line = |what: String| text.push_str(&(what + "\n"));
    line(format!(
        "{} guests, {} instructions in {seconds:.2} s: {}/s on {}",
        report.outcomes.len(),
        scaled(all as f64),
        scaled(all as f64 / seconds),
        report.device
    ));
    if !report.on_device.is_zero() {
        let on_device = report.on_device.as_secs_f64();
        let executed = report.device_instructions as f64;
        line(format!(
            "the device ran {} instructions in {on_device:.2} s: {}/s, {:.1} % of them translated, \
             up to {} guests at once",
            scaled(executed),
            scaled(executed / on_device),
            100.0 * report.translated as f64 / executed.max(1.0),
            report.at_once
        ));
    }
    let given_up = report.given_up();
    let count: usize = given_up.values().sum();
    if count > 0 {
        line(format!("{count} guests ran on the host's cores after the device had given up:"));
        for (why, n) in given_up {
            line(format!("{n:>8}  {why}"));
        }
    }
    text
}

/// Speeds of the same guests on the device and on the host's cores.
pub(crate) fn comparison(device: &Report, cores: &Report) -> String {
    let rate = |instructions: u64, seconds: f64| instructions as f64 / seconds.max(1e-9);
    let whole = rate(device.instructions(), device.elapsed.as_secs_f64());
    let running = rate(device.device_instructions, device.on_device.as_secs_f64());
    let host = rate(cores.instructions(), cores.elapsed.as_secs_f64());
    format!(
        "{:>12}/s  {}, from start to end\n{:>12}/s  the same, while it runs guests\n{:>12}/s  {}\n\
         ratio {:.2}, and {:.2} while it runs guests\n",
        scaled(whole),
        device.device,
        scaled(running),
        scaled(host),
        cores.device,
        whole / host,
        running / host
    )
}

/// A number with a unit that suits it.
fn scaled(n: f64) -> String {
    match n {
        1e9.. => format!("{:.2} G", n / 1e9),
        1e6.. => format!("{:.2} M", n / 1e6),
        _ => format!("{:.1} k", n / 1e3),
    }
}
