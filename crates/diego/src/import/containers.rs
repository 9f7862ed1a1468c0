//! The containers that cells report, to be matched with the records of instances and tasks.

use std::collections::BTreeMap;

use rivera_model::Resources;

use super::cells::Cells;
use super::sources::Origin;
use crate::Fault;
use crate::collector::Collector;

/// Containers by cell and by what runs in them.
pub(crate) struct Containers<'a, K> {
    found: BTreeMap<(usize, K), Container<'a>>,
}

struct Container<'a> {
    origin: Origin<'a>,
    resources: Resources,
    alive: bool,
    matched: bool,
}

impl<'a, K: Ord> Containers<'a, K> {
    pub(crate) const fn new() -> Self {
        Self { found: BTreeMap::new() }
    }

    /// Adds a container; false if the cell lists the same twice.
    pub(crate) fn add(
        &mut self,
        origin: Origin<'a>,
        cell: usize,
        key: K,
        resources: Resources,
        alive: bool,
    ) -> bool {
        let container = Container { origin, resources, alive, matched: false };
        self.found.insert((cell, key), container).is_none()
    }

    /// A record claims its container: where the cell reports it and how large it is, if the cell has it.
    pub(crate) fn claim(&mut self, cell: usize, key: K) -> Option<(Origin<'a>, Resources)> {
        let container = self.found.get_mut(&(cell, key))?;
        container.matched = true;
        Some((container.origin, container.resources))
    }

    /// Containers without a record keep their resources, as use that nobody accounts for.
    pub(crate) fn report_strays(
        self,
        cells: &mut Cells<'_>,
        what: impl Fn(&K) -> String,
        collector: &mut Collector,
    ) {
        for ((cell, key), container) in self.found {
            if container.matched || !container.alive {
                continue;
            }
            let draft = &mut cells.drafts[cell];
            let fault = Fault::NoRecord { cell: draft.id.clone(), what: what(&key) };
            collector.fault(container.origin.place(), fault);
            match draft.unlisted.checked_add(container.resources) {
                Some(sum) => draft.unlisted = sum,
                None => {
                    let fault = Fault::Overflow(draft.id.clone());
                    collector.fatal(crate::Problem::new(container.origin.place(), fault));
                }
            }
        }
    }
}
