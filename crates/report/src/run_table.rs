//! One run for a terminal: its figures with what they mean, then zones, causes and the apps that suffered most.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use rivera_sim::{FaultReport, FleetFigures, METRICS, Outcome, Quantiles, Sample, Setting, Unit};

use crate::figures::{count, duration, figure};
use crate::grid::{Emphasis, Grid};
use crate::spark::spark;
use crate::storage_table;
use crate::summary;
use crate::terminal::{Terminal, harmless};
use crate::upgrade_rows;
use crate::{cascade_rows, fault_rows};

const STORAGE: &str = "The file storage";

/// One run of one setting on the given fleet, and what its scenario is to be warned of ([`rivera_sim::warnings`]).
#[must_use]
pub fn run_table(
    outcome: &Outcome,
    setting: &Setting,
    fleet: &FleetFigures,
    warnings: &[String],
    terminal: Terminal,
) -> String {
    let mut text = format!(
        "{}\n{}{}, seed {}: {}\n\n",
        terminal.heading(&harmless(&fleet.name)),
        terminal.paragraph(&harmless(&summary::fleet(fleet)), ""),
        summary::throttles(setting),
        outcome.seed,
        summary::end(&outcome.end)
    );
    for warning in warnings {
        text += &terminal.paragraph(&harmless(&format!("Warning: {warning}")), "");
        text.push('\n');
    }
    text += &figures(outcome, terminal);
    let sections = [
        ("Times", times(outcome)),
        ("The whole upgrade", spans(outcome)),
        ("Components that were away", away(outcome)),
        ("Zones", zones(outcome)),
        ("Surplus cells", surplus(outcome)),
        (STORAGE, storage_table::storage(&outcome.storage)),
        ("Faults", faults(outcome)),
        ("What was lost or refused", lost(&outcome.faults)),
        ("Crashes", crashes(outcome)),
        ("Cascades of crashes", cascades(outcome)),
        ("Start requests", by_cause("cause", &outcome.start_requests)),
        ("Placements refused", by_cause("reason", &outcome.placement_failures)),
        ("Pushes that were rolled out", rolling(outcome)),
        ("Pushes that failed", by_cause("reason", &outcome.staging.failed_by_reason)),
        ("Apps that were down the longest", worst_apps(outcome)),
        ("Apps with the most failed requests", failed_requests(outcome)),
    ];
    text += &course(outcome, terminal);
    for (heading, grid) in sections {
        if !grid.is_empty() {
            let _ = write!(text, "\n{}\n{}", terminal.heading(heading), grid.render(terminal));
            if heading == STORAGE {
                text += &terminal.paragraph(storage_table::OF_MEANS, "");
            }
        }
    }
    text
}

/// The course over time, a line for each of its series that is not zero throughout.
fn course(outcome: &Outcome, terminal: Terminal) -> String {
    const NAME_COLUMNS: usize = 22;
    const GREATEST_COLUMNS: usize = 10;
    let Some(last) = outcome.course.last() else { return String::new() };
    let width = terminal.width.saturating_sub(NAME_COLUMNS + GREATEST_COLUMNS).max(10);
    let end = duration(last.t_s);
    let mut text = format!(
        "\n{}\n",
        terminal.heading(&format!("Over time, to {end} (the greatest sample at the right)"))
    );
    for (name, value) in SERIES {
        let values: Vec<f64> = outcome.course.iter().map(value).collect();
        let greatest = values.iter().copied().fold(0.0, f64::max);
        if greatest > 0.0 {
            let greatest = figure(Unit::Count, greatest.round());
            let _ = writeln!(text, "{name:<NAME_COLUMNS$}{} {greatest}", spark(&values, width));
        }
    }
    text
}

/// A name, and what it is of a sample.
type Series = (&'static str, fn(&Sample) -> f64);

/// What is shown of the course.
const SERIES: [Series; 10] = [
    ("cells out of service", |it| f64::from(it.cells_evacuating + it.cells_updating + it.cells_starting)),
    ("starting", |it| f64::from(it.starting)),
    ("waiting for a cell", |it| f64::from(it.waiting)),
    ("to be moved", |it| f64::from(it.evacuating)),
    ("down", |it| f64::from(it.down)),
    #[expect(clippy::cast_precision_loss, reason = "far below 2^53")]
    ("crashes so far", |it| it.crashes as f64),
    ("storage, MB/s", |it| it.storage_mb_per_s),
    ("storage, operations/s", |it| it.storage_operations_per_s),
    ("routes missing", |it| f64::from(it.routes_missing)),
    ("routes to the dead", |it| f64::from(it.routes_dead)),
];

fn figures(outcome: &Outcome, terminal: Terminal) -> String {
    let metrics = || METRICS.iter().filter(|metric| metric.applies([outcome]));
    let rows = || metrics().map(|metric| (metric, figure(metric.unit, (metric.value)(outcome))));
    let figures = |with_help: bool| {
        let mut grid = Grid::of_words(2, if with_help { &["figure", "", ""] } else { &["figure", ""] });
        for (metric, value) in rows() {
            let mut cells = vec![metric.title.to_owned(), value];
            cells.extend(with_help.then(|| metric.help.to_owned()));
            grid.row(Emphasis::Plain, cells);
        }
        grid
    };
    // The meanings are a help, not a result: where there is no room for them they are left out.
    let explained = figures(true);
    if explained.fits(terminal) { explained.render(terminal) } else { figures(false).render(terminal) }
}

fn times(outcome: &Outcome) -> Grid {
    let mut grid = Grid::of_words(1, &["of", "number", "median", "p99", "greatest"]);
    let mut row = |title: &str, quantiles: &Quantiles| {
        if quantiles.count > 0 {
            let times = [quantiles.p50_s, quantiles.p99_s, quantiles.max_s].map(duration);
            let cells = [title.to_owned(), count(quantiles.count)].into_iter().chain(times);
            grid.row(Emphasis::Plain, cells.collect());
        }
    };
    row("a cell's drain", &outcome.drain);
    row("a cell's whole update", &outcome.slot);
    row("an instance's wait until it runs", &outcome.wait);
    row("a push until it is staged", &outcome.staging.delay);
    row("a push until it fails", &outcome.staging.failure);
    if let Some(restarts) = &outcome.staging.restarts {
        row("a pushed app until an instance runs", &restarts.down);
        row("a pushed app until all of them run", &restarts.all_running);
    }
    if let Some(rolling) = &outcome.staging.rolling {
        row("a push from staged until it is rolled out", &rolling.took);
    }
    row("from running to every router", &outcome.routes.registered);
    row("from stopping to no router", &outcome.routes.unregistered);
    grid
}

fn zones(outcome: &Outcome) -> Grid {
    let of_groups = summary::has_groups(&outcome.zones);
    let headings = ["zone", "cells", "in flight", "from", "to", "took"];
    let headings: Vec<&str> = of_groups.then_some("group").into_iter().chain(headings).collect();
    let mut grid = Grid::of_words(1 + usize::from(of_groups), &headings);
    for span in &outcome.zones {
        let cells = [
            harmless(&span.zone),
            count(span.cells),
            count(span.in_flight),
            duration(span.start_s),
            duration(span.end_s),
            duration(span.end_s - span.start_s),
        ];
        let group = of_groups.then(|| harmless(&span.group));
        grid.row(Emphasis::Plain, group.into_iter().chain(cells).collect());
    }
    grid
}

fn surplus(outcome: &Outcome) -> Grid {
    let mut grid = Grid::of_words(0, &["cells", "adding them", "the roll-out", "removing them"]);
    if let Some(times) = &outcome.surplus {
        let spans = [times.adding_s, times.rolling_s, times.removing_s].map(duration);
        grid.row(Emphasis::Plain, std::iter::once(count(times.cells)).chain(spans).collect());
    }
    grid
}

fn faults(outcome: &Outcome) -> Grid {
    let mut grid = Grid::of_words(2, &fault_rows::HEADINGS);
    for fault in &outcome.faults.happened {
        grid.row(Emphasis::Plain, fault_rows::cells(fault, harmless(&cells(&fault.cells))));
    }
    grid
}

fn spans(outcome: &Outcome) -> Grid {
    let mut grid = Grid::of_words(1, &upgrade_rows::SPANS);
    for span in outcome.upgrade.iter().flat_map(upgrade_rows::spans) {
        grid.row(Emphasis::Plain, span.cells().iter().map(|cell| harmless(cell)).collect());
    }
    grid
}

/// The first of them, and how many more.
fn cells(cells: &[String]) -> String {
    match cells {
        [] => String::new(),
        [one] => one.clone(),
        [first, rest @ ..] => format!("{first} and {} more", count(rest.len() as u64)),
    }
}

/// What did not answer or was gone, by faults or while components of a whole upgrade were away.
fn lost(faults: &FaultReport) -> Grid {
    let mut grid = Grid::of_words(1, &["what", "number"]);
    let counts = [
        ("instances lost with their cells", u64::from(faults.instances_lost)),
        ("tasks lost with their cells", u64::from(faults.tasks_lost)),
        ("start requests that no auctioneer took", faults.requests_refused),
        ("starts given to a cell that did not answer", faults.work_lost),
        ("calls to a BBS that did not answer", faults.bbs_calls_failed),
        ("downloads that failed", faults.downloads_failed),
        ("deployments after a failed one", u64::from(faults.redeployments)),
    ];
    for (what, number) in counts.into_iter().filter(|(_, number)| *number > 0) {
        grid.row(Emphasis::Plain, vec![what.to_owned(), count(number)]);
    }
    for fault in &faults.never_happened {
        grid.row(
            Emphasis::Plain,
            vec![format!("never happened, the roll-out was over: {fault}"), count(1_u32)],
        );
    }
    grid
}

/// What became of the pushes with a rolling strategy.
fn rolling(outcome: &Outcome) -> Grid {
    let mut grid = Grid::of_words(1, &["what", "number"]);
    let Some(rolling) = &outcome.staging.rolling else { return grid };
    let counts = [
        ("begun", rolling.rolled),
        ("staged while a component was away that pushes need", rolling.unavailable),
        ("overtaken by the next push of the app", rolling.superseded),
        ("crashes of new instances before they had run", rolling.crashes),
        ("not finished at the end", u64::from(rolling.not_finished_at_end)),
    ];
    for (what, number) in counts {
        grid.row(Emphasis::Plain, vec![what.to_owned(), count(number)]);
    }
    grid
}

fn away(outcome: &Outcome) -> Grid {
    let mut grid = Grid::of_words(1, &upgrade_rows::COMPONENTS);
    for row in outcome.upgrade.iter().flat_map(upgrade_rows::components) {
        grid.row(Emphasis::Plain, row);
    }
    grid
}

fn by_cause(heading: &str, counts: &BTreeMap<String, u64>) -> Grid {
    let mut grid = Grid::of_words(1, &[heading, "number"]);
    for (cause, number) in counts {
        grid.row(Emphasis::Plain, vec![harmless(summary::reason_text(cause)), count(*number)]);
    }
    grid
}

fn crashes(outcome: &Outcome) -> Grid {
    let mut grid = Grid::of_words(1, &["cause", "number"]);
    for (cause, number) in &outcome.crashes_by_cause {
        grid.row(Emphasis::Plain, vec![cause.text().to_owned(), count(*number)]);
    }
    grid
}

fn cascades(outcome: &Outcome) -> Grid {
    let mut grid = Grid::of_words(1, &cascade_rows::HEADINGS);
    for (number, cascade) in (1_u64..).zip(&outcome.cascades) {
        let cells = cascade_rows::cells(number, cascade, harmless(&cascade.first.cell));
        grid.row(Emphasis::Plain, cells);
    }
    grid
}

fn worst_apps(outcome: &Outcome) -> Grid {
    let mut grid = Grid::of_words(1, &["process", "instances", "down for"]);
    for app in &outcome.worst_apps {
        let cells = vec![harmless(&app.process_guid), count(app.instances), duration(app.longest_s)];
        grid.row(Emphasis::Plain, cells);
    }
    grid
}

fn failed_requests(outcome: &Outcome) -> Grid {
    let mut grid = Grid::of_words(1, &["process", "instances", "404s", "502s"]);
    for app in &outcome.routes.worst_apps {
        let requests =
            [app.errors.requests_404, app.errors.requests_502].map(|number| format!("{number:.1}"));
        let cells = [harmless(&app.process_guid), count(app.instances)].into_iter().chain(requests);
        grid.row(Emphasis::Plain, cells.collect());
    }
    grid
}
