//! What does not fit is an error, and changes nothing.

use std::collections::BTreeSet;

use rivera_lifecycle::{
    BrokenRule, DomainIx, Domains, InstanceKey, LrpError, LrpKey, PassInput, Record, SharedTable, TableError,
    TableLimit,
};
use rivera_model::{CellIx, InstanceIx, Presence, ProcessIx, Time};

use crate::request::process;

const LRP: LrpKey = LrpKey::new(ProcessIx(0), 0);

fn on_cell(cell: u32) -> InstanceKey {
    InstanceKey::new(InstanceIx(1), CellIx(cell))
}

#[test]
fn an_index_takes_56_bytes_and_at_most_64() {
    const INDICES: u32 = 100_000;
    let info = allocation_counter::measure(|| {
        std::hint::black_box(SharedTable::new([INDICES], 8).unwrap());
    });
    let rest = 64 * 1024;
    assert!(info.bytes_max <= u64::from(INDICES) * 56 + rest, "{} bytes", info.bytes_max);
}

#[test]
fn a_table_has_room_for_as_many_slots_as_can_be_numbered() {
    assert!(SharedTable::new([1 << 21, (1 << 21) - 2], 1).is_ok());
    assert_eq!(SharedTable::new([1 << 21, (1 << 21) - 1], 1).unwrap_err(), TableLimit::Slots(1 << 22));
    assert_eq!(
        SharedTable::new([u32::MAX, u32::MAX], 1).unwrap_err(),
        TableLimit::Slots(u64::from(u32::MAX))
    );
}

#[test]
fn there_are_as_many_writers_as_the_table_was_made_for() {
    let table = SharedTable::new([1], 2).unwrap();
    let writers = [table.writer().unwrap(), table.writer().unwrap()];
    assert_eq!(table.writer().unwrap_err(), TableLimit::Writers);
    drop(writers);
    for _ in 0..3 {
        // Each leaves another slot behind than it took.
        let mut writer = table.writer().unwrap();
        writer.start(LRP, on_cell(1), true, Time::ZERO).map(|_| ()).unwrap();
        writer.remove(LRP, None).unwrap();
        writer.create_unclaimed(LRP, Time::ZERO).map(|_| ()).unwrap();
    }
    assert!([table.writer(), table.writer()].iter().all(Result::is_ok));
}

#[test]
fn what_is_not_in_the_table_is_an_error() {
    let table = SharedTable::new([2, 1], 1).unwrap();
    let mut writer = table.writer().unwrap();
    for lrp in [(0, 2), (1, 1), (2, 0), (0, u32::MAX)] {
        let lrp = LrpKey::new(ProcessIx(lrp.0), lrp.1);
        assert_eq!(table.get(lrp), Err(TableLimit::Index(lrp)));
        assert_eq!(writer.create_unclaimed(lrp, Time::ZERO), Err(TableLimit::Index(lrp)));
    }
    assert_eq!(table.groups(ProcessIx(2)).map(|_| ()), Err(TableLimit::Process(ProcessIx(2))));
}

#[test]
fn a_cell_or_a_time_that_does_not_fit_is_refused_without_effect() {
    let table = SharedTable::new([1], 1).unwrap();
    let mut writer = table.writer().unwrap();
    let cell = 1 << 24;
    assert_eq!(
        writer.start(LRP, on_cell(cell), true, Time::ZERO),
        Err(TableError::Limit(TableLimit::Cell(CellIx(cell))))
    );
    let late = Time(1 << 52);
    assert_eq!(writer.create_unclaimed(LRP, late), Err(TableLimit::Time(late)));
    assert_eq!((table.get(LRP).unwrap().version, table.get(LRP).unwrap().group.is_empty()), (0, true));
    writer.start(LRP, on_cell(cell - 1), true, Time((1 << 52) - 1)).map(|_| ()).unwrap();
    assert_eq!(table.get(LRP).unwrap().group.ordinary.unwrap().key, Some(on_cell(cell - 1)));
}

#[test]
fn a_pass_for_which_the_table_is_too_small_does_nothing() {
    let table = SharedTable::new([1], 1).unwrap();
    let mut writer = table.writer().unwrap();
    let (cells, domains) = (BTreeSet::new(), Domains::default());
    let mut converge = |processes: &[_], now| {
        writer.converge(PassInput { now, cells: &cells, domains: &domains, processes }).map(|_| ())
    };
    let second = LrpKey::new(ProcessIx(0), 1);
    assert_eq!(converge(&[process(Some(2))], Time::ZERO), Err(TableLimit::Index(second)));
    let processes = [process(Some(1)), process(None)];
    assert_eq!(converge(&processes, Time::ZERO), Err(TableLimit::Process(ProcessIx(1))));
    let late = Time(1 << 52);
    assert_eq!(converge(&processes[..1], late), Err(TableLimit::Time(late)));
    assert_eq!(table.get(LRP).unwrap().version, 0);
}

#[test]
fn a_record_is_adopted_only_if_it_can_be() {
    let table = SharedTable::new([1], 1).unwrap();
    let mut writer = table.writer().unwrap();
    let record = Record::unclaimed(DomainIx::default(), Time::from_ms(7), 0);
    let record = Record { crash_count: 5, ..record };
    writer.adopt(LRP, Presence::Ordinary, record).unwrap();
    assert_eq!(
        writer.adopt(LRP, Presence::Evacuating, record),
        Err(TableError::Broken(BrokenRule::EvacuatingNotRunning))
    );
    assert_eq!(
        writer.adopt(LRP, Presence::Suspect, record),
        Err(TableError::Broken(BrokenRule::SuspectWithoutCell))
    );
    let group = table.get(LRP).unwrap().group;
    assert_eq!((group.ordinary, group.evacuating, group.suspect), (Some(record), None, None));
}

#[test]
fn a_refusal_is_that_of_the_rules() {
    let table = SharedTable::new([1], 1).unwrap();
    let mut writer = table.writer().unwrap();
    let missing = writer.claim(LRP, on_cell(1), Time::ZERO).unwrap_err();
    assert_eq!(missing, TableError::Refused(LrpError::ResourceNotFound));
    assert_eq!(missing.to_string(), "the requested resource could not be found");
}
