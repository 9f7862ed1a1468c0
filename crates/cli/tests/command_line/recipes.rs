//! What the author of a recipe is told.

use crate::sandbox::Sandbox;

#[test]
fn mistakes_in_a_recipe_are_shown_with_their_place() {
    let cases = [
        ("[zones]", "[zonez]", "tiny.toml:4:2: unknown field `zonez`", "did you mean `zones`?"),
        (
            "memory_mb = 4096",
            "memory = 4096",
            "tiny.toml:9:1: unknown field `memory`",
            "did you mean `memory_mb`?",
        ),
        (
            "max_in_flight",
            "max_in_fligth",
            "tiny.toml:19:1: unknown field `max_in_fligth`",
            "did you mean `max_in_flight`?",
        ),
        (
            "memory_mb = 4096",
            "memory_mb = ",
            "tiny.toml:9:13: string values must be quoted, expected literal string",
            "`examples/fleets/` has recipes with every key",
        ),
        (
            "memory_mb = 4096",
            "memory_mb = -4096",
            "tiny.toml:9:13: invalid value: integer `-4096`, expected a whole number from 1",
            "`examples/fleets/` has recipes with every key",
        ),
        (
            "z1 = 2",
            "z1 = -2",
            "tiny.toml:5:6: invalid value: integer `-2`, expected a whole number from 0 to 4294967295",
            "`examples/fleets/` has recipes with every key",
        ),
        (
            "\"50%\"",
            "\"half\"",
            "tiny.toml:19:17: `max_in_flight`: \"half\" is neither a whole number nor a percentage such as 4%",
            "write it as BOSH does",
        ),
        (
            "z1 = 2\nz2 = 2",
            "z1 = 0\nz2 = 0",
            "tiny.toml: there are no cells",
            "give `[zones]` with the number of cells of each, and at least one `[[cells]]`",
        ),
        (
            "memory_mb = 4096",
            "memory_mb = 512",
            "tiny.toml: instance 0 of an app of app (160 MB memory with its proxy, 256 MB disk) does not fit after 12 of 24: \
             128 MB memory and 984 containers are free on the 4 cells that may take it, at most 32 MB on one",
            "take more or larger cells, or fewer or smaller apps",
        ),
    ];
    for (old, new, problem, help) in cases {
        let sandbox = Sandbox::new();
        sandbox.replace("tiny.toml", old, new);
        let told = format!("error[recipe]: {problem}\nhelp: {help}\n");
        assert_eq!(sandbox.refused("compare --fleet tiny.toml"), told);
        assert_eq!(sandbox.refused("fleet synth tiny.toml -o new"), told);
    }
}

#[test]
fn a_missing_key_is_named() {
    let sandbox = Sandbox::new();
    sandbox.replace("tiny.toml", "name = \"tiny\"\n", "");
    let told = sandbox.refused("fleet show tiny.toml");
    assert!(told.contains("missing field `name`\nhelp: add `name = ...`\n"), "{told}");
}

/// What is written is the foundation that the recipe describes, so nothing tells the two apart.
#[test]
fn an_export_of_a_recipe_is_the_recipes_fleet() {
    let sandbox = Sandbox::new();
    let ran = sandbox.run("fleet synth tiny.toml -o exports/tiny");
    assert_eq!((ran.code, ran.stdout.as_str()), (Some(0), ""));
    assert_eq!(ran.stderr, "wrote exports/tiny: 4 cells, 12 processes, 24 instances\n");
    for (command, options) in [
        ("fleet show", ""),
        ("fleet show", "--format json"),
        ("scenario --fleet", ""),
        ("compare --fleet", "--max-in-flight 1,50% --max-starts 5 --seeds 2"),
        ("simulate --fleet", "--format json"),
    ] {
        let of_recipe = sandbox.done(&format!("{command} tiny.toml {options}"));
        assert_eq!(sandbox.done(&format!("{command} exports/tiny {options}")), of_recipe);
    }
}

#[test]
fn an_export_is_written_into_a_new_or_empty_folder_only() {
    let sandbox = Sandbox::new();
    assert_eq!(
        sandbox.refused("fleet synth tiny.toml -o two-cells"),
        "error[already-there]: two-cells is not empty: name a folder that does not exist yet\n"
    );
    assert_eq!(
        sandbox.refused("fleet synth tiny.toml -o tiny.toml"),
        "error[already-there]: tiny.toml is a file: name a folder that does not exist yet\n"
    );
    assert_eq!(
        sandbox.refused("fleet synth two-cells -o new"),
        "error[wrong-usage]: two-cells is a folder: a recipe is a file, `examples/fleets/` has some\n"
    );
    std::fs::create_dir(sandbox.path("empty")).unwrap();
    assert_eq!(sandbox.run("fleet synth tiny.toml -o empty").code, Some(0));
    assert!(sandbox.path("empty/cell-states.jsonl").is_file());
}
