//! Rules on room: what the cells that are left must hold (D.8, J-12).
//!
//! They reckon with sums, and with the largest cells gone. What they do not find may still not fit, because instances are
//! whole and rooms are many: the simulation places each instance.

use std::collections::BTreeSet;

use rivera_auction::{Catalog, Level};
use rivera_limiter::Severity;
use rivera_model::{CellIx, InstanceState, OfferIx, Presence, Resources};

use super::finding::{Evidence, Room};
use super::plan::{Plan, Zone};
use super::rule::Rule;

pub(super) const TOO_LITTLE_ROOM: Rule = Rule {
    code: "too-little-room",
    severity: Severity::Error,
    title: "cells that cannot hold what the cells in flight held",
    why: "While cells are updated the others have to hold everything: memory with that of the proxies, disk, containers. \
          This is reckoned for all work together and for the work of each isolation segment, stack and volume driver by \
          itself, because such work has fewer cells to go to, and with the largest cells of each zone gone. What finds \
          no room stays on the evacuating cell until the evacuation timeout, and is down afterwards until a cell is \
          back.",
    remedy: "take fewer cells at a time, or add cells first",
    source: "D.8: Configuring PAS for Upgrades, Best Practices",
    find: too_little_room,
};

pub(super) const ZONE_TOO_FULL: Rule = Rule {
    code: "zone-too-full",
    severity: Severity::Warning,
    title: "a zone that cannot keep its own instances while it is updated",
    why: "Zones are updated one after the other, and the auction puts a replacement where the app has the fewest \
          instances: into the zone that is being updated. So it is the room of this zone that counts, not that of the \
          fleet. Once the zone is full its instances go to the other zones, and stay there when it is updated: apps are \
          then less evenly spread than they were, and later zones have less room.",
    remedy: "take fewer cells at a time, or add cells to this zone first",
    source: "J-12 (the auction's choice of zones)",
    find: zone_too_full,
};

/// Sums of resources of a fleet.
#[derive(Debug, Clone, Copy, Default)]
struct Sum([i64; 3]);

const NAMES: [&str; 3] = ["MB of memory", "MB of disk", "containers"];

impl Sum {
    fn of(resources: Resources) -> Self {
        Self([resources.memory_mb, resources.disk_mb, resources.containers].map(i64::from))
    }

    fn add(&mut self, other: Self) {
        self.0.iter_mut().zip(other.0).for_each(|(sum, more)| *sum += more);
    }
}

/// Cells, and the work that can go nowhere else.
struct Class {
    name: String,
    offers: BTreeSet<OfferIx>,
    needed: Sum,
}

fn too_little_room(plan: &Plan<'_>) -> Vec<Evidence> {
    classes(plan).iter().filter_map(|class| worst_zone(plan, class)).map(Evidence::TooLittleRoom).collect()
}

/// The zone whose update leaves the least room to the work of a class, if it is too little.
fn worst_zone(plan: &Plan<'_>, class: &Class) -> Option<Room> {
    let cells = |cells: &[CellIx]| -> Vec<CellIx> {
        let offer = |cell: &CellIx| plan.fleet.cells[cell.index()].offer;
        cells.iter().copied().filter(|cell| class.offers.contains(&offer(cell))).collect()
    };
    let all: Vec<CellIx> = plan.zones.iter().flat_map(|zone| cells(&zone.cells)).collect();
    let rooms = plan.zones.iter().filter_map(|zone| shortage(plan, zone, &cells(&zone.cells), &all, class));
    rooms.min_by_key(|room| room.room - room.needed)
}

fn zone_too_full(plan: &Plan<'_>) -> Vec<Evidence> {
    let has_other_zones = |zone: &&Zone<'_>| {
        plan.zones.iter().any(|other| other.group == zone.group && other.zone != zone.zone)
    };
    let of_zone = |zone: &Zone<'_>| {
        // Its work may go to cells of other groups in the zone, if they are alike.
        let offer = |cell: &CellIx| plan.fleet.cells[cell.index()].offer;
        let offers: BTreeSet<OfferIx> = zone.cells.iter().map(offer).collect();
        let in_zone =
            plan.zones.iter().filter(|other| other.zone == zone.zone).flat_map(|other| &other.cells);
        let alike: Vec<CellIx> = in_zone.copied().filter(|cell| offers.contains(&offer(cell))).collect();
        let mut needed = Sum::default();
        for cell in &alike {
            needed.add(held(plan, *cell));
        }
        let class = Class { name: "its own work".to_owned(), offers, needed };
        shortage(plan, zone, &zone.cells, &alike, &class)
    };
    plan.zones.iter().filter(has_other_zones).filter_map(of_zone).map(Evidence::ZoneTooFull).collect()
}

/// What `needed` lacks on `all` cells once the largest of the zone's are in flight; the worst of the three resources.
fn shortage(
    plan: &Plan<'_>,
    zone: &Zone<'_>,
    of_zone: &[CellIx],
    all: &[CellIx],
    class: &Class,
) -> Option<Room> {
    let short = |resource: usize, in_flight: usize| {
        let room = |cell: &CellIx| room(plan, *cell).0[resource];
        let mut largest: Vec<i64> = of_zone.iter().map(room).collect();
        largest.sort_unstable_by(|a, b| b.cmp(a));
        let left = all.iter().map(room).sum::<i64>() - largest.iter().take(in_flight).sum::<i64>();
        (class.needed.0[resource] > left).then_some(left)
    };
    let (resource, left) = (0..NAMES.len())
        .filter_map(|resource| Some((resource, short(resource, zone.in_flight)?)))
        .min_by_key(|(resource, left)| left - class.needed.0[*resource])?;
    let fits = |in_flight: &usize| (0..NAMES.len()).all(|resource| short(resource, *in_flight).is_none());
    Some(Room {
        work: class.name.clone(),
        group: (plan.groups_of_cells() > 1).then(|| plan.fleet.groups[zone.group.index()].name.clone()),
        zone: zone.name.to_owned(),
        in_flight: zone.in_flight,
        resource: NAMES[resource],
        needed: class.needed.0[resource],
        room: left,
        most_in_flight: (1..zone.in_flight).rev().find(fits).unwrap_or(0),
    })
}

/// What a cell has for work that moves, and for tasks.
fn room(plan: &Plan<'_>, cell: CellIx) -> Sum {
    let known = &plan.fleet.cells[cell.index()];
    Sum::of(known.total.checked_sub(known.unlisted).unwrap_or(known.total))
}

/// What the listed containers of a cell take.
fn held(plan: &Plan<'_>, cell: CellIx) -> Sum {
    let (used, unlisted) = (plan.used[cell.index()], plan.fleet.cells[cell.index()].unlisted);
    Sum::of(used.checked_sub(unlisted).unwrap_or(used))
}

/// For each set of cells that some work is bound to, all the work that cannot leave it; and all work on all cells.
fn classes(plan: &Plan<'_>) -> Vec<Class> {
    let fleet = plan.fleet;
    let mut catalog = Catalog::default();
    let offers: Vec<OfferIx> = fleet.offers.iter().map(|offer| catalog.intern_offer(offer)).collect();
    let reach: Vec<BTreeSet<OfferIx>> = fleet
        .constraints
        .iter()
        .map(|constraint| {
            let constraint = catalog.intern_constraint(constraint);
            let fits = |offer: &&OfferIx| catalog.level(constraint, **offer) == Level::Fits;
            (offers.iter().filter(fits)).map(|offer| OfferIx::from_index(position(&offers, *offer))).collect()
        })
        .collect();
    let demands = demands(plan);
    let all: BTreeSet<OfferIx> = (0..fleet.offers.len()).map(OfferIx::from_index).collect();
    let sets: BTreeSet<&BTreeSet<OfferIx>> = reach
        .iter()
        .zip(&demands)
        .filter(|(_, sum)| sum.0[2] > 0)
        .map(|(set, _)| set)
        .chain([&all])
        .collect();
    let class = |set: &&BTreeSet<OfferIx>| {
        let mut needed = Sum::default();
        let bound = || reach.iter().zip(&demands).filter(|(reach, _)| reach.is_subset(set));
        bound().for_each(|(_, demand)| needed.add(*demand));
        let name = if **set == all { "all work".to_owned() } else { name(plan, &reach, set) };
        Class { name, offers: (*set).clone(), needed }
    };
    sets.iter().map(class).collect()
}

fn position(offers: &[OfferIx], offer: OfferIx) -> usize {
    offers.iter().position(|known| *known == offer).expect("an offer of the fleet")
}

/// What the work of each constraint takes: instances that are not crashed, with their proxies, and tasks.
fn demands(plan: &Plan<'_>) -> Vec<Sum> {
    let fleet = plan.fleet;
    let usual_proxy_mb = fleet.cells.iter().map(|cell| cell.proxy_memory_mb).max().unwrap_or(0);
    let mut demands = vec![Sum::default(); fleet.constraints.len()];
    for instance in &fleet.instances {
        if instance.presence != Presence::Ordinary || instance.state == InstanceState::Crashed {
            continue;
        }
        let process = &fleet.processes[instance.process.index()];
        let proxy_mb = instance.cell.map_or(usual_proxy_mb, |cell| fleet.cells[cell.index()].proxy_memory_mb);
        // B.1: an LRP with memory 0 is unlimited and takes no proxy memory.
        let proxy_mb = if process.memory_mb > 0 { proxy_mb } else { 0 };
        let memory_mb = i64::from(process.memory_mb) + i64::from(proxy_mb);
        demands[process.constraint.index()].add(Sum([memory_mb, process.disk_mb.into(), 1]));
    }
    for task in &fleet.tasks {
        demands[task.constraint.index()].add(Sum::of(Resources::new(task.memory_mb, task.disk_mb, 1)));
    }
    demands
}

/// What the work of a set of cells is called: by the tags that it demands, else by its stack and drivers.
fn name(plan: &Plan<'_>, reach: &[BTreeSet<OfferIx>], set: &BTreeSet<OfferIx>) -> String {
    let constraint =
        reach.iter().position(|reach| reach == set).map(|position| &plan.fleet.constraints[position]);
    let Some(constraint) = constraint else { return "some work".to_owned() };
    let list = |names: &BTreeSet<String>| names.iter().map(String::as_str).collect::<Vec<_>>().join(", ");
    if !constraint.placement_tags.is_empty() {
        format!("the work of {}", list(&constraint.placement_tags))
    } else if constraint.volume_drivers.is_empty() {
        format!("the work on {}", constraint.rootfs)
    } else {
        format!("the work with {}", list(&constraint.volume_drivers))
    }
}
