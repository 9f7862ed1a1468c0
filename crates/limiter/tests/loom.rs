//! The interleavings of two or three threads, all that have up to three preemptions. `make loom` runs this.
#![cfg(loom)]

use loom::sync::Arc;
use loom::thread;
use rivera_limiter::{ReportError, StartLimit, StartLimiter};

fn every_interleaving(test: impl Fn() + Sync + Send + 'static) {
    let mut model = loom::model::Builder::new();
    model.preemption_bound = Some(3);
    model.check(test);
}

fn limit(maximum: i64) -> StartLimit {
    StartLimit::from_config(maximum)
}

fn limiter(maximum: i64) -> Arc<StartLimiter> {
    Arc::new(StartLimiter::new(limit(maximum)).expect("a small maximum fits"))
}

/// Does this on a thread of its own.
fn meanwhile<T: 'static>(
    limiter: &Arc<StartLimiter>,
    action: impl FnOnce(&StartLimiter) -> T + 'static,
) -> thread::JoinHandle<T> {
    let limiter = limiter.clone();
    thread::spawn(move || action(&limiter))
}

#[test]
fn three_batches_share_the_maximum() {
    every_interleaving(|| {
        let limiter = limiter(4);
        let others = [meanwhile(&limiter, |it| it.acquire(2)), meanwhile(&limiter, |it| it.acquire(3))];
        let granted = limiter.acquire(2) + others.map(|it| it.join().unwrap()).iter().sum::<u32>();
        assert_eq!(granted, 4);
        assert_eq!(limiter.snapshot().in_flight, 4);
    });
}

#[test]
fn a_release_lets_exactly_as_many_start() {
    every_interleaving(|| {
        let limiter = limiter(1);
        assert_eq!(limiter.acquire(1), 1);
        let takers = [meanwhile(&limiter, |it| it.acquire(1)), meanwhile(&limiter, |it| it.acquire(1))];
        limiter.release(1).unwrap();
        let granted: u32 = takers.map(|it| it.join().unwrap()).iter().sum();
        assert!(granted <= 1);
        assert_eq!(limiter.snapshot().in_flight, granted);
    });
}

#[test]
fn a_grant_is_by_the_old_maximum_or_by_the_new_one() {
    every_interleaving(|| {
        let limiter = limiter(4);
        let other = meanwhile(&limiter, |it| it.acquire(4));
        limiter.set_maximum(limit(1)).unwrap();
        // This is ordered after the change, so it must not see the old maximum.
        let after = limiter.acquire(4);
        let before = other.join().unwrap();
        assert!(matches!((before, after), (4, 0) | (1, 0) | (0, 1)), "{before} {after}");
        assert_eq!(limiter.snapshot().maximum, limit(1));
        assert_eq!(limiter.snapshot().in_flight, before + after);
    });
}

#[test]
fn a_change_of_the_maximum_loses_neither_grant_nor_release() {
    every_interleaving(|| {
        let limiter = limiter(5);
        assert_eq!(limiter.acquire(2), 2);
        let taker = meanwhile(&limiter, |it| it.acquire(1));
        let giver = meanwhile(&limiter, |it| it.release(2).unwrap());
        limiter.set_maximum(limit(4)).unwrap();
        giver.join().unwrap();
        assert_eq!(taker.join().unwrap(), 1);
        assert_eq!(limiter.snapshot().in_flight, 1);
    });
}

#[test]
fn one_of_two_releases_of_the_same_permit_is_an_error() {
    every_interleaving(|| {
        let limiter = limiter(0);
        assert_eq!(limiter.acquire(1), 1);
        let other = meanwhile(&limiter, |it| it.release(1).is_ok());
        assert_ne!(limiter.release(1).is_ok(), other.join().unwrap());
        assert_eq!(limiter.snapshot().in_flight, 0);
    });
}

#[test]
fn guards_of_three_threads_hold_the_maximum_and_release_all() {
    every_interleaving(|| {
        let limiter = limiter(2);
        let held = Arc::new(std::sync::atomic::AtomicU32::new(0));
        let hold = |wanted| {
            let held = held.clone();
            move |limiter: &StartLimiter| {
                use std::sync::atomic::Ordering::SeqCst;
                let permits = limiter.permits(wanted);
                assert!(held.fetch_add(permits.count(), SeqCst) + permits.count() <= 2);
                held.fetch_sub(permits.count(), SeqCst);
            }
        };
        let others = [meanwhile(&limiter, hold(1)), meanwhile(&limiter, hold(2))];
        hold(1)(&limiter);
        others.into_iter().for_each(|it| it.join().unwrap());
        assert_eq!(limiter.snapshot().in_flight, 0);
    });
}

#[test]
fn a_report_counts_every_grant_since_it_began() {
    every_interleaving(|| {
        let limiter = limiter(3);
        let open = limiter.begin_report().unwrap();
        let takers = [meanwhile(&limiter, |it| it.acquire(1)), meanwhile(&limiter, |it| it.acquire(2))];
        // One container was starting on a cell before, so that two of the three permits are free.
        open.finish(1).unwrap();
        let granted: u32 = takers.map(|it| it.join().unwrap()).iter().sum();
        assert_eq!(limiter.snapshot().in_flight, 1 + granted);
        // Nothing but the grants that came before the report was known may pass the maximum.
        assert!(granted == 2 || granted == 3, "{granted}");
    });
}

#[test]
fn a_report_takes_no_release_off_that_it_may_not_have_seen() {
    every_interleaving(|| {
        let limiter = limiter(2);
        assert_eq!(limiter.acquire(2), 2);
        let open = limiter.begin_report().unwrap();
        let giver = meanwhile(&limiter, |it| it.release(1).unwrap());
        open.finish(2).unwrap();
        giver.join().unwrap();
        let in_flight = limiter.snapshot().in_flight;
        assert!(in_flight == 1 || in_flight == 2, "{in_flight}");
    });
}

#[test]
fn of_two_reports_at_once_one_is_refused_and_the_other_undisturbed() {
    every_interleaving(|| {
        let limiter = limiter(0);
        let report = |limiter: &StartLimiter| match limiter.begin_report() {
            Ok(open) => {
                let granted = limiter.acquire(1);
                open.finish(7).unwrap();
                granted
            }
            Err(error) => {
                assert_eq!(error, ReportError::AnotherIsOpen);
                0
            }
        };
        let other = meanwhile(&limiter, report);
        let reports = report(&limiter) + other.join().unwrap();
        // If both succeeded, then one after the other, and the second replaced what the first had set.
        assert!(reports == 1 || reports == 2);
        assert_eq!(limiter.snapshot().in_flight, 8);
    });
}
