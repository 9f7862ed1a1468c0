//! Any sequence of requests to the BBS about few instances.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| rivera_laws::check::<rivera_laws::Records>(bytes));
