//! Which setting is best, and why, in sentences.
//!
//! A setting is harmless if in no seed a cell hit the evacuation timeout, an instance of a healthy app crashed or was
//! down, or an instance was missing at the end. The best is the shortest harmless one; of those that are about as short
//! the gentlest. Where none is harmless the best is the one with the least downtime, and that is said.

use std::collections::BTreeMap;

use rivera_model::Span;

use crate::comparison::{Setting, SettingResult};
use crate::outcome::{End, Outcome};

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
        None => reasons.push("No setting finished its roll-out in the simulated time.".to_owned()),
        Some(best) if harmless.is_empty() => reasons.push(format!(
            "None of the {} settings is without harm; {} has the least downtime.",
            settings.len(),
            name(settings[best].setting)
        )),
        Some(best) => reasons.push(praise(settings, &harmless, best)),
    }
    if let Some(best) = best {
        reasons.extend(against_slowest(settings, &harmless, best));
        reasons.push(binding(&settings[best]));
    }
    reasons.extend(settings.iter().filter_map(harm));
    Verdict { best, reasons }
}

/// How people call a setting.
fn name(setting: Setting) -> String {
    format!("max_in_flight {} with {} starts", setting.max_in_flight, setting.max_starts)
}

impl SettingResult {
    fn all(&self, holds: fn(&Outcome) -> bool) -> bool {
        self.runs.iter().all(holds)
    }

    fn median(&self, key: &str) -> f64 {
        self.stats.iter().find(|stat| stat.key == key).map_or(0.0, |stat| stat.median)
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
    let gentleness = |ix: usize| (settings[ix].median("peak_starting"), duration(ix));
    about_as_short.min_by(|&a, &b| {
        let (a, b) = (gentleness(a), gentleness(b));
        a.0.total_cmp(&b.0).then(a.1.total_cmp(&b.1))
    })
}

fn least_down(settings: &[SettingResult], among: &[usize]) -> Option<usize> {
    let harm = |ix: usize| (settings[ix].median("instance_downtime_s"), settings[ix].median("duration_s"));
    among.iter().copied().min_by(|&a, &b| {
        let (a, b) = (harm(a), harm(b));
        a.0.total_cmp(&b.0).then(a.1.total_cmp(&b.1))
    })
}

fn praise(settings: &[SettingResult], harmless: &[usize], best: usize) -> String {
    let stat = &settings[best].stats[0];
    format!(
        "{} is the shortest of the {} of {} settings without harm: {} ({} to {} over the seeds), no evacuation \
         timeout, no downtime, no crash of a healthy app.",
        capitalised(&name(settings[best].setting)),
        harmless.len(),
        settings.len(),
        span(stat.median),
        span(stat.min),
        span(stat.max),
    )
}

fn against_slowest(settings: &[SettingResult], harmless: &[usize], best: usize) -> Option<String> {
    let duration = |ix: usize| settings[ix].median("duration_s");
    let slowest = harmless.iter().copied().max_by(|&a, &b| duration(a).total_cmp(&duration(b)))?;
    let saved = duration(slowest) - duration(best);
    (saved > duration(slowest) * ABOUT_THE_SAME).then(|| {
        format!(
            "That saves {} against {} ({}).",
            span(saved),
            name(settings[slowest].setting),
            span(duration(slowest))
        )
    })
}

/// What holds the roll-out up: the drains, and in them the limit of starts, or the replacement of the VMs.
fn binding(best: &SettingResult) -> String {
    let mean = |value: fn(&Outcome) -> f64| {
        #[expect(clippy::cast_precision_loss, reason = "a handful of seeds")]
        let runs = best.runs.len().max(1) as f64;
        best.runs.iter().map(value).sum::<f64>() / runs
    };
    let (drain_s, slot_s) = (mean(|run| run.drain.p50_s), mean(|run| run.slot.p50_s));
    let limited = mean(|run| run.limited_auctions_share) * 100.0;
    let share = if slot_s > 0.0 { drain_s / slot_s * 100.0 } else { 0.0 };
    format!(
        "A cell is out for {} (median), {share:.0} % of it draining; the limit of starts held something back in \
         {limited:.0} % of the auctions.",
        span(slot_s)
    )
}

/// What went wrong in a setting, if anything did.
fn harm(setting: &SettingResult) -> Option<String> {
    let greatest = |value: fn(&Outcome) -> u64| setting.runs.iter().map(value).max().unwrap_or(0);
    let mut parts = Vec::new();
    let mut part = |n: u64, one: &str, many: &str| {
        if n > 0 {
            parts.push(format!("{n} {}", if n == 1 { one } else { many }));
        }
    };
    part(greatest(|run| u64::from(run.end != End::Finished)), "unfinished run", "unfinished runs");
    part(greatest(|run| run.evacuation_timeouts.into()), "evacuation timeout", "evacuation timeouts");
    part(greatest(|run| run.instances_killed.into()), "instance killed", "instances killed");
    part(greatest(|run| run.apps_down.into()), "app down", "apps down");
    part(greatest(|run| run.crashes), "crash of a healthy app", "crashes of healthy apps");
    part(
        greatest(|run| run.not_running_at_end.into()),
        "instance missing at the end",
        "instances missing at the end",
    );
    if parts.is_empty() {
        return None;
    }
    let cause =
        leading_failure(setting).map_or(String::new(), |why| format!("; most refused placements: {why}"));
    Some(format!("{}: up to {}{cause}.", capitalised(&name(setting.setting)), parts.join(", ")))
}

fn leading_failure(setting: &SettingResult) -> Option<String> {
    let mut failures: BTreeMap<&str, u64> = BTreeMap::new();
    for (reason, n) in setting.runs.iter().flat_map(|run| &run.placement_failures) {
        *failures.entry(reason).or_default() += n;
    }
    let (reason, _) = failures.into_iter().max_by_key(|&(_, n)| n)?;
    Some(if reason.is_empty() { "refused by the cell".to_owned() } else { format!("`{reason}`") })
}

fn span(seconds: f64) -> Span {
    crate::distribution::secs(seconds)
}

fn capitalised(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or(String::new(), |first| first.to_uppercase().chain(letters).collect())
}
