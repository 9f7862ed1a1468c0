//! The greeting: a new emitter asks for a router each second, and gives up after thirty tries (E.3).

use rivera_model::{Span, Time};

use super::windows::Windows;

/// Between two greetings.
const EVERY: Span = Span::from_secs(1);
/// Greetings of one process.
const TRIES: u64 = 30;

/// How a greeting went.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Greeted {
    /// When a router answered.
    pub(crate) at: Time,
    /// Processes that ended before with `attempted to greet 'router' 30 times without success`. Each is taken to be
    /// restarted at once.
    pub(crate) gave_up: u64,
}

/// When a process that begins at `start` is answered, NATS being away in these windows.
pub(crate) fn greeted(start: Time, nats_away: &Windows) -> Greeted {
    let mut tries = 0;
    loop {
        let at = start + Span(tries * EVERY.0);
        let Some(window) = nats_away.at(at) else { return Greeted { at, gave_up: tries / TRIES } };
        tries += window.until.since(at).0.div_ceil(EVERY.0);
    }
}

#[cfg(test)]
mod tests {
    use super::super::windows::Window;
    use super::*;

    #[test]
    fn greetings_come_each_second_and_thirty_in_vain_end_a_process() {
        let mut away = Windows::default();
        away.add(Window { from: Time::from_ms(5_000), until: Time::from_ms(65_500) });
        let at = |ms| greeted(Time::from_ms(ms), &away);
        assert_eq!(at(4_999), Greeted { at: Time::from_ms(4_999), gave_up: 0 });
        assert_eq!(at(65_100), Greeted { at: Time::from_ms(66_100), gave_up: 0 });
        assert_eq!(at(36_000), Greeted { at: Time::from_ms(66_000), gave_up: 1 });
        assert_eq!(at(5_000), Greeted { at: Time::from_ms(66_000), gave_up: 2 });
    }
}
