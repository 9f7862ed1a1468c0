//! The code of every kind of mistake that an input can contain, and what it stands for.

use crate::{Fault, explained};

explained! {
    /// What each code of a [`Fault`] stands for.
    pub static FAULTS;
    /// A stable name of the kind, for people to look up and for machines. [`FAULTS`] explains it.
    code of Fault;
    known {}

    Self::NoSuchPath => "no-such-path",
        "a file or folder that does not exist",
        "The path that was named leads nowhere, seen from the folder in which the command runs.",
        "Name the folder of an export, the file of a recipe (.toml), or the file that the option asks for.";
    Self::NotAFleet => "not-a-fleet",
        "a path that is neither an export nor a recipe",
        "A fleet is a folder with what `cfdot` and `bosh` print, or a recipe whose name ends in .toml. This is another kind of file.",
        "Name the folder, not a file in it; `rivera --help` lists the commands that fill it.";
    Self::Unreadable(_) => "unreadable",
        "a file that the system does not let be read",
        "The file is there, but reading it failed: its permissions, its disk, or a .gz file that is not whole.",
        "Check the permissions of the file and of its folder; make a .gz file anew.";
    Self::NotText => "not-text",
        "a file that is not text",
        "What the commands print is text in UTF-8. This is something else, or text that another program has rewritten.",
        "Write what the command prints into the file, unchanged or compressed with gzip.";
    Self::TooLong { .. } => "too-long",
        "a line or a file longer than any export has",
        "What is read is kept in memory, so there is a most that is read. A file in which all objects stand in one line, or one that \
         decompresses to something else than an export, is above it.",
        "Write what the command prints into the file, one JSON object a line.";
    Self::SameKind { .. } => "same-kind",
        "two files that hold the same kind of data",
        "An export has one file of each kind. Of two, such as cell-states.jsonl and cell-states.jsonl.gz, only one can be meant.",
        "Keep one of the two in the folder.";
    Self::Insufficient { .. } => "insufficient",
        "a folder that does not say enough",
        "A fleet needs the cells with their totals, the places of the instances, and their sizes. cell-states.jsonl says all three.",
        "Run the commands that the message names in the folder.";
    Self::CutOff(_) => "cut-off",
        "a line that ends in the middle of an object",
        "The command that wrote the file was stopped, the disk was full, or the copy broke off. What the rest said is lost, so \
         --lenient does not repair it.",
        "Export the file again and let the command end by itself.";
    Self::NotJson(_) => "not-json",
        "a line that is not JSON",
        "Often a message of the command or of ssh has got into the file.",
        "Take the line out, or export again with only the output of the command in the file.";
    Self::NotManifest(_) => "not-manifest",
        "a file that is not the manifest of a deployment",
        "It is not YAML, or YAML of another shape than `bosh manifest` prints.",
        "Write the output of `bosh -d cf manifest` into the file.";
    Self::WrongValue { .. } => "wrong-value",
        "a value of a wrong type or out of its range, or a key that is missing",
        "The commands do not print such a value: the file was changed by hand or by another program.",
        "Leave the output of the command as it is; the message names the key and what would be right.";
    Self::Negative { .. } => "negative",
        "a number below zero where none can be",
        "Sizes and numbers of instances are not negative. What a cell has left is below zero where it holds more than its total.",
        "Leave the output of the command as it is; or, for `AvailableResources` of a cell, say --lenient: the cell's total is raised \
         to what it holds.";
    Self::Empty(_) => "empty",
        "an id that is empty",
        "Cells, processes and tasks are told apart by their ids, so none can be empty.",
        "Leave the output of the command as it is.";
    Self::CellTwice(_) => "cell-twice",
        "a cell that occurs a second time",
        "Often a second run of the command was appended to the file, with >> in place of >.",
        "Export once; or say --lenient: the first one counts.";
    Self::InstanceTwice { .. } => "instance-twice",
        "an instance that has two records of the same presence",
        "Often a second run of the command was appended to the file, with >> in place of >.",
        "Export once; or say --lenient: the first one counts.";
    Self::ProcessTwice(_) => "process-twice",
        "a process that occurs a second time",
        "Often a second run of the command was appended to the file, with >> in place of >.",
        "Export once; or say --lenient: the first one counts.";
    Self::TaskTwice(_) => "task-twice",
        "a task that occurs a second time",
        "Often a second run of the command was appended to the file, with >> in place of >.",
        "Export once; or say --lenient: the first one counts.";
    Self::UnknownCell { .. } => "unknown-cell",
        "an instance or a task on a cell that the export does not list",
        "A cell that does not answer is missing in `cfdot cell-states`, and one that was replaced between two commands is missing \
         in one of their files.",
        "Export all files of the same foundation, one right after the other; or say --lenient: an ordinary instance waits for a \
         cell, any other record is left out.";
    Self::UnknownProcess { .. } => "unknown-process",
        "an instance of a process that the export does not list",
        "The app was pushed or deleted between two commands, or the files are of two foundations.",
        "Export all files one right after the other; or say --lenient: the record is left out.";
    Self::IndexTooHigh { .. } => "index-too-high",
        "an instance with an index that its process does not have",
        "Indices count from 0 and stay below the desired number: the app was scaled down between two commands.",
        "Export again; or say --lenient: the record is left out.";
    Self::UnknownName { .. } => "unknown-name",
        "a state, a presence or a strategy that Diego does not have",
        "The file was changed, or is of a version of Diego that has more of them.",
        "Leave the output of the command as it is; or say --lenient: the record is left out, a strategy becomes rolling.";
    Self::NoCell { .. } => "no-cell",
        "a claimed or running instance without a cell",
        "Only unclaimed and crashed records are without a cell.",
        "Export again; or say --lenient: an ordinary instance waits for a cell, any other record is left out.";
    Self::UsedTooLow { .. } => "used-too-low",
        "a cell that reports less use than its containers add up to",
        "The files were written at different times. Memory of an instance in a cell state contains that of its proxy, `memory_mb` of \
         a desired one does not.",
        "Export all files one right after the other; or say --lenient: the containers count.";
    Self::OverTotal { .. } => "over-total",
        "a cell that holds more than it has",
        "The files were written at different times, or a recipe puts more on its cells than fits.",
        "Export all files one right after the other; or say --lenient: the cell's total is raised to what it holds.";
    Self::Overflow(_) => "overflow",
        "containers that add up to more than a number can hold",
        "Memory and disk are in megabytes. Such sums come from sizes in bytes.",
        "Leave the output of the command as it is; in a recipe write megabytes.";
    Self::NoRecord { .. } => "no-record",
        "a container without a record",
        "The cell runs something that the instance records or the tasks do not know: the files were written at different times.",
        "Export them one right after the other; or say --lenient: its resources stay in use on the cell.";
    Self::NoContainer { .. } => "no-container",
        "a record without a container",
        "The records say that an instance or a task is on a cell that does not run it: the files were written at different times.",
        "Export them one right after the other; or say --lenient: the record counts.";
    Self::Disagree { .. } => "disagree",
        "two files that state different values",
        "The app was changed between two commands.",
        "Export them one right after the other; or say --lenient: the other file counts.";
    Self::NoCellState(_) => "no-cell-state",
        "a cell without a cell state",
        "It is in cells.jsonl, but `cfdot cell-states` got no answer from it.",
        "Look after the cell and export again; or say --lenient: the cell is taken from cells.jsonl.";
    Self::Evacuating(_) => "evacuating",
        "a cell that was being evacuated",
        "An update or a repair was running during the export. The cell counts as in service, which no option changes.",
        "Export while no update is running.";
    Self::DriversUnknown(_) => "drivers-unknown",
        "apps that demand volume drivers, and no cell states",
        "Only cell states tell which cells have which drivers.",
        "Add cell-states.jsonl; or say --lenient: every cell is taken to have them.";
    Self::ProxyUnknown => "proxy-unknown",
        "nothing that tells how much memory proxies take",
        "Without cell states and without the manifest proxies are taken to need none, so the cells look emptier than they are.",
        "Add cell-states.jsonl, or the manifest with `containers.proxy`.";
    Self::NoCellGroup => "no-cell-group",
        "a manifest without a group of cells",
        "No instance group of it runs the job `rep`: it is the manifest of another deployment.",
        "Use the manifest of the deployment that holds the Diego cells; or say --lenient: the deployment's `update` block is used.";
    Self::SeveralCellGroups { .. } => "several-cell-groups",
        "several groups of cells, and nothing that tells which cell is of which",
        "Isolation segments and Windows cells are updated by themselves. Without a list of the instances all cells are taken to be of \
         the usual group.",
        "Add bosh-instances.json: `bosh -d cf --json instances --details`.";
    Self::NoCells => "no-cells",
        "a fleet without a cell",
        "The file with the cells is empty, or the recipe has none.",
        "Run `cfdot cell-states` while the cells are up.";
    Self::TooMany { .. } => "too-many",
        "more instances than can be worked with",
        "The number of instances is above what any foundation has; most often a number of a recipe or of a changed file is wrong.",
        "Check the numbers of instances.";
    Self::Recipe { .. } => "recipe",
        "a mistake in a recipe",
        "A key, a value, or a foundation that cannot be: apps that fit on no cell, for example. The message says which.",
        "Correct the recipe; the chapter on recipes lists every key, and `examples/fleets/` has some to start from.";
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn codes_are_words_that_occur_once() {
        let codes: BTreeSet<&str> = FAULTS.iter().map(|fault| fault.code).collect();
        assert_eq!(codes.len(), FAULTS.len());
        let is_word = |code: &&str| code.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-');
        assert!(codes.iter().all(is_word), "{codes:?}");
    }
}
