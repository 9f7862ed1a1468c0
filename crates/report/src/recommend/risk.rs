//! What may still go wrong with the answer, in sentences.

use rivera_experiment::recommend::{HARMS, Risk, SeenHarm, Sensitivity};
use rivera_experiment::starts_caveat;
use rivera_sim::{METRICS, Metric};

use super::Recommended;
use crate::figures::{duration, figure, many};

/// The heading of the risk.
pub(super) const RISK: &str = "Risk";

impl Recommended<'_> {
    /// What may still go wrong, what was seen first; nothing without an answer.
    #[must_use]
    pub fn risks(&self) -> Vec<String> {
        let Some(risk) = self.risk else { return Vec::new() };
        let mut sentences = vec![self.harms(risk)];
        sentences.extend(downtime(risk).map(str::to_owned));
        sentences.extend([waits(risk), seeds(risk)]);
        sentences.extend(self.sensitivity.map(overturned));
        sentences.push(starts_caveat(risk.peak_starting, self.scenario));
        sentences
    }

    /// Harm that was seen, or what was looked for.
    fn harms(&self, risk: &Risk) -> String {
        let seen: Vec<String> = risk.harms.iter().filter_map(|harm| seen(harm, risk.seeds)).collect();
        if seen.is_empty() {
            // The majority of a database is lost in a whole upgrade only, and what is switched off was not looked for.
            let metrics = HARMS.iter().filter_map(|key| metric(key));
            let metrics = metrics.filter(|it| it.applies([]) && self.scenario.simulates(it));
            let titles: Vec<&str> = metrics.map(|metric| metric.title).collect();
            return format!("No seed showed harm: {} are all 0.", titles.join(", "));
        }
        format!("Seen, and within the bounds: {}.", seen.join("; "))
    }
}

fn metric(key: &str) -> Option<&'static Metric> {
    METRICS.iter().find(|metric| metric.key == key)
}

fn seen(harm: &SeenHarm, seeds: usize) -> Option<String> {
    let metric = metric(harm.metric)?;
    let most = figure(metric.unit, harm.greatest);
    Some(format!(
        "{} up to {most} ({} of {}, most with seed {})",
        metric.title,
        harm.seeds,
        many(seeds, "seed"),
        harm.seed
    ))
}

/// The usual bounds allow what a comparison of settings does not.
fn downtime(risk: &Risk) -> Option<&'static str> {
    risk.harms.iter().any(|harm| harm.metric == "instance_downtime_s").then_some(
        "`rivera compare` counts downtime of single instances as harm; --bound 'instance_downtime_s <= 0' beside the other bounds \
         is as strict.",
    )
}

fn waits(risk: &Risk) -> String {
    format!(
        "An instance waits up to {} until a container of it runs (seed {}).",
        duration(risk.longest_wait_s),
        risk.longest_wait_seed
    )
}

fn seeds(risk: &Risk) -> String {
    format!(
        "It rests on {}: what none of them shows may still happen in up to {:.0} % of roll-outs (95 % confidence). More of \
         them (--seeds) narrow that.",
        many(risk.seeds, "seed"),
        risk.unseen_share * 100.0
    )
}

/// The constants with which the answer would be another.
fn overturned(changes: &[Sensitivity]) -> String {
    let overturning: Vec<String> =
        changes.iter().filter(|change| change.broken.is_some()).map(changed).collect();
    if overturning.is_empty() {
        return "No constant that nobody publishes overturns it by being half or twice what is assumed, one at a time."
            .to_owned();
    }
    format!(
        "It would be overturned, since a bound breaks, by {}: measure what you can of these first.",
        overturning.join(", ")
    )
}

/// `apps.droplet_mb doubled`
pub(super) fn changed(change: &Sensitivity) -> String {
    format!("{} {}", change.key, if change.factor < 1.0 { "halved" } else { "doubled" })
}
