//! Any sequence of operations on the start limiter, held against plain arithmetic.

#![no_main]

use arbitrary::Arbitrary;
use libfuzzer_sys::fuzz_target;
use rivera_limiter::{StartLimit, StartLimiter};

#[derive(Debug, Arbitrary)]
enum Operation {
    Acquire(u32),
    Release(u32),
    SetMaximum(i64),
    SetInFlight(u32),
}

fuzz_target!(|input: (i64, Vec<Operation>)| {
    let (maximum, operations) = input;
    let mut limit = StartLimit::from_config(maximum);
    let mut held = 0_u32;
    let limiter = StartLimiter::new(limit);
    for operation in operations {
        match operation {
            Operation::Acquire(wanted) => {
                let granted = limiter.acquire(wanted);
                let free = limit.maximum().unwrap_or(u32::MAX).saturating_sub(held);
                assert_eq!(granted, wanted.min(free));
                held += granted;
            }
            Operation::Release(count) => match limiter.release(count) {
                Ok(()) => held -= count,
                Err(error) => assert!(error.held == held && error.released == count && count > held),
            },
            Operation::SetMaximum(maximum) => {
                limit = StartLimit::from_config(maximum);
                limiter.set_maximum(limit);
            }
            Operation::SetInFlight(count) => {
                held = count;
                limiter.set_in_flight(count);
            }
        }
        let now = limiter.snapshot();
        assert_eq!((now.maximum, now.in_flight), (limit, held));
    }
});
