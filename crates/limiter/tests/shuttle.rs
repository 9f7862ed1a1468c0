//! Random interleavings of eight threads, each of them repeatable from the schedule that a failure prints. `make
//! loom` runs this.
#![cfg(shuttle)]

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use rivera_limiter::{StartLimit, StartLimiter};
use shuttle::rand::{Rng, thread_rng};
use shuttle::thread;

const THREADS: u32 = 8;
const MAXIMUM: u32 = 5;
const ITERATIONS: usize = 5_000;

fn limiter(maximum: u32) -> Arc<StartLimiter> {
    Arc::new(StartLimiter::new(StartLimit::from_config(maximum.into())).expect("a small maximum fits"))
}

/// Does this on eight threads at once, and ends when they have.
fn on_all_threads(limiter: &Arc<StartLimiter>, action: impl Fn(&StartLimiter, u32) + Send + Sync + 'static) {
    let action = Arc::new(action);
    let threads = (0..THREADS).map(|thread| {
        let (limiter, action) = (limiter.clone(), action.clone());
        thread::spawn(move || action(&limiter, thread))
    });
    let threads: Vec<_> = threads.collect();
    for thread in threads {
        thread.join().unwrap();
    }
}

/// Permits that are held by anyone, beside the limiter's own count.
#[derive(Default)]
struct Held(AtomicU32);

impl Held {
    fn add(&self, count: u32) {
        assert!(self.0.fetch_add(count, Ordering::SeqCst) + count <= MAXIMUM, "more are held than may be");
    }

    fn sub(&self, count: u32) {
        self.0.fetch_sub(count, Ordering::SeqCst);
    }
}

fn batches_and_guards() {
    let limiter = limiter(MAXIMUM);
    let held = Held::default();
    on_all_threads(&limiter, move |limiter, thread| {
        for _ in 0..3 {
            let mut permits = limiter.permits(thread_rng().gen_range(1..=4));
            held.add(permits.count());
            let part = permits.split(1);
            held.sub(part.count());
            drop(part);
            held.sub(permits.count());
            if thread % 2 == 0 {
                let detached = permits.detach();
                limiter.release(detached).expect("what was granted is held");
            }
        }
    });
    assert_eq!(limiter.snapshot().in_flight, 0);
}

/// The maximum goes up and down between 1 and 5 all the while; what is held never passes the greater.
fn a_maximum_that_changes() {
    let limiter = limiter(MAXIMUM);
    let held = Held::default();
    on_all_threads(&limiter, move |limiter, thread| {
        if thread == 0 {
            for maximum in [1, 4, 2, 5, 3] {
                limiter.set_maximum(StartLimit::from_config(maximum)).expect("a small maximum fits");
            }
            return;
        }
        let granted = limiter.acquire(thread);
        held.add(granted);
        held.sub(granted);
        limiter.release(granted).expect("what was granted is held");
    });
    let now = limiter.snapshot();
    assert_eq!((now.in_flight, now.maximum), (0, StartLimit::from_config(3)));
}

/// Nothing has started when the report begins, so that what is held afterwards is what was granted since.
fn a_report_among_grants() {
    let limiter = limiter(MAXIMUM);
    let granted = Arc::new(AtomicU32::new(0));
    let open = Arc::new(AtomicU32::new(0));
    let (sum, begun) = (granted.clone(), open.clone());
    on_all_threads(&limiter, move |limiter, thread| {
        if thread % 2 == 0 {
            sum.fetch_add(limiter.acquire(2), Ordering::SeqCst);
        } else if let Ok(report) = limiter.begin_report() {
            begun.fetch_add(1, Ordering::SeqCst);
            // What was granted so far has reached its cell; no grant comes between this and the answer.
            let reported = sum.load(Ordering::SeqCst);
            report.finish(reported.into()).expect("a small count fits");
        }
    });
    let in_flight = limiter.snapshot().in_flight;
    let granted = granted.load(Ordering::SeqCst);
    assert!(granted <= MAXIMUM && in_flight >= granted, "{granted} were granted, {in_flight} are counted");
    assert!(open.load(Ordering::SeqCst) >= 1);
}

#[test]
fn batches_and_guards_never_hold_more_than_the_maximum() {
    shuttle::check_random(batches_and_guards, ITERATIONS);
    shuttle::check_pct(batches_and_guards, ITERATIONS, 3);
}

#[test]
fn a_changing_maximum_is_kept_and_no_permit_is_lost() {
    shuttle::check_random(a_maximum_that_changes, ITERATIONS);
    shuttle::check_pct(a_maximum_that_changes, ITERATIONS, 3);
}

#[test]
fn reports_among_grants_never_make_the_count_too_low() {
    shuttle::check_random(a_report_among_grants, ITERATIONS);
    shuttle::check_pct(a_report_among_grants, ITERATIONS, 3);
}
