//! Crashes that followed each other in the run that is shown (I-8, B.11).

use maud::{Markup, html};
use rivera_sim::Cascade;

use super::chart::DataTable;
use crate::cascade_rows;

/// A table of the cascades, open; nothing if there was none.
pub(super) fn table(cascades: &[Cascade]) -> Markup {
    if cascades.is_empty() {
        return html! {};
    }
    let row =
        |(number, cascade): (u64, &Cascade)| cascade_rows::cells(number, cascade, cascade.first.cell.clone());
    let rows =
        DataTable { headings: cascade_rows::HEADINGS.to_vec(), rows: (1..).zip(cascades).map(row).collect() };
    html! {
        h3 { "Cascades of crashes" }
        p.muted {
            "Crashes of healthy apps that followed each other: how long, on how many cells, how many of the instances did not run \
             again, and whether they died out; then the first one, and what was short, away or failing when it came."
        }
        (rows.open())
    }
}
