//! The rules of the limiter, each by an example.

use rivera_limiter::{CountError, ReleaseError, ReportError, StartLimit, StartLimiter};

const MOST: u32 = 16_777_215;

fn limit(maximum: i64) -> StartLimit {
    StartLimit::from_config(maximum)
}

fn limiter(maximum: i64) -> StartLimiter {
    StartLimiter::new(limit(maximum)).expect("a small maximum fits")
}

fn report(limiter: &StartLimiter, count: u64) {
    limiter.begin_report().expect("no report is open").finish(count).expect("a small count fits");
}

#[test]
fn a_batch_may_be_granted_in_part() {
    let limiter = limiter(5);
    assert_eq!(limiter.acquire(3), 3);
    assert_eq!(limiter.acquire(3), 2);
    assert_eq!(limiter.acquire(3), 0);
    limiter.release(1).unwrap();
    assert_eq!(limiter.acquire(3), 1);
}

#[test]
fn releasing_more_than_held_changes_nothing() {
    let limiter = limiter(5);
    assert_eq!(limiter.acquire(2), 2);
    assert_eq!(limiter.release(3), Err(ReleaseError { released: 3, held: 2 }));
    assert_eq!(limiter.snapshot().in_flight, 2);
    limiter.release(2).unwrap();
    assert_eq!(limiter.snapshot().in_flight, 0);
}

#[test]
fn a_change_of_the_maximum_keeps_the_count() {
    let limiter = limiter(5);
    assert_eq!(limiter.acquire(4), 4);
    limiter.set_maximum(limit(2)).unwrap();
    assert_eq!(limiter.snapshot().in_flight, 4);
    assert_eq!(limiter.acquire(1), 0);
    limiter.release(3).unwrap();
    assert_eq!(limiter.acquire(9), 1);
    limiter.set_maximum(limit(-1)).unwrap();
    assert_eq!(limiter.acquire(7), 7);
    assert_eq!(limiter.snapshot().maximum, StartLimit::Unlimited);
}

#[test]
fn a_report_sets_the_count_even_above_the_maximum() {
    let limiter = limiter(5);
    assert_eq!(limiter.acquire(2), 2);
    report(&limiter, 9);
    assert_eq!((limiter.snapshot().in_flight, limiter.snapshot().free()), (9, 0));
    assert_eq!(limiter.acquire(1), 0);
    report(&limiter, 4);
    assert_eq!(limiter.acquire(3), 1);
}

#[test]
fn what_is_granted_during_a_report_is_counted_beside_it() {
    let limiter = limiter(10);
    assert_eq!(limiter.acquire(4), 4);
    let report = limiter.begin_report().unwrap();
    assert_eq!(limiter.acquire(3), 3);
    limiter.release(2).unwrap();
    report.finish(4).unwrap();
    assert_eq!(limiter.snapshot().in_flight, 7);
}

#[test]
fn grants_before_a_report_or_in_an_abandoned_one_are_not_counted_again() {
    let limiter = limiter(10);
    let abandoned = limiter.begin_report().unwrap();
    assert_eq!(limiter.acquire(3), 3);
    drop(abandoned);
    assert_eq!(limiter.snapshot().in_flight, 3);
    report(&limiter, 1);
    assert_eq!(limiter.snapshot().in_flight, 1);
}

#[test]
fn there_is_one_report_at_a_time() {
    let limiter = limiter(5);
    let open = limiter.begin_report().unwrap();
    assert_eq!(limiter.begin_report().unwrap_err(), ReportError::AnotherIsOpen);
    open.finish(2).unwrap();
    drop(limiter.begin_report().unwrap());
    assert_eq!(limiter.snapshot().in_flight, 2);
}

#[test]
fn a_report_with_more_grants_than_it_can_tell_is_refused_and_closed() {
    let limiter = limiter(0);
    let report = limiter.begin_report().unwrap();
    assert_eq!(limiter.acquire(32_766), 32_766);
    report.finish(1).unwrap();
    assert_eq!(limiter.snapshot().in_flight, 32_767);

    let report = limiter.begin_report().unwrap();
    assert_eq!(limiter.acquire(32_766) + limiter.acquire(70_000), 102_766);
    assert_eq!(report.finish(1), Err(ReportError::TooManyGrants));
    assert_eq!(limiter.snapshot().in_flight, 135_533);
    drop(limiter.begin_report().unwrap());
}

#[test]
fn numbers_that_do_not_fit_are_errors_and_change_nothing() {
    let too_large = CountError(u64::from(MOST));
    assert_eq!(StartLimiter::new(limit(MOST.into())).unwrap_err(), too_large);
    assert_eq!(too_large.to_string(), "count 16777215 starting containers: the counter ends at 16777215");

    let limiter = limiter(i64::from(MOST) - 1);
    assert_eq!(limiter.set_maximum(limit(MOST.into())), Err(too_large));
    assert_eq!(limiter.snapshot().maximum, limit(i64::from(MOST) - 1));

    report(&limiter, MOST.into());
    assert_eq!(limiter.snapshot().in_flight, MOST);
    for (reported, told) in [(u64::from(MOST) + 1, u64::from(MOST) + 1), (u64::MAX, u64::MAX)] {
        let report = limiter.begin_report().unwrap();
        assert_eq!(report.finish(reported), Err(ReportError::Count(CountError(told))));
        assert_eq!(limiter.snapshot().in_flight, MOST);
    }
}

#[test]
fn without_a_maximum_the_count_ends_where_the_counter_does() {
    let limiter = limiter(0);
    report(&limiter, u64::from(MOST) - 1);
    assert_eq!(limiter.acquire(u32::MAX), 1);
    assert_eq!(limiter.acquire(1), 0);
    limiter.release(MOST).unwrap();
    assert_eq!(limiter.acquire(u32::MAX), MOST);
}

#[test]
fn a_guard_releases_what_was_granted_and_not_what_was_wanted() {
    let limiter = limiter(5);
    let first = limiter.permits(3);
    let second = limiter.permits(3);
    assert_eq!((first.count(), second.count()), (3, 2));
    assert_eq!(limiter.permits(1).count(), 0);
    drop(second);
    assert_eq!(limiter.snapshot().in_flight, 3);
    drop(first);
    assert_eq!(limiter.snapshot().in_flight, 0);
}

#[test]
fn a_detached_guard_releases_nothing() {
    let limiter = limiter(5);
    let detached = limiter.permits(3).detach();
    assert_eq!((detached, limiter.snapshot().in_flight), (3, 3));
    limiter.release(detached).unwrap();
    assert_eq!(limiter.snapshot().in_flight, 0);
}

#[test]
fn a_split_guard_has_no_more_permits_in_all() {
    let limiter = limiter(5);
    let mut batch = limiter.permits(5);
    let part = batch.split(2);
    let rest = batch.split(u32::MAX);
    assert_eq!((part.count(), rest.count(), batch.count()), (2, 3, 0));
    drop((part, batch));
    assert_eq!(limiter.snapshot().in_flight, 3);
    drop(rest);
    assert_eq!(limiter.snapshot().in_flight, 0);
}

#[test]
fn a_guard_above_a_lower_report_leaves_the_permits_of_others_alone() {
    let limiter = limiter(9);
    let lost = limiter.permits(3);
    let held = limiter.permits(2);
    report(&limiter, 2);
    drop(lost);
    assert_eq!(limiter.snapshot().in_flight, 2);
    drop(held);
    assert_eq!(limiter.snapshot().in_flight, 0);
}

#[test]
fn a_panic_releases_what_a_guard_holds() {
    let limiter = limiter(5);
    let panicked = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
        let _permits = limiter.permits(4);
        panic!("the start failed");
    }));
    assert!(panicked.is_err());
    assert_eq!(limiter.snapshot().in_flight, 0);
}

#[test]
fn the_word_has_its_cache_lines_to_itself() {
    assert!(align_of::<StartLimiter>() >= 64 && size_of::<StartLimiter>().is_multiple_of(64));
}
