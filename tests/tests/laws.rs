//! Laws that hold whatever the durations are: queueing theory's, and orders between settings.

use std::collections::BTreeMap;

use proptest::prelude::*;
use rivera_model::{CellIx, Fleet, ZoneIx};
use rivera_sim::{CellState, Distribution, Finished, Scenario, What};
use rivera_tests::fleets::{FleetBuilder, plain_scenario, run, setting};

fn full(cells: u32, instances: u32) -> Fleet {
    let mut builder = FleetBuilder::zones(&[cells]);
    for cell in 0..cells {
        builder = builder.singles(instances, 100, cell);
    }
    builder.build()
}

/// When the roll-out began, in microseconds of the run.
fn began_us(run: &Finished) -> u64 {
    let began = run.timeline.iter().find(|entry| entry.what == What::RolloutBegins);
    began.expect("it begins").at.0
}

/// When each cell's drain began, from the beginning of the roll-out, in that order.
fn begins_us(run: &Finished) -> Vec<(CellIx, u64)> {
    let began = began_us(run);
    let drains = run.timeline.iter().filter_map(|entry| match entry.what {
        What::Cell(cell, CellState::Evacuating) => Some((cell, entry.at.0 - began)),
        _ => None,
    });
    drains.collect()
}

fn ended_us(run: &Finished) -> u64 {
    let ends = run.timeline.iter().find(|entry| entry.what == What::RolloutEnds);
    ends.expect("it ends").at.0 - began_us(run)
}

fn zone_of(fleet: &Fleet, cell: CellIx) -> ZoneIx {
    fleet.cells[cell.index()].zone
}

/// Gives each cell, in their order, the slot that is free first from `now` on, and says when the last of them ends.
fn makespan(
    cells: &[CellIx],
    now: u64,
    slots: usize,
    takes: &BTreeMap<CellIx, u64>,
    begins: &mut BTreeMap<CellIx, u64>,
) -> u64 {
    let mut free = vec![now; slots];
    for &cell in cells {
        let first = free.iter_mut().min().expect("a slot");
        begins.insert(cell, *first);
        *first += takes[&cell];
    }
    free.into_iter().max().expect("a slot")
}

/// Little: the mean number of starting containers is the rate of starts times the mean duration of one. Both sides are
/// taken from the events, the one by time and the other by container.
#[test]
fn littles_law_holds_for_starting_containers() {
    let mut scenario = Scenario::default();
    scenario.run.warm_up_s = 0.0;
    // No droplet is so large that its app never starts.
    scenario.apps.droplet_mb = Distribution::Uniform(50.0, 200.0);
    let fleet = full(12, 20);
    let found = run(&fleet, &scenario, setting("2", "15"), 3);
    let mut changes: Vec<(f64, i32)> = Vec::new();
    let mut durations_s = Vec::new();
    for (position, entry) in found.timeline.iter().enumerate() {
        let What::Placed(lrp, cell) = entry.what else { continue };
        let ended = found.timeline[position..].iter().find(|it| it.what == What::Running(lrp, cell));
        let (from, to) = (entry.at.as_secs_f64(), ended.expect("every start succeeds").at.as_secs_f64());
        changes.extend([(from, 1), (to, -1)]);
        durations_s.push(to - from);
    }
    assert_eq!(found.outcome.crashes, 0, "no start is cut short");
    assert!(durations_s.len() > 240, "{} starts", durations_s.len());
    changes.sort_by(|a, b| a.0.total_cmp(&b.0));
    let (first, last) = (changes[0].0, changes[changes.len() - 1].0);
    let (mut area, mut starting, mut since, mut peak) = (0.0, 0, first, 0);
    for (at, change) in changes {
        area += f64::from(starting) * (at - since);
        starting += change;
        peak = peak.max(starting);
        since = at;
    }
    let mean_starting = area / (last - first);
    let starts = f64::from(u32::try_from(durations_s.len()).expect("few starts"));
    let mean_s = durations_s.iter().sum::<f64>() / starts;
    let rate = starts / (last - first);
    assert!((mean_starting - rate * mean_s).abs() < 1e-6 * mean_starting, "{mean_starting} {rate} {mean_s}");
    // What the run counts by itself is the same number, up to the call that tells the BBS.
    assert!(peak.abs_diff(i32::try_from(found.outcome.peak_starting).expect("few")) <= 2);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn more_cells_in_flight_never_lengthen_a_roll_out_of_empty_cells(
        zones in proptest::collection::vec(1_u32..12, 1..4),
        in_flight in 1_u32..12,
        seed in 0_u64..1_000,
    ) {
        let fleet = FleetBuilder::zones(&zones).build();
        let mut scenario = plain_scenario(60.0, 1.0);
        scenario.update.vm_create_s = Distribution::Lognormal { median: 120.0, p95: 400.0 };
        let duration = |k: u32| run(&fleet, &scenario, setting(&k.to_string(), "none"), seed).outcome.duration_s;
        prop_assert!(duration(in_flight + 1) <= duration(in_flight) + 1e-6);
    }

    /// J-14: so many cells at a time, each as soon as a slot is free, in their order (D.3); the first zone's canaries go before the
    /// rest of it. How long each takes is known from a roll-out in which they go one after the other.
    #[test]
    fn j14_a_roll_out_takes_the_makespan_of_its_cells_in_their_order(
        zones in proptest::collection::vec(1_u32..12, 1..4),
        in_flight in 1_usize..8,
        canaries in 0_usize..4,
        seed in 0_u64..1_000,
    ) {
        let fleet = FleetBuilder::zones(&zones).build();
        let mut scenario = plain_scenario(60.0, 1.0);
        scenario.update.vm_create_s = Distribution::Uniform(60.0, 1_200.0);
        scenario.update.canaries = canaries.to_string();
        let one_by_one = run(&fleet, &scenario, setting("1", "none"), seed);
        let begins = begins_us(&one_by_one);
        let mut ends: Vec<u64> = begins[1..].iter().map(|it| it.1).collect();
        ends.push(ended_us(&one_by_one));
        let takes: BTreeMap<CellIx, u64> =
            begins.iter().zip(ends).map(|(&(cell, begins), ends)| (cell, ends - begins)).collect();
        let order: Vec<CellIx> = begins.iter().map(|it| it.0).collect();

        let mut expected = BTreeMap::new();
        let mut now = 0;
        for (number, zone) in order.chunk_by(|a, b| zone_of(&fleet, *a) == zone_of(&fleet, *b)).enumerate() {
            let (first, rest) = zone.split_at(if number == 0 { canaries.min(zone.len()) } else { 0 });
            for phase in [first, rest] {
                now = makespan(phase, now, in_flight, &takes, &mut expected);
            }
        }
        let run = run(&fleet, &scenario, setting(&in_flight.to_string(), "none"), seed);
        let found: BTreeMap<CellIx, u64> = begins_us(&run).into_iter().collect();
        prop_assert_eq!(found, expected);
        prop_assert_eq!(ended_us(&run), now);
    }

    #[test]
    fn a_slower_start_never_shortens_a_drain(
        instances in 1_u32..25,
        start_s in 1_u32..40,
        slower_s in 1_u32..40,
        seed in 0_u64..1_000,
    ) {
        let fleet = FleetBuilder::zones(&[4]).singles(instances, 10, 0).build();
        let longest = |start_s: u32| {
            let scenario = plain_scenario(60.0, f64::from(start_s));
            run(&fleet, &scenario, setting("1", "none"), seed).outcome.drain.max_s
        };
        prop_assert!(longest(start_s + slower_s) >= longest(start_s));
    }

    /// Every instance that ran is running at the end, unless the run says why not.
    #[test]
    fn no_instance_is_lost(
        cells in 2_u32..8,
        instances in 1_u32..20,
        in_flight in 1_u32..4,
        limit in 1_u32..30,
        seed in 0_u64..1_000,
    ) {
        let fleet = full(cells, instances);
        let mut scenario = Scenario::default();
        scenario.run.settle_s = 7_200.0;
        // No droplet is so large that its app never starts again.
        scenario.apps.droplet_mb = Distribution::Uniform(50.0, 200.0);
        let found = run(&fleet, &scenario, setting(&in_flight.to_string(), &limit.to_string()), seed).outcome;
        prop_assert_eq!(found.not_running_at_end, 0, "{:?}", found);
    }
}
