//! Durations as Go writes them: `5s`, `1m30s`, `500ms`.

use rivera_model::Span;

/// Microseconds of each unit; the two-letter units come first, because `m` begins `ms`.
const UNITS: [(&str, u64); 6] =
    [("ms", 1_000), ("us", 1), ("µs", 1), ("h", 3_600_000_000), ("m", 60_000_000), ("s", 1_000_000)];

/// Reads a duration of whole numbers with units; `0` needs none.
pub(crate) fn parse(text: &str) -> Result<Span, String> {
    if text == "0" {
        return Ok(Span::ZERO);
    }
    parts(text).map(Span).ok_or_else(|| format!("{text:?} is not a duration such as 5s or 1m30s"))
}

fn parts(mut rest: &str) -> Option<u64> {
    let mut sum: Option<u64> = None;
    while !rest.is_empty() {
        let digits = rest.find(|symbol: char| !symbol.is_ascii_digit())?;
        let amount: u64 = rest[..digits].parse().ok()?;
        let (unit, micros) = UNITS.iter().find(|(unit, _)| rest[digits..].starts_with(unit))?;
        sum = Some(sum.unwrap_or_default().checked_add(amount.checked_mul(*micros)?)?);
        rest = &rest[digits + unit.len()..];
    }
    sum
}

/// Writes a duration in the coarsest unit that holds it exactly.
pub(crate) fn text(span: Span) -> String {
    match span.0 {
        micros if micros % 1_000_000 == 0 => format!("{}s", micros / 1_000_000),
        micros if micros % 1_000 == 0 => format!("{}ms", micros / 1_000),
        micros => format!("{micros}us"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn durations_are_read_as_go_reads_them() {
        assert_eq!(parse("5s"), Ok(Span::from_secs(5)));
        assert_eq!(parse("1m30s"), Ok(Span::from_secs(90)));
        assert_eq!(parse("2h1ms"), Ok(Span(7_200_001_000)));
        assert_eq!(parse("0"), Ok(Span::ZERO));
        for wrong in ["", "5", "s", "5 s", "-5s", "5x", "99999999999999999999s", "18446744073709551615h"] {
            assert_eq!(parse(wrong), Err(format!("{wrong:?} is not a duration such as 5s or 1m30s")));
        }
    }

    proptest! {
        #[test]
        fn what_is_written_reads_the_same(micros: u64) {
            prop_assert_eq!(parse(&text(Span(micros))), Ok(Span(micros)));
        }
    }
}
