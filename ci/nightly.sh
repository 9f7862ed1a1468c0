#!/usr/bin/env bash
# nightly.sh [TARGET...]: what a machine does every night: every fuzz target for RIVERA_FUZZ_SECONDS (default 240: less than an
# hour in all), the checkers of concurrency, what writes Parquet, and what dependencies may be. If targets are named, only those are
# fuzzed, and nothing is checked besides.
# Everything runs, whatever fails; the exit code tells. What fuzzing finds is in out/fuzz.
set -uo pipefail
cd "$(dirname "$0")/.."
export CARGO_TERM_COLOR=never

failed=0
make fuzz TIME="${RIVERA_FUZZ_SECONDS:-240}" TARGETS="$*" || failed=1
if [ $# -eq 0 ]; then
  for job in loom parquet deny; do make "$job" || failed=1; done
fi
exit "$failed"
