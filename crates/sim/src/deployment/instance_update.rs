//! The steps of one instance's update by BOSH, of a cell or of any other machine (D.4).

use rand::Rng;
use rivera_model::Span;

use crate::random::distribution::{Distribution, secs};
use crate::scenario::{FailingStep, Update, Upgrade, VmStrategy};

/// Limits of the wait between two checks of a watched job (D.4).
const WATCH_STEP: (f64, f64) = (1.0, 15.0);
/// Steps between the first and the last check of a watched job (D.4).
const WATCH_STEPS: f64 = 9.0;

/// Longer than any job takes to start.
const FOREVER: Span = Span(u64::MAX);

/// Durations of one instance's update, drawn when its slot begins.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct UpdatePlan {
    /// Before the drain: creation of the new VM under create-swap-delete.
    pub(crate) before_drain: Span,
    /// From the end of the drain to the start of the jobs: stop, VM replacement, preparation.
    pub(crate) replace: Span,
    /// From the start of the jobs until they run; of a cell, until its rep answers.
    pub(crate) start: Span,
    /// From the start of the jobs until the director has seen them running, or has looked for the last time.
    pub(crate) watch: Span,
    /// From the start of the jobs until the director's last look.
    pub(crate) last_look: Span,
    /// Until the jobs start on a new VM, where the agent of the old one does not answer.
    pub(crate) recreate: Span,
    /// What fails, if anything.
    pub(crate) fails: Option<FailingStep>,
}

/// What becomes of an instance.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Change {
    /// It is updated.
    Update,
    /// It is new.
    Create,
    /// It is removed.
    Delete,
}

/// How an instance is changed.
#[derive(Debug, Clone, Copy)]
pub(crate) struct How {
    pub(crate) change: Change,
    /// Whether its VM is replaced (D.4).
    pub(crate) replace_vm: bool,
    /// Whether the old VM goes before the new one comes (D.2).
    pub(crate) vm_strategy: VmStrategy,
    /// Seconds to the first and to the last look at its jobs.
    pub(crate) window_s: [f64; 2],
}

/// How long the steps of a kind of machine take.
pub(crate) struct StepTimes {
    stop: Distribution,
    delete: Distribution,
    create: Distribution,
    prepare: Distribution,
    start: Distribution,
}

impl StepTimes {
    pub(crate) const fn of_cells(update: &Update) -> Self {
        let Update { stop_s, vm_delete_s, vm_create_s, prepare_s, rep_start_s, .. } = *update;
        Self {
            stop: stop_s,
            delete: vm_delete_s,
            create: vm_create_s,
            prepare: prepare_s,
            start: rep_start_s,
        }
    }

    pub(crate) const fn of_machines(upgrade: &Upgrade) -> Self {
        let Upgrade { stop_s, vm_delete_s, vm_create_s, prepare_s, start_s, .. } = *upgrade;
        Self { stop: stop_s, delete: vm_delete_s, create: vm_create_s, prepare: prepare_s, start: start_s }
    }

    /// Seconds that the VM of a cell is usually gone while it is replaced, by the defaults of a scenario: its medians.
    pub(crate) fn usual_of_a_cell_s() -> u64 {
        Self::of_cells(&Update::default()).usual_s()
    }

    /// The same of a machine that is no cell.
    pub(crate) fn usual_of_a_machine_s() -> u64 {
        Self::of_machines(&Upgrade::default()).usual_s()
    }

    fn usual_s(self) -> u64 {
        let Self { stop, delete, create, prepare, start } = self;
        let steps = [stop, delete, create, prepare, start].map(|step| secs(step.median()).as_ms());
        steps.iter().sum::<u64>() / 1_000
    }

    /// Every duration is drawn whether it is needed or not, so that a change of strategy changes nothing else.
    pub(crate) fn plan(&self, how: How, draws: &mut impl Rng) -> UpdatePlan {
        let mut draw = |distribution: Distribution| distribution.draw_secs(draws);
        let (stop, delete, create) = (draw(self.stop), draw(self.delete), draw(self.create));
        let (prepare, start) = (draw(self.prepare), draw(self.start));
        let (before_drain, replace) = match (how.change, how.replace_vm, how.vm_strategy) {
            (Change::Create, _, _) => (Span::ZERO, create + prepare),
            (Change::Delete, _, _) => (Span::ZERO, stop + delete),
            (Change::Update, false, _) => (Span::ZERO, stop + prepare),
            (Change::Update, true, VmStrategy::DeleteCreate) => {
                (Span::ZERO, stop + delete + create + prepare)
            }
            // The old VM is deleted later, outside the slot.
            (Change::Update, true, VmStrategy::CreateSwapDelete) => (create, stop + prepare),
        };
        UpdatePlan {
            before_drain,
            replace,
            start,
            watch: watch(how.window_s, start),
            last_look: watch(how.window_s, FOREVER),
            recreate: delete + create + prepare,
            fails: None,
        }
    }
}

/// When the director looks whether a started job runs: first after the lower end of the window, then at regular steps
/// until its upper end (D.4). Answers the first look at or after `start`, or the last one.
fn watch([first_s, last_s]: [f64; 2], start: Span) -> Span {
    let step_s = ((last_s - first_s) / WATCH_STEPS).clamp(WATCH_STEP.0, WATCH_STEP.1);
    let looks = ((last_s - first_s) / step_s).floor();
    let needed = ((start.as_secs_f64() - first_s) / step_s).ceil().clamp(0.0, looks);
    secs(first_s + needed * step_s)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_director_looks_after_the_minimum_and_then_at_regular_steps() {
        let looks_at = |window, start_s| watch(window, Span::from_secs(start_s)).as_ms();
        assert_eq!(looks_at([5.0, 1200.0], 3), 5_000);
        assert_eq!(looks_at([5.0, 1200.0], 6), 20_000);
        assert_eq!(looks_at([30.0, 1200.0], 31), 45_000);
        assert_eq!(looks_at([5.0, 14.0], 7), 7_000, "a short window has short steps");
        assert_eq!(looks_at([0.0, 0.0], 0), 0);
        assert_eq!(looks_at([5.0, 1200.0], 9_999), 5_000 + 79 * 15_000, "the last look");
    }
}
