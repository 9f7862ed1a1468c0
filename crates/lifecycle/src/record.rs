//! One instance record: who it is, who runs it, and since when (C.1).
//!
//! Texts and addresses are opaque ids: the kernel compares them and hands them back, but never looks inside.

use rivera_model::{CellIx, InstanceIx, InstanceState, ProcessIx, Time};

rivera_model::dense_id! {
    /// A crash reason or a placement error; 0 is the empty text.
    ReasonIx,
    /// A net info (address and ports); 0 is the empty one.
    NetIx,
    /// A set of internal routes; 0 is the empty set.
    RoutesIx,
    /// A set of metric tags; 0 is the empty set.
    TagsIx,
    /// A domain, for example `cf-apps` (C.7).
    DomainIx,
}

impl ReasonIx {
    /// The empty text, which is also the default.
    pub const EMPTY: Self = Self(0);
}

impl NetIx {
    /// The empty net info, which is also the default.
    pub const EMPTY: Self = Self(0);
}

impl RoutesIx {
    /// The empty set, which is also the default.
    pub const EMPTY: Self = Self(0);
}

impl TagsIx {
    /// The empty set, which is also the default.
    pub const EMPTY: Self = Self(0);
}

/// One instance index of a process: what all requests about an actual LRP are addressed to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct LrpKey {
    /// The process.
    pub process: ProcessIx,
    /// The instance index, from 0.
    pub index: u32,
}

impl LrpKey {
    /// The key of instance `index` of `process`.
    #[must_use]
    pub const fn new(process: ProcessIx, index: u32) -> Self {
        Self { process, index }
    }
}

/// One start of an instance on a cell: who the caller of a request is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct InstanceKey {
    /// The start.
    pub instance: InstanceIx,
    /// The cell it happens on.
    pub cell: CellIx,
}

impl InstanceKey {
    /// The key of `instance` on `cell`.
    #[must_use]
    pub const fn new(instance: InstanceIx, cell: CellIx) -> Self {
        Self { instance, cell }
    }
}

/// Modification tag: tells an older state of a record from a newer one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Tag {
    /// Unique for each creation of a record.
    pub epoch: u64,
    /// Counts the changes since.
    pub index: u32,
}

impl Tag {
    /// The greatest index. A record that has changed 268 million times keeps it.
    pub const MAX_INDEX: u32 = (1 << 28) - 1;

    /// The first tag of a record created in `epoch`.
    #[must_use]
    pub const fn first(epoch: u64) -> Self {
        Self { epoch, index: 0 }
    }

    /// Counts a change.
    pub(crate) const fn bump(&mut self) {
        if self.index < Self::MAX_INDEX {
            self.index += 1;
        }
    }
}

/// What a cell says of an instance that runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct RunInfo {
    /// Where it can be reached.
    pub net: NetIx,
    /// Whether routers may send traffic to it.
    pub routable: bool,
    /// Internal routes.
    pub routes: RoutesIx,
    /// Metric tags.
    pub tags: TagsIx,
    /// The domain that the cell names, if it is not that of the process.
    pub foreign_domain: Option<DomainIx>,
}

impl Default for RunInfo {
    fn default() -> Self {
        Self {
            net: NetIx::EMPTY,
            routable: true,
            routes: RoutesIx::EMPTY,
            tags: TagsIx::EMPTY,
            foreign_domain: None,
        }
    }
}

/// An instance record of whatever presence; the presence is the place where it is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Record {
    /// State.
    pub state: InstanceState,
    /// Who runs it; `None` if it is unclaimed or crashed.
    pub key: Option<InstanceKey>,
    /// When the state last changed.
    pub since: Time,
    /// Crashes in a row.
    pub crash_count: u32,
    /// Why it last crashed.
    pub crash_reason: ReasonIx,
    /// Why it could not be placed.
    pub placement_error: ReasonIx,
    /// Where it can be reached.
    pub net: NetIx,
    /// Whether routers may send traffic to it.
    pub routable: bool,
    /// Internal routes that the cell has applied.
    pub routes: RoutesIx,
    /// Metric tags that the cell has applied.
    pub tags: TagsIx,
    /// The domain.
    pub domain: DomainIx,
    /// The modification tag.
    pub tag: Tag,
}

impl Record {
    /// A new unclaimed record (C.3 `CreateUnclaimed`).
    #[must_use]
    pub const fn unclaimed(domain: DomainIx, now: Time, epoch: u64) -> Self {
        Self {
            state: InstanceState::Unclaimed,
            key: None,
            since: now,
            crash_count: 0,
            crash_reason: ReasonIx::EMPTY,
            placement_error: ReasonIx::EMPTY,
            net: NetIx::EMPTY,
            routable: false,
            routes: RoutesIx::EMPTY,
            tags: TagsIx::EMPTY,
            domain,
            tag: Tag::first(epoch),
        }
    }

    /// A new running record of `key`.
    #[must_use]
    pub fn running(domain: DomainIx, key: InstanceKey, run: RunInfo, now: Time, epoch: u64) -> Self {
        let mut record = Self::unclaimed(domain, now, epoch);
        record.set_running(key, run);
        record
    }

    /// The cell, if the record has one.
    #[must_use]
    pub fn cell(&self) -> Option<CellIx> {
        self.key.map(|key| key.cell)
    }

    /// What the record says of its instance.
    #[must_use]
    pub const fn run_info(&self) -> RunInfo {
        RunInfo {
            net: self.net,
            routable: self.routable,
            routes: self.routes,
            tags: self.tags,
            foreign_domain: None,
        }
    }

    /// Whether the record belongs to `caller`.
    #[must_use]
    pub fn is_of(&self, caller: InstanceKey) -> bool {
        self.key == Some(caller)
    }

    /// Whether a cell holds it: claimed or running.
    #[must_use]
    pub const fn is_on_a_cell(&self) -> bool {
        matches!(self.state, InstanceState::Claimed | InstanceState::Running)
    }

    /// Notes a change made at `now`.
    pub(crate) const fn touch(&mut self, now: Time) {
        self.since = now;
        self.tag.bump();
    }

    /// Takes over everything that a cell says of a running instance.
    pub(crate) const fn set_running(&mut self, key: InstanceKey, run: RunInfo) {
        self.state = InstanceState::Running;
        self.key = Some(key);
        self.net = run.net;
        self.routable = run.routable;
        self.routes = run.routes;
        self.tags = run.tags;
    }

    /// Gives up the instance. Neither routable nor routes nor tags are cleared (C.11.5).
    pub(crate) const fn release(&mut self, state: InstanceState) {
        self.state = state;
        self.key = None;
        self.net = NetIx::EMPTY;
    }
}
