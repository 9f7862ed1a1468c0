//! Where the routes of a run are told what happens (E.1, E.2), and what they came to.

use rivera_model::{CellIx, Time};

use super::World;
use crate::outcome::timeline::{Entry, What};
use crate::random::distribution::secs;
use crate::routes::{About, Reached, RouteErrors, RouteUse};
use crate::scenario::Routes;

impl World<'_> {
    /// The emitter of a cell ends with its jobs; whatever the BBS changes from now on, it tells no router.
    pub(super) fn emitter_ends(&mut self, cell: CellIx) {
        self.routes.emitter_ends(cell, self.now);
    }

    /// The emitter of a cell starts with its jobs.
    pub(super) fn emitter_begins(&mut self, cell: CellIx) {
        self.routes.emitter_begins(cell, self.now);
    }

    /// What the routes came to, and requests that failed because apps had been pushed. What happened to them goes into the timeline and the course.
    pub(super) fn reckon_routes(&mut self) -> (RouteUse, RouteErrors) {
        let began = self.director.began;
        let samples = self.course.as_deref().unwrap_or_default();
        let scenario = Routes { routers: self.routers(), ..self.scenario.routes.clone() };
        let reckoning = self.routes.reckon(&About {
            fleet: self.fleet,
            scenario: &scenario,
            streams: &self.streams,
            crashing: &|process| self.apps[process].crashing,
            apps: self.books.versions.apps(),
            downs: &self.books.restarts.downs,
            span: (began, self.now),
            course: samples.iter().map(|sample| began + secs(sample.t_s)).collect(),
        });
        for (sample, tables) in self.course.iter_mut().flatten().zip(reckoning.tables) {
            (sample.routes_missing, sample.routes_dead) = (tables.missing, tables.dead);
        }
        if let Some(timeline) = &mut self.timeline {
            timeline.extend(reckoning.reached.into_iter().map(entry));
            timeline.sort_by_key(|entry| entry.at);
        }
        (reckoning.outcome, reckoning.restart_errors)
    }
}

fn entry((at, reached): (Time, Reached)) -> Entry {
    let what = match reached {
        Reached::Routed(lrp, cell) => What::Routed(lrp, cell),
        Reached::Unrouted(lrp, cell) => What::Unrouted(lrp, cell),
    };
    Entry { at, what }
}
