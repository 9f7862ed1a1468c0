//! The runs of an experiment as Parquet: read back by the reader of the format they are the rows of the CSV.
#![allow(clippy::unwrap_used, reason = "a test stops where it is surprised")]

mod fixture;

use parquet::basic::{LogicalType, Repetition};
use parquet::file::reader::{FileReader, SerializedFileReader};
use parquet::record::Field;
use rivera_experiment::Comparison;
use rivera_experiment::{Findings, Job, Plan, Runs, Seeds};
use rivera_report::{experiment_csv, experiment_parquet};
use rivera_sim::{METRICS, OUTCOMES_VERSION, Outcome};

/// Both throttles and a key of the scenario, whose name has a dot.
fn plan(comparison: &Comparison) -> Plan {
    let axes = serde_json::json!([
        { "key": "max_in_flight", "values": ["4%", "20%"] },
        { "key": "max_starts", "values": [50, 0] },
        { "key": "rep.evacuation_timeout_s", "values": [600, 900] },
    ]);
    Plan {
        version: "0".to_owned(),
        outcomes_version: OUTCOMES_VERSION,
        fleet: comparison.fleet.clone(),
        fleet_path: String::new(),
        lenient: false,
        fleet_sha256: String::new(),
        scenario_toml: String::new(),
        axes: serde_json::from_value(axes).unwrap(),
        seeds: Seeds::default(),
        metrics: Vec::new(),
        baseline: 0,
        assertions: Vec::new(),
    }
}

/// So many runs of each setting. The seeds reach the greatest there is; of the first setting one in three is given up.
fn runs(comparison: &Comparison, settings: usize, count: u64) -> Runs {
    let mut runs = Runs::new();
    for (point, result) in (0..settings).zip(comparison.settings.iter().rev()) {
        let seeds = u64::MAX - count + 1..=u64::MAX;
        for ((seed, run), number) in seeds.zip(result.runs.iter().cycle()).zip(0_u32..) {
            let duration_s = run.duration_s + f64::from(number) / 7.0;
            runs.insert(Job { point, seed }, Outcome { seed, duration_s, ..run.clone() });
        }
    }
    runs
}

/// Columns that belong to a run: its setting, three axes, seed and end.
const OF_RUN: usize = 6;

/// The rows of the CSV, each as one for each of its metrics.
fn long(csv: &str) -> Vec<Vec<String>> {
    let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(csv.as_bytes());
    let mut records = reader.records().map(|record| record.unwrap());
    let headings = records.next().unwrap();
    let rows = records.flat_map(|record| {
        let metrics = headings.iter().zip(&record).skip(OF_RUN);
        let row = |(metric, value): (&str, &str)| {
            let of_run = record.iter().take(OF_RUN);
            of_run.chain([metric, value]).map(str::to_owned).collect()
        };
        metrics.map(row).collect::<Vec<Vec<String>>>()
    });
    rows.collect()
}

fn read(bytes: &[u8]) -> SerializedFileReader<bytes::Bytes> {
    SerializedFileReader::new(bytes::Bytes::copy_from_slice(bytes)).unwrap()
}

fn text(field: &Field) -> String {
    match field {
        Field::Int(value) => value.to_string(),
        Field::ULong(value) => value.to_string(),
        Field::Double(value) => value.to_string(),
        Field::Str(value) => value.clone(),
        other => panic!("no column has {other:?}"),
    }
}

fn rows(bytes: &[u8]) -> Vec<Vec<String>> {
    let reader = read(bytes);
    let rows = reader.get_row_iter(None).unwrap();
    rows.map(|row| row.unwrap().get_column_iter().map(|(_, field)| text(field)).collect()).collect()
}

/// Both formats of the same runs.
fn both(count: u64) -> (String, Vec<u8>) {
    let comparison = fixture::comparison();
    let plan = plan(&comparison);
    let points = plan.points().unwrap();
    let runs = runs(&comparison, points.len(), count);
    let findings = Findings::of(&plan, &points, &runs).unwrap();
    let bytes = experiment_parquet(&plan, &findings);
    assert!(bytes == experiment_parquet(&plan, &findings), "the same results give the same bytes");
    (experiment_csv(&plan, &findings), bytes)
}

#[test]
fn the_rows_are_those_of_the_csv() {
    let (csv, bytes) = both(3);
    let expected = long(&csv);
    assert_eq!(expected.len(), 8 * 3 * METRICS.len());
    assert!(expected.iter().any(|row| row[5] == "given_up"));
    assert!(expected.iter().any(|row| row[4] == u64::MAX.to_string()));
    assert_eq!(rows(&bytes), expected);
}

#[test]
fn rows_that_do_not_fit_one_group_are_in_the_next() {
    let (csv, bytes) = both(750);
    let groups = read(&bytes).metadata().num_row_groups();
    assert!(groups > 1);
    assert!(rows(&bytes) == long(&csv));
}

#[test]
fn each_column_has_its_type_and_the_file_says_who_wrote_it() {
    let (_, bytes) = both(1);
    let reader = read(&bytes);
    let file = reader.metadata().file_metadata();
    let columns = file.schema_descr().columns().iter().map(|column| {
        assert_eq!(column.self_type().get_basic_info().repetition(), Repetition::REQUIRED);
        let logical = match column.logical_type_ref() {
            None => String::new(),
            Some(LogicalType::String) => " text".to_owned(),
            Some(it) if *it == LogicalType::integer(64, false) => " unsigned".to_owned(),
            Some(other) => panic!("no column is {other:?}"),
        };
        format!("{} {}{logical}", column.name(), column.physical_type())
    });
    assert_eq!(
        columns.collect::<Vec<String>>(),
        [
            "setting INT32",
            "max_in_flight BYTE_ARRAY text",
            "max_starts BYTE_ARRAY text",
            "rep.evacuation_timeout_s BYTE_ARRAY text",
            "seed INT64 unsigned",
            "end BYTE_ARRAY text",
            "metric BYTE_ARRAY text",
            "value DOUBLE"
        ]
    );
    assert_eq!(file.created_by(), Some(concat!("rivera version ", env!("CARGO_PKG_VERSION"))));
    assert!(file.key_value_metadata().is_none());
}
