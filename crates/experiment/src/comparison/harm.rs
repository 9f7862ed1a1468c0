//! What went wrong in which settings.

use std::collections::BTreeMap;

use rivera_model::Span;
use rivera_sim::{End, FaultKind, Outcome, many};

use super::results::SettingResult;
use super::verdict::{is_finished, name};

/// What went wrong in which settings.
pub(super) fn harms(settings: &[SettingResult]) -> Vec<String> {
    let mut harms: Vec<(String, Vec<String>)> = Vec::new();
    for setting in settings {
        let Some(harm) = harm(setting) else { continue };
        let name = name(setting);
        match harms.iter_mut().find(|(known, _)| *known == harm) {
            Some((_, names)) => names.push(name),
            None => harms.push((harm, vec![name])),
        }
    }
    let mut sentences: Vec<String> =
        harms.into_iter().map(|(harm, names)| format!("Harm: {} - {harm}.", names.join("; "))).collect();
    if settings.iter().any(is_down_only) {
        sentences.push(
            "Where downtime of single instances is all the harm, `rivera recommend` allows it as long as no app is fully down."
                .to_owned(),
        );
    }
    sentences
}

/// Whether nothing but downtime of single instances speaks against a setting.
fn is_down_only(setting: &SettingResult) -> bool {
    let no_other = counts(setting).iter().all(|(number, _, _)| *number == 0);
    setting.all(is_finished) && setting.greatest_downtime_s() > 0.0 && no_other
}

/// What is counted of a setting's worst run, with the words for one and for many of it.
fn counts(setting: &SettingResult) -> [(u64, &'static str, &'static str); 7] {
    [
        (setting.greatest(|run| run.evacuation_timeouts.into()), "evacuation timeout", "evacuation timeouts"),
        (setting.greatest(|run| run.instances_killed.into()), "instance killed", "instances killed"),
        (setting.greatest(|run| run.tasks_killed.into()), "task killed", "tasks killed"),
        (setting.greatest(|run| run.apps_down.into()), "app down", "apps down"),
        (setting.greatest(|run| run.crashes), "crash of a healthy app", "crashes of healthy apps"),
        (
            setting.greatest(|run| run.evacuees_lost),
            "healthy instance ended since its replacement crashed",
            "healthy instances ended since their replacements crashed",
        ),
        (
            setting.greatest(|run| run.not_running_at_end.into()),
            "instance missing at the end",
            "instances missing at the end",
        ),
    ]
}

fn harm(setting: &SettingResult) -> Option<String> {
    let counts: Vec<String> = counts(setting)
        .iter()
        .filter(|(n, _, _)| *n > 0)
        .map(|(n, one, many)| format!("{n} {}", if *n == 1 { one } else { many }))
        .collect();
    let downtime_s = setting.greatest_downtime_s();
    // Of a run there is the one roll-out, so this is told of all runs, and not of the worst.
    let unfinished = setting.runs.iter().filter(|run| run.end != End::Finished).count();
    let of_runs = (unfinished > 0)
        .then(|| format!("unfinished in {unfinished} of {}", many(setting.runs.len(), "run")));
    let of_worst = match &*counts {
        [] if downtime_s == 0.0 => None,
        [] => Some(format!("up to {} of instances' downtime", Span::from_secs_f64(downtime_s))),
        counts => Some(format!("up to {}", counts.join(", "))),
    };
    if of_runs.is_none() && of_worst.is_none() {
        return None;
    }
    let mut text = of_runs.into_iter().chain(of_worst).collect::<Vec<_>>().join(", ");
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
pub(super) fn failed_pushes(settings: &[SettingResult], best: Option<usize>) -> Vec<String> {
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
    let limited_s = setting.runs.iter().map(|run| run.longest_limited_s).fold(0.0, f64::max);
    let limited = if limited_s > 0.0 {
        format!(
            ". The limit of starts stayed reached for up to {}: a push fails when that lasts for longer than 60 to 90 s",
            Span::from_secs_f64(limited_s)
        )
    } else {
        String::new()
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
    let first = &worst.first;
    let goes_on = worst.goes_on().map_or_else(String::new, |why| format!(", and it had not died out: {why}"));
    let short = match &*first.shortages() {
        [] => String::new(),
        [one] => format!("; {one}"),
        [others @ .., last] => format!("; {} and {last}", others.join(", ")),
    };
    Some(format!(
        "a cascade, crashes that followed each other: {} on {} from {} to {} after the start, {} of them of instances that \
         ran{goes_on}. It began with \"{}\" on {}, where {} of its containers were starting, of all containers {}, with {} in \
         flight{short}",
        worst.crashes,
        many(worst.cells as usize, "cell"),
        Span::from_secs_f64(worst.began_s),
        Span::from_secs_f64(worst.ended_s),
        worst.running_hit,
        first.cause.text(),
        first.cell,
        first.starting_on_cell,
        first.starting,
        many(first.cells_in_flight as usize, "cell"),
    ))
}

/// Which planned faults did not happen in every run.
fn never_happened(settings: &[SettingResult]) -> Option<String> {
    let runs = || settings.iter().flat_map(|setting| &setting.runs);
    let mut missing: BTreeMap<u32, (String, usize)> = BTreeMap::new();
    for fault in runs().flat_map(|run| &run.faults.never_happened) {
        missing.entry(fault.event).or_insert_with(|| (fault.to_string(), 0)).1 += 1;
    }
    let number = runs().count();
    let names: Vec<String> =
        missing.values().map(|(name, n)| format!("{name} in {n} of {number} runs")).collect();
    (!names.is_empty()).then(|| {
        format!("Planned faults that did not happen, since the roll-out was over: {}.", names.join(", "))
    })
}

/// What failed in the runs, which no setting can avoid.
pub(super) fn faults(settings: &[SettingResult]) -> Option<String> {
    let runs = || settings.iter().flat_map(|setting| &setting.runs);
    let mut kinds: BTreeMap<FaultKind, u64> = BTreeMap::new();
    for fault in runs().flat_map(|run| &run.faults.happened) {
        *kinds.entry(fault.kind).or_default() += 1;
    }
    let never = never_happened(settings);
    if kinds.is_empty() {
        return never;
    }
    let kinds: Vec<String> = kinds.iter().map(|(kind, n)| format!("{n} {}", kind.as_str())).collect();
    let most = |value: fn(&Outcome) -> f64| runs().map(value).fold(0.0, f64::max);
    let lost = most(|run| f64::from(run.faults.instances_lost));
    let mut text = format!(
        "Faults of the scenario, the same with every setting: {} in {}.",
        kinds.join(", "),
        many(runs().count(), "run")
    );
    if lost > 0.0 {
        text += &format!(
            " Instances that were lost with their cells: up to {lost:.0} in a run, down for up to {} in all until they ran \
             again; that is part of the downtime, and not avoided by any setting.",
            Span::from_secs_f64(most(|run| run.faults.downtime_s))
        );
    }
    let redeployed = most(|run| f64::from(run.faults.redeployments));
    if redeployed > 0.0 {
        text +=
            &format!(" Deployments of the operator after failed updates: up to {redeployed:.0} in a run.");
    }
    if let Some(never) = never {
        text += &format!(" {never}");
    }
    Some(text)
}
