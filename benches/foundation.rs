//! Foundations to measure on: cells of 32 GiB in three zones, filled with apps of geometric sizes. The same on every run.

use rivera_auction::{Auctions, Catalog, CellState, LrpAuction, Queued};
use rivera_model::{
    CellIx, Constraint, ConstraintIx, Offer, OfferIx, ProcessIx, Resources, RootFsProvider, Time, ZoneIx,
};

const ZONES: u32 = 3;

/// A catalog with one constraint and one offer, which match.
#[must_use]
pub fn catalog() -> Catalog {
    let mut catalog = Catalog::default();
    let stacks = RootFsProvider::FixedSet(["cflinuxfs4".to_owned()].into());
    catalog.intern_constraint(&Constraint {
        rootfs: "preloaded:cflinuxfs4".to_owned(),
        ..Constraint::default()
    });
    let rootfs_providers = [("preloaded".to_owned(), stacks)].into();
    catalog.intern_offer(&Offer { rootfs_providers, ..Offer::default() });
    catalog
}

/// So many cells with so many LRPs each. Every process has about four instances.
#[must_use]
pub fn cells(count: u32, lrps_per_cell: u32) -> Vec<CellState> {
    let processes = (count * lrps_per_cell / 4).max(1);
    let total = Resources::new(32_768, 131_072, 250);
    let cell = |number: u32| {
        let lrps: Vec<_> = (0..lrps_per_cell)
            .map(|lrp| ProcessIx(scatter(number * lrps_per_cell + lrp) % processes))
            .collect();
        let available = lrps.iter().fold(total, |left, lrp| {
            left.checked_sub(Resources::new(memory_mb(lrp.0) / 4, 512, 1)).unwrap_or(left)
        });
        CellState {
            cell: CellIx(number),
            zone: ZoneIx(number % ZONES),
            offer: OfferIx(0),
            index: i64::from(number),
            available,
            total,
            starting: 0,
            proxy_memory_mb: 32,
            lrps,
            tasks: 0,
        }
    };
    (0..count).map(cell).collect()
}

/// A batch of so many LRPs, instances of the processes of a foundation of `cells` cells.
#[must_use]
pub fn batch(count: u32, cells: u32, lrps_per_cell: u32) -> Auctions {
    let processes = (cells * lrps_per_cell / 4).max(1);
    let lrp = |number: u32| {
        let process = scatter(number) % processes;
        let auction = LrpAuction {
            process: ProcessIx(process),
            index: i32::from(!number.is_multiple_of(3)),
            memory_mb: memory_mb(process) / 4,
            disk_mb: 512,
            constraint: ConstraintIx(0),
        };
        Queued { auction, queued_at: Time::ZERO }
    };
    Auctions { lrps: (0..count).map(lrp).collect(), tasks: Vec::new() }
}

/// 64 MiB to 2 GiB; each size is half as frequent as the one below it.
fn memory_mb(process: u32) -> i32 {
    64 << scatter(process).trailing_ones().min(5)
}

/// Spreads neighbouring numbers over all numbers (the multiplier is 2^32 over the golden ratio).
const fn scatter(number: u32) -> u32 {
    number.wrapping_mul(0x9e37_79b9).rotate_right(15)
}
