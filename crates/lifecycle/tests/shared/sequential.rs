//! From one thread the shared table is the plain records.

use proptest::prelude::*;
use rivera_lifecycle::{LrpKey, SharedTable};
use rivera_model::ProcessIx;

use crate::model::{Model, apply_shared, without_tags};
use crate::request::any_request;

proptest! {
    #[test]
    fn one_thread_sees_the_plain_records(
        requests in prop::collection::vec(any_request(2, 2, true), 1..120),
        instances in prop::option::of(0_u32..3),
    ) {
        let table = SharedTable::new([2, 2], 2).unwrap();
        // Two writers take turns, so that slots pass from one to the other.
        let mut writers = [table.writer().unwrap(), table.writer().unwrap()];
        let mut model = Model::new(instances);
        for (number, request) in requests.into_iter().enumerate() {
            let before = table.get(request.lrp).unwrap();
            let found = apply_shared(&mut writers[number % 2], request, instances);
            prop_assert_eq!(found, model.apply(request));
            for process in [ProcessIx(0), ProcessIx(1)] {
                for (lrp, snapshot) in table.groups(process).unwrap() {
                    let expected = model.groups.get(&lrp).copied().unwrap_or_default();
                    prop_assert_eq!(snapshot.group, without_tags(expected));
                    prop_assert_eq!(snapshot.group.validate(), Ok(()));
                }
            }
            let after = table.get(request.lrp).unwrap();
            prop_assert_eq!(after.version - before.version, u64::from(after.group != before.group));
        }
    }
}

#[test]
fn a_new_table_is_empty() {
    let table = SharedTable::new([2, 0, 1], 1).unwrap();
    for lrp in [(0, 0), (0, 1), (2, 0)].map(|(process, index)| LrpKey::new(ProcessIx(process), index)) {
        let snapshot = table.get(lrp).unwrap();
        assert!(snapshot.group.is_empty());
        assert_eq!(snapshot.version, 0);
    }
}
