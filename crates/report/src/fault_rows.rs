//! Faults as rows of a table, for a terminal and for the page.

use rivera_sim::Happened;

use crate::figures::{count, duration};

/// Headings of [`cells`].
pub(crate) const HEADINGS: [&str; 7] =
    ["fault", "cells", "at", "lasts", "instances lost", "all ran after", "downtime"];

/// One fault, with its cells as they are to be written. Where nothing was lost nothing is said of it.
pub(crate) fn cells(fault: &Happened, hit: String) -> Vec<String> {
    let when_lost = |text: String| if fault.instances > 0 { text } else { String::new() };
    vec![
        fault.kind.as_str().to_owned(),
        hit,
        duration(fault.began_s),
        fault.lasts_s.map(duration).unwrap_or_default(),
        when_lost(count(fault.instances)),
        when_lost(fault.all_ran_after_s.map_or_else(|| "never".to_owned(), duration)),
        when_lost(duration(fault.downtime_s)),
    ]
}
