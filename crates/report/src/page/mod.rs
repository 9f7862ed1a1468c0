//! The comparison as one HTML page that stands alone: no network, no other file, no scripts but its own.

mod answer;
mod axis;
mod cascades;
mod chart;
mod comparing;
mod course;
mod extras;
mod faults;
mod gantt;
mod heat_map;
mod inputs;
mod refusals;
mod scripts;
mod settings;
mod spread;
mod thin;
mod trade_off;
mod upgrade;
mod zones;

use maud::{DOCTYPE, Markup, PreEscaped, html};
use rivera_experiment::Comparison;

use crate::summary;

pub use extras::{Extras, FoundBy, Note};

const STYLE: &str = include_str!("../../assets/style.css");

/// The page: the answer first, then the settings side by side, the course of one run, and what went in.
///
/// All names are escaped, and a content security policy forbids the browser any request and any script but those that
/// the page was written with.
#[must_use]
pub fn html(comparison: &Comparison, extras: &Extras<'_>) -> String {
    let page = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                // It governs what follows it, so it comes before everything else.
                meta http-equiv="Content-Security-Policy" content=(scripts::policy());
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                meta name="generator" content={ "rivera " (env!("CARGO_PKG_VERSION")) };
                title { "Roll-out of " (comparison.fleet.name) }
                style { (PreEscaped(STYLE)) }
            }
            body {
                (header(comparison))
                main {
                    (answer::section(comparison, extras))
                    (settings::section(comparison))
                    (comparing::section(comparison))
                    (course::section(comparison, extras))
                    (extras::findings(extras.findings))
                    (inputs::section(comparison))
                }
                footer { "Simulated by rivera " (env!("CARGO_PKG_VERSION")) "." }
                (scripts::elements())
            }
        }
    };
    page.into_string()
}

fn header(comparison: &Comparison) -> Markup {
    html! {
        header {
            p.eyebrow { "Roll-out, simulated" }
            h1 { (comparison.fleet.name) }
            p.muted { (summary::fleet(&comparison.fleet)) }
        }
    }
}
