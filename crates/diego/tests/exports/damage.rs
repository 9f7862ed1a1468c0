//! Exports that something has spoilt at random.

use proptest::prelude::*;
use rivera_diego::Strictness;

use crate::support::{Export, INFOS, RECORDS, STATES};

/// Pieces that make plausible damage.
fn damage() -> impl proptest::strategy::Strategy<Value = String> {
    prop_oneof![
        Just(String::new()),
        Just("null".to_owned()),
        Just("-1".to_owned()),
        Just("2147483647".to_owned()),
        Just("\"\"".to_owned()),
        Just("\u{0}".to_owned()),
        Just("[[[[".to_owned()),
        Just("\n".to_owned()),
        "\\PC{0,6}",
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn no_damage_makes_the_import_panic_or_give_a_fleet_that_does_not_hold(
        cuts in proptest::collection::vec((0..5_usize, any::<prop::sample::Index>(), 0..12_usize, damage()), 1..6),
        lenient: bool,
    ) {
        let manifest = "update: {canaries: 1, max_in_flight: 4%}\ninstance_groups:\n- name: diego-cell\n  jobs: [{name: rep, properties: {diego.rep.polling_interval_in_seconds: 30}}]\n";
        let mut export = Export::sound().plus("manifest.yml", manifest);
        for (file, place, length, damage) in cuts {
            let name = [STATES, INFOS, RECORDS, "tasks.jsonl", "manifest.yml"][file];
            let text = export.text_mut(name);
            let mut symbols: Vec<char> = text.chars().collect();
            if symbols.is_empty() {
                continue;
            }
            let start = place.index(symbols.len());
            let end = (start + length).min(symbols.len());
            symbols.splice(start..end, damage.chars());
            *text = symbols.into_iter().collect();
        }
        let strictness = if lenient { Strictness::Lenient } else { Strictness::Strict };
        match export.read(strictness) {
            Ok(import) => prop_assert_eq!(import.fleet.validate(), Ok(())),
            Err(error) => {
                prop_assert!(!error.problems.is_empty());
                for problem in &error.problems {
                    prop_assert!(!problem.help.is_empty());
                }
            }
        }
    }
}
