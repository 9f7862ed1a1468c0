//! Random requests for a few threads on two indices, one of each of two processes.
//!
//! Every pass in them is over one index, and either nothing is counted for it or the count does not change, so that it is one
//! moment too. Instances that are recreated, whose calls are not, have tests of their own.

use std::collections::BTreeMap;

use proptest::prelude::*;
use rivera_lifecycle::{InstanceGroup, LrpKey, SharedTable};
use rivera_model::ProcessIx;

use crate::history::{Call, is_explained};
use crate::model::{Model, apply_shared, without_tags};
use crate::request::{Action, Request, any_request};

pub(crate) const LRPS: [LrpKey; 2] = [LrpKey::new(ProcessIx(0), 0), LrpKey::new(ProcessIx(1), 0)];

/// How many threads play a script.
pub(crate) const THREADS: usize = 3;

/// What comes before the threads start, what each of them asks, and how many instances of process 0 are desired.
#[derive(Debug, Clone)]
pub(crate) struct Script {
    pub(crate) before: Vec<Request>,
    pub(crate) threads: [Vec<Request>; THREADS],
    pub(crate) instances: Option<u32>,
}

/// An orphan, from which anything may be taken away; or a desired process, that keeps its record.
pub(crate) fn any_script() -> impl Strategy<Value = Script> {
    any::<bool>().prop_flat_map(|is_orphan| {
        let requests = move |count| prop::collection::vec(any_request(2, 1, is_orphan), count);
        let threads = [requests(1..4), requests(1..4), requests(1..4)];
        (requests(1..6), threads).prop_map(move |(before, threads)| Script {
            before,
            threads,
            instances: (!is_orphan).then_some(1),
        })
    })
}

impl Script {
    /// The table and the model when the threads start.
    pub(crate) fn prepare(&self) -> (SharedTable, Model) {
        let table = SharedTable::new([1, 1], 4).expect("a small table fits");
        let mut model = Model::new(self.instances);
        let create = |lrp| Request { action: Action::Create, lrp, ..self.before[0] };
        let mut writer = table.writer().expect("there are four");
        for request in LRPS.map(create).iter().chain(&self.before) {
            let found = apply_shared(&mut writer, *request, self.instances);
            assert_eq!(found, model.apply(*request));
        }
        drop(writer);
        (table, model)
    }
}

/// Checks that some sequential order explains these calls, and what they leave.
pub(crate) fn assert_explained(model: &Model, calls: &[Vec<Call>], table: &SharedTable) {
    let found: BTreeMap<LrpKey, InstanceGroup> =
        LRPS.map(|lrp| (lrp, table.get(lrp).expect("the index is there").group)).into();
    let is_end = |model: &Model| {
        let group = |lrp| model.groups.get(lrp).copied().unwrap_or_default();
        found.iter().all(|(lrp, found)| without_tags(group(lrp)) == *found)
    };
    assert!(is_explained(model, calls, &is_end), "no order explains {calls:#?}\nwhich end as {found:#?}");
}
