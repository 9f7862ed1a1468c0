//! Health checks: the first one that succeeds ends a start, and one that fails ends an instance (B.11, G.3).
//!
//! A check is work like any other: on a cell that goes at a tenth of its speed it takes ten times as long, and longer
//! still when more checks are under way than there are workers for them. One that takes too long has failed.

use rivera_lifecycle::ContainerState;
use rivera_model::{CellIx, Span, Time};

use super::World;
use crate::cells::cell::{Activity, Cell, Leaving, Work};
use crate::event::{ContainerRef, Event, Step};
use crate::outcome::cascade::Cause;
use crate::random::distribution::secs;
use crate::random::stream::Stream;

/// Below this speed the instances of a cell are checked one by one; above it where a check could fail at all.
const WATCHED_BELOW_SPEED: f64 = 0.5;
/// Between two rounds over the instances of a watched cell; each is checked in one of them.
const ROUND: Span = Span::from_secs(1);

impl World<'_> {
    /// The app would answer: the next check finds it healthy, if it is not too slow.
    pub(super) fn ready(&mut self, it: ContainerRef) {
        if self.is_leaving(it) || self.container(it).state != ContainerState::Created {
            return;
        }
        let polling = secs(self.scenario.rep.unhealthy_polling_s);
        let running_for = self.now.since(self.container(it).process_began);
        let checks = running_for.0.div_ceil(polling.0).max(1);
        self.after(Span(polling.0 * checks - running_for.0), Event::Container(it, Step::Check));
    }

    /// An instance that has not been healthy yet is checked.
    pub(super) fn check(&mut self, it: ContainerRef) {
        if self.is_leaving(it) || self.container(it).state != ContainerState::Created {
            return;
        }
        let takes = self.check_takes(it);
        let timeout = self.samplers.check_timeout;
        if takes <= timeout {
            self.after(takes, Event::Container(it, Step::Healthy));
        } else {
            let again = timeout.max(secs(self.scenario.rep.unhealthy_polling_s));
            self.after(again, Event::Container(it, Step::Check));
        }
    }

    /// Looks after the instances that run on a cell while one of their checks could fail.
    pub(super) fn watch_health(&mut self, cell: CellIx) {
        if !self.cell(cell).health_is_watched && self.could_check_fail(cell) {
            let home = self.cell_mut(cell);
            home.health_is_watched = true;
            let vm = home.vm();
            self.after(ROUND, Event::HealthRound(vm));
        }
    }

    /// Whether the longest check would fail on this cell as it is now.
    fn could_check_fail(&self, cell: CellIx) -> bool {
        let (load, home) = (&self.scenario.load, self.cell(cell));
        load.enabled
            && (home.jobs.speed() < WATCHED_BELOW_SPEED
                || home.doing[Activity::Running as usize] > 0
                    && self.takes_on(home, self.samplers.longest_check_ms / 1e3)
                        > self.samplers.check_timeout)
    }

    /// The instances of a watched cell whose turn it is are checked.
    pub(super) fn health_round(&mut self, cell: CellIx) {
        self.cell_mut(cell).health_is_watched = false;
        let rounds = secs(self.scenario.load.healthy_polling_s).0.div_ceil(ROUND.0).max(1);
        let turn = self.now.since(Time::ZERO).0 / ROUND.0 % rounds;
        let timeout = self.samplers.check_timeout;
        for it in self.cell(cell).containers.clone() {
            let container = *self.container(it);
            let is_checked = container.state == ContainerState::Running
                && container.leaving == Leaving::No
                && matches!(container.work, Work::Lrp(_))
                && u64::from(container.instance.0) % rounds == turn;
            if is_checked && self.check_takes(it) > timeout {
                self.crash(it, Cause::Unhealthy);
            }
        }
        self.watch_health(cell);
    }

    /// How long a health check takes now, the wait for one of the workers included.
    fn check_takes(&self, it: ContainerRef) -> Span {
        if !self.scenario.load.enabled {
            return Span::ZERO;
        }
        let container = self.container(it);
        let key = u64::from(container.instance.0) << 12 | (self.now.as_ms() / 1_000) & 0xfff;
        let alone_s = self.samplers.check_ms.draw(&mut self.streams.at(Stream::HealthCheck, key)) / 1e3;
        self.takes_on(self.cell(container.cell), alone_s)
    }

    /// How long a check takes on a cell that takes so long on an undisturbed one.
    fn takes_on(&self, home: &Cell, alone_s: f64) -> Span {
        let load = &self.scenario.load;
        let takes_s = alone_s / home.jobs.speed();
        let checks_per_s = f64::from(home.doing[Activity::Running as usize]) / load.healthy_polling_s
            + f64::from(home.doing[Activity::Starting as usize]) / self.scenario.rep.unhealthy_polling_s;
        let under_way = checks_per_s * takes_s;
        secs(takes_s * (under_way / f64::from(load.check_pool)).max(1.0))
    }
}
