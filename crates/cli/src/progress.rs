//! One progress bar with the time left, on stderr, only on a terminal.

use std::io::IsTerminal;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::terminal::is_dumb;

/// A bar for so many runs; it shows nothing unless stderr is a terminal that can draw one.
pub(crate) fn bar(runs: usize) -> ProgressBar {
    let target = if std::io::stderr().is_terminal() && !is_dumb() {
        ProgressDrawTarget::stderr()
    } else {
        ProgressDrawTarget::hidden()
    };
    let bar = ProgressBar::with_draw_target(Some(runs as u64), target);
    let style = ProgressStyle::with_template("{bar:32} {pos}/{len} runs, {eta} left")
        .expect("the template is a constant that is tested by every run on a terminal");
    bar.set_style(style);
    bar.tick();
    bar
}
