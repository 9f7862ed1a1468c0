//! The figures by which settings are compared: one list for tables, CSV, JSON and the page.

use crate::outcome::job_outcome::JobOutcome;
use crate::outcome::run::{Outcome, Restarts, RollingPushes};
use crate::outcome::upgrade_outcome::UpgradeOutcome;

/// What a figure counts, so that it can be written for people.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unit {
    /// Seconds.
    Seconds,
    /// A number of things.
    Count,
    /// A ratio.
    Ratio,
}

/// What a figure is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// The roll-out of the cells, which every run has.
    RollOut,
    /// A whole upgrade.
    Upgrade,
    /// Apps that pushes restart.
    Restarts,
    /// Apps that pushes roll out.
    Rolling,
    /// Faults.
    Faults,
    /// Healthy instances that ended with their replacements.
    Evacuees,
}

/// One figure of an outcome.
pub struct Metric {
    /// Name in CSV and JSON, unit last.
    pub key: &'static str,
    /// Heading for people.
    pub title: &'static str,
    /// What it says, in one sentence.
    pub help: &'static str,
    /// Its unit.
    pub unit: Unit,
    /// What it says something of; it is shown with that only.
    pub part: Part,
    /// Its value in one run.
    pub value: fn(&Outcome) -> f64,
}

impl Metric {
    /// Whether there is anything to show of it in such runs.
    #[must_use]
    pub fn applies<'a>(&self, runs: impl IntoIterator<Item = &'a Outcome>) -> bool {
        let mut runs = runs.into_iter();
        match self.part {
            Part::RollOut => true,
            Part::Upgrade => runs.any(|run| run.upgrade.is_some()),
            Part::Restarts => runs.any(|run| run.staging.restarts.is_some()),
            Part::Rolling => runs.any(|run| run.staging.rolling.is_some()),
            Part::Evacuees => runs.any(|run| run.evacuees_lost > 0),
            Part::Faults => runs.any(|run| !run.faults.happened.is_empty() || run.faults.instances_lost > 0),
        }
    }
}

macro_rules! metric {
    ($key:literal, $title:literal, $unit:ident, $help:literal, $value:expr) => {
        Metric {
            key: $key,
            title: $title,
            help: $help,
            unit: Unit::$unit,
            part: Part::RollOut,
            value: $value,
        }
    };
}

/// A figure of the apps that pushes restart; nothing where they restart none.
macro_rules! restart_metric {
    ($key:literal, $title:literal, $help:literal, $value:expr) => {
        Metric {
            part: Part::Restarts,
            ..metric!($key, $title, Seconds, $help, |o| {
                let value: fn(&Restarts) -> f64 = $value;
                o.staging.restarts.as_ref().map_or(0.0, value)
            })
        }
    };
}

/// A figure of the apps that pushes roll out; nothing where they roll out none.
macro_rules! rolling_metric {
    ($key:literal, $title:literal, $unit:ident, $help:literal, $value:expr) => {
        Metric {
            part: Part::Rolling,
            ..metric!($key, $title, $unit, $help, |o| {
                let value: fn(&RollingPushes) -> f64 = $value;
                o.staging.rolling.as_ref().map_or(0.0, value)
            })
        }
    };
}

/// A figure of a part that only a whole upgrade has; nothing where it was not simulated.
macro_rules! upgrade_metric {
    ($part:ident: $of:ty, $key:literal, $title:literal, $unit:ident, $help:literal, $value:expr) => {
        Metric {
            part: Part::Upgrade,
            ..metric!($key, $title, $unit, $help, |o| {
                let value: fn(&$of) -> f64 = $value;
                o.$part.as_ref().map_or(0.0, value)
            })
        }
    };
}

/// All figures, in the order in which they are shown. Less is better in each of them.
#[expect(clippy::cast_precision_loss, reason = "counts far below 2^53")]
pub const METRICS: &[Metric] = &[
    metric!(
        "duration_s",
        "duration",
        Seconds,
        "From the first cell's drain to the last cell back in service; of a whole upgrade, to its last errand.",
        |o| o.duration_s
    ),
    metric!("drain_p50_s", "drain p50", Seconds, "Median time a cell takes to drain.", |o| o.drain.p50_s),
    metric!("drain_p99_s", "drain p99", Seconds, "99th percentile of the time a cell takes to drain.", |o| o
        .drain
        .p99_s),
    metric!("drain_max_s", "drain max", Seconds, "Longest drain of a cell.", |o| o.drain.max_s),
    metric!("evacuation_timeouts", "timeouts", Count, "Cells that hit the evacuation timeout.", |o| {
        f64::from(o.evacuation_timeouts)
    }),
    metric!(
        "instance_downtime_s",
        "downtime",
        Seconds,
        "Sum over instances of healthy apps of the time without a running container; apps that chose to be stopped first are left out.",
        |o| o.instance_downtime_s
    ),
    metric!(
        "apps_down",
        "apps down",
        Count,
        "Healthy apps that had no running instance for some time, without having chosen to be stopped first.",
        |o| { f64::from(o.apps_down) }
    ),
    metric!(
        "longest_app_down_s",
        "longest down",
        Seconds,
        "Longest time that a healthy app had no running instance.",
        |o| o.longest_app_down_s
    ),
    metric!("crashes", "crashes", Count, "Crashes of instances of healthy apps.", |o| o.crashes as f64),
    Metric {
        part: Part::Evacuees,
        ..metric!(
            "evacuees_lost",
            "evacuees lost",
            Count,
            "Healthy instances of evacuating cells that ended because their replacements had crashed three times.",
            |o| o.evacuees_lost as f64
        )
    },
    metric!(
        "failed_pushes",
        "failed pushes",
        Count,
        "Apps pushed during the roll-out whose staging failed.",
        |o| { o.staging.failed as f64 }
    ),
    metric!(
        "push_p99_s",
        "push p99",
        Seconds,
        "99th percentile of the time from a push to the end of its staging, where that succeeded.",
        |o| o.staging.delay.p99_s
    ),
    restart_metric!(
        "push_downtime_s",
        "push downtime",
        "Sum over the apps that pushes stopped and started anew of the time until an instance ran; it is no part of other downtime.",
        |it| it.downtime_s
    ),
    restart_metric!(
        "push_restart_p50_s",
        "restart p50",
        "Median time from the stop of a pushed app until all of its instances ran.",
        |it| it.all_running.p50_s
    ),
    restart_metric!(
        "push_restart_p99_s",
        "restart p99",
        "99th percentile of the time from the stop of a pushed app until all of its instances ran.",
        |it| it.all_running.p99_s
    ),
    rolling_metric!(
        "push_rolling_p50_s",
        "rolling p50",
        Seconds,
        "Median time from the end of a staging until all instances of an app that is rolled out were new, and the old ones gone.",
        |it| it.took.p50_s
    ),
    rolling_metric!(
        "push_rolling_p99_s",
        "rolling p99",
        Seconds,
        "99th percentile of the time from the end of a staging until all instances of an app that is rolled out were new.",
        |it| it.took.p99_s
    ),
    rolling_metric!(
        "push_rolling_unfinished",
        "rolling unfinished",
        Count,
        "Apps that were still between two versions at the end, having been pushed with a rolling strategy.",
        |it| f64::from(it.not_finished_at_end)
    ),
    metric!(
        "peak_cell_load",
        "cell load",
        Ratio,
        "Greatest load of a cell: what its containers ask for, by what it has; above 1 all that it does is slower.",
        |o| o.peak_cell_load
    ),
    metric!(
        "peak_network_load",
        "cell network",
        Ratio,
        "Greatest load of a cell's network: what it would have received, by what it can; above 1 downloads are slower.",
        |o| o.peak_network_load
    ),
    metric!(
        "held_by_network_share",
        "held by network",
        Ratio,
        "Share of the downloads' time in which the network of their cell was what limited them.",
        |o| o.storage.held_by_network_share
    ),
    metric!(
        "storage_peak_mb_per_s",
        "storage MB/s",
        Count,
        "Most that the file storage sent in a second, in megabytes.",
        |o| o.storage.peak_mb_per_s
    ),
    metric!(
        "route_p99_s",
        "route p99",
        Seconds,
        "99th percentile of the time from the moment that an instance is known to run until every router has it.",
        |o| o.routes.registered.p99_s
    ),
    metric!(
        "route_404s",
        "404s",
        Count,
        "Requests to healthy apps that found no route, at the scenario's rate; apps that chose to be stopped first are left out.",
        |o| o.routes.errors.requests_404
    ),
    metric!(
        "route_502s",
        "502s",
        Count,
        "Requests to healthy apps for which no registered instance answered, at the scenario's rate.",
        |o| o.routes.errors.requests_502
    ),
    Metric {
        part: Part::Upgrade,
        ..metric!(
            "requests_without_router",
            "no router",
            Count,
            "Requests to healthy apps while no router took traffic, at the scenario's rate.",
            |o| o.routes.without_router
        )
    },
    metric!("moves_per_instance", "moves", Ratio, "Moves by the number of instances.", |o| o
        .moves_per_instance),
    metric!(
        "peak_starting",
        "peak starting",
        Count,
        "Greatest number of starting containers at once.",
        |o| { f64::from(o.peak_starting) }
    ),
    metric!("wait_p50_s", "wait p50", Seconds, "Median time from unclaimed to running.", |o| o.wait.p50_s),
    metric!(
        "wait_p99_s",
        "wait p99",
        Seconds,
        "99th percentile of the time from unclaimed to running.",
        |o| o.wait.p99_s
    ),
    metric!(
        "placement_failures",
        "failed placements",
        Count,
        "Placements that the auctioneer refused.",
        |o| o.placement_failures.values().sum::<u64>() as f64
    ),
    upgrade_metric!(
        upgrade: UpgradeOutcome,
        "push_unavailable_s",
        "no push",
        Seconds,
        "Time in which nobody could push, because the only instance of a component that a push needs was away.",
        |it| it.push.total_s
    ),
    upgrade_metric!(
        upgrade: UpgradeOutcome,
        "apps_plane_down_s",
        "apps plane down",
        Seconds,
        "Time in which no instance of some component that apps need was there.",
        |it| it.apps_plane.total_s
    ),
    upgrade_metric!(
        upgrade: UpgradeOutcome,
        "platform_plane_down_s",
        "platform plane down",
        Seconds,
        "Time in which no instance of some component that the platform needs was there.",
        |it| it.platform_plane.total_s
    ),
    upgrade_metric!(
        upgrade: UpgradeOutcome,
        "quorum_losses",
        "quorum losses",
        Count,
        "How often a component that needs a majority of its instances had none.",
        |it| f64::from(it.quorum_losses)
    ),
    upgrade_metric!(
        jobs: JobOutcome,
        "job_load_failures",
        "job failures",
        Count,
        "Attempts of old workers to load a job of the new Cloud Controller.",
        |it| f64::from(it.load_failures)
    ),
    upgrade_metric!(
        jobs: JobOutcome,
        "jobs_expired",
        "jobs expired",
        Count,
        "Jobs of the Cloud Controller that failed for good, because they could not be loaded for too long.",
        |it| f64::from(it.expired)
    ),
    upgrade_metric!(
        jobs: JobOutcome,
        "job_delay_max_s",
        "job delay",
        Seconds,
        "Longest time from the creation of a job until a worker had loaded it.",
        |it| it.delay.max_s
    ),
    Metric {
        part: Part::Faults,
        ..metric!(
            "instances_lost",
            "lost",
            Count,
            "Instances whose container vanished with a cell that failed.",
            |o| { f64::from(o.faults.instances_lost) }
        )
    },
    Metric {
        part: Part::Faults,
        ..metric!(
            "fault_downtime_s",
            "fault downtime",
            Seconds,
            "Sum over instances that vanished with their cell of the time until they ran again.",
            |o| o.faults.downtime_s
        )
    },
];
