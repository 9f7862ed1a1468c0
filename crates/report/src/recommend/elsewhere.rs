//! Where values are set that were searched beside the two throttles.

use super::Recommended;

/// Keys of a scenario that a deployment has, and what they are called there (D.2, H.5).
const PLACES: [(&str, &str); 14] = [
    ("update.canaries", "`canaries` in the `update` of the cells' instance group"),
    ("update.canary_watch_s", "`canary_watch_time` there, in milliseconds"),
    ("update.update_watch_s", "`update_watch_time` there, in milliseconds"),
    ("update.vm_strategy", "`vm_strategy` there"),
    ("surplus.cells", "so many more cells before the upgrade, taken away after it"),
    (
        "auctioneer.starting_container_weight",
        "`diego.auctioneer.starting_container_weight` of the job auctioneer",
    ),
    (
        "auctioneer.bin_pack_first_fit_weight",
        "`diego.auctioneer.bin_pack_first_fit_weight` of the job auctioneer",
    ),
    ("rep.evacuation_timeout_s", "`diego.rep.evacuation_timeout_in_seconds` of the job rep"),
    (
        "rep.evacuation_polling_interval_s",
        "`diego.rep.evacuation_polling_interval_in_seconds` of the job rep",
    ),
    ("rep.polling_interval_s", "`diego.rep.polling_interval_in_seconds` of the job rep"),
    ("rep.graceful_shutdown_s", "`containers.graceful_shutdown_interval_in_seconds` of the job rep"),
    ("rep.proxy_reload_s", "`containers.proxy.configuration_reload_duration` of the job rep"),
    ("rep.max_concurrent_downloads", "`diego.executor.max_concurrent_downloads` of the job rep"),
    ("bbs.convergence_interval_s", "`diego.bbs.convergence.repeat_interval_in_seconds` of the job bbs"),
];

impl Recommended<'_> {
    /// The answer's values of everything that was varied but the two throttles, each with where it is set.
    pub(super) fn elsewhere(&self) -> Vec<String> {
        let values = self.found.answer.and_then(|answer| self.values.get(answer)).into_iter().flatten();
        let axes = self.plan.axes.iter().map(|axis| axis.key.as_str()).zip(values);
        let others = axes.filter(|(key, _)| !["max_in_flight", "max_starts"].contains(key));
        others.map(|(key, value)| format!("`{key}` is {value}: {}.", place(key))).collect()
    }
}

fn place(key: &str) -> String {
    if let Some((_, place)) = PLACES.iter().find(|(known, _)| *known == key) {
        return (*place).to_owned();
    }
    match key.strip_prefix("groups.").and_then(|rest| rest.rsplit_once('.')) {
        Some((group, key)) => format!("`{key}` of the instance group {group}"),
        None => "set so in the scenario; the answer holds for a foundation that is so".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use rivera_sim::Scenario;

    use super::*;

    #[test]
    fn every_place_is_that_of_a_key_of_the_scenario() {
        let text = Scenario::default().to_toml();
        for (key, _) in PLACES {
            let (section, key) = key.split_once('.').unwrap();
            let section = text.split(&format!("[{section}]\n")).nth(1).unwrap().split("\n[").next().unwrap();
            assert!(
                section.lines().any(|line| line.starts_with(&format!("{key} ="))),
                "{key} is not in\n{section}"
            );
        }
    }

    #[test]
    fn a_group_has_its_value_and_a_constant_has_none() {
        assert_eq!(place("groups.iso-seg.max_in_flight"), "`max_in_flight` of the instance group iso-seg");
        assert!(place("apps.droplet_mb").starts_with("set so in the scenario"));
    }
}
