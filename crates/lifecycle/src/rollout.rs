//! One cell on its way through an update (B.8, B.13, D.4).
//!
//! In service, evacuating, stopping, updating, starting, in service. The evacuation ends when the cell has no container
//! of any kind left, or at its timeout, and in both cases normally: the only difference is what is killed then.

use rivera_model::{Span, Time};

/// Where a cell is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Rollout {
    /// It takes work.
    #[default]
    InService,
    /// It refuses work, and moves its instances away.
    Evacuating {
        /// Since when.
        since: Time,
    },
    /// Its cell agent ends, and kills what is left.
    Stopping {
        /// Since when.
        since: Time,
        /// Whether its evacuation was cut off.
        timed_out: bool,
    },
    /// Its virtual machine is replaced.
    Updating {
        /// Since when.
        since: Time,
    },
    /// It boots, and does not take work yet.
    Starting {
        /// Since when.
        since: Time,
    },
    /// Its update failed, and with it the update of its group.
    Failed,
}

/// A step from one place to the next.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Step {
    /// The drain script asks the cell agent to evacuate.
    Evacuate,
    /// The evacuation is over.
    EndEvacuation {
        /// Because of the timeout.
        timed_out: bool,
    },
    /// The agent is stopped without an evacuation.
    Stop,
    /// The agent has ended: nothing is left on the cell.
    Stopped,
    /// The machine was lost or deleted without a drain, as of an instance whose agent does not answer.
    Lose,
    /// The new machine is there.
    Updated,
    /// The agent answers.
    Started,
    /// A script or the watch failed.
    Fail,
    /// A new deployment takes up a cell whose update failed; there is no agent to be drained (B.13, D.3).
    Retry,
}

/// A step that the cell cannot make from where it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
#[error("make the step {step:?} of a cell that is {from:?}")]
pub struct IllegalStep {
    /// Where the cell is.
    pub from: Rollout,
    /// The step.
    pub step: Step,
}

/// What the evacuator finds when it looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[must_use]
pub enum EvacuationCheck {
    /// Containers are left, and time: it looks again after the polling interval, or at the timeout.
    Wait {
        /// When.
        again_at: Time,
    },
    /// Nothing is left.
    Complete,
    /// Time is up. What is left is killed; records of it are left to convergence (Q9).
    TimedOut,
}

/// Times of a cell agent, all of them settings of its job (B.13).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct CellTimes {
    /// Between two bulk syncs.
    pub polling: Span,
    /// Between two bulk syncs, and two looks of the evacuator, while the cell evacuates.
    pub evacuation_polling: Span,
    /// Limit of the evacuation.
    pub evacuation_timeout: Span,
    /// Between a container's SIGTERM and its SIGKILL.
    pub graceful_shutdown: Span,
    /// How long a container's proxy is left to stop accepting.
    pub proxy_reload: Span,
    /// How much longer than the two the cleanup of what is left may take.
    pub cleanup_margin: Span,
}

impl Default for CellTimes {
    fn default() -> Self {
        Self {
            polling: Span::from_secs(30),
            evacuation_polling: Span::from_secs(10),
            evacuation_timeout: Span::from_secs(600),
            graceful_shutdown: Span::from_secs(10),
            proxy_reload: Span::from_secs(5),
            cleanup_margin: Span::from_secs(5),
        }
    }
}

impl CellTimes {
    /// Limit of the cleanup that kills what is left when the agent ends (B.8).
    #[must_use]
    pub fn cleanup_limit(&self) -> Span {
        self.graceful_shutdown + self.proxy_reload + self.cleanup_margin
    }
}

impl Rollout {
    /// Makes a step at `now`. Evacuating once more has no effect, and keeps the time of the first.
    ///
    /// # Errors
    /// [`IllegalStep`]; nothing is changed then.
    pub fn make(&mut self, step: Step, now: Time) -> Result<(), IllegalStep> {
        *self = match (*self, step) {
            (Self::InService, Step::Evacuate) => Self::Evacuating { since: now },
            (Self::Evacuating { since }, Step::Evacuate) => Self::Evacuating { since },
            (Self::Evacuating { .. }, Step::EndEvacuation { timed_out }) => {
                Self::Stopping { since: now, timed_out }
            }
            (Self::InService, Step::Stop) => Self::Stopping { since: now, timed_out: false },
            (Self::Stopping { .. }, Step::Stopped)
            | (
                Self::InService | Self::Evacuating { .. } | Self::Stopping { .. } | Self::Starting { .. },
                Step::Lose,
            )
            | (Self::Failed, Step::Retry) => Self::Updating { since: now },
            (Self::Updating { .. }, Step::Updated) => Self::Starting { since: now },
            (Self::Starting { .. }, Step::Started) => Self::InService,
            (
                Self::Evacuating { .. }
                | Self::Stopping { .. }
                | Self::Updating { .. }
                | Self::Starting { .. },
                Step::Fail,
            ) => Self::Failed,
            (from, step) => return Err(IllegalStep { from, step }),
        };
        Ok(())
    }

    /// What the evacuator finds at `now` with so many containers left, tasks included; `None` if the cell does not
    /// evacuate.
    #[must_use]
    pub fn check_evacuation(
        &self,
        containers: usize,
        times: &CellTimes,
        now: Time,
    ) -> Option<EvacuationCheck> {
        let Self::Evacuating { since } = *self else { return None };
        let deadline = since + times.evacuation_timeout;
        Some(if containers == 0 {
            EvacuationCheck::Complete
        } else if now >= deadline {
            EvacuationCheck::TimedOut
        } else {
            EvacuationCheck::Wait { again_at: deadline.min(now + times.evacuation_polling) }
        })
    }

    /// Whether the cell accepts new work (B.4).
    #[must_use]
    pub const fn accepts_work(&self) -> bool {
        matches!(self, Self::InService)
    }

    /// Whether containers are treated as those of an evacuating cell (B.9).
    #[must_use]
    pub const fn is_evacuating(&self) -> bool {
        matches!(self, Self::Evacuating { .. })
    }

    /// Whether convergence sees the cell. An evacuating cell keeps its presence; a stopping one keeps it until its
    /// cleanup is over, because the presence is released after that (B.8).
    #[must_use]
    pub const fn has_presence(&self) -> bool {
        matches!(self, Self::InService | Self::Evacuating { .. } | Self::Stopping { .. })
    }

    /// How long to the next bulk sync; `None`: there is none.
    #[must_use]
    pub const fn sync_interval(&self, times: &CellTimes) -> Option<Span> {
        match self {
            Self::InService => Some(times.polling),
            Self::Evacuating { .. } => Some(times.evacuation_polling),
            Self::Stopping { .. } | Self::Updating { .. } | Self::Starting { .. } | Self::Failed => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const TIMES: CellTimes = CellTimes {
        polling: Span::from_secs(30),
        evacuation_polling: Span::from_secs(10),
        evacuation_timeout: Span::from_secs(600),
        graceful_shutdown: Span::from_secs(10),
        proxy_reload: Span::from_secs(5),
        cleanup_margin: Span::from_secs(5),
    };

    fn at(secs: u64) -> Time {
        Time::from_ms(secs * 1_000)
    }

    fn evacuating() -> Rollout {
        Rollout::Evacuating { since: at(100) }
    }

    #[test]
    fn a_cell_goes_round_once() {
        let mut cell = Rollout::InService;
        let steps = [
            Step::Evacuate,
            Step::EndEvacuation { timed_out: false },
            Step::Stopped,
            Step::Updated,
            Step::Started,
        ];
        for (secs, step) in (1..).zip(steps) {
            cell.make(step, at(secs)).unwrap();
        }
        assert_eq!(cell, Rollout::InService);
    }

    #[test]
    fn no_step_is_skipped() {
        let mut cell = evacuating();
        let refused = cell.make(Step::Updated, at(101)).unwrap_err();
        assert_eq!(refused, IllegalStep { from: evacuating(), step: Step::Updated });
        assert_eq!(cell, evacuating());
    }

    #[test]
    fn a_second_evacuation_keeps_the_time_of_the_first() {
        let mut cell = evacuating();
        cell.make(Step::Evacuate, at(500)).unwrap();
        assert_eq!(cell, evacuating());
    }

    #[test]
    fn d3_a_failed_cell_is_taken_up_again_by_way_of_a_new_machine() {
        let mut cell = Rollout::Starting { since: at(1) };
        cell.make(Step::Lose, at(2)).unwrap();
        cell.make(Step::Fail, at(3)).unwrap();
        assert_eq!(cell.make(Step::Started, at(4)).unwrap_err().from, Rollout::Failed);
        cell.make(Step::Retry, at(5)).unwrap();
        assert_eq!(cell, Rollout::Updating { since: at(5) });
    }

    #[test]
    fn an_empty_cell_ends_its_evacuation_at_once() {
        assert_eq!(evacuating().check_evacuation(0, &TIMES, at(100)), Some(EvacuationCheck::Complete));
    }

    #[test]
    fn the_evacuator_looks_every_ten_seconds_and_at_the_timeout() {
        let look = |containers, secs| evacuating().check_evacuation(containers, &TIMES, at(secs)).unwrap();
        assert_eq!(look(1, 100), EvacuationCheck::Wait { again_at: at(110) });
        assert_eq!(look(1, 695), EvacuationCheck::Wait { again_at: at(700) });
        assert_eq!(look(1, 700), EvacuationCheck::TimedOut);
        assert_eq!(look(0, 700), EvacuationCheck::Complete);
    }

    #[test]
    fn a_cell_keeps_its_presence_until_it_has_stopped() {
        let mut cell = evacuating();
        assert!(cell.has_presence() && !cell.accepts_work());
        cell.make(Step::EndEvacuation { timed_out: true }, at(700)).unwrap();
        assert!(cell.has_presence());
        assert_eq!(cell.sync_interval(&TIMES), None, "q9: nothing tells the BBS of the killed containers");
        cell.make(Step::Stopped, at(715)).unwrap();
        assert!(!cell.has_presence());
    }

    #[test]
    fn the_cleanup_takes_at_most_twenty_seconds_by_default() {
        assert_eq!(CellTimes::default(), TIMES);
        assert_eq!(TIMES.cleanup_limit(), Span::from_secs(20));
    }

    fn any_step() -> impl Strategy<Value = Step> {
        prop::sample::select(vec![
            Step::Evacuate,
            Step::EndEvacuation { timed_out: false },
            Step::EndEvacuation { timed_out: true },
            Step::Stop,
            Step::Stopped,
            Step::Lose,
            Step::Updated,
            Step::Started,
            Step::Fail,
            Step::Retry,
        ])
    }

    proptest! {
        #[test]
        fn a_cell_comes_back_only_by_way_of_a_new_machine(steps in prop::collection::vec(any_step(), 0..60)) {
            let mut cell = Rollout::InService;
            let mut was_updated = true;
            for step in steps {
                let before = cell;
                if cell.make(step, at(1)).is_err() {
                    prop_assert_eq!(cell, before);
                    continue;
                }
                was_updated |= matches!(cell, Rollout::Starting { .. });
                if cell.accepts_work() {
                    prop_assert!(was_updated);
                } else if before.accepts_work() {
                    was_updated = false;
                }
                prop_assert!(before != Rollout::Failed || step == Step::Retry);
            }
        }
    }
}
