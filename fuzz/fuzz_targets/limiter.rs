//! Any sequence of operations on the start limiter.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| rivera_laws::check::<rivera_laws::Limiter>(bytes));
