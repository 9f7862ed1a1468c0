//! Rules on apps and tasks that every setting touches (B.9, C.5, I-7).

use std::collections::BTreeSet;

use rivera_limiter::Severity;
use rivera_model::{Process, UpdateStrategy};

use super::finding::Evidence;
use super::plan::Plan;
use super::rule::Rule;

pub(super) const RECREATE_APPS: Rule = Rule {
    code: "recreate-apps",
    severity: Severity::Note,
    title: "apps that are stopped before they are moved",
    why: "With the strategy RECREATE the old instance is stopped before its replacement is asked for. Each move is \
          downtime of the instance, in every setting; of an app with one instance it is downtime of the app. Its instances \
          are moved one at a time, so such apps also make a drain longer.",
    remedy: "tell the owners, or have them choose the rolling strategy",
    source: "C.1, C.5, J-7 (BBS, evacuation)",
    find: |plan| {
        let recreated = || desired(plan).filter(|process| process.strategy == UpdateStrategy::Recreate);
        let found = Evidence::RecreateApps {
            apps: recreated().count(),
            instances: recreated().map(|process| process.instances as usize).sum(),
            single: recreated().filter(|process| process.instances == 1).count(),
        };
        if recreated().next().is_some() { vec![found] } else { Vec::new() }
    },
};

pub(super) const SINGLE_INSTANCE_APPS: Rule = Rule {
    code: "single-instance-apps",
    severity: Severity::Note,
    title: "apps with a single instance",
    why: "The replacement is started first, and the old instance serves until it runs; so an evacuation that goes well is \
          not noticed. Where it does not go well, because there is no room, the start is slow or the cell fails, nothing \
          else of the app is left.",
    remedy: "tell the owners of apps that must not be down to have two instances or more",
    source: "B.9, I-7: Configuring PAS for Upgrades, Specific Guidance for Diego Cells",
    find: |plan| {
        let single =
            |process: &&Process| process.instances == 1 && process.strategy == UpdateStrategy::Rolling;
        let apps = desired(plan).filter(single).count();
        if apps > 0 { vec![Evidence::SingleInstanceApps { apps }] } else { Vec::new() }
    },
};

pub(super) const TASKS_NOT_MOVED: Rule = Rule {
    code: "tasks-not-moved",
    severity: Severity::Note,
    title: "tasks on cells, which are not moved",
    why: "A cell that is evacuated lets its tasks, staging among them, run to their end, and is not empty before. At the \
          evacuation timeout it kills them, and nobody starts them again. A few long tasks make each such cell take the \
          whole timeout.",
    remedy: "begin when few tasks run, and tell those who run long ones",
    source: "B.6, B.9 (rep, evacuation)",
    find: |plan| {
        let cells: Vec<_> = plan.fleet.tasks.iter().filter_map(|task| task.cell).collect();
        let found = Evidence::TasksNotMoved {
            tasks: cells.len(),
            cells: cells.iter().collect::<BTreeSet<_>>().len(),
            timeout_s: plan.timeout_s(),
        };
        if cells.is_empty() { Vec::new() } else { vec![found] }
    },
};

fn desired<'a>(plan: &'a Plan<'_>) -> impl Iterator<Item = &'a Process> {
    plan.fleet.processes.iter().filter(|process| process.instances > 0)
}
