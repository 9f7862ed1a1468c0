//! The index itself: what it holds, and how it is kept in order.

use std::collections::BTreeMap;

use rivera_model::{CellIx, OfferIx, ProcessIx, ZoneIx};

use super::batch::Reserved;
use super::cells::{Cells, NO_LEAF, Slot};
use super::group::Group;
use super::hosts::Hosts;
use super::levels::AllLevels;
use super::rank::Ranking;
use super::reach::Reaches;
use crate::cell::Cell;
use crate::{CellState, Config};

/// The cells that take part in auctions, indexed so that a placement costs about the logarithm of their number.
///
/// Built from the states of the cells ([`CellIndex::build`]) or changed cell by cell; both lead to the same answers. Zones and cells have the
/// order of [`Zones::build`](crate::Zones::build). Memory goes with the greatest [`CellIx`] and [`ProcessIx`], which
/// are dense.
#[derive(Debug, Clone)]
pub struct CellIndex {
    pub(super) cells: Cells,
    pub(super) groups: Vec<Group>,
    /// The group of each zone and offer.
    group_ids: BTreeMap<(ZoneIx, OfferIx), u32>,
    pub(super) hosts: Hosts,
    pub(super) levels: AllLevels,
    pub(super) reaches: Reaches,
    /// Containers that are starting on all cells.
    pub(super) starting: u64,
    /// LRP instances on all cells.
    lrps: u64,
    members: usize,
    /// Zones whose cells have to be numbered anew, when bin-packing.
    unnumbered: Vec<ZoneIx>,
    has_stale_group: bool,
    /// Cells of which some are behind in the trees. A cell changes many times between two auctions, which only look at what came
    /// of it.
    pub(super) behind: Vec<u32>,
    /// The reservations that can be rolled back.
    pub(super) reserved: Vec<Reserved>,
    pub(super) ranking: Ranking,
}

impl CellIndex {
    /// An index without cells.
    #[must_use]
    pub fn new(config: &Config) -> Self {
        Self {
            cells: Cells { slots: Vec::new(), zones: Vec::new(), config: *config },
            groups: Vec::new(),
            group_ids: BTreeMap::new(),
            hosts: Hosts::default(),
            levels: AllLevels::default(),
            reaches: Reaches::default(),
            starting: 0,
            lrps: 0,
            members: 0,
            unnumbered: Vec::new(),
            has_stale_group: false,
            behind: Vec::new(),
            reserved: Vec::new(),
            ranking: Ranking::default(),
        }
    }

    /// Indexes the usable cells (A.4), given in any order. Of a cell that is given twice the first counts.
    #[must_use]
    pub fn build(cells: Vec<CellState>, config: &Config) -> Self {
        let mut index = Self::new(config);
        index.cells.reserve(cells.iter().map(|state| state.cell.index() + 1).max().unwrap_or(0));
        for state in cells {
            if index.cells.get(state.cell).is_none() {
                index.insert(state);
            }
        }
        index.refresh();
        index
    }

    /// The numbers that an operator sets.
    #[must_use]
    pub const fn config(&self) -> &Config {
        &self.cells.config
    }

    /// How many cells take part.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.members
    }

    /// Whether no cell takes part.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.members == 0
    }

    /// Containers that are starting on all cells, reservations among them (A.6).
    #[must_use]
    pub const fn starting(&self) -> u64 {
        self.starting
    }

    /// LRP instances on all cells, reservations among them.
    #[must_use]
    pub const fn lrps(&self) -> u64 {
        self.lrps
    }

    /// A cell comes, or its state is replaced as a whole.
    pub fn insert(&mut self, mut state: CellState) {
        self.remove(state.cell);
        let (cell, lrps) = (state.cell, std::mem::take(&mut state.lrps));
        let group = self.group(state.zone, state.offer);
        if self.groups[group as usize].len() == 0 {
            self.reaches.clear();
        }
        self.members += 1;
        self.starting += u64::from(state.starting);
        self.renumber(state.zone);
        self.cells.put(Slot {
            reported_index: state.index,
            rank: cell.0,
            group,
            leaf: NO_LEAF,
            is_behind: false,
            cell: Cell::new(state),
        });
        self.groups[group as usize].add(cell.0, &mut self.cells);
        self.has_stale_group |= self.groups[group as usize].is_stale;
        for &process in &lrps {
            self.count_in(cell, process);
        }
        if let Some(slot) = self.cells.get_mut(cell) {
            slot.cell.state.lrps = lrps;
        }
    }

    /// A cell goes: it is evacuating, or gone altogether (A.4). Returns whether it took part.
    pub fn remove(&mut self, cell: CellIx) -> bool {
        let Some(slot) = self.cells.get_mut(cell) else { return false };
        let lrps = std::mem::take(&mut slot.cell.state.lrps);
        let (group, zone, starting) = (slot.group as usize, slot.cell.state.zone, slot.cell.starting);
        for process in lrps {
            self.count_out(cell, process);
        }
        self.groups[group].remove(cell.0, &self.cells);
        self.cells.slots[cell.index()] = None;
        if self.groups[group].len() == 0 {
            self.reaches.clear();
        }
        self.members -= 1;
        self.starting -= starting;
        self.renumber(zone);
        true
    }

    /// Puts in order what changes have left: the trees, leaves and, when bin-packing, the indices of cells. Placements do it
    /// themselves.
    pub fn refresh(&mut self) {
        while let Some(cell) = self.behind.pop() {
            // One that went, or came anew, is not behind.
            if let Some(slot) = self.cells.get_mut(CellIx(cell))
                && std::mem::take(&mut slot.is_behind)
            {
                self.update(CellIx(cell));
            }
        }
        if !self.unnumbered.is_empty() {
            self.number_cells();
        }
        if self.has_stale_group {
            self.has_stale_group = false;
            self.levels.clear();
            for group in self.groups.iter_mut().filter(|group| group.is_stale) {
                group.lay_out(&mut self.cells);
            }
        }
    }

    /// An instance of a process comes to a cell.
    pub(super) fn count_in(&mut self, cell: CellIx, process: ProcessIx) {
        self.lrps += 1;
        let before = self.hosts.add(process, cell.0);
        self.levels.moved(process, self.cells.slot(cell.0), before, before + 1);
    }

    /// An instance of a process leaves a cell.
    pub(super) fn count_out(&mut self, cell: CellIx, process: ProcessIx) {
        self.lrps -= 1;
        let before = self.hosts.remove(process, cell.0);
        self.levels.moved(process, self.cells.slot(cell.0), before, before.saturating_sub(1));
    }

    /// A cell has changed, and the next placement will want to know.
    pub(super) fn mark(&mut self, cell: CellIx) {
        if let Some(slot) = self.cells.get_mut(cell)
            && !std::mem::replace(&mut slot.is_behind, true)
        {
            self.behind.push(cell.0);
        }
    }

    /// A cell has changed, and a placement follows.
    pub(super) fn update(&mut self, cell: CellIx) {
        let group = self.cells.slot(cell.0).group as usize;
        self.groups[group].update(cell.0, &self.cells);
    }

    fn group(&mut self, zone: ZoneIx, offer: OfferIx) -> u32 {
        let next = u32::try_from(self.groups.len()).expect("there are fewer groups than cells");
        *self.group_ids.entry((zone, offer)).or_insert_with(|| {
            self.groups.push(Group::new(zone, offer, &self.cells));
            next
        })
    }

    /// The cells of a zone need new numbers, if they have any of their own (A.4).
    fn renumber(&mut self, zone: ZoneIx) {
        if self.cells.config.bin_pack_first_fit_weight > 0.0 && !self.unnumbered.contains(&zone) {
            self.unnumbered.push(zone);
        }
    }

    /// Numbers the cells of zones from 0, by the index that they report and then by cell.
    fn number_cells(&mut self) {
        for zone in std::mem::take(&mut self.unnumbered) {
            let groups = || (0..).zip(&self.groups).filter(|(_, group)| group.zone == zone);
            let members = groups().flat_map(|(_, group)| group.members());
            let mut order: Vec<_> =
                members.map(|cell| (self.cells.slot(cell).reported_index, CellIx(cell))).collect();
            order.sort_unstable();
            let groups: Vec<usize> = groups().map(|(group, _)| group).collect();
            for (rank, (_, cell)) in (0_u32..).zip(order) {
                let slot = self.cells.get_mut(cell).expect("a member of a group is in the index");
                slot.rank = rank;
                slot.cell.state.index = rank.into();
            }
            for group in groups {
                if !self.groups[group].is_stale {
                    self.groups[group].rebuild(&self.cells);
                }
            }
        }
    }
}
