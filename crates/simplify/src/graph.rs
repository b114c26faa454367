//! Terms in an e-graph.

use crate::{Cost, Rule, rules};
use egg::{
    Analysis, CostFunction, DidMerge, EGraph, ENodeOrVar, Extractor, FromOp, Id, Language, Pattern,
    PatternAst, RecExpr, Rewrite, Runner, Var as PatternVar,
};
use ncpu_term::{Domain, Op, Program, Sort, Term, Value, Var};
use num_bigint::BigInt;

use std::fmt;
use std::str::FromStr;
use std::sync::OnceLock;
use std::time::Duration;

/// What a node is, without what is below it.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
enum Head {
    Arg(usize),
    Var(Var),
    Const(BigInt),
    Op(Op),
    Call(usize),
    If,
    /// A term that is left as it is: its place in the table.
    Opaque(usize),
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
struct Node {
    head: Head,
    children: Vec<Id>,
}

impl Language for Node {
    type Discriminant = Head;

    fn discriminant(&self) -> Head {
        self.head.clone()
    }

    fn matches(&self, other: &Self) -> bool {
        self.head == other.head && self.children.len() == other.children.len()
    }

    fn children(&self) -> &[Id] {
        &self.children
    }

    fn children_mut(&mut self) -> &mut [Id] {
        &mut self.children
    }
}

impl fmt::Display for Node {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", self.head)
    }
}

/// Patterns are made from terms, not read by egg.
impl FromOp for Node {
    type Error = String;

    fn from_op(op: &str, _: Vec<Id>) -> Result<Self, String> {
        Err(format!("`{op}` is not read here"))
    }
}

/// Constant folding: the value of a class, if it is known.
struct Fold(Domain);

impl Analysis<Node> for Fold {
    type Data = Option<BigInt>;

    fn make(graph: &mut EGraph<Node, Self>, node: &Node, _: Id) -> Option<BigInt> {
        match &node.head {
            Head::Const(n) => Some(n.clone()),
            Head::Op(op) => {
                let known = node.children.iter().map(|c| graph[*c].data.clone());
                let args = known.map(|n| n.map(Term::Const)).collect::<Option<Vec<_>>>()?;
                let term = Term::Apply(*op, args);
                let program = Program { domain: graph.analysis.0, inputs: Vec::new(), term };
                match program.eval(&[]) {
                    Ok(Value::Number(n)) if n.bits() <= 128 => Some(n),
                    _ => None,
                }
            }
            _ => None,
        }
    }

    fn merge(&mut self, a: &mut Option<BigInt>, b: Option<BigInt>) -> DidMerge {
        let (has, gets) = (a.is_some(), b.is_some());
        if !has {
            *a = b;
        }
        DidMerge(!has && gets, has && !gets)
    }

    fn modify(graph: &mut EGraph<Node, Self>, id: Id) {
        if let Some(n) = graph[id].data.clone() {
            let constant = graph.add(Node { head: Head::Const(n), children: Vec::new() });
            graph.union(id, constant);
        }
    }
}

/// Terms larger than this are left as they are.
const SIZE_MAX: usize = 60;

/// The cheapest form of a term; `None` if it is the term itself.
pub(crate) fn cheapest(term: &Term, domain: Domain, cost: Cost, time: Duration) -> Option<Term> {
    if !(2..=SIZE_MAX).contains(&term.size()) {
        return None;
    }
    let (mut expr, mut opaque) = (RecExpr::default(), Vec::new());
    add(term, &mut expr, &mut opaque);
    let runner = Runner::<Node, Fold, ()>::new(Fold(domain))
        .with_expr(&expr)
        .with_node_limit(8_000)
        .with_iter_limit(12)
        .with_time_limit(time)
        .run(rewrites(domain));
    let extractor = Extractor::new(&runner.egraph, Judge { cost, domain });
    let (_, best) = extractor.find_best(*runner.roots.first()?);
    let simple = term_of(&best, Id::from(best.len() - 1), &opaque)?;
    let judge = Judge { cost, domain };
    (judge.whole(&simple) < judge.whole(term)).then_some(simple)
}

fn add(term: &Term, expr: &mut RecExpr<Node>, opaque: &mut Vec<Term>) -> Id {
    let mut below = |terms: &[Term], expr: &mut RecExpr<Node>| -> Vec<Id> {
        terms.iter().map(|t| add(t, expr, opaque)).collect()
    };
    let (head, children) = match term {
        Term::Arg(n) => (Head::Arg(*n), Vec::new()),
        Term::Var(var) => (Head::Var(*var), Vec::new()),
        Term::Const(n) => (Head::Const(n.clone()), Vec::new()),
        Term::Apply(op, args) => (Head::Op(*op), below(args, expr)),
        Term::Call(place, args) => (Head::Call(*place), below(args, expr)),
        Term::If(three) => (Head::If, below(&**three, expr)),
        Term::Let(..) | Term::Loop(_) | Term::Each(..) => {
            opaque.push(term.clone());
            (Head::Opaque(opaque.len() - 1), Vec::new())
        }
    };
    expr.add(Node { head, children })
}

fn term_of(expr: &RecExpr<Node>, at: Id, opaque: &[Term]) -> Option<Term> {
    let node = &expr[at];
    let mut args =
        node.children.iter().map(|c| term_of(expr, *c, opaque)).collect::<Option<Vec<_>>>()?;
    Some(match &node.head {
        Head::Arg(n) => Term::Arg(*n),
        Head::Var(var) => Term::Var(*var),
        Head::Const(n) => Term::Const(n.clone()),
        Head::Op(op) => Term::Apply(*op, args),
        Head::Call(place) => Term::Call(*place, args),
        Head::If => {
            let (no, yes, condition) = (args.pop()?, args.pop()?, args.pop()?);
            Term::choose(condition, yes, no)
        }
        Head::Opaque(place) => opaque.get(*place)?.clone(),
    })
}

/// The rules as egg has them, made once.
fn rewrites(domain: Domain) -> &'static [Rewrite<Node, Fold>] {
    static INT: OnceLock<Vec<Rewrite<Node, Fold>>> = OnceLock::new();
    static BITS: OnceLock<Vec<Rewrite<Node, Fold>>> = OnceLock::new();
    let made = match domain {
        Domain::Int => &INT,
        Domain::Bits => &BITS,
    };
    made.get_or_init(|| rules(domain).iter().filter_map(|rule| rewrite(rule, domain)).collect())
}

fn rewrite(rule: &Rule, domain: Domain) -> Option<Rewrite<Node, Fold>> {
    let side = |text: &str| {
        let program = Program::parse(text, domain, &[Sort::Number; 3])
            .unwrap_or_else(|e| panic!("the rule `{text}` does not parse: {e}"));
        let mut ast = PatternAst::default();
        pattern(&program.term, &mut ast);
        Pattern::<Node>::new(ast)
    };
    Rewrite::new(format!("{} => {}", rule.left, rule.right), side(&rule.left), side(&rule.right))
        .ok()
}

/// A term as a pattern: its inputs stand for anything.
fn pattern(term: &Term, ast: &mut PatternAst<Node>) -> Id {
    let (head, args): (Head, Vec<&Term>) = match term {
        Term::Arg(n) => {
            let name = ["?x", "?y", "?z"][(*n).min(2)];
            let var =
                PatternVar::from_str(name).unwrap_or_else(|e| panic!("{name} is a variable: {e}"));
            return ast.add(ENodeOrVar::Var(var));
        }
        Term::Const(n) => (Head::Const(n.clone()), Vec::new()),
        Term::Apply(op, args) => (Head::Op(*op), args.iter().collect()),
        Term::If(three) => (Head::If, three.iter().collect()),
        _ => panic!("rules are made of operations and conditions"),
    };
    let children = args.into_iter().map(|a| pattern(a, ast)).collect();
    ast.add(ENodeOrVar::ENode(Node { head, children }))
}

#[derive(Clone, Copy)]
struct Judge {
    cost: Cost,
    domain: Domain,
}

impl Judge {
    fn node(self, head: &Head) -> usize {
        match (self.cost, head) {
            (_, Head::Arg(_) | Head::Var(_)) => {
                if self.cost == Cost::Reading {
                    4
                } else {
                    0
                }
            }
            (Cost::Reading, Head::Const(n)) => {
                4 + n.to_string().len().min(8) + usize::from(n.bits() > 20)
            }
            (Cost::Reading, Head::Op(op)) => reading(*op),
            (Cost::Reading, _) => 6,
            // One `movz`/`movk` for each 16 bits; small ones are part of the instruction.
            (Cost::Machine, Head::Const(n)) => {
                if n.bits() <= 12 {
                    1
                } else {
                    4 * n.bits().div_ceil(16) as usize
                }
            }
            (Cost::Machine, Head::Op(op)) => machine(*op, self.domain),
            (Cost::Machine, _) => 8,
        }
    }

    fn whole(self, term: &Term) -> usize {
        let head = match term {
            Term::Arg(n) => Head::Arg(*n),
            Term::Var(var) => Head::Var(*var),
            Term::Const(n) => Head::Const(n.clone()),
            Term::Apply(op, _) => Head::Op(*op),
            Term::Call(place, _) => Head::Call(*place),
            Term::If(_) => Head::If,
            Term::Let(..) | Term::Loop(_) | Term::Each(..) => return self.node(&Head::Opaque(0)),
        };
        let mut sum = self.node(&head);
        term.each_child(&mut |child| sum += self.whole(child));
        sum
    }
}

/// How much there is to read at an operation: the usual ones least.
fn reading(op: Op) -> usize {
    match op {
        Op::Add | Op::Sub | Op::Mul => 4,
        Op::Shl | Op::Shr | Op::Pow => 5,
        Op::Neg | Op::Not => 5,
        _ => 4,
    }
}

/// The latency of an operation, in quarters of the shortest one, as Arm's optimisation guides for recent
/// cores give it.
fn machine(op: Op, domain: Domain) -> usize {
    match op {
        Op::Mul | Op::Umulh | Op::Smulh => 12,
        Op::Div | Op::Mod if domain == Domain::Int => 60,
        Op::Div | Op::Mod | Op::Quot | Op::Rem | Op::Sdiv | Op::Srem => 48,
        Op::Pow | Op::Gcd | Op::Lcm | Op::Isqrt => 200,
        Op::Popcount => 24,
        Op::Ctz | Op::Rol | Op::Min | Op::Max | Op::Smin | Op::Smax | Op::Abs => 8,
        _ => 4,
    }
}

impl CostFunction<Node> for Judge {
    type Cost = usize;

    fn cost<C: FnMut(Id) -> usize>(&mut self, node: &Node, mut costs: C) -> usize {
        let below = node.children.iter().map(|c| costs(*c)).fold(0, usize::saturating_add);
        below.saturating_add(self.node(&node.head))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn simple(text: &str, domain: Domain) -> String {
        let program = Program::parse(text, domain, &[Sort::Number; 2]).unwrap();
        crate::simplify(&program, Cost::Reading, Duration::from_secs(5)).show()
    }

    #[test]
    fn the_usual_forms() {
        for (text, expected) in [
            ("x + x + x", "x * 3"),
            ("x * 1 + 0", "x"),
            ("x - (x / y) * y", "x % y"),
            ("if x < y then y else x", "max(x, y)"),
            ("2 * 3 + x - 6", "x"),
            ("max(x, y) - min(x, y)", "abs(x - y)"),
        ] {
            assert_eq!(simple(text, Domain::Int), expected, "{text}");
        }
        for (text, expected) in [
            ("x & (~x + 1)", "x & -x"),
            ("(x | y) - (x & y)", "x ^ y"),
            ("~(~x & ~y)", "x | y"),
            ("x - (x & -x)", "x & x - 1"),
            ("x >> 0xffffffffffffffc4", "x >> 4"),
        ] {
            assert_eq!(simple(text, Domain::Bits), expected, "{text}");
        }
    }
}
