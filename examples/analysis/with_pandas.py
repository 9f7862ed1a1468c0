"""The durations of an experiment with pandas: with_pandas.py RUNS.parquet [BASELINE], as CSV.

BASELINE is the number of the setting that others are compared with (1 if it is not given).
The file is not called pandas.py: Python would take it for the library.
"""

import sys

import pandas as pd

runs = sys.argv[1]
baseline = int(sys.argv[2]) if len(sys.argv) > 2 else 1

# A row of the file is one metric of one run. Only those of the duration are read.
duration = pd.read_parquet(runs, filters=[("metric", "==", "duration_s")])

# A row for each seed, a column for each setting. The same seed gives the same apps in every setting: settings are compared
# seed by seed, not by their medians.
by_seed = duration.pivot(index="seed", columns="setting", values="value")
differences = by_seed.sub(by_seed[baseline], axis="index")

by_setting = pd.DataFrame(
    {
        "median_s": by_seed.median(),
        # Where 95 % of the runs are.
        "low_s": by_seed.quantile(0.025),
        "high_s": by_seed.quantile(0.975),
        "difference_s": differences.median(),
    }
)
print(by_setting.to_csv(), end="")
