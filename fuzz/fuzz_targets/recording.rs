//! Any text as a recording of an auctioneer.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| rivera_laws::check::<rivera_laws::Recording>(bytes));
