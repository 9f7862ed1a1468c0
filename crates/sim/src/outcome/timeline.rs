//! What happened in a run, one entry an event that an operator would name.

use rivera_lifecycle::{LrpKey, ReasonIx};
use rivera_model::{CellIx, Fleet, ProcessIx, TaskIx, Time};

use crate::deployment::component::ComponentId;
use crate::event::MachineRef;
use crate::scenario::FaultKind;

/// An entry of the timeline.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Entry {
    /// When, since the start of the run.
    pub at: Time,
    /// What.
    pub what: What,
}

/// What happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum What {
    /// The roll-out begins.
    RolloutBegins,
    /// The last cell is updated, or the roll-out was given up.
    RolloutEnds,
    /// A cell is in another state.
    Cell(CellIx, CellState),
    /// A cell's evacuation ended by its timeout; so many containers were left.
    EvacuationTimedOut(CellIx, u32),
    /// A start request has reached the auctioneer, for this reason.
    Requested(LrpKey, &'static str),
    /// An auction begins: the states of the cells are being fetched.
    AuctionBegins,
    /// An auction has decided: items, placed ones, and containers starting before it.
    AuctionDecides {
        /// Items of the batch.
        items: u32,
        /// Items that got a cell.
        placed: u32,
        /// Starting containers on the fetched cells.
        starting: u32,
    },
    /// The auctioneer has given an instance to a cell.
    Placed(LrpKey, CellIx),
    /// The auctioneer's failure has reached the BBS, for this reason.
    Unplaced(LrpKey, ReasonIx),
    /// A convergence pass begins.
    ConvergenceBegins,
    /// A convergence pass ends: start requests sent, evacuating records pruned.
    ConvergenceEnds {
        /// Start requests sent to the auctioneer.
        requests: u32,
        /// Evacuating records of cells that are gone.
        pruned: u32,
    },
    /// An instance runs on a cell.
    Running(LrpKey, CellIx),
    /// An instance crashed on a cell.
    Crashed(LrpKey, CellIx),
    /// A cell asks for a replacement of an instance that it runs.
    Evacuating(LrpKey, CellIx),
    /// A container is being stopped.
    Stopping(LrpKey, CellIx),
    /// A container was killed by an evacuation timeout.
    Killed(LrpKey, CellIx),
    /// An app has been pushed: this task stages it.
    Pushed(TaskIx),
    /// The auctioneer has given a task to a cell.
    TaskPlaced(TaskIx, CellIx),
    /// The BBS has learnt that the auctioneer or a cell will not have a task, for this reason.
    TaskRejected(TaskIx, ReasonIx),
    /// The owner of a task has been told that it is done.
    TaskSucceeded(TaskIx),
    /// The owner of a task has been told that it failed, for this reason.
    TaskFailed(TaskIx, ReasonIx),
    /// The app that a task has staged is stopped, and started with its new droplet.
    Restarted(TaskIx),
    /// The first instance of the app that a task has staged is desired; the old ones go on.
    RollingBegins(TaskIx),
    /// All instances of that app are new, and the old version is gone.
    Rolled(TaskIx),
    /// A task's container was killed by an evacuation timeout.
    TaskKilled(TaskIx, CellIx),
    /// A container is gone with its cell.
    Lost(LrpKey, CellIx),
    /// A start that the auction had given to a cell did not reach it (Q6).
    WorkLost(LrpKey, CellIx),
    /// No auctioneer took a start request, sent for this reason.
    Refused(LrpKey, &'static str),
    /// Something fails: on this cell, if it is a cell that does.
    FaultBegins(FaultKind, Option<CellIx>),
    /// It is over.
    FaultEnds(FaultKind),
    /// The operator deploys again after an update that failed.
    Redeploys,
    /// Every router has an instance's endpoint.
    Routed(LrpKey, CellIx),
    /// No router has an instance's endpoint any more.
    Unrouted(LrpKey, CellIx),
    /// The update of a group begins: its position in the deployment ([`crate::UpgradeOutcome::groups`]).
    GroupBegins(usize),
    /// The update of a group ends.
    GroupEnds(usize),
    /// The jobs of a machine that is no cell are stopped.
    MachineStopped(MachineRef),
    /// They run again, in the new version.
    MachineUpdated(MachineRef),
    /// No instance of a component answers from now on.
    ComponentAway(ComponentId),
    /// One does again.
    ComponentBack(ComponentId),
    /// The migration of the Cloud Controller's database begins.
    MigrationBegins,
    /// It ends.
    MigrationEnds,
    /// An errand begins: its position ([`crate::UpgradeOutcome::errands`]).
    ErrandBegins(usize),
    /// A worker has loaded a job of the Cloud Controller.
    JobLoaded(u32),
    /// An old worker cannot load a job of the new version: it logs [`crate::LOAD_FAILURE`] (Q17).
    JobFailedToLoad(u32),
    /// Such a job is too old to be tried again.
    JobExpired(u32),
}

/// The guid of a task: that of the export, or one that counts the pushes.
#[must_use]
pub fn task_guid(fleet: &Fleet, task: TaskIx) -> String {
    let known = fleet.tasks.get(task.index()).map(|known| known.guid.clone());
    known.unwrap_or_else(|| format!("push-{}", task.index() - fleet.tasks.len() + 1))
}

/// The guid of a process: that of the fleet, or of the version that a push made, behind which stands its number. `apps` are
/// [`crate::Finished::apps`].
#[must_use]
pub fn process_guid(fleet: &Fleet, apps: &[ProcessIx], process: ProcessIx) -> String {
    let app = apps.get(process.index()).copied().unwrap_or(process);
    let guid = &fleet.processes[app.index()].guid;
    if app == process {
        guid.clone()
    } else {
        format!("{guid}-push-{}", process.index() - fleet.processes.len() + 1)
    }
}

/// State of a cell, as an operator sees it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum CellState {
    /// Takes work.
    InService,
    /// Drains.
    Evacuating,
    /// Its jobs are stopped, its VM is replaced.
    Updating,
    /// Its jobs start; from the moment its rep answers it takes work.
    Starting,
    /// It is gone with all that was on it.
    Lost,
}

impl CellState {
    /// As written in files.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::InService => "in_service",
            Self::Evacuating => "evacuating",
            Self::Updating => "updating",
            Self::Starting => "starting",
            Self::Lost => "lost",
        }
    }
}
