//! Any text as BOSH's list of instances.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| rivera_laws::check::<rivera_laws::BoshInstances>(bytes));
