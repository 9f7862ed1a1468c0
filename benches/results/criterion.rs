//! What criterion left in `target/criterion`: for each benchmark a folder `new` with its id, its samples and its estimates.

use std::collections::btree_map::Entry;
use std::path::Path;

use serde::Deserialize;

use crate::files;
use crate::measured::{AllMeasured, Measured, MeasuredError};

#[derive(Deserialize)]
struct Benchmark {
    full_id: String,
    throughput: Option<Throughput>,
}

/// What an iteration holds. Of the kinds that criterion knows, only elements make the figure another one.
#[derive(Deserialize)]
struct Throughput {
    #[serde(rename = "Elements")]
    elements: Option<f64>,
}

#[derive(Deserialize)]
struct Estimates {
    median: Estimate,
}

#[derive(Deserialize)]
struct Estimate {
    point_estimate: f64,
}

#[derive(Deserialize)]
struct Samples {
    iters: Vec<f64>,
    times: Vec<f64>,
}

/// Reads the whole folder.
pub(crate) fn read(folder: &Path, all: &mut AllMeasured) -> Result<(), MeasuredError> {
    for path in files::named(folder, "benchmark.json")? {
        // The folder `base` beside `new` holds the same of the run before.
        if !path.parent().is_some_and(|folder| folder.ends_with("new")) {
            continue;
        }
        let benchmark: Benchmark = files::read(&path)?;
        let estimates: Estimates = files::read(&path.with_file_name("estimates.json"))?;
        let samples: Samples = files::read(&path.with_file_name("sample.json"))?;
        let least = samples.iters.iter().zip(&samples.times).map(|(iterations, ns)| ns / iterations);
        let least =
            least.reduce(f64::min).ok_or_else(|| MeasuredError::NoSample(path.display().to_string()))?;
        let elements = benchmark.throughput.and_then(|throughput| throughput.elements).unwrap_or(1.0);
        let time = Measured::Time {
            median_ns: estimates.median.point_estimate / elements,
            least_ns: least / elements,
        };
        match all.entry(benchmark.full_id) {
            Entry::Vacant(entry) => entry.insert(time),
            Entry::Occupied(entry) => return Err(MeasuredError::Twice(entry.key().clone())),
        };
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    fn write(folder: &Path, throughput: &str) {
        fs::create_dir_all(folder).expect("a folder");
        let file = |name: &str, text: &str| fs::write(folder.join(name), text).expect("a file");
        file("benchmark.json", &format!(r#"{{"full_id":"place/100x50","throughput":{throughput}}}"#));
        file("estimates.json", r#"{"mean":{"point_estimate":9.0},"median":{"point_estimate":600.0}}"#);
        file("sample.json", r#"{"sampling_mode":"Linear","iters":[1.0,2.0],"times":[620.0,1000.0]}"#);
    }

    fn read_one(throughput: &str) -> Measured {
        let folder = tempfile::tempdir().expect("a folder");
        write(&folder.path().join("place/100x50/new"), throughput);
        write(&folder.path().join("place/100x50/base"), throughput);
        let mut all = AllMeasured::new();
        read(folder.path(), &mut all).expect("what criterion writes");
        assert_eq!(all.len(), 1);
        all["place/100x50"]
    }

    #[test]
    fn the_figure_is_that_of_an_element_where_there_are_elements() {
        assert_eq!(read_one(r#"{"Elements":100}"#), Measured::Time { median_ns: 6.0, least_ns: 5.0 });
        for throughput in ["null", r#"{"Bytes":100}"#] {
            assert_eq!(read_one(throughput), Measured::Time { median_ns: 600.0, least_ns: 500.0 });
        }
    }

    #[test]
    fn nothing_was_measured_where_there_is_no_folder() {
        let mut all = AllMeasured::new();
        read(Path::new("no/such/folder"), &mut all).unwrap();
        assert_eq!(all, AllMeasured::new());
    }

    #[test]
    fn two_benchmarks_of_one_name_are_an_error() {
        let folder = tempfile::tempdir().unwrap();
        write(&folder.path().join("a/new"), "null");
        write(&folder.path().join("b/new"), "null");
        let error = read(folder.path(), &mut AllMeasured::new()).unwrap_err();
        assert_eq!(error.to_string(), r#"two benchmarks are called "place/100x50""#);
    }
}
