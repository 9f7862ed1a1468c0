//! The sentences of a recommendation.

use rivera_experiment::Interval;
use rivera_experiment::recommend::{Binding, Harm, Refusal, Sensitivity};
use rivera_sim::{Cause, End, Unit};

use super::Recommended;
use super::risk::changed;
use crate::figures::{count, duration, figure, many};
use crate::summary::{self, reason_text};

/// The heading of what holds the answer up.
pub(super) const BINDS: &str = "What binds";
/// The heading of what changes the answer.
pub(super) const CHANGES: &str = "If a constant that nobody publishes is halved or doubled (3 seeds each)";
/// Refused settings that are told one by one.
const MOST_REFUSED: usize = 4;
/// Changed constants that are told one by one.
const MOST_CHANGES: usize = 8;
/// What matters less holds nothing up.
const LEAST_WEIGHT: f64 = 0.05;

impl Recommended<'_> {
    /// `max_in_flight 4%, max_starts 200`
    pub(super) fn name(&self, point: usize) -> String {
        summary::point_name(self.plan, &self.values[point])
    }

    fn unit(&self) -> Unit {
        self.goal.objective.metric.unit
    }

    fn objective(&self, point: usize) -> f64 {
        self.goal.value(&rivera_experiment::of_point(&self.found.runs, point))
    }

    /// The answer's objective with its interval: `2h 48m (2h 44m to 2h 50m)`.
    pub(super) fn figure_of(&self, point: usize) -> String {
        let runs = rivera_experiment::of_point(&self.found.runs, point);
        let sample: Vec<f64> = runs.iter().map(|run| (self.goal.objective.metric.value)(run)).collect();
        let Interval { low, high, .. } = Interval::of(&sample);
        let text = |value| figure(self.unit(), value);
        format!("{} ({} to {})", text(self.objective(point)), text(low), text(high))
    }

    /// Why this setting.
    pub(super) fn reasons(&self, answer: usize) -> Vec<String> {
        let settings = self.values.len();
        let bounds: Vec<String> = self.goal.bounds.iter().map(ToString::to_string).collect();
        let mut reasons = vec![
            format!(
                "It keeps every bound with each of {}: {}; every roll-out finishes, and no instance is missing at the end.",
                many(usize::try_from(self.plan.seeds.count).unwrap_or(usize::MAX), "seed"),
                bounds.join("; ")
            ),
            format!(
                "Of {} it has the least {}; of those within 2 % of the least it has the fewest starts at once. {} broken bounds, \
                 and the others are clearly worse.",
                many(settings, "setting"),
                self.goal.objective,
                match self.found.refused.len() {
                    0 => "None has".to_owned(),
                    1 => "1 has".to_owned(),
                    refused => format!("{refused} have"),
                },
            ),
        ];
        reasons.extend(
            self.found
                .runner_up
                .map(|point| format!("The runner-up is {}: {}.", self.name(point), self.figure_of(point))),
        );
        let mut faster: Vec<&Refusal> =
            self.found.refused.iter().filter(|it| it.objective < self.objective(answer)).collect();
        faster.sort_by(|a, b| b.objective.total_cmp(&a.objective));
        reasons.extend(faster.iter().take(MOST_REFUSED).map(|refusal| self.refusal(refusal)));
        reasons
    }

    /// Why there is no answer.
    pub(super) fn why_none(&self) -> Vec<String> {
        let mut by_bound: Vec<(&str, usize)> = Vec::new();
        for refusal in &self.found.refused {
            match by_bound.iter_mut().find(|(bound, _)| *bound == refusal.bound) {
                Some((_, count)) => *count += 1,
                None => by_bound.push((&refusal.bound, 1)),
            }
        }
        by_bound.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(b.0)));
        let mut reasons: Vec<String> = by_bound
            .iter()
            .map(|(bound, settings)| {
                let breaks = if *settings == 1 { "breaks" } else { "break" };
                format!("{} {breaks} \"{bound}\".", many(*settings, "setting"))
            })
            .collect();
        let mut gentlest: Vec<&Refusal> = self.found.refused.iter().collect();
        // Values of different bounds cannot be compared: those of the bound that is broken most often come first.
        let rank = |it: &Refusal| by_bound.iter().position(|(bound, _)| *bound == it.bound);
        gentlest.sort_by(|a, b| {
            rank(a).cmp(&rank(b)).then(a.value.total_cmp(&b.value)).then(a.point.cmp(&b.point))
        });
        reasons.extend(gentlest.iter().take(MOST_REFUSED).map(|refusal| self.refusal(refusal)));
        reasons
    }

    /// What the search took.
    pub(super) fn effort(&self) -> String {
        let full = self.values.len() as u64 * self.plan.seeds.count;
        format!(
            "Searched {} with {}; every setting with every seed would be {}.",
            many(self.values.len(), "setting"),
            many(self.runs, "run"),
            count(full)
        )
    }

    fn refusal(&self, refusal: &Refusal) -> String {
        let objective = figure(self.unit(), refusal.objective);
        let value = summary::metric_of(&refusal.bound)
            .map_or_else(String::new, |metric| format!(" ({})", figure(metric.unit, refusal.value)));
        format!(
            "{} would take {objective}, but breaks \"{}\"{value} with seed {}: {}.",
            self.name(refusal.point),
            refusal.bound,
            refusal.seed,
            harm(&refusal.harm)
        )
    }

    /// What holds the answer up.
    pub(super) fn bindings(&self) -> Vec<String> {
        self.binds.iter().filter(|it| it.weight() >= LEAST_WEIGHT).map(binding).collect()
    }

    /// What changes the answer; nothing if that was not tried, or there is none.
    pub(super) fn changes(&self) -> Option<Vec<String>> {
        self.found.answer?;
        let changes = self.sensitivity?;
        let mut sentences: Vec<String> =
            changes.iter().take(MOST_CHANGES).map(|change| self.change(change)).collect();
        match changes.len().checked_sub(MOST_CHANGES) {
            Some(more) if more > 0 => sentences.push(format!("{more} more change it, all of them by less.")),
            _ if changes.is_empty() => {
                sentences.push(
                    "Halving or doubling any of them changes the objective by less than 1 %.".to_owned(),
                );
            }
            _ => sentences.push("All others change it by less than 1 %, and break nothing.".to_owned()),
        }
        Some(sentences)
    }

    fn change(&self, change: &Sensitivity) -> String {
        let percent = (change.objective_ratio - 1.0) * 100.0;
        let sentence = format!("{}: {percent:+.0} %", changed(change));
        match (&change.broken, change.instead) {
            (None, _) => format!("{sentence}."),
            (Some(bound), Some(point)) => {
                format!("{sentence}, and \"{bound}\" breaks: then {} would be the answer.", self.name(point))
            }
            (Some(bound), None) => {
                format!(
                    "{sentence}, and \"{bound}\" breaks; none of the settings next to it keeps all bounds either."
                )
            }
        }
    }
}

/// What went wrong, the cause before the effect.
fn harm(harm: &Harm) -> String {
    let mut parts = Vec::new();
    if !harm.refused_for_capacity.is_empty() {
        let reasons = harm
            .refused_for_capacity
            .iter()
            .map(|(reason, n)| format!("{} {}", count(*n), reason_text(reason)));
        parts.push(format!("placements refused: {}", reasons.collect::<Vec<_>>().join(", ")));
    }
    if harm.evacuation_timeouts > 0 {
        parts.push(format!("{} hit the evacuation timeout", many(harm.evacuation_timeouts as usize, "cell")));
    }
    if !harm.crashes.is_empty() {
        let causes = harm.crashes.iter().map(|(cause, n)| format!("{} {}", count(*n), cause_text(*cause)));
        parts.push(format!("crashes: {}", causes.collect::<Vec<_>>().join(", ")));
    }
    if let Some(cascade) = &harm.cascade {
        parts.push(format!(
            "a cascade of {} crashes on {} began after {}{}, with {} starting on its first cell{}",
            count(cascade.crashes),
            many(cascade.cells as usize, "cell"),
            duration(cascade.began_s),
            cascade.goes_on().map_or_else(String::new, |why| format!(" and had not died out: {why}")),
            many(cascade.first.starting_on_cell as usize, "container"),
            cascade.first.shortages().iter().map(|short| format!(", {short}")).collect::<String>()
        ));
    }
    if harm.apps_down > 0 {
        parts.push(format!(
            "{} down, for up to {}",
            many(harm.apps_down as usize, "app"),
            duration(harm.longest_app_down_s)
        ));
    }
    match harm.end {
        End::Finished => {}
        End::UpdateFailed => parts.push("the update of a cell failed, which stops the deployment".to_owned()),
        End::GivenUp => parts.push("it did not end in the time that a run may take".to_owned()),
    }
    if harm.not_running_at_end > 0 {
        parts.push(format!("{} did not run at the end", many(harm.not_running_at_end as usize, "instance")));
    }
    if parts.is_empty() { "see its runs".to_owned() } else { parts.join("; ") }
}

const fn cause_text(cause: Cause) -> &'static str {
    match cause {
        Cause::NeverHealthy => "not healthy before the start timeout",
        Cause::Unhealthy => "failed a health check while running",
        Cause::CreationFailed => "containers not created in time",
        Cause::Exited => "ended by themselves",
        Cause::NoDependencies => "without what a start downloads",
        Cause::NoDroplet => "without their droplet",
    }
}

fn binding(binding: &Binding) -> String {
    let percent = |share: f64| format!("{:.0} %", share * 100.0);
    match binding {
        Binding::Cells { slot_s, draining_share, in_flight } => format!(
            "Cells in flight: {} at a time at most, each away for {} (median), {} of it draining. More at a time would be \
             shorter in proportion, while the rest has room.",
            in_flight,
            duration(*slot_s),
            percent(*draining_share)
        ),
        Binding::StartLimit { auctions_share, longest_s } => format!(
            "Start limit and convergence: the limit held something back in {} of the auctions, at most for {} on end; what is \
             held back is asked for again at the next convergence.",
            percent(*auctions_share),
            duration(*longest_s)
        ),
        Binding::EvacuationTimeout { longest_drain_s, timeout_s } => format!(
            "Evacuation timeout: the longest drain takes {} of {}.",
            duration(*longest_drain_s),
            duration(*timeout_s)
        ),
        Binding::Capacity { refused } => {
            let reasons = refused.iter().map(|(reason, n)| format!("{} {}", count(*n), reason_text(reason)));
            format!("Capacity: placements refused in all runs: {}.", reasons.collect::<Vec<_>>().join(", "))
        }
        Binding::Storage { peak_mb_per_s, bandwidth_mb_per_s, is_internal } => format!(
            "Storage: the {} file storage sends up to {} of {} MB/s.",
            if *is_internal { "internal" } else { "external" },
            figure(Unit::Count, peak_mb_per_s.round()),
            figure(Unit::Count, bandwidth_mb_per_s.round())
        ),
        Binding::Network { held_share, peak } => format!(
            "Network: that of their cell is what limits downloads in {} of their time; the fullest is asked for {peak:.1} times \
             what it has.",
            percent(*held_share)
        ),
        Binding::Load { peak } => format!(
            "Load: the fullest cell is asked for {peak:.1} times what it has, so everything on it is slower for a while."
        ),
    }
}
