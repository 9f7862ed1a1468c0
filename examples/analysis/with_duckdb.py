"""The durations of an experiment with DuckDB: with_duckdb.py RUNS.parquet [BASELINE], as CSV.

BASELINE is the number of the setting that others are compared with (1 if it is not given).
The file is not called duckdb.py: Python would take it for the library.
"""

import sys

import duckdb

runs = sys.argv[1]
baseline = int(sys.argv[2]) if len(sys.argv) > 2 else 1

# A row of the file is one metric of one run, so a metric is chosen by its key. The name of a column with a dot, as an axis of
# the scenario has it, stands in quotation marks: "rep.evacuation_timeout_s".
by_setting = """
with duration as (
    from read_parquet($runs) where metric = 'duration_s'
),
-- The same seed gives the same apps in every setting: settings are compared seed by seed, not by their medians.
paired as (
    select duration.*, duration.value - other.value as difference
    from duration left join duration as other on other.seed = duration.seed and other.setting = $baseline
)
select
    setting,
    median(value) as median_s,
    -- Where 95 % of the runs are.
    quantile_cont(value, 0.025) as low_s,
    quantile_cont(value, 0.975) as high_s,
    median(difference) as difference_s
from paired group by setting order by setting
"""
table = duckdb.execute(by_setting, {"runs": runs, "baseline": baseline})
print(*[column[0] for column in table.description], sep=",")
for row in table.fetchall():
    print(*row, sep=",")
