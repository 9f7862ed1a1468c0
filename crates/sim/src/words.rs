//! Words for people.

/// The word for so many of a thing: `cell` or `cells`, `process` or `processes`.
#[must_use]
pub fn plural(number: u64, thing: &str) -> String {
    let end = match number {
        1 => "",
        _ if thing.ends_with('s') => "es",
        _ => "s",
    };
    format!("{thing}{end}")
}

/// `1 cell`, `2 cells`.
#[must_use]
pub fn many(number: usize, thing: &str) -> String {
    format!("{number} {}", plural(number as u64, thing))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_is_single_and_none_is_many() {
        assert_eq!([0, 1, 2].map(|number| many(number, "cell")), ["0 cells", "1 cell", "2 cells"]);
        assert_eq!([1, 2].map(|number| many(number, "process")), ["1 process", "2 processes"]);
    }
}
