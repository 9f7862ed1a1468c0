//! Behaviour of Diego that surprises, kept on purpose: one test each, named after it.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on should panic")]

use std::collections::BTreeSet;

use rivera_lifecycle::{
    Bbs, Change, Crashed, Desired, DomainIx, Evacuated, InstanceKey, LrpError, LrpKey, NetIx, Pass, ReasonIx,
    RunInfo, StartReason, State, Why,
};
use rivera_model::{CellIx, InstanceIx, ProcessIx, Span, Time, UpdateStrategy};

const PROCESS: ProcessIx = ProcessIx(0);
const LRP: LrpKey = LrpKey::new(PROCESS, 0);
/// Instance 1 is the old one on cell 1, instance 2 its replacement on cell 2.
const OLD: InstanceKey = InstanceKey::new(InstanceIx(1), CellIx(1));
const NEW: InstanceKey = InstanceKey::new(InstanceIx(2), CellIx(2));
const RUN: RunInfo = RunInfo {
    net: NetIx(1),
    routable: true,
    routes: rivera_lifecycle::RoutesIx::EMPTY,
    tags: rivera_lifecycle::TagsIx::EMPTY,
    foreign_domain: None,
};
const REASON: ReasonIx = ReasonIx(1);
const KEEP: Evacuated = Evacuated { keep_container: true, request_auction: false, error: None };
const RELEASE: Evacuated = Evacuated { keep_container: false, ..KEEP };

fn at(secs: u64) -> Time {
    Time::from_ms(secs * 1_000)
}

fn cells(present: &[u32]) -> BTreeSet<CellIx> {
    present.iter().map(|cell| CellIx(*cell)).collect()
}

/// A BBS that desires so many instances since time 0.
fn desiring(instances: u32, strategy: UpdateStrategy) -> Bbs {
    let mut bbs = Bbs::new([DomainIx(1)]);
    let _ = bbs.desire(PROCESS, Desired { instances, strategy, ..Desired::default() }, at(0)).unwrap();
    bbs
}

/// The old instance of one runs since time 1.
fn running() -> Bbs {
    let mut bbs = desiring(1, UpdateStrategy::Rolling);
    let _ = bbs.start(LRP, OLD, RUN, at(1)).unwrap();
    bbs
}

/// Its cell evacuates since time 10.
fn evacuating() -> Bbs {
    let mut bbs = running();
    assert_eq!(bbs.evacuate_running(LRP, OLD, RUN, at(10)), Evacuated { request_auction: true, ..KEEP });
    bbs
}

fn states(bbs: &Bbs) -> Vec<(rivera_model::Presence, State)> {
    bbs.group(LRP).records().map(|(presence, record)| (presence, record.state)).collect()
}

fn starts(pass: &Pass) -> Vec<Why> {
    pass.starts.iter().map(|StartReason { why, .. }| *why).collect()
}

#[test]
fn a_rolling_evacuation_keeps_the_old_instance_until_the_new_one_runs() {
    use rivera_model::Presence::{Evacuating, Ordinary};
    let mut bbs = evacuating();
    assert_eq!(states(&bbs), [(Ordinary, State::Unclaimed), (Evacuating, State::Running)]);
    assert_eq!(bbs.claim(LRP, NEW, at(11)), Ok(Change::Made));
    assert_eq!(bbs.evacuate_running(LRP, OLD, RUN, at(20)), KEEP);
    let started = bbs.start(LRP, NEW, RUN, at(21)).unwrap();
    assert_eq!(started.removed_evacuating, Some(OLD));
    assert_eq!(states(&bbs), [(Ordinary, State::Running)]);
    assert_eq!(bbs.evacuate_running(LRP, OLD, RUN, at(30)), RELEASE);
}

#[test]
fn recreate_gives_up_one_instance_at_a_time() {
    let mut bbs = desiring(2, UpdateStrategy::Recreate);
    let second = LrpKey::new(PROCESS, 1);
    let _ = bbs.start(LRP, OLD, RUN, at(1)).unwrap();
    let _ = bbs.start(second, NEW, RUN, at(1)).unwrap();
    assert_eq!(bbs.evacuate_running(LRP, OLD, RUN, at(10)), Evacuated { request_auction: true, ..RELEASE });
    assert_eq!(bbs.evacuate_running(second, NEW, RUN, at(10)), KEEP);
    let replacement = InstanceKey::new(InstanceIx(3), CellIx(3));
    let _ = bbs.start(LRP, replacement, RUN, at(12)).unwrap();
    assert_eq!(
        bbs.evacuate_running(second, NEW, RUN, at(20)),
        Evacuated { request_auction: true, ..RELEASE }
    );
}

#[test]
fn q9_records_of_containers_killed_at_the_timeout_are_left_to_convergence() {
    let mut bbs = evacuating();
    let _ = bbs.claim(LRP, NEW, at(11)).unwrap();
    let pass = bbs.converge(at(620), &cells(&[2]));
    assert_eq!(pass.counts.evacuating_pruned, 1);
    assert_eq!(bbs.group(LRP).evacuating, None);
    assert_eq!(bbs.group(LRP).ordinary.unwrap().key, Some(NEW));
}

#[test]
fn q10_a_crash_on_an_evacuating_cell_requests_no_auction() {
    let mut bbs = running();
    assert_eq!(bbs.evacuate_crashed(LRP, OLD, REASON, at(10)), RELEASE);
    let record = bbs.group(LRP).ordinary.unwrap();
    assert_eq!((record.state, record.crash_count), (State::Unclaimed, 1));
    assert_eq!(starts(&bbs.converge(at(40), &cells(&[2]))), []);
    assert_eq!(starts(&bbs.converge(at(41), &cells(&[2]))), [Why::StaleUnclaimed]);
}

#[test]
fn q11_a_crashed_replacement_releases_the_healthy_old_instance() {
    let mut bbs = evacuating();
    for crash_count in 1..=3 {
        assert_eq!(bbs.evacuate_running(LRP, OLD, RUN, at(20)), KEEP);
        let _ = bbs.claim(LRP, NEW, at(20)).unwrap();
        let crashed = bbs.crash(LRP, NEW, REASON, at(20)).unwrap();
        assert_eq!(crashed, Crashed::Counted { crash_count, restart_now: crash_count < 3 });
    }
    assert_eq!(bbs.evacuate_running(LRP, OLD, RUN, at(30)), RELEASE);
    assert_eq!(states(&bbs), [(rivera_model::Presence::Ordinary, State::Crashed)]);
}

#[test]
fn q13_a_replacement_lost_while_there_is_a_suspect_is_not_auctioned_in_that_pass() {
    let mut bbs = running();
    assert_eq!(starts(&bbs.converge(at(30), &cells(&[2]))), [Why::MissingCell]);
    let _ = bbs.claim(LRP, NEW, at(31)).unwrap();
    assert_eq!(starts(&bbs.converge(at(60), &cells(&[3]))), []);
    assert_eq!(bbs.group(LRP).ordinary.unwrap().state, State::Unclaimed);
    assert_eq!(starts(&bbs.converge(at(90), &cells(&[3]))), []);
    assert_eq!(starts(&bbs.converge(at(91), &cells(&[3]))), [Why::StaleUnclaimed]);
}

#[test]
fn q18_evacuating_a_reserved_container_requests_no_auction() {
    let mut bbs = desiring(1, UpdateStrategy::Rolling);
    let answer = bbs.evacuate_claimed(LRP, OLD, at(1));
    assert_eq!(answer, Evacuated { error: Some(LrpError::ResourceNotFound), ..RELEASE });
    assert_eq!(bbs.group(LRP).ordinary.unwrap().state, State::Unclaimed);
}

#[test]
fn the_right_number_of_instances_with_wrong_indices_goes_unnoticed() {
    let mut bbs = desiring(1, UpdateStrategy::Rolling);
    bbs.remove(LRP, None).unwrap();
    let _ = bbs.start(LrpKey::new(PROCESS, 7), OLD, RUN, at(1)).unwrap();
    let pass = bbs.converge(at(2), &cells(&[1]));
    assert_eq!((pass.metrics.missing, pass.counts.created), (0, 0));
}

#[test]
fn a_suspect_promoted_to_a_wrong_index_leaves_the_missing_one_to_the_next_pass() {
    let wrong = [LrpKey::new(PROCESS, 7), LrpKey::new(PROCESS, 8)];
    let mut bbs = desiring(1, UpdateStrategy::Rolling);
    bbs.remove(LRP, None).unwrap();
    let _ = bbs.start(wrong[0], OLD, RUN, at(1)).unwrap();
    let _ = bbs.converge(at(2), &cells(&[2]));
    bbs.remove(wrong[0], None).unwrap();
    let _ = bbs.start(wrong[1], NEW, RUN, at(3)).unwrap();
    let pass = bbs.converge(at(4), &cells(&[1, 2]));
    assert_eq!((pass.counts.promoted, pass.counts.created), (1, 0));
    assert_eq!(bbs.missing_instances().collect::<Vec<_>>(), [LRP]);
    assert_eq!(bbs.converge(at(34), &cells(&[1, 2])).counts.created, 1);
}

#[test]
fn a_claimed_replacement_on_an_evacuating_cell_takes_over_the_evacuating_record() {
    let mut bbs = evacuating();
    let _ = bbs.claim(LRP, NEW, at(11)).unwrap();
    assert_eq!(bbs.evacuate_running(LRP, NEW, RUN, at(12)), Evacuated { request_auction: true, ..KEEP });
    let evacuating = bbs.group(LRP).evacuating.unwrap();
    assert_eq!((evacuating.key, evacuating.tag.index), (Some(NEW), 1));
    assert_eq!(evacuating.net, NetIx::EMPTY, "a claimed record has no address, and that is what is copied");
    assert_eq!(bbs.evacuate_running(LRP, OLD, RUN, at(20)), RELEASE);
}

#[test]
fn a_crash_of_an_undesired_instance_is_recorded_although_the_call_fails() {
    let mut bbs = running();
    let _ = bbs.remove_desired(PROCESS, None).unwrap();
    assert_eq!(bbs.crash(LRP, OLD, REASON, at(2)), Err(LrpError::ResourceNotFound));
    assert_eq!(bbs.group(LRP).ordinary.unwrap().crash_count, 1);
}

#[test]
fn a_returning_suspect_replaces_whatever_took_its_place() {
    let mut bbs = running();
    let _ = bbs.converge(at(30), &cells(&[2]));
    let _ = bbs.claim(LRP, NEW, at(31)).unwrap();
    let pass = bbs.converge(at(60), &cells(&[1, 2]));
    assert_eq!(pass.counts.promoted, 1);
    let group = bbs.group(LRP);
    assert_eq!((group.ordinary.unwrap().key, group.suspect), (Some(OLD), None));
    assert_eq!(group.ordinary.unwrap().since, at(1), "it keeps its history");
}

#[test]
fn a_surplus_in_a_stale_domain_is_kept_and_even_auctioned() {
    let mut bbs = desiring(1, UpdateStrategy::Rolling);
    let surplus = LrpKey::new(PROCESS, 4);
    let _ = bbs.start(surplus, OLD, RUN, at(0)).unwrap();
    bbs.unclaim(surplus, false, at(0)).unwrap();
    let pass = bbs.converge(at(31), &cells(&[1]));
    assert_eq!(pass.starts.iter().map(|start| start.lrp).collect::<Vec<_>>(), [LRP, surplus]);
    bbs.upsert_domain(DomainIx(1), Span::ZERO, at(31));
    assert_eq!(bbs.converge(at(32), &cells(&[1])).counts.retired, 1);
    assert_eq!(bbs.group(surplus).ordinary, None);
}

#[test]
fn scaling_up_over_existing_records_still_sends_an_empty_start_request() {
    let mut bbs = desiring(1, UpdateStrategy::Rolling);
    let _ = bbs.start(LrpKey::new(PROCESS, 1), OLD, RUN, at(1)).unwrap();
    let scaled = bbs.scale(PROCESS, 2, None, at(2)).unwrap();
    assert_eq!(scaled.start.map(|start| start.indices), Some(vec![]));
}

#[test]
fn scaling_down_leaves_instances_on_cells_that_are_not_present() {
    let mut bbs = running();
    let scaled = bbs.scale(PROCESS, 0, Some(&cells(&[2])), at(2)).unwrap();
    assert_eq!(scaled.stops, []);
    assert_eq!(bbs.group(LRP).ordinary.unwrap().key, Some(OLD));
}

#[test]
fn a_failed_placement_is_auctioned_again_only_after_thirty_seconds() {
    let mut bbs = desiring(1, UpdateStrategy::Rolling);
    assert_eq!(bbs.fail(LRP, REASON, at(10)), Ok(Change::Made));
    assert_eq!(starts(&bbs.converge(at(40), &cells(&[]))), []);
    assert_eq!(starts(&bbs.converge(Time(at(40).0 + 1), &cells(&[]))), [Why::StaleUnclaimed]);
}

#[test]
fn a_delayed_restart_is_due_at_exactly_its_time() {
    let mut bbs = running();
    for _ in 0..3 {
        let _ = bbs.claim(LRP, OLD, at(2)).unwrap();
        let _ = bbs.crash(LRP, OLD, REASON, at(2)).unwrap();
    }
    let pass = bbs.converge(Time(at(32).0 - 1), &cells(&[1]));
    assert_eq!((starts(&pass), pass.metrics.crashed, pass.metrics.crashing_desired), (vec![], 1, 1));
    let pass = bbs.converge(at(32), &cells(&[1]));
    assert_eq!(
        (starts(&pass), pass.metrics.crashed, pass.metrics.crashing_desired),
        (vec![Why::CrashedInstance], 0, 0)
    );
}

#[test]
fn an_instance_that_ran_for_more_than_five_minutes_counts_its_crashes_anew() {
    let crash_after = |ran: Span| {
        let mut bbs = running();
        let _ = bbs.crash(LRP, OLD, REASON, at(2)).unwrap();
        let _ = bbs.start(LRP, OLD, RUN, at(10)).unwrap();
        bbs.crash(LRP, OLD, REASON, at(10) + ran).unwrap()
    };
    let counted = |crash_count| Crashed::Counted { crash_count, restart_now: true };
    assert_eq!(crash_after(Span::from_secs(300)), counted(2));
    assert_eq!(crash_after(Span::from_ms(300_001)), counted(1));
}
