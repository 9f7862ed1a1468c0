//! Plays recorded scenarios, and compares what is seen with what was recorded.

use std::collections::BTreeMap;
use std::fmt::Debug;
use std::path::Path;

use rivera_tests::golden;
use serde::Deserialize;
use serde::de::DeserializeOwned;

use crate::format::{Request, Scenario};

/// What can be put through the requests of a scenario.
pub(crate) trait Player {
    type Config: DeserializeOwned;
    type Args: DeserializeOwned;
    type Outcome: DeserializeOwned + Debug + PartialEq;
    type Contents: DeserializeOwned + Debug + PartialEq;

    fn new(config: &Self::Config) -> Self;

    /// Makes a request, and answers what can be seen of it.
    fn step(&mut self, request: &Request<Self::Args>, recorded: &Self::Outcome) -> Self::Outcome;

    /// Everything that is stored.
    fn contents(&self) -> Self::Contents;
}

/// What a file came to.
#[derive(Debug, Default)]
pub(crate) struct Tally {
    pub(crate) scenarios: usize,
    pub(crate) steps: usize,
    /// By the operation of the first step that differs: how many scenarios, and the first difference.
    differing: BTreeMap<String, (usize, String)>,
}

impl Tally {
    pub(crate) fn assert_same(&self) {
        let differences: String = self
            .differing
            .iter()
            .map(|(op, (scenarios, first))| format!("{scenarios} scenarios differ at {op}, first {first}\n"))
            .collect();
        assert!(differences.is_empty(), "{differences}");
    }
}

pub(crate) fn play_file<P: Player>(path: &Path) -> Tally {
    let mut tally = Tally::default();
    for scenario in golden::read_lines(path) {
        tally.scenarios += 1;
        if let Err((op, difference)) = play::<P>(&scenario, &mut tally.steps) {
            tally.differing.entry(op).or_insert((0, difference)).0 += 1;
        }
    }
    tally
}

/// Ends at the first difference, with its operation.
fn play<P: Player>(
    scenario: &Scenario<P::Config, P::Contents>,
    steps: &mut usize,
) -> Result<(), (String, String)> {
    let mut player = P::new(&scenario.config);
    for (number, step) in scenario.steps.iter().enumerate() {
        *steps += 1;
        let request = Request::<P::Args>::deserialize(step).unwrap();
        let recorded = P::Outcome::deserialize(step).unwrap();
        let seen = player.step(&request, &recorded);
        let place = || format!("{} step {number}: {} {}", scenario.id, request.op, step["args"]);
        compare(&request.op, place, &recorded, &seen)?;
    }
    compare("final", || format!("{} at the end", scenario.id), &scenario.last, &player.contents())
}

fn compare<T: Debug + PartialEq>(
    op: &str,
    place: impl Fn() -> String,
    recorded: &T,
    seen: &T,
) -> Result<(), (String, String)> {
    if recorded == seen {
        return Ok(());
    }
    Err((op.to_owned(), format!("{}\nrecorded: {recorded:#?}\nseen:     {seen:#?}", place())))
}
