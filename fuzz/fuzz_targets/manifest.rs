//! Any text as the manifest of a deployment.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| rivera_laws::check::<rivera_laws::Manifest>(bytes));
