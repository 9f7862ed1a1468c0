//! The endpoints of a run: kept as it goes, reckoned at its end.
//!
//! An emitter sees the records of an instance and says what changed: so does this ([`History::observe`]). What the
//! routers made of it is not needed before the end, when everything that was lost on the way is known.

use rivera_lifecycle::{InstanceGroup, InstanceKey, LrpKey, State};
use rivera_model::{CellIx, InstanceIx, Span, Time};

use super::cadence::Cadence;
use super::facts::{Emitter, Facts, Life, Router, Rules};
use super::greeting::greeted;
use super::windows::{FOREVER, Window, Windows};
use crate::random::distribution::{Distribution, Sampler};
use crate::random::stream::{Stream, Streams};
use crate::scenario;

/// No endpoint.
const NONE: u32 = u32::MAX;

/// The endpoints, the emitters, and who was away when.
#[derive(Debug, Clone)]
pub(crate) struct History {
    enabled: bool,
    /// The state at the start of the run is being taken in.
    seeding: bool,
    pub(super) endpoints: Vec<Endpoint>,
    /// The endpoint of each start.
    of_instance: Vec<u32>,
    /// The endpoints that the records of an instance index stand for now, and how many there have been.
    slots: Vec<Slot>,
    emitters: Vec<Process>,
    /// The present emitter of each cell.
    emitter_of: Vec<u32>,
    nats_away: Windows,
    routers_away: Vec<(u32, Window)>,
}

/// An endpoint: an instance that the BBS knows to run on a cell.
#[derive(Debug, Clone, Copy)]
pub(super) struct Endpoint {
    pub(super) lrp: LrpKey,
    pub(super) cell: CellIx,
    /// What its messages take is drawn for this key.
    key: u64,
    emitter: u32,
    pub(super) seeded: bool,
    pub(super) from: Time,
    pub(super) until: Time,
    pub(super) answers_until: Time,
}

/// What the messages about an endpoint take.
#[derive(Debug, Clone, Copy)]
pub(super) struct Messages {
    bbs_event_ms: Sampler,
    emit_ms: Sampler,
    nats_ms: Sampler,
}

impl From<&scenario::Routes> for Messages {
    fn from(routes: &scenario::Routes) -> Self {
        Self {
            bbs_event_ms: routes.bbs_event_ms.into(),
            emit_ms: routes.emit_ms.into(),
            nats_ms: routes.nats_ms.into(),
        }
    }
}

/// In half a line of the processor's caches.
#[derive(Debug, Clone, Copy, Default)]
#[repr(align(32))]
struct Slot {
    /// The instances that run by the ordinary, the evacuating and the suspect record. An instance has one cell only.
    running: [Option<InstanceIx>; 3],
    endpoints: u8,
    /// Its process is no longer desired: whatever runs of it has no route.
    unmapped: bool,
}

/// A process of an emitter.
#[derive(Debug, Clone, Copy)]
struct Process {
    /// `None`: before the run.
    began: Option<Time>,
    ends: Time,
}

impl History {
    /// No endpoint yet; each cell has an emitter.
    pub(crate) fn new(enabled: bool, cells: usize, instances: usize) -> Self {
        Self {
            enabled,
            seeding: true,
            endpoints: Vec::new(),
            of_instance: Vec::new(),
            slots: vec![Slot::default(); if enabled { instances } else { 0 }],
            emitters: vec![Process { began: None, ends: FOREVER }; cells],
            emitter_of: (0..).take(cells).collect(),
            nats_away: Windows::default(),
            routers_away: Vec::new(),
        }
    }

    /// The run begins: what is there by now has been in all tables before.
    pub(crate) fn seeded(&mut self) {
        self.seeding = false;
    }

    /// The records of an instance after something changed them. `slot` is its position among all.
    pub(crate) fn observe(&mut self, lrp: LrpKey, slot: u32, group: &InstanceGroup, now: Time) {
        if !self.enabled {
            return;
        }
        let keys = [group.ordinary, group.evacuating, group.suspect]
            .map(|record| record.filter(|record| record.state == State::Running)?.key);
        let slot_ix = slot as usize;
        if self.slots[slot_ix].unmapped {
            return;
        }
        let running = keys.map(|key| key.map(|key| key.instance));
        let before = std::mem::replace(&mut self.slots[slot_ix].running, running);
        if before == running {
            return;
        }
        for instance in before.into_iter().flatten().filter(|instance| !running.contains(&Some(*instance))) {
            let endpoint = self.of_instance[instance.index()];
            self.endpoints[endpoint as usize].until = now;
        }
        for key in keys.into_iter().flatten().filter(|key| !before.contains(&Some(key.instance))) {
            let number = &mut self.slots[slot_ix].endpoints;
            let draws = u64::from(slot) << 8 | u64::from(*number);
            *number = number.wrapping_add(1);
            self.begin(lrp, key, draws, now);
        }
    }

    fn begin(&mut self, lrp: LrpKey, key: InstanceKey, draws: u64, now: Time) {
        let instance = key.instance.index();
        if self.of_instance.len() <= instance {
            self.of_instance.resize(instance + 1, NONE);
        }
        self.of_instance[instance] =
            u32::try_from(self.endpoints.len()).expect("fewer endpoints than u32::MAX");
        self.endpoints.push(Endpoint {
            lrp,
            cell: key.cell,
            key: draws,
            emitter: self.emitter_of[key.cell.index()],
            seeded: self.seeding,
            from: now,
            until: FOREVER,
            answers_until: FOREVER,
        });
    }

    /// So many more instances may come to be.
    pub(crate) fn add_slots(&mut self, instances: usize) {
        if self.enabled {
            let all = self.slots.len() + instances;
            self.slots.resize(all, Slot::default());
        }
    }

    /// The process of an instance is no longer desired: the emitters learn of that, and unregister what runs of it, whether it
    /// is evacuating or not (E.2).
    pub(crate) fn unmap(&mut self, slot: u32, now: Time) {
        let Some(slot) = self.slots.get_mut(slot as usize) else { return };
        slot.unmapped = true;
        for instance in std::mem::take(&mut slot.running).into_iter().flatten() {
            let endpoint = self.of_instance[instance.index()];
            self.endpoints[endpoint as usize].until = now;
        }
    }

    /// An instance stops answering: it is told to stop, it crashes, it is killed.
    pub(crate) fn stops_answering(&mut self, instance: InstanceIx, now: Time) {
        let endpoint = self.of_instance.get(instance.index()).copied().unwrap_or(NONE);
        if let Some(endpoint) = self.endpoints.get_mut(endpoint as usize) {
            endpoint.answers_until = endpoint.answers_until.min(now);
        }
    }

    /// The emitter of a cell ends: with its cell's jobs, or because the cell dies. It unregisters nothing.
    pub(crate) fn emitter_ends(&mut self, cell: CellIx, now: Time) {
        let process = &mut self.emitters[self.emitter_of[cell.index()] as usize];
        process.ends = process.ends.min(now);
    }

    /// The emitter of a cell begins anew, and greets the routers.
    pub(crate) fn emitter_begins(&mut self, cell: CellIx, now: Time) {
        self.emitter_of[cell.index()] = u32::try_from(self.emitters.len()).expect("few processes");
        self.emitters.push(Process { began: Some(now), ends: FOREVER });
    }

    /// NATS is away between two moments, of which the end may still be to come.
    pub(crate) fn nats_away(&mut self, from: Time, until: Time) {
        self.nats_away.add(Window { from, until });
    }

    /// A router is away between two moments, and starts then.
    pub(crate) fn router_away(&mut self, router: u32, from: Time, until: Time) {
        self.routers_away.push((router, Window { from, until }));
    }

    /// All that the stays of endpoints follow from.
    pub(super) fn facts(&self, scenario: &scenario::Routes, streams: &Streams) -> Facts {
        let rules = Rules::from(scenario);
        let phase = |key: u64, period: Span| {
            let phases = Distribution::Uniform(0.0, period.as_secs_f64());
            Time::ZERO + phases.draw_secs(&mut streams.at(Stream::RoutePhase, key))
        };
        let emitters = (0..).zip(&self.emitters).map(|(ix, process)| match process.began {
            None => Emitter {
                ready: Time::ZERO,
                ends: process.ends,
                register: Cadence::new(phase(ix << 1, rules.register), rules.register),
                sync: Cadence::new(phase(ix << 1 | 1, rules.sync), rules.sync),
            },
            Some(began) => {
                let ready = greeted(began, &self.nats_away).at;
                Emitter {
                    ready,
                    ends: process.ends,
                    register: Cadence::new(ready + rules.register, rules.register),
                    sync: Cadence::new(ready, rules.sync),
                }
            }
        });
        let emitters = emitters.collect();
        let routers = (0..u64::from(scenario.routers)).map(|router| Router {
            away: Windows::default(),
            prune: Cadence::new(phase(1 << 39 | router, rules.prune), rules.prune),
        });
        let routers = routers.collect();
        let mut facts = Facts { rules, nats_away: self.nats_away.clone(), routers, emitters };
        let mut away = self.routers_away.clone();
        away.retain(|&(router, _)| router < scenario.routers);
        away.sort_by_key(|&(router, window)| (window.until, router));
        let longest = scenario.register_interval_s * scenario.register_jitter_share;
        for (start, (router, window)) in (0_u64..).zip(away) {
            let jitter = |emitter: usize| {
                let key = 1 << 38 | start << 24 | emitter as u64;
                Distribution::Uniform(0.0, longest).draw_secs(&mut streams.at(Stream::RoutePhase, key))
            };
            facts.router_away(router as usize, window, jitter);
        }
        facts
    }
}

impl Endpoint {
    /// Its life as its emitter learns of it, and what its messages take to each router.
    pub(super) fn drawn(&self, messages: &Messages, streams: &Streams, ways: &mut [Span]) -> Life {
        let mut rng = streams.at(Stream::Route, self.key);
        let mut told = || messages.bbs_event_ms.draw_ms(&mut rng) + messages.emit_ms.draw_ms(&mut rng);
        let (told_from, told_until) = (Some(told()), Some(told()));
        ways.fill_with(|| messages.nats_ms.draw_ms(&mut rng));
        let Self { emitter, seeded, from, until, .. } = *self;
        Life { emitter, seeded, from, until, told_from, told_until }
    }

    /// Whether it has been there all the time and still is.
    pub(super) fn is_untouched(&self) -> bool {
        self.seeded && self.until == FOREVER && self.answers_until == FOREVER
    }
}

#[cfg(test)]
mod tests {
    use rivera_lifecycle::{DomainIx, Record};
    use rivera_model::ProcessIx;

    use super::*;

    fn running(instance: u32, cell: u32) -> InstanceGroup {
        let mut record = Record::unclaimed(DomainIx(0), Time::ZERO, 1);
        record.state = State::Running;
        record.key = Some(InstanceKey::new(InstanceIx(instance), CellIx(cell)));
        InstanceGroup { ordinary: Some(record), ..InstanceGroup::default() }
    }

    fn secs(secs: u64) -> Time {
        Time::from_ms(secs * 1_000)
    }

    /// Where the first router has the endpoints of one instance that moves at 100 s from cell 0 to cell 1.
    fn stays(happens: impl Fn(&mut History)) -> Vec<Vec<(u64, u64)>> {
        let lrp = LrpKey::new(ProcessIx(0), 0);
        let mut history = History::new(true, 2, 1);
        history.observe(lrp, 0, &running(1, 0), Time::ZERO);
        history.seeded();
        happens(&mut history);
        history.observe(lrp, 0, &running(2, 1), secs(100));
        let fixed = Distribution::Fixed(10.0);
        let (bbs_event_ms, emit_ms, nats_ms) = (fixed, fixed, fixed);
        let scenario = scenario::Routes { bbs_event_ms, emit_ms, nats_ms, ..scenario::Routes::default() };
        let streams = Streams::new(1);
        let facts = history.facts(&scenario, &streams);
        let messages = Messages::from(&scenario);
        let of = |endpoint: &Endpoint| {
            let mut ways = [Span::ZERO];
            let life = endpoint.drawn(&messages, &streams, &mut ways);
            let mut stays = Vec::new();
            facts.stays(&life, 0, ways[0], &mut stays);
            stays.iter().map(|stay| (stay.from.as_ms(), stay.until.as_ms())).collect()
        };
        history.endpoints.iter().map(of).collect()
    }

    const NEVER: u64 = u64::MAX / 1_000;

    #[test]
    fn one_transaction_ends_an_endpoint_and_begins_another() {
        assert_eq!(stays(|_| ()), [[(0, 100_030)], [(100_030, NEVER)]]);
    }

    #[test]
    fn j8_nobody_unregisters_the_endpoints_of_a_dead_cell() {
        let dead = stays(|history| history.emitter_ends(CellIx(0), secs(90)));
        assert_eq!(dead, [[(0, NEVER)], [(100_030, NEVER)]]);
    }

    #[test]
    fn what_is_said_while_nats_is_away_is_said_again() {
        let late = stays(|history| history.nats_away(secs(100), secs(125)));
        assert_eq!(late[0], [(0, 130_030)], "repeated after 30 s");
        assert!(late[1][0].0 > 125_000 && late[1][0].0 <= 145_010, "{late:?}");
    }

    #[test]
    fn a_router_that_restarts_loses_its_table() {
        let lost = stays(|history| history.router_away(0, secs(40), secs(50)));
        assert_eq!(lost[0][0], (0, 40_000));
        assert!(lost[0][1].0 > 50_000 && lost[0][1].0 <= 54_010, "{lost:?}");
        assert_eq!(lost[0][1].1, 100_030);
    }
}
