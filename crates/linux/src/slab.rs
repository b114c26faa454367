//! Counted objects by number: open files, address spaces, tables that tasks share.

use std::marker::PhantomData;

/// The number of an object of type `T`.
pub(crate) struct Id<T>(u32, PhantomData<fn() -> T>);

impl<T> Clone for Id<T> {
    fn clone(&self) -> Self {
        *self
    }
}
impl<T> Copy for Id<T> {}
impl<T> PartialEq for Id<T> {
    fn eq(&self, other: &Self) -> bool {
        self.0 == other.0
    }
}
impl<T> Eq for Id<T> {}
impl<T> std::fmt::Debug for Id<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "#{}", self.0)
    }
}
impl<T> Id<T> {
    /// The bare number.
    pub(crate) fn number(self) -> u32 {
        self.0
    }
}

/// Objects with a count of who holds them.
#[derive(Debug)]
pub(crate) struct Slab<T> {
    items: Vec<Option<(u32, T)>>,
    free: Vec<u32>,
    len: usize,
}

impl<T> Slab<T> {
    pub(crate) fn new() -> Self {
        Self { items: Vec::new(), free: Vec::new(), len: 0 }
    }

    /// How many objects live.
    pub(crate) fn len(&self) -> usize {
        self.len
    }

    /// Adds an object held once.
    pub(crate) fn add(&mut self, item: T) -> Id<T> {
        self.len += 1;
        let index = match self.free.pop() {
            Some(index) => {
                self.items[index as usize] = Some((1, item));
                index
            }
            None => {
                self.items.push(Some((1, item)));
                self.items.len() as u32 - 1
            }
        };
        Id(index, PhantomData)
    }

    /// Holds an object once more.
    pub(crate) fn hold(&mut self, id: Id<T>) -> Id<T> {
        self.slot(id).0 += 1;
        id
    }

    /// Lets go of an object; returns it when nobody holds it any more.
    pub(crate) fn release(&mut self, id: Id<T>) -> Option<T> {
        let slot = self.slot(id);
        slot.0 -= 1;
        if slot.0 > 0 {
            return None;
        }
        self.len -= 1;
        self.free.push(id.0);
        self.items[id.0 as usize].take().map(|s| s.1)
    }

    /// How many hold it.
    pub(crate) fn holders(&self, id: Id<T>) -> u32 {
        self.items[id.0 as usize].as_ref().map_or(0, |s| s.0)
    }

    /// All objects.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (Id<T>, &T)> {
        let id = |i| Id(i as u32, PhantomData);
        self.items.iter().enumerate().filter_map(move |(i, s)| s.as_ref().map(|s| (id(i), &s.1)))
    }

    fn slot(&mut self, id: Id<T>) -> &mut (u32, T) {
        self.items[id.0 as usize].as_mut().expect("held objects live")
    }
}

impl<T> std::ops::Index<Id<T>> for Slab<T> {
    type Output = T;
    fn index(&self, id: Id<T>) -> &T {
        &self.items[id.0 as usize].as_ref().expect("held objects live").1
    }
}

impl<T> std::ops::IndexMut<Id<T>> for Slab<T> {
    fn index_mut(&mut self, id: Id<T>) -> &mut T {
        &mut self.slot(id).1
    }
}
