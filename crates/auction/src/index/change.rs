//! Changes of single cells: what a simulator sees happen, or an auctioneer learns between two auctions.

use rivera_model::{CellIx, ProcessIx};

use super::CellIndex;
use crate::score::Room;

/// A container as its cell accounts for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Container {
    /// What runs in it.
    pub kind: Kind,
    /// Memory in MiB that the cell gives it, proxy memory included (B.1).
    pub memory_mb: i32,
    /// Disk in MiB.
    pub disk_mb: i32,
}

/// What runs in a container.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// An instance of a process.
    Lrp(ProcessIx),
    /// A task.
    Task,
}

/// A change that cannot be. Nothing has changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ChangeError {
    /// The cell does not take part.
    #[error("find the cell in the index")]
    UnknownCell,
    /// The cell has no such container.
    #[error("find the container on its cell")]
    UnknownContainer,
    /// No container of the cell is starting.
    #[error("find a starting container on the cell")]
    NothingStarts,
}

impl CellIndex {
    /// A cell has reserved a container, which is starting from now on (B.3, B.4).
    ///
    /// # Errors
    /// [`ChangeError::UnknownCell`].
    pub fn start(&mut self, cell: CellIx, container: &Container) -> Result<(), ChangeError> {
        let slot = self.cells.get_mut(cell).ok_or(ChangeError::UnknownCell)?;
        slot.cell.left = slot.cell.left.minus(container.room());
        slot.cell.starting += 1;
        self.starting += 1;
        match container.kind {
            Kind::Lrp(process) => {
                slot.cell.state.lrps.push(process);
                self.count_in(cell, process);
            }
            Kind::Task => slot.cell.tasks += 1,
        }
        self.mark(cell);
        Ok(())
    }

    /// One starting container of a cell starts no longer: it runs, or has completed.
    ///
    /// # Errors
    /// [`ChangeError::UnknownCell`], [`ChangeError::NothingStarts`].
    pub fn started(&mut self, cell: CellIx) -> Result<(), ChangeError> {
        let slot = self.cells.get_mut(cell).ok_or(ChangeError::UnknownCell)?;
        slot.cell.starting = slot.cell.starting.checked_sub(1).ok_or(ChangeError::NothingStarts)?;
        self.starting -= 1;
        self.mark(cell);
        Ok(())
    }

    /// A container that does not start (any longer) has gone, and its room is free.
    ///
    /// # Errors
    /// [`ChangeError::UnknownCell`], [`ChangeError::UnknownContainer`].
    pub fn stop(&mut self, cell: CellIx, container: &Container) -> Result<(), ChangeError> {
        let slot = self.cells.get_mut(cell).ok_or(ChangeError::UnknownCell)?;
        match container.kind {
            Kind::Lrp(process) => {
                let lrps = &mut slot.cell.state.lrps;
                let at = lrps.iter().rposition(|&lrp| lrp == process);
                lrps.swap_remove(at.ok_or(ChangeError::UnknownContainer)?);
            }
            Kind::Task => {
                slot.cell.tasks = slot.cell.tasks.checked_sub(1).ok_or(ChangeError::UnknownContainer)?;
            }
        }
        slot.cell.left = slot.cell.left.plus(container.room());
        if let Kind::Lrp(process) = container.kind {
            self.count_out(cell, process);
        }
        self.mark(cell);
        Ok(())
    }
}

impl Container {
    fn room(&self) -> Room {
        Room { memory_mb: self.memory_mb.into(), disk_mb: self.disk_mb.into(), containers: 1 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Config;
    use crate::samples::cell;

    #[test]
    fn a_container_that_has_come_and_gone_leaves_no_trace() {
        let untouched = CellIndex::build(vec![cell(0, 0)], &Config::default());
        for kind in [Kind::Lrp(ProcessIx(3)), Kind::Task] {
            let (mut index, container) = (untouched.clone(), Container { kind, memory_mb: 64, disk_mb: 1 });
            index.start(CellIx(0), &container).unwrap();
            assert_eq!(index.starting(), 1);
            index.started(CellIx(0)).unwrap();
            index.stop(CellIx(0), &container).unwrap();
            assert!(index.is_equivalent(&untouched) && index.verify() == Ok(()));
        }
    }

    #[test]
    fn what_cannot_be_is_an_error_and_changes_nothing() {
        let mut index = CellIndex::build(vec![cell(0, 0)], &Config::default());
        let untouched = index.clone();
        let container = |kind| Container { kind, memory_mb: 64, disk_mb: 1 };
        for kind in [Kind::Lrp(ProcessIx(3)), Kind::Task] {
            assert_eq!(index.stop(CellIx(0), &container(kind)), Err(ChangeError::UnknownContainer));
            assert_eq!(index.stop(CellIx(1), &container(kind)), Err(ChangeError::UnknownCell));
            assert_eq!(index.start(CellIx(1), &container(kind)), Err(ChangeError::UnknownCell));
        }
        assert_eq!(index.started(CellIx(0)), Err(ChangeError::NothingStarts));
        assert_eq!(index.started(CellIx(1)), Err(ChangeError::UnknownCell));
        assert!(!index.remove(CellIx(1)) && index.is_equivalent(&untouched));
    }
}
