//! The whole upgrade as rows of tables, for a terminal and for the page.

use rivera_sim::{ComponentDowntime, Downtime, UpgradeOutcome};

use crate::figures::{count, duration, many};

/// Headings of [`Span::cells`].
pub(crate) const SPANS: [&str; 5] = ["group or errand", "of", "from", "to", "took"];

/// Headings of [`components`].
pub(crate) const COMPONENTS: [&str; 6] =
    ["component", "instances", "touches", "away", "in all", "at a stretch"];

/// When a group or an errand had its turn. What never began, or did not end, is left out.
pub(crate) struct Span {
    pub(crate) name: String,
    /// What it consists of.
    pub(crate) of: String,
    pub(crate) start_s: f64,
    pub(crate) end_s: f64,
}

impl Span {
    pub(crate) fn cells(&self) -> Vec<String> {
        let times = [self.start_s, self.end_s, self.end_s - self.start_s].map(duration);
        [self.name.clone(), self.of.clone()].into_iter().chain(times).collect()
    }
}

/// Groups in their order, then errands.
pub(crate) fn spans(upgrade: &UpgradeOutcome) -> Vec<Span> {
    let groups = upgrade.groups.iter().filter_map(|group| {
        let (start_s, end_s) = group.start_s.zip(group.end_s)?;
        let of = many(group.instances, "instance");
        Some(Span { name: group.name.clone(), of, start_s, end_s })
    });
    let errands = upgrade.errands.iter().filter_map(|errand| {
        let (start_s, end_s) = errand.start_s.zip(errand.end_s)?;
        Some(Span { name: errand.name.clone(), of: "errand".to_owned(), start_s, end_s })
    });
    groups.chain(errands).collect()
}

/// Components that were away, or without a majority, and below them what that came to.
pub(crate) fn components(upgrade: &UpgradeOutcome) -> Vec<Vec<String>> {
    let row = |name: &str, instances: String, touches: &str, what: &str, downtime: Downtime| {
        (downtime.times > 0).then(|| {
            let times = [duration(downtime.total_s), duration(downtime.longest_s)];
            let first = [
                name.to_owned(),
                instances,
                touches.to_owned(),
                format!("{}{what}", times_text(downtime.times)),
            ];
            first.into_iter().chain(times).collect::<Vec<String>>()
        })
    };
    let of_component = |it: &ComponentDowntime| {
        let of = |what, downtime| row(&it.name, count(it.instances), touches(it), what, downtime);
        [of("", it.away), of(" without a majority", it.minority)]
    };
    let in_all = [
        ("the apps' plane", upgrade.apps_plane),
        ("the platform's plane", upgrade.platform_plane),
        ("`cf push`", upgrade.push),
    ];
    let components = upgrade.components.iter().flat_map(of_component).flatten();
    let in_all = in_all.iter().filter_map(|&(what, downtime)| row(what, String::new(), "", "", downtime));
    components.chain(in_all).collect()
}

fn times_text(times: u32) -> String {
    if times == 1 { "once".to_owned() } else { format!("{} times", count(times)) }
}

/// The planes that its absence touches (D.7).
const fn touches(component: &ComponentDowntime) -> &'static str {
    match (component.apps, component.platform) {
        (true, true) => "apps and platform",
        (true, false) => "apps",
        (false, true) => "platform",
        (false, false) => "neither",
    }
}
