//! What speaks for the best setting, what holds it up, and what it rests on.

use rivera_limiter::StartLimit;
use rivera_model::Span;
use rivera_sim::{JobOutcome, Scenario, SurplusTimes, UpgradeOutcome, many, plural};

use super::results::SettingResult;
use super::verdict::name;
use crate::gentlest::ABOUT_THE_SAME;

/// The component that the cells are.
const CELLS: &str = "Diego Cell";

pub(super) fn praise(settings: &[SettingResult], harmless: &[usize], best: usize) -> String {
    let duration = &settings[best].stats[0];
    format!(
        "Without harm: {} of {} (no evacuation timeout, no downtime, no crash of a healthy app, no instance missing \
         at the end). Of the shortest of them, within 2 %, the one with the fewest starts at once is {}: {} ({} to {} over \
         the seeds).",
        harmless.len(),
        many(settings.len(), "setting"),
        name(&settings[best]),
        Span::from_secs_f64(duration.median),
        Span::from_secs_f64(duration.min),
        Span::from_secs_f64(duration.max),
    )
}

pub(super) fn against_slowest(settings: &[SettingResult], harmless: &[usize], best: usize) -> Option<String> {
    let duration = |ix: usize| settings[ix].median_duration_s();
    let slowest = harmless.iter().copied().max_by(|&a, &b| duration(a).total_cmp(&duration(b)))?;
    let saved = duration(slowest) - duration(best);
    (saved > duration(slowest) * ABOUT_THE_SAME).then(|| {
        let (slowest, takes) = (name(&settings[slowest]), Span::from_secs_f64(duration(slowest)));
        format!("That saves {} against {slowest} ({takes}).", Span::from_secs_f64(saved))
    })
}

/// What holds the roll-out up: the drains, and in them the limit of starts, or the replacement of the VMs.
pub(super) fn binding(best: &SettingResult) -> String {
    let (drain_s, slot_s) = (best.mean(|run| run.drain.p50_s), best.mean(|run| run.slot.p50_s));
    let share = if slot_s > 0.0 { drain_s / slot_s * 100.0 } else { 0.0 };
    let limit = match best.setting.max_starts {
        StartLimit::Unlimited => String::new(),
        _ => {
            let limited = best.mean(|run| run.limited_auctions_share) * 100.0;
            format!("; the limit of starts held something back in {limited:.0} % of the auctions")
        }
    };
    format!(
        "The update of a cell takes {} (median), {share:.0} % of it draining{limit}.",
        Span::from_secs_f64(slot_s)
    )
}

/// What cells that are there for the upgrade only take of its time.
pub(super) fn surplus(best: &SettingResult) -> Option<String> {
    let cells = best.runs.iter().find_map(|run| run.surplus)?.cells;
    let mean = |part: fn(&SurplusTimes) -> f64| {
        Span::from_secs_f64(
            best.runs.iter().filter_map(|run| run.surplus.as_ref()).map(part).sum::<f64>() / best.seeds(),
        )
    };
    let (adding, rolling) = (mean(|times| times.adding_s), mean(|times| times.rolling_s));
    let removing = mean(|times| times.removing_s);
    Some(format!(
        "Of its time {adding} go into adding {}, {rolling} into the roll-out, and {removing} into removing \
         them; the same without them tells what they save.",
        many(cells as usize, "surplus cell")
    ))
}

/// Apps that are stopped before they are replaced are down in every setting.
pub(super) fn by_choice(best: &SettingResult) -> Option<String> {
    let down_s = best.mean(|run| run.recreate_downtime_s);
    (down_s > 0.0).then(|| {
        format!(
            "Apps with the recreate strategy are stopped before they are replaced: their instances were down for {} in \
             all. While they are not refused a cell that does not count as harm.",
            Span::from_secs_f64(down_s)
        )
    })
}

/// What clients see of it, if anything.
pub(super) fn failed_requests(best: &SettingResult) -> Option<String> {
    let not_found = best.mean(|run| run.routes.errors.requests_404);
    let bad_gateway = best.mean(|run| run.routes.errors.requests_502);
    let down = match best.greatest(|run| run.apps_down.into()) {
        0 => "",
        _ => ", and an app without a running instance answers nothing",
    };
    (not_found + bad_gateway >= 0.5).then(|| {
        format!(
            "Clients see about {not_found:.0} answers 404 and {bad_gateway:.0} answers 502 a run, at the rate of requests of the \
             scenario (table routes): routers learn of a new instance and of the end of the old one by messages that race{down}."
        )
    })
}

/// What is away while the other components are updated, which hardly depends on the setting.
pub(super) fn whole_upgrade(best: &SettingResult) -> Option<String> {
    let upgrade = best.runs.iter().find_map(|run| run.upgrade.as_ref())?;
    // Of a manifest of cells alone there is nothing to tell, of which a warning tells.
    upgrade.components.iter().find(|component| component.name != CELLS && component.instances > 0)?;
    let of_upgrade =
        |value: fn(&UpgradeOutcome) -> f64| best.median(|run| run.upgrade.as_ref().map_or(0.0, value));
    let of_jobs = |value: fn(&JobOutcome) -> f64| best.median(|run| run.jobs.as_ref().map_or(0.0, value));
    let mut text = format!(
        "While the other components are updated nobody can push for {}; a component that apps need has no instance for {}, one \
         that the platform needs for {}.",
        Span::from_secs_f64(of_upgrade(|it| it.push.total_s)),
        Span::from_secs_f64(of_upgrade(|it| it.apps_plane.total_s)),
        Span::from_secs_f64(of_upgrade(|it| it.platform_plane.total_s)),
    );
    let losses = of_upgrade(|it| f64::from(it.quorum_losses));
    if losses > 0.0 {
        text += &format!(" A majority is lost {}.", times(losses));
    }
    let failures = of_jobs(|it| f64::from(it.load_failures));
    if failures > 0.0 {
        text += &format!(
            " Old workers fail {} to load jobs of new Cloud Controllers, which delays them by up to {}.",
            times(failures),
            Span::from_secs_f64(of_jobs(|it| it.delay.max_s))
        );
    }
    Some(text)
}

/// What an answer rests on that nobody has published, of a setting with so many containers starting at once. Tables that are
/// switched off are not among what it rests on.
#[must_use]
pub fn starts_caveat(peak_starting: u32, scenario: &Scenario) -> String {
    let containers = many(peak_starting as usize, "container");
    let (on, off) = scenario.slowing_tables();
    let unknown = match &*off {
        [] => String::new(),
        _ => format!(" Of {} the runs know nothing, since `enabled` is false there.", named(&off)),
    };
    if on.is_empty() {
        return format!("This setting starts up to {containers} at once.{unknown}");
    }
    let slowed = on.iter().filter_map(|table| match *table {
        "load" => Some("each other"),
        "network" => Some("their cells"),
        "storage" => Some("the file storage"),
        "platform_service" => Some("the platform's services"),
        _ => None,
    });
    format!(
        "This setting starts up to {containers} at once. How much they slow {} down is reckoned with figures of which no source \
         is public (`rivera scenario`, {}): if your platform has not carried that many yet, measure them or choose a lower \
         limit of starts.{unknown}",
        listed(&slowed.collect::<Vec<_>>()),
        named(&on),
    )
}

/// `table load`, `tables load and network`
fn named(tables: &[&str]) -> String {
    format!("{} {}", plural(tables.len() as u64, "table"), listed(tables))
}

/// `a`, `a and b`, `a, b and c`
fn listed(names: &[&str]) -> String {
    match names {
        [others @ .., before, last] => {
            others.iter().map(|name| format!("{name}, ")).collect::<String>()
                + &format!("{before} and {last}")
        }
        _ => names.concat(),
    }
}

/// `once`, `3 times`; of a median that lies between two numbers the nearest.
fn times(number: f64) -> String {
    match format!("{number:.0}").as_str() {
        "1" => "once".to_owned(),
        number => format!("{number} times"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn caveat(off: &[&str]) -> String {
        let off: String = off.iter().map(|table| format!("[{table}]\nenabled = false\n")).collect();
        starts_caveat(9, &Scenario::default().overlaid(&off).unwrap())
    }

    #[test]
    fn a_caveat_rests_on_tables_that_are_on() {
        let rests_on = |off: &[&str]| {
            let text = caveat(off);
            let (_, tables) = text.split_once("(`rivera scenario`, ").unwrap();
            tables.split_once(')').unwrap().0.to_owned()
        };
        assert_eq!(rests_on(&[]), "tables load, network, storage and platform_service");
        assert!(!caveat(&[]).contains("know nothing"));
        assert_eq!(rests_on(&["load", "network", "storage"]), "table platform_service");
        let one = caveat(&["storage"]);
        assert!(one.contains("slow each other, their cells and the platform's services down"), "{one}");
        assert!(
            one.ends_with(" Of table storage the runs know nothing, since `enabled` is false there."),
            "{one}"
        );
        assert_eq!(
            caveat(&["load", "network", "storage", "platform_service"]),
            "This setting starts up to 9 containers at once. Of tables load, network, storage and platform_service the runs know \
             nothing, since `enabled` is false there."
        );
    }
}
