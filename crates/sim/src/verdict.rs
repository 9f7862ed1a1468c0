//! Which setting is best, and why, in sentences.
//!
//! A setting is harmless if in no seed a cell hit the evacuation timeout, an instance of a healthy app crashed or was
//! down, or an instance was missing at the end. The best is the shortest harmless one; of those that are about as short
//! the gentlest. Where none is harmless the best is the one with the least downtime, and that is said.

use std::collections::BTreeMap;

use rivera_limiter::StartLimit;
use rivera_model::Span;

use crate::cascade::FirstCrash;
use crate::comparison::{Setting, SettingResult};
use crate::outcome::{End, Outcome, SurplusTimes};
use crate::scenario::FaultKind;

/// Durations that differ by less than this share are about the same.
const ABOUT_THE_SAME: f64 = 0.02;

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
    if let Some(best) = best {
        reasons.push(caveat(&settings[best]));
    }
    Verdict { best, reasons }
}

/// How people call a setting.
fn name(result: &SettingResult) -> String {
    let Setting { max_in_flight, max_starts } = result.setting;
    let throttles = match max_starts {
        StartLimit::Unlimited => format!("max_in_flight {max_in_flight} without a limit of starts"),
        limit => format!("max_in_flight {max_in_flight} with {limit} starts"),
    };
    let others = result.others.iter().map(|(key, value)| format!(", {key} {value}"));
    throttles + &others.collect::<String>()
}

impl SettingResult {
    fn all(&self, holds: fn(&Outcome) -> bool) -> bool {
        self.runs.iter().all(holds)
    }

    fn median(&self, key: &str) -> f64 {
        self.stats.iter().find(|stat| stat.key == key).map_or(0.0, |stat| stat.median)
    }

    fn greatest(&self, value: fn(&Outcome) -> u64) -> u64 {
        self.runs.iter().map(value).max().unwrap_or(0)
    }

    fn mean(&self, value: fn(&Outcome) -> f64) -> f64 {
        self.runs.iter().map(value).sum::<f64>() / self.seeds()
    }

    #[expect(clippy::cast_precision_loss, reason = "a handful of seeds")]
    fn seeds(&self) -> f64 {
        self.runs.len().max(1) as f64
    }
}

fn is_finished(run: &Outcome) -> bool {
    run.end == End::Finished
}

fn is_harmless(run: &Outcome) -> bool {
    run.evacuation_timeouts == 0
        && run.crashes == 0
        && run.instance_downtime_s == 0.0
        && run.not_running_at_end == 0
}

fn shortest(settings: &[SettingResult], among: &[usize]) -> Option<usize> {
    let duration = |ix: usize| settings[ix].median("duration_s");
    let least = among.iter().map(|&ix| duration(ix)).min_by(f64::total_cmp)?;
    let about_as_short = among.iter().copied().filter(|&ix| duration(ix) <= least * (1.0 + ABOUT_THE_SAME));
    least_by(about_as_short, |ix| [settings[ix].median("peak_starting"), duration(ix)])
}

fn least_down(settings: &[SettingResult], among: &[usize]) -> Option<usize> {
    least_by(among.iter().copied(), |ix| {
        [settings[ix].mean(|run| run.instance_downtime_s), settings[ix].median("duration_s")]
    })
}

/// The first of those with the least key.
fn least_by(among: impl Iterator<Item = usize>, key: impl Fn(usize) -> [f64; 2]) -> Option<usize> {
    among.min_by(|&a, &b| {
        let (a, b) = (key(a), key(b));
        a[0].total_cmp(&b[0]).then(a[1].total_cmp(&b[1]))
    })
}

fn praise(settings: &[SettingResult], harmless: &[usize], best: usize) -> String {
    let duration = &settings[best].stats[0];
    format!(
        "Without harm: {} of {} settings (no evacuation timeout, no downtime, no crash of a healthy app, no instance missing \
         at the end). Of the shortest of them, within 2 %, the one with the fewest starts at once is {}: {} ({} to {} over \
         the seeds).",
        harmless.len(),
        settings.len(),
        name(&settings[best]),
        span(duration.median),
        span(duration.min),
        span(duration.max),
    )
}

fn against_slowest(settings: &[SettingResult], harmless: &[usize], best: usize) -> Option<String> {
    let duration = |ix: usize| settings[ix].median("duration_s");
    let slowest = harmless.iter().copied().max_by(|&a, &b| duration(a).total_cmp(&duration(b)))?;
    let saved = duration(slowest) - duration(best);
    (saved > duration(slowest) * ABOUT_THE_SAME).then(|| {
        let (slowest, takes) = (name(&settings[slowest]), span(duration(slowest)));
        format!("That saves {} against {slowest} ({takes}).", span(saved))
    })
}

/// What holds the roll-out up: the drains, and in them the limit of starts, or the replacement of the VMs.
fn binding(best: &SettingResult) -> String {
    let (drain_s, slot_s) = (best.mean(|run| run.drain.p50_s), best.mean(|run| run.slot.p50_s));
    let share = if slot_s > 0.0 { drain_s / slot_s * 100.0 } else { 0.0 };
    let limit = match best.setting.max_starts {
        StartLimit::Unlimited => String::new(),
        _ => {
            let limited = best.mean(|run| run.limited_auctions_share) * 100.0;
            format!("; the limit of starts held something back in {limited:.0} % of the auctions")
        }
    };
    format!("The update of a cell takes {} (median), {share:.0} % of it draining{limit}.", span(slot_s))
}

/// What cells that are there for the upgrade only take of its time.
fn surplus(best: &SettingResult) -> Option<String> {
    let cells = best.runs.iter().find_map(|run| run.surplus)?.cells;
    let mean = |part: fn(&SurplusTimes) -> f64| {
        span(best.runs.iter().filter_map(|run| run.surplus.as_ref()).map(part).sum::<f64>() / best.seeds())
    };
    let (adding, rolling) = (mean(|times| times.adding_s), mean(|times| times.rolling_s));
    let removing = mean(|times| times.removing_s);
    Some(format!(
        "Of its time {adding} go into adding {cells} surplus cells, {rolling} into the roll-out, and {removing} into removing \
         them; the same without them tells what they save."
    ))
}

/// Apps that are stopped before they are replaced are down in every setting.
fn by_choice(best: &SettingResult) -> Option<String> {
    let down_s = best.mean(|run| run.recreate_downtime_s);
    (down_s > 0.0).then(|| {
        format!(
            "Apps with the recreate strategy are stopped before they are replaced: their instances were down for {} in \
             all. While they are not refused a cell that does not count as harm.",
            span(down_s)
        )
    })
}

/// What clients see of it, if anything.
fn failed_requests(best: &SettingResult) -> Option<String> {
    let not_found = best.mean(|run| run.routes.errors.requests_404);
    let bad_gateway = best.mean(|run| run.routes.errors.requests_502);
    (not_found + bad_gateway >= 0.5).then(|| {
        format!(
            "Clients see about {not_found:.0} answers 404 and {bad_gateway:.0} answers 502 a run, at the rate of requests of the \
             scenario (table routes): routers learn of a new instance and of the end of the old one by messages that race."
        )
    })
}

/// What is away while the other components are updated, which hardly depends on the setting.
fn whole_upgrade(best: &SettingResult) -> Option<String> {
    best.runs.iter().find(|run| run.upgrade.is_some())?;
    let of = |key: &str| span(best.median(key));
    let mut text = format!(
        "While the other components are updated nobody can push for {}; a component that apps need has no instance for {}, one \
         that the platform needs for {}.",
        of("push_unavailable_s"),
        of("apps_plane_down_s"),
        of("platform_plane_down_s"),
    );
    let losses = best.median("quorum_losses");
    if losses > 0.0 {
        text += &format!(" A majority is lost {losses:.0} times.");
    }
    let failures = best.median("job_load_failures");
    if failures > 0.0 {
        text += &format!(
            " Old workers fail {failures:.0} times to load jobs of new Cloud Controllers, which delays them by up to {}.",
            of("job_delay_max_s")
        );
    }
    Some(text)
}

/// What went wrong in which settings.
fn harms(settings: &[SettingResult]) -> Vec<String> {
    let mut harms: Vec<(String, Vec<String>)> = Vec::new();
    for setting in settings {
        let Some(harm) = harm(setting) else { continue };
        let name = name(setting);
        match harms.iter_mut().find(|(known, _)| *known == harm) {
            Some((_, names)) => names.push(name),
            None => harms.push((harm, vec![name])),
        }
    }
    harms.into_iter().map(|(harm, names)| format!("Harm: {} - {harm}.", names.join("; "))).collect()
}

fn harm(setting: &SettingResult) -> Option<String> {
    let counts = [
        (setting.greatest(|run| u64::from(run.end != End::Finished)), "unfinished run", "unfinished runs"),
        (setting.greatest(|run| run.evacuation_timeouts.into()), "evacuation timeout", "evacuation timeouts"),
        (setting.greatest(|run| run.instances_killed.into()), "instance killed", "instances killed"),
        (setting.greatest(|run| run.tasks_killed.into()), "task killed", "tasks killed"),
        (setting.greatest(|run| run.apps_down.into()), "app down", "apps down"),
        (setting.greatest(|run| run.crashes), "crash of a healthy app", "crashes of healthy apps"),
        (
            setting.greatest(|run| run.not_running_at_end.into()),
            "instance missing at the end",
            "instances missing at the end",
        ),
    ];
    let counts: Vec<String> = counts
        .iter()
        .filter(|(n, _, _)| *n > 0)
        .map(|(n, one, many)| format!("{n} {}", if *n == 1 { one } else { many }))
        .collect();
    let downtime_s = setting.runs.iter().map(|run| run.instance_downtime_s).fold(0.0, f64::max);
    if counts.is_empty() && downtime_s == 0.0 {
        return None;
    }
    let mut text = format!("up to {}", counts.join(", "));
    if counts.is_empty() {
        text += &format!("{} of instances' downtime", span(downtime_s));
    }
    if let Some(why) = leading_failure(setting) {
        text += &format!("; most of the refused placements: {why}");
    }
    if let Some(what) = cascade(setting) {
        text += &format!("; {what}");
    }
    Some(text)
}

fn leading_failure(setting: &SettingResult) -> Option<String> {
    leading(setting, |run| &run.placement_failures)
}

/// The reason that occurs most often.
fn leading(setting: &SettingResult, counts: fn(&Outcome) -> &BTreeMap<String, u64>) -> Option<String> {
    let mut sums: BTreeMap<&str, u64> = BTreeMap::new();
    for (reason, n) in setting.runs.iter().flat_map(counts) {
        *sums.entry(reason).or_default() += n;
    }
    let (reason, _) = sums.into_iter().max_by_key(|&(_, n)| n)?;
    // A cell that refuses work gives no reason (Q5).
    Some(if reason.is_empty() { "refused by the cell".to_owned() } else { format!("\"{reason}\"") })
}

/// What becomes of developers' pushes with the best setting, and with the one that is the worst for them (J-9).
fn failed_pushes(settings: &[SettingResult], best: Option<usize>) -> Vec<String> {
    let failed = |ix: &usize| settings[*ix].greatest(|run| run.staging.failed);
    let worst = (0..settings.len()).rev().max_by_key(failed);
    let mut shown: Vec<usize> = best.into_iter().chain(worst.filter(|_| worst != best)).collect();
    shown.retain(|ix| failed(ix) > 0);
    shown.into_iter().filter_map(|ix| failed_pushes_of(&settings[ix])).collect()
}

fn failed_pushes_of(setting: &SettingResult) -> Option<String> {
    let run = setting.runs.iter().max_by_key(|run| run.staging.failed)?;
    let why = leading(setting, |run| &run.staging.failed_by_reason);
    let why = why.map_or(String::new(), |why| format!(", most of them: {why}"));
    let limited = match setting.setting.max_starts {
        StartLimit::Unlimited => String::new(),
        _ => format!(
            ". The limit of starts stayed reached for up to {}: a push fails when that lasts for longer than 60 to 90 s",
            span(setting.runs.iter().map(|run| run.longest_limited_s).fold(0.0, f64::max))
        ),
    };
    Some(format!(
        "Pushes: with {} up to {} of {} pushed apps fail to stage{why}{limited}.",
        name(setting),
        run.staging.failed,
        run.staging.pushes
    ))
}

/// What began the crashes of a setting, where they became many.
fn cascade(setting: &SettingResult) -> Option<String> {
    let cascades = setting.runs.iter().flat_map(|run| &run.cascades);
    let worst = cascades.max_by_key(|cascade| cascade.crashes)?;
    let FirstCrash { cause, cell, cell_speed, starting_on_cell, starting, cells_in_flight } = &worst.first;
    Some(format!(
        "crashes that followed each other: {} from {} to {} after the start, {} of them of instances that ran. It began with \"{}\" \
         on {cell}, which went at {:.0} % of its speed with {starting_on_cell} containers starting; {starting} were starting in \
         all, and {cells_in_flight} cells were in flight",
        worst.crashes,
        span(worst.began_s),
        span(worst.ended_s),
        worst.running_hit,
        cause.text(),
        cell_speed * 100.0,
    ))
}

/// What failed in the runs, which no setting can avoid.
fn faults(settings: &[SettingResult]) -> Option<String> {
    let runs = || settings.iter().flat_map(|setting| &setting.runs);
    let mut kinds: BTreeMap<FaultKind, u64> = BTreeMap::new();
    for fault in runs().flat_map(|run| &run.faults.happened) {
        *kinds.entry(fault.kind).or_default() += 1;
    }
    if kinds.is_empty() {
        return None;
    }
    let number = runs().count();
    let kinds: Vec<String> = kinds.iter().map(|(kind, n)| format!("{n} {}", kind.as_str())).collect();
    let most = |value: fn(&Outcome) -> f64| runs().map(value).fold(0.0, f64::max);
    let lost = most(|run| f64::from(run.faults.instances_lost));
    let mut text = format!(
        "Faults of the scenario, the same with every setting: {} in {number} runs.",
        kinds.join(", ")
    );
    if lost > 0.0 {
        text += &format!(
            " Up to {lost:.0} instances were lost with their cells in a run, and were down for up to {} in all until they ran \
             again; that is part of the downtime, and not avoided by any setting.",
            span(most(|run| run.faults.downtime_s))
        );
    }
    let redeployed = most(|run| f64::from(run.faults.redeployments));
    if redeployed > 0.0 {
        text += &format!(
            " After failed updates the operator deployed anew up to {redeployed:.0} times in a run."
        );
    }
    Some(text)
}

/// What the answer rests on that nobody has published.
fn caveat(best: &SettingResult) -> String {
    let peak = best.greatest(|run| run.peak_starting.into());
    format!(
        "This setting starts up to {peak} containers at once. How much they slow each other, their cells, the file storage and the \
         platform's services down is reckoned with figures of which no source is public (`rivera scenario`, tables load, storage \
         and platform_service): if your platform has not carried that many yet, measure them or choose a lower limit of starts."
    )
}

fn span(seconds: f64) -> Span {
    crate::distribution::secs(seconds)
}

#[cfg(test)]
mod tests {
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
            staging: crate::outcome::Pushes {
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
        use crate::fault_report::{FaultReport, Happened};
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
            text.contains("the same with every setting: 1 cell_dies in 2 runs. Up to 5 instances"),
            "{text}"
        );
        let text = verdict(&[result("1", "50", vec![run(10.0, 5)])]).reasons.join("\n");
        assert!(!text.contains("Faults"), "{text}");
    }

    #[test]
    fn an_unfinished_roll_out_is_never_best() {
        let unfinished = Outcome { end: End::GivenUp, ..run(1.0, 1) };
        assert_eq!(verdict(&[result("1", "50", vec![unfinished])]).best, None);
    }
}
