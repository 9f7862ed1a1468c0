//! Diego's names of states and presences (C.1).

use rivera_model::{InstanceState, Presence};

/// States of instance records.
pub(crate) const STATES: [(&str, InstanceState); 4] = [
    ("UNCLAIMED", InstanceState::Unclaimed),
    ("CLAIMED", InstanceState::Claimed),
    ("RUNNING", InstanceState::Running),
    ("CRASHED", InstanceState::Crashed),
];

/// Presences of instance records.
pub(crate) const PRESENCES: [(&str, Presence); 3] =
    [("ORDINARY", Presence::Ordinary), ("EVACUATING", Presence::Evacuating), ("SUSPECT", Presence::Suspect)];

pub(crate) const fn state_name(state: InstanceState) -> &'static str {
    match state {
        InstanceState::Unclaimed => STATES[0].0,
        InstanceState::Claimed => STATES[1].0,
        InstanceState::Running => STATES[2].0,
        InstanceState::Crashed => STATES[3].0,
    }
}

pub(crate) const fn presence_name(presence: Presence) -> &'static str {
    match presence {
        Presence::Ordinary => PRESENCES[0].0,
        Presence::Evacuating => PRESENCES[1].0,
        Presence::Suspect => PRESENCES[2].0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_go_both_ways() {
        for (name, state) in STATES {
            assert_eq!(state_name(state), name);
        }
        for (name, presence) in PRESENCES {
            assert_eq!(presence_name(presence), name);
        }
    }
}
