//! From a recipe to a fleet.

use std::collections::BTreeSet;

use rand::RngExt;
use rivera_model::{Constraint, Fleet, InstanceState, Offer, Presence, Resources, RootFsProvider, Span};

use super::kinds::{self, App, MOST_INSTANCES, Shares};
use super::placer::{Placer, Spread};
use super::streams::{stream, uuid};
use super::{AppKind, CellKind, Recipe, RecipeError};
use crate::draft::{Draft, DraftCell, DraftInstance, DraftProcess, DraftTask};

/// The most cells that a fleet may have.
const MOST_CELLS: u64 = 100_000;

impl Recipe {
    /// Makes the fleet. The same recipe makes the same fleet.
    ///
    /// Cells are dealt to their kinds zone by zone. Instances are placed app by app: in the zone with the fewest
    /// of the app, on the cell with the least memory in use; crashing ones are records without a cell.
    ///
    /// # Errors
    /// [`RecipeError`]: keys that contradict each other, or work that does not fit on the cells.
    pub fn synthesise(&self) -> Result<Fleet, RecipeError> {
        let (facts, groups) = self.said()?;
        let cells = self.draft_cells()?;
        let kinds = match (self.mix, self.apps.is_empty()) {
            (Some(mix), true) => mix.kinds(),
            (None, _) => self.apps.clone(),
            (Some(_), false) => {
                return Err(RecipeError::ExactlyOne {
                    place: "a recipe".into(),
                    keys: "`mix` and `[[apps]]`",
                });
            }
        };
        self.check_number_of_tasks()?;
        let memory_mb = cells.iter().map(|cell| i64::from(cell.total.memory_mb)).sum();
        let apps = kinds::apps(self, &kinds, memory_mb, &mut stream(self.seed, "sizes"))?;
        let mut work = Work {
            draft: Draft { facts, groups, ..Draft::default() },
            placer: Placer::new(&cells),
            placed: 0,
        };
        work.draft.cells = cells;
        self.place_apps(&mut work, &kinds, &apps)?;
        self.place_tasks(&mut work, &apps)?;
        Ok(work.draft.into_fleet(self.name.clone()))
    }

    fn draft_cells(&self) -> Result<Vec<DraftCell>, RecipeError> {
        let count: u64 = self.zones.values().map(|&cells| u64::from(cells)).sum();
        if count == 0 || self.cells.is_empty() {
            return Err(RecipeError::NoCells);
        }
        if count > MOST_CELLS {
            return Err(RecipeError::TooMany { what: "cells", count, most: MOST_CELLS });
        }
        if self.cells.iter().any(|kind| !(kind.share.is_finite() && kind.share > 0.0)) {
            return Err(RecipeError::Share("[[cells]]".into()));
        }
        let offers: Vec<Offer> = self.cells.iter().map(|kind| self.offer(kind)).collect();
        let mut random = stream(self.seed, "cells");
        let mut cells = Vec::new();
        for (zone, &count) in &self.zones {
            let mut shares = Shares::of(self.cells.iter().map(|kind| kind.share).collect());
            for _ in 0..count {
                let kind = shares.next();
                let CellKind { ref group, memory_mb, disk_mb, containers, .. } = self.cells[kind];
                let is_first_of_group = cells.iter().all(|cell: &DraftCell| cell.group != *group);
                cells.push(DraftCell {
                    id: uuid(&mut random),
                    bosh_index: u32::try_from(cells.len()).unwrap_or(u32::MAX),
                    group: group.clone(),
                    zone: zone.clone(),
                    total: Resources::new(memory_mb, disk_mb, containers),
                    unlisted: Resources::default(),
                    proxy_memory_mb: self.proxy_memory_mb,
                    offer: offers[kind].clone(),
                    bootstrap: is_first_of_group,
                });
            }
        }
        Ok(cells)
    }

    fn check_number_of_tasks(&self) -> Result<(), RecipeError> {
        let count: u64 = self.tasks.iter().map(|kind| u64::from(kind.count)).sum();
        let (what, most) = ("tasks", MOST_INSTANCES);
        if count > most { Err(RecipeError::TooMany { what, count, most }) } else { Ok(()) }
    }

    fn stacks_of<'a>(&'a self, kind: &'a CellKind) -> &'a [String] {
        kind.stacks.as_ref().unwrap_or(&self.stacks)
    }

    /// What a real cell advertises (A.7.3): docker images, and the preloaded stacks twice.
    fn offer(&self, kind: &CellKind) -> Offer {
        let stacks = RootFsProvider::FixedSet(self.stacks_of(kind).iter().cloned().collect());
        Offer {
            rootfs_providers: [
                ("docker".to_owned(), RootFsProvider::Arbitrary),
                ("preloaded".to_owned(), stacks.clone()),
                ("preloaded+layer".to_owned(), stacks),
            ]
            .into(),
            volume_drivers: kind.volume_drivers.iter().cloned().collect(),
            placement_tags: kind.placement_tags.iter().cloned().collect(),
            optional_placement_tags: kind.optional_placement_tags.iter().cloned().collect(),
        }
    }

    fn constraint(&self, kind: &AppKind) -> Result<Constraint, RecipeError> {
        let stack = kind.stack.as_ref().or(self.stacks.first()).cloned().unwrap_or_default();
        if !self.cells.iter().any(|cells| self.stacks_of(cells).contains(&stack)) {
            return Err(RecipeError::UnknownStack { kind: kind.name.clone(), stack });
        }
        Ok(Constraint {
            rootfs: format!("preloaded:{stack}"),
            volume_drivers: kind.volume_drivers.iter().cloned().collect(),
            placement_tags: kind.placement_tags.iter().cloned().collect(),
        })
    }

    fn place_apps(&self, work: &mut Work, kinds: &[AppKind], apps: &[App]) -> Result<(), RecipeError> {
        let constraints: Vec<Constraint> =
            kinds.iter().map(|kind| self.constraint(kind)).collect::<Result<_, _>>()?;
        let allowed: Vec<Vec<usize>> =
            constraints.iter().map(|constraint| work.placer.allowed(constraint, &work.draft.cells)).collect();
        let (mut guids, mut crashes) = (stream(self.seed, "guids"), stream(self.seed, "crashes"));
        let wanted = self.wanted(apps);
        for app in apps {
            let kind = &kinds[app.kind];
            let process = work.draft.processes.len();
            work.draft.processes.push(DraftProcess {
                guid: format!("{}-{}", uuid(&mut guids), uuid(&mut guids)),
                domain: "cf-apps".to_owned(),
                instances: app.instances,
                memory_mb: kind.memory_mb,
                disk_mb: kind.disk_mb,
                constraint: constraints[app.kind].clone(),
                strategy: kind.strategy.into(),
                // As Diego has it, 0 is none.
                start_timeout: kind.start_timeout_ms.filter(|ms| *ms > 0).map(|ms| Span::from_ms(ms.into())),
            });
            let memory_mb = kind.memory_mb.saturating_add(self.proxy_memory_mb);
            let need = Resources::new(memory_mb, kind.disk_mb, 1);
            let mut spread = Spread::default();
            for index in 0..app.instances {
                let (state, cell, crash_count) = if kind.crashing {
                    // From the third crash on a restart waits (C.4).
                    (InstanceState::Crashed, None, crashes.random_range(3..=8))
                } else {
                    let what = || format!("instance {index} of an app of {}", kind.name);
                    let cell = work.place(what, need, &allowed[app.kind], &mut spread, wanted)?;
                    (InstanceState::Running, Some(cell), 0)
                };
                let presence = Presence::Ordinary;
                work.draft.instances.push(DraftInstance {
                    process,
                    index,
                    presence,
                    state,
                    cell,
                    crash_count,
                });
            }
        }
        Ok(())
    }

    fn place_tasks(&self, work: &mut Work, apps: &[App]) -> Result<(), RecipeError> {
        let mut guids = stream(self.seed, "tasks");
        let rootfs = format!("preloaded:{}", self.stacks.first().map_or("", String::as_str));
        let wanted = self.wanted(apps);
        for kind in &self.tasks {
            let placement_tags: BTreeSet<String> = kind.placement_tags.iter().cloned().collect();
            let constraint =
                Constraint { rootfs: rootfs.clone(), volume_drivers: BTreeSet::new(), placement_tags };
            let allowed = work.placer.allowed(&constraint, &work.draft.cells);
            // Tasks have no proxy (B.1).
            let need = Resources::new(kind.memory_mb, kind.disk_mb, 1);
            for _ in 0..kind.count {
                let cell =
                    work.place(|| "a task".to_owned(), need, &allowed, &mut Spread::default(), wanted)?;
                work.draft.tasks.push(DraftTask {
                    guid: uuid(&mut guids),
                    cell: Some(cell),
                    memory_mb: kind.memory_mb,
                    disk_mb: kind.disk_mb,
                    constraint: constraint.clone(),
                });
            }
        }
        Ok(())
    }

    /// Instances and tasks in all, for messages.
    fn wanted(&self, apps: &[App]) -> u64 {
        let instances: u64 = apps.iter().map(|app| u64::from(app.instances)).sum();
        let tasks: u64 = self.tasks.iter().map(|kind| u64::from(kind.count)).sum();
        instances + tasks
    }
}

/// The fleet so far, and the room that is left.
struct Work {
    draft: Draft,
    placer: Placer,
    placed: u64,
}

impl Work {
    fn place(
        &mut self,
        what: impl Fn() -> String,
        need: Resources,
        allowed: &[usize],
        spread: &mut Spread,
        wanted: u64,
    ) -> Result<usize, RecipeError> {
        if let Some(cell) = self.placer.place(need, allowed, spread) {
            self.placed += 1;
            return Ok(cell);
        }
        let room = self.placer.room(allowed);
        Err(RecipeError::DoesNotFit {
            what: what(),
            memory_mb: need.memory_mb,
            disk_mb: need.disk_mb,
            placed: self.placed,
            wanted,
            cells: room.cells,
            free_memory_mb: room.memory_mb,
            free_containers: room.containers,
            most_free_memory_mb: room.most_memory_mb,
        })
    }
}
