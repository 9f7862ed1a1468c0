//! Downloads, which share the file storage and the network of their cell (G, B.11).

use super::World;
use super::storage_outage::Retry;
use crate::cells::cache::{CacheKey, Fetch};
use crate::cells::cell::Download;
use crate::deployment::outage::Outage;
use crate::event::{ContainerRef, Event, Step, VmRef};
use crate::outcome::run::StorageUse;
use crate::random::distribution::secs;
use crate::scenario::Scenario;
use crate::sharing::links::{BytesPerS, Links};
use rivera_model::{CellIx, Span, Time};
use slab::Slab;

/// The storage's state, and what it has done.
pub(super) struct Storage {
    pub(super) transfers: Links<Transfer>,
    pub(super) used: StorageUse,
    /// When a sample was taken last, and how many operations there had been.
    sampled: (Time, u64),
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
    pub(super) fn new(cells: usize, scenario: &Scenario) -> Self {
        Self {
            transfers: Links::new(cells, bytes_per_s(scenario.rep.download_mb_per_s)),
            used: StorageUse::default(),
            sampled: (Time::ZERO, 0),
            outages: <[Outage; 2]>::default(),
            retries: Slab::new(),
        }
    }

    /// Somebody asks whether a file is still the same: that moves nothing, and is an operation (Q14).
    pub(super) fn count_conditional_request(&mut self) {
        self.used.conditional_requests += 1;
        self.used.operations += 1;
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
                self.storage.count_conditional_request();
                self.file_there(cell, container, key, at);
            }
            Fetch::Wait => self.storage.count_conditional_request(),
            Fetch::Transfer => {
                let vm = self.cell(cell).vm();
                self.transfer(vm, container, key, size_mb);
            }
        }
    }

    pub(super) fn transfer(&mut self, vm: VmRef, container: ContainerRef, key: CacheKey, size_mb: f64) {
        let alone = secs(size_mb / self.scenario.rep.download_mb_per_s);
        let transfer = Transfer { vm, container, key, size_mb };
        self.storage.transfers.enter(self.now, vm.cell, alone, transfer);
        self.network_load_changed(vm.cell);
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
            self.storage.used.operations += operations_of(size_mb, self.scenario.storage.mb_per_operation);
            self.network_load_changed(vm.cell);
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

    /// The rep of a cell ends, and what it downloads with it.
    pub(super) fn drop_downloads(&mut self, cell: CellIx) {
        self.storage.transfers.drop_all_of(cell, self.now);
        self.storage_load_changed();
    }

    /// All downloads get the same share of what the storage can send, as far as their connection and the network of
    /// their cell let it through.
    pub(super) fn storage_load_changed(&mut self) {
        let (now, speed) = (self.now, self.faults.speed_of_storage());
        let Scenario { storage, rep, .. } = self.scenario;
        let able_mb_per_s = if storage.enabled {
            storage.bandwidth_mb_per_s.min(storage.iops * storage.mb_per_operation) * speed
        } else {
            f64::INFINITY
        };
        let transfers = &mut self.storage.transfers;
        transfers.settle(now, bytes_per_s(able_mb_per_s), bytes_per_s(rep.download_mb_per_s * speed));
        if let Some(at) = transfers.next_look(now) {
            self.queue.schedule(at, Event::StorageWorks);
        }
        let sent_mb_per_s = self.storage_mb_per_s();
        let used = &mut self.storage.used;
        used.peak_mb_per_s = used.peak_mb_per_s.max(sent_mb_per_s);
    }

    /// What the storage did in the run.
    pub(super) fn storage_use(&self) -> StorageUse {
        let time = self.storage.transfers.time();
        let share = |part_us: f64| if time.all_us > 0.0 { part_us / time.all_us } else { 0.0 };
        StorageUse {
            estimate_at_once_mb: self.estimate_at_once_mb(),
            held_by_storage_share: share(time.by_shared_us),
            held_by_network_share: share(time.by_own_us),
            ..self.storage.used
        }
    }

    /// Read operations since the last call, a second.
    #[expect(clippy::cast_precision_loss, reason = "far fewer than 2^53")]
    pub(super) fn storage_operations_per_s(&mut self) -> f64 {
        let now = (self.now, self.storage.used.operations);
        let before = std::mem::replace(&mut self.storage.sampled, now);
        let passed_s = now.0.since(before.0).as_secs_f64();
        if passed_s > 0.0 { (now.1 - before.1) as f64 / passed_s } else { 0.0 }
    }

    /// What the storage sends now.
    #[expect(clippy::cast_precision_loss, reason = "far less than 2^53 bytes a second")]
    pub(super) fn storage_mb_per_s(&self) -> f64 {
        self.storage.transfers.bytes_per_s() as f64 / 1e6
    }
}

/// A file is read from its beginning, so its last operation may read less than the others.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a cast saturates")]
fn operations_of(size_mb: f64, mb_per_operation: f64) -> u64 {
    (size_mb / mb_per_operation).ceil() as u64
}

/// In whole bytes, at least one.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a cast saturates")]
pub(super) fn bytes_per_s(mb_per_s: f64) -> BytesPerS {
    ((mb_per_s * 1e6) as BytesPerS).max(1)
}
