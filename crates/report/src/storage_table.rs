//! What the file storage of a run did, for a terminal.

use rivera_sim::StorageUse;

use crate::figures::{count, whole};
use crate::grid::{Emphasis, Grid};

/// Why the estimate is another one than that of the planner's rule `storage-load`.
pub(crate) const OF_MEANS: &str = "The estimate is of mean cells and this fleet's droplets; that of `rivera check` is of the \
                                   fullest cells, and of droplets of one size.";

/// Its totals, beside what operators reckon with (G.2); no row of a storage of which nothing was asked.
pub(crate) fn storage(it: &StorageUse) -> Grid {
    let mut grid = Grid::of_words(1, &["what it did", ""]);
    if it.operations == 0 {
        return grid;
    }
    let mb = |value: f64| format!("{} MB", whole(value));
    let percent = |share: f64| format!("{:.0} %", share * 100.0);
    let rows = [
        ("sent in all", mb(it.moved_mb)),
        ("most sent in a second", mb(it.peak_mb_per_s)),
        ("to be sent at once, by the operators' estimate", mb(it.estimate_at_once_mb)),
        ("share of the downloads' time in which it was their limit", percent(it.held_by_storage_share)),
        ("requests whether a cached file is still the same", count(it.conditional_requests)),
        ("read operations, those requests included", count(it.operations)),
    ];
    for (what, value) in rows {
        grid.row(Emphasis::Plain, vec![what.to_owned(), value]);
    }
    grid
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::terminal::Terminal;

    #[test]
    fn a_storage_has_its_totals_beside_the_estimate() {
        let used = StorageUse {
            moved_mb: 12_345.4,
            peak_mb_per_s: 99.6,
            operations: 3_000,
            conditional_requests: 7,
            estimate_at_once_mb: 20_500.0,
            held_by_storage_share: 0.123,
            held_by_network_share: 0.4,
        };
        let text = storage(&used).render(Terminal::PLAIN);
        for shown in ["12,345 MB", "100 MB", "20,500 MB", "12 %", "3,000\n", "  7\n"] {
            assert!(text.contains(shown), "{shown:?} is not in\n{text}");
        }
    }

    #[test]
    fn a_storage_that_sent_nothing_still_answered() {
        let asked = StorageUse { operations: 1, conditional_requests: 1, ..StorageUse::default() };
        assert!(!storage(&asked).is_empty());
        assert!(storage(&StorageUse::default()).is_empty());
    }
}
