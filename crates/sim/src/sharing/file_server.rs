//! A download from the file server, which runs on every Diego Brain, while not all of them listen on the port that is
//! asked for (B.11, F.3).

use rand::{Rng, RngExt as _};
use rivera_model::Span;

use crate::random::distribution::secs;

/// Tries of a download (B.11).
const TRIES: u32 = 4;
/// The wait after the first try; it doubles with each (B.11).
const FIRST_WAIT_S: f64 = 0.5;
/// The longest wait after a try, before its jitter (B.11).
const LONGEST_WAIT_S: f64 = 5.0;
/// What chance adds to a wait at most (B.11).
const JITTER_S: f64 = 0.2;

/// What became of a download's tries.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Tries {
    /// Whether one of them met a brain that listens.
    pub(crate) connected: bool,
    /// The waits after those that were refused.
    pub(crate) waited: Span,
}

/// Tries to reach a brain that listens, of which there is this share. A try that is refused takes no time, the wait after it
/// does.
pub(crate) fn connect(listening: f64, resolve_each_try: bool, rng: &mut impl Rng) -> Tries {
    let mut waited_s = 0.0;
    let mut brain: f64 = rng.random();
    for n in 0..TRIES {
        // All is drawn whatever happens, so that a change of one switch changes nothing else.
        let (next, jitter): (f64, f64) = (rng.random(), rng.random());
        if brain < listening {
            return Tries { connected: true, waited: secs(waited_s) };
        }
        waited_s += (FIRST_WAIT_S * f64::from(1 << n)).min(LONGEST_WAIT_S) + JITTER_S * jitter;
        if resolve_each_try {
            brain = next;
        }
    }
    Tries { connected: false, waited: secs(waited_s) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::stream::{Stream, Streams};

    fn share_connected(listening: f64, resolve_each_try: bool) -> f64 {
        let streams = Streams::new(1);
        let connected = (0..20_000).filter(|&key| {
            connect(listening, resolve_each_try, &mut streams.at(Stream::FileServer, key)).connected
        });
        f64::from(u32::try_from(connected.count()).expect("few")) / 20_000.0
    }

    #[test]
    fn a_download_that_goes_to_one_brain_succeeds_with_the_share_of_those_that_listen() {
        assert!((share_connected(0.3, false) - 0.3).abs() < 0.012);
        assert_eq!((share_connected(0.0, false), share_connected(1.0, false)), (0.0, 1.0));
    }

    #[test]
    fn four_tries_that_each_ask_for_a_brain_fail_only_together() {
        let closed_form = 1.0 - 0.7_f64.powi(4);
        assert!((share_connected(0.3, true) - closed_form).abs() < 0.012);
    }

    #[test]
    fn b11_four_refused_tries_wait_half_a_second_doubling_with_jitter() {
        let tries = connect(0.0, true, &mut Streams::new(1).at(Stream::FileServer, 0));
        let waited_s = tries.waited.as_secs_f64();
        assert!(!tries.connected && waited_s > 7.5 && waited_s < 8.3, "{waited_s}");
    }
}
