//! Laws that hold under any sequence of requests, for property tests and fuzzing.
//!
//! The plainest statement of the rules (`model`) goes through the same requests as a [`Bbs`](crate::Bbs): answers and
//! records must be equal after every one, and the store in order (`check.rs`).
//!
//! ```
//! // Any bytes will do: six are an operation.
//! rivera_lifecycle::laws::check(&rivera_lifecycle::laws::operations(b"some bytes that a fuzzer found"));
//! ```

mod check;
mod model;
mod operation;

pub use check::check;
pub use operation::{Operation, Request, operations};

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn the_store_does_what_the_rules_say(bytes in prop::collection::vec(any::<[u8; 6]>(), 1..150)) {
            check(&operations(&bytes.concat()));
        }
    }
}
