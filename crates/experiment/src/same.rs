//! Settings that are the same on a fleet, though they are written differently: 4 % and 10 % of 13 cells are one cell.

use rivera_limiter::MaxInFlight;
use rivera_model::Fleet;

/// The values that differ on this fleet, and those that were left out, each with the kept one that it is the same as.
#[must_use]
pub fn without_same(
    values: &[MaxInFlight],
    fleet: &Fleet,
) -> (Vec<MaxInFlight>, Vec<(MaxInFlight, MaxInFlight)>) {
    let sizes = sizes(fleet);
    let at_once = |value: MaxInFlight| sizes.iter().map(|&size| value.in_flight(size)).collect::<Vec<_>>();
    let (mut kept, mut left_out): (Vec<MaxInFlight>, Vec<_>) = (Vec::new(), Vec::new());
    for &value in values {
        match kept.iter().find(|&&other| at_once(other) == at_once(value)) {
            Some(&same) => left_out.push((value, same)),
            None => kept.push(value),
        }
    }
    (kept, left_out)
}

/// Cells of each group in each zone: BOSH updates zone after zone (D.1).
fn sizes(fleet: &Fleet) -> Vec<usize> {
    let mut sizes = std::collections::BTreeMap::new();
    for cell in &fleet.cells {
        *sizes.entry((cell.group, cell.zone)).or_insert(0) += 1;
    }
    sizes.into_values().collect()
}
