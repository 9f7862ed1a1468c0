//! What stdout can show.

use std::io::IsTerminal;

use rivera_report::Terminal;

/// Narrower than this nothing can be read.
const LEAST_WIDTH: usize = 40;

/// As wide as `COLUMNS` says, else as the terminal is, else as text for a file or a pipe.
pub(crate) fn terminal() -> Terminal {
    let is_terminal = std::io::stdout().is_terminal();
    let no_color = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
    let size = || terminal_size::terminal_size().map(|(columns, _)| usize::from(columns.0));
    let width = wanted_width().or_else(|| size().filter(|_| is_terminal));
    Terminal { width: width.unwrap_or(Terminal::PLAIN.width), colour: is_terminal && !no_color }
}

/// What is no number is no wish.
fn wanted_width() -> Option<usize> {
    let width: usize = std::env::var("COLUMNS").ok()?.trim().parse().ok()?;
    (width > 0).then(|| width.max(LEAST_WIDTH))
}
