//! A figure over several seeds.

/// Its median, least and greatest.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Spread {
    pub(crate) median: f64,
    pub(crate) least: f64,
    pub(crate) greatest: f64,
}

impl Spread {
    /// # Panics
    /// If there is no value.
    pub(crate) fn of(values: impl IntoIterator<Item = f64>) -> Self {
        let mut values: Vec<f64> = values.into_iter().collect();
        values.sort_by(f64::total_cmp);
        let last = values.len() - 1;
        let median = f64::midpoint(values[last / 2], values[values.len() / 2]);
        Self { median, least: values[0], greatest: values[last] }
    }

    /// `median (least–greatest)`, or one figure where they would be written alike.
    pub(crate) fn show(self, figure: impl Fn(f64) -> String) -> String {
        let [median, least, greatest] = [self.median, self.least, self.greatest].map(figure);
        if least == greatest { median } else { format!("{median} ({least}–{greatest})") }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_spread_is_shown_with_its_range_unless_it_has_none() {
        let whole = |value: f64| format!("{value:.0}");
        assert_eq!(Spread::of([3.0, 1.0, 8.0]).show(whole), "3 (1–8)");
        assert_eq!(Spread::of([4.0, 1.0]).median, 2.5);
        assert_eq!(Spread::of([1.1, 0.9]).show(whole), "1");
    }
}
