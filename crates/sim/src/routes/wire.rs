//! The model of routes, one event a message: emitters that follow the BBS, NATS, and the tables of routers (E.1 to E.4).

use std::collections::BTreeMap;

use rivera_lifecycle::Tag;
use rivera_model::{Span, Time};

use super::emitter::{self, Message};
use super::facts::{Facts, Life, Stay};
use super::router;
use super::windows::FOREVER;
use crate::queue::EventQueue;

/// What is to be modelled.
pub(crate) struct Wire<'a> {
    pub(crate) facts: &'a Facts,
    pub(crate) lives: &'a [Life],
    /// What a message about an endpoint takes into the table of a router: by endpoint, then by router.
    pub(crate) ways: &'a [Vec<Span>],
}

/// What came of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Heard {
    /// The spans in which a router has an endpoint: by endpoint, then by router. What lasts has no end.
    pub(crate) stays: Vec<Vec<Vec<Stay>>>,
    /// Messages that were published.
    pub(crate) messages: u64,
}

#[derive(Debug, Clone, Copy)]
enum Event {
    /// The BBS changes: an endpoint is wanted, or no longer.
    Changes(u32, bool),
    /// An emitter is told of it.
    Told(u32, bool),
    /// An emitter syncs with the BBS.
    Sync(u32),
    /// An emitter registers its whole table.
    Emit(u32),
    /// An unregistration is due again.
    Repeat(u32),
    /// A message reaches a router.
    Arrives(usize, Message),
    /// A router looks for stale endpoints.
    Prune(usize),
    /// A router ends.
    RouterEnds(usize),
}

struct Run<'a> {
    wire: &'a Wire<'a>,
    now: Time,
    queue: EventQueue<Event>,
    /// What the BBS has of each endpoint.
    wanted: Vec<Option<Tag>>,
    told_at: Vec<Time>,
    emitters: Vec<emitter::Table>,
    routers: Vec<router::Table>,
    since: Vec<Vec<Time>>,
    heard: Heard,
}

impl Wire<'_> {
    /// Lets time pass until `end`.
    pub(crate) fn run(&self, end: Time) -> Heard {
        let mut run = Run::new(self);
        while let Some((at, event)) = run.queue.pop() {
            if at >= end {
                break;
            }
            run.now = at;
            run.handle(event);
        }
        for endpoint in 0..self.lives.len() {
            for router in 0..self.facts.routers.len() {
                if run.routers[router].unregister(index(endpoint)) {
                    run.leave(router, index(endpoint), FOREVER);
                }
            }
        }
        run.heard
    }
}

impl<'a> Run<'a> {
    fn new(wire: &'a Wire<'a>) -> Self {
        let (lives, facts) = (wire.lives, wire.facts);
        let routers = facts.routers.len();
        let mut run = Self {
            wire,
            now: Time::ZERO,
            queue: EventQueue::new(),
            wanted: vec![None; lives.len()],
            told_at: vec![Time::ZERO; lives.len()],
            emitters: vec![emitter::Table::default(); facts.emitters.len()],
            routers: vec![router::Table::default(); routers],
            since: vec![vec![Time::ZERO; routers]; lives.len()],
            heard: Heard { stays: vec![vec![Vec::new(); routers]; lives.len()], messages: 0 },
        };
        for (endpoint, life) in (0..).zip(lives) {
            if life.seeded {
                run.wanted[endpoint as usize] = Some(tag(endpoint, true));
                run.emitters[life.emitter as usize].seed(endpoint, tag(endpoint, true));
                for table in &mut run.routers {
                    table.register(endpoint, facts.rules.tls, Time::ZERO);
                }
            } else {
                run.queue.schedule(life.from, Event::Changes(endpoint, true));
            }
            run.queue.schedule(life.until, Event::Changes(endpoint, false));
        }
        for (ix, emitter) in (0..).zip(&facts.emitters) {
            run.queue.schedule(emitter.sync.at_or_after(Time::ZERO), Event::Sync(ix));
            run.queue.schedule(emitter.register.at_or_after(Time::ZERO), Event::Emit(ix));
        }
        for (ix, router) in facts.routers.iter().enumerate() {
            run.queue.schedule(router.prune.at_or_after(Time::ZERO), Event::Prune(ix));
            router.away.iter().for_each(|window| run.queue.schedule(window.from, Event::RouterEnds(ix)));
        }
        run
    }

    fn handle(&mut self, event: Event) {
        match event {
            Event::Changes(endpoint, wanted) => self.changes(endpoint, wanted),
            Event::Told(endpoint, wanted) => self.told(endpoint, wanted),
            Event::Sync(emitter) => self.sync(emitter),
            Event::Emit(emitter) => self.emit(emitter),
            Event::Repeat(endpoint) => {
                let emitter = self.wire.lives[endpoint as usize].emitter;
                let message = self.emitters[emitter as usize].repeat(endpoint);
                message.into_iter().for_each(|message| self.publish(emitter, message));
            }
            Event::Arrives(router, message) => self.arrives(router, message),
            Event::Prune(router) => self.prune(router),
            Event::RouterEnds(router) => {
                for endpoint in self.routers[router].clear() {
                    self.leave(router, endpoint, self.now);
                }
            }
        }
    }

    fn changes(&mut self, endpoint: u32, wanted: bool) {
        let life = &self.wire.lives[endpoint as usize];
        self.wanted[endpoint as usize] = wanted.then(|| tag(endpoint, true));
        if let Some(takes) = if wanted { life.told_from } else { life.told_until } {
            // Events of one endpoint keep their order.
            let at = (self.now + takes).max(self.told_at[endpoint as usize]);
            self.told_at[endpoint as usize] = at;
            self.queue.schedule(at, Event::Told(endpoint, wanted));
        }
    }

    fn told(&mut self, endpoint: u32, wanted: bool) {
        let ix = self.wire.lives[endpoint as usize].emitter;
        if self.now < self.wire.facts.emitters[ix as usize].ready {
            return;
        }
        let repeats = self.wire.facts.rules.repeats;
        let message = self.emitters[ix as usize].told(endpoint, tag(endpoint, wanted), wanted, repeats);
        message.into_iter().for_each(|message| self.publish(ix, message));
    }

    fn sync(&mut self, ix: u32) {
        let facts = self.wire.facts;
        let emitter = &facts.emitters[ix as usize];
        let wanted: BTreeMap<u32, Tag> = (0..)
            .zip(self.wire.lives)
            .filter(|(_, life)| life.emitter == ix)
            .filter_map(|(endpoint, _)| Some((endpoint, self.wanted[endpoint as usize]?)))
            .collect();
        for message in self.emitters[ix as usize].sync(&wanted, facts.rules.repeats) {
            self.publish(ix, message);
        }
        self.queue.schedule(emitter.sync.at_or_after(Time(self.now.0 + 1)), Event::Sync(ix));
    }

    fn emit(&mut self, ix: u32) {
        let all: Vec<Message> = self.emitters[ix as usize].emit().collect();
        all.into_iter().for_each(|message| self.publish(ix, message));
        let emitter = &self.wire.facts.emitters[ix as usize];
        self.queue.schedule(emitter.register.at_or_after(Time(self.now.0 + 1)), Event::Emit(ix));
    }

    fn publish(&mut self, emitter: u32, message: Message) {
        let facts = self.wire.facts;
        if self.now >= facts.emitters[emitter as usize].ends {
            return;
        }
        let (Message::Register(endpoint) | Message::Unregister(endpoint)) = message;
        if matches!(message, Message::Unregister(_)) {
            self.queue.schedule(self.now + facts.rules.repeat, Event::Repeat(endpoint));
        }
        self.heard.messages += 1;
        if facts.nats_away.at(self.now).is_some() {
            return;
        }
        for (router, &way) in self.wire.ways[endpoint as usize].iter().enumerate() {
            self.queue.schedule(self.now + way, Event::Arrives(router, message));
        }
    }

    fn arrives(&mut self, router: usize, message: Message) {
        let facts = self.wire.facts;
        if facts.routers[router].away.at(self.now).is_some() {
            return;
        }
        match message {
            Message::Register(endpoint) => {
                if self.routers[router].register(endpoint, facts.rules.tls, self.now) {
                    self.since[endpoint as usize][router] = self.now;
                }
            }
            Message::Unregister(endpoint) => {
                if self.routers[router].unregister(endpoint) {
                    self.leave(router, endpoint, self.now);
                }
            }
        }
    }

    fn prune(&mut self, router: usize) {
        let facts = self.wire.facts;
        let suspended = facts.rules.suspend_pruning && facts.nats_away.at(self.now).is_some();
        for endpoint in self.routers[router].prune(self.now, facts.rules.stale_after, suspended) {
            self.leave(router, endpoint, self.now);
        }
        let next = facts.routers[router].prune.at_or_after(Time(self.now.0 + 1));
        self.queue.schedule(next, Event::Prune(router));
    }

    fn leave(&mut self, router: usize, endpoint: u32, until: Time) {
        let from = self.since[endpoint as usize][router];
        if from < until {
            self.heard.stays[endpoint as usize][router].push(Stay { from, until });
        }
    }
}

/// The tag of an endpoint's record: it changes once, when the endpoint ends.
fn tag(endpoint: u32, wanted: bool) -> Tag {
    Tag { epoch: u64::from(endpoint), index: u32::from(!wanted) }
}

fn index(endpoint: usize) -> u32 {
    u32::try_from(endpoint).expect("few endpoints")
}

#[cfg(test)]
#[path = "wire_tests.rs"]
mod tests;
