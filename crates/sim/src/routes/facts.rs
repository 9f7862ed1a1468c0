//! What the routes of a run follow from: the rules, who is away when, and the lives of endpoints.

use rivera_model::{Span, Time};

use super::cadence::Cadence;
use super::windows::{FOREVER, Window, Windows};
use crate::random::distribution::secs;
use crate::scenario;

/// The intervals of emitters and routers (E.1 to E.4).
#[derive(Debug, Clone)]
pub(crate) struct Rules {
    /// Between two registrations of the same endpoint.
    pub(crate) register: Span,
    /// Between two full syncs of an emitter with the BBS.
    pub(crate) sync: Span,
    /// Between two repetitions of an unregistration.
    pub(crate) repeat: Span,
    /// Repetitions of an unregistration.
    pub(crate) repeats: u32,
    /// An endpoint that has not been heard of for longer is stale.
    pub(crate) stale_after: Span,
    /// Between two looks for stale endpoints.
    pub(crate) prune: Span,
    /// From the start of a router until it takes traffic.
    pub(crate) start_delay: Span,
    /// Whether endpoints are TLS: those are never pruned (Q16).
    pub(crate) tls: bool,
    /// Whether nothing is pruned while NATS is away.
    pub(crate) suspend_pruning: bool,
}

/// Everything but the endpoints.
#[derive(Debug, Clone)]
pub(crate) struct Facts {
    pub(crate) rules: Rules,
    /// When NATS is away: what is published then is lost.
    pub(crate) nats_away: Windows,
    pub(crate) routers: Vec<Router>,
    pub(crate) emitters: Vec<Emitter>,
}

/// A router.
#[derive(Debug, Clone)]
pub(crate) struct Router {
    /// When it is away. Its table is lost then.
    pub(crate) away: Windows,
    /// When it looks for stale endpoints.
    pub(crate) prune: Cadence,
}

/// The emitter of a cell: one process, from its first answered greeting to its end.
#[derive(Debug, Clone)]
pub(crate) struct Emitter {
    /// It knows and says nothing before.
    pub(crate) ready: Time,
    /// It says nothing from then on.
    pub(crate) ends: Time,
    /// When it registers its whole table.
    pub(crate) register: Cadence,
    /// When it syncs with the BBS.
    pub(crate) sync: Cadence,
}

/// An endpoint under one route: when the BBS wants it to be reached, and how its emitter learns of that.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Life {
    pub(crate) emitter: u32,
    /// It was in all tables before the run.
    pub(crate) seeded: bool,
    pub(crate) from: Time,
    pub(crate) until: Time,
    /// From the beginning until the emitter has taken up the event, which is lost if there is none.
    pub(crate) told_from: Option<Span>,
    /// The same of the end.
    pub(crate) told_until: Option<Span>,
}

/// A span in which a router has an endpoint in its table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Stay {
    pub(crate) from: Time,
    pub(crate) until: Time,
}

impl From<&scenario::Routes> for Rules {
    fn from(routes: &scenario::Routes) -> Self {
        Self {
            register: secs(routes.register_interval_s),
            sync: secs(routes.sync_interval_s),
            repeat: secs(routes.unregister_repeat_s),
            repeats: routes.unregister_repeats,
            stale_after: secs(routes.stale_threshold_s),
            prune: secs(routes.prune_interval_s),
            start_delay: secs(routes.start_response_delay_s),
            tls: routes.tls,
            suspend_pruning: routes.suspend_pruning,
        }
    }
}

impl Facts {
    /// A router is away, and then starts with an empty table. Its announcement lets every emitter register its whole
    /// table after a random wait of its own, `jitters`, and go on from there; it must be told before that of a later
    /// start.
    pub(crate) fn router_away(&mut self, router: usize, window: Window, jitters: impl Fn(usize) -> Span) {
        let it = &mut self.routers[router];
        it.away.add(window);
        it.prune.interrupt(window.from, window.until + self.rules.prune);
        if self.nats_away.at(window.until).is_some() {
            return;
        }
        for (emitter, it) in self.emitters.iter_mut().enumerate() {
            if it.ready < window.until {
                it.register.interrupt(window.until, window.until + jitters(emitter));
            }
        }
    }

    /// Seconds in which no router takes traffic.
    pub(crate) fn without_router_s(&self, span: Stay) -> f64 {
        let windows = self.routers.iter().flat_map(|router| router.away.iter());
        let ends = windows.flat_map(|window| [window.from, window.until + self.rules.start_delay]);
        let mut moments: Vec<Time> = ends.filter(|&at| span.from < at && at < span.until).collect();
        moments.extend([span.from, span.until]);
        moments.sort_unstable();
        let is_served = |at: Time| (0..self.routers.len()).any(|router| self.takes_traffic(router, at));
        let unserved = moments.windows(2).filter(|pair| !is_served(pair[0]));
        unserved.map(|pair| pair[1].since(pair[0]).as_secs_f64()).fold(0.0, |sum, span_s| sum + span_s)
    }

    /// Routers that take traffic: those whose table has had time to fill (E.4).
    pub(crate) fn takes_traffic(&self, router: usize, at: Time) -> bool {
        let delay = self.rules.start_delay;
        let away = &self.routers[router].away;
        !away.iter().any(|window| window.from <= at && at < window.until + delay)
    }
}

impl Life {
    /// One that was in all tables before the run, and lasts.
    pub(crate) fn seeded(emitter: u32) -> Self {
        Self { emitter, seeded: true, from: Time::ZERO, until: FOREVER, told_from: None, told_until: None }
    }
}
