//! Small cells, items and a catalog for the tests of this crate.

use std::collections::BTreeSet;

use rivera_model::{
    CellIx, Constraint, ConstraintIx, Offer, OfferIx, ProcessIx, Resources, RootFsProvider, TaskIx, Time,
    ZoneIx,
};

use crate::{Catalog, CellState, Item, LrpAuction, Queued, TaskAuction};

/// An offer that lacks the required tag.
pub(crate) const NO_TAGS: OfferIx = OfferIx(1);
/// An offer that lacks the driver.
pub(crate) const NO_DRIVERS: OfferIx = OfferIx(2);
/// An offer that lacks everything.
pub(crate) const NO_ROOTFS: OfferIx = OfferIx(3);

/// One constraint (id 0), an offer for it (id 0) and one for each way to fail it.
pub(crate) fn catalog() -> Catalog {
    let set = |name: &str| BTreeSet::from([name.to_owned()]);
    let fits = Offer {
        rootfs_providers: [("docker".to_owned(), RootFsProvider::Arbitrary)].into(),
        volume_drivers: set("nfs"),
        ..Offer::default()
    };
    let no_tags = Offer { placement_tags: set("iso"), ..fits.clone() };
    let no_drivers = Offer { volume_drivers: BTreeSet::new(), ..fits.clone() };
    let mut catalog = Catalog::default();
    for offer in [fits, no_tags, no_drivers, Offer::default()] {
        catalog.intern_offer(&offer);
    }
    catalog.intern_constraint(&Constraint {
        rootfs: "docker:a".to_owned(),
        volume_drivers: set("nfs"),
        ..Constraint::default()
    });
    catalog
}

/// An empty cell of 1,000 MiB memory, 1,000 MiB disk and 100 containers, without proxies.
pub(crate) fn cell(number: u32, zone: u32) -> CellState {
    let total = Resources::new(1_000, 1_000, 100);
    CellState {
        cell: CellIx(number),
        zone: ZoneIx(zone),
        offer: OfferIx(0),
        index: 0,
        available: total,
        total,
        starting: 0,
        proxy_memory_mb: 0,
        lrps: Vec::new(),
        tasks: 0,
    }
}

pub(crate) fn lrp(process: u32, index: i32, memory_mb: i32) -> LrpAuction {
    LrpAuction { process: ProcessIx(process), index, memory_mb, disk_mb: 1, constraint: ConstraintIx(0) }
}

pub(crate) fn task(number: u32, memory_mb: i32) -> TaskAuction {
    TaskAuction { task: TaskIx(number), memory_mb, disk_mb: 1, constraint: ConstraintIx(0) }
}

pub(crate) fn sized_lrp(process: u32, index: i32, memory_mb: i32, disk_mb: i32) -> Item {
    Item::Lrp(LrpAuction { disk_mb, ..lrp(process, index, memory_mb) })
}

pub(crate) fn sized_task(number: u32, memory_mb: i32, disk_mb: i32) -> Item {
    Item::Task(TaskAuction { disk_mb, ..task(number, memory_mb) })
}

pub(crate) fn queue<T>(auction: T) -> Queued<T> {
    Queued { auction, queued_at: Time::ZERO }
}
