//! `ncpu isa`: the encoding table as people see it.

use crate::Failure;
use crate::args::IsaArgs;
use crate::output::{out, outln};
use ncpu_isa::{Feature, ROWS, Row};

pub(crate) fn run(args: &IsaArgs) -> Result<(), Failure> {
    if let Some(word) = &args.word {
        return explain(word);
    }
    if args.missing {
        for row in ROWS.iter().filter(|r| !ncpu_sem::implemented(r.enc)) {
            outln!("{:24} {:12} {}", row.name, row.feature.name(), row.mnemonic);
        }
        return Ok(());
    }
    coverage();
    Ok(())
}

fn coverage() {
    outln!("{:12} {:>11} {:>6}", "feature", "implemented", "known");
    let mut total = [0; 2];
    for feature in Feature::ALL {
        let rows: Vec<&Row> = ROWS.iter().filter(|r| r.feature == *feature).collect();
        let done = rows.iter().filter(|r| ncpu_sem::implemented(r.enc)).count();
        if !rows.is_empty() {
            outln!("{:12} {done:>11} {:>6}", feature.name(), rows.len());
        }
        total[0] += done;
        total[1] += rows.len();
    }
    outln!("{:12} {:>11} {:>6}", "all", total[0], total[1]);
    outln!("`ncpu isa --missing` names the encodings that are not implemented.");
}

fn explain(word: &str) -> Result<(), Failure> {
    let digits = word.strip_prefix("0x").unwrap_or(word);
    let word = u32::from_str_radix(digits, 16).map_err(|_| {
        Failure::start(format!(
            "`{word}` is no instruction word: expected up to 8 hexadecimal digits"
        ))
    })?;
    outln!("{word:08x}  {}", ncpu_isa::disassemble(word, 0));
    let Some(insn) = ncpu_isa::decode(word) else {
        outln!("unallocated: no encoding of the table has this word");
        return Ok(());
    };
    let row = insn.row();
    let state = if ncpu_sem::implemented(row.enc) { "implemented" } else { "not implemented" };
    outln!("encoding  {} ({}), feature {}, {state}", row.name, row.form, insn.feature());
    use ncpu_uop::Lift;
    out!("{}", ncpu_sem::A64.lift(0, &word.to_le_bytes(), 1));
    Ok(())
}
