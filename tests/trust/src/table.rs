//! Tables and paragraphs in Markdown.

use std::fmt::{Display, Formatter, Result};

/// Rows under their headings.
pub(crate) struct Table {
    headings: usize,
    lines: Vec<String>,
}

impl Table {
    pub(crate) fn new<const N: usize>(headings: [&str; N]) -> Self {
        let rule = vec!["---"; N].join("|");
        Self { headings: N, lines: vec![line(&headings.map(str::to_owned)), format!("|{rule}|")] }
    }

    /// # Panics
    /// If the row has another number of cells than there are headings.
    pub(crate) fn row(&mut self, cells: &[String]) {
        assert_eq!(cells.len(), self.headings, "a cell under each heading: {cells:?}");
        self.lines.push(line(cells));
    }
}

/// A paragraph in lines of the book's length.
pub(crate) fn paragraph(text: &str) -> String {
    let options = textwrap::Options::new(138).word_splitter(textwrap::WordSplitter::NoHyphenation);
    textwrap::fill(text, options.break_words(false)) + "\n"
}

fn line(cells: &[String]) -> String {
    format!("| {} |", cells.join(" | "))
}

impl Display for Table {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        self.lines.iter().try_for_each(|line| writeln!(f, "{line}"))
    }
}
