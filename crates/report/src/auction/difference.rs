//! Where the kernel and a recording part.

use rivera_auction::check::Violation;
use rivera_auction::{PlacementError, Score};
use rivera_diego::recording::RecordedResult;

/// Why a recording was not met.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum ReplayError {
    /// The kernel decides otherwise.
    #[error("{at}: {difference}")]
    Differs {
        /// The scenario, or the step (from 0) with its LRP.
        at: String,
        /// How.
        difference: Box<Difference>,
    },
    /// The recording contradicts itself, so nothing can be said.
    #[error("{at}: {problem}")]
    NotARecording {
        /// The scenario or the step.
        at: String,
        /// What cannot be.
        problem: &'static str,
    },
}

/// How the kernel decides otherwise.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum Difference {
    /// A whole auction ends otherwise: results that only one of the two has.
    #[error("results differ{}{}", listed("recorded", .recorded), listed("here", .here))]
    Results {
        /// Only recorded.
        recorded: Vec<RecordedResult>,
        /// Only here.
        here: Vec<RecordedResult>,
    },
    /// The outcome breaks a law of the auction.
    #[error("{0}")]
    Law(Violation),
    /// The index does not answer as the plain rule does.
    #[error("the index and the plain rule disagree")]
    Rules,
    /// The LRP is not the next one in the order of A.5.
    #[error("it is placed too early or too late: the order is by index, then the largest memory first")]
    Order,
    /// One of the two has a winner, or the errors differ.
    #[error("the error is {:?} here, {recorded:?} in the recording", here.as_ref().map(ToString::to_string).unwrap_or_default())]
    Error {
        /// Ours; none with a winner.
        here: Option<PlacementError>,
        /// The recorded text; empty with a winner.
        recorded: String,
    },
    /// The least score is another one.
    #[error(
        "the least score is {} here, of cell {cell}; {} in the recording{}",
        parts(.least),
        f64::from_bits(*.recorded_bits),
        .winner.as_ref().map_or(String::new(), |winner| format!("\n  the recorded winner has {}", parts(winner)))
    )]
    Score {
        /// Our least score.
        least: Score,
        /// The cell that has it.
        cell: String,
        /// Bits of the recorded score.
        recorded_bits: u64,
        /// The score of the recorded winner here, if it competes.
        winner: Option<Score>,
    },
    /// Another number of cells has the least score.
    #[error("cells with the least score: {here} here, {recorded} in the recording ({})", parts(.score))]
    Ties {
        /// Here.
        here: usize,
        /// In the recording.
        recorded: usize,
        /// The score.
        score: Score,
    },
    /// The recorded winner has not the least score.
    #[error("the recorded winner {winner} is not among the cells with the least score ({})", parts(.score))]
    Winner {
        /// Its cell id.
        winner: String,
        /// The least score.
        score: Score,
    },
}

/// `0.5 = resource 0.5 + locality 0 + index 0`
fn parts(score: &Score) -> String {
    let Score { resource, locality, index } = score;
    format!("{} = resource {resource} + locality {locality} + index {index}", score.total())
}

fn listed(side: &str, results: &[RecordedResult]) -> String {
    let line = |result: &RecordedResult| {
        let RecordedResult { kind, id, winner, failed, error } = result;
        let outcome = if *failed { format!("fails with {error:?}") } else { format!("goes to {winner}") };
        format!("\n  {side}: {kind} {id} {outcome}")
    };
    results.iter().map(line).collect()
}
