//! Of settings that are about equally good, the gentlest.

/// What differs by less than this share is about the same.
pub(crate) const ABOUT_THE_SAME: f64 = 0.02;

/// Of the settings with about the least value the one with the least peak; of such the one with the least value, the first of
/// equals.
pub(crate) fn gentlest(
    among: &[usize],
    value: impl Fn(usize) -> f64,
    peak: impl Fn(usize) -> f64,
) -> Option<usize> {
    let least = among.iter().map(|&it| value(it)).min_by(f64::total_cmp)?;
    let about_as_good = among.iter().copied().filter(|&it| value(it) <= least * (1.0 + ABOUT_THE_SAME));
    about_as_good.min_by(|&a, &b| peak(a).total_cmp(&peak(b)).then(value(a).total_cmp(&value(b))))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_little_more_is_taken_for_a_lower_peak_and_not_much_more() {
        let (values, peaks) = ([102.0, 100.0, 101.0, 103.0], [5.0, 9.0, 5.0, 1.0]);
        let of = |among: &[usize]| gentlest(among, |it| values[it], |it| peaks[it]);
        assert_eq!(of(&[0, 1, 2, 3]), Some(2), "the last is 3 % more, the first no lower than the third");
        assert_eq!(of(&[0, 1]), Some(0));
        assert_eq!(of(&[]), None);
    }
}
