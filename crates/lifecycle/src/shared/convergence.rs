//! What a convergence pass does to the records of one index, at one moment (C.6, C.11.23).
//!
//! The items of a pass touch one index each, so that to find and to do all of them index by index comes to the same as
//! to find first and to do then; only what is counted over a process is found before.

use rivera_model::{CellIx, InstanceState, Span, Time};

use super::operations::{NO_DOMAIN, NO_EPOCH, retire};
use crate::call::{RetireAnswer, StopCall, Why};
use crate::error::LrpError;
use crate::group::InstanceGroup;
use crate::record::{LrpKey, Record};
use crate::restart::restart_at;

/// An unclaimed record older than this is auctioned again.
const STALE_AFTER: Span = Span::from_secs(30);

/// What is desired of an index.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct View {
    /// The index.
    pub(super) lrp: LrpKey,
    /// Whether the process is desired.
    pub(super) is_desired: bool,
    /// Whether a record is missing here if there is none: the process has the wrong number of them, and desires this one.
    pub(super) create: bool,
    /// Whether an ordinary record here is to be retired: it is surplus or an orphan, and its domain lets it go.
    pub(super) retire: bool,
    /// Whether a suspect record here is an orphan.
    pub(super) remove_suspect: bool,
    /// The present.
    pub(super) now: Time,
}

/// What a pass did to an index, and what is to be done for it outside.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Outcome {
    pub(super) pruned: bool,
    pub(super) missing: bool,
    pub(super) extra: bool,
    pub(super) retired: bool,
    pub(super) stop: Option<StopCall>,
    pub(super) created: bool,
    pub(super) start: Option<Why>,
    pub(super) suspected: bool,
    pub(super) promoted: bool,
    pub(super) suspect_removed: bool,
    /// The state of the suspect before the work.
    pub(super) suspect: Option<InstanceState>,
    /// The state of the ordinary record after it.
    pub(super) ordinary: Option<InstanceState>,
    /// Cells of the ordinary and the suspect record that are not present.
    pub(super) missing_cells: [Option<CellIx>; 2],
}

/// What is due.
struct Due {
    create: bool,
    retire: bool,
    unstarted: Option<Why>,
    on_missing_cell: bool,
    promote: bool,
    remove_suspect: bool,
}

/// Does what is due, in the order of the original.
pub(super) fn converge(
    group: &mut InstanceGroup,
    view: &View,
    is_present: impl Fn(CellIx) -> bool,
) -> Outcome {
    let is_missing = |record: &Record| record.cell().filter(|cell| !is_present(*cell));
    let pruned = group.evacuating.take_if(|record| is_missing(record).is_some()).is_some();
    let missing_cells = [group.ordinary, group.suspect]
        .map(|record| record.as_ref().and_then(is_missing).filter(|_| view.is_desired));
    let due = due(group, view, missing_cells[0].is_some(), &is_present);
    let mut outcome = Outcome {
        pruned,
        missing: due.create,
        extra: due.retire,
        suspect: group.suspect.map(|record| record.state),
        missing_cells,
        ..Outcome::default()
    };
    due.execute(group, view, is_present, &mut outcome);
    outcome.ordinary = group.ordinary.map(|record| record.state);
    outcome
}

fn due(
    group: &InstanceGroup,
    view: &View,
    on_missing_cell: bool,
    is_present: impl Fn(CellIx) -> bool,
) -> Due {
    let runs = |record: Option<Record>| record.is_some_and(|it| it.state == InstanceState::Running);
    Due {
        create: view.create && group.ordinary.is_none(),
        retire: view.retire && group.ordinary.is_some(),
        unstarted: group.ordinary.filter(|_| view.is_desired).and_then(|it| waits_too_long(&it, view.now)),
        on_missing_cell,
        promote: group.suspect.and_then(|it| it.cell()).is_some_and(is_present),
        remove_suspect: (view.remove_suspect && group.suspect.is_some())
            || (runs(group.suspect) && runs(group.ordinary)),
    }
}

/// Why the record is to be auctioned again, if it is.
fn waits_too_long(record: &Record, now: Time) -> Option<Why> {
    match record.state {
        InstanceState::Unclaimed if now.since(record.since) > STALE_AFTER => Some(Why::StaleUnclaimed),
        InstanceState::Crashed => restart_at(record.crash_count, record.since)
            .filter(|due| *due <= now)
            .map(|_| Why::CrashedInstance),
        _ => None,
    }
}

impl Due {
    fn execute(
        &self,
        group: &mut InstanceGroup,
        view: &View,
        is_present: impl Fn(CellIx) -> bool,
        outcome: &mut Outcome,
    ) {
        if self.retire {
            match retire(group, view.lrp, |cell| Some(is_present(cell))) {
                Ok(RetireAnswer::Removed) => outcome.retired = true,
                Ok(RetireAnswer::Stop(call)) => outcome.stop = Some(call),
                Err(_) => {}
            }
        }
        if self.create && group.create_unclaimed(NO_DOMAIN, view.now, NO_EPOCH) {
            outcome.created = true;
            outcome.start = Some(Why::MissingInstance);
        }
        if let Some(why) = self.unstarted
            && group.unclaim(true, view.now) != Err(LrpError::ResourceNotFound)
        {
            outcome.start = Some(why);
        }
        if self.on_missing_cell {
            outcome.suspected = group.suspect_ordinary(view.now, NO_EPOCH);
            if outcome.suspected {
                outcome.start = Some(Why::MissingCell);
            } else {
                // Q13: the replacement of a suspect was lost too. It is given up, but not auctioned in this pass.
                let _ = group.unclaim(false, view.now);
            }
        }
        if self.promote {
            outcome.promoted = group.promote_suspect();
        }
        if self.remove_suspect {
            outcome.suspect_removed = group.suspect.take().is_some();
        }
    }
}
