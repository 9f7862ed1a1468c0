//! The terminal that a table is written for.

/// What a terminal can show. The caller finds out; nothing here asks the environment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Terminal {
    /// Columns of text. Tables that need more are cut into several, one under the other.
    pub width: usize,
    /// Whether to write ANSI styles.
    pub colour: bool,
}

impl Terminal {
    /// Text for a file or a pipe: 100 columns, no styles.
    pub const PLAIN: Self = Self { width: 100, colour: false };

    /// `text` as a heading.
    pub(crate) fn heading(self, text: &str) -> String {
        if self.colour { format!("\u{1b}[1m{text}\u{1b}[0m") } else { text.to_owned() }
    }
}

/// Other people's text without control characters: a name must not be able to move the cursor or change colours.
pub(crate) fn harmless(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { char::REPLACEMENT_CHARACTER } else { c }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_cannot_write_escape_sequences() {
        assert_eq!(harmless("prod\u{1b}[2J\r\n\u{9b}1m"), "prod\u{fffd}[2J\u{fffd}\u{fffd}\u{fffd}1m");
        assert_eq!(harmless("Zürich ☁"), "Zürich ☁");
    }

    #[test]
    fn styles_are_written_only_when_asked_for() {
        assert_eq!(Terminal::PLAIN.heading("a"), "a");
        assert_eq!(Terminal { colour: true, ..Terminal::PLAIN }.heading("a"), "\u{1b}[1ma\u{1b}[0m");
    }
}
