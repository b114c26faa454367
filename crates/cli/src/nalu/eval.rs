//! `ncpu nalu eval`: one operation, in the tier asked for.

use super::args::{EvalArgs, RoundArg, TierArg};
use super::{functions, load, table};
use crate::Failure;
use crate::output::outln;
use ncpu_elementary::MAX_ULP;
use ncpu_nalu::float::{FLOAT_OPERATIONS, FORMATS, FloatOperation, FloatSize, Format};
use ncpu_nalu::{Alu, Batch, Function, OPERATIONS, Single, Size};

/// Names of the exceptions by their bits in FPSR (Arm manual C5.2.9).
const EXCEPTIONS: [(u32, &str); 6] = [
    (0, "invalid"),
    (1, "divide by zero"),
    (2, "overflow"),
    (3, "underflow"),
    (4, "inexact"),
    (7, "denormal operand"),
];

pub(super) fn run(args: &EvalArgs) -> Result<(), Failure> {
    let Some(name) = &args.operation else {
        list();
        return Ok(());
    };
    let kind = args.kind.as_deref().unwrap_or_default();
    if let Some(value) = functions::eval(name, kind, &args.operands, args.models.as_deref()) {
        let value = value?;
        outln!("{value} ({:#x})", value.to_bits());
        outln!("approximate: within {MAX_ULP} units in the last place");
        return Ok(());
    }
    let function = Function::named(name, kind).map_err(Failure::start)?;
    let mut alu = Alu::new(load(args.models.as_deref())?);
    let operands = operands(&mut alu, function, args)?;
    let results = evaluate(&mut alu, function, args.tier, &operands)?;
    match function {
        Function::Integer(operation, width) => {
            for (size, value) in operation.results.iter().zip(results) {
                outln!("{}", integer(*size, width, value));
            }
        }
        Function::Float(operation, format) => {
            outln!("{}", float_result(&mut alu, operation, format, results[0])?);
            let raised = EXCEPTIONS.iter().filter(|(bit, _)| results[1] >> bit & 1 == 1);
            let raised: Vec<&str> = raised.map(|(_, name)| *name).collect();
            if !raised.is_empty() {
                outln!("raises {}", raised.join(", "));
            }
        }
    }
    if args.report_cells {
        for (spec, count) in alu.evaluations().into_iter().filter(|(_, n)| *n > 0) {
            eprintln!("{:13}{count:>10}  {}", spec.name, spec.doc);
        }
    }
    Ok(())
}

fn evaluate(
    alu: &mut Alu,
    function: Function,
    tier: TierArg,
    operands: &[u64],
) -> Result<Vec<u64>, Failure> {
    let results = match tier {
        TierArg::Weights => alu.eval(function, Single::Weights, operands),
        TierArg::Tables => alu.eval(function, Single::Tables, operands),
        TierArg::Bits => {
            let columns: Vec<&[u64]> = operands.iter().map(std::slice::from_ref).collect();
            let columns = alu.eval_batch(function, Batch::Bits, &columns);
            columns.map(|columns| columns.iter().map(|c| c[0]).collect())
        }
    };
    results.map_err(Failure::start)
}

fn list() {
    let mut rows = Vec::new();
    for o in OPERATIONS {
        let operands = o.operands.len().to_string();
        rows.push([o.name, "8 16 32 64", &operands, o.doc].map(String::from).to_vec());
    }
    for o in FLOAT_OPERATIONS {
        let operands = o.operands.len().to_string();
        let kinds = "half bfloat16 single double";
        rows.push([o.name, kinds, &operands, o.doc].map(String::from).to_vec());
    }
    for (name, operands) in functions::names() {
        let doc = "by a trained network inside exact range reduction; approximate";
        let row = [name, "single", &operands.to_string(), doc];
        rows.push(row.map(String::from).to_vec());
    }
    table::print(&["operation", "", "operands", ""], &rows);
}

/// The operands as the operation takes them, FPCR among them.
fn operands(alu: &mut Alu, function: Function, args: &EvalArgs) -> Result<Vec<u64>, Failure> {
    let texts = args.operands.iter();
    match function {
        Function::Integer(..) => texts.map(|text| whole(text)).collect(),
        Function::Float(operation, format) => {
            let sizes = operation.operands.iter().chain(std::iter::repeat(&FloatSize::Number));
            let values: Result<Vec<u64>, Failure> = texts
                .zip(sizes)
                .map(|(text, size)| match size {
                    FloatSize::Number => real(alu, text, format),
                    FloatSize::Bits(_) => whole(text),
                })
                .collect();
            let mut values = values?;
            if values.len() == operation.operands.len() {
                values.push(fpcr(args.round));
            }
            Ok(values)
        }
    }
}

/// FPCR with this rounding mode.
const fn fpcr(round: RoundArg) -> u64 {
    let mode = match round {
        RoundArg::Nearest => 0,
        RoundArg::Up => 1,
        RoundArg::Down => 2,
        RoundArg::Zero => 3,
    };
    mode << 22
}

fn whole(text: &str) -> Result<u64, Failure> {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let value = crate::args::number(digits)
        .map_err(|why| Failure::start(format!("operand `{text}`: {why}")))?;
    Ok(if digits.len() < text.len() { value.wrapping_neg() } else { value })
}

/// A number in decimal, brought to the format by the ALU itself, or its bits after `0x`.
fn real(alu: &mut Alu, text: &str, format: Format) -> Result<u64, Failure> {
    if text.starts_with("0x") {
        return whole(text);
    }
    let value: f64 = text.parse().map_err(|_| {
        let wanted = "expected a number such as 1.5, inf or nan, or its bits after 0x";
        Failure::start(format!("operand `{text}`: {wanted}"))
    })?;
    let name = match format {
        Format::HALF => "tohalf",
        Format::BFLOAT16 => "tobf16",
        Format::SINGLE => "tosingle",
        _ => return Ok(value.to_bits()),
    };
    let function = Function::named(name, "double").map_err(Failure::start)?;
    let bits = alu.eval(function, Single::Tables, &[value.to_bits(), 0]);
    Ok(bits.map_err(Failure::start)?[0])
}

fn integer(size: Size, width: usize, value: u64) -> String {
    if size == Size::Bits(4) {
        return flags(value);
    }
    let bits = size.bits(width);
    let signed = (value << (64 - bits)) as i64 >> (64 - bits);
    let also = if signed < 0 && bits > 1 { format!(", {signed} if signed") } else { String::new() };
    format!("{value} ({value:#x}{also})")
}

fn flags(value: u64) -> String {
    let bit = |name, place: u32| format!("{name}={}", value >> place & 1);
    [bit("N", 3), bit("Z", 2), bit("C", 1), bit("V", 0)].join(" ")
}

/// The result as a number of its format, flags or an integer, with its bits.
fn float_result(
    alu: &mut Alu,
    operation: &FloatOperation,
    format: Format,
    value: u64,
) -> Result<String, Failure> {
    let format = match (operation.name, operation.result) {
        ("tohalf", _) => Format::HALF,
        ("tobf16", _) => Format::BFLOAT16,
        ("tosingle", _) => Format::SINGLE,
        ("todouble", _) => Format::DOUBLE,
        (_, FloatSize::Number) => format,
        ("fcvts", _) => return Ok(format!("{} ({value:#x})", value as i64)),
        (_, FloatSize::Bits(4)) => return Ok(flags(value)),
        _ => return Ok(format!("{value} ({value:#x})")),
    };
    let name = FORMATS.iter().find(|(_, f)| *f == format).map_or("", |(name, _)| name);
    let function = Function::named("todouble", name).map_err(Failure::start)?;
    let wide = alu.eval(function, Single::Tables, &[value, 0]).map_err(Failure::start)?[0];
    Ok(format!("{} ({value:#x})", f64::from_bits(wide)))
}
