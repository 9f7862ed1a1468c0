//! The components of a foundation, in the order in which Ops Manager updates them, and what is down while the only
//! instance of one is updated (D.7). One table, for the planner's rules and for the simulated upgrade.

use rivera_model::GroupFacts;

/// Which component: the position in [`COMPONENTS`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(missing_docs, reason = "the names are those of the table")]
pub enum ComponentId {
    Nats,
    FileStorage,
    MysqlProxy,
    MysqlServer,
    BackupRestoreNode,
    Uaa,
    CloudController,
    HaProxy,
    Router,
    MysqlMonitor,
    ClockGlobal,
    CloudControllerWorker,
    DiegoBbs,
    DiegoBrain,
    DiegoCell,
    DopplerServer,
    Trafficcontroller,
    TcpRouter,
    Consul,
    Etcd,
}

impl ComponentId {
    /// How many there are.
    pub const COUNT: usize = 20;

    /// What is known of it.
    #[must_use]
    pub fn component(self) -> &'static Component {
        &COMPONENTS[self as usize]
    }
}

/// A component (D.7).
#[derive(Debug, PartialEq, Eq)]
pub struct Component {
    /// Which it is.
    pub id: ComponentId,
    /// Its name, as operators know it.
    pub name: &'static str,
    /// Names of its instance group, with `-` for `_`: of the commercial product and of the open source.
    pub groups: &'static [&'static str],
    /// The jobs that make a group of any other name one of it.
    pub jobs: &'static [&'static str],
    /// Whether it can have more than one instance.
    pub scalable: bool,
    /// Whether the only instance is gone for up to five minutes.
    pub extended_downtime: bool,
    /// Apps are touched while the only instance is gone.
    pub apps: bool,
    /// The platform is touched: no push, no staging, no `cf` commands. Apps go on.
    pub platform: bool,
    /// It needs a majority of its instances (I-11).
    pub quorum: bool,
}

/// The planes that a component's absence touches (D.7).
const NOTHING: (bool, bool) = (false, false);
const APPS: (bool, bool) = (true, false);
const PLATFORM: (bool, bool) = (false, true);
const BOTH: (bool, bool) = (true, true);

/// A component that can have several instances, and whose only one would be gone for minutes.
const fn component(
    id: ComponentId,
    name: &'static str,
    groups: &'static [&'static str],
    jobs: &'static [&'static str],
    (apps, platform): (bool, bool),
) -> Component {
    Component {
        id,
        name,
        groups,
        jobs,
        scalable: true,
        extended_downtime: true,
        apps,
        platform,
        quorum: false,
    }
}

impl Component {
    const fn never_scaled(self) -> Self {
        Self { scalable: false, ..self }
    }

    const fn soon_back(self) -> Self {
        Self { extended_downtime: false, ..self }
    }

    const fn by_majority(self) -> Self {
        Self { quorum: true, ..self }
    }

    /// Whether the group is one of this component: by its name, else by a job.
    #[must_use]
    pub fn is(&self, group: &GroupFacts) -> bool {
        let name = group.name.replace('_', "-");
        self.groups.contains(&name.as_str()) || group.jobs.iter().any(|job| self.jobs.contains(&job.as_str()))
    }

    /// The components of a group, in their order: none that we know, one, or several where machines are shared.
    pub fn of(group: &GroupFacts) -> impl Iterator<Item = &'static Self> {
        COMPONENTS.iter().filter(|component| component.is(group))
    }
}

/// The components in Ops Manager's order (D.7); behind them those of former versions that need a majority (I-11).
pub static COMPONENTS: [Component; ComponentId::COUNT] = [
    component(ComponentId::Nats, "NATS", &["nats"], &["nats", "nats-tls"], NOTHING),
    component(
        ComponentId::FileStorage,
        "File Storage",
        &["nfs-server", "singleton-blobstore"],
        &["nfs_server", "blobstore"],
        PLATFORM,
    )
    .never_scaled(),
    component(ComponentId::MysqlProxy, "MySQL Proxy", &["mysql-proxy"], &["proxy"], PLATFORM),
    component(
        ComponentId::MysqlServer,
        "MySQL Server",
        &["mysql", "database"],
        &["mysql", "mysql-clustered", "pxc-mysql"],
        PLATFORM,
    )
    .by_majority(),
    component(
        ComponentId::BackupRestoreNode,
        "Backup Restore Node",
        &["backup-restore", "backup-prepare"],
        &[],
        NOTHING,
    )
    .never_scaled()
    .soon_back(),
    component(ComponentId::Uaa, "UAA", &["uaa"], &["uaa"], PLATFORM).soon_back(),
    component(
        ComponentId::CloudController,
        "Cloud Controller",
        &["cloud-controller", "api"],
        &["cloud_controller_ng"],
        PLATFORM,
    ),
    component(ComponentId::HaProxy, "HAProxy", &["ha-proxy", "haproxy"], &["haproxy"], APPS),
    component(ComponentId::Router, "Router", &["router"], &["gorouter"], APPS),
    component(ComponentId::MysqlMonitor, "MySQL Monitor", &["mysql-monitor"], &[], NOTHING)
        .never_scaled()
        .soon_back(),
    component(
        ComponentId::ClockGlobal,
        "Clock Global",
        &["clock-global"],
        &["cloud_controller_clock"],
        NOTHING,
    )
    .soon_back(),
    component(
        ComponentId::CloudControllerWorker,
        "Cloud Controller Worker",
        &["cloud-controller-worker", "cc-worker"],
        &["cloud_controller_worker"],
        NOTHING,
    ),
    component(ComponentId::DiegoBbs, "Diego BBS", &["diego-database", "diego-api"], &["bbs"], PLATFORM)
        .by_majority(),
    component(
        ComponentId::DiegoBrain,
        "Diego Brain",
        &["diego-brain", "scheduler"],
        &["auctioneer"],
        PLATFORM,
    ),
    component(
        ComponentId::DiegoCell,
        "Diego Cell",
        &["diego-cell", "compute"],
        &["rep", "rep_windows"],
        BOTH,
    ),
    component(ComponentId::DopplerServer, "Doppler Server", &["doppler"], &["doppler"], NOTHING).soon_back(),
    component(
        ComponentId::Trafficcontroller,
        "Loggregator Trafficcontroller",
        &["loggregator-trafficcontroller", "log-api"],
        &["loggregator_trafficcontroller"],
        NOTHING,
    )
    .soon_back(),
    component(ComponentId::TcpRouter, "TCP Router", &["tcp-router"], &["tcp_router"], NOTHING).soon_back(),
    component(ComponentId::Consul, "Consul", &["consul-server", "consul"], &[], PLATFORM).by_majority(),
    component(ComponentId::Etcd, "etcd", &["etcd-server", "etcd", "etcd-tls-server"], &["etcd"], PLATFORM)
        .by_majority(),
];

#[cfg(test)]
mod tests {
    use super::*;

    fn names(name: &str, jobs: &[&str]) -> Vec<&'static str> {
        let jobs = jobs.iter().map(|&job| job.to_owned()).collect();
        let group = GroupFacts { name: name.to_owned(), jobs, ..GroupFacts::default() };
        Component::of(&group).map(|component| component.name).collect()
    }

    #[test]
    fn groups_are_known_by_their_names_with_either_dash() {
        for name in ["diego_cell", "diego-cell", "compute"] {
            assert_eq!(names(name, &[]), ["Diego Cell"]);
        }
        assert_eq!(names("diego_database", &[]), ["Diego BBS"]);
        assert_eq!(names("nfs_server", &[]), ["File Storage"]);
        assert_eq!(names("credhub", &["credhub"]), [""; 0]);
    }

    #[test]
    fn groups_of_other_names_are_known_by_their_jobs() {
        assert_eq!(names("iso-seg", &["garden", "rep"]), ["Diego Cell"]);
        assert_eq!(
            names("scheduler", &["auctioneer", "cloud_controller_clock"]),
            ["Clock Global", "Diego Brain"]
        );
        assert_eq!(
            names("control", &["bbs", "cloud_controller_ng", "uaa"]),
            ["UAA", "Cloud Controller", "Diego BBS"]
        );
    }

    #[test]
    fn the_order_is_ops_managers() {
        for (component, position) in COMPONENTS.iter().zip(0_usize..) {
            assert_eq!(component.id as usize, position, "{}", component.name);
        }
        let position = |name| COMPONENTS.iter().position(|component| component.name == name);
        assert_eq!(position("NATS"), Some(0));
        assert_eq!(position("Cloud Controller"), Some(6));
        assert_eq!(position("Diego BBS"), Some(12));
        assert_eq!(position("Diego Cell"), Some(14));
        assert_eq!(position("TCP Router"), Some(17));
    }
}
