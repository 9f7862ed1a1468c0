//! The emitter of one cell: what it knows, and what it says (E.1, E.2).

use std::collections::{BTreeMap, BTreeSet};

use rivera_lifecycle::Tag;

use super::tag::is_news;

/// What an emitter says to all routers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Message {
    /// An endpoint can be reached.
    Register(u32),
    /// An endpoint cannot be reached any more.
    Unregister(u32),
}

/// The table of an emitter.
#[derive(Debug, Clone, Default)]
pub(crate) struct Table {
    /// Endpoints that routers should have.
    endpoints: BTreeSet<u32>,
    /// The newest that is known of each endpoint.
    tags: BTreeMap<u32, Tag>,
    /// Unregistrations that are still to be said, by endpoint: how often.
    repetitions: BTreeMap<u32, u32>,
}

impl Table {
    /// An event of the BBS: an endpoint is wanted, or no longer.
    pub(crate) fn told(&mut self, endpoint: u32, tag: Tag, wanted: bool, repeats: u32) -> Option<Message> {
        if !is_news(self.tags.get(&endpoint).copied(), tag) {
            return None;
        }
        self.tags.insert(endpoint, tag);
        self.set(endpoint, wanted, repeats)
    }

    /// A full sync: the table is replaced by what the BBS has, and the difference is said.
    pub(crate) fn sync(&mut self, wanted: &BTreeMap<u32, Tag>, repeats: u32) -> Vec<Message> {
        let gone: Vec<u32> =
            self.endpoints.iter().copied().filter(|endpoint| !wanted.contains_key(endpoint)).collect();
        self.tags.extend(wanted);
        let mut messages: Vec<Message> =
            gone.into_iter().filter_map(|endpoint| self.set(endpoint, false, repeats)).collect();
        messages.extend(wanted.keys().filter_map(|&endpoint| self.set(endpoint, true, repeats)));
        messages
    }

    /// The whole table, as it is registered again and again.
    pub(crate) fn emit(&self) -> impl Iterator<Item = Message> {
        self.endpoints.iter().map(|&endpoint| Message::Register(endpoint))
    }

    /// An unregistration is repeated, if it still holds and has not been repeated often enough.
    pub(crate) fn repeat(&mut self, endpoint: u32) -> Option<Message> {
        let left = self.repetitions.get_mut(&endpoint).filter(|left| **left > 0)?;
        *left -= 1;
        Some(Message::Unregister(endpoint))
    }

    /// It has been known before the run.
    pub(crate) fn seed(&mut self, endpoint: u32, tag: Tag) {
        self.endpoints.insert(endpoint);
        self.tags.insert(endpoint, tag);
    }

    fn set(&mut self, endpoint: u32, wanted: bool, repeats: u32) -> Option<Message> {
        if wanted {
            self.repetitions.remove(&endpoint);
            self.endpoints.insert(endpoint).then_some(Message::Register(endpoint))
        } else {
            let known = self.endpoints.remove(&endpoint);
            known.then(|| {
                self.repetitions.insert(endpoint, repeats);
                Message::Unregister(endpoint)
            })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tag(index: u32) -> Tag {
        Tag { epoch: 1, index }
    }

    #[test]
    fn i16_it_says_what_changed_and_again_and_again_all_that_it_knows() {
        let mut table = Table::default();
        assert_eq!(table.told(7, tag(0), true, 20), Some(Message::Register(7)));
        assert_eq!(table.told(9, tag(0), true, 20), Some(Message::Register(9)));
        let all = [Message::Register(7), Message::Register(9)];
        assert_eq!(table.emit().collect::<Vec<_>>(), all);
        assert_eq!(table.told(7, tag(1), false, 20), Some(Message::Unregister(7)));
        assert_eq!(table.emit().collect::<Vec<_>>(), all[1..]);
    }

    #[test]
    fn a_stale_event_says_nothing() {
        let mut table = Table::default();
        table.seed(7, tag(4));
        assert_eq!(table.told(7, tag(4), false, 20), None);
        assert_eq!(table.told(7, tag(3), false, 20), None);
        assert_eq!(table.emit().count(), 1);
    }

    #[test]
    fn a_sync_says_the_difference() {
        let mut table = Table::default();
        table.seed(1, tag(0));
        table.seed(2, tag(0));
        let wanted = BTreeMap::from([(2, tag(0)), (3, tag(0))]);
        assert_eq!(table.sync(&wanted, 20), [Message::Unregister(1), Message::Register(3)]);
        assert_eq!(table.sync(&wanted, 20), []);
        assert_eq!(table.told(3, tag(0), true, 20), None, "the event behind the sync is stale");
    }

    #[test]
    fn an_unregistration_is_repeated_twenty_times_unless_the_endpoint_is_back() {
        let mut table = Table::default();
        table.seed(1, tag(0));
        assert_eq!(table.told(1, tag(1), false, 20), Some(Message::Unregister(1)));
        let repeated = (0..30).filter_map(|_| table.repeat(1)).count();
        assert_eq!(repeated, 20);

        table.told(1, tag(2), true, 20);
        table.told(1, tag(3), false, 20);
        table.told(1, tag(4), true, 20);
        assert_eq!(table.repeat(1), None);
    }
}
