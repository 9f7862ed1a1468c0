//! A cell's download cache (B.11): one file a key, least recently used files dropped, empty on a new VM.

use rivera_model::{ProcessIx, Span, TaskIx, Time};

use crate::event::ContainerRef;

/// What is downloaded, as its cache key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum CacheKey {
    /// The lifecycle bundle, the same for all apps.
    Lifecycle,
    /// A process's droplet.
    Droplet(ProcessIx),
    /// The package that a task stages.
    Package(TaskIx),
}

impl CacheKey {
    /// Whether cells keep the file: a package is used once.
    pub(crate) const fn is_kept(self) -> bool {
        !matches!(self, Self::Package(_))
    }
}

/// The files of a cell, those still under way among them.
///
/// There are some hundred of them. To look through that many keys that lie together takes less than to find the way
/// through a tree.
#[derive(Debug, Clone)]
pub(crate) struct Cache {
    /// The keys of `files`, in no order.
    keys: Vec<CacheKey>,
    /// When each was used last, in `uses`.
    last_uses: Vec<u64>,
    files: Vec<File>,
    size_mb: f64,
    limit_mb: f64,
    /// Orders uses, so that "least recently used" is exact within one moment too.
    uses: u64,
}

#[derive(Debug, Clone)]
struct File {
    size_mb: f64,
    state: FileState,
}

#[derive(Debug, Clone)]
enum FileState {
    /// It is being transferred, and these wait for it.
    UnderWay(Vec<ContainerRef>),
    /// It is there; the last conditional request for it ends then.
    There(Time),
    /// The storage does not answer: who asked first tries again and again, and these wait until that has come to an end.
    InVain {
        waiting: Vec<ContainerRef>,
        /// Whether the file is there, and only the question whether it is still the same is not answered (Q14).
        is_there: bool,
    },
}

/// The answer to who asks for a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fetch {
    /// It is there, and found unchanged at this time.
    CachedAt(Time),
    /// It is under way: who asked is told when it is there.
    Wait,
    /// Who asked has to transfer it, and to say so when that is done.
    Transfer,
}

impl Cache {
    pub(crate) fn new(limit_mb: f64) -> Self {
        Self { keys: Vec::new(), last_uses: Vec::new(), files: Vec::new(), size_mb: 0.0, limit_mb, uses: 0 }
    }

    /// Asks for a file at `now`. Downloads of one key are serialised: who asks for a file that is under way waits for it,
    /// and then asks whether it is still the same, which takes `conditional`.
    pub(crate) fn fetch(
        &mut self,
        now: Time,
        key: CacheKey,
        size_mb: f64,
        conditional: Span,
        asker: ContainerRef,
    ) -> Fetch {
        self.uses += 1;
        if let Some(file) = self.used_now(key) {
            return match &mut file.state {
                FileState::UnderWay(waiting) | FileState::InVain { waiting, .. } => {
                    waiting.push(asker);
                    Fetch::Wait
                }
                FileState::There(free_at) => {
                    *free_at = (*free_at).max(now) + conditional;
                    Fetch::CachedAt(*free_at)
                }
            };
        }
        self.insert(key, size_mb, FileState::UnderWay(Vec::new()));
        Fetch::Transfer
    }

    fn insert(&mut self, key: CacheKey, size_mb: f64, state: FileState) {
        self.add(key, size_mb, state);
        self.evict(key);
    }

    fn add(&mut self, key: CacheKey, size_mb: f64, state: FileState) {
        self.keys.push(key);
        self.last_uses.push(self.uses);
        self.files.push(File { size_mb, state });
        self.size_mb += size_mb;
    }

    fn remove(&mut self, position: usize) {
        self.keys.swap_remove(position);
        self.last_uses.swap_remove(position);
        let file = self.files.swap_remove(position);
        self.size_mb -= file.size_mb;
    }

    fn position(&self, key: CacheKey) -> Option<usize> {
        self.keys.iter().position(|&known| known == key)
    }

    fn file(&mut self, key: CacheKey) -> Option<&mut File> {
        let position = self.position(key)?;
        Some(&mut self.files[position])
    }

    fn used_now(&mut self, key: CacheKey) -> Option<&mut File> {
        let position = self.position(key)?;
        self.last_uses[position] = self.uses;
        Some(&mut self.files[position])
    }

    /// Asks for a file while the storage does not answer. True: who asked tries again; false: it waits for one who does.
    pub(crate) fn fetch_in_vain(&mut self, key: CacheKey, size_mb: f64, asker: ContainerRef) -> bool {
        self.uses += 1;
        let Some(file) = self.used_now(key) else {
            self.insert(key, size_mb, FileState::InVain { waiting: Vec::new(), is_there: false });
            return true;
        };
        match &mut file.state {
            FileState::UnderWay(waiting) | FileState::InVain { waiting, .. } => {
                waiting.push(asker);
                false
            }
            FileState::There(_) => {
                file.state = FileState::InVain { waiting: Vec::new(), is_there: true };
                true
            }
        }
    }

    /// The transfer of a file has been cut off.
    pub(crate) fn cut_off(&mut self, key: CacheKey) {
        if let Some(file) = self.file(key)
            && let FileState::UnderWay(waiting) = &mut file.state
        {
            file.state = FileState::InVain { waiting: std::mem::take(waiting), is_there: false };
        }
    }

    /// The storage answers again to who tried. If the file was there it and those who wait are told so, until when each
    /// has to; if not, it is transferred now.
    pub(crate) fn answered(
        &mut self,
        key: CacheKey,
        now: Time,
        conditional: Span,
    ) -> Option<(Time, Vec<(ContainerRef, Time)>)> {
        let file = self.file(key)?;
        let FileState::InVain { waiting, is_there } = &mut file.state else { return None };
        let (waiting, is_there) = (std::mem::take(waiting), *is_there);
        file.state = FileState::UnderWay(waiting);
        let first = now + conditional;
        is_there.then(|| (first, self.transferred(key, first, conditional)))
    }

    /// Who tried has given up. Those who waited, in their order, have to try for themselves.
    pub(crate) fn give_up(&mut self, key: CacheKey, now: Time) -> Vec<ContainerRef> {
        let Some(position) = self.position(key) else { return Vec::new() };
        let file = &mut self.files[position];
        let FileState::InVain { waiting, is_there } = &mut file.state else { return Vec::new() };
        let (waiting, is_there) = (std::mem::take(waiting), *is_there);
        if is_there {
            file.state = FileState::There(now);
        } else {
            self.remove(position);
        }
        waiting
    }

    /// A file has been transferred by `there_at`; answers who waited for it, and until when each has to.
    pub(crate) fn transferred(
        &mut self,
        key: CacheKey,
        there_at: Time,
        conditional: Span,
    ) -> Vec<(ContainerRef, Time)> {
        let Some(file) = self.file(key) else { return Vec::new() };
        let FileState::UnderWay(waiting) = std::mem::replace(&mut file.state, FileState::There(there_at))
        else {
            return Vec::new();
        };
        let mut free_at = there_at;
        let found = waiting
            .into_iter()
            .map(|waiter| {
                free_at += conditional;
                (waiter, free_at)
            })
            .collect();
        file.state = FileState::There(free_at);
        found
    }

    /// Gives up what is under way, with the rep that asked for it.
    pub(crate) fn drop_under_way(&mut self) {
        for file in &mut self.files {
            if let FileState::InVain { is_there: true, .. } = file.state {
                file.state = FileState::There(Time::ZERO);
            }
        }
        let is_under_way = |(_, file): &(&CacheKey, &File)| !matches!(file.state, FileState::There(_));
        let mut dropped: Vec<CacheKey> =
            self.keys.iter().zip(&self.files).filter(is_under_way).map(|(key, _)| *key).collect();
        // In the order of the keys, as the sum of sizes depends on it.
        dropped.sort_unstable();
        for key in dropped {
            if let Some(position) = self.position(key) {
                self.remove(position);
            }
        }
    }

    /// Puts a file there that was downloaded before the run.
    pub(crate) fn preload(&mut self, key: CacheKey, size_mb: f64) {
        if self.size_mb + size_mb <= self.limit_mb && self.position(key).is_none() {
            self.uses += 1;
            self.add(key, size_mb, FileState::There(Time::ZERO));
        }
    }

    /// Drops the least recently used files, but not the one just asked for nor those that somebody waits for, until the
    /// rest fits.
    fn evict(&mut self, keep: CacheKey) {
        while self.size_mb > self.limit_mb {
            let may_go = |position: usize| {
                self.keys[position] != keep && matches!(self.files[position].state, FileState::There(_))
            };
            let mut oldest = None;
            let mut least = u64::MAX;
            for (position, &last_use) in self.last_uses.iter().enumerate() {
                if last_use < least && may_go(position) {
                    (oldest, least) = (Some(position), last_use);
                }
            }
            let Some(position) = oldest else { return };
            self.remove(position);
        }
    }
}

#[cfg(test)]
mod tests {
    use rivera_model::InstanceIx;

    use super::*;

    const CONDITIONAL: Span = Span::from_ms(50);

    fn droplet(process: u32) -> CacheKey {
        CacheKey::Droplet(ProcessIx(process))
    }

    fn asker(slot: u32) -> ContainerRef {
        ContainerRef { slot, instance: InstanceIx(slot) }
    }

    fn fetch(cache: &mut Cache, ms: u64, key: CacheKey) -> Fetch {
        cache.fetch(Time::from_ms(ms), key, 100.0, CONDITIONAL, asker(7))
    }

    fn download(cache: &mut Cache, ms: u64, key: CacheKey) {
        assert_eq!(fetch(cache, ms, key), Fetch::Transfer);
        assert!(cache.transferred(key, Time::from_ms(ms + 10), CONDITIONAL).is_empty());
    }

    #[test]
    fn the_second_start_of_an_app_transfers_nothing() {
        let mut cache = Cache::new(1_000.0);
        download(&mut cache, 0, droplet(1));
        assert_eq!(fetch(&mut cache, 9_000, droplet(1)), Fetch::CachedAt(Time::from_ms(9_050)));
    }

    #[test]
    fn who_asks_for_a_file_under_way_waits_for_it_and_for_those_before() {
        let mut cache = Cache::new(1_000.0);
        assert_eq!(fetch(&mut cache, 0, droplet(1)), Fetch::Transfer);
        assert_eq!(cache.fetch(Time::from_ms(5), droplet(1), 100.0, CONDITIONAL, asker(1)), Fetch::Wait);
        assert_eq!(cache.fetch(Time::from_ms(6), droplet(1), 100.0, CONDITIONAL, asker(2)), Fetch::Wait);
        let found = cache.transferred(droplet(1), Time::from_ms(2_000), CONDITIONAL);
        assert_eq!(found, [(asker(1), Time::from_ms(2_050)), (asker(2), Time::from_ms(2_100))]);
        assert_eq!(fetch(&mut cache, 2_020, droplet(1)), Fetch::CachedAt(Time::from_ms(2_150)));
    }

    #[test]
    fn the_least_recently_used_file_goes_first() {
        let mut cache = Cache::new(250.0);
        download(&mut cache, 0, droplet(1));
        download(&mut cache, 0, droplet(2));
        assert_eq!(fetch(&mut cache, 5_000, droplet(1)), Fetch::CachedAt(Time::from_ms(5_050)));
        download(&mut cache, 6_000, droplet(3));
        assert_eq!(fetch(&mut cache, 10_000, droplet(1)), Fetch::CachedAt(Time::from_ms(10_050)));
        assert_eq!(fetch(&mut cache, 20_000, droplet(2)), Fetch::Transfer, "2 was dropped for 3");
    }

    #[test]
    fn a_file_larger_than_the_cache_is_still_delivered() {
        let mut cache = Cache::new(10.0);
        download(&mut cache, 0, droplet(1));
    }

    #[test]
    fn while_the_storage_does_not_answer_one_tries_and_the_others_wait_for_it() {
        let mut cache = Cache::new(1_000.0);
        let in_vain = |cache: &mut Cache, slot| cache.fetch_in_vain(droplet(1), 100.0, asker(slot));
        assert_eq!([1, 2, 3].map(|slot| in_vain(&mut cache, slot)), [true, false, false]);
        assert_eq!(cache.give_up(droplet(1), Time::ZERO), [asker(2), asker(3)]);
        assert_eq!([2, 3].map(|slot| in_vain(&mut cache, slot)), [true, false]);
        assert_eq!(
            cache.answered(droplet(1), Time::from_ms(500), CONDITIONAL),
            None,
            "it is transferred now"
        );
        let found = cache.transferred(droplet(1), Time::from_ms(900), CONDITIONAL);
        assert_eq!(found, [(asker(3), Time::from_ms(950))]);
    }

    #[test]
    fn q14_a_file_that_is_there_is_of_no_use_until_the_storage_answers_and_is_still_there_then() {
        let mut cache = Cache::new(1_000.0);
        download(&mut cache, 0, droplet(1));
        assert!(cache.fetch_in_vain(droplet(1), 100.0, asker(1)));
        assert_eq!(fetch(&mut cache, 600, droplet(1)), Fetch::Wait);
        let told = (Time::from_ms(750), vec![(asker(7), Time::from_ms(800))]);
        assert_eq!(cache.answered(droplet(1), Time::from_ms(700), CONDITIONAL), Some(told));
        assert!(cache.fetch_in_vain(droplet(1), 100.0, asker(1)));
        assert!(cache.give_up(droplet(1), Time::from_ms(5_000)).is_empty());
        assert_eq!(fetch(&mut cache, 6_000, droplet(1)), Fetch::CachedAt(Time::from_ms(6_050)));
    }

    #[test]
    fn what_is_given_up_has_to_be_transferred_anew() {
        let mut cache = Cache::new(1_000.0);
        assert_eq!(fetch(&mut cache, 0, droplet(1)), Fetch::Transfer);
        cache.drop_under_way();
        assert_eq!(fetch(&mut cache, 9, droplet(1)), Fetch::Transfer);
    }
}
