//! Groups that are updated at the same time (D.3).

use std::ops::Range;

use rivera_lifecycle::{DeploymentUpdate, GroupProgress};

/// The most that the groups have of something at once: each has so much while it is updated, and whether it is `serial`
/// decides which are updated together.
pub(crate) fn greatest_together(serial: &[bool], each: &[usize]) -> usize {
    together(serial).into_iter().map(|groups| each[groups].iter().sum()).max().unwrap_or(0)
}

/// The groups that are updated at the same time, as positions, in the order of their update.
pub(crate) fn together(serial: &[bool]) -> Vec<Range<usize>> {
    let mut update = DeploymentUpdate::new(serial.iter().copied());
    let mut runs = Vec::new();
    while update.progress() == GroupProgress::Going {
        let run = update.begin_next();
        runs.push(run.clone());
        run.for_each(|group| update.finished(group).expect("a group that has begun"));
    }
    runs
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn d3_what_goes_in_parallel_adds_up() {
        assert_eq!(greatest_together(&[true, true, true], &[2, 3, 4]), 4);
        assert_eq!(greatest_together(&[true, false, false], &[6, 3, 4]), 7);
        assert_eq!(greatest_together(&[], &[]), 0);
    }
}
