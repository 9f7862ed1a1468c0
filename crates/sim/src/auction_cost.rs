//! What deciding takes, by who decides.

use rivera_model::Span;

use crate::scenario::AuctionCost;

/// Microseconds a placement of the Go scheduler, batches of 2,000, at 0, 50 and 200 LRPs a cell, by cells.
/// Measured on 2 cores of a virtual machine with Go 1.25.5; the recordings' README has the table.
const GO_US: [(f64, [f64; 3]); 5] = [
    (100.0, [131.0, 158.0, 280.0]),
    (500.0, [667.0, 960.0, 3_308.0]),
    (1_250.0, [1_904.0, 5_651.0, 13_181.0]),
    (5_000.0, [7_164.0, 21_445.0, 58_816.0]),
    (10_000.0, [26_702.0, 50_768.0, 136_399.0]),
];

/// LRPs a cell of the columns of [`GO_US`].
const GO_LRPS: [f64; 3] = [0.0, 50.0, 200.0];

/// Nanoseconds of Rivera's index: for every LRP on the fetched cells, to build it, and for every placement.
/// Measured by `make bench` (`placement`), see `benches/RESULTS.md`; rounded up.
const RIVERA_NS: (f64, f64) = (80.0, 400.0);

impl AuctionCost {
    /// Time to place `items` on `cells` cells that hold `lrps` LRPs in all.
    #[expect(clippy::cast_precision_loss, reason = "far below 2^53")]
    pub(crate) fn of(self, items: usize, cells: usize, lrps: u64) -> Span {
        let (items, cells, lrps) = (items as f64, cells as f64, lrps as f64);
        if cells == 0.0 {
            return Span::ZERO;
        }
        match self {
            Self::None => Span::ZERO,
            Self::Go => crate::random::distribution::secs(items * go_us(cells, lrps / cells) / 1e6),
            Self::Rivera => {
                crate::random::distribution::secs((RIVERA_NS.0 * lrps + RIVERA_NS.1 * items) / 1e9)
            }
        }
    }
}

/// Linear between the measured points, proportional to the cells below the first and above the last.
fn go_us(cells: f64, lrps_a_cell: f64) -> f64 {
    let row = |(_, us): &(f64, [f64; 3])| {
        let column = usize::from(lrps_a_cell > GO_LRPS[1]);
        let share = (lrps_a_cell - GO_LRPS[column]) / (GO_LRPS[column + 1] - GO_LRPS[column]);
        us[column] + share * (us[column + 1] - us[column])
    };
    let above = GO_US.iter().position(|(measured, _)| cells <= *measured);
    match above {
        Some(0) => row(&GO_US[0]) * cells / GO_US[0].0,
        Some(above) => {
            let (low, high) = (&GO_US[above - 1], &GO_US[above]);
            let share = (cells - low.0) / (high.0 - low.0);
            row(low) + share * (row(high) - row(low))
        }
        None => {
            let last = &GO_US[GO_US.len() - 1];
            row(last) * cells / last.0
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_measured_points_are_met() {
        assert!((go_us(1_250.0, 50.0) - 5_651.0).abs() < 1e-9);
        assert!((go_us(5_000.0, 200.0) - 58_816.0).abs() < 1e-9);
        assert_eq!(AuctionCost::Go.of(2_000, 1_250, 62_500).as_ms(), 11_302);
    }

    #[test]
    fn between_and_beyond_them_the_cost_grows() {
        assert!(go_us(250.0, 60.0) > go_us(100.0, 60.0) && go_us(250.0, 60.0) < go_us(500.0, 60.0));
        assert!(go_us(50.0, 50.0) < go_us(100.0, 50.0));
        assert!(go_us(20_000.0, 50.0) > go_us(10_000.0, 50.0));
        assert!(go_us(1_250.0, 300.0) > go_us(1_250.0, 200.0));
        assert_eq!(AuctionCost::Go.of(10, 0, 0), Span::ZERO);
    }
}
