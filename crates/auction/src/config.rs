//! The three numbers that an operator sets (A.15).

/// Configuration of the auction. Values are taken as they are; nothing is refused.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Config {
    /// What each starting container of a cell adds to the cell's score (A.8).
    pub starting_container_weight: f64,
    /// What each step of a cell's index adds to its score (A.8); 0 is off.
    pub bin_pack_first_fit_weight: f64,
    /// How many containers may be starting at a time in the foundation (A.6); 0 or less is unlimited.
    pub max_starts: i64,
}

impl Config {
    /// Whether one more may start while `starting` are starting (A.6).
    pub(crate) fn allows_start(&self, starting: u64) -> bool {
        match u64::try_from(self.max_starts) {
            Ok(maximum) if maximum > 0 => starting < maximum,
            _ => true,
        }
    }
}

impl Default for Config {
    /// Diego's defaults: weight 0.25, no bin-packing, no limit (A.15).
    fn default() -> Self {
        Self { starting_container_weight: 0.25, bin_pack_first_fit_weight: 0.0, max_starts: 0 }
    }
}
