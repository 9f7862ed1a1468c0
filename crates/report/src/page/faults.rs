//! What failed in the run that is shown, and what followed.

use maud::{Markup, html};
use rivera_sim::{FaultReport, Happened};

use super::chart::DataTable;
use crate::figures::{count, duration};

/// A table of the faults, open; nothing if nothing failed.
pub(super) fn table(faults: &FaultReport) -> Markup {
    if faults.happened.is_empty() {
        return html! {};
    }
    let rows = DataTable {
        headings: vec!["fault", "cells", "at", "lasts", "instances lost", "all ran after", "downtime"],
        rows: faults.happened.iter().map(row).collect(),
    };
    html! {
        h3 { "Faults" }
        p.muted { "What failed, and the instances that vanished with it." }
        (rows.open())
    }
}

fn row(fault: &Happened) -> Vec<String> {
    let lost = |text: String| if fault.instances > 0 { text } else { String::new() };
    vec![
        fault.kind.as_str().to_owned(),
        fault.cells.join(", "),
        duration(fault.began_s),
        fault.lasts_s.map(duration).unwrap_or_default(),
        lost(count(fault.instances)),
        lost(fault.all_ran_after_s.map_or_else(|| "never".to_owned(), duration)),
        lost(duration(fault.downtime_s)),
    ]
}
