//! Six cells in two zones are updated under two throttles, with 90 instances of an app on them.

use std::collections::{BTreeMap, BTreeSet};
use std::error::Error;

use rivera_auction::{Catalog, CellIndex, CellState, Config, Container, Item, Kind, LrpAuction};
use rivera_lifecycle::{CellTimes, DomainIx, EvacuationCheck, GroupProgress, GroupUpdate};
use rivera_lifecycle::{InstanceGroup, InstanceKey, ProcessView, Rollout, RunInfo, Step, ZonePlan};
use rivera_limiter::{MaxInFlight, StartLimit, StartLimiter};
use rivera_model::{CellIx, Constraint, InstanceIx, Offer, ProcessIx, Resources, RootFsProvider};
use rivera_model::{Span, Time, UpdateStrategy, ZoneIx};

const APPS: DomainIx = DomainIx(0);
const APP: ProcessIx = ProcessIx(0);
const CONTAINER: Container = Container { kind: Kind::Lrp(APP), memory_mb: 256, disk_mb: 1024 };
const ROLLING: ProcessView = ProcessView { strategy: UpdateStrategy::Rolling, instances: 90, running: 0 };
// Whatever takes time is assumed: the kernel knows the rules, not the durations.
const START: Span = Span::from_secs(20);
const NEW_MACHINE: Span = Span::from_secs(300);

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [max_in_flight, max_starts] = arguments.as_slice() else { return Err("give both throttles".into()) };
    let in_flight = u32::try_from(max_in_flight.parse::<MaxInFlight>()?.in_flight(3))?;
    let limiter = StartLimiter::new(max_starts.parse::<StartLimit>()?)?;

    // What the app demands and the cells offer, and an index of the cells to place by.
    let mut catalog = Catalog::default();
    let docker = [("docker".to_owned(), RootFsProvider::Arbitrary)].into();
    let offer = catalog.intern_offer(&Offer { rootfs_providers: docker, ..Offer::default() });
    let demand = Constraint { rootfs: "docker:app".to_owned(), ..Constraint::default() };
    let constraint = catalog.intern_constraint(&demand);
    let (zones, room) = ([0, 1].map(ZoneIx), Resources::new(8192, 65536, 250));
    let zone_of = |cell: CellIx| zones[cell.index() / 3];
    let empty_cell = |cell: CellIx| CellState::empty(cell, zone_of(cell), offer, room);
    let cells = || (0..6).map(CellIx);
    let mut index = CellIndex::build(cells().map(empty_cell).collect(), &Config::default());
    let mut rollouts = [Rollout::default(); 6];
    let mut update = GroupUpdate::new(zones.map(|zone| ZonePlan {
        zone,
        instances: cells().filter(|&cell| zone_of(cell) == zone).collect(),
        in_flight,
        canaries: 0,
    }));

    // The records of each instance, and each container with its instance and when it runs.
    let mut records = [InstanceGroup::default(); 90];
    let mut containers: BTreeMap<InstanceKey, (u8, Time)> = BTreeMap::new();
    for number in 0..90_u8 {
        let key = InstanceKey::new(InstanceIx(number.into()), CellIx(u32::from(number) % 6));
        let _ = records[usize::from(number)].start(APPS, key, RunInfo::default(), Time::ZERO, 0)?;
        index.start(key.cell, &CONTAINER)?;
        index.started(key.cell)?;
        containers.insert(key, (number, Time::ZERO));
    }
    let (mut waiting, mut started, mut killed) = (BTreeSet::new(), 90, 0);
    let (mut now, mut longest_drain) = (Time::ZERO, Span::ZERO);

    while update.progress() == GroupProgress::Going {
        // The director takes the next cells out of service.
        while let Some(cell) = update.start_next() {
            rollouts[cell.index()].make(Step::Evacuate, now)?;
            index.remove(cell);
        }
        // What has started runs. A cell that is emptied asks what becomes of each container.
        for (key, (number, runs_at)) in containers.clone() {
            let record = &mut records[usize::from(number)];
            let is_leaving = rollouts[key.cell.index()].is_evacuating();
            if runs_at == now && runs_at > Time::ZERO {
                let _ = record.start(APPS, key, RunInfo::default(), now, 0)?;
                limiter.release(1)?;
                if !is_leaving {
                    index.started(key.cell)?;
                }
            }
            if is_leaving {
                let answer = if runs_at <= now {
                    record.evacuate_running(APPS, key, RunInfo::default(), Some(ROLLING), now, 0)
                } else {
                    limiter.release(1)?;
                    record.evacuate_claimed(key, now)
                };
                if answer.request_auction {
                    waiting.insert(number);
                }
                if !answer.keep_container {
                    containers.remove(&key);
                }
            }
        }
        // The auction: who finds a cell and may start.
        for number in waiting.clone() {
            let item =
                LrpAuction { process: APP, index: number.into(), memory_mb: 256, disk_mb: 1024, constraint };
            let Ok(win) = index.place(&catalog, &Item::Lrp(item)) else { continue };
            if limiter.acquire(1) == 0 {
                break;
            }
            let key = InstanceKey::new(InstanceIx(started), win.cell);
            started += 1;
            index.start(win.cell, &CONTAINER)?;
            let _ = records[usize::from(number)].claim(key, now)?;
            containers.insert(key, (number, now + START));
            waiting.remove(&number);
        }
        // Cells that are empty, or whose time is up, get a new machine and come back.
        for cell in cells() {
            let rollout = &mut rollouts[cell.index()];
            let left = containers.keys().filter(|key| key.cell == cell).count();
            match (*rollout, rollout.check_evacuation(left, &CellTimes::default(), now)) {
                (
                    Rollout::Evacuating { since },
                    Some(EvacuationCheck::Complete | EvacuationCheck::TimedOut),
                ) => {
                    rollout.make(Step::EndEvacuation { timed_out: left > 0 }, now)?;
                    rollout.make(Step::Stopped, now)?;
                    containers.retain(|key, _| key.cell != cell);
                    (killed, longest_drain) = (killed + left, longest_drain.max(now.since(since)));
                }
                (Rollout::Updating { since }, _) if now.since(since) >= NEW_MACHINE => {
                    rollout.make(Step::Updated, now)?;
                    rollout.make(Step::Started, now)?;
                    index.insert(empty_cell(cell));
                    update.finished(cell)?;
                }
                _ => {}
            }
        }
        now += CellTimes::default().evacuation_polling;
    }
    let (minutes, seconds) = (now.as_ms() / 60_000, longest_drain.as_ms() / 1000);
    #[expect(clippy::print_stdout, reason = "a program for the terminal")]
    {
        println!("{minutes} min, longest drain {seconds} s, {killed} killed");
    }
    Ok(())
}
