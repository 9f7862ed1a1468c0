//! A run's timeline as files: one JSON object a line, and a Chrome trace.

use std::io::{Result, Write};

use rivera_lifecycle::LrpKey;
use rivera_model::{CellIx, Fleet, TaskIx};
use rivera_sim::{Entry, Finished, LOAD_FAILURE, MachineRef, What, process_guid, task_guid};
use serde_json::{Map, Value, json};

/// Writes one JSON object a line: `t_s`, `event`, and what belongs to the event.
pub(crate) fn write_lines(fleet: &Fleet, run: &Finished, out: &mut dyn Write) -> Result<()> {
    for entry in &run.timeline {
        let mut line = Map::new();
        line.insert("t_s".to_owned(), json!(entry.at.as_secs_f64()));
        describe(fleet, run, entry.what, &mut line);
        serde_json::to_writer(&mut *out, &line)?;
        out.write_all(b"\n")?;
    }
    Ok(())
}

/// What an event is about, beside its cell.
enum Subject {
    Lrp(LrpKey),
    Task(TaskIx),
}

fn describe(fleet: &Fleet, run: &Finished, what: What, line: &mut Map<String, Value>) {
    let mut put = |key: &str, value: Value| {
        line.insert(key.to_owned(), value);
    };
    let (event, subject, cell) = match what {
        What::RolloutBegins => ("rollout_begins", None, None),
        What::RolloutEnds => ("rollout_ends", None, None),
        What::Cell(cell, state) => {
            put("state", json!(state.as_str()));
            ("cell", None, Some(cell))
        }
        What::EvacuationTimedOut(cell, containers) => {
            put("containers", json!(containers));
            ("evacuation_timed_out", None, Some(cell))
        }
        What::Requested(lrp, why) => {
            put("why", json!(why));
            ("start_requested", Some(Subject::Lrp(lrp)), None)
        }
        What::AuctionBegins => ("auction_begins", None, None),
        What::AuctionDecides { items, placed, starting } => {
            put("items", json!(items));
            put("placed", json!(placed));
            put("starting", json!(starting));
            ("auction_decides", None, None)
        }
        What::Placed(lrp, cell) => ("placed", Some(Subject::Lrp(lrp)), Some(cell)),
        What::Unplaced(lrp, reason) => {
            put("reason", json!(run.reasons.text(reason)));
            ("not_placed", Some(Subject::Lrp(lrp)), None)
        }
        What::ConvergenceBegins => ("convergence_begins", None, None),
        What::ConvergenceEnds { requests, pruned } => {
            put("start_requests", json!(requests));
            put("evacuating_pruned", json!(pruned));
            ("convergence_ends", None, None)
        }
        What::Running(lrp, cell) => ("running", Some(Subject::Lrp(lrp)), Some(cell)),
        What::Crashed(lrp, cell) => ("crashed", Some(Subject::Lrp(lrp)), Some(cell)),
        What::Evacuating(lrp, cell) => ("replacement_requested", Some(Subject::Lrp(lrp)), Some(cell)),
        What::Stopping(lrp, cell) => ("stopping", Some(Subject::Lrp(lrp)), Some(cell)),
        What::Killed(lrp, cell) => ("killed", Some(Subject::Lrp(lrp)), Some(cell)),
        What::Pushed(task) => ("pushed", Some(Subject::Task(task)), None),
        What::TaskPlaced(task, cell) => ("task_placed", Some(Subject::Task(task)), Some(cell)),
        What::TaskRejected(task, reason) => {
            put("reason", json!(run.reasons.text(reason)));
            ("task_rejected", Some(Subject::Task(task)), None)
        }
        What::TaskSucceeded(task) => ("task_succeeded", Some(Subject::Task(task)), None),
        What::TaskFailed(task, reason) => {
            put("reason", json!(run.reasons.text(reason)));
            ("task_failed", Some(Subject::Task(task)), None)
        }
        What::Restarted(task) => ("restarted", Some(Subject::Task(task)), None),
        What::RollingBegins(task) => ("rolling_begins", Some(Subject::Task(task)), None),
        What::Rolled(task) => ("rolled", Some(Subject::Task(task)), None),
        What::TaskKilled(task, cell) => ("task_killed", Some(Subject::Task(task)), Some(cell)),
        What::Lost(lrp, cell) => ("lost", Some(Subject::Lrp(lrp)), Some(cell)),
        What::WorkLost(lrp, cell) => ("work_lost", Some(Subject::Lrp(lrp)), Some(cell)),
        What::Refused(lrp, why) => {
            put("why", json!(why));
            ("start_refused", Some(Subject::Lrp(lrp)), None)
        }
        What::FaultBegins(kind, cell) => {
            put("kind", json!(kind.as_str()));
            ("fault_begins", None, cell)
        }
        What::FaultEnds(kind) => {
            put("kind", json!(kind.as_str()));
            ("fault_ends", None, None)
        }
        What::Redeploys => ("redeploys", None, None),
        What::Routed(lrp, cell) => ("routed", Some(Subject::Lrp(lrp)), Some(cell)),
        What::Unrouted(lrp, cell) => ("unrouted", Some(Subject::Lrp(lrp)), Some(cell)),
        What::GroupBegins(_)
        | What::GroupEnds(_)
        | What::MachineStopped(_)
        | What::MachineUpdated(_)
        | What::ComponentAway(_)
        | What::ComponentBack(_)
        | What::MigrationBegins
        | What::MigrationEnds
        | What::ErrandBegins(_)
        | What::JobLoaded(_)
        | What::JobFailedToLoad(_)
        | What::JobExpired(_) => (describe_upgrade(run, what, &mut put), None, None),
    };
    put("event", json!(event));
    match subject {
        Some(Subject::Lrp(LrpKey { process, index })) => {
            put("process_guid", json!(process_guid(fleet, &run.apps, process)));
            put("index", json!(index));
        }
        Some(Subject::Task(task)) => {
            put("task_guid", json!(task_guid(fleet, task)));
        }
        None => {}
    }
    if let Some(cell) = cell {
        put("cell_id", json!(fleet.cells[cell.index()].id));
    }
}

/// What belongs to an event of the whole upgrade, and its name.
fn describe_upgrade(run: &Finished, what: What, put: &mut dyn FnMut(&str, Value)) -> &'static str {
    let upgrade = run.outcome.upgrade.as_ref();
    let group = |group: usize| json!(upgrade.map(|upgrade| &upgrade.groups[group].name));
    let machine = |put: &mut dyn FnMut(&str, Value), it: MachineRef| {
        put("group", group(it.group));
        put("machine", json!(it.machine));
    };
    match what {
        What::GroupBegins(it) => {
            put("group", group(it));
            "group_begins"
        }
        What::GroupEnds(it) => {
            put("group", group(it));
            "group_ends"
        }
        What::MachineStopped(it) => {
            machine(put, it);
            "machine_stopped"
        }
        What::MachineUpdated(it) => {
            machine(put, it);
            "machine_updated"
        }
        What::ComponentAway(component) => {
            put("component", json!(component.component().name));
            "component_away"
        }
        What::ComponentBack(component) => {
            put("component", json!(component.component().name));
            "component_back"
        }
        What::MigrationBegins => "migration_begins",
        What::JobLoaded(job) => {
            put("job", json!(job));
            "job_loaded"
        }
        What::JobFailedToLoad(job) => {
            put("job", json!(job));
            put("log", json!(LOAD_FAILURE));
            "job_failed_to_load"
        }
        What::JobExpired(job) => {
            put("job", json!(job));
            "job_expired"
        }
        What::ErrandBegins(errand) => {
            put("errand", json!(upgrade.map(|upgrade| &upgrade.errands[errand].name)));
            "errand_begins"
        }
        _ => "migration_ends",
    }
}

/// Writes the states of the cells as bars, by zone, and the course as counters, for a viewer of Chrome traces.
pub(crate) fn write_chrome_trace(fleet: &Fleet, run: &Finished, out: &mut dyn Write) -> Result<()> {
    let mut events = names(fleet);
    let end = run.timeline.last().map_or(0, |entry| entry.at.0);
    let mut since: Vec<Option<Entry>> = vec![None; fleet.cells.len()];
    for entry in &run.timeline {
        if let What::Cell(cell, _) = entry.what {
            let before = since[cell.index()].replace(*entry);
            events.extend(before.and_then(|before| bar(fleet, before, entry.at.0)));
        }
    }
    events.extend(since.into_iter().flatten().filter_map(|last| bar(fleet, last, end)));
    let began = run
        .timeline
        .iter()
        .find(|entry| entry.what == What::RolloutBegins)
        .map_or(0.0, |entry| entry.at.as_secs_f64());
    for sample in &run.outcome.course {
        let args = json!({ "starting": sample.starting, "waiting": sample.waiting,
                           "evacuating": sample.evacuating, "down": sample.down });
        let ts = ((began + sample.t_s) * 1e6).round();
        events.push(json!({ "name": "instances", "ph": "C", "pid": 0, "ts": ts, "args": args }));
    }
    serde_json::to_writer(&mut *out, &json!({ "traceEvents": events, "displayTimeUnit": "ms" }))?;
    out.write_all(b"\n")
}

/// Zones are the viewer's processes (from 1; 0 is the foundation), cells its threads.
fn names(fleet: &Fleet) -> Vec<Value> {
    let name = |what: &str, pid: u32, tid: u32, name: &str| json!({ "name": what, "ph": "M", "pid": pid, "tid": tid, "args": { "name": name } });
    let mut events = vec![name("process_name", 0, 0, "foundation")];
    events.extend((1..).zip(&fleet.zones).map(|(pid, zone)| name("process_name", pid, 0, zone)));
    events.extend(
        (0..).zip(&fleet.cells).map(|(tid, cell)| name("thread_name", cell.zone.0 + 1, tid, &cell.id)),
    );
    events
}

fn bar(fleet: &Fleet, from: Entry, until_us: u64) -> Option<Value> {
    let What::Cell(CellIx(cell), state) = from.what else { return None };
    let zone = fleet.cells[cell as usize].zone;
    Some(json!({ "name": state.as_str(), "ph": "X", "pid": zone.0 + 1, "tid": cell,
                 "ts": from.at.0, "dur": until_us - from.at.0 }))
}
