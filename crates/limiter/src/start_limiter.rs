//! The concurrent-start limiter: one counter of starting containers that many threads share (A.6).
//!
//! # Protocol
//!
//! One atomic word holds the maximum (upper 32 bits; 0 is unlimited) and the number in flight (lower 32 bits).
//! Every operation is one successful read-modify-write of this word, so all operations have one order, and at
//! each point of it `acquire` grants no more than `maximum - in flight`. Were maximum and count two words, an
//! `acquire` could compare the count of one moment with the maximum of another and grant what neither allows.
//!
//! What follows from it:
//! - `acquire` never lets the count pass the maximum. Only `set_in_flight` (the cells' own reports) and a
//!   `set_maximum` below the count can leave it there; then nothing is granted until enough is released.
//! - `release` never takes the count below zero: it is refused whole.
//! - A permit is only a number: who holds it and what it is for is the caller's business. No memory but the word
//!   is published by it; the orderings are still acquire and release, so that what a thread did before it
//!   released is seen by the thread that acquires next.

use crossbeam::utils::CachePadded;

use crate::StartLimit;
use crate::sync::{AtomicU64, Ordering};

/// A shared counter of starting containers with a maximum.
///
/// Lock-free: no operation waits for another thread.
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

impl Snapshot {
    /// How many more may start now.
    #[must_use]
    pub fn free(self) -> u32 {
        self.maximum.maximum().unwrap_or(u32::MAX).saturating_sub(self.in_flight)
    }

    fn pack(self) -> u64 {
        u64::from(self.maximum.maximum().unwrap_or(0)) << 32 | u64::from(self.in_flight)
    }

    #[expect(clippy::cast_possible_truncation, reason = "takes the word apart into its halves")]
    fn unpack(word: u64) -> Self {
        Self { maximum: StartLimit::from_config(i64::from((word >> 32) as u32)), in_flight: word as u32 }
    }
}

impl StartLimiter {
    /// A limiter with nothing in flight.
    #[must_use]
    pub fn new(maximum: StartLimit) -> Self {
        let snapshot = Snapshot { maximum, in_flight: 0 };
        Self { word: CachePadded::new(AtomicU64::new(snapshot.pack())) }
    }

    /// Takes up to `wanted` permits and returns how many were granted: all, some or none.
    ///
    /// Without a maximum it grants all, up to a count of `u32::MAX`.
    #[must_use = "only what was granted may start, and it has to be released"]
    pub fn acquire(&self, wanted: u32) -> u32 {
        let mut granted = 0;
        self.update(|mut now| {
            granted = wanted.min(now.free());
            now.in_flight += granted;
            now
        });
        granted
    }

    /// Gives back `count` permits: so many containers run, or have ended.
    ///
    /// # Errors
    /// [`ReleaseError`] if fewer are held; then nothing changes.
    pub fn release(&self, count: u32) -> Result<(), ReleaseError> {
        let release = |word| {
            let mut now = Snapshot::unpack(word);
            now.in_flight = now.in_flight.checked_sub(count)?;
            Some(now.pack())
        };
        match self.word.fetch_update(Ordering::AcqRel, Ordering::Acquire, release) {
            Ok(_) => Ok(()),
            Err(word) => Err(ReleaseError { released: count, held: Snapshot::unpack(word).in_flight }),
        }
    }

    /// Changes the maximum. Below the count nothing is taken back; nothing is granted either.
    pub fn set_maximum(&self, maximum: StartLimit) {
        self.update(|now| Snapshot { maximum, ..now });
    }

    /// Sets the count from the cells' own reports, as at the start of an auction (A.6). It may be above the maximum.
    pub fn set_in_flight(&self, in_flight: u32) {
        self.update(|now| Snapshot { in_flight, ..now });
    }

    /// Maximum and count at one moment.
    #[must_use]
    pub fn snapshot(&self) -> Snapshot {
        Snapshot::unpack(self.word.load(Ordering::Acquire))
    }

    fn update(&self, mut change: impl FnMut(Snapshot) -> Snapshot) {
        let change = |word| Some(change(Snapshot::unpack(word)).pack());
        // The change is never refused, so that there is no error to see.
        let _ = self.word.fetch_update(Ordering::AcqRel, Ordering::Acquire, change);
    }
}
