//! Named random streams: what is drawn depends on the seed, the name and the key, never on the order of events.
//!
//! So two settings compared with one seed meet the same droplet sizes and start times, and adding a
//! draw in one place changes nothing in another.

use rand::rngs::Xoshiro256PlusPlus;
use rand::{Rng, SeedableRng};

/// What is drawn. The number is part of the result: a stream keeps it for ever.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u64)]
pub(crate) enum Stream {
    /// Droplet size, by process.
    DropletSize = 1,
    /// Start time of the app's process, by process.
    AppStart = 2,
    /// Creation of a container, by instance and number of the start.
    Creation = 3,
    /// The steps of a cell's update, by cell.
    CellUpdate = 4,
    /// Phases of the periodic activities, by cell; the BBS has a key of its own.
    Phase = 5,
    /// Durations of the auctioneer's calls, by number of the auction.
    Auction = 6,
    /// Remaining time of a running task, by task.
    Task = 7,
    /// How much a start differs from the app's usual, by instance and number of the start.
    Jitter = 8,
    /// How long an instance of a crashing app runs, by instance and number of the start.
    Crash = 9,
    /// From the signal to the exit of a stopping process, by instance and number of the start.
    Shutdown = 10,
    /// Destruction of a container, by instance and number of the start.
    Destruction = 11,
    /// A request to the platform service, by instance and number of the start.
    PlatformService = 12,
    /// A health check on a loaded cell, by start and second.
    HealthCheck = 13,
    /// A push, by its number: when it comes after the one before, its app, its package, its staging.
    Push = 20,
    /// Which Diego Brains a download from the file server meets, by task and number of its container.
    FileServer = 21,
    /// Times of faults that come at random, by fault and number of the occurrence.
    FaultTime = 40,
    /// Which cell a fault hits, by fault and number of the occurrence.
    FaultTarget = 41,
    /// How long a fault lasts, by fault and number of the occurrence.
    FaultLength = 42,
    /// Whether the update of a cell fails, by cell and number of the deployment.
    UpdateFailure = 43,
    /// The time since the last refresh of its presence when a cell dies, by cell.
    Presence = 44,
    /// The jitter of the wait before a download is tried again, by start and number of the try.
    DownloadRetry = 45,
    /// What messages about an endpoint take, by instance and number of the endpoint.
    Route = 60,
    /// Phases of emitters by their number, of routers by theirs, and waits after the start of a router.
    RoutePhase = 61,
    /// What messages take when a route is mapped, by instance; the Cloud Controller has keys of its own.
    Mapping = 62,
    /// The steps of a machine's update, by the machine's place in the deployment.
    MachineUpdate = 50,
    /// Post-deploy scripts and errands, by number of the errand.
    AfterGroups = 51,
    /// When a job of the Cloud Controller comes after the one before, by its number.
    JobArrival = 52,
    /// The version of the Cloud Controller that takes a job, and what it takes, by its number.
    Job = 53,
    /// When an attempt at a job is made, and by which worker, by job and attempt.
    JobAttempt = 54,
}

/// Streams are numbered below this.
const STREAMS: usize = 64;

/// What numbers are drawn from: by name, since a name stands for the same numbers on every machine and in every version.
///
/// Most keys are drawn from once or twice, so what counts is how soon the first number is there.
pub(crate) type Draws = Xoshiro256PlusPlus;

/// The random numbers of one run.
#[derive(Debug, Clone)]
pub(crate) struct Streams {
    /// By stream.
    seeds: [u64; STREAMS],
}

impl Streams {
    pub(crate) fn new(seed: u64) -> Self {
        let mut rng = Draws::seed_from_u64(seed);
        Self { seeds: std::array::from_fn(|_| rng.next_u64()) }
    }

    /// The generator of one key of a stream.
    pub(crate) fn at(&self, stream: Stream, key: u64) -> Draws {
        Draws::seed_from_u64(self.seeds[stream as usize] ^ key)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_draw_depends_on_seed_stream_and_key_only() {
        let draw = |seed, stream, key| Streams::new(seed).at(stream, key).next_u64();
        let streams = Streams::new(7);
        let first = streams.at(Stream::Creation, 3).next_u64();
        let _ = streams.at(Stream::Task, 3).next_u64();
        assert_eq!(streams.at(Stream::Creation, 3).next_u64(), first);
        assert_eq!(draw(7, Stream::Creation, 3), first);
        assert_ne!(draw(8, Stream::Creation, 3), first);
        assert_ne!(draw(7, Stream::Task, 3), first);
        assert_ne!(draw(7, Stream::Creation, 4), first);
    }

    /// Keys and seeds are mostly small numbers that follow each other: what is drawn for them must not.
    #[test]
    fn neighbours_have_nothing_in_common() {
        let share = |words: &mut dyn Iterator<Item = u64>| {
            let (ones, all) =
                words.fold((0, 0), |(ones, all), word| (ones + word.count_ones(), all + u64::BITS));
            f64::from(ones) / f64::from(all)
        };
        let first = |seed, stream, key| Streams::new(seed).at(stream, key).next_u64();
        let streams = Streams::new(1);
        let of_key = |key| streams.at(Stream::Creation, key).next_u64();
        let keys = share(&mut (0..20_000).map(|key| of_key(key) ^ of_key(key + 1)));
        let versions = share(&mut (0..20_000).map(|key| of_key(key << 8) ^ of_key((key + 1) << 8)));
        let other = |key| of_key(key) ^ streams.at(Stream::Destruction, key).next_u64();
        let names = share(&mut (0..20_000).map(other));
        let seeds = share(
            &mut (0..20_000)
                .map(|seed| first(seed, Stream::Creation, 5) ^ first(seed + 1, Stream::Creation, 5)),
        );
        for share in [keys, versions, names, seeds] {
            assert!((share - 0.5).abs() < 0.003, "half of the bits differ: {share}");
        }
    }
}
