//! A recommendation: the setting to use, why, and how to set it.

mod apply;
mod elsewhere;
mod json;
mod markdown;
mod notes;
mod risk;
mod sections;
mod text;
mod words;

use rivera_experiment::Plan;
use rivera_experiment::recommend::{Binding, Found, Goal, Places, Risk, Sensitivity};
use rivera_sim::Scenario;

pub use json::json as recommendation_json;
pub use markdown::markdown as recommendation_markdown;
pub use text::text as recommendation_text;

/// Everything that a recommendation is told from.
pub struct Recommended<'a> {
    /// What was tried.
    pub plan: &'a Plan,
    /// The values of each setting, in the order of the plan.
    pub values: &'a [Vec<String>],
    /// What was asked for.
    pub goal: &'a Goal,
    /// What was found.
    pub found: &'a Found,
    /// What may go wrong with the answer, if there is one.
    pub risk: Option<&'a Risk>,
    /// What holds the answer up, what matters most first; empty without an answer.
    pub binds: &'a [Binding],
    /// What changes it; nothing if that was not tried.
    pub sensitivity: Option<&'a [Sensitivity]>,
    /// The two throttles of the answer, if there is one.
    pub setting: Option<rivera_sim::Setting>,
    /// Where they are set.
    pub places: &'a Places,
    /// The scenario of the answer; without an answer that of no setting.
    pub scenario: &'a Scenario,
    /// Runs that the search took.
    pub runs: usize,
}
