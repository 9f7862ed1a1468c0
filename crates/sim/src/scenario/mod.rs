//! A scenario: every constant of the simulated systems, each with its default and its source.
//!
//! Precedence, weakest first: the defaults here, what the fleet's manifest or recipe says
//! ([`Scenario::with_facts`]), a scenario file ([`Scenario::overlaid`]), the command line. Keys end in their unit.

mod apps;
mod auctioneer;
mod bbs;
mod check;
mod cloud_controller;
mod count;
mod faults;
mod file;
mod groups;
mod load;
mod names;
mod network;
mod platform_service;
mod rep;
mod routes;
mod run;
mod staging;
mod storage;
mod surplus;
mod update;
mod upgrade;

pub use apps::Apps;
pub use auctioneer::{AuctionCost, Auctioneer};
pub use bbs::Bbs;
pub use cloud_controller::CloudController;
pub use faults::{FailingStep, FaultEvent, FaultKind, Faults, Files};
pub use file::ScenarioError;
pub use groups::GroupKeys;
pub use load::{Demand, Load};
pub use network::Network;
pub use platform_service::PlatformService;
pub use rep::Rep;
pub use routes::Routes;
pub use run::Run;
pub use staging::{Restart, Staging};
pub use storage::{Storage, StorageLocation};
pub use surplus::Surplus;
pub use update::{Update, VmStrategy};
pub use upgrade::{Upgrade, UpgradeOrder};

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Everything that a run needs beside the fleet, the two throttles and the seed.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Scenario {
    /// BOSH's update of the cells.
    pub update: Update,
    /// Groups of cells that are updated otherwise, by their names.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub groups: BTreeMap<String, GroupKeys>,
    /// Cells added for the upgrade and removed after it.
    pub surplus: Surplus,
    /// The update of everything else.
    pub upgrade: Upgrade,
    /// The auctioneer.
    pub auctioneer: Auctioneer,
    /// The cells.
    pub rep: Rep,
    /// The BBS.
    pub bbs: Bbs,
    /// The Cloud Controller's jobs.
    pub cloud_controller: CloudController,
    /// The apps.
    pub apps: Apps,
    /// What containers ask of their cell, and what a cell has.
    pub load: Load,
    /// The network of cells.
    pub network: Network,
    /// The service of the platform that every start asks.
    pub platform_service: PlatformService,
    /// The file storage.
    pub storage: Storage,
    /// Pushes during the roll-out.
    pub staging: Staging,
    /// What fails.
    pub faults: Faults,
    /// Routes, from instances to routers.
    pub routes: Routes,
    /// The run itself.
    pub run: Run,
}
