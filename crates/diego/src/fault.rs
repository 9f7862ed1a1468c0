//! Every mistake that an input can contain, with the words that a person reads about it.

use rivera_model::Resources;

/// What is wrong with an input. The text is a lowercase fragment; [`Fault::help`] says what would be right.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Fault {
    /// The path does not exist.
    #[error("there is no such file or folder")]
    NoSuchPath,
    /// The path is neither a folder nor a recipe.
    #[error("this is neither a folder of exports nor a recipe")]
    NotAFleet,
    /// The operating system refuses.
    #[error("it cannot be read: {0}")]
    Unreadable(String),
    /// Not UTF-8.
    #[error("this is not text in UTF-8")]
    NotText,
    /// More than any export has; a file that decompresses to anything must not fill the memory.
    #[error("{what} is longer than {most_mb} MB")]
    TooLong {
        /// A line, or the file.
        what: &'static str,
        /// The most that is read.
        most_mb: u64,
    },
    /// Two files of one kind, of which only one can be meant.
    #[error("`{first}` and `{second}` hold the same kind of data")]
    SameKind {
        /// File name.
        first: String,
        /// File name.
        second: String,
    },
    /// The folder does not say enough.
    #[error("{missing} are missing (found: {found})")]
    Insufficient {
        /// What is missing, as a phrase.
        missing: String,
        /// Names of the files that were recognised.
        found: String,
        /// The commands that would produce it.
        commands: String,
    },
    /// JSON ends before its end.
    #[error("the line is cut off ({0})")]
    CutOff(String),
    /// Not JSON.
    #[error("this is not JSON ({0})")]
    NotJson(String),
    /// Not YAML, or YAML of another shape.
    #[error("this is not the manifest of a deployment ({0})")]
    NotManifest(String),
    /// A value of a wrong type or out of its range, or a key that is missing.
    #[error("`{key}`: {why}")]
    WrongValue {
        /// Path of the key in its record.
        key: String,
        /// What is wrong with it.
        why: String,
    },
    /// A number below zero where none can be.
    #[error("`{key}` is {value}")]
    Negative {
        /// Path of the key.
        key: String,
        /// The number.
        value: i64,
    },
    /// An id that is empty.
    #[error("`{0}` is empty")]
    Empty(&'static str),
    /// A cell id that occurs again.
    #[error("cell {0} occurs a second time")]
    CellTwice(String),
    /// An instance record that occurs again.
    #[error("instance {index} of {process} occurs a second time with presence {presence}")]
    InstanceTwice {
        /// Process guid.
        process: String,
        /// Instance index.
        index: u32,
        /// Presence, as Diego writes it.
        presence: &'static str,
    },
    /// A process guid that occurs again.
    #[error("process {0} occurs a second time")]
    ProcessTwice(String),
    /// A task guid that occurs again.
    #[error("task {0} occurs a second time")]
    TaskTwice(String),
    /// A cell that was not exported.
    #[error("{what} is on cell {cell}, which the export does not list")]
    UnknownCell {
        /// The instance or the task.
        what: String,
        /// Cell id.
        cell: String,
    },
    /// A process that was not exported.
    #[error("instance {index} belongs to process {process}, which the export does not list")]
    UnknownProcess {
        /// Process guid.
        process: String,
        /// Instance index.
        index: u32,
    },
    /// An index that the process does not have.
    #[error("instance {index} of {process}, which has {instances} instances")]
    IndexTooHigh {
        /// Process guid.
        process: String,
        /// Instance index, from 0.
        index: u32,
        /// Desired number of instances.
        instances: u32,
    },
    /// A state, presence or strategy that Diego does not have.
    #[error("`{key}` is {value:?}")]
    UnknownName {
        /// The key.
        key: &'static str,
        /// Its value.
        value: String,
        /// The values that exist.
        known: &'static str,
    },
    /// A claimed or running record without a cell.
    #[error("instance {index} of {process} is {state}, but `cell_id` is empty")]
    NoCell {
        /// Process guid.
        process: String,
        /// Instance index.
        index: u32,
        /// State, as Diego writes it.
        state: &'static str,
    },
    /// A cell reports less use than its containers add up to.
    #[error("cell {cell} reports {}, but its containers add up to {}", amounts(.reported), amounts(.listed))]
    UsedTooLow {
        /// Cell id.
        cell: String,
        /// Total less available.
        reported: Resources,
        /// Sum of its LRPs and tasks.
        listed: Resources,
    },
    /// More is used than there is.
    #[error("cell {cell} holds {}, more than its total of {}", amounts(.used), amounts(.total))]
    OverTotal {
        /// Cell id.
        cell: String,
        /// What is used.
        used: Resources,
        /// What there is.
        total: Resources,
    },
    /// A sum that does not fit the width of a number.
    #[error("the containers of cell {0} add up to more than a number can hold")]
    Overflow(String),
    /// A container without a record.
    #[error("cell {cell} runs {what}, for which there is no record on this cell")]
    NoRecord {
        /// Cell id.
        cell: String,
        /// The instance or task.
        what: String,
    },
    /// A record without a container.
    #[error("{what} has a record on cell {cell}, which does not run it")]
    NoContainer {
        /// Cell id.
        cell: String,
        /// The instance or task.
        what: String,
    },
    /// Two files state different sizes.
    #[error("{what}: {here} here, {there} in {other}")]
    Disagree {
        /// What they disagree on.
        what: String,
        /// The value of this file.
        here: String,
        /// The value of the other.
        there: String,
        /// The other file.
        other: &'static str,
    },
    /// A cell with a presence, but without a state.
    #[error("cell {0} is not in the cell states")]
    NoCellState(String),
    /// A cell that was being evacuated when the export was made.
    #[error("cell {0} was being evacuated")]
    Evacuating(String),
    /// Volume drivers are demanded, and the export does not tell what cells have.
    #[error("apps demand the volume drivers {0}, and only cell states tell which cells have them")]
    DriversUnknown(String),
    /// The export does not tell how much memory proxies take.
    #[error("nothing tells how much memory the proxy of an LRP takes")]
    ProxyUnknown,
    /// No group of cells in the manifest.
    #[error("no instance group of the manifest runs the job `rep`")]
    NoCellGroup,
    /// Several groups of cells in the manifest, and no list of instances.
    #[error(
        "the manifest has several groups of cells, and nothing tells which cell is of which: {used}, {others}"
    )]
    SeveralCellGroups {
        /// The usual group.
        used: String,
        /// The others.
        others: String,
    },
    /// No cells at all.
    #[error("there are no cells")]
    NoCells,
    /// More than can be worked with.
    #[error("{count} {what}, more than {most}")]
    TooMany {
        /// Of what.
        what: &'static str,
        /// How many.
        count: u64,
        /// The most that is accepted.
        most: u64,
    },
    /// A mistake in a recipe.
    #[error("{message}")]
    Recipe {
        /// What is wrong.
        message: String,
        /// What would be right.
        help: String,
    },
}

fn amounts(resources: &Resources) -> String {
    let Resources { memory_mb, disk_mb, containers } = resources;
    format!("{memory_mb} MB memory, {disk_mb} MB disk, {containers} containers")
}

/// The key of what a cell has left, as its state has it: it is below zero where more is used than there is.
pub(crate) const AVAILABLE: &str = "AvailableResources";

/// The repair of a cell that holds more than its total.
const RAISED: &str = "the cell's total is raised to what it holds";

/// The remedy for a file that is not whole.
const AGAIN: &str = "export it again and let the command end by itself";

impl Fault {
    /// What would be right.
    #[must_use]
    pub fn help(&self) -> String {
        match self {
            Self::NoSuchPath => "give the folder that holds an export, or the file of a recipe (.toml) or of a manifest (.yml)".into(),
            Self::NotAFleet => {
                "a fleet is a folder with the output of `cfdot` (cell-states.jsonl, ...) or a recipe that ends in .toml".into()
            }
            Self::Unreadable(_) => "check the path, its permissions, and that a .gz file is complete".into(),
            Self::NotText => "write what the command prints into the file, unchanged or compressed with gzip".into(),
            Self::TooLong { .. } => "write what the command prints into the file, one JSON object a line".into(),
            Self::SameKind { .. } => "keep one of the two".into(),
            Self::Insufficient { commands, .. } => format!("run {commands} in this folder"),
            Self::CutOff(_) => AGAIN.into(),
            Self::NotJson(_) => "each line is one JSON object, as `cfdot` prints it, without any other output".into(),
            Self::NotManifest(_) => "write the output of `bosh manifest` into the file".into(),
            Self::WrongValue { .. } | Self::Negative { .. } | Self::Empty(_) => {
                "leave the output of the command as it is; a number is a whole number that is not negative, an id is not empty"
                    .into()
            }
            Self::CellTwice(_) | Self::InstanceTwice { .. } | Self::ProcessTwice(_) | Self::TaskTwice(_) => {
                "export once: do not append a second run to the same file".into()
            }
            Self::UnknownCell { .. } | Self::UnknownProcess { .. } | Self::NoCellState(_) => {
                "export all files of the same foundation, one right after the other; a cell that does not answer is missing in `cfdot cell-states`"
                    .into()
            }
            Self::IndexTooHigh { .. } => {
                "indices count from 0 and stay below the desired number: the app was scaled down between two exports, export again".into()
            }
            Self::UnknownName { known, .. } => format!("known are {known}"),
            Self::NoCell { .. } => "only UNCLAIMED and CRASHED records are without a cell".into(),
            Self::UsedTooLow { .. } | Self::OverTotal { .. } => {
                "memory of an LRP in a cell state contains its proxy's memory, `memory_mb` of a desired LRP does not; export all files one right after the other"
                    .into()
            }
            Self::Overflow(_) => "memory and disk are in MB".into(),
            Self::NoRecord { .. } | Self::NoContainer { .. } | Self::Disagree { .. } => {
                "the files were exported at different times: export them one right after the other".into()
            }
            Self::Evacuating(_) => "export while no update is running".into(),
            Self::DriversUnknown(_) => "run `cfdot cell-states > cell-states.jsonl`".into(),
            Self::ProxyUnknown => {
                "add `cfdot cell-states > cell-states.jsonl`, or the manifest with `containers.proxy`".into()
            }
            Self::NoCellGroup => "use the manifest of the deployment that holds the Diego cells (cf)".into(),
            Self::SeveralCellGroups { .. } => {
                "run `bosh -d cf --json instances --details > bosh-instances.json`".into()
            }
            Self::NoCells => "run `cfdot cell-states > cell-states.jsonl` while the cells are up".into(),
            Self::TooMany { .. } => "check the numbers of instances".into(),
            Self::Recipe { help, .. } => help.clone(),
        }
    }

    /// What a lenient import does about it; `None` if nothing can make up for what is lost.
    ///
    /// Lines that cannot be read are not repairable: nobody knows what they said.
    #[must_use]
    pub fn repair(&self) -> Option<&'static str> {
        Some(match self {
            Self::CellTwice(_) | Self::InstanceTwice { .. } | Self::ProcessTwice(_) | Self::TaskTwice(_) => {
                "the first one counts"
            }
            Self::UnknownCell { .. } | Self::NoCell { .. } => {
                "an ordinary instance or a task waits for a cell, any other record is left out"
            }
            Self::UnknownProcess { .. } | Self::IndexTooHigh { .. } => "the record is left out",
            Self::UnknownName { .. } => "the record is left out, a strategy becomes rolling",
            Self::UsedTooLow { .. } => "the containers count, not the report",
            Self::OverTotal { .. } => RAISED,
            Self::Negative { key, .. } if key.starts_with(AVAILABLE) => RAISED,
            Self::NoRecord { .. } => "its resources stay in use on the cell, without an instance",
            Self::NoContainer { .. } => "the record counts",
            Self::Disagree { .. } => "the other file counts",
            Self::NoCellState(_) => "the cell is taken from `cfdot cells`",
            Self::Evacuating(_) => "the cell counts as in service",
            Self::DriversUnknown(_) => "every cell is taken to have them",
            Self::ProxyUnknown => "proxies are taken to need no memory",
            Self::NoCellGroup => "the `update` block of the deployment is used",
            Self::SeveralCellGroups { .. } => "all cells are taken to be of the first of them",
            _ => return None,
        })
    }
}
