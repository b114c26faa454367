//! Guest registers in translated code.

use crate::kernel::state::Guest;
use ncpu_shader::{Build, U64, Var};
use ncpu_uop::slot::{self, Slot};
use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

/// The registers that a region uses.
///
/// Within a stretch of code they are values; [`flush`](Self::flush) at its end puts those that changed
/// where the next stretch finds them.
pub(super) struct Registers<'k> {
    k: &'k Build<'k>,
    /// Where they are between stretches of code; none if the code is only recorded to see which it
    /// [uses](Self::used).
    home: Option<BTreeMap<Slot, Var<'k, U64<'k>>>>,
    /// Slots whose value is at hand, and whether their home is to get it.
    known: RefCell<BTreeMap<Slot, (U64<'k>, bool)>>,
    /// Which slots the code read and wrote.
    used: RefCell<BTreeSet<Slot>>,
}

/// Does the slot hold nothing that anybody reads?
fn is_nothing(s: Slot) -> bool {
    (slot::ZERO..=slot::ZERO + 1).contains(&s) || (slot::SINK..=slot::SINK + 1).contains(&s)
}

/// Temporaries hold nothing from one instruction to the next.
fn is_temporary(s: Slot) -> bool {
    s >= slot::TEMP
}

impl<'k> Registers<'k> {
    /// Takes the slots of `used` from the guest's state.
    pub(super) fn load(guest: Guest<'k>, used: &BTreeSet<Slot>) -> Self {
        let k = guest.k;
        let value = |s: Slot| if is_temporary(s) { k.u64(0) } else { guest.get(s.into()) };
        // All are asked for before one is waited for.
        let values: Vec<_> = used.iter().map(|s| (*s, value(*s))).collect();
        let home = values.into_iter().map(|(s, value)| (s, k.var(value))).collect();
        Self { k, home: Some(home), known: RefCell::default(), used: RefCell::default() }
    }

    /// Registers of code that is recorded only to see which it uses.
    pub(super) fn nowhere(k: &'k Build<'k>) -> Self {
        Self { k, home: None, known: RefCell::default(), used: RefCell::default() }
    }

    /// Puts the slots of `used` back into the guest's state.
    pub(super) fn save(&self, guest: Guest<'k>, used: &BTreeSet<Slot>) {
        for s in used.iter().filter(|s| !is_temporary(**s)) {
            guest.set((*s).into(), self.at_home(*s));
        }
    }

    /// Which slots have been read or written.
    pub(super) fn used(self) -> BTreeSet<Slot> {
        self.used.into_inner()
    }

    /// Sets a slot between stretches of code, wherever it is.
    pub(super) fn put(&self, guest: Guest<'k>, s: Slot, value: U64<'k>) {
        let Some(home) = &self.home else { return };
        match home.get(&s) {
            Some(var) => var.set(value),
            None => guest.set(s.into(), value),
        }
    }

    /// The value of a slot between stretches of code.
    pub(super) fn at_home(&self, s: Slot) -> U64<'k> {
        self.used.borrow_mut().insert(s);
        // What is recorded only to see must not know values: branches would vanish.
        let unknown = || self.k.var(self.k.u64(0));
        self.home.as_ref().map_or_else(unknown, |home| home[&s]).get()
    }

    pub(super) fn get(&self, s: Slot) -> U64<'k> {
        if is_nothing(s) {
            return self.k.u64(0);
        }
        let mut known = self.known.borrow_mut();
        known.entry(s).or_insert_with(|| (self.at_home(s), false)).0
    }

    pub(super) fn set(&self, s: Slot, value: U64<'k>) {
        if !is_nothing(s) {
            self.used.borrow_mut().insert(s);
            self.known.borrow_mut().insert(s, (value, true));
        }
    }

    /// Puts every changed slot where it belongs.
    pub(super) fn flush(&self) {
        for (s, (value, changed)) in self.known.borrow_mut().iter_mut() {
            if std::mem::take(changed)
                && let Some(home) = &self.home
            {
                home[s].set(*value);
            }
        }
    }

    /// What is at hand now, to [`take_back`](Self::take_back) on another way from here.
    pub(super) fn known(&self) -> BTreeMap<Slot, (U64<'k>, bool)> {
        self.known.borrow().clone()
    }

    /// Has at hand what was [`known`](Self::known).
    pub(super) fn take_back(&self, known: BTreeMap<Slot, (U64<'k>, bool)>) {
        *self.known.borrow_mut() = known;
    }

    /// Temporaries need not be put anywhere when an instruction has ended.
    pub(super) fn forget_temporaries(&self) {
        self.known.borrow_mut().retain(|s, _| !is_temporary(*s));
    }

    /// No value is at hand any more: another stretch of code begins.
    pub(super) fn forget(&self) {
        self.known.borrow_mut().clear();
    }
}
