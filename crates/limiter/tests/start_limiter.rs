//! The limiter against a plain sequential model, and under threads.

use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::thread;

use proptest::prelude::*;
use rivera_limiter::{ReleaseError, StartLimit, StartLimiter};

fn limit(maximum: i64) -> StartLimit {
    StartLimit::from_config(maximum)
}

#[test]
fn a_batch_may_be_granted_in_part() {
    let limiter = StartLimiter::new(limit(5));
    assert_eq!(limiter.acquire(3), 3);
    assert_eq!(limiter.acquire(3), 2);
    assert_eq!(limiter.acquire(3), 0);
    limiter.release(1).unwrap();
    assert_eq!(limiter.acquire(3), 1);
}

#[test]
fn releasing_more_than_held_changes_nothing() {
    let limiter = StartLimiter::new(limit(5));
    assert_eq!(limiter.acquire(2), 2);
    assert_eq!(limiter.release(3), Err(ReleaseError { released: 3, held: 2 }));
    assert_eq!(limiter.snapshot().in_flight, 2);
}

#[test]
fn reports_and_a_lower_maximum_may_leave_the_count_above_it() {
    let limiter = StartLimiter::new(limit(5));
    limiter.set_in_flight(9);
    assert_eq!(limiter.acquire(1), 0);
    limiter.set_maximum(limit(10));
    assert_eq!(limiter.acquire(2), 1);
    limiter.set_maximum(limit(1));
    assert_eq!(limiter.snapshot().in_flight, 10);
    limiter.set_maximum(limit(0));
    assert_eq!(limiter.acquire(7), 7);
}

#[test]
fn without_a_maximum_the_count_stops_at_the_width_of_its_number() {
    let limiter = StartLimiter::new(StartLimit::Unlimited);
    limiter.set_in_flight(u32::MAX - 1);
    assert_eq!(limiter.acquire(5), 1);
}

#[test]
fn threads_never_hold_more_than_the_maximum() {
    const MAXIMUM: u32 = 3;
    let limiter = StartLimiter::new(limit(i64::from(MAXIMUM)));
    let held = AtomicU32::new(0);
    let short = AtomicBool::new(false);
    // A run proves something only if threads met: it goes on until some batch was not granted whole.
    let mut rounds = 0;
    while !short.load(Ordering::Relaxed) || rounds < 20 {
        rounds += 1;
        thread::scope(|scope| {
            for wanted in 1..=4 {
                let (limiter, held, short) = (&limiter, &held, &short);
                scope.spawn(move || {
                    for _ in 0..1_000 {
                        let granted = limiter.acquire(wanted);
                        assert!(held.fetch_add(granted, Ordering::SeqCst) + granted <= MAXIMUM);
                        short.fetch_or(granted < wanted.min(MAXIMUM), Ordering::Relaxed);
                        held.fetch_sub(granted, Ordering::SeqCst);
                        limiter.release(granted).unwrap();
                    }
                });
            }
        });
    }
    assert_eq!(limiter.snapshot().in_flight, 0);
}

#[derive(Debug, Clone)]
enum Operation {
    Acquire(u32),
    Release(u32),
    SetMaximum(i64),
    SetInFlight(u32),
}

fn operation() -> impl Strategy<Value = Operation> {
    let near_the_end = || prop_oneof![4 => 0..20u32, 1 => u32::MAX - 5..=u32::MAX];
    prop_oneof![
        near_the_end().prop_map(Operation::Acquire),
        near_the_end().prop_map(Operation::Release),
        (-2..20i64).prop_map(Operation::SetMaximum),
        near_the_end().prop_map(Operation::SetInFlight),
    ]
}

proptest! {
    #[test]
    fn one_thread_sees_a_plain_counter(operations in prop::collection::vec(operation(), 0..60)) {
        let limiter = StartLimiter::new(limit(7));
        let (mut maximum, mut count) = (7_i64, 0_i64);
        for operation in operations {
            match operation {
                Operation::Acquire(wanted) => {
                    let free = if maximum <= 0 { i64::from(u32::MAX) } else { maximum } - count;
                    let granted = i64::from(wanted).min(free.max(0));
                    prop_assert_eq!(i64::from(limiter.acquire(wanted)), granted);
                    count += granted;
                }
                Operation::Release(released) => {
                    prop_assert_eq!(limiter.release(released).is_ok(), i64::from(released) <= count);
                    if i64::from(released) <= count {
                        count -= i64::from(released);
                    }
                }
                Operation::SetMaximum(new) => {
                    limiter.set_maximum(limit(new));
                    maximum = new;
                }
                Operation::SetInFlight(new) => {
                    limiter.set_in_flight(new);
                    count = i64::from(new);
                }
            }
            let now = limiter.snapshot();
            prop_assert_eq!((i64::from(now.in_flight), now.maximum), (count, limit(maximum)));
        }
    }
}
