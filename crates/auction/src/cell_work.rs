//! What a cell does with `POST /work` (B.4).

use std::cmp::Reverse;

use rivera_model::{CellIx, Resources, TaskIx};

use crate::score::Room;
use crate::{Item, LrpAuction, TaskAuction};

/// The work for one cell (A.10), or the part of it that a cell took or refused.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct CellWork {
    /// The cell that the work is for.
    pub cell: CellIx,
    /// LRPs.
    pub lrps: Vec<LrpAuction>,
    /// Tasks.
    pub tasks: Vec<TaskAuction>,
}

impl CellWork {
    pub(crate) fn push(&mut self, item: Item) {
        match item {
            Item::Lrp(lrp) => self.lrps.push(lrp),
            Item::Task(task) => self.tasks.push(task),
        }
    }
}

/// A cell as it stands when work arrives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WorkingCell<'a> {
    /// The cell.
    pub cell: CellIx,
    /// Whether it is evacuating.
    pub evacuating: bool,
    /// What is left.
    pub available: Resources,
    /// Memory in MiB that each LRP costs on top of its own (B.1).
    pub proxy_memory_mb: i32,
    /// Tasks of which it already has a container (Q8).
    pub held_tasks: &'a [TaskIx],
}

/// What a cell made of its work.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WorkAnswer {
    /// What it reserved containers for: LRPs with the largest memory first, then tasks as they came.
    pub accepted: CellWork,
    /// What it refused.
    pub refused: CellWork,
}

/// The cell could not perform the work at all; nothing was taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum WorkError {
    /// The work is for another cell.
    #[error("workload cell ID does not match this cell")]
    CellIdMismatch,
}

/// Decides what a cell takes of its work.
///
/// LRPs are looked at twice: their memory with proxies against what was left when the work came, and then, as tasks,
/// container by container: memory, disk and number. The first look counts proxy memory for an LRP of 0 MiB as well; its container takes none, because
/// 0 is unlimited (B.1).
///
/// # Errors
/// [`WorkError::CellIdMismatch`] if the work is for another cell.
pub fn cell_work(cell: &WorkingCell<'_>, work: CellWork) -> Result<WorkAnswer, WorkError> {
    if work.cell != cell.cell {
        return Err(WorkError::CellIdMismatch);
    }
    let empty = CellWork { cell: cell.cell, ..CellWork::default() };
    if cell.evacuating {
        return Ok(WorkAnswer { accepted: empty, refused: work });
    }
    let mut answer = WorkAnswer { accepted: empty.clone(), refused: empty };
    let CellWork { mut lrps, tasks, .. } = work;
    lrps.sort_by_key(|lrp| Reverse(lrp.memory_mb));

    let mut memory_mb = i64::from(cell.available.memory_mb);
    let mut left = Room::from(cell.available);
    for lrp in lrps {
        let with_proxy_mb = i64::from(lrp.memory_mb) + i64::from(cell.proxy_memory_mb);
        let passes = with_proxy_mb <= memory_mb;
        if passes {
            memory_mb -= with_proxy_mb;
        }
        let container_mb = if lrp.memory_mb > 0 { with_proxy_mb } else { i64::from(lrp.memory_mb) };
        let taken = passes && reserve(&mut left, container_mb, lrp.disk_mb);
        answer.list(taken).lrps.push(lrp);
    }
    for task in tasks {
        let taken =
            !cell.held_tasks.contains(&task.task) && reserve(&mut left, task.memory_mb.into(), task.disk_mb);
        answer.list(taken).tasks.push(task);
    }
    Ok(answer)
}

/// Reserves a container, if it fits.
fn reserve(left: &mut Room, memory_mb: i64, disk_mb: i32) -> bool {
    let after = left.minus(Room { memory_mb, disk_mb: disk_mb.into(), containers: 1 });
    let fits = after.memory_mb >= 0 && after.disk_mb >= 0 && after.containers >= 0;
    if fits {
        *left = after;
    }
    fits
}

impl WorkAnswer {
    fn list(&mut self, taken: bool) -> &mut CellWork {
        if taken { &mut self.accepted } else { &mut self.refused }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::samples::{lrp, task};

    const CELL: WorkingCell<'static> = WorkingCell {
        cell: CellIx(3),
        evacuating: false,
        available: Resources::new(100, 100, 10),
        proxy_memory_mb: 10,
        held_tasks: &[],
    };

    fn work(lrps: &[LrpAuction], tasks: &[TaskAuction]) -> CellWork {
        CellWork { cell: CELL.cell, lrps: lrps.to_vec(), tasks: tasks.to_vec() }
    }

    fn accepted(cell: &WorkingCell<'_>, work: CellWork) -> (Vec<u32>, Vec<u32>) {
        let total = work.lrps.len() + work.tasks.len();
        let WorkAnswer { accepted, refused } = cell_work(cell, work).unwrap();
        let count = |work: &CellWork| work.lrps.len() + work.tasks.len();
        assert_eq!(count(&accepted) + count(&refused), total);
        let lrps = accepted.lrps.iter().map(|lrp| lrp.process.0).collect();
        (lrps, accepted.tasks.iter().map(|task| task.task.0).collect())
    }

    #[test]
    fn the_largest_lrps_go_first_and_cost_their_proxy() {
        // 40 + 10 and 40 + 10 fill the cell; the small one finds nothing left.
        let lrps = [lrp(0, 0, 10), lrp(1, 0, 40), lrp(2, 0, 40)];
        assert_eq!(accepted(&CELL, work(&lrps, &[])), (vec![1, 2], vec![]));
        let no_proxy = WorkingCell { proxy_memory_mb: 0, ..CELL };
        assert_eq!(accepted(&no_proxy, work(&lrps, &[])), (vec![1, 2, 0], vec![]));
    }

    #[test]
    fn a_smaller_lrp_may_pass_after_a_larger_was_refused() {
        let lrps = [lrp(0, 0, 95), lrp(1, 0, 20)];
        assert_eq!(accepted(&CELL, work(&lrps, &[])), (vec![1], vec![]));
    }

    #[test]
    fn an_evacuating_cell_refuses_all() {
        let cell = WorkingCell { evacuating: true, ..CELL };
        assert_eq!(accepted(&cell, work(&[lrp(0, 0, 1)], &[task(0, 1)])), (vec![], vec![]));
    }

    #[test]
    fn work_for_another_cell_is_an_error_even_while_evacuating() {
        let cell = WorkingCell { cell: CellIx(4), evacuating: true, ..CELL };
        assert_eq!(cell_work(&cell, work(&[], &[])), Err(WorkError::CellIdMismatch));
    }

    #[test]
    fn disk_and_containers_are_checked_container_by_container() {
        let large = LrpAuction { disk_mb: 101, ..lrp(0, 0, 1) };
        assert_eq!(accepted(&CELL, work(&[large, lrp(1, 0, 1)], &[])), (vec![1], vec![]));
        let cell = WorkingCell { available: Resources::new(100, 100, 1), ..CELL };
        assert_eq!(accepted(&cell, work(&[lrp(0, 0, 1)], &[task(0, 1)])), (vec![0], vec![]));
    }

    #[test]
    fn memory_of_zero_is_prechecked_with_its_proxy_but_takes_none() {
        let cell = WorkingCell { available: Resources::new(15, 100, 10), ..CELL };
        let lrps = [lrp(0, 0, 0), lrp(1, 0, 0)];
        // The second fails the first look; the task finds the memory that was never taken.
        assert_eq!(accepted(&cell, work(&lrps, &[task(0, 15)])), (vec![0], vec![0]));
    }

    #[test]
    fn q4_what_a_batch_over_committed_by_proxy_memory_is_refused_by_the_cell() {
        // The auction takes 100 for 2 times 50; the cell needs 120.
        let lrps = [lrp(0, 0, 50), lrp(1, 0, 50)];
        assert_eq!(accepted(&CELL, work(&lrps, &[])), (vec![0], vec![]));
    }

    #[test]
    fn q8_a_task_that_the_cell_already_holds_is_refused() {
        let cell = WorkingCell { held_tasks: &[TaskIx(1)], ..CELL };
        assert_eq!(accepted(&cell, work(&[], &[task(0, 1), task(1, 1)])), (vec![], vec![0]));
    }
}
