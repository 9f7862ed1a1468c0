//! What went in, and what the words mean.

use maud::{Markup, html};
use rivera_experiment::Comparison;

use crate::figures::count;
use crate::summary;

pub(super) fn section(comparison: &Comparison) -> Markup {
    html! {
        section #inputs { h2 { "Inputs" } (fleet(comparison)) (scenario(comparison)) }
        section #terms { h2 { "Terms" } (terms(comparison)) }
        noscript { p { "The charts need scripts; the tables hold the same data." } }
    }
}

fn fleet(comparison: &Comparison) -> Markup {
    let fleet = &comparison.fleet;
    let seeds: Vec<String> = comparison.seeds.iter().map(u64::to_string).collect();
    html! {
        dl.facts {
            dt { "Foundation" } dd { (fleet.name) }
            dt { "Cells" } dd { (count(fleet.cells)) }
            @for (zone, cells) in &fleet.zones { dt.sub { (zone) } dd { (count(*cells)) } }
            dt { "Processes" } dd { (count(fleet.processes)) }
            dt { "Instances" } dd { (count(fleet.instances)) }
            dt { "Memory used" } dd { (fleet.memory_used_percent) "%" }
            dt { "Seeds" } dd { (seeds.join(", ")) }
        }
    }
}

fn scenario(comparison: &Comparison) -> Markup {
    html! { details { summary { "Scenario" } pre { code { (comparison.scenario_toml) } } } }
}

fn terms(comparison: &Comparison) -> Markup {
    html! {
        dl.terms {
            dt { "max in flight" } dd { "Cells updated at once in a zone." }
            dt { "max starts" } dd { "Containers that may be starting at once in the whole foundation." }
            @for metric in summary::metrics(comparison) { dt { (metric.title) } dd { (metric.help) } }
        }
    }
}
