//! The advice to add cells first, with its arithmetic (I-10).

use rivera_limiter::Severity;
use rivera_model::CellGroup;

use super::finding::Evidence;
use super::plan::Plan;
use super::rule::Rule;

/// How many cells are added, as a part of those that there are: 20 to 200.
const PART: usize = 10;
/// What a round takes in the documents' example.
const ROUND_MIN: usize = 10;

pub(super) const SURPLUS_CELLS: Rule = Rule {
    code: "surplus-cells",
    severity: Severity::Note,
    title: "time that would be saved by cells added before and removed afterwards",
    why: "With k cells more than usual, k cells can be in flight without the others being fuller than usual. The example \
          of the documents: 200 cells take 25 rounds at 4%, 8 at a time; with 20 cells more and max_in_flight 20 they \
          take 10, and at 10 minutes a round 2.5 hours are saved. In several zones each zone must lose so many cells, and \
          is reckoned by itself. The rounds are a bound: BOSH begins the next cell as soon as one is done.",
    remedy: "add the cells, set max_in_flight to their number, check again, and scale down afterwards",
    source: "D.8, I-10, J-14: Configuring TAS for VMs for Upgrades, Basic Advice",
    find: |plan| surplus_cells(plan).into_iter().collect(),
};

fn surplus_cells(plan: &Plan<'_>) -> Option<Evidence> {
    let usual = CellGroup::usual(&plan.fleet.groups);
    let zones = || plan.zones.iter().filter(|zone| zone.group.index() == usual);
    let cells: usize = zones().map(|zone| zone.cells.len()).sum();
    let surplus = cells / PART;
    let now = zones().map(|zone| zone.cells.len().div_ceil(zone.in_flight)).sum::<usize>();
    let with = zones().map(|zone| zone.cells.len().div_ceil(surplus.max(1))).sum::<usize>();
    let in_flight = zones().map(|zone| zone.in_flight).max()?;
    (surplus > in_flight && with < now).then(|| Evidence::SurplusCells {
        cells,
        in_flight,
        rounds: now,
        surplus,
        rounds_with: with,
        saved_min: (now - with) * ROUND_MIN,
    })
}
