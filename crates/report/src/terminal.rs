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
    /// Text for a file or a pipe: 80 columns, which every window and every mail shows, no styles.
    pub const PLAIN: Self = Self { width: 80, colour: false };

    /// `text` as a heading.
    pub(crate) fn heading(self, text: &str) -> String {
        if self.colour { format!("\u{1b}[1m{text}\u{1b}[0m") } else { text.to_owned() }
    }

    /// `text` in lines that begin with `indent` and fit, the last one ended.
    pub(crate) fn paragraph(self, text: &str, indent: &str) -> String {
        self.lines(text, indent, indent)
    }

    /// `text` as an item of a list.
    pub(crate) fn item(self, text: &str) -> String {
        self.lines(text, "  - ", "    ")
    }

    fn lines(self, text: &str, first_indent: &str, indent: &str) -> String {
        // Codes and options keep their hyphens in one line.
        let options = textwrap::Options::new(self.width)
            .initial_indent(first_indent)
            .subsequent_indent(indent)
            .word_separator(textwrap::WordSeparator::AsciiSpace)
            .word_splitter(textwrap::WordSplitter::NoHyphenation)
            .wrap_algorithm(textwrap::WrapAlgorithm::FirstFit);
        textwrap::fill(text, options) + "\n"
    }
}

/// Other people's text without what controls a terminal: a name must not be able to move the cursor, change colours,
/// break a line or turn the direction of writing.
pub(crate) fn harmless(text: &str) -> String {
    let controls = |c: char| {
        c.is_control()
            || matches!(c, '\u{2028}' | '\u{2029}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    text.chars().map(|c| if controls(c) { char::REPLACEMENT_CHARACTER } else { c }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_cannot_write_escape_sequences() {
        assert_eq!(harmless("prod\u{1b}[2J\r\n\u{9b}1m"), "prod\u{fffd}[2J\u{fffd}\u{fffd}\u{fffd}1m");
        assert_eq!(harmless("a\u{2028}b\u{202e}c"), "a\u{fffd}b\u{fffd}c");
        assert_eq!(harmless("Zürich ☁"), "Zürich ☁");
    }

    #[test]
    fn styles_are_written_only_when_asked_for() {
        assert_eq!(Terminal::PLAIN.heading("a"), "a");
        assert_eq!(Terminal { colour: true, ..Terminal::PLAIN }.heading("a"), "\u{1b}[1ma\u{1b}[0m");
    }
}
