//! Counts beside those that are to be held.

use std::collections::BTreeMap;
use std::fmt;

/// A count may be above the one that is held by this part of it: compilers and allocators move it a little.
const TOLERANCE: f64 = 0.05;

/// What became of a count.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Change {
    Held {
        held: u64,
        now: u64,
    },
    /// Above what is tolerated.
    Grown {
        held: u64,
        now: u64,
    },
    /// As far below: to be written down, so that it is not lost again.
    Fallen {
        held: u64,
        now: u64,
    },
    /// There is no count to hold.
    New(u64),
}

/// Compares the counts, by subject.
pub(crate) fn compare(
    held: &BTreeMap<String, u64>,
    counted: &BTreeMap<String, u64>,
) -> Vec<(String, Change)> {
    let change = |(name, &now): (&String, &u64)| {
        let change = held.get(name).map_or(Change::New(now), |&held| change(held, now));
        (name.clone(), change)
    };
    counted.iter().map(change).collect()
}

fn change(held: u64, now: u64) -> Change {
    match part(held, now) {
        part if part > TOLERANCE => Change::Grown { held, now },
        part if part < -TOLERANCE => Change::Fallen { held, now },
        _ => Change::Held { held, now },
    }
}

/// By which part of `held` the count is above it.
#[expect(clippy::cast_precision_loss, reason = "counts are far below 2^52")]
fn part(held: u64, now: u64) -> f64 {
    (now as f64 - held as f64) / held as f64
}

impl fmt::Display for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (held, now, words) = match *self {
            Self::New(now) => {
                return write!(
                    f,
                    "{now:9} instructions, never written down: `make instructions-held` does it"
                );
            }
            Self::Held { held, now } => (held, now, "held"),
            Self::Grown { held, now } => (held, now, "TOO MANY"),
            Self::Fallen { held, now } => (held, now, "fewer: `make instructions-held` writes them down"),
        };
        write!(f, "{now:9} instructions, {:+.1} % beside {held}: {words}", part(held, now) * 100.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counts(counts: &[(&str, u64)]) -> BTreeMap<String, u64> {
        counts.iter().map(|(name, count)| ((*name).to_owned(), *count)).collect()
    }

    #[test]
    fn a_count_may_be_five_percent_off() {
        let changes = [94, 95, 100, 105, 106].map(|now| change(100, now));
        assert_eq!(
            changes,
            [
                Change::Fallen { held: 100, now: 94 },
                Change::Held { held: 100, now: 95 },
                Change::Held { held: 100, now: 100 },
                Change::Held { held: 100, now: 105 },
                Change::Grown { held: 100, now: 106 },
            ]
        );
    }

    #[test]
    fn a_subject_without_a_count_is_new() {
        let found = compare(&counts(&[("a", 10)]), &counts(&[("a", 10), ("b", 7)]));
        let held = Change::Held { held: 10, now: 10 };
        assert_eq!(found, [("a".to_owned(), held), ("b".to_owned(), Change::New(7))]);
    }

    #[test]
    fn the_change_is_told_in_percent() {
        assert_eq!(change(1_000, 1_100).to_string(), "     1100 instructions, +10.0 % beside 1000: TOO MANY");
    }
}
