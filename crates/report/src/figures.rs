//! Figures written for people: `2h 48m`, `16,231`, `1.37`.

use rivera_experiment::Stat;
use rivera_sim::{Unit, plural};

const MINUTE_S: f64 = 60.0;
const HOUR_S: f64 = 60.0 * MINUTE_S;
const DAY_S: f64 = 24.0 * HOUR_S;

/// A value of the given unit.
#[must_use]
pub fn figure(unit: Unit, value: f64) -> String {
    match unit {
        Unit::Seconds => duration(value),
        Unit::Count => median_count(value),
        Unit::Ratio => format!("{value:.2}"),
    }
}

/// `least–greatest`, or nothing if all runs agree on what would be written.
pub(crate) fn range(unit: Unit, stat: &Stat) -> Option<String> {
    let (min, max) = (figure(unit, stat.min), figure(unit, stat.max));
    (min != max).then(|| format!("{min}–{max}"))
}

/// A duration in its two greatest units. Below ten seconds, where starts of containers lie, tenths are shown.
pub(crate) fn duration(seconds: f64) -> String {
    let tenths = (seconds * 10.0).round() / 10.0;
    if tenths < 10.0 && tenths.fract() != 0.0 {
        return format!("{tenths:.1}s");
    }
    // Each step rounds to what it shows before it is split, so that 59.6 minutes never become "60m".
    let whole_s = seconds.round();
    if whole_s < MINUTE_S {
        return format!("{whole_s:.0}s");
    }
    if whole_s < HOUR_S {
        return two_units(whole_s, MINUTE_S, 'm', 1.0, 's');
    }
    let whole_m_s = (seconds / MINUTE_S).round() * MINUTE_S;
    if whole_m_s < 2.0 * DAY_S {
        return two_units(whole_m_s, HOUR_S, 'h', MINUTE_S, 'm');
    }
    two_units((seconds / HOUR_S).round() * HOUR_S, DAY_S, 'd', HOUR_S, 'h')
}

fn two_units(seconds: f64, large_s: f64, large: char, small_s: f64, small: char) -> String {
    let rest = (seconds % large_s / small_s).round();
    let whole = group(&format!("{:.0}", (seconds / large_s).floor()));
    if rest == 0.0 { format!("{whole}{large}") } else { format!("{whole}{large} {rest:02.0}{small}") }
}

/// A number of things, its thousands apart.
pub(crate) fn count(number: impl Into<u64>) -> String {
    group(&number.into().to_string())
}

/// A quantity without its fraction, its thousands apart.
pub(crate) fn whole(value: f64) -> String {
    group(&format!("{:.0}", value.round()))
}

/// `1 run`, `3 runs`
pub(crate) fn many(number: impl TryInto<u64>, thing: &str) -> String {
    let number = number.try_into().unwrap_or(u64::MAX);
    format!("{} {}", count(number), plural(number, thing))
}

/// The median of an even number of runs can lie between two numbers, and expected numbers are seldom whole.
fn median_count(value: f64) -> String {
    // Rounded to what is shown before it is split, so that 8.97 never becomes "8.10".
    let tenths = (value * 10.0).round();
    let whole = group(&format!("{:.0}", (tenths / 10.0).trunc()));
    if tenths % 10.0 == 0.0 { whole } else { format!("{whole}.{:.0}", tenths % 10.0) }
}

fn group(digits: &str) -> String {
    let mut grouped = String::with_capacity(digits.len() + digits.len() / 3);
    for (position, digit) in digits.chars().enumerate() {
        if position > 0 && (digits.len() - position).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn durations_have_at_most_two_units() {
        for (seconds, text) in [
            (0.0, "0s"),
            (0.04, "0s"),
            (3.44, "3.4s"),
            (9.96, "10s"),
            (59.4, "59s"),
            (59.6, "1m"),
            (61.0, "1m 01s"),
            (600.0, "10m"),
            (3599.6, "1h"),
            (3600.0, "1h"),
            (10_080.0, "2h 48m"),
            (172_799.0, "2d"),
            (777_600.0 + 7200.0, "9d 02h"),
            (86_400_000.0, "1,000d"),
        ] {
            assert_eq!(duration(seconds), text, "{seconds} s");
        }
    }

    #[test]
    fn counts_are_grouped_by_thousands() {
        for (value, text) in [
            (0.0, "0"),
            (0.04, "0"),
            (7.0, "7"),
            (2.5, "2.5"),
            (8.97, "9"),
            (999.0, "999"),
            (999.96, "1,000"),
            (1000.0, "1,000"),
            (16_231.5, "16,231.5"),
        ] {
            assert_eq!(figure(Unit::Count, value), text);
        }
        assert_eq!(count(1_234_567_u32), "1,234,567");
        assert_eq!(many(1, "run"), "1 run");
        assert_eq!(many(1200, "run"), "1,200 runs");
        assert_eq!([many(1, "process"), many(2, "process")], ["1 process", "2 processes"]);
    }

    #[test]
    fn a_range_that_reads_the_same_at_both_ends_is_left_out() {
        let stat = |min, max| Stat { key: "duration_s", median: min, min, max };
        assert_eq!(range(Unit::Seconds, &stat(60.0, 60.3)), None);
        assert_eq!(range(Unit::Seconds, &stat(60.0, 90.0)), Some("1m–1m 30s".to_owned()));
    }

    proptest! {
        #[test]
        fn no_part_of_a_duration_overflows_into_the_next(seconds in 0.0..1e7_f64) {
            let text = duration(seconds);
            prop_assert!(!text.contains("60s") && !text.contains("60m") && !text.contains(" 24h"), "{}", text);
        }

        #[test]
        fn commas_are_all_that_a_count_adds(value in 0_u32..) {
            prop_assert_eq!(count(value).replace(',', ""), value.to_string());
        }
    }
}
