//! What the constants change that no source gives: each halved and doubled, with the same seeds.

use rayon::prelude::*;
use rivera_experiment::{HALF_AND_DOUBLE, PARAMETERS, Parameter, ParameterSource};
use rivera_report::figure;
use rivera_sim::{Outcome, Scenario, Setting, Unit, simulate};

use crate::foundation::{Foundation, setting};
use crate::spread::Spread;
use crate::table::{Table, paragraph};

const SEEDS: [u64; 3] = [1, 2, 3];
/// A change of the duration by less than this part of it is none.
const LEAST_CHANGE: f64 = 0.000_5;

/// The roll-out of the cells of Pivotal Web Services.
pub(crate) fn of_cells() -> String {
    let foundation = Foundation::shipped("pws-2017");
    let is_of_cells = |parameter: &&Parameter| !parameter.is_of_upgrade();
    sensitivity(&foundation, setting("6", "250"), PARAMETERS.iter().filter(is_of_cells))
}

/// The constants of the rest of the deployment, in a whole upgrade of it.
pub(crate) fn of_whole_upgrade() -> String {
    let foundation = Foundation::shipped("pws-2017").with("[upgrade]\nenabled = true\n");
    let of_upgrade = PARAMETERS.iter().filter(|parameter| parameter.is_of_upgrade());
    sensitivity(&foundation, setting("6", "250"), of_upgrade)
}

/// The bundled export, a fifth of each zone at a time, with a file storage of its own and a platform service that are near
/// their limits: what does nothing where there is room decides here.
pub(crate) fn of_tight_cells() -> String {
    let foundation = Foundation::shipped("small").with(
        "[storage]\nlocation = \"internal\"\nbandwidth_mb_per_s = 400\n\
         [platform_service]\nworkers = 3\nservice_ms = { lognormal = { median = 200, p95 = 600 } }\n",
    );
    let is_of_cells = |parameter: &&Parameter| !parameter.is_of_upgrade();
    sensitivity(&foundation, setting("20%", "200"), PARAMETERS.iter().filter(is_of_cells))
}

fn sensitivity<'a>(
    foundation: &Foundation,
    setting: Setting,
    parameters: impl Iterator<Item = &'a Parameter>,
) -> String {
    let run = |scenario: &Scenario, seed| run(foundation, scenario, setting, seed);
    let usual: Vec<Outcome> = SEEDS.par_iter().map(|&seed| run(&foundation.scenario, seed)).collect();
    let parameters: Vec<&Parameter> = parameters.collect();
    let mut effects: Vec<Effect> = parameters
        .par_iter()
        .map(|parameter| {
            let changed = HALF_AND_DOUBLE.map(|factor| {
                let scenario = parameter.changed(&foundation.scenario, factor)?;
                let runs: Vec<Outcome> = SEEDS.iter().map(|&seed| run(&scenario, seed)).collect();
                Some(Change::of(&usual, &runs))
            });
            Effect { parameter, default: parameter.value(&foundation.scenario).to_string(), changed }
        })
        .collect();
    effects.sort_by(|a, b| b.size().0.cmp(&a.size().0).then(b.size().1.total_cmp(&a.size().1)));
    written(&usual, &effects)
}

fn run(foundation: &Foundation, scenario: &Scenario, setting: Setting, seed: u64) -> Outcome {
    let finished = simulate(&foundation.fleet, scenario, setting, seed, rivera_sim::Record::default());
    finished.expect("a fleet that ships").outcome
}

/// What a changed constant does, by seed.
struct Change {
    duration: Spread,
    longest_down_s: Spread,
    timeouts: Spread,
    crashes: Spread,
}

impl Change {
    #[expect(clippy::cast_precision_loss, reason = "far below 2^53")]
    fn of(usual: &[Outcome], changed: &[Outcome]) -> Self {
        let by_seed = |difference: fn(&Outcome, &Outcome) -> f64| {
            Spread::of(usual.iter().zip(changed).map(|(usual, changed)| difference(usual, changed)))
        };
        Self {
            duration: by_seed(|a, b| b.duration_s / a.duration_s - 1.0),
            longest_down_s: by_seed(|a, b| b.longest_app_down_s - a.longest_app_down_s),
            timeouts: by_seed(|a, b| f64::from(b.evacuation_timeouts) - f64::from(a.evacuation_timeouts)),
            crashes: by_seed(|a, b| b.crashes as f64 - a.crashes as f64),
        }
    }

    fn harms(&self) -> bool {
        [self.longest_down_s, self.timeouts, self.crashes].iter().any(|it| it.median != 0.0)
    }
}

struct Effect<'a> {
    parameter: &'a Parameter,
    default: String,
    /// Nothing where half of it, or double, is the same.
    changed: [Option<Change>; 2],
}

impl Effect<'_> {
    /// Whether apps feel it, then how much the duration changes.
    fn size(&self) -> (bool, f64) {
        let changes = || self.changed.iter().flatten();
        let duration = changes().map(|change| change.duration.median.abs()).fold(0.0, f64::max);
        (changes().any(Change::harms), duration)
    }

    fn is_felt(&self) -> bool {
        let (harms, duration) = self.size();
        harms || duration >= LEAST_CHANGE
    }
}

fn written(usual: &[Outcome], effects: &[Effect<'_>]) -> String {
    let mut table = Table::new([
        "constant",
        "",
        "default",
        "duration: half, double",
        "longest app down",
        "cells at the timeout",
        "crashes",
    ]);
    for effect in effects.iter().filter(|effect| effect.is_felt()) {
        let source = match effect.parameter.source {
            ParameterSource::Assumed => "assumed",
            ParameterSource::Fitted => "fitted",
        };
        table.row(&[
            format!("`{}`", effect.parameter.key),
            source.to_owned(),
            format!("`{}`", effect.default),
            both(effect, |change| change.duration, |share| format!("{:.1} %", share * 100.0)),
            both(effect, |change| change.longest_down_s, |seconds| figure(Unit::Seconds, seconds)),
            both(effect, |change| change.timeouts, |number| figure(Unit::Count, number)),
            both(effect, |change| change.crashes, |number| figure(Unit::Count, number)),
        ]);
    }
    let unfelt: Vec<String> = effects
        .iter()
        .filter(|effect| !effect.is_felt())
        .map(|effect| {
            let key = format!("`{}`", effect.parameter.key);
            match effect.changed.each_ref().map(Option::is_none) {
                [false, false] => key,
                [true, false] => format!("{key} (doubled only: half is the same)"),
                [false, true] => format!("{key} (halved only: double is the same)"),
                [true, true] => format!("{key} (half and double are the same)"),
            }
        })
        .collect();
    let duration = Spread::of(usual.iter().map(|run| run.duration_s));
    let duration = duration.show(|value| figure(Unit::Seconds, value));
    let rest = if unfelt.is_empty() {
        String::new()
    } else {
        let unfelt = unfelt.join(", ");
        let text = format!("Without an effect on any of these, the duration to 0.05 %: {unfelt}.");
        format!("\n{}", paragraph(&text))
    };
    format!("The usual duration is {duration}.\n\n{table}{rest}")
}

/// The medians of the changes by half and by double; nothing where both are none. Half or double that is the same has no
/// change to tell of.
fn both(effect: &Effect<'_>, of: fn(&Change) -> Spread, words: impl Fn(f64) -> String) -> String {
    let medians = effect.changed.each_ref().map(|change| change.as_ref().map(|change| of(change).median));
    if medians.iter().flatten().all(|median| *median == 0.0) {
        return String::new();
    }
    medians.map(|median| median.map_or_else(|| "same value".to_owned(), |it| signed(it, &words))).join(", ")
}

fn signed(value: f64, words: impl Fn(f64) -> String) -> String {
    let size = words(value.abs());
    let sign = if value > 0.0 { "+" } else { "−" };
    if size == words(0.0) { size } else { format!("{sign}{size}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_difference_has_a_sign_unless_it_is_nothing() {
        let words = |value: f64| format!("{value:.1} %");
        assert_eq!([1.26, -0.5, 0.01].map(|value| signed(value, words)), ["+1.3 %", "−0.5 %", "0.0 %"]);
    }
}
