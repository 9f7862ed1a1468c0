//! Every setting with every seed, and which of them is best: what `rivera compare` does.

mod best;
mod every_setting;
mod harm;
mod results;
mod verdict;

pub use best::starts_caveat;
pub use every_setting::Experiment;
pub use results::{Comparison, SettingResult, Stat};
