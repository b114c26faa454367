//! Found programs in machine code do what the term does, on every engine.

use ncpu_engine_cpu::Cpu;
use ncpu_machine::Engine;
use ncpu_sem::A64;
use ncpu_synth::{Compiled, Kind, Value};
use ncpu_term::{Domain, Program, Sort, listing};
use num_bigint::BigInt;

fn engines() -> Vec<Box<dyn Engine>> {
    vec![Box::new(Cpu::new(Box::new(A64)))]
}

/// Runs a program on rows of the numbers; tells on how many, `None` if it needs lists, which machine code
/// has not.
fn check(text: &str, kind: Kind, arity: usize, numbers: &[BigInt]) -> Option<usize> {
    let domain = if kind == Kind::Bits { Domain::Bits } else { Domain::Int };
    let program =
        Program::parse(text, domain, &vec![Sort::Number; arity]).expect("the case parses");
    if listing(&program, &[]).is_err_and(|e| e.contains("lists")) {
        return None;
    }
    let rows = numbers.iter().flat_map(|a| numbers.iter().map(move |b| [a, b]));
    let rows = rows.map(|row| row.map(|n| ncpu_term::Value::Number(n.clone()))[..arity].to_vec());
    // What has no value or needs more than 64 bits is refused, which is right.
    let fits = |row: &Vec<ncpu_term::Value>| {
        program.eval(row).is_ok() && listing(&program, std::slice::from_ref(row)).is_ok()
    };
    let rows: Vec<Vec<ncpu_term::Value>> = rows.filter(fits).collect();
    let compiled = Compiled::new(&program, kind, &rows).unwrap_or_else(|e| panic!("{text}: {e}"));
    for engine in &mut engines() {
        for row in &rows {
            let expected = Value::from(program.eval(row).expect("chosen so"));
            let inputs: Vec<Value> = row.iter().cloned().map(Value::from).collect();
            let got = compiled.run(&mut **engine, &inputs, 1_000_000);
            let got = got.unwrap_or_else(|e| panic!("{text} of {inputs:?}: {e}"));
            assert_eq!(got.value, expected, "{text} of {inputs:?} on {}", engine.name());
        }
    }
    Some(rows.len())
}

#[test]
fn machine_code_computes_what_the_term_does() {
    let ints = [-1000, -37, -8, -1, 0, 1, 2, 3, 5, 12, 36, 97].map(BigInt::from);
    let words =
        [0_u64, 1, 2, 7, 63, 64, 255, 1 << 63, u64::MAX, 0x0123_4567_89ab_cdef].map(BigInt::from);
    for line in include_str!("../../term/tests/exports.cases").lines() {
        let Some((head, text)) = line.split_once(": ").filter(|_| !line.starts_with('#')) else {
            continue;
        };
        let ran = match head.split_once(' ') {
            Some(("int", arity)) => check(text, Kind::Int, arity.parse().unwrap(), &ints),
            Some(("bits", arity)) => check(text, Kind::Bits, arity.parse().unwrap(), &words),
            _ => continue,
        };
        assert!(ran.is_none_or(|ran| ran > 3), "{text} hardly ever ran");
    }
}
