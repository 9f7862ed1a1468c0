//! The file storage that all downloads share (G, B.11).

use super::World;
use super::storage_outage::Retry;
use crate::cache::{CacheKey, Fetch};
use crate::cell::Download;
use crate::distribution::secs;
use crate::event::{ContainerRef, Event, Step, VmRef};
use crate::fair_share::FairShare;
use crate::outage::Outage;
use crate::outcome::StorageUse;
use rivera_model::{CellIx, Span, Time};
use slab::Slab;

/// The storage's state, and what it has done.
pub(super) struct Storage {
    pub(super) transfers: FairShare<Transfer>,
    pub(super) used: StorageUse,
    /// Whether bundles and droplets can be had, by [`Files`].
    pub(super) outages: [Outage; 2],
    /// Downloads that failed and are tried again.
    pub(super) retries: Slab<Retry>,
}

/// A file on its way to a cell.
#[derive(Debug, Clone, Copy)]
pub(super) struct Transfer {
    pub(super) vm: VmRef,
    pub(super) container: ContainerRef,
    pub(super) key: CacheKey,
    pub(super) size_mb: f64,
}

impl Storage {
    pub(super) fn new() -> Self {
        Self {
            transfers: FairShare::new(),
            used: StorageUse::default(),
            outages: <[Outage; 2]>::default(),
            retries: Slab::new(),
        }
    }
}

impl World<'_> {
    /// Queues a download of a container's file.
    pub(super) fn download(&mut self, container: ContainerRef, key: CacheKey, size_mb: f64) {
        let cell = self.container(container).cell;
        self.cell_mut(cell).downloads.enter(Download { container, key, size_mb });
        self.begin_downloads(cell);
    }

    /// A download slot of a cell is free again.
    pub(super) fn download_done(&mut self, cell: CellIx) {
        self.cell_mut(cell).downloads.end();
        self.begin_downloads(cell);
    }

    fn begin_downloads(&mut self, cell: CellIx) {
        while let Some(download) = self.cell_mut(cell).downloads.begin() {
            self.begin_download(cell, download);
        }
    }

    pub(super) fn begin_download(&mut self, cell: CellIx, download: Download) {
        let Download { container, key, size_mb } = download;
        if self.is_storage_away(key) {
            self.download_in_vain(cell, download);
            return;
        }
        let (now, conditional) = (self.now, self.conditional_get());
        let cache = &mut self.cell_mut(cell).cache;
        let fetch = if key.is_kept() {
            cache.fetch(now, key, size_mb, conditional, container)
        } else {
            Fetch::Transfer
        };
        match fetch {
            Fetch::CachedAt(at) => {
                self.storage.used.conditional_requests += 1;
                self.file_there(cell, container, key, at);
            }
            Fetch::Wait => self.storage.used.conditional_requests += 1,
            Fetch::Transfer => {
                let vm = self.cell(cell).vm();
                self.transfer(vm, container, key, size_mb);
            }
        }
    }

    pub(super) fn transfer(&mut self, vm: VmRef, container: ContainerRef, key: CacheKey, size_mb: f64) {
        let alone = secs(size_mb / self.scenario.rep.download_mb_per_s);
        let transfer = Transfer { vm, container, key, size_mb };
        self.storage.transfers.enter(self.now, alone, transfer);
        self.storage_load_changed();
    }

    /// What a request takes that moves nothing.
    pub(super) fn conditional_get(&self) -> Span {
        secs(self.scenario.rep.conditional_get_ms / 1e3 / self.faults.speed_of_storage())
    }

    /// Some files have been transferred. A download goes on when its container is given up: the file is in the cache then.
    pub(super) fn storage_works(&mut self) {
        let now = self.now;
        let conditional = self.conditional_get();
        while let Some(Transfer { vm, container, key, size_mb }) = self.storage.transfers.pop_done(now) {
            self.storage.used.moved_mb += size_mb;
            self.storage.used.operations += size_mb / self.scenario.storage.mb_per_operation;
            if self.cell(vm.cell).generation != vm.generation {
                continue;
            }
            // The first byte takes what any request takes.
            let there_at = now + conditional;
            self.file_there(vm.cell, container, key, there_at);
            for (waiter, at) in self.cell_mut(vm.cell).cache.transferred(key, there_at, conditional) {
                self.file_there(vm.cell, waiter, key, at);
            }
        }
        self.storage_load_changed();
    }

    pub(super) fn file_there(&mut self, cell: CellIx, container: ContainerRef, key: CacheKey, at: Time) {
        let step = match key {
            CacheKey::Lifecycle => Step::DependenciesCached,
            CacheKey::Droplet(_) => Step::DropletDownloaded,
            CacheKey::Package(_) => Step::PackageDownloaded,
        };
        let vm = self.cell(cell).vm();
        self.queue.schedule(at, Event::DownloadEnds(vm, container, step));
    }

    /// All downloads get the same share of what the storage can send, and no more than their connection gives.
    pub(super) fn storage_load_changed(&mut self) {
        let now = self.now;
        let storage = &self.scenario.storage;
        let wanted_mb_per_s = self.transfers_at_once() * self.scenario.rep.download_mb_per_s;
        let able_mb_per_s = storage.bandwidth_mb_per_s.min(storage.iops * storage.mb_per_operation);
        let speed = if storage.enabled && wanted_mb_per_s > able_mb_per_s {
            able_mb_per_s / wanted_mb_per_s
        } else {
            1.0
        } * self.faults.speed_of_storage();
        let transfers = &mut self.storage.transfers;
        if transfers.speed().to_bits() != speed.to_bits() {
            transfers.set_speed(now, speed);
        }
        if let Some(at) = transfers.next_look(now) {
            self.queue.schedule(at, Event::StorageWorks);
        }
        let used = &mut self.storage.used;
        used.peak_mb_per_s = used.peak_mb_per_s.max(wanted_mb_per_s * speed);
    }

    /// What the storage sends now.
    pub(super) fn storage_mb_per_s(&self) -> f64 {
        self.transfers_at_once() * self.scenario.rep.download_mb_per_s * self.storage.transfers.speed()
    }

    #[expect(clippy::cast_precision_loss, reason = "a few downloads at once on each cell")]
    fn transfers_at_once(&self) -> f64 {
        self.storage.transfers.len() as f64
    }
}
