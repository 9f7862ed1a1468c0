//! The end of a run: what its endpoints came to.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use rivera_lifecycle::LrpKey;
use rivera_model::{CellIx, Fleet, ProcessIx, Span, Time, UpdateStrategy};

use super::clients::Entries;
use super::course::{TableCourse, TablesAt};
use super::facts::{Facts, Stay};
use super::history::{Endpoint, History, Messages};
use super::outcome::{AppErrors, RouteErrors, RouteUse};
use super::windows::FOREVER;
use crate::books::Down;
use crate::outcome::quantiles::Quantiles;
use crate::random::stream::Streams;
use crate::scenario;

/// Apps that are listed by name.
const WORST_APPS: usize = 10;

/// What is known of an endpoint in the end, for the timeline.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Reached {
    /// Every router has it.
    Routed(LrpKey, CellIx),
    /// No router has it any more.
    Unrouted(LrpKey, CellIx),
}

/// What a run's routes came to.
#[derive(Debug, Clone, Default)]
pub(crate) struct Reckoning {
    pub(crate) outcome: RouteUse,
    /// Requests that failed because their apps had been stopped to be started anew.
    pub(crate) restart_errors: RouteErrors,
    /// In no order.
    pub(crate) reached: Vec<(Time, Reached)>,
    /// At each moment of the course.
    pub(crate) tables: Vec<TablesAt>,
}

/// What the reckoning is about.
pub(crate) struct About<'a> {
    pub(crate) fleet: &'a Fleet,
    pub(crate) scenario: &'a scenario::Routes,
    pub(crate) streams: &'a Streams,
    /// Whether an app crashes by itself.
    pub(crate) crashing: &'a dyn Fn(usize) -> bool,
    /// The app that each process is a version of: a route leads to all versions.
    pub(crate) apps: &'a [ProcessIx],
    /// When apps were stopped to be started anew.
    pub(crate) downs: &'a [Down],
    /// What counts: from the beginning of the roll-out to the end of the run.
    pub(crate) span: (Time, Time),
    /// Moments at which the routers' tables are looked at, in ascending order.
    pub(crate) course: Vec<Time>,
}

struct Sums {
    messages: Messages,
    /// What a message takes to each router, and where its stays end in `stays`: of the endpoint that is added.
    ways: Vec<Span>,
    ends: Vec<usize>,
    stays: Vec<Stay>,
    course: TableCourse,
    registered: Vec<Span>,
    unregistered: Vec<Span>,
    dead: Vec<Span>,
    stale: u32,
    reached: Vec<(Time, Reached)>,
}

impl History {
    /// Reckons all endpoints.
    pub(crate) fn reckon(&self, about: &About<'_>) -> Reckoning {
        if self.endpoints.is_empty() {
            return Reckoning::default();
        }
        let facts = self.facts(about.scenario, about.streams);
        let quiet = facts.nats_away.is_empty() && facts.routers.iter().all(|router| router.away.is_empty());
        let mut endpoints: Vec<(ProcessIx, &Endpoint)> = self
            .endpoints
            .iter()
            .map(|endpoint| (about.apps[endpoint.lrp.process.index()], endpoint))
            .collect();
        endpoints.sort_by_key(|&(app, _)| app);
        let mut downs: BTreeMap<ProcessIx, Vec<Stay>> = BTreeMap::new();
        for down in about.downs {
            downs.entry(down.app).or_default().push(Stay { from: down.from, until: down.until });
        }
        let mut sums = Sums::new(about.scenario, about.course.clone());
        let mut entries = Entries::default();
        let mut outcome = RouteUse::default();
        let mut restart_errors = RouteErrors::default();
        let mut apps: Vec<(usize, RouteErrors)> = Vec::new();
        for app in endpoints.chunk_by(|(app, _), (next, _)| app == next) {
            let ix = app[0].0;
            let process = ix.index();
            if (about.crashing)(process) || quiet && app.iter().all(|(_, endpoint)| endpoint.is_untouched()) {
                continue;
            }
            entries.clear();
            app.iter().for_each(|(_, endpoint)| sums.add(endpoint, &facts, about, &mut entries));
            let known = &about.fleet.processes[process];
            let requests_per_s = about.scenario.requests_per_s_per_instance * f64::from(known.instances);
            let span = Stay { from: about.span.0, until: about.span.1 };
            let downs = downs.get(&ix).map_or(&[][..], Vec::as_slice);
            let (errors, of_restarts) = entries.errors_and_of_stops(&facts, span, downs, requests_per_s);
            restart_errors.add(of_restarts);
            if known.strategy == UpdateStrategy::Recreate {
                outcome.recreate_errors.add(errors);
            } else {
                outcome.errors.add(errors);
                apps.push((process, errors));
            }
        }
        apps.retain(|(_, errors)| errors.total() > 0.0);
        // In microseconds of a request, so that there is an order.
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a cast saturates")]
        let weight = |errors: &RouteErrors| (errors.total() * 1e6) as u64;
        apps.sort_by_key(|(process, errors)| (Reverse(weight(errors)), *process));
        let worst = apps.into_iter().take(WORST_APPS).map(|(process, errors)| AppErrors {
            process_guid: about.fleet.processes[process].guid.clone(),
            instances: about.fleet.processes[process].instances,
            errors,
        });
        outcome.worst_apps = worst.collect();
        outcome.without_router = requests_without_router(about, &facts);
        outcome.registered = Quantiles::of(sums.registered);
        outcome.unregistered = Quantiles::of(sums.unregistered);
        outcome.dead = Quantiles::of(sums.dead);
        outcome.stale_endpoints = sums.stale;
        Reckoning { outcome, restart_errors, reached: sums.reached, tables: sums.course.counts() }
    }
}

/// Requests to the apps that do not crash by themselves, while no router takes any.
fn requests_without_router(about: &About<'_>, facts: &Facts) -> f64 {
    let span = Stay { from: about.span.0, until: about.span.1 };
    let processes = about.fleet.processes.iter().enumerate();
    let apps = processes.filter(|(process, _)| !(about.crashing)(*process));
    let instances: u32 = apps.map(|(_, process)| process.instances).sum();
    facts.without_router_s(span) * about.scenario.requests_per_s_per_instance * f64::from(instances)
}

impl Sums {
    fn new(scenario: &scenario::Routes, moments: Vec<Time>) -> Self {
        Self {
            messages: Messages::from(scenario),
            ways: vec![Span::ZERO; scenario.routers as usize],
            ends: Vec::new(),
            stays: Vec::new(),
            course: TableCourse::new(moments),
            registered: Vec::new(),
            unregistered: Vec::new(),
            dead: Vec::new(),
            stale: 0,
            reached: Vec::new(),
        }
    }

    fn add(&mut self, endpoint: &Endpoint, facts: &Facts, about: &About<'_>, entries: &mut Entries) {
        let (begin, end) = about.span;
        let Self { messages, ways, ends, stays: all, .. } = self;
        let life = endpoint.drawn(messages, about.streams, ways);
        let published = facts.published(&life);
        all.clear();
        ends.clear();
        for (router, &way) in ways.iter().enumerate() {
            facts.stays_of_published(&life, published, router, way, all);
            ends.push(all.len());
        }
        let at = |router: usize| &all[if router == 0 { 0 } else { ends[router - 1] }..ends[router]];
        entries.add((0..ends.len()).map(at), endpoint.answers_until);
        let answers = Stay { from: endpoint.from, until: endpoint.answers_until };
        self.course.add(answers, (0..ends.len()).map(at));

        let there = (0..ends.len()).map(|router| at(router).first().map(|stay| stay.from));
        let there = there.reduce(|latest, from| Some(latest?.max(from?))).flatten();
        let gone = all.iter().map(|stay| stay.until).max().unwrap_or(endpoint.until);
        if let Some(there) = there.filter(|&there| !endpoint.seeded && endpoint.from >= begin && there <= end)
        {
            self.registered.push(there.since(endpoint.from));
            self.reached.push((there, Reached::Routed(endpoint.lrp, endpoint.cell)));
        }
        let wanted_until = endpoint.until.min(endpoint.answers_until);
        if wanted_until < begin || wanted_until >= end {
            return;
        }
        if gone > end {
            self.stale += u32::from(gone == FOREVER && endpoint.answers_until < end);
            return;
        }
        if endpoint.until < FOREVER {
            self.unregistered.push(gone.since(endpoint.until));
        }
        if endpoint.answers_until < FOREVER {
            self.dead.push(gone.since(endpoint.answers_until));
        }
        self.reached.push((gone, Reached::Unrouted(endpoint.lrp, endpoint.cell)));
    }
}
