//! Requests about many processes, of which convergence has to find what is due.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| rivera_laws::check::<rivera_laws::Convergence>(bytes));
