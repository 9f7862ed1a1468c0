//! The timing rules of section J are written down nowhere: they come out of the mechanisms.

use rivera_lifecycle::LrpKey;
use rivera_model::{CellIx, Fleet, FleetTask, ProcessIx, Time, UpdateStrategy};
use rivera_sim::{CellState, Distribution, Entry, FaultEvent, FaultKind, Finished, Scenario, What};
use rivera_tests::fleets::{FleetBuilder, plain_scenario, run, setting};

const START_LIMIT: &str = "waiting to start instance: reached in-flight start limit";

/// Moments of the entries that `pick` picks, in seconds.
fn moments<T>(run: &Finished, pick: impl Fn(&Entry) -> Option<T>) -> Vec<(f64, T)> {
    run.timeline.iter().filter_map(|entry| Some((entry.at.as_secs_f64(), pick(entry)?))).collect()
}

fn first_at(run: &Finished, what: What) -> Option<Time> {
    run.timeline.iter().find(|entry| entry.what == what).map(|entry| entry.at)
}

fn refusals(run: &Finished, reason: &str) -> Vec<(f64, LrpKey)> {
    moments(run, |entry| match entry.what {
        What::Unplaced(lrp, why) if run.reasons.text(why) == reason => Some(lrp),
        _ => None,
    })
}

fn requests(run: &Finished, lrp: LrpKey, why: &str) -> Vec<f64> {
    let wanted = moments(run, |entry| match entry.what {
        What::Requested(requested, reason) if requested == lrp && reason == why => Some(()),
        _ => None,
    });
    wanted.into_iter().map(|(at, ())| at).collect()
}

/// One cell with so many single instances, which has to be emptied into `others` empty cells.
fn one_full_cell(instances: u32, others: u32) -> Fleet {
    FleetBuilder::zones(&[others + 1]).singles(instances, 10, 0).build()
}

/// Moments at which an auction decides, and how much it places.
fn decisions(run: &Finished) -> Vec<(f64, u32)> {
    moments(run, |entry| match entry.what {
        What::AuctionDecides { placed, .. } => Some(placed),
        _ => None,
    })
}

#[test]
fn j1_requests_join_the_auction_until_it_decides_and_wait_for_the_next_one_after_that() {
    // Five instances are evacuated from cell 0, one call of the BBS after the other; cell 3 dies a second later.
    let fleet = FleetBuilder::zones(&[4]).singles(5, 10, 0).singles(1, 10, 3).build();
    let mut scenario = plain_scenario(600.0, 4.0);
    scenario.auctioneer.fetch_states_ms = Distribution::Fixed(2_000.0);
    scenario.auctioneer.commit_ms = Distribution::Fixed(40_000.0);
    scenario.rep.bbs_call_ms = 100.0;
    let dies = FaultEvent {
        at_s: Some(3.0),
        cell: Some("cell-00003".to_owned()),
        ..FaultEvent::new(FaultKind::CellDies)
    };
    scenario.faults.events = vec![dies];
    let run = run(&fleet, &scenario, setting("1", "none"), 1);
    let first_request = |ix, why| requests(&run, LrpKey::new(ProcessIx(ix), 0), why)[0];
    let evacuated: Vec<f64> = (0..5).map(|ix| first_request(ix, "evacuation")).collect();
    let spread_s = evacuated[4] - evacuated[0];
    assert!(spread_s > 0.3, "they come one after the other: {evacuated:?}");
    let (first, second) = (decisions(&run)[0], decisions(&run)[1]);
    assert_eq!(first.1, 5, "all of them come before it decides");
    assert!((first.0 - evacuated[0] - 2.0).abs() < 1e-6, "the slowest answer of a cell: {first:?}");
    let missed = first_request(5, "missing-cell");
    assert!(first.0 < missed && missed < first.0 + 40.0, "while the work is given to the cells: {missed}");
    assert!((second.0 - first.0 - 42.0).abs() < 0.1, "the next one: {second:?}");
}

#[test]
fn j4_a_start_is_the_sum_of_its_steps_and_counts_as_starting_until_the_first_check_that_succeeds() {
    let mut scenario = plain_scenario(600.0, 6.0);
    scenario.apps.lifecycle_mb = 40.0;
    scenario.apps.droplet_mb = Distribution::Fixed(100.0);
    scenario.rep.download_mb_per_s = 40.0;
    scenario.rep.create_s = Distribution::Fixed(2.0);
    scenario.rep.unhealthy_polling_s = 2.0;
    let run = run(&one_full_cell(2, 1), &scenario, setting("1", "1"), 1);
    let up_s = |process| {
        let lrp = LrpKey::new(ProcessIx(process), 0);
        let placed = first_at(&run, What::Placed(lrp, CellIx(1))).expect("it is placed");
        let runs = first_at(&run, What::Running(lrp, CellIx(1))).expect("it runs");
        (placed.as_secs_f64(), runs.as_secs_f64())
    };
    // The bundle 1 s, the container 2 s, the droplet 2.5 s, the app 6 s, and the next look.
    let (placed, runs) = up_s(0);
    assert!((11.5..13.6).contains(&(runs - placed)), "{placed} to {runs}");
    // The second has the bundle, and its turn only when the first no longer counts.
    let (next_placed, next_runs) = up_s(1);
    assert!(next_placed > runs, "with a limit of one start: {next_placed}");
    assert!((10.5..12.6).contains(&(next_runs - next_placed)), "{next_placed} to {next_runs}");
}

#[test]
fn j10_two_restarts_are_immediate_and_the_others_come_after_30_60_120_seconds() {
    // Containers are never created: the platform service answers after the 5 s that it has.
    let mut scenario = plain_scenario(60.0, 1.0);
    scenario.platform_service.enabled = true;
    scenario.platform_service.service_ms = Distribution::Fixed(10_000.0);
    scenario.run.settle_s = 1_800.0;
    let run = run(&one_full_cell(1, 2), &scenario, setting("1", "none"), 1);
    let lrp = LrpKey::new(ProcessIx(0), 0);
    let crashed =
        moments(&run, |entry| matches!(entry.what, What::Crashed(it, _) if it == lrp).then_some(()));
    let asked =
        moments(&run, |entry| matches!(entry.what, What::Requested(it, _) if it == lrp).then_some(()));
    let waits: Vec<f64> = crashed
        .iter()
        .filter_map(|(crashed, ())| asked.iter().map(|(at, ())| at - crashed).find(|wait| *wait >= 0.0))
        .collect();
    assert!(waits.len() >= 6, "{waits:?}");
    assert!(waits[..2].iter().all(|wait| *wait < 1.0), "the first two at once: {waits:?}");
    for (wait, back_off) in waits[2..6].iter().zip([30.0, 60.0, 120.0, 240.0]) {
        assert!((back_off..=back_off + 30.5).contains(wait), "{back_off} s, and the next pass: {waits:?}");
    }
}

#[test]
fn j2_a_refused_instance_is_auctioned_again_after_more_than_30_and_at_most_60_seconds() {
    // The moment of the refusal within the convergence interval varies with the seed.
    let fleet = one_full_cell(20, 4);
    let scenario = plain_scenario(600.0, 4.0);
    let mut waits = Vec::new();
    for seed in 1..=30 {
        let run = run(&fleet, &scenario, setting("1", "10"), seed);
        for (refused_at, lrp) in refusals(&run, START_LIMIT) {
            let again = requests(&run, lrp, "stale-unclaimed-lrp").into_iter().find(|&at| at > refused_at);
            waits.push(again.expect("convergence asks again") - refused_at);
        }
    }
    assert!(waits.len() > 200, "the limit refuses in every run: {}", waits.len());
    assert!(waits.iter().all(|&wait| wait > 30.0 && wait <= 60.0), "{waits:?}");
    let (least, greatest) =
        (waits.iter().copied().fold(99.0, f64::min), waits.iter().copied().fold(0.0, f64::max));
    assert!(least < 35.0 && greatest > 55.0, "they spread over the whole interval: {least} to {greatest}");
}

#[test]
fn j2_a_permanent_backlog_is_tried_again_in_every_second_pass() {
    // Nothing ever fits: the other cell is too full.
    let fleet = FleetBuilder::zones(&[2]).singles(3, 3_000, 0).singles(3, 3_000, 1).build();
    let mut scenario = plain_scenario(60.0, 4.0);
    scenario.bbs.convergence_pass_ms = 500.0;
    let run = run(&fleet, &scenario, setting("1", "none"), 3);
    let lrp = LrpKey::new(ProcessIx(0), 0);
    let again = requests(&run, lrp, "stale-unclaimed-lrp");
    assert!(again.len() >= 5, "{again:?}");
    for pair in again.windows(2).take(5) {
        let between = pair[1] - pair[0];
        // Two intervals of 30 s and the two passes between them.
        assert!((between - 61.0).abs() < 0.5, "{again:?}");
    }
}

#[test]
fn j3_with_a_backlog_the_limit_is_started_once_a_convergence_period() {
    // 60 instances, 10 at a time, which start within 3 s: not the starts take the time, but the waits.
    let fleet = one_full_cell(60, 9);
    let run = run(&fleet, &plain_scenario(600.0, 2.0), setting("1", "10"), 5);
    let drained = first_at(&run, What::Cell(CellIx(0), CellState::Updating)).unwrap();
    let placed = moments(&run, |entry| match entry.what {
        What::AuctionDecides { placed, .. } if placed > 0 && entry.at < drained => Some(placed),
        _ => None,
    });
    assert!(placed.iter().all(|&(_, placed)| placed <= 10), "{placed:?}");
    assert_eq!(placed.iter().map(|(_, placed)| placed).sum::<u32>(), 60);
    let drain_s = run.outcome.drain.max_s;
    // Each pass starts 10; the refused ones are taken by every second pass of their own cohort.
    assert!(drain_s > 5.0 * 30.0, "60 instances by 10 take at least five convergence passes: {drain_s}");
    assert_eq!(run.outcome.peak_starting, 10);
}

#[test]
fn j5_a_drain_ends_on_the_grid_of_ten_seconds_after_the_slowest_replacement() {
    let drain = |start_s| {
        let run = run(&one_full_cell(5, 4), &plain_scenario(60.0, start_s), setting("1", "none"), 1);
        run.outcome.drain.max_s
    };
    // Running after about 4 s: seen at the sync of 10 s, stopped and destroyed by 12 s, found empty at 20 s.
    assert!((drain(2.0) - 20.0).abs() < 1e-6, "{}", drain(2.0));
    // Running after about 26 s: seen at 30 s, found empty at 40 s.
    assert!((drain(24.0) - 40.0).abs() < 1e-6, "{}", drain(24.0));
    // An empty cell is done at once.
    let run = run(&FleetBuilder::zones(&[2]).build(), &plain_scenario(60.0, 1.0), setting("1", "none"), 1);
    assert_eq!(run.outcome.drain.max_s, 0.0);
}

#[test]
fn j5_the_drain_script_and_the_graceful_stop_add_their_parts() {
    let fleet = {
        let mut fleet = one_full_cell(5, 4);
        fleet.cells.iter_mut().for_each(|cell| cell.proxy_memory_mb = 32);
        fleet
    };
    let mut scenario = plain_scenario(60.0, 2.0);
    scenario.rep.drain_ping_s = 7.0;
    scenario.rep.app_exit_s = Distribution::Fixed(99.0);
    let run = run(&fleet, &scenario, setting("1", "none"), 1);
    // Told to stop at 10 s, 5 s for the proxy, killed after 10 s of grace: 26 s; found empty at 30 s; pinged at 35 s.
    assert!((run.outcome.drain.max_s - 35.0).abs() < 1e-6, "{}", run.outcome.drain.max_s);
}

/// Two cells that are too full for one another, so that an evacuation cannot succeed.
fn no_room() -> (Fleet, Scenario) {
    let fleet = FleetBuilder::zones(&[2]).singles(3, 3_000, 0).singles(3, 3_000, 1).build();
    let mut scenario = plain_scenario(120.0, 2.0);
    scenario.run.settle_s = 600.0;
    (fleet, scenario)
}

#[test]
fn j6_without_room_the_timeout_kills_and_convergence_repairs() {
    let (fleet, scenario) = no_room();
    let run = run(&fleet, &scenario, setting("1", "none"), 1);
    let outcome = &run.outcome;
    // The second cell drains into the first, which is empty then.
    assert_eq!(outcome.evacuation_timeouts, 1);
    assert!(outcome.instances_killed >= 3);
    let began = first_at(&run, What::Cell(CellIx(0), CellState::Evacuating)).unwrap();
    let gone = first_at(&run, What::Cell(CellIx(0), CellState::Updating)).unwrap();
    let took_s = gone.since(began).as_secs_f64();
    assert!((600.0..=620.0).contains(&took_s), "killed within 20 s of the timeout: {took_s}");
    // The evacuating records go with the first pass after the presence has gone.
    let pruned = moments(&run, |entry| match entry.what {
        What::ConvergenceEnds { pruned, .. } if pruned > 0 => Some(pruned),
        _ => None,
    });
    assert_eq!(pruned[0].1, 3);
    assert!(pruned[0].0 - gone.as_secs_f64() <= 30.0);
    assert!(outcome.records_repaired >= 3);
    // The requests go on, and once the cell is back its instances run again.
    assert!(outcome.start_requests["stale-unclaimed-lrp"] > 10, "{:?}", outcome.start_requests);
    assert!(outcome.placement_failures.contains_key("insufficient resources: memory"));
    assert_eq!(outcome.not_running_at_end, 0);
    assert!(outcome.apps_down >= 3 && outcome.instance_downtime_s > 3.0 * 100.0);
}

#[test]
fn j7_recreate_stops_one_instance_of_a_process_at_a_time() {
    let cells = [0, 0, 0, 1];
    let fleet = FleetBuilder::zones(&[3]).app(100, UpdateStrategy::Recreate, &cells).build();
    let mut scenario = plain_scenario(600.0, 2.0);
    scenario.run.sample_s = 0.5;
    let run = run(&fleet, &scenario, setting("1", "none"), 1);
    let down = run.outcome.course.iter().map(|sample| sample.down).max();
    assert_eq!(down, Some(1));
    // The next one waits for a sync after the replacement runs.
    let evacuated = moments(&run, |entry| match entry.what {
        What::Evacuating(lrp, CellIx(0)) => Some(lrp),
        _ => None,
    });
    assert_eq!(evacuated.len(), 3);
    assert!(evacuated.windows(2).all(|pair| pair[1].0 - pair[0].0 > 9.0), "{evacuated:?}");
    assert!(run.outcome.recreate_downtime_s > 0.0 && run.outcome.instance_downtime_s == 0.0);
}

/// Of the instances placed while the third of ten cells is drained, the share on the two that are new; and the run.
fn share_on_new_cells(starting_container_weight: f64) -> (f64, Finished) {
    let mut builder = FleetBuilder::zones(&[10]);
    for cell in 0..10 {
        builder = builder.singles(40, 100, cell);
    }
    let mut scenario = plain_scenario(120.0, 2.0);
    scenario.auctioneer.starting_container_weight = starting_container_weight;
    let run = run(&builder.build(), &scenario, setting("1", "none"), 1);
    let mut new_cells: Vec<CellIx> = Vec::new();
    let (mut on_new, mut all) = (0.0, 0.0);
    for entry in &run.timeline {
        match entry.what {
            What::Cell(cell, CellState::InService) => new_cells.push(cell),
            What::Placed(_, cell) if new_cells.len() == 2 => {
                all += 1.0;
                on_new += f64::from(u8::from(new_cells.contains(&cell)));
            }
            _ => {}
        }
    }
    assert!(all >= 40.0, "its own instances, and those that moved to it: {all}");
    (on_new / all, run)
}

#[test]
fn j11_new_cells_take_nearly_everything_so_that_instances_move_more_than_once() {
    let (by_use_alone, run) = share_on_new_cells(0.0);
    assert!(by_use_alone > 0.9, "{by_use_alone}");
    assert!(run.outcome.moves_per_instance > 1.05, "{}", run.outcome.moves_per_instance);
}

#[test]
fn j11_the_weight_of_starting_containers_spreads_them() {
    let (with_weight, run) = share_on_new_cells(0.25);
    // Two of nine cells: more than their even share, but a quarter a start outweighs their emptiness.
    assert!(with_weight > 2.0 / 9.0 && with_weight < 0.6, "{with_weight}");
    assert!(run.outcome.moves_per_instance > 1.0, "{}", run.outcome.moves_per_instance);
}

#[test]
fn j12_a_multi_instance_app_stays_in_the_zone_that_is_updated_a_single_one_does_not() {
    // Zone 2 is emptier, so that a single instance prefers it.
    let mut builder = FleetBuilder::zones(&[4, 4]);
    for app in 0..20 {
        builder = builder.app(100, UpdateStrategy::Rolling, &[app % 4, 4 + app % 4]);
    }
    for single in 0..20 {
        builder = builder.singles(1, 200, single % 4);
    }
    let fleet = builder.build();
    let mut scenario = plain_scenario(120.0, 2.0);
    // One start weighs nothing, so that the choice shows what zones and use do.
    scenario.auctioneer.starting_container_weight = 0.0;
    let run = run(&fleet, &scenario, setting("1", "none"), 1);
    let zone_of = |cell: CellIx| fleet.cells[cell.index()].zone.0;
    let first_zone_ends = run.outcome.zones[0].end_s;
    let placed = moments(&run, |entry| match entry.what {
        What::Placed(lrp, cell) if entry.at.as_secs_f64() < first_zone_ends => Some((lrp, cell)),
        _ => None,
    });
    let share_in_first = |multi: bool| {
        let of_kind = placed.iter().filter(|(_, (lrp, _))| (lrp.process.0 < 20) == multi);
        let zones: Vec<u32> = of_kind.map(|(_, (_, cell))| zone_of(*cell)).collect();
        assert!(zones.len() >= 15, "{}", zones.len());
        f64::from(u32::try_from(zones.iter().filter(|&&zone| zone == 0).count()).unwrap())
            / f64::from(u32::try_from(zones.len()).unwrap())
    };
    assert_eq!(share_in_first(true), 1.0, "replacements of two-zone apps go back into the zone");
    assert!(share_in_first(false) < 0.9, "single instances go where there is room");
}

#[test]
fn j13_a_batch_overcommits_proxy_memory_and_the_cell_refuses_the_surplus() {
    // J-13, Q4, Q5: within a batch proxies are not counted, so the cell refuses the surplus, with an empty reason.
    let mut fleet = FleetBuilder::zones(&[3]).singles(40, 200, 0).singles(1, 100, 1).build();
    for cell in &mut fleet.cells {
        cell.proxy_memory_mb = 50;
    }
    fleet.cells[1].total.memory_mb = 5_000;
    fleet.cells[2].total.memory_mb = 5_000;
    let run = run(&fleet, &plain_scenario(60.0, 2.0), setting("1", "none"), 1);
    assert!(
        run.outcome.placement_failures.get("").is_some_and(|&refused| refused > 0),
        "{:?}",
        run.outcome.placement_failures
    );
}

#[test]
fn b9_a_task_is_never_moved_and_holds_its_cell_until_it_ends_or_the_timeout() {
    let with_task = |remaining_s| {
        let mut fleet = one_full_cell(2, 3);
        let task = FleetTask {
            guid: "task".to_owned(),
            cell: Some(CellIx(0)),
            memory_mb: 100,
            disk_mb: 100,
            constraint: fleet.processes[0].constraint,
        };
        fleet.tasks.push(task);
        let mut scenario = plain_scenario(60.0, 2.0);
        scenario.apps.task_remaining_s = Distribution::Fixed(remaining_s);
        run(&fleet, &scenario, setting("1", "none"), 1).outcome
    };
    let ends = with_task(95.0);
    // Gone at 95 s, destroyed at 96 s, found empty at 100 s.
    assert!((ends.drain.max_s - 100.0).abs() < 1e-6, "{}", ends.drain.max_s);
    assert_eq!((ends.evacuation_timeouts, ends.tasks_killed), (0, 0));
    let stays = with_task(5_000.0);
    assert_eq!((stays.evacuation_timeouts, stays.tasks_killed, stays.instances_killed), (1, 1, 0));
    assert!(stays.drain.max_s >= 600.0 && stays.drain.max_s <= 620.0, "{}", stays.drain.max_s);
}
