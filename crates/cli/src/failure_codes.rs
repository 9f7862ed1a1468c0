//! The code of every failure that is not a mistake in an export, and what it stands for.

use rivera_diego::{Explanation, ExportError, FAULTS, explained};
use rivera_model::FleetError;
use rivera_sim::ScenarioError;

use crate::failure::Failure;

explained! {
    /// What each code of a [`Failure`] stands for, other than those of [`rivera_diego::FAULTS`].
    pub(crate) static FAILURES;
    /// A stable name of the kind, for people to look up.
    code of Failure;
    known {
        Self::Import(error) => error.problems.first().map_or("unreadable", |problem| problem.problem.code());
        Self::Read { .. } | Self::ReadInput { .. } => "unreadable";
        Self::NotText { .. } => "not-text";
        Self::Fleet { error, .. } => of_fleet(error);
        Self::Facts { error, .. } => of_scenario(error);
        Self::Scenario(mistake) => mistake.code;
        Self::Export(error) => of_export(error);
    }

    Self::Write { .. } => "not-written",
        "a file or folder that cannot be written",
        "Files are written beside their place and get their names when they are whole, so the folder must exist and be writable, and \
         the disk must have room. What was there before is still there.",
        "Name a file in a folder that exists and that you may write to.";
    Self::AlreadyThere(_) => "already-there",
        "something where a new folder is to be",
        "A folder of results is never mixed with what was in it before.",
        "Name a folder that does not exist yet, or that is empty.";
    Self::Print(_) => "not-printed",
        "a result that cannot be printed",
        "What stdout leads to does not take it: the disk of a redirected file is full, for example. A reader that goes away, as \
         `head` does, is no error.",
        "Make room, or redirect stdout to another place.";
    Self::NotARecording(_) => "not-a-recording",
        "a file that no recording is named like",
        "A recording is X.jsonl, or X.workload.json with X.steps.json beside it, each also as .gz: the name says what is in it.",
        "Give the file its name back; `rivera replay --help` says more.";
    Self::Kept { .. } => "not-a-plan",
        "a file that is no plan or no part of an experiment",
        "Plans and parts are written by the program and are not changed by hand. This file is something else, was written by another \
         version, or is not whole.",
        "Write the plan anew with `rivera experiment plan`, and the part with `rivera experiment run PLAN.json --shard i/N`.";
    Self::Merge(_) => "wrong-parts",
        "parts of an experiment that do not go together",
        "They are of different plans, one is there twice, or one is missing.",
        "Run the shard that the message names, and give each part once.";
    Self::Stopped { .. } => "stopped",
        "a command that Ctrl-C has stopped",
        "Runs that were finished are kept. The exit code is 130.",
        "Give the same command again: it goes on from there.";
    Self::Unknown { .. } => "no-such-name",
        "a name that is not among those that there are",
        "The job, the group of cells or the code is none that the file, the fleet or the program has.",
        "Take one that the message suggests; `rivera fleet show` lists groups and zones, `rivera explain` all codes.";
    Self::Usage(_) => "wrong-usage",
        "options or values that do not go together",
        "Each of them may be right by itself. Nothing was read or written.",
        "`--help` behind the verb lists the options with what they take.";
    Self::AnswerIsNo => "answer-is-no",
        "exit code 1: all went well, and the answer is no",
        "`rivera check` found an error, `rivera replay` a difference, `rivera simulate` a roll-out that does not finish, `rivera throttle validate` a value that would be refused, or \
         `rivera routes --wait-s` a wait that is too short. The result is printed as always.",
        "Read the result. A script tells it by the exit code: 0 is yes, 1 is no, 2 is wrong usage or input.";
}

/// Codes of errors that occur inside of others.
static INNER: &[Explanation] = &[
    Explanation {
        code: "not-a-scenario",
        title: "a text that is no scenario",
        meaning: "It is not TOML, or it has a key that there is not, or a value of another kind than its key takes. The place in the \
                  file is shown.",
        remedy: "`rivera scenario` prints every key with its default, as a file to start from.",
    },
    Explanation {
        code: "not-an-experiment",
        title: "a text that is no experiment",
        meaning: "It is not TOML, or it has a key that there is not, or a value of another kind than its key takes. The place in the \
                  file is shown.",
        remedy: "The chapter on experiments lists every key; `examples/experiments/` has some to start from.",
    },
    Explanation {
        code: "out-of-range",
        title: "a value that its key cannot have",
        meaning: "A number is too small or too large, or a name is none that the fleet has. It stands in a scenario file, a manifest \
                  or a recipe; the message names the key and what would be right.",
        remedy: "Correct the value where the message says that it stands.",
    },
    Explanation {
        code: "impossible-record",
        title: "an instance record that cannot be",
        meaning: "The records of an instance are ordinary, evacuating or suspect, and the last two run somewhere. The database of \
                  Diego holds no other.",
        remedy: "Leave the output of `cfdot actual-lrps` as it is.",
    },
    Explanation {
        code: "beyond-32-bits",
        title: "a number that Diego's formats cannot hold",
        meaning: "Diego keeps sizes in 32 bits. A recipe can describe larger ones, and its export cannot.",
        remedy: "Write smaller sizes into the recipe; they are in megabytes.",
    },
];

pub(crate) const fn of_scenario(error: &ScenarioError) -> &'static str {
    match error {
        ScenarioError::Syntax { .. } => "not-a-scenario",
        ScenarioError::Range { .. } => "out-of-range",
    }
}

const fn of_fleet(error: &FleetError) -> &'static str {
    match error {
        FleetError::NoCells => "no-cells",
        FleetError::OverTotal { .. } => "over-total",
        FleetError::Overflow { .. } => "overflow",
        FleetError::ImpossibleRecord { .. } => "impossible-record",
        FleetError::IndexTooHigh { .. } => "index-too-high",
    }
}

const fn of_export(error: &ExportError) -> &'static str {
    match error {
        ExportError::NotEmpty { .. } | ExportError::NotAFolder { .. } => "already-there",
        ExportError::Io { .. } => "not-written",
        ExportError::Fleet(error) => of_fleet(error),
        ExportError::TooLarge { .. } => "beyond-32-bits",
    }
}

/// Every code of an error with what it stands for.
pub(crate) fn explanations() -> impl Iterator<Item = &'static Explanation> {
    FAULTS.iter().chain(INNER).chain(FAILURES)
}
