//! What stdout and stderr can show.

use std::ffi::OsStr;
use std::io::IsTerminal;

use rivera_report::Terminal;

/// Narrower than this nothing can be read.
const LEAST_WIDTH: usize = 40;

/// As wide as `COLUMNS` says, else as the terminal is, else as text for a file or a pipe.
pub(crate) fn terminal() -> Terminal {
    let is_terminal = std::io::stdout().is_terminal();
    let size = || terminal_size::terminal_size().map(|(columns, _)| usize::from(columns.0));
    let width = wanted_width().or_else(|| size().filter(|_| is_terminal));
    Terminal {
        width: width.unwrap_or(Terminal::PLAIN.width),
        colour: is_terminal && is_colour_wanted() && !is_dumb(),
    }
}

/// Whether what is told on stderr may have colours.
pub(crate) fn has_stderr_colour() -> bool {
    std::io::stderr().is_terminal() && is_colour_wanted() && !is_dumb()
}

/// Whether the terminal says that it can neither colour text nor move its cursor.
pub(crate) fn is_dumb() -> bool {
    std::env::var_os("TERM").as_deref() == Some(OsStr::new("dumb"))
}

/// An empty `NO_COLOR` counts as none.
fn is_colour_wanted() -> bool {
    std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty())
}

/// What is no number is no wish.
fn wanted_width() -> Option<usize> {
    let width: usize = std::env::var("COLUMNS").ok()?.trim().parse().ok()?;
    (width > 0).then(|| width.max(LEAST_WIDTH))
}
