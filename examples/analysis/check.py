"""Whether tables of the scripts here say what the program says: check.py RESULT.json TABLE.csv...; exit code 1 if one does not."""

import csv
import json
import math
import sys

with open(sys.argv[1]) as file:
    result = json.load(file)
durations = [point["metrics"]["duration_s"] for point in result["points"]]
# The difference of the base line to itself is not in the result.
expected = [(it["median"], it["difference"]["median"] if it["difference"] else 0.0) for it in durations]

wrong = 0
for path in sys.argv[2:]:
    with open(path) as file:
        rows = list(csv.DictReader(file))
    if [int(row["setting"]) for row in rows] != list(range(1, len(expected) + 1)):
        sys.exit(f"{path}: other settings than the {len(expected)} of the result")
    for row, (median, difference) in zip(rows, expected):
        for key, value in [("median_s", median), ("difference_s", difference)]:
            # Halves of a pair are added in another order: the last bits differ.
            if not math.isclose(float(row[key]), value, rel_tol=1e-12, abs_tol=1e-9):
                print(f"{path}: {key} of setting {row['setting']} is {row[key]}, in the result {value}")
                wrong += 1
if wrong:
    sys.exit(1)
print(f"{len(sys.argv) - 2} tables: medians and differences of {len(expected)} settings are those of the result")
