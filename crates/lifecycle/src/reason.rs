//! The limit on stored texts: crash reasons and placement errors (C.3, C.11.4).

use std::borrow::Cow;

/// From this length on, in bytes, a text is cut.
pub const REASON_LIMIT_BYTES: usize = 1024;

const MARK: &str = "(truncated)";

/// The text as it is stored: cut with a mark if it has [`REASON_LIMIT_BYTES`] or more.
///
/// The cut is made at a byte. Where it would fall inside a character the whole character goes: the database of
/// the original refuses such a text, and with it the crash; a kernel that never sees texts cannot, and should not.
#[must_use]
pub fn truncate_reason(text: &str) -> Cow<'_, str> {
    if text.len() < REASON_LIMIT_BYTES {
        return Cow::Borrowed(text);
    }
    let kept = text.floor_char_boundary(REASON_LIMIT_BYTES - MARK.len());
    Cow::Owned(format!("{}{MARK}", &text[..kept]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_of_1023_bytes_stays_and_one_of_1024_is_cut_to_1024() {
        let text = "x".repeat(1024);
        assert_eq!(truncate_reason(&text[..1023]), &text[..1023]);
        assert_eq!(truncate_reason(&text), format!("{}(truncated)", &text[..1013]));
    }

    #[test]
    fn a_character_is_never_cut_in_two() {
        let text = "é".repeat(600);
        assert_eq!(truncate_reason(&text), format!("{}(truncated)", "é".repeat(506)));
    }
}
