//! Random cells and items through a whole auction, on the index and by the plain rule.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| rivera_laws::check::<rivera_laws::Auction>(bytes));
