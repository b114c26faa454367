//! Terms over numbers compiled to a stack machine on machine words, for bodies that run often.

use crate::native::{self, BAD, One, Two};
use ncpu_term::{FUNCTIONS, Term, Var};
use num_traits::ToPrimitive;

enum Step {
    Get(usize),
    Push(i64),
    One(One),
    Two(Two),
    Three(fn(i64, i64, i64) -> i64),
    /// Takes a condition and goes on so many steps later if it is zero.
    Unless(usize),
    Skip(usize),
}

/// A compiled term.
pub(crate) struct Code {
    steps: Vec<Step>,
}

impl Code {
    /// Compiles a term over these variables; `None` if it holds anything but operations, library
    /// functions on numbers, branches and machine-word constants.
    pub(crate) fn compile(term: &Term, vars: &[Var]) -> Option<Self> {
        let mut steps = Vec::new();
        emit(term, vars, &mut steps)?;
        Some(Self { steps })
    }

    /// The value for these values of the variables; [`BAD`] if there is none.
    pub(crate) fn run(&self, vars: &[i64]) -> i64 {
        let mut stack = [0i64; 24];
        let (mut top, mut at) = (0, 0);
        while let Some(step) = self.steps.get(at) {
            at += 1;
            match step {
                Step::Get(n) => {
                    stack[top] = vars[*n];
                    top += 1;
                }
                Step::Push(n) => {
                    stack[top] = *n;
                    top += 1;
                }
                Step::One(f) => stack[top - 1] = f(stack[top - 1]),
                Step::Two(f) => {
                    top -= 1;
                    stack[top - 1] = f(stack[top - 1], stack[top]);
                }
                Step::Three(f) => {
                    top -= 2;
                    stack[top - 1] = f(stack[top - 1], stack[top], stack[top + 1]);
                }
                Step::Unless(far) => {
                    top -= 1;
                    if stack[top] == 0 {
                        at += far;
                    }
                }
                Step::Skip(far) => at += far,
            }
            if top > 20 || (top > 0 && stack[top - 1] == BAD) {
                return BAD;
            }
        }
        stack[0]
    }
}

fn emit(term: &Term, vars: &[Var], steps: &mut Vec<Step>) -> Option<()> {
    match term {
        Term::Arg(n) => steps.push(Step::Get(*n)),
        Term::Var(v) => steps.push(Step::Get(vars.iter().position(|var| var == v)?)),
        Term::Const(n) => steps.push(Step::Push(n.to_i64()?)),
        Term::Apply(op, args) => {
            args.iter().try_for_each(|a| emit(a, vars, steps))?;
            steps.push(match native::one(*op) {
                Some(one) => Step::One(one),
                None => Step::Two(native::two(*op)?),
            });
        }
        Term::Call(place, args) => {
            args.iter().try_for_each(|a| emit(a, vars, steps))?;
            let name = FUNCTIONS.get(*place)?.name;
            steps.push(match (native::call_one(name), native::call_two(name)) {
                (Some(one), _) => Step::One(one),
                (_, Some(two)) => Step::Two(two),
                _ => Step::Three(native::call_three(name)?),
            });
        }
        Term::If(three) => {
            emit(&three[0], vars, steps)?;
            let unless = steps.len();
            steps.push(Step::Unless(0));
            emit(&three[1], vars, steps)?;
            let skip = steps.len();
            steps.push(Step::Skip(0));
            emit(&three[2], vars, steps)?;
            steps[unless] = Step::Unless(skip - unless);
            steps[skip] = Step::Skip(steps.len() - skip - 1);
        }
        Term::Let(..) | Term::Loop(_) | Term::Each(..) => return None,
    }
    Some(())
}
