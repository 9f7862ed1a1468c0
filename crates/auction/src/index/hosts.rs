//! Which cells host a process.

use rivera_model::ProcessIx;
use smallvec::SmallVec;

/// Up to so many instances, as nearly all processes have, a look at each is cheaper than a binary search.
const FEW: usize = 16;

/// For each process the cells of its instances, in order, a cell once for each instance.
#[derive(Debug, Clone, Default)]
pub(super) struct Hosts {
    processes: Vec<OnCells>,
}

/// The cells of one process. Nearly all processes have so few that they are found with one access to memory: two of these fill a cache line.
#[derive(Debug, Clone, Default)]
#[repr(align(32))]
struct OnCells(SmallVec<[u32; 6]>);

impl Hosts {
    /// The cells of a process.
    pub(super) fn of(&self, process: ProcessIx) -> &[u32] {
        self.processes.get(process.index()).map_or(&[], |OnCells(cells)| cells)
    }

    /// An instance comes. Returns how many the cell hosted before.
    pub(super) fn add(&mut self, process: ProcessIx, cell: u32) -> u64 {
        if process.index() >= self.processes.len() {
            self.processes.resize_with(process.index() + 1, OnCells::default);
        }
        let OnCells(hosts) = &mut self.processes[process.index()];
        let before = count(hosts, cell);
        if hosts.last().is_none_or(|&last| last <= cell) {
            hosts.push(cell);
            return before;
        }
        let at = hosts.partition_point(|&host| host <= cell);
        hosts.insert(at, cell);
        before
    }

    /// An instance goes. Returns how many the cell hosted before.
    pub(super) fn remove(&mut self, process: ProcessIx, cell: u32) -> u64 {
        let Some(OnCells(hosts)) = self.processes.get_mut(process.index()) else { return 0 };
        let before = count(hosts, cell);
        if before > 0 {
            hosts.remove(hosts.partition_point(|&host| host < cell));
        }
        before
    }

    /// The processes that have instances, with their cells.
    pub(super) fn iter(&self) -> impl Iterator<Item = (usize, &[u32])> {
        let all = self.processes.iter().map(|OnCells(cells)| cells.as_slice()).enumerate();
        all.filter(|(_, hosts)| !hosts.is_empty())
    }
}

/// How many instances a cell hosts.
pub(super) fn count(hosts: &[u32], cell: u32) -> u64 {
    let count = if hosts.len() <= FEW {
        hosts.iter().filter(|&&host| host == cell).count()
    } else {
        let from = &hosts[hosts.partition_point(|&host| host < cell)..];
        from.iter().take_while(|&&host| host == cell).count()
    };
    count as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn instances_are_counted_by_cell_in_few_and_in_many() {
        for cells in [3, 100] {
            let mut hosts = Hosts::default();
            for cell in (0..cells).rev() {
                assert_eq!(hosts.add(ProcessIx(4), cell), 0);
                assert_eq!(hosts.add(ProcessIx(4), cell), 1);
            }
            assert!(hosts.of(ProcessIx(4)).is_sorted());
            assert_eq!(hosts.remove(ProcessIx(4), 1), 2);
            let counts: Vec<_> = [0, 1, 2, cells].map(|cell| count(hosts.of(ProcessIx(4)), cell)).into();
            assert_eq!(counts, [2, 1, 2, 0]);
            assert_eq!(hosts.remove(ProcessIx(4), cells), 0);
            assert_eq!(hosts.remove(ProcessIx(9), 0), 0);
        }
    }
}
