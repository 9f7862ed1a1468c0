//! The table of lints.

use rivera_diego::Explanation;

pub(super) static PERCENT_SAME: Explanation = Explanation {
    code: "percent-same",
    title: "values of max_in_flight that are the same on this fleet",
    meaning: "A percentage is of the cells of a zone, rounded down, and at least one cell. On a small zone several values come to the \
              same number of cells, so the same runs are done more than once and the table has the same lines.",
    remedy: "Leave one of them out, or write the number of cells that is meant.",
};

pub(super) static LIMIT_ABOVE_INSTANCES: Explanation = Explanation {
    code: "limit-above-instances",
    title: "a maximum of starting containers that is never reached",
    meaning: "There are no more instances than the limit lets start at once, so it is the same as none. Pushes and tasks start \
              containers as well, but few.",
    remedy: "Write `none`, or a limit that is below the number of instances.",
};

pub(super) static GROUP_OF_ITS_OWN: Explanation = Explanation {
    code: "group-of-its-own",
    title: "a group of cells that the values of max_in_flight do not reach",
    meaning: "The scenario has a `max_in_flight` for this group, or the fleet's manifest has one that is not that of the usual cells: it \
              goes before that of every setting. So its cells are updated as is written there, whatever the setting is called, \
              and on a fleet without other groups all settings are the same.",
    remedy: "Take the key out of `[scenario.groups.NAME]` or of the scenario file, or vary it there by a list of values, which goes before \
             the manifest's.",
};

pub(super) static CANNOT_BE_TOLD: Explanation = Explanation {
    code: "cannot-be-told",
    title: "a throttle that the version cannot be told",
    meaning: "The version of `product_version` has one value of this throttle, which no operator can change, so what the runs show of \
              another one cannot be had there.",
    remedy: "Leave the value out, or name the version to which the upgrade goes.",
};

pub(super) static TIMEOUT_BELOW_DRAIN: Explanation = Explanation {
    code: "timeout-below-drain",
    title: "an evacuation timeout in which no cell can be emptied",
    meaning: "A cell that evacuates looks only once in its polling interval whether it is empty, and an instance may take the whole \
              graceful interval to stop. With a shorter timeout every evacuation is cut off, whatever the throttles are.",
    remedy: "Give `rep.evacuation_timeout_s` more than the polling interval and the graceful interval together; 600 s is the default.",
};

pub(super) static SWITCHED_OFF: Explanation = Explanation {
    code: "switched-off",
    title: "a key that is varied in a part of the scenario that is not simulated",
    meaning: "The part has a switch, and it is off in every setting, so all values of the key give the same runs. Jobs of the Cloud \
              Controller are simulated with the whole upgrade only.",
    remedy: "Set `enabled = true` in the table (`[scenario.upgrade]` for the whole upgrade), or do not vary the key.",
};

pub(super) static FIGURE_NOT_SIMULATED: Explanation = Explanation {
    code: "figure-not-simulated",
    title: "a figure of what is not simulated",
    meaning: "The figure is of the whole upgrade where only cells are updated, or of faults where nothing fails. It is 0 in every \
              run, so a table of it says nothing and an upper bound of it always holds.",
    remedy: "Set `enabled = true` in `[scenario.upgrade]`, or write faults into `[[scenario.faults.events]]`; else take the figure \
             out.",
};

pub(super) static ASSERTION_ALWAYS_TRUE: Explanation = Explanation {
    code: "assertion-always-true",
    title: "an assertion that cannot fail",
    meaning: "No figure is ever below 0, so the bound holds whatever happens. Most likely the comparison is the wrong way round.",
    remedy: "Turn the comparison round, as in `crashes <= 0`, or take the assertion out.",
};

pub(super) static ASSERTION_NEVER_TRUE: Explanation = Explanation {
    code: "assertion-never-true",
    title: "an assertion that cannot hold",
    meaning: "No figure is ever below 0, so nothing that happens meets the bound, and the exit code is always 1.",
    remedy: "Write `<=` instead of `<`, or a bound that is not negative.",
};

pub(super) static TOO_FEW_SEEDS: Explanation = Explanation {
    code: "too-few-seeds",
    title: "so few seeds that an interval is the range",
    meaning: "The interval of a median is that of a bootstrap. Of fewer than five runs it reaches from the least value to the \
              greatest, which says how far they were apart and not how sure the median is.",
    remedy: "Take ten seeds or more: `seeds.count`, or `--seeds`; a precision adds as many as it needs.",
};

pub(super) static NOTHING_VARIED: Explanation = Explanation {
    code: "nothing-varied",
    title: "an experiment of one setting that asserts nothing",
    meaning: "No key has several values, so there is nothing to compare, and nothing is said that must hold.",
    remedy: "Give a key a list of values, or write what must hold into `assertions`.",
};

pub(super) static MANY_RUNS: Explanation = Explanation {
    code: "many-runs",
    title: "so many runs that they take long",
    meaning: "A run takes the longer the more instances there are. The time that is told is a rough one, from 50,000 instances a second \
              and core; all cores are used, and finished runs are kept.",
    remedy: "Vary less or take fewer seeds, or spread the runs over machines with `rivera experiment plan` and `--shard`.",
};

/// All lints of an experiment. They are told as warnings and stop nothing.
pub static LINTS: [&Explanation; 12] = [
    &PERCENT_SAME,
    &LIMIT_ABOVE_INSTANCES,
    &GROUP_OF_ITS_OWN,
    &CANNOT_BE_TOLD,
    &TIMEOUT_BELOW_DRAIN,
    &SWITCHED_OFF,
    &FIGURE_NOT_SIMULATED,
    &ASSERTION_ALWAYS_TRUE,
    &ASSERTION_NEVER_TRUE,
    &TOO_FEW_SEEDS,
    &NOTHING_VARIED,
    &MANY_RUNS,
];
