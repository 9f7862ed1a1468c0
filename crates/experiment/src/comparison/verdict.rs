//! Which setting is best, and why, in sentences.
//!
//! A setting is harmless if in no seed a cell hit the evacuation timeout, an instance of a healthy app crashed or was
//! down, or an instance was missing at the end. The best is the shortest harmless one; of those that are about as short
//! the gentlest. Where none is harmless the best is the one with the least downtime, and that is said.

use rivera_limiter::StartLimit;
use rivera_sim::{End, Outcome, Setting};

use super::best::{against_slowest, binding, by_choice, failed_requests, praise, surplus, whole_upgrade};
use super::harm::{failed_pushes, faults, harms};
use super::results::{SettingResult, median};
use crate::gentlest::gentlest;

/// The answer.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct Verdict {
    /// Position of the best setting.
    pub(crate) best: Option<usize>,
    /// Why.
    pub(crate) reasons: Vec<String>,
}

/// Weighs the settings against each other.
pub(crate) fn verdict(settings: &[SettingResult]) -> Verdict {
    let finished: Vec<usize> = (0..settings.len()).filter(|&ix| settings[ix].all(is_finished)).collect();
    let harmless: Vec<usize> = finished.iter().copied().filter(|&ix| settings[ix].all(is_harmless)).collect();
    let best = shortest(settings, &harmless).or_else(|| least_down(settings, &finished));
    let mut reasons = Vec::new();
    match best {
        None => reasons.push("No setting finished its roll-out with every seed.".to_owned()),
        Some(best) if harmless.is_empty() => reasons.push(format!(
            "No setting of {} is without harm. Of those that finished {} has the least downtime, and is the shortest of equals.",
            settings.len(),
            name(&settings[best])
        )),
        Some(best) => reasons.push(praise(settings, &harmless, best)),
    }
    if let Some(best) = best {
        reasons.extend(against_slowest(settings, &harmless, best));
        reasons.push(binding(&settings[best]));
        reasons.extend(surplus(&settings[best]));
        reasons.extend(by_choice(&settings[best]));
        reasons.extend(whole_upgrade(&settings[best]));
        reasons.extend(failed_requests(&settings[best]));
    }
    reasons.extend(harms(settings));
    reasons.extend(failed_pushes(settings, best));
    reasons.extend(faults(settings));
    Verdict { best, reasons }
}

/// How people call a setting.
pub(super) fn name(result: &SettingResult) -> String {
    let Setting { max_in_flight, max_starts } = result.setting;
    let throttles = match max_starts {
        StartLimit::Unlimited => format!("max_in_flight {max_in_flight} without a limit of starts"),
        limit if limit.maximum() == Some(1) => format!("max_in_flight {max_in_flight} with 1 start"),
        limit => format!("max_in_flight {max_in_flight} with {limit} starts"),
    };
    let others = result.others.iter().map(|(key, value)| format!(", {key} {value}"));
    throttles + &others.collect::<String>()
}

impl SettingResult {
    /// Whether in every run all went well: each finished, no cell hit the evacuation timeout, no instance of a healthy app
    /// crashed or was down, and none was missing at the end.
    #[must_use]
    pub fn is_without_harm(&self) -> bool {
        self.all(is_finished) && self.all(is_harmless)
    }

    pub(super) fn all(&self, holds: fn(&Outcome) -> bool) -> bool {
        self.runs.iter().all(holds)
    }

    pub(super) fn median(&self, value: impl Fn(&Outcome) -> f64) -> f64 {
        let mut values: Vec<f64> = self.runs.iter().map(value).collect();
        values.sort_by(f64::total_cmp);
        median(&values)
    }

    pub(super) fn median_duration_s(&self) -> f64 {
        self.median(|run| run.duration_s)
    }

    pub(super) fn greatest(&self, value: fn(&Outcome) -> u64) -> u64 {
        self.runs.iter().map(value).max().unwrap_or(0)
    }

    pub(super) fn greatest_downtime_s(&self) -> f64 {
        self.runs.iter().map(|run| run.instance_downtime_s).fold(0.0, f64::max)
    }

    pub(super) fn peak_starting(&self) -> u32 {
        self.runs.iter().map(|run| run.peak_starting).max().unwrap_or(0)
    }

    pub(super) fn mean(&self, value: fn(&Outcome) -> f64) -> f64 {
        self.runs.iter().map(value).sum::<f64>() / self.seeds()
    }

    #[expect(clippy::cast_precision_loss, reason = "a handful of seeds")]
    pub(super) fn seeds(&self) -> f64 {
        self.runs.len().max(1) as f64
    }
}

pub(super) fn is_finished(run: &Outcome) -> bool {
    run.end == End::Finished
}

pub(super) fn is_harmless(run: &Outcome) -> bool {
    run.evacuation_timeouts == 0
        && run.crashes == 0
        && run.instance_downtime_s == 0.0
        && run.not_running_at_end == 0
}

fn shortest(settings: &[SettingResult], among: &[usize]) -> Option<usize> {
    let duration = |ix: usize| settings[ix].median_duration_s();
    gentlest(among, duration, |ix| settings[ix].median(|run| f64::from(run.peak_starting)))
}

/// The first of those with the least downtime, and of such the shortest.
fn least_down(settings: &[SettingResult], among: &[usize]) -> Option<usize> {
    let key =
        |ix: usize| (settings[ix].mean(|run| run.instance_downtime_s), settings[ix].median_duration_s());
    among.iter().copied().min_by(|&a, &b| {
        let (a, b) = (key(a), key(b));
        a.0.total_cmp(&b.0).then(a.1.total_cmp(&b.1))
    })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use rivera_sim::{ComponentDowntime, FaultKind, UpgradeOutcome};

    use super::*;

    fn result(max_in_flight: &str, max_starts: &str, runs: Vec<Outcome>) -> SettingResult {
        let setting = Setting {
            max_in_flight: max_in_flight.parse().unwrap(),
            max_starts: max_starts.parse().unwrap(),
        };
        SettingResult::new(setting, Vec::new(), runs)
    }

    fn run(duration_s: f64, peak_starting: u32) -> Outcome {
        Outcome { duration_s, peak_starting, ..Outcome::default() }
    }

    #[test]
    fn the_shortest_without_harm_is_best() {
        let harmful = Outcome { evacuation_timeouts: 1, ..run(10.0, 5) };
        let settings = [
            result("1", "50", vec![run(100.0, 5)]),
            result("4", "50", vec![run(40.0, 5)]),
            result("9", "50", vec![run(10.0, 5), harmful]),
        ];
        let verdict = verdict(&settings);
        assert_eq!(verdict.best, Some(1));
        let text = verdict.reasons.join("\n");
        assert!(
            text.contains("Without harm: 2 of 3 settings") && text.contains("max_in_flight 4 with 50"),
            "{text}"
        );
        assert!(
            text.contains("Harm: max_in_flight 9 with 50 starts - up to 1 evacuation timeout."),
            "{text}"
        );
    }

    #[test]
    fn of_those_about_as_short_the_gentlest_is_best() {
        let settings =
            [result("4", "none", vec![run(100.0, 500)]), result("4", "200", vec![run(101.0, 200)])];
        assert_eq!(verdict(&settings).best, Some(1));
    }

    #[test]
    fn where_none_is_harmless_the_least_downtime_is_best_and_that_is_said() {
        let down = |instance_downtime_s| Outcome { instance_downtime_s, apps_down: 1, ..run(10.0, 5) };
        let settings = [result("1", "none", vec![down(9.0)]), result("2", "none", vec![down(4.0)])];
        let verdict = verdict(&settings);
        assert_eq!(verdict.best, Some(1));
        assert!(verdict.reasons[0].starts_with("No setting of 2 is without harm"));
        let harm = "Harm: max_in_flight 1 without a limit of starts; max_in_flight 2 without a limit of starts - up to 1 app down.";
        assert!(verdict.reasons.iter().any(|reason| reason == harm), "{:?}", verdict.reasons);
    }

    #[test]
    fn where_pushes_fail_that_is_said_of_the_best_and_of_the_worst_setting() {
        let failing = |failed, duration_s| Outcome {
            staging: rivera_sim::Pushes {
                pushes: 50,
                failed,
                failed_by_reason: BTreeMap::from([("full".to_owned(), failed)]),
                ..Default::default()
            },
            longest_limited_s: 120.0,
            ..run(duration_s, 5)
        };
        let of = |counts: [u64; 3]| {
            let settings: Vec<SettingResult> = (1..)
                .zip(counts)
                .map(|(n, failed)| result(&n.to_string(), "9", vec![failing(failed, 100.0 / f64::from(n))]))
                .collect();
            verdict(&settings).reasons.into_iter().filter(|it| it.starts_with("Pushes")).collect::<Vec<_>>()
        };
        assert!(of([0, 0, 0]).is_empty());
        let said = of([3, 0, 7]);
        assert_eq!(said.len(), 1, "the third is best and worst: {said:?}");
        assert!(said[0].starts_with(
            "Pushes: with max_in_flight 3 with 9 starts up to 7 of 50 pushed apps fail to stage, most of them: \"full\". \
             The limit of starts stayed reached for up to 2m 00s"
        ), "{said:?}");
        assert_eq!(of([3, 9, 0]).len(), 1, "the worst alone: the best has none");
        assert_eq!(of([3, 9, 1]).len(), 2);
    }

    #[test]
    fn what_failed_is_told_with_what_it_cost() {
        use rivera_sim::{FaultReport, Happened};
        let fault = Happened {
            kind: FaultKind::CellDies,
            began_s: 9.0,
            lasts_s: None,
            cells: vec!["c".to_owned()],
            instances: 5,
            downtime_s: 60.0,
            all_ran_after_s: Some(20.0),
        };
        let faults = FaultReport {
            happened: vec![fault],
            instances_lost: 5,
            downtime_s: 60.0,
            ..FaultReport::default()
        };
        let settings = [result("1", "50", vec![Outcome { faults, ..run(10.0, 5) }, run(10.0, 5)])];
        let text = verdict(&settings).reasons.join("\n");
        assert!(
            text.contains("the same with every setting: 1 cell_dies in 2 runs. Instances that were lost with their cells: up to 5 in a run"),
            "{text}"
        );
        let text = verdict(&[result("1", "50", vec![run(10.0, 5)])]).reasons.join("\n");
        assert!(!text.contains("Faults"), "{text}");
    }

    #[test]
    fn planned_faults_that_did_not_happen_are_named_with_the_runs() {
        use rivera_sim::{FaultReport, NeverHappened};
        let never_happened = vec![NeverHappened { event: 2, kind: FaultKind::CellDies }];
        let faults = FaultReport { never_happened, ..FaultReport::default() };
        let settings = [result("1", "50", vec![Outcome { faults, ..run(10.0, 5) }, run(10.0, 5)])];
        let text = verdict(&settings).reasons.join("\n");
        assert!(
            text.contains("since the roll-out was over: faults.events[2] (cell_dies) in 1 of 2 runs."),
            "{text}"
        );
        let text = verdict(&[result("1", "50", vec![run(10.0, 5)])]).reasons.join("\n");
        assert!(!text.contains("Planned faults"), "{text}");
    }

    #[test]
    fn of_an_upgrade_of_cells_alone_nothing_is_said_of_pushes() {
        let component = |name: &str, instances| ComponentDowntime {
            name: name.to_owned(),
            instances,
            ..ComponentDowntime::default()
        };
        let said = |components: Vec<ComponentDowntime>| {
            let upgrade = Some(UpgradeOutcome { components, ..UpgradeOutcome::default() });
            let settings = [result("1", "50", vec![Outcome { upgrade, ..run(10.0, 5) }])];
            verdict(&settings).reasons.join("\n").contains("nobody can push")
        };
        let cells = component("Diego Cell", 9);
        assert!(!said(vec![cells.clone(), component("Router", 0)]));
        assert!(said(vec![cells, component("Router", 1)]));
    }

    #[test]
    fn an_unfinished_roll_out_is_never_best() {
        let unfinished = Outcome { end: End::GivenUp, ..run(1.0, 1) };
        assert_eq!(verdict(&[result("1", "50", vec![unfinished])]).best, None);
    }

    #[test]
    fn roll_outs_that_did_not_finish_are_counted_over_all_runs() {
        let unfinished = Outcome { end: End::GivenUp, ..run(1.0, 1) };
        let crashed = Outcome { crashes: 7, ..unfinished.clone() };
        let said = |runs: Vec<Outcome>| verdict(&[result("1", "50", runs)]).reasons.join("\n");
        let text = said(vec![unfinished.clone(), run(1.0, 1), crashed]);
        assert!(
            text.contains(" starts - unfinished in 2 of 3 runs, up to 7 crashes of healthy apps."),
            "{text}"
        );
        let text = said(vec![unfinished]);
        assert!(text.contains(" starts - unfinished in 1 of 1 run."), "{text}");
    }
}
