//! Cells that are added for an upgrade and removed after it (D.3, D.4, D.8, I-10).

use rivera_model::CellIx;
use rivera_sim::{CellState, Scenario, What, WithSurplus};
use rivera_tests::fleets::{FleetBuilder, plain_scenario, run, setting};

fn scenario(cells: u32) -> Scenario {
    let mut scenario = plain_scenario(60.0, 2.0);
    scenario.surplus.cells = cells;
    scenario
}

/// Four cells of ten places with nine instances each: what one holds does not fit on the three others.
fn full() -> FleetBuilder {
    (0..4).fold(FleetBuilder::zones(&[4]), |fleet, cell| fleet.singles(9, 1_000, cell))
}

#[test]
fn d8_a_surplus_cell_takes_what_the_others_have_no_room_for() {
    let fleet = full().build();
    let outcome = |cells| run(&fleet, &scenario(cells), setting("1", "none"), 1).outcome;
    assert!(outcome(0).evacuation_timeouts > 0, "without it there is no room");
    let with = outcome(1);
    assert_eq!((with.evacuation_timeouts, with.apps_down, with.not_running_at_end), (0, 0, 0));
}

#[test]
fn d3_surplus_cells_are_created_first_and_emptied_last() {
    let fleet = full().build();
    let run = run(&fleet, &scenario(1), setting("1", "none"), 1);
    let surplus = CellIx(4);
    let states = run.timeline.iter().filter_map(|entry| match entry.what {
        What::Cell(cell, state) => Some((cell, state)),
        _ => None,
    });
    let states: Vec<_> = states.collect();
    assert_eq!(states[0], (surplus, CellState::Starting), "nothing is drained before it is there");
    assert_eq!(states[1], (surplus, CellState::InService));
    assert_eq!(states.last(), Some(&(surplus, CellState::Updating)), "it is emptied, and does not come back");
    let drained = states.iter().filter(|state| **state == (surplus, CellState::Evacuating)).count();
    assert_eq!(drained, 2, "updated as the others, then removed");
}

#[test]
fn d3_removal_is_one_pool_over_all_zones() {
    let fleet = FleetBuilder::zones(&[10, 10]).build();
    let mut scenario = scenario(6);
    scenario.update.vm_delete_s = rivera_sim::Distribution::Fixed(40.0);
    let times = run(&fleet, &scenario, setting("2", "none"), 1).outcome.surplus.expect("surplus cells");
    let seconds = [times.adding_s, times.rolling_s, times.removing_s];
    // Two zones of 3 new cells, 2 rounds each; two zones of 13 cells, 7 rounds each; 6 cells in a pool of 2.
    assert_eq!(seconds, [2.0 * 2.0 * 60.0, 2.0 * 7.0 * 100.0, 3.0 * 40.0]);
}

#[test]
fn surplus_cells_go_where_the_usual_group_has_the_fewest() {
    let fleet = FleetBuilder::zones(&[5, 4, 4]).build();
    let WithSurplus { fleet: with, first } = WithSurplus::new(&fleet, 4);
    let zones: Vec<u32> = with.cells[first..].iter().map(|cell| cell.zone.0).collect();
    assert_eq!((first, zones), (13, vec![1, 2, 0, 1]));
    assert_eq!(with.cells[..first], fleet.cells);
    assert_eq!(with.cells[first].total, fleet.cells[0].total);
}
