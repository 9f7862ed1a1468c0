//! The filter of stale events (E.2).

use rivera_lifecycle::Tag;

/// Whether an event with this tag is newer than what is known.
pub(crate) fn is_news(known: Option<Tag>, tag: Tag) -> bool {
    known.is_none_or(|known| known.epoch != tag.epoch || known.index < tag.index)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tag_is_news_if_nothing_was_known_or_the_epoch_differs_or_the_index_is_greater() {
        let tag = |epoch, index| Tag { epoch, index };
        assert!(is_news(None, tag(1, 0)));
        assert!(is_news(Some(tag(1, 7)), tag(2, 0)));
        assert!(is_news(Some(tag(1, 7)), tag(1, 8)));
        assert!(!is_news(Some(tag(1, 7)), tag(1, 7)));
        assert!(!is_news(Some(tag(1, 7)), tag(1, 6)));
    }
}
