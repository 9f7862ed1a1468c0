//! Rules on the components beside the cells (D.7, D.8).

use rivera_limiter::Severity;

use super::finding::{CellGone, Evidence, Plane, WithCells};
use super::plan::{Group, Plan};
use super::product_version::ProductVersion;
use super::rule::Rule;
use crate::deployment::component::{Component, ComponentId};
use crate::deployment::instance_update::StepTimes;

pub(super) const SINGLE_INSTANCE: Rule = Rule {
    code: "single-instance",
    severity: Severity::Warning,
    title: "a component with a single instance, which is gone while it is updated",
    why: "A virtual machine that is updated is gone for up to five minutes, as it is published, and nothing stands in for the \
          only one. A cell takes longer: it drains first, up to the evacuation timeout, and is then gone for as long as a cell \
          is in a simulation without a scenario, which is fitted to the published time of a cell. What \
          that means depends on the component: without the only router or cell apps are down; without the only UAA, Cloud \
          Controller, BBS, Diego Brain or database apps go on, but nobody can push, stage or restart one, or log in. Without \
          the only file storage they go on as long as none has to be moved: where it is updated at the same time as the cells, \
          because both have `serial: false` and are neighbours in the manifest, instances that are evacuated cannot download \
          their droplets, and crash.",
    remedy: "scale the component to two instances or more where it can be scaled; announce the gap where it cannot; give a file storage that goes together with cells `serial: true`",
    source: "D.7, I-14: What Happens During PAS Upgrades, Component Upgrade Order and Behavior",
    find: |plan| plan.groups.iter().filter_map(|group| single_instance(group, plan)).collect(),
};

fn single_instance(group: &Group, plan: &Plan<'_>) -> Option<Evidence> {
    let any = |has: fn(&Component) -> bool| group.components.iter().any(|component| has(component));
    let plane = match (any(|it| it.apps), any(|it| it.platform)) {
        (false, false) => Plane::Neither,
        (true, false) => Plane::Apps,
        (false, true) => Plane::Platform,
        (true, true) => Plane::Both,
    };
    let extended = any(|it| it.extended_downtime);
    let is_cell = any(|it| it.id == ComponentId::DiegoCell);
    let is_storage = any(|it| it.id == ComponentId::FileStorage);
    let matters = extended || plane != Plane::Neither;
    (group.instances() == 1 && matters).then(|| Evidence::SingleInstance {
        group: group.name.clone(),
        components: group.components.iter().map(|component| component.name).collect(),
        plane,
        extended,
        cell: is_cell
            .then(|| CellGone { drain_s: plan.timeout_s(), replaced_s: StepTimes::usual_of_a_cell_s() }),
        gone_s: (!is_cell).then(StepTimes::usual_of_a_machine_s),
        with_cells: (is_storage && plan.goes_with_cells(group))
            .then(|| WithCells { cells: plan.cells_in_flight(), instances: plan.evacuated_at_once() }),
        scalable: group.components.iter().all(|component| component.scalable),
    })
}

pub(super) const UNHEALTHY_MYSQL: Rule = Rule {
    code: "unhealthy-mysql",
    severity: Severity::Note,
    title: "an internal MySQL cluster, which has to be healthy before the upgrade",
    why: "A cluster of which a member is already missing loses its majority as soon as another one is updated, and with it \
          the databases of the Cloud Controller, of UAA and of Diego. A manifest does not tell the health of a cluster.",
    remedy: "run the mysql-diag tool, and recover the cluster first if it is not healthy",
    source: "D.8, I-11: Configuring TAS for VMs for Upgrades",
    find: |plan| {
        let is_mysql =
            |group: &&Group| group.components.iter().any(|component| component.name == "MySQL Server");
        let clusters = plan.groups.iter().filter(is_mysql).filter(|group| group.instances() > 1);
        clusters
            .map(|group| Evidence::UnhealthyMysql { group: group.name.clone(), instances: group.instances() })
            .collect()
    },
};

pub(super) const WINDOWS_LAST: Rule = Rule {
    code: "windows-last",
    severity: Severity::Note,
    title: "a version from which TAS for VMs must be upgraded before TAS for VMs [Windows]",
    why: "From 6.0.5 and 6.0.6 the order of the tiles matters: if TAS for VMs [Windows] is upgraded first, its TCP routes \
          are down until TAS for VMs is upgraded, too.",
    remedy: "upgrade TAS for VMs and apply the change, then upgrade TAS for VMs [Windows]",
    source: "D.8: Configuring TAS for VMs for Upgrades, Caution",
    find: windows_last,
};

fn windows_last(plan: &Plan<'_>) -> Vec<Evidence> {
    let version = plan.settings.version.filter(|version| ProductVersion::BEFORE_WINDOWS.contains(version));
    let version = version.filter(|_| plan.has_windows_cells());
    version.into_iter().map(|version| Evidence::WindowsLast { version: version.to_string() }).collect()
}
