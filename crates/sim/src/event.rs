//! Everything that can happen, as one flat value.

use rivera_model::{CellIx, InstanceIx, Span, TaskIx};

/// An event of the simulation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Event {
    /// The roll-out begins.
    RolloutBegins,
    /// A cell's drain begins: its director's slot is its own, and its new VM exists where that comes first (D.2).
    DrainBegins(VmRef),
    /// The jobs of a cell start: on a new VM, or again on the old one.
    JobsStart(VmRef),
    /// The director has seen a cell run, or has looked for the last time.
    SlotEnds(VmRef),
    /// The rep looks whether its cell is empty, or whether time is up (B.8).
    EvacuatorPoll(VmRef),
    /// The rep looks whether the containers it killed are gone (B.8).
    CleanupPoll(VmRef),
    /// The rep of a cell in service compares its containers with the records (B.7).
    BulkSync(VmRef),
    /// The same on an evacuating cell, again and again.
    EvacuationSync(VmRef),
    /// The drain script finds that the rep has ended (B.13).
    DrainNoticed(VmRef),
    /// The rep is up: its presence is set and it answers.
    RepUp(VmRef),
    /// A container's next step.
    Container(ContainerRef, Step),
    /// A download of a cell ends: the container that wanted the file goes on, and a slot is free again.
    DownloadEnds(VmRef, ContainerRef, Step),
    /// Some of what a cell does is done.
    CellWorks(VmRef),
    /// The instances of a slow cell are checked.
    HealthRound(VmRef),
    /// Some files have been transferred.
    StorageWorks,
    /// A start timeout is over, of those with one length.
    StartTimeouts(Span),
    /// A download that failed is tried again (B.11).
    DownloadAgain(u32),
    /// The auctioneer tries again to list the cells (A.1).
    ListCells(Term),
    /// The auctioneer has the states of the cells.
    StatesFetched(Term),
    /// The auctioneer has decided.
    Scheduled(Term),
    /// The cells have answered to their work.
    Committed(Term),
    /// The auctioneer reports the next failure to the BBS; after the last one the auction is over (A.11).
    ReportFailure(Term),
    /// A convergence pass begins.
    Converge(Term),
    /// A convergence pass ends.
    ConvergeOver(Term),
    /// Something fails: the position of the fault in the scenario.
    FaultBegins(u32),
    /// A fault is over: the number of the fault in the run.
    FaultEnds(u32),
    /// The BBS is active again, if no other outage goes on.
    BbsBack,
    /// A cell that was lost outside an update is there again.
    Repaired(VmRef),
    /// The director has found that the agent of a cell does not answer (D.4).
    AgentLost(VmRef),
    /// The operator deploys anew.
    Redeploy,
    /// A step in the update of a machine that is no cell.
    Machine(MachineRef, MachineStep),
    /// A user causes the job of this number.
    JobArrives(u32),
    /// A job may be taken.
    JobDue(u32),
    /// A worker takes a job.
    JobTaken(u32),
    /// A worker has done its job.
    JobDone(usize),
    /// All before this errand is done; after the last one the upgrade is over.
    ErrandDue(usize),
    /// The roll-out is given up if it is not over.
    GiveUp,
    /// The time to settle after the roll-out is over.
    Settled,
    /// An app is pushed.
    Push,
    /// The Cloud Controller tries again to restart the app that a task has staged.
    Restart(TaskIx),
    /// The Cloud Controller looks at the apps that it rolls out.
    UpdateRollings,
    /// The owner of a task has been told of its end.
    TaskTold(TaskIx),
    /// A sample of the course over time is due.
    Sample,
}

/// The how-many-th process that is active: what one that is gone was about to do is void.
pub(crate) type Term = u32;

/// A cell's VM: events of a VM that has been replaced are void.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct VmRef {
    pub(crate) cell: CellIx,
    pub(crate) generation: u32,
}

/// A container: events of one that is gone are void, even if its slot is used again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct ContainerRef {
    pub(crate) slot: u32,
    pub(crate) instance: InstanceIx,
}

/// A machine that is no cell: the position of its group in the deployment, and its number in the group.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct MachineRef {
    /// Position of its group.
    pub group: usize,
    /// Its number in the group, zone by zone.
    pub machine: usize,
}

/// What happens to a machine that is updated (D.4).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum MachineStep {
    /// Its jobs are stopped.
    Stopped,
    /// It migrates the database, before its jobs start.
    MigrationBegins,
    /// The database is migrated.
    MigrationEnds,
    /// Its jobs run.
    Running,
    /// The director has seen them run, or has looked for the last time.
    SlotEnds {
        /// Whether it has seen them run.
        is_seen: bool,
    },
}

/// What happens to a container next (B.2, B.5, B.9, B.10).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Step {
    /// The rep asks the BBS what to do with it: at first, when its state has changed, and in a sync.
    AskBbs,
    /// The lifecycle bundle is there.
    DependenciesCached,
    /// Garden has created it.
    Created,
    /// It has its network.
    Networked,
    /// Its network could not be set up.
    CreationFailed,
    /// The droplet is there.
    DropletDownloaded,
    /// The bundle or the droplet could not be downloaded.
    DownloadFailed,
    /// The droplet is unpacked: the app's process starts.
    Unpacked,
    /// The app would answer a health check.
    Ready,
    /// A health check begins.
    Check,
    /// A health check succeeds.
    Healthy,
    /// A Diego Brain that listens has been met.
    FileServerReached,
    /// The lifecycle bundle cannot be fetched.
    DependenciesFailed,
    /// The package to be staged is there.
    PackageDownloaded,
    /// A staging has taken too long.
    StagingTimeout,
    /// Its process ends: an app crashed, or a task is done.
    Exit,
    /// It has been stopped.
    Stopped,
    /// Garden has destroyed it.
    Destroyed,
    /// It has been reserved for too long without being run (B.2).
    Expired,
}
