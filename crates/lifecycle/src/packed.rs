//! A record in 36 bytes, as it is stored: a quarter of a million of them are to fit the caches' reach.
//!
//! A [`Record`] is what the rules work on. It is packed when a change is stored and unpacked when it is looked at.
//! That a record has an instance exactly if it is claimed or running is what saves its `Option`.

use rivera_model::{CellIx, InstanceIx, InstanceState, Time};

use crate::details::{Details, DetailsIx, DetailsTable};
use crate::record::{InstanceKey, NetIx, Record, Tag};

/// A record, or none.
#[derive(Debug, Clone, Copy)]
#[repr(C, packed(4))]
pub(crate) struct Packed {
    since: Time,
    epoch: u64,
    instance: InstanceIx,
    cell: CellIx,
    net: NetIx,
    details: DetailsIx,
    /// Bits 0 to 2: the [`Kind`]. Bit 3: routable. From bit 4 on: the index of the tag.
    flags: u32,
}

const KIND_MASK: u32 = 0b111;
const ROUTABLE: u32 = 0b1000;
const TAG_SHIFT: u32 = 4;

/// The state plus one; 0 is no record.
type Kind = u32;

const fn kind_of(state: InstanceState) -> Kind {
    match state {
        InstanceState::Unclaimed => 1,
        InstanceState::Claimed => 2,
        InstanceState::Running => 3,
        InstanceState::Crashed => 4,
    }
}

impl Packed {
    /// No record.
    pub(crate) const NONE: Self = Self {
        since: Time::ZERO,
        epoch: 0,
        instance: InstanceIx(0),
        cell: CellIx(0),
        net: NetIx::EMPTY,
        details: DetailsIx::NONE,
        flags: 0,
    };

    const fn state(self) -> Option<InstanceState> {
        match self.flags & KIND_MASK {
            0 => None,
            1 => Some(InstanceState::Unclaimed),
            2 => Some(InstanceState::Claimed),
            3 => Some(InstanceState::Running),
            _ => Some(InstanceState::Crashed),
        }
    }

    /// The record.
    pub(crate) fn unpack(self, table: &DetailsTable) -> Option<Record> {
        let state = self.state()?;
        let Details { crash_count, crash_reason, placement_error, routes, tags, domain } =
            table.get(self.details);
        let is_on_a_cell = matches!(state, InstanceState::Claimed | InstanceState::Running);
        Some(Record {
            state,
            key: is_on_a_cell.then_some(InstanceKey::new(self.instance, self.cell)),
            since: self.since,
            crash_count,
            crash_reason,
            placement_error,
            net: self.net,
            routable: self.flags & ROUTABLE != 0,
            routes,
            tags,
            domain,
            tag: Tag { epoch: self.epoch, index: self.flags >> TAG_SHIFT },
        })
    }

    /// Stores another record in this place, or none.
    pub(crate) fn replace(&mut self, record: Option<&Record>, table: &mut DetailsTable) {
        let before = *self;
        *self = record.map_or(Self::NONE, |record| {
            let key = record.key.unwrap_or(InstanceKey::new(InstanceIx(0), CellIx(0)));
            Self {
                since: record.since,
                epoch: record.tag.epoch,
                instance: key.instance,
                cell: key.cell,
                net: record.net,
                details: before.details_for(record, table),
                flags: kind_of(record.state)
                    | if record.routable { ROUTABLE } else { 0 }
                    | record.tag.index << TAG_SHIFT,
            }
        });
        if before.state().is_some() {
            table.release(before.details);
        }
    }

    /// The number of the record's details, which mostly are those of the record before it.
    fn details_for(self, record: &Record, table: &mut DetailsTable) -> DetailsIx {
        let details = Details::from(record);
        if self.state().is_some() && table.get(self.details) == details {
            table.acquire_again(self.details)
        } else {
            table.acquire(details)
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::record::{DomainIx, ReasonIx, RoutesIx, TagsIx};

    #[test]
    fn a_record_takes_36_bytes() {
        assert_eq!(size_of::<Packed>(), 36);
    }

    fn any_record() -> impl Strategy<Value = Record> {
        let state = prop::sample::select(vec![
            InstanceState::Unclaimed,
            InstanceState::Claimed,
            InstanceState::Running,
            InstanceState::Crashed,
        ]);
        let numbers = prop::array::uniform9(prop_oneof![0_u32..3, any::<u32>()]);
        let times = (any::<u64>(), any::<u64>(), 0..=Tag::MAX_INDEX, any::<bool>());
        (state, numbers, times).prop_map(|(state, numbers, (since, epoch, index, routable))| {
            let [instance, cell, crashes, reason, error, net, routes, tags, domain] = numbers;
            let key = InstanceKey::new(InstanceIx(instance), CellIx(cell));
            let is_on_a_cell = matches!(state, InstanceState::Claimed | InstanceState::Running);
            Record {
                state,
                key: is_on_a_cell.then_some(key),
                since: Time(since),
                crash_count: crashes,
                crash_reason: ReasonIx(reason),
                placement_error: ReasonIx(error),
                net: NetIx(net),
                routable,
                routes: RoutesIx(routes),
                tags: TagsIx(tags),
                domain: DomainIx(domain),
                tag: Tag { epoch, index },
            }
        })
    }

    proptest! {
        #[test]
        fn what_was_packed_is_unpacked_and_leaves_nothing_behind(
            records in prop::collection::vec((0_usize..4, prop::option::of(any_record())), 1..40),
        ) {
            let mut table = DetailsTable::default();
            let mut places = [Packed::NONE; 4];
            let mut expected = [None; 4];
            for (place, record) in records {
                places[place].replace(record.as_ref(), &mut table);
                expected[place] = record;
                prop_assert_eq!(places.map(|packed| packed.unpack(&table)), expected);
            }
            for place in &mut places {
                place.replace(None, &mut table);
            }
            prop_assert_eq!(table.len(), 0);
        }
    }
}
