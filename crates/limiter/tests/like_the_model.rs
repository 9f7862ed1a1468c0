//! Any sequence of operations gives what plain arithmetic gives.

use proptest::prelude::*;
use rivera_limiter::model::{Operation, run};

/// Small numbers, and those near the ends of the fields.
fn count() -> impl Strategy<Value = u32> {
    let near = |end: u32| end - 3..end + 3;
    prop_oneof![
        6 => 0..20u32,
        1 => near(1 << 15),
        1 => near((1 << 24) - 1),
        1 => u32::MAX - 3..=u32::MAX,
    ]
}

fn operation() -> impl Strategy<Value = Operation> {
    prop_oneof![
        4 => count().prop_map(Operation::Acquire),
        3 => count().prop_map(Operation::Release),
        1 => count().prop_map(|maximum| Operation::SetMaximum(maximum.into())),
        1 => (-2..20i64).prop_map(Operation::SetMaximum),
        2 => Just(Operation::BeginReport),
        2 => prop_oneof![9 => count().prop_map(u64::from), 1 => Just(u64::MAX)].prop_map(Operation::FinishReport),
        1 => Just(Operation::AbandonReport),
        3 => count().prop_map(Operation::Guard),
        1 => (any::<u8>(), count()).prop_map(|(guard, count)| Operation::Split(guard, count)),
        1 => (any::<u8>(), count()).prop_map(|(guard, count)| Operation::Detach(guard, count)),
        2 => any::<u8>().prop_map(Operation::Drop),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn one_thread_sees_a_plain_counter(operations in prop::collection::vec(operation(), 0..80)) {
        run(operations);
    }
}
