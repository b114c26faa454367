//! Excel formulas: straight-line programs over integers that doubles hold exactly.

use super::Export;
use crate::{Domain, Op, Sort, Term};

/// The formula over the cells A1, B1 and so on.
pub(super) fn formula(export: &Export<'_>) -> Result<String, String> {
    if export.program.domain == Domain::Bits {
        return Err("Excel's numbers do not hold 64 bits; C, Rust and Python do".into());
    }
    if export.program.inputs.contains(&Sort::List) {
        return Err("lists are not exported to Excel".into());
    }
    let exact = |n: &num_bigint::BigInt| n.bits() <= 53;
    let fits = export.rows.iter().all(|row| row.iter().all(|v| v.number().is_some_and(exact)));
    if !fits {
        return Err("an example has integers of more than 53 bits, which Excel rounds".into());
    }
    Ok(format!("={}", cell(&export.program.term)?))
}

fn cell(term: &Term) -> Result<String, String> {
    Ok(match term {
        Term::Arg(n) => format!("{}1", (b'A' + *n as u8) as char),
        Term::Const(value) if value.bits() <= 53 => value.to_string(),
        Term::If(three) => {
            let [a, b, c] = [cell(&three[0])?, cell(&three[1])?, cell(&three[2])?];
            format!("IF({a},{b},{c})")
        }
        Term::Apply(op, args) => {
            let args = args.iter().map(cell).collect::<Result<Vec<_>, _>>()?;
            apply(*op, &args)?
        }
        Term::Let(..) | Term::Var(_) => return Err("shared parts are not exported to Excel".into()),
        _ => return Err("loops are not exported to Excel; C, Rust and Python have them".into()),
    })
}

fn apply(op: Op, args: &[String]) -> Result<String, String> {
    let infix = match op {
        Op::Add => "+",
        Op::Sub => "-",
        Op::Mul => "*",
        Op::Pow => "^",
        Op::Eq => "=",
        Op::Ne => "<>",
        Op::Lt => "<",
        Op::Le => "<=",
        _ => "",
    };
    if !infix.is_empty() {
        let text = format!("({}{infix}{})", args[0], args[1]);
        let compares = matches!(op, Op::Eq | Op::Ne | Op::Lt | Op::Le);
        return Ok(if compares { format!("N{text}") } else { text });
    }
    let all = args.join(",");
    Ok(match op {
        Op::Neg => format!("(-{all})"),
        Op::Div => format!("FLOOR.MATH({}/{})", args[0], args[1]),
        Op::Mod => format!("MOD({all})"),
        Op::Quot => format!("TRUNC({}/{})", args[0], args[1]),
        Op::Rem => format!("({0}-{1}*TRUNC({0}/{1}))", args[0], args[1]),
        Op::Min => format!("MIN({all})"),
        Op::Max => format!("MAX({all})"),
        Op::Abs => format!("ABS({all})"),
        Op::Sign => format!("SIGN({all})"),
        Op::Gcd => format!("GCD({all})"),
        Op::Lcm => format!("LCM({all})"),
        Op::Isqrt => format!("INT(SQRT({all}))"),
        Op::And => format!("BITAND({all})"),
        Op::Or => format!("BITOR({all})"),
        Op::Xor => format!("BITXOR({all})"),
        Op::Shl => format!("BITLSHIFT({all})"),
        Op::Shr => format!("BITRSHIFT({all})"),
        _ => return Err(format!("`{}` is not exported to Excel", op.text())),
    })
}
