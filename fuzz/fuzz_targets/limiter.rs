//! Any sequence of operations on the start limiter, held against plain arithmetic.

#![no_main]

use libfuzzer_sys::fuzz_target;
use rivera_limiter::model::{Operation, run};

fuzz_target!(|operations: Vec<Operation>| run(operations));
