//! Real threads at one limiter, until they were seen to meet.

use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::thread;

use rivera_limiter::{StartLimit, StartLimiter};

const MAXIMUM: u32 = 3;
/// So many rounds go on even after threads have met.
const ROUNDS: u32 = 20;
/// If threads have not met after so many rounds, the test has shown nothing.
const MOST_ROUNDS: u32 = 20_000;

#[test]
fn threads_never_hold_more_than_the_maximum() {
    let limiter = StartLimiter::new(StartLimit::from_config(MAXIMUM.into())).unwrap();
    let held = AtomicU32::new(0);
    // A batch that is not granted whole shows that another thread held permits at that moment.
    let met = AtomicBool::new(false);
    let mut rounds = 0;
    while rounds < ROUNDS || !met.load(Ordering::Relaxed) {
        assert!(rounds < MOST_ROUNDS, "no two threads met in {rounds} rounds: nothing was tested");
        rounds += 1;
        thread::scope(|scope| {
            for wanted in 1..=4 {
                let (limiter, held, met) = (&limiter, &held, &met);
                scope.spawn(move || {
                    for turn in 0..1_000 {
                        let permits = limiter.permits(wanted);
                        let granted = permits.count();
                        assert!(held.fetch_add(granted, Ordering::SeqCst) + granted <= MAXIMUM);
                        met.fetch_or(granted < wanted.min(MAXIMUM), Ordering::Relaxed);
                        held.fetch_sub(granted, Ordering::SeqCst);
                        if turn % 2 == 0 {
                            let detached = permits.detach();
                            limiter.release(detached).expect("what was granted is held");
                        }
                    }
                });
            }
        });
    }
    assert_eq!(limiter.snapshot().in_flight, 0);
}
