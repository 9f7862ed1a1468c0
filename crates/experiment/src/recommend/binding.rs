//! What holds a roll-out up, in figures.

use std::collections::BTreeMap;

use rivera_limiter::StartLimit;
use rivera_sim::{Outcome, StorageLocation};
use serde::Serialize;

use super::harm::refused_for_capacity;
use crate::plan::Point;

/// One thing that a roll-out can be held up by. Shares are from 0 to 1.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "snake_case", tag = "what")]
pub enum Binding {
    /// A cell is replaced only when its instances run elsewhere.
    Cells {
        /// Time that a cell is away or draining (median).
        slot_s: f64,
        /// Of which it drains.
        draining_share: f64,
        /// Cells at a time, in the zone in which there are most.
        in_flight: u32,
    },
    /// The limit of starting containers holds starts back, which the BBS asks for again when it converges (A.6, C.6).
    StartLimit {
        /// Share of the auctions in which it held something back.
        auctions_share: f64,
        /// The longest time in which it did so in every auction.
        longest_s: f64,
    },
    /// A drain that takes longer is ended, and what it still holds with it (B.8).
    EvacuationTimeout {
        /// The longest drain of all seeds.
        longest_drain_s: f64,
        /// The timeout.
        timeout_s: f64,
    },
    /// Cells have too little room for what the draining ones hold.
    Capacity {
        /// Refused placements by the auctioneer's reason, over all seeds.
        refused: BTreeMap<String, u64>,
    },
    /// Droplets come from the file storage.
    Storage {
        /// Most that it sent in a second.
        peak_mb_per_s: f64,
        /// What it can send in one.
        bandwidth_mb_per_s: f64,
        /// Whether it is a single VM of the deployment (G.2).
        is_internal: bool,
    },
    /// A cell's downloads and apps share its network.
    Network {
        /// Share of the downloads' time in which it was what limited them.
        held_share: f64,
        /// The greatest load of a cell's network: what would have been received, by what can be.
        peak: f64,
    },
    /// Cells are asked for more than they have, so that everything on them is slower (B.11).
    Load {
        /// The greatest load of a cell: what is asked for, by what there is.
        peak: f64,
    },
}

impl Binding {
    /// How much it matters: at 1 it holds the roll-out up as far as it can.
    #[must_use]
    pub fn weight(&self) -> f64 {
        match self {
            Self::Cells { draining_share, .. } => 1.0 - draining_share,
            Self::StartLimit { auctions_share, .. } => *auctions_share,
            Self::EvacuationTimeout { longest_drain_s, timeout_s } => longest_drain_s / timeout_s.max(1.0),
            Self::Capacity { refused } => f64::from(u8::from(!refused.is_empty())),
            Self::Storage { peak_mb_per_s, bandwidth_mb_per_s, .. } => {
                peak_mb_per_s / bandwidth_mb_per_s.max(1e-9)
            }
            Self::Network { held_share, .. } => *held_share,
            Self::Load { peak } => (peak - 1.0).clamp(0.0, 1.0),
        }
    }
}

/// Everything that can hold a setting up, what matters most first.
#[must_use]
pub fn what_binds(point: &Point, runs: &[&Outcome]) -> Vec<Binding> {
    let greatest = |value: fn(&Outcome) -> f64| runs.iter().map(|run| value(run)).fold(0.0, f64::max);
    let mean = |value: fn(&Outcome) -> f64| {
        #[expect(clippy::cast_precision_loss, reason = "few seeds")]
        let count = runs.len().max(1) as f64;
        runs.iter().map(|run| value(run)).sum::<f64>() / count
    };
    let slot_s = mean(|run| run.slot.p50_s);
    let draining_share = if slot_s > 0.0 { (mean(|run| run.drain.p50_s) / slot_s).min(1.0) } else { 0.0 };
    let zones = runs.iter().flat_map(|run| &run.zones);
    let in_flight = zones.map(|zone| zone.in_flight).max().unwrap_or(0);
    let mut refused = BTreeMap::new();
    for (reason, count) in runs.iter().flat_map(|run| refused_for_capacity(run)) {
        *refused.entry(reason).or_default() += count;
    }
    let mut bindings = vec![
        Binding::Cells { slot_s, draining_share, in_flight },
        Binding::EvacuationTimeout {
            longest_drain_s: greatest(|run| run.drain.max_s),
            timeout_s: point.scenario.rep.evacuation_timeout_s,
        },
        Binding::Capacity { refused },
    ];
    if point.scenario.load.enabled {
        bindings.push(Binding::Load { peak: greatest(|run| run.peak_cell_load) });
    }
    if point.setting.max_starts != StartLimit::Unlimited {
        bindings.push(Binding::StartLimit {
            auctions_share: mean(|run| run.limited_auctions_share),
            longest_s: greatest(|run| run.longest_limited_s),
        });
    }
    if point.scenario.storage.enabled {
        bindings.push(Binding::Storage {
            peak_mb_per_s: greatest(|run| run.storage.peak_mb_per_s),
            bandwidth_mb_per_s: point.scenario.storage.bandwidth_mb_per_s,
            is_internal: point.scenario.storage.location == StorageLocation::Internal,
        });
    }
    if point.scenario.network.enabled {
        bindings.push(Binding::Network {
            held_share: greatest(|run| run.storage.held_by_network_share),
            peak: greatest(|run| run.peak_network_load),
        });
    }
    bindings.sort_by(|a, b| b.weight().total_cmp(&a.weight()));
    bindings
}
