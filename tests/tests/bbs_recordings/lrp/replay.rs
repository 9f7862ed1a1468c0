//! One scenario, step by step: the request goes to our BBS, and what can be seen of it is put in the recorded form.

use std::collections::{BTreeMap, BTreeSet};

use rivera_lifecycle::{
    Bbs, Crashed, Desired, DesiredUpdate, DomainIx, Evacuated, Faults, InstanceKey, LrpError, LrpKey, NetIx,
    Pass, RETIRE_ATTEMPTS, ReasonIx, Record, RetireAnswer, RoutesIx, RunInfo, StartRequest, State, StopCall,
    TagsIx, UpdateCall, truncate_reason,
};
use rivera_model::{CellIx, InstanceIx, Presence, ProcessIx, Span, Time, UpdateStrategy};

use super::format::{Args, Auction, Config, Contents, DesiredRow, Outcome, Row, RowKey};
use crate::format::{Answer, RepCall, Request};
use crate::names::Names;
use crate::play::Player;

/// A process that is in no configuration, and its domain.
const UNKNOWN_PROCESS: (&str, &str) = ("p9", "d1");

type Rows = BTreeMap<(String, u32, Presence), Row>;

pub(crate) struct Replay {
    bbs: Bbs,
    processes: Names<String>,
    cells: Names<String>,
    instances: Names<String>,
    reasons: Names<String>,
    nets: Names<String>,
    domains: Names<String>,
    routes: Names<Vec<String>>,
    tags: Names<String>,
    /// Epochs in the order in which they were first seen.
    epochs: Names<u64>,
    rows: Rows,
    present: BTreeSet<CellIx>,
    stop_fails: BTreeSet<CellIx>,
    listing_fails: bool,
}

impl Player for Replay {
    type Config = Config;
    type Args = Args;
    type Outcome = Outcome;
    type Contents = Contents;

    fn new(config: &Config) -> Self {
        let mut replay = Self {
            bbs: Bbs::default(),
            processes: Names::default(),
            cells: Names::default(),
            instances: Names::default(),
            reasons: Names::default(),
            nets: Names::default(),
            domains: Names::default(),
            routes: Names::default(),
            tags: Names::default(),
            epochs: Names::default(),
            rows: Rows::new(),
            present: BTreeSet::new(),
            stop_fails: BTreeSet::new(),
            listing_fails: false,
        };
        // Number 0 is the empty name.
        replay.bbs.add_process(DomainIx::default());
        let configured = config.processes.iter().map(|(guid, domain)| (guid.as_str(), domain.as_str()));
        for (guid, domain) in configured.chain([UNKNOWN_PROCESS]) {
            let domain = DomainIx(replay.domains.number(&domain.to_owned()));
            let process = replay.bbs.add_process(domain);
            assert_eq!(process.0, replay.processes.number(&guid.to_owned()));
        }
        replay
    }

    /// Makes a request, and answers what can be seen of it. Of one that was refused by validation, which belongs to the
    /// edge, only that nothing changes.
    fn step(&mut self, request: &Request<Args>, recorded: &Outcome) -> Outcome {
        let mut seen = if recorded.result.error == "InvalidRequest" {
            Outcome { result: recorded.result.clone(), ..Outcome::default() }
        } else {
            self.bbs.set_faults(faults(&request.args));
            self.request(&request.op, &request.args, Time::from_ms(request.t_ms))
        };
        self.bbs.validate().unwrap();
        let before = std::mem::take(&mut self.rows);
        self.rows = self.read_rows();
        let changed = self.rows.iter().filter(|(key, row)| before.get(key) != Some(row));
        seen.records = changed.map(|(_, row)| row.clone()).collect();
        let removed = before.into_iter().filter(|(key, _)| !self.rows.contains_key(key));
        seen.removed = removed
            .map(|(_, Row { process_guid, index, presence, .. })| RowKey { process_guid, index, presence })
            .collect();
        seen.auctions.sort();
        seen.rep_calls.sort();
        seen
    }

    fn contents(&self) -> Contents {
        let desired = self.bbs.processes().filter_map(|process| {
            let desired = self.bbs.desired(process)?;
            Some(DesiredRow {
                process_guid: self.processes.name(process.0),
                instances: desired.instances,
                update_strategy: match desired.strategy {
                    UpdateStrategy::Rolling => "",
                    UpdateStrategy::Recreate => "RECREATE",
                }
                .to_owned(),
                internal_routes: self.routes.name(desired.routes.0),
                metric_tag: self.tags.name(desired.tags.0),
            })
        });
        Contents { records: self.rows.values().cloned().collect(), desired: desired.collect() }
    }
}

impl Replay {
    fn request(&mut self, op: &str, args: &Args, now: Time) -> Outcome {
        let mut seen = Outcome::default();
        let lrp = LrpKey::new(
            ProcessIx(self.processes.number(&args.process_guid)),
            u32::try_from(args.index).unwrap(),
        );
        let caller = InstanceKey::new(
            InstanceIx(self.instances.number(&args.instance_guid)),
            CellIx(self.cells.number(&args.cell_id)),
        );
        let reason = ReasonIx(self.reasons.number(&truncate_reason(&args.reason).into_owned()));
        let run = self.run_info(args);
        let instances = args.instances.map(|instances| u32::try_from(instances).unwrap());
        let present = std::mem::take(&mut self.present);
        let known = (!self.listing_fails).then_some(&present);
        let bbs = &mut self.bbs;
        let done = match op {
            "cells" => Ok(()),
            "domain" => {
                let domain = DomainIx(self.domains.number(args.domain.as_ref().unwrap()));
                bbs.upsert_domain(domain, Span::from_secs(args.ttl_s), now);
                Ok(())
            }
            "desire" => {
                let desired = Desired {
                    instances: instances.unwrap_or(0),
                    strategy: match args.update_strategy.as_str() {
                        "RECREATE" => UpdateStrategy::Recreate,
                        _ => UpdateStrategy::Rolling,
                    },
                    routes: run.routes,
                    tags: run.tags,
                };
                bbs.desire(lrp.process, desired, now).map(|start| self.show_start(&mut seen, start))
            }
            "update" => {
                let update = DesiredUpdate {
                    instances,
                    routes: args.internal_routes.as_ref().map(|_| run.routes),
                    tags: args.metric_tag.as_ref().map(|_| run.tags),
                };
                bbs.update_desired(lrp.process, update, known, now).map(|scaled| {
                    self.show_start(&mut seen, scaled.start);
                    scaled.stops.iter().for_each(|call| self.show_stop(&mut seen, call, 1));
                    scaled.updates.iter().for_each(|call| self.show_update(&mut seen, call));
                })
            }
            "remove_desired" => bbs
                .remove_desired(lrp.process, known)
                .map(|stops| stops.iter().for_each(|call| self.show_stop(&mut seen, call, 1))),
            "claim" => bbs.claim(lrp, caller, now).map(drop),
            "start" => bbs.start(lrp, caller, run, now).map(drop),
            "crash" => bbs.crash(lrp, caller, reason, now).map(|crashed| {
                if let Crashed::Counted { restart_now: true, .. } = crashed {
                    seen.auctions.push(self.auction(lrp, ""));
                }
            }),
            "fail" => bbs.fail(lrp, reason, now).map(drop),
            "remove" => bbs.remove(lrp, (!args.instance_guid.is_empty()).then_some(caller)),
            "retire" => bbs.retire(lrp, |cell| Some(known?.contains(&cell))).map(|answer| {
                if let RetireAnswer::Stop(call) = answer {
                    self.show_stop(&mut seen, &call, RETIRE_ATTEMPTS);
                    if self.stop_fails.contains(&call.key.cell) {
                        seen.result = Answer::unknown_error("rep unreachable");
                    }
                }
            }),
            "unclaim" => bbs.unclaim(lrp, args.stale, now),
            "unclaim_if_all_running" => {
                bbs.unclaim_if_all_running(lrp, instances.unwrap_or(0), args.stale, now)
            }
            "evacuate_claimed" => {
                let answer = bbs.evacuate_claimed(lrp, caller, now);
                self.show_evacuated(&mut seen, lrp, answer)
            }
            "evacuate_running" => {
                let answer = bbs.evacuate_running(lrp, caller, run, now);
                self.show_evacuated(&mut seen, lrp, answer)
            }
            "evacuate_crashed" => {
                let answer = bbs.evacuate_crashed(lrp, caller, reason, now);
                self.show_evacuated(&mut seen, lrp, answer)
            }
            "evacuate_stopped" => {
                let answer = bbs.evacuate_stopped(lrp, caller);
                self.show_evacuated(&mut seen, lrp, answer)
            }
            "remove_evacuating" => bbs.remove_evacuating(lrp, caller),
            "converge" => {
                if let Some(cells) = known {
                    let pass = bbs.converge(now, cells);
                    self.show_pass(&mut seen, &pass);
                }
                Ok(())
            }
            other => panic!("unknown operation {other}"),
        };
        self.present = present;
        if op == "cells" {
            self.set_cells(args);
        }
        if let Err(error) = done {
            let keep_container = seen.result.keep_container;
            seen.result = Answer { keep_container, ..answer_of(error) };
        }
        seen
    }

    fn run_info(&mut self, args: &Args) -> RunInfo {
        RunInfo {
            net: NetIx(self.nets.number(&args.net)),
            routable: args.routable.unwrap_or(true),
            routes: RoutesIx(self.routes.number(&args.internal_routes.clone().unwrap_or_default())),
            tags: TagsIx(self.tags.number(&args.metric_tag.clone().unwrap_or_default())),
            foreign_domain: args.domain.as_ref().map(|domain| DomainIx(self.domains.number(domain))),
        }
    }

    fn set_cells(&mut self, args: &Args) {
        let mut numbers =
            |names: &[String]| names.iter().map(|name| CellIx(self.cells.number(name))).collect();
        self.present = numbers(&args.present);
        self.stop_fails = numbers(&args.stop_fails);
        self.listing_fails = args.listing_fails;
    }

    fn auction(&self, lrp: LrpKey, why: &str) -> Auction {
        Auction { process_guid: self.processes.name(lrp.process.0), index: lrp.index, why: why.to_owned() }
    }

    fn show_start(&self, seen: &mut Outcome, start: Option<StartRequest>) {
        let Some(start) = start else { return };
        let lrps = start.indices.iter().map(|&index| LrpKey::new(start.process, index));
        seen.auctions.extend(lrps.map(|lrp| self.auction(lrp, "")));
        seen.auction_posts = start.indices.is_empty().then_some(1);
    }

    fn show_evacuated(&self, seen: &mut Outcome, lrp: LrpKey, answer: Evacuated) -> Result<(), LrpError> {
        seen.result.keep_container = answer.keep_container;
        if answer.request_auction {
            seen.auctions.push(self.auction(lrp, ""));
        }
        answer.error.map_or(Ok(()), Err)
    }

    fn show_stop(&self, seen: &mut Outcome, call: &StopCall, attempts: u32) {
        let tries = if self.stop_fails.contains(&call.key.cell) { attempts } else { 1 };
        for _ in 0..tries {
            seen.rep_calls.push(self.rep_call("stop_lrp", call.lrp, call.key));
        }
    }

    fn show_update(&self, seen: &mut Outcome, call: &UpdateCall) {
        seen.rep_calls.push(RepCall {
            internal_routes: call.routes.map_or_else(Vec::new, |routes| self.routes.name(routes.0)),
            metric_tag: call.tags.map(|tags| self.tags.name(tags.0)),
            ..self.rep_call("update_lrp", call.lrp, call.key)
        });
    }

    fn rep_call(&self, call: &str, lrp: LrpKey, key: InstanceKey) -> RepCall {
        RepCall {
            call: call.to_owned(),
            cell_id: self.cells.name(key.cell.0),
            process_guid: self.processes.name(lrp.process.0),
            index: lrp.index,
            instance_guid: self.instances.name(key.instance.0),
            ..RepCall::default()
        }
    }

    fn show_pass(&self, seen: &mut Outcome, pass: &Pass) {
        seen.auctions.extend(pass.starts.iter().map(|start| self.auction(start.lrp, start.why.as_str())));
        pass.stops.iter().for_each(|call| self.show_stop(seen, call, RETIRE_ATTEMPTS));
        pass.updates.iter().for_each(|call| self.show_update(seen, call));
        seen.fresh_domains = pass.fresh_domains.iter().map(|domain| self.domains.name(domain.0)).collect();
        seen.fresh_domains.sort();
        let metrics = &pass.metrics;
        seen.metrics = Some([
            metrics.unclaimed.into(),
            metrics.claimed.into(),
            metrics.running.into(),
            metrics.crashed.into(),
            metrics.missing.into(),
            metrics.extra.into(),
            metrics.suspect_running.into(),
            metrics.suspect_claimed.into(),
            metrics.desired,
            metrics.crashing_desired.into(),
            metrics.present_cells.into(),
            metrics.suspect_cells.into(),
        ]);
    }

    fn read_rows(&mut self) -> Rows {
        let mut rows = Rows::new();
        for process in self.bbs.processes() {
            for (lrp, group) in self.bbs.groups(process) {
                for (presence, record) in group.records() {
                    let row = self.row(lrp, presence, record);
                    rows.insert((row.process_guid.clone(), row.index, presence), row);
                }
            }
        }
        for row in rows.values_mut() {
            row.tag_epoch = self.epochs.number(&row.tag_epoch).into();
        }
        rows
    }

    fn row(&self, lrp: LrpKey, presence: Presence, record: &Record) -> Row {
        let process_guid = self.processes.name(lrp.process.0);
        let is_own_domain =
            record.domain == self.bbs.domain(lrp.process) && process_guid != UNKNOWN_PROCESS.0;
        Row {
            process_guid,
            index: lrp.index,
            presence: match presence {
                Presence::Ordinary => "",
                Presence::Evacuating => "EVACUATING",
                Presence::Suspect => "SUSPECT",
            }
            .to_owned(),
            state: match record.state {
                State::Unclaimed => "UNCLAIMED",
                State::Claimed => "CLAIMED",
                State::Running => "RUNNING",
                State::Crashed => "CRASHED",
            }
            .to_owned(),
            cell_id: record.key.map_or_else(String::new, |key| self.cells.name(key.cell.0)),
            instance_guid: record.key.map_or_else(String::new, |key| self.instances.name(key.instance.0)),
            crash_count: record.crash_count,
            crash_reason: self.reasons.name(record.crash_reason.0),
            placement_error: self.reasons.name(record.placement_error.0),
            since_ms: record.since.as_ms(),
            tag_epoch: record.tag.epoch,
            tag_index: record.tag.index,
            net: self.nets.name(record.net.0),
            routable: record.routable,
            internal_routes: self.routes.name(record.routes.0),
            metric_tag: self.tags.name(record.tags.0),
            domain: if is_own_domain { String::new() } else { self.domains.name(record.domain.0) },
        }
    }
}

fn faults(args: &Args) -> Faults {
    let fails = |call: &str| args.faults.iter().any(|fault| fault == call);
    Faults {
        fetch: fails("fetch"),
        update_strategy: fails("update_strategy"),
        evacuate: fails("evacuate"),
        remove_evacuating: fails("remove_evacuating"),
        remove_suspect: fails("remove_suspect"),
        unclaim: fails("unclaim"),
    }
}

fn answer_of(error: LrpError) -> Answer {
    let name = match error {
        LrpError::ResourceNotFound => "ResourceNotFound",
        LrpError::ResourceExists => "ResourceExists",
        LrpError::CannotBeClaimed => "ActualLRPCannotBeClaimed",
        LrpError::CannotBeStarted => "ActualLRPCannotBeStarted",
        LrpError::CannotBeCrashed => "ActualLRPCannotBeCrashed",
        LrpError::CannotBeFailed => "ActualLRPCannotBeFailed",
        LrpError::CannotBeRemoved => "ActualLRPCannotBeRemoved",
        LrpError::CannotBeUnclaimed => "ActualLRPCannotBeUnclaimed",
        LrpError::Database => return Answer::unknown_error("injected database failure"),
        LrpError::PresenceUnknown => return Answer::unknown_error("locket unavailable"),
    };
    Answer::refused(name, &error)
}
