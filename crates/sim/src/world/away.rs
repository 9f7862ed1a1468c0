//! What does not answer now, by name.

use super::World;
use crate::deployment::component::ComponentId;
use crate::scenario::{FaultKind, Files};

/// Who serves lifecycle bundles; a job on another component's machines (F.3).
const FILE_SERVER: &str = "file server";

impl World<'_> {
    /// What does not answer of what starts go through, be it by a fault or by its update: the components in their order (D.7), by
    /// their names, and the file server.
    pub(super) fn away(&self) -> Vec<String> {
        let faults = self.faults.log.under_way(self.now);
        let is_gone =
            |component, fault: FaultKind| self.platform.is_away(component) || faults.contains(&fault);
        let is_without = |files: Files| self.storage.outages[files as usize].is_on(self.now);
        let components = [
            (ComponentId::Nats, is_gone(ComponentId::Nats, FaultKind::NatsAway)),
            (ComponentId::FileStorage, is_without(Files::Droplets)),
            (ComponentId::MysqlProxy, self.platform.is_away(ComponentId::MysqlProxy)),
            (ComponentId::MysqlServer, is_gone(ComponentId::MysqlServer, FaultKind::DatabaseAway)),
            (ComponentId::DiegoBbs, self.is_bbs_away()),
            (ComponentId::DiegoBrain, self.is_auctioneer_away()),
        ];
        let names = components.into_iter().map(|(id, is_away)| (id.component().name, is_away));
        let all = names.chain([(FILE_SERVER, is_without(Files::Bundles))]);
        all.filter(|(_, is_away)| *is_away).map(|(name, _)| name.to_owned()).collect()
    }
}
