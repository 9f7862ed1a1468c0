//! What the planner's rules found, for people and for programs, and the page of each rule.

mod explain;
mod json;
mod list;

pub use explain::{error_list, error_page, rule_list, rule_page};
pub use json::findings_json;
pub use list::findings_list;
