//! Whether a goal is met, and by how much it is missed.

use std::fmt;

use crate::goals::{Goal, Row};
use crate::measured::AllMeasured;
use crate::units::{number, rounded, time};

/// What became of a goal.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Verdict {
    /// The goal in words.
    pub(crate) goal: String,
    pub(crate) outcome: Outcome,
    /// The ratio or the rate that the goal is about; none if it is about the figure itself.
    pub(crate) reached: Option<String>,
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { goal: _, outcome, reached } = self;
        write!(f, "{outcome}")?;
        reached.as_ref().map_or(Ok(()), |reached| write!(f, ": {reached}"))
    }
}

/// Whether a goal is met.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Outcome {
    Met,
    /// How many times too much or too little it was, above one.
    Missed(f64),
    /// A benchmark that the goal needs did not run.
    Unknown,
}

impl Outcome {
    fn of(too_much: f64) -> Self {
        if too_much > 1.0 { Self::Missed(too_much) } else { Self::Met }
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Met => f.write_str("met"),
            Self::Missed(times) if *times < 2.0 => write!(f, "missed by {:.0} %", (times - 1.0) * 100.0),
            Self::Missed(times) => write!(f, "missed by {} times", number(*times)),
            Self::Unknown => f.write_str("not measured"),
        }
    }
}

/// Judges a goal of a row.
pub(crate) fn judge(row: &Row, goal: &Goal, all: &AllMeasured) -> Verdict {
    let figure = |id: &str| all.get(id).and_then(|measured| measured.median_ns());
    let own = figure(&row.id);
    let faster = |other: Option<f64>| other.zip(own).map(|(other, own)| other / own);
    match goal {
        Goal::AtMostNs(most) => Verdict::at_most(&time(*most), own, *most),
        Goal::AtLeastPerS(least) => {
            let rate = own.map(|ns| 1e9 / ns);
            Verdict::at_least(&format!("{} a second", number(*least)), rate, *least, "a second")
        }
        Goal::AtMostTimes { of, times } => {
            let ratio = own.zip(figure(of)).map(|(own, other)| own / other);
            let words = format!("times `{of}`");
            let verdict = Verdict::at_most(&format!("{} {words}", number(*times)), ratio, *times);
            Verdict { reached: ratio.map(|ratio| format!("{} {words}", number(ratio))), ..verdict }
        }
        Goal::TimesFaster { than, times } => {
            let words = format!("times faster than `{than}`");
            Verdict::at_least(&format!("{} {words}", number(*times)), faster(figure(than)), *times, &words)
        }
        Goal::TimesFasterThanGo(times) => {
            let words = "times faster than Go";
            Verdict::at_least(&format!("{} {words}", number(*times)), faster(row.go_ns), *times, words)
        }
    }
}

impl Verdict {
    fn at_most(most_in_words: &str, figure: Option<f64>, most: f64) -> Self {
        let outcome = figure.map_or(Outcome::Unknown, |figure| Outcome::of(figure / most));
        Self { goal: format!("at most {most_in_words}"), outcome, reached: None }
    }

    fn at_least(goal: &str, figure: Option<f64>, least: f64, words: &str) -> Self {
        let outcome = figure.map_or(Outcome::Unknown, |figure| Outcome::of(least / figure));
        let reached = figure.map(|figure| format!("{} {words}", rounded(figure)));
        Self { goal: format!("at least {goal}"), outcome, reached }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::measured::Measured;

    /// The goal and its verdict.
    fn judged(goal: &Goal) -> [String; 2] {
        let all = [("own", 300.0), ("other", 100.0)]
            .map(|(id, ns)| (id.to_owned(), Measured::Time { median_ns: ns, least_ns: 1.0 }))
            .into();
        let go_ns = Some(21_445_000.0);
        let row = Row { id: "own".to_owned(), work: String::new(), go_ns, goals: vec![], remark: None };
        let verdict = judge(&row, goal, &all);
        [verdict.goal.clone(), verdict.to_string()]
    }

    #[test]
    fn a_time_is_held_against_the_median() {
        assert_eq!(judged(&Goal::AtMostNs(300.0)), ["at most 300 ns", "met"]);
        assert_eq!(judged(&Goal::AtMostNs(200.0)), ["at most 200 ns", "missed by 50 %"]);
        assert_eq!(judged(&Goal::AtMostNs(100.0)), ["at most 100 ns", "missed by 3 times"]);
    }

    #[test]
    fn ratios_are_of_one_run() {
        let at_most = |of: &str, times| judged(&Goal::AtMostTimes { of: of.to_owned(), times });
        assert_eq!(at_most("other", 3.0), ["at most 3 times `other`", "met: 3 times `other`"]);
        assert_eq!(at_most("other", 2.5), ["at most 2.5 times `other`", "missed by 20 %: 3 times `other`"]);
        assert_eq!(at_most("gone", 2.5), ["at most 2.5 times `gone`", "not measured"]);
        assert_eq!(
            judged(&Goal::TimesFaster { than: "other".to_owned(), times: 0.25 }),
            ["at least 0.25 times faster than `other`", "met: 0.33 times faster than `other`"]
        );
        assert_eq!(
            judged(&Goal::TimesFasterThanGo(50_000.0)),
            ["at least 50,000 times faster than Go", "met: 71,500 times faster than Go"]
        );
    }

    #[test]
    fn a_rate_is_to_be_reached() {
        assert_eq!(
            judged(&Goal::AtLeastPerS(5e6)),
            ["at least 5,000,000 a second", "missed by 50 %: 3,330,000 a second"]
        );
    }
}
