//! Any sequence of schedulings and takings on the event queue.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| rivera_laws::check::<rivera_laws::EventQueue>(bytes));
