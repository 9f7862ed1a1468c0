//! What may still go wrong with the answer: harm that no bound forbids, waits, and what so few seeds cannot show.

use rivera_sim::{METRICS, Outcome};
use serde::Serialize;

/// Metrics of which anything is harm to an app, its developer or its clients.
pub const HARMS: [&str; 9] = [
    "evacuation_timeouts",
    "instance_downtime_s",
    "apps_down",
    "longest_app_down_s",
    "crashes",
    "failed_pushes",
    "route_404s",
    "route_502s",
    "quorum_losses",
];
/// Requests are expected numbers: less than half a one is none.
const LEAST: f64 = 0.5;
/// How certain the greatest share is of roll-outs in which something happens that no seed has shown.
const DOUBT: f64 = 0.05;

/// The risk of a setting that keeps all bounds.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Risk {
    /// Runs that the answer rests on.
    pub seeds: usize,
    /// What none of them shows may happen in up to this share of roll-outs, with 95 % confidence (0 to 1).
    pub unseen_share: f64,
    /// Harm that some seed had, in the order of [`HARMS`].
    pub harms: Vec<SeenHarm>,
    /// The longest time that an instance waited for a container to run.
    pub longest_wait_s: f64,
    /// The seed that shows it.
    pub longest_wait_seed: u64,
    /// Most containers that started at once.
    pub peak_starting: u32,
}

/// Harm that the bounds allow, and that some seed had.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct SeenHarm {
    /// Key of the metric.
    pub metric: &'static str,
    /// The most that a seed had of it.
    pub greatest: f64,
    /// The seed that had most.
    pub seed: u64,
    /// How many seeds had any.
    pub seeds: usize,
}

impl Risk {
    /// The risk that these runs of one setting show. Of equally bad seeds the first is named.
    #[must_use]
    pub fn of(runs: &[&Outcome]) -> Self {
        let waited = worst(runs, |run| run.wait.max_s);
        Self {
            seeds: runs.len(),
            unseen_share: unseen_share(runs.len()),
            harms: HARMS.iter().filter_map(|key| seen(key, runs)).collect(),
            longest_wait_s: waited.map_or(0.0, |run| run.wait.max_s),
            longest_wait_seed: waited.map_or(0, |run| run.seed),
            peak_starting: runs.iter().map(|run| run.peak_starting).max().unwrap_or(0),
        }
    }
}

fn seen(key: &str, runs: &[&Outcome]) -> Option<SeenHarm> {
    let metric = METRICS.iter().find(|metric| metric.key == key)?;
    let seeds = runs.iter().filter(|run| (metric.value)(run) >= LEAST).count();
    let run = worst(runs, metric.value).filter(|_| seeds > 0)?;
    Some(SeenHarm { metric: metric.key, greatest: (metric.value)(run), seed: run.seed, seeds })
}

/// The first of the runs that have most.
fn worst<'a>(runs: &[&'a Outcome], value: fn(&Outcome) -> f64) -> Option<&'a Outcome> {
    runs.iter().rev().max_by(|a, b| value(a).total_cmp(&value(b))).copied()
}

/// What happens in a share `p` of all roll-outs is missed by n seeds with the probability `(1 - p)^n`: the p of which that
/// is 5 %.
fn unseen_share(seeds: usize) -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "few seeds")]
    let seeds = seeds as f64;
    if seeds > 0.0 { 1.0 - DOUBT.powf(1.0 / seeds) } else { 1.0 }
}

#[cfg(test)]
mod tests {
    use rivera_sim::Quantiles;

    use super::*;

    #[test]
    fn every_harm_is_a_metric() {
        for key in HARMS {
            assert!(METRICS.iter().any(|metric| metric.key == key), "{key}");
        }
    }

    #[test]
    fn harm_is_told_with_the_first_of_its_worst_seeds_and_how_many_had_any() {
        let run = |seed, instance_downtime_s, peak_starting, max_s| Outcome {
            seed,
            instance_downtime_s,
            peak_starting,
            wait: Quantiles { max_s, ..Quantiles::default() },
            ..Outcome::default()
        };
        let runs = [run(1, 0.0, 4, 9.0), run(2, 70.0, 9, 8.0), run(3, 70.0, 2, 9.0), run(4, 30.0, 2, 1.0)];
        let risk = Risk::of(&runs.iter().collect::<Vec<_>>());
        let downtime = SeenHarm { metric: "instance_downtime_s", greatest: 70.0, seed: 2, seeds: 3 };
        assert_eq!(risk.harms, [downtime]);
        assert_eq!((risk.seeds, risk.peak_starting), (4, 9));
        assert_eq!((risk.longest_wait_s, risk.longest_wait_seed), (9.0, 1));
    }

    #[test]
    fn less_than_half_an_expected_request_is_none() {
        let mut run = Outcome::default();
        run.routes.errors.requests_404 = 0.4;
        run.routes.errors.requests_502 = 0.6;
        let harms = Risk::of(&[&run]).harms;
        assert_eq!(harms.iter().map(|harm| harm.metric).collect::<Vec<_>>(), ["route_502s"]);
    }

    #[test]
    fn what_no_seed_shows_can_be_rarer_the_more_of_them_there_are() {
        assert!((unseen_share(1) - 0.95).abs() < 1e-12);
        assert!((unseen_share(10) - 0.2589).abs() < 1e-4);
        assert!((unseen_share(59) - 0.0495).abs() < 1e-4);
        assert!((unseen_share(0) - 1.0).abs() < 1e-12);
    }
}
