//! Faults: what fails during the roll-out, when or how often, and for how long.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::random::distribution::Distribution;

/// The faults of a run, and the constants that matter only when something fails.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Faults {
    /// Whether anything fails at all.
    pub enabled: bool,
    /// The presence of a cell is gone so long after its last refresh (B.12).
    pub presence_ttl_s: f64,
    /// Between two refreshes of a cell's presence (B.12).
    pub presence_refresh_s: f64,
    /// The lock of an auctioneer or a BBS that crashed is free after this time (A.16, C.9).
    pub lock_ttl_s: f64,
    /// Between two tries of those who wait for a lock, or for a list of the cells (A.1, A.16).
    pub retry_s: f64,
    /// The auctioneer waits so long for an answer to `/state` or `/work` (A.15).
    pub call_timeout_s: f64,
    /// The director waits so long for the agent of a VM. No source: assumed.
    pub agent_timeout_s: f64,
    /// Attempts at a download before it has failed (B.11).
    pub download_attempts: u32,
    /// How long an attempt takes to fail: nothing if it is refused, 10 s if nobody answers (B.11). No source: assumed.
    pub failed_attempt_s: f64,
    /// What fails.
    pub events: Vec<FaultEvent>,
}

/// One fault, or faults of one kind that come at random.
///
/// Which of the keys belong to a kind is told by [`FaultKind`]; the others must be left out.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct FaultEvent {
    /// What happens.
    pub kind: FaultKind,
    /// It happens so long after the start of the roll-out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at_s: Option<f64>,
    /// It happens so many times in an hour of the roll-out, on average, at random.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub per_hour: Option<f64>,
    /// How long it lasts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub for_s: Option<Distribution>,
    /// It happens to this cell.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cell: Option<String>,
    /// It happens to all cells of this zone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub zone: Option<String>,
    /// It happens to the how-many-th cell that gets a slot, from 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub nth: Option<u32>,
    /// It happens to each cell with this probability.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub share: Option<f64>,
    /// The speed that is left, by the usual one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub factor: Option<f64>,
    /// Whether a process stops in good order, giving up its lock.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub clean: Option<bool>,
    /// What of the storage is meant; both if it is not said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub files: Option<Files>,
    /// What fails in an update.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub step: Option<FailingStep>,
    /// After a failed update the operator deploys anew so long later.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub redeploy_after_s: Option<f64>,
}

/// What can fail.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum FaultKind {
    /// A cell is lost with all that is on it (B.12, J-8): `at_s` or `per_hour`; `cell`, `zone` or neither, which is any
    /// cell; `for_s` until it is back, never if left out.
    CellDies,
    /// A cell goes slower: `at_s` or `per_hour`, `for_s`, `factor`; `cell`, `zone` or neither.
    CellSlow,
    /// No auctioneer is active (A.16): `at_s` or `per_hour`; `clean`; `for_s` if it is not just failed over.
    AuctioneerAway,
    /// No BBS is active (C.9): the same keys.
    BbsAway,
    /// The database does not answer, so that BBS and auctioneer lose their locks (A.16): `at_s` or `per_hour`, `for_s`.
    DatabaseAway,
    /// Downloads fail (B.11, Q14): `at_s` or `per_hour`, `for_s`, `files`.
    StorageAway,
    /// Downloads are slower: `at_s` or `per_hour`, `for_s`, `factor`.
    StorageSlow,
    /// NATS does not answer: what emitters say is lost (E.3, E.4): `at_s` or `per_hour`, `for_s`.
    NatsAway,
    /// The update of a cell fails (D.3): `nth`, `cell`, `share` or none of them, which is any one cell; `step`;
    /// `redeploy_after_s`.
    UpdateFails,
}

/// The files of the two servers that a start downloads from (B.11).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Files {
    /// Lifecycle bundles, from the file server.
    Bundles,
    /// Droplets, from the blobstore.
    Droplets,
}

/// What fails in the update of a cell (B.13, D.4).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum FailingStep {
    /// The drain script cannot reach the rep: the cell goes on as it was.
    Drain,
    /// The new VM is not created: the cell is gone.
    Vm,
    /// The rep is not up in the watch time.
    #[default]
    Start,
}

impl Default for Faults {
    fn default() -> Self {
        Self {
            enabled: true,
            presence_ttl_s: 15.0,
            presence_refresh_s: 5.0,
            lock_ttl_s: 15.0,
            retry_s: 1.0,
            call_timeout_s: 10.0,
            agent_timeout_s: 45.0,
            download_attempts: 4,
            failed_attempt_s: 0.0,
            events: Vec::new(),
        }
    }
}

impl FaultEvent {
    /// A fault of a kind with nothing else said.
    #[must_use]
    pub const fn new(kind: FaultKind) -> Self {
        Self {
            kind,
            at_s: None,
            per_hour: None,
            for_s: None,
            cell: None,
            zone: None,
            nth: None,
            share: None,
            factor: None,
            clean: None,
            files: None,
            step: None,
            redeploy_after_s: None,
        }
    }
}

impl FaultKind {
    /// As written in files.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::CellDies => "cell_dies",
            Self::CellSlow => "cell_slow",
            Self::AuctioneerAway => "auctioneer_away",
            Self::BbsAway => "bbs_away",
            Self::DatabaseAway => "database_away",
            Self::StorageAway => "storage_away",
            Self::StorageSlow => "storage_slow",
            Self::NatsAway => "nats_away",
            Self::UpdateFails => "update_fails",
        }
    }

    /// The keys that a fault of this kind may have beside its kind.
    const fn keys(self) -> &'static [&'static str] {
        match self {
            Self::CellDies => &["at_s", "per_hour", "for_s", "cell", "zone"],
            Self::CellSlow => &["at_s", "per_hour", "for_s", "factor", "cell", "zone"],
            Self::AuctioneerAway | Self::BbsAway => &["at_s", "per_hour", "for_s", "clean"],
            Self::DatabaseAway | Self::NatsAway => &["at_s", "per_hour", "for_s"],
            Self::StorageAway => &["at_s", "per_hour", "for_s", "files"],
            Self::StorageSlow => &["at_s", "per_hour", "for_s", "factor"],
            Self::UpdateFails => &["nth", "cell", "share", "step", "redeploy_after_s"],
        }
    }

    /// The keys that a fault of this kind must have.
    const fn needed(self) -> &'static [&'static str] {
        match self {
            Self::CellSlow | Self::StorageSlow => &["for_s", "factor"],
            Self::DatabaseAway | Self::StorageAway | Self::NatsAway => &["for_s"],
            Self::CellDies | Self::AuctioneerAway | Self::BbsAway | Self::UpdateFails => &[],
        }
    }
}

/// What is wrong with a fault: the key, and what would be right.
type Problem = (&'static str, String);

impl FaultEvent {
    /// What is wrong with it, if anything.
    pub(super) fn problem(&self) -> Option<Problem> {
        self.stray_key()
            .or_else(|| self.missing_key())
            .or_else(|| self.clash())
            .or_else(|| self.wrong_value())
    }

    /// Every key, and whether it is there.
    fn given(&self) -> [(&'static str, bool); 12] {
        [
            ("at_s", self.at_s.is_some()),
            ("per_hour", self.per_hour.is_some()),
            ("for_s", self.for_s.is_some()),
            ("cell", self.cell.is_some()),
            ("zone", self.zone.is_some()),
            ("nth", self.nth.is_some()),
            ("share", self.share.is_some()),
            ("factor", self.factor.is_some()),
            ("clean", self.clean.is_some()),
            ("files", self.files.is_some()),
            ("step", self.step.is_some()),
            ("redeploy_after_s", self.redeploy_after_s.is_some()),
        ]
    }

    fn has(&self, key: &str) -> bool {
        self.given().contains(&(key, true))
    }

    fn stray_key(&self) -> Option<Problem> {
        let known = self.kind.keys();
        let (stray, _) = self.given().into_iter().find(|(key, given)| *given && !known.contains(key))?;
        let kind = self.kind.as_str();
        Some((stray, format!("a fault of the kind `{kind}` has {}, not this one", list(known))))
    }

    fn missing_key(&self) -> Option<Problem> {
        let missing = self.kind.needed().iter().find(|key| !self.has(key))?;
        Some((missing, format!("a fault of the kind `{}` needs it", self.kind.as_str())))
    }

    fn clash(&self) -> Option<Problem> {
        let timed = self.kind != FaultKind::UpdateFails;
        let one_of = |keys: &[&'static str]| {
            let given: Vec<&'static str> = keys.iter().copied().filter(|key| self.has(key)).collect();
            let second = given.get(1).copied()?;
            Some((second, format!("only one of {} can be given", list(keys))))
        };
        one_of(&["at_s", "per_hour"]).or_else(|| one_of(&["cell", "zone", "nth", "share"])).or_else(|| {
            let is_missing = timed && !self.has("at_s") && !self.has("per_hour");
            is_missing.then(|| ("at_s", "when it happens is needed: `at_s`, or `per_hour`".to_owned()))
        })
    }

    fn wrong_value(&self) -> Option<Problem> {
        let not = |value: Option<f64>, holds: fn(f64) -> bool| value.filter(|value| !holds(*value));
        let time = |value: f64| (0.0..=1e9).contains(&value);
        let rate = |value: f64| value > 0.0 && value <= 3_600.0;
        let part = |value: f64| (1e-3..1.0).contains(&value);
        let chance = |value: f64| value > 0.0 && value <= 1.0;
        let say = |key, value: f64, right: &str| (key, format!("{right} is needed, it is {value}"));
        not(self.at_s, time)
            .map(|value| say("at_s", value, "a number from 0 to 1e9"))
            .or_else(|| {
                not(self.per_hour, rate).map(|it| say("per_hour", it, "a number above 0 and at most 3600"))
            })
            .or_else(|| not(self.factor, part).map(|it| say("factor", it, "a number from 0.001 to below 1")))
            .or_else(|| not(self.share, chance).map(|it| say("share", it, "a number above 0 and at most 1")))
            .or_else(|| {
                not(self.redeploy_after_s, time)
                    .map(|it| say("redeploy_after_s", it, "a number from 0 to 1e9"))
            })
            .or_else(|| (self.nth == Some(0)).then(|| ("nth", "1 is the first".to_owned())))
            .or_else(|| Some(("for_s", self.for_s?.problem()?.to_owned())))
    }
}

/// `a`, `b` and `c`.
fn list(keys: &[&str]) -> String {
    let quoted: Vec<String> = keys.iter().map(|key| format!("`{key}`")).collect();
    match quoted.split_last() {
        Some((last, rest)) if !rest.is_empty() => format!("{} and {last}", rest.join(", ")),
        _ => quoted.concat(),
    }
}

#[cfg(test)]
mod tests {
    use crate::scenario::Scenario;

    fn refused(event: &str) -> String {
        let text = format!("[[faults.events]]\n{event}\n");
        Scenario::default().overlaid(&text).unwrap_err().to_string()
    }

    #[test]
    fn a_fault_is_refused_with_its_key_and_what_would_be_right() {
        let range = |key: &str, right: &str| format!("`faults.events[0].{key}` is out of range: {right}");
        assert_eq!(
            refused("kind = \"cell_dies\"\nat_s = 9\nfactor = 0.5"),
            range(
                "factor",
                "a fault of the kind `cell_dies` has `at_s`, `per_hour`, `for_s`, `cell` and `zone`, not this one"
            )
        );
        assert_eq!(
            refused("kind = \"storage_away\"\nat_s = 9"),
            range("for_s", "a fault of the kind `storage_away` needs it")
        );
        assert_eq!(
            refused("kind = \"cell_dies\"\nat_s = 9\nper_hour = 1"),
            range("per_hour", "only one of `at_s` and `per_hour` can be given")
        );
        assert_eq!(
            refused("kind = \"bbs_away\""),
            range("at_s", "when it happens is needed: `at_s`, or `per_hour`")
        );
        assert_eq!(
            refused("kind = \"cell_slow\"\nat_s = 9\nfor_s = { fixed = 3 }\nfactor = 2"),
            range("factor", "a number from 0.001 to below 1 is needed, it is 2")
        );
        assert!(refused("kind = \"update_fails\"\nnth = 0").contains("1 is the first"));
        assert!(refused("kind = \"cell_dies\"\nat_s = 9\nfor_s = { uniform = [3, 1] }").contains(".for_s`"));
    }

    #[test]
    fn an_unknown_kind_is_refused_with_all_that_are_known() {
        let error = refused("kind = \"cell_die\"\nat_s = 9");
        assert!(error.contains("unknown variant `cell_die`") && error.contains("`cell_dies`"), "{error}");
    }

    #[test]
    fn faults_survive_their_file() {
        let text = "[[faults.events]]\nkind = \"cell_dies\"\nat_s = 9.5\nfor_s = { fixed = 3.0 }\n\
                    [[faults.events]]\nkind = \"update_fails\"\nnth = 3\nstep = \"vm\"\n";
        let scenario = Scenario::default().overlaid(text).unwrap();
        assert_eq!(scenario.faults.events.len(), 2);
        assert_eq!(Scenario::default().overlaid(&scenario.to_toml()).unwrap(), scenario);
    }
}
