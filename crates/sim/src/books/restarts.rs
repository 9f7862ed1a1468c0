//! The account of the apps that pushes have stopped and started anew.
//!
//! From the stop to the first start an app is down because its developer wanted it so: that is counted here, and is no harm
//! of the roll-out. What happens to an instance once it has run counts as that of any other.

use std::collections::BTreeMap;

use rivera_model::{ProcessIx, Span, Time};

use crate::outcome::quantiles::Quantiles;

/// Restarts under way, and what those that are over took. Apps that crash by themselves are left out.
#[derive(Debug, Clone, Default)]
pub(crate) struct Restarts {
    /// By app.
    under_way: BTreeMap<ProcessIx, Restart>,
    down: Vec<Span>,
    all_ran: Vec<Span>,
    overtaken: u64,
    /// When apps were down because they had been pushed; of one that was stopped again before it ran, both.
    pub(crate) downs: Vec<Down>,
}

/// An app is down from its stop on until an instance of it runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Down {
    pub(crate) app: ProcessIx,
    pub(crate) from: Time,
    pub(crate) until: Time,
}

#[derive(Debug, Clone, Copy)]
struct Restart {
    stopped: Time,
    has_run: bool,
    /// Instances that have not run yet.
    left: u32,
}

/// What the restarts of a run came to.
pub(crate) struct RestartSums {
    pub(crate) overtaken: u64,
    pub(crate) downtime: Span,
    pub(crate) down: Quantiles,
    pub(crate) all_ran: Quantiles,
    pub(crate) not_run: u32,
}

impl Restarts {
    /// An app with so many instances is stopped.
    pub(super) fn stop(&mut self, app: ProcessIx, instances: u32, now: Time) {
        self.overtaken += u64::from(self.under_way.contains_key(&app));
        self.end_down(app, now);
        if instances > 0 {
            let restart = Restart { stopped: now, has_run: false, left: instances };
            self.under_way.insert(app, restart);
        }
    }

    /// An instance of an app runs for the first time since its stop.
    pub(super) fn ran(&mut self, app: ProcessIx, now: Time) {
        self.end_down(app, now);
        let Some(restart) = self.under_way.get_mut(&app) else { return };
        restart.has_run = true;
        restart.left -= 1;
        if restart.left == 0 {
            self.all_ran.push(now.since(restart.stopped));
            self.under_way.remove(&app);
        }
    }

    /// If the app has not run since its stop, it has been down until now.
    fn end_down(&mut self, app: ProcessIx, now: Time) {
        if let Some(restart) = self.under_way.get(&app).filter(|restart| !restart.has_run) {
            self.down.push(now.since(restart.stopped));
            self.downs.push(Down { app, from: restart.stopped, until: now });
        }
    }

    /// Whether instances are yet to run.
    pub(crate) fn are_over(&self) -> bool {
        self.under_way.is_empty()
    }

    /// What does not run yet has not run until now.
    pub(super) fn close(&mut self, now: Time) {
        let apps: Vec<ProcessIx> = self.under_way.keys().copied().collect();
        apps.into_iter().for_each(|app| self.end_down(app, now));
        self.all_ran.extend(self.under_way.values().map(|restart| now.since(restart.stopped)));
    }

    /// The sums, once the books are closed.
    pub(crate) fn sums(&self) -> RestartSums {
        RestartSums {
            overtaken: self.overtaken,
            downtime: self.down.iter().fold(Span::ZERO, |sum, &span| sum + span),
            down: Quantiles::of(self.down.clone()),
            all_ran: Quantiles::of(self.all_ran.clone()),
            not_run: self.under_way.values().map(|restart| restart.left).sum(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const APP: ProcessIx = ProcessIx(3);

    fn at(secs: u64) -> Time {
        Time::from_ms(secs * 1_000)
    }

    #[test]
    fn an_app_is_down_until_its_first_instance_runs_and_restarted_when_its_last_does() {
        let mut restarts = Restarts::default();
        restarts.stop(APP, 2, at(10));
        restarts.ran(APP, at(25));
        assert!(!restarts.are_over());
        restarts.ran(APP, at(40));
        assert!(restarts.are_over());
        restarts.close(at(100));
        let sums = restarts.sums();
        assert_eq!((sums.downtime, sums.down.max_s, sums.all_ran.max_s), (Span::from_secs(15), 15.0, 30.0));
        assert_eq!((sums.overtaken, sums.not_run, sums.all_ran.count), (0, 0, 1));
    }

    #[test]
    fn an_app_that_is_pushed_again_before_it_runs_has_been_down_since_its_first_stop() {
        let mut restarts = Restarts::default();
        restarts.stop(APP, 2, at(10));
        restarts.stop(APP, 2, at(15));
        restarts.ran(APP, at(25));
        restarts.close(at(100));
        let sums = restarts.sums();
        assert_eq!((sums.downtime, sums.overtaken), (Span::from_secs(15), 1));
        assert_eq!(
            (sums.not_run, sums.all_ran.count, sums.all_ran.max_s),
            (1, 1, 85.0),
            "it is not restarted yet"
        );
        let expected =
            [(10, 15), (15, 25)].map(|(from, until)| Down { app: APP, from: at(from), until: at(until) });
        assert_eq!(restarts.downs, expected);
    }
}
