//! The order in which the BOSH director updates the groups of a deployment (D.3).
//!
//! Groups go in the order of the manifest. A group that is `serial` goes by itself; neighbours that are not go together,
//! all at once, and what follows waits for the last of them.

use std::collections::{BTreeSet, VecDeque};
use std::ops::Range;

use crate::group_update::GroupProgress;

/// An end that was reported for a group that is not being updated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
#[error("end the update of group {group}, which is not being updated")]
pub struct NotUpdating {
    /// The group's position.
    pub group: usize,
}

/// The update of a deployment. Groups are named by their position.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeploymentUpdate {
    /// The runs of groups that have not begun.
    runs: VecDeque<Range<usize>>,
    updating: BTreeSet<usize>,
    failed: bool,
}

impl DeploymentUpdate {
    /// An update of as many groups as there are answers to the question whether a group is `serial`.
    #[must_use]
    pub fn new(serial: impl IntoIterator<Item = bool>) -> Self {
        let mut runs: VecDeque<Range<usize>> = VecDeque::new();
        let mut takes_more = false;
        for (group, serial) in serial.into_iter().enumerate() {
            match runs.back_mut() {
                Some(run) if takes_more && !serial => run.end += 1,
                _ => runs.push_back(group..group + 1),
            }
            takes_more = !serial;
        }
        Self { runs, updating: BTreeSet::new(), failed: false }
    }

    /// The groups that begin now: at first, and after an end that was the last of its run. Nothing begins after a failure.
    #[must_use]
    pub fn begin_next(&mut self) -> Range<usize> {
        if self.failed || !self.updating.is_empty() {
            return 0..0;
        }
        let run = self.runs.pop_front().unwrap_or(0..0);
        self.updating.extend(run.clone());
        run
    }

    /// The update of a group ended well.
    ///
    /// # Errors
    /// [`NotUpdating`].
    pub fn finished(&mut self, group: usize) -> Result<(), NotUpdating> {
        if self.updating.remove(&group) { Ok(()) } else { Err(NotUpdating { group }) }
    }

    /// The update of a group failed: those that are updated with it go on to their end, no further one begins.
    ///
    /// # Errors
    /// [`NotUpdating`].
    pub fn failed(&mut self, group: usize) -> Result<(), NotUpdating> {
        self.finished(group)?;
        self.failed = true;
        Ok(())
    }

    /// How the update stands.
    #[must_use]
    pub fn progress(&self) -> GroupProgress {
        match (self.updating.is_empty(), self.failed, self.runs.is_empty()) {
            (true, true, _) => GroupProgress::Failed,
            (true, false, true) => GroupProgress::Done,
            _ => GroupProgress::Going,
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const SERIAL: bool = true;
    const PARALLEL: bool = false;

    #[test]
    fn d3_serial_groups_go_one_by_one_and_neighbours_that_are_not_go_together() {
        let mut update = DeploymentUpdate::new([SERIAL, SERIAL, PARALLEL, PARALLEL, SERIAL, PARALLEL]);
        let mut runs = Vec::new();
        while update.progress() == GroupProgress::Going {
            let run = update.begin_next();
            assert_eq!(update.begin_next(), 0..0, "the run is under way");
            runs.push(run.clone());
            run.for_each(|group| update.finished(group).unwrap());
        }
        assert_eq!(runs, [0..1, 1..2, 2..4, 4..5, 5..6]);
    }

    #[test]
    fn d3_after_a_failure_the_others_of_its_run_end_and_no_run_begins() {
        let mut update = DeploymentUpdate::new([PARALLEL, PARALLEL, SERIAL]);
        assert_eq!(update.begin_next(), 0..2);
        update.failed(0).unwrap();
        assert_eq!((update.begin_next(), update.progress()), (0..0, GroupProgress::Going));
        update.finished(1).unwrap();
        assert_eq!((update.begin_next(), update.progress()), (0..0, GroupProgress::Failed));
        assert_eq!(update.finished(1), Err(NotUpdating { group: 1 }));
    }

    proptest! {
        #[test]
        fn d3_every_group_is_updated_once_in_order_and_serial_ones_alone(
            serial in prop::collection::vec(any::<bool>(), 0..20),
        ) {
            let mut update = DeploymentUpdate::new(serial.iter().copied());
            let mut order = Vec::new();
            while update.progress() == GroupProgress::Going {
                let run = update.begin_next();
                prop_assert!(!run.is_empty());
                prop_assert!(run.len() == 1 || serial[run.clone()].iter().all(|&serial| !serial));
                order.extend(run.clone());
                for group in run {
                    update.finished(group).unwrap();
                }
            }
            prop_assert_eq!(order, (0..serial.len()).collect::<Vec<_>>());
        }
    }
}
