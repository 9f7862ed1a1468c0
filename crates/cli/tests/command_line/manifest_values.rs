//! What a manifest says of groups that are no cells, where a whole upgrade updates them, too (D.1).

use crate::sandbox::Sandbox;

/// The export with a group of routers that has this `max_in_flight`.
fn sandbox(max_in_flight: &str) -> Sandbox {
    let sandbox = Sandbox::new();
    let router = format!(
        "- name: router\n  instances: 3\n  update:\n    max_in_flight: {max_in_flight}\n  jobs:\n  - name: gorouter\n"
    );
    let manifest = sandbox.read("two-cells/manifest.yml").trim_end().to_owned();
    sandbox.write("two-cells/manifest.yml", format!("{manifest}\n{router}"));
    sandbox
}

#[test]
fn d1_a_value_that_bosh_cannot_read_ends_a_whole_upgrade_before_it_begins() {
    let sandbox = sandbox("abc");
    let texts = [
        "two-cells: `instance_groups.router.update.max_in_flight` is out of range: 'abc' is neither an integer such as 20 nor",
        "correct the manifest or the recipe",
    ];
    for verb in ["simulate", "compare", "recommend --no-cache"] {
        sandbox.refused_with(&format!("{verb} --fleet two-cells --whole-upgrade"), &texts);
    }
    sandbox.write("experiment.toml", "fleet = \"two-cells\"\nscenario.upgrade.enabled = true\n");
    sandbox.refused_with(
        "experiment plan experiment.toml",
        &[
            "experiment.toml",
            "the manifest of the fleet: `instance_groups.router.update.max_in_flight` is out",
        ],
    );
    sandbox.done("simulate --fleet two-cells");
}

#[test]
fn d1_a_value_that_bosh_takes_for_another_is_warned_of() {
    for (value, meant) in [("150%", "100%"), ("-1", "1")] {
        let text = sandbox(value).done("simulate --fleet two-cells --whole-upgrade");
        let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
        let warning = format!(
            "Warning: `instance_groups.router.update.max_in_flight` of the manifest is {value}, which BOSH takes for {meant} \
             and Ops Manager refuses: write an integer from 1 to 100, or a percentage from 1% to 100%."
        );
        assert!(text.contains(&warning), "{text}");
    }
}
