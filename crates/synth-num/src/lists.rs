//! Lists by number: every list that occurs is kept once, so that a column of lists is a column of
//! numbers.

use crate::native::BAD;
use rustc_hash::FxHashMap;
use std::rc::Rc;

/// The longest list that is kept.
const LEN_MAX: usize = 400;

/// All lists that occurred.
#[derive(Default)]
pub(crate) struct Lists {
    items: Vec<Rc<[i64]>>,
    places: FxHashMap<Rc<[i64]>, i64>,
}

impl Lists {
    /// The number of a list; [`BAD`] if it is too long or holds what is no value.
    pub(crate) fn intern(&mut self, list: Vec<i64>) -> i64 {
        if list.len() > LEN_MAX || list.contains(&BAD) {
            return BAD;
        }
        let list: Rc<[i64]> = list.into();
        if let Some(place) = self.places.get(&list) {
            return *place;
        }
        let place = self.items.len() as i64;
        self.items.push(Rc::clone(&list));
        self.places.insert(list, place);
        place
    }

    /// The list of this number.
    pub(crate) fn get(&self, place: i64) -> Rc<[i64]> {
        usize::try_from(place)
            .ok()
            .and_then(|place| self.items.get(place))
            .map_or_else(|| Rc::from([]), Rc::clone)
    }
}
