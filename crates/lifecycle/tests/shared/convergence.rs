//! A pass over the shared table is a pass of the BBS.

use std::collections::BTreeSet;

use proptest::prelude::*;
use rivera_lifecycle::{
    Desired, DomainIx, IMMEDIATE_RESTARTS, InstanceGroup, InstanceKey, LrpKey, Pass, PassInput, ProcessInfo,
    SharedTable, StartReason, Why, restart_at,
};
use rivera_model::{CellIx, InstanceIx, ProcessIx, Span, Time};

use crate::model::{Model, apply_shared, without_tags};
use crate::request::{any_request, cells_of, domains, process, rolling};

fn any_process() -> impl Strategy<Value = ProcessInfo> {
    (prop::option::of((0_u32..4).prop_map(rolling)), 0_u32..2).prop_map(
        |(desired, domain): (Option<Desired>, u32)| ProcessInfo { domain: DomainIx(domain), desired },
    )
}

fn sorted(mut pass: Pass) -> Pass {
    pass.stops.sort_unstable();
    pass
}

fn set_domain(group: &mut InstanceGroup, domain: DomainIx) {
    for record in [&mut group.ordinary, &mut group.evacuating, &mut group.suspect].into_iter().flatten() {
        record.domain = domain;
    }
}

proptest! {
    /// Domain 0 is fresh, domain 1 unknown. The records come from random requests, and each round asks for another number of
    /// instances, and of processes.
    #[test]
    fn from_one_thread_a_pass_is_that_of_the_bbs(
        rounds in prop::collection::vec(
            (
                prop::collection::vec(any_request(3, 3, true), 0..30),
                prop::collection::vec(any_process(), 1..4),
                0_u32..8,
                0_u64..2_000,
            ),
            1..5,
        ),
    ) {
        let table = SharedTable::new([3; 3], 1).unwrap();
        let mut writer = table.writer().unwrap();
        let mut model = Model::new(Some(1));
        let domains = domains();
        for (requests, processes, cells, secs) in rounds {
            for request in requests {
                prop_assert_eq!(apply_shared(&mut writer, request, Some(1)), model.apply(request));
            }
            let now = Time::ZERO + Span::from_secs(secs);
            let present = cells_of(cells);
            let input = PassInput { now, cells: &present, domains: &domains, processes: &processes };
            // The BBS asks the domain of the record, which is that of the process.
            for (lrp, group) in &mut model.groups {
                set_domain(group, processes.get(lrp.process.index()).copied().unwrap_or_default().domain);
            }
            let expected = model.converge(now, cells, &processes);
            prop_assert_eq!(sorted(writer.converge(input).unwrap()), sorted(expected));
            for group in model.groups.values_mut() {
                set_domain(group, DomainIx::default());
            }
            for process in (0..3).map(ProcessIx) {
                for (lrp, snapshot) in table.groups(process).unwrap() {
                    let expected = model.groups.get(&lrp).copied().unwrap_or_default();
                    prop_assert_eq!(snapshot.group, without_tags(expected));
                }
            }
        }
    }
}

/// Indices and cells are bits in words of 64. Two of the cells differ only in a bit above the sixteenth.
#[test]
fn what_is_due_is_found_beyond_the_first_word_of_indices_and_of_cells() {
    const INDICES: u32 = 150;
    let last = INDICES - 1;
    let lrp = |process, index| LrpKey::new(ProcessIx(process), index);
    let on = |index| {
        let cell = if index == last { 64 + (1 << 16) } else { index };
        InstanceKey::new(InstanceIx(index), CellIx(cell))
    };
    let table = SharedTable::new([INDICES, INDICES], 1).unwrap();
    let mut writer = table.writer().unwrap();
    for index in 0..INDICES {
        let _ = writer.start(lrp(0, index), on(index), true, Time::ZERO).unwrap();
        // The second process has one instance less.
        if index != last {
            let _ = writer.start(lrp(1, index), on(index), true, Time::ZERO).unwrap();
        }
    }
    let domains = domains();
    let mut converge = |without: Option<u32>, second: u32| {
        let there = (0..INDICES).filter(|index| Some(*index) != without);
        let cells: BTreeSet<CellIx> = there.map(|index| on(index).cell).collect();
        let processes = [process(Some(INDICES)), process(Some(second))];
        let input = PassInput { now: Time::ZERO, cells: &cells, domains: &domains, processes: &processes };
        writer.converge(input).unwrap()
    };
    let pass = converge(None, last);
    assert_eq!((pass.starts, pass.stops, pass.metrics.running), (vec![], vec![], INDICES + last));
    for lost in [0, 63, 64, 128, last] {
        let moved = (0..2).map(|process| lrp(process, lost)).filter(|it| *it != lrp(1, last));
        let starts: Vec<_> = moved.map(|lrp| StartReason { lrp, why: Why::MissingCell }).collect();
        let pass = converge(Some(lost), last);
        assert_eq!((pass.missing_cells, pass.starts), (vec![on(lost).cell], starts.clone()));
        // The cell is back, and the others have not been touched meanwhile.
        assert_eq!(converge(None, last).counts.promoted as usize, starts.len());
        let pass = converge(None, last);
        assert_eq!((pass.metrics.running, pass.metrics.suspect_running), (INDICES + last, 0));
    }
    let why = Why::MissingInstance;
    assert_eq!(converge(None, INDICES).starts, [StartReason { lrp: lrp(1, last), why }]);
    assert_eq!(converge(None, last).counts.retired, 1);
}

#[test]
fn a_delayed_restart_is_due_at_exactly_its_time() {
    let table = SharedTable::new([1], 1).unwrap();
    let mut writer = table.writer().unwrap();
    let (lrp, key) = (LrpKey::new(ProcessIx(0), 0), InstanceKey::new(InstanceIx(0), CellIx(0)));
    for _ in 0..IMMEDIATE_RESTARTS {
        let _ = writer.start(lrp, key, true, Time::ZERO).unwrap();
        let _ = writer.crash(lrp, key, Time::ZERO).unwrap();
    }
    let due = restart_at(IMMEDIATE_RESTARTS, Time::ZERO).unwrap();
    let (cells, domains, processes) = (cells_of(1), domains(), [process(Some(1))]);
    for (now, starts) in
        [(Time(due.0 - 1), vec![]), (due, vec![StartReason { lrp, why: Why::CrashedInstance }])]
    {
        let input = PassInput { now, cells: &cells, domains: &domains, processes: &processes };
        assert_eq!(writer.converge(input).unwrap().starts, starts, "at {} us", now.0);
    }
}
