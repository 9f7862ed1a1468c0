//! Whatever fails, and whenever: once the faults are over every desired instance runs again, if there is room for it.
//!
//! The simulator checks its own invariants on the way (`world/invariants.rs`), and panics if one is broken.

use proptest::prelude::*;
use rivera_model::{Fleet, UpdateStrategy};
use rivera_sim::{
    Distribution, End, FailingStep, FaultEvent, FaultKind, Files, Record, Restart, Scenario, VmStrategy,
    simulate,
};
use rivera_tests::fleets::{FleetBuilder, plain_scenario, setting};

const CELLS: u32 = 8;

/// Eight cells in two zones, whose instances fit on two of them.
fn fleet(instances_on_cell: u32, strategy: UpdateStrategy) -> Fleet {
    let mut builder = FleetBuilder::zones(&[CELLS / 2, CELLS / 2]);
    for cell in 0..CELLS {
        builder = builder.singles(instances_on_cell, 100, cell);
        builder = builder.app(100, strategy, &[cell, (cell + 1) % CELLS, (cell + 4) % CELLS]);
    }
    builder.build()
}

fn any_event() -> impl Strategy<Value = FaultEvent> {
    use FaultKind::*;
    let kind = prop::sample::select(vec![
        CellDies,
        CellDies,
        CellDies,
        CellSlow,
        AuctioneerAway,
        BbsAway,
        BbsAway,
        DatabaseAway,
        StorageAway,
        StorageSlow,
        NatsAway,
        UpdateFails,
    ]);
    // Long enough for every state of a cell and of a start, short enough for faults to meet.
    let times = (0.0..900.0_f64, prop_oneof![0.5..20.0_f64, 0.5..900.0_f64]);
    let cell = prop::option::of(0..CELLS);
    let step = prop::sample::select(vec![FailingStep::Drain, FailingStep::Vm, FailingStep::Start]);
    let files = prop::sample::select(vec![None, Some(Files::Bundles), Some(Files::Droplets)]);
    let rest = (0.02..0.9_f64, any::<bool>(), any::<bool>(), 1..=CELLS, prop::option::of(0.0..200.0_f64));
    (kind, times, cell, step, files, rest).prop_map(
        |(kind, (at_s, for_s), cell, step, files, (factor, clean, fails_over, nth, redeploy_after_s))| {
            let timed = FaultEvent { at_s: Some(at_s), ..FaultEvent::new(kind) };
            let long = FaultEvent { for_s: Some(Distribution::Fixed(for_s)), ..timed.clone() };
            let cell = cell.map(|cell| format!("cell-{cell:05}"));
            match kind {
                CellDies => FaultEvent { cell, ..long },
                CellSlow => FaultEvent { cell, factor: Some(factor), ..long },
                AuctioneerAway | BbsAway if fails_over => FaultEvent { clean: Some(clean), ..timed },
                AuctioneerAway | BbsAway | DatabaseAway | NatsAway => long,
                StorageAway => FaultEvent { files, ..long },
                StorageSlow => FaultEvent { factor: Some(factor), ..long },
                UpdateFails => {
                    FaultEvent { nth: Some(nth), step: Some(step), redeploy_after_s, ..FaultEvent::new(kind) }
                }
            }
        },
    )
}

/// A foundation in which a start takes `start_s` and ten more seconds, and in which these faults happen.
fn scenario(
    events: &[FaultEvent],
    start_s: f64,
    vm_strategy: VmStrategy,
    (replace_vm, load): (bool, bool),
) -> Scenario {
    let mut scenario = plain_scenario(60.0, start_s);
    scenario.update.vm_strategy = vm_strategy;
    scenario.update.replace_vm = replace_vm;
    scenario.update.rep_start_s = Distribution::Fixed(3.0);
    scenario.update.update_watch_s = [1.0, 60.0];
    scenario.rep.max_concurrent_downloads = 5;
    scenario.apps.droplet_mb = Distribution::Fixed(100.0);
    scenario.apps.lifecycle_mb = 20.0;
    scenario.load.enabled = load;
    scenario.network.enabled = load;
    scenario.network.cell_mb_per_s = 60.0;
    scenario.rep.evacuation_timeout_s = 120.0;
    // A push every few seconds.
    scenario.staging.enabled = load;
    scenario.staging.pushes_per_hour_per_1000_apps = 10_000.0;
    // A crash may have to wait for 16 minutes.
    scenario.run.settle_s = 6.0 * 3_600.0;
    scenario.faults.events = events.to_vec();
    scenario.validated().expect("sound faults")
}

/// `PROPTEST_CASES` can ask for more.
fn cases() -> ProptestConfig {
    let default = ProptestConfig::default();
    ProptestConfig { cases: default.cases.max(300), ..default }
}

proptest! {
    #![proptest_config(cases())]

    #[test]
    fn once_the_faults_are_over_every_instance_runs_again(
        events in prop::collection::vec(any_event(), 1..7),
        start_s in 1.0..40.0_f64,
        vm_strategy in prop::sample::select(vec![VmStrategy::DeleteCreate, VmStrategy::CreateSwapDelete]),
        switches in any::<(bool, bool)>(),
        instances_on_cell in 1_u32..15,
        strategy in prop::sample::select(vec![UpdateStrategy::Rolling, UpdateStrategy::Recreate]),
        restart in prop::sample::select(vec![Restart::AllAtOnce, Restart::Rolling]),
        max_in_flight in 1_u32..=3,
        max_starts in prop::sample::select(vec!["none", "3", "20"]),
        seed in 0_u64..1_000,
    ) {
        let mut scenario = scenario(&events, start_s, vm_strategy, switches);
        scenario.staging.restart = restart;
        let fleet = fleet(instances_on_cell, strategy);
        let setting = setting(&max_in_flight.to_string(), max_starts);
        let outcome = simulate(&fleet, &scenario, setting, seed, Record::default()).unwrap().outcome;
        prop_assert_eq!(outcome.not_running_at_end, 0, "{:?} {:?}", outcome.end, outcome.faults);
        // So does every app that was pushed meanwhile.
        if let Some(restarts) = &outcome.staging.restarts {
            prop_assert_eq!(restarts.not_running_at_end, 0, "{:?}", restarts);
            prop_assert_eq!(restarts.restarted, outcome.staging.staged);
        }
        if let Some(rolling) = &outcome.staging.rolling {
            prop_assert_eq!(rolling.not_finished_at_end, 0, "{:?}", rolling);
            prop_assert_eq!(rolling.rolled, outcome.staging.staged);
        }
        // What was lost is accounted for: each instance by one fault, and each ran again.
        for happened in &outcome.faults.happened {
            prop_assert!(happened.all_ran_after_s.is_some(), "{:?}", happened);
        }
        let downtime_s = outcome.instance_downtime_s + outcome.recreate_downtime_s;
        prop_assert!(outcome.faults.downtime_s <= downtime_s + 1e-3);
        // A roll-out comes to an end, and fails only for a reason.
        let may_fail = scenario.faults.events.iter().any(|event| {
            matches!(event.kind, FaultKind::UpdateFails | FaultKind::CellDies)
        });
        prop_assert!(outcome.end == End::Finished || outcome.end == End::UpdateFailed && may_fail);
    }
}
