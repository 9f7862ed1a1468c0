//! Every interleaving of a few threads. Run with `RUSTFLAGS="--cfg loom" cargo test --release --test loom`.
#![cfg(loom)]

use loom::sync::Arc;
use loom::thread;
use rivera_limiter::{StartLimit, StartLimiter};

fn limiter(maximum: i64) -> Arc<StartLimiter> {
    Arc::new(StartLimiter::new(StartLimit::from_config(maximum)))
}

#[test]
fn two_batches_share_the_maximum() {
    loom::model(|| {
        let limiter = limiter(3);
        let other = {
            let limiter = limiter.clone();
            thread::spawn(move || limiter.acquire(2))
        };
        let granted = limiter.acquire(2) + other.join().unwrap();
        assert_eq!(granted, 3);
        assert_eq!(limiter.snapshot().in_flight, 3);
    });
}

#[test]
fn a_release_lets_exactly_as_many_start() {
    loom::model(|| {
        let limiter = limiter(1);
        assert_eq!(limiter.acquire(1), 1);
        let takers: Vec<_> = (0..2)
            .map(|_| {
                let limiter = limiter.clone();
                thread::spawn(move || limiter.acquire(1))
            })
            .collect();
        limiter.release(1).unwrap();
        let granted: u32 = takers.into_iter().map(|taker| taker.join().unwrap()).sum();
        assert!(granted <= 1);
        assert_eq!(limiter.snapshot().in_flight, granted);
    });
}

#[test]
fn a_grant_is_by_the_old_maximum_or_by_the_new_one() {
    loom::model(|| {
        let limiter = limiter(4);
        let other = {
            let limiter = limiter.clone();
            thread::spawn(move || limiter.acquire(4))
        };
        limiter.set_maximum(StartLimit::from_config(1));
        let after = limiter.acquire(4);
        let before = other.join().unwrap();
        // The second acquire is ordered after the change, so it must not see the old maximum.
        assert!(matches!((before, after), (4, 0) | (1, 0) | (0, 1)), "{before} {after}");
    });
}

#[test]
fn one_of_two_releases_of_the_same_permit_is_an_error() {
    loom::model(|| {
        let limiter = limiter(0);
        assert_eq!(limiter.acquire(1), 1);
        let other = {
            let limiter = limiter.clone();
            thread::spawn(move || limiter.release(1).is_ok())
        };
        assert_ne!(limiter.release(1).is_ok(), other.join().unwrap());
        assert_eq!(limiter.snapshot().in_flight, 0);
    });
}
