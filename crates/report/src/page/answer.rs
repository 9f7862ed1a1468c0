//! The answer: which setting, what it costs, why, and what to be warned of.

use maud::{Markup, html};
use rivera_experiment::{Comparison, SettingResult};
use rivera_sim::METRICS;

use super::extras::{self, Extras, FoundBy};
use crate::figures::{figure, range};
use crate::summary;

/// The figures that decide, shown large.
const DECISIVE: [&str; 4] = ["duration_s", "instance_downtime_s", "apps_down", "evacuation_timeouts"];

pub(super) fn section(comparison: &Comparison, extras: &Extras<'_>) -> Markup {
    let best = comparison.best.and_then(|best| comparison.settings.get(best));
    let mut warnings = extras.warnings.clone();
    warnings.extend(summary::warnings(comparison));
    html! {
        section #answer {
            @match best {
                Some(result) if result.is_without_harm() || extras.found_by == FoundBy::Search => {
                    (recommendation("Recommended", result))
                },
                Some(result) => { (recommendation("None is without harm: the least downtime", result)) },
                None => { h2 { "No setting can be recommended" } },
            }
            (aside("Risk", &extras.risks))
            @if !comparison.reasons.is_empty() {
                ul.reasons { @for reason in &comparison.reasons { li { (reason) } } }
            }
            (extras::notes(&extras.notes))
            (aside("Warnings", &warnings))
        }
    }
}

/// What must not be overlooked.
fn aside(heading: &str, sentences: &[String]) -> Markup {
    html! {
        @if !sentences.is_empty() {
            aside {
                h3 { (heading) }
                ul { @for sentence in sentences { li { (sentence) } } }
            }
        }
    }
}

fn recommendation(heading: &str, result: &SettingResult) -> Markup {
    html! {
        h2.eyebrow { (heading) }
        p.setting {
            span { span.key { "max_in_flight" } " " b { (result.setting.max_in_flight) } }
            span { span.key { "max_starts" } " " b { (result.setting.max_starts) } }
        }
        dl.tiles {
            @for (metric, stat) in METRICS.iter().zip(&result.stats) {
                @if DECISIVE.contains(&metric.key) {
                    div title=(metric.help) {
                        dt { (metric.title) }
                        dd { (figure(metric.unit, stat.median)) }
                        @if result.runs.len() > 1 {
                            dd.range { (range(metric.unit, stat).unwrap_or_else(|| "in every run".to_owned())) }
                        }
                    }
                }
            }
        }
    }
}
