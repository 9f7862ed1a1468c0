//! Whole auctions: fetch, schedule, commit, and the results (A.4 to A.10).

use std::collections::BTreeMap;

use rivera_auction::{
    Auctions, CellIndex, CellState, Fetched, Item, LrpAuction, PlacementError, Queued, Refused, Reply,
    Results, TaskAuction, Win, Zones, check, classify, commit, schedule,
};
use rivera_diego::recording::{RecordedResult, Scenario, ScenarioCell};
use rivera_model::{CellIx, Time};

use super::difference::{Difference, ReplayError};
use super::names::{Names, config, lrp_id};

/// Runs the auction of a scenario: its results must be the recorded ones, and keep the laws of the auction.
///
/// # Errors
/// All results that differ, as one [`ReplayError`].
pub fn check_scenario(scenario: &Scenario) -> Result<(), ReplayError> {
    let differs =
        |difference| ReplayError::Differs { at: scenario.id.clone(), difference: Box::new(difference) };
    let here = run(scenario).map_err(differs)?;
    let only_in = |these: &[RecordedResult], those: &[RecordedResult]| -> Vec<RecordedResult> {
        these.iter().filter(|result| !those.contains(result)).cloned().collect()
    };
    let recorded = only_in(&scenario.results, &here);
    let here = only_in(&here, &scenario.results);
    if recorded.is_empty() && here.is_empty() {
        return Ok(());
    }
    Err(differs(Difference::Results { recorded, here }))
}

fn run(scenario: &Scenario) -> Result<Vec<RecordedResult>, Difference> {
    // Equal scores do not occur, so the order of cells has no say.
    let mut registered: Vec<&ScenarioCell> = scenario.cells.iter().collect();
    registered.sort_by(|a, b| a.id.cmp(&b.id));
    let mut names = Names::for_cells(registered.iter().map(|cell| &cell.state));
    let config = config(&scenario.config);
    let auctions = auctions(scenario, &mut names);
    let cells: Vec<CellState> = (0..)
        .zip(&registered)
        .filter(|(_, cell)| {
            let state = (cell.state.cell_id.as_str(), cell.state.evacuating);
            classify(&cell.id, (!cell.state_error).then_some(state)) == Fetched::Usable
        })
        .map(|(number, cell)| names.cell(CellIx(number), &cell.state))
        .collect();
    let mut index = CellIndex::build(cells.clone(), &config);
    let scheduled = index.reservations().schedule(&names.catalog, auctions.clone());
    check::verify(&names.catalog, &cells, &auctions, &config, &scheduled).map_err(Difference::Law)?;
    if scheduled != schedule(&names.catalog, &mut Zones::build(cells, &config), auctions, &config) {
        return Err(Difference::Rules);
    }
    let replies: BTreeMap<CellIx, Reply> = (0..)
        .map(CellIx)
        .zip(&registered)
        .map(|(number, cell)| (number, reply(cell, scenario, &mut names)))
        .collect();
    Ok(recorded(&commit(scheduled, &replies), &registered, &names))
}

fn auctions(scenario: &Scenario, names: &mut Names) -> Auctions {
    let queued_at = Time::ZERO;
    let lrps =
        scenario.lrps.iter().map(|lrp| Queued { auction: names.lrp_auction(lrp), queued_at }).collect();
    let tasks =
        scenario.tasks.iter().map(|task| Queued { auction: names.task_auction(task), queued_at }).collect();
    Auctions { lrps, tasks }
}

fn reply(cell: &ScenarioCell, scenario: &Scenario, names: &mut Names) -> Reply {
    let Some(perform) = &cell.perform else { return Reply::TookAll };
    if perform.error {
        return Reply::CallFailed;
    }
    let mut refused = Refused::default();
    for lrp in &scenario.lrps {
        if perform.fail.contains(&lrp_id(&lrp.process_guid, lrp.index)) {
            refused.lrps.insert((names.process(&lrp.process_guid), lrp.index));
        }
    }
    for task in &scenario.tasks {
        if perform.fail.contains(&task.task_guid) {
            refused.tasks.insert(names.task(&task.task_guid));
        }
    }
    Reply::Refused(refused)
}

/// The results in the words of a recording.
fn recorded(results: &Results, registered: &[&ScenarioCell], names: &Names) -> Vec<RecordedResult> {
    let kind = |item: &Item| if matches!(item, Item::Lrp(_)) { "lrp" } else { "task" }.to_owned();
    let won = |item: Item, win: &Win| RecordedResult {
        kind: kind(&item),
        id: names.item(&item),
        winner: registered[win.cell.index()].id.clone(),
        failed: false,
        error: String::new(),
    };
    let lost = |item: Item, error: &PlacementError| RecordedResult {
        kind: kind(&item),
        id: names.item(&item),
        winner: String::new(),
        failed: true,
        error: error.to_string(),
    };
    let lrp = |auction: &LrpAuction| Item::Lrp(*auction);
    let task = |auction: &TaskAuction| Item::Task(*auction);
    let won_lrps = results.successful_lrps.iter().map(|it| won(lrp(&it.auction), &it.win));
    let won_tasks = results.successful_tasks.iter().map(|it| won(task(&it.auction), &it.win));
    let lost_lrps = results.failed_lrps.iter().map(|it| lost(lrp(&it.auction), &it.error));
    let lost_tasks = results.failed_tasks.iter().map(|it| lost(task(&it.auction), &it.error));
    won_lrps.chain(won_tasks).chain(lost_lrps).chain(lost_tasks).collect()
}
