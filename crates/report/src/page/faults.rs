//! What failed in the run that is shown, and what followed.

use maud::{Markup, html};
use rivera_sim::FaultReport;

use super::chart::DataTable;
use crate::fault_rows;

/// A table of the faults, open; nothing if nothing failed.
pub(super) fn table(faults: &FaultReport) -> Markup {
    if faults.happened.is_empty() {
        return html! {};
    }
    let rows = DataTable {
        headings: fault_rows::HEADINGS.to_vec(),
        rows: faults.happened.iter().map(|fault| fault_rows::cells(fault, fault.cells.join(", "))).collect(),
    };
    html! {
        h3 { "Faults" }
        p.muted { "What failed, and the instances that vanished with it." }
        (rows.open())
    }
}
