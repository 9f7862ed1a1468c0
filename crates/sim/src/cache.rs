//! A cell's download cache (B.11): one file a key, least recently used files dropped, empty on a new VM.

use std::collections::BTreeMap;

use rivera_model::{ProcessIx, Span, Time};

/// What is downloaded, as its cache key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum CacheKey {
    /// The lifecycle bundle, the same for all apps.
    Lifecycle,
    /// A process's droplet.
    Droplet(ProcessIx),
}

/// The files of a cell, and when those still under way will be there.
#[derive(Debug, Clone)]
pub(crate) struct Cache {
    files: BTreeMap<CacheKey, File>,
    size_mb: f64,
    limit_mb: f64,
    /// Orders uses, so that "least recently used" is exact within one moment too.
    uses: u64,
}

#[derive(Debug, Clone, Copy)]
struct File {
    size_mb: f64,
    complete_at: Time,
    last_use: u64,
}

impl Cache {
    pub(crate) fn new(limit_mb: f64) -> Self {
        Self { files: BTreeMap::new(), size_mb: 0.0, limit_mb, uses: 0 }
    }

    /// Asks for a file at `now`; says when it is there, and how much was transferred.
    ///
    /// Downloads of one key are serialised: who asks for a file that is under way waits for it, and then asks
    /// whether it is still the same (`conditional`). A file that is not there takes `conditional + transfer`.
    pub(crate) fn fetch(
        &mut self,
        now: Time,
        key: CacheKey,
        size_mb: f64,
        conditional: Span,
        transfer: Span,
    ) -> (Time, f64) {
        self.uses += 1;
        let last_use = self.uses;
        if let Some(file) = self.files.get_mut(&key) {
            file.last_use = last_use;
            file.complete_at = file.complete_at.max(now) + conditional;
            return (file.complete_at, 0.0);
        }
        let complete_at = now + conditional + transfer;
        self.files.insert(key, File { size_mb, complete_at, last_use });
        self.size_mb += size_mb;
        self.evict(key);
        (complete_at, size_mb)
    }

    /// Puts a file there that was downloaded before the run.
    pub(crate) fn preload(&mut self, key: CacheKey, size_mb: f64) {
        if self.size_mb + size_mb <= self.limit_mb && !self.files.contains_key(&key) {
            self.uses += 1;
            self.files.insert(key, File { size_mb, complete_at: Time::ZERO, last_use: self.uses });
            self.size_mb += size_mb;
        }
    }

    /// Drops the least recently used files, but not the one just asked for, until the rest fits.
    fn evict(&mut self, keep: CacheKey) {
        while self.size_mb > self.limit_mb {
            let oldest = self
                .files
                .iter()
                .filter(|(key, _)| **key != keep)
                .min_by_key(|(_, file)| file.last_use)
                .map(|(key, file)| (*key, file.size_mb));
            let Some((key, size_mb)) = oldest else { return };
            self.files.remove(&key);
            self.size_mb -= size_mb;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CONDITIONAL: Span = Span::from_ms(50);
    const TRANSFER: Span = Span::from_ms(2_000);

    fn droplet(process: u32) -> CacheKey {
        CacheKey::Droplet(ProcessIx(process))
    }

    fn fetch(cache: &mut Cache, ms: u64, key: CacheKey) -> (u64, f64) {
        let (at, moved_mb) = cache.fetch(Time::from_ms(ms), key, 100.0, CONDITIONAL, TRANSFER);
        (at.as_ms(), moved_mb)
    }

    #[test]
    fn the_second_start_of_an_app_transfers_nothing() {
        let mut cache = Cache::new(1_000.0);
        assert_eq!(fetch(&mut cache, 0, droplet(1)), (2_050, 100.0));
        assert_eq!(fetch(&mut cache, 1_000, droplet(1)), (2_100, 0.0), "it waits for the first download");
        assert_eq!(fetch(&mut cache, 9_000, droplet(1)), (9_050, 0.0), "only a conditional request");
    }

    #[test]
    fn the_least_recently_used_file_goes_first() {
        let mut cache = Cache::new(250.0);
        fetch(&mut cache, 0, droplet(1));
        fetch(&mut cache, 0, droplet(2));
        fetch(&mut cache, 5_000, droplet(1));
        fetch(&mut cache, 6_000, droplet(3));
        assert_eq!(fetch(&mut cache, 10_000, droplet(1)).1, 0.0);
        assert_eq!(fetch(&mut cache, 20_000, droplet(2)).1, 100.0, "2 was dropped for 3");
    }

    #[test]
    fn a_file_larger_than_the_cache_is_still_delivered() {
        let mut cache = Cache::new(10.0);
        assert_eq!(fetch(&mut cache, 0, droplet(1)), (2_050, 100.0));
    }
}
