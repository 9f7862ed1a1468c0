//! Figures as people write them, with three digits.

/// A time in the unit that suits it.
pub(crate) fn time(ns: f64) -> String {
    let (figure, unit) = match ns {
        ns if ns < 1e3 => (ns, "ns"),
        ns if ns < 1e6 => (ns / 1e3, "us"),
        ns if ns < 1e9 => (ns / 1e6, "ms"),
        ns => (ns / 1e9, "s"),
    };
    format!("{} {unit}", number(figure))
}

/// A number with three digits, or all before its point, in groups.
pub(crate) fn number(figure: f64) -> String {
    let decimals = match figure.abs() {
        size if size >= 99.95 => 0,
        size if size >= 9.995 => 1,
        _ => 2,
    };
    let text = format!("{figure:.decimals$}");
    let (whole, fraction) = text.split_once('.').unwrap_or((&text, ""));
    let fraction = fraction.trim_end_matches('0');
    let point = if fraction.is_empty() { "" } else { "." };
    format!("{}{point}{fraction}", in_groups(whole))
}

/// Of a large number only the first three digits are known well enough to be printed.
pub(crate) fn rounded(figure: f64) -> String {
    if figure < 1e3 {
        return number(figure);
    }
    let unit = 10_f64.powf(figure.log10().floor() - 2.0);
    number((figure / unit).round() * unit)
}

/// A whole number with all its digits.
pub(crate) fn grouped(number: u64) -> String {
    in_groups(&number.to_string())
}

fn in_groups(digits: &str) -> String {
    let mut text = String::new();
    for (position, digit) in digits.chars().enumerate() {
        let left = digits.len() - position;
        if position > 0 && left.is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_has_the_unit_that_suits_it() {
        let times = [4.456, 298.4, 1_000.0, 49_300.0, 96_000_000.0, 2_500_000_000.0];
        assert_eq!(times.map(time), ["4.46 ns", "298 ns", "1 us", "49.3 us", "96 ms", "2.5 s"]);
    }

    #[test]
    fn large_numbers_stand_in_groups() {
        assert_eq!([0.0, 99.96, 6_912_345.0, 50_000.0].map(number), ["0", "100", "6,912,345", "50,000"]);
        assert_eq!([71_963.0, 6_912_345.0, 812.4, 0.25].map(rounded), ["72,000", "6,910,000", "812", "0.25"]);
    }
}
