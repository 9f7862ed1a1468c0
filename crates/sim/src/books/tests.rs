//! Laws of the books, in small.

use super::*;
use rivera_model::{Process, ProcessIx};

fn books(instances: u32, crashing: bool) -> Books {
    books_of(instances, crashing, UpdateStrategy::Rolling)
}

fn books_of(instances: u32, crashing: bool, strategy: UpdateStrategy) -> Books {
    let process = Process {
        guid: "p".to_owned(),
        domain: "cf-apps".to_owned(),
        instances,
        memory_mb: 1,
        disk_mb: 1,
        constraint: rivera_model::ConstraintIx(0),
        strategy,
        start_timeout: None,
    };
    let fleet = Fleet { processes: vec![process], ..Fleet::default() };
    Books::new(&fleet, &[crashing])
}

fn at(secs: u64) -> Time {
    Time::from_ms(secs * 1_000)
}

fn lrp(index: u32) -> LrpKey {
    LrpKey::new(ProcessIx(0), index)
}

#[test]
fn a_replacement_that_runs_before_the_old_one_ends_leaves_no_downtime() {
    let mut books = books(1, false);
    books.serve(lrp(0), CellIx(0), at(0));
    books.begin(at(1));
    books.serve(lrp(0), CellIx(1), at(5));
    books.unserve(lrp(0), at(9));
    books.close(at(20));
    assert_eq!((books.downtime(), books.moves), (Downtime::default(), 1));
}

#[test]
fn an_app_is_down_when_its_last_instance_is() {
    let mut books = books(2, false);
    books.serve(lrp(0), CellIx(0), at(0));
    books.serve(lrp(1), CellIx(0), at(0));
    books.begin(at(0));
    books.unserve(lrp(0), at(10));
    books.unserve(lrp(1), at(12));
    books.serve(lrp(0), CellIx(1), at(15));
    books.close(at(20));
    assert_eq!(books.downtime().rolling, Span::from_secs(5 + 8));
    assert_eq!(books.apps[0].longest_down, Span::from_secs(3));
}

#[test]
fn what_crashes_by_itself_is_not_downtime_of_the_roll_out() {
    let mut books = books(1, true);
    books.serve(lrp(0), CellIx(0), at(0));
    books.begin(at(0));
    books.unserve(lrp(0), at(10));
    books.close(at(20));
    assert_eq!((books.downtime(), books.down), (Downtime::default(), 0));
}

#[test]
fn the_downtime_of_apps_that_are_stopped_first_is_counted_apart() {
    let mut books = books_of(1, false, UpdateStrategy::Recreate);
    books.serve(lrp(0), CellIx(0), at(0));
    books.begin(at(0));
    books.unserve(lrp(0), at(10));
    books.serve(lrp(0), CellIx(1), at(14));
    books.close(at(20));
    let expected = Downtime { rolling: Span::ZERO, recreate: Span::from_secs(4) };
    assert_eq!((books.downtime(), books.down), (expected, 0));
}

#[test]
fn an_instance_and_an_app_are_half_a_line_of_a_cache_each() {
    assert_eq!([size_of::<Instance>(), size_of::<App>()], [32, 32]);
}
