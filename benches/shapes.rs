//! Shapes of foundations and batches that are hard on a placement.

use rivera_auction::{Auctions, CellState, Item, LrpAuction, TaskAuction};
use rivera_model::{ConstraintIx, ProcessIx, TaskIx};

/// The items of a batch, in the order of placement.
#[must_use]
pub fn items(auctions: Auctions) -> Vec<Item> {
    auctions.in_order().into_iter().map(|queued| queued.auction).collect()
}

/// One app of so many instances.
#[must_use]
pub fn one_app(instances: i32) -> Vec<Item> {
    (0..instances).map(|index| Item::Lrp(lrp(0, index, 64, 512))).collect()
}

/// So many tasks of 64 MiB to 1 GiB.
#[must_use]
pub fn tasks(count: u32) -> Vec<Item> {
    let task = |number| TaskAuction {
        task: TaskIx(number),
        memory_mb: 64 << (number % 5),
        disk_mb: 512,
        constraint: ConstraintIx(0),
    };
    (0..count).map(|number| Item::Task(task(number))).collect()
}

/// So many instances of the mix of Diego's stress tests: of 25, 13 with 32 MiB, 11 with 128 MiB and 1 with 1 GiB. Every
/// process has one or two.
#[must_use]
pub fn stress_mix(count: u32) -> Vec<Item> {
    let memory_mb = |number: u32| match number % 25 {
        0..13 => 32,
        13..24 => 128,
        _ => 1_024,
    };
    (0..count).map(|number| Item::Lrp(lrp(number * 2 / 3, 0, memory_mb(number), 100))).collect()
}

/// Leaves room for the smallest items at most on all cells but every `nth`; on none if there is no such number.
#[must_use]
pub fn full(mut cells: Vec<CellState>, nth: Option<usize>) -> Vec<CellState> {
    for (number, cell) in cells.iter_mut().enumerate() {
        if nth.is_none_or(|nth| number % nth != 0) {
            cell.available.memory_mb = 40;
        }
    }
    cells
}

/// Gives the cells so many different sizes.
#[must_use]
pub fn sizes(mut cells: Vec<CellState>, sizes: i32) -> Vec<CellState> {
    for (number, cell) in (0..).zip(&mut cells) {
        // Steps that have no factor in common with the number of sizes mix large and small, and memory with disk.
        let (memory, disk) = (number * 7_919 % sizes, number * 6_007 % sizes);
        for resources in [&mut cell.available, &mut cell.total] {
            resources.memory_mb += memory * (32_768 / sizes).max(1);
            resources.disk_mb += disk * (131_072 / sizes).max(1);
        }
    }
    cells
}

const fn lrp(process: u32, index: i32, memory_mb: i32, disk_mb: i32) -> LrpAuction {
    LrpAuction { process: ProcessIx(process), index, memory_mb, disk_mb, constraint: ConstraintIx(0) }
}
