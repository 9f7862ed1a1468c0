//! Rules on the limit of starting containers and on the evacuation timeout (A.6, B.8, G.1, J-3).

use rivera_limiter::Severity;

use super::finding::Evidence;
use super::plan::Plan;
use super::rule::Rule;

/// A refused start is tried again after more than 30 s, and at most 60 s (J-2); a backlog as it were a wave each time.
const RETRY_S: (usize, usize) = (30, 60);
/// The evacuation timeout of every product (B.8); an operator who had set 60 s went back to it (G.3).
const USUAL_TIMEOUT_S: u64 = 600;
/// From here on cells have been seen to create containers ten times as slowly (G.3).
const CROWD: usize = 50;

pub(super) const NO_START_LIMIT: Rule = Rule {
    code: "no-start-limit",
    severity: Severity::Warning,
    title: "no limit of containers that may be starting at once",
    why: "0 means that there is no limit: every instance of the cells in flight starts at the same moment. They all fetch \
          their droplets, and their starts take processor time from apps that run; some of those miss their health \
          checks, crash, and start as well, which is how a failure cascades.",
    remedy: "set the limit of starting containers, 200 unless your platform has carried more",
    source: "A.6, I-8: Configuring PAS for Upgrades, Prevent Overload",
    find: |plan| {
        let unlimited = plan.settings.max_starts.maximum().is_none();
        let found = Evidence::NoStartLimit { instances: plan.evacuated_at_once() };
        if unlimited { vec![found] } else { Vec::new() }
    },
};

pub(super) const STARTS_IN_WAVES: Rule = Rule {
    code: "starts-in-waves",
    severity: Severity::Note,
    title: "more instances evacuated at once than may be starting",
    why: "The limit is one for the whole foundation. What it refuses is not queued by the auctioneer: convergence tries \
          it again after more than 30 and at most 60 seconds. So the instances start in waves, and each wave makes the \
          evacuation longer; the published upgrade of Pivotal Web Services, with up to 447 instances and a limit of 250, \
          had two. As long as the limit is reached staging waits, too, and fails after about 90 seconds.",
    remedy: "take fewer cells at a time, or raise the limit as far as your platform can carry",
    source: "A.6, G.1, I-12, J-3, J-9: Upgrade Load Example, Pivotal Web Services",
    find: |plan| {
        waves(plan).filter(|waves| !waves.outlast(plan)).map(|it| it.in_time()).into_iter().collect()
    },
};

pub(super) const WAVES_OUTLAST_EVACUATION: Rule = Rule {
    code: "waves-outlast-evacuation",
    severity: Severity::Error,
    title: "a limit of starting containers that is too low for the cells in flight",
    why: "What the limit refuses is tried again after more than 30 seconds, wave after wave. Here the last wave starts \
          only after the evacuation timeout: by then the cell has killed its instances, and apps are down until their \
          turn has come.",
    remedy: "take fewer cells at a time, or raise the limit as far as your platform can carry",
    source: "A.6, B.8, J-3: Configuring PAS for Upgrades, Specific Guidance for Diego Cells",
    find: |plan| {
        waves(plan).filter(|waves| waves.outlast(plan)).map(|it| it.too_late(plan)).into_iter().collect()
    },
};

/// The waves in which evacuated instances start: two or more.
struct Waves {
    limit: u32,
    instances: usize,
    waves: usize,
}

fn waves(plan: &Plan<'_>) -> Option<Waves> {
    let limit = plan.settings.max_starts.maximum()?;
    let instances = plan.evacuated_at_once();
    let waves = instances.div_ceil(limit as usize);
    (waves > 1).then_some(Waves { limit, instances, waves })
}

impl Waves {
    fn least_s(&self) -> usize {
        (self.waves - 1) * RETRY_S.0
    }

    fn outlast(&self, plan: &Plan<'_>) -> bool {
        self.least_s() as u64 >= plan.timeout_s()
    }

    fn in_time(&self) -> Evidence {
        let &Self { limit, instances, waves } = self;
        let most_s = (waves - 1) * RETRY_S.1;
        Evidence::StartsInWaves { limit, instances, waves, least_s: self.least_s(), most_s }
    }

    fn too_late(&self, plan: &Plan<'_>) -> Evidence {
        let &Self { limit, instances, waves } = self;
        let (least_s, timeout_s) = (self.least_s(), plan.timeout_s());
        Evidence::WavesOutlastEvacuation { limit, instances, waves, least_s, timeout_s }
    }
}

pub(super) const SHORT_EVACUATION: Rule = Rule {
    code: "short-evacuation",
    severity: Severity::Warning,
    title: "an evacuation timeout below the usual ten minutes",
    why: "At the timeout a cell kills what is still on it, whether there is a replacement or not. Slow starts, a second \
          wave of them or a task of a few minutes are enough to get there. A distribution that had 60 seconds raised it to \
          600 because apps went down in upgrades.",
    remedy: "set diego.rep.evacuation_timeout_in_seconds to 600",
    source: "B.8, G.3, I-7: Configuring PAS for Upgrades, Specific Guidance for Diego Cells",
    find: |plan| {
        let timeout_s = plan.timeout_s();
        let found = Evidence::ShortEvacuation { timeout_s, least_s: USUAL_TIMEOUT_S };
        if timeout_s < USUAL_TIMEOUT_S { vec![found] } else { Vec::new() }
    },
};

pub(super) const CROWDED_CELLS: Rule = Rule {
    code: "crowded-cells",
    severity: Severity::Note,
    title: "cells with 50 instances or more",
    why: "On cells with 50 instances and more the creation of a container has been seen to take up to 30 seconds, its \
          deletion as long, and health checks seconds instead of milliseconds: apps missed their start timeout and \
          crashed, and the cell calmed down only after 10 to 15 minutes. The figures are of 2015 and of cells with 30 GB \
          of memory; larger cells bear more.",
    remedy: "watch container creation on these cells, and lower the limit of starting containers if it is slow",
    source: "G.3 (tuning of health checks, notes of Diego's developers)",
    find: |plan| {
        let crowded = plan.instances_on.iter().filter(|instances| **instances >= CROWD);
        let fullest = plan.instances_on.iter().copied().max().unwrap_or(0);
        let found = Evidence::CrowdedCells { cells: crowded.clone().count(), instances_on_fullest: fullest };
        if fullest >= CROWD { vec![found] } else { Vec::new() }
    },
};
