//! When each router has an endpoint, without a look at the messages that change nothing.
//!
//! A registered endpoint is registered again and again. That matters only where something is lost: to a NATS that is
//! away, with a router that restarts, or for good when its emitter has ended. So the reckoner goes from one such moment
//! to the next. It says the same as the model ([`super::wire`]), which a property test holds.

use rivera_model::{Span, Time};

use super::facts::{Emitter, Facts, Life, Stay};
use super::windows::FOREVER;

/// When an emitter registers an endpoint for the first time, when it begins to unregister it, and when it says so for the
/// first time that NATS is there (E.2).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Published {
    pub(crate) from: Time,
    pub(crate) until: Time,
    pub(crate) unregistered: Time,
}

/// The registrations of one endpoint at one router.
struct Registrations<'a> {
    facts: &'a Facts,
    emitter: &'a Emitter,
    router: usize,
    way: Span,
    seeded: bool,
    first: Time,
    end: Time,
}

impl Facts {
    /// What an emitter says of an endpoint: by the events, or by a sync that comes before them (E.1).
    pub(crate) fn published(&self, life: &Life) -> Published {
        let emitter = &self.emitters[life.emitter as usize];
        // An event that comes before the emitter has begun tells it nothing; its first sync does.
        let event = |at: Time, told: Option<Span>| {
            told.map(|span| at + span).filter(|&at| at >= emitter.ready).unwrap_or(FOREVER)
        };
        let told_from = event(life.from, life.told_from.filter(|_| !life.seeded));
        let from = if life.seeded {
            life.from
        } else {
            let sync = emitter.sync.at_or_after(life.from);
            told_from.min(if sync < life.until { sync } else { FOREVER })
        };
        // Events of one endpoint keep their order.
        let order = if told_from == FOREVER { Time::ZERO } else { told_from };
        let until = event(life.until, life.told_until).max(order);
        let until = until.min(emitter.sync.at_or_after(life.until.max(from)));
        Published { from, until, unregistered: self.unregistered(emitter, until) }
    }

    /// Adds the spans in which a router has an endpoint. `way` is what a message about it takes from its emitter into that
    /// router's table.
    pub(crate) fn stays(&self, life: &Life, router: usize, way: Span, stays: &mut Vec<Stay>) {
        self.stays_of_published(life, self.published(life), router, way, stays);
    }

    /// The same, with what its emitter says of it, which is the same for all routers.
    pub(super) fn stays_of_published(
        &self,
        life: &Life,
        published: Published,
        router: usize,
        way: Span,
        stays: &mut Vec<Stay>,
    ) {
        let Published { from: first, until, unregistered } = published;
        let emitter = &self.emitters[life.emitter as usize];
        let end = until.min(emitter.ends);
        let it = Registrations { facts: self, emitter, router, way, seeded: life.seeded, first, end };
        let unregistered = unregistered + way;
        let mut next = it.heard_from(first);
        while let Some(published) = next {
            let from = it.arrival(published);
            let until = it.end_of(published, unregistered);
            if from < until {
                stays.push(Stay { from, until });
            }
            if until >= unregistered {
                return;
            }
            // Whatever comes after the end begins a new stay.
            next = it.heard_from(Time(until.0.saturating_sub(way.0) + 1));
        }
    }

    /// When the first unregistration that is not lost is published (E.2).
    fn unregistered(&self, emitter: &Emitter, until: Time) -> Time {
        let repetitions = (0..=u64::from(self.rules.repeats)).map(|n| until + Span(n * self.rules.repeat.0));
        let mut published = repetitions.take_while(|&at| at < emitter.ends);
        published.find(|&at| self.nats_away.at(at).is_none()).unwrap_or(FOREVER)
    }

    /// When a router prunes an endpoint without TLS that it has last heard of at `heard` (E.4).
    fn pruned(&self, router: usize, mut heard: Time) -> Time {
        let ticks = &self.routers[router].prune;
        loop {
            let stale = ticks.at_or_after(Time((heard + self.rules.stale_after).0.saturating_add(1)));
            if !self.rules.suspend_pruning {
                return stale;
            }
            let look = self.look(router, stale);
            let mut back = self.nats_away.iter().map(|window| self.look(router, window.until));
            match back.find(|&back| back > heard && back <= look && self.freshens(router, back)) {
                Some(back) => heard = back,
                None => return look,
            }
        }
    }

    /// The first look for stale endpoints from a moment on that finds NATS there.
    fn look(&self, router: usize, from: Time) -> Time {
        let ticks = &self.routers[router].prune;
        let mut look = ticks.at_or_after(from);
        while let Some(away) = self.nats_away.at(look) {
            look = ticks.at_or_after(away.until);
        }
        look
    }

    /// Whether a look finds that NATS is back: all that the router knows is then as if it had been heard of just now.
    fn freshens(&self, router: usize, look: Time) -> bool {
        let before = self.routers[router].prune.previous(look);
        before.is_some_and(|before| self.nats_away.at(before).is_some())
    }
}

impl Registrations<'_> {
    /// When the router hears what is published at a moment.
    fn arrival(&self, published: Time) -> Time {
        if self.seeded && published == self.first { published } else { published + self.way }
    }

    /// The first registration from a moment on that the router hears.
    fn heard_from(&self, time: Time) -> Option<Time> {
        let tick = |time: Time| {
            if time <= self.first { self.first } else { self.emitter.register.at_or_after(time) }
        };
        let mut published = tick(time);
        while published < self.end {
            if let Some(away) = self.facts.nats_away.at(published) {
                published = tick(away.until);
            } else if self.facts.routers[self.router].away.at(self.arrival(published)).is_some() {
                published = tick(Time(published.0 + 1));
            } else {
                return Some(published);
            }
        }
        None
    }

    /// When the router prunes an entry of which it hears again and again until its emitter falls silent.
    fn pruned(&self, published: Time, silent: Time) -> Time {
        if self.facts.rules.tls {
            return FOREVER;
        }
        let last = self.emitter.register.before(silent).filter(|&last| last > published);
        self.facts.pruned(self.router, self.arrival(last.unwrap_or(published)))
    }

    /// When the entry ends that a registration began.
    fn end_of(&self, mut published: Time, unregistered: Time) -> Time {
        let begun = self.arrival(published);
        let away = self.facts.routers[self.router].away.after(begun);
        let limit = away.map_or(FOREVER, |window| window.from).min(unregistered);
        loop {
            let lost = self.facts.nats_away.after(published);
            let silent = lost.map_or(FOREVER, |window| window.from).min(self.end);
            let resumed = match lost {
                Some(window) if silent < self.end => self.heard_from(window.until),
                _ => None,
            };
            let resumed_at = resumed.map_or(FOREVER, |it| self.arrival(it));
            let pruned = self.pruned(published, silent);
            if pruned < resumed_at.min(limit) {
                return pruned;
            }
            match resumed {
                Some(resumed) if resumed_at < limit => published = resumed,
                _ => return limit,
            }
        }
    }
}
