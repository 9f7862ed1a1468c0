//! A route is mapped to an app, and taken from the one that had it: when is it done, and what do clients see? (E.5)

use rivera_model::{Span, Time};
use serde::Serialize;

use super::cadence::Cadence;
use super::clients::Entries;
use super::facts::{Emitter, Facts, Life, Router, Rules, Stay};
use super::outcome::RouteErrors;
use super::windows::{FOREVER, Windows};
use crate::random::distribution::{Distribution, secs};
use crate::random::stream::{Stream, Streams};
use crate::scenario;

/// When the route is mapped: late enough for everything before it to have settled.
const MAPPED: Time = Time::from_ms(1_000_000);
/// Draws of the Cloud Controller have this key, which no instance has.
const CLOUD_CONTROLLER: u64 = 1 << 31;
/// Instances of the old app have keys from here on.
const OLD: u64 = 1 << 30;
/// Instances of an app, at most.
const MOST_INSTANCES: u32 = 100_000;

/// A blue-green switch: the new app is given the route that the old one has, and then the old one loses it and is stopped.
#[derive(Debug, Clone)]
pub struct BlueGreen<'a> {
    /// Instances of the new app, each on a cell of its own.
    pub instances: u32,
    /// Instances of the old app.
    pub old_instances: u32,
    /// What clients send to the route.
    pub requests_per_s: f64,
    /// A wait after each step whose effect is reckoned, too.
    pub wait_s: Option<f64>,
    /// Routers, latencies, intervals.
    pub routes: &'a scenario::Routes,
    /// How often it is done, each time with a seed of its own.
    pub runs: u64,
    /// The first seed.
    pub first_seed: u64,
}

/// What cannot be simulated.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum MappingError {
    /// There must be something to map the route to.
    #[error("an app has from 1 to {MOST_INSTANCES} instances, not {0}")]
    Instances(u32),
    /// A rate or a wait that is none.
    #[error("{0} is a number from 0 to 1e9, not {1}")]
    Number(&'static str, f64),
    /// Nothing is reckoned from no run.
    #[error("at least one run is needed")]
    Runs,
}

/// What came of all runs.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct MappingResult {
    /// The moments of the mapping, in seconds since `map-route` was sent.
    pub mapping: Mapping,
    /// From the answer of the Cloud Controller until the mapping is finished, in seconds: how long one has to wait.
    pub wait: Spread,
    /// The same for each router alone: from the answer until it has every instance.
    pub routers: Vec<Spread>,
    /// A new route, requests from the answer on.
    pub new_route: Errors,
    /// The old app loses the route as soon as the new one's mapping is answered, and is stopped as soon as that is answered.
    pub at_once: Errors,
    /// The same with a wait after each answer, if one was given.
    pub after_wait: Option<Errors>,
    /// The old app loses the route when every router has every new instance, and is stopped when no router has an old one.
    pub when_finished: Errors,
}

/// When it happens that a route is mapped.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Mapping {
    /// The Cloud Controller answers 201, and `cf routes` shows the mapping.
    pub answered: Spread,
    /// The BBS has the routes of the app, and says so to the emitters.
    pub in_bbs: Spread,
    /// The first `router.register` is published.
    pub first_register: Spread,
    /// The last one is.
    pub last_register: Spread,
    /// Some router has an instance.
    pub first_router: Spread,
    /// Every router has an instance: there are no more 404s.
    pub no_404: Spread,
    /// Every router has every instance: the mapping is finished.
    pub finished: Spread,
    /// The same if one event is lost, which the next full sync repairs.
    pub finished_with_a_lost_event: Spread,
}

/// How a quantity differs between runs.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize)]
pub struct Spread {
    /// Median.
    pub p50: f64,
    /// 99th percentile.
    pub p99: f64,
    /// 999th of a thousand.
    pub p999: f64,
    /// Greatest.
    pub max: f64,
}

/// Failed requests of one order of steps.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize)]
pub struct Errors {
    /// Mean of the runs.
    pub mean: RouteErrors,
    /// 99th percentile of all failed requests of a run.
    pub p99_requests: f64,
    /// Greatest number of failed requests of a run.
    pub max_requests: f64,
    /// Share of the runs in which a request may fail.
    pub runs_with_errors_share: f64,
}

/// One instance of a run.
struct Instance {
    life: Life,
    ways: Vec<Span>,
}

/// One run.
struct Switch<'a> {
    plan: &'a BlueGreen<'a>,
    facts: Facts,
    new: Vec<Instance>,
    old: Vec<Instance>,
    answered: Time,
    /// Answers and updates of the Cloud Controller to `unmap-route` and to the stop.
    unmap: [Span; 2],
    stop: [Span; 3],
}

#[derive(Default)]
struct Samples {
    moments: [Vec<f64>; 8],
    wait: Vec<f64>,
    routers: Vec<Vec<f64>>,
    errors: [Vec<RouteErrors>; 4],
}

impl BlueGreen<'_> {
    /// Simulates all runs. The result depends on the arguments only.
    ///
    /// # Errors
    /// [`MappingError`] if there is nothing to simulate.
    pub fn run(&self) -> Result<MappingResult, MappingError> {
        for instances in [self.instances, self.old_instances] {
            if !(1..=MOST_INSTANCES).contains(&instances) {
                return Err(MappingError::Instances(instances));
            }
        }
        for (name, number) in
            [("the rate of requests", self.requests_per_s), ("the wait", self.wait_s.unwrap_or(0.0))]
        {
            if !(0.0..=1e9).contains(&number) {
                return Err(MappingError::Number(name, number));
            }
        }
        if self.runs == 0 {
            return Err(MappingError::Runs);
        }
        let mut samples =
            Samples { routers: vec![Vec::new(); self.routes.routers as usize], ..Samples::default() };
        (0..self.runs)
            .for_each(|run| Switch::new(self, self.first_seed.wrapping_add(run)).sample(&mut samples));
        Ok(samples.result(self.wait_s.is_some()))
    }
}

impl<'a> Switch<'a> {
    fn new(plan: &'a BlueGreen<'a>, seed: u64) -> Self {
        let (routes, streams) = (plan.routes, Streams::new(seed));
        let rules = Rules::from(routes);
        let mut cc = streams.at(Stream::Mapping, CLOUD_CONTROLLER);
        let mut step = || (routes.cc_answer_ms.draw_ms(&mut cc), routes.cc_update_ms.draw_ms(&mut cc));
        let ((answer, update), unmap, stop) = (step(), step(), step());
        let stop_event = routes.bbs_event_ms.draw_ms(&mut cc);
        let answered = MAPPED + answer;
        let mut emitters = Vec::new();
        let mut instance = |key: u64, is_new: bool| {
            let mut rng = streams.at(Stream::Mapping, key);
            let mut phase = |period: Span| {
                Time::ZERO + Distribution::Uniform(0.0, period.as_secs_f64()).draw_secs(&mut rng)
            };
            let (register, sync) = (phase(rules.register), phase(rules.sync));
            let told = routes.bbs_event_ms.draw_ms(&mut rng) + routes.emit_ms.draw_ms(&mut rng);
            let ways = (0..routes.routers).map(|_| routes.nats_ms.draw_ms(&mut rng)).collect();
            let emitter = u32::try_from(emitters.len()).expect("few instances");
            emitters.push(Emitter {
                ready: Time::ZERO,
                ends: FOREVER,
                register: Cadence::new(register, rules.register),
                sync: Cadence::new(sync, rules.sync),
            });
            let life = if is_new {
                let (from, told_from) = (answered + update, Some(told));
                Life { from, told_from, seeded: false, ..Life::seeded(emitter) }
            } else {
                Life { told_until: Some(told), ..Life::seeded(emitter) }
            };
            Instance { life, ways }
        };
        let new = (0..u64::from(plan.instances)).map(|key| instance(key, true)).collect();
        let old = (0..u64::from(plan.old_instances)).map(|key| instance(OLD | key, false)).collect();
        let router = Router { away: Windows::default(), prune: Cadence::new(Time::ZERO, rules.prune) };
        let routers = vec![router; routes.routers as usize];
        let facts = Facts { rules, nats_away: Windows::default(), routers, emitters };
        let stop = [stop.0, stop.1, stop_event];
        Self { plan, facts, new, old, answered, unmap: [unmap.0, unmap.1], stop }
    }

    fn sample(&self, samples: &mut Samples) {
        let there = |instances: &[Instance]| -> Vec<Vec<Stay>> {
            let at = |router: usize| instances.iter().flat_map(move |it| it.stays(&self.facts, router));
            (0..self.facts.routers.len()).map(|router| at(router).collect()).collect()
        };
        let stays = there(&self.new);
        let last = |stays: &[Stay]| stays.iter().map(|stay| stay.from).max().unwrap_or(FOREVER);
        let first = |stays: &[Stay]| stays.iter().map(|stay| stay.from).min().unwrap_or(FOREVER);
        let published = || self.new.iter().map(|it| self.facts.published(&it.life).from);
        let finished = stays.iter().map(|it| last(it)).max().unwrap_or(FOREVER);
        let moments = [
            self.answered,
            self.new[0].life.from,
            published().min().unwrap_or(FOREVER),
            published().max().unwrap_or(FOREVER),
            stays.iter().map(|it| first(it)).min().unwrap_or(FOREVER),
            stays.iter().map(|it| first(it)).max().unwrap_or(FOREVER),
            finished,
            finished.max(self.first_after_a_lost_event()),
        ];
        for (values, moment) in samples.moments.iter_mut().zip(moments) {
            values.push(moment.since(MAPPED).as_secs_f64());
        }
        samples.wait.push(finished.since(self.answered).as_secs_f64());
        for (values, stays) in samples.routers.iter_mut().zip(&stays) {
            values.push(last(stays).since(self.answered).as_secs_f64());
        }
        let wait = secs(self.plan.wait_s.unwrap_or(0.0));
        let errors = [
            self.errors(None),
            self.errors(Some((self.answered, Span::ZERO))),
            self.errors(Some((self.answered + wait, wait))),
            self.errors_when_finished(finished),
        ];
        for (values, errors) in samples.errors.iter_mut().zip(errors) {
            values.push(errors);
        }
    }

    /// When every router has the first instance, if its emitter does not get the event.
    fn first_after_a_lost_event(&self) -> Time {
        let Instance { life, ways } = &self.new[0];
        let lost = Instance { life: Life { told_from: None, ..*life }, ways: ways.clone() };
        let moments = (0..ways.len()).flat_map(|router| lost.stays(&self.facts, router));
        moments.map(|stay| stay.from).max().unwrap_or(FOREVER)
    }

    /// Failed requests if `unmap-route` is sent at a moment, and the stop so long after its answer. Without an unmapping
    /// there is no old app, and requests begin with the answer.
    fn errors(&self, unmap: Option<(Time, Span)>) -> RouteErrors {
        let Some((sent, wait)) = unmap else { return self.failed(self.answered, &[], FOREVER) };
        let answered = sent + self.unmap[0];
        self.switch(answered, answered + wait)
    }

    fn errors_when_finished(&self, finished: Time) -> RouteErrors {
        let answered = finished + self.unmap[0];
        let old = self.unmapped(answered);
        let stays = (0..self.facts.routers.len())
            .flat_map(|router| old.iter().flat_map(move |it| it.stays(&self.facts, router)));
        let gone = stays.map(|stay| stay.until).max().unwrap_or(answered);
        self.switch(answered, gone)
    }

    /// The unmapping is answered at one moment, the stop sent at another.
    fn switch(&self, unmapped: Time, stopped: Time) -> RouteErrors {
        let stops = self.stop.iter().fold(stopped, |time, &span| time + span);
        self.failed(MAPPED, &self.unmapped(unmapped), stops)
    }

    fn unmapped(&self, answered: Time) -> Vec<Instance> {
        let until = answered + self.unmap[1];
        let instances = self.old.iter();
        instances.map(|it| Instance { life: Life { until, ..it.life }, ways: it.ways.clone() }).collect()
    }

    fn failed(&self, from: Time, old: &[Instance], old_answers_until: Time) -> RouteErrors {
        let mut entries = Entries::default();
        let mut add = |instance: &Instance, answers_until: Time| {
            let stays: Vec<Vec<Stay>> = (0..instance.ways.len())
                .map(|router| instance.stays(&self.facts, router).collect())
                .collect();
            entries.add(stays.iter().map(Vec::as_slice), answers_until);
        };
        self.new.iter().for_each(|instance| add(instance, FOREVER));
        old.iter().for_each(|instance| add(instance, old_answers_until));
        let until = from + Span::from_secs(86_400);
        entries.errors(&self.facts, Stay { from, until }, self.plan.requests_per_s)
    }
}

impl Instance {
    fn stays(&self, facts: &Facts, router: usize) -> impl Iterator<Item = Stay> + use<> {
        let mut stays = Vec::with_capacity(1);
        facts.stays(&self.life, router, self.ways[router], &mut stays);
        stays.into_iter()
    }
}

impl Samples {
    fn result(self, has_wait: bool) -> MappingResult {
        let [answered, in_bbs, first_register, last_register, first_router, no_404, finished, lost] =
            self.moments.map(spread);
        let [new_route, at_once, after_wait, when_finished] = self.errors.map(|it| errors(&it));
        MappingResult {
            mapping: Mapping {
                answered,
                in_bbs,
                first_register,
                last_register,
                first_router,
                no_404,
                finished,
                finished_with_a_lost_event: lost,
            },
            wait: spread(self.wait),
            routers: self.routers.into_iter().map(spread).collect(),
            new_route,
            at_once,
            after_wait: has_wait.then_some(after_wait),
            when_finished,
        }
    }
}

/// Quantiles by the nearest rank.
fn spread(mut values: Vec<f64>) -> Spread {
    values.sort_by(f64::total_cmp);
    let rank = |mille: usize| {
        let position = (values.len() * mille).div_ceil(1_000).max(1) - 1;
        values.get(position).copied().unwrap_or_default()
    };
    Spread { p50: rank(500), p99: rank(990), p999: rank(999), max: rank(1_000) }
}

#[expect(clippy::cast_precision_loss, reason = "far fewer runs than 2^53")]
fn errors(runs: &[RouteErrors]) -> Errors {
    let mut sum = RouteErrors::default();
    runs.iter().for_each(|errors| sum.add(*errors));
    let number = runs.len().max(1) as f64;
    let totals = spread(runs.iter().map(|errors| errors.total()).collect());
    let with_errors = runs.iter().filter(|errors| errors.total() > 0.0).count();
    Errors {
        mean: RouteErrors {
            requests_404: sum.requests_404 / number,
            requests_502: sum.requests_502 / number,
        },
        p99_requests: totals.p99,
        max_requests: totals.max,
        runs_with_errors_share: with_errors as f64 / number,
    }
}
