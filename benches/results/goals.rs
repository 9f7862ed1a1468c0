//! `benches/goals.toml`: which benchmarks there are, what each of them does in words, and what is wanted of it.

use std::collections::BTreeSet;

use serde::Deserialize;

use crate::measured::AllMeasured;

/// The whole file.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Goals {
    #[serde(rename = "subject")]
    pub(crate) subjects: Vec<Subject>,
}

/// The benchmarks of one file.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Subject {
    pub(crate) title: String,
    /// The name of the file in `benches/benches`; none if it is not criterion that measures.
    pub(crate) bench: Option<String>,
    /// How it was measured, in whole sentences.
    pub(crate) how: String,
    #[serde(rename = "row")]
    pub(crate) rows: Vec<Row>,
}

/// One benchmark.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Row {
    /// Its id, as the harness prints it.
    pub(crate) id: String,
    /// What it does, in words.
    pub(crate) work: String,
    /// What Diego takes for the same work, in Go.
    pub(crate) go_ns: Option<f64>,
    #[serde(default)]
    pub(crate) goals: Vec<Goal>,
    /// What is to be said about it, for example why a goal is missed.
    pub(crate) remark: Option<String>,
}

/// What is wanted of a benchmark. What is compared are medians.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub(crate) enum Goal {
    /// Nanoseconds an element, or an iteration if the benchmark states no elements.
    AtMostNs(f64),
    /// Elements a second.
    AtLeastPerS(f64),
    /// So many times the time of another row: the price of a hard case, or of growth.
    AtMostTimes { of: String, times: f64 },
    /// So many times faster than another row.
    TimesFaster { than: String, times: f64 },
    /// So many times faster than `go_ns`.
    TimesFasterThanGo(f64),
}

/// What is wrong with the file.
#[derive(Debug, PartialEq, thiserror::Error)]
pub(crate) enum GoalsError {
    #[error("{0}")]
    NotGoals(#[from] toml::de::Error),
    #[error("the row {0:?} is there twice")]
    Twice(String),
    #[error("the row {row:?} is compared with {other:?}, which is no row")]
    NoSuchRow { row: String, other: String },
    #[error("the row {0:?} has a goal beside Go, but no go_ns")]
    NoGoTime(String),
    #[error("the benchmark {0:?} has no row; give it one in goals.toml")]
    NoRow(String),
}

impl Goals {
    pub(crate) fn parse(text: &str) -> Result<Self, GoalsError> {
        let goals: Self = toml::from_str(text)?;
        let mut ids = BTreeSet::new();
        if let Some(row) = goals.rows().find(|row| !ids.insert(row.id.as_str())) {
            return Err(GoalsError::Twice(row.id.clone()));
        }
        for row in goals.rows() {
            for goal in &row.goals {
                match goal {
                    Goal::AtMostTimes { of: other, .. } | Goal::TimesFaster { than: other, .. }
                        if !ids.contains(other.as_str()) =>
                    {
                        return Err(GoalsError::NoSuchRow { row: row.id.clone(), other: other.clone() });
                    }
                    Goal::TimesFasterThanGo(_) if row.go_ns.is_none() => {
                        return Err(GoalsError::NoGoTime(row.id.clone()));
                    }
                    _ => {}
                }
            }
        }
        Ok(goals)
    }

    /// Every benchmark that ran must have a row. A row without a benchmark is shown as not measured.
    pub(crate) fn cover(&self, all: &AllMeasured) -> Result<(), GoalsError> {
        let ids: BTreeSet<_> = self.rows().map(|row| row.id.as_str()).collect();
        let without = all.keys().find(|id| !ids.contains(id.as_str()));
        without.map_or(Ok(()), |id| Err(GoalsError::NoRow(id.clone())))
    }

    fn rows(&self) -> impl Iterator<Item = &Row> {
        self.subjects.iter().flat_map(|subject| &subject.rows)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::measured::Measured;

    fn parse(rows: &str) -> Result<Goals, GoalsError> {
        let subject = "[[subject]]\ntitle = \"T\"\nbench = \"b\"\nhow = \"h\"\n";
        Goals::parse(&format!("{subject}{rows}"))
    }

    fn row(id: &str, goal: &str) -> String {
        format!("[[subject.row]]\nid = \"{id}\"\nwork = \"w\"\ngoals = [{goal}]\n")
    }

    #[test]
    fn the_goals_of_the_project_are_good() {
        Goals::parse(include_str!("../goals.toml")).unwrap();
    }

    #[test]
    fn a_row_is_there_once() {
        let error = parse(&(row("a", "") + &row("a", ""))).unwrap_err();
        assert_eq!(error, GoalsError::Twice("a".to_owned()));
    }

    #[test]
    fn what_a_goal_compares_with_is_there() {
        for goal in [
            "{ at_most_times = { of = \"b\", times = 2 } }",
            "{ times_faster = { than = \"b\", times = 2 } }",
        ] {
            let error = parse(&row("a", goal)).unwrap_err();
            assert_eq!(error, GoalsError::NoSuchRow { row: "a".to_owned(), other: "b".to_owned() });
            parse(&(row("a", goal) + &row("b", ""))).unwrap();
        }
        let error = parse(&row("a", "{ times_faster_than_go = 5 }")).unwrap_err();
        assert_eq!(error, GoalsError::NoGoTime("a".to_owned()));
    }

    #[test]
    fn a_goal_of_an_unknown_kind_is_refused() {
        let error = parse(&row("a", "{ at_most_minutes = 5 }")).unwrap_err();
        assert!(error.to_string().contains("unknown variant `at_most_minutes`"), "{error}");
    }

    #[test]
    fn a_benchmark_without_a_row_is_an_error_and_a_row_without_a_benchmark_is_none() {
        let goals = parse(&(row("a", "") + &row("b", ""))).unwrap();
        let measured = |id: &str| AllMeasured::from([(id.to_owned(), Measured::Instructions(1))]);
        assert_eq!(goals.cover(&measured("a")), Ok(()));
        assert_eq!(goals.cover(&measured("c")), Err(GoalsError::NoRow("c".to_owned())));
    }
}
