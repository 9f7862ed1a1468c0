//! The runs as Parquet, long: a row for each run and metric.

use std::iter::repeat_n;
use std::sync::Arc;

use ::parquet::basic::{LogicalType, Repetition, Type as Physical};
use ::parquet::data_type::{ByteArray, ByteArrayType, DataType, DoubleType, Int32Type, Int64Type};
use ::parquet::errors::{ParquetError, Result};
use ::parquet::file::properties::WriterProperties;
use ::parquet::file::writer::{SerializedFileWriter, SerializedRowGroupWriter};
use ::parquet::schema::types::{Type, TypePtr};
use rivera_experiment::{Findings, Plan};
use rivera_sim::{METRICS, Outcome};

use crate::json::end_name;

/// Rows that stand together. So many DuckDB writes by default: they fit into memory, and groups are read by several threads.
const ROWS_IN_GROUP: usize = 122_880;

/// A run with the number of its setting, from 1.
struct Row<'a> {
    setting: i32,
    values: &'a [String],
    run: &'a Outcome,
}

/// The columns `setting` (from 1), one for each axis (text), `seed`, `end`, `metric` (its key, which ends in its unit) and
/// `value`; no column has gaps. The rows are in the order of the settings, the seeds and [`METRICS`].
///
/// Neither a time nor a version of a library is in the file: the same results give the same bytes.
#[must_use]
pub fn parquet(plan: &Plan, findings: &Findings<'_>) -> Vec<u8> {
    write(plan, findings).expect("writing to memory does not fail, and all columns are equally long")
}

fn write(plan: &Plan, findings: &Findings<'_>) -> Result<Vec<u8>> {
    let properties = WriterProperties::builder()
        // The form that the format demands: readers know by it whose mistakes they have to expect.
        .set_created_by(concat!("rivera version ", env!("CARGO_PKG_VERSION")).to_owned())
        .build();
    let rows = findings.points.iter().zip(1..).flat_map(|(point, setting)| {
        point.runs.iter().map(move |run| Row { setting, values: point.values, run })
    });
    let rows: Vec<Row<'_>> = rows.collect();
    let mut writer = SerializedFileWriter::new(Vec::new(), schema(plan)?, Arc::new(properties))?;
    for rows in rows.chunks(ROWS_IN_GROUP / METRICS.len()) {
        let mut group = writer.next_row_group()?;
        write_group(&mut group, plan.axes.len(), rows)?;
        group.close()?;
    }
    writer.into_inner()
}

fn schema(plan: &Plan) -> Result<TypePtr> {
    let column = |name: &str, physical, logical| {
        let column = Type::primitive_type_builder(name, physical)
            .with_repetition(Repetition::REQUIRED)
            .with_logical_type(logical);
        column.build().map(Arc::new)
    };
    let text = |name: &str| column(name, Physical::BYTE_ARRAY, Some(LogicalType::String));
    let mut columns = vec![column("setting", Physical::INT32, None)?];
    for axis in &plan.axes {
        columns.push(text(&axis.key)?);
    }
    columns.extend([
        column("seed", Physical::INT64, Some(LogicalType::integer(64, false)))?,
        text("end")?,
        text("metric")?,
        column("value", Physical::DOUBLE, None)?,
    ]);
    Type::group_type_builder("runs").with_fields(columns).build().map(Arc::new)
}

/// Writes the columns, in the order of the schema.
fn write_group(
    group: &mut SerializedRowGroupWriter<'_, Vec<u8>>,
    axes: usize,
    rows: &[Row<'_>],
) -> Result<()> {
    of_runs::<Int32Type>(group, rows, |row| row.setting)?;
    for axis in 0..axes {
        of_runs::<ByteArrayType>(group, rows, |row| row.values[axis].as_str().into())?;
    }
    of_runs::<Int64Type>(group, rows, |row| row.run.seed.cast_signed())?;
    of_runs::<ByteArrayType>(group, rows, |row| end_name(&row.run.end).as_str().into())?;
    let keys: Vec<ByteArray> = METRICS.iter().map(|metric| metric.key.into()).collect();
    let keys: Vec<ByteArray> = rows.iter().flat_map(|_| keys.iter().cloned()).collect();
    column::<ByteArrayType>(group, &keys)?;
    let values = rows.iter().flat_map(|row| METRICS.iter().map(|metric| (metric.value)(row.run)));
    column::<DoubleType>(group, &values.collect::<Vec<f64>>())
}

/// A column that is the same in the rows of all metrics of a run.
fn of_runs<T: DataType>(
    group: &mut SerializedRowGroupWriter<'_, Vec<u8>>,
    rows: &[Row<'_>],
    value: impl Fn(&Row<'_>) -> T::T,
) -> Result<()> {
    let values = rows.iter().flat_map(|row| repeat_n(value(row), METRICS.len()));
    column::<T>(group, &values.collect::<Vec<T::T>>())
}

fn column<T: DataType>(group: &mut SerializedRowGroupWriter<'_, Vec<u8>>, values: &[T::T]) -> Result<()> {
    let missing = || ParquetError::General("the schema has fewer columns".to_owned());
    let mut column = group.next_column()?.ok_or_else(missing)?;
    column.typed::<T>().write_batch(values, None, None)?;
    column.close()
}
