//! Any sequence of operations on the start limiter, held against plain arithmetic.

use rivera_limiter::model::{Operation, run};

use crate::target::{Law, structured};

/// What is done to the limiter.
#[derive(Debug)]
pub struct Limiter(Vec<Operation>);

impl Law for Limiter {
    const NAME: &str = "limiter";

    fn read(bytes: &[u8]) -> Option<Self> {
        structured(bytes).map(Self)
    }

    fn check(self) {
        run(self.0);
    }
}
