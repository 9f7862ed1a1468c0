//! Whole cells evacuate while calls are lost and cells disappear.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| rivera_laws::check::<rivera_laws::Evacuation>(bytes));
