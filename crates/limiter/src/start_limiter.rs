//! The concurrent-start limiter: one counter of starting containers that many threads share (A.6).
//!
//! # Protocol
//!
//! One atomic word holds the maximum, the number in flight and what was granted since a report began. Every
//! operation is one successful read-modify-write of this word, or a load if it changes nothing. So all operations
//! have one order, and at each point of it `acquire` grants no more than `maximum - in flight`. Were maximum and
//! count two words, an `acquire` could compare the count of one moment with the maximum of another and grant what
//! neither allows.
//!
//! What follows from it:
//! - `acquire` never lets the count pass the maximum. Only a report of the cells and a `set_maximum` below the
//!   count can leave it there; then nothing is granted until enough is released.
//! - `release` never takes the count below zero: it is refused whole.
//! - No memory but the word is published by it. The orderings are still acquire and release, so that what a
//!   thread did before it released is seen by the thread that acquires next.
//!
//! # Progress
//!
//! | operation | progress | because |
//! |---|---|---|
//! | `snapshot` | wait-free | one load |
//! | `begin_report` while another is open, `set_maximum` to what does not fit | wait-free | one load, and it is refused |
//! | `acquire` and `permits` that get nothing, `release` of too much | lock-free | a load; again only if an exchange was tried and lost |
//! | `acquire`, `permits`, `release`, `set_maximum` | lock-free | a compare-exchange that is lost only to another operation |
//! | `begin_report`, `Report::finish`, a `Report` or `Permits` dropped | lock-free | the same |
//! | `Permits::split`, `detach`, `count` | wait-free | the word is not touched |
//!
//! Lost only to another operation: x86-64 and ARM from 8.1 on have the exchange as one instruction. An older processor, where it may
//! also fail without a rival, gives the progress that its exclusive loads and stores promise.
//!
//! No operation waits for a thread that was suspended in the midst of one. A wait-free `acquire` by fetch-and-add
//! would have to take back what it took too much, and until then the count would be above the maximum.
//!
//! # Why it is not sharded
//!
//! A maximum over several shards is kept only if each shard has its part of it, and then `acquire` is refused on
//! one shard while another has room; to look at all shards costs more than the one word. The book has the figures
//! (the chapter on the two throttles): one word carries thousands of times the starts of the largest foundations.

use crossbeam::utils::CachePadded;

use crate::sync::{AtomicU64, Ordering};
use crate::word::{MOST_IN_FLIGHT, Word};
use crate::{Permits, Report, ReportError, StartLimit};

/// A shared counter of starting containers with a maximum. It counts to 16,777,215.
///
/// A permit is either counted by the caller ([`StartLimiter::acquire`] and [`StartLimiter::release`]) or kept in a
/// guard ([`StartLimiter::permits`]). All operations are lock-free, [`StartLimiter::snapshot`] is wait-free.
#[derive(Debug)]
pub struct StartLimiter {
    word: CachePadded<AtomicU64>,
}

/// Maximum and count at one moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Snapshot {
    /// The maximum.
    pub maximum: StartLimit,
    /// Containers that are starting.
    pub in_flight: u32,
}

/// More permits were to be released than are held. Nothing was released.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("release {released} starts: only {held} are in flight")]
pub struct ReleaseError {
    /// What was to be released.
    pub released: u32,
    /// What is held.
    pub held: u32,
}

/// This number of starting containers does not fit the counter, which ends at 16,777,215; a maximum has to be less
/// than that. Nothing was changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("count {0} starting containers: the counter ends at {MOST_IN_FLIGHT}")]
pub struct CountError(pub u64);

impl Snapshot {
    /// How many more may start now.
    #[must_use]
    pub fn free(self) -> u32 {
        self.maximum.maximum().unwrap_or(MOST_IN_FLIGHT).saturating_sub(self.in_flight)
    }
}

impl StartLimiter {
    /// A limiter with nothing in flight.
    ///
    /// # Errors
    /// [`CountError`] if there is a maximum and it is 16,777,215 or more.
    pub fn new(maximum: StartLimit) -> Result<Self, CountError> {
        let word = Word::new(maximum)?;
        Ok(Self { word: CachePadded::new(AtomicU64::new(word.bits())) })
    }

    /// Takes up to `wanted` permits and returns how many were granted: all, some or none.
    ///
    /// Without a maximum it grants all, up to a count of 16,777,215.
    #[must_use = "only what was granted may start, and it has to be released"]
    pub fn acquire(&self, wanted: u32) -> u32 {
        let mut granted = 0;
        let grant = |word: Word| {
            let next;
            (next, granted) = word.grant(wanted);
            if granted > 0 { Ok(next) } else { Err(()) }
        };
        // Refused is what grants nothing: then the word stays as it is.
        let _ = self.update(grant);
        granted
    }

    /// As [`StartLimiter::acquire`], with a guard that releases what was granted when it is dropped.
    pub fn permits(&self, wanted: u32) -> Permits<'_> {
        Permits::new(self, self.acquire(wanted))
    }

    /// Gives back `count` permits: so many containers run, or have ended.
    ///
    /// # Errors
    /// [`ReleaseError`] if fewer are held; then nothing changes.
    pub fn release(&self, count: u32) -> Result<(), ReleaseError> {
        self.update(|word| word.release(count))
    }

    /// Changes the maximum. Below the count nothing is taken back; nothing is granted either.
    ///
    /// # Errors
    /// [`CountError`] if there is a maximum and it is 16,777,215 or more; then nothing changes.
    pub fn set_maximum(&self, maximum: StartLimit) -> Result<(), CountError> {
        self.update(|word| word.with_maximum(maximum))
    }

    /// Begins to gather the cells' own counts, as at the start of an auction (A.6). Grants go on meanwhile.
    ///
    /// # Errors
    /// [`ReportError::AnotherIsOpen`] if another report is open.
    pub fn begin_report(&self) -> Result<Report<'_>, ReportError> {
        self.update(Word::begin_report)?;
        Ok(Report::new(self))
    }

    /// Maximum and count at one moment.
    #[must_use]
    pub fn snapshot(&self) -> Snapshot {
        Word::from_bits(self.word.load(Ordering::Acquire)).snapshot()
    }

    /// Replaces the word in one atomic step, or leaves it if `change` refuses.
    pub(crate) fn update<E>(&self, mut change: impl FnMut(Word) -> Result<Word, E>) -> Result<(), E> {
        let mut bits = self.word.load(Ordering::Acquire);
        loop {
            let next = change(Word::from_bits(bits))?.bits();
            match self.word.compare_exchange_weak(bits, next, Ordering::AcqRel, Ordering::Acquire) {
                Ok(_) => return Ok(()),
                Err(now) => bits = now,
            }
        }
    }
}
