//! Programs as expressions over the inputs, and their meaning.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use crate::runtime::{cipher, date, number, text};

/// A literal argument of an operation.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Arg {
    /// A text.
    S(String),
    /// A whole number.
    I(i64),
}

impl From<&str> for Arg {
    fn from(s: &str) -> Arg {
        Arg::S(s.to_string())
    }
}

impl From<String> for Arg {
    fn from(s: String) -> Arg {
        Arg::S(s)
    }
}

impl From<i64> for Arg {
    fn from(i: i64) -> Arg {
        Arg::I(i)
    }
}

/// A place in a text.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Pos {
    /// Before character `k`; -1 is the end.
    At(i64),
    /// At the start or end of token `k` of a class.
    Edge(String, i64, bool),
}

/// A test that chooses a branch.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Pred {
    /// A test of `text::test` on the value of an expression.
    Is(Box<Expr>, String, String),
    /// Whether the number in the value of an expression is below a bound.
    Below(Box<Expr>, String),
    /// The opposite.
    Not(Box<Pred>),
}

/// An expression whose value is a text, or undefined.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Expr {
    /// The n-th input, from 0; inside the body of a map the part.
    In(usize),
    /// A literal text.
    Const(String),
    /// The values one after the other.
    Concat(Vec<Expr>),
    /// The text between two places.
    Sub(Box<Expr>, Pos, Pos),
    /// An operation with literal arguments.
    Call(Op, Box<Expr>, Vec<Arg>),
    /// Splits, reorders, applies `body` to every part and joins.
    Map {
        /// What is split.
        on: Box<Expr>,
        /// The separator, as for `text::parts`.
        sep: String,
        /// The order, as for `text::order`.
        order: String,
        /// Applied to each part, which is its only input.
        body: Box<Expr>,
        /// Stands between the results.
        join: String,
    },
    /// The first expression where the test holds, else the second.
    If(Box<Pred>, Box<Expr>, Box<Expr>),
}

/// Takes the next argument as the kind that the operation wants.
macro_rules! arg {
    ($it:ident, s) => {
        match $it.next() {
            Some(Arg::S(s)) => s.as_str(),
            _ => return None,
        }
    };
    ($it:ident, i) => {
        match $it.next() {
            Some(Arg::I(i)) => *i,
            _ => return None,
        }
    };
}

/// The table of operations: slices of the text, or new texts; the kinds of their arguments;
/// where they are defined.
macro_rules! ops {
    (slice { $($sv:ident $sn:ident ($($sk:ident)*) $sm:ident;)* }
     make { $($mv:ident $mn:ident ($($mk:ident)*) $mm:ident;)* }) => {
        /// An operation; its documentation is at the function of the same name in the runtime.
        #[allow(missing_docs)]
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
        pub enum Op { $($sv,)* $($mv,)* }

        impl Op {
            /// The name in program texts and in every runtime.
            pub fn name(self) -> &'static str {
                match self { $(Op::$sv => stringify!($sn),)* $(Op::$mv => stringify!($mn),)* }
            }

            /// The runtime module with the operation.
            pub fn module(self) -> &'static str {
                match self { $(Op::$sv => stringify!($sm),)* $(Op::$mv => stringify!($mm),)* }
            }

            /// Whether the result is a part of the text it works on.
            pub fn is_slice(self) -> bool {
                match self { $(Op::$sv => true,)* $(Op::$mv => false,)* }
            }
        }

        fn slice<'a>(op: Op, s: &'a str, args: &[Arg]) -> Option<&'a str> {
            #[allow(unused_mut, unused_variables)]
            let mut it = args.iter();
            match op {
                $(Op::$sv => $sm::$sn(s, $(arg!(it, $sk)),*),)*
                _ => None,
            }
        }

        /// Applies an operation that makes a new text.
        fn make(op: Op, s: &str, args: &[Arg]) -> Option<String> {
            #[allow(unused_mut, unused_variables)]
            let mut it = args.iter();
            match op {
                $(Op::$mv => $mm::$mn(s, $(arg!(it, $mk)),*),)*
                _ => slice(op, s, args).map(str::to_string),
            }
        }
    };
}

ops! {
    slice {
        Fields fields (s i i) text;
        Token token (s i) text;
        Between between (s s i) text;
        Trim trim () text;
        Strip strip (s i) text;
    }
    make {
        All all (s s) text;
        Upper upper () text;
        Lower lower () text;
        Cap cap () text;
        CapFirst capfirst () text;
        Title title () text;
        SwapCase swapcase () text;
        AltCase altcase (i i) text;
        Squeeze squeeze () text;
        PadL padl (i s) text;
        PadR padr (i s) text;
        Replace replace (s s) text;
        Subst subst (s s) text;
        SubstRuns substruns (s s) text;
        Reverse reverse () text;
        Stretch stretch (s i) text;
        Repeat repeat (i s) text;
        Chunks chunks (i s) text;
        Count count (s) text;
        Len len (s) text;
        Lookup lookup (s) text;
        Deaccent deaccent () text;
        Style style (s) text;
        Num num () number;
        Round round (s s) number;
        Linear linear (s s) number;
        Fixed fixed (i s s) number;
        Ordinal ordinal () number;
        Roman roman () number;
        Unroman unroman () number;
        Base base (i i i) number;
        Agg agg (s) number;
        Spell spell () number;
        Unspell unspell () number;
        Date date (s s i s) date;
        Span span (s s) date;
        Clock clock (s) date;
        Unclock unclock (s) date;
        Tr tr (s s) cipher;
        Vig vig (s s i) cipher;
        Prog prog (i i i) cipher;
        Code code (s s s) cipher;
        Decode decode (s s s) cipher;
        Bytes bytes (i i s i) cipher;
        Unbytes unbytes (i i s) cipher;
        B64 b64 (i i) cipher;
        Unb64 unb64 (i) cipher;
        Url url (i s) cipher;
        Unurl unurl (i) cipher;
        Html html () cipher;
        Unhtml unhtml () cipher;
        Rail rail (i) cipher;
        Unrail unrail (i) cipher;
        Columnar columnar (s s) cipher;
        Uncolumnar uncolumnar (s s) cipher;
        ChunkRev chunkrev (i) cipher;
        Rotate rotate (i) cipher;
        Pig pig (s s i) cipher;
        Runs runs (s) cipher;
        Unruns unruns (s) cipher;
        Hill hill (s) cipher;
        Every every (i i) cipher;
        Mirror mirror (s) cipher;
        Halves halves (s) cipher;
        Xor xor (s) cipher;
        Unxor unxor (s) cipher;
        Two two (s) cipher;
    }
}

/// Applies an operation to a text.
pub(crate) fn apply(op: Op, s: &str, args: &[Arg]) -> Option<String> {
    make(op, s, args)
}

/// No result is longer than this: a program never grows a text without bound.
const LONGEST: usize = 1 << 20;

impl Pos {
    /// The byte offset of the place in a text.
    pub fn find(&self, s: &str) -> Option<usize> {
        match self {
            Pos::At(k) => text::at(s, *k),
            Pos::Edge(class, k, end) => text::edge(s, class, *k, i64::from(*end)),
        }
    }
}

impl Pred {
    /// Whether the test holds; undefined where its expression is.
    pub fn holds(&self, inputs: &[String]) -> Option<bool> {
        match self {
            Pred::Is(e, how, what) => Some(text::test(&e.eval(inputs)?, how, what)),
            Pred::Below(e, bound) => {
                let v = e.eval(inputs)?;
                number::num(&v)?;
                Some(number::below(&v, bound))
            }
            Pred::Not(p) => Some(!p.holds(inputs)?),
        }
    }
}

impl Expr {
    /// The n-th input.
    pub fn input(n: usize) -> Expr {
        Expr::In(n)
    }

    /// An operation applied to this expression.
    pub fn call<const N: usize>(self, op: Op, args: [Arg; N]) -> Expr {
        Expr::Call(op, Box::new(self), args.into())
    }

    /// A substring of this expression.
    pub fn sub(self, a: Pos, b: Pos) -> Expr {
        Expr::Sub(Box::new(self), a, b)
    }

    /// The value for the inputs; borrowed where it is a part of one of them or a literal.
    pub fn eval<'a>(&'a self, inputs: &'a [String]) -> Option<Cow<'a, str>> {
        Some(match self {
            Expr::In(n) => Cow::Borrowed(inputs.get(*n)?.as_str()),
            Expr::Const(c) => Cow::Borrowed(c.as_str()),
            Expr::Concat(es) => {
                let mut out = String::new();
                for e in es {
                    out.push_str(&e.eval(inputs)?);
                    if out.len() > LONGEST {
                        return None;
                    }
                }
                Cow::Owned(out)
            }
            Expr::Sub(e, a, b) => part(e.eval(inputs)?, |s| text::cut(s, a.find(s)?, b.find(s)?))?,
            Expr::Call(op, e, args) if op.is_slice() => {
                part(e.eval(inputs)?, |s| slice(*op, s, args))?
            }
            Expr::Call(op, e, args) => {
                Cow::Owned(make(*op, &e.eval(inputs)?, args).filter(|s| s.len() <= LONGEST)?)
            }
            Expr::Map { on, sep, order, body, join } => {
                let s = on.eval(inputs)?;
                let items =
                    text::parts(&s, sep).iter().map(|&(a, b)| s[a..b].to_string()).collect();
                let mut out = Vec::new();
                for item in text::order(items, order) {
                    out.push(body.eval(&[item])?.into_owned());
                }
                Cow::Owned(out.join(join))
            }
            Expr::If(p, a, b) => {
                if p.holds(inputs)? {
                    a.eval(inputs)?
                } else {
                    b.eval(inputs)?
                }
            }
        })
    }

    /// The number of nodes.
    pub fn size(&self) -> usize {
        match self {
            Expr::In(_) | Expr::Const(_) => 1,
            Expr::Concat(es) => 1 + es.iter().map(Expr::size).sum::<usize>(),
            Expr::Sub(e, _, _) | Expr::Call(_, e, _) => 1 + e.size(),
            Expr::Map { on, body, .. } => 1 + on.size() + body.size(),
            Expr::If(p, a, b) => 1 + p.size() + a.size() + b.size(),
        }
    }

    /// Whether any input is used.
    pub fn uses_input(&self) -> bool {
        match self {
            Expr::In(_) => true,
            Expr::Const(_) => false,
            Expr::Concat(es) => es.iter().any(Expr::uses_input),
            Expr::Sub(e, _, _) | Expr::Call(_, e, _) => e.uses_input(),
            Expr::Map { on, .. } => on.uses_input(),
            Expr::If(..) => true,
        }
    }

    /// The expression with another in place of input `n`.
    pub fn with_input(&self, f: &dyn Fn(usize) -> Expr) -> Expr {
        let go = |e: &Expr| Box::new(e.with_input(f));
        match self {
            Expr::In(n) => f(*n),
            Expr::Const(c) => Expr::Const(c.clone()),
            Expr::Concat(es) => Expr::Concat(es.iter().map(|e| e.with_input(f)).collect()),
            Expr::Sub(e, a, b) => Expr::Sub(go(e), a.clone(), b.clone()),
            Expr::Call(op, e, args) => Expr::Call(*op, go(e), args.clone()),
            Expr::Map { on, sep, order, body, join } => Expr::Map {
                on: go(on),
                sep: sep.clone(),
                order: order.clone(),
                body: body.clone(),
                join: join.clone(),
            },
            Expr::If(p, a, b) => Expr::If(Box::new(p.with_input(f)), go(a), go(b)),
        }
    }
}

impl Pred {
    fn size(&self) -> usize {
        match self {
            Pred::Is(e, ..) | Pred::Below(e, _) => 1 + e.size(),
            Pred::Not(p) => 1 + p.size(),
        }
    }

    fn with_input(&self, f: &dyn Fn(usize) -> Expr) -> Pred {
        match self {
            Pred::Is(e, h, w) => Pred::Is(Box::new(e.with_input(f)), h.clone(), w.clone()),
            Pred::Below(e, b) => Pred::Below(Box::new(e.with_input(f)), b.clone()),
            Pred::Not(p) => Pred::Not(Box::new(p.with_input(f))),
        }
    }
}

/// A part of a text, borrowed where the text is.
fn part<'a>(s: Cow<'a, str>, f: impl Fn(&str) -> Option<&str>) -> Option<Cow<'a, str>> {
    match s {
        Cow::Borrowed(b) => f(b).map(Cow::Borrowed),
        Cow::Owned(o) => f(&o).map(|p| Cow::Owned(p.to_string())),
    }
}
