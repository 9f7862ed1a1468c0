//! Whole auctions: fetch, schedule, commit, and the results.

use std::collections::BTreeMap;
use std::fmt::Display;

use rivera_auction::{
    Auctions, Config, Fetched, PlacementError, Queued, Refused, Reply, Results, Win, Zones, check, classify,
    commit, schedule,
};
use rivera_diego::cell_state::{CellState, Lrp, Task};
use rivera_model::{CellIx, TaskIx, Time};
use serde::Deserialize;

use crate::names::{Names, RecordedConfig};

/// A scenario as recorded.
#[derive(Debug, Deserialize)]
pub(crate) struct Recorded {
    id: String,
    #[serde(with = "RecordedConfig")]
    config: Config,
    cells: Vec<Cell>,
    lrps: Option<Vec<Lrp>>,
    tasks: Option<Vec<Task>>,
    results: Option<Vec<Outcome>>,
}

#[derive(Debug, Deserialize)]
struct Cell {
    id: String,
    state: CellState,
    #[serde(default)]
    state_error: bool,
    perform: Option<Perform>,
}

#[derive(Debug, Deserialize)]
struct Perform {
    #[serde(default)]
    error: bool,
    #[serde(default)]
    fail: Vec<String>,
}

#[derive(Debug, Deserialize, PartialEq, Eq, PartialOrd, Ord)]
struct Outcome {
    kind: String,
    id: String,
    #[serde(default)]
    winner: String,
    #[serde(default)]
    failed: bool,
    #[serde(default)]
    error: String,
}

impl Recorded {
    /// The results that are not as recorded, one line each.
    pub(crate) fn differences(mut self) -> Vec<String> {
        // Equal scores do not occur, so the order of cells has no say.
        self.cells.sort_by(|a, b| a.id.cmp(&b.id));
        let mut expected = self.results.take().unwrap_or_default();
        expected.sort();
        let mut found = self.run();
        found.sort();
        let missing = expected.iter().filter(|outcome| !found.contains(outcome));
        let surplus = found.iter().filter(|outcome| !expected.contains(outcome));
        let line = |sign: &str, outcome: &Outcome| format!("{} {sign} {outcome:?}", self.id);
        missing.map(|outcome| line("-", outcome)).chain(surplus.map(|outcome| line("+", outcome))).collect()
    }

    fn run(&self) -> Vec<Outcome> {
        let mut names = Names::default();
        let config = self.config;
        let lrps = self.lrps.as_deref().unwrap_or_default();
        let tasks = self.tasks.as_deref().unwrap_or_default();
        let queued_at = Time::ZERO;
        let auctions = Auctions {
            lrps: lrps.iter().map(|lrp| Queued { auction: names.lrp(lrp), queued_at }).collect(),
            tasks: (0..)
                .zip(tasks)
                .map(|(number, task)| Queued { auction: names.task(TaskIx(number), task), queued_at })
                .collect(),
        };
        let cells: Vec<_> = (0..)
            .zip(&self.cells)
            .filter(|(_, cell)| {
                let answer =
                    (!cell.state_error).then_some((cell.state.cell_id.as_str(), cell.state.evacuating));
                classify(&cell.id, answer) == Fetched::Usable
            })
            .map(|(number, cell)| names.cell(CellIx(number), &cell.state))
            .collect();
        let mut zones = Zones::build(cells.clone(), &config);
        let scheduled = schedule(&names.catalog, &mut zones, auctions.clone(), &config);
        if let Err(violation) = check::verify(&names.catalog, &cells, &auctions, &config, &scheduled) {
            panic!("{}: {violation}", self.id);
        }
        let replies =
            (0..).zip(&self.cells).map(|(number, cell)| (CellIx(number), self.reply(cell, &mut names)));
        let replies: BTreeMap<_, _> = replies.collect();
        self.outcomes(&commit(scheduled, &replies), &mut names)
    }

    fn reply(&self, cell: &Cell, names: &mut Names) -> Reply {
        let Some(perform) = &cell.perform else { return Reply::TookAll };
        if perform.error {
            return Reply::CallFailed;
        }
        let mut refused = Refused::default();
        for lrp in self.lrps.iter().flatten().filter(|lrp| perform.fail.contains(&lrp_id(lrp))) {
            refused.lrps.insert((names.process(&lrp.process_guid), lrp.index));
        }
        for (number, task) in (0..).zip(self.tasks.iter().flatten()) {
            if perform.fail.contains(&task.task_guid) {
                refused.tasks.insert(TaskIx(number));
            }
        }
        Reply::Refused(refused)
    }

    fn outcomes(&self, results: &Results, names: &mut Names) -> Vec<Outcome> {
        let mut lrp_ids = BTreeMap::new();
        for lrp in self.lrps.iter().flatten() {
            lrp_ids.insert((names.process(&lrp.process_guid), lrp.index), lrp_id(lrp));
        }
        let task_ids: Vec<_> = self.tasks.iter().flatten().map(|task| &task.task_guid).collect();
        let won = |kind: &str, id: &dyn Display, win: Win| Outcome {
            kind: kind.to_owned(),
            id: id.to_string(),
            winner: self.cells[win.cell.index()].id.clone(),
            failed: false,
            error: String::new(),
        };
        let lost = |kind: &str, id: &dyn Display, error: &PlacementError| Outcome {
            kind: kind.to_owned(),
            id: id.to_string(),
            winner: String::new(),
            failed: true,
            error: error.to_string(),
        };
        let mut all = Vec::new();
        for it in &results.successful_lrps {
            all.push(won("lrp", &lrp_ids[&(it.auction.process, it.auction.index)], it.win));
        }
        for it in &results.failed_lrps {
            all.push(lost("lrp", &lrp_ids[&(it.auction.process, it.auction.index)], &it.error));
        }
        for it in &results.successful_tasks {
            all.push(won("task", &task_ids[it.auction.task.index()], it.win));
        }
        for it in &results.failed_tasks {
            all.push(lost("task", &task_ids[it.auction.task.index()], &it.error));
        }
        all
    }
}

fn lrp_id(lrp: &Lrp) -> String {
    format!("{}.{}", lrp.process_guid, lrp.index)
}
