//! What a deployment says of its roll-out, in one table: where BOSH keeps each fact, how a recipe calls it, and
//! how its text is read and written.

use rivera_model::{CellUpdate, DeploymentFacts, Span};

use crate::duration;

/// A fact of a deployment.
pub(crate) struct Fact {
    /// The job whose property it is; `None` for a key of the `update` block.
    pub(crate) job: Option<&'static str>,
    /// The property's path, or the key in the `update` block.
    pub(crate) path: &'static str,
    /// Its name in a recipe's `[deployment]`, if it can be given there.
    pub(crate) recipe_key: Option<&'static str>,
    /// Reads the text of a value.
    pub(crate) set: fn(&mut DeploymentFacts, &str) -> Result<(), String>,
    /// Writes the text of the value, if the fact is known.
    pub(crate) get: fn(&DeploymentFacts) -> Option<String>,
}

/// Every fact, the keys of `update` first (D.1, D.2, A.15, B.13, C.6).
pub(crate) const FACTS: [Fact; 17] = [
    update("max_in_flight", set_max_in_flight, |facts| facts.cells.max_in_flight.clone()),
    update("canaries", set_canaries, |facts| facts.cells.canaries.clone()),
    update("canary_watch_time", set_canary_watch, |facts| {
        watch_text(facts.cells.canary_watch_min, facts.cells.canary_watch_max)
    }),
    update("update_watch_time", set_update_watch, |facts| {
        watch_text(facts.cells.update_watch_min, facts.cells.update_watch_max)
    }),
    update("vm_strategy", set_vm_strategy, |facts| {
        let strategy = |create_first| if create_first { CREATE_FIRST } else { DELETE_FIRST };
        facts.cells.create_swap_delete.map(|create_first| strategy(create_first).to_owned())
    }),
    Fact {
        job: Some("auctioneer"),
        path: "diego.auctioneer.starting_container_count_maximum",
        recipe_key: Some("max_starts"),
        set: |facts, text| put(&mut facts.max_starts, number(text)),
        get: |facts| Some(facts.max_starts?.to_string()),
    },
    Fact {
        job: Some("auctioneer"),
        path: "diego.auctioneer.starting_container_weight",
        recipe_key: Some("starting_container_weight"),
        set: |facts, text| put(&mut facts.starting_container_weight, weight(text)),
        get: |facts| facts.starting_container_weight.clone(),
    },
    Fact {
        job: Some("auctioneer"),
        path: "diego.auctioneer.bin_pack_first_fit_weight",
        recipe_key: Some("bin_pack_first_fit_weight"),
        set: |facts, text| put(&mut facts.bin_pack_first_fit_weight, weight(text)),
        get: |facts| facts.bin_pack_first_fit_weight.clone(),
    },
    Fact {
        job: Some("rep"),
        path: "diego.rep.evacuation_timeout_in_seconds",
        recipe_key: Some("evacuation_timeout_in_seconds"),
        set: |facts, text| put(&mut facts.evacuation_timeout, seconds(text)),
        get: |facts| Some(seconds_text(facts.evacuation_timeout?)),
    },
    Fact {
        job: Some("rep"),
        path: "diego.rep.evacuation_polling_interval_in_seconds",
        recipe_key: Some("evacuation_polling_interval_in_seconds"),
        set: |facts, text| put(&mut facts.evacuation_polling_interval, seconds(text)),
        get: |facts| Some(seconds_text(facts.evacuation_polling_interval?)),
    },
    Fact {
        job: Some("rep"),
        path: "diego.rep.polling_interval_in_seconds",
        recipe_key: Some("polling_interval_in_seconds"),
        set: |facts, text| put(&mut facts.polling_interval, seconds(text)),
        get: |facts| Some(seconds_text(facts.polling_interval?)),
    },
    Fact {
        job: Some("rep"),
        path: "containers.graceful_shutdown_interval_in_seconds",
        recipe_key: Some("graceful_shutdown_interval_in_seconds"),
        set: |facts, text| put(&mut facts.graceful_shutdown_interval, seconds(text)),
        get: |facts| Some(seconds_text(facts.graceful_shutdown_interval?)),
    },
    Fact {
        job: Some("rep"),
        path: "containers.proxy.enabled",
        recipe_key: None,
        set: |facts, text| {
            let enabled = text.parse().map_err(|_| format!("{text:?} is neither true nor false"));
            put(&mut facts.proxy_enabled, enabled)
        },
        get: |facts| Some(facts.proxy_enabled?.to_string()),
    },
    Fact {
        job: Some("rep"),
        path: "containers.proxy.additional_memory_allocation_mb",
        recipe_key: None,
        set: |facts, text| {
            let memory_mb: i32 = number(text)?;
            if memory_mb < 0 {
                return Err(format!("{memory_mb} is below zero"));
            }
            put(&mut facts.proxy_memory_mb, Ok(memory_mb))
        },
        get: |facts| Some(facts.proxy_memory_mb?.to_string()),
    },
    Fact {
        job: Some("rep"),
        path: "containers.proxy.configuration_reload_duration",
        recipe_key: Some("proxy_reload"),
        set: |facts, text| put(&mut facts.proxy_reload, duration::parse(text)),
        get: |facts| Some(duration::text(facts.proxy_reload?)),
    },
    Fact {
        job: Some("rep"),
        path: "diego.executor.max_concurrent_downloads",
        recipe_key: Some("max_concurrent_downloads"),
        set: |facts, text| put(&mut facts.max_concurrent_downloads, number(text)),
        get: |facts| Some(facts.max_concurrent_downloads?.to_string()),
    },
    Fact {
        job: Some("bbs"),
        path: "diego.bbs.convergence.repeat_interval_in_seconds",
        recipe_key: Some("convergence_interval_in_seconds"),
        set: |facts, text| put(&mut facts.convergence_interval, seconds(text)),
        get: |facts| Some(seconds_text(facts.convergence_interval?)),
    },
];

fn put<T>(slot: &mut Option<T>, value: Result<T, String>) -> Result<(), String> {
    *slot = Some(value?);
    Ok(())
}

const CREATE_FIRST: &str = "create-swap-delete";
const DELETE_FIRST: &str = "delete-create";

/// A key of the `update` block, which a recipe calls the same.
const fn update(
    key: &'static str,
    set: fn(&mut DeploymentFacts, &str) -> Result<(), String>,
    get: fn(&DeploymentFacts) -> Option<String>,
) -> Fact {
    Fact { job: None, path: key, recipe_key: Some(key), set, get }
}

fn set_max_in_flight(facts: &mut DeploymentFacts, text: &str) -> Result<(), String> {
    put(&mut facts.cells.max_in_flight, count_or_percent(text))
}

fn set_canaries(facts: &mut DeploymentFacts, text: &str) -> Result<(), String> {
    put(&mut facts.cells.canaries, count_or_percent(text))
}

fn set_canary_watch(facts: &mut DeploymentFacts, text: &str) -> Result<(), String> {
    let (min, max) = watch_time(text)?;
    let CellUpdate { canary_watch_min, canary_watch_max, .. } = &mut facts.cells;
    (*canary_watch_min, *canary_watch_max) = (Some(min), Some(max));
    Ok(())
}

fn set_update_watch(facts: &mut DeploymentFacts, text: &str) -> Result<(), String> {
    let (min, max) = watch_time(text)?;
    let CellUpdate { update_watch_min, update_watch_max, .. } = &mut facts.cells;
    (*update_watch_min, *update_watch_max) = (Some(min), Some(max));
    Ok(())
}

fn set_vm_strategy(facts: &mut DeploymentFacts, text: &str) -> Result<(), String> {
    facts.cells.create_swap_delete = Some(match text {
        CREATE_FIRST => true,
        DELETE_FIRST => false,
        _ => return Err(format!("{text:?} is neither {CREATE_FIRST} nor {DELETE_FIRST}")),
    });
    Ok(())
}

/// An integer or digits with a percent sign, kept as written (D.1).
fn count_or_percent(text: &str) -> Result<String, String> {
    let is_percent = |digits: &str| !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    if text.parse::<i64>().is_ok() || text.strip_suffix('%').is_some_and(is_percent) {
        return Ok(text.to_owned());
    }
    Err(format!("{text:?} is neither a whole number nor a percentage such as 4%"))
}

/// `min-max` or one value, in milliseconds (D.2).
fn watch_time(text: &str) -> Result<(Span, Span), String> {
    let ms = |text: &str| {
        let ms: u64 = text.trim().parse().ok()?;
        ms.checked_mul(1_000).map(Span)
    };
    let range = match text.split_once('-') {
        Some((min, max)) => ms(min).zip(ms(max)),
        None => ms(text).map(|both| (both, both)),
    };
    match range {
        None => Err(format!("{text:?} is neither milliseconds nor a range of them such as 5000-1200000")),
        Some((min, max)) if min > max => Err(format!("{text:?} ends before it begins")),
        Some(range) => Ok(range),
    }
}

fn watch_text(min: Option<Span>, max: Option<Span>) -> Option<String> {
    Some(format!("{}-{}", min?.as_ms(), max?.as_ms()))
}

fn seconds(text: &str) -> Result<Span, String> {
    let seconds: u64 = number(text)?;
    seconds.checked_mul(1_000_000).map(Span).ok_or_else(|| format!("{seconds} seconds are too many"))
}

fn seconds_text(span: Span) -> String {
    (span.as_ms() / 1_000).to_string()
}

fn weight(text: &str) -> Result<String, String> {
    match text.parse::<f64>() {
        Ok(weight) if weight.is_finite() => Ok(text.to_owned()),
        _ => Err(format!("{text:?} is not a number")),
    }
}

fn number<N: std::str::FromStr>(text: &str) -> Result<N, String> {
    text.parse().map_err(|_| format!("{text:?} is not a whole number in range"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set(path: &str, text: &str) -> Result<DeploymentFacts, String> {
        let mut facts = DeploymentFacts::default();
        let fact = FACTS.iter().find(|fact| fact.path == path).unwrap();
        (fact.set)(&mut facts, text)?;
        Ok(facts)
    }

    #[test]
    fn every_fact_is_written_as_it_was_read() {
        let samples = [
            "4%",
            "1",
            "30000-1200000",
            "5000-1200000",
            CREATE_FIRST,
            "200",
            "0.25",
            "0.0",
            "600",
            "10",
            "30",
            "10",
            "true",
            "32",
            "5s",
            "5",
            "30",
        ];
        for (fact, text) in FACTS.iter().zip(samples) {
            let facts = set(fact.path, text).unwrap();
            assert_eq!((fact.get)(&facts).as_deref(), Some(text), "{}", fact.path);
            assert_eq!((fact.get)(&DeploymentFacts::default()), None, "{}", fact.path);
        }
    }

    #[test]
    fn max_in_flight_is_an_integer_or_a_percentage() {
        for text in ["1", "-1", "20", "0%", "100%"] {
            assert_eq!(set("max_in_flight", text).unwrap().cells.max_in_flight.as_deref(), Some(text));
        }
        for text in ["", "%", "4.5%", "-4%", "((max_in_flight))", "default"] {
            let error = set("max_in_flight", text).unwrap_err();
            assert_eq!(error, format!("{text:?} is neither a whole number nor a percentage such as 4%"));
        }
    }

    #[test]
    fn watch_times_are_milliseconds_or_a_range() {
        let facts = set("update_watch_time", "5000-1200000").unwrap();
        assert_eq!(facts.cells.update_watch_min, Some(Span::from_secs(5)));
        assert_eq!(facts.cells.update_watch_max, Some(Span::from_secs(1_200)));
        let facts = set("canary_watch_time", "30000").unwrap();
        assert_eq!(facts.cells.canary_watch_min, facts.cells.canary_watch_max);
        assert_eq!(set("canary_watch_time", "2-1").unwrap_err(), "\"2-1\" ends before it begins");
        assert!(set("canary_watch_time", "18446744073709551615").is_err());
    }

    #[test]
    fn wrong_values_are_named() {
        assert_eq!(
            set("vm_strategy", "hot-swap").unwrap_err(),
            "\"hot-swap\" is neither create-swap-delete nor delete-create"
        );
        assert_eq!(set("containers.proxy.enabled", "yes").unwrap_err(), "\"yes\" is neither true nor false");
        assert_eq!(
            set("diego.rep.evacuation_timeout_in_seconds", "-1").unwrap_err(),
            "\"-1\" is not a whole number in range"
        );
        assert_eq!(
            set("diego.auctioneer.starting_container_weight", "NaN").unwrap_err(),
            "\"NaN\" is not a number"
        );
    }
}
