//! The table of rules.

use rivera_limiter::Severity;

use super::finding::{Evidence, Finding};
use super::plan::Plan;
use super::{apps, capacity, components, starts, storage, surplus, throttle};

/// A rule of the planner: what it looks for, and the texts that explain what it finds.
#[derive(Debug)]
pub struct Rule {
    /// A name for programs and for `rivera explain`, which does not change.
    pub code: &'static str,
    /// How bad what it finds is: an error takes something down, a warning may, a note is good to know.
    pub severity: Severity,
    /// What it looks for, in half a sentence.
    pub title: &'static str,
    /// Why that matters: a paragraph or two.
    pub why: &'static str,
    /// What to do about it, in a sentence.
    pub remedy: &'static str,
    /// The rules that it follows, and the published document that states them.
    pub source: &'static str,
    pub(super) find: fn(&Plan<'_>) -> Vec<Evidence>,
}

impl PartialEq for Rule {
    fn eq(&self, other: &Self) -> bool {
        self.code == other.code
    }
}

/// Every rule, by what it is about.
pub static RULES: [&Rule; 27] = [
    &throttle::NOT_A_NUMBER,
    &throttle::OUT_OF_BOUNDS,
    &throttle::ALL_AT_ONCE,
    &throttle::TOO_LARGE,
    &throttle::ZONE_AT_ONCE,
    &throttle::QUORUM_LOST,
    &throttle::QUORUM_AT_RISK,
    &throttle::EVEN_QUORUM,
    &throttle::PERCENT_OF_ZONE,
    &throttle::CANNOT_BE_SET,
    &components::SINGLE_INSTANCE,
    &components::UNHEALTHY_MYSQL,
    &components::WINDOWS_LAST,
    &capacity::TOO_LITTLE_ROOM,
    &capacity::ZONE_TOO_FULL,
    &starts::NO_START_LIMIT,
    &starts::STARTS_IN_WAVES,
    &starts::WAVES_OUTLAST_EVACUATION,
    &starts::SHORT_EVACUATION,
    &starts::CROWDED_CELLS,
    &storage::INTERNAL_STORAGE,
    &storage::STORAGE_LOAD,
    &storage::STORAGE_TOO_SLOW,
    &apps::RECREATE_APPS,
    &apps::SINGLE_INSTANCE_APPS,
    &apps::TASKS_NOT_MOVED,
    &surplus::SURPLUS_CELLS,
];

/// What all rules find, the worst first, and within a severity in the order of the table.
#[must_use]
pub fn check(plan: &Plan<'_>) -> Vec<Finding> {
    let of =
        |rule: &'static Rule| (rule.find)(plan).into_iter().map(move |evidence| Finding { rule, evidence });
    let mut findings: Vec<Finding> = RULES.iter().flat_map(|rule| of(rule)).collect();
    findings.sort_by_key(|finding| std::cmp::Reverse(finding.severity()));
    findings
}

impl Rule {
    /// The rule of this code.
    #[must_use]
    pub fn of_code(code: &str) -> Option<&'static Self> {
        RULES.iter().copied().find(|rule| rule.code == code)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_rule_has_a_code_of_its_own_and_all_its_texts() {
        let codes: BTreeSet<&str> = RULES.iter().map(|rule| rule.code).collect();
        assert_eq!(codes.len(), RULES.len());
        for rule in RULES {
            let Rule { code, title, why, remedy, source, .. } = rule;
            assert!(code.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-'), "{code}");
            assert!(title.len() > 20 && !title.ends_with('.'), "{code}: {title}");
            assert!(why.len() > 100 && why.ends_with('.'), "{code}: {why}");
            assert!(remedy.len() > 20 && !remedy.ends_with('.'), "{code}: {remedy}");
            assert!(source.contains(": ") || source.contains('('), "{code}: {source}");
        }
    }

    #[test]
    fn a_rule_is_found_by_its_code() {
        assert!(RULES.iter().all(|rule| Rule::of_code(rule.code) == Some(rule)));
        assert_eq!(Rule::of_code("nothing"), None);
    }
}
