//! Any text as a recording of an auctioneer: it reads again alike, and whatever it says, the index and the plain rule agree
//! about it, and the results keep the laws of the auction.

use rivera_diego::recording::{Scenario, Step, Workload};
use rivera_report::{Difference, ReplayError, check_scenario, check_steps};
use serde::{Deserialize, Serialize};

use crate::json::reads_again;
use crate::target::Law;

/// A line of a recording, or the two files of a pair as one value.
#[derive(Debug)]
pub enum Recording {
    /// One auction.
    Scenario(Scenario),
    /// A large batch with its steps.
    Pair(Pair),
}

/// A large batch with its steps.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
pub struct Pair {
    workload: Workload,
    steps: Vec<Step>,
}

impl Law for Recording {
    const NAME: &str = "recording";

    fn read(bytes: &[u8]) -> Option<Self> {
        reads_again(bytes).map(Self::Scenario).or_else(|| reads_again(bytes).map(Self::Pair))
    }

    fn check(self) {
        let replayed = match self {
            Self::Scenario(scenario) => check_scenario(&scenario),
            Self::Pair(Pair { workload, steps }) => check_steps(&workload, &steps),
        };
        if let Err(ReplayError::Differs { at, difference }) = replayed
            && let Difference::Law(_) | Difference::Rules = *difference
        {
            panic!("{at}: {difference}");
        }
    }
}
