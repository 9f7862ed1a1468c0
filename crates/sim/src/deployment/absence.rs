//! How often something was away, and for how long: what is known of it afterwards.

use rivera_model::{Span, Time};
use serde::{Deserialize, Serialize};

/// Something that is there or away.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Absence {
    since: Option<Time>,
    times: u32,
    total: Span,
    longest: Span,
}

/// How often and how long something was away.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
pub struct Downtime {
    /// How often.
    pub times: u32,
    /// In all.
    pub total_s: f64,
    /// At a stretch.
    pub longest_s: f64,
}

impl Absence {
    /// It is away from `now` on, or there again. Whether that is news.
    pub(crate) fn set(&mut self, now: Time, is_away: bool) -> bool {
        match (self.since, is_away) {
            (None, true) => {
                self.since = Some(now);
                self.times += 1;
                true
            }
            (Some(since), false) => {
                let took = now.since(since);
                self.since = None;
                // What took no time was no absence.
                self.times -= u32::from(took == Span::ZERO);
                self.total += took;
                self.longest = self.longest.max(took);
                true
            }
            _ => false,
        }
    }

    pub(crate) const fn is_away(&self) -> bool {
        self.since.is_some()
    }

    /// What it came to until `now`.
    pub(crate) fn downtime(mut self, now: Time) -> Downtime {
        self.set(now, false);
        Downtime {
            times: self.times,
            total_s: self.total.as_secs_f64(),
            longest_s: self.longest.as_secs_f64(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stretches_add_up_and_an_open_one_ends_at_the_end() {
        let at = |secs: u64| Time::from_ms(secs * 1_000);
        let mut absence = Absence::default();
        assert!(absence.set(at(1), true) && !absence.set(at(2), true) && absence.set(at(4), false));
        assert!(!absence.is_away() && absence.set(at(10), true));
        assert_eq!(absence.downtime(at(15)), Downtime { times: 2, total_s: 8.0, longest_s: 5.0 });
    }
}
