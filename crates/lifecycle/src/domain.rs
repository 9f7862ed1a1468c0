//! Domains and their freshness (C.7): only in a fresh domain may the BBS destroy what nobody desires.

use std::collections::BTreeMap;

use rivera_model::{Span, Time};

use crate::record::DomainIx;

const SECOND_US: u64 = 1_000_000;

/// The domains that are known, and until when.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Domains {
    expiry: BTreeMap<DomainIx, Option<Time>>,
}

impl Domains {
    /// Declares a domain fresh for `ttl`; [`Span::ZERO`] is for ever.
    pub fn upsert(&mut self, domain: DomainIx, ttl: Span, now: Time) {
        self.expiry.insert(domain, (ttl != Span::ZERO).then(|| now + ttl));
    }

    /// Forgets the domains that have ended by `now`. Answers how many.
    pub fn expire(&mut self, now: Time) -> usize {
        let before = self.expiry.len();
        self.expiry.retain(|_, expiry| expiry.is_none_or(|expiry| expiry > now));
        before - self.expiry.len()
    }

    /// Whether the domain has not been forgotten. Orphans are judged by this (C.11.11).
    #[must_use]
    pub fn is_known(&self, domain: DomainIx) -> bool {
        self.expiry.contains_key(&domain)
    }

    /// The domains that are fresh at `now` rounded to the second: one that ends within half a second may be stale
    /// already. Surplus instances are judged by this (C.11.11).
    pub fn fresh(&self, now: Time) -> impl Iterator<Item = DomainIx> {
        let rounded = Time((now.0 + SECOND_US / 2) / SECOND_US * SECOND_US);
        self.expiry
            .iter()
            .filter(move |(_, expiry)| expiry.is_none_or(|expiry| expiry > rounded))
            .map(|(domain, _)| *domain)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DOMAIN: DomainIx = DomainIx(3);

    fn with_ttl(ttl: Span) -> Domains {
        let mut domains = Domains::default();
        domains.upsert(DOMAIN, ttl, Time::ZERO);
        domains
    }

    #[test]
    fn a_domain_ends_at_its_time_and_not_before() {
        let mut domains = with_ttl(Span::from_secs(120));
        assert_eq!(domains.expire(Time::from_ms(119_999)), 0);
        assert!(domains.is_known(DOMAIN));
        assert_eq!(domains.expire(Time::from_ms(120_000)), 1);
        assert!(!domains.is_known(DOMAIN));
    }

    #[test]
    fn a_domain_without_ttl_never_ends() {
        let mut domains = with_ttl(Span::ZERO);
        assert_eq!(domains.expire(Time(u64::MAX)), 0);
    }

    #[test]
    fn in_its_last_half_second_a_domain_is_known_but_no_longer_fresh() {
        let domains = with_ttl(Span::from_secs(120));
        assert_eq!(domains.fresh(Time::from_ms(119_499)).count(), 1);
        assert_eq!(domains.fresh(Time::from_ms(119_500)).count(), 0);
        assert!(domains.is_known(DOMAIN));
    }
}
