//! Parts of the scenario that are switched off, so that a figure of them is not a measured 0.

use crate::outcome::metric::{METRICS, Metric};
use crate::scenario::Scenario;

/// A part of the scenario that has a switch.
struct Switched {
    /// Its table.
    table: &'static str,
    /// Whether it would be simulated here, and is switched off.
    is_off: fn(&Scenario) -> bool,
    /// Keys of the figures that say nothing without it.
    figures: &'static [&'static str],
}

/// Faults are not among them: they are off where none is planned, and [`crate::warnings`] tells of those that are dropped.
const PARTS: [Switched; 7] = [
    Switched { table: "load", is_off: |it| !it.load.enabled, figures: &["peak_cell_load"] },
    Switched {
        table: "network",
        is_off: |it| !it.network.enabled,
        figures: &["peak_network_load", "held_by_network_share"],
    },
    Switched { table: "storage", is_off: |it| !it.storage.enabled, figures: &["storage_peak_mb_per_s"] },
    Switched { table: "platform_service", is_off: |it| !it.platform_service.enabled, figures: &[] },
    Switched {
        table: "staging",
        is_off: |it| !it.staging.enabled,
        figures: &["failed_pushes", "push_p99_s"],
    },
    Switched {
        table: "routes",
        is_off: |it| !it.routes.enabled,
        figures: &["route_p99_s", "route_404s", "route_502s", "requests_without_router"],
    },
    Switched {
        table: "cloud_controller",
        is_off: |it| it.upgrade.enabled && !it.cloud_controller.enabled,
        figures: &["job_load_failures", "jobs_expired", "job_delay_max_s"],
    },
];

/// Tables of the scenario by which containers that start at once slow something down. No source of their constants is
/// public.
const SLOWING: [&str; 4] = ["load", "network", "storage", "platform_service"];

impl Scenario {
    /// Whether a figure of this scenario's runs is of something that they simulate; those of the whole upgrade, of faults and
    /// of restarts are told by [`Metric::applies`].
    #[must_use]
    pub fn simulates(&self, metric: &Metric) -> bool {
        !off(self).any(|part| part.figures.contains(&metric.key))
    }

    /// Tables by which starts slow the platform down, that are on and those that are off.
    #[must_use]
    pub fn slowing_tables(&self) -> (Vec<&'static str>, Vec<&'static str>) {
        SLOWING.into_iter().partition(|table| !off(self).any(|part| part.table == *table))
    }
}

fn off(scenario: &Scenario) -> impl Iterator<Item = &'static Switched> {
    PARTS.iter().filter(|part| (part.is_off)(scenario))
}

/// What is switched off, and which figures therefore say nothing.
pub(crate) fn warning(scenario: &Scenario) -> Option<String> {
    let tables: Vec<&str> = off(scenario).map(|part| part.table).collect();
    if tables.is_empty() {
        return None;
    }
    let figures = METRICS.iter().filter(|it| it.applies([]) || scenario.upgrade.enabled);
    let figures: Vec<&str> = figures.filter(|it| !scenario.simulates(it)).map(|it| it.title).collect();
    let figures = match &*figures {
        [] => String::new(),
        [one] => format!("; the figure {one} says nothing"),
        _ => format!("; these figures say nothing: {}", figures.join(", ")),
    };
    Some(format!(
        "switched off in the scenario (`enabled = false`): {}. What that slows down or lets fail is not in the runs{figures}.",
        tables.join(", ")
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str) -> Scenario {
        Scenario::default().overlaid(text).unwrap()
    }

    #[test]
    fn every_figure_of_a_part_is_a_metric() {
        for key in PARTS.iter().flat_map(|part| part.figures) {
            assert!(METRICS.iter().any(|metric| metric.key == *key), "{key}");
        }
    }

    #[test]
    fn what_is_switched_off_is_named_with_its_figures() {
        assert_eq!(warning(&Scenario::default()), None);
        assert_eq!(warning(&of("[upgrade]\nenabled = true")), None);
        assert_eq!(
            warning(&of("[load]\nenabled = false\n[routes]\nenabled = false")).unwrap(),
            "switched off in the scenario (`enabled = false`): load, routes. What that slows down or lets fail is not in the runs; \
             these figures say nothing: cell load, route p99, 404s, 502s."
        );
        let service = warning(&of("[platform_service]\nenabled = false")).unwrap();
        assert!(service.ends_with("platform_service. What that slows down or lets fail is not in the runs."));
    }

    #[test]
    fn jobs_are_simulated_with_the_whole_upgrade_only() {
        let without = "[cloud_controller]\nenabled = false\n";
        assert_eq!(warning(&of(without)), None);
        let whole = warning(&of(&format!("{without}[upgrade]\nenabled = true"))).unwrap();
        assert!(whole.contains(": job failures, jobs expired, job delay."), "{whole}");
    }

    #[test]
    fn tables_that_slow_starts_down_are_told_by_whether_they_are_on() {
        let (on, off) = of("[network]\nenabled = false").slowing_tables();
        assert_eq!((on, off), (vec!["load", "storage", "platform_service"], vec!["network"]));
    }
}
