//! The table of one router (E.4).

use std::collections::BTreeMap;

use rivera_model::{Span, Time};

/// The endpoints that a router knows.
#[derive(Debug, Clone, Default)]
pub(crate) struct Table {
    endpoints: BTreeMap<u32, Entry>,
    /// NATS was away in its last look for stale endpoints.
    suspended: bool,
}

#[derive(Debug, Clone, Copy)]
struct Entry {
    tls: bool,
    heard: Time,
}

impl Table {
    /// Takes in a registration. Whether the endpoint is new.
    pub(crate) fn register(&mut self, endpoint: u32, tls: bool, now: Time) -> bool {
        self.endpoints.insert(endpoint, Entry { tls, heard: now }).is_none()
    }

    /// Takes an endpoint out. Whether it was there.
    pub(crate) fn unregister(&mut self, endpoint: u32) -> bool {
        self.endpoints.remove(&endpoint).is_some()
    }

    /// Looks for endpoints that have not been heard of for longer than `stale_after`, and gives those that go. While
    /// NATS is away (`suspended`) there are none, and when it is back all count as heard of.
    pub(crate) fn prune(&mut self, now: Time, stale_after: Span, suspended: bool) -> Vec<u32> {
        let back = std::mem::replace(&mut self.suspended, suspended) && !suspended;
        if back {
            self.endpoints.values_mut().for_each(|entry| entry.heard = now);
        }
        if suspended {
            return Vec::new();
        }
        let is_stale = |entry: &Entry| !entry.tls && now.since(entry.heard) > stale_after;
        let stale: Vec<u32> =
            self.endpoints.iter().filter(|(_, entry)| is_stale(entry)).map(|(&it, _)| it).collect();
        self.endpoints.retain(|endpoint, _| stale.binary_search(endpoint).is_err());
        stale
    }

    /// The router ends: what it knew is lost.
    pub(crate) fn clear(&mut self) -> Vec<u32> {
        let known = std::mem::take(self);
        known.endpoints.into_keys().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const STALE: Span = Span::from_secs(120);

    fn at(secs: u64) -> Time {
        Time::from_ms(secs * 1_000)
    }

    #[test]
    fn what_has_not_been_heard_of_for_longer_than_120_s_goes() {
        let mut table = Table::default();
        assert!(table.register(1, false, at(0)));
        assert!(table.register(2, false, at(0)));
        assert!(!table.register(2, false, at(20)), "it is known");
        assert!(table.prune(at(120), STALE, false).is_empty());
        assert_eq!(table.prune(at(121), STALE, false), [1]);
        assert!(!table.unregister(1) && table.unregister(2));
    }

    #[test]
    fn q16_tls_endpoints_are_never_pruned() {
        let mut table = Table::default();
        table.register(1, true, at(0));
        assert!(table.prune(at(1_000_000), STALE, false).is_empty());
        assert!(table.unregister(1));
    }

    #[test]
    fn nothing_is_pruned_while_nats_is_away_and_all_is_fresh_when_it_is_back() {
        let mut table = Table::default();
        table.register(1, false, at(0));
        assert!(table.prune(at(500), STALE, true).is_empty());
        assert!(table.prune(at(530), STALE, false).is_empty());
        assert!(table.prune(at(650), STALE, false).is_empty());
        assert_eq!(table.prune(at(651), STALE, false), [1]);
    }

    #[test]
    fn a_router_that_ends_forgets_all() {
        let mut table = Table::default();
        table.register(1, true, at(0));
        assert_eq!(table.clear(), [1]);
        assert!(table.register(1, true, at(1)));
    }
}
