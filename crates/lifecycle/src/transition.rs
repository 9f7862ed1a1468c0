//! Which state a record may change to, and on whose word (C.2).

use rivera_model::InstanceState::{self, Claimed, Crashed, Running, Unclaimed};

use crate::record::{InstanceKey, Record};

impl Record {
    /// Whether the record may become `to` on the word of `caller`.
    ///
    /// A claimed record may be started by anybody: the first cell whose instance is healthy wins. That the caller names
    /// the record's domain is demanded of a start only, and checked there.
    #[must_use]
    pub fn allows(&self, to: InstanceState, caller: Option<InstanceKey>) -> bool {
        match (self.state, to) {
            (Unclaimed | Crashed, Crashed) => false,
            (Unclaimed, _) | (Claimed, Running) => true,
            (_, Unclaimed) => caller.is_none(),
            (Claimed | Running | Crashed, Claimed | Running | Crashed) => self.key == caller,
        }
    }
}

#[cfg(test)]
mod tests {
    use rivera_model::{CellIx, InstanceIx, Time};

    use super::*;
    use crate::record::DomainIx;

    const MINE: InstanceKey = InstanceKey::new(InstanceIx(1), CellIx(1));
    const OTHER: InstanceKey = InstanceKey::new(InstanceIx(2), CellIx(2));

    fn in_state(state: InstanceState) -> Record {
        let key = matches!(state, Claimed | Running).then_some(MINE);
        Record { state, key, ..Record::unclaimed(DomainIx::default(), Time::ZERO, 0) }
    }

    #[test]
    fn the_table_of_transitions() {
        // Rows: state before. Columns: asked for by nobody, by its own instance, by another instance.
        let expected = [
            (Unclaimed, Unclaimed, [true, true, true]),
            (Unclaimed, Claimed, [true, true, true]),
            (Unclaimed, Running, [true, true, true]),
            (Unclaimed, Crashed, [false, false, false]),
            (Claimed, Unclaimed, [true, false, false]),
            (Claimed, Claimed, [false, true, false]),
            (Claimed, Running, [true, true, true]),
            (Claimed, Crashed, [false, true, false]),
            (Running, Unclaimed, [true, false, false]),
            (Running, Claimed, [false, true, false]),
            (Running, Running, [false, true, false]),
            (Running, Crashed, [false, true, false]),
            (Crashed, Unclaimed, [true, false, false]),
            (Crashed, Claimed, [true, false, false]),
            (Crashed, Running, [true, false, false]),
            (Crashed, Crashed, [false, false, false]),
        ];
        for (from, to, allowed) in expected {
            let found = [None, Some(MINE), Some(OTHER)].map(|key| in_state(from).allows(to, key));
            assert_eq!(found, allowed, "{from:?} to {to:?}");
        }
    }
}
