//! What many records have in common, kept once.
//!
//! Who runs an instance, where and since when differs from record to record; its routes, tags and domain are those of its
//! process, and hardly any record has a reason of failure. Records refer to the latter by number.

use std::hash::{BuildHasher, BuildHasherDefault, DefaultHasher};

use hashbrown::HashTable;
use hashbrown::hash_table::Entry;

use crate::record::{DomainIx, ReasonIx, Record, RoutesIx, TagsIx};
use crate::shelf::Shelf;

/// The part of a record that others are likely to have, too.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Details {
    pub(crate) crash_count: u32,
    pub(crate) crash_reason: ReasonIx,
    pub(crate) placement_error: ReasonIx,
    pub(crate) routes: RoutesIx,
    pub(crate) tags: TagsIx,
    pub(crate) domain: DomainIx,
}

/// The number of some details. Only a [`DetailsTable`] gives it a meaning.
#[derive(Debug, Clone, Copy)]
pub(crate) struct DetailsIx(u32);

/// All details that any record has.
#[derive(Debug, Clone, Default)]
pub(crate) struct DetailsTable {
    shared: Shelf<Shared>,
    /// Numbers by value. Its order is nobody's business: it is only asked for one value at a time.
    numbers: HashTable<u32>,
}

#[derive(Debug, Clone, Copy)]
struct Shared {
    details: Details,
    references: u32,
}

/// Without a seed, so that equal runs do equal work.
fn hash(details: &Details) -> u64 {
    BuildHasherDefault::<DefaultHasher>::new().hash_one(details)
}

impl DetailsIx {
    /// The number of nothing.
    pub(crate) const NONE: Self = Self(u32::MAX);
}

impl From<&Record> for Details {
    fn from(record: &Record) -> Self {
        Self {
            crash_count: record.crash_count,
            crash_reason: record.crash_reason,
            placement_error: record.placement_error,
            routes: record.routes,
            tags: record.tags,
            domain: record.domain,
        }
    }
}

impl DetailsTable {
    pub(crate) fn get(&self, number: DetailsIx) -> Details {
        self.shared.get(number.0).details
    }

    /// The number of these details, which has one reference more now.
    pub(crate) fn acquire(&mut self, details: Details) -> DetailsIx {
        let Self { shared, numbers } = self;
        let is_same = |number: &u32| shared.get(*number).details == details;
        let rehash = |number: &u32| hash(&shared.get(*number).details);
        let number = match numbers.entry(hash(&details), is_same, rehash) {
            Entry::Occupied(entry) => *entry.get(),
            Entry::Vacant(entry) => *entry.insert(self.shared.put(Shared { details, references: 0 })).get(),
        };
        self.acquire_again(DetailsIx(number))
    }

    /// One reference more to a number that has some.
    pub(crate) fn acquire_again(&mut self, number: DetailsIx) -> DetailsIx {
        self.shared.get_mut(number.0).references += 1;
        number
    }

    /// Takes back a reference. Details that nobody refers to are forgotten.
    pub(crate) fn release(&mut self, number: DetailsIx) {
        let DetailsIx(number) = number;
        let shared = self.shared.get_mut(number);
        shared.references -= 1;
        if shared.references == 0 {
            let Shared { details, .. } = self.shared.take(number);
            if let Ok(entry) = self.numbers.find_entry(hash(&details), |found| *found == number) {
                entry.remove();
            }
        }
    }

    /// How many different details there are.
    #[cfg(test)]
    pub(crate) fn len(&self) -> usize {
        self.shared.len()
    }
}
