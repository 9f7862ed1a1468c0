//! Rules on the storage that droplets come from (G.2, I-13).

use rivera_limiter::Severity;

use super::finding::Evidence;
use super::plan::Plan;
use super::rule::Rule;
use crate::StorageLocation;

/// Above so many cells internal storage is to be avoided (I-13).
const MOST_CELLS_ON_INTERNAL: usize = 20;

const DOCUMENT: &str = "D.8, G.2, I-13: Configuring PAS for Upgrades, Configure File Storage";

pub(super) const INTERNAL_STORAGE: Rule = Rule {
    code: "internal-storage",
    severity: Severity::Warning,
    title: "internal file storage with more than 20 cells",
    why: "Internal file storage is one virtual machine that serves all droplets over NFS or WebDAV. Its disk and its \
          network are what every start waits for, and it is itself gone for minutes in the upgrade.",
    remedy: "use external file storage, of the IaaS or reached over the network",
    source: DOCUMENT,
    find: |plan| {
        let cells = plan.fleet.cells.len();
        let internal = plan.settings.storage == Some(StorageLocation::Internal);
        let found = Evidence::InternalStorage { cells, most_cells: MOST_CELLS_ON_INTERNAL };
        if internal && cells > MOST_CELLS_ON_INTERNAL { vec![found] } else { Vec::new() }
    },
};

pub(super) const STORAGE_LOAD: Rule = Rule {
    code: "storage-load",
    severity: Severity::Note,
    title: "how much the file storage has to move at once, and in the whole upgrade",
    why: "Every instance of the cells in flight is fetched by another cell: cells in flight, times instances of a cell, \
          times the size of a droplet. Ten cells with 20 instances of 100 MB are 20 GB at once. A cell fetches the same \
          droplet once for several instances, and the limit of starting containers spreads the load, so this is an upper \
          bound; virtual machines that are made anew fetch packages besides.",
    remedy: "compare this with what your storage delivers, and say so with --storage-mb-per-s",
    source: DOCUMENT,
    find: |plan| load(plan).map(|load| load.evidence(plan)).into_iter().collect(),
};

pub(super) const STORAGE_TOO_SLOW: Rule = Rule {
    code: "storage-too-slow",
    severity: Severity::Error,
    title: "file storage that takes longer than an evacuation may",
    why: "If to fetch the droplets takes longer than the evacuation timeout, cells kill their instances before the \
          replacements have started. These start later and all at once, together with those of the next cells: a failure \
          that cascades.",
    remedy: "take fewer cells at a time, lower the limit of starting containers, or use faster storage",
    source: DOCUMENT,
    find: |plan| load(plan).and_then(|load| load.too_slow(plan)).into_iter().collect(),
};

/// What is moved at once.
struct Load {
    instances: usize,
    mb: f64,
}

#[expect(clippy::cast_precision_loss, reason = "counts far below 2^53")]
fn load(plan: &Plan<'_>) -> Option<Load> {
    let instances = plan.evacuated_at_once();
    (instances > 0).then_some(Load { instances, mb: instances as f64 * plan.settings.droplet_mb })
}

impl Load {
    #[expect(clippy::cast_precision_loss, reason = "counts far below 2^53")]
    fn evidence(&self, plan: &Plan<'_>) -> Evidence {
        let droplet_mb = plan.settings.droplet_mb;
        Evidence::StorageLoad {
            cells_in_flight: plan.cells_in_flight(),
            instances: self.instances,
            droplet_mb,
            load_mb: self.mb,
            whole_mb: plan.instances_on.iter().sum::<usize>() as f64 * droplet_mb,
            mb_per_s: self.mb / plan.settings.evacuation_timeout.as_secs_f64().max(1.0),
        }
    }

    fn too_slow(&self, plan: &Plan<'_>) -> Option<Evidence> {
        let mb_per_s = plan.settings.storage_mb_per_s?;
        let takes_s = self.mb / mb_per_s;
        (takes_s > plan.settings.evacuation_timeout.as_secs_f64()).then(|| Evidence::StorageTooSlow {
            load_mb: self.mb,
            mb_per_s,
            takes_s,
            timeout_s: plan.timeout_s(),
        })
    }
}
