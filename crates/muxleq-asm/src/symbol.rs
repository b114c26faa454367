//! The table of names.

use crate::diagnostic::{Place, Wrong};
use crate::expr::Expr;
use std::collections::BTreeMap;
use std::rc::Rc;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Sort {
    Label,
    Constant,
    /// May be set again; a use means the value that it has there.
    Variable,
}

#[derive(Clone, Debug)]
struct Symbol {
    sort: Sort,
    definition: Expr,
}

/// What every name stands for.
#[derive(Debug, Default)]
pub(crate) struct Symbols {
    table: BTreeMap<Rc<str>, Symbol>,
}

impl Symbols {
    /// The value, if it is known already.
    pub(crate) fn value(&self, key: &str) -> Option<i64> {
        match self.table.get(key)?.definition {
            Expr::Number(n) => Some(n),
            _ => None,
        }
    }

    /// Gives `key` a meaning; only variables get another one later.
    pub(crate) fn define(
        &mut self,
        key: &Rc<str>,
        sort: Sort,
        definition: Expr,
        place: Place,
    ) -> Result<(), Wrong> {
        let old = self.table.get(key).map(|s| s.sort);
        if old.is_some_and(|old| old != Sort::Variable || sort != Sort::Variable) {
            return Err(Wrong::new(place, format!("`{key}` is defined already"))
                .remedy("choose another name; a label that begins with `.` is local; `:=` sets a variable again"));
        }
        self.table.insert(key.clone(), Symbol { sort, definition });
        Ok(())
    }

    /// That a name means nothing, with one that was perhaps meant.
    pub(crate) fn unknown(&self, key: &str, place: Place) -> Wrong {
        if self.table.contains_key(key) {
            return Wrong::new(
                place,
                format!("`{key}` has no value: it is defined by itself or by an unknown name"),
            );
        }
        let wrong = Wrong::new(place, format!("unknown name `{key}`"));
        match crate::near::nearest(key, self.table.keys().map(|k| &**k)) {
            Some(near) => wrong.remedy(format!("did you mean `{near}`?")),
            None => wrong.remedy("a label `name:`, a constant `name = value` or a variable `name := value` defines it"),
        }
    }

    /// Gives constants that were defined by later names their values, as far as they have one.
    pub(crate) fn settle(&mut self) {
        loop {
            let value = |(key, s): (&Rc<str>, &Symbol)| match &s.definition {
                Expr::Number(_) => None,
                open => Some((key.clone(), open.value(self, &|_| None).ok()?)),
            };
            let found: Vec<_> = self.table.iter().filter_map(value).collect();
            if found.is_empty() {
                return;
            }
            for (key, value) in found {
                if let Some(symbol) = self.table.get_mut(&key) {
                    symbol.definition = Expr::Number(value);
                }
            }
        }
    }

    /// The definitions that have no value even now.
    pub(crate) fn open(&self) -> impl Iterator<Item = &Expr> {
        self.table.values().map(|s| &s.definition).filter(|d| !matches!(d, Expr::Number(_)))
    }

    /// Labels with their cells; those of macro expansions have no name worth telling.
    pub(crate) fn labels(&self) -> BTreeMap<String, u16> {
        let label = |(key, symbol): (&Rc<str>, &Symbol)| match symbol.definition {
            Expr::Number(n) if symbol.sort == Sort::Label && !key.contains('#') => {
                Some((key.to_string(), u16::try_from(n).ok()?))
            }
            _ => None,
        };
        self.table.iter().filter_map(label).collect()
    }
}
