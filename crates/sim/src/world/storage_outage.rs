//! Downloads while the storage does not answer: each is tried a few times, and then the start has failed (B.11, Q14).

use rivera_lifecycle::ContainerState;
use rivera_model::{CellIx, Span, Time};

use super::World;
use super::storage::Transfer;
use super::tasks::{NO_DEPENDENCIES, TaskExit};
use crate::cells::cache::CacheKey;
use crate::cells::cell::{Download, Work};
use crate::event::{ContainerRef, Event, Step, VmRef};
use crate::outcome::cascade::Cause;
use crate::random::distribution::{Distribution, secs};
use crate::random::stream::Stream;
use crate::scenario::Files;

/// The wait after the first attempt; it doubles with each (B.11).
const FIRST_WAIT_S: f64 = 0.5;
/// The longest wait.
const LONGEST_WAIT_S: f64 = 5.0;
/// A random part is added, up to this.
const JITTER_S: f64 = 0.2;

/// A download that waits to be tried again.
#[derive(Debug, Clone, Copy)]
pub(super) struct Retry {
    vm: VmRef,
    download: Download,
    attempts: u32,
}

impl CacheKey {
    /// Where the file comes from.
    const fn files(self) -> Files {
        match self {
            Self::Lifecycle => Files::Bundles,
            // Packages are kept where droplets are.
            Self::Droplet(_) | Self::Package(_) => Files::Droplets,
        }
    }
}

impl World<'_> {
    /// No download of these files succeeds until then, and those under way are cut off.
    pub(super) fn storage_goes_away(&mut self, files: Files, until: Time) {
        self.storage.outages[files as usize].extend(until);
        let now = self.now;
        let cut = self.storage.transfers.cut(now, |transfer| transfer.key.files() == files);
        for Transfer { vm, container, key, size_mb } in cut {
            self.network_load_changed(vm.cell);
            let home = self.cell_mut(vm.cell);
            if home.generation == vm.generation {
                home.cache.cut_off(key);
                self.attempt_failed(vm, Download { container, key, size_mb }, 1);
            }
        }
        self.storage_load_changed();
    }

    pub(super) fn is_storage_away(&self, key: CacheKey) -> bool {
        self.storage.outages[key.files() as usize].is_on(self.now)
    }

    /// A download is begun while its storage is away. Whether the file is in the cache makes no difference: the question
    /// whether it is still the same is not answered (Q14).
    pub(super) fn download_in_vain(&mut self, cell: CellIx, download: Download) {
        let Download { container, key, size_mb } = download;
        let home = self.cell_mut(cell);
        if !key.is_kept() || home.cache.fetch_in_vain(key, size_mb, container) {
            let vm = home.vm();
            self.attempt_failed(vm, download, 1);
        }
    }

    /// The next attempt comes after a wait; so does the end after the last one.
    fn attempt_failed(&mut self, vm: VmRef, download: Download, attempts: u32) {
        let doubled = f64::from(1_u32 << (attempts - 1).min(16));
        let key = u64::from(download.container.instance.0) << 8 | u64::from(attempts & 0xff);
        let jitter = Distribution::Uniform(0.0, JITTER_S);
        let wait = secs((FIRST_WAIT_S * doubled).min(LONGEST_WAIT_S))
            + jitter.draw_secs(&mut self.streams.at(Stream::DownloadRetry, key));
        let attempt = secs(self.scenario.faults.failed_attempt_s);
        let retry = self.storage.retries.insert(Retry { vm, download, attempts });
        let retry = u32::try_from(retry).expect("fewer downloads than u32::MAX");
        self.after(attempt + wait, Event::DownloadAgain(retry));
    }

    /// A download that failed is tried again, if it was not tried too often.
    pub(super) fn download_again(&mut self, retry: u32) {
        let Retry { vm, download, attempts } = self.storage.retries.remove(retry as usize);
        let home = self.cell(vm.cell);
        // What a rep was about to try again ends with it.
        if home.generation != vm.generation || !home.rollout.has_presence() {
            return;
        }
        let Download { container, key, size_mb } = download;
        if attempts >= self.scenario.faults.download_attempts {
            self.give_up_download(vm, download);
        } else if self.is_storage_away(key) {
            self.attempt_failed(vm, download, attempts + 1);
        } else {
            let (now, conditional) = (self.now, self.conditional_get());
            match self.cell_mut(vm.cell).cache.answered(key, now, conditional) {
                None => self.transfer(vm, container, key, size_mb),
                Some((at, waiting)) => {
                    self.file_there(vm.cell, container, key, at);
                    for (waiter, at) in waiting {
                        self.file_there(vm.cell, waiter, key, at);
                    }
                }
            }
        }
    }

    /// The last attempt has failed. Those who waited for the file try for themselves, one after the other.
    fn give_up_download(&mut self, vm: VmRef, download: Download) {
        let Download { container, key, size_mb } = download;
        self.faults.log.downloads_failed += 1;
        self.after(Span::ZERO, Event::DownloadEnds(vm, container, Step::DownloadFailed));
        let now = self.now;
        for waiter in self.cell_mut(vm.cell).cache.give_up(key, now) {
            self.begin_download(vm.cell, Download { container: waiter, key, size_mb });
        }
    }

    /// A container cannot have a file that it needs: its start has failed (B.6, B.11).
    pub(super) fn download_failed(&mut self, it: ContainerRef) {
        if self.is_leaving(it) {
            return;
        }
        let container = *self.container(it);
        if matches!(container.work, Work::Task(_)) {
            let exit = match container.state {
                ContainerState::Initializing => TaskExit::Retryable(NO_DEPENDENCIES),
                _ => TaskExit::Failed(Cause::NoDroplet.text()),
            };
            self.end_task(it, exit);
            return;
        }
        match container.state {
            ContainerState::Initializing => self.crash(it, Cause::NoDependencies),
            ContainerState::Created => self.crash(it, Cause::NoDroplet),
            ContainerState::Reserved | ContainerState::Running | ContainerState::Completed { .. } => {}
        }
    }
}
