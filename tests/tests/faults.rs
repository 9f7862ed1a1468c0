//! What faults do: nothing of it is written down as a rule, it follows from locks, presences, retries and convergence.

use rivera_lifecycle::LrpKey;
use rivera_model::{CellIx, Fleet, ProcessIx, UpdateStrategy};
use rivera_sim::{
    Cause, CellState, Distribution, End, Entry, FailingStep, FaultEvent, FaultKind, Files, Finished,
    NeverHappened, Outcome, Scenario, What,
};
use rivera_tests::fleets::{FleetBuilder, plain_scenario, run, setting};

fn at(kind: FaultKind, at_s: f64) -> FaultEvent {
    FaultEvent { at_s: Some(at_s), ..FaultEvent::new(kind) }
}

fn lasting(kind: FaultKind, at_s: f64, for_s: f64) -> FaultEvent {
    FaultEvent { for_s: Some(Distribution::Fixed(for_s)), ..at(kind, at_s) }
}

fn of_cell(event: FaultEvent, cell: u32) -> FaultEvent {
    FaultEvent { cell: Some(format!("cell-{cell:05}")), ..event }
}

fn with(mut scenario: Scenario, events: impl IntoIterator<Item = FaultEvent>) -> Scenario {
    scenario.faults.events = events.into_iter().collect();
    scenario.validated().expect("sound faults")
}

/// The moments at which `pick` picks an entry, in seconds, and what it makes of it.
fn moments<T>(run: &Finished, pick: impl Fn(&Entry) -> Option<T>) -> Vec<(f64, T)> {
    run.timeline.iter().filter_map(|entry| Some((entry.at.as_secs_f64(), pick(entry)?))).collect()
}

fn first_s(run: &Finished, is_it: impl Fn(What) -> bool) -> f64 {
    let found = run.timeline.iter().find(|entry| is_it(entry.what));
    found.expect("it happens").at.as_secs_f64()
}

/// An instance of the last of four cells; the first takes long to update, so that the last is left alone meanwhile.
fn one_on_the_last_cell() -> (Fleet, LrpKey) {
    let fleet = FleetBuilder::zones(&[4]).singles(1, 100, 3).build();
    (fleet, LrpKey::new(ProcessIx(0), 0))
}

const LAST: u32 = 3;

#[test]
fn j8_a_cell_that_dies_is_missed_when_its_presence_has_expired_and_a_pass_looks() {
    let (fleet, lrp) = one_on_the_last_cell();
    let mut downs = Vec::new();
    for seed in 1..=40 {
        let scenario = with(plain_scenario(4_000.0, 4.0), [of_cell(at(FaultKind::CellDies, 100.0), LAST)]);
        let run = run(&fleet, &scenario, setting("1", "none"), seed);
        let died = first_s(&run, |what| what == What::Lost(lrp, CellIx(LAST)));
        let requested = first_s(&run, |what| what == What::Requested(lrp, "missing-cell"));
        let again = moments(&run, |entry| match entry.what {
            What::Running(found, _) if found == lrp && entry.at.as_secs_f64() > died => Some(()),
            _ => None,
        });
        let passes = moments(&run, |entry| (entry.what == What::ConvergenceBegins).then_some(()));
        let expected = passes.iter().map(|(at, ())| *at).find(|at| at - died >= 15.0);
        let (unseen, down) = (requested - died, again[0].0 - died);
        assert!((10.0..=45.0).contains(&unseen), "presence 10 to 15 s, a pass within 30 s: {unseen}");
        assert!(requested <= expected.expect("passes go on") + 1e-6, "in the first pass without it");
        // The presence is gone, so the auction of 1 s is as long as ever; the start takes 4 s.
        assert!((down - unseen - 5.0).abs() < 0.1, "{down} {unseen}");
        let report = &run.outcome.faults;
        assert!(
            (report.downtime_s - down).abs() < 1e-6 && (run.outcome.instance_downtime_s - down).abs() < 1e-6
        );
        assert_eq!(report.happened[0].all_ran_after_s.map(f64::round), Some(down.round()));
        assert_eq!(run.outcome.start_requests["missing-cell"], 1);
        downs.push(down);
    }
    let (least, most) =
        (downs.iter().copied().fold(99.0, f64::min), downs.iter().copied().fold(0.0, f64::max));
    assert!(least < 22.0 && most > 43.0, "spread over the interval of the passes: {least} to {most}");
}

#[test]
fn q12_nothing_but_a_pass_notices_that_a_cell_is_gone() {
    let (fleet, lrp) = one_on_the_last_cell();
    let mut scenario = with(plain_scenario(4_000.0, 4.0), [of_cell(at(FaultKind::CellDies, 100.0), LAST)]);
    scenario.bbs.convergence_interval_s = 1_000.0;
    let run = run(&fleet, &scenario, setting("1", "none"), 1);
    let pass = moments(&run, |entry| (entry.what == What::ConvergenceBegins).then_some(()))
        .into_iter()
        .find(|(at, ())| *at > 115.0)
        .expect("a pass")
        .0;
    let requested = first_s(&run, |what| matches!(what, What::Requested(found, _) if found == lrp));
    assert!((requested - pass).abs() < 1e-6 && pass > 145.0, "{requested} {pass}");
}

#[test]
fn a4_while_a_dead_cell_is_listed_every_auction_waits_for_its_answer() {
    // The first cell is drained when the last one has just died.
    let fleet = FleetBuilder::zones(&[4]).singles(1, 100, 0).build();
    let scenario = with(plain_scenario(60.0, 4.0), [of_cell(at(FaultKind::CellDies, 0.0), LAST)]);
    let found = run(&fleet, &scenario, setting("1", "none"), 1);
    let length = |run: &Finished| {
        first_s(run, |what| matches!(what, What::AuctionDecides { .. }))
            - first_s(run, |what| what == What::AuctionBegins)
    };
    assert!((length(&found) - 10.0).abs() < 1e-6, "{}", length(&found));
    let without = run(&fleet, &plain_scenario(60.0, 4.0), setting("1", "none"), 1);
    assert!((length(&without) - 1.0).abs() < 1e-6);
}

#[test]
fn a4_a_slow_cell_delays_the_auction_and_one_that_is_too_slow_is_not_part_of_it() {
    // Three full cells beside the first; the last one has room, but is slow.
    let mut builder = FleetBuilder::zones(&[4]).singles(1, 3_000, 0);
    for cell in 1..3 {
        builder = builder.singles(1, 8_000, cell);
    }
    let fleet = builder.build();
    let slow = |factor| FaultEvent {
        factor: Some(factor),
        ..of_cell(lasting(FaultKind::CellSlow, 0.0, 3_000.0), LAST)
    };
    let auction = |factor| {
        let found = run(&fleet, &with(plain_scenario(60.0, 4.0), [slow(factor)]), setting("1", "none"), 1);
        let begins = first_s(&found, |what| what == What::AuctionBegins);
        let decides = moments(&found, |entry| match entry.what {
            What::AuctionDecides { placed, .. } => Some(placed),
            _ => None,
        });
        (decides[0].0 - begins, decides[0].1)
    };
    let (length, placed) = auction(0.25);
    assert!((length - 4.0).abs() < 1e-6 && placed == 1, "an answer of 1 s at a quarter: {length}");
    let (length, placed) = auction(0.05);
    assert!((length - 10.0).abs() < 1e-6 && placed == 0, "given up after 10 s: {length}");
}

#[test]
fn a_slow_cell_takes_longer_for_what_it_does_until_it_is_over() {
    let fleet = FleetBuilder::zones(&[2]).singles(1, 100, 0).build();
    let start = |events: Vec<FaultEvent>| {
        let run = run(&fleet, &with(plain_scenario(600.0, 20.0), events), setting("1", "none"), 1);
        let lrp = LrpKey::new(ProcessIx(0), 0);
        first_s(&run, |what| what == What::Running(lrp, CellIx(1)))
            - first_s(&run, |what| what == What::Placed(lrp, CellIx(1)))
    };
    let slow = |for_s, factor| FaultEvent {
        factor: Some(factor),
        ..of_cell(lasting(FaultKind::CellSlow, 5.0, for_s), 1)
    };
    let (usual, half) = (start(vec![]), start(vec![slow(900.0, 0.5)]));
    // It starts at about 2 s, so that some 17 s of work are left when it gets slow.
    assert!((half - usual - 17.0).abs() < 2.1, "{half} {usual}");
    let brief = start(vec![slow(10.0, 0.5)]);
    assert!((brief - usual - 5.0).abs() < 2.1, "ten seconds at half its speed cost five: {brief} {usual}");
    let both = start(vec![slow(900.0, 0.5), slow(900.0, 0.5)]);
    assert!((both - usual - 3.0 * 17.0).abs() < 6.1, "two at a time are a quarter: {both} {usual}");
}

/// When an instance of the first cell, whose drain begins at 0, was requested, and when its replacement runs.
fn replacement(run: &Finished) -> f64 {
    let lrp = LrpKey::new(ProcessIx(0), 0);
    first_s(run, |what| matches!(what, What::Running(found, cell) if found == lrp && cell != CellIx(0)))
}

#[test]
fn a16_a_request_that_no_auctioneer_takes_waits_for_convergence() {
    let fleet = FleetBuilder::zones(&[4]).singles(1, 100, 0).build();
    let away = |clean| FaultEvent { clean: Some(clean), ..at(FaultKind::AuctioneerAway, 0.0) };
    let mut waits = Vec::new();
    for seed in 1..=30 {
        let usual = replacement(&run(&fleet, &plain_scenario(600.0, 4.0), setting("1", "none"), seed));
        assert!(usual < 7.0, "{usual}");
        for clean in [false, true] {
            let run =
                run(&fleet, &with(plain_scenario(600.0, 4.0), [away(clean)]), setting("1", "none"), seed);
            assert_eq!(run.outcome.faults.requests_refused, 1, "the drain's request, one millisecond after");
            let wait = replacement(&run) - usual;
            assert!(wait > 29.0 && wait <= 61.0, "J-2 holds for what nobody took: {wait}");
            waits.push(wait);
            assert_eq!((run.outcome.start_requests["stale-unclaimed-lrp"], run.outcome.crashes), (1, 0));
        }
    }
    let most = waits.iter().copied().fold(0.0, f64::max);
    assert!(most > 50.0, "{most}");
}

#[test]
fn a16_a_fail_over_takes_the_time_of_the_lock_and_a_second() {
    // The first cell is empty, so that the second one, which is not, is drained exactly when the first one is done.
    let fleet = FleetBuilder::zones(&[4]).singles(1, 100, 1).build();
    let refused_after = |clean, cell_s| {
        let event = FaultEvent { clean: Some(clean), ..at(FaultKind::AuctioneerAway, 0.0) };
        let scenario = with(plain_scenario(cell_s, 4.0), [event]);
        run(&fleet, &scenario, setting("1", "none"), 1).outcome.faults.requests_refused
    };
    assert_eq!([0.5, 15.9, 16.1].map(|cell_s| refused_after(false, cell_s)), [1, 1, 0], "15 s and 1 s");
    assert_eq!([0.5, 1.1].map(|cell_s| refused_after(true, cell_s)), [1, 0], "it gives up its lock");
}

#[test]
fn a1_the_auctioneer_asks_each_second_for_the_cells_and_keeps_its_batch() {
    // The request is taken, and the BBS is gone when the auctioneer lists the cells.
    let fleet = FleetBuilder::zones(&[4]).singles(1, 100, 0).build();
    let mut scenario = plain_scenario(600.0, 4.0);
    // A first auction, without any cell to be asked, goes on for three seconds.
    scenario.auctioneer.fetch_states_ms = Distribution::Fixed(1_000.0);
    let scenario = with(scenario, [lasting(FaultKind::BbsAway, 0.0, 20.4)]);
    let run = run(&fleet, &scenario, setting("1", "none"), 1);
    // The drain's calls fail until then: it asks at 0, 10, 20 and 30 s.
    let evacuating = first_s(&run, |what| matches!(what, What::Evacuating(..)));
    assert!((evacuating - 30.0).abs() < 0.1, "{evacuating}");
    assert!(run.outcome.faults.bbs_calls_failed >= 3);
    assert_eq!((run.outcome.evacuation_timeouts, run.outcome.instance_downtime_s), (0, 0.0));
}

#[test]
fn c6_the_first_pass_comes_an_interval_after_the_bbs_is_back() {
    let fleet = FleetBuilder::zones(&[4]).singles(1, 100, 0).build();
    let scenario = with(
        plain_scenario(600.0, 4.0),
        [lasting(FaultKind::BbsAway, 200.0, 100.0), lasting(FaultKind::BbsAway, 250.0, 80.0)],
    );
    let run = run(&fleet, &scenario, setting("1", "none"), 1);
    let passes = moments(&run, |entry| (entry.what == What::ConvergenceBegins).then_some(()));
    let during: Vec<f64> =
        passes.iter().map(|(at, ())| *at).filter(|at| (200.0..361.0).contains(at)).collect();
    assert_eq!(during, [360.0], "overlapping outages are one, which ends at 330 s");
}

#[test]
fn b8_an_evacuation_does_not_go_on_without_a_bbs_and_its_timeout_kills() {
    let fleet = FleetBuilder::zones(&[4]).singles(3, 100, 0).build();
    let outcome = |for_s| {
        let scenario = with(plain_scenario(60.0, 4.0), [lasting(FaultKind::BbsAway, 0.0, for_s)]);
        run(&fleet, &scenario, setting("1", "none"), 1).outcome
    };
    let short = outcome(500.0);
    assert_eq!((short.evacuation_timeouts, short.instances_killed, short.instance_downtime_s), (0, 0, 0.0));
    let long = outcome(700.0);
    assert_eq!((long.evacuation_timeouts, long.instances_killed), (1, 3));
    assert!(
        long.instance_downtime_s > 3.0 * 100.0,
        "down until the BBS is back: {}",
        long.instance_downtime_s
    );
    assert_eq!(long.not_running_at_end, 0);
}

#[test]
fn q9_records_of_killed_containers_are_left_to_convergence() {
    // Nothing was moved before the BBS went: the records are still ordinary, and their cell is gone.
    let fleet = FleetBuilder::zones(&[4]).singles(3, 100, 0).build();
    let scenario = with(plain_scenario(2_000.0, 4.0), [lasting(FaultKind::BbsAway, 0.0, 700.0)]);
    let run = run(&fleet, &scenario, setting("1", "none"), 1);
    let requests = moments(&run, |entry| match entry.what {
        What::Requested(_, why) => Some(why),
        _ => None,
    });
    let first: Vec<&str> = requests.iter().take(3).map(|(_, why)| *why).collect();
    assert_eq!(first, ["missing-cell"; 3]);
    assert!((requests[0].0 - 730.0).abs() < 1e-6, "the first pass after it is back: {}", requests[0].0);
    assert!(run.outcome.records_repaired >= 3);
}

#[test]
fn b5_a_start_that_the_bbs_does_not_learn_of_is_told_at_the_next_sync() {
    let fleet = FleetBuilder::zones(&[4]).singles(1, 100, 0).build();
    // Placed at 1 s, claimed, healthy at about 12 s, when the BBS is away.
    let scenario = with(plain_scenario(600.0, 10.0), [lasting(FaultKind::BbsAway, 5.0, 30.0)]);
    for seed in 1..=10 {
        let up = replacement(&run(&fleet, &scenario, setting("1", "none"), seed));
        assert!((35.0..=65.1).contains(&up), "at the cell's first sync after 35 s: {up}");
    }
}

#[test]
fn b2_a_container_that_cannot_be_claimed_is_given_up_and_convergence_repeats_its_start() {
    let fleet = FleetBuilder::zones(&[4]).singles(1, 100, 0).build();
    // Reserved at 1 s, when the BBS has just gone; the claim never comes.
    let scenario = with(plain_scenario(600.0, 4.0), [lasting(FaultKind::BbsAway, 0.5, 200.0)]);
    let run = run(&fleet, &scenario, setting("1", "none"), 1);
    let again = moments(&run, |entry| match entry.what {
        What::Requested(_, why) => Some(why),
        _ => None,
    });
    let whys: Vec<&str> = again.iter().take(2).map(|(_, why)| *why).collect();
    assert_eq!(whys, ["evacuation", "stale-unclaimed-lrp"]);
    assert!((again[1].0 - 230.5).abs() < 1e-6, "{again:?}");
    assert_eq!((run.outcome.not_running_at_end, run.outcome.crashes), (0, 0));
}

#[test]
fn q6_work_that_does_not_reach_its_cell_counts_as_placed_and_convergence_repairs_it() {
    // The only cell with room dies between the decision and the work.
    let fleet = FleetBuilder::zones(&[3]).singles(1, 3_000, 0).singles(1, 8_000, 1).build();
    let mut scenario = plain_scenario(3_000.0, 4.0);
    // On three cells the decision of Diego's own scheduler takes a few microseconds, after 1 s for the states.
    scenario.auctioneer.scheduling_cost = rivera_sim::AuctionCost::Go;
    scenario.faults.presence_ttl_s = 15.0;
    let died = of_cell(lasting(FaultKind::CellDies, 1.001_002, 100.0), 2);
    let run = run(&fleet, &with(scenario, [died]), setting("1", "none"), 1);
    let lrp = LrpKey::new(ProcessIx(0), 0);
    let lost = first_s(&run, |what| what == What::WorkLost(lrp, CellIx(2)));
    let decided = moments(&run, |entry| match entry.what {
        What::AuctionDecides { placed, .. } => Some(placed),
        _ => None,
    });
    assert_eq!(decided[0].1, 1, "the auction counts it");
    assert_eq!(run.outcome.faults.work_lost, 1);
    assert!(
        moments(&run, |entry| match entry.what {
            What::Unplaced(found, _) if found == lrp && entry.at.as_secs_f64() < lost + 15.0 => Some(()),
            _ => None,
        })
        .is_empty(),
        "nobody is told"
    );
    let again = first_s(&run, |what| what == What::Requested(lrp, "stale-unclaimed-lrp"));
    assert!(again > 30.0 && again <= 60.1, "stale 30 s after it was unclaimed: {again}");
    assert_eq!(run.outcome.not_running_at_end, 0);
}

#[test]
fn q13_a_replacement_that_is_lost_while_its_suspect_is_there_waits_for_being_stale() {
    // The instance's cell dies, and then the cell that starts its replacement, claimed and not yet running.
    let fleet = FleetBuilder::zones(&[4]).singles(1, 100, 3).singles(1, 9_000, 2).build();
    let lrp = LrpKey::new(ProcessIx(0), 0);
    let mut scenario = plain_scenario(4_000.0, 300.0);
    scenario.run.settle_s = 3_000.0;
    let first = of_cell(at(FaultKind::CellDies, 100.0), 3);
    let second = of_cell(at(FaultKind::CellDies, 200.0), 1);
    let run = run(&fleet, &with(scenario, [first, second]), setting("1", "none"), 1);
    let requests = moments(&run, |entry| match entry.what {
        What::Requested(found, why) if found == lrp => Some(why),
        _ => None,
    });
    assert_eq!(requests[0].1, "missing-cell");
    assert!(moments(&run, |entry| (entry.what == What::Placed(lrp, CellIx(1))).then_some(()))[0].0 < 200.0);
    // The pass that misses the second cell only unclaims; the first pass later than 30 s after it asks.
    assert_eq!(requests[1].1, "stale-unclaimed-lrp");
    let passes = moments(&run, |entry| (entry.what == What::ConvergenceBegins).then_some(()));
    let missed = passes.iter().map(|(at, ())| *at).find(|at| *at >= 215.0).expect("passes go on");
    let wait = requests[1].0 - missed;
    assert!((59.9..=60.1).contains(&wait), "at 30 s it is not older than 30 s yet: {wait}");
}

/// One instance leaves its cell at 0; its start downloads a bundle of 1 MB and a droplet of 100 MB at 100 MB a second.
fn with_downloads(events: Vec<FaultEvent>) -> Finished {
    let fleet = FleetBuilder::zones(&[4]).singles(1, 100, 0).build();
    let mut scenario = plain_scenario(600.0, 4.0);
    scenario.apps.droplet_mb = Distribution::Fixed(100.0);
    scenario.apps.lifecycle_mb = 1.0;
    scenario.rep.download_mb_per_s = 100.0;
    run(&fleet, &with(scenario, events), setting("1", "none"), 1)
}

#[test]
fn b11_an_outage_of_the_storage_is_survived_if_one_of_four_attempts_comes_after_it() {
    // Attempts at 1, 1.5, 2.5 and 4.5 s, each of the waits up to 0.2 s longer.
    let away = |for_s| with_downloads(vec![lasting(FaultKind::StorageAway, 0.0, for_s)]).outcome;
    let short = away(4.4);
    assert_eq!((short.crashes, short.faults.downloads_failed), (0, 0));
    let long = away(10.0);
    assert!(long.crashes_by_cause[&Cause::NoDependencies] >= 1, "{:?}", long.crashes_by_cause);
    assert_eq!(long.not_running_at_end, 0);
}

#[test]
fn b11_a_droplet_that_is_cut_off_is_transferred_anew() {
    // The transfer goes from 1 s to 2 s, and is cut off at 1.5 s; the attempt after half a second succeeds.
    let droplets =
        |for_s| FaultEvent { files: Some(Files::Droplets), ..lasting(FaultKind::StorageAway, 1.5, for_s) };
    let usual = replacement(&with_downloads(vec![]));
    let cut = with_downloads(vec![droplets(0.1)]);
    let delay = replacement(&cut) - usual;
    // Half a second and its jitter, and the half second that had been transferred; health is polled each 2 s.
    assert!((0.9..=2.1).contains(&delay), "{delay}");
    assert_eq!(cut.outcome.crashes, 0);
    let gone = with_downloads(vec![droplets(60.0)]).outcome;
    assert!(gone.crashes_by_cause[&Cause::NoDroplet] >= 1, "{:?}", gone.crashes_by_cause);
    // Bundles are not meant.
    assert!(!gone.crashes_by_cause.contains_key(&Cause::NoDependencies));
}

#[test]
fn q11_q14_a_file_server_that_is_away_fails_starts_though_the_bundle_is_cached_and_ends_healthy_instances() {
    // The other cells run something, so that the bundle is in their caches.
    let mut builder = FleetBuilder::zones(&[4]);
    for cell in 0..4 {
        builder = builder.singles(2, 100, cell);
    }
    let bundles = FaultEvent { files: Some(Files::Bundles), ..lasting(FaultKind::StorageAway, 0.0, 300.0) };
    let scenario = with(plain_scenario(600.0, 4.0), [bundles]);
    let outcome = run(&builder.build(), &scenario, setting("1", "none"), 1).outcome;
    assert!(outcome.crashes_by_cause[&Cause::NoDependencies] >= 6, "{:?}", outcome.crashes_by_cause);
    assert_eq!(outcome.evacuees_lost, 2, "the third crash of a replacement releases the healthy instance");
    assert!(outcome.instance_downtime_s > 0.0);
    assert_eq!(outcome.not_running_at_end, 0);
}

#[test]
fn a_cascade_that_an_outage_begins_names_what_is_away_and_the_faults_under_way() {
    let fleet = FleetBuilder::zones(&[4]).singles(20, 100, 0).build();
    let first = |events: &[FaultEvent]| {
        let scenario = with(plain_scenario(600.0, 4.0), events.iter().cloned());
        let outcome = run(&fleet, &scenario, setting("1", "none"), 1).outcome;
        outcome.cascades.into_iter().next().expect("twenty starts fail").first
    };
    let storage = lasting(FaultKind::StorageAway, 0.0, 300.0);
    let of_storage = first(std::slice::from_ref(&storage));
    assert_eq!(of_storage.away, ["File Storage", "file server"]);
    assert_eq!(of_storage.faults, [FaultKind::StorageAway]);
    assert!(of_storage.storage_speed == 1.0, "nothing is transferred: {of_storage:?}");
    let over = lasting(FaultKind::BbsAway, 0.0, 0.5);
    let droplets = FaultEvent { files: Some(Files::Droplets), ..storage };
    let with_nats = first(&[lasting(FaultKind::NatsAway, 0.0, 300.0), droplets, over]);
    assert_eq!(with_nats.away, ["NATS", "File Storage"]);
    assert_eq!(with_nats.faults, [FaultKind::StorageAway, FaultKind::NatsAway]);
}

#[test]
fn b11_downloads_of_one_key_on_one_cell_fail_one_after_the_other() {
    // Three instances of one cell have one cell to go to; each gives up after waits of 7.5 s and some jitter.
    let fleet = FleetBuilder::zones(&[2]).singles(3, 100, 0).build();
    let scenario = with(plain_scenario(600.0, 4.0), [lasting(FaultKind::StorageAway, 0.0, 500.0)]);
    let run = run(&fleet, &scenario, setting("1", "none"), 1);
    let crashed = moments(&run, |entry| match entry.what {
        What::Crashed(lrp, _) => Some(lrp),
        _ => None,
    });
    for (n, (at, _)) in (1..=3).zip(&crashed) {
        let (least, most) = (1.0 + 7.5 * f64::from(n), 1.1 + 8.3 * f64::from(n));
        assert!((least..=most).contains(at), "{crashed:?}");
    }
}

#[test]
fn a_slow_storage_makes_transfers_longer_by_its_factor() {
    let slow = |factor| FaultEvent { factor: Some(factor), ..lasting(FaultKind::StorageSlow, 0.0, 900.0) };
    let (usual, tenth) =
        (replacement(&with_downloads(vec![])), replacement(&with_downloads(vec![slow(0.1)])));
    // 101 MB take 10.1 s instead of 1.01 s; health is polled each 2 s.
    assert!((tenth - usual - 9.09).abs() < 2.1, "{tenth} {usual}");
}

/// The update of the n-th cell fails; 3 in flight of 10, without anything on them, each of 60 s and a bit more.
fn failing(step: FailingStep, nth: u32, redeploy_after_s: Option<f64>) -> Finished {
    let fleet = FleetBuilder::zones(&[10]).build();
    let mut scenario = plain_scenario(60.0, 4.0);
    scenario.update.update_watch_s = [0.0, 9.0];
    let event = FaultEvent {
        nth: Some(nth),
        step: Some(step),
        redeploy_after_s,
        ..FaultEvent::new(FaultKind::UpdateFails)
    };
    run(&fleet, &with(scenario, [event]), setting("3", "none"), 1)
}

fn updated(run: &Finished) -> usize {
    let mut cells = moments(run, |entry| match entry.what {
        What::Cell(cell, CellState::InService) => Some(cell),
        _ => None,
    });
    cells.sort_by_key(|(_, cell)| *cell);
    cells.dedup_by_key(|(_, cell)| *cell);
    cells.len()
}

#[test]
fn d3_after_a_failed_update_what_runs_finishes_and_nothing_new_begins() {
    // The second of three in flight has no VM after 60 s, when the other two are just done: both of those are updated
    // whatever the order of the three at that moment, and the seven others are left untouched.
    let vm = failing(FailingStep::Vm, 2, None);
    assert_eq!(vm.outcome.end, End::UpdateFailed);
    // It is the watch of the fifth that ends late: the fourth and the sixth are done, then no other begins but those that
    // took the slots of the two meanwhile.
    let start = failing(FailingStep::Start, 5, None);
    assert_eq!(start.outcome.end, End::UpdateFailed);
    assert!((start.outcome.duration_s - (60.0 + 60.0 + 60.0)).abs() < 9.1, "{}", start.outcome.duration_s);
    // A script that fails does so at once: three begin, the second fails, the other two finish.
    let drain = failing(FailingStep::Drain, 2, None);
    assert_eq!(
        (drain.outcome.end.clone(), drain.outcome.cells_updated, updated(&drain)),
        (End::UpdateFailed, 2, 2)
    );
    assert!((drain.outcome.duration_s - 60.0).abs() < 0.1, "{}", drain.outcome.duration_s);
    for run in [&vm, &start, &drain] {
        let touched: std::collections::BTreeSet<CellIx> = moments(run, |entry| match entry.what {
            What::Cell(cell, _) => Some(cell),
            _ => None,
        })
        .into_iter()
        .map(|(_, cell)| cell)
        .collect();
        let failed = usize::from(run.outcome.faults.happened[0].cells.len() == 1);
        assert_eq!(updated(run), run.outcome.cells_updated as usize);
        assert!(touched.len() <= run.outcome.cells_updated as usize + failed, "no other is touched");
    }
}

#[test]
fn d3_a_new_deployment_goes_on_with_the_cells_that_are_still_changed() {
    for step in [FailingStep::Drain, FailingStep::Vm, FailingStep::Start] {
        let run = failing(step, 2, Some(1_000.0));
        let outcome = &run.outcome;
        assert_eq!((outcome.end.clone(), outcome.faults.redeployments), (End::Finished, 1), "{step:?}");
        assert_eq!((outcome.cells_updated, updated(&run)), (10, 10), "each once: {step:?}");
        let redeployed = first_s(&run, |what| what == What::Redeploys);
        let before = moments(&run, |entry| match entry.what {
            What::Cell(_, CellState::InService) if entry.at.as_secs_f64() < redeployed => Some(()),
            _ => None,
        });
        assert!((2..=5).contains(&before.len()), "{}", before.len());
        assert!(outcome.duration_s > 1_000.0 + 3.0 * 60.0);
    }
}

#[test]
fn d4_a_cell_that_dies_in_its_drain_is_recreated_without_one() {
    // The drain waits for starts of 300 s; the cell dies at 100 s.
    let fleet = FleetBuilder::zones(&[4]).singles(3, 100, 0).build();
    let scenario = with(plain_scenario(1_000.0, 300.0), [of_cell(at(FaultKind::CellDies, 100.0), 0)]);
    let run = run(&fleet, &scenario, setting("1", "none"), 1);
    let starting = first_s(&run, |what| what == What::Cell(CellIx(0), CellState::Starting));
    // The agent's time of 45 s, and 1,000 s for the new VM.
    assert!((starting - 1_145.0).abs() < 0.1, "{starting}");
    assert_eq!((run.outcome.end.clone(), run.outcome.cells_updated), (End::Finished, 4));
    // Their replacements were under way: they are down until those run.
    assert_eq!(run.outcome.faults.instances_lost, 3);
    let down = run.outcome.faults.downtime_s / 3.0;
    assert!((195.0..=210.0).contains(&down), "{down}");
}

#[test]
fn d4_a_cell_that_dies_after_its_jobs_have_started_fails_its_update() {
    let fleet = FleetBuilder::zones(&[4]).build();
    let mut scenario = plain_scenario(60.0, 4.0);
    scenario.update.rep_start_s = Distribution::Fixed(20.0);
    scenario.update.update_watch_s = [5.0, 95.0];
    let run =
        run(&fleet, &with(scenario, [of_cell(at(FaultKind::CellDies, 70.0), 0)]), setting("1", "none"), 1);
    assert_eq!(run.outcome.end, End::UpdateFailed);
    assert!(
        (run.outcome.duration_s - (60.0 + 95.0)).abs() < 0.1,
        "the last look: {}",
        run.outcome.duration_s
    );
    assert_eq!(run.outcome.cells_updated, 0);
}

#[test]
fn a_lost_cell_comes_back_as_it_was_and_is_updated_in_its_turn() {
    let fleet = FleetBuilder::zones(&[4]).singles(2, 100, 3).build();
    let scenario =
        with(plain_scenario(300.0, 4.0), [of_cell(lasting(FaultKind::CellDies, 100.0, 200.0), LAST)]);
    let run = run(&fleet, &scenario, setting("1", "none"), 1);
    let states = moments(&run, |entry| match entry.what {
        What::Cell(CellIx(LAST), state) => Some(state),
        _ => None,
    });
    let names: Vec<CellState> = states.iter().map(|(_, state)| *state).collect();
    use CellState::{Evacuating, InService, Lost, Starting, Updating};
    assert_eq!(names, [Lost, InService, Evacuating, Updating, Starting, InService]);
    assert!((states[1].0 - 300.0).abs() < 1e-6);
    assert_eq!((run.outcome.end.clone(), run.outcome.cells_updated), (End::Finished, 4));
}

/// A foundation with something of everything, and faults at random.
fn random(scenario: Scenario) -> (Fleet, Scenario) {
    let mut builder = FleetBuilder::zones(&[6, 6]);
    for cell in 0..12 {
        builder = builder.singles(4, 200, cell);
        builder = builder.app(100, UpdateStrategy::Rolling, &[cell, (cell + 5) % 12]);
    }
    let per_hour = |kind, per_hour| FaultEvent { per_hour: Some(per_hour), ..FaultEvent::new(kind) };
    let dies =
        FaultEvent { for_s: Some(Distribution::Uniform(100.0, 900.0)), ..per_hour(FaultKind::CellDies, 4.0) };
    let events = [dies, per_hour(FaultKind::AuctioneerAway, 6.0), per_hour(FaultKind::BbsAway, 3.0)];
    (builder.build(), with(scenario, events))
}

fn happened(outcome: &Outcome) -> Vec<(FaultKind, f64, Option<f64>)> {
    outcome.faults.happened.iter().map(|it| (it.kind, it.began_s, it.lasts_s)).collect()
}

#[test]
fn every_setting_meets_the_same_faults() {
    let (fleet, scenario) = random(plain_scenario(600.0, 5.0));
    let slow = run(&fleet, &scenario, setting("1", "5"), 3).outcome;
    let fast = run(&fleet, &scenario, setting("3", "none"), 3).outcome;
    assert!(fast.duration_s < slow.duration_s);
    let (slow, fast) = (happened(&slow), happened(&fast));
    assert!(fast.len() >= 3, "{fast:?}");
    assert_eq!(slow[..fast.len()], fast[..], "the longer roll-out meets more of them");
    let other = happened(&run(&fleet, &scenario, setting("3", "none"), 4).outcome);
    assert_ne!(other, fast);
}

#[test]
fn faults_at_random_come_as_often_as_they_are_said_to() {
    let (fleet, scenario) = random(plain_scenario(600.0, 5.0));
    let (mut hours, mut deaths) = (0.0, 0.0);
    for seed in 0..40 {
        let outcome = run(&fleet, &scenario, setting("1", "none"), seed).outcome;
        hours += outcome.duration_s / 3_600.0;
        deaths += happened(&outcome)
            .iter()
            .filter(|(kind, ..)| *kind == FaultKind::CellDies)
            .map(|_| 1.0)
            .sum::<f64>();
    }
    // About 320 of them: five standard deviations are 28 %.
    let per_hour = deaths / hours;
    assert!(hours > 60.0 && (per_hour - 4.0).abs() < 1.1, "{per_hour} in {hours} hours");
}

#[test]
fn without_faults_or_switched_off_a_run_is_what_it_was() {
    let (fleet, mut scenario) = random(plain_scenario(60.0, 5.0));
    let faulty = run(&fleet, &scenario, setting("3", "20"), 1);
    assert!(!faulty.outcome.faults.is_empty() || faulty.outcome.duration_s < 900.0);
    scenario.faults.enabled = false;
    let off = run(&fleet, &scenario, setting("3", "20"), 1);
    scenario.faults.events.clear();
    scenario.faults.enabled = true;
    let none = run(&fleet, &scenario, setting("3", "20"), 1);
    assert_eq!(off.outcome, none.outcome);
    assert_eq!(off.timeline, none.timeline);
    assert!(none.outcome.faults.is_empty());
}

#[test]
fn the_example_has_one_of_each_kind_and_each_happens() {
    let text =
        std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../examples/scenarios/faults.toml"))
            .expect("the example");
    let scenario = plain_scenario(300.0, 5.0).overlaid(&text).expect("a scenario");
    let mut builder = FleetBuilder::zones(&[4, 4]);
    for cell in 0..8 {
        builder = builder.singles(5, 100, cell);
    }
    let fleet = builder.build();
    scenario.check_names(&fleet).expect("it names nothing");
    let outcome = run(&fleet, &scenario, setting("1", "none"), 1).outcome;
    let kinds = |kinds: &mut dyn Iterator<Item = FaultKind>| kinds.collect::<std::collections::BTreeSet<_>>();
    let planned = kinds(&mut scenario.faults.events.iter().map(|event| event.kind));
    assert_eq!(kinds(&mut outcome.faults.happened.iter().map(|it| it.kind)), planned);
    assert_eq!((planned.len(), outcome.faults.never_happened), (9, Vec::new()));
    assert_eq!(
        (outcome.end, outcome.faults.redeployments, outcome.not_running_at_end),
        (End::Finished, 1, 0)
    );
}

#[test]
fn planned_faults_that_come_too_late_are_named() {
    let fleet = FleetBuilder::zones(&[4]).singles(5, 100, 0).build();
    let late = |event: FaultEvent| {
        let slow = FaultEvent { factor: Some(0.5), ..lasting(FaultKind::CellSlow, 1.0, 5.0) };
        let scenario = with(plain_scenario(60.0, 1.0), [slow, event]);
        run(&fleet, &scenario, setting("1", "none"), 1).outcome.faults.never_happened
    };
    let never = |kind| vec![NeverHappened { event: 1, kind }];
    assert_eq!(late(at(FaultKind::CellDies, 100_000.0)), never(FaultKind::CellDies));
    let of_slot = |nth| FaultEvent { nth: Some(nth), ..FaultEvent::new(FaultKind::UpdateFails) };
    assert_eq!(late(of_slot(5)), never(FaultKind::UpdateFails), "there are four");
    assert_eq!(late(of_slot(4)), []);
    assert_eq!(late(lasting(FaultKind::NatsAway, 10.0, 1.0)), []);
}

#[test]
fn d3_updates_that_fail_by_two_shares_are_not_the_same() {
    // With one share of a half half of the cells fail; with two of them three of four, each by its own chance.
    let fleet = FleetBuilder::zones(&[400]).build();
    let failing = |shares: &[f64]| {
        let fails =
            |share: &f64| FaultEvent { share: Some(*share), ..FaultEvent::new(FaultKind::UpdateFails) };
        let scenario = with(plain_scenario(1.0, 1.0), shares.iter().map(fails));
        run(&fleet, &scenario, setting("400", "none"), 1).outcome.faults.happened.len()
    };
    let (one, two) = (failing(&[0.5]), failing(&[0.5, 0.5]));
    assert!((160..=240).contains(&one), "{one} of 400");
    assert!((260..=340).contains(&two), "{two} of 400");
}

#[test]
fn names_that_the_fleet_does_not_have_are_refused_with_those_it_has() {
    let fleet = FleetBuilder::zones(&[2]).build();
    let refused = |event: FaultEvent| {
        let scenario = with(plain_scenario(1.0, 1.0), [event]);
        scenario.check_names(&fleet).expect_err("an unknown name").to_string()
    };
    assert_eq!(
        refused(of_cell(at(FaultKind::CellDies, 1.0), 7)),
        "`faults.events[0].cell` is out of range: the fleet has no cell `cell-00007`; it has `cell-00000`, `cell-00001`"
    );
    let zone = FaultEvent { zone: Some("z9".to_owned()), ..at(FaultKind::CellDies, 1.0) };
    assert!(refused(zone).contains("no zone `z9`; it has `z1`"));
}
