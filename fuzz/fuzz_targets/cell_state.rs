//! Any bytes as a cell's state, start requests or work.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| rivera_laws::check::<rivera_laws::Message>(bytes));
