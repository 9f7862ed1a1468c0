//! What a node of the tournament says about the cells below it.
//!
//! The score of an item of `m` MiB memory and `d` MiB disk on a cell is the base of the cell - the score of an item of 0 MiB - plus
//! `m / (3 total memory) + d / (3 total disk)`, up to rounding. So the least base plus the least growth ([`Rates`]) bounds
//! the scores below a node from below.
//!
//! Rounding: the parts of a base are at most [`MAX_PART`] in magnitude, or the cell is not in the tree. An item that fits is no larger than
//! what is left, so its parts are no larger either. A score and a bound are sums of less than 32 such parts and roundings of
//! 2^-53 of at most 2^20 each: they differ from the real value by less than [`MARGIN`] together.

use super::cells::NO_CELL;
use crate::score::Room;
use crate::{Item, Problems};

/// The largest magnitude of a part of a base: a used fraction, the weighted starts, the weighted index, the tasks.
pub(super) const MAX_PART: u32 = 262_144;

/// By how much a bound may be above a score that it bounds, because of rounding: 2^-28.
pub(super) const MARGIN: f64 = 1.0 / 268_435_456.0;

/// A summary of the cells below a node, or of one cell.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Node {
    /// The least base.
    pub(super) base: f64,
    /// The least base of a cell that is not in the same state as the winner.
    pub(super) second: f64,
    /// The first cell of those with the least base.
    pub(super) winner: u32,
    /// The most memory that is left on a cell, for an LRP without the cell's proxy memory.
    pub(super) memory_mb: i32,
    /// The most disk that is left on a cell.
    pub(super) disk_mb: i32,
    /// The most containers that are left on a cell.
    pub(super) containers: i32,
}

impl Node {
    /// Nothing is below.
    pub(super) const VACANT: Self = Self {
        base: f64::INFINITY,
        second: f64::INFINITY,
        winner: NO_CELL,
        memory_mb: i32::MIN,
        disk_mb: i32::MIN,
        containers: i32::MIN,
    };

    /// What is lacking on every cell below.
    pub(super) const fn lacks(&self, need: &Need) -> Problems {
        Problems {
            containers: self.containers < 1,
            disk: self.disk_mb < need.disk_mb,
            memory: self.memory_mb < need.memory_mb,
        }
    }
}

/// By how much a score grows at least with what an item takes. It depends on the totals of cells alone, which no placement changes.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Rates {
    /// For each MiB of memory, rounded down.
    memory: f32,
    /// For each MiB of disk, rounded down.
    disk: f32,
}

impl Rates {
    /// Nothing is below.
    pub(super) const VACANT: Self = Self { memory: f32::MAX, disk: f32::MAX };

    /// The rates of a cell with totals above zero.
    pub(super) fn of(total: Room) -> Self {
        let rate = |total: i64| rounded_down(1.0 / total as f64 / 3.0);
        Self { memory: rate(total.memory_mb), disk: rate(total.disk_mb) }
    }

    /// The rates that hold here and there.
    pub(super) const fn least(self, other: Self) -> Self {
        Self { memory: self.memory.min(other.memory), disk: self.disk.min(other.disk) }
    }

    /// What an item adds to a base at least.
    pub(super) fn growth(self, need: &Need) -> f64 {
        need.memory * f64::from(self.memory) + need.disk * f64::from(self.disk)
    }
}

#[expect(clippy::cast_possible_truncation, reason = "the nearest of less precision, corrected downwards")]
fn rounded_down(rate: f64) -> f32 {
    let nearest = rate as f32;
    if f64::from(nearest) > rate { nearest.next_down() } else { nearest }
}

/// What an item takes, if the bounds hold for it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Need {
    memory_mb: i32,
    disk_mb: i32,
    memory: f64,
    disk: f64,
}

impl Need {
    /// The need of an item, or none for a negative one, which fits where nothing is left.
    pub(super) fn of(item: &Item) -> Option<Self> {
        let (memory_mb, disk_mb) = (item.memory_mb(), item.disk_mb());
        let bounded = memory_mb >= 0 && disk_mb >= 0;
        bounded.then(|| Self { memory_mb, disk_mb, memory: memory_mb.into(), disk: disk_mb.into() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rate_is_never_rounded_up() {
        for total in 1..10_000 {
            let rate = 1.0 / f64::from(total) / 3.0;
            let rounded = f64::from(rounded_down(rate));
            assert!(rounded <= rate && rounded > rate * (1.0 - 1e-6));
        }
    }
}
