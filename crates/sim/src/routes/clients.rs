//! What clients see of the routers' tables (E.4).
//!
//! Requests come evenly to the routers that take traffic. One that finds no endpoint is a 404. One that finds some is tried on
//! one after the other until one answers; if none does it is a 502. No request is drawn: errors are sums over rate and time.
//! What comes while no router takes traffic is counted elsewhere ([`Facts::without_router_s`]).

use rivera_model::Time;

use super::facts::{Facts, Stay};
use super::outcome::RouteErrors;

/// An endpoint of an app in the table of one router.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Entry {
    pub(crate) router: usize,
    pub(crate) stay: Stay,
    /// When the instance stops answering.
    pub(crate) answers_until: Time,
}

/// The entries of one app.
#[derive(Debug, Clone, Default)]
pub(crate) struct Entries {
    all: Vec<Entry>,
    /// Spans in which an endpoint answers and every router has it.
    sure: Vec<Stay>,
    /// Where something may change in the gap that is looked at.
    moments: Vec<Time>,
}

impl Entries {
    pub(crate) fn clear(&mut self) {
        self.all.clear();
        self.sure.clear();
    }

    /// Adds an endpoint with its stays at each router.
    pub(crate) fn add<'a>(&mut self, stays: impl Iterator<Item = &'a [Stay]>, answers_until: Time) {
        let mut sure = Some(Stay { from: Time::ZERO, until: answers_until });
        for (router, stays) in stays.enumerate() {
            self.all.extend(stays.iter().map(|&stay| Entry { router, stay, answers_until }));
            sure = match (sure, stays) {
                (Some(sure), [only]) => {
                    Some(Stay { from: sure.from.max(only.from), until: sure.until.min(only.until) })
                }
                _ => None,
            };
        }
        self.sure.extend(sure.filter(|sure| sure.from < sure.until));
    }

    /// Failed requests between two moments, at so many requests a second.
    pub(crate) fn errors(&mut self, facts: &Facts, span: Stay, requests_per_s: f64) -> RouteErrors {
        self.errors_and_of_stops(facts, span, &[], requests_per_s).0
    }

    /// The same, and apart from them those that fail because the app was stopped in order to be started anew: from the stop until
    /// an endpoint is surely there again.
    pub(crate) fn errors_and_of_stops(
        &mut self,
        facts: &Facts,
        span: Stay,
        stopped: &[Stay],
        requests_per_s: f64,
    ) -> (RouteErrors, RouteErrors) {
        let (mut errors, mut of_stops) = (RouteErrors::default(), RouteErrors::default());
        for gap in self.gaps(span) {
            let meets = |stop: &&Stay| stop.from < gap.until && stop.until > gap.from;
            let stop = stopped.iter().filter(meets).map(|stop| stop.from.max(gap.from)).min();
            let stop = stop.unwrap_or(gap.until);
            for router in 0..facts.routers.len() {
                if gap.from < stop {
                    errors.add(self.errors_at(facts, router, Stay { until: stop, ..gap }));
                }
                if stop < gap.until {
                    of_stops.add(self.errors_at(facts, router, Stay { from: stop, ..gap }));
                }
            }
        }
        (errors.times(requests_per_s), of_stops.times(requests_per_s))
    }

    /// Where no endpoint is surely there: only there can a request fail.
    fn gaps(&mut self, span: Stay) -> Vec<Stay> {
        self.sure.sort_unstable_by_key(|sure| (sure.from, sure.until));
        let mut covered = span.from;
        let mut gaps = Vec::new();
        for sure in &self.sure {
            let until = sure.from.min(span.until);
            if covered < until {
                gaps.push(Stay { from: covered, until });
            }
            covered = covered.max(sure.until);
        }
        if covered < span.until {
            gaps.push(Stay { from: covered, until: span.until });
        }
        gaps
    }

    /// Seconds in which requests to one router fail, weighed by the share of the requests that it gets.
    fn errors_at(&mut self, facts: &Facts, router: usize, gap: Stay) -> RouteErrors {
        let Self { all, moments, .. } = self;
        let meets = |entry: &&Entry| {
            entry.router == router && entry.stay.from < gap.until && entry.stay.until > gap.from
        };
        let entries = all.iter().filter(meets);
        moments.clear();
        moments.extend([gap.from, gap.until]);
        let is_within = |moment: &Time| gap.from < *moment && *moment < gap.until;
        for it in entries.clone() {
            moments.extend([it.stay.from, it.stay.until, it.answers_until].into_iter().filter(is_within));
        }
        for away in facts.routers.iter().flat_map(|router| router.away.iter()) {
            moments.extend([away.from, away.until + facts.rules.start_delay].into_iter().filter(is_within));
        }
        moments.sort_unstable();
        let mut errors = RouteErrors::default();
        for pair in moments.windows(2) {
            let (from, until) = (pair[0], pair[1]);
            if from == until || !facts.takes_traffic(router, from) {
                continue;
            }
            let there = || entries.clone().filter(|it| it.stay.from <= from && from < it.stay.until);
            let takers = (0..facts.routers.len()).filter(|&it| facts.takes_traffic(it, from)).count();
            #[expect(clippy::cast_precision_loss, reason = "few routers")]
            let share = until.since(from).as_secs_f64() / takers as f64;
            if there().next().is_none() {
                errors.requests_404 += share;
            } else if there().all(|it| it.answers_until <= from) {
                errors.requests_502 += share;
            }
        }
        errors
    }
}

#[cfg(test)]
mod tests {
    use super::super::cadence::Cadence;
    use super::super::facts::{Router, Rules};
    use super::super::windows::{FOREVER, Window, Windows};
    use super::*;
    use crate::scenario;

    fn facts(routers: usize) -> Facts {
        let rules = Rules::from(&scenario::Routes::default());
        let router = Router { away: Windows::default(), prune: Cadence::new(Time::ZERO, rules.prune) };
        Facts { nats_away: Windows::default(), routers: vec![router; routers], emitters: Vec::new(), rules }
    }

    fn secs(secs: u64) -> Time {
        Time::from_ms(secs * 1_000)
    }

    fn stay(from: u64, until: u64) -> Stay {
        Stay { from: secs(from), until: secs(until) }
    }

    /// Two routers; endpoints by their stays at each, and when they stop answering.
    fn errors(endpoints: &[([Stay; 2], u64)]) -> (f64, f64) {
        let mut entries = Entries::default();
        for (stays, answers_until) in endpoints {
            entries.add(stays.iter().map(std::slice::from_ref), secs(*answers_until));
        }
        let errors = entries.errors(&facts(2), stay(10, 100), 4.0);
        (errors.requests_404, errors.requests_502)
    }

    #[test]
    fn a_router_without_an_endpoint_answers_404_with_its_share_of_the_requests() {
        // The second router gets the new endpoint 6 s after it lost the old one: 6 s at half of 4 requests a second.
        let old = ([stay(0, 50), stay(0, 50)], 90);
        let new = ([stay(40, 100), stay(56, 100)], 100);
        assert_eq!(errors(&[old, new]), (12.0, 0.0));
    }

    #[test]
    fn a_dead_endpoint_is_a_502_only_where_no_other_answers() {
        let dead = ([stay(0, 50), stay(0, 50)], 30);
        let other = ([stay(0, 100), stay(0, 100)], 100);
        assert_eq!(errors(&[dead, other]), (0.0, 0.0));
        // Alone: 20 s of 502, then 50 s of 404.
        assert_eq!(errors(&[dead]), (50.0 * 4.0, 20.0 * 4.0));
    }

    #[test]
    fn what_fails_from_a_stop_until_an_endpoint_is_there_again_is_the_stops() {
        let mut entries = Entries::default();
        for stays in [[stay(0, 30), stay(0, 30)], [stay(60, 100), stay(65, 100)]] {
            entries.add(stays.iter().map(std::slice::from_ref), FOREVER);
        }
        // Nothing is there from 30 s on, for reasons of its own; the stop comes at 40 s, the new endpoint runs at 55 s.
        let stops = [stay(40, 55), stay(70, 80)];
        let (before, stopped) = entries.errors_and_of_stops(&facts(2), stay(10, 100), &stops, 4.0);
        assert_eq!((before.requests_404, stopped.requests_404), (10.0 * 4.0, 20.0 * 4.0 + 5.0 * 2.0));
    }

    #[test]
    fn a_router_that_is_away_or_fills_its_table_gets_no_requests() {
        let mut facts = facts(2);
        facts.routers[1].away.add(Window { from: secs(20), until: secs(30) });
        let mut entries = Entries::default();
        let forever = Stay { from: Time::ZERO, until: FOREVER };
        entries.add([&[forever][..], &[stay(0, 20), stay(60, 100)][..]].into_iter(), FOREVER);
        // It takes traffic again from 50 s on, and has no endpoint until 60 s.
        let errors = entries.errors(&facts, stay(0, 100), 4.0);
        assert!((errors.requests_404 - 20.0).abs() < 1e-9, "{errors:?}");
    }
}
