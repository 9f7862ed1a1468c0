//! Which cells host a process.

use rivera_model::ProcessIx;

/// For each process the cells of its instances, in order, a cell once for each instance.
#[derive(Debug, Clone, Default)]
pub(super) struct Hosts {
    processes: Vec<Vec<u32>>,
}

impl Hosts {
    /// The cells of a process.
    pub(super) fn of(&self, process: ProcessIx) -> &[u32] {
        self.processes.get(process.index()).map_or(&[], Vec::as_slice)
    }

    /// An instance comes. Returns how many the cell hosted before.
    pub(super) fn add(&mut self, process: ProcessIx, cell: u32) -> u64 {
        if process.index() >= self.processes.len() {
            self.processes.resize_with(process.index() + 1, Vec::new);
        }
        let hosts = &mut self.processes[process.index()];
        let before = count(hosts, cell);
        let at = if hosts.last().is_none_or(|&last| last <= cell) {
            hosts.len()
        } else {
            hosts.partition_point(|&host| host <= cell)
        };
        hosts.insert(at, cell);
        before
    }

    /// An instance goes. Returns how many the cell hosted before.
    pub(super) fn remove(&mut self, process: ProcessIx, cell: u32) -> u64 {
        let Some(hosts) = self.processes.get_mut(process.index()) else { return 0 };
        let before = count(hosts, cell);
        if before > 0 {
            hosts.remove(hosts.partition_point(|&host| host < cell));
        }
        before
    }

    /// The processes that have instances, with their cells.
    pub(super) fn iter(&self) -> impl Iterator<Item = (usize, &[u32])> {
        self.processes.iter().map(Vec::as_slice).enumerate().filter(|(_, hosts)| !hosts.is_empty())
    }
}

/// How many instances a cell hosts.
pub(super) fn count(hosts: &[u32], cell: u32) -> u64 {
    // Nearly all processes have few instances.
    let sorted = if hosts.len() > 16 { &hosts[hosts.partition_point(|&host| host < cell)..] } else { hosts };
    if hosts.len() > 16 {
        sorted.iter().take_while(|&&host| host == cell).count() as u64
    } else {
        sorted.iter().filter(|&&host| host == cell).count() as u64
    }
}
