//! Which cells take part in an auction (A.4).

/// How often all cells are asked, in all, while no cell at all is usable.
pub const FETCH_ROUNDS: u32 = 4;

/// What is made of a cell's answer to `GET /state`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Fetched {
    /// The cell takes part, in the zone that its state names.
    Usable,
    /// The request failed.
    Failed,
    /// The cell is evacuating.
    Evacuating,
    /// Another cell answered.
    IdMismatch,
}

/// Classifies an answer. `answer` is the cell id and the evacuating flag of the state, or `None` if the request
/// failed. An empty cell id is accepted; evacuating is looked at before the id.
#[must_use]
pub fn classify(registered_id: &str, answer: Option<(&str, bool)>) -> Fetched {
    match answer {
        None => Fetched::Failed,
        Some((_, true)) => Fetched::Evacuating,
        Some((id, false)) if id.is_empty() || id == registered_id => Fetched::Usable,
        Some(_) => Fetched::IdMismatch,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_are_classified_in_the_order_of_diego() {
        assert_eq!(classify("a", None), Fetched::Failed);
        assert_eq!(classify("a", Some(("a", false))), Fetched::Usable);
        assert_eq!(classify("a", Some(("", false))), Fetched::Usable);
        assert_eq!(classify("a", Some(("b", false))), Fetched::IdMismatch);
        assert_eq!(classify("a", Some(("b", true))), Fetched::Evacuating);
    }
}
