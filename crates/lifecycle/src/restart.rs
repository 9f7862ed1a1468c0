//! When a crashed instance is started again (C.4).

use rivera_model::{Span, Time};

/// Crashes in a row below which an instance is restarted at once.
pub const IMMEDIATE_RESTARTS: u32 = 3;

/// Crashes in a row from which on an instance is never restarted.
pub const MAX_CRASHES: u32 = 200;

/// An instance that ran longer than this begins to count its crashes anew.
pub(crate) const CRASH_RESET: Span = Span::from_secs(5 * 60);

const FIRST_BACKOFF: Span = Span::from_secs(30);
const MAX_DOUBLINGS: u32 = 5;

/// When an instance that crashed for the `crash_count`th time in a row at `since` may start again; `None`: never.
#[must_use]
pub fn restart_at(crash_count: u32, since: Time) -> Option<Time> {
    match crash_count {
        0..IMMEDIATE_RESTARTS => Some(since),
        IMMEDIATE_RESTARTS..MAX_CRASHES => {
            let doublings = (crash_count - IMMEDIATE_RESTARTS).min(MAX_DOUBLINGS);
            Some(since + Span(FIRST_BACKOFF.0 << doublings))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_wait_doubles_up_to_sixteen_minutes_and_ends_at_two_hundred_crashes() {
        let wait = |count| {
            restart_at(count, Time::from_ms(7)).map(|due| due.since(Time::from_ms(7)).as_ms() / 1_000)
        };
        let waits = [0, 2, 3, 4, 5, 6, 7, 8, 9, 199, 200].map(wait);
        let [m1, m2, m4, m8, m16] = [1, 2, 4, 8, 16].map(|minutes| Some(minutes * 60));
        assert_eq!(waits, [Some(0), Some(0), Some(30), m1, m2, m4, m8, m16, m16, m16, None]);
    }
}
