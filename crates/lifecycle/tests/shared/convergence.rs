//! A pass over the shared table is a pass of the BBS.

use proptest::prelude::*;
use rivera_lifecycle::{Desired, DomainIx, InstanceGroup, Pass, PassInput, ProcessInfo, SharedTable};
use rivera_model::{ProcessIx, Span, Time};

use crate::model::{Model, apply_shared, without_tags};
use crate::request::{any_request, cells_of, domains, rolling};

fn any_process() -> impl Strategy<Value = ProcessInfo> {
    (prop::option::of((0_u32..4).prop_map(rolling)), 0_u32..2).prop_map(
        |(desired, domain): (Option<Desired>, u32)| ProcessInfo { domain: DomainIx(domain), desired },
    )
}

fn sorted(mut pass: Pass) -> Pass {
    pass.stops.sort_unstable();
    pass
}

fn set_domain(group: &mut InstanceGroup, domain: DomainIx) {
    for record in [&mut group.ordinary, &mut group.evacuating, &mut group.suspect].into_iter().flatten() {
        record.domain = domain;
    }
}

proptest! {
    /// Domain 0 is fresh, domain 1 unknown. The records come from random requests, and each round asks for another number of
    /// instances, and of processes.
    #[test]
    fn from_one_thread_a_pass_is_that_of_the_bbs(
        rounds in prop::collection::vec(
            (
                prop::collection::vec(any_request(3, 3, true), 0..30),
                prop::collection::vec(any_process(), 1..4),
                0_u32..8,
                0_u64..2_000,
            ),
            1..5,
        ),
    ) {
        let table = SharedTable::new([3; 3], 1).unwrap();
        let mut writer = table.writer().unwrap();
        let mut model = Model::new(Some(1));
        let domains = domains();
        for (requests, processes, cells, secs) in rounds {
            for request in requests {
                prop_assert_eq!(apply_shared(&mut writer, request, Some(1)), model.apply(request));
            }
            let now = Time::ZERO + Span::from_secs(secs);
            let present = cells_of(cells);
            let input = PassInput { now, cells: &present, domains: &domains, processes: &processes };
            // The BBS asks the domain of the record, which is that of the process.
            for (lrp, group) in &mut model.groups {
                set_domain(group, processes.get(lrp.process.index()).copied().unwrap_or_default().domain);
            }
            let expected = model.converge(now, cells, &processes);
            prop_assert_eq!(sorted(writer.converge(input).unwrap()), sorted(expected));
            for group in model.groups.values_mut() {
                set_domain(group, DomainIx::default());
            }
            for process in (0..3).map(ProcessIx) {
                for (lrp, snapshot) in table.groups(process).unwrap() {
                    let expected = model.groups.get(&lrp).copied().unwrap_or_default();
                    prop_assert_eq!(snapshot.group, without_tags(expected));
                }
            }
        }
    }
}
